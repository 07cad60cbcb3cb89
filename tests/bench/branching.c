// What a timing sweep costs from one warm run, and from as many as it has cases.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench.h"

#define TIMING TAUT_SOURCE_DIR "/tests/bench/timing.lua"
static const char results[2][128] = {TAUT_BUILD_DIR "/bench-repeated.json",
                                     TAUT_BUILD_DIR "/bench-branched.json"};

/// Wall time of the sweep with one worker [ms]; negative unless all cases passed.
static double run_sweep(bool is_branched) {
  char *arguments[] = {(char *)(uintptr_t)TAUT_BUILD_DIR "/taut",
                       (char *)(uintptr_t) "run",
                       (char *)(uintptr_t)TIMING,
                       (char *)(uintptr_t) "--jobs=1",
                       (char *)(uintptr_t) "--quiet",
                       (char *)(uintptr_t) "--out",
                       (char *)(uintptr_t)TAUT_BUILD_DIR "/bench-runs",
                       (char *)(uintptr_t) "--json",
                       (char *)(uintptr_t)results[is_branched],
                       (char *)(uintptr_t)(is_branched ? "--branch" : NULL),
                       NULL};
  double wall_ms;
  return bench_run(arguments, &wall_ms) == 0 ? wall_ms : -1.0;
}

static double sample_branched(void *context) {
  (void)context;
  return run_sweep(true);
}

/// The next value of a field in the text of results; false at its end.
static bool next_value(FILE *file, char value[64]) {
  char line[4096];
  while (fgets(line, sizeof line, file) != NULL) {
    if (sscanf(line, " \"trace_hash\": %63s", value) == 1) return true;
  }
  return false;
}

/// The same rows in every case, whichever way it was run.
static bool are_alike(void) {
  FILE *repeated = fopen(results[0], "r"), *branched = fopen(results[1], "r");
  char a[64], b[64];
  int n = 0;
  bool is_alike = repeated != NULL && branched != NULL;
  while (is_alike && next_value(repeated, a)) {
    is_alike = next_value(branched, b) && strcmp(a, b) == 0;
    n++;
  }
  is_alike = is_alike && n > 1 && !next_value(branched, b);
  if (repeated != NULL) fclose(repeated);
  if (branched != NULL) fclose(branched);
  return is_alike;
}

static double sample_repeated(void *context) {
  (void)context;
  double wall_ms = run_sweep(false);
  return are_alike() ? wall_ms : -1.0;
}

static bool open_branching(void **context, char *why, size_t why_size) {
  *context = NULL;
  if (access(TAUT_BUILD_DIR "/taut", X_OK) != 0) {
    snprintf(why, why_size, "%s/taut is not built", TAUT_BUILD_DIR);
    return false;
  }
  return setenv("TAUT_DATA", TAUT_SOURCE_DIR, 0) == 0;
}

const bench bench_branching[] = {
    {.name = "branching",
     .unit = "ms",
     .target = 5.0,
     .is_speed_up = true,
     .n_samples_max = 1,
     .help = "two faults at forty instants late in a set: branches of one warm run over repeating",
     .open = open_branching,
     .sample_ours = sample_branched,
     .sample_limit = sample_repeated},
    {.name = NULL},
};

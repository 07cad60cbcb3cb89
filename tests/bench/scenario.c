// What scenarios cost beside the simulation, and what a second worker brings.
#define _GNU_SOURCE

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/bench.h"
#include "scenario/scenario.h"

// ----------------------------------------------------------------------------------- an idle
// scenario

enum { ROWS_PER_CHUNK = 100, N_CHUNKS = 95, TICKS_PER_CHUNK = ROWS_PER_CHUNK * 20 };
enum { EFFECTS_MAX = 64 };

/// Two runs of one plan, with and without the scenario, take turns in chunks of a fraction of a
/// millisecond: their difference is far smaller than what a busy machine does to longer ones.
typedef struct idle {
  taut_suite *suite;
  taut_run *bare;
  int64_t begin_ns;  // of the scenario's chunk under way
  int64_t n_rows, n_bare_rows;
  double with_ns[N_CHUNKS], bare_ns[N_CHUNKS];
  taut_effect effects[EFFECTS_MAX];  ///< what the script did, for the bare run
  size_t n_effects, n_done;
  bool has_failed;
} idle;

static void keep_effect(void *user, const taut_effect *effect) {
  idle *c = user;
  c->has_failed |= c->n_effects == EFFECTS_MAX;
  if (!c->has_failed) c->effects[c->n_effects++] = *effect;
}

static taut_status count_row(void *user, const taut_row *row) {
  idle *c = user;
  (void)row;
  c->n_bare_rows++;
  return TAUT_OK;
}

static taut_status make_bare(void *user, const taut_plan *plan) {
  idle *c = user;
  taut_run_options options = {.seed = 1};
  c->n_rows = c->n_bare_rows = 0;
  c->n_effects = c->n_done = 0;
  taut_status status = taut_run_create(plan, &options, NULL, NULL, &c->bare);
  if (status == TAUT_OK) taut_run_on_row(c->bare, count_row, c);
  return status;
}

/// A row of the run with the scenario. At the end of its chunk the bare run makes one.
static taut_status take_turns(void *user, const taut_row *row) {
  idle *c = user;
  if (c->n_rows++ % ROWS_PER_CHUNK != 0) return TAUT_OK;
  int64_t i_chunk = c->n_rows / ROWS_PER_CHUNK - 1;
  int64_t now_ns = bench_cpu_ns();
  if (i_chunk >= 0 && i_chunk < N_CHUNKS) c->with_ns[i_chunk] = (double)(now_ns - c->begin_ns);
  now_ns = bench_cpu_ns();
  int64_t until_ns = row->tick_ns + 50000;
  for (; c->n_done < c->n_effects && c->effects[c->n_done].tick_ns <= until_ns; c->n_done++) {
    const taut_effect *effect = &c->effects[c->n_done];
    c->has_failed |=
        taut_run_advance(c->bare, effect->tick_ns) != TAUT_OK ||
        taut_run_apply(c->bare, effect->kind, effect->target, effect->value) != TAUT_OK;
  }
  taut_status status = taut_run_advance(c->bare, until_ns);
  if (i_chunk >= 0 && i_chunk < N_CHUNKS) c->bare_ns[i_chunk] = (double)(bench_cpu_ns() - now_ns);
  c->begin_ns = bench_cpu_ns();
  return status;
}

static void close_idle(void *context) {
  idle *c = context;
  if (c->suite != NULL) taut_suite_close(c->suite);
  free(c);
}

static bool open_suite(void **context, const char *data_dir, const char *file, char *why,
                       size_t why_size) {
  idle *c = calloc(1, sizeof *c);
  if (c == NULL) return false;
  static const char *const plugin_dirs[] = {TAUT_BUILD_DIR "/plugins", NULL};
  static const char *const with[] = {NULL};
  taut_scenario_options options = {.data_dir = data_dir, .plugin_dirs = plugin_dirs, .with = with};
  taut_status status = taut_suite_open(file, &options, &c->suite);
  if (status == TAUT_OK) {
    *context = c;
    return true;
  }
  snprintf(why, why_size, "%s: %s", file, taut_status_text(status));
  close_idle(c);
  return false;
}

/// The data without the registers: what they cost is another benchmark.
static bool make_plain_data(const char *folder) {
  static const char *const parts[] = {"models", "scenarios/lib"};
  char path[512], target[512];
  snprintf(path, sizeof path, "%s/scenarios", folder);
  mkdir(folder, 0777);
  mkdir(path, 0777);
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    snprintf(path, sizeof path, "%s/%s", folder, parts[i]);
    snprintf(target, sizeof target, "%s/%s", TAUT_SOURCE_DIR, parts[i]);
    unlink(path);
    if (symlink(target, path) != 0) return false;
  }
  snprintf(path, sizeof path, "%s/idle.lua", folder);
  unlink(path);
  return symlink(TAUT_SOURCE_DIR "/tests/bench/idle.lua", path) == 0;
}

static bool open_idle(void **context, char *why, size_t why_size) {
  static const char folder[] = TAUT_BUILD_DIR "/bench-data";
  if (make_plain_data(folder))
    return open_suite(context, folder, TAUT_BUILD_DIR "/bench-data/idle.lua", why, why_size);
  snprintf(why, why_size, "%s cannot be made", folder);
  return false;
}

static bool open_register(void **context, char *why, size_t why_size) {
  return open_suite(context, TAUT_SOURCE_DIR, TAUT_SOURCE_DIR "/tests/bench/training.lua", why,
                    why_size);
}

/// Runs the scenario and, chunk by chunk, the bare run of its plan.
static bool run_turns(idle *c) {
  const taut_case_result *result = NULL;
  taut_case_options options = {
      .seed = 1, .on_row = take_turns, .on_plan = make_bare, .on_effect = keep_effect, .user = c};
  taut_status status = taut_suite_run(c->suite, 0, &options, NULL, &result);
  if (c->bare != NULL) taut_run_destroy(c->bare);
  c->bare = NULL;
  bool is_whole =
      c->n_rows > N_CHUNKS * ROWS_PER_CHUNK && c->n_bare_rows + ROWS_PER_CHUNK > c->n_rows;
  return status == TAUT_OK && result->verdict != TAUT_ERROR && is_whole && !c->has_failed;
}

/// What the scenario adds to a tick; less than nothing counts as nothing.
static double sample_idle(void *context) {
  idle *c = context;
  if (!run_turns(c)) return -1.0;
  double added_ns = bench_median(c->with_ns, N_CHUNKS) - bench_median(c->bare_ns, N_CHUNKS);
  return fmax(added_ns / TICKS_PER_CHUNK, 0.0);
}

static bool sample_register(void *context, double *ours, double *limit) {
  idle *c = context;
  if (!run_turns(c)) return false;
  *ours = bench_median(c->with_ns, N_CHUNKS) / ROWS_PER_CHUNK;
  *limit = bench_median(c->bare_ns, N_CHUNKS) / ROWS_PER_CHUNK;
  return true;
}

// -------------------------------------------------------------------------------------- two
// workers

/// Runs scenarios/safety with `jobs` workers. Returns the exit code, negative when it could not be
/// started, and the wall time [ms].
static int run_safety(const char *jobs, double *wall_ms) {
  char *const arguments[] = {(char *)(uintptr_t)TAUT_BUILD_DIR "/taut",
                             (char *)(uintptr_t) "run",
                             (char *)(uintptr_t)TAUT_SOURCE_DIR "/scenarios/safety",
                             (char *)(uintptr_t) "-j",
                             (char *)(uintptr_t)jobs,
                             (char *)(uintptr_t) "--quiet",
                             (char *)(uintptr_t) "--out",
                             (char *)(uintptr_t)TAUT_BUILD_DIR "/bench-runs",
                             NULL};
  return bench_run(arguments, wall_ms);
}

static bool open_workers(void **context, char *why, size_t why_size) {
  double wall_ms;
  *context = NULL;
  if (access(TAUT_BUILD_DIR "/taut", X_OK) != 0) {
    snprintf(why, why_size, "%s/taut is not built", TAUT_BUILD_DIR);
    return false;
  }
  if (sysconf(_SC_NPROCESSORS_ONLN) < 2) {
    snprintf(why, why_size, "this machine has one core");
    return false;
  }
  if (setenv("TAUT_DATA", TAUT_SOURCE_DIR, 0) != 0) return false;
  // Cases that fail end early, at times that say nothing about the workers.
  int code = run_safety("2", &wall_ms);
  if (code == 0) return true;
  snprintf(why, why_size, "taut run scenarios/safety ends with exit code %d", code);
  return false;
}

static double sample_two(void *context) {
  double wall_ms;
  (void)context;
  return run_safety("2", &wall_ms) == 0 ? wall_ms : -1.0;
}

static double sample_one(void *context) {
  double wall_ms;
  (void)context;
  return run_safety("1", &wall_ms) == 0 ? wall_ms : -1.0;
}

const bench bench_scenario[] = {
    {.name = "idle_scenario",
     .unit = "ns/tick",
     .target = 1.0,
     .fixed_limit = 2.0,
     .help = "what a scenario that waits adds to a tick, over the allowed 2 ns",
     .open = open_idle,
     .sample_ours = sample_idle,
     .close = close_idle},
    {.name = "register",
     .unit = "ns/row",
     .target = 1.4,
     .help = "a set under all requirements that watch everywhere over the same set without",
     .open = open_register,
     .sample_both = sample_register,
     .close = close_idle},
    {.name = "two_workers",
     .unit = "ms",
     .target = 1.9,
     .is_speed_up = true,
     .n_samples_max = 3,
     .help = "taut run -j 2 on scenarios/safety: how much faster than -j 1",
     .open = open_workers,
     .sample_ours = sample_two,
     .sample_limit = sample_one},
    {.name = NULL},
};

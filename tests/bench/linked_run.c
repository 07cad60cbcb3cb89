// Whole runs with both motors in another process, at 20 kHz: how much faster simulated time passes
// with ten periods in an exchange.
#define _GNU_SOURCE

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"
#include "hil/endpoint.h"
#include "taut/engine.h"

/// Where the peer listens and the scenario stands.
typedef struct linked_run {
  char folder[64];
  pid_t served;
} linked_run;

static const char SCENARIO[] =
    "return require 'taut'.scenario { name = 't', rig = 'two_cable_trainer',\n"
    "  script = function(s) s:wait '2 s' s:expect('true') end }\n";

static void close_linked(void *context) {
  linked_run *c = context;
  char command[128];
  if (c->served > 0) {
    kill(c->served, SIGKILL);
    waitpid(c->served, NULL, 0);
  }
  snprintf(command, sizeof command, "rm -rf %s", c->folder);
  if (system(command) != 0) fprintf(stderr, "%s is left behind\n", c->folder);
  free(c);
}

static bool write_scenario(const linked_run *c) {
  char path[128];
  snprintf(path, sizeof path, "%s/t.lua", c->folder);
  FILE *file = fopen(path, "w");
  bool is_written = file != NULL && fputs(SCENARIO, file) >= 0;
  return file != NULL && fclose(file) == 0 && is_written;
}

static bool open_linked(void **context, char *why, size_t why_size) {
  linked_run *c = calloc(1, sizeof *c);
  taut_endpoint endpoint;
  char address[128];
  if (c == NULL) return false;
  snprintf(c->folder, sizeof c->folder, "/tmp/taut-bench-XXXXXX");
  if (mkdtemp(c->folder) == NULL) {
    free(c);
    return false;
  }
  setenv("TAUT_DATA", TAUT_SOURCE_DIR, 1);
  snprintf(address, sizeof address, "ipc://%s/m", c->folder);
  c->served = fork();
  if (c->served == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execl(TAUT_BUILD_DIR "/taut", "taut", "serve", "motor", "-q", "--listen", address, NULL);
    _exit(127);
  }
  if (c->served < 0 || !write_scenario(c) ||
      taut_endpoint_parse(address, &endpoint, why, why_size) != TAUT_OK ||
      taut_endpoint_wait(&endpoint, 5 * TAUT_SECOND, why, why_size) != TAUT_OK) {
    close_linked(c);
    return false;
  }
  *context = c;
  return true;
}

/// Wall time of one case as the command tells it [s]; negative when it did not pass.
static double time_of_run(const linked_run *c, const char *ticks) {
  char line[512];
  double wall_s = -1.0;
  snprintf(
      line, sizeof line,
      "%s/taut run %s/t.lua --timeout 100 --out %s/runs '--with' 'motor=ipc://%s/m%s' 2>/dev/null",
      TAUT_BUILD_DIR, c->folder, c->folder, c->folder, ticks);
  FILE *out = popen(line, "r");
  while (out != NULL && fgets(line, sizeof line, out) != NULL) {
    const char *at = strstr(line, "simulated in ");
    if (at != NULL && strncmp(line, "pass ", 5) == 0) wall_s = strtod(at + 13, NULL);
  }
  return out != NULL && pclose(out) == 0 ? wall_s : -1.0;
}

static bool sample_linked(void *context, double *ours, double *limit) {
  *ours = time_of_run(context, "?ticks=10");
  *limit = time_of_run(context, "");
  return *ours > 0 && *limit > 0;
}

const bench bench_linked_run[] = {
    {.name = "linked run",
     .unit = "s",
     .help = "two simulated seconds with both motors elsewhere: how much faster with ten ticks",
     .target = 5,
     .is_speed_up = true,
     .n_samples_max = 5,
     .open = open_linked,
     .sample_both = sample_linked,
     .close = close_linked},
    {0},
};

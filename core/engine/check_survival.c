#define _GNU_SOURCE  // strsignal, setrlimit

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/check.h"
#include "engine/check_probe.h"

enum { STEPS = 500, CPU_SECONDS = 5 };

/// One life of an instance in a child process.
typedef struct life {
  const char *text;  ///< "every input NaN"
  probe_inputs inputs, params;
  uint32_t i_nan;
} life;

static void live(const taut_model *model, const life *it) {
  const struct rlimit cpu = {CPU_SECONDS, CPU_SECONDS};
  const struct rlimit core = {0, 0};
  setrlimit(RLIMIT_CPU, &cpu);
  setrlimit(RLIMIT_CORE, &core);
  alarm(4 * CPU_SECONDS);
  // A handler of the caller would tell of its own crash.
  signal(SIGSEGV, SIG_DFL);
  signal(SIGBUS, SIG_DFL);
  signal(SIGFPE, SIG_DFL);
  signal(SIGABRT, SIG_DFL);
  probe one;
  if (taut_probe_init(&one, model, "probe", 11, it->params) == TAUT_OK) {
    one.inputs = it->inputs;
    one.i_nan = it->i_nan;
    // A negative status is an answer, not a crash; the run would stop there.
    for (int i = 0; i < STEPS && taut_probe_step(&one) == TAUT_OK; i++) continue;
  }
  _exit(0);
}

// True when the child came to its end; otherwise says how it died.
static bool survives(const taut_model *model, const life *it, char *text, size_t size) {
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) live(model, it);
  int how = 0;
  if (child < 0 || waitpid(child, &how, 0) != child) {
    snprintf(text, size, "no child process could be started");
    return false;
  }
  if (WIFSIGNALED(how)) {
    snprintf(text, size, "%s: killed by %s", it->text, strsignal(WTERMSIG(how)));
    return false;
  }
  if (WEXITSTATUS(how) != 0) {
    snprintf(text, size, "%s: left the process with status %d", it->text, WEXITSTATUS(how));
    return false;
  }
  return true;
}

static bool survives_one_nan(const taut_model *model, char *text, size_t size) {
  for (uint32_t i = 0; i < model->n_inputs; i++) {
    char name[TAUT_PATH_MAX];
    snprintf(name, sizeof name, "input %s NaN", model->inputs[i].name);
    const life it = {name, PROBE_ONE_NAN, PROBE_RANDOM, i};
    if (!survives(model, &it, text, size)) return false;
  }
  return true;
}

bool taut_check_survival(check *all, const taut_model *model) {
  static const life inputs[] = {{"every input at min", PROBE_MIN, PROBE_RANDOM, 0},
                                {"every input at max", PROBE_MAX, PROBE_RANDOM, 0},
                                {"inputs jumping from min to max", PROBE_CORNERS, PROBE_RANDOM, 0},
                                {"every input NaN", PROBE_NAN, PROBE_RANDOM, 0},
                                {"every input infinite", PROBE_INFINITE, PROBE_RANDOM, 0}};
  static const life params[] = {{"every parameter at min", PROBE_RANDOM, PROBE_MIN, 0},
                                {"every parameter at max", PROBE_RANDOM, PROBE_MAX, 0}};
  static const life legal = {"legal inputs", PROBE_RANDOM, PROBE_RANDOM, 0};
  char text[TAUT_LINE_MAX] = "";
  bool is_alive = survives(model, &legal, text, sizeof text);
  taut_check_report(all, model->name, "survives legal inputs", is_alive, "%s", text);
  bool is_ok = true;
  for (size_t i = 0; is_ok && i < sizeof inputs / sizeof inputs[0]; i++)
    is_ok = survives(model, &inputs[i], text, sizeof text);
  if (is_ok) is_ok = survives_one_nan(model, text, sizeof text);
  taut_check_report(all, model->name, "survives extreme inputs", is_ok, "%s", is_ok ? "" : text);
  is_ok = true;
  for (size_t i = 0; is_ok && i < sizeof params / sizeof params[0]; i++)
    is_ok = survives(model, &params[i], text, sizeof text);
  taut_check_report(all, model->name, "survives extreme parameters", is_ok, "%s",
                    is_ok ? "" : text);
  return is_alive;
}

#include "runner/death.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>

#include "runner/isolation.h"

static void describe_signal(int number, char *text, size_t size) {
  static const struct {
    int number;
    const char *name;
  } names[] = {{SIGSEGV, "SIGSEGV"},
               {SIGABRT, "SIGABRT"},
               {SIGFPE, "SIGFPE"},
               {SIGILL, "SIGILL"},
               {SIGBUS, "SIGBUS"},
               {SIGKILL, "SIGKILL"},
               {SIGTERM, "SIGTERM"},
               {SIGTRAP, "SIGTRAP"},
               {SIGXCPU, "SIGXCPU, CPU time is used up"},
               {SIGXFSZ, "SIGXFSZ, file size limit"},
               {SIGSYS, "SIGSYS, forbidden system call"},
               {SIGPIPE, "SIGPIPE"},
               {SIGINT, "SIGINT"}};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (names[i].number != number) continue;
    snprintf(text, size, "signal %d (%s)", number, names[i].name);
    return;
  }
  snprintf(text, size, "signal %d", number);
}

void taut_death_when(int64_t tick_ns, char *text, size_t size) {
  if (tick_ns < 0) {
    snprintf(text, size, "before the first tick");
  } else {
    snprintf(text, size, "at %.3f s", (double)tick_ns * 1e-9);
  }
}

void taut_death_describe(const taut_death *death, char *text, size_t size) {
  char when[48], how[64];
  taut_death_when(death->tick_ns, when, sizeof when);
  const int status = death->status, code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  if (code == TAUT_WORKER_EXIT_FORBIDDEN && death->call >= 0) {
    char name[64];
    taut_isolation_call_name(death->call, name, sizeof name);
    snprintf(text, size, "plugin or scenario made a forbidden system call: %s (%d) %s", name,
             death->call, when);
  } else if (code == TAUT_WORKER_EXIT_RAISED && death->call >= 0) {
    describe_signal(death->call, how, sizeof how);
    snprintf(text, size, "plugin or scenario ended the process: %s %s", how, when);
  } else if (code == TAUT_WORKER_EXIT_PIPE) {
    snprintf(text, size, "plugin or scenario closed the worker's result pipe %s", when);
  } else if (code == TAUT_WORKER_EXIT_SETUP) {
    snprintf(text, size, "the worker could not be set up (limits, descriptors or trace file)");
  } else if (code == TAUT_WORKER_EXIT_FORK) {
    snprintf(text, size, "no branch could be started %s", when);
  } else if (death->fault != NULL) {
    snprintf(text, size, "the worker's answer cannot be believed: %s (%s)", death->fault, when);
  } else {
    if (WIFSIGNALED(status)) {
      describe_signal(WTERMSIG(status), how, sizeof how);
    } else {
      snprintf(how, sizeof how, "exit status %d", code);
    }
    snprintf(text, size, "plugin or scenario ended the process: %s %s", how, when);
  }
}

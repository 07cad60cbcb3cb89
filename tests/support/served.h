/// "taut serve" as a process of its own, started and ended by a test.
#ifndef TAUT_TESTS_SUPPORT_SERVED_H
#define TAUT_TESTS_SUPPORT_SERVED_H

#include <sys/prctl.h>
#include <time.h>

#include "hil/socket.h"
#include "support/command.h"
#include "taut/engine.h"

static inline void sleep_ms(long ms) {
  struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  nanosleep(&time, NULL);
}

/// An address in the working folder of the test: "ipc:///tmp/taut-test-x/NAME". Static storage.
static inline const char *ipc_here(const char *name) {
  static char address[4][256];
  static int i;
  char folder[200];
  i = (i + 1) % 4;
  assert_non_null(getcwd(folder, sizeof folder));
  snprintf(address[i], sizeof address[i], "ipc://%s/%s", folder, name);
  return address[i];
}

/// Starts "taut serve WORDS --listen ADDRESS" and waits until it listens; its log is in `log`.
static inline pid_t start_served(const char *words, const char *address, const char *log) {
  char line[1024], error[512];
  taut_endpoint endpoint;
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid == 0) {
    char *list[WORDS_MAX];
    snprintf(line, sizeof line, "%s/taut serve %s --listen %s", TAUT_BUILD_DIR, words, address);
    split_words(line, list);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setenv("TAUT_DATA", TAUT_SOURCE_DIR, 1);
    int err = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(err, STDERR_FILENO);
    execv(list[0], list);
    _exit(127);
  }
  assert_int_equal(taut_endpoint_parse(address, &endpoint, error, sizeof error), TAUT_OK);
  if (taut_endpoint_wait(&endpoint, 20 * TAUT_SECOND, error, sizeof error) != TAUT_OK)
    fail_msg("%s", error);
  return pid;
}

/// Sends a signal and returns the exit status.
static inline int end_served(pid_t pid, int signal_number) {
  kill(pid, signal_number);
  return end_taut(pid);
}

/// Waits until a file has a text; fails after 20 s.
static inline void wait_for_text(const char *path, const char *part) {
  for (int i = 0; i < 2000; i++) {
    char *text = NULL;
    bool has_it = access(path, R_OK) == 0 &&
                  taut_file_read(path, 1 << 28, &text, NULL) == TAUT_OK && strstr(text, part);
    free(text);
    if (has_it) return;
    sleep_ms(10);
  }
  fail_msg("%s never had '%s'", path, part);
}

static inline void write_text(const char *path, const char *text) {
  assert_int_equal(taut_file_write_atomic(path, text, strlen(text), NULL), TAUT_OK);
}

/// Verdict, reason and trace hash of the only case of the newest run below `folder`.
typedef struct outcome {
  char verdict[16], reason[1024], trace_hash[40], plan_hash[40], logs[8192];
  bool has_state_hash;
} outcome;

static inline outcome outcome_in(const char *folder) {
  char path[256];
  outcome o = {0};
  snprintf(path, sizeof path, "%s/latest/results.json", folder);
  json_t *results = json_of(path);
  const json_t *item = json_array_get(json_object_get(results, "cases"), 0);
  snprintf(o.verdict, sizeof o.verdict, "%s", text_at(item, "verdict"));
  snprintf(o.reason, sizeof o.reason, "%s", text_at(item, "reason"));
  snprintf(o.trace_hash, sizeof o.trace_hash, "%s", text_at(item, "trace_hash"));
  snprintf(o.plan_hash, sizeof o.plan_hash, "%s", text_at(item, "plan_hash"));
  o.has_state_hash = !json_is_null(json_object_get(item, "state_hash"));
  const json_t *logs = json_object_get(item, "logs");
  for (size_t i = 0; i < json_array_size(logs); i++) {
    size_t n = strlen(o.logs);
    snprintf(o.logs + n, sizeof o.logs - n, "%s\n", json_string_value(json_array_get(logs, i)));
  }
  json_decref(results);
  return o;
}

static inline void expect_outcome(const outcome *o, const char *verdict, const char *part) {
  if (strcmp(o->verdict, verdict) != 0 || strstr(o->reason, part) == NULL)
    fail_msg("%s: %s", o->verdict, o->reason);
}

#endif

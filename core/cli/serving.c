#include "cli/serving.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

/// One write, when there is room for it.
static void write_line(const char *text, size_t size) {
  struct pollfd item = {STDERR_FILENO, POLLOUT, 0};
  if (poll(&item, 1, 0) <= 0 || (item.revents & POLLOUT) == 0) return;
  ssize_t n = write(STDERR_FILENO, text, size);
  (void)n;  // there is nobody else to tell
}

void taut_serving_log(void *is_quiet, taut_log_level level, const char *text) {
  static const char *const names[] = {"debug", "info", "warning", "error"};
  const bool *quiet = is_quiet;
  if (*quiet && level < TAUT_LOG_WARN) return;
  struct timespec now;
  struct tm utc;
  char stamp[32] = "", line[1024];
  clock_gettime(CLOCK_REALTIME, &now);
  if (gmtime_r(&now.tv_sec, &utc) != NULL) strftime(stamp, sizeof stamp, "%H:%M:%S", &utc);
  int n = snprintf(line, sizeof line, "%s.%03ld %s: %.960s\n", stamp, now.tv_nsec / 1000000,
                   names[level], text);
  if (n > 0) write_line(line, (size_t)n);
}

void taut_serving_print(void *unused, const char *text) {
  char line[512];
  (void)unused;
  int n = snprintf(line, sizeof line, "%.500s\n", text);
  if (n > 0) write_line(line, (size_t)n);
}

int taut_serving_stop_signals(const int *signals) {
  sigset_t set;
  sigemptyset(&set);
  for (; *signals != 0; signals++) sigaddset(&set, *signals);
  if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) return -1;
  return signalfd(-1, &set, SFD_CLOEXEC);
}

int taut_serving_credentials(const taut_verb *verb, const taut_arguments *arguments,
                             taut_credentials *out) {
  char error[1024];
  const char *keys = taut_arguments_value(arguments, "keys");
  const char **allow = taut_arguments_values(arguments, "allow");
  taut_status status = TAUT_OK;
  error[0] = '\0';
  if (keys == NULL && allow[0] != NULL) {
    snprintf(error, sizeof error, "--allow goes with --keys FILE; 'taut keys new' makes the file");
  } else if (keys != NULL && allow[0] == NULL) {
    snprintf(error, sizeof error,
             "--keys wants --allow PUBKEY or --allow FILE: who may connect, as 'taut keys show' "
             "prints it on their side");
  }
  if (keys != NULL && error[0] == '\0') status = taut_keys_read(keys, out, error, sizeof error);
  for (size_t i = 0; status == TAUT_OK && error[0] == '\0' && allow[i] != NULL; i++)
    status = taut_keys_allow(out, allow[i], error, sizeof error);
  if (error[0] == '\0' && keys != NULL && out->n_allowed == 0)
    snprintf(error, sizeof error, "--allow %s has no key: nobody could connect", allow[0]);
  free(allow);
  return error[0] == '\0' ? TAUT_EXIT_OK : taut_usage(verb, "%s", error);
}

// What a case leaves behind: log lines and checks.

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "scenario/host.h"

static void keep_line(taut_journal *journal, int64_t tick_ns, const char *path, const char *text) {
  if (journal->logs.n >= TAUT_LOGS_MAX) {
    journal->n_lost++;
    return;
  }
  const char *between = path && *path ? ": " : "";
  if (!path) path = "";
  char *line = tick_ns < 0 ? taut_pool_format(journal->pool, "%s%s%s", path, between, text)
                           : taut_pool_format(journal->pool, "%.3f s %s%s%s",
                                              (double)tick_ns * 1e-9, path, between, text);
  const char **place = line ? taut_list_add(journal->pool, &journal->logs, sizeof *place) : NULL;
  if (place)
    *place = line;
  else
    journal->is_out_of_memory = true;
}

static void write_line(void *user, int64_t tick_ns, taut_log_level level, const char *path,
                       const char *text) {
  taut_journal *journal = user;
  if (journal->forward && !journal->is_quiet)
    journal->forward->write(journal->forward->user, tick_ns, level, path, text);
  // The first error is the cause; what follows reports its consequences.
  if (level == TAUT_LOG_ERROR && !journal->error[0])
    snprintf(journal->error, sizeof journal->error, "%s%s%s", path && *path ? path : "",
             path && *path ? ": " : "", text);
  if (level >= TAUT_LOG_INFO && !journal->is_quiet) keep_line(journal, tick_ns, path, text);
}

taut_log_sink taut_journal_log(taut_journal *journal) {
  return (taut_log_sink){.write = write_line, .user = journal};
}

void taut_journal_say(taut_journal *journal, int64_t tick_ns, taut_log_level level,
                      const char *path, const char *format, ...) {
  char text[TAUT_MESSAGE_MAX];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  write_line(journal, tick_ns, level, path, text);
}

taut_check_result *taut_journal_check(taut_journal *journal) {
  if (journal->checks.n >= TAUT_CHECKS_MAX) return NULL;
  taut_check_result *check = taut_list_add(journal->pool, &journal->checks, sizeof *check);
  if (!check) {
    journal->is_out_of_memory = true;
    return NULL;
  }
  check->id = check->text = check->expression = check->unit = check->expected = check->got = "";
  check->verdict = TAUT_PASS;
  check->tick_ns = -1;
  return check;
}

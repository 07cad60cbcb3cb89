#include "cli/baseline.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cli/golden.h"
#include "report/explain.h"
#include "report/file.h"
#include "report/finding.h"
#include "report/results.h"

enum { JOURNAL_MAX = 1 << 28 };

// ---------------------------------------------------------------------------------------- journal

static char *journal_path(const taut_baseline *b) {
  return taut_text_format("%s/baseline.json", b->folder);
}

static taut_status read_journal(taut_baseline *b, char *error, size_t size) {
  char *path = journal_path(b), *text = NULL;
  taut_status status = taut_file_read(path, JOURNAL_MAX, &text, NULL);
  if (status == TAUT_ENOTFOUND) {
    b->journal = json_array();
    status = TAUT_OK;
  } else {
    b->journal = status == TAUT_OK ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
    if (!json_is_array(b->journal)) {
      snprintf(error, size, "%s is not a list of updates in JSON; put the right one back", path);
      status = TAUT_EINVAL;
    }
  }
  free(text);
  free(path);
  return status;
}

static bool is_blank(const char *text) {
  while (isspace((unsigned char)*text)) text++;
  return *text == '\0';
}

taut_status taut_baseline_open(const char *folder, const char *reason, taut_baseline *out,
                               char *error, size_t error_size) {
  *out = (taut_baseline){.folder = folder, .reason = reason};
  struct stat info;
  if (stat(folder, &info) == 0 && !S_ISDIR(info.st_mode)) {
    snprintf(error, error_size, "--baseline %s is not a folder", folder);
    return TAUT_EINVAL;
  }
  if (reason == NULL) return TAUT_OK;
  const char *ci = getenv("CI");
  if (ci != NULL && ci[0] != '\0') {
    snprintf(error, error_size,
             "--update-baseline is refused where CI is set: golden traces are made where somebody "
             "looks at them");
    return TAUT_EINVAL;
  }
  if (is_blank(reason)) {
    snprintf(error, error_size,
             "--update-baseline wants the reason for the change, such as 'softer catch, #123'");
    return TAUT_EINVAL;
  }
  return read_journal(out, error, error_size);
}

void taut_baseline_fini(taut_baseline *baseline) {
  json_decref(baseline->journal);
  *baseline = (taut_baseline){0};
}

void taut_baseline_restart(taut_baseline *b) {
  b->n_same = b->n_other = b->n_without = b->n_made = b->n_replaced = b->n_left = 0;
}

/// What changed, why and for which inputs; when it happened is no part of that.
static json_t *update_json(const taut_baseline *b, const char *name, const char *old_hash,
                           const taut_record *record) {
  char new_hash[33], date[32] = "";
  taut_record_hex(record->trace_hash, new_hash);
  time_t now = time(NULL);
  struct tm utc;
  if (gmtime_r(&now, &utc) != NULL) strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc);
  json_t *entry = json_object(), *with = json_array(), *environment = json_object();
  for (size_t i = 0; b->with != NULL && b->with[i] != NULL; i++) {
    json_array_append_new(with, taut_record_string(b->with[i]));
  }
  json_object_set_new(entry, "trace", taut_record_string(name));
  json_object_set_new(entry, "case", taut_record_string(record->name));
  json_object_set_new(entry, "file", taut_record_string(record->file));
  json_object_set_new(entry, "reason", taut_record_string(b->reason));
  json_object_set_new(entry, "version", json_string(TAUT_VERSION));
  json_object_set_new(entry, "seed", json_integer((json_int_t)record->seed));
  json_object_set_new(entry, "with", with);
  json_object_set_new(entry, "old_trace_hash",
                      old_hash != NULL ? taut_record_string(old_hash) : json_null());
  json_object_set_new(entry, "new_trace_hash", json_string(new_hash));
  json_object_set_new(environment, "date", json_string(date));
  json_object_set_new(entry, "environment", environment);
  return entry;
}

static bool write_journal(const taut_baseline *b) {
  char *path = journal_path(b), *text = taut_json_text(b->journal);
  bool is_written = taut_file_write_atomic(path, text, strlen(text), NULL) == TAUT_OK;
  free(text);
  free(path);
  return is_written;
}

// ----------------------------------------------------------------------------------------- update

static bool copy_file(const char *from, const char *to) {
  static char block[1 << 16];  // scratch of the main process
  int in = open(from, O_RDONLY | O_CLOEXEC);
  int out = in >= 0 ? open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
  ssize_t n = out >= 0 ? 1 : -1;
  while (n > 0) {
    n = read(in, block, sizeof block);
    for (ssize_t done = 0, part; done < n; done += part) {
      part = write(out, block + done, (size_t)(n - done));
      if (part >= 0) continue;
      n = -1;
      break;
    }
  }
  int saved = errno;
  if (in >= 0) close(in);
  if (out >= 0 && close(out) != 0 && n >= 0) {
    saved = errno;
    n = -1;
  }
  errno = saved;
  return n == 0;
}

/// Puts the new trace in the golden one's place. The entry is written before, so that no golden
/// trace is without its reason; on any failure the old one stays.
static bool replace(taut_baseline *b, const char *golden, const char *name, const char *fresh,
                    const char *old_hash, const taut_record *record) {
  char *temporary = taut_text_format("%s.tmp-%ld", golden, (long)getpid());
  bool is_done = taut_file_make_folder(b->folder) == TAUT_OK && copy_file(fresh, temporary);
  if (is_done) {
    json_array_append_new(b->journal, update_json(b, name, old_hash, record));
    is_done = write_journal(b) && taut_file_commit(temporary, golden, NULL) == TAUT_OK;
    if (!is_done) {
      int saved = errno;
      json_array_remove(b->journal, json_array_size(b->journal) - 1);
      write_journal(b);
      errno = saved;
    }
  }
  if (!is_done) {
    int saved = errno;
    unlink(temporary);
    errno = saved;
  }
  free(temporary);
  return is_done;
}

// ------------------------------------------------------------------------------------------ judge

/// Adds a check and lets it decide where it is worse than what was found so far.
static void add_check(const taut_baseline *b, taut_record *record, const char *golden,
                      taut_verdict verdict, const char *expected, const char *got,
                      int64_t tick_ns) {
  char *text = taut_text_format("the trace is that of %s", golden);
  const taut_check_result check = {.id = "",
                                   .text = text,
                                   .expression = "",
                                   .verdict = verdict,
                                   .unit = "",
                                   .tick_ns = tick_ns,
                                   .expected = expected,
                                   .got = got,
                                   .line = record->line};
  taut_record_add_check(record, &check);
  if (verdict != TAUT_PASS && record->baseline == NULL)
    record->baseline = taut_text_copy(b->folder);
  if (taut_verdict_rank(verdict) > taut_verdict_rank(record->verdict)) {
    record->verdict = verdict;
    free(record->reason);
    record->reason = taut_text_format("%s: %.*s", text, (int)strcspn(got, "\n"), got);
  }
  free(text);
}

static void add_missing(taut_baseline *b, const char *golden, taut_record *record) {
  taut_buffer got = {0};
  taut_buffer_text(&got, "there is none\nmake it with: ");
  taut_explain_command(record, b->with, "taut", &got);
  taut_buffer_text(&got, " --baseline ");
  taut_text_quote(&got, b->folder);
  taut_buffer_text(&got, " --update-baseline REASON");
  add_check(b, record, golden, TAUT_INCONCLUSIVE, "a golden trace", got.data, -1);
  taut_buffer_fini(&got);
}

/// "12.5 N from 0.501000 s (tick 10020) on, in left.motor, port iq_a".
static void describe_value(const taut_comparison *comparison, taut_buffer *got,
                           taut_buffer *expected) {
  const taut_difference *at = &comparison->differences[0];
  char golden[128], fresh[128], tick[48] = "";
  taut_golden_value(at->column, at->base, at->other, golden, sizeof golden);
  taut_golden_value(at->column, at->other, at->base, fresh, sizeof fresh);
  if (comparison->base_period_ns > 0) {
    snprintf(tick, sizeof tick, " (tick %" PRId64 ")", at->first_ns / comparison->base_period_ns);
  }
  taut_buffer_printf(expected, "%s is %s, as in the golden trace", at->name, golden);
  taut_buffer_printf(got, "%s from %.6f s%s on: instance %s, port %s", fresh,
                     (double)at->first_ns * 1e-9, tick, at->instance, at->port);
  if (comparison->n_differences > 1) {
    taut_buffer_printf(got, ", then %zu more", comparison->n_differences - 1);
  }
}

/// What differs first, and the command to look closer with.
static void add_difference(const taut_baseline *b, const char *golden, const char *shown,
                           const taut_comparison *comparison, taut_record *record) {
  taut_buffer got = {0}, expected = {0};
  bool has_value = comparison->n_differences > 0;
  int64_t first_ns = has_value ? comparison->differences[0].first_ns : comparison->fault_ns;
  if (has_value) describe_value(comparison, &got, &expected);
  if (!has_value) taut_buffer_text(&expected, "rows, events and margins of the golden trace");
  if (comparison->fault[0] != '\0') {
    taut_buffer_printf(&got, "%s%s", got.size > 0 ? "\n" : "", comparison->fault);
  }
  for (size_t i = 0; i < comparison->n_changes && i < 3; i++) {
    char text[512];
    taut_golden_change(&comparison->changes[i], text, sizeof text);
    taut_buffer_printf(&got, "%s%s", got.size > 0 ? "\n" : "", text);
  }
  if (comparison->context[0] != '\0') taut_buffer_printf(&got, "\n%s", comparison->context);
  taut_buffer_text(&got, "\nlook closer with: taut compare ");
  taut_text_quote(&got, golden);
  taut_buffer_text(&got, " ");
  taut_text_quote(&got, shown);
  add_check(b, record, golden, TAUT_FAIL, expected.data, got.data, first_ns);
  taut_buffer_fini(&got);
  taut_buffer_fini(&expected);
}

/// A golden trace for a case that passes and has none, or another one.
static void update(taut_baseline *b, const char *golden, const char *name, const char *fresh,
                   const taut_golden *compared, taut_status status, taut_record *record) {
  const taut_comparison *comparison = &compared->comparison;
  bool is_there = access(golden, F_OK) == 0;
  if (record->verdict != TAUT_PASS) {
    b->n_left++;
  } else if (is_there && status == TAUT_OK && comparison->is_same && comparison->is_same_hash) {
    b->n_same++;
  } else {
    const char *old_hash = NULL;
    if (compared->base.reader != NULL) {
      old_hash = taut_trace_reader_value(compared->base.reader, "taut.result", "trace_hash");
    }
    if (replace(b, golden, name, fresh, old_hash, record)) {
      b->n_made += !is_there;
      b->n_replaced += is_there;
    } else {
      char *why = taut_text_format("it could not be written: %s", strerror(errno));
      add_check(b, record, golden, TAUT_ERROR, "a new golden trace", why, -1);
      free(why);
    }
  }
}

bool taut_baseline_judge(taut_baseline *b, const char *name, const char *fresh,
                         taut_record *record) {
  if (record->verdict == TAUT_ERROR || fresh == NULL) {
    b->n_left++;
    return false;
  }
  char error[1024];
  char *golden = taut_text_format("%s/%s.mcap", b->folder, name);
  char *shown =
      b->shown != NULL ? taut_text_format("%s/%s.mcap", b->shown, name) : taut_text_copy(fresh);
  bool is_other = false, is_there = access(golden, F_OK) == 0;
  taut_golden compared = {.base = {.fd = -1}, .other = {.fd = -1}};
  taut_status status =
      is_there ? taut_golden_compare(golden, fresh, &compared, error, sizeof error) : TAUT_OK;
  // A damaged golden trace can be replaced; tolerances that are wrong are somebody's to correct.
  if (b->reason != NULL && (status == TAUT_OK || status == TAUT_EINVAL)) {
    update(b, golden, name, fresh, &compared, status, record);
  } else if (!is_there) {
    b->n_without++;
    add_missing(b, golden, record);
  } else if (status != TAUT_OK) {
    b->n_other++;
    add_check(b, record, golden, TAUT_ERROR, "a golden trace that can be compared", error, -1);
  } else if (compared.comparison.is_same) {
    b->n_same++;
    add_check(b, record, golden, TAUT_PASS, "", "", -1);
  } else {
    b->n_other++;
    is_other = true;
    add_difference(b, golden, shown, &compared.comparison, record);
  }
  taut_golden_fini(&compared);
  free(golden);
  free(shown);
  return is_other;
}

void taut_baseline_print(const taut_baseline *b) {
  printf("golden traces in %s: %zu the same", b->folder, b->n_same);
  if (b->n_other > 0) printf(", %zu not", b->n_other);
  if (b->n_without > 0) printf(", %zu cases without", b->n_without);
  if (b->n_made > 0) printf(", %zu made", b->n_made);
  if (b->n_replaced > 0) printf(", %zu replaced", b->n_replaced);
  if (b->n_left > 0) {
    printf(", %zu %s", b->n_left, b->reason != NULL ? "left: did not pass" : "without a trace");
  }
  printf("\n");
}

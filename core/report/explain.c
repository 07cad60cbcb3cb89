#include "report/explain.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHECKS_SHOWN = 5, LOGS_SHOWN = 8 };

static const taut_palette plain = {"", "", "", "", "", "", ""};
static const taut_palette colors = {"\033[1m",  "\033[2m",  "\033[31m", "\033[32m",
                                    "\033[33m", "\033[36m", "\033[0m"};

const taut_palette *taut_palette_get(bool use_color) {
  return use_color ? &colors : &plain;
}

const char *taut_palette_verdict(const taut_palette *palette, taut_verdict verdict) {
  if (verdict == TAUT_PASS) return palette->green;
  return verdict == TAUT_INCONCLUSIVE ? palette->yellow : palette->red;
}

/// The person of a case that is a protocol, "six_week: complying, 2 weeks" of six_week.lua; NULL
/// for others.
static const char *person_of(const taut_record *record) {
  const char *file = strrchr(record->file, '/');
  file = file != NULL ? file + 1 : record->file;
  size_t size = strcspn(file, ".");
  bool is_protocol = strstr(record->file, "protocols/") != NULL && record->name != NULL &&
                     strncmp(record->name, file, size) == 0 &&
                     strncmp(record->name + size, ": ", 2) == 0;
  return is_protocol ? record->name + size + 2 : NULL;
}

/// "protocol six_week.lua --user complying --weeks 2"
static void protocol_command(const taut_record *record, const char *person, taut_buffer *out) {
  const char *comma = strstr(person, ", ");
  taut_buffer_text(out, " protocol ");
  taut_text_quote(out, record->file);
  taut_buffer_printf(out, " --user %.*s", (int)strcspn(person, ","), person);
  if (comma != NULL)
    taut_buffer_printf(out, " --weeks %.*s", (int)strcspn(comma + 2, " "), comma + 2);
}

void taut_explain_command(const taut_record *record, const char *const *with, const char *program,
                          taut_buffer *out) {
  const char *person = person_of(record);
  taut_text_quote(out, program);
  taut_buffer_text(out, person != NULL ? "" : " run ");
  const char *journal = json_string_value(json_object_get(record->replay, "journal"));
  if (journal != NULL) {
    taut_buffer_text(out, "--replay ");
    taut_text_quote(out, journal);
    return;
  }
  if (person != NULL) {
    protocol_command(record, person, out);
  } else if (record->is_load_error || record->line == 0) {
    taut_text_quote(out, record->file);
  } else {
    char *selector = taut_text_format("%s:%s", record->file, record->name);
    taut_text_quote(out, selector);
    free(selector);
  }
  taut_buffer_printf(out, " --seed %llu", (unsigned long long)record->seed);
  for (size_t i = 0; with != NULL && with[i] != NULL; i++) {
    taut_buffer_text(out, " --with ");
    taut_text_quote(out, with[i]);
  }
  if (record->repeats > 1) taut_buffer_printf(out, " --repeat %d", record->repeats);
  if (record->baseline != NULL) {
    taut_buffer_text(out, " --baseline ");
    taut_text_quote(out, record->baseline);
  }
  const json_t *speed = json_object_get(record->pacing, "speed");
  const json_t *most = json_object_get(record->pacing, "deadline_misses_max");
  if (record->is_fast) taut_buffer_text(out, " --fidelity fast");
  if (record->is_live) {
    taut_buffer_text(out, " --live");
  } else if (speed != NULL)
    taut_buffer_printf(out, " --realtime=%g", json_real_value(speed));
  if (most != NULL) {
    taut_buffer_printf(out, " --deadline-misses-max %lld", (long long)json_integer_value(most));
  }
}

/// One labelled line; further lines of the text are indented to the same column.
static void field(taut_buffer *out, const taut_palette *p, const char *label, const char *text) {
  taut_buffer_printf(out, "  %s%-12s%s ", p->dim, label, p->reset);
  for (; *text != '\0'; text++) {
    if (*text == '\n') {
      taut_buffer_text(out, "\n               ");
    } else {
      taut_buffer_append(out, text, 1);
    }
  }
  taut_buffer_text(out, "\n");
}

static void explain_check(const taut_record *record, const taut_check_result *check,
                          const taut_palette *p, taut_buffer *out) {
  char text[512];
  const char *what = check->text[0] != '\0' ? check->text : check->expression;
  snprintf(text, sizeof text, "%s%s%s", check->id, check->id[0] != '\0' ? "  " : "", what);
  field(out, p, "requirement", text);
  if (check->verdict != TAUT_FAIL) field(out, p, "verdict", taut_verdict_name(check->verdict));
  const char *expected = check->expected[0] != '\0' ? check->expected : check->expression;
  if (expected[0] != '\0') field(out, p, "expected", expected);
  if (check->got[0] != '\0') field(out, p, "got", check->got);
  if (check->has_trigger) {
    snprintf(text, sizeof text, "%llu time%s", (unsigned long long)check->n_triggers,
             check->n_triggers == 1 ? "" : "s");
    field(out, p, "triggered", text);
  }
  if (check->tick_ns >= 0) {
    snprintf(text, sizeof text, "%.3f s", (double)check->tick_ns * 1e-9);
    field(out, p, "when", text);
  }
  if (check->has_margin && check->verdict == TAUT_FAIL) {
    bool has_unit = check->unit[0] != '\0' && strcmp(check->unit, "1") != 0;
    snprintf(text, sizeof text, "%.4g%s%s", fabs(check->margin), has_unit ? " " : "",
             has_unit ? check->unit : "");
    field(out, p, "by", text);
  }
  snprintf(text, sizeof text, "%s:%d", record->file, check->line > 0 ? check->line : record->line);
  field(out, p, "at", text);
}

static void explain_output(const taut_record *record, const taut_palette *p, taut_buffer *out) {
  size_t first = record->n_logs > LOGS_SHOWN ? record->n_logs - LOGS_SHOWN : 0;
  for (size_t i = first, n_shown = 0; i < record->n_logs; i++) {
    if (strcmp(record->logs[i], record->reason) == 0) continue;
    field(out, p, n_shown++ == 0 ? "log" : "", record->logs[i]);
  }
  if (record->output == NULL || record->output[0] == '\0') return;
  const char *tail = record->output + strlen(record->output);
  for (int lines = 0; tail > record->output; tail--) {
    if (tail[-1] == '\n' && tail[0] != '\0' && ++lines == LOGS_SHOWN) break;
  }
  size_t size = strlen(tail);
  while (size > 0 && tail[size - 1] == '\n') size--;
  char *text = taut_text_format("%.*s", (int)size, tail);
  field(out, p, "printed", text);
  free(text);
}

/// Where the case went wrong: the line that the reason itself begins with, else the scenario's.
static int line_of(const taut_record *record) {
  size_t size = strlen(record->file);
  if (strncmp(record->reason, record->file, size) == 0 && record->reason[size] == ':') {
    long line = strtol(record->reason + size + 1, NULL, 10);
    if (line > 0 && line < 1000000) return (int)line;
  }
  return record->line > 0 ? record->line : 1;
}

/// A plugin that took its process with it is best looked at alone.
static void explain_next(const taut_record *record, const char *const *with, const char *program,
                         const taut_palette *p, taut_buffer *out) {
  bool is_crash = strstr(record->reason, "ended the process") != NULL ||
                  strstr(record->reason, "of wall time") != NULL;
  for (size_t i = 0; is_crash && with != NULL && with[i] != NULL; i++) {
    const char *target = strchr(with[i], '=');
    size_t size = strlen(with[i]);
    bool is_lua = size > 4 && strcmp(with[i] + size - 4, ".lua") == 0;
    if (target == NULL || is_lua || strstr(target, "://") != NULL) continue;
    taut_buffer command = {0};
    taut_text_quote(&command, program);
    taut_buffer_text(&command, " check ");
    taut_text_quote(&command, target + 1);
    field(out, p, "next", command.data);
    taut_buffer_fini(&command);
  }
}

void taut_explain(const taut_record *record, const char *const *with, const char *program,
                  const taut_palette *palette, taut_buffer *out) {
  const taut_palette *p = palette != NULL ? palette : &plain;
  size_t n_shown = 0, n_broken = 0;
  for (size_t i = 0; i < record->n_checks; i++) {
    const taut_check_result *check = &record->checks[i];
    // What never came to a decision is worth space only when nothing else explains the verdict.
    bool is_broken = check->verdict == TAUT_FAIL || check->verdict == TAUT_ERROR ||
                     (check->verdict == TAUT_INCONCLUSIVE && record->verdict == TAUT_INCONCLUSIVE &&
                      !check->is_everywhere);
    if (!is_broken) continue;
    if (n_broken++ >= CHECKS_SHOWN) continue;
    if (n_shown++ > 0) taut_buffer_text(out, "\n");
    explain_check(record, check, p, out);
  }
  if (n_broken > n_shown) {
    taut_buffer_printf(out, "  %s%zu more%s\n", p->dim, n_broken - n_shown, p->reset);
  }
  if (n_broken == 0) {
    field(out, p, record->verdict == TAUT_ERROR ? "error" : "reason", record->reason);
    // Of a text that does not compile, the log is the line with its caret.
    explain_output(record, p, out);
    if (record->sim_ns > 0) {
      char when[64];
      snprintf(when, sizeof when, "%.3f s", (double)record->sim_ns * 1e-9);
      field(out, p, "when", when);
    }
    char *at = taut_text_format("%s:%d", record->file, line_of(record));
    field(out, p, "at", at);
    free(at);
  }
  if (record->verdict == TAUT_ERROR && n_broken > 0) explain_output(record, p, out);
  if (record->verdict == TAUT_ERROR) explain_next(record, with, program, p, out);
  taut_buffer command = {0};
  taut_explain_command(record, with, program, &command);
  field(out, p, "repro", command.data);
  taut_buffer_fini(&command);
}

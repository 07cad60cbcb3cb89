#include "cli/against.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hil/links.h"
#include "report/file.h"
#include "report/finding.h"

enum { TEXT_MAX = 60 };

// ------------------------------------------------------------------------------------------- roles

/// A path may hold a '=' of its own, behind a '/'.
static bool has_role(const char *text) {
  size_t n = strcspn(text, "=/");
  return text[n] == '=';
}

char **taut_against_targets(const taut_arguments *arguments) {
  const char **given = taut_arguments_values(arguments, "against");
  size_t n = 0;
  while (given[n] != NULL) n++;
  char **targets = taut_memory_resize(NULL, (n + 1) * sizeof *targets);
  for (size_t i = 0; i < n; i++) {
    targets[i] =
        has_role(given[i]) ? taut_text_copy(given[i]) : taut_text_format("controller=%s", given[i]);
  }
  targets[n] = NULL;
  free(given);
  return targets;
}

/// Whether `other` fills what `with` fills: the same place, or the role on both sides.
static bool takes_over(const char *other, const char *with) {
  size_t n_other = strcspn(other, "="), n_with = strcspn(with, "=");
  if (n_other == n_with && strncmp(other, with, n_with) == 0) return true;
  const char *dot = memchr(with, '.', n_with);
  if (dot == NULL) return false;
  size_t n_role = n_with - (size_t)(dot + 1 - with);
  return n_role == n_other && strncmp(dot + 1, other, n_role) == 0;
}

char **taut_against_with(char *const *with, char *const *other) {
  size_t n = 0, n_all = 0;
  while (with[n_all] != NULL) n_all++;
  for (size_t i = 0; other[i] != NULL; i++) n_all++;
  char **list = taut_memory_resize(NULL, (n_all + 1) * sizeof *list);
  for (size_t i = 0; with[i] != NULL; i++) {
    bool is_taken = false;
    for (size_t k = 0; other[k] != NULL && !is_taken; k++) {
      is_taken = takes_over(other[k], with[i]);
    }
    if (!is_taken) list[n++] = taut_text_copy(with[i]);
  }
  for (size_t i = 0; other[i] != NULL; i++) list[n++] = taut_text_copy(other[i]);
  list[n] = NULL;
  return list;
}

// --------------------------------------------------------------------------------------------- run

static void show_progress(void *user, const char *running) {
  taut_terminal *terminal = user;
  char *text = taut_text_format("against: %s", running != NULL ? running : "");
  taut_terminal_progress(terminal, text);
  free(text);
}

taut_status taut_against_run(taut_preparation *p, const taut_execution_options *options,
                             taut_terminal *terminal, taut_against *out) {
  *out = (taut_against){.given = (const char *const *)p->against_given};
  taut_execution_options own = *options;
  own.stop_at_first = false;
  char *folder = NULL;
  if (options->trace_folder != NULL) {
    own.trace_folder = folder = taut_text_format("%s/against", options->trace_folder);
    if (taut_file_make_folder(folder) != TAUT_OK) own.trace_folder = NULL;
  }
  char *journals = NULL;
  own.journal_folder = NULL;
  if (taut_links_wanted(p->against_config.scenario.with) && options->journal_folder != NULL) {
    own.journal_folder = journals = taut_text_format("%s/against", options->journal_folder);
    if (taut_file_make_folder(journals) != TAUT_OK) own.journal_folder = NULL;
  }
  const taut_execution_events events = {.on_tick = show_progress, .user = terminal};
  taut_status status = taut_execute(&p->against_zygote, &p->collection, &own, &events, &out->old);
  taut_terminal_clear(terminal);
  free(folder);
  free(journals);
  return status;
}

void taut_against_fini(taut_against *against) {
  taut_execution_fini(&against->old);
  free(against->rows);
  *against = (taut_against){0};
}

// ------------------------------------------------------------------------------------------- rows

static const taut_record *find_record(const taut_against *a, const taut_record *record) {
  for (size_t i = 0; i < a->old.n_records; i++) {
    const taut_record *old = &a->old.records[i];
    if (strcmp(old->file, record->file) == 0 && strcmp(old->name, record->name) == 0) return old;
  }
  return NULL;
}

static const taut_finding *find_finding(const taut_finding *list, size_t n,
                                        const taut_finding *like) {
  for (size_t i = 0; i < n; i++) {
    if (strcmp(list[i].id, like->id) != 0) continue;
    if (like->id[0] != '\0' || strcmp(list[i].text, like->text) == 0) return &list[i];
  }
  return NULL;
}

/// A finding that one side lacks is NULL, not both.
static taut_against_row *add_row(taut_against *a, const char *name, const taut_finding *old,
                                 const taut_finding *fresh) {
  static const taut_finding none = {.id = "", .text = "", .unit = ""};
  const taut_finding *before = old != NULL ? old : &none, *after = fresh != NULL ? fresh : &none;
  const taut_finding *any = fresh != NULL ? after : before;
  a->rows = taut_memory_resize(a->rows, (a->n_rows + 1) * sizeof *a->rows);
  taut_against_row *row = &a->rows[a->n_rows];
  *row = (taut_against_row){.name = name,
                            .id = any->id,
                            .text = any->text,
                            .has_old = old != NULL,
                            .has_new = fresh != NULL,
                            .old_verdict = before->verdict,
                            .new_verdict = after->verdict,
                            .old_margin = before->has_margin ? before->margin : (double)NAN,
                            .new_margin = after->has_margin ? after->margin : (double)NAN,
                            .unit = any->has_margin ? any->unit : "",
                            .i_row = a->n_rows};
  row->has_change = isfinite(row->old_margin) && isfinite(row->new_margin) &&
                    strcmp(before->unit, after->unit) == 0;
  a->n_rows++;
  return row;
}

static void add_rows(taut_against *a, const taut_record *old, const taut_record *fresh) {
  size_t n_old, n_new;
  taut_finding *before = taut_findings_gather(old->checks, old->n_checks, false, &n_old);
  taut_finding *after = taut_findings_gather(fresh->checks, fresh->n_checks, false, &n_new);
  // The case itself first: a crash has no requirement to show it.
  const taut_finding old_case = {.id = "", .text = "the case", .verdict = old->verdict, .unit = ""};
  const taut_finding new_case = {
      .id = "", .text = "the case", .verdict = fresh->verdict, .unit = ""};
  add_row(a, fresh->name, &old_case, &new_case)->is_case = true;
  for (size_t i = 0; i < n_new; i++) {
    add_row(a, fresh->name, find_finding(before, n_old, &after[i]), &after[i]);
  }
  for (size_t i = 0; i < n_old; i++) {
    if (find_finding(after, n_new, &before[i]) == NULL) add_row(a, fresh->name, &before[i], NULL);
  }
  free(before);
  free(after);
}

// ------------------------------------------------------------------------------------------- order

/// Positive when the verdict got worse. What only one side judged is no change of verdict.
static int verdict_change(const taut_against_row *row) {
  if (!row->has_old || !row->has_new) return 0;
  return taut_verdict_rank(row->new_verdict) - taut_verdict_rank(row->old_verdict);
}

/// Share of the margin that was lost: margins of different units get an order by it.
static double loss(const taut_against_row *row) {
  double most = fmax(fabs(row->old_margin), fabs(row->new_margin));
  return row->has_change && most > 0.0 ? (row->old_margin - row->new_margin) / most : 0.0;
}

static bool is_changed(const taut_against_row *row) {
  bool has_old = isfinite(row->old_margin), has_new = isfinite(row->new_margin);
  return row->has_old != row->has_new || verdict_change(row) != 0 || has_old != has_new ||
         row->old_margin < row->new_margin || row->old_margin > row->new_margin;
}

static int compare_rows(const void *left, const void *right) {
  const taut_against_row *a = left, *b = right;
  int change_a = verdict_change(a), change_b = verdict_change(b);
  if (change_a != change_b) return change_a > change_b ? -1 : 1;
  double loss_a = loss(a), loss_b = loss(b);
  if (loss_a < loss_b || loss_a > loss_b) return loss_a > loss_b ? -1 : 1;
  return a->i_row < b->i_row ? -1 : a->i_row > b->i_row;
}

// ------------------------------------------------------------------------------------------- JSON

static json_t *number_json(double value) {
  return isfinite(value) ? json_real(value) : json_null();
}

static json_t *verdict_json(bool is_given, taut_verdict verdict) {
  return is_given ? json_string(taut_verdict_name(verdict)) : json_null();
}

static json_t *row_json(const taut_against_row *row) {
  json_t *object = json_object();
  double change = row->has_change ? row->new_margin - row->old_margin : (double)NAN;
  json_object_set_new(object, "id", taut_record_string(row->id));
  json_object_set_new(object, "text", taut_record_string(row->text));
  json_object_set_new(object, "old_verdict", verdict_json(row->has_old, row->old_verdict));
  json_object_set_new(object, "new_verdict", verdict_json(row->has_new, row->new_verdict));
  json_object_set_new(object, "old_margin", number_json(row->old_margin));
  json_object_set_new(object, "new_margin", number_json(row->new_margin));
  json_object_set_new(object, "change", number_json(change));
  json_object_set_new(object, "unit", taut_record_string(row->unit));
  return object;
}

static json_t *case_json(const taut_against *a, size_t first, const taut_record *old,
                         bool is_same_trace) {
  char hash[33];
  json_t *object = json_object(), *list = json_array();
  taut_record_hex(old->trace_hash, hash);
  for (size_t i = first + 1; i < a->n_rows; i++) json_array_append_new(list, row_json(&a->rows[i]));
  json_object_set_new(object, "verdict", json_string(taut_verdict_name(old->verdict)));
  json_object_set_new(object, "reason", taut_record_string(old->reason));
  json_object_set_new(object, "trace_hash", old->has_hashes ? json_string(hash) : json_null());
  json_object_set_new(object, "same_trace", json_boolean(is_same_trace));
  json_object_set_new(object, "requirements", list);
  return object;
}

void taut_against_judge(taut_against *a, taut_record *records, size_t n_records) {
  for (size_t i = 0; i < n_records; i++) {
    taut_record *record = &records[i];
    const taut_record *old = find_record(a, record);
    if (old == NULL) continue;
    size_t first = a->n_rows;
    add_rows(a, old, record);
    bool is_same = record->has_hashes && old->has_hashes &&
                   memcmp(record->trace_hash, old->trace_hash, sizeof old->trace_hash) == 0;
    a->n_cases++;
    a->n_same_trace += is_same;
    record->against = case_json(a, first, old, is_same);
  }
  if (a->n_rows > 1) qsort(a->rows, a->n_rows, sizeof *a->rows, compare_rows);
}

// ------------------------------------------------------------------------------------------ print

static void print_row(const taut_against_row *row, const taut_palette *p) {
  int change = verdict_change(row);
  char verdict[40], margin[96] = "";
  const char *old = row->has_old ? taut_verdict_name(row->old_verdict) : "-";
  const char *fresh = row->has_new ? taut_verdict_name(row->new_verdict) : "-";
  if (strcmp(old, fresh) == 0) {
    snprintf(verdict, sizeof verdict, "%s", fresh);
  } else {
    snprintf(verdict, sizeof verdict, "%s -> %s", old, fresh);
  }
  bool has_unit = row->unit[0] != '\0' && strcmp(row->unit, "1") != 0;
  if (row->has_change) {
    snprintf(margin, sizeof margin, "margin %.4g -> %.4g%s%s (%+.3g)", row->old_margin,
             row->new_margin, has_unit ? " " : "", has_unit ? row->unit : "",
             row->new_margin - row->old_margin);
  } else if (isfinite(row->old_margin) || isfinite(row->new_margin)) {
    bool is_new = isfinite(row->new_margin);
    snprintf(margin, sizeof margin, is_new ? "margin - -> %.4g%s%s" : "margin %.4g%s%s -> -",
             is_new ? row->new_margin : row->old_margin, has_unit ? " " : "",
             has_unit ? row->unit : "");
  }
  bool is_worse = change > 0 || (change == 0 && loss(row) > 0.0);
  // An id says it all; a text is cut, never within a character.
  char *text = taut_text_clean(row->text, strlen(row->text));
  size_t room = strlen(text) < TEXT_MAX ? strlen(text) : TEXT_MAX;
  while (room > 0 && ((unsigned char)text[room] & 0xc0) == 0x80) room--;
  bool has_id = row->id[0] != '\0';
  const char *color = change > 0 ? p->red : is_worse ? p->yellow : p->green;
  printf("  %s%-20s%s %-40s %.*s  %s%s%s\n", color, verdict, p->reset, margin,
         has_id ? (int)strlen(row->id) : (int)room, has_id ? row->id : text, p->dim, row->name,
         p->reset);
  free(text);
}

void taut_against_print(const taut_against *a, const taut_palette *p) {
  printf("\nagainst");
  for (size_t i = 0; a->given[i] != NULL; i++) printf(" %s", a->given[i]);
  printf(" (old -> new), worst first\n");
  size_t n_changed = 0, n_worse = 0, n_better = 0, n_judged = 0;
  for (size_t i = 0; i < a->n_rows; i++) {
    const taut_against_row *row = &a->rows[i];
    if (is_changed(row)) print_row(row, p);
    if (row->is_case) {
      n_worse += verdict_change(row) > 0;
      n_better += verdict_change(row) < 0;
    } else {
      n_judged++;
      n_changed += is_changed(row);
    }
  }
  printf(
      "%zu of %zu requirements changed; %zu of %zu cases worse, %zu better, %zu with the same "
      "trace\n",
      n_changed, n_judged, n_worse, a->n_cases, n_better, a->n_same_trace);
  fflush(stdout);
}

#include "report/matrix.h"

#include <stdio.h>
#include <string.h>

/// What was found out about one requirement.
typedef struct finding {
  bool is_judged;
  bool is_exercised;
  taut_verdict verdict;  ///< the worst so far
  bool is_own;           ///< its margin comes from the formula itself
  bool has_margin;
  double margin;
  const char *unit;
  const char *worst_case;
  json_t *cases;  ///< names
} finding;

static const char *text_at(const json_t *entry, const char *key) {
  const char *text = json_string_value(json_object_get(entry, key));
  return text != NULL ? text : "";
}

/// error before fail before inconclusive before pass.
static int rank_of(taut_verdict verdict) {
  switch (verdict) {
    case TAUT_ERROR: return 3;
    case TAUT_FAIL: return 2;
    case TAUT_INCONCLUSIVE: return 1;
    case TAUT_PASS: break;
  }
  return 0;
}

/// Takes a verdict; `check` may be NULL.
static void take(finding *f, const taut_record *record, taut_verdict verdict,
                 const taut_check_result *check) {
  bool is_worse = !f->is_judged || rank_of(verdict) > rank_of(f->verdict);
  bool is_equal = f->is_judged && verdict == f->verdict;
  f->is_judged = true;
  if (is_worse) {
    f->verdict = verdict;
    f->worst_case = record->name;
    f->has_margin = f->is_own = false;
  }
  if (check == NULL || !check->has_margin || (!is_worse && !is_equal)) return;
  // The formula's margin counts before that of a check which only carries the id; margins of
  // different units cannot be compared, the first stays.
  bool is_better_source = check->is_requirement && !f->is_own;
  bool is_comparable =
      check->is_requirement == f->is_own && f->has_margin && strcmp(check->unit, f->unit) == 0;
  bool is_less = is_comparable && check->margin < f->margin;
  if (f->has_margin && !is_better_source && !is_less) return;
  f->has_margin = true;
  f->is_own = check->is_requirement;
  f->margin = check->margin;
  f->unit = check->unit;
  f->worst_case = record->name;
}

static bool is_covered_by(const taut_record *record, const char *id) {
  for (size_t i = 0; i < json_array_size(record->covers); i++) {
    const char *covered = json_string_value(json_array_get(record->covers, i));
    if (covered != NULL && strcmp(covered, id) == 0) return true;
  }
  return false;
}

/// What one case says. In a case that is in error nothing holds: what passed there is no evidence.
static void look_at(finding *f, const taut_record *record, const char *id) {
  bool is_covered = is_covered_by(record, id), is_taken = false;
  bool is_void = record->verdict == TAUT_ERROR;
  for (size_t i = 0; i < record->n_checks; i++) {
    const taut_check_result *check = &record->checks[i];
    if (strcmp(check->id, id) != 0) continue;
    bool is_decided = check->verdict != TAUT_INCONCLUSIVE;
    if (is_void && (check->verdict == TAUT_PASS || !is_decided)) continue;
    if (check->is_everywhere && !is_decided) continue;
    take(f, record, check->verdict, check);
    f->is_exercised |= check->verdict == TAUT_PASS || check->verdict == TAUT_FAIL;
    is_taken = true;
  }
  if (is_void && is_covered && !is_taken) {
    take(f, record, TAUT_ERROR, NULL);
    is_taken = true;
  }
  if (is_taken) json_array_append_new(f->cases, taut_record_string(record->name));
}

static void set_finding(json_t *entry, const finding *f) {
  json_object_set_new(entry, "verdict",
                      f->is_judged ? json_string(taut_verdict_name(f->verdict)) : json_null());
  json_object_set_new(entry, "margin", f->has_margin ? json_real(f->margin) : json_null());
  json_object_set_new(entry, "unit", taut_record_string(f->has_margin ? f->unit : ""));
  json_object_set_new(entry, "worst_case",
                      f->is_judged ? taut_record_string(f->worst_case) : json_null());
  json_object_set(entry, "cases", f->cases);
  json_object_set_new(entry, "gap", json_boolean(!f->is_exercised));
}

json_t *taut_matrix_requirements(const json_t *requirements, const taut_record *records,
                                 size_t n_records) {
  json_t *matrix = json_array();
  for (size_t i = 0; i < json_array_size(requirements); i++) {
    json_t *entry = json_copy(json_array_get(requirements, i));
    finding f = {.cases = json_array()};
    for (size_t k = 0; k < n_records; k++) look_at(&f, &records[k], text_at(entry, "id"));
    set_finding(entry, &f);
    json_decref(f.cases);
    json_array_append_new(matrix, entry);
  }
  return matrix;
}

static bool names_hazard(const json_t *requirement, const char *id) {
  const json_t *hazards = json_object_get(requirement, "hazards");
  for (size_t i = 0; i < json_array_size(hazards); i++) {
    if (strcmp(json_string_value(json_array_get(hazards, i)), id) == 0) return true;
  }
  return false;
}

json_t *taut_matrix_hazards(const json_t *hazards, const json_t *matrix) {
  json_t *list = json_array();
  for (size_t i = 0; i < json_array_size(hazards); i++) {
    json_t *entry = json_copy(json_array_get(hazards, i)), *ids = json_array();
    const char *id = text_at(entry, "id");
    const char *worst = NULL;
    int worst_rank = -1;
    bool is_exercised = false;
    for (size_t k = 0; k < json_array_size(matrix); k++) {
      const json_t *requirement = json_array_get(matrix, k);
      taut_verdict verdict;
      if (!names_hazard(requirement, id)) continue;
      json_array_append(ids, json_object_get(requirement, "id"));
      is_exercised |= json_is_false(json_object_get(requirement, "gap"));
      const char *name = text_at(requirement, "verdict");
      if (taut_verdict_parse(name, &verdict) != TAUT_OK || rank_of(verdict) <= worst_rank) continue;
      worst_rank = rank_of(verdict);
      worst = name;
    }
    json_object_set_new(entry, "requirements", ids);
    json_object_set_new(entry, "verdict", worst != NULL ? json_string(worst) : json_null());
    json_object_set_new(entry, "gap", json_boolean(!is_exercised));
    json_array_append_new(list, entry);
  }
  return list;
}

taut_matrix_tally taut_matrix_count(const json_t *matrix) {
  taut_matrix_tally tally = {.n = json_array_size(matrix)};
  for (size_t i = 0; i < tally.n; i++) {
    const json_t *entry = json_array_get(matrix, i);
    taut_verdict verdict;
    tally.n_exercised += json_is_false(json_object_get(entry, "gap"));
    if (taut_verdict_parse(text_at(entry, "verdict"), &verdict) != TAUT_OK) continue;
    tally.n_failed += verdict == TAUT_FAIL;
    tally.n_error += verdict == TAUT_ERROR;
    tally.n_inconclusive += verdict == TAUT_INCONCLUSIVE;
  }
  return tally;
}

/// The first words of a text, whole ones, 32 bytes at most.
static void append_words(taut_buffer *out, const char *text) {
  enum { ROOM = 32 };
  size_t n = strlen(text);
  if (n > ROOM) {
    for (n = ROOM; n > 0 && text[n] != ' ';) n--;
    // One word longer than the room is cut between characters.
    if (n == 0)
      for (n = ROOM; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80;) n--;
  }
  while (n > 0 && strchr(" ,;:", text[n - 1]) != NULL) n--;
  taut_buffer_append(out, text, n);
  if (text[n] != '\0') taut_buffer_text(out, " ...");
}

void taut_matrix_gaps(const json_t *matrix, size_t n_max, taut_buffer *out) {
  size_t n_gaps = 0, n_shown = 0;
  for (size_t i = 0; i < json_array_size(matrix); i++) {
    const json_t *entry = json_array_get(matrix, i);
    if (!json_is_true(json_object_get(entry, "gap"))) continue;
    if (n_max > 0 && n_gaps++ >= n_max) continue;
    taut_buffer_printf(out, "%s%s", n_shown++ > 0 ? ", " : "", text_at(entry, "id"));
    if (n_max == 0) continue;
    taut_buffer_text(out, " ");
    append_words(out, text_at(entry, "text"));
  }
  if (n_gaps > n_shown) taut_buffer_printf(out, ", and %zu more", n_gaps - n_shown);
}

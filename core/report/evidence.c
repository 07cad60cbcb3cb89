#include "report/evidence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/bundle.h"
#include "report/matrix.h"

// ------------------------------------------------------------------------------------------- runs

static json_t *take_fields(const json_t *whole, const char *const *names) {
  json_t *some = json_object();
  for (; *names != NULL; names++) {
    json_t *value = json_object_get(whole, *names);
    if (value != NULL) json_object_set(some, *names, value);
  }
  return some;
}

/// A requirement's words and formula stand in the registers.
static json_t *check_of(const json_t *check, bool is_brief) {
  static const char *const brief[] = {"id",         "verdict",     "triggers",
                                      "everywhere", "requirement", NULL};
  if (is_brief) return take_fields(check, brief);
  json_t *copy = json_copy((json_t *)(uintptr_t)check);
  json_object_del(copy, "signals");
  if (json_is_true(json_object_get(check, "requirement"))) {
    json_object_del(copy, "text");
    json_object_del(copy, "expression");
  }
  return copy;
}

static bool says_nothing(const json_t *check) {
  const char *verdict = json_string_value(json_object_get(check, "verdict"));
  return json_is_true(json_object_get(check, "everywhere")) && verdict != NULL &&
         strcmp(verdict, "inconclusive") == 0;
}

json_t *taut_evidence_keep(const taut_record *record, bool is_brief) {
  static const char *const kept[] = {"name",        "file",      "line",       "rig",
                                     "verdict",     "reason",    "seed",       "covers",
                                     "simulated_s", "skipped_s", "trace_hash", "state_hash",
                                     "plan_hash",   "fidelity",  "live",       NULL};
  json_t *whole = taut_record_json(record), *run = take_fields(whole, kept), *item;
  json_t *checks = json_array();
  size_t i;
  json_array_foreach(json_object_get(whole, "checks"), i, item) {
    json_array_append_new(checks, check_of(item, is_brief || says_nothing(item)));
  }
  json_object_set_new(run, "checks", checks);
  if (record->notes != NULL && json_array_size(record->notes) > 0)
    json_object_set_new(run, "notes", json_deep_copy(record->notes));
  json_decref(whole);
  return run;
}

json_t *taut_evidence_run(const taut_record *record, bool is_brief) {
  static const char *const brief[] = {"name",       "file",      "verdict", "seed",
                                      "trace_hash", "plan_hash", NULL};
  json_t *whole = taut_evidence_keep(record, false), *item;
  size_t i;
  if (is_brief) {
    json_t *run = take_fields(whole, brief);
    if (record->verdict != TAUT_PASS)
      json_object_set(run, "reason", json_object_get(whole, "reason"));
    json_decref(whole);
    return run;
  }
  json_t *checks = json_array();
  json_array_foreach(json_object_get(whole, "checks"), i, item) {
    if (!says_nothing(item)) json_array_append(checks, item);
  }
  json_object_set_new(whole, "checks", checks);
  return whole;
}

json_t *taut_evidence_count(const json_t *runs) {
  static const taut_verdict verdicts[] = {TAUT_PASS, TAUT_FAIL, TAUT_INCONCLUSIVE, TAUT_ERROR};
  json_t *counts = json_object();
  for (size_t k = 0; k < 4; k++) {
    json_int_t n = 0;
    for (size_t i = 0; i < json_array_size(runs); i++) {
      const char *verdict = json_string_value(json_object_get(json_array_get(runs, i), "verdict"));
      n += verdict != NULL && strcmp(verdict, taut_verdict_name(verdicts[k])) == 0;
    }
    json_object_set_new(counts, taut_verdict_name(verdicts[k]), json_integer(n));
  }
  return counts;
}

json_t *taut_evidence_rounded(json_t *document) {
  char *text = taut_json_canonical(document);
  json_decref(document);
  document = json_loads(text, JSON_DECODE_ANY, NULL);
  free(text);
  return document;
}

// ------------------------------------------------------------------------------------------
// records

static void set_default(json_t *object, const char *key, json_t *value) {
  if (json_object_get(object, key) == NULL) json_object_set(object, key, value);
  json_decref(value);
}

taut_status taut_evidence_record(const json_t *run, taut_record *record) {
  static const char *const texts[] = {"text", "expression", "unit", "expected", "got", NULL};
  json_t *item = json_copy((json_t *)run), *checks = json_array(), *check;
  size_t i;
  json_array_foreach(json_object_get(run, "checks"), i, check) {
    json_t *whole = json_copy(check);
    for (size_t k = 0; texts[k] != NULL; k++) set_default(whole, texts[k], json_string(""));
    set_default(whole, "signals", json_array());
    set_default(whole, "margin", json_null());
    set_default(whole, "tick_ns", json_null());
    set_default(whole, "line", json_integer(0));
    json_array_append_new(checks, whole);
  }
  json_object_set_new(item, "checks", checks);
  set_default(item, "logs", json_array());
  taut_status status = taut_record_read(item, record);
  json_decref(item);
  return status;
}

const char *const taut_evidence_campaigns[] = {"suite", "faults", "corners", "demands", NULL};

static bool is_whole(const char *campaign) {
  return strcmp(campaign, "demands") != 0;
}

json_t *taut_evidence_registers(const json_t *requirements, const json_t *hazards,
                                const json_t *runs) {
  size_t n_all = 0, n = 0, i;
  json_t *run;
  for (size_t c = 0; taut_evidence_campaigns[c] != NULL; c++)
    n_all += json_array_size(json_object_get(runs, taut_evidence_campaigns[c]));
  taut_record *records = taut_memory_resize(NULL, (n_all + 1) * sizeof *records);
  bool is_fine = true;
  for (size_t c = 0; taut_evidence_campaigns[c] != NULL; c++) {
    if (!is_whole(taut_evidence_campaigns[c])) continue;
    json_array_foreach(json_object_get(runs, taut_evidence_campaigns[c]), i, run) {
      records[n] = (taut_record){0};
      is_fine = taut_evidence_record(run, &records[n++]) == TAUT_OK && is_fine;
    }
  }
  json_t *document = NULL;
  if (is_fine) {
    document = json_object();
    json_t *matrix = taut_matrix_requirements(requirements, records, n);
    json_object_set_new(document, "requirements", matrix);
    json_object_set_new(document, "hazards", taut_matrix_hazards(hazards, matrix));
  }
  for (i = 0; i < n; i++) taut_record_fini(&records[i]);
  free(records);
  return document;
}

// ------------------------------------------------------------------------------------- differences

/// One line, short enough for a message.
static char *shown(const json_t *value) {
  if (value == NULL) return taut_text_copy("nothing");
  char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_SORT_KEYS | JSON_REAL_PRECISION(15));
  if (text != NULL && strlen(text) > 160) memcpy(text + 156, "...", 4);
  return text != NULL ? text : taut_text_copy("?");
}

static bool is_same(const json_t *a, const json_t *b) {
  if (a == NULL || b == NULL) return a == b;
  // Numbers that were in a file have been rounded as the file's are.
  char *left = taut_json_canonical(a), *right = taut_json_canonical(b);
  bool same = strcmp(left, right) == 0;
  free(left);
  free(right);
  return same;
}

static bool tell(const char *field, const json_t *a, const json_t *b, char *text, size_t size) {
  char *left = shown(a), *right = shown(b);
  snprintf(text, size, "%s: expected %s, got %s", field, left, right);
  free(left);
  free(right);
  return true;
}

static const char *text_at(const json_t *object, const char *key) {
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL ? text : "";
}

/// Checks come in the order of the script and the register.
static bool checks_differ(const json_t *a, const json_t *b, char *text, size_t size) {
  size_t n = json_array_size(a);
  for (size_t i = 0; i < n; i++) {
    const json_t *left = json_array_get(a, i), *right = json_array_get(b, i);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)left, key, value) {
      const json_t *other = json_object_get(right, key);
      if (is_same(value, other)) continue;
      const char *id = text_at(left, "id");
      char *field =
          taut_text_format("check %s%s%s", id[0] != '\0' ? id : text_at(left, "text"), ", ", key);
      tell(field, value, other, text, size);
      free(field);
      return true;
    }
  }
  if (json_array_size(b) == n) return false;
  snprintf(text, size, "checks: expected %zu, got %zu", n, json_array_size(b));
  return true;
}

bool taut_evidence_differs(const json_t *expected, const json_t *got, char *text, size_t size) {
  // What says most comes first.
  static const char *const first[] = {"verdict", "trace_hash", "plan_hash", "state_hash", NULL};
  const char *key;
  json_t *value;
  for (size_t i = 0; first[i] != NULL; i++) {
    value = json_object_get(expected, first[i]);
    if (value != NULL && !is_same(value, json_object_get(got, first[i])))
      return tell(first[i], value, json_object_get(got, first[i]), text, size);
  }
  json_object_foreach((json_t *)expected, key, value) {
    const json_t *other = json_object_get(got, key);
    if (is_same(value, other)) continue;
    if (strcmp(key, "checks") == 0) return checks_differ(value, other, text, size);
    return tell(key, value, other, text, size);
  }
  return false;
}

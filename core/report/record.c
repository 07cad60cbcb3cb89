#include "report/record.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/text.h"

enum {
  NOTES_MAX = 20000,
  NOTE_FIELDS_MAX = 66,
  CHECKS_MAX = 100000,
  LOGS_MAX = 1000000,
  SIGNALS_MAX = 10000000
};

static const taut_verdict verdicts[] = {TAUT_PASS, TAUT_FAIL, TAUT_INCONCLUSIVE, TAUT_ERROR};

taut_status taut_verdict_parse(const char *name, taut_verdict *out) {
  for (size_t i = 0; i < sizeof verdicts / sizeof verdicts[0]; i++) {
    if (strcmp(name, taut_verdict_name(verdicts[i])) != 0) continue;
    *out = verdicts[i];
    return TAUT_OK;
  }
  return TAUT_EINVAL;
}

void taut_record_fini(taut_record *record) {
  free(record->file);
  free(record->name);
  free(record->rig);
  free(record->hazard);
  free(record->reason);
  free(record->output);
  free(record->trace);
  free(record->run_trace);
  free(record->journal);
  json_decref(record->replay);
  free(record->baseline);
  free(record->checks);
  free(record->signals);
  free(record->logs);
  json_decref(record->inputs);
  json_decref(record->plots);
  json_decref(record->reps);
  json_decref(record->pacing);
  json_decref(record->against);
  json_decref(record->covers);
  json_decref(record->answer);
  *record = (taut_record){0};
}

void taut_record_drop_notes(taut_record *record) {
  if (record->notes != NULL) json_object_del(record->answer, "notes");
  record->notes = NULL;
}

void taut_record_hex(const uint8_t hash[16], char text[33]) {
  for (size_t i = 0; i < 16; i++) snprintf(text + 2 * i, 3, "%02x", hash[i]);
}

static taut_status decode_hash(const json_t *value, uint8_t hash[16]) {
  static const char digits[] = "0123456789abcdef";
  memset(hash, 0, 16);
  if (json_is_null(value)) return TAUT_OK;
  const char *text = json_string_value(value);
  if (text == NULL || strlen(text) != 32) return TAUT_EINVAL;
  for (size_t i = 0; i < 16; i++) {
    const char *high = strchr(digits, text[2 * i]), *low = strchr(digits, text[2 * i + 1]);
    if (high == NULL || low == NULL) return TAUT_EINVAL;
    hash[i] = (uint8_t)((high - digits) * 16 + (low - digits));
  }
  return TAUT_OK;
}

json_t *taut_record_string(const char *text) {
  if (text == NULL) text = "";
  char *clean = taut_text_clean(text, strlen(text));
  json_t *string = json_string(clean);
  free(clean);
  return string;
}

double taut_record_number(const json_t *object, const char *key) {
  return json_number_value(json_object_get(object, key));
}

const char *taut_record_text(const json_t *object, const char *key) {
  const char *value = json_string_value(json_object_get(object, key));
  return value != NULL ? value : "";
}

/// All zero stands for "there is no such hash": a remote role, or a case that never ran.
static json_t *hash_json(const uint8_t hash[16]) {
  static const uint8_t none[16];
  char text[33];
  if (memcmp(hash, none, 16) == 0) return json_null();
  taut_record_hex(hash, text);
  return json_string(text);
}

/// JSON knows no NaN and no infinity: null.
static json_t *number_json(bool is_given, double value) {
  return is_given && isfinite(value) ? json_real(value) : json_null();
}

static json_t *check_json(const taut_check_result *check) {
  json_t *object = json_object();
  json_object_set_new(object, "id", taut_record_string(check->id));
  json_object_set_new(object, "text", taut_record_string(check->text));
  json_object_set_new(object, "expression", taut_record_string(check->expression));
  json_object_set_new(object, "verdict", json_string(taut_verdict_name(check->verdict)));
  json_object_set_new(object, "margin", number_json(check->has_margin, check->margin));
  json_object_set_new(object, "unit", taut_record_string(check->unit));
  json_object_set_new(object, "tick_ns",
                      check->tick_ns >= 0 ? json_integer(check->tick_ns) : json_null());
  json_object_set_new(object, "expected", taut_record_string(check->expected));
  json_object_set_new(object, "got", taut_record_string(check->got));
  json_object_set_new(object, "line", json_integer(check->line));
  json_object_set_new(object, "requirement", json_boolean(check->is_requirement));
  json_object_set_new(object, "everywhere", json_boolean(check->is_everywhere));
  json_object_set_new(
      object, "triggers",
      check->has_trigger ? json_integer((json_int_t)check->n_triggers) : json_null());
  json_t *signals = json_array();
  for (size_t i = 0; i < check->n_signals; i++)
    json_array_append_new(signals, taut_record_string(check->signals[i]));
  json_object_set_new(object, "signals", signals);
  return object;
}

static json_t *checks_json(const taut_check_result *checks, size_t n) {
  json_t *array = json_array();
  for (size_t i = 0; i < n; i++) json_array_append_new(array, check_json(&checks[i]));
  return array;
}

static json_t *logs_json(const char *const *logs, size_t n) {
  json_t *array = json_array();
  for (size_t i = 0; i < n; i++) json_array_append_new(array, taut_record_string(logs[i]));
  return array;
}

static json_t *note_value_json(const taut_note_value *value) {
  bool is_whole = fabs(value->number) <= 9007199254740992.0 &&
                  (double)(json_int_t)value->number == value->number;
  switch (value->kind) {
    case TAUT_NOTE_BOOL: return json_boolean(value->number != 0);
    case TAUT_NOTE_TEXT: return taut_record_string(value->text);
    case TAUT_NOTE_NUMBER:
      return is_whole ? json_integer((json_int_t)value->number) : json_real(value->number);
    case TAUT_NOTE_LIST: break;
  }
  json_t *array = json_array();
  for (size_t i = 0; i < value->n_items; i++)
    json_array_append_new(array, note_value_json(&value->items[i]));
  return array;
}

static json_t *notes_json(const taut_note *notes, size_t n) {
  json_t *array = json_array();
  for (size_t i = 0; i < n; i++) {
    json_t *object = json_object();
    json_object_set_new(object, "t", json_real((double)notes[i].tick_ns * 1e-9));
    json_object_set_new(object, "kind", json_string(notes[i].kind));
    for (size_t k = 0; k < notes[i].n_fields; k++)
      json_object_set_new(object, notes[i].fields[k].key,
                          note_value_json(&notes[i].fields[k].value));
    json_array_append_new(array, object);
  }
  return array;
}

json_t *taut_record_encode(const taut_case_result *result) {
  json_t *object = json_object();
  json_object_set_new(object, "verdict", json_string(taut_verdict_name(result->verdict)));
  json_object_set_new(object, "reason", taut_record_string(result->reason));
  json_object_set_new(object, "seed", json_integer((json_int_t)result->seed));
  json_object_set_new(object, "sim_ns", json_integer(result->sim_ns));
  json_object_set_new(object, "skipped_ns", json_integer(result->skipped_ns));
  json_object_set_new(object, "trace_hash", hash_json(result->trace_hash));
  json_object_set_new(object, "state_hash", hash_json(result->state_hash));
  json_object_set_new(object, "plan_hash", hash_json(result->plan_hash));
  json_object_set_new(object, "checks", checks_json(result->checks, result->n_checks));
  json_object_set_new(object, "notes", notes_json(result->notes, result->n_notes));
  json_object_set_new(object, "logs", logs_json(result->logs, result->n_logs));
  return object;
}

// ------------------------------------------------------------------------------------------ decode

static const char *text_of(const json_t *object, const char *key) {
  return json_string_value(json_object_get(object, key));
}

/// The names of signals of a check go behind those of the checks before it.
static taut_status decode_signals(const json_t *names, taut_record *record, size_t *n_signals,
                                  taut_check_result *check) {
  size_t n = json_array_size(names);
  if (!json_is_array(names) || n > SIGNALS_MAX - *n_signals) return TAUT_EINVAL;
  check->signals = record->signals + *n_signals;
  check->n_signals = n;
  for (size_t i = 0; i < n; i++) {
    const char *name = json_string_value(json_array_get(names, i));
    if (name == NULL) return TAUT_EINVAL;
    record->signals[(*n_signals)++] = name;
  }
  return TAUT_OK;
}

static taut_status decode_check(const json_t *object, taut_check_result *check) {
  const char *verdict = text_of(object, "verdict");
  const json_t *margin = json_object_get(object, "margin");
  const json_t *tick = json_object_get(object, "tick_ns");
  const json_t *line = json_object_get(object, "line");
  const json_t *is_requirement = json_object_get(object, "requirement");
  const json_t *is_everywhere = json_object_get(object, "everywhere");
  const json_t *triggers = json_object_get(object, "triggers");
  *check = (taut_check_result){.id = text_of(object, "id"),
                               .text = text_of(object, "text"),
                               .expression = text_of(object, "expression"),
                               .unit = text_of(object, "unit"),
                               .expected = text_of(object, "expected"),
                               .got = text_of(object, "got"),
                               .has_margin = json_is_number(margin),
                               .margin = json_number_value(margin),
                               .tick_ns = json_is_integer(tick) ? json_integer_value(tick) : -1,
                               .line = (int)json_integer_value(line),
                               .is_requirement = json_is_true(is_requirement),
                               .is_everywhere = json_is_true(is_everywhere),
                               .has_trigger = json_is_integer(triggers),
                               .n_triggers = (uint64_t)json_integer_value(triggers)};
  bool is_whole =
      check->id != NULL && check->text != NULL && check->expression != NULL &&
      check->unit != NULL && check->expected != NULL && check->got != NULL && verdict != NULL &&
      (margin != NULL && (json_is_null(margin) || check->has_margin)) && json_is_integer(line) &&
      json_is_boolean(is_requirement) && json_is_boolean(is_everywhere) &&
      (json_is_null(triggers) || (check->has_trigger && json_integer_value(triggers) >= 0));
  if (!is_whole) return TAUT_EINVAL;
  return taut_verdict_parse(verdict, &check->verdict);
}

static taut_status decode_lists(const json_t *checks, const json_t *logs, taut_record *record) {
  size_t n_checks = json_array_size(checks), n_logs = json_array_size(logs);
  if (!json_is_array(checks) || !json_is_array(logs)) return TAUT_EINVAL;
  if (n_checks > CHECKS_MAX || n_logs > LOGS_MAX) return TAUT_EINVAL;
  record->checks = taut_memory_resize(NULL, (n_checks + 1) * sizeof *record->checks);
  record->logs = taut_memory_resize(NULL, (n_logs + 1) * sizeof *record->logs);
  record->n_checks = n_checks;
  record->n_logs = n_logs;
  size_t n_names = 0, n_signals = 0;
  for (size_t i = 0; i < n_checks; i++)
    n_names += json_array_size(json_object_get(json_array_get(checks, i), "signals"));
  if (n_names > SIGNALS_MAX) return TAUT_EINVAL;
  record->signals = taut_memory_resize(NULL, (n_names + 1) * sizeof *record->signals);
  for (size_t i = 0; i < n_checks; i++) {
    const json_t *check = json_array_get(checks, i);
    taut_status status = decode_check(check, &record->checks[i]);
    if (status == TAUT_OK)
      status =
          decode_signals(json_object_get(check, "signals"), record, &n_signals, &record->checks[i]);
    if (status != TAUT_OK) return status;
  }
  for (size_t i = 0; i < n_logs; i++) {
    record->logs[i] = json_string_value(json_array_get(logs, i));
    if (record->logs[i] == NULL) return TAUT_EINVAL;
  }
  return TAUT_OK;
}

static taut_status decode_hashes(const json_t *answer, taut_record *record) {
  const struct {
    const char *key;
    uint8_t *hash;
  } hashes[] = {{"trace_hash", record->trace_hash},
                {"state_hash", record->state_hash},
                {"plan_hash", record->plan_hash}};
  for (size_t i = 0; i < sizeof hashes / sizeof hashes[0]; i++) {
    const json_t *value = json_object_get(answer, hashes[i].key);
    if (value == NULL || decode_hash(value, hashes[i].hash) != TAUT_OK) return TAUT_EINVAL;
  }
  record->has_hashes = json_is_string(json_object_get(answer, "trace_hash"));
  return TAUT_OK;
}

/// A flat object of scalars and lists of scalars with a time and a kind: it comes from a script.
static bool is_note(json_t *note) {
  const json_t *t = json_object_get(note, "t");
  if (!json_is_object(note) || json_object_size(note) > NOTE_FIELDS_MAX || !json_is_number(t) ||
      !(json_number_value(t) >= 0) || text_of(note, "kind") == NULL)
    return false;
  const char *key;
  json_t *value;
  json_object_foreach(note, key, value) {
    if (json_is_object(value) || json_is_null(value)) return false;
    for (size_t i = 0; i < json_array_size(value); i++) {
      const json_t *item = json_array_get(value, i);
      if (json_is_object(item) || json_is_array(item) || json_is_null(item)) return false;
    }
  }
  return true;
}

static taut_status decode_notes(const json_t *answer, taut_record *record) {
  const json_t *skipped = json_object_get(answer, "skipped_ns");
  record->notes = json_object_get(answer, "notes");
  record->skipped_ns = json_integer_value(skipped);
  if (!json_is_integer(skipped) || record->skipped_ns < 0) return TAUT_EINVAL;
  if (!json_is_array(record->notes) || json_array_size(record->notes) > NOTES_MAX)
    return TAUT_EINVAL;
  for (size_t i = 0; i < json_array_size(record->notes); i++)
    if (!is_note(json_array_get(record->notes, i))) return TAUT_EINVAL;
  return TAUT_OK;
}

taut_status taut_record_decode(json_t *answer, taut_record *record) {
  taut_record decoded = {0};
  const char *verdict = text_of(answer, "verdict"), *reason = text_of(answer, "reason");
  const json_t *seed = json_object_get(answer, "seed"), *sim = json_object_get(answer, "sim_ns");
  taut_status status = TAUT_EINVAL;
  if (verdict != NULL && reason != NULL && json_is_integer(seed) && json_is_integer(sim) &&
      json_integer_value(sim) >= 0) {
    status = taut_verdict_parse(verdict, &decoded.verdict);
  }
  if (status == TAUT_OK) status = decode_hashes(answer, &decoded);
  if (status == TAUT_OK) status = decode_notes(answer, &decoded);
  if (status == TAUT_OK) {
    status =
        decode_lists(json_object_get(answer, "checks"), json_object_get(answer, "logs"), &decoded);
  }
  // A pass with a check that did not hold contradicts itself: whoever sent it cannot be believed.
  for (size_t i = 0; status == TAUT_OK && i < decoded.n_checks; i++) {
    taut_verdict held = decoded.checks[i].verdict;
    if (decoded.verdict == TAUT_PASS && (held == TAUT_FAIL || held == TAUT_ERROR))
      status = TAUT_EINVAL;
  }
  if (status != TAUT_OK) {
    free(decoded.checks);
    free(decoded.signals);
    free(decoded.logs);
    return status;
  }
  free(record->reason);
  free(record->checks);
  free(record->signals);
  free(record->logs);
  json_decref(record->answer);
  record->verdict = decoded.verdict;
  record->reason = taut_text_copy(reason);
  record->seed = (uint64_t)json_integer_value(seed);
  record->sim_ns = json_integer_value(sim);
  record->skipped_ns = decoded.skipped_ns;
  record->notes = decoded.notes;
  record->has_hashes = decoded.has_hashes;
  memcpy(record->trace_hash, decoded.trace_hash, 16);
  memcpy(record->state_hash, decoded.state_hash, 16);
  memcpy(record->plan_hash, decoded.plan_hash, 16);
  record->checks = decoded.checks;
  record->signals = decoded.signals;
  record->n_checks = decoded.n_checks;
  record->logs = decoded.logs;
  record->n_logs = decoded.n_logs;
  record->answer = json_incref(answer);
  return TAUT_OK;
}

/// Keeps a text as long as the record's answer.
static const char *keep_text(json_t *kept, const char *text) {
  json_array_append_new(kept, taut_record_string(text));
  return json_string_value(json_array_get(kept, json_array_size(kept) - 1));
}

void taut_record_add_check(taut_record *record, const taut_check_result *check) {
  if (record->answer == NULL) record->answer = json_object();
  json_t *kept = json_object_get(record->answer, "added");
  if (kept == NULL) {
    kept = json_array();
    json_object_set_new(record->answer, "added", kept);
  }
  record->checks =
      taut_memory_resize(record->checks, (record->n_checks + 1) * sizeof *record->checks);
  taut_check_result *own = &record->checks[record->n_checks++];
  *own = *check;
  own->id = keep_text(kept, check->id);
  own->text = keep_text(kept, check->text);
  own->expression = keep_text(kept, check->expression);
  own->unit = keep_text(kept, check->unit);
  own->expected = keep_text(kept, check->expected);
  own->got = keep_text(kept, check->got);
}

// ---------------------------------------------------------------------------------------- document

json_t *taut_record_json(const taut_record *record) {
  json_t *object = json_object();
  json_object_set_new(object, "name", taut_record_string(record->name));
  json_object_set_new(object, "file", taut_record_string(record->file));
  json_object_set_new(object, "line", json_integer(record->line));
  if (record->rig != NULL) json_object_set_new(object, "rig", taut_record_string(record->rig));
  if (record->hazard != NULL)
    json_object_set_new(object, "hazard", taut_record_string(record->hazard));
  json_object_set_new(object, "verdict", json_string(taut_verdict_name(record->verdict)));
  json_object_set_new(object, "reason", taut_record_string(record->reason));
  json_object_set_new(object, "seed", json_integer((json_int_t)record->seed));
  json_object_set_new(object, "repeats", json_integer(record->repeats));
  json_object_set_new(object, "covers",
                      record->covers != NULL ? json_incref(record->covers) : json_array());
  json_object_set_new(object, "simulated_s", json_real((double)record->sim_ns * 1e-9));
  if (record->skipped_ns > 0)
    json_object_set_new(object, "skipped_s", json_real((double)record->skipped_ns * 1e-9));
  json_object_set_new(object, "trace_hash", hash_json(record->trace_hash));
  json_object_set_new(object, "state_hash", hash_json(record->state_hash));
  json_object_set_new(object, "plan_hash", hash_json(record->plan_hash));
  json_object_set_new(object, "checks", checks_json(record->checks, record->n_checks));
  json_object_set_new(object, "logs", logs_json(record->logs, record->n_logs));
  json_object_set_new(object, "output", taut_record_string(record->output));
  json_object_set_new(object, "output_lost_bytes", json_integer((json_int_t)record->n_output_lost));
  if (record->is_fast) json_object_set_new(object, "fidelity", json_string("fast"));
  if (record->is_live) json_object_set_new(object, "live", json_true());
  if (record->replay != NULL) json_object_set(object, "replay", record->replay);
  if (record->trace != NULL)
    json_object_set_new(object, "trace", taut_record_string(record->trace));
  if (record->baseline != NULL)
    json_object_set_new(object, "baseline", taut_record_string(record->baseline));
  if (record->against != NULL) json_object_set(object, "against", record->against);
  json_t *environment = json_object();
  json_object_set_new(environment, "wall_s", json_real(record->wall_s));
  json_object_set_new(environment, "pid", json_integer(record->pid));
  if (record->pacing != NULL) json_object_set(environment, "pacing", record->pacing);
  if (record->run_trace != NULL) {
    json_object_set_new(environment, "trace", taut_record_string(record->run_trace));
  }
  if (record->journal != NULL) {
    json_object_set_new(environment, "journal", taut_record_string(record->journal));
  }
  json_object_set_new(object, "environment", environment);
  return object;
}

json_t *taut_record_case_json(const taut_record *record) {
  json_t *object = taut_record_json(record);
  if (json_array_size(record->notes) > 0)
    json_object_set_new(object, "notes", json_incref((json_t *)(uintptr_t)record->notes));
  json_object_set_new(object, "plots",
                      record->plots != NULL ? json_incref(record->plots) : json_null());
  json_object_set_new(object, "reps",
                      record->reps != NULL ? json_incref(record->reps) : json_array());
  return object;
}

const taut_check_result *taut_record_culprit(const taut_record *record) {
  static const taut_verdict order[] = {TAUT_ERROR, TAUT_FAIL, TAUT_INCONCLUSIVE};
  for (size_t i_order = 0; i_order < 3; i_order++) {
    for (size_t i = 0; i < record->n_checks; i++) {
      const taut_check_result *check = &record->checks[i];
      bool says_nothing = check->is_everywhere && check->verdict == TAUT_INCONCLUSIVE;
      if (check->verdict == order[i_order] && !says_nothing) return check;
    }
  }
  return NULL;
}

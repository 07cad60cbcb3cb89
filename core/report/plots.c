#include "report/plots.h"

#include <math.h>
#include <string.h>

#include "report/pack.h"

enum {
  SIGNALS_MAX = 64,
  ALIASES_MAX = 256,
  WINDOWS_MAX = 16,
  EVENTS_MAX = 1000,
  REPS_MAX = 1000,
  SYMPTOMS_MAX = 16,
  LABELS_MAX = 256,
  NAME_MAX_BYTES = 256,
  TEXT_MAX_BYTES = 1024,
  SKIPS_MAX = 4000,
  BUCKETS_MAX = 4096,
  WINDOW_ROWS_MAX = 100000
};

/// An object of so many fields: nothing rides along with those that are looked at.
static bool has_fields(const json_t *object, size_t n) {
  return json_is_object(object) && json_object_size(object) == n;
}

/// A finite number, 0 or more.
static bool is_amount(const json_t *value) {
  double number = json_number_value(value);
  return json_is_number(value) && isfinite(number) && number >= 0.0;
}

static bool is_text(const json_t *value, size_t size_max) {
  return json_is_string(value) && json_string_length(value) <= size_max;
}

/// A name of the engine: "left.motor.curve[2]".
static bool is_name(const char *name) {
  static const char letters[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.[]";
  size_t n = strlen(name);
  return n > 0 && n <= NAME_MAX_BYTES && strspn(name, letters) == n;
}

/// Reads {"t0","dt","n"}; `n_max` bounds n.
static bool read_span(const json_t *span, size_t n_max, size_t *n) {
  const json_t *count = json_object_get(span, "n");
  bool is_whole = has_fields(span, 3) && is_amount(json_object_get(span, "t0")) &&
                  is_amount(json_object_get(span, "dt")) && json_is_integer(count) &&
                  json_integer_value(count) >= 0 && (uint64_t)json_integer_value(count) <= n_max;
  *n = is_whole ? (size_t)json_integer_value(count) : 0;
  return is_whole;
}

static bool is_series(const json_t *text, size_t n) {
  return json_is_string(text) &&
         taut_pack_read(json_string_value(text), json_string_length(text), NULL, n) == TAUT_OK;
}

static bool are_texts(const json_t *array, size_t n_max) {
  if (!json_is_array(array) || json_array_size(array) > n_max) return false;
  for (size_t i = 0; i < json_array_size(array); i++) {
    if (!is_text(json_array_get(array, i), TEXT_MAX_BYTES)) return false;
  }
  return true;
}

static bool is_signal(const json_t *signal, size_t n_buckets, const size_t *n_rows,
                      size_t n_windows) {
  const json_t *labels = json_object_get(signal, "labels");
  const json_t *scale = json_object_get(signal, "scale"), *step = json_object_get(signal, "step");
  const json_t *coarse = json_object_get(signal, "coarse"), *fine = json_object_get(signal, "fine");
  bool is_whole = has_fields(signal, 6) && has_fields(coarse, 2) &&
                  is_text(json_object_get(signal, "unit"), NAME_MAX_BYTES) &&
                  (json_is_null(labels) || are_texts(labels, LABELS_MAX)) && is_amount(scale) &&
                  is_amount(step) && json_number_value(step) > 0.0 &&
                  is_series(json_object_get(coarse, "min"), n_buckets) &&
                  is_series(json_object_get(coarse, "spread"), n_buckets) && json_is_array(fine) &&
                  json_array_size(fine) == n_windows;
  for (size_t i = 0; is_whole && i < n_windows; i++) {
    is_whole = is_series(json_array_get(fine, i), n_rows[i]);
  }
  return is_whole;
}

static bool is_event(const json_t *event) {
  const json_t *value = json_object_get(event, "value");
  return has_fields(event, 5) && is_amount(json_object_get(event, "t")) &&
         is_text(json_object_get(event, "source"), NAME_MAX_BYTES) &&
         is_text(json_object_get(event, "kind"), NAME_MAX_BYTES) &&
         is_text(json_object_get(event, "name"), TEXT_MAX_BYTES) &&
         (json_is_null(value) || json_is_number(value) || is_text(value, TEXT_MAX_BYTES));
}

static bool are_signals(const json_t *plots, size_t n_buckets, const size_t *n_rows,
                        size_t n_windows) {
  json_t *signals = json_object_get(plots, "signals"), *aliases = json_object_get(plots, "aliases");
  if (!json_is_object(signals) || json_object_size(signals) > SIGNALS_MAX) return false;
  if (!json_is_object(aliases) || json_object_size(aliases) > ALIASES_MAX) return false;
  const char *name;
  json_t *value;
  json_object_foreach(signals, name, value) {
    if (!is_name(name) || !is_signal(value, n_buckets, n_rows, n_windows)) return false;
  }
  json_object_foreach(aliases, name, value) {
    const char *target = json_string_value(value);
    if (!is_name(name) || target == NULL || json_object_get(signals, target) == NULL) return false;
  }
  return true;
}

/// Pairs of observed time and time skipped so far, both growing.
static bool are_skips(const json_t *skips) {
  double observed_s = 0, skipped_s = 0;
  if (!json_is_array(skips) || json_array_size(skips) > SKIPS_MAX) return false;
  for (size_t i = 0; i < json_array_size(skips); i++) {
    const json_t *pair = json_array_get(skips, i), *at = json_array_get(pair, 0),
                 *by = json_array_get(pair, 1);
    if (json_array_size(pair) != 2 || !is_amount(at) || !is_amount(by) ||
        json_number_value(at) < observed_s || json_number_value(by) < skipped_s)
      return false;
    observed_s = json_number_value(at);
    skipped_s = json_number_value(by);
  }
  return true;
}

double taut_plots_observed(const json_t *plots, double simulated_s) {
  const json_t *skips = json_object_get(plots, "skips");
  double skipped_s = 0;
  for (size_t i = 0; i < json_array_size(skips); i++) {
    const json_t *pair = json_array_get(skips, i);
    double at_s = json_number_value(json_array_get(pair, 0));
    if (simulated_s - skipped_s <= at_s) break;
    skipped_s = json_number_value(json_array_get(pair, 1));
    if (simulated_s - skipped_s < at_s) return at_s;
  }
  return simulated_s - skipped_s;
}

bool taut_plots_are_whole(const json_t *plots) {
  if (json_is_null(plots)) return true;
  const json_t *rows = json_object_get(plots, "rows"), *fine = json_object_get(plots, "fine");
  const json_t *events = json_object_get(plots, "events");
  const json_t *lost = json_object_get(plots, "events_lost");
  size_t n_buckets, n_rows[WINDOWS_MAX];
  if (!has_fields(plots, 10) || !are_skips(json_object_get(plots, "skips")) ||
      !is_amount(json_object_get(plots, "row_s")) || !is_amount(json_object_get(plots, "end_s")) ||
      !json_is_integer(rows) || json_integer_value(rows) < 0 || !json_is_integer(lost) ||
      json_integer_value(lost) < 0 || !json_is_array(fine) || json_array_size(fine) > WINDOWS_MAX ||
      !json_is_array(events) || json_array_size(events) > EVENTS_MAX) {
    return false;
  }
  if (!read_span(json_object_get(plots, "coarse"), BUCKETS_MAX, &n_buckets)) return false;
  for (size_t i = 0; i < json_array_size(fine); i++) {
    if (!read_span(json_array_get(fine, i), WINDOW_ROWS_MAX, &n_rows[i])) return false;
  }
  for (size_t i = 0; i < json_array_size(events); i++) {
    if (!is_event(json_array_get(events, i))) return false;
  }
  return are_signals(plots, n_buckets, n_rows, json_array_size(fine));
}

static bool is_rep(const json_t *rep) {
  static const char *const amounts[] = {"from_s",
                                        "to_s",
                                        "range_m",
                                        "mean_velocity_m_s",
                                        "peak_force_n",
                                        "peak_velocity_m_s",
                                        "time_under_tension_s"};
  const char *side = json_string_value(json_object_get(rep, "side"));
  const json_t *set = json_object_get(rep, "set"), *number = json_object_get(rep, "rep");
  if (!has_fields(rep, 12) || side == NULL || !json_is_boolean(json_object_get(rep, "complete")) ||
      !json_is_integer(set) || json_integer_value(set) < 1 || !json_is_integer(number) ||
      json_integer_value(number) < 1 ||
      !are_texts(json_object_get(rep, "symptoms"), SYMPTOMS_MAX)) {
    return false;
  }
  for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
    if (!is_amount(json_object_get(rep, amounts[i]))) return false;
  }
  return strcmp(side, "left") == 0 || strcmp(side, "right") == 0 || side[0] == '\0';
}

bool taut_reps_are_whole(const json_t *reps) {
  if (!json_is_array(reps) || json_array_size(reps) > REPS_MAX) return false;
  for (size_t i = 0; i < json_array_size(reps); i++) {
    if (!is_rep(json_array_get(reps, i))) return false;
  }
  return true;
}

void taut_plots_drop(taut_record *record) {
  json_decref(record->plots);
  json_decref(record->reps);
  record->plots = record->reps = NULL;
}

bool taut_plots_take(const json_t *answer, taut_record *record) {
  json_t *plots = json_object_get(answer, "plots"), *reps = json_object_get(answer, "reps");
  if (!taut_plots_are_whole(plots) || !taut_reps_are_whole(reps)) return false;
  taut_plots_drop(record);
  record->plots = json_is_null(plots) ? NULL : json_incref(plots);
  record->reps = json_incref(reps);
  return true;
}

#include "report/pacing.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/text.h"

enum { STEPS_MAX = 1000, TRIPS_MAX = 100 };

static bool is_count(const json_t *value) {
  return json_is_integer(value) && json_integer_value(value) >= 0;
}

static bool is_count_or_null(const json_t *value) {
  return json_is_null(value) || is_count(value);
}

static bool is_histogram(const json_t *object) {
  static const char *const counts[] = {"n", "p50_ns", "p99_ns", "max_ns"};
  const json_t *steps = json_object_get(object, "steps");
  if (json_object_size(object) != 5 || !json_is_array(steps)) return false;
  for (size_t i = 0; i < 4; i++) {
    if (!is_count(json_object_get(object, counts[i]))) return false;
  }
  if (json_array_size(steps) > STEPS_MAX) return false;
  for (size_t i = 0; i < json_array_size(steps); i++) {
    const json_t *step = json_array_get(steps, i);
    if (json_array_size(step) != 2 || !is_count(json_array_get(step, 0)) ||
        !is_count(json_array_get(step, 1)))
      return false;
  }
  return true;
}

static bool are_trips(const json_t *trips) {
  if (!json_is_array(trips) || json_array_size(trips) > TRIPS_MAX) return false;
  for (size_t i = 0; i < json_array_size(trips); i++) {
    const json_t *trip = json_array_get(trips, i);
    if (json_object_size(trip) != 3 || !json_is_string(json_object_get(trip, "role")) ||
        !json_is_string(json_object_get(trip, "target")) ||
        !is_histogram(json_object_get(trip, "times")))
      return false;
  }
  return true;
}

static bool is_whole(const json_t *pacing) {
  return json_object_size(pacing) == 8 && json_is_real(json_object_get(pacing, "speed")) &&
         is_count(json_object_get(pacing, "rows")) &&
         is_count(json_object_get(pacing, "deadline_misses")) &&
         is_count_or_null(json_object_get(pacing, "first_miss_ns")) &&
         is_count(json_object_get(pacing, "late_max_ns")) &&
         is_count_or_null(json_object_get(pacing, "late_max_at_ns")) &&
         is_histogram(json_object_get(pacing, "wake_ups")) &&
         are_trips(json_object_get(pacing, "round_trips"));
}

bool taut_pacing_take(const json_t *answer, taut_record *record) {
  json_t *pacing = json_object_get(answer, "pacing");
  if (!json_is_null(pacing) && !is_whole(pacing)) return false;
  json_decref(record->pacing);
  record->pacing = json_is_null(pacing) ? NULL : json_incref(pacing);
  return true;
}

void taut_pacing_judge(taut_record *record, int64_t misses_max) {
  json_t *pacing = record->pacing;
  if (pacing == NULL || record->verdict == TAUT_ERROR) return;
  json_object_set_new(pacing, "deadline_misses_max", json_integer(misses_max));
  int64_t n = json_integer_value(json_object_get(pacing, "deadline_misses"));
  const json_t *first = json_object_get(pacing, "first_miss_ns");
  const json_t *rows = json_object_get(pacing, "rows"),
               *late = json_object_get(pacing, "late_max_ns");
  char expected[64], got[96], expression[64];
  snprintf(expression, sizeof expression, "--deadline-misses-max %" PRId64, misses_max);
  snprintf(expected, sizeof expected, "at most %" PRId64 " deadline misses", misses_max);
  snprintf(got, sizeof got, "%" PRId64 " of %" PRId64 " rows, the worst %.3f ms late", n,
           (int64_t)json_integer_value(rows), (double)json_integer_value(late) * 1e-6);
  const taut_check_result check = {
      .id = "",
      .text = "the run keeps up with the wall clock",
      .expression = expression,
      .verdict = n <= misses_max ? TAUT_PASS : TAUT_FAIL,
      .has_margin = true,
      .margin = (double)(misses_max - n),
      .unit = "1",
      .tick_ns = json_is_integer(first) ? json_integer_value(first) : -1,
      .expected = expected,
      .got = got,
      .line = record->line,
  };
  taut_record_add_check(record, &check);
  if (check.verdict == TAUT_PASS || record->verdict == TAUT_FAIL) return;
  record->verdict = TAUT_FAIL;
  free(record->reason);
  record->reason = taut_text_format("the run did not keep up with the wall clock: %s", got);
}

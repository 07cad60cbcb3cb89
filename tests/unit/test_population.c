// What a population comes to: quantiles, survival and the worst, against values worked by hand.

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/population.h"

static double number(const json_t *object, const char *key) {
  return json_number_value(json_object_get(object, key));
}

/// A person whose life ends on `end_day` for that reason, with a first symptom on `symptom_day`
/// (negative: none).
static json_t *notes_of(double end_day, const char *reason, double symptom_day) {
  json_t *notes = json_array();
  json_array_append_new(notes, json_pack("{s:s,s:f,s:b}", "kind", "day", "day", 0.0, "came", 1));
  if (symptom_day >= 0.0)
    json_array_append_new(notes, json_pack("{s:s,s:f,s:f,s:s,s:f,s:[s]}", "kind", "session", "day",
                                           symptom_day, "week", floor(symptom_day / 7.0) + 1.0,
                                           "outcome", "done", "reps", 10.0, "symptoms", "leak"));
  json_array_append_new(notes, json_pack("{s:s,s:f,s:f,s:s,s:f}", "kind", "end", "day", end_day,
                                         "week", 1.0, "reason", reason, "reps", 10.0));
  return notes;
}

static void add(taut_population *p, size_t i, json_t *notes, taut_verdict verdict, double margin) {
  taut_check_result check = {
      .id = "SR-1", .verdict = verdict, .has_margin = true, .margin = margin, .unit = "N"};
  const taut_record record = {.seed = 100 + i,
                              .verdict = verdict,
                              .reason = (char[]){""},
                              .notes = notes,
                              .checks = &check,
                              .n_checks = 1};
  taut_population_add(p, i, &record);
  json_decref(notes);
}

static void quantiles_are_those_of_hyndman_and_fan_seven(void **state) {
  (void)state;
  const double values[] = {1.0, 2.0, 3.0, 4.0, 10.0};
  assert_true(taut_quantile(values, 5, 0.0) == 1.0);
  assert_true(taut_quantile(values, 5, 0.25) == 2.0);
  assert_true(taut_quantile(values, 5, 0.5) == 3.0);
  assert_true(taut_quantile(values, 5, 0.9) == 4.0 + (0.9 * 4.0 - 3.0) * 6.0);
  assert_true(taut_quantile(values, 5, 1.0) == 10.0);
  assert_true(taut_quantile(values, 1, 0.3) == 1.0);
  assert_true(isnan(taut_quantile(values, 0, 0.5)));
}

// Four persons: symptoms on days 2 and 5, one leaves on day 3 without, one has none in 14 days.
// S(2) = 3/4; at day 5 two are at risk, so S(5) = 3/8. One of four has left: S(3) = 3/4.
static void survival_is_the_product_limit_with_the_ones_who_left_censored(void **state) {
  (void)state;
  taut_population p;
  taut_population_init(&p, 4);
  add(&p, 0, notes_of(14.0, "done", 5.0), TAUT_PASS, 3.0);
  add(&p, 1, notes_of(14.0, "done", 2.0), TAUT_PASS, 1.0);
  add(&p, 2, notes_of(3.0, "dropped_out", -1.0), TAUT_PASS, 2.0);
  add(&p, 3, notes_of(14.0, "weeks_over", -1.0), TAUT_PASS, 4.0);
  json_t *document = taut_population_json(&p, "p", "u", 100);
  const json_t *survival = json_object_get(document, "survival");
  const json_t *symptom = json_object_get(survival, "without_symptom");
  assert_int_equal(json_array_size(symptom), 3);
  assert_true(json_number_value(json_array_get(json_array_get(symptom, 1), 0)) == 2.0);
  assert_true(json_number_value(json_array_get(json_array_get(symptom, 1), 1)) == 0.75);
  assert_true(json_number_value(json_array_get(json_array_get(symptom, 2), 0)) == 5.0);
  assert_true(json_number_value(json_array_get(json_array_get(symptom, 2), 1)) == 0.375);
  const json_t *stay = json_object_get(survival, "in_protocol");
  assert_int_equal(json_array_size(stay), 2);
  assert_true(json_number_value(json_array_get(json_array_get(stay, 1), 1)) == 0.75);
  json_decref(document);
  taut_population_fini(&p);
}

static void the_worst_are_those_who_broke_off_then_broken_rules_then_symptoms(void **state) {
  (void)state;
  taut_population p;
  taut_population_init(&p, 4);
  add(&p, 0, notes_of(14.0, "done", -1.0), TAUT_PASS, 3.0);
  add(&p, 1, notes_of(14.0, "done", 2.0), TAUT_PASS, 1.0);
  add(&p, 2, notes_of(14.0, "done", -1.0), TAUT_FAIL, -0.5);
  add(&p, 3, json_array(), TAUT_ERROR, 2.0);
  json_t *document = taut_population_json(&p, "p", "u", 100);
  const json_t *worst = json_object_get(document, "worst");
  const double seeds[] = {103, 102, 101, 100};
  assert_int_equal(json_array_size(worst), 4);
  for (size_t i = 0; i < 4; i++) assert_true(number(json_array_get(worst, i), "seed") == seeds[i]);
  const json_t *limit = json_array_get(json_object_get(document, "requirements"), 0);
  assert_true(number(limit, "least") == -0.5);
  assert_true(number(limit, "seed") == 102);
  assert_true(number(limit, "n_failed") == 1);
  assert_true(number(json_object_get(document, "ends"), "broken_off") == 1);
  json_decref(document);
  taut_population_fini(&p);
}

// Notes come from a script of the user's: what is no week, no number or no text is passed over.
static void notes_of_no_known_form_hurt_nobody(void **state) {
  (void)state;
  taut_population p;
  taut_population_init(&p, 2);
  json_t *notes = json_pack("[{s:s,s:f},{s:s,s:s},{s:s,s:f,s:[i]},{s:i},i]", "kind", "exercise",
                            "week", 1e300, "kind", "day", "day", "monday", "kind", "session",
                            "week", -4.0, "symptoms", 7, "kind", 3, 4);
  add(&p, 0, notes, TAUT_PASS, (double)NAN);
  json_t *document = taut_population_json(&p, "p", "u", 100);
  const json_t *judged = json_array_get(json_object_get(document, "requirements"), 0);
  assert_true(number(judged, "n") == 1 && json_is_null(json_object_get(judged, "least")));
  assert_true(json_array_size(json_object_get(document, "weeks")) <= 1);
  json_decref(document);
  taut_population_fini(&p);
}

// Two persons came to a rule, one of them broke it once; a third never came to it.
static void rules_say_how_often_they_came_to_apply(void **state) {
  (void)state;
  static const double EXERCISED[] = {3.0, 4.0, 0.0}, BROKEN[] = {0.0, 1.0, 0.0};
  taut_population p;
  taut_population_init(&p, 3);
  for (size_t i = 0; i < 3; i++) {
    json_t *notes = json_array();
    json_array_append_new(
        notes, json_pack("{s:s,s:s,s:s,s:f,s:f}", "kind", "rule", "rule", "answered", "text",
                         "every symptom", "exercised", EXERCISED[i], "broken", BROKEN[i]));
    add(&p, i, notes, TAUT_PASS, 1.0);
  }
  json_t *document = taut_population_json(&p, "p", "u", 100);
  const json_t *rules = json_object_get(document, "rules"), *rule = json_array_get(rules, 0);
  assert_int_equal(json_array_size(rules), 1);
  assert_string_equal(taut_record_text(rule, "rule"), "answered");
  assert_true(number(rule, "exercised") == 7.0);
  assert_true(number(rule, "broken") == 1.0);
  assert_true(number(rule, "persons") == 2.0);
  json_decref(document);
  taut_population_fini(&p);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(quantiles_are_those_of_hyndman_and_fan_seven),
      cmocka_unit_test(survival_is_the_product_limit_with_the_ones_who_left_censored),
      cmocka_unit_test(the_worst_are_those_who_broke_off_then_broken_rules_then_symptoms),
      cmocka_unit_test(rules_say_how_often_they_came_to_apply),
      cmocka_unit_test(notes_of_no_known_form_hurt_nobody),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

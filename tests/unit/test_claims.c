/// What counts as a trial and as a failure of a claim: every rule with a record that breaks it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/claims.h"
#include "report/entries.h"

enum { N = 29 };

/// SR-1 is demanded, SR-2 watches everywhere, SR-3 is neither.
static json_t *requirements(void) {
  static const char *const hazards[] = {"H1", NULL};
  static const taut_requirement all[] = {
      {.id = "SR-1", .text = "unloads", .hazards = hazards, .file = "r.lua"},
      {.id = "SR-2", .text = "no jerk", .hazards = hazards, .file = "r.lua", .is_everywhere = true},
      {.id = "SR-3", .text = "counts", .hazards = hazards, .file = "r.lua"}};
  json_t *list = json_array();
  for (size_t i = 0; i < 3; i++) json_array_append_new(list, taut_requirement_json(&all[i]));
  return list;
}

/// One run: the verdict of the record, and of the two requirements.
typedef struct run {
  taut_verdict verdict, demanded, watched;
  uint64_t n_triggers;        ///< of the demanded one
  uint64_t n_watch_triggers;  ///< 0: the record does not hold the check at all
  bool is_missing;            ///< the demanded check is not in the record
} run;

static const run GOOD = {.n_triggers = 1, .n_watch_triggers = 1};

static void add(taut_claims *claims, size_t i_demand, uint64_t seed, run one) {
  taut_check_result checks[3] = {
      {.id = "SR-1", .verdict = one.demanded, .is_requirement = true, .has_trigger = true},
      {.id = "SR-2", .verdict = one.watched, .is_requirement = true, .has_trigger = true},
      // A check of the script with the same id is no judgement of the formula.
      {.id = "SR-1", .verdict = TAUT_PASS}};
  checks[0].n_triggers = one.n_triggers;
  checks[1].n_triggers = one.n_watch_triggers;
  if (one.is_missing) checks[0].id = "SR-9";
  if (one.n_watch_triggers == 0) checks[1].id = "";
  const taut_record record = {
      .verdict = one.verdict, .seed = seed, .checks = checks, .n_checks = 3};
  taut_claims_add(claims, i_demand, &record);
}

/// A campaign of good runs but for the first, with `n` runs of the N planned.
static json_t *document_of(run first, uint64_t n) {
  json_t *list = requirements(), *ids = json_pack("[s]", "SR-1");
  taut_claims *claims = taut_claims_create(list, N, 0.95);
  const taut_demand demand = {"d.lua", "a leak", ids, "persons"};
  size_t i_demand = taut_claims_demand(claims, &demand);
  for (uint64_t i = 0; i < n; i++) add(claims, i_demand, 7 + i, i == 0 ? first : GOOD);
  json_t *document = taut_claims_json(claims);
  taut_claims_destroy(claims);
  json_decref(ids);
  json_decref(list);
  return document;
}

static const json_t *row_of(const json_t *document, size_t i) {
  return json_array_get(json_object_get(document, "claims"), i);
}

static long long count_of(const json_t *row, const char *key) {
  assert_true(json_is_integer(json_object_get(row, key)));
  return json_integer_value(json_object_get(row, key));
}

/// Row 0 is the claim on the demand, row 1 on what watches. `kind` is what the failure is counted
/// as.
static void expect_failures(run first, size_t i_row, long long n, const char *kind) {
  json_t *document = document_of(first, N);
  const json_t *row = row_of(document, i_row);
  assert_int_equal(count_of(row, "failures"), n);
  if (kind != NULL) assert_int_equal(count_of(row, kind), n);
  assert_true(taut_claims_hold(document) == (n == 0));
  if (n > 0) {
    const json_t *failure = json_object_get(row, "first_failure");
    assert_int_equal(count_of(failure, "seed"), 7);
  }
  json_decref(document);
}

static void runs_that_meet_their_demand_make_a_claim(void **state) {
  (void)state;
  json_t *document = document_of(GOOD, N);
  assert_true(taut_claims_hold(document));
  const json_t *row = row_of(document, 0);
  assert_string_equal(json_string_value(json_object_get(row, "requirement")), "SR-1");
  assert_string_equal(json_string_value(json_object_get(row, "demand")), "a leak");
  double upper = json_number_value(json_object_get(row, "upper"));
  assert_true(fabs(upper - (1 - pow(0.05, 1.0 / N))) < 1e-12);
  // Two claims share the 5 %.
  double upper_all = json_number_value(json_object_get(row, "upper_all"));
  assert_true(fabs(upper_all - (1 - pow(0.025, 1.0 / N))) < 1e-12);
  row = row_of(document, 1);
  assert_string_equal(json_string_value(json_object_get(row, "trial")), "run");
  assert_int_equal(count_of(row, "exercised"), N);
  const json_t *without = json_object_get(document, "without");
  assert_int_equal(json_array_size(without), 1);
  const json_t *gap = json_object_get(json_array_get(without, 0), "requirement");
  assert_string_equal(json_string_value(gap), "SR-3");
  json_decref(document);
}

static void a_violated_demand_is_a_failure(void **state) {
  (void)state;
  expect_failures((run){TAUT_FAIL, TAUT_FAIL, TAUT_PASS, 1, 1, false}, 0, 1, "violated");
}

static void a_demand_that_did_not_trigger_is_a_failure(void **state) {
  (void)state;
  expect_failures((run){TAUT_INCONCLUSIVE, TAUT_INCONCLUSIVE, TAUT_PASS, 0, 1, false}, 0, 1,
                  "not_triggered");
  // Not even when something calls it a pass.
  expect_failures((run){TAUT_PASS, TAUT_PASS, TAUT_PASS, 0, 1, false}, 0, 1, "not_triggered");
}

static void a_demand_without_a_decision_is_a_failure(void **state) {
  (void)state;
  expect_failures((run){TAUT_INCONCLUSIVE, TAUT_INCONCLUSIVE, TAUT_PASS, 1, 1, false}, 0, 1,
                  "undecided");
}

static void a_run_in_error_is_a_failure_of_all_it_should_show(void **state) {
  (void)state;
  const run error = {TAUT_ERROR, TAUT_PASS, TAUT_PASS, 1, 1, false};
  expect_failures(error, 0, 1, "errors");
  expect_failures(error, 1, 1, "errors");
  expect_failures((run){TAUT_ERROR, TAUT_ERROR, TAUT_PASS, 1, 1, false}, 0, 1, "errors");
}

static void a_demand_that_nothing_judged_is_a_failure(void **state) {
  (void)state;
  expect_failures((run){TAUT_PASS, TAUT_PASS, TAUT_PASS, 1, 1, true}, 0, 1, "errors");
}

static void what_watches_every_run_fails_when_violated_or_undecided_only(void **state) {
  (void)state;
  expect_failures((run){TAUT_FAIL, TAUT_PASS, TAUT_FAIL, 1, 1, false}, 1, 1, "violated");
  expect_failures((run){TAUT_PASS, TAUT_PASS, TAUT_INCONCLUSIVE, 1, 1, false}, 1, 1, "undecided");
  json_t *document = document_of((run){TAUT_PASS, TAUT_PASS, TAUT_PASS, 1, 0, false}, N);
  assert_int_equal(count_of(row_of(document, 1), "failures"), 0);
  assert_int_equal(count_of(row_of(document, 1), "exercised"), N - 1);
  json_decref(document);
}

static void another_number_of_runs_than_planned_is_no_claim(void **state) {
  (void)state;
  static const uint64_t counts[] = {0, 1, N - 1, N + 1};
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
    json_t *document = document_of(GOOD, counts[i]);
    assert_false(taut_claims_hold(document));
    for (size_t k = 0; k < 2; k++) {
      const char *gap = json_string_value(json_object_get(row_of(document, k), "no_claim"));
      assert_non_null(gap);
      assert_non_null(strstr(gap, "29 that were planned"));
      assert_null(json_object_get(row_of(document, k), "upper"));
    }
    assert_int_equal(json_array_size(json_object_get(document, "without")), 3);
    json_decref(document);
  }
}

static void the_same_run_twice_is_no_second_trial(void **state) {
  (void)state;
  json_t *list = requirements(), *ids = json_pack("[s]", "SR-1");
  taut_claims *claims = taut_claims_create(list, N, 0.95);
  const taut_demand demand = {"d.lua", "a leak", ids, "persons"};
  size_t i_demand = taut_claims_demand(claims, &demand);
  for (uint64_t i = 0; i < N; i++) add(claims, i_demand, i == 5 ? 4 : i, GOOD);
  json_t *document = taut_claims_json(claims);
  assert_false(taut_claims_hold(document));
  assert_string_equal(json_string_value(json_object_get(row_of(document, 0), "no_claim")),
                      "two runs have the seed 4 and are one trial");
  json_decref(document);
  taut_claims_destroy(claims);
  json_decref(ids);
  json_decref(list);
}

static void what_never_applied_is_no_claim(void **state) {
  (void)state;
  json_t *list = requirements(), *ids = json_pack("[s]", "SR-1");
  taut_claims *claims = taut_claims_create(list, N, 0.95);
  const taut_demand demand = {"d.lua", "a leak", ids, "persons"};
  size_t i_demand = taut_claims_demand(claims, &demand);
  for (uint64_t i = 0; i < N; i++)
    add(claims, i_demand, i, (run){TAUT_PASS, TAUT_PASS, TAUT_PASS, 1, 0, false});
  json_t *document = taut_claims_json(claims);
  assert_string_equal(json_string_value(json_object_get(row_of(document, 1), "no_claim")),
                      "never exercised");
  assert_int_equal(json_array_size(json_object_get(document, "without")), 2);
  json_decref(document);
  taut_claims_destroy(claims);
  json_decref(ids);
  json_decref(list);
}

static void no_demand_is_nothing_that_holds(void **state) {
  (void)state;
  json_t *list = json_array();
  taut_claims *claims = taut_claims_create(list, N, 0.95);
  json_t *document = taut_claims_json(claims);
  assert_false(taut_claims_hold(document));
  json_decref(document);
  taut_claims_destroy(claims);
  json_decref(list);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(runs_that_meet_their_demand_make_a_claim),
      cmocka_unit_test(a_violated_demand_is_a_failure),
      cmocka_unit_test(a_demand_that_did_not_trigger_is_a_failure),
      cmocka_unit_test(a_demand_without_a_decision_is_a_failure),
      cmocka_unit_test(a_run_in_error_is_a_failure_of_all_it_should_show),
      cmocka_unit_test(a_demand_that_nothing_judged_is_a_failure),
      cmocka_unit_test(what_watches_every_run_fails_when_violated_or_undecided_only),
      cmocka_unit_test(another_number_of_runs_than_planned_is_no_claim),
      cmocka_unit_test(the_same_run_twice_is_no_second_trial),
      cmocka_unit_test(what_never_applied_is_no_claim),
      cmocka_unit_test(no_demand_is_nothing_that_holds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// What a run says about requirements and hazards: the worst verdict, whose margin, and gaps.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/entries.h"
#include "report/junit.h"
#include "report/matrix.h"

static const char *const both[] = {"H1", "H2", NULL}, *const second[] = {"H2", NULL};

static json_t *requirements_of(size_t n) {
  static const taut_requirement requirements[] = {
      {.id = "SR-1", .text = "the load is halved", .hazards = both, .file = "r.lua", .line = 3},
      {.id = "SR-2",
       .text = "the cable that has snapped gives no torque any more",
       .hazards = second,
       .file = "r.lua",
       .line = 5}};
  json_t *list = json_array();
  for (size_t i = 0; i < n; i++)
    json_array_append_new(list, taut_requirement_json(&requirements[i]));
  return list;
}

static json_t *hazards_of(void) {
  static const taut_hazard hazards[] = {
      {.id = "H1", .file = "h.lua"}, {.id = "H2", .file = "h.lua"}, {.id = "H3", .file = "h.lua"}};
  json_t *list = json_array();
  for (size_t i = 0; i < 3; i++) json_array_append_new(list, taut_hazard_json(&hazards[i]));
  return list;
}

static taut_check_result check_of(const char *id, taut_verdict verdict, double margin) {
  return (taut_check_result){.id = id,
                             .text = "",
                             .expression = "",
                             .verdict = verdict,
                             .has_margin = true,
                             .margin = margin,
                             .unit = "N",
                             .expected = "",
                             .got = "",
                             .is_requirement = true};
}

static taut_record record_of(const char *name, taut_verdict verdict, taut_check_result *checks,
                             size_t n) {
  return (taut_record){.file = (char *)(uintptr_t) "a.lua",
                       .name = (char *)(uintptr_t)name,
                       .verdict = verdict,
                       .reason = (char *)(uintptr_t) "",
                       .checks = checks,
                       .n_checks = n};
}

/// Entry 0 of the matrix of these records; the caller's.
static json_t *first_of(const taut_record *records, size_t n) {
  json_t *requirements = requirements_of(1);
  json_t *matrix = taut_matrix_requirements(requirements, records, n);
  json_t *entry = json_incref(json_array_get(matrix, 0));
  json_decref(matrix);
  json_decref(requirements);
  return entry;
}

static void expect_entry(const taut_record *records, size_t n, const char *expected) {
  json_t *entry = first_of(records, n), *shown = json_object();
  static const char *const keys[] = {"verdict", "margin", "worst_case", "cases", "gap"};
  for (size_t i = 0; i < 5; i++) json_object_set(shown, keys[i], json_object_get(entry, keys[i]));
  char *text = json_dumps(shown, JSON_COMPACT);
  assert_string_equal(text, expected);
  free(text);
  json_decref(shown);
  json_decref(entry);
}

static void the_worst_verdict_wins_and_the_least_margin_of_it(void **state) {
  (void)state;
  taut_check_result checks[] = {check_of("SR-1", TAUT_PASS, 3), check_of("SR-1", TAUT_PASS, 1),
                                check_of("SR-1", TAUT_FAIL, -2), check_of("SR-1", TAUT_FAIL, -0.5)};
  const taut_record records[] = {record_of("a", TAUT_PASS, checks, 1),
                                 record_of("b", TAUT_PASS, checks + 1, 1),
                                 record_of("c", TAUT_FAIL, checks + 2, 2)};
  expect_entry(records, 2,
               "{\"verdict\":\"pass\",\"margin\":1.0,\"worst_case\":\"b\",\"cases\":[\"a\",\"b\"],"
               "\"gap\":false}");
  expect_entry(records, 3,
               "{\"verdict\":\"fail\",\"margin\":-2.0,\"worst_case\":\"c\","
               "\"cases\":[\"a\",\"b\",\"c\"],\"gap\":false}");
}

static void the_formula_has_the_margin_before_checks_with_the_id(void **state) {
  (void)state;
  taut_check_result checks[] = {check_of("SR-1", TAUT_PASS, 1), check_of("SR-1", TAUT_PASS, 3)};
  checks[0].is_requirement = false;
  const taut_record record = record_of("a", TAUT_PASS, checks, 2);
  expect_entry(&record, 1,
               "{\"verdict\":\"pass\",\"margin\":3.0,\"worst_case\":\"a\",\"cases\":[\"a\"],"
               "\"gap\":false}");
  // Alone it counts.
  const taut_record alone = record_of("a", TAUT_PASS, checks, 1);
  expect_entry(&alone, 1,
               "{\"verdict\":\"pass\",\"margin\":1.0,\"worst_case\":\"a\",\"cases\":[\"a\"],"
               "\"gap\":false}");
}

static void margins_of_other_units_are_not_compared(void **state) {
  (void)state;
  taut_check_result checks[] = {check_of("SR-1", TAUT_PASS, 3), check_of("SR-1", TAUT_PASS, 1)};
  checks[1].unit = "m/s";
  const taut_record record = record_of("a", TAUT_PASS, checks, 2);
  json_t *entry = first_of(&record, 1);
  assert_true(json_number_value(json_object_get(entry, "margin")) == 3);
  assert_string_equal(json_string_value(json_object_get(entry, "unit")), "N");
  json_decref(entry);
}

static void what_nothing_exercised_is_a_gap(void **state) {
  (void)state;
  taut_check_result other = check_of("SR-2", TAUT_PASS, 1);
  taut_check_result open = check_of("SR-1", TAUT_INCONCLUSIVE, 0);
  open.has_margin = false;
  const taut_record none = record_of("a", TAUT_PASS, &other, 1);
  expect_entry(&none, 1,
               "{\"verdict\":null,\"margin\":null,\"worst_case\":null,\"cases\":[],\"gap\":true}");
  const taut_record covered = record_of("a", TAUT_INCONCLUSIVE, &open, 1);
  expect_entry(&covered, 1,
               "{\"verdict\":\"inconclusive\",\"margin\":null,\"worst_case\":\"a\","
               "\"cases\":[\"a\"],\"gap\":true}");
  // One that only watched and decided nothing has not been judged.
  open.is_everywhere = true;
  expect_entry(&covered, 1,
               "{\"verdict\":null,\"margin\":null,\"worst_case\":null,\"cases\":[],\"gap\":true}");
}

static void what_passed_in_an_errored_case_is_no_evidence(void **state) {
  (void)state;
  taut_check_result passed = check_of("SR-1", TAUT_PASS, 1);
  taut_record record = record_of("a", TAUT_ERROR, &passed, 1);
  expect_entry(&record, 1,
               "{\"verdict\":null,\"margin\":null,\"worst_case\":null,\"cases\":[],\"gap\":true}");
  // A case that names it and broke off: the requirement is in error, whether it has a check or not.
  record.covers = json_pack("[s]", "SR-1");
  for (size_t n = 0; n < 2; n++) {
    record.n_checks = n;
    expect_entry(&record, 1,
                 "{\"verdict\":\"error\",\"margin\":null,\"worst_case\":\"a\",\"cases\":[\"a\"],"
                 "\"gap\":true}");
  }
  // What it violated is violated.
  passed = check_of("SR-1", TAUT_FAIL, -1);
  json_t *entry = first_of(&record, 1);
  assert_string_equal(json_string_value(json_object_get(entry, "verdict")), "fail");
  json_decref(entry);
  json_decref(record.covers);
}

static void hazards_follow_their_requirements(void **state) {
  (void)state;
  taut_check_result failed = check_of("SR-1", TAUT_FAIL, -1);
  const taut_record record = record_of("a", TAUT_FAIL, &failed, 1);
  json_t *requirements = requirements_of(2), *hazards = hazards_of();
  json_t *matrix = taut_matrix_requirements(requirements, &record, 1);
  json_t *list = taut_matrix_hazards(hazards, matrix);
  static const char *const expected[] = {"H1 fail false 1", "H2 fail false 2", "H3 null true 0"};
  for (size_t i = 0; i < 3; i++) {
    const json_t *entry = json_array_get(list, i);
    const char *verdict = json_string_value(json_object_get(entry, "verdict"));
    char *text = taut_text_format("%s %s %s %zu", json_string_value(json_object_get(entry, "id")),
                                  verdict != NULL ? verdict : "null",
                                  json_is_true(json_object_get(entry, "gap")) ? "true" : "false",
                                  json_array_size(json_object_get(entry, "requirements")));
    assert_string_equal(text, expected[i]);
    free(text);
  }
  taut_matrix_tally tally = taut_matrix_count(matrix);
  assert_int_equal(tally.n, 2);
  assert_int_equal(tally.n_exercised, 1);
  assert_int_equal(tally.n_failed, 1);
  taut_buffer gaps = {0}, junit = {0};
  taut_matrix_gaps(matrix, 4, &gaps);
  assert_string_equal(gaps.data, "SR-2 the cable that has snapped gives ...");
  const taut_results results = {.records = &record, .n_records = 1, .requirements = matrix};
  taut_junit_write(&results, &junit);
  assert_non_null(
      strstr(junit.data, "<property name=\"taut.requirements.not_exercised\" value=\"SR-2\"/>"));
  taut_buffer_fini(&gaps);
  taut_buffer_fini(&junit);
  json_decref(list);
  json_decref(matrix);
  json_decref(hazards);
  json_decref(requirements);
}

static void an_entry_of_two_listings_stands_once(void **state) {
  (void)state;
  json_t *all = json_array(), *one = requirements_of(1), *two = requirements_of(2);
  taut_entries_merge(all, one);
  taut_entries_merge(all, two);
  taut_entries_merge(all, two);
  assert_int_equal(json_array_size(all), 2);
  // The same id of another project is another requirement.
  json_t *elsewhere = json_deep_copy(one);
  json_object_set_new(json_array_get(elsewhere, 0), "file", json_string("other.lua"));
  taut_entries_merge(all, elsewhere);
  assert_int_equal(json_array_size(all), 3);
  json_decref(elsewhere);
  json_decref(two);
  json_decref(one);
  json_decref(all);
}

/// Every member, removed or made a number with a fraction.
static void a_malformed_entry_is_refused(void **state) {
  (void)state;
  json_t *requirements = requirements_of(1), *hazards = hazards_of();
  assert_true(taut_entries_are_valid(requirements, hazards));
  json_t *lists[2] = {requirements, hazards};
  for (int kind = 0; kind < 2; kind++) {
    json_t *entry = json_array_get(lists[kind], 0), *value;
    const char *key;
    json_t *whole = json_deep_copy(entry);
    json_object_foreach(whole, key, value) {
      json_object_del(entry, key);
      if (taut_entries_are_valid(requirements, hazards)) fail_msg("without '%s'", key);
      json_object_set_new(entry, key, json_real(0.5));
      if (taut_entries_are_valid(requirements, hazards)) fail_msg("0.5 as '%s'", key);
      json_object_set(entry, key, value);
    }
    json_decref(whole);
  }
  assert_true(taut_entries_are_valid(requirements, hazards));
  assert_false(taut_entries_are_valid(requirements, NULL));
  json_t *entry = json_array_get(requirements, 0);
  while (json_array_size(requirements) < 4000) json_array_append(requirements, entry);
  assert_true(taut_entries_are_valid(requirements, hazards));
  json_array_append(requirements, entry);
  assert_false(taut_entries_are_valid(requirements, hazards));
  json_decref(hazards);
  json_decref(requirements);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_worst_verdict_wins_and_the_least_margin_of_it),
      cmocka_unit_test(the_formula_has_the_margin_before_checks_with_the_id),
      cmocka_unit_test(margins_of_other_units_are_not_compared),
      cmocka_unit_test(what_nothing_exercised_is_a_gap),
      cmocka_unit_test(what_passed_in_an_errored_case_is_no_evidence),
      cmocka_unit_test(hazards_follow_their_requirements),
      cmocka_unit_test(an_entry_of_two_listings_stands_once),
      cmocka_unit_test(a_malformed_entry_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

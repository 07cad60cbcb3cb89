/// An approval names the limit that it approves, and approves no other.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "report/approvals.h"

static void expect_limit(const char *formula, const char *numbers) {
  char *text = taut_limit_text(formula);
  size_t n = strlen(numbers);
  if (strncmp(text, numbers, n) != 0 || strlen(text) != n + 11 || text[n] != ' ')
    fail_msg("limit of '%s' is '%s', not '%s'", formula, text, numbers);
  free(text);
}

static void a_limit_is_the_numbers_of_its_formula_in_their_order(void **state) {
  (void)state;
  expect_limit("always load.command_n <= 10 N", "10 N");
  expect_limit("rate(load.command_n, 20 ms) <= 200 N/s and x >= -500 N/s",
               "20 ms, 200 N/s, 500 N/s");
  expect_limit("after 500 ms (a.b2_n <= 0.5 * at(c.seq3, d))", "500 ms, 0.5");
  expect_limit("abs(m.torque_nm) <= 0.001 N m and max(3 s, 1e-3 m)", "0.001 N m, 3 s, 1e-3 m");
}

static void layout_does_not_change_a_limit_and_anything_else_does(void **state) {
  (void)state;
  char *a = taut_limit_text("always  x <= 10 N\n  and y"),
       *b = taut_limit_text(" always x <= 10 N and y ");
  char *other = taut_limit_text("always x < 10 N and y");
  assert_string_equal(a, b);
  assert_string_not_equal(a, other);
  free(a);
  free(b);
  free(other);
}

static void only_whole_approvals_are_read(void **state) {
  (void)state;
  static const struct {
    const char *text, *told;
  } bad[] = {
      {"{", "a.json:1:"},
      {"{}", "expected a list"},
      {"[1]", "approval 1: expected an object"},
      {"[{\"requirment\": \"SR-001\"}]", "did you mean 'requirement'?"},
      {"[{\"requirement\": \"SR-001\"}]", "'value' must be a text"},
      {"[{\"requirement\":\"SR-001\",\"value\":\"v\",\"role\":\"r\",\"name\":\"n\","
       "\"date\":\"2026-13-01\",\"rationale\":\"w\"}]",
       "'date' must be a day such as 2026-11-21, got '2026-13-01'"},
      {"[{\"requirement\":\"SR-001\",\"value\":\"v\",\"role\":\"r\",\"name\":\"n\","
       "\"date\":\"2026-11-01\",\"rationale\":\"w\"},"
       "{\"requirement\":\"SR-001\",\"value\":\"v\",\"role\":\"r\",\"name\":\"n\","
       "\"date\":\"2026-11-01\",\"rationale\":\"w\"}]",
       "approval 2: a second approval of SR-001"},
  };
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    char error[512] = "";
    json_t *list;
    assert_int_equal(taut_approvals_read(bad[i].text, "a.json", &list, error, sizeof error),
                     TAUT_EINVAL);
    if (strstr(error, bad[i].told) == NULL) fail_msg("'%s' lacks '%s'", error, bad[i].told);
  }
}

static json_t *approval(const char *id, const char *value) {
  return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s}", "requirement", id, "value", value, "role", "head",
                   "name", "A", "date", "2026-11-01", "rationale", "measured");
}

static void an_approval_of_another_value_approves_nothing_and_says_why(void **state) {
  (void)state;
  char *limit = taut_limit_text("always x <= 10 N");
  json_t *requirements =
      json_pack("[{s:s,s:s,s:b},{s:s,s:s,s:b},{s:s,s:s,s:b}]", "id", "SR-1", "formula",
                "always x <= 10 N", "approved", 0, "id", "SR-2", "formula", "always x <= 11 N",
                "approved", 0, "id", "SR-3", "formula", "always y", "approved", 1);
  json_t *approvals = json_pack("[o,o,o]", approval("SR-1", limit), approval("SR-2", limit),
                                approval("SR-9", limit));
  json_t *void_ones = taut_approvals_apply(requirements, approvals);
  assert_true(json_is_true(json_object_get(json_array_get(requirements, 0), "approved")));
  assert_true(json_is_false(json_object_get(json_array_get(requirements, 1), "approved")));
  assert_true(json_is_null(json_object_get(json_array_get(requirements, 1), "approval")));
  assert_true(json_is_true(json_object_get(json_array_get(requirements, 2), "approved")));
  assert_int_equal(json_array_size(void_ones), 2);
  const char *why = json_string_value(json_object_get(json_array_get(void_ones, 0), "why"));
  assert_non_null(strstr(why, "the limit is 11 N ["));
  why = json_string_value(json_object_get(json_array_get(void_ones, 1), "why"));
  assert_string_equal(why, "no register has this requirement");
  json_decref(void_ones);
  json_decref(approvals);
  json_decref(requirements);
  free(limit);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_limit_is_the_numbers_of_its_formula_in_their_order),
      cmocka_unit_test(layout_does_not_change_a_limit_and_anything_else_does),
      cmocka_unit_test(only_whole_approvals_are_read),
      cmocka_unit_test(an_approval_of_another_value_approves_nothing_and_says_why),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// Scores, tables and explanations of a mutation campaign, from rows made by hand.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/mutation.h"

typedef struct row {
  const char *port, *operator_name;
  int scale;
  const char *class_name, *requirement;
  bool is_input;
} row;

static json_t *document_of(const row *rows, size_t n) {
  json_t *mutants = json_array();
  for (size_t i = 0; i < n; i++) {
    json_t *one =
        json_pack("{s:s, s:s, s:s, s:i, s:s, s:b, s:i}", "mutant", rows[i].port, "port",
                  rows[i].port, "operator", rows[i].operator_name, "scale", rows[i].scale, "class",
                  rows[i].class_name, "is_input", rows[i].is_input, "n_cases", 1);
    if (rows[i].is_input) {
      json_t *violated = json_object();
      if (rows[i].requirement) json_object_set_new(violated, rows[i].requirement, json_true());
      json_object_set_new(one, "violated", violated);
    } else if (rows[i].requirement) {
      json_object_set_new(one, "requirement", json_string(rows[i].requirement));
    }
    json_array_append_new(mutants, one);
  }
  return json_pack("{s:o}", "mutants", mutants);
}

static const json_t *score_of(const json_t *document, const char *name) {
  size_t i;
  json_t *score;
  json_array_foreach(
      json_object_get(document, "scores"), i,
      score) if (strcmp(json_string_value(json_object_get(score, "name")), name) == 0) return score;
  return NULL;
}

static void expect_score(const json_t *document, const char *name, int killed, int n) {
  const json_t *score = score_of(document, name);
  assert_non_null(score);
  assert_int_equal(json_integer_value(json_object_get(score, "killed")), killed);
  assert_int_equal(json_integer_value(json_object_get(score, "n")), n);
  double expected = n > 0 ? (double)killed / n : 0;
  assert_true(json_number_value(json_object_get(score, "score")) == expected);
}

static const row ROWS[] = {
    {"a", "bias", 1, "survived", NULL, false},      {"a", "bias", 3, "killed", "R-1", false},
    {"a", "bias", 10, "killed", "R-1", false},      {"a", "drop", 1, "identical", NULL, false},
    {"a", "drop", 10, "golden_only", NULL, false},  {"a", "nan", 0, "killed", "R-2", false},
    {"b", "safety_off", 0, "killed", "R-1", false}, {"b", "bias", 10, "crash", NULL, false},
    {"b", "gain", 10, "time_out", NULL, false},     {"b", "rate", 10, "not_reached", NULL, false},
    {"b", "noise", 10, "unobserved", NULL, false},  {"b", "sign", 0, "not_run", NULL, false},
    {"i", "bias", 10, "killed", "R-1", true},
};

enum { N_ROWS = sizeof ROWS / sizeof ROWS[0] };

static void only_what_is_identical_or_was_not_run_leaves_the_score(void **state) {
  (void)state;
  json_t *document = document_of(ROWS, N_ROWS);
  taut_mutation_summarise(document, NULL);
  // Those without a magnitude (nan, safety_off) count at each: 2 of 2, besides bias 1x; drop 1x is
  // identical by construction.
  expect_score(document, "1x", 2, 3);
  expect_score(document, "3x", 3, 3);
  // golden-only, crash, time-out, not reached and unobserved are not killed, and count.
  expect_score(document, "10x", 3, 8);
  expect_score(document, "safety_off", 1, 1);
  json_decref(document);
}

static void tables_tell_who_killed_and_what_lives(void **state) {
  (void)state;
  json_t *document = document_of(ROWS, N_ROWS);
  json_t *reg = json_pack("[{s:s}, {s:s}, {s:s}]", "id", "R-1", "id", "R-2", "id", "R-3");
  taut_mutation_summarise(document, reg);
  const json_t *kills = json_object_get(document, "by_requirement");
  assert_int_equal(json_array_size(kills), 3);
  const json_t *first = json_array_get(kills, 0), *last = json_array_get(kills, 2);
  assert_string_equal(json_string_value(json_object_get(first, "requirement")), "R-1");
  assert_int_equal(json_integer_value(json_object_get(first, "kills")), 3);
  assert_string_equal(json_string_value(json_object_get(last, "requirement")), "R-3");
  assert_int_equal(json_integer_value(json_object_get(last, "kills")), 0);
  const json_t *port = json_array_get(json_object_get(document, "by_port"), 0);
  assert_int_equal(json_integer_value(json_object_get(port, "killed")), 3);
  assert_int_equal(json_integer_value(json_object_get(port, "n")), 5);
  const json_t *survivors = json_object_get(document, "survivors");
  assert_int_equal(json_array_size(survivors), 6);
  const json_t *worst = json_array_get(survivors, 0);
  assert_string_equal(json_string_value(json_object_get(worst, "class")), "survived");
  taut_buffer text = {0};
  taut_mutation_print(document, &text);
  assert_non_null(strstr(text.data, "score 10x"));
  taut_buffer_fini(&text);
  json_decref(reg);
  json_decref(document);
}

static void tolerance_is_the_largest_multiple_that_violates_nothing(void **state) {
  (void)state;
  static const row rows[] = {{"i", "bias", 1, "survived", NULL, true},
                             {"i", "bias", 3, "golden_only", NULL, true},
                             {"i", "bias", 10, "killed", "R-1", true},
                             {"i", "gain", 1, "killed", "R-2", true},
                             {"i", "drop", 10, "crash", NULL, true}};
  json_t *document = document_of(rows, 5);
  taut_mutation_summarise(document, NULL);
  const json_t *table = json_object_get(document, "tolerance");
  assert_int_equal(json_array_size(table), 3);
  const json_t *bias = json_array_get(table, 0), *gain = json_array_get(table, 1);
  assert_int_equal(json_integer_value(json_object_get(bias, "survived")), 3);
  assert_int_equal(json_integer_value(json_object_get(json_object_get(bias, "violated"), "R-1")),
                   10);
  assert_int_equal(json_integer_value(json_object_get(gain, "survived")), 0);
  const json_t *drop = json_array_get(table, 2);
  assert_int_equal(json_integer_value(json_object_get(json_object_get(drop, "broken"), "crash")),
                   10);
  assert_int_equal(json_integer_value(json_object_get(drop, "survived")), 0);
  json_decref(document);
}

static void expect_refused(const char *text, const char *says) {
  char error[512] = "";
  json_t *document = document_of(ROWS, N_ROWS);
  taut_mutation_summarise(document, NULL);
  assert_int_equal(taut_mutation_explain(document, text, "s.json", false, error, sizeof error),
                   TAUT_EINVAL);
  if (strstr(error, says) == NULL) fail_msg("'%s' does not say '%s'", error, says);
  json_decref(document);
}

static void an_explanation_meets_a_survivor_or_is_stale(void **state) {
  (void)state;
  char error[512] = "";
  json_t *document = document_of(ROWS, N_ROWS);
  taut_mutation_summarise(document, NULL);
  const char *text =
      "[{\"port\": \"a\", \"operator\": \"bias\", \"reason\": \"small\"},"
      " {\"port\": \"b\", \"operator\": \"sign\", \"reason\": \"was not run\"},"
      " {\"port\": \"a\", \"operator\": \"drop\", \"scale\": 3, \"reason\": \"x\"}]";
  assert_int_equal(taut_mutation_explain(document, text, "s.json", false, error, sizeof error),
                   TAUT_OK);
  const json_t *worst = json_array_get(json_object_get(document, "survivors"), 0);
  assert_string_equal(json_string_value(json_object_get(worst, "explanation")), "small");
  expect_score(document, "10x", 3, 8);  // as without it
  assert_int_equal(json_integer_value(json_object_get(document, "n_explained")), 1);
  json_decref(document);
  expect_refused("[{\"port\": \"a\", \"operator\": \"nan\", \"reason\": \"x\"}]",
                 "entry 1 explains a nan, and no such mutant survives");
  expect_refused("[{\"port\": \"a\", \"operator\": \"bias\", \"scale\": 10, \"reason\": \"x\"}]",
                 "entry 1 explains a bias");
  expect_refused("[{\"port\": \"a\", \"operator\": \"bias\"}]", "needs the texts");
  // Of another machine the same file is no error.
  document = document_of(ROWS, N_ROWS);
  taut_mutation_summarise(document, NULL);
  text = "[{\"port\": \"a\", \"operator\": \"nan\", \"reason\": \"x\"}]";
  assert_int_equal(taut_mutation_explain(document, text, "s.json", true, error, sizeof error),
                   TAUT_OK);
  assert_int_equal(json_integer_value(json_object_get(document, "n_explained")), 0);
  json_decref(document);
  expect_refused("{}", "expected an array");
  expect_refused("[1,", "s.json:1:");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(only_what_is_identical_or_was_not_run_leaves_the_score),
      cmocka_unit_test(tables_tell_who_killed_and_what_lives),
      cmocka_unit_test(tolerance_is_the_largest_multiple_that_violates_nothing),
      cmocka_unit_test(an_explanation_meets_a_survivor_or_is_stale),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

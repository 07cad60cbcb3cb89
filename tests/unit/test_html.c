/// report.html: hostile text, size, absent parts, determinism; and a run folder read back.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/file.h"
#include "report/folder.h"
#include "report/html.h"
#include "report/html_parts.h"
#include "report/plots.h"
#include "support/folder.h"

#define HOSTILE "</script><img src=x onerror=alert(1)>\" ' & \xe2\x80\xa8 <!--"

// -------------------------------------------------------------------------------------- documents

static json_t *a_check(const char *text, const char *verdict) {
  return json_pack("{s:s, s:s, s:s, s:s, s:f, s:s, s:I, s:s, s:s, s:i, s:b, s:b, s:n, s:[]}", "id",
                   "SR-020", "text", text, "expression", "cable.tension_n <= 100 N", "verdict",
                   verdict, "margin", -20.0, "unit", "N", "tick_ns", (json_int_t)8000000000,
                   "expected", text, "got", "120 N", "line", 4, "requirement", 1, "everywhere", 0,
                   "triggers", "signals");
}

static json_t *a_case(const char *name, const char *verdict) {
  json_t *checks = json_array();
  json_array_append_new(checks, a_check(name, verdict));
  return json_pack("{s:s, s:s, s:i, s:s, s:s, s:i, s:i, s:f, s:n, s:n, s:n, s:o, s:[s], s:s}",
                   "name", name, "file", "a.lua", "line", 3, "verdict", verdict, "reason", name,
                   "seed", 1, "repeats", 1, "simulated_s", 20.0, "trace_hash", "state_hash",
                   "plan_hash", "checks", checks, "logs", name, "output", name);
}

static json_t *a_run(const char *name, const char *verdict, double wall_s) {
  return json_pack("{s:s, s:s, s:i, s:[s], s:[o], s:{s:f, s:s}}", "schema", "taut.results/1",
                   "version", "0.1.0", "seed", 1, "with", name, "cases", a_case(name, verdict),
                   "environment", "wall_s", wall_s, "host", name);
}

/// Plots of one signal, 10 buckets and a window of 1,000 rows, with hostile words where words may
/// be.
static json_t *some_plots(void) {
  return json_pack(
      "{s:f, s:i, s:f, s:{s:f, s:f, s:i}, s:[{s:f, s:f, s:i}], s:{s:{s:s, s:[s], s:f, "
      "s:f, s:{s:s, s:s}, s:[s]}}, s:{}, s:[{s:f, s:s, s:s, s:s, s:s}], s:i, s:[[f, f]]}",
      "row_s", 0.001, "rows", 20000, "end_s", 20.0, "coarse", "t0", 0.0, "dt", 2.0, "n", 10, "fine",
      "t0", 7.5, "dt", 0.001, "n", 1000, "signals", "left.cable.tension_n", "unit", "lb", "labels",
      HOSTILE, "scale", 1 / 4.4482216152605, "step", 0.1, "coarse", "min", "A*S", "spread", "A*S",
      "fine", "A*u+B", "aliases", "events", "t", 1.0, "source", HOSTILE, "kind", "event", "name",
      HOSTILE, "value", HOSTILE, "events_lost", 0, "skips", 15.0, 3600.0);
}

static json_t *load_given(size_t i_case, void *user) {
  assert_int_equal(i_case, 0);
  return json_incref(user);
}

static char *page_of(json_t *results, json_t *document) {
  taut_buffer out = {0};
  taut_html_write(results, document != NULL ? load_given : NULL, document, &out);
  json_decref(results);
  json_decref(document);
  return out.data;
}

static void expect_part(const char *page, const char *part) {
  if (strstr(page, part) == NULL) fail_msg("the page lacks '%s'", part);
}

static void expect_no(const char *page, const char *part) {
  const char *at = strstr(page, part);
  if (at != NULL) fail_msg("the page holds '%s': %.200s", part, at > page + 50 ? at - 50 : page);
}

// ------------------------------------------------------------------------------------------- tests

static void names_from_outside_cannot_become_markup(void **state) {
  (void)state;
  json_t *document = a_case(HOSTILE, "fail");
  json_object_set_new(document, "plots", some_plots());
  assert_true(taut_plots_are_whole(json_object_get(document, "plots")));
  char *page = page_of(a_run(HOSTILE, "fail", 1.0), document);
  expect_part(page, "id=\"data-1\"");
  expect_no(page, "<img");
  expect_no(page, "<!-- ");
  expect_no(page, "\" ' &");
  // In JSON too, where the data would otherwise end its element.
  expect_part(page, "\\u003c/script\\u003e\\u003cimg");
  expect_no(page, "</script><img");
  expect_part(page, "&#60;/script&#62;&#60;img src=x onerror=alert(1)&#62;");
  free(page);
}

static void json_in_a_page_reads_as_the_same_json(void **state) {
  (void)state;
  json_t *document = json_pack("{s:s, s:s}", "text", HOSTILE, "euro", "\xe2\x82\xac");
  taut_buffer out = {0};
  taut_html_json(&out, document);
  assert_null(strpbrk(out.data, "<>&"));
  assert_null(strstr(out.data, "\xe2\x80\xa8"));
  json_t *again = json_loads(out.data, 0, NULL);
  assert_true(json_equal(document, again));
  json_decref(document);
  json_decref(again);
  taut_buffer_fini(&out);
}

static void formulas_lose_the_indentation_of_their_file(void **state) {
  (void)state;
  static const struct {
    const char *text, *plain;
  } rows[] = {{"a", "a"},
              {"", ""},
              {"\n\n", ""},
              {"  a\n  b", "a\nb"},
              {"      a\n        b\n      c\n", "a\n  b\nc"},
              {"a\n      b\n        c", "a\n  b\n    c"},
              {"a\nb", "a\nb"},
              {"    a\n  b", "a\nb"},
              {"a\n   \n    b", "a\n  b"}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    taut_buffer out = {0};
    taut_html_formula(&out, rows[i].text);
    assert_string_equal(out.data, rows[i].plain);
    taut_buffer_fini(&out);
  }
  assert_true(taut_html_is_same_formula(" a <=\n  b ", "a <= b"));
  assert_false(taut_html_is_same_formula("a <= b", "a < = b c"));
  assert_false(taut_html_is_same_formula("a", ""));
}

static void the_policy_admits_exactly_what_the_page_holds(void **state) {
  (void)state;
  char *page = page_of(a_run("x", "pass", 1.0), NULL);
  expect_part(page, "default-src 'none'; script-src 'sha256-");
  expect_no(page, "unsafe-");
  expect_no(page, " style=\"");
  expect_no(page, " onclick");
  expect_no(page, "{{");
  expect_part(page, "Permission is hereby granted, free of charge");
  free(page);
}

static void a_limit_is_drawn_in_the_unit_of_its_signal(void **state) {
  (void)state;
  json_t *document = a_case("x", "fail");
  json_object_set_new(document, "plots", some_plots());
  const json_t *check = json_array_get(json_object_get(document, "checks"), 0);
  json_t *figures = taut_html_figures(document, &check, 1);
  const json_t *figure = json_array_get(json_object_get(figures, "figures"), 0);
  const json_t *limit = json_array_get(json_object_get(figure, "limits"), 0);
  assert_string_equal(json_string_value(json_object_get(limit, "signal")), "left.cable.tension_n");
  assert_string_equal(json_string_value(json_object_get(limit, "text")), "<= 100 N");
  assert_float_equal(json_number_value(json_object_get(limit, "value")), 22.4809, 1e-3);
  assert_float_equal(json_number_value(json_object_get(figure, "from")), 7.5, 1e-9);
  assert_float_equal(json_number_value(json_object_get(figure, "to")), 8.499, 1e-9);
  json_decref(figures);
  json_decref(document);
}

static void limits_come_from_comparisons_with_constants_only(void **state) {
  (void)state;
  static const struct {
    const char *formula;
    size_t n;
    double first;
  } rows[] = {
      {"cable.tension_n <= 10 lb", 1, 10},
      {"10 lb >= cable.tension_n", 1, 10},
      {"abs(left.cable.tension_n) < 10 lb", 2, 10},
      {"peak(cable.tension_n) <= 10 lb and cable.tension_n > -1 lb", 2, 10},
      {"avg(cable.tension_n, 100 ms) <= 10 lb", 1, 10},
      {"whenever cable.tension_n > 3 lb for 20 ms then within 1 s (cable.tension_n < 2 lb)", 1, 2},
      {"whenever x > 3 lb and (cable.tension_n > 3 lb => y) then (cable.tension_n < 2 lb)", 1, 2},
      {"cable.tension_n > 1 lb and (cable.tension_n > 3 lb => cable.tension_n < 2 lb)", 2, 1},
      {"cable.tension_n > 1 lb => y", 0, 0},
      {"cable.tension_n <= 10 lb + load.command_n", 0, 0},
      {"2 * cable.tension_n <= 10 lb", 0, 0},
      {"rate(cable.tension_n, 10 ms) <= 10 N/s", 0, 0},
      {"cable.tension_n == 10 lb", 0, 0},
      {"cable.other_n <= 10 lb", 0, 0},
      {"cable.tension_n <=", 0, 0},
      {"<= 10 lb", 0, 0},
      {") <= 10 lb", 0, 0},
      {"((((( \x01 \xff <= 10 lb", 0, 0},
      {"", 0, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    json_t *document = json_object();
    json_object_set_new(document, "plots", some_plots());
    json_t *check = json_object();
    json_object_set_new(check, "expression",
                        json_stringn_nocheck(rows[i].formula, strlen(rows[i].formula)));
    const json_t *checks[] = {check};
    json_t *figures = taut_html_figures(document, checks, 1);
    const json_t *limits =
        json_object_get(json_array_get(json_object_get(figures, "figures"), 0), "limits");
    if (json_array_size(limits) != rows[i].n)
      fail_msg("'%s' has %zu limits", rows[i].formula, json_array_size(limits));
    if (rows[i].n > 0) {
      double value = json_number_value(json_object_get(json_array_get(limits, 0), "value"));
      if (value < rows[i].first - 1e-6 || value > rows[i].first + 1e-6)
        fail_msg("'%s' has its limit at %g", rows[i].formula, value);
    }
    json_decref(figures);
    json_decref(check);
    json_decref(document);
  }
}

static void a_page_without_anything_says_so(void **state) {
  (void)state;
  static const char *const texts[] = {
      "{}", "[]", "{\"cases\": []}", "{\"cases\": 3, \"with\": \"x\", \"requirements\": {}}",
      // In brackets: two literals of one text.
      ("{\"cases\": [3, null, {\"name\": 4, \"verdict\": \"fine\", \"checks\": [5, {}]}], "
       "\"hazards\": [null], \"requirements\": [7], \"environment\": [1]}")};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    char *page = page_of(json_loads(texts[i], 0, NULL), NULL);
    expect_part(page, i < 4 ? "<h1>Nothing ran</h1>" : "without a verdict");
    expect_part(page, "</html>");
    free(page);
  }
}

static void plots_of_any_shape_do_no_harm(void **state) {
  (void)state;
  static const char *const texts[] = {
      "null",
      "[]",
      "{\"signals\": {}}",
      "{\"signals\": {\"left.cable.tension_n\": 3}}",
      ("{\"signals\": {\"left.cable.tension_n\": {}}, \"fine\": [{\"t0\": \"x\"}], \"end_s\": -1, "
       "\"events\": [1, {\"t\": []}]}"),
      "{\"signals\": [1], \"aliases\": {\"cable.tension_n\": 3}}"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    json_t *document = a_case("x", "fail");
    json_object_set_new(document, "plots", json_loads(texts[i], JSON_DECODE_ANY, NULL));
    json_object_set_new(document, "reps", json_loads(texts[i], JSON_DECODE_ANY, NULL));
    char *page = page_of(a_run("x", "fail", 1.0), document);
    expect_part(page, "SR-020");
    expect_no(page, "id=\"data-1\"");
    free(page);
  }
}

static void strip_environment(char *page) {
  size_t n = 0;
  for (char *from; (from = strstr(page, "<!--environment-->")) != NULL; n++) {
    char *to = strstr(from, "<!--/environment-->");
    assert_non_null(to);
    memmove(from, to + 20, strlen(to + 20) + 1);
  }
  assert_true(n > 0);
}

static void the_same_run_gives_the_same_page_but_for_its_environment(void **state) {
  (void)state;
  char *pages[2];
  for (int i = 0; i < 2; i++) {
    pages[i] = page_of(a_run("x", "fail", i == 0 ? 1.0 : 2.0), a_case("x", "fail"));
  }
  assert_string_not_equal(pages[0], pages[1]);
  for (int i = 0; i < 2; i++) strip_environment(pages[i]);
  assert_string_equal(pages[0], pages[1]);
  free(pages[0]);
  free(pages[1]);
}

static json_t *an_entry(const char *verdict, double wall_s, double margin) {
  return json_pack("{s:s, s:s, s:f, s:{s:n, s:f}}", "run", HOSTILE, "verdict", verdict, "wall_s",
                   wall_s, "margins", "SR-001", HOSTILE, margin);
}

static void earlier_runs_are_told_in_the_environment_only(void **state) {
  (void)state;
  json_t *document = a_case("x", "fail");
  char *without = page_of(a_run("x", "fail", 1.0), json_incref(document));
  json_object_set_new(document, "history",
                      json_pack("[o, o, o, i]", an_entry("pass", 0.25, 3),
                                an_entry("error", 0.5, 1), an_entry("fail", 1, -2), 7));
  char *with = page_of(a_run("x", "fail", 1.0), document);
  expect_part(with, "History (4 runs, 1 passed)");
  expect_part(with, "<rect class=pass x=1");
  expect_part(with, "<text class=fail");
  expect_no(with, "<img");
  expect_no(without, "History (");
  for (int i = 0; i < 2; i++) strip_environment(i == 0 ? with : without);
  assert_string_equal(with, without);
  free(with);
  free(without);
}

/// What does not grow with the run: the library, our script and style, the frame of the page.
static void the_frame_of_the_page_is_at_most_95_kb(void **state) {
  (void)state;
  char *page = page_of(a_run("x", "fail", 1.0), a_case("x", "fail"));
  size_t size = strlen(page);
  if (size > 95000) fail_msg("%zu bytes", size);
  free(page);
}

// ------------------------------------------------------------------------------------- run folders

static void put(const char *path, const char *text) {
  assert_int_equal(taut_file_write_atomic(path, text, strlen(text), NULL), TAUT_OK);
}

static void a_damaged_run_is_refused_with_its_reason(void **state) {
  (void)state;
  static const struct {
    const char *text, *reason;
  } rows[] = {{"", "run/results.json:1"},
              {"{\"schema\": \"taut.results/1\", \"cases\": [", "run/results.json:1"},
              {"{\"schema\": \"taut.results/1\", \"schema\": 1}", "duplicate"},
              {"{\"schema\": \"taut.results/9\"}", "expected the schema taut.results/1"},
              {"[]", "expected the schema"},
              {"{\"schema\": \"taut.results/1\", \"cases\": 3}", "no list 'cases'"},
              {"{\"schema\": \"taut.results/1\", \"cases\": [{}]}", "case 1 lacks a field"},
              {"\xff\xfe", "run/results.json:1"}};
  taut_run_folder folder;
  char error[512];
  assert_int_equal(taut_run_folder_open("nowhere", &folder, error, sizeof error), TAUT_ENOTFOUND);
  assert_int_equal(taut_file_make_folder("run"), TAUT_OK);
  assert_int_equal(taut_run_folder_open("run", &folder, error, sizeof error), TAUT_EINVAL);
  assert_non_null(strstr(error, "no results.json"));
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    put("run/results.json", rows[i].text);
    assert_int_equal(taut_run_folder_open("run", &folder, error, sizeof error), TAUT_EINVAL);
    if (strstr(error, rows[i].reason) == NULL) fail_msg("'%s' gave '%s'", rows[i].text, error);
  }
}

static void a_case_is_found_by_what_its_file_holds(void **state) {
  (void)state;
  assert_int_equal(taut_file_make_folder("run/cases"), TAUT_OK);
  json_t *results = a_run("two alike", "pass", 1.0);
  json_t *cases = json_object_get(results, "cases"), *second = a_case("two alike", "pass");
  json_t *held = json_object_get(json_array_get(cases, 0), "checks");
  json_object_set_new(json_array_get(held, 0), "verdict", json_string("pass"));
  json_array_append_new(cases, second);
  json_object_set_new(second, "line", json_integer(9));
  char *text = json_dumps(results, 0);
  put("run/results.json", text);
  free(text);
  // Numbered the other way round, and one more that is cut.
  text = json_dumps(second, 0);
  put("run/cases/1-two-alike.json", text);
  put("run/cases/3-two-alike.json", "{");
  free(text);
  text = json_dumps(json_array_get(cases, 0), 0);
  put("run/cases/2-two-alike.json", text);
  free(text);
  taut_run_folder folder;
  char error[512];
  taut_status status = taut_run_folder_open("run", &folder, error, sizeof error);
  if (status != TAUT_OK) fail_msg("%s", error);
  for (size_t i = 0; i < 2; i++) {
    json_t *document = taut_run_folder_case(i, &folder);
    assert_non_null(document);
    assert_int_equal(json_integer_value(json_object_get(document, "line")), i == 0 ? 3 : 9);
    json_decref(document);
  }
  assert_null(taut_run_folder_case(2, &folder));
  taut_run_folder_fini(&folder);
  json_decref(results);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_from_outside_cannot_become_markup),
      cmocka_unit_test(json_in_a_page_reads_as_the_same_json),
      cmocka_unit_test(formulas_lose_the_indentation_of_their_file),
      cmocka_unit_test(the_policy_admits_exactly_what_the_page_holds),
      cmocka_unit_test(a_limit_is_drawn_in_the_unit_of_its_signal),
      cmocka_unit_test(limits_come_from_comparisons_with_constants_only),
      cmocka_unit_test(a_page_without_anything_says_so),
      cmocka_unit_test(plots_of_any_shape_do_no_harm),
      cmocka_unit_test(the_same_run_gives_the_same_page_but_for_its_environment),
      cmocka_unit_test(earlier_runs_are_told_in_the_environment_only),
      cmocka_unit_test(the_frame_of_the_page_is_at_most_95_kb),
      cmocka_unit_test_setup_teardown(a_damaged_run_is_refused_with_its_reason, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_case_is_found_by_what_its_file_holds, enter_folder,
                                      leave_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// s:skip and s:note, and what monitors make of time that was skipped.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/record.h"
#include "support/host_suite.h"
#include "support/register.h"

// The fake controller is armed until it hears of a leak.
#define AT_REST "s:event('controller.report', 'leak') s:wait '10 ms'\n"

static const taut_case_result *run(void **state, const char *fields, const char *script) {
  fake_suite *f = *state;
  const taut_case_result *result = fake_suite_run(f, fields, script);
  if (!result) fail_msg("%s: %s", script, f->log);
  return result;
}

static void expect_pass(void **state, const char *fields, const char *script) {
  const taut_case_result *result = run(state, fields, script);
  if (result->verdict != TAUT_PASS) fail_msg("%s: %s", script, result->reason);
}

static void expect_error(void **state, const char *script, const char *message) {
  const taut_case_result *result = run(state, "", script);
  assert_int_equal(result->verdict, TAUT_ERROR);
  if (!strstr(result->reason, message))
    fail_msg("%s: got '%s', expected '%s'", script, result->reason, message);
}

static void a_skip_ends_at_the_row_where_a_wait_would(void **state) {
  expect_pass(state, "",
              AT_REST
              "s:skip '60 s' s:check(s:now() == 60.01, { text = 'text' })\n"
              "s:skip(hours(20)) s:check(s:now() == 72060.01, { text = 'hours' })\n"
              "s:skip(days(2) + minutes(1)) s:check(s:now() == 244920.01, { text = 'sum' })\n"
              "s:skip(0.0123) s:check(s:now() == 244920.023, { text = 'rounded up to a row' })\n"
              "s:skip '2 ms' s:check(s:now() == 244920.025, { text = 'shorter than the grid' })\n"
              "s:skip(0) s:check(s:now() == 244920.025, { text = 'nothing' })");
  const taut_case_result *result = ((fake_suite *)*state)->result;
  assert_true(result->sim_ns == INT64_C(244920025050000));
  int64_t observed_ns = result->sim_ns - result->skipped_ns;
  assert_true(observed_ns > 10 * INT64_C(1000000) && observed_ns < TAUT_SECOND);
}

static void skipped_time_does_not_count_against_the_timeout(void **state) {
  expect_pass(state, "timeout = '1 s',",
              AT_REST
              "for i = 1, 5 do s:skip(weeks(1)) end\n"
              "s:check(s:now() > 5 * 604800, { text = 'five weeks' })");
  const taut_case_result *result =
      run(state, "timeout = '1 s',", AT_REST "s:skip '1 h' s:wait '2 s' s:fail 'not reached'");
  assert_int_equal(result->verdict, TAUT_FAIL);
  assert_non_null(strstr(result->reason, "still running"));
}

static void a_machine_that_does_not_come_to_rest_fails_the_case_and_says_who(void **state) {
  const taut_case_result *result = run(state, "", "s:skip '60 s' s:fail 'not reached'");
  assert_int_equal(result->verdict, TAUT_FAIL);
  assert_int_equal(result->n_checks, 1);
  assert_non_null(strstr(result->checks[0].text, "comes to rest"));
  assert_non_null(strstr(result->checks[0].got, "controller: time cannot be skipped while"));
  assert_true(result->sim_ns > 10 * TAUT_SECOND && result->sim_ns < 11 * TAUT_SECOND);
  assert_true(result->skipped_ns == 0);
}

static void a_machine_that_needs_a_moment_is_waited_for(void **state) {
  // The user's report is seen by the controller only after the skip was asked for.
  expect_pass(state, "",
              "s:event('controller.report', 'leak')\n"
              "s:skip '60 s' s:check(s:now() == 60, { text = 'the moment is part of it' })");
  const taut_case_result *result = ((fake_suite *)*state)->result;
  assert_true(result->skipped_ns > 59 * TAUT_SECOND && result->skipped_ns < 60 * TAUT_SECOND);
}

static void violations_are_told_in_simulated_time(void **state) {
  fake_suite *f = *state;
  assert_true(fake_register(
      f, "{ id = 'SR-1', text = 'two', everywhere = true, formula = 'always (user.rep < 3)' }"));
  // The fake user counts a rep a second and stands still in a skip: two seconds before, two after.
  const taut_case_result *result =
      run(state, "", AT_REST "s:wait '1.99 s' s:skip '100 s' s:wait '2 s'");
  assert_int_equal(result->verdict, TAUT_FAIL);
  const taut_check_result *check = fake_judged(result, "SR-1");
  assert_non_null(check);
  if (!(check->tick_ns > INT64_C(102900000000) && check->tick_ns < INT64_C(103100000000)))
    fail_msg("first violation at %.6f s: %s", (double)check->tick_ns * 1e-9, check->got);
  assert_non_null(strstr(check->got, "first at 10"));
}

static void a_note_keeps_scalars_and_flat_lists_in_the_order_of_names(void **state) {
  expect_pass(state, "",
              "s:wait '1 s'\n"
              "s:note('set', { reps = 12, load = lb(1), came = true, why = 'a \"quote\"',\n"
              "  symptoms = { 'leak', 'pain' }, share = 0.25, none = {} })\n"
              "s:note 'end'\n"
              "s:check(true, { text = 'x' })");
  const taut_case_result *result = ((fake_suite *)*state)->result;
  assert_int_equal(result->n_notes, 2);
  assert_true(result->notes[0].tick_ns == TAUT_SECOND);
  assert_int_equal(result->notes[1].n_fields, 0);
  json_t *answer = taut_record_encode(result);
  json_t *notes = json_object_get(answer, "notes");
  char *text = json_dumps(json_array_get(notes, 0), JSON_COMPACT | JSON_REAL_PRECISION(10));
  assert_string_equal(text,
                      "{\"t\":1.0,\"kind\":\"set\",\"came\":true,\"load\":4.448221615,\"none\":[],"
                      "\"reps\":12,\"share\":0.25,\"symptoms\":[\"leak\",\"pain\"],"
                      "\"why\":\"a \\\"quote\\\"\"}");
  free(text);
  taut_record record = {0};
  assert_int_equal(taut_record_decode(answer, &record), TAUT_OK);
  assert_int_equal(json_array_size(record.notes), 2);
  taut_record_fini(&record);
  // A worker that ran foreign code may send anything.
  json_array_append_new(notes, json_pack("{s:f, s:s, s:{}}", "t", 1.0, "kind", "x", "deep"));
  assert_int_equal(taut_record_decode(answer, &record), TAUT_EINVAL);
  json_decref(answer);
}

static void a_wrong_note_or_time_is_an_error(void **state) {
  expect_error(state, "s:note('Set', {})", "'Set' is no kind of a note");
  expect_error(state, "s:note('x', { t = 1 })", "'t' cannot be a field of a note");
  expect_error(state, "s:note('x', { a = 0/0 })", "'a' in a note is not a finite number");
  expect_error(state, "s:note('x', { a = { { 1 } } })", "flat list");
  expect_error(state, "s:note('x', { a = { b = 1 } })", "write a flat list");
  expect_error(state, "s:note('x', { a = print })", "must be a number, text");
  expect_error(state, "local t = {} for i = 1, 65 do t['f' .. i] = i end s:note('x', t)",
               "at most 64 fields");
  expect_error(state, "for i = 1, 20001 do s:note 'x' end", "more than 20000 notes");
  expect_error(state, "s:skip(lb(3))", "the time to skip must be a time");
  expect_error(state, "s:skip(-1)", "between 0 and ten years");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_skip_ends_at_the_row_where_a_wait_would),
      cmocka_unit_test(skipped_time_does_not_count_against_the_timeout),
      cmocka_unit_test(a_machine_that_does_not_come_to_rest_fails_the_case_and_says_who),
      cmocka_unit_test(a_machine_that_needs_a_moment_is_waited_for),
      cmocka_unit_test(a_note_keeps_scalars_and_flat_lists_in_the_order_of_names),
      cmocka_unit_test(a_wrong_note_or_time_is_an_error),
      // Last: its register stays in the folder.
      cmocka_unit_test(violations_are_told_in_simulated_time),
  };
  return cmocka_run_group_tests(tests, fake_suite_set_up, fake_register_tear_down);
}

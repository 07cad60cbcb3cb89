// s:follow and s:measure: nothing between two lines of a script is lost, and nothing is told twice.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/host_suite.h"

static void expect_pass(void **state, const char *script) {
  fake_suite *f = *state;
  const taut_case_result *result = fake_suite_run(f, "", script);
  if (!result) fail_msg("'%s' gave %s", script, f->log);
  if (result->verdict != TAUT_PASS) fail_msg("'%s': %s", script, result->reason);
}

static void expect_error(void **state, const char *script, const char *message) {
  fake_suite *f = *state;
  const taut_case_result *result = fake_suite_run(f, "", script);
  if (!result) fail_msg("'%s' gave %s", script, f->log);
  assert_int_equal(result->verdict, TAUT_ERROR);
  if (!strstr(result->reason, message))
    fail_msg("'%s' gave '%s', expected '%s'", script, result->reason, message);
}

static void every_entry_is_told_once_in_order(void **state) {
  // The fake person finishes a repetition every second.
  expect_pass(state,
              "local log = s:follow('user.rep', { 'user.rep', 'controller.safety_state' })\n"
              "s:wait '3500 ms'\n"
              "local got = log:take()\n"
              "s:check(#got == 3, { text = 'three', got = #got })\n"
              "for i, entry in ipairs(got) do\n"
              "  s:check(entry['user.rep'] == i, { text = 'in order' })\n"
              "  s:check(math.abs(entry.t - i) < 0.01, { text = 'when', got = entry.t })\n"
              "  s:check(entry['controller.safety_state'] == 'normal', { text = 'a label' })\n"
              "end\n"
              "s:check(#log:take() == 0, { text = 'not twice' })\n"
              "s:wait '1 s'\n"
              "s:check(#log:take() == 1, { text = 'what came since' })\n");
}

static void what_is_measured_is_of_the_rows_since_the_last_time(void **state) {
  expect_pass(state,
              "local high = s:measure('greatest', 'user.rep')\n"
              "local armed = s:measure('time', 'controller.armed')\n"
              "s:check(high:take() == nil, { text = 'no row yet' })\n"
              "s:wait '2500 ms'\n"
              "s:check(high:take() == 2, { text = 'greatest' })\n"
              "s:check(math.abs(armed:take() - 2.5) < 1e-9, { text = 'all the time' })\n"
              "s:event('controller.report', 'leak')\n"
              "s:wait '1 s'\n"
              "local left = armed:take()\n"
              "s:check(left < 0.01, { text = 'no longer', got = left })\n");
}

static void a_wait_without_a_check_says_whether_it_was_met(void **state) {
  fake_suite *f = *state;
  expect_pass(state,
              "local late = s:wait_until('user.rep >= 9', { within = '1 s', check = false })\n"
              "local soon = s:wait_until('user.rep >= 2', { within = '2 s', check = false })\n"
              "s:check(late == false and soon == true, { text = 'told' })\n");
  assert_int_equal(f->result->n_checks, 1);
}

static void ticks_are_those_that_were_simulated(void **state) {
  expect_pass(state,
              "local before = s:ticks() s:wait '1 s'\n"
              "local n = s:ticks() - before\n"
              "s:check(n > 0 and math.type(n) == 'integer', { text = 'counted' })\n"
              "s:wait '1 s'\n"
              "s:check(s:ticks() - before == 2 * n, { text = 'evenly' })\n");
}

static void a_number_of_an_enum_has_its_label(void **state) {
  expect_pass(state,
              "s:check(s:label('session.report', 1) == 'leak', { text = 'a report' })\n"
              "s:check(s:label('controller.safety_state', 0) == 'normal', { text = 'a state' })\n");
  expect_error(state, "s:label('session.report', 99)", "no label number 99");
  expect_error(state, "s:label('session.report', 0.5)", "no label number 0.5");
  expect_error(state, "s:label('user.rep', 0)", "has no labels");
}

static void slips_are_told(void **state) {
  expect_error(state, "s:follow('user.rap', { 'user.rep' })", "did you mean 'user.rep'?");
  expect_error(state, "s:follow('user.rep', {})", "follow 1 to 8 ports");
  expect_error(state, "s:measure('least', 'user.rep')", "invalid option 'least'");
  expect_error(state, "s:measure('greatest', 'user.rep > 1')", "is a condition");
  expect_error(state, "s:measure('time', 'user.rep')", "is not a condition");
  expect_error(state, "s:measure('time', 'user.rep > 1'):stop()", "has only :take()");
  expect_error(state, "for i = 1, 40 do s:measure('greatest', 'user.rep') end",
               "at most 32 things");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(every_entry_is_told_once_in_order, fake_suite_set_up,
                                      fake_suite_tear_down),
      cmocka_unit_test_setup_teardown(what_is_measured_is_of_the_rows_since_the_last_time,
                                      fake_suite_set_up, fake_suite_tear_down),
      cmocka_unit_test_setup_teardown(a_wait_without_a_check_says_whether_it_was_met,
                                      fake_suite_set_up, fake_suite_tear_down),
      cmocka_unit_test_setup_teardown(ticks_are_those_that_were_simulated, fake_suite_set_up,
                                      fake_suite_tear_down),
      cmocka_unit_test_setup_teardown(a_number_of_an_enum_has_its_label, fake_suite_set_up,
                                      fake_suite_tear_down),
      cmocka_unit_test_setup_teardown(slips_are_told, fake_suite_set_up, fake_suite_tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// Scripts: waiting, checking, changing the run, faults, verdicts.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "support/host_suite.h"

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

static void expect_error(void **state, const char *fields, const char *script,
                         const char *message) {
  const taut_case_result *result = run(state, fields, script);
  assert_int_equal(result->verdict, TAUT_ERROR);
  if (!strstr(result->reason, message))
    fail_msg("%s: got '%s', expected '%s'", script, result->reason, message);
}

static bool is_near(double a, double b) {
  return fabs(a - b) < 1e-9;
}

static void time_passes_in_rows(void **state) {
  expect_pass(state, "",
              "s:check(s:now() == 0, { text = 'start' })\n"
              "s:wait '2 s' s:check(s:now() == 2, { text = 'text' })\n"
              "s:wait(0.5) s:check(s:now() == 2.5, { text = 'seconds' })\n"
              "s:wait(ms(250)) s:check(s:now() == 2.75, { text = 'quantity' })\n"
              "s:wait(0) s:check(s:now() == 2.75, { text = 'nothing' })\n"
              "s:wait '1.2 ms' s:check(s:now() == 2.752, { text = 'rounded up to a row' })\n"
              "s:check(s:value 'user.rep' == 2, { text = 'the model moved' })");
  assert_int_equal(((fake_suite *)*state)->result->sim_ns, INT64_C(2752050000));
}

static void wait_until_ends_at_the_first_row_that_holds(void **state) {
  const taut_case_result *result =
      run(state, "",
          "s:wait_until('user.rep >= 2', { within = '5 s', id = 'SR-9', text = 'two reps' })\n"
          "s:check(s:now() == 2, { text = 'at once' })\n"
          "s:wait_until('user.rep >= 2', { within = '0 s' })\n"
          "s:check(s:now() == 2, { text = 'no time passes when it holds' })");
  if (result->verdict != TAUT_PASS) fail_msg("%s", result->reason);
  assert_int_equal(result->n_checks, 4);
  assert_string_equal(result->checks[0].id, "SR-9");
  assert_string_equal(result->checks[0].text, "two reps");
  assert_string_equal(result->checks[0].expression, "user.rep >= 2");
  assert_int_equal(result->checks[0].tick_ns, 2 * TAUT_SECOND);
  assert_int_equal(result->checks[0].line, 4);
}

static void wait_until_that_runs_out_ends_the_script_as_failed(void **state) {
  const taut_case_result *result =
      run(state, "", "s:wait_until('user.rep >= 5', { within = '1.5 s' })\nerror('not reached')");
  assert_int_equal(result->verdict, TAUT_FAIL);
  assert_int_equal(result->n_checks, 1);
  const taut_check_result *check = &result->checks[0];
  assert_int_equal(check->verdict, TAUT_FAIL);
  assert_string_equal(check->expected, "user.rep >= 5 within 1.5 s");
  assert_string_equal(check->got, "1");
  assert_true(check->has_margin && is_near(check->margin, -4));
  assert_int_equal(check->tick_ns, 1500000000);
  assert_string_equal(result->reason,
                      "user.rep >= 5: expected user.rep >= 5 within 1.5 s, got 1 at 1.500 s");
}

static void pcall_does_not_hide_a_wait_that_ran_out(void **state) {
  const taut_case_result *result = run(
      state, "",
      "pcall(s.wait_until, s, 'user.rep >= 5', { within = '0.5 s' })\ns:check(true, {text='x'})");
  assert_int_equal(result->verdict, TAUT_FAIL);
  assert_int_equal(result->n_checks, 1);
}

static void the_scenario_ends_at_its_timeout(void **state) {
  const taut_case_result *result = run(state, "timeout = '3 s',", "s:wait '10 s'");
  assert_int_equal(result->verdict, TAUT_FAIL);
  assert_string_equal(result->checks[0].text, "the scenario ends within 3 s");
  assert_int_equal(result->checks[0].tick_ns, 3 * TAUT_SECOND);
  result = run(state, "timeout = '3 s',", "s:wait_until('user.rep >= 9')");
  assert_int_equal(result->verdict, TAUT_FAIL);
  assert_int_equal(result->sim_ns, INT64_C(3000050000));
}

static void a_failed_expect_goes_on_and_explains_itself(void **state) {
  const taut_case_result *result =
      run(state, "",
          "s:wait '1 s'\n"
          "local held = s:expect('load.command_n <= 10 N', { id = 'SR-1', text = 'unloaded' })\n"
          "s:check(held == false, { text = 'it says so' })");
  assert_int_equal(result->verdict, TAUT_FAIL);
  assert_int_equal(result->n_checks, 2);
  const taut_check_result *check = &result->checks[0];
  assert_string_equal(check->id, "SR-1");
  assert_string_equal(check->text, "unloaded");
  assert_string_equal(check->expected, "load.command_n <= 10 N");
  assert_string_equal(check->got, "41 N (right)");
  assert_string_equal(check->unit, "N");
  assert_true(is_near(check->margin, -31));
  assert_int_equal(check->line, 5);
  assert_int_equal(check->tick_ns, TAUT_SECOND);
  assert_int_equal(result->checks[1].verdict, TAUT_PASS);
  result = run(state, "", "s:expect('false', { stop = true })\nerror('not reached')");
  assert_int_equal(result->verdict, TAUT_FAIL);
}

static void always_watches_every_row_until_stopped(void **state) {
  const taut_case_result *result = run(state, "",
                                       "local calm = s:always('user.rep <= 1', { text = 'calm' })\n"
                                       "local loose = s:always('user.rep <= 3')\n"
                                       "s:wait '2.5 s'\n"
                                       "loose:stop()\n"
                                       "s:wait '2 s'");
  assert_int_equal(result->verdict, TAUT_FAIL);
  const taut_check_result *calm = &result->checks[0], *loose = &result->checks[1];
  assert_int_equal(calm->verdict, TAUT_FAIL);
  assert_int_equal(calm->tick_ns, 2 * TAUT_SECOND);
  assert_true(is_near(calm->margin, -3));
  assert_string_equal(calm->expected, "user.rep <= 1");
  assert_string_equal(calm->got, "4 at worst, at 4.000 s");
  assert_int_equal(loose->verdict, TAUT_PASS);
  assert_true(loose->has_margin && is_near(loose->margin, 1));
  assert_int_equal(loose->tick_ns, 2 * TAUT_SECOND);
}

static void always_judges_the_row_it_begins_on(void **state) {
  const taut_case_result *result = run(state, "", "s:always('user.rep >= 1')");
  assert_int_equal(result->verdict, TAUT_FAIL);
  assert_int_equal(result->checks[0].tick_ns, 0);
}

static void what_happens_between_rows_is_seen_through_peak(void **state) {
  static const char SPIKES[] = "params = { cable = { spike_n = 100 } },";
  const taut_case_result *result = run(state, SPIKES,
                                       "s:always('cable.tension_n <= 15 N')\n"
                                       "s:always('peak(cable.tension_n) <= 15 N')\n"
                                       "s:wait '1 s'\n");
  assert_int_equal(result->checks[0].verdict, TAUT_PASS);
  assert_int_equal(result->checks[1].verdict, TAUT_FAIL);
  assert_true(is_near(result->checks[1].margin, 15 - 112));
  assert_int_equal(result->checks[1].tick_ns, 51000000);
  // The same row judged after it was taken: the peak is still there.
  result = run(state, SPIKES, "s:wait '51 ms' s:expect('peak(cable.tension_n) <= 15 N')");
  assert_int_equal(result->verdict, TAUT_FAIL);
}

static void events_and_values_reach_the_models(void **state) {
  expect_pass(state, "",
              "s:expect('controller.safety_state == normal')\n"
              "s:event('controller.report', 'leak')\n"
              "s:wait_until('controller.safety_state == latched', { within = '2 ms' })\n"
              "s:expect('load.command_n <= 5 N and controller.report_ack_seq == 1')\n"
              "s:check(s:value 'controller.safety_state' == 'latched', { text = 'label' })\n"
              "s:set('user.pain_level', 3) s:wait '1 ms'\n"
              "s:check(s:value 'user.pain_level' == 3, { text = 'input' })\n"
              "s:set('motor.encoder_stuck', true) s:wait '1 ms'\n"
              "s:expect('motor.encoder_stuck')\n"
              "s:set('session.left_set_load_n', lb(3)) s:wait '20 ms'\n"
              "s:expect('near(session.left_load_n, 3 lb, 0.001 lb)')\n");
}

static void wrong_changes_are_errors_with_a_line(void **state) {
  expect_error(state, "", "\ns:event('controller.report', 'leek')",
               "s.lua:5: 'controller.report' has no label 'leek'; did you mean 'leak'?");
  expect_error(state, "", "s:event('controller.reprt', 'leak')",
               "no port 'controller.reprt'; did you mean 'controller.report'?");
  expect_error(state, "", "s:set('user.rep', 3)", "'user.rep' is an output");
  expect_error(state, "", "s:set('user.reps', 3)", "'user.reps' is a parameter");
  expect_error(state, "", "s:set('controller.left_load_n', 3)",
               "'controller.left_load_n' is fed by session.left_load_n");
  expect_error(state, "", "s:event('user.pain_level', 3)", "is not an event input");
  expect_error(state, "", "s:set('user.pain_level', lb(3))", "got 3 lb");
  expect_error(state, "", "s:set('user.pain_level', 11)", "must be 0 to 10");
}

static void methods_are_strict(void **state) {
  expect_error(state, "", "s:expct('true')", "s.lua:4: s has no 'expct'; did you mean 'expect'?");
  expect_error(state, "", "s.wait('1 s')", "call methods of s with a colon");
  expect_error(state, "", "s:wait('1 lb')", "must be a time such as \"2 s\"");
  expect_error(state, "", "s:wait(-1)", "must be between 0 and ten years");
  expect_error(state, "", "s:wait_until('true', { witin = '1 s' })",
               "a wait_until has no field 'witin'; did you mean 'within'?");
  expect_error(state, "", "s:expect('user.rep')", "'user.rep' is not a condition");
  expect_error(state, "", "s:expect(1 < 2)", "got a boolean; what the script computed itself");
  expect_error(state, "", "s:expect('load.command_n <= 15')",
               "s.lua:4: in 'load.command_n <= 15': 15 has no unit; did you mean 15 lb or 15 N?");
  expect_error(state, "", "s.x = 3", "s cannot be changed");
  expect_error(state, "", "s:always('true'):stp()", "has only :stop(), not 'stp'");
  expect_error(state, "", "return s.sweep.load", "the scenario has no sweep");
  expect_error(state, "", "table.sort({ 1, 2 }, function() s:wait '1 s' end)",
               "waiting is not possible inside this function");
}

static void a_compile_error_logs_the_caret(void **state) {
  const taut_case_result *result = run(state, "", "s:expect('load.command_n <= 15')");
  bool has_caret = false;
  for (size_t i = 0; i < result->n_logs; i++)
    has_caret |= strstr(result->logs[i], "                  ^~") != NULL;
  assert_true(has_caret);
}

static void start_set_waits_for_the_session(void **state) {
  expect_pass(state, "set = { load = lb(10) },",
              "s:start_set()\n"
              "s:check(s:now() >= 0.5 and s:now() < 0.6, { text = 'half a second' })\n"
              "s:expect('session.state == working')\n"
              "s:start_set { load = lb(12) } s:wait '20 ms'\n"
              "s:expect('near(session.load_n, 12 lb, 0.01 lb)')");
  const taut_case_result *result = run(state, "", "s:start_set { within = '100 ms' }");
  assert_int_equal(result->verdict, TAUT_FAIL);
  assert_string_equal(result->checks[0].text, "the set begins");
  const char *got = result->checks[0].got;
  if (!strstr(got, "controller.arm_state disarmed")) fail_msg("got '%s'", got);
}

static const char FAULTY[] =
    "faults = { low = taut.fault { on = 'left.cable.tension_n', kind = 'bias', magnitude = N(-2) "
    "},\n"
    "  late = taut.fault { on = 'controller.report_seq', kind = 'delay', delay = '10 ms' } },";

static void faults_change_what_they_sit_on_and_leave_a_receipt(void **state) {
  const taut_case_result *result =
      run(state,
          "faults = { low = taut.fault { on = 'left.cable.tension_n', kind = 'bias', "
          "magnitude = N(-2) } },",
          "s:wait '10 ms' s:expect('near(left.cable.tension_n, 12 N, 0 N)')\n"
          "s:fault 'low' s:wait '10 ms'\n"
          "s:expect('near(left.cable.tension_n, 10 N, 0 N)')\n"
          "s:expect('near(right.cable.tension_n, 12 N, 0 N)')\n"
          "s:clear 'low' s:wait '10 ms'\n"
          "s:expect('near(left.cable.tension_n, 12 N, 0 N)')");
  if (result->verdict != TAUT_PASS) fail_msg("%s", result->reason);
  const taut_check_result *receipt = &result->checks[result->n_checks - 1];
  assert_string_equal(receipt->text, "fault 'low' (bias on left.cable.tension_n) took effect");
  assert_non_null(strstr(receipt->got, "samples changed, by 2 at most"));
}

static void a_fault_that_did_nothing_makes_the_case_an_error(void **state) {
  const taut_case_result *result =
      run(state, FAULTY, "s:fault 'low' s:wait '1 s' s:expect('true')");
  assert_int_equal(result->verdict, TAUT_ERROR);
  assert_non_null(strstr(result->reason, "fault 'late'"));
  assert_non_null(strstr(result->reason, "it was never switched on"));
  result = run(state, FAULTY, "s:fault 'low' s:fault 'late' s:wait '1 s' s:expect('true')");
  assert_int_equal(result->verdict, TAUT_ERROR);
  assert_non_null(strstr(result->reason, "it was on for 1 s and changed nothing"));
  // A failed check that ended the script is the verdict; the faults were not reached.
  result = run(state, FAULTY, "s:expect('false', { stop = true })");
  assert_int_equal(result->verdict, TAUT_FAIL);
}

static void a_demand_owes_a_receipt_for_the_fault_it_draws(void **state) {
  static const char DEMAND[] =
      "demand = { 'SR-1' }, distribution = 'alike', covers = { 'SR-1' },"
      "faults = { low = taut.fault { on = 'left.cable.tension_n', kind = 'bias', magnitude = N(-2) "
      "}, none = taut.fault { on = 'left.cable.tension_n', kind = 'bias', magnitude = N(0) } },";
  const taut_case_result *result =
      run(state, DEMAND, "s:fault 'low' s:wait '1 s' s:expect('true')");
  assert_int_equal(result->verdict, TAUT_PASS);
  result = run(state, DEMAND, "s:fault 'none' s:wait '1 s' s:expect('true')");
  assert_int_equal(result->verdict, TAUT_ERROR);
  assert_non_null(strstr(result->reason, "fault 'none'"));
  // One that draws none has not placed the demand.
  result = run(state, DEMAND, "s:wait '1 s' s:expect('true')");
  assert_int_equal(result->verdict, TAUT_ERROR);
  assert_non_null(strstr(result->reason, "it was never switched on"));
}

static void wrong_faults_are_loud(void **state) {
  static const char *const CASES[][2] = {
      {"on = 'left.cable.tension_n', kind = 'bia'", "no fault of kind 'bia'; did you mean 'bias'?"},
      {"on = 'left.cable.tensin_n', kind = 'sign'",
       "left.cable has no port 'tensin_n'; did you mean 'tension_n'?"},
      {"on = 'cable.tension_n', kind = 'sign'",
       "there is a cable for each side; write left.cable.tension_n or right.cable.tension_n"},
      {"on = 'spotter.state', kind = 'sign'", "the rig has no instance for 'spotter.state'"},
      {"on = 'left.cable.tension_n', kind = 'bias'", "this kind of fault needs 'magnitude'"},
      {"on = 'left.cable.tension_n', kind = 'bias', magnitude = 3",
       "magnitude = 3 has no unit; did you mean lb(3) or N(3)?"},
      {"on = 'left.cable.tension_n', kind = 'bias', magnitude = kg(3)",
       "'magnitude' does not fit tension_n, got 3 kg"},
      {"on = 'left.cable.tension_n', kind = 'drift', magnitude = N(3)",
       "'magnitude' does not fit tension_n per second, got 3 N"},
      {"on = 'left.cable.tension_n', kind = 'sign', magnitude = N(3)",
       "a fault of kind 'sign' has no 'magnitude'"},
      {"on = 'left.cable.tension_n', kind = 'delay'", "a fault of kind 'delay' needs 'delay'"},
      {"on = 'left.cable.tension_n', kind = 'drop', probability = 2",
       "a probability is above 0 and at most 1"},
      {"on = 'left.motor.motor_temp_k', kind = 'bias', magnitude = degC(3)",
       "'magnitude' is a change of temperature; write it in K"},
      {"on = 'left.motr', kind = 'freeze'", "did you mean 'left.motor'?"}};
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    char fields[512];
    snprintf(fields, sizeof fields, "faults = { x = taut.fault { %s } },", CASES[i][0]);
    expect_error(state, fields, "", CASES[i][1]);
  }
  expect_error(state, FAULTY, "s:fault 'lo'", "no fault 'lo'");
  expect_error(state, "faults = { x = { on = 'a' } },", "", "fault 'x' must be a taut.fault");
}

static void verdicts_have_an_order(void **state) {
  const taut_case_result *result = run(state, "", "s:wait '1 s'");
  assert_int_equal(result->verdict, TAUT_INCONCLUSIVE);
  assert_string_equal(result->reason, "nothing was checked");
  result = run(state, "", "s:expect('false') error('boom')");
  assert_int_equal(result->verdict, TAUT_ERROR);
  assert_non_null(strstr(result->reason, "s.lua:4: boom"));
  assert_int_equal(result->n_checks, 1);
  result = run(state, "", "s:expect('true') s:fail('as told')");
  assert_int_equal(result->verdict, TAUT_FAIL);
  assert_string_equal(result->checks[1].text, "as told");
}

static void nan_in_a_used_signal_is_an_error(void **state) {
  static const char NANS[] =
      "faults = { n = taut.fault { on = 'controller.left_load_cell_n', kind = 'nan' } },";
  expect_error(state, NANS,
               "s:always('controller.left_load_cell_n < 100 N') s:fault 'n' s:wait '10 ms'",
               "a signal of 'controller.left_load_cell_n < 100 N' is NaN");
  expect_error(
      state, NANS,
      "s:fault 'n' s:wait_until('controller.left_load_cell_n > 100 N', { within = '1 s' })",
      "is NaN");
  expect_error(state, NANS, "s:fault 'n' s:wait '2 ms' s:expect('controller.load_cell_n < 1 N')",
               "is NaN");
}

static void the_same_case_has_the_same_hashes(void **state) {
  fake_suite *f = *state;
  static const char SCRIPT[] = "s:event('controller.report', 'leak') s:wait '1 s' s:expect('true')";
  const taut_case_result *result = run(state, "", SCRIPT);
  uint8_t trace[16], final[16];
  memcpy(trace, result->trace_hash, sizeof trace);
  memcpy(final, result->state_hash, sizeof final);
  result = run(state, "", SCRIPT);
  assert_memory_equal(trace, result->trace_hash, sizeof trace);
  assert_memory_equal(final, result->state_hash, sizeof final);
  // The second run of an open suite reads the file again and gets the same.
  assert_int_equal(taut_suite_run(f->suite, 0, &f->case_options, NULL, &result), TAUT_OK);
  assert_memory_equal(trace, result->trace_hash, sizeof trace);
  result = run(state, "", "s:wait '1 s' s:expect('true')");
  assert_memory_not_equal(trace, result->trace_hash, sizeof trace);
}

typedef struct counted {
  size_t n_rows, n_plans, n_ready;
  int64_t tick_ns;
} counted;

static taut_status count_row(void *user, const taut_row *row) {
  counted *c = user;
  (void)row;
  c->n_rows++;
  return TAUT_OK;
}

static taut_status count_plan(void *user, const taut_plan *plan) {
  counted *c = user;
  assert_true(taut_plan_n_slots(plan) > 0);
  assert_int_equal(c->n_rows, 0);
  c->n_plans++;
  return TAUT_OK;
}

static taut_status count_ready(void *user) {
  counted *c = user;
  assert_int_equal(c->n_plans, 1);
  assert_int_equal(c->n_rows, 0);
  c->n_ready++;
  return TAUT_OK;
}

static void rows_and_moments_are_reported(void **state) {
  fake_suite *f = *state;
  counted c = {0};
  volatile int64_t tick_ns = -1;
  run(state, "", "s:wait '100 ms' s:expect('true')");
  const taut_case_options options = {
      .tick_ns = &tick_ns, .on_row = count_row, .on_plan = count_plan, .user = &c};
  const taut_case_result *result = NULL;
  assert_int_equal(taut_suite_run(f->suite, 0, &options, count_ready, &result), TAUT_OK);
  assert_int_equal(c.n_rows, 101);
  assert_int_equal(c.n_plans, 1);
  assert_int_equal(c.n_ready, 1);
  assert_int_equal(tick_ns, 100000000);
}

#define SCRIPT_TEST(name) \
  cmocka_unit_test_setup_teardown(name, fake_suite_set_up, fake_suite_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      SCRIPT_TEST(time_passes_in_rows),
      SCRIPT_TEST(wait_until_ends_at_the_first_row_that_holds),
      SCRIPT_TEST(wait_until_that_runs_out_ends_the_script_as_failed),
      SCRIPT_TEST(pcall_does_not_hide_a_wait_that_ran_out),
      SCRIPT_TEST(the_scenario_ends_at_its_timeout),
      SCRIPT_TEST(a_failed_expect_goes_on_and_explains_itself),
      SCRIPT_TEST(always_watches_every_row_until_stopped),
      SCRIPT_TEST(always_judges_the_row_it_begins_on),
      SCRIPT_TEST(what_happens_between_rows_is_seen_through_peak),
      SCRIPT_TEST(events_and_values_reach_the_models),
      SCRIPT_TEST(wrong_changes_are_errors_with_a_line),
      SCRIPT_TEST(methods_are_strict),
      SCRIPT_TEST(a_compile_error_logs_the_caret),
      SCRIPT_TEST(start_set_waits_for_the_session),
      SCRIPT_TEST(faults_change_what_they_sit_on_and_leave_a_receipt),
      SCRIPT_TEST(a_fault_that_did_nothing_makes_the_case_an_error),
      SCRIPT_TEST(a_demand_owes_a_receipt_for_the_fault_it_draws),
      SCRIPT_TEST(wrong_faults_are_loud),
      SCRIPT_TEST(verdicts_have_an_order),
      SCRIPT_TEST(nan_in_a_used_signal_is_an_error),
      SCRIPT_TEST(the_same_case_has_the_same_hashes),
      SCRIPT_TEST(rows_and_moments_are_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

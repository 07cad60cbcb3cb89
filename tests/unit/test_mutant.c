// Port mutants on a case: what they change is counted, a violation ends the case, a budget too.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/register.h"

/// The fake machine commands 40 N left and 41 N right.
#define BELOW_50                                                                               \
  "  { id = 'SR-1', text = 'never above 50 N', formula = 'always (load.command_n <= 50 N)' }," \
  "\n"
#define NUMBERS                                                                         \
  "  { id = 'SR-2', text = 'a number', formula = 'always is_number(load.command_n)' }," \
  "\n"

/// Runs 2 s of the fake machine with a mutant, by the requirements SR-1 and SR-2.
static const taut_case_result *run(void **state, const char *mutant, bool is_fail_fast,
                                   int64_t budget_ns) {
  fake_suite *f = *state;
  assert_true(fake_register(f, BELOW_50 NUMBERS));
  f->case_options =
      (taut_case_options){.mutant = mutant, .is_fail_fast = is_fail_fast, .budget_ns = budget_ns};
  const taut_case_result *result =
      fake_suite_run(f, "covers = { 'SR-1', 'SR-2' },", "s:wait '2 s'");
  if (!result) fail_msg("%s gave %s", mutant, f->log);
  return result;
}

static taut_verdict verdict_of(const taut_case_result *result, const char *id) {
  for (size_t i = 0; i < result->n_checks; i++)
    if (strcmp(result->checks[i].id, id) == 0) return result->checks[i].verdict;
  fail_msg("no check %s", id);
  return TAUT_ERROR;
}

static void a_mutant_is_on_from_the_first_tick_and_counted(void **state) {
  const taut_case_result *result = run(state, "controller.left_load_command_n bias 5", false, 0);
  assert_int_equal(result->verdict, TAUT_PASS);
  assert_int_equal(result->n_checks, 2);  // no receipt is asked for
  // The controller puts out four samples in a millisecond, from tick 0 on.
  assert_true(result->mutant_changed >= 8000 && result->mutant_changed <= 8004);
  assert_true(result->mutant_change_max == 5);
  assert_int_equal(result->cut, TAUT_CUT_NONE);
  result = run(state, "", false, 0);
  assert_int_equal(result->mutant_changed, 0);
}

static void a_mutant_that_changes_nothing_is_no_error_of_the_case(void **state) {
  const taut_case_result *result =
      run(state, "controller.left_load_command_n saturate 900", false, 0);
  assert_int_equal(result->verdict, TAUT_PASS);
  assert_int_equal(result->mutant_changed, 0);
}

static void a_mutant_may_begin_later(void **state) {
  const taut_case_result *result =
      run(state, "controller.left_load_command_n hold 7 @1.5", false, 0);
  assert_true(result->mutant_changed >= 1996 && result->mutant_changed <= 2004);
}

static void a_swap_has_two_ends(void **state) {
  const taut_case_result *result =
      run(state, "controller.left_load_command_n swap right_load_command_n", false, 0);
  assert_int_equal(result->verdict, TAUT_PASS);
  assert_true(result->mutant_changed >= 16000 && result->mutant_change_max == 1);
}

static void a_violation_ends_the_case_when_asked(void **state) {
  static const char *const mutant = "controller.left_load_command_n bias 20";
  const taut_case_result *result = run(state, mutant, true, 0);
  assert_int_equal(result->verdict, TAUT_FAIL);
  assert_int_equal(verdict_of(result, "SR-1"), TAUT_FAIL);
  assert_int_equal(result->cut, TAUT_CUT_VIOLATION);
  assert_true(result->sim_ns < 200 * 1000000);
  // The twins: nobody asked, and nothing to end for.
  result = run(state, mutant, false, 0);
  assert_int_equal(result->verdict, TAUT_FAIL);
  assert_true(result->cut == TAUT_CUT_NONE && result->sim_ns >= 2 * TAUT_SECOND);
  result = run(state, "controller.left_load_command_n bias 5", true, 0);
  assert_true(result->cut == TAUT_CUT_NONE && result->sim_ns >= 2 * TAUT_SECOND);
}

static void a_check_that_names_a_requirement_ends_it_too(void **state) {
  fake_suite *f = *state;
  static const char *const script =
      "s:always('load.command_n <= 45 N', { id = 'SR-1' }) s:wait '2 s'";
  assert_true(fake_register(f, BELOW_50 NUMBERS));
  f->case_options =
      (taut_case_options){.mutant = "controller.left_load_command_n bias 8", .is_fail_fast = true};
  const taut_case_result *result = fake_suite_run(f, "", script);
  assert_int_equal(result->cut, TAUT_CUT_VIOLATION);
  assert_int_equal(verdict_of(result, "SR-1"), TAUT_FAIL);
  f->case_options.mutant = "controller.left_load_command_n bias 3";
  result = fake_suite_run(f, "", script);
  assert_int_equal(result->cut, TAUT_CUT_NONE);
}

static void a_budget_of_simulated_time_ends_the_case(void **state) {
  const taut_case_result *result = run(state, "", false, 500 * 1000000);
  assert_int_equal(result->cut, TAUT_CUT_BUDGET);
  assert_true(result->sim_ns >= 500 * 1000000 && result->sim_ns < 600 * 1000000);
}

static void no_number_violates_what_asks_for_one(void **state) {
  const taut_case_result *result = run(state, "controller.left_load_command_n nan", false, 0);
  assert_int_equal(verdict_of(result, "SR-1"), TAUT_ERROR);
  assert_int_equal(verdict_of(result, "SR-2"), TAUT_FAIL);
  result = run(state, "controller.left_load_command_n bias 1", false, 0);
  assert_int_equal(verdict_of(result, "SR-2"), TAUT_PASS);
}

static void a_text_that_is_no_mutant_is_an_error_that_says_so(void **state) {
  static const struct {
    const char *text, *says;
  } rows[] = {
      {"controller.left_load_command_n", "is none; write PORT OPERATOR"},
      {"controller.left_load_command_n bend 3", "is none; write PORT OPERATOR"},
      {"controller.left_load_command_n bias", "is none; write PORT OPERATOR"},
      {"controller.left_load_command_n bias x", "is none; write PORT OPERATOR"},
      {"controller.left_load_command_n bias 1 2", "is none; write PORT OPERATOR"},
      {"controller.left_load_command_n bias nan", "is none; write PORT OPERATOR"},
      {"controller.left_load_command_n delay -1", "is none; write PORT OPERATOR"},
      {"controller.left_load_command_n stuck @x", "is none; write PORT OPERATOR"},
      {"controller.left_load_comand_n bias 1", "left_load_command_n"},
      {"controler freeze", "controller"},
      {"controller.left_load_command_n swap nothing", "no port \"nothing\""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    const taut_case_result *result = run(state, rows[i].text, false, 0);
    assert_int_equal(result->verdict, TAUT_ERROR);
    if (!strstr(result->reason, rows[i].says))
      fail_msg("'%s' gave '%s', expected '%s'", rows[i].text, result->reason, rows[i].says);
  }
}

#define TEST(function) \
  cmocka_unit_test_setup_teardown(function, fake_suite_set_up, fake_register_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_mutant_is_on_from_the_first_tick_and_counted),
      TEST(a_mutant_that_changes_nothing_is_no_error_of_the_case),
      TEST(a_mutant_may_begin_later),
      TEST(a_swap_has_two_ends),
      TEST(a_violation_ends_the_case_when_asked),
      TEST(a_check_that_names_a_requirement_ends_it_too),
      TEST(a_budget_of_simulated_time_ends_the_case),
      TEST(no_number_violates_what_asks_for_one),
      TEST(a_text_that_is_no_mutant_is_an_error_that_says_so),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

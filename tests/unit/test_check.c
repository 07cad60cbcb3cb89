// Names, types and units are checked when an expression is compiled.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/host_rig.h"
#include "taut/monitor.h"

static taut_registry *registry;
static taut_plan *plan;

static int set_up(void **state) {
  (void)state;
  plan = fake_plan(&registry, 2);
  return plan ? 0 : -1;
}

static int tear_down(void **state) {
  (void)state;
  taut_plan_destroy(plan);
  taut_registry_destroy(registry);
  return 0;
}

static void expect_error(const char *text, const char *under_caret, const char *message) {
  taut_expr *expr = NULL;
  taut_expr_error error;
  assert_int_equal(taut_expr_compile(text, plan, NULL, &expr, &error), TAUT_EINVAL);
  assert_string_equal(error.message, message);
  const char *at = text + error.column - 1;
  char marked[128];
  snprintf(marked, sizeof marked, "%.*s", error.length, at);
  assert_string_equal(marked, under_caret);
}

static void expect_unit(const char *text, const char *unit) {
  taut_expr *expr = NULL;
  taut_expr_error error;
  if (taut_expr_compile(text, plan, NULL, &expr, &error) != TAUT_OK) fail_msg("%s", error.text);
  assert_string_equal(taut_expr_unit(expr), unit);
  taut_expr_destroy(expr);
}

static void a_number_next_to_a_dimension_needs_a_unit(void **state) {
  (void)state;
  expect_error("load.command_n <= 15", "15", "15 has no unit; did you mean 15 lb or 15 N?");
  expect_error("0 < load.command_n", "0", "0 has no unit; did you mean 0 lb or 0 N?");
  expect_error("user.leak_point_pa < 70", "70", "70 has no unit; did you mean 70 cmH2O or 70 kPa?");
  expect_error("max(load.command_n, 10) > 3 N", "10",
               "10 has no unit; did you mean 10 lb or 10 N?");
  expect_error("near(load.command_n, 10 N, 1)", "1", "1 has no unit; did you mean 1 lb or 1 N?");
  expect_error("abs(motor.torque_nm) <= 2", "2", "2 has no unit; did you mean 2 N m or 2 J?");
}

static void mass_is_not_force(void **state) {
  (void)state;
  expect_error("load.command_n <= 10 kg", "10 kg",
               "10 kg is mass but load.command_n is force; did you mean 10 kgf or 10 lb?");
  expect_error("user.effort < 5 N", "5 N",
               "5 N is force but user.effort is a plain number; did you mean 5?");
  expect_error("cable.handle_speed_m_s > 0.5 m", "0.5 m",
               "0.5 m is length but cable.handle_speed_m_s is speed; did you mean 0.5 m/s or 0.5 "
               "mm/s?");
  expect_error("load.command_n < user.leak_point_pa", "load.command_n < user.leak_point_pa",
               "'<' joins two dimensions: load.command_n is force [N] but user.leak_point_pa is "
               "pressure [cmH2O]");
  expect_error("load.command_n + 2 N/s > 3 N", "2 N/s",
               "2 N/s is force rate but load.command_n is force; did you mean 2 lb or 2 N?");
}

static void names_get_a_suggestion(void **state) {
  (void)state;
  expect_error("load.comand_n > 3 N", "load.comand_n",
               "no signal 'load.comand_n'; did you mean 'load.command_n'?");
  expect_error("controller.safety_state == latchd", "latchd",
               "controller.safety_state has no label 'latchd'; did you mean 'latched'?");
  expect_error("controller.arm_state == zzzzzzzz", "zzzzzzzz",
               "controller.arm_state has no label 'zzzzzzzz'; it is one of disarmed, requested, "
               "ready, armed");
  expect_error("user.rep > three", "three", "no signal 'three'");
  expect_error("user.reps > 3", "user.reps",
               "'user.reps' is a parameter; a condition reads inputs and outputs");
}

static void kinds_are_kept_apart(void **state) {
  (void)state;
  expect_error("controller.safety_state > normal", "controller.safety_state",
               "'controller.safety_state' is an enum; compare it with == or != and a label");
  expect_error("controller.safety_state and true", "controller.safety_state",
               "'controller.safety_state' is an enum, not a condition; compare it with == or !=");
  expect_error("user.effort == 1", "user.effort == 1",
               "== is for enums, bools and integers; write near(user.effort, 1, tolerance)");
  expect_error("controller.armed == 1", "1",
               "'controller.armed' is true or false; write controller.armed or not "
               "controller.armed");
  expect_error("controller.safety_state == 3", "3",
               "controller.safety_state is an enum; compare it with a label such as normal");
  expect_error("controller.safety_state == controller.arm_state",
               "controller.safety_state == controller.arm_state",
               "the two enums have different labels");
  expect_error("user.rep and controller.armed", "user.rep",
               "'and' joins conditions, but 'user.rep' is a number; compare it with something");
  expect_error("controller.armed + 1 > 2", "controller.armed",
               "'+' needs numbers, but 'controller.armed' is a condition");
  expect_error("not user.rep < 3", "not user.rep",
               "'not' binds tighter than a comparison; write not (a < b)");
}

static void temperatures_are_points_and_differences(void **state) {
  (void)state;
  expect_unit("left.motor.motor_temp_k - left.motor.winding_temp_k < 5 K", "");
  expect_error("left.motor.motor_temp_k - left.motor.winding_temp_k < 5 degC", "5 degC",
               "a difference of temperatures is in K, not in degC");
  expect_error("left.motor.motor_temp_k + 20 degC < 300 K", "left.motor.motor_temp_k + 20 degC",
               "two absolute temperatures cannot be added; a difference is in K");
  expect_error("2 * 20 degC < 300 K", "20 degC",
               "degC is an absolute temperature and cannot be multiplied; use K");
  expect_error("near(motor.motor_temp_k, 20 degC, 1 degC)", "1 degC",
               "a tolerance of a temperature is in K, not in degC");
}

static void elements_of_arrays_are_chosen(void **state) {
  (void)state;
  expect_unit("user.curve[3]", "");
  expect_error("user.curve > 1", "user.curve",
               "'user.curve' has 4 elements; choose one, such as user.curve[0]");
  expect_error("user.curve[4] > 1", "user.curve[4]", "'user.curve' has 4 elements");
  expect_error("user.rep[0] > 1", "user.rep[0]", "'user.rep' has 1 element and takes no index");
  expect_error("user.curve[1.5] > 1", "1.5", "expected the index of an array element, such as [0]");
}

static void results_have_a_unit(void **state) {
  (void)state;
  expect_unit("load.command_n", "N");
  expect_unit("user.leak_point_pa", "cmH2O");
  expect_unit("2 * user.leak_point_pa", "cmH2O");
  expect_unit("load.command_n * left.cable.handle_speed_m_s", "W");
  expect_unit("load.command_n + 1 lb", "lb");
  expect_unit("user.rep + 1", "");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_number_next_to_a_dimension_needs_a_unit),
      cmocka_unit_test(mass_is_not_force),
      cmocka_unit_test(names_get_a_suggestion),
      cmocka_unit_test(kinds_are_kept_apart),
      cmocka_unit_test(temperatures_are_points_and_differences),
      cmocka_unit_test(elements_of_arrays_are_chosen),
      cmocka_unit_test(results_have_a_unit),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}

// Requirements over the signals of a plan: labels, sides and aliases, as conditions have them.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "support/host_rig.h"
#include "taut/monitor.h"

static taut_registry *registry;
static taut_plan *plan;
static double *values;

static int open_plan(void **state) {
  (void)state;
  plan = fake_plan(&registry, 2);
  if (!plan) return -1;
  values = calloc(taut_plan_n_slots(plan), sizeof *values);
  return values ? 0 : -1;
}

static int close_plan(void **state) {
  (void)state;
  free(values);
  taut_plan_destroy(plan);
  taut_registry_destroy(registry);
  return 0;
}

static void set(const char *name, double value) {
  taut_port port;
  assert_int_equal(taut_plan_find(plan, name, &port), TAUT_OK);
  values[port.slot] = value;
}

static void a_response_is_judged_on_both_sides(void **state) {
  (void)state;
  taut_monitor *monitor = NULL;
  taut_expr_error error;
  if (taut_monitor_compile("whenever rise(controller.safety_state == latched) then "
                           "within 20 ms (load.command_n <= 10 N)",
                           plan, NULL, &monitor, &error))
    fail_msg("%s", error.text);
  assert_int_equal(taut_monitor_n_sides(monitor), 2);
  void *memory = malloc(taut_monitor_state_size(monitor));
  taut_monitor_start(monitor, memory);
  for (int row = 0; row < 100; row++) {
    set("controller.safety_state", row < 30 ? TAUT_SAFETY_NORMAL : TAUT_SAFETY_LATCHED);
    set("controller.left_load_command_n", row < 40 ? 100 : 4);
    set("controller.right_load_command_n", row < 55 ? 100 : 4);
    assert_int_equal(taut_monitor_feed(monitor, memory, values, NULL, NULL), TAUT_OK);
  }
  taut_monitor_result result;
  taut_monitor_finish(monitor, memory, TAUT_END_STRICT, NULL, NULL, &result);
  assert_int_equal(result.verdict, TAUT_FAIL);
  assert_string_equal(result.side_name, "right");
  assert_true(result.margin == -90);
  assert_string_equal(result.unit, "N");
  assert_int_equal(result.n_triggers, 2);
  assert_true(result.violation_s > 0.0299 && result.violation_s < 0.0301);
  free(memory);
  taut_monitor_destroy(monitor);
}

/// Rows 0 to 9 of a plan with a left cable alone, whose right load is 100 N all the time.
static taut_monitor_result judge_on_the_left(const char *text) {
  taut_registry *models = NULL;
  taut_plan *one = fake_plan(&models, 1);
  taut_monitor *monitor = NULL;
  taut_expr_error error;
  taut_port left, right;
  assert_non_null(one);
  assert_int_equal(taut_plan_find(one, "controller.left_load_command_n", &left), TAUT_OK);
  assert_int_equal(taut_plan_find(one, "controller.right_load_command_n", &right), TAUT_OK);
  if (taut_monitor_compile(text, one, NULL, &monitor, &error)) fail_msg("%s", error.text);
  double *row = calloc(taut_plan_n_slots(one), sizeof *row);
  void *memory = malloc(taut_monitor_state_size(monitor));
  taut_monitor_start(monitor, memory);
  for (int i = 0; i < 10; i++) {
    row[left.slot] = i;
    row[right.slot] = 100;
    assert_int_equal(taut_monitor_feed(monitor, memory, row, NULL, NULL), TAUT_OK);
  }
  taut_monitor_result result;
  taut_monitor_finish(monitor, memory, TAUT_END_STRICT, NULL, NULL, &result);
  free(memory);
  free(row);
  taut_monitor_destroy(monitor);
  taut_plan_destroy(one);
  taut_registry_destroy(models);
  return result;
}

static void a_rig_with_one_cable_is_judged_on_that_side(void **state) {
  (void)state;
  taut_monitor_result both = judge_on_the_left("always (load.command_n <= 20 N)");
  assert_int_equal(both.verdict, TAUT_FAIL);
  taut_monitor_result left =
      judge_on_the_left("always (load.command_n <= 20 N and cable.tension_n <= 500 N)");
  assert_int_equal(left.verdict, TAUT_PASS);
  assert_true(left.margin == 11);
  left = judge_on_the_left("always (load.command_n <= 8 N and cable.tension_n <= 500 N)");
  assert_int_equal(left.verdict, TAUT_FAIL);
  left = judge_on_the_left("always (load.command_n <= 20 N and left.cable.tension_n <= 500 N)");
  assert_int_equal(left.verdict, TAUT_FAIL);  // a name with its side asks nothing of the others
}

static void a_misspelt_label_is_suggested(void **state) {
  (void)state;
  taut_monitor *monitor = NULL;
  taut_expr_error error;
  assert_int_equal(taut_monitor_compile("never (controller.safety_state == lached)", plan, NULL,
                                        &monitor, &error),
                   TAUT_EINVAL);
  assert_string_equal(error.message,
                      "controller.safety_state has no label 'lached'; did you mean 'latched'?");
}

static void a_condition_still_refuses_time(void **state) {
  (void)state;
  static const char *const texts[] = {"always (cable.tension_n < 5 N)",
                                      "once (cable.tension_n < 5 N)", "rise(controller.armed)",
                                      "avg(cable.tension_n, 1 s) < 5 N"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    taut_expr *expr = NULL;
    taut_expr_error error;
    assert_int_equal(taut_expr_compile(texts[i], plan, NULL, &expr, &error), TAUT_EINVAL);
    assert_string_equal(error.message,
                        "temporal operators are judged as requirements; not available in a "
                        "condition");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_response_is_judged_on_both_sides),
      cmocka_unit_test(a_rig_with_one_cable_is_judged_on_that_side),
      cmocka_unit_test(a_misspelt_label_is_suggested),
      cmocka_unit_test(a_condition_still_refuses_time),
  };
  return cmocka_run_group_tests(tests, open_plan, close_plan);
}

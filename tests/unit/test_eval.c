// Values, truth, margins, sides and explanations of compiled expressions.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "support/host_rig.h"
#include "taut/monitor.h"

enum { SLOTS_MAX = 2048 };

typedef struct fixture {
  taut_registry *registry;
  taut_plan *plan;
  double values[SLOTS_MAX];
} fixture;

static fixture f;

static int set_up_sides(int n_sides) {
  memset(&f, 0, sizeof f);
  f.plan = fake_plan(&f.registry, n_sides);
  return f.plan && taut_plan_n_slots(f.plan) <= SLOTS_MAX ? 0 : -1;
}

static int set_up(void **state) {
  (void)state;
  return set_up_sides(2);
}

static int set_up_one(void **state) {
  (void)state;
  return set_up_sides(1);
}

static int tear_down(void **state) {
  (void)state;
  taut_plan_destroy(f.plan);
  taut_registry_destroy(f.registry);
  return 0;
}

static void put(const char *name, double value) {
  taut_port port;
  assert_int_equal(taut_plan_find(f.plan, name, &port), TAUT_OK);
  f.values[port.slot] = value;
}

static taut_expr *compile(const char *text) {
  taut_expr *expr = NULL;
  taut_expr_error error;
  if (taut_expr_compile(text, f.plan, NULL, &expr, &error) != TAUT_OK) fail_msg("%s", error.text);
  return expr;
}

static bool holds(const char *text) {
  taut_expr *expr = compile(text);
  bool is = false;
  taut_judgement judgement;
  assert_int_equal(taut_expr_holds(expr, f.values, &is), TAUT_OK);
  assert_int_equal(taut_expr_judge(expr, f.values, &judgement), TAUT_OK);
  assert_int_equal(judgement.holds, is);
  taut_expr_destroy(expr);
  return is;
}

static double number(const char *text) {
  taut_expr *expr = compile(text);
  double value = (double)NAN;
  assert_int_equal(taut_expr_value(expr, f.values, &value), TAUT_OK);
  taut_expr_destroy(expr);
  return value;
}

static void expect_explained(const char *text, const char *expected, const char *got,
                             const char *by) {
  taut_expr *expr = compile(text);
  taut_judgement judgement;
  taut_explanation explanation;
  assert_int_equal(taut_expr_judge(expr, f.values, &judgement), TAUT_OK);
  taut_expr_explain(expr, f.values, &judgement, &explanation);
  assert_string_equal(explanation.expected, expected);
  assert_string_equal(explanation.got, got);
  assert_string_equal(explanation.by, by);
  taut_expr_destroy(expr);
}

static taut_judgement judge(const char *text) {
  taut_expr *expr = compile(text);
  taut_judgement judgement;
  assert_int_equal(taut_expr_judge(expr, f.values, &judgement), TAUT_OK);
  judgement.unit = NULL;
  taut_expr_destroy(expr);
  return judgement;
}

static void arithmetic_follows_precedence(void **state) {
  (void)state;
  assert_true(number("1 + 2 * 3 - 4 / 2") == 5);
  assert_true(number("(1 + 2) * 3") == 9);
  assert_true(number("8 / 4 / 2") == 1);
  assert_true(number("2 - 3 - 4") == -5);
  assert_true(number("-2 * -3") == 6);
  assert_true(number("abs(-7) + min(2, 3) + max(2, 3)") == 12);
  assert_true(number("clamp(5, 1, 3)") == 3 && number("clamp(-5, 1, 3)") == 1);
  assert_true(number("10 lb") == 44.482216152605);
  assert_true(number("20 degC") == 293.15);
  assert_true(number("6 kPa / 2") == 3000);
}

static void logic_follows_precedence(void **state) {
  (void)state;
  assert_true(holds("true or false and false"));
  assert_false(holds("(true or false) and false"));
  assert_true(holds("false and true xor true"));
  assert_true(holds("true xor false or true and false"));
  assert_true(holds("false => false => false"));  // to the right: false => (false => false)
  assert_false(holds("(false => false) => false"));
  assert_true(holds("false <=> false"));
  assert_false(holds("not true or false"));
}

static void the_worst_side_counts_and_is_named(void **state) {
  (void)state;
  put("controller.left_load_command_n", 8);
  put("controller.right_load_command_n", 23.1);
  assert_false(holds("load.command_n <= 10 N"));
  assert_true(holds("load.left_command_n <= 10 N"));
  expect_explained("load.command_n <= 10 N", "load.command_n <= 10 N", "23.1 N (right)", "13.1 N");
  taut_judgement judgement = judge("load.command_n <= 10 N");
  assert_true(judgement.has_margin && fabs(judgement.margin + 13.1) < 1e-9);
  // Two side-generic names are taken from the same side.
  put("left.cable.tension_n", 9);
  put("right.cable.tension_n", 24);
  assert_true(holds("abs(load.command_n - cable.tension_n) <= 1 N"));
}

static void one_side_alone_is_judged_alone(void **state) {
  (void)state;
  put("left.cable.tension_n", 9);
  taut_expr *expr = compile("cable.tension_n <= 10 N");
  assert_int_equal(taut_expr_n_sides(expr), 1);
  taut_expr_destroy(expr);
  expect_explained("cable.tension_n <= 10 N", "cable.tension_n <= 10 N", "9 N", "1 N");
}

static void margins_are_in_the_unit_of_the_literal(void **state) {
  (void)state;
  put("controller.left_load_command_n", 22.241108076302503);
  taut_expr *expr = compile("load.left_command_n <= 4 lb");
  taut_judgement judgement;
  assert_int_equal(taut_expr_judge(expr, f.values, &judgement), TAUT_OK);
  assert_string_equal(judgement.unit, "lb");
  assert_true(fabs(judgement.margin + 1) < 1e-12);
  taut_expr_destroy(expr);
  put("left.motor.motor_temp_k", 293.15 + 85);
  expr = compile("left.motor.motor_temp_k <= 80 degC");
  assert_int_equal(taut_expr_judge(expr, f.values, &judgement), TAUT_OK);
  assert_string_equal(judgement.unit, "K");
  assert_true(fabs(judgement.margin + 25) < 1e-9);
  taut_expr_destroy(expr);
  expect_explained("left.motor.motor_temp_k <= 80 degC", "left.motor.motor_temp_k <= 80 degC",
                   "105 degC", "25 K");
}

static void bools_and_enums_have_no_margin(void **state) {
  (void)state;
  put("controller.armed", 1);
  put("controller.safety_state", TAUT_SAFETY_LATCHED);
  assert_false(judge("controller.armed").has_margin);
  assert_false(judge("controller.safety_state == latched").has_margin);
  assert_true(holds("controller.safety_state == latched and latched == controller.safety_state"));
  assert_true(holds("controller.safety_state != normal"));
  // The numeric atom gives the margin when it decides, the bool when it does.
  put("user.rep", 3);
  assert_true(judge("controller.armed and user.rep >= 1").has_margin);
  assert_false(judge("not controller.armed or user.rep < 0 and false").has_margin);
  expect_explained("not controller.armed", "not controller.armed", "true", "");
  expect_explained("controller.safety_state == normal", "controller.safety_state == normal",
                   "latched", "");
}

static void the_deciding_atom_is_found_through_not(void **state) {
  (void)state;
  put("user.rep", 3);
  put("user.effort", 0.5);
  expect_explained("not (user.rep >= 2 and user.effort < 0.9)", "user.effort >= 0.9", "0.5", "0.4");
  expect_explained("user.rep >= 1 => user.rep >= 4", "user.rep >= 4", "3", "1");
  expect_explained("user.rep >= 5 or user.rep >= 4", "user.rep >= 4", "3", "1");
  expect_explained("near(user.effort, 0.7, 0.05)", "near(user.effort, 0.7, 0.05)", "0.5", "0.15");
}

static void a_bound_that_moves_is_shown_with_its_value(void **state) {
  (void)state;
  put("left.cable.tension_n", 15);
  put("controller.left_load_command_n", 12);
  expect_explained("left.cable.tension_n <= load.left_command_n",
                   "left.cable.tension_n <= load.left_command_n (12 N)", "15 N", "3 N");
}

static void a_near_miss_shows_enough_digits(void **state) {
  (void)state;
  put("user.effort", 0.90000001);
  expect_explained("user.effort <= 0.9", "user.effort <= 0.9", "0.90000001", "1e-08");
}

static void strict_and_not_strict_differ_at_the_bound(void **state) {
  (void)state;
  put("user.rep", 3);
  assert_true(holds("user.rep <= 3"));
  assert_false(holds("user.rep < 3"));
  assert_false(holds("user.rep < 3 and user.rep <= 3"));
  expect_explained("user.rep < 3 and user.rep <= 3", "user.rep < 3", "3", "0");
}

static void atoms_of_different_dimensions_are_ranked_by_range(void **state) {
  (void)state;
  // 1 N of 20,000 N is closer to its limit than 1 m/s of 100 m/s.
  put("left.cable.tension_n", 9);
  put("left.cable.handle_speed_m_s", 0);
  expect_explained("left.cable.tension_n <= 10 N and left.cable.handle_speed_m_s <= 1 m/s",
                   "left.cable.tension_n <= 10 N", "9 N", "1 N");
}

static void peaks_read_the_slots_between_rows(void **state) {
  (void)state;
  taut_port port;
  assert_int_equal(taut_plan_find(f.plan, "left.cable.tension_n", &port), TAUT_OK);
  assert_int_not_equal(port.slot_max, port.slot);
  f.values[port.slot] = 5;
  f.values[port.slot_min] = 2;
  f.values[port.slot_max] = 30;
  assert_true(number("peak(left.cable.tension_n)") == 30);
  assert_true(number("trough((left.cable.tension_n))") == 2);
  assert_true(number("left.cable.tension_n") == 5);
}

static void nan_is_an_error_wherever_it_is_used(void **state) {
  (void)state;
  put("user.effort", (double)NAN);
  const char *const texts[] = {"user.effort > 0", "true or user.effort > 0",
                               "false and near(user.effort, 1, 1)",
                               "min(user.effort, 1) > 0 or true", "not (user.effort < 1)"};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    taut_expr *expr = compile(texts[i]);
    bool is;
    taut_judgement judgement;
    assert_int_equal(taut_expr_holds(expr, f.values, &is), TAUT_ENUMBER);
    assert_int_equal(taut_expr_judge(expr, f.values, &judgement), TAUT_ENUMBER);
    taut_expr_destroy(expr);
  }
  assert_true(holds("user.rep >= 0"));
}

static void depth_and_length_are_bounded(void **state) {
  (void)state;
  enum { MANY = 10000 };
  static char text[2 * MANY + 2];
  taut_expr *expr = NULL;
  taut_expr_error error;
  memset(text, '(', MANY);
  text[MANY] = '1';
  memset(text + MANY + 1, ')', MANY);
  assert_int_equal(taut_expr_compile(text, f.plan, NULL, &expr, &error), TAUT_EINVAL);
  assert_string_equal(error.message, "the condition is longer than 4096 characters");
  memset(text, '(', 1000);
  text[1000] = 0;
  assert_int_equal(taut_expr_compile(text, f.plan, NULL, &expr, &error), TAUT_EINVAL);
  assert_string_equal(error.message, "the condition is nested too deeply");
  // A long flat text is fine, and so is every depth that is promised.
  for (int i = 0; i < 1000; i++) memcpy(text + 2 * i, "1+", 2);
  memcpy(text + 2000, "1", 2);
  assert_true(number(text) == 1001);
  memset(text, '(', TAUT_EXPR_DEPTH_MAX - 1);
  text[TAUT_EXPR_DEPTH_MAX - 1] = '1';
  memset(text + TAUT_EXPR_DEPTH_MAX, ')', TAUT_EXPR_DEPTH_MAX - 1);
  text[2 * TAUT_EXPR_DEPTH_MAX - 1] = 0;
  assert_true(number(text) == 1);
}

typedef struct failing {
  int left, held;
} failing;

static void *failing_allocate(void *user, size_t size) {
  failing *a = user;
  if (a->left-- <= 0) return NULL;
  a->held++;
  return malloc(size);
}

static void failing_release(void *user, void *block) {
  failing *a = user;
  if (block) a->held--;
  free(block);
}

static void every_allocation_may_fail(void **state) {
  (void)state;
  failing memory;
  const taut_allocator allocator = {failing_allocate, failing_release, &memory};
  taut_status status = TAUT_ENOMEM;
  int n = 0;
  for (; status == TAUT_ENOMEM && n < 100; n++) {
    taut_expr *expr = NULL;
    memory = (failing){n, 0};
    status = taut_expr_compile("load.command_n <= 10 N", f.plan, &allocator, &expr, NULL);
    if (status == TAUT_ENOMEM) assert_null(expr);
    taut_expr_destroy(expr);
    assert_int_equal(memory.held, 0);
  }
  assert_int_equal(status, TAUT_OK);
  assert_true(n > 3);
}

int main(void) {
  const struct CMUnitTest two[] = {
      cmocka_unit_test(arithmetic_follows_precedence),
      cmocka_unit_test(logic_follows_precedence),
      cmocka_unit_test(the_worst_side_counts_and_is_named),
      cmocka_unit_test(margins_are_in_the_unit_of_the_literal),
      cmocka_unit_test(bools_and_enums_have_no_margin),
      cmocka_unit_test(the_deciding_atom_is_found_through_not),
      cmocka_unit_test(a_bound_that_moves_is_shown_with_its_value),
      cmocka_unit_test(a_near_miss_shows_enough_digits),
      cmocka_unit_test(strict_and_not_strict_differ_at_the_bound),
      cmocka_unit_test(atoms_of_different_dimensions_are_ranked_by_range),
      cmocka_unit_test(peaks_read_the_slots_between_rows),
      cmocka_unit_test(nan_is_an_error_wherever_it_is_used),
      cmocka_unit_test(depth_and_length_are_bounded),
      cmocka_unit_test(every_allocation_may_fail),
  };
  const struct CMUnitTest one[] = {cmocka_unit_test(one_side_alone_is_judged_alone)};
  int n = cmocka_run_group_tests(two, set_up, tear_down);
  return n + cmocka_run_group_tests(one, set_up_one, tear_down);
}

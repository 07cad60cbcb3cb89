// Texts that are not expressions: every message, its place and its caret.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/host_rig.h"
#include "taut/monitor.h"

typedef struct fixture {
  taut_registry *registry;
  taut_plan *plan;
} fixture;

static int set_up(void **state) {
  static fixture f;
  f.plan = fake_plan(&f.registry, 2);
  *state = &f;
  return f.plan ? 0 : -1;
}

static int tear_down(void **state) {
  fixture *f = *state;
  taut_plan_destroy(f->plan);
  taut_registry_destroy(f->registry);
  return 0;
}

static void expect_error(void **state, const char *text, int column, int length,
                         const char *message) {
  fixture *f = *state;
  taut_expr *expr = NULL;
  taut_expr_error error;
  assert_int_equal(taut_expr_compile(text, f->plan, NULL, &expr, &error), TAUT_EINVAL);
  assert_null(expr);
  assert_string_equal(error.message, message);
  assert_int_equal(error.line, 1);
  assert_int_equal(error.column, column);
  assert_int_equal(error.length, length);
}

static void expect_compiles(void **state, const char *text) {
  fixture *f = *state;
  taut_expr *expr = NULL;
  taut_expr_error error;
  if (taut_expr_compile(text, f->plan, NULL, &expr, &error) != TAUT_OK) fail_msg("%s", error.text);
  taut_expr_destroy(expr);
}

static void the_caret_stands_under_the_error(void **state) {
  fixture *f = *state;
  taut_expr *expr = NULL;
  taut_expr_error error;
  assert_int_equal(taut_expr_compile("load.command_n <= 15", f->plan, NULL, &expr, &error),
                   TAUT_EINVAL);
  assert_string_equal(error.text,
                      "1:19: 15 has no unit; did you mean 15 lb or 15 N?\n"
                      "  load.command_n <= 15\n"
                      "                    ^~");
}

static void lines_and_characters_are_counted_not_bytes(void **state) {
  fixture *f = *state;
  taut_expr *expr = NULL;
  taut_expr_error error;
  assert_int_equal(
      taut_expr_compile("user.rep >= 1\n  and \xC3\xA9 > 2", f->plan, NULL, &expr, &error),
      TAUT_EINVAL);
  assert_string_equal(error.text,
                      "2:7: '\xC3\xA9' has no meaning here\n"
                      "    and \xC3\xA9 > 2\n"
                      "        ^");
}

static void symbols_of_other_languages_are_named(void **state) {
  expect_error(state, "controller.armed && true", 18, 2,
               "'&&' is not an operator here; write 'and'");
  expect_error(state, "user.rep = 3", 10, 1, "'=' is not an operator here; write '=='");
  expect_error(state, "user.rep ~= 3", 10, 2, "'~=' is not an operator here; write '!='");
  expect_error(state, "!controller.armed", 1, 1, "'!' is not an operator here; write 'not'");
  expect_error(state, "user.rep =< 3", 10, 2, "'=<' is not an operator here; write '<='");
}

static void temporal_words_are_reserved(void **state) {
  static const char MESSAGE[] =
      "temporal operators are judged as requirements; not available in a condition";
  expect_error(state, "always controller.armed", 1, 6, MESSAGE);
  expect_error(state, "controller.armed until user.rep > 1", 18, 5, MESSAGE);
  expect_error(state, "rise(controller.armed)", 1, 4, MESSAGE);
  expect_error(state, "rate(user.rep, 1 s) > 3", 1, 4, MESSAGE);
}

static void structure_errors_point_at_their_place(void **state) {
  expect_error(state, "", 1, 1, "there is no condition");
  expect_error(state, "(", 2, 1, "the condition ends too early");
  expect_error(state, "(user.rep > 1", 1, 1, "this '(' is never closed");
  expect_error(state, "user.rep > 1)", 13, 1, "this ')' closes nothing");
  expect_error(state, "user.rep >", 11, 1, "the condition ends too early");
  expect_error(state, "user.rep user.rep", 10, 8, "expected an operator");
  expect_error(state, "user.rep > ,", 12, 1, "expected a signal, a number or '('");
  expect_error(state, "1 < user.rep < 3", 14, 1, "comparisons do not chain; write a < b and b < c");
  expect_error(state, "controller.armed => true <=> false", 26, 3,
               "'=>' and '<=>' side by side need parentheses");
  expect_error(state, "controller.armed <=> true => false", 18, 3,
               "'=>' and '<=>' side by side need parentheses");
  expect_compiles(state, "(controller.armed => true) <=> false");
}

static void calls_are_checked(void **state) {
  expect_error(state, "abz(user.rep) > 1", 1, 3, "no function 'abz'; did you mean 'abs'?");
  expect_error(state, "near(user.effort, 1)", 1, 20,
               "near takes 3 arguments: near(x, c, tolerance)");
  expect_error(state, "abs(user.rep, 1) > 1", 1, 16, "abs takes 1 argument: abs(x)");
  expect_error(state, "peak(2) > 1", 6, 1, "peak takes a signal");
  expect_error(state, "peak(user.rep) > 1", 6, 8,
               "'user.rep' is not recorded between rows, so it has no peak");
}

static void units_are_read_longest_first(void **state) {
  expect_compiles(state, "load.command_n <= 10N");
  expect_compiles(state, "cable.handle_speed_m_s <= 0.5 m/s");
  expect_compiles(state, "load.command_n / 2 s <= 50 N/s");
  expect_compiles(state, "load.command_n / 2 s <= 5 kgf/min");
  expect_compiles(state, "user.effort < 90 % and user.effort < 90%");
  expect_compiles(state, "abs(motor.torque_nm) <= 0.2 N m");
  expect_compiles(state, "user.leak_point_pa < 7.5e1 cmH2O");
  expect_compiles(state, "user.rep >= 4 and controller.armed");
  expect_error(state, "load.command_n <= 10 n", 22, 1, "no unit 'n'; did you mean 'N'?");
  expect_error(
      state, "load.command_n <= 10 furlong", 22, 7,
      "no unit 'furlong'; there are N, lb, kg, m, mm, m/s, s, ms, cmH2O, degC, A, V, % and "
      "more");
  expect_error(state, "load.command_n <= 1e999 N", 19, 5, "the number is too large");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_caret_stands_under_the_error),
      cmocka_unit_test(lines_and_characters_are_counted_not_bytes),
      cmocka_unit_test(symbols_of_other_languages_are_named),
      cmocka_unit_test(temporal_words_are_reserved),
      cmocka_unit_test(structure_errors_point_at_their_place),
      cmocka_unit_test(calls_are_checked),
      cmocka_unit_test(units_are_read_longest_first),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}

// Monitors that judge several requirements.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>

#include "taut/monitor.h"

enum { X, Y, P, N_COLUMNS };

static const taut_column COLUMNS[N_COLUMNS] = {{.name = "x"}, {.name = "y"}, {.name = "p"}};

typedef struct counter {
  int n_left;
} counter;

static void *allocate_some(void *user, size_t size) {
  counter *c = user;
  return c->n_left-- > 0 ? calloc(1, size) : NULL;
}

static void release_some(void *user, void *block) {
  (void)user;
  free(block);
}

enum { N_JOINED = 4 };

/// Four over the same signals: the same limit in two units, one with its own signal, one unlike.
static void compile_four(taut_monitor **monitors, double row_s) {
  static const char *const texts[N_JOINED] = {
      "always (duration(p) <= 1 s)", "always (duration(p) <= 1000 ms)",
      "always (duration(p) <= 1 s and y < 5)", "eventually (duration(p) >= 2 s)"};
  taut_monitor_options options = {.row_s = row_s};
  for (int i = 0; i < N_JOINED; i++)
    assert_int_equal(
        taut_monitor_compile_columns(texts[i], COLUMNS, N_COLUMNS, &options, &monitors[i], NULL),
        TAUT_OK);
}

static void destroy_four(taut_monitor **monitors) {
  for (int i = 0; i < N_JOINED; i++) taut_monitor_destroy(monitors[i]);
}

static void formulas_that_are_joined_keep_unit_and_error(void **unused) {
  (void)unused;
  taut_monitor *monitors[N_JOINED], *joint = NULL;
  taut_monitor_result results[N_JOINED];
  taut_monitor_bounds bounds[N_JOINED];
  compile_four(monitors, 0.1);
  assert_int_equal(taut_monitor_join(monitors, N_JOINED, NULL, &joint), TAUT_OK);
  assert_int_equal(taut_monitor_n_results(joint), N_JOINED);
  assert_true(taut_monitor_uses(joint, P) && taut_monitor_uses(joint, Y));
  assert_false(taut_monitor_uses(joint, X));
  void *state = malloc(taut_monitor_state_size(joint));
  assert_non_null(state);
  taut_monitor_start(joint, state);
  for (int i = 0; i < 8; i++) {
    double row[N_COLUMNS] = {0};
    row[P] = i < 5;
    row[Y] = i == 6 ? (double)NAN : 0;
    assert_int_equal(taut_monitor_feed(joint, state, row, NULL, NULL), TAUT_OK);
  }
  taut_monitor_bounds_get(joint, state, bounds);
  // Not a number is neither true nor false, so the third can no longer hold.
  for (int i = 0; i < N_JOINED; i++) assert_true(bounds[i].is_decided == (i == 2));
  taut_monitor_finish(joint, state, TAUT_END_STRICT, NULL, NULL, results);
  assert_int_equal(results[0].verdict, TAUT_PASS);
  assert_string_equal(results[0].unit, "s");
  assert_true(fabs(results[0].margin - 0.6) < 1e-12);
  assert_string_equal(results[1].unit, "ms");
  assert_true(fabs(results[1].margin - 600) < 1e-9);
  assert_int_equal(results[2].verdict, TAUT_ERROR);
  assert_true(fabs(results[2].violation_s - 0.6) < 1e-12);
  assert_int_equal(results[3].verdict, TAUT_FAIL);
  free(state);
  taut_monitor_destroy(joint);
  destroy_four(monitors);
}

static void what_several_formulas_write_is_computed_once(void **unused) {
  (void)unused;
  taut_monitor *parts[2], *joint = NULL;
  taut_monitor_options options = {.row_s = 0.1};
  static const char *const texts[2] = {"always (avg(x, 60 s) > 0)", "never (avg(x, 60 s) <= 0)"};
  for (int i = 0; i < 2; i++)
    assert_int_equal(
        taut_monitor_compile_columns(texts[i], COLUMNS, N_COLUMNS, &options, &parts[i], NULL),
        TAUT_OK);
  assert_int_equal(taut_monitor_join(parts, 2, NULL, &joint), TAUT_OK);
  // The second adds samples and its verdict, but no ring.
  assert_true(taut_monitor_state_size(joint) < taut_monitor_state_size(parts[0]) + 6000);
  assert_true(taut_monitor_state_size(parts[1]) > 8000);
  taut_monitor_destroy(joint);
  for (int i = 0; i < 2; i++) taut_monitor_destroy(parts[i]);
}

static void what_does_not_fit_together_is_not_joined(void **unused) {
  (void)unused;
  taut_monitor *monitors[N_JOINED], *others[N_JOINED], *joint = NULL, *series = NULL;
  taut_monitor_options options = {.row_s = 0.1, .has_series = true};
  compile_four(monitors, 0.1);
  compile_four(others, 0.05);
  assert_int_equal(taut_monitor_compile_columns("p", COLUMNS, N_COLUMNS, &options, &series, NULL),
                   TAUT_OK);
  taut_monitor *mixed[2] = {monitors[0], others[0]}, *with_series[2] = {monitors[0], series};
  assert_int_equal(taut_monitor_join(monitors, 0, NULL, &joint), TAUT_EINVAL);
  assert_int_equal(taut_monitor_join(mixed, 2, NULL, &joint), TAUT_EINVAL);
  assert_int_equal(taut_monitor_join(with_series, 2, NULL, &joint), TAUT_EINVAL);
  assert_null(joint);
  bool is_ok = false;
  for (int n = 0; n < 20 && !is_ok; n++) {
    counter c = {n};
    taut_allocator allocator = {.user = &c, .allocate = allocate_some, .release = release_some};
    taut_status status = taut_monitor_join(monitors, N_JOINED, &allocator, &joint);
    is_ok = status == TAUT_OK;
    if (!is_ok) assert_int_equal(status, TAUT_ENOMEM);
    assert_true(is_ok == (joint != NULL));
    taut_monitor_destroy(joint);
  }
  assert_true(is_ok);
  taut_monitor_destroy(series);
  destroy_four(monitors);
  destroy_four(others);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(formulas_that_are_joined_keep_unit_and_error),
      cmocka_unit_test(what_several_formulas_write_is_computed_once),
      cmocka_unit_test(what_does_not_fit_together_is_not_joined),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

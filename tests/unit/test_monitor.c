// Requirements, one row of the semantics table at a time, and every text that does not compile.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "taut/monitor.h"

enum { ROWS_MAX = 64, N_COLUMNS = 10 };
enum { X, Y, P, Q, FORCE, LEFT, RIGHT, HEAT, SPEED, STATE };

#define INF ((double)INFINITY)

static const taut_column COLUMNS[N_COLUMNS] = {
    {.name = "x"},
    {.name = "y"},
    {.name = "p"},
    {.name = "q"},
    {.name = "force", .unit = "N"},
    {.name = "left.f", .unit = "N"},
    {.name = "right.f", .unit = "N"},
    {.name = "heat", .unit = "K"},
    {.name = "speed", .unit = "m/s"},
    {.name = "state", .labels = "normal,symptom_ramp,latched"},
};

/// Rows of 100 ms. Columns that a test does not set are 0.
typedef struct table {
  double rows[ROWS_MAX][N_COLUMNS];
  int n;
} table;

typedef struct outcome {
  taut_monitor_result result;
  double series[ROWS_MAX];
  int n_series;
} outcome;

static void set(table *t, int column, const char *values) {
  char *at = (char *)(uintptr_t)values;
  int i = 0;
  while (*at) {
    char *end = at;
    t->rows[i++][column] = strtod(at, &end);
    assert_ptr_not_equal(at, end);
    at = end;
    while (*at == ' ') at++;
  }
  t->n = i;
}

static void take(void *user, uint64_t i_row, double robustness) {
  outcome *o = user;
  assert_int_equal(i_row, o->n_series);
  o->series[o->n_series++] = robustness;
}

static outcome judge_end(const char *text, const table *t, taut_monitor_end end) {
  taut_monitor_options options = {.row_s = 0.1, .rows_max = ROWS_MAX, .has_series = true};
  taut_monitor *monitor = NULL;
  taut_expr_error error;
  if (taut_monitor_compile_columns(text, COLUMNS, N_COLUMNS, &options, &monitor, &error))
    fail_msg("%s", error.text);
  void *state = malloc(taut_monitor_state_size(monitor));
  outcome o = {0};
  taut_monitor_start(monitor, state);
  for (int i = 0; i < t->n; i++)
    assert_int_equal(taut_monitor_feed(monitor, state, t->rows[i], take, &o), TAUT_OK);
  taut_monitor_finish(monitor, state, end, take, &o, &o.result);
  free(state);
  // The unit is the text's, which goes with the monitor.
  static char unit[8];
  snprintf(unit, sizeof unit, "%s", o.result.unit);
  o.result.unit = unit;
  static char side[8];
  snprintf(side, sizeof side, "%s", o.result.side_name);
  o.result.side_name = side;
  taut_monitor_destroy(monitor);
  return o;
}

static outcome judge(const char *text, const table *t) {
  return judge_end(text, t, TAUT_END_WEAK);
}

/// The robustness at every row, "inf" and "-inf" included.
static void expect_series(const char *text, const table *t, const char *expected) {
  outcome o = judge(text, t);
  char *at = (char *)(uintptr_t)expected;
  assert_int_equal(o.n_series, t->n);
  for (int i = 0; i < t->n; i++) {
    char *end = at;
    double value = strtod(at, &end);
    assert_ptr_not_equal(at, end);
    if (o.series[i] != value)
      fail_msg("%s: row %d is %.17g, not %.17g", text, i, o.series[i], value);
    at = end;
  }
}

static void expect_verdict(const char *text, const table *t, taut_monitor_end end,
                           taut_verdict verdict) {
  outcome o = judge_end(text, t, end);
  if (o.result.verdict != verdict)
    fail_msg("%s: %s, not %s", text, taut_verdict_name(o.result.verdict),
             taut_verdict_name(verdict));
}

// ------------------------------------------------------------------------------- the table

static void comparisons_give_their_slack(void **unused) {
  (void)unused;
  table t = {0};
  set(&t, X, "1 2 5");
  expect_series("x >= 2", &t, "-1 0 3");
  expect_series("x > 2", &t, "-1 0 3");
  expect_series("x <= 2", &t, "1 0 -3");
  expect_series("x < 2", &t, "1 0 -3");
  // At a slack of 0 only the truth tells strict from non-strict.
  expect_verdict("always[0 s, 100 ms] (x <= 2)", &t, TAUT_END_WEAK, TAUT_PASS);
  expect_verdict("always[0 s, 100 ms] (x < 2)", &t, TAUT_END_WEAK, TAUT_FAIL);
}

static void booleans_take_least_and_greatest(void **unused) {
  (void)unused;
  table t = {0};
  set(&t, X, "1 2 5");
  set(&t, Y, "4 -1 2");
  expect_series("not (x > 2)", &t, "1 0 -3");
  expect_series("x > 0 and y > 0", &t, "1 -1 2");
  expect_series("x > 0 or y > 0", &t, "4 2 5");
  expect_series("x > 2 => y > 0", &t, "4 0 2");
  expect_series("x > 2 <=> y > 0", &t, "-1 0 2");
  expect_series("x > 2 xor y > 0", &t, "1 0 -2");
  expect_series("x > 9 => y > 9 => x > 9", &t, "8 10 7");
}

static void windows_of_the_future_are_clipped_to_the_trace(void **unused) {
  (void)unused;
  table t = {0};
  set(&t, X, "3 1 4 1 5");
  expect_series("always[0 s, 200 ms] (x > 0)", &t, "1 1 1 1 5");
  expect_series("eventually[100 ms, 200 ms] (x > 0)", &t, "4 4 5 5 -inf");
  expect_series("always[200 ms, 300 ms] (x > 0)", &t, "1 1 5 inf inf");
  expect_series("always (x > 0)", &t, "1 1 1 1 5");
  expect_series("eventually (x > 2)", &t, "3 3 3 3 3");
  expect_series("eventually[300 ms, inf] (x > 0)", &t, "5 5 -inf -inf -inf");
}

static void windows_of_the_past_are_clipped_to_the_trace(void **unused) {
  (void)unused;
  table t = {0};
  set(&t, X, "3 1 4 1 5");
  expect_series("historically[0 s, 100 ms] (x > 0)", &t, "3 1 1 1 1");
  expect_series("once[100 ms, 200 ms] (x > 0)", &t, "-inf 3 3 4 4");
  expect_series("historically[200 ms, 300 ms] (x > 0)", &t, "inf inf 3 1 1");
  expect_series("historically (x > 0)", &t, "3 1 1 1 1");
  expect_series("once (x > 0)", &t, "3 3 4 4 5");
}

static void until_needs_q_in_the_window_and_p_before_it(void **unused) {
  (void)unused;
  table t = {0};
  set(&t, X, "3 3 -1 3 3");
  set(&t, Y, "-2 -2 2 -2 7");
  expect_series("x > 0 until y > 0", &t, "2 2 2 3 7");
  expect_series("(x > 0) until[0 s, 100 ms] (y > 0)", &t, "-2 2 2 3 7");
  expect_series("(x > 0) until[200 ms, 300 ms] (y > 0)", &t, "2 -1 -1 -inf -inf");
  expect_series("(x > 0) since (y > 0)", &t, "-2 -2 2 2 7");
  expect_series("(x > 0) since[100 ms, 200 ms] (y > 0)", &t, "-inf -2 -2 2 2");
}

static void unless_is_until_or_always(void **unused) {
  (void)unused;
  table t = {0};
  set(&t, X, "3 3 4 3");
  set(&t, Y, "-2 -2 -5 -2");
  expect_series("(x > 0) unless (y > 0)", &t, "3 3 3 3");
  expect_series("(x > 0) until (y > 0)", &t, "-2 -2 -2 -2");
  expect_verdict("p before q", &t, TAUT_END_STRICT, TAUT_PASS);
}

static void neighbours_must_exist(void **unused) {
  (void)unused;
  table t = {0};
  set(&t, X, "1 2 3");
  expect_series("prev (x > 0)", &t, "-inf 1 2");
  expect_series("next (x > 0)", &t, "2 3 -inf");
}

static void true_at_the_first_sample_is_no_edge(void **unused) {
  (void)unused;
  table t = {0};
  set(&t, P, "1 0 1 1");
  expect_series("rise(p)", &t, "-inf -1 1 -1");
  expect_series("rise0(p)", &t, "1 -1 1 -1");
  expect_series("fall(p)", &t, "-inf 1 -1 -1");
  expect_series("fall0(not p)", &t, "1 -1 1 -1");
  expect_series("fall0(p)", &t, "-1 1 -1 -1");
  expect_series("changed(p)", &t, "-1 1 1 -1");
  set(&t, X, "3 1 4 4");
  expect_series("rise(x > 2)", &t, "-inf -1 1 -2");
  expect_series("changed(x)", &t, "-1 1 1 -1");
}

static void bools_count_one_and_near_its_room(void **unused) {
  (void)unused;
  table t = {0};
  set(&t, P, "1 0 1");
  set(&t, X, "1 2 4");
  expect_series("p", &t, "1 -1 1");
  expect_series("not p", &t, "-1 1 -1");
  expect_series("x == 2", &t, "-1 1 -1");
  expect_series("p == (x > 1)", &t, "-1 -1 1");
  expect_series("near(x, 2, 1.5)", &t, "0.5 1.5 -0.5");
}

static void sugar_means_its_longer_form(void **unused) {
  (void)unused;
  static const char *const pairs[][2] = {
      {"whenever x > 2 then y > 2", "always (x > 2 => y > 2)"},
      {"within 200 ms (y > 2)", "eventually[0 s, 200 ms] (y > 2)"},
      {"for 200 ms (y > 2)", "always[0 s, 200 ms] (y > 2)"},
      {"(y > 2) for 200 ms", "historically[0 s, 200 ms] (y > 2)"},
      {"y > 2 for 200 ms", "historically[0 s, 200 ms] (y > 2)"},
      {"after 200 ms (y > 2)", "eventually[200 ms, 200 ms] (y > 2)"},
      {"never (y > 4)", "always not (y > 4)"},
      {"(x > 4) before (y > 2)", "(not (y > 2)) unless (x > 4)"},
      {"x > 2 and y > 2 for 100 ms", "(x > 2) and (historically[0 s, 100 ms] (y > 2))"},
      {"x > 4 until y > 3 or x > 3", "(x > 4) until ((y > 3) or (x > 3))"},
  };
  table t = {0};
  set(&t, X, "3 1 4 1 5 9 2 6");
  set(&t, Y, "2 7 1 8 2 8 1 8");
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    outcome a = judge_end(pairs[i][0], &t, TAUT_END_STRICT);
    outcome b = judge_end(pairs[i][1], &t, TAUT_END_STRICT);
    assert_int_equal(a.result.verdict, b.result.verdict);
    for (int k = 0; k < t.n; k++)
      if (a.series[k] != b.series[k]) fail_msg("%s differs at row %d", pairs[i][0], k);
  }
}

// ------------------------------------------------------------------------------------------ values

static void functions_look_back(void **unused) {
  (void)unused;
  table t = {0};
  set(&t, X, "1 3 2 6");
  set(&t, P, "0 1 1 0");
  expect_series("avg(x, 100 ms) >= 0", &t, "1 2 2.5 4");
  expect_series("min(x, 100 ms) >= 0", &t, "1 1 2 2");
  expect_series("max(x, 200 ms) >= 0", &t, "1 3 3 6");
  expect_series("rms(x - 2, 100 ms) >= 0", &t, "1 1 0.70710678118654757 2.8284271247461903");
  expect_series("integral(x) >= 0 s", &t, "0 0.2 0.45 0.85000000000000009");
  expect_series("count(p, 100 ms) >= 0", &t, "0 1 2 1");
  expect_series("duration(p) >= 0 s", &t, "0 0 0.1 0");
  expect_series("abs(x - 2) >= 0", &t, "1 1 0 4");
  expect_series("clamp(x, 2, 3) >= 0", &t, "2 3 2 3");
  expect_series("min(x, 2) >= 0", &t, "1 2 2 2");
}

static void what_has_no_history_is_unknown(void **unused) {
  (void)unused;
  table t = {0};
  set(&t, X, "1 3 2 6");
  set(&t, P, "0 0 1 0");
  expect_series("delta(x) >= 0", &t, "0 2 -1 4");
  expect_series("rate(x, 200 ms) >= 0 Hz", &t, "0 0 5 15");
  expect_series("delayed(x, 200 ms) >= 0", &t, "0 0 1 3");
  expect_series("time_since(p) >= 1 s", &t, "0 0 -1 -0.9");
  expect_series("at(p, x) >= 0", &t, "0 0 2 2");
  // False on either side of not, and it exercises nothing.
  expect_verdict("delta(x) > -9", &t, TAUT_END_STRICT, TAUT_FAIL);
  expect_verdict("not (delta(x) > -9)", &t, TAUT_END_STRICT, TAUT_FAIL);
  outcome o = judge("always (at(p, x) > 0 => x > 0)", &t);
  assert_int_equal(o.result.n_triggers, 1);
  assert_false(judge("delta(x) > -9", &t).result.has_margin);
}

static void sums_do_not_drift(void **unused) {
  (void)unused;
  table t = {0};
  set(&t, X, "1e16 1 1 1 0.1 0.2 0.3");
  // A running sum would have lost the small ones beside 1e16.
  expect_series("avg(x, 200 ms) > 0", &t,
                "1e16 5000000000000000.5 3333333333333334 1 0.70000000000000007 "
                "0.43333333333333335 0.19999999999999998");
}

// ---------------------------------------------------------------------------------------- verdicts

static void nan_in_a_used_signal_is_an_error(void **unused) {
  (void)unused;
  table t = {0};
  set(&t, X, "1 nan 1");
  expect_verdict("always (x > 0)", &t, TAUT_END_STRICT, TAUT_ERROR);
  expect_verdict("eventually (x > 0)", &t, TAUT_END_STRICT, TAUT_ERROR);
  expect_verdict("not x or true", &t, TAUT_END_STRICT, TAUT_ERROR);
  expect_verdict("always (y >= 0)", &t, TAUT_END_STRICT, TAUT_PASS);
  assert_true(judge("always (x > 0)", &t).result.violation_s == 0.1);
  // A quotient that is none, too.
  expect_verdict("always (y / y > 0)", &t, TAUT_END_STRICT, TAUT_ERROR);
}

static void a_run_without_rows_is_an_error(void **unused) {
  (void)unused;
  table t = {0};
  expect_verdict("always (x > 0)", &t, TAUT_END_WEAK, TAUT_ERROR);
}

static void a_window_past_the_end_is_open_unless_weak(void **unused) {
  (void)unused;
  table t = {0};
  set(&t, P, "0 0 1");
  set(&t, X, "1 1 1");
  expect_verdict("always (p => eventually[0 s, 200 ms] (x > 5))", &t, TAUT_END_STRICT,
                 TAUT_INCONCLUSIVE);
  expect_verdict("always (p => eventually[0 s, 200 ms] (x > 5))", &t, TAUT_END_WEAK, TAUT_FAIL);
  expect_verdict("always (p => always[0 s, 200 ms] (x > 0))", &t, TAUT_END_STRICT,
                 TAUT_INCONCLUSIVE);
  expect_verdict("always (p => always[0 s, 200 ms] (x > 0))", &t, TAUT_END_WEAK, TAUT_PASS);
  // What is certain needs no end.
  expect_verdict("always (p => eventually[0 s, 200 ms] (x > 0))", &t, TAUT_END_STRICT, TAUT_PASS);
  expect_verdict("always (p => always[0 s, 200 ms] (x > 5))", &t, TAUT_END_STRICT, TAUT_FAIL);
  expect_verdict("always (p => eventually (x > 5))", &t, TAUT_END_STRICT, TAUT_FAIL);
  expect_verdict("after 1 s p", &t, TAUT_END_STRICT, TAUT_INCONCLUSIVE);
  expect_verdict("p until[0 s, 1 s] q", &t, TAUT_END_STRICT, TAUT_FAIL);
  expect_verdict("(x > 0) until[0 s, 1 s] q", &t, TAUT_END_STRICT, TAUT_INCONCLUSIVE);
}

static void a_trigger_that_never_fired_is_no_pass(void **unused) {
  (void)unused;
  table t = {0};
  set(&t, P, "1 0 1 1 0 1");
  set(&t, X, "1 1 1 1 1 1");
  outcome o = judge("whenever p then x > 0", &t);
  assert_int_equal(o.result.verdict, TAUT_PASS);
  assert_int_equal(o.result.n_triggers, 3);
  o = judge("whenever q then x > 0", &t);
  assert_int_equal(o.result.verdict, TAUT_INCONCLUSIVE);
  assert_string_equal(o.result.reason, "never exercised");
  assert_false(o.result.has_margin);
  expect_verdict("always ((p => x > 0) and (q => x > 0))", &t, TAUT_END_WEAK, TAUT_INCONCLUSIVE);
  expect_verdict("(whenever p then x > 0) and (whenever q then x > 0)", &t, TAUT_END_WEAK,
                 TAUT_INCONCLUSIVE);
  expect_verdict("whenever p then x > 1", &t, TAUT_END_WEAK, TAUT_FAIL);
}

static void the_margin_is_that_of_numbers(void **unused) {
  (void)unused;
  table t = {0};
  set(&t, FORCE, "10 20 30 40");
  set(&t, P, "0 1 1 0");
  outcome o = judge("whenever p then force <= 35 N", &t);
  assert_true(o.result.has_margin);
  assert_true(o.result.margin == 5);
  assert_string_equal(o.result.unit, "N");
  o = judge("always (force <= 10 lb)", &t);
  assert_true(fabs(o.result.margin - (10 - 40 / 4.4482216152605)) < 1e-12);
  assert_string_equal(o.result.unit, "lb");
  assert_false(judge("eventually p", &t).result.has_margin);
  assert_false(judge("eventually rise(force > 15 N)", &t).result.has_margin);
  o = judge("always (force <= 25 N)", &t);
  assert_true(o.result.has_violation);
  assert_true(fabs(o.result.violation_s - 0.2) < 1e-12);
  // Two dimensions: the comparison that decides gives the unit.
  set(&t, SPEED, "1 1 1 1");
  o = judge("always (force <= 50 N) and always (speed <= 0.5 m/s)", &t);
  assert_true(o.result.margin == -0.5);
  assert_string_equal(o.result.unit, "m/s");
}

static void the_worst_side_counts(void **unused) {
  (void)unused;
  table t = {0};
  set(&t, LEFT, "1 2 3");
  set(&t, RIGHT, "1 5 2");
  outcome o = judge("always (f <= 4 N)", &t);
  assert_int_equal(o.result.verdict, TAUT_FAIL);
  assert_string_equal(o.result.side_name, "right");
  assert_true(o.result.margin == -1);
  expect_series("always (f <= 4 N)", &t, "-1 -1 1");
  o = judge("always (left.f <= 4 N)", &t);
  assert_string_equal(o.result.side_name, "");
  assert_true(o.result.margin == 1);
  // One side that fires is enough to have exercised it.
  expect_verdict("whenever f > 4 N then f < 9 N", &t, TAUT_END_WEAK, TAUT_PASS);
}

static void a_verdict_is_known_as_soon_as_it_is_certain(void **unused) {
  (void)unused;
  static const struct {
    const char *text;
    int row;  ///< after which it is decided, -1 never
    bool holds;
  } cases[] = {
      {"always (x > 2)", 1, false},
      {"eventually (x > 3)", 2, true},
      {"always (x > 0)", -1, false},
      {"always[0 s, 200 ms] (x > 0)", 2, true},
      {"(x > 2) until (x > 3)", 1, false},
      {"eventually (x > 3) and always (x > 0)", -1, false},
      {"x > 2", 0, true},
  };
  table t = {0};
  set(&t, X, "3 1 4 1");
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    taut_monitor_options options = {.row_s = 0.1};
    taut_monitor *monitor = NULL;
    assert_int_equal(
        taut_monitor_compile_columns(cases[i].text, COLUMNS, N_COLUMNS, &options, &monitor, NULL),
        TAUT_OK);
    void *state = malloc(taut_monitor_state_size(monitor));
    taut_monitor_start(monitor, state);
    int row = -1;
    taut_monitor_bounds bounds = {0};
    for (int k = 0; k < t.n && row < 0; k++) {
      taut_monitor_feed(monitor, state, t.rows[k], NULL, NULL);
      taut_monitor_bounds_get(monitor, state, &bounds);
      if (bounds.is_decided) row = k;
    }
    assert_int_equal(row, cases[i].row);
    if (row >= 0) assert_int_equal(bounds.holds, cases[i].holds);
    free(state);
    taut_monitor_destroy(monitor);
  }
}

static void what_is_written_twice_is_computed_once(void **unused) {
  (void)unused;
  static const char once[] = "always (avg(x, 60 s) > 0)";
  static const char twice[] =
      "always (avg(x, 60 s) > 0 and (avg(x, 60 s) > 0 or avg(x, 60 s) > 0))";
  taut_monitor_options options = {.row_s = 0.1};
  taut_monitor *a = NULL, *b = NULL;
  assert_int_equal(taut_monitor_compile_columns(once, COLUMNS, N_COLUMNS, &options, &a, NULL), 0);
  assert_int_equal(taut_monitor_compile_columns(twice, COLUMNS, N_COLUMNS, &options, &b, NULL), 0);
  // Two more blocks of samples for "and" and "or", but no second ring.
  assert_true(taut_monitor_state_size(b) - taut_monitor_state_size(a) < 4000);
  taut_monitor_destroy(a);
  taut_monitor_destroy(b);
}

static void a_violation_is_the_row_that_decides(void **unused) {
  (void)unused;
  static const struct {
    const char *text;
    double time_s;
  } cases[] = {
      {"always (x > 0)", 0.2},     {"not (x < 9)", 0},
      {"not p and p", 0},          {"not (eventually (x < 0))", 0.2},
      {"never (x < 0)", 0.2},      {"not (p until x < 0)", 0.2},
      {"eventually (x > 9)", 0.4}, {"always (y == 0) and always (x > 0)", 0.2},
      {"p <=> x > 9", 0},
  };
  table t = {0};
  set(&t, X, "3 1 -1 4 1");
  set(&t, P, "1 1 1 1 1");
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    outcome o = judge(cases[i].text, &t);
    assert_int_equal(o.result.verdict, TAUT_FAIL);
    if (!o.result.has_violation || fabs(o.result.violation_s - cases[i].time_s) > 1e-12)
      fail_msg("%s: %g, not %g", cases[i].text, o.result.violation_s, cases[i].time_s);
  }
}

static void labels_of_columns_are_those_of_a_plan(void **unused) {
  (void)unused;
  table t = {0};
  set(&t, STATE, "0 0 1 2 2");
  set(&t, X, "1 1 1 1 1");
  outcome o = judge("whenever rise(state == latched) then x > 0", &t);
  assert_int_equal(o.result.verdict, TAUT_PASS);
  assert_int_equal(o.result.n_triggers, 1);
  expect_series("state == symptom_ramp", &t, "-1 -1 1 -1 -1");
  expect_series("state != normal", &t, "-1 -1 1 1 1");
}

static void a_window_longer_than_the_run_costs_no_time(void **unused) {
  (void)unused;
  table t = {0};
  set(&t, P, "1 1 1");
  // 1e9 rows beyond the end are not walked through.
  expect_verdict("always (after 100000000 s p)", &t, TAUT_END_STRICT, TAUT_INCONCLUSIVE);
  expect_verdict("always (after 100000000 s p)", &t, TAUT_END_WEAK, TAUT_FAIL);
}

/// docs/requirements.md, "Fine print".
static void the_fine_print_holds(void **unused) {
  (void)unused;
  table t = {0};
  set(&t, X, "1 2 3 4 4 5");
  set(&t, Y, "1 1 0 0 0 1");
  set(&t, P, "1 1 0 1 1 0");
  // A trigger fires when it becomes true, at the first row as well, and once.
  assert_int_equal(judge("whenever p then x > 0", &t).result.n_triggers, 2);
  assert_int_equal(judge("always ((p => x > 0) and (x > 3 => x > 0))", &t).result.n_triggers, 3);
  assert_int_equal(judge("always (p => (x > 3 => x > 0))", &t).result.n_triggers, 2);
  assert_int_equal(judge("eventually (p => x > 0)", &t).result.n_trigger_kinds, 0);
  expect_verdict("(whenever q then x > 0) and always (x > 3)", &t, TAUT_END_STRICT, TAUT_FAIL);
  // Unknown is a third truth.
  expect_verdict("delta(x) > -9 and q", &t, TAUT_END_STRICT, TAUT_FAIL);
  expect_verdict("delta(x) > -9 or p", &t, TAUT_END_STRICT, TAUT_PASS);
  expect_verdict("not (delta(x) > -9 or q)", &t, TAUT_END_STRICT, TAUT_FAIL);
  expect_verdict("delta(x) > -9 <=> delta(x) > -9", &t, TAUT_END_STRICT, TAUT_FAIL);
  expect_series("avg(delta(x), 100 ms) >= 0", &t, "0 1 1 1 0.5 0.5");
  expect_series("count(delta(x) > 0, 500 ms) >= 0", &t, "0 1 2 3 3 4");
  // Two changes in a row are one becoming true.
  expect_series("at(changed(x), x) >= 0", &t, "0 2 2 2 2 5");
  expect_series("at(p, x) >= 0", &t, "0 0 0 4 4 4");
  expect_verdict("not (prev p)", &t, TAUT_END_WEAK, TAUT_PASS);
  expect_series("next (x > 0)", &t, "2 3 4 4 5 -inf");
  expect_series("max(-x, 200 ms) <= 0", &t, "1 1 1 2 3 4");
  expect_verdict("p before y > 0", &t, TAUT_END_STRICT, TAUT_PASS);
  expect_verdict("y > 5 before p", &t, TAUT_END_STRICT, TAUT_FAIL);
  expect_series("x > 0 xor x > 9 xor x > 9", &t, "1 2 3 4 4 4");
  outcome o = judge("not (delta(x) > -9)", &t);
  assert_false(o.result.has_margin);
  // NaN after the verdict was certain; an infinity is a value, a difference of two is none.
  set(&t, X, "1 9 nan");
  expect_verdict("eventually (x > 5)", &t, TAUT_END_STRICT, TAUT_ERROR);
  set(&t, X, "inf 1 2");
  expect_verdict("always (x > 0)", &t, TAUT_END_STRICT, TAUT_PASS);
  expect_verdict("always (x - x >= 0)", &t, TAUT_END_STRICT, TAUT_ERROR);
}

static void words_inside_a_path_are_free(void **unused) {
  (void)unused;
  static const taut_column columns[] = {{.name = "session.count"}, {.name = "always.rate"}};
  taut_monitor_options options = {.row_s = 0.1};
  taut_monitor *monitor = NULL;
  taut_expr_error error;
  if (taut_monitor_compile_columns("always (session.count >= always.rate)", columns, 2, &options,
                                   &monitor, &error))
    fail_msg("%s", error.text);
  taut_monitor_destroy(monitor);
}

static void one_row_is_a_run(void **unused) {
  (void)unused;
  static const struct {
    const char *text;
    taut_verdict strict, weak;
  } cases[] = {
      {"always (x > 0)", TAUT_PASS, TAUT_PASS},
      {"eventually (x > 2)", TAUT_FAIL, TAUT_FAIL},
      {"always[0 s, 100 ms] (x > 0)", TAUT_INCONCLUSIVE, TAUT_PASS},
      {"eventually[100 ms, 200 ms] (x > 0)", TAUT_INCONCLUSIVE, TAUT_FAIL},
      {"always[100 ms, 200 ms] (x > 2)", TAUT_INCONCLUSIVE, TAUT_PASS},
      {"x > 0 until x > 2", TAUT_FAIL, TAUT_FAIL},
      {"p until[0 s, 1 s] q", TAUT_INCONCLUSIVE, TAUT_FAIL},
      {"p since q", TAUT_FAIL, TAUT_FAIL},
      {"next p", TAUT_FAIL, TAUT_FAIL},
      {"prev p", TAUT_FAIL, TAUT_FAIL},
      {"rise(p)", TAUT_FAIL, TAUT_FAIL},
      {"rise0(p)", TAUT_PASS, TAUT_PASS},
      {"changed(x)", TAUT_FAIL, TAUT_FAIL},
      {"p unless q", TAUT_PASS, TAUT_PASS},
      {"historically[1 s, 2 s] q", TAUT_PASS, TAUT_PASS},
      {"once[1 s, 2 s] p", TAUT_FAIL, TAUT_FAIL},
      {"whenever p then after 100 ms p", TAUT_INCONCLUSIVE, TAUT_FAIL},
      {"whenever rise(p) then q", TAUT_INCONCLUSIVE, TAUT_INCONCLUSIVE},
  };
  table t = {0};
  set(&t, X, "1");
  set(&t, P, "1");
  set(&t, Q, "0");
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    expect_verdict(cases[i].text, &t, TAUT_END_STRICT, cases[i].strict);
    expect_verdict(cases[i].text, &t, TAUT_END_WEAK, cases[i].weak);
  }
}

static void a_run_longer_than_announced_is_refused(void **unused) {
  (void)unused;
  taut_monitor_options options = {.row_s = 0.1, .rows_max = 2};
  taut_monitor *monitor = NULL;
  const double row[N_COLUMNS] = {0};
  assert_int_equal(taut_monitor_compile_columns("always (p => eventually q)", COLUMNS, N_COLUMNS,
                                                &options, &monitor, NULL),
                   TAUT_OK);
  assert_true(taut_monitor_needs_length(monitor));
  void *state = malloc(taut_monitor_state_size(monitor));
  taut_monitor_start(monitor, state);
  assert_int_equal(taut_monitor_feed(monitor, state, row, NULL, NULL), TAUT_OK);
  assert_int_equal(taut_monitor_feed(monitor, state, row, NULL, NULL), TAUT_OK);
  assert_int_equal(taut_monitor_feed(monitor, state, row, NULL, NULL), TAUT_EFULL);
  free(state);
  taut_monitor_destroy(monitor);
}

// -------------------------------------------------------------------------------------- wrong
// texts

static void wrong_texts_show_the_place(void **unused) {
  (void)unused;
  static const struct {
    const char *text, *error;
  } wrong[] = {
      {"always x > 3",
       "1:1: 'always' binds tighter than a comparison; write always (a < b)\n"
       "  always x > 3\n"
       "  ^~~~~~~~"},
      {"always force > 3 N",
       "1:1: 'always' binds tighter than a comparison; write always (a < b)\n"
       "  always force > 3 N\n"
       "  ^~~~~~~~~~~~"},
      {"p => within 2 s force > 3 N",
       "1:6: 'within 2 s' binds tighter than a comparison; write within 2 s (a < b)\n"
       "  p => within 2 s force > 3 N\n"
       "       ^~~~~~~~~~~~~~~~"},
      {"always[0, 5] p",
       "1:11: the time 5 has no unit; did you mean 5 s or 5 ms?\n"
       "  always[0, 5] p\n"
       "            ^"},
      {"within 3 m p",
       "1:8: 3 m is length, not a time; did you mean 3 s or 3 ms?\n"
       "  within 3 m p\n"
       "         ^~~"},
      {"always[0, 250 ms] p",
       "1:11: 250 ms is not a whole number of rows of 100 ms; the nearest is 200 ms\n"
       "  always[0, 250 ms] p\n"
       "            ^~~~~~"},
      {"once[0, 30 ms] p",
       "1:9: 30 ms is not a whole number of rows of 100 ms; the nearest is 100 ms\n"
       "  once[0, 30 ms] p\n"
       "          ^~~~~"},
      {"avg(x, 160 ms) > 1",
       "1:8: 160 ms is not a whole number of rows of 100 ms; the nearest is 200 ms\n"
       "  avg(x, 160 ms) > 1\n"
       "         ^~~~~~"},
      {"always[2 s, 1 s] p",
       "1:7: the window ends before it begins\n"
       "  always[2 s, 1 s] p\n"
       "        ^~~~~~~~~~"},
      {"always[1 s] p",
       "1:11: a window has two times: [0 s, 500 ms]\n"
       "  always[1 s] p\n"
       "            ^"},
      {"always[-1 s, 1 s] p",
       "1:8: a window has no negative times\n"
       "  always[-1 s, 1 s] p\n"
       "         ^"},
      {"always[p, 1 s] q",
       "1:8: expected a time, such as 500 ms\n"
       "  always[p, 1 s] q\n"
       "         ^"},
      {"p => q <=> p",
       "1:8: '=>' and '<=>' side by side need parentheses\n"
       "  p => q <=> p\n"
       "         ^~~"},
      {"p <=> q => p",
       "1:3: '=>' and '<=>' side by side need parentheses\n"
       "  p <=> q => p\n"
       "    ^~~"},
      {"p until q until p",
       "1:11: until, since, unless and before side by side need parentheses\n"
       "  p until q until p\n"
       "            ^~~~~"},
      {"whenever p q",
       "1:12: expected 'then': whenever P then Q\n"
       "  whenever p q\n"
       "             ^"},
      {"then p",
       "1:1: 'then' is a reserved word and has no meaning here\n"
       "  then p\n"
       "  ^~~~"},
      {"p then q",
       "1:3: expected an operator\n"
       "  p then q\n"
       "    ^~~~"},
      {"rise p",
       "1:1: 'rise' is a function: rise(p)\n"
       "  rise p\n"
       "  ^~~~"},
      {"rate(force) > 1 N/s",
       "1:1: rate takes 2 arguments: rate(x, T)\n"
       "  rate(force) > 1 N/s\n"
       "  ^~~~~~~~~~~"},
      {"rate(force, 1 s) > 1 N",
       "1:20: 1 N is force but rate(force, 1 s) is force rate; did you mean 1 N/s or 1 lb/s?\n"
       "  rate(force, 1 s) > 1 N\n"
       "                     ^~~"},
      {"integral(force) > 1 N",
       "1:19: 1 N is force but integral(force) is of another dimension; did you mean 1 N s?\n"
       "  integral(force) > 1 N\n"
       "                    ^~~"},
      {"duration(p) > 3",
       "1:15: 3 has no unit; did you mean 3 s or 3 ms?\n"
       "  duration(p) > 3\n"
       "                ^"},
      {"avg(x, 2) > 1",
       "1:8: the time 2 has no unit; did you mean 2 s or 2 ms?\n"
       "  avg(x, 2) > 1\n"
       "         ^"},
      {"avg(x, 2 N) > 1",
       "1:8: 2 N is force, not a time\n"
       "  avg(x, 2 N) > 1\n"
       "         ^~~"},
      {"avg(x, y) > 1",
       "1:8: 'y' is not a fixed time; write one, such as 500 ms\n"
       "  avg(x, y) > 1\n"
       "         ^"},
      {"delayed(x, 0 s) > 1",
       "1:12: the time must be at least one row\n"
       "  delayed(x, 0 s) > 1\n"
       "             ^~~"},
      {"rise(force)",
       "1:6: 'rise' joins conditions, but 'force' is a number; compare it with something\n"
       "  rise(force)\n"
       "       ^~~~~"},
      {"force",
       "1:1: a requirement is a condition; compare this with something\n"
       "  force\n"
       "  ^~~~~"},
      {"always (froce > 1 N)",
       "1:9: no signal 'froce'; did you mean 'force'?\n"
       "  always (froce > 1 N)\n"
       "          ^~~~~"},
      {"alwyas (force > 15 N)",
       "1:1: no function 'alwyas'; did you mean 'always'?\n"
       "  alwyas (force > 15 N)\n"
       "  ^~~~~~"},
      {"alwyas p",
       "1:1: no operator 'alwyas'; did you mean 'always'?\n"
       "  alwyas p\n"
       "  ^~~~~~"},
      {"wihtin 1 s p",
       "1:1: no operator 'wihtin'; did you mean 'within'?\n"
       "  wihtin 1 s p\n"
       "  ^~~~~~"},
      {"p untl q",
       "1:3: no operator 'untl'; did you mean 'until'?\n"
       "  p untl q\n"
       "    ^~~~"},
      {"whenever p thn q",
       "1:12: no operator 'thn'; did you mean 'then'?\n"
       "  whenever p thn q\n"
       "             ^~~"},
      {"always (force > 1 N fro 1 s)",
       "1:21: no operator 'fro'; did you mean 'for'?\n"
       "  always (force > 1 N fro 1 s)\n"
       "                      ^~~"},
      {"time_snice(p) > 1 s",
       "1:1: no function 'time_snice'; did you mean 'time_since'?\n"
       "  time_snice(p) > 1 s\n"
       "  ^~~~~~~~~~"},
      {"always (force > 3 lbs)",
       "1:19: no unit 'lbs'; did you mean 'lb'?\n"
       "  always (force > 3 lbs)\n"
       "                    ^~~"},
      {"always (force > 3 kg)",
       "1:17: 3 kg is mass but force is force; did you mean 3 kgf or 3 lb?\n"
       "  always (force > 3 kg)\n"
       "                  ^~~~"},
      {"always (x == latched)",
       "1:14: no signal 'latched', and x has no labels in this trace; compare it with a number\n"
       "  always (x == latched)\n"
       "               ^~~~~~~"},
      {"always (state == lathced)",
       "1:18: state has no label 'lathced'; did you mean 'latched'?\n"
       "  always (state == lathced)\n"
       "                   ^~~~~~~"},
      {"state and p",
       "1:1: 'state' is an enum, not a condition; compare it with == or !=\n"
       "  state and p\n"
       "  ^~~~~"},
      {"always (force > 15)",
       "1:17: 15 has no unit; did you mean 15 lb or 15 N?\n"
       "  always (force > 15)\n"
       "                  ^~"},
      {"always (force < 3 m/s)",
       "1:17: 3 m/s is speed but force is force; did you mean 3 lb or 3 N?\n"
       "  always (force < 3 m/s)\n"
       "                  ^~~~~"},
      {"force == 3 N",
       "1:1: == is for enums, bools and integers; write near(force, 3 N, tolerance)\n"
       "  force == 3 N\n"
       "  ^~~~~~~~~~~~"},
  };
  taut_monitor_options options = {.row_s = 0.1, .rows_max = 10};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    taut_monitor *monitor = NULL;
    taut_expr_error error;
    taut_status status =
        taut_monitor_compile_columns(wrong[i].text, COLUMNS, N_COLUMNS, &options, &monitor, &error);
    assert_int_equal(status, TAUT_EINVAL);
    assert_null(monitor);
    assert_string_equal(error.text, wrong[i].error);
  }
}

static void a_time_that_rows_do_not_tell_is_marked(void **unused) {
  (void)unused;
  static const struct {
    const char *text;
    bool is_too_fine, is_refused;
  } texts[] = {
      {"always (rate(x, 200 ms) > 3 Hz)", false, false},
      {"whenever p then within 200 ms q", false, false},
      {"always[0, 1 s] p", false, false},
      {"prev p", false, false},
      {"always (rate(x, 100 ms) > 3 Hz)", true, true},
      {"whenever p then within 100 ms q", true, true},
      {"once[0, 30 ms] p", true, true},
      {"avg(x, 250 ms) > 1", true, true},
      {"always (rate(x, 200 ms) > 3 N)", false, true},  // wrong in itself
  };
  taut_monitor_options options = {.row_s = 0.1, .rows_max = 10, .window_rows_min = 2};
  for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
    taut_monitor *monitor = NULL;
    taut_expr_error error;
    taut_status status =
        taut_monitor_compile_columns(texts[i].text, COLUMNS, N_COLUMNS, &options, &monitor, &error);
    taut_monitor_destroy(monitor);
    if (status != (texts[i].is_refused ? TAUT_EINVAL : TAUT_OK) ||
        error.is_too_fine != texts[i].is_too_fine)
      fail_msg("%s: %s", texts[i].text, error.text);
  }
}

static void without_a_length_no_end_may_stand_inside(void **unused) {
  (void)unused;
  taut_monitor_options options = {.row_s = 0.1};
  taut_monitor *monitor = NULL;
  taut_expr_error error;
  assert_int_equal(taut_monitor_compile_columns("always (p => eventually q)", COLUMNS, N_COLUMNS,
                                                &options, &monitor, &error),
                   TAUT_EINVAL);
  assert_string_equal(error.text,
                      "1:14: without an end, 'eventually' below another operator needs the length "
                      "of the run; give it a window such as [0 s, 10 s]\n"
                      "  always (p => eventually q)\n"
                      "               ^~~~~~~~~~~~");
}

static void letters_are_free_for_signals(void **unused) {
  (void)unused;
  static const taut_column columns[] = {{.name = "S"}, {.name = "G"}, {.name = "U"}, {.name = "X"}};
  taut_monitor_options options = {.row_s = 0.1};
  taut_monitor *monitor = NULL;
  assert_int_equal(taut_monitor_compile_columns("always (S > 0 => G > 0 or U and X)", columns, 4,
                                                &options, &monitor, NULL),
                   TAUT_OK);
  taut_monitor_destroy(monitor);
}

static void a_column_with_an_unknown_unit_is_refused(void **unused) {
  (void)unused;
  static const taut_column columns[] = {{.name = "a", .unit = "furlong"}};
  taut_monitor_options options = {.row_s = 0.1};
  taut_monitor *monitor = NULL;
  taut_expr_error error;
  assert_int_equal(
      taut_monitor_compile_columns("always (a > 0)", columns, 1, &options, &monitor, &error),
      TAUT_EINVAL);
  assert_string_equal(error.message, "column 'a' has the unknown unit 'furlong'");
}

// ------------------------------------------------------------------------------------------ memory

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

static void every_failed_allocation_is_reported(void **unused) {
  (void)unused;
  bool is_ok = false;
  for (int n = 0; n < 40 && !is_ok; n++) {
    counter c = {n};
    taut_allocator allocator = {.user = &c, .allocate = allocate_some, .release = release_some};
    taut_monitor_options options = {.row_s = 0.1, .allocator = &allocator};
    taut_monitor *monitor = NULL;
    taut_status status =
        taut_monitor_compile_columns("whenever rise(p) then within 1 s (x > 0) and avg(y, 1 s) > 0",
                                     COLUMNS, N_COLUMNS, &options, &monitor, NULL);
    is_ok = status == TAUT_OK;
    if (!is_ok) assert_int_equal(status, TAUT_ENOMEM);
    taut_monitor_destroy(monitor);
  }
  assert_true(is_ok);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(comparisons_give_their_slack),
      cmocka_unit_test(booleans_take_least_and_greatest),
      cmocka_unit_test(windows_of_the_future_are_clipped_to_the_trace),
      cmocka_unit_test(windows_of_the_past_are_clipped_to_the_trace),
      cmocka_unit_test(until_needs_q_in_the_window_and_p_before_it),
      cmocka_unit_test(unless_is_until_or_always),
      cmocka_unit_test(neighbours_must_exist),
      cmocka_unit_test(true_at_the_first_sample_is_no_edge),
      cmocka_unit_test(bools_count_one_and_near_its_room),
      cmocka_unit_test(sugar_means_its_longer_form),
      cmocka_unit_test(functions_look_back),
      cmocka_unit_test(what_has_no_history_is_unknown),
      cmocka_unit_test(sums_do_not_drift),
      cmocka_unit_test(nan_in_a_used_signal_is_an_error),
      cmocka_unit_test(a_run_without_rows_is_an_error),
      cmocka_unit_test(a_window_past_the_end_is_open_unless_weak),
      cmocka_unit_test(a_trigger_that_never_fired_is_no_pass),
      cmocka_unit_test(the_margin_is_that_of_numbers),
      cmocka_unit_test(the_worst_side_counts),
      cmocka_unit_test(a_verdict_is_known_as_soon_as_it_is_certain),
      cmocka_unit_test(what_is_written_twice_is_computed_once),
      cmocka_unit_test(a_violation_is_the_row_that_decides),
      cmocka_unit_test(labels_of_columns_are_those_of_a_plan),
      cmocka_unit_test(a_window_longer_than_the_run_costs_no_time),
      cmocka_unit_test(the_fine_print_holds),
      cmocka_unit_test(words_inside_a_path_are_free),
      cmocka_unit_test(one_row_is_a_run),
      cmocka_unit_test(a_run_longer_than_announced_is_refused),
      cmocka_unit_test(wrong_texts_show_the_place),
      cmocka_unit_test(a_time_that_rows_do_not_tell_is_marked),
      cmocka_unit_test(without_a_length_no_end_may_stand_inside),
      cmocka_unit_test(letters_are_free_for_signals),
      cmocka_unit_test(a_column_with_an_unknown_unit_is_refused),
      cmocka_unit_test(every_failed_allocation_is_reported),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

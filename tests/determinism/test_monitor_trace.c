// Online equals offline: shipped scenarios are judged row by row while they run, against their
// plan, and again from the trace they left, as `taut monitor` reads it. Nothing may differ, to the
// last bit.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>

#include "cli/row_source.h"
#include "scenario/scenario.h"
#include "trace/writer.h"

static const char *const FORMULAS[] = {
    // Labels, aliases of the load, sides.
    "whenever rise(controller.safety_state == latched) then within 100 ms (load.command_n <= 10 N)",
    "never (controller.safety_state == latched)",
    "whenever rise(controller.safety_state != normal) then within 300 ms "
    "(load.command_n <= 0.5 * delayed(load.command_n, 20 ms))",
    "always (left.cable.tension_n <= 60 N)",
    "always (cable.tension_n <= 100 N)",
    // Inputs that share the slot of what they are wired to.
    "whenever changed(controller.report_seq) and controller.report == leak then after 500 ms "
    "((load.command_n <= 0.5 * at(changed(controller.report_seq), load.command_n)) unless "
    "rise(controller.armed))",
    "always (controller.report_seq <= 3)",
    "whenever user.rep >= 2 then cable.tension_n >= 1 N until user.rep >= 3",
    // Least and greatest between rows.
    "always (peak(motor.iq_a) <= 8 A and trough(motor.iq_a) >= -8 A)",
    "always (peak(motor.iq_a) - trough(motor.iq_a) <= 0.5 A)",
    // Two dimensions are ranked by declared ranges.
    "always (cable.tension_n <= 80 N) and always (motor.bus_v <= 58 V)",
    "always ((cable.tension_n <= 80 N or motor.bus_v <= 50 V) and user.iap_pa <= 60 cmH2O)",
    "always (user.iap_pa <= user.leak_point_pa)",
    // Functions that look back, and windows beyond the end.
    "always (avg(cable.tension_n, 250 ms) <= 90 N and rms(motor.iq_a, 100 ms) <= 5 A)",
    "whenever cable.tension_n > 30 N for 50 ms then within 10 s (cable.tension_n < 5 N)",
    "always[0 s, 10 s] (rate(cable.tension_n, 10 ms) < 900 N/s)",
    "after 600 s (load.command_n <= 1 N)",
    "integral(cable.tension_n) >= 0 N s until time_since(controller.armed) <= 2 s",
    "always (abs(left.cable.tension_n - right.cable.tension_n) <= 40 N)",
    "(controller.armed before controller.safety_state == latched) and eventually (user.rep >= 1)",
};

enum { N_FORMULAS = sizeof FORMULAS / sizeof FORMULAS[0], ROWS_MAX = 60000 };

/// One run: its monitors and its trace.
typedef struct judged {
  taut_monitor *monitors[N_FORMULAS];
  void *states[N_FORMULAS];
  taut_monitor_result results[N_FORMULAS];
  taut_trace_writer *writer;
  int file;
  const char *name;
} judged;

static taut_status on_plan(void *user, const taut_plan *plan) {
  judged *j = user;
  const taut_monitor_options wanted = {.rows_max = ROWS_MAX};
  for (size_t i = 0; i < N_FORMULAS; i++) {
    taut_expr_error error;
    if (taut_monitor_compile(FORMULAS[i], plan, &wanted, &j->monitors[i], &error) != TAUT_OK) {
      print_error("%s\n", error.text);
      return TAUT_EINVAL;
    }
    j->states[i] = malloc(taut_monitor_state_size(j->monitors[i]));
    assert_non_null(j->states[i]);
    taut_monitor_start(j->monitors[i], j->states[i]);
  }
  return taut_trace_writer_begin(j->writer, plan, 1, j->name);
}

static taut_status on_row(void *user, const taut_row *row) {
  judged *j = user;
  for (size_t i = 0; i < N_FORMULAS; i++) {
    taut_status status = taut_monitor_feed(j->monitors[i], j->states[i], row->values, NULL, NULL);
    if (status != TAUT_OK) return status;
  }
  return taut_trace_writer_row(j->writer, row);
}

static void run_online(judged *j, const char *scenario, size_t i_case, const char *path) {
  char file[512];
  snprintf(file, sizeof file, "%s/scenarios/safety/%s", TAUT_SOURCE_DIR, scenario);
  const char *const plugins[] = {TAUT_BUILD_DIR "/plugins", NULL};
  const taut_scenario_options options = {.data_dir = TAUT_SOURCE_DIR, .plugin_dirs = plugins};
  taut_suite *suite = NULL;
  assert_int_equal(taut_suite_open(file, &options, &suite), TAUT_OK);
  j->name = taut_suite_case(suite, i_case)->name;
  j->file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const taut_trace_sink sink = {taut_trace_sink_fd, &j->file};
  assert_int_equal(taut_trace_writer_create(&sink, NULL, &j->writer), TAUT_OK);
  const taut_case_options run = {.seed = 1, .on_plan = on_plan, .on_row = on_row, .user = j};
  const taut_case_result *result = NULL;
  assert_int_equal(taut_suite_run(suite, i_case, &run, NULL, &result), TAUT_OK);
  if (result->verdict != TAUT_PASS) fail_msg("%s: %s", scenario, result->reason);
  assert_int_equal(taut_trace_writer_finish(j->writer), TAUT_OK);
  taut_trace_writer_destroy(j->writer);
  close(j->file);
  for (size_t i = 0; i < N_FORMULAS; i++) {
    taut_monitor_finish(j->monitors[i], j->states[i], TAUT_END_STRICT, NULL, NULL, &j->results[i]);
    free(j->states[i]);
  }
  taut_suite_close(suite);
}

/// Judges the trace; from row `i_changed` on it is read wrongly, -1 for none.
static taut_monitor *judge_offline(const char *path, const char *formula, int64_t i_changed,
                                   taut_monitor_result *out) {
  char why[TAUT_ROW_ERROR_SIZE] = "";
  const taut_row_options options = {.holds = false};
  taut_rows rows;
  if (!taut_rows_open(path, &options, &rows, why)) fail_msg("%s", why);
  size_t n = rows.source->n_columns;
  taut_monitor *monitor = NULL;
  taut_expr_error error;
  const taut_monitor_options wanted = {.row_s = rows.row_s, .rows_max = ROWS_MAX};
  if (taut_monitor_compile_columns(formula, rows.source->columns, n, &wanted, &monitor, &error))
    fail_msg("%s", error.text);
  for (size_t i = 0; i < n; i++) rows.source->is_used[i] = taut_monitor_uses(monitor, (uint32_t)i);
  void *state = malloc(taut_monitor_state_size(monitor));
  double *values = calloc(n, sizeof *values);
  assert_true(state && values);
  taut_monitor_start(monitor, state);
  int status = 0;
  for (int64_t row = 0; (status = taut_rows_next(&rows, values, why)) > 0; row++) {
    for (size_t i = 0; i < n && i_changed >= 0 && row >= i_changed; i++)
      if (rows.source->is_used[i]) values[i] = values[i] * 4 + 9;
    assert_int_equal(taut_monitor_feed(monitor, state, values, NULL, NULL), TAUT_OK);
  }
  if (status < 0) fail_msg("%s", why);
  taut_monitor_finish(monitor, state, TAUT_END_STRICT, NULL, NULL, out);
  free(values);
  free(state);
  taut_rows_close(&rows);
  return monitor;
}

static bool is_same(const taut_monitor_result *a, const taut_monitor_result *b) {
  return a->verdict == b->verdict && a->has_margin == b->has_margin &&
         memcmp(&a->margin, &b->margin, sizeof a->margin) == 0 && strcmp(a->unit, b->unit) == 0 &&
         a->has_violation == b->has_violation &&
         memcmp(&a->violation_s, &b->violation_s, sizeof a->violation_s) == 0 &&
         a->n_triggers == b->n_triggers && a->n_trigger_kinds == b->n_trigger_kinds &&
         a->side == b->side && strcmp(a->side_name, b->side_name) == 0 &&
         strcmp(a->reason, b->reason) == 0;
}

static void print_result(const char *where, const taut_monitor_result *r) {
  print_error("  %s: %s, margin %.17g %s, violation %.9g, %llu triggers, side %s, %s\n", where,
              taut_verdict_name(r->verdict), r->has_margin ? r->margin : 0, r->unit, r->violation_s,
              (unsigned long long)r->n_triggers, r->side_name, r->reason);
}

static unsigned n_cases, n_verdicts[4], n_margins, n_told_apart;

static void compare_case(const char *scenario, size_t i_case) {
  char path[] = "/tmp/taut_monitor_trace_XXXXXX";
  static judged j;
  j = (judged){0};
  int file = mkstemp(path);
  assert_true(file >= 0);
  close(file);
  run_online(&j, scenario, i_case, path);
  bool is_good = true;
  for (size_t i = 0; i < N_FORMULAS; i++) {
    taut_monitor_result offline, wrong;
    taut_monitor *monitor = judge_offline(path, FORMULAS[i], -1, &offline);
    if (!is_same(&j.results[i], &offline)) {
      print_error("%s, case %zu: %s\n", scenario, i_case, FORMULAS[i]);
      print_result("online ", &j.results[i]);
      print_result("offline", &offline);
      is_good = false;
    }
    n_verdicts[offline.verdict]++;
    n_margins += offline.has_margin;
    if (n_cases == 0) {
      taut_monitor *other = judge_offline(path, FORMULAS[i], 2500, &wrong);
      n_told_apart += !is_same(&j.results[i], &wrong);
      taut_monitor_destroy(other);
    }
    taut_monitor_destroy(monitor);
    taut_monitor_destroy(j.monitors[i]);
  }
  unlink(path);
  n_cases++;
  assert_true(is_good);
}

static void a_trace_is_judged_as_its_run_was(void **state) {
  (void)state;
  compare_case("leak.lua", 1);
  compare_case("estop.lua", 0);
  compare_case("release.lua", 0);
}

/// The comparison sees all verdicts, margins, and rows that were read wrongly.
static void the_comparison_would_see_a_difference(void **state) {
  (void)state;
  assert_true(n_verdicts[TAUT_PASS] > 5);
  assert_true(n_verdicts[TAUT_FAIL] > 5);
  assert_true(n_verdicts[TAUT_INCONCLUSIVE] > 1);
  assert_int_equal(n_verdicts[TAUT_ERROR], 0);
  assert_true(n_margins > 20);
  assert_true(n_told_apart > 10);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_trace_is_judged_as_its_run_was),
      cmocka_unit_test(the_comparison_would_see_a_difference),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// Requirements on a run: attached by `covers` or everywhere, judged over the whole run.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenario/monitors.h"
#include "support/register.h"

/// The fake machine commands 40 N left and 41 N right; after a report of a leak 5 N, latched.
#define HALVED                                                                            \
  "  { id = 'SR-1', text = 'unloaded after a leak', formula = 'whenever rise(controller." \
  "safety_state == latched) then within 10 ms (load.command_n <= 10 N)' },\n"
#define BELOW_40                                                                             \
  "  { id = 'SR-2', text = 'never above 40.5 N', formula = 'always (load.command_n <= 40.5 " \
  "N)' },\n"

#define BELOW_40_AS_3                                                                        \
  "  { id = 'SR-3', text = 'never above 40.5 N', formula = 'always (load.command_n <= 40.5 " \
  "N)' },\n"

/// Runs a script with this register; `fields` go before the script.
static const taut_case_result *run(void **state, const char *entries, const char *fields,
                                   const char *script) {
  fake_suite *f = *state;
  assert_true(fake_register(f, entries));
  const taut_case_result *result = fake_suite_run(f, fields, script);
  if (!result) fail_msg("%s gave %s", entries, f->log);
  return result;
}

static void a_covered_requirement_is_judged_over_the_whole_run(void **state) {
  const taut_case_result *result =
      run(state, HALVED BELOW_40, "covers = { 'SR-1' },",
          "s:wait '10 ms' s:event('controller.report', 'leak') s:wait '50 ms'");
  // SR-2, which does not hold, is neither covered nor everywhere.
  assert_int_equal(result->verdict, TAUT_PASS);
  assert_int_equal(result->n_checks, 1);
  const taut_check_result *check = &result->checks[0];
  assert_true(check->is_requirement && check->has_trigger);
  assert_false(check->is_everywhere);
  assert_string_equal(check->id, "SR-1");
  assert_string_equal(check->text, "unloaded after a leak");
  assert_int_equal(check->n_triggers, 2);  // the formula is judged per side
  assert_true(check->has_margin);
  assert_true(check->margin == 5);
  assert_string_equal(check->unit, "N");
  assert_string_equal(check->got, "kept by 5 N on the left");
  assert_int_equal(check->tick_ns, -1);
  assert_int_equal(check->line, 2);
  assert_int_equal(check->n_signals, 3);
  assert_string_equal(check->signals[0], "controller.left_load_command_n");
  assert_string_equal(check->signals[1], "controller.right_load_command_n");
  assert_string_equal(check->signals[2], "controller.safety_state");
}

static void a_violation_has_side_margin_and_time(void **state) {
  const taut_case_result *result =
      run(state,
          "  { id = 'SR-1', text = 'light\\nlater', formula = 'always (user.rep == 1 =>\\n"
          "    load.command_n <= 40.5 N)' },\n",
          "covers = { 'SR-1' },", "s:wait '1.2 s'");
  assert_int_equal(result->verdict, TAUT_FAIL);
  const taut_check_result *check = &result->checks[0];
  assert_int_equal(check->verdict, TAUT_FAIL);
  assert_true(check->has_margin);
  assert_true(check->margin == -0.5);
  assert_int_equal(check->tick_ns, 1000000000);
  assert_string_equal(check->got, "violated by 0.5 N on the right, first at 1.000 s");
  assert_string_equal(check->expected, "always (user.rep == 1 => load.command_n <= 40.5 N)");
  assert_string_equal(result->reason,
                      "SR-1 light later: violated by 0.5 N on the right, first at 1.000 s");
}

static void a_covered_requirement_that_never_applied_is_inconclusive(void **state) {
  const taut_case_result *result =
      run(state, HALVED, "covers = { 'SR-1' },", "s:expect('user.rep == 0') s:wait '50 ms'");
  assert_int_equal(result->verdict, TAUT_INCONCLUSIVE);
  assert_string_equal(result->reason, "SR-1 unloaded after a leak: never exercised");
  assert_int_equal(fake_judged(result, "SR-1")->n_triggers, 0);
}

static void a_window_that_the_run_does_not_cover_is_inconclusive(void **state) {
  static const char OPEN[] =
      "  { id = 'SR-1', text = 'stays', formula = 'whenever user.rep >= 1 then for 500 ms "
      "(load.command_n >= 1 N)'%s },\n";
  char entries[256];
  snprintf(entries, sizeof entries, OPEN, "");
  const taut_case_result *result = run(state, entries, "covers = { 'SR-1' },", "s:wait '1.2 s'");
  assert_int_equal(result->verdict, TAUT_INCONCLUSIVE);
  assert_string_equal(result->reason, "SR-1 stays: a window was not observed to its end");
  // Its own end decides.
  snprintf(entries, sizeof entries, OPEN, ", end_ = 'weak'");
  result = run(state, entries, "covers = { 'SR-1' },", "s:wait '1.2 s'");
  assert_int_equal(result->verdict, TAUT_PASS);
}

static void each_requirement_of_a_case_has_its_own_end(void **state) {
#define STAYS(id, end)                                                                           \
  "  { id = '" id                                                                                \
  "', text = 'stays', formula = 'whenever user.rep >= 1 then for 500 ms (load.command_n >= 1 N)" \
  "'" end " },\n"
  const taut_case_result *result =
      run(state, STAYS("SR-1", "") STAYS("SR-2", ", end_ = 'weak'") BELOW_40_AS_3 STAYS("SR-4", ""),
          "covers = { 'SR-1', 'SR-2', 'SR-3', 'SR-4' },", "s:wait '1.2 s'");
#undef STAYS
  assert_int_equal(fake_judged(result, "SR-1")->verdict, TAUT_INCONCLUSIVE);
  assert_int_equal(fake_judged(result, "SR-2")->verdict, TAUT_PASS);
  assert_int_equal(fake_judged(result, "SR-3")->verdict, TAUT_FAIL);
  assert_int_equal(fake_judged(result, "SR-4")->verdict, TAUT_INCONCLUSIVE);
}

#define EVERYWHERE(id, formula) \
  "  { id = '" id "', text = 't', formula = '" formula "', everywhere = true },\n"

static void everywhere_watches_runs_that_do_not_name_it(void **state) {
  const taut_case_result *result =
      run(state, EVERYWHERE("SR-2", "always (load.command_n <= 40.5 N)") HALVED, "",
          "s:expect('user.rep == 0') s:wait '50 ms'");
  assert_int_equal(result->verdict, TAUT_FAIL);
  assert_true(fake_judged(result, "SR-2")->is_everywhere);
  assert_null(fake_judged(result, "SR-1"));
  assert_non_null(strstr(result->reason, "SR-2 t: violated by 0.5 N on the right"));
}

static void everywhere_without_a_decision_leaves_the_case_alone(void **state) {
  const taut_case_result *result =
      run(state,
          EVERYWHERE("SR-1", "whenever controller.armed and user.rep >= 5 then user.rep >= 5")
              EVERYWHERE("SR-2", "whenever user.rep == 0 then for 500 ms (load.command_n >= 1 N)"),
          "", "s:expect('user.rep == 0') s:wait '50 ms'");
  assert_int_equal(result->verdict, TAUT_PASS);
  assert_null(fake_judged(result, "SR-1"));  // had nothing to watch
  assert_int_equal(fake_judged(result, "SR-2")->verdict, TAUT_INCONCLUSIVE);
  assert_true(fake_judged(result, "SR-2")->n_triggers > 0);
  // The same requirements, covered, are asked for.
  result = run(state, EVERYWHERE("SR-1", "whenever user.rep >= 5 then user.rep >= 5"),
               "covers = { 'SR-1' },", "s:expect('user.rep == 0') s:wait '50 ms'");
  assert_int_equal(result->verdict, TAUT_INCONCLUSIVE);
  assert_false(fake_judged(result, "SR-1")->is_everywhere);
  // And watching everywhere is not a check of the scenario's own.
  result = run(state, EVERYWHERE("SR-1", "always (user.rep >= 0)"), "", "s:wait '5 ms'");
  assert_int_equal(result->verdict, TAUT_INCONCLUSIVE);
  assert_string_equal(result->reason, "nothing was checked");
}

static void a_signal_that_the_rig_lacks_is_named(void **state) {
  const taut_case_result *result =
      run(state, "  { id = 'SR-1', text = 't', formula = 'always (form_check.alert == none)' },\n",
          "covers = { 'SR-1' },", "s:wait '5 ms'");
  if (result->verdict == TAUT_ERROR) fail_msg("%s", result->reason);
  assert_int_equal(result->verdict, TAUT_INCONCLUSIVE);
  assert_string_equal(result->reason, "SR-1 t: this rig has no signal 'form_check.alert'");
  result = run(state,
               "  { id = 'SR-1', text = 't', everywhere = true,\n"
               "    formula = 'always (spotter.load_scale <= 1 and form_check.alert == none)' },\n",
               "", "s:expect('user.rep == 0')");
  assert_int_equal(result->verdict, TAUT_PASS);
  assert_null(fake_judged(result, "SR-1"));
}

static void a_formula_that_does_not_compile_is_an_error_of_the_register(void **state) {
  fake_suite *f = *state;
  const taut_case_result *result =
      run(state,
          "  { id = 'SR-1', text = 't', everywhere = true, formula = [[\n"
          "    always (user.rep >= 0\n"
          "      and load.comand_n <= 10 N)]] },\n",
          "", "s:expect('user.rep == 0')");
  char expected[256];
  snprintf(expected, sizeof expected,
           "%s/requirements.lua:8: SR-1: no signal 'load.comand_n'; did you mean "
           "'load.command_n'?",
           f->folder.path);
  assert_int_equal(result->verdict, TAUT_ERROR);
  assert_string_equal(result->reason, expected);
  assert_true(result->n_logs >= 3);
  assert_string_equal(result->logs[1], "        and load.comand_n <= 10 N)");
  assert_string_equal(result->logs[2], "            ^~~~~~~~~~~~~");
  // A number without its unit, and a word of the rest of the language.
  result = run(state, "  { id = 'SR-1', text = 't', formula = 'always (load.command_n <= 10)' },\n",
               "covers = { 'SR-1' },", "s:wait '5 ms'");
  assert_int_equal(result->verdict, TAUT_ERROR);
  if (!strstr(result->reason, "requirements.lua:6: SR-1: 10 has no unit"))
    fail_msg("%s", result->reason);
}

/// The fake rig made fast: rows of 10 ms.
static void windows_finer_than_fast_rows_are_listed_and_not_judged(void **state) {
  static const char FAST[] =
      "rig = taut.rig { name = 'fast', machine = 'tiny', roles = { motor = 'fake_motor',\n"
      "  cable = 'fake_cable', user = 'fake_user', controller = 'fake_controller',\n"
      "  session = 'fake_session' }, fast = { row_period = '10 ms',\n"
      "  roles = {} } }, covers = { 'SR-1', 'SR-2' },";
  static const char FINE[] =
      "  { id = 'SR-1', text = 'quick', formula = 'always (max(load.command_n, %d ms) <= 50 N)' "
      "},\n"
      "  { id = 'SR-2', text = 'light', formula = 'always (load.command_n <= 50 N)' },\n";
  static const char SCRIPT[] = "s:wait '100 ms' s:expect('user.rep == 0')";
  fake_suite *f = *state;
  char entries[512];
  for (int i = 0; i < 3; i++) {
    const int window_ms = (const int[]){5, 10, 20}[i];
    snprintf(entries, sizeof entries, FINE, window_ms);
    f->options.fidelity = TAUT_FIDELITY_FAST;
    const taut_case_result *result = run(state, entries, FAST, SCRIPT);
    if (result->verdict != TAUT_PASS) fail_msg("%d ms: %s", window_ms, result->reason);
    const taut_check_result *check = fake_judged(result, "SR-1");
    assert_int_equal(check->verdict, window_ms < 20 ? TAUT_INCONCLUSIVE : TAUT_PASS);
    assert_true(check->is_everywhere == (window_ms < 20));  // the case is none the worse
    if (window_ms < 20)
      assert_string_equal(check->got, "needs full fidelity: a window below two rows of 10 ms");
    assert_int_equal(fake_judged(result, "SR-2")->verdict, TAUT_PASS);
    f->options.fidelity = TAUT_FIDELITY_FULL;
    result = run(state, entries, FAST, SCRIPT);
    assert_int_equal(fake_judged(result, "SR-1")->verdict, TAUT_PASS);
  }
}

static void nan_in_a_requirement_is_an_error(void **state) {
  const taut_case_result *result =
      run(state, "  { id = 'SR-1', text = 't', formula = 'always (user.rep / user.rep <= 2)' },\n",
          "covers = { 'SR-1' },", "s:wait '5 ms'");
  assert_int_equal(result->verdict, TAUT_ERROR);
  assert_string_equal(result->reason, "SR-1 t: NaN in a signal that is used at 0.000 s");
  // Also where it only watches.
  result = run(state, EVERYWHERE("SR-1", "always (user.rep / user.rep <= 2)"), "",
               "s:expect('user.rep == 0')");
  assert_int_equal(result->verdict, TAUT_ERROR);
}

static void what_was_not_exercised_does_not_hide_the_reason(void **state) {
  const taut_case_result *result =
      run(state, HALVED, "covers = { 'SR-1' },",
          "s:wait '10 ms' s:expect('load.command_n <= 1 N', { stop = true, text = 'light' })\n"
          "s:event('controller.report', 'leak') s:wait '50 ms'");
  assert_int_equal(result->verdict, TAUT_FAIL);
  assert_non_null(strstr(result->reason, "light: expected load.command_n <= 1 N"));
  result = run(state, HALVED, "covers = { 'SR-1' },", "s:wait '10 ms' error 'broken'");
  assert_int_equal(result->verdict, TAUT_ERROR);
  assert_non_null(strstr(result->reason, "broken"));
  assert_int_equal(fake_judged(result, "SR-1")->verdict, TAUT_INCONCLUSIVE);
}

static void a_check_with_the_id_stays_a_check(void **state) {
  const taut_case_result *result =
      run(state, BELOW_40, "",
          "s:expect('load.command_n <= 50 N and peak(motor.bus_v) <= 60 V', { id = 'SR-2' })");
  assert_int_equal(result->verdict, TAUT_PASS);
  assert_int_equal(result->n_checks, 1);
  const taut_check_result *check = &result->checks[0];
  assert_false(check->is_requirement || check->is_everywhere || check->has_trigger);
  assert_int_equal(check->n_signals, 4);
  assert_string_equal(check->signals[0], "controller.left_load_command_n");
  assert_string_equal(check->signals[2], "left.motor.bus_v");  // behind: the peaks' own slots
}

static void ports_of_roles_are_known_by_every_name(void **state) {
  (void)state;
  static const char *const KNOWN[] = {"motor.iq_a",
                                      "left.motor.iq_a",
                                      "right.cable.tension_n",
                                      "load.command_n",
                                      "user.rep",
                                      "load.right_command_n",
                                      "controller.left_load_command_n",
                                      "session.load_n",
                                      "spotter.load_scale"};
  static const char *const UNKNOWN[] = {"motor.iq",  "left.user.rep", "load.comand_n", "rep",
                                        "motr.iq_a", "left.motor",    "load.",         ""};
  for (size_t i = 0; i < sizeof KNOWN / sizeof KNOWN[0]; i++)
    if (!taut_is_role_port(KNOWN[i])) fail_msg("'%s' is a port of a role", KNOWN[i]);
  for (size_t i = 0; i < sizeof UNKNOWN / sizeof UNKNOWN[0]; i++)
    if (taut_is_role_port(UNKNOWN[i])) fail_msg("'%s' is no port of a role", UNKNOWN[i]);
}

// --------------------------------------------------------------------------------------- snapshots

static taut_status feed_row(void *user, const taut_row *row) {
  return taut_monitors_feed(user, row->values);
}

/// Reports a leak when asked to, goes on to 100 ms and judges.
static taut_check_result end_of(taut_run *run, taut_monitors *monitors, taut_journal *journal,
                                bool has_leak) {
  taut_port port;
  assert_int_equal(taut_plan_find(monitors->plan, "controller.report", &port), TAUT_OK);
  if (has_leak)
    assert_int_equal(taut_run_apply(run, TAUT_EFFECT_EVENT, port.slot, TAUT_REPORT_LEAK), TAUT_OK);
  assert_int_equal(taut_run_advance(run, 100 * TAUT_SECOND / 1000), TAUT_OK);
  assert_true(taut_monitors_finish(monitors, journal, 1));
  const taut_check_result *checks = journal->checks.items;
  return checks[journal->checks.n - 1];
}

static void a_run_branches_with_its_judgement(void **state) {
  (void)state;
  const char *const hazards[] = {"H1", NULL}, *const covers[] = {"SR-1", NULL};
  const taut_requirement requirement = {
      .id = "SR-1",
      .text = "t",
      .hazards = hazards,
      .file = "requirements.lua",
      .formula =
          "whenever rise(controller.safety_state == latched) then for 20 ms "
          "(load.command_n <= 10 N and once[0 s, 60 ms] (load.command_n > 10 N))"};
  taut_pool pool;
  taut_pool_init(&pool, taut_allocator_default());
  taut_journal journal = {.pool = &pool};
  taut_register reg = {.is_present = true};
  taut_requirement *place = taut_list_add(&pool, &reg.requirements, sizeof *place);
  *place = requirement;
  taut_registry *registry;
  const taut_setup setup = {.plan = fake_plan(&registry, 2),
                            .pool = &pool,
                            .journal = &journal,
                            .timeout_ns = TAUT_SECOND};
  taut_monitors monitors;
  assert_int_equal(taut_monitors_attach(&monitors, &setup, &reg, covers, taut_allocator_default()),
                   TAUT_OK);
  taut_run *run;
  assert_int_equal(taut_run_create(setup.plan, NULL, NULL, NULL, &run), TAUT_OK);
  taut_run_on_row(run, feed_row, &monitors);
  assert_int_equal(taut_run_advance(run, 40 * TAUT_SECOND / 1000), TAUT_OK);
  size_t size = (taut_run_snapshot_size(run) + 63) / 64 * 64;
  void *block = aligned_alloc(64, size), *states = malloc(monitors.states_size);
  assert_true(block && states);
  taut_run_snapshot(run, block);
  memcpy(states, monitors.states, monitors.states_size);
  taut_check_result first = end_of(run, &monitors, &journal, true);
  assert_int_equal(first.verdict, TAUT_PASS);
  assert_int_equal(first.n_triggers, 2);
  // The other branch: nobody reports anything.
  assert_int_equal(taut_run_restore(run, block), TAUT_OK);
  memcpy(monitors.states, states, monitors.states_size);
  assert_int_equal(end_of(run, &monitors, &journal, false).verdict, TAUT_INCONCLUSIVE);
  // And the first again.
  assert_int_equal(taut_run_restore(run, block), TAUT_OK);
  memcpy(monitors.states, states, monitors.states_size);
  taut_check_result again = end_of(run, &monitors, &journal, true);
  assert_int_equal(again.verdict, first.verdict);
  assert_int_equal(again.n_triggers, first.n_triggers);
  assert_memory_equal(&again.margin, &first.margin, sizeof first.margin);
  assert_string_equal(again.got, first.got);
  // Without their states the monitors have not seen what was before the branch.
  assert_int_equal(taut_run_restore(run, block), TAUT_OK);
  const taut_joint *joint = &monitors.joints[TAUT_END_STRICT];
  taut_monitor_start(joint->monitor, monitors.states + joint->offset);
  assert_memory_not_equal(monitors.states, states, monitors.states_size);
  free(states);
  free(block);
  taut_run_destroy(run);
  taut_monitors_fini(&monitors);
  taut_plan_destroy((taut_plan *)(uintptr_t)setup.plan);
  taut_registry_destroy(registry);
  taut_pool_clear(&pool);
}

#define TEST(function) \
  cmocka_unit_test_setup_teardown(function, fake_suite_set_up, fake_register_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_covered_requirement_is_judged_over_the_whole_run),
      TEST(a_violation_has_side_margin_and_time),
      TEST(a_covered_requirement_that_never_applied_is_inconclusive),
      TEST(a_window_that_the_run_does_not_cover_is_inconclusive),
      TEST(each_requirement_of_a_case_has_its_own_end),
      TEST(everywhere_watches_runs_that_do_not_name_it),
      TEST(everywhere_without_a_decision_leaves_the_case_alone),
      TEST(a_signal_that_the_rig_lacks_is_named),
      TEST(a_formula_that_does_not_compile_is_an_error_of_the_register),
      TEST(windows_finer_than_fast_rows_are_listed_and_not_judged),
      TEST(nan_in_a_requirement_is_an_error),
      TEST(what_was_not_exercised_does_not_hide_the_reason),
      TEST(a_check_with_the_id_stays_a_check),
      cmocka_unit_test(a_run_branches_with_its_judgement),
      cmocka_unit_test(ports_of_roles_are_known_by_every_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// Motor and cable move together between the ticks that others look at (taut_coupling of
// taut/plugin.h). Tick by tick, with moved memory and shuffled updates, comes the same.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/run.h"
#include "scenario/scenario.h"

static const char *const plugin_dirs[] = {TAUT_BUILD_DIR "/plugins", NULL};

static taut_case_result run_case(taut_suite *suite, size_t i, bool is_stress, uint64_t seed) {
  const taut_case_result *result = NULL;
  const taut_case_options options = {.seed = seed, .is_stress = is_stress};
  assert_int_equal(taut_suite_run(suite, i, &options, NULL, &result), TAUT_OK);
  assert_int_not_equal(result->verdict, TAUT_ERROR);
  return *result;
}

static void shipped_scenarios_have_the_same_hashes_tick_by_tick(void **state) {
  (void)state;
  static const char *const with[] = {NULL};
  static const char *const files[] = {"release",   "cable_snap",       "encoder_slip",
                                      "brown_out", "bus_over_voltage", "estop"};
  const taut_scenario_options options = {
      .data_dir = TAUT_SOURCE_DIR, .plugin_dirs = plugin_dirs, .with = with};
  for (size_t f = 0; f < sizeof files / sizeof files[0]; f++) {
    char file[512];
    snprintf(file, sizeof file, "%s/scenarios/safety/%s.lua", TAUT_SOURCE_DIR, files[f]);
    taut_suite *suite = NULL;
    assert_int_equal(taut_suite_open(file, &options, &suite), TAUT_OK);
    size_t last = taut_suite_n_cases(suite) - 1;
    taut_case_result plain = run_case(suite, last, false, 1);
    taut_case_result stress = run_case(suite, last, true, 1);
    taut_case_result other = run_case(suite, last, false, 2);
    assert_memory_equal(plain.trace_hash, stress.trace_hash, 16);
    assert_memory_equal(plain.state_hash, stress.state_hash, 16);
    assert_memory_not_equal(plain.trace_hash, other.trace_hash, 16);
    taut_suite_close(suite);
  }
}

// ----------------------------------------------------------------------------------- who is
// coupled

typedef struct rig {
  taut_registry *registry;
  taut_plan *plan;
  taut_run *run;
} rig;

static void tell(void *user, int64_t tick_ns, taut_log_level level, const char *path,
                 const char *text) {
  (void)user;
  if (level >= TAUT_LOG_WARN) print_message("%lld ns %s: %s\n", (long long)tick_ns, path, text);
}

static void rig_make(rig *r, const char *motor, bool is_strange) {
  static const char *const names[] = {"cable_spool", "cable_averaged", "user",         "resistance",
                                      "spotter",     "form_check",     "session_basic"};
  static const char *const paths[][2] = {
      {"left.cable", "cable_spool"}, {"right.cable", "cable_spool"}, {"user", "user"},
      {"controller", "resistance"},  {"spotter", "spotter"},         {"form_check", "form_check"},
      {"session", "session_basic"},
  };
  static const taut_log_sink log = {tell, NULL};
  char file[512];
  taut_builder *builder = NULL;
  assert_int_equal(taut_registry_create(NULL, NULL, &r->registry), TAUT_OK);
  snprintf(file, sizeof file, "%s/%s.so", plugin_dirs[0], motor);
  assert_int_equal(taut_registry_load(r->registry, file), TAUT_OK);
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    snprintf(file, sizeof file, "%s/%s.so", plugin_dirs[0], names[i]);
    assert_int_equal(taut_registry_load(r->registry, file), TAUT_OK);
  }
  assert_int_equal(taut_builder_create(r->registry, NULL, NULL, &builder), TAUT_OK);
  int64_t period_ns = is_strange ? 100000 : 0;
  assert_int_equal(taut_builder_add(builder, "left.motor", motor, period_ns, 0), TAUT_OK);
  assert_int_equal(taut_builder_add(builder, "right.motor", motor, 0, 0), TAUT_OK);
  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
    assert_int_equal(taut_builder_add(builder, paths[i][0], paths[i][1], 0, 0), TAUT_OK);
  assert_int_equal(taut_builder_wire_roles(builder), TAUT_OK);
  const taut_fault faults[] = {
      {.name = "wire", .target = "left.cable.tension_n", .kind = TAUT_FAULT_BIAS, .magnitude = 5},
      {.name = "part", .target = "right.motor", .kind = TAUT_FAULT_FREEZE},
      {.name = "late",
       .target = "user.right_hand_force_n",
       .kind = TAUT_FAULT_DELAY,
       .delay_ns = 1000000},
      {.name = "far", .target = "user.left_hand_force_n", .kind = TAUT_FAULT_BIAS, .magnitude = 5},
  };
  for (size_t i = 0; i < 4; i++) assert_int_equal(taut_builder_fault(builder, &faults[i]), TAUT_OK);
  assert_int_equal(taut_builder_plan(builder, &r->plan), TAUT_OK);
  taut_builder_destroy(builder);
  const taut_run_options options = {.seed = 1};
  assert_int_equal(taut_run_create(r->plan, &options, NULL, &log, &r->run), TAUT_OK);
}

static void rig_free(rig *r) {
  taut_run_destroy(r->run);
  taut_plan_destroy(r->plan);
  taut_registry_destroy(r->registry);
}

static void switch_fault(rig *r, uint32_t i, double value) {
  assert_int_equal(taut_run_apply(r->run, TAUT_EFFECT_FAULT, i, value), TAUT_OK);
}

static void a_fault_that_could_show_parts_them_while_it_is_on(void **state) {
  (void)state;
  rig r;
  rig_make(&r, "motor_pmsm", false);
  assert_int_equal(taut_run_advance(r.run, 10000000), TAUT_OK);
  for (uint32_t i = 0; i < 4; i++) {
    assert_int_equal(r.run->n_members, 2);
    switch_fault(&r, i, 1);
    // The last one is on a wire that moves only where something looks.
    assert_int_equal(r.run->n_members, i == 3 ? 2 : 0);
    assert_int_equal(taut_run_advance(r.run, taut_run_now(r.run) + 3000000), TAUT_OK);
    switch_fault(&r, i, 0);
  }
  assert_int_equal(r.run->n_members, 2);
  rig_free(&r);
}

static void other_periods_and_other_models_are_not_coupled(void **state) {
  (void)state;
  rig r;
  rig_make(&r, "motor_pmsm", true);
  assert_int_equal(r.run->n_members, 0);
  assert_int_equal(taut_run_advance(r.run, 10000000), TAUT_OK);
  rig_free(&r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(shipped_scenarios_have_the_same_hashes_tick_by_tick),
      cmocka_unit_test(a_fault_that_could_show_parts_them_while_it_is_on),
      cmocka_unit_test(other_periods_and_other_models_are_not_coupled),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// The rigs that ship, and the annotations that document the API for editors.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenario/quantity.h"
#include "scenario/scenario.h"
#include "support/host_rig.h"

static char last_log[1024];

static void keep_log(void *user, int64_t tick_ns, taut_log_level level, const char *path,
                     const char *text) {
  (void)user;
  (void)tick_ns;
  if (level == TAUT_LOG_ERROR) snprintf(last_log, sizeof last_log, "%s: %s", path, text);
}

static taut_status plan_of(const char *rig, const char *with, taut_registry **registry,
                           taut_plan **plan) {
  static const char *const DIRS[] = {TAUT_BUILD_DIR "/plugins", NULL};
  const taut_log_sink log = {keep_log, NULL};
  const char *const targets[] = {with, NULL};
  const taut_scenario_options options = {
      .data_dir = TAUT_SOURCE_DIR, .plugin_dirs = DIRS, .with = targets, .log = &log};
  assert_int_equal(taut_registry_create(NULL, &log, registry), TAUT_OK);
  return taut_rig_plan(rig, &options, *registry, plan);
}

static void expect_instances(const char *rig, const char *const *paths) {
  taut_registry *registry = NULL;
  taut_plan *plan = NULL;
  if (plan_of(rig, NULL, &registry, &plan) != TAUT_OK) fail_msg("%s", last_log);
  size_t n = 0;
  for (; paths[n]; n++) assert_string_equal(taut_plan_instance(plan, n).path, paths[n]);
  assert_int_equal(taut_plan_n_instances(plan), n);
  taut_plan_destroy(plan);
  taut_registry_destroy(registry);
}

static void the_shipped_rigs_have_their_instances_in_order(void **state) {
  (void)state;
  expect_instances(
      "two_cable_trainer",
      (const char *const[]){"left.motor", "right.motor", "left.cable", "right.cable", "user",
                            "controller", "spotter", "form_check", "session", NULL});
  expect_instances("one_cable_trainer",
                   (const char *const[]){"left.motor", "left.cable", "user", "controller",
                                         "spotter", "form_check", "session", NULL});
}

static void the_machine_sets_the_parameters(void **state) {
  (void)state;
  taut_registry *registry = NULL;
  taut_plan *plan = NULL;
  taut_port port;
  assert_int_equal(plan_of("two_cable_trainer", NULL, &registry, &plan), TAUT_OK);
  assert_int_equal(taut_plan_find(plan, "right.motor.spool_radius_m", &port), TAUT_OK);
  assert_int_equal(port.kind, TAUT_PORT_PARAM);
  double radius_m = taut_plan_params(
      plan, port.instance)[port.slot - taut_plan_instance(plan, port.instance).first_param];
  assert_true(radius_m > 0.03 && radius_m < 0.04);
  taut_plan_destroy(plan);
  taut_registry_destroy(registry);
}

static void a_wrong_rig_is_a_logged_error(void **state) {
  (void)state;
  static const char *const CASES[][3] = {
      {"two_cable_trainr", NULL, "did you mean 'two_cable_trainer'?"},
      {"two_cable_trainer", "controller=x.lua", "a role written in Lua cannot be described"},
      {"two_cable_trainer", "controler=x", "did you mean 'controller'?"}};
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    taut_registry *registry = NULL;
    taut_plan *plan = NULL;
    last_log[0] = 0;
    assert_int_not_equal(plan_of(CASES[i][0], CASES[i][1], &registry, &plan), TAUT_OK);
    assert_null(plan);
    if (!strstr(last_log, CASES[i][2])) fail_msg("got '%s'", last_log);
    taut_registry_destroy(registry);
  }
}

static void the_editor_file_names_every_unit_and_method(void **state) {
  (void)state;
  static char text[65536];
  FILE *file = fopen(TAUT_SOURCE_DIR "/scenarios/lib/taut.d.lua", "rb");
  assert_non_null(file);
  size_t n = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[n] = 0;
  assert_true(n < sizeof text - 1);
  char word[64], name[32];
  for (size_t i = 0; taut_unit_at(i); i++) {
    if (!taut_unit_function(taut_unit_at(i), name)) continue;
    snprintf(word, sizeof word, "\nfunction %s(value) end", name);
    if (!strstr(text, word)) fail_msg("unit %s is missing", name);
  }
  static const char *const METHODS[] = {"always",    "check", "clear", "event",      "expect",
                                        "fail",      "fault", "log",   "now",        "set",
                                        "start_set", "value", "wait",  "wait_until", NULL};
  for (size_t i = 0; METHODS[i]; i++) {
    snprintf(word, sizeof word, "function script:%s(", METHODS[i]);
    if (!strstr(text, word)) fail_msg("s:%s is missing", METHODS[i]);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_shipped_rigs_have_their_instances_in_order),
      cmocka_unit_test(the_machine_sets_the_parameters),
      cmocka_unit_test(a_wrong_rig_is_a_logged_error),
      cmocka_unit_test(the_editor_file_names_every_unit_and_method),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// Broken twins of scenarios: models and parameters in place of the rig's, put over what the
// scenario says itself.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/host_suite.h"

#define LOAD "s:expect('near(controller.left_load_command_n, 33 N, 0.1 N)')"
// Two twins: parameters of a model, which any scenario can be run with, and a script of its own.
#define TWINS                                                                        \
  "params = { controller = { left_n = 20, right_n = 7 } }, rows = { 'D-002-30' },\n" \
  "twin = { { name = 'heavy', with = { controller = 'fake_controller' },\n"          \
  "           params = { controller = { left_n = 33 } } },\n"                        \
  "         { name = 'lost', script = function(s) s:fail 'nothing came' end } },\n"

static const taut_case_result *run_as(void **state, const char *twin, const char *fields,
                                      const char *script) {
  fake_suite *f = *state;
  f->options.twin = twin;
  const taut_case_result *result = fake_suite_run(f, fields, script);
  if (!result) fail_msg("'%s': %s", twin ? twin : "", f->log);
  return result;
}

static void twins_are_listed_with_what_they_put_where(void **state) {
  fake_suite *f = *state;
  run_as(state, NULL, TWINS, LOAD);
  const taut_case *view = taut_suite_case(f->suite, 0);
  assert_int_equal(view->n_twins, 2);
  assert_string_equal(view->twins[0].name, "heavy");
  assert_string_equal(view->twins[0].overlay, "controller=fake_controller controller.left_n=33");
  assert_string_equal(view->twins[1].name, "lost");
  assert_string_equal(view->twins[1].overlay, "");
  assert_non_null(strstr(view->roles, "controller=fake_controller"));
  assert_non_null(strstr(view->roles, "motor=fake_motor"));
}

static void a_twin_is_its_scenario_but_for_what_it_says(void **state) {
  const char *both = LOAD " s:expect('near(controller.right_load_command_n, 7 N, 0.1 N)')";
  assert_int_equal(run_as(state, NULL, TWINS, both)->verdict, TAUT_FAIL);
  assert_int_equal(run_as(state, "#1", TWINS, both)->verdict, TAUT_PASS);
  const taut_case_result *lost = run_as(state, "#2", TWINS, LOAD);
  assert_int_equal(lost->verdict, TAUT_FAIL);
  assert_non_null(strstr(lost->reason, "nothing came"));
  // One that it has not leaves it as it is.
  assert_int_equal(run_as(state, "#3", TWINS, LOAD)->verdict, TAUT_FAIL);
}

static void models_and_parameters_can_be_put_into_any_scenario(void **state) {
  const char *twin = "controller=fake_controller controller.left_n=33";
  assert_int_equal(run_as(state, twin, "", LOAD)->verdict, TAUT_PASS);
  assert_int_equal(run_as(state, NULL, "", LOAD)->verdict, TAUT_FAIL);
  const taut_case_result *wrong = run_as(state, "controller=fake_motor", "", LOAD);
  assert_int_equal(wrong->verdict, TAUT_ERROR);
  assert_non_null(strstr(wrong->reason, "model 'fake_motor' is for the role 'motor'"));
  fake_suite *f = *state;
  f->options.twin = "controller";
  assert_null(fake_suite_run(f, "", LOAD));
  assert_non_null(
      strstr(f->log, "a twin is ROLE=MODEL and ROLE.PARAMETER=VALUE, got 'controller'"));
}

static void a_scenario_puts_models_in_place_of_the_rigs(void **state) {
  fake_suite *f = *state;
  assert_true(fake_write(&f->folder, "role.lua",
                         "return require('taut').role { role = 'controller', period = '1 ms',\n"
                         "  update = function() end,\n"
                         "  output = function(st, out) out.left_load_command_n = 33 end }\n"));
  char with[128];
  snprintf(with, sizeof with, "with = { controller = '%s/role.lua' },", f->folder.path);
  assert_int_equal(run_as(state, NULL, with, LOAD)->verdict, TAUT_PASS);
  assert_int_equal(run_as(state, NULL, "", LOAD)->verdict, TAUT_FAIL);
  static const char *const WRONG[][2] = {
      {"with = { controler = 'x' },", "no role 'controler'; did you mean 'controller'?"},
      {"with = { controller = 'fake_controler' },", "did you mean 'fake_controller'?"},
      {"with = { controller = 7 },", "must be the name of a model"}};
  for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
    const taut_case_result *result = run_as(state, NULL, WRONG[i][0], LOAD);
    assert_int_equal(result->verdict, TAUT_ERROR);
    if (!strstr(result->reason, WRONG[i][1])) fail_msg("'%s': %s", WRONG[i][0], result->reason);
  }
}

static void a_misspelt_twin_is_told_where_it_is(void **state) {
  fake_suite *f = *state;
  assert_null(fake_suite_run(f, "twin = { { name = 'a', wiht = { } } },", LOAD));
  assert_non_null(strstr(f->log, "twin has no field 'wiht'; did you mean 'with'?"));
  assert_null(fake_suite_run(f, "twin = { with = { } },", LOAD));
  assert_non_null(strstr(f->log, "'name'"));
}

#define TWIN_TEST(name) \
  cmocka_unit_test_setup_teardown(name, fake_suite_set_up, fake_suite_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TWIN_TEST(twins_are_listed_with_what_they_put_where),
      TWIN_TEST(a_twin_is_its_scenario_but_for_what_it_says),
      TWIN_TEST(models_and_parameters_can_be_put_into_any_scenario),
      TWIN_TEST(a_scenario_puts_models_in_place_of_the_rigs),
      TWIN_TEST(a_misspelt_twin_is_told_where_it_is),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

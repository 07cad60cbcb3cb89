// Reading scenario files: cases, sweeps, strict tables, parameters, rigs, replaced models.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/host_suite.h"

#define HEAD "local taut = require 'taut'\n"
#define PASSES "s:check(true, { text = 'ran' })"

static void expect_refused(void **state, const char *text, const char *message) {
  fake_suite *f = *state;
  taut_status got = fake_suite_open(f, text);
  if (got != TAUT_EINVAL) fail_msg("'%s' gave %s: %s", text, taut_status_text(got), f->log);
  if (!strstr(f->log, message)) fail_msg("'%s' gave '%s', expected '%s'", text, f->log, message);
}

/// A scenario with these fields ends as an error whose reason contains `message`.
static void expect_error(void **state, const char *fields, const char *message) {
  fake_suite *f = *state;
  const taut_case_result *result = fake_suite_run(f, fields, PASSES);
  if (!result) fail_msg("'%s' gave %s", fields, f->log);
  assert_int_equal(result->verdict, TAUT_ERROR);
  if (!strstr(result->reason, message))
    fail_msg("'%s' gave '%s', expected '%s'", fields, result->reason, message);
}

static void expect_pass(void **state, const char *fields, const char *script) {
  fake_suite *f = *state;
  const taut_case_result *result = fake_suite_run(f, fields, script);
  if (!result) fail_msg("'%s' gave %s", fields, f->log);
  if (result->verdict != TAUT_PASS) fail_msg("'%s' '%s': %s", fields, script, result->reason);
}

static void a_list_of_scenarios_has_its_cases_in_order(void **state) {
  fake_suite *f = *state;
  assert_int_equal(
      fake_suite_open(f, HEAD "local function go(s) end\n"
                              "return {\n"
                              "  taut.scenario { name = 'one', rig = 'tiny', script = go,\n"
                              "    tags = { 'a', 'b' }, covers = { 'SR-1' } },\n"
                              "  taut.scenario { name = 'two', rig = 'tiny', script = go },\n"
                              "}"),
      TAUT_OK);
  assert_int_equal(taut_suite_n_cases(f->suite), 2);
  const taut_case *one = taut_suite_case(f->suite, 0), *two = taut_suite_case(f->suite, 1);
  assert_string_equal(one->name, "one");
  assert_int_equal(one->line, 4);
  assert_string_equal(one->tags[1], "b");
  assert_null(one->tags[2]);
  assert_string_equal(one->covers[0], "SR-1");
  assert_string_equal(one->rig, "tiny");
  assert_string_equal(two->name, "two");
  assert_int_equal(two->line, 6);
  assert_null(two->tags[0]);
  assert_null(taut_suite_case(f->suite, 2));
}

static void what_a_campaign_leaves_out_has_a_reason(void **state) {
  fake_suite *f = *state;
  assert_non_null(fake_suite_run(f, "not_applicable = { 'phase=top: it is still' },", PASSES));
  const taut_case *one = taut_suite_case(f->suite, 0);
  assert_string_equal(one->not_applicable[0], "phase=top: it is still");
  assert_null(one->not_applicable[1]);
  static const char *const BARE[] = {"phase=top", "phase=top: ", ": it is still"};
  for (size_t i = 0; i < 3; i++) {
    char text[200];
    snprintf(text, sizeof text,
             HEAD
             "return taut.scenario { name = 'x', rig = 'tiny', script = print,\n"
             "  not_applicable = { '%s' } }",
             BARE[i]);
    expect_refused(state, text,
                   "gives no reason; write \"phase=top: why it makes no sense there\"");
  }
}

static void a_sweep_gives_readable_names_in_key_order(void **state) {
  fake_suite *f = *state;
  assert_non_null(fake_suite_run(
      f, "sweep = { report = { 'voice', 'button' }, load = { lb(10), lb(20) }, x = { 0.5 } },",
      PASSES));
  static const char *const NAMES[] = {
      "x [load=10 lb,report=voice,x=0.5]", "x [load=10 lb,report=button,x=0.5]",
      "x [load=20 lb,report=voice,x=0.5]", "x [load=20 lb,report=button,x=0.5]"};
  assert_int_equal(taut_suite_n_cases(f->suite), 4);
  for (size_t i = 0; i < 4; i++) assert_string_equal(taut_suite_case(f->suite, i)->name, NAMES[i]);
}

static void sweep_values_reach_set_user_and_script(void **state) {
  fake_suite *f = *state;
  assert_non_null(fake_suite_run(
      f,
      "set = { load = lb(1), reps = 3 }, user = { 'someone', leak_point = cmH2O(1) },\n"
      "sweep = { load = { lb(10), lb(20) }, reps = { 4, 5 }, leak_point = { cmH2O(61) },\n"
      "  report = { 'leak' }, mode = { 'chain' } },",
      "s:wait '50 ms'\n"
      "s:check(s:value('session.left_load_n', 'lb') == s.sweep.load:to 'lb', { text = 'load' })\n"
      "s:check(s:value 'session.sets_done' == s.sweep.reps, { text = 'reps' })\n"
      "s:check(s:value 'session.mode' == 'chain', { text = 'mode' })\n"
      "s:check(s.sweep.report == 'leak', { text = 'own' })\n"
      "s:expect('near(user.leak_point_pa, 61 cmH2O, 0.1 cmH2O)')"));
  for (size_t i = 0; i < 4; i++) {
    assert_int_equal(taut_suite_run(f->suite, i, &f->case_options, NULL, &f->result), TAUT_OK);
    if (f->result->verdict != TAUT_PASS) fail_msg("case %zu: %s", i, f->result->reason);
  }
}

static void misspelt_fields_name_line_and_neighbour(void **state) {
  expect_refused(state,
                 HEAD
                 "return taut.scenario {\n  name = 'x',\n  rig = 'tiny',\n"
                 "  scritp = function(s) end,\n}",
                 "s.lua:5: a scenario has no field 'scritp'; did you mean 'script'?");
  expect_refused(state, HEAD "return taut.scenario { name = 'x', rig = 'tiny' }",
                 "s.lua:2: a scenario needs a field 'script' (function)");
  expect_refused(state,
                 HEAD "return taut.scenario { name = 3, rig = 'tiny', script = function() end }",
                 "field 'name' of a scenario must be a string, got a number");
  expect_refused(state,
                 HEAD
                 "return taut.scenario { name = 'x', rig = 'tiny', script = print,\n"
                 "  tags = { 'a', 3 } }",
                 "s.lua:3: 'tags' is a list of texts, but element 2 is a number");
  expect_refused(state, HEAD "return taut.fault { on = 'a.b', kind = 'bias', magnitud = 3 }",
                 "a fault has no field 'magnitud'; did you mean 'magnitude'?");
  expect_refused(state, "return 3", "must return a taut.scenario");
  expect_refused(state, HEAD "return { {} }", "element 1 is not a taut.scenario");
  expect_refused(state, "return }", "s.lua:1: unexpected symbol near '}'");
  expect_refused(state,
                 HEAD
                 "local a = { name = 'x', rig = 'tiny', script = print }\n"
                 "return { taut.scenario(a), taut.scenario(a) }",
                 "two cases are called 'x'");
  expect_refused(state,
                 HEAD
                 "return taut.scenario { name = 'x', rig = 'tiny', script = print,\n"
                 "  sweep = { load = {} } }",
                 "sweep 'load' has no values");
}

static void files_that_are_missing_name_the_nearest(void **state) {
  fake_suite *f = *state;
  expect_error(state, "user = 'someon',", "there is no 'someon'");
  expect_error(state, "user = 'someon',", "did you mean 'someone'?");
  expect_error(state, "set = { exercise = 'pres' },", "did you mean 'press'?");
  expect_error(state, "set = { exercise = 'quite different' },", "is not a name");
  expect_error(state, "set = { exercise = 'entirely' },", "; there are press");
  expect_error(state, "user = '../machines/tiny',", "is not a name");
  taut_suite *none = NULL;
  assert_int_equal(taut_suite_open("/nonexistent.lua", &f->options, &none), TAUT_ENOTFOUND);
}

static void parameters_are_merged_in_order(void **state) {
  // model default 9000 Pa < exercise 60 < persona 50 < scenario.
  expect_pass(state, "", "s:expect('near(user.leak_point_pa, 9 kPa, 1 Pa)')");
  expect_pass(state, "set = { exercise = 'press' },",
              "s:expect('near(user.leak_point_pa, 60 cmH2O, 1 Pa)')");
  expect_pass(state, "set = { exercise = 'press' }, user = 'someone',",
              "s:expect('near(user.leak_point_pa, 50 cmH2O, 1 Pa)')");
  expect_pass(state, "set = { exercise = 'press' }, user = { 'someone', leak_point = cmH2O(40) },",
              "s:expect('near(user.leak_point_pa, 40 cmH2O, 1 Pa)')");
  expect_pass(state, "params = { controller = { left_n = 7, right = N(8) } },",
              "s:expect('near(load.left_command_n, 7 N, 0 N)')\n"
              "s:expect('near(load.right_command_n, 8 N, 0 N)')");
}

static void quantities_are_checked_against_the_parameter(void **state) {
  expect_error(state, "user = { 'someone', leak_point = lb(25) },",
               "s.lua:2: leak_point_pa is in cmH2O, got 25 lb");
  expect_error(state, "user = { 'someone', leak_point = 70 },",
               "s.lua:2: leak_point = 70 has no unit; did you mean cmH2O(70)?");
  expect_error(state, "user = { 'someone', leak_point = cmH2O(9000) },",
               "leak_point_pa of user must be 0 cmH2O to 509.858 cmH2O, got 9000 cmH2O");
  expect_error(state, "user = { 'someone', leek_point = cmH2O(9) },",
               "s.lua:2: user (fake_user) has no parameter 'leek_point'; did you mean "
               "'leak_point_pa'?");
  expect_error(state, "set = { load = 25 },",
               "load = 25 has no unit; did you mean lb(25) or N(25)?");
  expect_error(state, "set = { load = cmH2O(25) },", "the load must be a force such as lb(25)");
  expect_error(state, "set = { mode = 'chian' },",
               "mode has no label 'chian'; did you mean 'chain'?");
  expect_error(state, "set = { tempo = 3 },", "has no parameter 'tempo'");
  expect_error(state, "params = { motr = { resistance = ohm(1) } },",
               "no role 'motr'; did you mean 'motor'?");
  expect_error(state, "params = { user = { shape = { 1, 0 } } },", "shape has 3 elements, got 2");
  expect_pass(state, "params = { user = { shape = { 1, 0, 0.5 } } },", PASSES);
}

static void load_goes_to_the_sides_the_exercise_uses(void **state) {
  expect_pass(state, "set = { exercise = 'press', load = lb(25) },",
              "s:wait '20 ms'\n"
              "s:expect('near(session.left_load_n, 25 lb, 0.001 lb)')\n"
              "s:expect('session.right_load_n <= 0 N')");
  expect_pass(state, "set = { load = lb(25) },",
              "s:wait '20 ms' s:expect('near(session.load_n, 25 lb, 0.001 lb)')");
}

static void rigs_are_strict(void **state) {
  fake_suite *f = *state;
  assert_true(fake_write(&f->folder, "models/rigs/tiny.lua",
                         HEAD "return taut.rig { name = 'tiny',\n"
                              "  roles = { motor = 'fake_motr' } }"));
  expect_error(state, "", "no model 'fake_motr' in the plugin folders; did you mean 'fake_motor'?");
  assert_true(fake_write(&f->folder, "models/rigs/tiny.lua",
                         HEAD "return taut.rig { name = 'tiny',\n"
                              "  roles = { moter = 'fake_motor' } }"));
  expect_error(state, "", "tiny.lua:3: no role 'moter'; did you mean 'motor'?");
  assert_true(fake_write(&f->folder, "models/rigs/tiny.lua",
                         HEAD
                         "return taut.rig { name = 'tiny', roles = { user = 'fake_motor' } }"));
  expect_error(state, "", "user: model 'fake_motor' is for the role 'motor'");
  assert_true(fake_write(&f->folder, "models/rigs/tiny.lua",
                         HEAD "return taut.rig { name = 'tiny', sides = { 'up' }, roles = {} }"));
  expect_error(state, "", "a side is \"left\" or \"right\", got \"up\"");
  assert_true(fake_write(&f->folder, "models/rigs/tiny.lua",
                         HEAD "return taut.rig { name = 'tiny',\n"
                              "  roles = { user = { model = 'fake_user', period = '1 s' } } }"));
  expect_error(state, "", "period");
}

static void targets_of_with_are_checked(void **state) {
  fake_suite *f = *state;
  const char *with[2] = {"controler=fake_controller", NULL};
  f->options.with = with;
  expect_error(state, "", "the rig has no 'controler'; did you mean 'controller'?");
  with[0] = "controller";
  expect_error(state, "", "write ROLE=TARGET");
  with[0] = "controller=fake_controler";
  expect_error(state, "", "no model 'fake_controler' in the plugin folders; did you mean");
  with[0] = "controller=plugins/none.so";
  expect_error(state, "", "there is no such file");
  with[0] = "controller=tcp://127.0.0.1:5555";
  expect_error(state, "", "no links to other processes");
  with[0] = "left.motor=fake_motor";
  expect_pass(state, "", PASSES);
  // A replaced model need not know the parameters of the data files.
  with[0] = "motor=fake_motor";
  assert_true(fake_write(&f->folder, "models/machines/tiny.lua",
                         HEAD "return taut.parameters { name = 'tiny', kind = 'machine',\n"
                              "  motor = { turns = { 3, status = 'D', source = 'test' } } }"));
  expect_pass(state, "", PASSES);
  f->options.with = NULL;
  expect_error(state, "", "tiny.lua:3: left.motor (fake_motor) has no parameter 'turns'");
}

static void parameter_files_state_their_kind_and_status(void **state) {
  fake_suite *f = *state;
  assert_true(fake_write(&f->folder, "models/machines/tiny.lua",
                         HEAD "return taut.parameters { name = 'tiny', kind = 'machin' }"));
  expect_error(state, "", "'machin' is no kind; it is machine, user or exercise");
  assert_true(
      fake_write(&f->folder, "models/machines/tiny.lua",
                 HEAD "return taut.parameters { name = 'tiny', kind = 'machine',\n"
                      "  motor = { resistance_ohm = { 0.3, status = 'X', source = 'test' } } }"));
  expect_error(state, "", "tiny.lua:3: the status of resistance_ohm must be V, C, M or D, got 'X'");
  assert_true(fake_write(&f->folder, "models/machines/tiny.lua",
                         HEAD
                         "return taut.parameters { name = 'tiny', kind = 'machine',\n"
                         "  motor = { resistance_ohm = { 0.3, state = 'D', source = 'test' } } }"));
  expect_error(state, "", "a parameter has no field 'state'; did you mean 'status'?");
}

static void quantities_calculate_with_dimensions(void **state) {
  expect_pass(
      state, "",
      "s:check(tostring(lb(25)) == '25 lb' and lb(1).si == 4.4482216152605, { text = 'a' })\n"
      "s:check(lb(10) + lb(5) == lb(15) and lb(10) > N(44), { text = 'b' })\n"
      "s:check(2 * lb(10) == lb(20) and lb(10) / lb(5) == 2, { text = 'c' })\n"
      "s:check(tostring(N(10) / ms(2000)) == '5 N/s', { text = 'd' })\n"
      "s:check(tostring(degC(20) - degC(5)) == '15 K', { text = 'e' })\n"
      "s:check(percent(50) == percent(50) and N(kgf(1)):to 'kgf' == 1, { text = 'f' })");
}

static void wrong_arithmetic_of_quantities_is_an_error(void **state) {
  static const char *const CASES[][2] = {
      {"return lb(1) + 1", "1 has no unit; did you mean lb(1) or N(1)?"},
      {"return lb(1) + kg(1)", "1 lb and 1 kg cannot be added"},
      {"return lb(1) < 2", "2 has no unit"},
      {"return lb('x')", "number expected, got string"},
      {"return lb(1):to 'kg'", "kg is not a unit of 1 lb"},
      {"return degC(20) + degC(5)", "two absolute temperatures cannot be added"},
      {"return lb(1).n", "a quantity has si, unit and to(unit), not 'n'"},
      {"return lb(0/0)", "a quantity must be finite"},
      {"return require('taut').quantity(3, 'cmH2O/z')",
       "no unit 'cmH2O/z'; did you mean 'cmH2O/s'?"}};
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
    expect_refused(state, CASES[i][0], CASES[i][1]);
}

#define SUITE_TEST(name) \
  cmocka_unit_test_setup_teardown(name, fake_suite_set_up, fake_suite_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      SUITE_TEST(a_list_of_scenarios_has_its_cases_in_order),
      SUITE_TEST(what_a_campaign_leaves_out_has_a_reason),
      SUITE_TEST(a_sweep_gives_readable_names_in_key_order),
      SUITE_TEST(sweep_values_reach_set_user_and_script),
      SUITE_TEST(misspelt_fields_name_line_and_neighbour),
      SUITE_TEST(files_that_are_missing_name_the_nearest),
      SUITE_TEST(parameters_are_merged_in_order),
      SUITE_TEST(quantities_are_checked_against_the_parameter),
      SUITE_TEST(load_goes_to_the_sides_the_exercise_uses),
      SUITE_TEST(rigs_are_strict),
      SUITE_TEST(targets_of_with_are_checked),
      SUITE_TEST(parameter_files_state_their_kind_and_status),
      SUITE_TEST(quantities_calculate_with_dimensions),
      SUITE_TEST(wrong_arithmetic_of_quantities_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

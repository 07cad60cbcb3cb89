// Roles written in Lua run in place of a plugin, with their state in the core's memory.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/host_suite.h"

static const char CONTROLLER[] =
    "local taut = require 'taut'\n"
    "return taut.role {\n"
    "  role = 'controller', period = '1 ms', state = { 'seq', 'halved', 'calls' },\n"
    "  params = { share = 0.5, full = N(80) },\n"
    "  init = function(st, par) st.calls = 0 end,\n"
    "  update = function(st, inp, tick, par)\n"
    "    st.calls = st.calls + 1\n"
    "    if inp.report_seq ~= st.seq and inp.report == 'leak' then st.halved = 1 end\n"
    "    st.seq = inp.report_seq\n"
    "  end,\n"
    "  output = function(st, out, inp, par)\n"
    "    local load = st.halved == 1 and par.share * par.full or par.full\n"
    "    out.left_load_command_n, out.right_load_command_n = load, load\n"
    "    out.armed = st.halved == 0\n"
    "    out.safety_state = st.halved == 1 and 'latched' or 'normal'\n"
    "    out.torque_seq = st.calls\n"
    "  end,\n"
    "}\n";

static const taut_case_result *run_with(void **state, const char *role, const char *fields,
                                        const char *script) {
  fake_suite *f = *state;
  static char target[256];
  static const char *with[2];
  snprintf(target, sizeof target, "controller=%s/role.lua", f->folder.path);
  with[0] = target;
  f->options.with = with;
  assert_true(fake_write(&f->folder, "role.lua", role));
  const taut_case_result *result = fake_suite_run(f, fields, script);
  if (!result) fail_msg("%s", f->log);
  return result;
}

static void a_lua_role_replaces_a_plugin(void **state) {
  const taut_case_result *result =
      run_with(state, CONTROLLER, "params = { controller = { share = 0.25 } },",
               "s:wait '10 ms'\n"
               "s:expect('near(load.command_n, 80 N, 0 N) and controller.armed')\n"
               "s:expect('controller.torque_seq == 10')\n"
               "s:event('controller.report', 'leak')\n"
               "s:wait_until('controller.safety_state == latched', { within = '3 ms' })\n"
               "s:expect('near(load.command_n, 20 N, 0 N) and not controller.armed')");
  if (result->verdict != TAUT_PASS) fail_msg("%s", result->reason);
}

static void its_state_is_hashed_and_the_same_every_time(void **state) {
  uint8_t trace[16], final[16];
  const taut_case_result *result =
      run_with(state, CONTROLLER, "", "s:wait '20 ms' s:expect('true')");
  memcpy(trace, result->trace_hash, sizeof trace);
  memcpy(final, result->state_hash, sizeof final);
  result = run_with(state, CONTROLLER, "", "s:wait '20 ms' s:expect('true')");
  assert_memory_equal(trace, result->trace_hash, sizeof trace);
  assert_memory_equal(final, result->state_hash, sizeof final);
}

static void mistakes_of_a_role_are_errors_with_its_line(void **state) {
  static const char *const CASES[][3] = {
      {"out.armd = true", "", "role.lua:4: no output 'armd'; did you mean 'armed'?"},
      {"st.x = 1", "", "no state variable 'x'"},
      {"out.safety_state = 'latchd'", "", "'safety_state' has no label 'latchd'"},
      {"out.left_load_command_n = kg(3)", "", "'left_load_command_n' is in N, got 3 kg"},
      {"inp.report = 3", "", "role.lua:4: attempt to index a nil value"},
      {"", "error 'boom'", "role.lua:3: boom"},
      {"", "inp.report = 'leak'", "input cannot be written here"},
      {"", "while true do end", "does not come to an end"},
      {"", "return st.y", "no state variable 'y'"}};
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    char text[1024];
    snprintf(text, sizeof text,
             "local taut = require 'taut'\n"
             "return taut.role { role = 'controller', state = { 'a' },\n"
             "update = function(st, inp) %s end,\n"
             "output = function(st, out, inp) %s end }",
             CASES[i][1], CASES[i][0]);
    const taut_case_result *result = run_with(state, text, "", "s:wait '20 ms' s:expect('true')");
    assert_int_equal(result->verdict, TAUT_ERROR);
    if (!strstr(result->reason, CASES[i][2]))
      fail_msg("'%s' '%s': %s", CASES[i][0], CASES[i][1], result->reason);
  }
}

static void output_cannot_write_the_state(void **state) {
  const taut_case_result *result =
      run_with(state,
               "local taut = require 'taut'\n"
               "return taut.role { role = 'controller', state = { 'a' },\n"
               "update = function(st, inp) end,\n"
               "output = function(st, out) st.a = 1 end }",
               "", "s:wait '20 ms' s:expect('true')");
  assert_int_equal(result->verdict, TAUT_ERROR);
  assert_non_null(strstr(result->reason, "state variable cannot be written here"));
}

static void a_role_for_another_place_is_refused(void **state) {
  const taut_case_result *result = run_with(
      state, "return require('taut').role { role = 'user', update = print, output = print }", "",
      "");
  assert_int_equal(result->verdict, TAUT_ERROR);
  assert_non_null(strstr(result->reason, "this is a role 'user', not 'controller'"));
  result = run_with(state, "return {}", "", "");
  assert_non_null(strstr(result->reason, "must return a taut.role { ... }"));
  result = run_with(state, "return require('taut').role { role = 'user', update = print }", "", "");
  assert_non_null(strstr(result->reason, "a role needs a field 'output'"));
}

#define ROLE_TEST(name) \
  cmocka_unit_test_setup_teardown(name, fake_suite_set_up, fake_suite_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      ROLE_TEST(a_lua_role_replaces_a_plugin),
      ROLE_TEST(its_state_is_hashed_and_the_same_every_time),
      ROLE_TEST(mistakes_of_a_role_are_errors_with_its_line),
      ROLE_TEST(output_cannot_write_the_state),
      ROLE_TEST(a_role_for_another_place_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// What a hostile or careless Lua file may not do, and what is the same in every run.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/host_suite.h"
#include "taut/math.h"

/// Opening the text fails with this status and a message that contains `message`.
static void expect_refused(void **state, const char *text, taut_status status,
                           const char *message) {
  fake_suite *f = *state;
  taut_status got = fake_suite_open(f, text);
  if (got != status) fail_msg("'%s' gave %s: %s", text, taut_status_text(got), f->log);
  if (!strstr(f->log, message)) fail_msg("'%s' gave '%s', expected '%s'", text, f->log, message);
}

/// The script runs and its last check passes; used with s:check(...).
static void expect_script(void **state, const char *script) {
  fake_suite *f = *state;
  const taut_case_result *result = fake_suite_run(f, "", script);
  assert_non_null(result);
  if (result->verdict != TAUT_PASS) fail_msg("%s: %s", script, result->reason);
}

static void expect_script_error(void **state, const char *script, const char *message) {
  fake_suite *f = *state;
  const taut_case_result *result = fake_suite_run(f, "", script);
  assert_non_null(result);
  assert_int_equal(result->verdict, TAUT_ERROR);
  if (!strstr(result->reason, message)) fail_msg("%s: got '%s'", script, result->reason);
}

static void loops_end_at_the_instruction_limit(void **state) {
  fake_suite *f = *state;
  f->options.instructions = 2000000;
  static const char LIMIT[] = "the limit of 2 million Lua instructions is used up";
  expect_refused(state, "while true do end", TAUT_EFULL, LIMIT);
  expect_refused(state, "local function f() return f() end f()", TAUT_EFULL, LIMIT);
  // pcall cannot swallow it.
  expect_refused(state, "while true do pcall(function() while true do end end) end", TAUT_EFULL,
                 LIMIT);
  expect_refused(state, "for i = 1, 1e9 do pcall(error, 'x') end", TAUT_EFULL, LIMIT);
  expect_script_error(state, "while true do end", LIMIT);
  expect_script_error(state, "while true do end", "; a loop here never waits");
  expect_script_error(state, "while true do pcall(s.wait, s, 0) end", LIMIT);
}

static void memory_is_capped(void **state) {
  fake_suite *f = *state;
  f->options.memory_bytes = (size_t)8 << 20;
  static const char LIMIT[] = "the limit of 8192 KiB of Lua memory is used up";
  expect_refused(state, "local t = {} for i = 1, 1e9 do t[i] = {} end", TAUT_ENOMEM, LIMIT);
  expect_refused(state, "return ('x'):rep(1 << 30)", TAUT_ENOMEM, LIMIT);
  expect_refused(state, "local x = 'x' while true do x = x .. x end", TAUT_ENOMEM, LIMIT);
  expect_refused(state, "local t = {} while true do t = { t, t, ('y'):rep(1000) } end", TAUT_ENOMEM,
                 LIMIT);
  // A small file still works under the same cap.
  expect_script(state, "s:check(not pcall(string.rep, 'x', 1 << 30), { text = 'refused' })");
}

static void recursion_ends_in_an_error(void **state) {
  fake_suite *f = *state;
  f->options.memory_bytes = (size_t)256 << 20;
  expect_refused(state, "local function f() return 1 + f() end f()", TAUT_EINVAL, "stack overflow");
  expect_refused(state, "local s = '' s = ('('):rep(9000) .. '1' .. (')'):rep(9000) return s:x()",
                 TAUT_EINVAL, "");
  static char text[40000];
  memset(text, '(', 9000);
  memcpy(text, "return ", 7);
  text[9000] = 0;
  expect_refused(state, text, TAUT_EINVAL, "overflow");
}

static void bytecode_is_refused(void **state) {
  expect_refused(state, "\x1bLua\x54", TAUT_EINVAL, "a binary chunk is not loaded");
  expect_refused(state, "return ('').dump", TAUT_EINVAL, "no function of string 'dump'");
  expect_refused(state, "return string.dump(print)", TAUT_EINVAL, "no function of string 'dump'");
}

static void dangerous_globals_are_not_there(void **state) {
  static const char *const NAMES[] = {"os",       "io",      "debug",          "load",
                                      "loadfile", "dofile",  "loadstring",     "package",
                                      "_G",       "_ENV.os", "setmetatable",   "getmetatable",
                                      "rawset",   "xpcall",  "collectgarbage", "coroutine",
                                      NULL};
  for (size_t i = 0; NAMES[i]; i++) {
    char text[128];
    snprintf(text, sizeof text, "return %s", NAMES[i]);
    expect_refused(state, text, TAUT_EINVAL, "no global");
  }
  expect_refused(state, "return os.time()", TAUT_EINVAL, "the sandbox has no files, clock");
  expect_refused(state, "return require('os')", TAUT_EINVAL, "there is no 'os' in scenarios/lib");
  expect_refused(state, "return require('../../etc/passwd')", TAUT_EINVAL, "require takes");
  expect_refused(state, "return math.randomseed(1)", TAUT_EINVAL, "no function of math");
}

static void libraries_and_globals_cannot_be_changed(void **state) {
  expect_refused(state, "string.format = nil", TAUT_EINVAL, "cannot be set here");
  expect_refused(state, "lb = 3", TAUT_EINVAL, "global 'lb' cannot be set here");
  expect_refused(state, "x = 3", TAUT_EINVAL, "declare it with 'local'");
  expect_refused(state, "('').x = 3", TAUT_EINVAL, "");
  expect_refused(state, "require('taut').scenario = nil", TAUT_EINVAL, "cannot be set here");
  expect_refused(state, "rawget(string, 'x').y = 1", TAUT_EINVAL, "");
  expect_refused(state, "lb(1).si = 3", TAUT_EINVAL, "");
}

static void unknown_globals_get_a_suggestion(void **state) {
  expect_refused(state, "return lbb(3)", TAUT_EINVAL,
                 "s.lua:1: no global 'lbb'; did you mean 'lb'?");
  expect_refused(state, "return math.sine(3)", TAUT_EINVAL, "no function of math 'sine'");
  expect_refused(state, "\n\nreturn require('taut').scenaro {}", TAUT_EINVAL,
                 "s.lua:3: no function of taut 'scenaro'; did you mean 'scenario'?");
}

static void pairs_visits_numbers_then_texts_in_order(void **state) {
  expect_script(
      state,
      "local t = { b = 1, a = 1, [3] = 1, [-1] = 1, [2.5] = 1, [true] = 1, B = 1, aa = 1 }\n"
      "local seen = {}\n"
      "for k in pairs(t) do seen[#seen + 1] = tostring(k) end\n"
      "s:check(table.concat(seen, ' ') == '-1 2.5 3 B a aa b true', { text = 'pairs' })\n"
      "local k, again = next(t), {}\n"
      "while k ~= nil do again[#again + 1] = tostring(k) k = next(t, k) end\n"
      "s:check(table.concat(again, ' ') == table.concat(seen, ' '), { text = 'next' })\n"
      "s:check(next({}) == nil, { text = 'empty' })\n"
      "local n = 0\n"
      "for k in pairs(t) do t[k] = nil n = n + 1 end\n"
      "s:check(n == 8 and next(t) == nil, { text = 'removing while visiting' })\n"
      "s:check(not pcall(pairs, { [{}] = 1 }), { text = 'no order for tables as keys' })");
}

static void texts_have_no_addresses(void **state) {
  expect_script(
      state,
      "s:check(tostring({}) == 'table' and tostring(print) == 'function', { text = 'a' })\n"
      "s:check(('%s %s'):format({}, print) == 'table function', { text = 'b' })\n"
      "s:check(not pcall(string.format, '%p', {}), { text = 'c' })\n"
      "s:check(not pcall(string.format, '%-10p', {}), { text = 'd' })\n"
      "s:check(string.format('%%p %5.2f %s', 1.5, nil) == '%p  1.50 nil', { text = 'e' })");
}

static void sorting_is_stable_and_complete(void **state) {
  expect_script(
      state,
      "local t = {}\n"
      "for i = 1, 1000 do t[i] = { key = (i * 7919) % 10, i = i } end\n"
      "table.sort(t, function(a, b) return a.key < b.key end)\n"
      "for i = 2, 1000 do\n"
      "  local a, b = t[i - 1], t[i]\n"
      "  if a.key > b.key or (a.key == b.key and a.i > b.i) then s:fail('not stable') end\n"
      "end\n"
      "local words = { 'b', 'a', 'c' } table.sort(words)\n"
      "s:check(table.concat(words) == 'abc', { text = 'words' })\n"
      "s:check(not pcall(table.sort, { 1, 'x' }), { text = 'not comparable' })");
}

static void elementary_functions_are_our_own(void **state) {
  char script[512];
  snprintf(script, sizeof script,
           "s:check(math.sin(1.25) == %.17g, { text = 'sin' })\n"
           "s:check(2.3 ^ 1.7 == %.17g, { text = 'power' })\n"
           "s:check(('2.3') ^ 1.7 == %.17g, { text = 'power of a text' })\n"
           "s:check(math.exp(0.7) == %.17g, { text = 'exp' })\n"
           "s:check(3 ^ 2 == 9 and math.sqrt(2)^2 > 1.99, { text = 'square' })",
           taut_sin(1.25), taut_pow(2.3, 1.7), taut_pow(2.3, 1.7), taut_exp(0.7));
  expect_script(state, script);
}

static void random_numbers_follow_the_seed(void **state) {
  fake_suite *f = *state;
  static const char DRAW[] =
      "local t = {}\n"
      "for i = 1, 5 do t[i] = math.random(1, 6) .. ' ' .. math.random() end\n"
      "s:log(table.concat(t, ' ')) s:check(true, { text = 'x' })";
  char first[512];
  f->case_options.seed = 7;
  assert_non_null(fake_suite_run(f, "", DRAW));
  assert_true(f->result->n_logs > 0);
  snprintf(first, sizeof first, "%s", f->result->logs[0]);
  assert_non_null(fake_suite_run(f, "", DRAW));
  assert_string_equal(f->result->logs[0], first);
  f->case_options.seed = 8;
  assert_non_null(fake_suite_run(f, "", DRAW));
  assert_string_not_equal(f->result->logs[0], first);
}

static void a_case_leaves_nothing_to_the_next(void **state) {
  fake_suite *f = *state;
  assert_int_equal(
      fake_suite_open(f,
                      "local taut = require 'taut'\n"
                      "local n = 0\n"
                      "return taut.scenario { name = 'x', rig = 'tiny', script = function(s)\n"
                      "n = n + 1 s:check(n == 1, { text = 'first' }) end }"),
      TAUT_OK);
  for (int i = 0; i < 3; i++) {
    assert_int_equal(taut_suite_run(f->suite, 0, &f->case_options, NULL, &f->result), TAUT_OK);
    assert_int_equal(f->result->verdict, TAUT_PASS);
  }
}

static void errors_that_are_not_texts_are_survived(void **state) {
  expect_refused(state, "error({})", TAUT_EINVAL, "error with a table instead of a text");
  expect_refused(state, "error()", TAUT_EINVAL, "error with a nil instead of a text");
  expect_script_error(state, "error(setmetatable)", "no global 'setmetatable'");
}

static void libraries_are_found_once(void **state) {
  fake_suite *f = *state;
  assert_true(fake_write(&f->folder, "scenarios/lib/helper.lua",
                         "local n = 0 return { next = function() n = n + 1 return n end }"));
  assert_true(fake_write(&f->folder, "scenarios/lib/loop.lua", "return require 'loop'"));
  expect_script(state,
                "local a, b = require 'helper', require 'lib.helper'\n"
                "s:check(a == b and a.next() == 1 and b.next() == 2, { text = 'same' })");
  expect_refused(state, "require 'loop'", TAUT_EINVAL, "'loop' requires itself");
  expect_refused(state, "require 'helpr'", TAUT_EINVAL, "did you mean 'helper'?");
}

#define SANDBOX_TEST(name) \
  cmocka_unit_test_setup_teardown(name, fake_suite_set_up, fake_suite_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      SANDBOX_TEST(loops_end_at_the_instruction_limit),
      SANDBOX_TEST(memory_is_capped),
      SANDBOX_TEST(recursion_ends_in_an_error),
      SANDBOX_TEST(bytecode_is_refused),
      SANDBOX_TEST(dangerous_globals_are_not_there),
      SANDBOX_TEST(libraries_and_globals_cannot_be_changed),
      SANDBOX_TEST(unknown_globals_get_a_suggestion),
      SANDBOX_TEST(pairs_visits_numbers_then_texts_in_order),
      SANDBOX_TEST(texts_have_no_addresses),
      SANDBOX_TEST(sorting_is_stable_and_complete),
      SANDBOX_TEST(elementary_functions_are_our_own),
      SANDBOX_TEST(random_numbers_follow_the_seed),
      SANDBOX_TEST(a_case_leaves_nothing_to_the_next),
      SANDBOX_TEST(errors_that_are_not_texts_are_survived),
      SANDBOX_TEST(libraries_are_found_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

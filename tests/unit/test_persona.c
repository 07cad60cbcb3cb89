// Personas of a scenario: their life, the sampled ones, and what a wrong file is told.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/host_suite.h"

#define HEAD "local taut = require 'taut'\n"

static const char DRAWN[] = HEAD
    "return taut.parameters { name = 'drawn', kind = 'user',\n"
    "  priors = { low = { 50, status = 'D', source = 'test' }, share = { 0.5, status = 'D',\n"
    "    source = 'test' } },\n"
    "  sample = function(p, draw)\n"
    "    local point = draw.uniform('point', p.low, 2 * p.low)\n"
    "    return { user = { leak_point_pa = point }, life = { point = point,\n"
    "      comes = draw.chance('comes', p.share), kind = draw.pick('kind', { 1, 2 }) },\n"
    "      facts = { z = draw.normal('z', 0, 1), w = draw.lognormal('w', 2, 0.3) } }\n"
    "  end }\n";

static int set_up(void **state) {
  if (fake_suite_set_up(state) != 0) return -1;
  fake_suite *f = *state;
  return fake_write(&f->folder, "models/users/drawn.lua", DRAWN) ? 0 : -1;
}

static void expect_pass(void **state, uint64_t seed, const char *fields, const char *script) {
  fake_suite *f = *state;
  f->case_options.seed = seed;
  const taut_case_result *result = fake_suite_run(f, fields, script);
  if (!result) fail_msg("'%s' gave %s", fields, f->log);
  if (result->verdict != TAUT_PASS) fail_msg("'%s' '%s': %s", fields, script, result->reason);
}

static void expect_error(void **state, const char *file, const char *script, const char *message) {
  fake_suite *f = *state;
  if (file) fake_write(&f->folder, "models/users/wrong.lua", file);
  const taut_case_result *result =
      fake_suite_run(f, file ? "user = 'wrong'," : "user = 'drawn',", script);
  if (!result) fail_msg("%s", f->log);
  assert_int_equal(result->verdict, TAUT_ERROR);
  if (!strstr(result->reason, message))
    fail_msg("got '%s', expected '%s'", result->reason, message);
}

static void a_sampled_person_is_the_same_in_plan_and_script(void **state) {
  for (uint64_t seed = 1; seed < 5; seed++)
    expect_pass(state, seed, "user = 'drawn',",
                "local me = taut.persona()\n"
                "s:wait '10 ms'\n"
                "s:check(me.life.point >= 50 and me.life.point < 100, { text = 'in its range' })\n"
                "s:check(s:value('user.leak_point_pa') == me.life.point, { text = 'one person' })\n"
                "s:check(me.user.leak_point_pa == me.life.point and me.name == 'drawn',\n"
                "  { text = 'the same names' })\n"
                "s:check(me.facts.w > 0 and me.life.kind >= 1, { text = 'all kinds of draws' })");
}

static void another_seed_is_another_person_and_the_same_seed_the_same(void **state) {
  expect_pass(state, 7, "user = 'drawn',",
              "local a, b = taut.persona('drawn', 1), taut.persona('drawn', 2)\n"
              "local again, mine = taut.persona('drawn', 1), taut.persona('drawn')\n"
              "s:check(a.life.point ~= b.life.point and a.facts.z ~= b.facts.z, { text = 'two' })\n"
              "s:check(a.life.point == again.life.point, { text = 'one' })\n"
              "s:check(mine.life.point == taut.persona('drawn', 7).life.point, { text = 'me' })");
}

static void shares_are_drawn_as_told(void **state) {
  expect_pass(state, 1, "user = 'drawn',",
              "local n, second, sum = 0, 0, 0\n"
              "for seed = 1, 2000 do\n"
              "  local she = taut.persona('drawn', seed)\n"
              "  if she.life.comes then n = n + 1 end\n"
              "  if she.life.kind == 2 then second = second + 1 end\n"
              "  sum = sum + she.facts.w\n"
              "end\n"
              "s:check(math.abs(n - 1000) < 90, { text = 'half', got = n })\n"
              "s:check(math.abs(second - 1333) < 85, { text = 'two thirds', got = second })\n"
              "s:check(math.abs(sum / 2000 - 2) < 0.06, { text = 'mean of two', got = sum })");
}

static void wrong_personas_are_refused_by_name(void **state) {
  const char *ran = "s:check(true, { text = 'ran' })";
  expect_error(state,
               HEAD
               "return taut.parameters { name = 'wrong', kind = 'user',\n"
               "sample = function() return 3 end }",
               ran, "sample must return");
  expect_error(state,
               HEAD
               "return taut.parameters { name = 'wrong', kind = 'user',\n"
               "sample = function() return { user = {}, live = {} } end }",
               ran, "did you mean 'life'");
  expect_error(state,
               HEAD
               "return taut.parameters { name = 'wrong', kind = 'user',\n"
               "sample = function(p) return { user = { leak_point_pa = p.hight } } end }",
               ran, "no prior 'hight'");
  expect_error(state,
               HEAD
               "return taut.parameters { name = 'wrong', kind = 'user',\n"
               "sample = function(p, d) return { user = { x = d.normal('x', 0, -1) } } end }",
               ran, "sd >= 0");
  expect_error(state,
               HEAD
               "return taut.parameters { name = 'wrong', kind = 'user',\n"
               "sample = function(p, d) return { user = { leak_pint = 3 } } end }",
               ran, "leak_point");
  expect_error(state, NULL, "taut.persona('somebody', 1)", "was not read before the script");
}

static void a_file_gives_a_seed_or_is_told_to(void **state) {
  fake_suite *f = *state;
  taut_status got = fake_suite_open(f, HEAD "taut.persona('drawn')\nreturn {}");
  assert_int_equal(got, TAUT_EINVAL);
  assert_non_null(strstr(f->log, "give a seed"));
  got = fake_suite_open(f, HEAD "taut.persona()\nreturn {}");
  assert_int_equal(got, TAUT_EINVAL);
  assert_non_null(strstr(f->log, "name a persona"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_sampled_person_is_the_same_in_plan_and_script, set_up,
                                      fake_suite_tear_down),
      cmocka_unit_test_setup_teardown(another_seed_is_another_person_and_the_same_seed_the_same,
                                      set_up, fake_suite_tear_down),
      cmocka_unit_test_setup_teardown(shares_are_drawn_as_told, set_up, fake_suite_tear_down),
      cmocka_unit_test_setup_teardown(wrong_personas_are_refused_by_name, set_up,
                                      fake_suite_tear_down),
      cmocka_unit_test_setup_teardown(a_file_gives_a_seed_or_is_told_to, set_up,
                                      fake_suite_tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

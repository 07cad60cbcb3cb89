// s:strike: where the cases of a fault campaign part.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/host_suite.h"
#include "support/register.h"

/// Two loads, two phases, two faults; after 1 s it is "early", after 2 s "late". `FIELDS` go into
/// the table, `BODY` is what a case does from its strike on.
static const char CAMPAIGN[] =
    "local taut = require 'taut'\n"
    "return taut.scenario { name = 'x', rig = 'tiny', set = { exercise = 'press' },\n"
    "  faults = { low = taut.fault { on = 'left.cable.tension_n', kind = 'bias', magnitude = N(-2) "
    "},\n"
    "    void = taut.fault { on = 'left.cable.tension_n', kind = 'bias', magnitude = N(0) } },\n"
    "  sweep = { load = { N(10), N(20) }, phase = { 'early', 'late', 'never' },\n"
    "    fault = { 'low', 'void' } },\n"
    "  %s\n"
    "  script = function(s)\n"
    "    s:check(s.sweep.load ~= nil, { text = 'what differs before the strike is there' })\n"
    "    for _, phase in ipairs { 'early', 'late', 'last' } do\n"
    "      s:wait '1 s'\n"
    "      if s:strike(phase) then %s end\n"
    "    end\n"
    "  end }\n";
static const char BRANCH[] = "branch = { 'phase', 'fault' },";

static taut_status open_campaign(fake_suite *f, const char *fields, const char *body) {
  static char text[65536];
  snprintf(text, sizeof text, CAMPAIGN, fields, body);
  return fake_suite_open(f, text);
}

/// The result of the case of that name.
static const taut_case_result *run(fake_suite *f, const char *name) {
  for (size_t i = 0; i < taut_suite_n_cases(f->suite); i++) {
    if (strcmp(taut_suite_case(f->suite, i)->name, name) != 0) continue;
    assert_int_equal(taut_suite_run(f->suite, i, &f->case_options, NULL, &f->result), TAUT_OK);
    return f->result;
  }
  fail_msg("no case '%s'", name);
  return NULL;
}

static const char *log_of(const taut_case_result *result, const char *part) {
  for (size_t i = 0; i < result->n_logs; i++)
    if (strstr(result->logs[i], part)) return result->logs[i];
  return "";
}

static void a_case_strikes_at_its_phase_and_nowhere_else(void **state) {
  fake_suite *f = *state;
  assert_int_equal(open_campaign(f, BRANCH,
                                 "s:check(s:now() == (s.sweep.phase == 'early' and 1 or 2),\n"
                                 "  { text = 'in time' }) s:fault(s.sweep.fault) s:wait '1 s'\n"
                                 "s:check(not s:strike(phase), { text = 'once' })"),
                   TAUT_OK);
  assert_int_equal(taut_suite_n_cases(f->suite), 12);
  const taut_case_result *result = run(f, "x [fault=low,load=10 N,phase=early]");
  if (result->verdict != TAUT_PASS) fail_msg("%s", result->reason);
  assert_non_null(strstr(log_of(result, "strike"), "strike at 'early'"));
  // The strike's own check says what it was; the fault that others switch on needs no receipt.
  const taut_check_result *strike = &result->checks[result->n_checks - 2];
  assert_string_equal(strike->text, "strike at 'early'");
  assert_string_equal(strike->got, "fault low at 1.000 s");
  assert_non_null(strstr(result->checks[result->n_checks - 1].text, "fault 'low'"));
  result = run(f, "x [fault=low,load=20 N,phase=late]");
  if (result->verdict != TAUT_PASS) fail_msg("%s", result->reason);
  // One that changes nothing is an error as ever.
  result = run(f, "x [fault=void,load=20 N,phase=late]");
  assert_int_equal(result->verdict, TAUT_ERROR);
  assert_non_null(strstr(result->reason, "fault 'void'"));
}

static void a_strike_that_never_came_is_inconclusive(void **state) {
  fake_suite *f = *state;
  assert_int_equal(open_campaign(f, BRANCH, "s:fault(s.sweep.fault) s:wait '1 s'"), TAUT_OK);
  const taut_case_result *result = run(f, "x [fault=low,load=10 N,phase=never]");
  assert_int_equal(result->verdict, TAUT_INCONCLUSIVE);
  assert_string_equal(result->reason, "never struck at 'never'");
  // Cases of the same warm run that did nothing else have the same rows.
  uint8_t hash[16];
  memcpy(hash, result->trace_hash, sizeof hash);
  result = run(f, "x [fault=void,load=10 N,phase=never]");
  assert_memory_equal(hash, result->trace_hash, sizeof hash);
}

static void a_strike_must_change_something(void **state) {
  static const struct {
    const char *body, *got;
    taut_verdict verdict;
  } CASES[] = {
      {"s:wait '1 s'", "struck nothing", TAUT_ERROR},
      {"s:set('left.motor.encoder_stuck', 0) s:wait '1 s'",
       "struck nothing: left.motor.encoder_stuck = 0 left the value as it was", TAUT_ERROR},
      {"s:set('left.motor.encoder_stuck', 1) s:wait '1 s'",
       "left.motor.encoder_stuck = 1 at 1.000 s", TAUT_PASS},
      {"s:event('controller.report', 'leak') s:wait '1 s'", "controller.report = leak at 1.000 s",
       TAUT_PASS},
      {"s:wait '10 ms' s:fault 'low' s:wait '1 s'", "fault low at 1.010 s", TAUT_PASS},
  };
  fake_suite *f = *state;
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    if (open_campaign(f, BRANCH, CASES[i].body) != TAUT_OK) fail_msg("%s", f->log);
    const taut_case_result *result = run(f, "x [fault=low,load=10 N,phase=early]");
    if (result->verdict != CASES[i].verdict) fail_msg("%s: %s", CASES[i].body, result->reason);
    bool is_found = false;
    for (size_t k = 0; k < result->n_checks; k++)
      is_found |= strcmp(result->checks[k].got, CASES[i].got) == 0;
    if (!is_found) fail_msg("%s: no '%s', %s", CASES[i].body, CASES[i].got, result->reason);
  }
}

static void what_differs_later_cannot_be_read_before_the_strike(void **state) {
  fake_suite *f = *state;
  static const char *const NAMES[] = {"phase", "fault"};
  for (int i = 0; i < 2; i++) {
    char expected[128];
    snprintf(expected, sizeof expected, "s.lua:8: s.sweep.%s has no value before the strike",
             NAMES[i]);
    static char text[4096];
    snprintf(text, sizeof text,
             "local taut = require 'taut'\n\n\n\nreturn taut.scenario { name = 'x', rig = 'tiny',\n"
             "sweep = { phase = { 'a' }, fault = { 'b' } }, branch = { 'phase', 'fault' },\n"
             "script = function(s)\nlocal x = s.sweep.%s end }\n",
             NAMES[i]);
    assert_int_equal(fake_suite_open(f, text), TAUT_OK);
    const taut_case_result *result = run(f, "x [fault=b,phase=a]");
    assert_int_equal(result->verdict, TAUT_ERROR);
    if (!strstr(result->reason, expected)) fail_msg("%s", result->reason);
  }
}

static void instants_may_be_quantities_and_numbers(void **state) {
  fake_suite *f = *state;
  static const char *const LISTS[] = {"ms(100), ms(200)", "0.1, 0.2"};
  static const char *const NAMES[] = {"x [at=200 ms]", "x [at=0.2]"};
  for (int i = 0; i < 2; i++) {
    static char text[4096];
    snprintf(text, sizeof text,
             "local taut = require 'taut'\nlocal at = { %s }\n"
             "return taut.scenario { name = 'x', rig = 'tiny', sweep = { at = at },\n"
             "branch = { 'at' }, script = function(s)\n"
             "for _, t in ipairs(at) do s:wait(t) if s:strike(t) then\n"
             "  s:event('controller.report', 'leak') s:wait '1 s' s:expect 'not controller.armed' "
             "end end end }\n",
             LISTS[i]);
    assert_int_equal(fake_suite_open(f, text), TAUT_OK);
    const taut_case_result *result = run(f, NAMES[i]);
    if (result->verdict != TAUT_PASS) fail_msg("%s", result->reason);
  }
}

static void wrong_fields_are_loud(void **state) {
  static const struct {
    const char *fields, *message;
  } CASES[] = {
      {"branch = { 'phas' },", "'phas' is no dimension of the sweep; did you mean 'phase'?"},
      {"branch = {},", "'branch' names the dimension"},
      {"branch = { 1 },", "'branch' is a list of texts"},
      {"branch = 'phase',", "must be a list"},
      {"branch = { 'load' },", "'load' is part of the plan"},
      {"branch = { 'phase' }, hazard = 'H2',", "no hazard 'H2'; did you mean 'H1'?"},
      {"hazard = { 'H1' },", "field 'hazard' of a scenario must be a string"},
  };
  fake_suite *f = *state;
  assert_true(fake_register(f, ""));
  for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
    assert_int_equal(open_campaign(f, CASES[i].fields, ""), TAUT_EINVAL);
    if (!strstr(f->log, CASES[i].message)) fail_msg("%s: %s", CASES[i].fields, f->log);
  }
  assert_int_equal(open_campaign(f, "", "x()"), TAUT_OK);
  const taut_case_result *result = run(f, "x [fault=low,load=10 N,phase=early]");
  assert_int_equal(result->verdict, TAUT_ERROR);
  assert_non_null(strstr(result->reason, "says what differs from then on"));
}

static void hazard_and_warm_run_are_listed(void **state) {
  fake_suite *f = *state;
  assert_true(fake_register(f, ""));
  assert_int_equal(open_campaign(f, "branch = { 'phase', 'fault' }, hazard = 'H1',", ""), TAUT_OK);
  assert_string_equal(taut_suite_case(f->suite, 0)->hazard, "H1");
  assert_string_equal(taut_suite_case(f->suite, 0)->warm, "x [load=10 N]");
  assert_int_equal(open_campaign(f, "", ""), TAUT_OK);
  assert_string_equal(taut_suite_case(f->suite, 0)->hazard, "");
  assert_string_equal(taut_suite_case(f->suite, 0)->warm, "");
}

// -------------------------------------------------------------------------------------- branching

/// The cases that a warm run offered, and which of them to become.
typedef struct offers {
  uint32_t cases[16];
  size_t n;
  uint32_t chosen;  ///< index of a case, or none
} offers;

static bool take_offer(void *user, uint32_t i_case) {
  offers *o = user;
  o->cases[o->n++] = i_case;
  return i_case == o->chosen;
}

static void a_warm_run_offers_each_case_once_at_its_strike(void **state) {
  fake_suite *f = *state;
  assert_int_equal(open_campaign(f, BRANCH, "s:fault(s.sweep.fault) s:wait '1 s'"), TAUT_OK);
  // Names are sorted by key and the last runs fastest: fault, load, phase.
  static const uint32_t GROUP[] = {0, 1, 2, 6, 7, 8};
  static const uint32_t ORDER[] = {0, 6, 1, 7, 2, 8};
  offers o = {.chosen = UINT32_MAX};
  f->case_options =
      (taut_case_options){.user = &o, .branches = GROUP, .n_branches = 6, .on_branch = take_offer};
  assert_int_equal(taut_suite_run(f->suite, 0, &f->case_options, NULL, &f->result), TAUT_OK);
  assert_int_equal(o.n, 6);
  assert_memory_equal(o.cases, ORDER, sizeof ORDER);
  // A part of the group, in any order: nobody strikes for the others.
  static const uint32_t PART[] = {7, 1};
  static const uint32_t PART_ORDER[] = {1, 7};
  o = (offers){.chosen = UINT32_MAX};
  f->case_options.branches = PART;
  f->case_options.n_branches = 2;
  assert_int_equal(taut_suite_run(f->suite, 7, &f->case_options, NULL, &f->result), TAUT_OK);
  assert_int_equal(o.n, 2);
  assert_memory_equal(o.cases, PART_ORDER, sizeof PART_ORDER);
}

static void what_a_warm_run_becomes_is_the_case_alone(void **state) {
  fake_suite *f = *state;
  static const uint32_t GROUP[] = {0, 1, 2, 6, 7, 8};
  for (size_t i = 0; i < sizeof GROUP / sizeof GROUP[0]; i++) {
    assert_int_equal(
        open_campaign(f, BRANCH,
                      "s:note('drawn', { x = math.random() }) s:fault(s.sweep.fault) s:wait '1 s'"),
        TAUT_OK);
    f->case_options = (taut_case_options){0};
    assert_int_equal(taut_suite_run(f->suite, GROUP[i], &f->case_options, NULL, &f->result),
                     TAUT_OK);
    taut_case_result alone = *f->result;
    char reason[256];
    snprintf(reason, sizeof reason, "%s", alone.reason);
    double drawn = alone.n_notes ? alone.notes[0].fields[0].value.number : 0;
    offers o = {.chosen = GROUP[i]};
    f->case_options = (taut_case_options){
        .user = &o, .branches = GROUP, .n_branches = 6, .on_branch = take_offer};
    assert_int_equal(taut_suite_run(f->suite, 0, &f->case_options, NULL, &f->result), TAUT_OK);
    assert_int_equal(f->result->verdict, alone.verdict);
    assert_string_equal(f->result->reason, reason);
    assert_int_equal(f->result->n_checks, alone.n_checks);
    assert_memory_equal(f->result->trace_hash, alone.trace_hash, 16);
    assert_memory_equal(f->result->state_hash, alone.state_hash, 16);
    assert_memory_equal(f->result->plan_hash, alone.plan_hash, 16);
    double again = f->result->n_notes ? f->result->notes[0].fields[0].value.number : 0;
    assert_memory_equal(&again, &drawn, sizeof drawn);
  }
}

#define STRIKE_TEST(name) \
  cmocka_unit_test_setup_teardown(name, fake_suite_set_up, fake_register_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      STRIKE_TEST(a_case_strikes_at_its_phase_and_nowhere_else),
      STRIKE_TEST(a_strike_that_never_came_is_inconclusive),
      STRIKE_TEST(a_strike_must_change_something),
      STRIKE_TEST(what_differs_later_cannot_be_read_before_the_strike),
      STRIKE_TEST(instants_may_be_quantities_and_numbers),
      STRIKE_TEST(wrong_fields_are_loud),
      STRIKE_TEST(hazard_and_warm_run_are_listed),
      STRIKE_TEST(a_warm_run_offers_each_case_once_at_its_strike),
      STRIKE_TEST(what_a_warm_run_becomes_is_the_case_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

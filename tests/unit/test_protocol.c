// Reading training protocols: a good one is one case, every slip is told with its line, what was
// expected and a way out, before anything runs.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenario/place.h"
#include "support/host_suite.h"

/// A protocol without a fault. Each line is a line of the file, so that expected places can be
/// counted here.
static const char GOOD[] =
    "local taut = require 'taut'\n"                                                         // 1
    "return taut.protocol {\n"                                                              // 2
    "  name = 'trial', title = 'a trial', source = 'D-002-6',\n"                            // 3
    "  warm_up = { load = percent(50), reps = 5, source = 'D-004-14' },\n"                  // 4
    "  phases = {\n"                                                                        // 5
    "    {\n"                                                                               // 6
    "      name = 'first', weeks = { 1, 2 }, days_per_week = 3, source = 'D-002-7',\n"      // 7
    "      marker = { text = 'clean', clean_weeks = 1, source = 'D-002-12' },\n"            // 8
    "      exercises = {\n"                                                                 // 9
    "        { 'glute_bridge', sets = 3, reps = 15, hold = s(1),\n"                         // 10
    "          load = { start = lb(10), step = lb(1), most = lb(30) },\n"                   // 11
    "          source = 'D-002-8' },\n"                                                     // 12
    "        { 'bird_dog', sets = 3, reps = 10, sides = 'each', source = 'D-002-10' },\n"   // 13
    "      },\n"                                                                            // 14
    "    },\n"                                                                              // 15
    "    {\n"                                                                               // 16
    "      name = 'second', weeks = { 3, 4 }, days_per_week = { 3, 4 },\n"                  // 17
    "      marker = { text = 'easier', confirm = true, source = 'D-002-18' },\n"            // 18
    "      exercises = {\n"                                                                 // 19
    "        { 'suitcase_carry', sets = 3, time = s(30), sides = 'each',\n"                 // 20
    "          load = lb(15), traits = { 'carry' }, source = 'D-002-17' },\n"               // 21
    "      },\n"                                                                            // 22
    "      source = 'D-002-13',\n"                                                          // 23
    "    },\n"                                                                              // 24
    "  },\n"                                                                                // 25
    "  relief = { { 'childs_pose', kind = 'stretch', sets = 1, time = s(60),\n"             // 26
    "    source = 'D-002-34' } },\n"                                                        // 27
    "  eligibility = {\n"                                                                   // 28
    "    { 'medical_clearance', source = 'D-002-28' },\n"                                   // 29
    "    { 'weeks_after_birth', birth = 'vaginal', at_least = 6, source = 'D-002-26' },\n"  // 30
    "  },\n"                                                                                // 31
    "  contraindications = {\n"                                                             // 32
    "    { 'weak_core', excludes = { 'sit_up', 'plank' }, source = 'D-004-16' },\n"         // 33
    "  },\n"                                                                                // 34
    "  stop_rules = {\n"                                                                    // 35
    "    { 'leak', action = 'unload', source = 'D-002-30' },\n"                             // 36
    "    { 'pain', at = 3, action = 'unload', source = 'D-004-12' },\n"                     // 37
    "  },\n"                                                                                // 38
    "  referrals = { { 'back_pain', sessions = 3, source = 'D-000-2' } },\n"                // 39
    "}\n";

/// What is written instead of a part of GOOD, and what must be said about it.
typedef struct slip {
  const char *part, *instead;
  const char *place;    ///< "trial.lua:13:"
  const char *message;  ///< value and expectation
  const char *way_out;  ///< suggestion; NULL where the expectation is one
} slip;

static const slip SLIPS[] = {
    {"  referrals = {", "  rules = { },\n  referrals = {",
     "trial.lua:39:", "rules must be a taut.rules { ... }", "rules = require \"protocol_rules\""},
    {"  referrals = {", "  rules = taut.rules { stop_rule = { } },\n  referrals = {",
     "trial.lua:39:", "has no field 'stop_rule'", "did you mean 'stop_rules'?"},
    {"  referrals = {",
     "  rules = taut.rules { referrals = { { 'back_pain', sessions = 9, source = 'x' } } },\n"
     "  referrals = {",
     "trial.lua:40:", "'back_pain' is also in referrals of the shared rules",
     "trial.lua:39; leave it to these"},
    {"  referrals = {",
     "  rules = taut.rules {\n    stop_rules = { { 'cone', action = 'lock', source = 'x' } } },\n"
     "  referrals = {",
     "trial.lua:40:", "action = \"lock\", expected \"unload\"", NULL},
    {"'bird_dog'", "'brid_dog'", "trial.lua:13:", "no exercise 'brid_dog' in models/exercises",
     "did you mean 'bird_dog'?"},
    {"'bird_dog', ", "", "trial.lua:13:", "an exercise begins with its name", "glute_bridge"},
    {"reps = 15", "rep = 15", "trial.lua:10:", "has no field 'rep'", "did you mean 'reps'?"},
    {"reps = 15", "reps = 0", "trial.lua:10:", "reps = 0, expected a whole number from 1 to 60",
     "the nearest is reps = 1"},
    {"reps = 15", "reps = 7.5", "trial.lua:10:", "reps = 7.5, expected a whole number",
     "the nearest is reps = 8"},
    {"reps = 15", "reps = 'many'", "trial.lua:10:", "reps = many, expected a whole number", NULL},
    {"sets = 3, reps = 15", "sets = 0, reps = 15", "trial.lua:10:", "sets = 0, expected",
     "the nearest is sets = 1"},
    {"sets = 3, reps = 15, ", "reps = 15, ", "trial.lua:10:", "'sets' is missing", NULL},
    {"reps = 15, ", "", "trial.lua:10:", "it has no reps and no time", "write reps = 10"},
    {"reps = 15", "reps = 15, time = s(30)", "trial.lua:10:", "reps and time together", "not both"},
    {"hold = s(1)", "hold = 1", "trial.lua:10:", "hold = 1 has no unit", "did you mean s(1)?"},
    {"hold = s(1)", "hold = lb(1)", "trial.lua:10:", "hold = 1 lb, expected a value in s",
     "s(0.5)"},
    {"hold = s(1)", "hold = s(600)", "trial.lua:10:", "hold = 600 s, expected 0.5 to 60 s",
     "the nearest is 60 s"},
    {"start = lb(10)", "start = 10", "trial.lua:11:", "start = 10 has no unit",
     "did you mean lb(10)"},
    {"start = lb(10)", "start = lb(10.5)", "trial.lua:11:", "expected whole pounds",
     "did you mean lb(10) or lb(11)?"},
    {"start = lb(10)", "start = lb(0)", "trial.lua:11:", "start = 0 lb, expected 1 to 110 lb",
     "the nearest is 1 lb"},
    {"most = lb(30)", "most = lb(5)", "trial.lua:11:", "most = 5 lb is less than start = 10 lb",
     "the other way round"},
    {"'bird_dog', sets", "'bird_dog', load = lb(5), sets",
     "trial.lua:13:", "it is done without the machine", "leave load out"},
    {"load = lb(15), ", "", "trial.lua:20:", "it has no load", "write load = lb(10)"},
    {"'bird_dog', sets", "'glute_bridge', load = lb(5), sets",
     "trial.lua:13:", "it is there already, in line 10", "raise its sets"},
    {"sides = 'each', source", "sides = 'eech', source", "trial.lua:13:", "there is no 'eech'",
     "did you mean 'each'?"},
    {"{ 'carry' }", "{ 'cary' }", "trial.lua:21:", "there is no 'cary'", "did you mean 'carry'?"},
    {"{ 'carry' }", "{ 'carry', 'carry' }", "trial.lua:21:", "'carry' is there twice", NULL},
    {"weeks = { 3, 4 }", "weeks = { 2, 4 }", "trial.lua:17:",
     "weeks 2 to 4 overlap phase 'first' (weeks 1 to 2)", "did you mean weeks = { 3, 5 }?"},
    {"weeks = { 3, 4 }", "weeks = { 4, 5 }", "trial.lua:17:", "week 3 belongs to no phase",
     "did you mean weeks = { 3, 4 }?"},
    {"weeks = { 1, 2 }", "weeks = { 2, 3 }", "trial.lua:7:", "the first phase begins in week 2",
     "did you mean weeks = { 1, 2 }?"},
    {"weeks = { 3, 4 }", "weeks = { 4, 3 }", "trial.lua:17:", "expected the smaller first",
     "did you mean { 3, 4 }?"},
    {"weeks = { 3, 4 }", "weeks = { 3 }", "trial.lua:17:", "'weeks' has 1 element",
     "expected at least 2"},
    {"weeks = { 3, 4 }", "weeks = { 3, 400 }", "trial.lua:17:", "weeks has 400, expected",
     "1 to 52"},
    {"days_per_week = 3,", "days_per_week = 9,", "trial.lua:7:", "days_per_week = 9, expected",
     "the nearest is days_per_week = 7"},
    {"days_per_week = 3,", "", "trial.lua:6:", "'days_per_week' is missing", NULL},
    {"      marker = { text = 'clean', clean_weeks = 1, source = 'D-002-12' },\n", "\n",
     "trial.lua:6:", "the phase has no marker", "write marker ="},
    {"clean_weeks = 1, ", "", "trial.lua:8:", "the marker asks for nothing",
     "write clean_weeks = 1"},
    {"clean_weeks = 1", "clean_weeks = 3", "trial.lua:8:", "but the phase has 2 weeks", NULL},
    {"text = 'clean', ", "", "trial.lua:8:", "'text' is missing", "write text ="},
    {"name = 'second'", "name = 'first'", "trial.lua:17:", "two phases are called 'first'", NULL},
    {"name = 'second'", "name = 'Second One'", "trial.lua:17:", "expected a word of a-z", NULL},
    {"name = 'trial'", "name = 'trail'", "trial.lua:3:", "name = \"trail\" in the file trial.lua",
     "did you mean \"trial\"?"},
    {"title = 'a trial', ", "", "trial.lua:2:", "a protocol needs a field 'title'", NULL},
    {"warm_up", "warmup", "trial.lua:4:", "a protocol has no field 'warmup'",
     "did you mean 'warm_up'?"},
    {"load = percent(50)", "load = 50", "trial.lua:4:", "load = 50 has no unit",
     "did you mean percent(50)?"},
    {"load = percent(50)", "load = percent(80)", "trial.lua:4:", "expected 10 to 50 percent",
     "the nearest is 50 percent"},
    {"source = 'D-002-8'", "cue = 'x'", "trial.lua:10:", "source is missing", "D-002-30"},
    {"source = 'D-002-8'", "source = 'D-002-77'", "trial.lua:12:", "guide 002 has rows 1 to 39",
     NULL},
    {"source = 'D-002-8'", "source = 'D-02-8'", "trial.lua:12:", "is no row of a guide",
     "write it as"},
    {"'medical_clearance'", "'medical_clearence'", "trial.lua:29:",
     "no rule of eligibility 'medical_clearence'", "did you mean 'medical_clearance'?"},
    {"birth = 'vaginal', ", "", "trial.lua:30:", "'birth' is missing", "write birth ="},
    {"at_least = 6", "at_least = s(6)", "trial.lua:30:", "expected a whole number", NULL},
    {"at_least = 6, ", "", "trial.lua:30:", "'at_least' is missing", NULL},
    {"{ 'sit_up', 'plank' }", "{ 'sit_up' }", "trial.lua:33:", "excludes are the traits sit_up",
     "expected { \"sit_up\", \"plank\" }"},
    {"'leak', action = 'unload'", "'leak', action = 'ignore'",
     "trial.lua:36:", "action = \"ignore\", expected \"unload\"", "fixed by its safety rules"},
    {"'leak', action = 'unload'", "'leek', action = 'unload'",
     "trial.lua:36:", "no stop rule 'leek'", "did you mean 'leak'?"},
    {"{ 'pain', at = 3", "{ 'leak', at = 3", "trial.lua:37:", "'leak' is in stop_rules twice",
     NULL},
    {"at = 3, action", "at = 30, action", "trial.lua:37:", "at = 30, expected a whole number",
     "the nearest is at = 10"},
    {"sessions = 3", "session = 3", "trial.lua:39:", "has no field 'session'",
     "did you mean 'sessions'?"},
    {"kind = 'stretch', sets = 1, time = s(60)", "kind = 'stretch', sets = 1, reps = 10",
     "trial.lua:26:", "a stretch is held", "write time = s(20)"},
    {"load = lb(15), traits", "load = lb(15), kind = 'stretch', traits",
     "trial.lua:21:", "is done without the machine, but the exercise uses a cable", NULL},
    {"reps = 15", "reps = 15, tempo = { lift = s(2), pause = s(1), lower = s(3) }",
     "trial.lua:10:", "hold and tempo.pause are the same time", "write one"},
    {"time = s(30), sides", "time = s(30), breath = 'between_reps', sides",
     "trial.lua:20:", "needs reps", "this set is timed"},
};

static taut_status open_text(fake_suite *f, const char *text) {
  static char path[256];
  fake_suite_close(f);
  f->log[0] = 0;
  assert_true(fake_write(&f->folder, "trial.lua", text));
  snprintf(path, sizeof path, "%s/trial.lua", f->folder.path);
  f->options.data_dir = TAUT_SOURCE_DIR;
  f->options.log = &f->sink;
  return taut_suite_open_with(path, &f->options, NULL, NULL, &f->suite);
}

static int tear_down(void **state) {
  fake_suite *f = *state;
  char path[256];
  fake_suite_close(f);
  snprintf(path, sizeof path, "%s/trial.lua", f->folder.path);
  remove(path);
  return fake_suite_tear_down(state);
}

static void every_slip_is_told_with_place_expectation_and_way_out(void **state) {
  fake_suite *f = *state;
  static char text[8192];
  f->options.protocol = (taut_protocol_options){.is_wanted = true};
  for (size_t i = 0; i < sizeof SLIPS / sizeof SLIPS[0]; i++) {
    const slip *s = &SLIPS[i];
    const char *at = strstr(GOOD, s->part);
    if (!at) fail_msg("'%s' is not in the good text", s->part);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - GOOD), GOOD, s->instead,
             at + strlen(s->part));
    taut_status got = open_text(f, text);
    if (got != TAUT_EINVAL) fail_msg("'%s' gave %s: %s", s->instead, taut_status_text(got), f->log);
    if (!strstr(f->log, s->place) || !strstr(f->log, s->message) ||
        (s->way_out && !strstr(f->log, s->way_out)))
      fail_msg("'%s' gave '%s', expected '%s %s ... %s'", s->instead, f->log, s->place, s->message,
               s->way_out ? s->way_out : "");
  }
}

static void a_good_protocol_is_one_case(void **state) {
  fake_suite *f = *state;
  f->options.protocol = (taut_protocol_options){.is_wanted = true, .user = "strong_adult"};
  if (open_text(f, GOOD) != TAUT_OK) fail_msg("%s", f->log);
  assert_int_equal(taut_suite_n_cases(f->suite), 1);
  assert_string_equal(taut_suite_case(f->suite, 0)->name, "trial: strong_adult");
  assert_int_equal(taut_suite_case(f->suite, 0)->line, 2);
}

static void more_weeks_than_there_are_are_refused(void **state) {
  fake_suite *f = *state;
  f->options.protocol = (taut_protocol_options){.is_wanted = true, .weeks = 5};
  assert_int_equal(open_text(f, GOOD), TAUT_EINVAL);
  assert_non_null(strstr(f->log, "trial has 4 weeks, but 5 are asked for"));
}

static void a_person_who_is_not_there_is_told_with_the_nearest_name(void **state) {
  fake_suite *f = *state;
  f->options.protocol = (taut_protocol_options){.is_wanted = true, .user = "complyng"};
  assert_int_equal(open_text(f, GOOD), TAUT_EINVAL);
  assert_non_null(strstr(f->log, "nobody called 'complyng'"));
  assert_non_null(strstr(f->log, "did you mean 'complying'?"));
}

static void a_part_of_the_weeks_is_in_the_name(void **state) {
  fake_suite *f = *state;
  f->options.protocol = (taut_protocol_options){.is_wanted = true, .weeks = 1};
  if (open_text(f, GOOD) != TAUT_OK) fail_msg("%s", f->log);
  assert_string_equal(taut_suite_case(f->suite, 0)->name, "trial: complying, 1 week");
}

static void a_protocol_is_not_run_as_a_scenario(void **state) {
  fake_suite *f = *state;
  f->options.protocol = (taut_protocol_options){0};
  assert_int_equal(open_text(f, GOOD), TAUT_EINVAL);
  assert_non_null(strstr(f->log, "is a training protocol"));
  assert_non_null(strstr(f->log, "taut protocol trial"));
}

// ------------------------------------------------------------------------------------------ places

static int line_of(const char *text, const taut_step *steps, size_t n) {
  return taut_place_line(text, 1, steps, n);
}

static void a_place_is_found_through_comments_texts_and_brackets(void **state) {
  (void)state;
  static const char TEXT[] =
      "f { -- {\n"
      "  a = '}', --[[ b = 1\n"
      "  ]] b = { x(1, 2), [[ }\n"
      " ]], { c = 1 },\n"
      "    { ['d'] = 2, d2 == 3,\n"
      "      e = 4 } } }\n";
  const taut_step b = {"b", 0}, third = {NULL, 3}, fourth = {NULL, 4}, c = {"c", 0}, d = {"d", 0},
                  e = {"e", 0}, none = {"none", 0};
  assert_int_equal(line_of(TEXT, &b, 1), 3);
  assert_int_equal(line_of(TEXT, (taut_step[]){b, third}, 2), 4);
  assert_int_equal(line_of(TEXT, (taut_step[]){b, third, c}, 3), 4);
  assert_int_equal(line_of(TEXT, (taut_step[]){b, fourth, d}, 3), 5);
  assert_int_equal(line_of(TEXT, (taut_step[]){b, fourth, e}, 3), 6);
  // What is not spelt out has the line of what is around it.
  assert_int_equal(line_of(TEXT, (taut_step[]){b, fourth, none}, 3), 5);
  assert_int_equal(line_of(TEXT, &none, 1), 1);
  assert_int_equal(line_of("no table", &b, 1), 1);
  assert_int_equal(line_of("{ 'open", &b, 1), 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_good_protocol_is_one_case, fake_suite_set_up, tear_down),
      cmocka_unit_test_setup_teardown(every_slip_is_told_with_place_expectation_and_way_out,
                                      fake_suite_set_up, tear_down),
      cmocka_unit_test_setup_teardown(more_weeks_than_there_are_are_refused, fake_suite_set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(a_person_who_is_not_there_is_told_with_the_nearest_name,
                                      fake_suite_set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_part_of_the_weeks_is_in_the_name, fake_suite_set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(a_protocol_is_not_run_as_a_scenario, fake_suite_set_up,
                                      tear_down),
      cmocka_unit_test(a_place_is_found_through_comments_texts_and_brackets),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

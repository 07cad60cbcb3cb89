// A rest that is skipped changes no verdict, no prescribed load and no count against the same rest
// simulated: the whole machine, four persons, set after set.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenario/scenario.h"

enum { WAITED, SKIPPED, HEAVIER, N_WAYS };

// %s: persona, exercise; the ways differ in how the rest passes, and once in the load.
static const char STORY[] =
    "local taut = require 'taut'\n"
    "local function story(passes, load)\n"
    "  return taut.scenario {\n"
    "    name = passes .. load:to 'lb', rig = 'two_cable_trainer', user = '%s',\n"
    "    set = { exercise = '%s', load = load, reps = 4 }, timeout = minutes(30),\n"
    "    script = function(s)\n"
    "      for i = 1, 3 do\n"
    "        s:start_set()\n"
    "        local left, right = s:value('session.left_load_n', 'lb'),\n"
    "          s:value('session.right_load_n', 'lb')\n"
    "        s:wait_until('session.state == resting or session.state == stopped',\n"
    "          { within = '120 s' })\n"
    "        s:note('set', { set = i, left = left, right = right, state = s:value "
    "'session.state',\n"
    "          reps = s:value 'spotter.rep_count', done = s:value 'session.sets_done',\n"
    "          cause = s:value 'controller.cause', reports = s:value 'user.report_seq',\n"
    "          good = s:value('session.last_good_load_n', 'lb') })\n"
    "        if s:value 'session.state' == 'stopped' then\n"
    "          s:wait_until('controller.safety_state == latched', { within = '20 s' })\n"
    "          s:event('session.request', 'acknowledge')\n"
    "        end\n"
    "        s[passes](s, minutes(2))\n"
    "      end\n"
    "      s:expect('controller.armed == false')\n"
    "    end }\n"
    "end\n"
    "return { story('wait', lb(%g)), story('skip', lb(%g)), story('skip', lb(%g)) }\n";

static const struct person {
  const char *user, *exercise;
  double load_lb;
} PERSONS[] = {{"strong_adult", "goblet_squat", 25},
               {"beginner", "seated_row", 12},
               {"postpartum_week_8", "glute_bridge", 15},
               {"severe_leak", "seated_row", 8}};

/// What must not differ.
typedef struct outcome {
  char text[16384];
} outcome;

static void add(outcome *o, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(outcome *o, const char *format, ...) {
  size_t n = strlen(o->text);
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(o->text + n, sizeof o->text - n, format, arguments);
  va_end(arguments);
}

static void take(const taut_case_result *result, outcome *o) {
  *o = (outcome){0};
  add(o, "%s\n", taut_verdict_name(result->verdict));
  for (size_t i = 0; i < result->n_notes; i++) {
    for (size_t k = 0; k < result->notes[i].n_fields; k++) {
      const taut_note_field *field = &result->notes[i].fields[k];
      if (field->value.kind == TAUT_NOTE_TEXT)
        add(o, " %s %s", field->key, field->value.text);
      else
        add(o, " %s %.6g", field->key, field->value.number);
    }
    add(o, "\n");
  }
  for (size_t i = 0; i < result->n_checks; i++) {
    const taut_check_result *check = &result->checks[i];
    add(o, "%s %s\n", *check->id ? check->id : check->text, taut_verdict_name(check->verdict));
  }
}

static void run(const struct person *person, outcome out[N_WAYS], int64_t skipped_ns[N_WAYS]) {
  const char *const plugins[] = {TAUT_BUILD_DIR "/plugins", NULL};
  const taut_scenario_options options = {.data_dir = TAUT_SOURCE_DIR, .plugin_dirs = plugins};
  char path[512];
  snprintf(path, sizeof path, TAUT_BUILD_DIR "/skip_rest_%ld.lua", (long)getpid());
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fprintf(file, STORY, person->user, person->exercise, person->load_lb, person->load_lb,
          person->load_lb + 3);
  assert_int_equal(fclose(file), 0);
  taut_suite *suite = NULL;
  taut_status status = taut_suite_open(path, &options, &suite);
  assert_int_equal(status, TAUT_OK);
  for (size_t i = 0; i < N_WAYS; i++) {
    const taut_case_options how = {.seed = 3};
    const taut_case_result *result = NULL;
    assert_int_equal(taut_suite_run(suite, i, &how, NULL, &result), TAUT_OK);
    if (result->verdict == TAUT_ERROR) fail_msg("%s", result->reason);
    take(result, &out[i]);
    skipped_ns[i] = result->skipped_ns;
  }
  taut_suite_close(suite);
  remove(path);
}

static void a_skipped_rest_changes_no_verdict_load_or_count(void **state) {
  static outcome out[N_WAYS];
  (void)state;
  for (size_t i = 0; i < sizeof PERSONS / sizeof PERSONS[0]; i++) {
    int64_t skipped_ns[N_WAYS];
    run(&PERSONS[i], out, skipped_ns);
    if (strcmp(out[WAITED].text, out[SKIPPED].text) != 0)
      fail_msg("%s\nsimulated:\n%s\nskipped:\n%s", PERSONS[i].user, out[WAITED].text,
               out[SKIPPED].text);
    assert_true(skipped_ns[WAITED] == 0 && skipped_ns[SKIPPED] > 350 * TAUT_SECOND);
    // Another load is seen.
    assert_string_not_equal(out[WAITED].text, out[HEAVIER].text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_skipped_rest_changes_no_verdict_load_or_count),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

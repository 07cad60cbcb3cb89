// Registers: what is read, from where, and what is refused with which words.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/register.h"

#define HEAD "local taut = require 'taut'\n"
#define SCENARIO                                                                                \
  HEAD "return taut.scenario { name = 'x', rig = 'tiny',\n script = function(s) s:wait '1 ms' " \
       "end }\n"
#define HAZARDS                                                                      \
  HEAD "return taut.hazards {\n"                                                     \
       "  { id = 'H1', failure = 'the cable snaps', detection = 'slack',\n"          \
       "    requirement = 'no torque', safe_state = 'sto', severity = 'critical',\n" \
       "    source = 'test', status = 'D' },\n"                                      \
       "  { id = 'H2', failure = 'too  much\\n load', detection = 'load cell',\n"    \
       "    requirement = 'less load', safe_state = 'ss1', severity = 'serious',\n"  \
       "    source = 'test' } }\n"
#define REST " hazard = 'H1', severity = 'serious', source = 'test', safe_state = 'sto' }"

/// Opens a scenario with these registers in the data folder; NULL for none.
static taut_status open_with(fake_suite *f, const char *requirements, const char *hazards) {
  char path[256];
  static const char *const NAMES[2] = {"scenarios/requirements.lua", "scenarios/hazards.lua"};
  const char *const texts[2] = {requirements, hazards};
  for (int i = 0; i < 2; i++) {
    snprintf(path, sizeof path, "%s/%s", f->folder.path, NAMES[i]);
    remove(path);
    if (texts[i]) assert_true(fake_write(&f->folder, NAMES[i], texts[i]));
  }
  return fake_suite_open(f, SCENARIO);
}

static void expect_refused(void **state, const char *requirements, const char *message) {
  fake_suite *f = *state;
  taut_status got = open_with(f, requirements, HAZARDS);
  if (got != TAUT_EINVAL) fail_msg("'%s' gave %s: %s", requirements, taut_status_text(got), f->log);
  size_t n = strlen(message);
  // The whole message: the place at its start, nothing behind it.
  if (strncmp(f->log, message, n) != 0 || f->log[n] != '\n')
    fail_msg("'%s' gave\n%sexpected\n%s", requirements, f->log, message);
}

static void a_register_is_read_whole(void **state) {
  fake_suite *f = *state;
  assert_int_equal(
      open_with(f,
                HEAD "return taut.requirements {\n"
                     "  { id = 'SR-1', text = [[half the load\n      after a symptom]],\n"
                     "    formula = [[\n"
                     "      always (load.command_n <= 500 N)\n"
                     "    ]], hazard = { 'H1', 'H2' }, severity = 'serious', source = 'x 1',\n"
                     "    safe_state = 'symptom_ramp', everywhere = true, needs = 'full',\n"
                     "    approved = { by = 'A', role = 'engineer', date = '2026-01-02' } },\n"
                     "\n"
                     "  { id = 'SR-2', text = 'b', formula = 'true', end_ = 'weak'," REST "}\n",
                HAZARDS),
      TAUT_OK);
  const taut_requirement *one = taut_suite_requirement(f->suite, 0);
  const taut_requirement *two = taut_suite_requirement(f->suite, 1);
  assert_string_equal(one->id, "SR-1");
  assert_string_equal(one->text, "half the load after a symptom");
  assert_string_equal(one->hazards[0], "H1");
  assert_string_equal(one->hazards[1], "H2");
  assert_null(one->hazards[2]);
  assert_string_equal(one->severity, "serious");
  assert_string_equal(one->source, "x 1");
  assert_string_equal(one->safe_state, "symptom_ramp");
  assert_string_equal(one->needs, "full");
  assert_true(one->is_everywhere && one->is_approved);
  assert_int_equal(one->end, TAUT_END_STRICT);
  assert_string_equal(one->file, "scenarios/requirements.lua");
  assert_int_equal(one->line, 3);
  assert_int_equal(one->formula_line, 6);
  assert_string_equal(two->hazards[0], "H1");
  assert_null(two->needs);
  assert_false(two->is_everywhere || two->is_approved);
  assert_int_equal(two->end, TAUT_END_WEAK);
  assert_int_equal(two->line, 11);
  assert_null(taut_suite_requirement(f->suite, 2));
  const taut_hazard *hazard = taut_suite_hazard(f->suite, 1);
  assert_string_equal(hazard->id, "H2");
  assert_string_equal(hazard->failure, "too much load");
  assert_string_equal(hazard->file, "scenarios/hazards.lua");
  assert_int_equal(hazard->line, 6);
  assert_string_equal(taut_suite_hazard(f->suite, 0)->status, "D");
  assert_null(taut_suite_hazard(f->suite, 2));
}

static void without_registers_everything_goes_on(void **state) {
  fake_suite *f = *state;
  assert_int_equal(open_with(f, NULL, NULL), TAUT_OK);
  assert_null(taut_suite_requirement(f->suite, 0));
  assert_null(taut_suite_hazard(f->suite, 0));
}

#define ONE "return taut.requirements {\n  { id = 'SR-1', text = 'a', formula = 'true',\n   "
#define AT "scenarios/requirements.lua"

static void a_wrong_field_is_named_with_its_line(void **state) {
  expect_refused(state,
                 HEAD ONE
                 " hazrad = 'H1', severity = 'serious', source = 't',\n"
                 "  safe_state = 'sto' } }",
                 AT ":4: a requirement has no field 'hazrad'; did you mean 'hazard'?");
  expect_refused(state,
                 HEAD ONE
                 " hazard = 'H1', severity = 'serios', source = 't',\n"
                 "  safe_state = 'sto' } }",
                 AT ":4: severity 'serios' is not known; did you mean 'serious'?");
  expect_refused(state,
                 HEAD ONE
                 " hazard = 'H1', severity = 'serious', source = 't',\n"
                 "  safe_state = 'explode' } }",
                 AT
                 ":5: safe_state 'explode' is not known; there is normal, assist, "
                 "symptom_ramp, ss1, sto, released, latched, none");
  expect_refused(state, HEAD ONE " everywhere = 'yes'," REST "}",
                 AT ":4: field 'everywhere' of a requirement must be a boolean, got a string");
  expect_refused(state, HEAD ONE " needs = 'half'," REST "}",
                 AT ":4: needs 'half' is not known; there is full");
  expect_refused(state, HEAD ONE " approved = { by = 'A' }," REST "}",
                 AT ":3: a table 'approved' needs a field 'role' (string)");
}

static void a_missing_field_is_named(void **state) {
  expect_refused(state,
                 HEAD "return taut.requirements {\n  { id = 'SR-1', formula = 'true'," REST "}",
                 AT ":3: a requirement needs a field 'text' (string)");
  expect_refused(state, HEAD "return taut.requirements {\n  { id = 'SR-1', text = 'a'," REST "}",
                 AT ":3: a requirement needs a field 'formula' (string)");
  expect_refused(state, HEAD ONE " hazard = 'H1', severity = 'minor', safe_state = 'sto' } }",
                 AT ":3: a requirement needs a field 'source' (string)");
  expect_refused(state, HEAD "return taut.requirements {\n  { text = 'a'," REST "}",
                 AT ":2: entry 1 of taut.requirements needs an id, a text");
  expect_refused(state, HEAD "return taut.requirements {\n  { id = 'SR 1', text = 'a'," REST "}",
                 AT ":3: 'SR 1' is not an id: at most 31 letters, digits, '-', '_' and '.'");
  expect_refused(
      state,
      HEAD "return taut.requirements {\n  { id = 'SR-1', text = '\\n ', formula = 'x'," REST "}",
      AT ":3: 'text' is empty");
}

static void a_requirement_names_hazards_that_exist(void **state) {
  expect_refused(state,
                 HEAD ONE
                 " hazard = {}, severity = 'serious', source = 't',\n"
                 "  safe_state = 'sto' } }",
                 AT
                 ":4: a requirement without a hazard protects from nothing; name one of "
                 "hazards.lua");
  expect_refused(state,
                 HEAD ONE
                 " severity = 'serious', source = 't', safe_state = 'sto',\n"
                 "  hazard = { 'H1', 'H3' } } }",
                 AT
                 ":5: SR-1 names the hazard 'H3', which no hazards.lua has; did you mean "
                 "'H1'?");
}

static void a_second_entry_of_an_id_is_refused(void **state) {
  expect_refused(state,
                 HEAD
                 "return taut.requirements {\n"
                 "  { id = 'SR-1', text = 'a', formula = 'true'," REST
                 ",\n"
                 "  { id = 'SR-2', text = 'a', formula = 'true'," REST
                 ",\n"
                 "  { id = 'SR-1', text = 'a', formula = 'true'," REST "}",
                 AT ":5: a second requirement 'SR-1'; the first is at line 3");
  // Also across files: the data folder's and the project's beside the scenario.
  fake_suite *f = *state;
  char expected[256];
  assert_true(fake_write(&f->folder, "requirements.lua",
                         HEAD "\n\nreturn taut.requirements {\n"
                              "  { id = 'SR-1', text = 'a', formula = 'true'," REST "}"));
  taut_status status = open_with(
      f, HEAD "return taut.requirements {\n  { id = 'SR-1', text = 'a', formula = 'true'," REST "}",
      HAZARDS);
  assert_int_equal(status, TAUT_EINVAL);
  snprintf(expected, sizeof expected,
           "%s/requirements.lua:5: a second requirement 'SR-1'; the first is at "
           "scenarios/requirements.lua:3\n",
           f->folder.path);
  assert_string_equal(f->log, expected);
}

static void the_nearest_project_register_adds_to_the_shipped_one(void **state) {
  fake_suite *f = *state;
  assert_true(fake_write(&f->folder, "requirements.lua",
                         HEAD "return taut.requirements {\n"
                              "  { id = 'P-1', text = 'a', formula = 'true'," REST "}"));
  assert_int_equal(
      open_with(f,
                HEAD
                "return taut.requirements {\n  { id = 'SR-1', text = 'a', formula = 'true'," REST
                "}",
                HAZARDS),
      TAUT_OK);
  assert_string_equal(taut_suite_requirement(f->suite, 0)->id, "SR-1");
  assert_string_equal(taut_suite_requirement(f->suite, 1)->id, "P-1");
  assert_null(taut_suite_requirement(f->suite, 2));
  char expected[256];
  snprintf(expected, sizeof expected, "%s/requirements.lua", f->folder.path);
  assert_string_equal(taut_suite_requirement(f->suite, 1)->file, expected);
}

// A project that was begun with a copy of what came with Taut; another text of the same size is
// none.
static void a_copy_of_the_shipped_register_is_the_shipped_one(void **state) {
  static const char shipped[] =
      HEAD "return taut.requirements {\n  { id = 'SR-1', text = 'a', formula = 'true'," REST "}";
  static const char other[] =
      HEAD "return taut.requirements {\n  { id = 'SR-1', text = 'b', formula = 'true'," REST "}";
  fake_suite *f = *state;
  assert_true(fake_write(&f->folder, "requirements.lua", shipped));
  assert_int_equal(open_with(f, shipped, HAZARDS), TAUT_OK);
  assert_non_null(taut_suite_requirement(f->suite, 0));
  assert_null(taut_suite_requirement(f->suite, 1));
  taut_suite_close(f->suite);
  f->suite = NULL;
  assert_int_equal(open_with(f, other, HAZARDS), TAUT_EINVAL);
  assert_non_null(strstr(f->log, "a second requirement 'SR-1'"));
}

static void hear_input(void *user, const char *path) {
  const char *slash = strrchr(path, '/');
  strcat(user, slash ? slash : path);
}

static void files_of_registers_are_inputs_of_a_case(void **state) {
  fake_suite *f = *state;
  char heard[512] = "";
  f->options.on_input = hear_input;
  f->options.input_user = heard;
  assert_int_equal(open_with(f, HEAD "return taut.requirements {}", HAZARDS), TAUT_OK);
  assert_non_null(strstr(heard, "/requirements.lua/hazards.lua"));
}

static void what_is_no_register_is_refused(void **state) {
  expect_refused(state, "return 1",
                 AT ":1: it must return taut.requirements { ... }, got a number");
  expect_refused(state, HEAD "return taut.hazards {}",
                 AT ":1: it must return taut.requirements { ... }, got a table");
  expect_refused(state, HEAD "return taut.requirements(7)",
                 AT ":2: write taut.requirements { { id = ... }, ... } with one list");
  expect_refused(state, HEAD "return taut.requirements { x = 1 }",
                 AT ":2: taut.requirements takes a list of tables without names or gaps");
  expect_refused(state, HEAD "return taut.requirements { 'SR-1' }",
                 AT ":2: entry 1 of taut.requirements is a string, not a table");
}

static void a_demand_is_covered_and_says_what_it_is_drawn_from(void **state) {
  static const char REQUIREMENTS[] =
      HEAD "return taut.requirements {\n  { id = 'SR-10', text = 'a', formula = 'true'," REST "}";
  static const char *const TRIES[][2] = {
      {"demand = { 'SR-10' }, distribution = 'alike'", NULL},
      {"demand = { 'SR-10' }", "needs 'distribution': a sentence on what instant, person and load"},
      {"distribution = 'alike'", "belongs to 'demand', which is not there"},
      {"demand = { 'SR-11' }, distribution = 'alike'", "'SR-11' is not in 'covers', so nothing"},
      {"demand = { 'SR-10', 'SR-10' }, distribution = 'alike'", "'SR-10' is named twice"}};
  fake_suite *f = *state;
  assert_int_equal(open_with(f, REQUIREMENTS, HAZARDS), TAUT_OK);
  for (size_t i = 0; i < sizeof TRIES / sizeof TRIES[0]; i++) {
    char text[512];
    snprintf(text, sizeof text,
             HEAD
             "return taut.scenario { name = 'x', rig = 'tiny', covers = { 'SR-10' },\n"
             "  %s, script = function(s) end }",
             TRIES[i][0]);
    taut_status status = fake_suite_open(f, text);
    assert_int_equal(status, TRIES[i][1] == NULL ? TAUT_OK : TAUT_EINVAL);
    if (TRIES[i][1] != NULL) assert_non_null(strstr(f->log, TRIES[i][1]));
  }
}

static void ids_of_scenarios_are_in_the_register(void **state) {
  static const char REQUIREMENTS[] =
      HEAD "return taut.requirements {\n  { id = 'SR-10', text = 'a', formula = 'true'," REST "}";
  fake_suite *f = *state;
  assert_int_equal(open_with(f, REQUIREMENTS, HAZARDS), TAUT_OK);
  assert_int_equal(fake_suite_open(f, HEAD "return taut.scenario { name = 'x', rig = 'tiny',\n"
                                           "  covers = { 'SR-10', 'SR-1O' },\n"
                                           "  script = function(s) end }"),
                   TAUT_EINVAL);
  char expected[512];
  snprintf(expected, sizeof expected,
           "%s/s.lua:3: no requirement 'SR-1O'; did you mean 'SR-10'? A new one belongs into a "
           "requirements.lua beside the scenario or above it\n",
           f->folder.path);
  assert_string_equal(f->log, expected);
  static const char *const CALLS[] = {
      "s:expect('user.rep >= 0', { id = 'SR-99' })", "s:always('user.rep >= 0', { id = 'SR-99' })",
      "s:wait_until('user.rep >= 0', { within = '1 s', id = 'SR-99' })",
      "s:check(true, { text = 'x', id = 'SR-99' })"};
  for (size_t i = 0; i < sizeof CALLS / sizeof CALLS[0]; i++) {
    const taut_case_result *result = fake_suite_run(f, "", CALLS[i]);
    assert_non_null(result);
    assert_int_equal(result->verdict, TAUT_ERROR);
    if (!strstr(result->reason, "s.lua:4: no requirement 'SR-99'; did you mean 'SR-10'?"))
      fail_msg("%s gave '%s'", CALLS[i], result->reason);
  }
  const taut_case_result *result =
      fake_suite_run(f, "covers = { 'SR-10' },", "s:expect('user.rep >= 0', { id = 'SR-10' })");
  assert_non_null(result);
  assert_int_equal(result->verdict, TAUT_PASS);
}

#define TEST(function) \
  cmocka_unit_test_setup_teardown(function, fake_suite_set_up, fake_register_tear_down)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_register_is_read_whole),
      TEST(without_registers_everything_goes_on),
      TEST(a_wrong_field_is_named_with_its_line),
      TEST(a_missing_field_is_named),
      TEST(a_requirement_names_hazards_that_exist),
      TEST(a_second_entry_of_an_id_is_refused),
      TEST(the_nearest_project_register_adds_to_the_shipped_one),
      TEST(a_copy_of_the_shipped_register_is_the_shipped_one),
      TEST(files_of_registers_are_inputs_of_a_case),
      TEST(what_is_no_register_is_refused),
      TEST(a_demand_is_covered_and_says_what_it_is_drawn_from),
      TEST(ids_of_scenarios_are_in_the_register),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

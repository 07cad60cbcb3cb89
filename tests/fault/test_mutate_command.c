// The mutation campaign as a whole: every class by a machine that was made for it, the same bytes
// for any number of workers, and a suite that gets worse when a requirement is taken out.

#include "support/command.h"

static void write_text(const char *path, const char *text) {
  assert_int_equal(taut_file_write_atomic(path, text, strlen(text), NULL), TAUT_OK);
}

#define REQUIREMENT(id, formula)                                      \
  "  { id = '" id "', text = 'words of " id "', formula = [[" formula \
  "]], hazard = 'P-H1', severity = 'minor', source = 'test', safe_state = 'none' },\n"
#define COUNTS REQUIREMENT("P-1", "whenever prev true then delta(session.heartbeat_seq) <= 1")
#define UNLOADS REQUIREMENT("P-2", "whenever spotter.left_phase == hold then spotter.unload")

/// A register of hazards for the requirements of these tests.
static void write_hazards(void) {
  write_text("hazards.lua",
             "return require('taut').hazards { { id = 'P-H1', failure = 'a', detection = 'b',\n"
             "  requirement = 'c', safe_state = 'none', severity = 'minor', source = 'test' } }\n");
}

/// A session that counts, turns `set_active` on after 50 ms and otherwise talks to the spotter.
static const char *const SESSION =
    "local taut = require 'taut'\n"
    "return taut.role { role = 'session', period = '10 ms', state = { 'n' },\n"
    "  update = function(st) st.n = st.n + 1 end,\n"
    "  output = function(st, out)\n"
    "    out.heartbeat_seq = st.n\n"
    "    out.set_active = st.n >= 5 and 1 or 0\n"
    "    out.target_speed_m_s = st.n >= 5 and 0.6 or 0.5\n"
    "    out.range_min_m = 0.1 out.range_max_m = 1\n"
    "  end }\n";
/// Its spotter passes the speed on, breaks at a range that cannot be, and asks to unload at the
/// end.
static const char *const SPOTTER =
    "local taut = require 'taut'\n"
    "return taut.role { role = 'spotter', period = '1 ms', state = { 'speed', 'ticks' },\n"
    "  update = function(st, inp)\n"
    "    if inp.range_min_m > 0.12 then error 'this range cannot be' end\n"
    "    st.speed = inp.target_speed_m_s\n"
    "    st.ticks = st.ticks + 1\n"
    "  end,\n"
    "  output = function(st, out)\n"
    "    out.left_load_scale = st.speed out.right_load_scale = 1\n"
    "    out.left_phase = st.ticks >= 80 and 2 or 0\n"
    "    out.unload = st.ticks >= 80 and 1 or 0\n"
    "  end }\n";

static void write_machine(const char *requirements, const char *covers) {
  write_text("session.lua", SESSION);
  write_text("spotter.lua", SPOTTER);
  write_hazards();
  char *text = taut_text_format("return require('taut').requirements {\n%s}\n", requirements);
  write_text("requirements.lua", text);
  free(text);
  text = taut_text_format(
      "local taut = require 'taut'\n"
      "return taut.scenario { name = 'tiny', covers = { %s },\n"
      "  rig = taut.rig { name = 'tiny', base_period = '1 ms', sides = { 'left' },\n"
      "    roles = { session = 'session_basic', spotter = 'spotter' } },\n"
      "  with = { session = 'session.lua', spotter = 'spotter.lua' },\n"
      "  script = function(s)\n"
      "    s:wait_until('session.set_active', { within = '100 s' })\n"
      "    s:wait '100 ms'\n"
      "  end }\n",
      covers);
  write_text("s.lua", text);
  free(text);
}

/// The class of a mutant of the campaign in `document`.
static const char *class_of(const json_t *document, const char *port, const char *operator_name,
                            int scale) {
  size_t i;
  json_t *row;
  json_array_foreach(json_object_get(document, "mutants"), i, row) {
    if (strcmp(text_at(row, "port"), port) == 0 &&
        strcmp(text_at(row, "operator"), operator_name) == 0 &&
        json_integer_value(json_object_get(row, "scale")) == scale)
      return text_at(row, "class");
  }
  fail_msg("no mutant %s %s %d", port, operator_name, scale);
  return "";
}

static void expect_class(const json_t *document, const char *port, const char *operator_name,
                         int scale, const char *name) {
  const char *got = class_of(document, port, operator_name, scale);
  if (strcmp(got, name) != 0)
    fail_msg("%s %s %dx is %s, expected %s", port, operator_name, scale, got, name);
}

static void each_class_by_a_machine_made_for_it(void **state) {
  (void)state;
  static const struct {
    const char *port, *operator_name;
    int scale;
    const char *name;
  } rows[] = {{"session.heartbeat_seq", "quantise", 10, "killed"},
              {"spotter.unload", "safety_off", 0, "killed"},
              {"session.target_speed_m_s", "bias", 10, "golden_only"},
              {"session.target_speed_m_s", "dead_band", 10, "not_reached"},
              {"session.range_max_m", "bias", 10, "survived"},
              {"session.range_max_m", "stuck", 0, "identical"},
              {"session.range_min_m", "bias", 10, "crash"},
              {"session.set_active", "stuck", 0, "time_out"},
              {"session.sets_done", "bias", 10, "unobserved"}};
  json_t *document = NULL;
  write_machine(COUNTS UNLOADS, "'P-1', 'P-2'");
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (i == 0 || strcmp(rows[i].port, rows[i - 1].port) != 0) {
      json_decref(document);
      assert_int_equal(run_taut("mutate s.lua -j 2 --json --port %s", rows[i].port), 0);
      document = json_of("out");
    }
    expect_class(document, rows[i].port, rows[i].operator_name, rows[i].scale, rows[i].name);
  }
  json_decref(document);
}

static void the_bytes_do_not_depend_on_the_workers(void **state) {
  (void)state;
  write_machine(COUNTS UNLOADS, "'P-1', 'P-2'");
  assert_int_equal(run_taut("mutate s.lua --port spotter.left_ -j 1 --json"), 0);
  char *one = text_of("out");
  assert_int_equal(run_taut("mutate s.lua --port spotter.left_ -j 2 --json"), 0);
  char *two = text_of("out");
  assert_string_equal(one, two);
  // The twin: another seed is another campaign.
  assert_int_equal(run_taut("mutate s.lua --port spotter.left_ -j 2 --seed 2 --json"), 0);
  char *other = text_of("out");
  assert_string_not_equal(one, other);
  free(one);
  free(two);
  free(other);
}

static int64_t kills(const char *name) {
  json_t *document = json_of("out");
  int64_t n = -1;
  size_t i;
  json_t *row;
  json_array_foreach(json_object_get(document, "scores"), i,
                     row) if (strcmp(text_at(row, "name"), name) == 0) n =
      json_integer_value(json_object_get(row, "killed"));
  json_decref(document);
  return n;
}

static void a_requirement_that_is_taken_out_lets_mutants_live(void **state) {
  (void)state;
  write_machine(COUNTS UNLOADS, "'P-1', 'P-2'");
  assert_int_equal(run_taut("mutate s.lua --port unload --json"), 0);
  int64_t before = kills("10x");
  assert_int_equal(kills("safety_off"), 1);
  write_machine(COUNTS, "'P-1'");
  // A permission that can be held at 'permit' unnoticed is worth an exit status.
  assert_int_equal(run_taut("mutate s.lua --port unload --json"), 1);
  assert_true(kills("10x") < before);
  assert_int_equal(kills("safety_off"), 0);
  expect_text("err", "a permission can be held at 'permit'");
}

static void a_stale_explanation_is_an_error_and_none_raises_the_score(void **state) {
  (void)state;
  write_machine(COUNTS UNLOADS, "'P-1', 'P-2'");
  assert_int_equal(run_taut("mutate s.lua --port session.range_max --json"), 0);
  int64_t before = kills("10x");
  write_text("survivors.json",
             "[{\"port\": \"session.range_max_m\", \"operator\": \"bias\",\n"
             "  \"reason\": \"this spotter does not look at it\"}]");
  assert_int_equal(run_taut("mutate s.lua --port session.range_max --json"), 0);
  assert_int_equal(kills("10x"), before);
  expect_text("out", "this spotter does not look at it");
  write_text(
      "survivors.json",
      "[{\"port\": \"session.heartbeat_seq\", \"operator\": \"quantise\", \"reason\": \"x\"}]");
  assert_int_equal(run_taut("mutate s.lua --port heartbeat --json"), 4);
  expect_text("err",
              "entry 1 explains session.heartbeat_seq quantise, and no such mutant survives");
  // On another day others survive.
  assert_int_equal(run_taut("mutate s.lua --port heartbeat --seed 2 --json"), 0);
  write_text("survivors.json", "[{\"port\": \"a\"}]");
  assert_int_equal(run_taut("mutate s.lua --port session.range_max --json"), 4);
  expect_text("err", "entry 1 needs the texts port, operator and reason");
  write_text("survivors.json", "[");
  assert_int_equal(run_taut("mutate s.lua"), 4);
  unlink("survivors.json");
}

static void a_case_that_fails_by_itself_can_kill_nothing(void **state) {
  (void)state;
  write_machine(REQUIREMENT("P-1", "always (session.heartbeat_seq <= 3)"), "'P-1'");
  assert_int_equal(run_taut("mutate s.lua"), 4);
  expect_text("err", "'tiny' does not pass without a mutant");
}

static void survivors_come_first_and_the_score_can_be_asked_for(void **state) {
  (void)state;
  write_machine(COUNTS UNLOADS, "'P-1', 'P-2'");
  assert_int_equal(run_taut("mutate s.lua --port range"), 0);
  char *text = text_of("out");
  const char *survived = strstr(text, "survived\n"), *score = strstr(text, "score 10x");
  assert_true(survived == text && score != NULL);
  free(text);
  assert_int_equal(run_taut("mutate s.lua --port range --least 99.9"), 1);
  expect_text("err", "the score at 10x is below 99.9 %");
  assert_int_equal(run_taut("mutate s.lua --port range --least 0"), 0);
  assert_int_equal(run_taut("mutate s.lua --port nothing"), 5);
  assert_int_equal(run_taut("mutate s.lua --profile fast"), 4);
  assert_int_equal(run_taut("mutate s.lua --times 2"), 4);
  assert_int_equal(run_taut("mutate s.lua --profile full --times 3"), 4);
  assert_int_equal(run_taut("mutate s.lua --port range --least x"), 4);
}

static void inputs_have_a_largest_multiple_that_violates_nothing(void **state) {
  (void)state;
  write_hazards();
  write_text("requirements.lua",
             "return require('taut').requirements {\n" REQUIREMENT(
                 "P-1", "always (controller.left_speed_m_s <= 0.55 m/s)") "}\n");
  write_text("controller.lua",
             "local taut = require 'taut'\n"
             "return taut.role { role = 'controller', period = '1 ms', state = { 'speed' },\n"
             "  update = function(st, inp) st.speed = inp.mode_speed_m_s end,\n"
             "  output = function(st, out) out.left_speed_m_s = st.speed end }\n");
  write_text("t.lua",
             "local taut = require 'taut'\n"
             "return taut.scenario { name = 'tiny', covers = { 'P-1' },\n"
             "  rig = taut.rig { name = 'tiny', base_period = '1 ms', sides = { 'left' },\n"
             "    roles = { controller = 'resistance' } },\n"
             "  script = function(s) s:wait '100 ms' end }\n");
  assert_int_equal(
      run_taut("mutate --with controller=controller.lua t.lua --inputs --port mode_speed --json"),
      0);
  json_t *document = json_of("out");
  size_t i;
  json_t *row;
  int n_found = 0;
  json_array_foreach(json_object_get(document, "tolerance"), i, row) {
    if (strcmp(text_at(row, "operator"), "gain") != 0) continue;
    n_found++;
    // 1 % and 3 % more than 0.5 m/s are under the limit, 10 % are on it.
    assert_true(json_integer_value(json_object_get(row, "survived")) >= 3);
  }
  assert_int_equal(n_found, 1);
  json_decref(document);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter_folder, leave_folder)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(each_class_by_a_machine_made_for_it),
      TEST(the_bytes_do_not_depend_on_the_workers),
      TEST(a_requirement_that_is_taken_out_lets_mutants_live),
      TEST(a_stale_explanation_is_an_error_and_none_raises_the_score),
      TEST(a_case_that_fails_by_itself_can_kill_nothing),
      TEST(survivors_come_first_and_the_score_can_be_asked_for),
      TEST(inputs_have_a_largest_multiple_that_violates_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

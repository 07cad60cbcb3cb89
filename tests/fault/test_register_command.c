// Registers and the whole command: hostile ones end as an error with a name, gaps are told, and
// what judged a failure is on the terminal.

#include "support/command.h"

static void write_text(const char *path, const char *text) {
  assert_int_equal(taut_file_write_atomic(path, text, strlen(text), NULL), TAUT_OK);
}

#define SCENARIO(fields)                                                                 \
  "return require('taut').scenario { name = 'idle', rig = 'two_cable_trainer',\n" fields \
  "  script = function(s) s:wait '20 ms' s:expect('user.rep == 0') end }\n"
#define ENTRY(id, formula, more)                                                  \
  "  { id = '" id "', text = 'words of " id "', formula = [[" formula "]], " more \
  "hazard = 'P-H1', severity = 'minor', source = 'test', safe_state = 'none' },\n"
#define REGISTER(entries) "return require('taut').requirements {\n" entries "}\n"
#define HOLDS ENTRY("P-1", "always (load.command_n <= 500 N)", "")
#define NEVER ENTRY("P-2", "whenever user.rep >= 1 then load.command_n <= 500 N", "")

static void write_hazards(void) {
  write_text("hazards.lua",
             "return require('taut').hazards { { id = 'P-H1', failure = 'a', detection = 'b',\n"
             "  requirement = 'c', safe_state = 'none', severity = 'minor', source = 'test' } }\n");
}

static void a_hostile_register_is_an_error_with_its_name(void **state) {
  (void)state;
  static const struct {
    const char *text, *message;
  } registers[] = {
      {"while true do end", "requirements.lua:1: the limit of 200 million Lua instructions"},
      {"local t = {} while true do t[#t + 1] = ('x'):rep(100000) .. #t end", "Lua memory"},
      {"return { { id = 'P-1' } }", "requirements.lua:1: it must return taut.requirements { ... }"},
      {"return require('taut').requirements { 7 }", "requirements.lua:1: entry 1 of"},
      {"return require 'requirements'", "there is no 'requirements' in scenarios/lib"},
      {"error { code = 1 }", "error with a table instead of a text"},
      {"return os.execute 'touch owned'", "no global 'os'"},
      {"\x1bLua", "requirements.lua:1: a binary chunk is not loaded"},
      {"return (", "requirements.lua:1: unexpected symbol near <eof>"},
      {"local t = require('taut').requirements { { id = 'P-1', text = 'a', formula = 'true',\n"
       "  hazard = 'P-H1', severity = 'minor', source = 't', safe_state = 'none' } }\n"
       "t[1].id = nil t[2] = t return t",
       "requirements.lua:1: entry 1 of taut.requirements needs an id"},
      {"local list = {} for i = 1, 3000 do list[i] = { id = 'P-' .. i } end\n"
       "return require('taut').requirements(list)",
       "requirements.lua:2: a register has at most 2000 entries"},
  };
  write_hazards();
  write_text("s.lua", SCENARIO(""));
  for (size_t i = 0; i < sizeof registers / sizeof registers[0]; i++) {
    write_text("requirements.lua", registers[i].text);
    int status = run_taut("run s.lua");
    if (status != 4) fail_msg("%s ended with %d", registers[i].text, status);
    expect_text("out", registers[i].message);
  }
  assert_true(access("owned", F_OK) != 0);
  // The twin: a register that is none of that.
  write_text("requirements.lua", REGISTER(HOLDS));
  assert_int_equal(run_taut("run s.lua"), 0);
}

static void a_huge_register_is_refused(void **state) {
  (void)state;
  size_t size = 2 << 20;
  char *text = taut_memory_resize(NULL, size);
  memset(text, ' ', size);
  assert_int_equal(taut_file_write_atomic("requirements.lua", text, size, NULL), TAUT_OK);
  free(text);
  write_text("s.lua", SCENARIO(""));
  assert_int_equal(run_taut("run s.lua"), 4);
  expect_text("out", "requirements.lua is larger than 1024 KiB");
}

static bool is_gap(const char *id) {
  json_t *results = json_of("runs/latest/results.json");
  const json_t *list = json_object_get(results, "requirements");
  int found = -1;
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *entry = json_array_get(list, i);
    if (strcmp(text_at(entry, "id"), id) == 0) found = json_is_true(json_object_get(entry, "gap"));
  }
  json_decref(results);
  if (found < 0) fail_msg("%s is not in the results", id);
  return found == 1;
}

static void a_requirement_that_nothing_exercised_is_a_gap_by_name(void **state) {
  (void)state;
  write_hazards();
  write_text("requirements.lua", REGISTER(HOLDS NEVER));
  write_text("s.lua", SCENARIO("covers = { 'P-1' },\n"));
  assert_int_equal(run_taut("run s.lua"), 0);
  assert_false(is_gap("P-1"));
  assert_true(is_gap("P-2"));
  expect_text("runs/latest/junit.xml", "P-2\"/>");
  expect_text("out", "requirements: ");
  assert_int_equal(run_taut("list --requirements s.lua"), 0);
  expect_text("out", "P-1        words of P-1\n           minor; P-H1\n           s.lua:1\n");
  expect_text("out", "P-2        words of P-2\n           minor; P-H1; no case covers it\n");
  // The twin: to be named is not enough, it must have applied ...
  write_text("s.lua", SCENARIO("covers = { 'P-1', 'P-2' },\n"));
  assert_int_equal(run_taut("run s.lua"), 1);
  expect_text("out", "P-2  words of P-2");
  expect_text("out", "never exercised");
  assert_true(is_gap("P-2"));
  // ... and with something that made it apply there is no gap.
  write_text(
      "requirements.lua",
      REGISTER(HOLDS ENTRY("P-2", "whenever user.rep == 0 then load.command_n <= 500 N", "")));
  assert_int_equal(run_taut("run s.lua"), 0);
  assert_false(is_gap("P-2"));
}

static void a_failed_requirement_is_told_whole(void **state) {
  (void)state;
  write_hazards();
  write_text("requirements.lua",
             REGISTER(ENTRY("P-1", "whenever user.rep == 0 then\n  load.command_n >= 3 N",
                            "everywhere = true, ")));
  write_text("s.lua", SCENARIO(""));
  assert_int_equal(run_taut("run s.lua"), 1);
  expect_text("out",
              "  requirement  P-1  words of P-1\n"
              "  expected     whenever user.rep == 0 then load.command_n >= 3 N\n"
              "  got          violated by 3 N on the left, first at 0.000 s\n"
              "  triggered    2 times\n"
              "  when         0.000 s\n"
              "  by           3 N\n"
              "  at           s.lua:1\n"
              "  repro        ");
  json_t *results = json_of("runs/latest/results.json");
  const json_t *checks = json_object_get(case_of(results, "idle"), "checks"), *check = NULL;
  for (size_t i = 0; i < json_array_size(checks); i++)
    if (strcmp(text_at(json_array_get(checks, i), "id"), "P-1") == 0)
      check = json_array_get(checks, i);
  assert_non_null(check);
  assert_true(json_is_true(json_object_get(check, "requirement")));
  assert_true(json_is_true(json_object_get(check, "everywhere")));
  assert_int_equal(json_integer_value(json_object_get(check, "triggers")), 2);
  assert_int_equal(json_array_size(json_object_get(check, "signals")), 3);
  json_decref(results);
}

static void registers_are_no_scenarios(void **state) {
  (void)state;
  write_hazards();
  write_text("requirements.lua", REGISTER(HOLDS));
  write_text("s.lua", SCENARIO(""));
  assert_int_equal(run_taut("list ."), 0);
  expect_text("out", "s.lua\n");
  char *text = text_of("out");
  assert_null(strstr(text, "requirements.lua"));
  assert_null(strstr(text, "hazards.lua"));
  free(text);
  assert_int_equal(run_taut("run requirements.lua"), 4);
  expect_text("err", "requirements.lua is a register, not a scenario");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, enter_folder, leave_folder)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_hostile_register_is_an_error_with_its_name),
      TEST(a_huge_register_is_refused),
      TEST(a_requirement_that_nothing_exercised_is_a_gap_by_name),
      TEST(a_failed_requirement_is_told_whole),
      TEST(registers_are_no_scenarios),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/// Golden traces as scripts and CI see them: what a trace carries, and what leaves it.
#include <sys/stat.h>

#include "support/command.h"
#include "trace/reader.h"

#define MS_NS INT64_C(1000000)

static void write_text(const char *path, const char *text) {
  assert_int_equal(taut_file_write_atomic(path, text, strlen(text), NULL), TAUT_OK);
}

/// A register of the test's own, so that its checks may have ids.
static void write_register(void) {
  write_text("requirements.lua",
             "local taut = require \"taut\"\n"
             "local function one(id)\n"
             "  return { id = id, text = \"a limit of this test\", hazard = \"H1\", severity = "
             "\"minor\",\n"
             "    source = \"this test\", safe_state = \"none\", formula = \"load.command_n <= "
             "1000 N\" }\n"
             "end\n"
             "return taut.requirements { one \"SR-900\", one \"SR-901\", one \"SR-902\" }\n");
}

/// Two short cases; the limit is that of requirement SR-900 of the first.
static void write_scenarios(const char *path, const char *limit) {
  write_register();
  char *text = taut_text_format(
      "local taut = require \"taut\"\n"
      "return { taut.scenario {\n"
      "  name = \"hands off\", rig = \"two_cable_trainer\",\n"
      "  faults = { silent = taut.fault { on = \"controller.heartbeat_seq\", kind = \"stuck\" } "
      "},\n"
      "  script = function(s)\n"
      "    s:wait \"20 ms\"\n"
      "    s:fault \"silent\"\n"
      "    s:wait \"50 ms\"\n"
      "    s:clear \"silent\"\n"
      "    s:event(\"session.request\", \"start_set\")\n"
      "    s:wait \"20 ms\"\n"
      "    s:expect(\"load.command_n <= %s\", { id = \"SR-900\" })\n"
      "  end,\n"
      "}, taut.scenario {\n"
      "  name = \"still\", rig = \"two_cable_trainer\",\n"
      "  script = function(s) s:wait \"10 ms\" s:expect(\"load.command_n <= 1 N\") end,\n"
      "} }\n",
      limit);
  write_text(path, text);
  free(text);
}

/// The events of a trace that have this in them.
static size_t n_events(const char *path, const char *part) {
  int fd = open(path, O_RDONLY);
  assert_true(fd >= 0);
  taut_trace_source source;
  taut_trace_reader *reader = NULL;
  assert_int_equal(taut_trace_source_fd(&fd, &source), TAUT_OK);
  assert_int_equal(taut_trace_reader_open(&source, &reader), TAUT_OK);
  size_t n = 0;
  int64_t before_ns = 0;
  taut_trace_item item;
  while (taut_trace_reader_next(reader, &item) == TAUT_OK) {
    // What the script does stands where it belongs, between events and rows.
    assert_true(item.tick_ns >= before_ns);
    before_ns = item.tick_ns;
    if (item.kind != TAUT_TRACE_EVENT) continue;
    char *text = taut_text_format("%.*s", (int)item.n_json, item.json);
    n += strstr(text, part) != NULL;
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(json);
    assert_int_equal(json_integer_value(json_object_get(json, "tick_ns")), item.tick_ns);
    json_decref(json);
    free(text);
  }
  taut_trace_reader_close(reader);
  close(fd);
  return n;
}

#define HANDS_OFF "a.hands-off.mcap"

static void a_trace_tells_what_the_script_did(void **state) {
  (void)state;
  write_scenarios("a.lua", "1 N");
  assert_int_equal(run_taut("run a.lua --trace traces"), 0);
  const char *path = "traces/" HANDS_OFF;
  assert_int_equal(run_taut("trace verify %s", path), 0);
  assert_int_equal(n_events(path, "\"source\":\"script\""), 3);
  assert_int_equal(
      n_events(path, "\"event\":\"fault\",\"target\":\"silent\",\"value\":1,\"label\":\"on\""), 1);
  assert_int_equal(n_events(path, "\"value\":0,\"label\":\"off\""), 1);
  assert_int_equal(n_events(path,
                            "\"event\":\"event\",\"target\":\"session.request\",\"value\":1,"
                            "\"label\":\"start_set\""),
                   1);
  // A script that does nothing leaves nothing.
  assert_int_equal(n_events("traces/a.still.mcap", "\"source\":\"script\""), 0);
}

static void a_trace_carries_its_judgement(void **state) {
  (void)state;
  write_scenarios("a.lua", "1 N");
  assert_int_equal(run_taut("run a.lua --trace golden"), 0);
  assert_int_equal(run_taut("trace info golden/" HANDS_OFF), 0);
  expect_text("out", "SR-900 pass 1 N -");
  // The same rows, another limit: the hash is the same and the margin is not.
  write_scenarios("a.lua", "3 N");
  assert_int_equal(run_taut("run a.lua --trace new"), 0);
  assert_int_equal(run_taut("compare golden new"), 1);
  expect_text("out", "SR-900: margin 3 N, golden 1 N");
  expect_text("out", "1 the same, 1 not");
  write_text("golden/a.hands-off.tolerances.json", "{\"margins\": {\"SR-9*\": {\"atol\": 2}}}");
  assert_int_equal(run_taut("compare golden new"), 0);
  write_text("golden/a.hands-off.tolerances.json", "{\"margins\": {\"*\": {\"atol\": 1.9}}}");
  assert_int_equal(run_taut("compare golden new"), 1);
  write_text("golden/a.hands-off.tolerances.json", "{\"margins\": {\"SR-901\": {\"atol\": 2}}}");
  assert_int_equal(run_taut("compare golden new"), 4);
  expect_text("err", "SR-901: no requirement of the trace has this name");
  write_text("golden/a.hands-off.tolerances.json", "{\"margins\": {\"SR-900\": {\"rtol\": 2}}}");
  assert_int_equal(run_taut("compare golden new"), 4);
  expect_text("err", "unknown key 'rtol'; known is atol");
}

static void a_trace_has_one_name_wherever_its_case_is_run(void **state) {
  (void)state;
  assert_int_equal(mkdir("scenarios", 0777), 0);
  write_scenarios("scenarios/a.lua", "1 N");
  write_scenarios("scenarios/b.lua", "1 N");
  assert_int_equal(run_taut("run --trace all"), 0);
  assert_int_equal(run_taut("run scenarios/b.lua -k still --trace one"), 0);
  assert_int_equal(chdir("scenarios"), 0);
  assert_int_equal(run_taut("run b.lua --trace ../there"), 0);
  assert_int_equal(chdir(".."), 0);
  assert_int_equal(run_taut("compare one all"), 0);
  expect_text("out", "same     all/b.still.mcap (trace hash)");
  expect_text("out", "new      all/a.still.mcap (there is no golden trace)");
  expect_text("out", "1 the same, 0 not, 3 new");
  assert_int_equal(run_taut("compare there all"), 0);
  assert_int_equal(run_taut("compare all there"), 1);
  expect_text("out", "2 the same, 2 not");
}

// -------------------------------------------------------------------------------------- baseline

/// The first 50 ms of a set.
static void write_idle(const char *path) {
  write_register();
  write_text(path,
             "local taut = require \"taut\"\n"
             "return taut.scenario {\n"
             "  name = \"idle\", rig = \"two_cable_trainer\", user = \"beginner\",\n"
             "  set = { exercise = \"goblet_squat\", load = lb(25), reps = 3 },\n"
             "  script = function(s)\n"
             "    s:event(\"session.request\", \"start_set\")\n"
             "    s:wait \"50 ms\"\n"
             "    s:expect(\"load.command_n <= 200 N\", { id = \"SR-900\" })\n"
             "  end,\n"
             "}\n");
}

/// The check that compares with the golden trace, of the only case in results.json.
static const json_t *golden_check(const json_t *results) {
  const json_t *item = json_array_get(json_object_get(results, "cases"), 0);
  const json_t *checks = json_object_get(item, "checks");
  for (size_t i = 0; i < json_array_size(checks); i++) {
    const json_t *check = json_array_get(checks, i);
    if (strncmp(text_at(check, "text"), "the trace is that of", 20) == 0) return check;
  }
  fail_msg("there is no such check");
  return NULL;
}

static void expect_golden(const char *verdict, const char *got, int64_t tick_ns) {
  json_t *results = json_of("runs/latest/results.json");
  const json_t *check = golden_check(results);
  assert_string_equal(text_at(check, "verdict"), verdict);
  if (strstr(text_at(check, "got"), got) == NULL) fail_msg("got '%s'", text_at(check, "got"));
  const json_t *tick = json_object_get(check, "tick_ns");
  assert_int_equal(json_is_integer(tick) ? json_integer_value(tick) : -1, tick_ns);
  json_decref(results);
}

static size_t n_updates(void) {
  json_t *list = json_of("golden/baseline.json");
  size_t n = json_array_size(list);
  json_decref(list);
  return n;
}

static void a_controller_that_leaves_the_golden_trace_is_caught(void **state) {
  (void)state;
  write_idle("a.lua");
  assert_int_equal(run_taut("run a.lua --baseline golden"), 1);
  expect_golden("inconclusive", "taut run a.lua:idle --seed 1 --baseline golden", -1);
  assert_int_not_equal(access("golden", F_OK), 0);
  assert_int_equal(run_taut("run a.lua --baseline golden --update-baseline first"), 0);
  assert_int_equal(run_taut("run a.lua --baseline golden"), 0);
  expect_golden("pass", "", -1);
  assert_int_not_equal(access("runs/latest/traces", F_OK), 0);
  // It drives the motors otherwise from its first step on, and breaks no requirement of this case.
  assert_int_equal(
      run_taut("run a.lua --baseline golden --with controller=bad_no_retraction_limit"), 1);
  json_t *results = json_of("runs/latest/results.json");
  const json_t *item = json_array_get(json_object_get(results, "cases"), 0);
  assert_string_equal(text_at(item, "verdict"), "fail");
  int64_t first_ns = json_integer_value(json_object_get(golden_check(results), "tick_ns"));
  assert_in_range(first_ns, MS_NS, 50 * MS_NS);
  char *got = taut_text_format("from %.6f s (tick %lld) on: instance controller, port left_",
                               (double)first_ns * 1e-9, (long long)(first_ns / 50000));
  expect_golden("fail", got, first_ns);
  expect_golden("fail", "taut compare golden/a.idle.mcap runs/latest/traces/a.idle.mcap", first_ns);
  free(got);
  json_decref(results);
  expect_text("out", "--with controller=bad_no_retraction_limit --baseline golden\n");
  // The trace was kept, and the command says the same.
  assert_int_equal(run_taut("compare golden/a.idle.mcap runs/latest/traces/a.idle.mcap"), 1);
  expect_text("out", "instance controller, port left_");
  // What may differ stands beside the golden trace here too.
  write_text("golden/a.idle.tolerances.json",
             "{\"signals\": {\"*\": {\"atol\": 1e6}}, \"margins\": {\"*\": {\"atol\": 1e6}}}");
  assert_int_equal(
      run_taut("run a.lua --baseline golden --with controller=bad_no_retraction_limit"), 0);
  write_text("golden/a.idle.tolerances.json", "{\"signals\": 1}");
  assert_int_equal(run_taut("run a.lua --baseline golden"), 1);
  expect_golden("error", "wants one object", -1);
}

static void a_golden_trace_changes_only_with_a_reason_that_is_kept(void **state) {
  (void)state;
  write_idle("a.lua");
  static const char *const refused[] = {
      "--update-baseline why", "--baseline golden --update-baseline ''",
      "--baseline golden --update-baseline '  '", "--baseline a.lua"};
  for (size_t i = 0; i < 4; i++) assert_int_equal(run_taut("run a.lua %s", refused[i]), 4);
  setenv("TEST_CI", "true", 1);
  assert_int_equal(run_taut("run a.lua --baseline golden --update-baseline why"), 4);
  expect_text("err", "refused where CI is set");
  assert_int_equal(run_taut("run a.lua --baseline golden"), 1);
  unsetenv("TEST_CI");
  assert_int_not_equal(access("golden", F_OK), 0);
  assert_int_equal(run_taut("run a.lua --baseline golden --update-baseline 'the first'"), 0);
  struct stat before, after;
  assert_int_equal(stat("golden/a.idle.mcap", &before), 0);
  // Nothing changed: the file is the same one, and no reason is noted.
  assert_int_equal(run_taut("run a.lua --baseline golden --update-baseline again"), 0);
  expect_text("out", "1 the same\n");
  assert_int_equal(stat("golden/a.idle.mcap", &after), 0);
  assert_int_equal(before.st_ino, after.st_ino);
  assert_int_equal(n_updates(), 1);
  assert_int_equal(run_taut("run a.lua --baseline golden --update-baseline 'softer law' "
                            "--with controller=bad_no_retraction_limit"),
                   0);
  expect_text("out", "1 replaced");
  json_t *list = json_of("golden/baseline.json");
  assert_int_equal(json_array_size(list), 2);
  const json_t *first = json_array_get(list, 0), *second = json_array_get(list, 1);
  assert_string_equal(text_at(first, "reason"), "the first");
  assert_true(json_is_null(json_object_get(first, "old_trace_hash")));
  assert_string_equal(text_at(second, "reason"), "softer law");
  assert_string_equal(text_at(second, "case"), "idle");
  assert_string_equal(text_at(second, "old_trace_hash"), text_at(first, "new_trace_hash"));
  assert_string_not_equal(text_at(second, "new_trace_hash"), text_at(first, "new_trace_hash"));
  json_decref(list);
  assert_int_equal(run_taut("run a.lua --baseline golden"), 1);
  // What does not pass gives no golden trace.
  write_scenarios("b.lua", "-1 N");
  assert_int_equal(run_taut("run b.lua --baseline golden --update-baseline 'more cases'"), 1);
  expect_text("out", "1 made, 1 left: did not pass");
  assert_int_not_equal(access("golden/b.hands-off.mcap", F_OK), 0);
  assert_int_equal(n_updates(), 3);
}

static void what_cannot_be_written_leaves_the_old_golden_trace(void **state) {
  (void)state;
  write_idle("a.lua");
  assert_int_equal(run_taut("run a.lua --baseline golden --update-baseline first"), 0);
  char *before = text_of("golden/baseline.json");
  // In the place of the temporary file stands something that cannot be replaced.
  assert_int_equal(rename("golden/baseline.json", "kept.json"), 0);
  assert_int_equal(mkdir("golden/baseline.json", 0777), 0);
  assert_int_equal(run_taut("run a.lua --baseline golden --update-baseline next "
                            "--with controller=bad_no_retraction_limit"),
                   4);
  assert_int_equal(rmdir("golden/baseline.json"), 0);
  write_text("golden/baseline.json", "{}");
  assert_int_equal(run_taut("run a.lua --baseline golden --update-baseline next"), 4);
  expect_text("err", "is not a list of updates");
  write_text("golden/baseline.json", before);
  free(before);
  assert_int_equal(run_taut("run a.lua --baseline golden"), 0);
  // A damaged golden trace is an error, and can be replaced.
  assert_int_equal(truncate("golden/a.idle.mcap", 3000), 0);
  assert_int_equal(run_taut("run a.lua --baseline golden"), 1);
  expect_golden("error", "the trace is cut", -1);
  assert_int_equal(run_taut("run a.lua --baseline golden --update-baseline 'it was cut'"), 0);
  assert_int_equal(run_taut("run a.lua --baseline golden --trace here"), 0);
  assert_int_equal(access("here/a.idle.mcap", F_OK), 0);
}

// --------------------------------------------------------------------------------------- against

static void write_rep(const char *path) {
  write_register();
  write_text(path,
             "local taut = require \"taut\"\n"
             "return taut.scenario {\n"
             "  name = \"rep\", rig = \"two_cable_trainer\", user = \"beginner\",\n"
             "  set = { exercise = \"goblet_squat\", load = lb(25), reps = 3 },\n"
             "  script = function(s)\n"
             "    s:start_set()\n"
             "    s:wait \"1 s\"\n"
             "    s:expect(\"load.command_n <= 130 N\", { id = \"SR-901\" })\n"
             "    s:expect(\"session.sets_done <= 3\", { id = \"SR-902\" })\n"
             "  end,\n"
             "}\n");
}

/// The row of SR-901 in results.json, borrowed.
static const json_t *row_of(const json_t *results) {
  const json_t *against = json_object_get(case_of(results, "rep"), "against");
  const json_t *rows = json_object_get(against, "requirements");
  for (size_t i = 0; i < json_array_size(rows); i++) {
    const json_t *row = json_array_get(rows, i);
    if (strcmp(text_at(row, "id"), "SR-901") == 0) return row;
  }
  fail_msg("there is no such row");
  return NULL;
}

static void what_another_controller_changes_is_told_by_requirement(void **state) {
  (void)state;
  write_rep("a.lua");
  // The run as it was asked for is the new side, and alone decides the exit status.
  assert_int_equal(run_taut("run a.lua --against bad_kg_lb_swap"), 0);
  expect_text("out", "against controller=bad_kg_lb_swap (old -> new), worst first");
  expect_text("out", "fail -> pass");
  expect_text("out", "requirements changed; 0 of 1 cases worse, 1 better, 0 with the same");
  assert_int_equal(
      run_taut("run a.lua --with controller=bad_kg_lb_swap --against controller=resistance"), 1);
  expect_text("out", "pass -> fail");
  expect_text("out", "1 of 1 cases worse, 0 better");
  json_t *results = json_of("runs/latest/results.json");
  assert_string_equal(json_string_value(json_array_get(json_object_get(results, "against"), 0)),
                      "controller=resistance");
  const json_t *row = row_of(results);
  assert_string_equal(text_at(row, "old_verdict"), "pass");
  assert_string_equal(text_at(row, "new_verdict"), "fail");
  double old_margin = json_real_value(json_object_get(row, "old_margin"));
  double new_margin = json_real_value(json_object_get(row, "new_margin"));
  assert_true(old_margin > 0 && new_margin < 0);
  assert_true(json_real_value(json_object_get(row, "change")) == new_margin - old_margin);
  assert_string_equal(text_at(row, "unit"), "N");
  // The old side is the run that it would be alone.
  char old_hash[40];
  snprintf(old_hash, sizeof old_hash, "%s",
           text_at(json_object_get(case_of(results, "rep"), "against"), "trace_hash"));
  json_decref(results);
  assert_int_equal(run_taut("run a.lua"), 0);
  results = json_of("runs/latest/results.json");
  assert_string_equal(text_at(case_of(results, "rep"), "trace_hash"), old_hash);
  assert_null(json_object_get(case_of(results, "rep"), "against"));
  json_decref(results);
}

static void a_controller_against_itself_changes_nothing(void **state) {
  (void)state;
  write_rep("a.lua");
  assert_int_equal(
      run_taut("run a.lua --trace traces --against %s/plugins/resistance.so", TAUT_BUILD_DIR), 0);
  expect_text("out", " requirements changed; 0 of 1 cases worse, 0 better, 1 with the same");
  assert_int_equal(run_taut("compare traces traces/against"), 0);
  static const struct {
    const char *arguments, *message;
  } wrong[] = {{"--against resistence", "did you mean resistance?"},
               {"--against contoller=resistance", "did you mean controller?"},
               {"--against resistance --baseline g", "are two comparisons"}};
  for (size_t i = 0; i < 3; i++) {
    assert_int_equal(run_taut("run a.lua %s", wrong[i].arguments), 4);
    expect_text("err", wrong[i].message);
  }
}

static void a_case_that_breaks_off_on_the_other_side_is_told(void **state) {
  (void)state;
  write_crash_file("a.lua", "none segv");
  assert_int_equal(run_taut("run a.lua -k none --against session=%s/tests/support/crash.so "
                            "--with session=%s/tests/support/crash.so",
                            TAUT_BUILD_DIR, TAUT_BUILD_DIR),
                   0);
  expect_text("out", "0 of 1 cases worse, 0 better, 1 with the same trace");
  assert_int_equal(run_taut("run a.lua " CRASH " --against session=session_basic"), 1);
  expect_text("out", "in error");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_trace_tells_what_the_script_did, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_trace_carries_its_judgement, enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(a_trace_has_one_name_wherever_its_case_is_run, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_controller_that_leaves_the_golden_trace_is_caught,
                                      enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(a_golden_trace_changes_only_with_a_reason_that_is_kept,
                                      enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(what_cannot_be_written_leaves_the_old_golden_trace,
                                      enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(what_another_controller_changes_is_told_by_requirement,
                                      enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(a_controller_against_itself_changes_nothing, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_case_that_breaks_off_on_the_other_side_is_told,
                                      enter_folder, leave_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

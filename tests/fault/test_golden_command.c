/// Golden traces as scripts and CI see them: what a trace carries, and what leaves it.
#include "support/command.h"
#include "trace/reader.h"

static void write_text(const char *path, const char *text) {
  assert_int_equal(taut_file_write_atomic(path, text, strlen(text), NULL), TAUT_OK);
}

/// Two short cases; the limit is that of requirement SR-900 of the first.
static void write_scenarios(const char *path, const char *limit) {
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
  taut_trace_item item;
  while (taut_trace_reader_next(reader, &item) == TAUT_OK) {
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_trace_tells_what_the_script_did, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_trace_carries_its_judgement, enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(a_trace_has_one_name_wherever_its_case_is_run, enter_folder,
                                      leave_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

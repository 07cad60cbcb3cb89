/// The command as scripts and CI see it: exit statuses, choice, order, traces, texts that are
/// wrong.
#include <sys/resource.h>
#include <sys/stat.h>

#include "support/command.h"

static void write_text(const char *path, const char *text) {
  assert_int_equal(taut_file_write_atomic(path, text, strlen(text), NULL), TAUT_OK);
}

static void exit_statuses_tell_what_happened(void **state) {
  (void)state;
  write_crash_file("fine.lua", "none");
  write_crash_file("bad.lua", "abort none");
  write_text("broken.lua", "local taut = require \"taut\"\nreturn taut.scenario {\n  name = \n}\n");
  assert_int_equal(run_taut("run fine.lua " CRASH), 0);
  assert_int_equal(run_taut("run bad.lua " CRASH), 1);
  assert_int_equal(run_taut("run broken.lua fine.lua " CRASH), 4);
  expect_text("out", "broken.lua:");
  expect_text("out", "1 passed, 1 in error");
  assert_int_equal(run_taut("run fine.lua -k nothing " CRASH), 5);
  assert_int_equal(run_taut("run fine.lua --out /proc/none " CRASH), 3);
  assert_int_equal(run_taut("--version"), 0);
  assert_int_equal(run_taut("help run"), 0);
  assert_int_equal(run_taut("help help"), 0);
  assert_int_equal(run_taut("help --help"), 0);
}

static void what_cannot_be_understood_is_usage(void **state) {
  (void)state;
  write_crash_file("fine.lua", "none segv");
  static const struct {
    const char *arguments, *message;
  } wrong[] = {
      {"rnu", "no verb is named 'rnu'; did you mean run?"},
      {"run --sedd 3", "did you mean --seed?"},
      {"run --wach", "unknown option --wach"},
      {"run fin.lua", "no such file or folder: fin.lua; did you mean fine.lua?"},
      {"run fine.lua --with controler=x.so", "did you mean controller?"},
      {"run fine.lua --with controller=resistanc.so", "did you mean resistance.so?"},
      {"run fine.lua --with controller", "--with wants ROLE=TARGET"},
      {"run fine.lua --with controller=resistence", "did you mean resistance?"},
      {"run fine.lua --with controller=./", "neither a library (.so), a Lua role"},
      {"run fine.lua --json none/x.json", "--json none/x.json cannot be written"},
      {"run fine.lua --junit .", "--junit . cannot be written: Is a directory"},
      {"protocol six_week --html none/x.html", "--html none/x.html cannot be written"},
      {"run else.lua", "no such file or folder: else.lua\n"},
      {"describe beginner", "models/users/beginner.lua"},
      {"describe fine.lua", "give the name of a rig"},
      {"describe resistance --svg x.svg", "are for a rig; 'resistance' is a plugin"},
      {"describe two_cable_trainer --markdown", "--markdown is for 'roles' alone"},
      {"run fine.lua --with controller=tcp://10.0.0.1:5555", "only this machine's own addresses"},
      {"run fine.lua -k '(a'", "-k: a closing bracket is missing"},
      {"run fine.lua --shard 3/2", "--shard must be I/N"},
      {"run fine.lua --repeat 0", "--repeat must be a whole number from 1"},
      {"run fine.lua --timeout 1us", "--timeout must be at least 1 ms"},
      {"run fine.lua --last-failed", "there is no finished run"},
      {"run 'fine.lua:nome 1' " CRASH, "has no case 'nome 1'; did you mean 'none 1'?"},
      {"run fine.lua:1 " CRASH, "has no case at line 1"}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    assert_int_equal(run_taut("%s", wrong[i].arguments), 4);
    expect_text("err", wrong[i].message);
  }
}

static void an_empty_choice_names_what_could_be_chosen(void **state) {
  (void)state;
  write_crash_file("a.lua", "none slow none");
  assert_int_equal(run_taut("run a.lua -t nonne " CRASH), 5);
  expect_text("err", "none of 3 cases is chosen by --tag 'nonne'; their tags are none, slow:");
  assert_int_equal(run_taut("list a.lua -k xyz " CRASH), 5);
  expect_text("err", "by --keyword 'xyz'; -k looks at names and files, -t at tags\n");
}

static void shipped_scenarios_are_found_from_any_folder(void **state) {
  (void)state;
  assert_int_equal(run_taut("list scenarios/safety/leak.lua"), 0);
  char *listed = text_of("out");
  const char *name = "scenarios/safety/leak.lua\n";
  assert_int_equal(strncmp(listed, name, strlen(name)), 0);
  free(listed);
  assert_int_equal(run_taut("run scenarios/safety/encoder_stuck.lua --json one.json"), 0);
  json_t *results = json_of("one.json");
  json_t *first = json_array_get(json_object_get(results, "cases"), 0);
  assert_string_equal(json_string_value(json_object_get(first, "file")),
                      "scenarios/safety/encoder_stuck.lua");
  json_decref(results);
  assert_int_equal(run_taut("list scenarios/safety/leek.lua"), 4);
}

static void the_choice_is_what_was_asked_for(void **state) {
  (void)state;
  write_crash_file("a.lua", "none slow none");
  write_crash_file("b.lua", "none segv");
  static const struct {
    const char *arguments;
    size_t n;
  } rows[] = {{"a.lua b.lua", 5},    {". -k 'not slow'", 4},      {". -t 'none or segv'", 4},
              {"b.lua -k b.lua", 2}, {"'a.lua:none 3' b.lua", 3}, {". -k none -t slow", 0}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    int status = run_taut("list --json %s " CRASH, rows[i].arguments);
    assert_int_equal(status, rows[i].n > 0 ? 0 : 5);
    json_t *listed = json_of("out");
    assert_int_equal(json_array_size(json_object_get(listed, "cases")), rows[i].n);
    json_decref(listed);
  }
  size_t n = 0;
  for (int shard = 1; shard <= 3; shard++) {
    run_taut("list --json a.lua b.lua --shard %d/3 " CRASH, shard);
    json_t *listed = json_of("out");
    n += json_array_size(json_object_get(listed, "cases"));
    json_decref(listed);
  }
  assert_int_equal(n, 5);
}

static void last_failed_runs_what_did_not_pass(void **state) {
  (void)state;
  write_crash_file("a.lua", "none segv none abort");
  assert_int_equal(run_taut("run a.lua -q " CRASH), 1);
  assert_int_equal(run_taut("run a.lua -q --last-failed " CRASH), 1);
  json_t *results = json_of("runs/latest/results.json");
  assert_int_equal(json_array_size(json_object_get(results, "cases")), 2);
  json_decref(results);
  assert_int_equal(run_taut("run a.lua -q -t none " CRASH), 0);
  assert_int_equal(run_taut("run a.lua --last-failed " CRASH), 5);
  expect_text("err", "by --last-failed: all of the newest run passed");
}

static void the_first_failure_can_end_the_run(void **state) {
  (void)state;
  write_crash_file("a.lua", "none abort slow slow");
  assert_int_equal(run_taut("run a.lua -x -j 1 " CRASH), 1);
  json_t *results = json_of("runs/latest/results.json");
  assert_int_equal(json_array_size(json_object_get(results, "cases")), 2);
  json_decref(results);
}

/// Removes every member named "environment".
static void strip_environment(json_t *value) {
  json_object_del(value, "environment");
  const char *key;
  json_t *member;
  size_t i;
  json_object_foreach(value, key, member) {
    strip_environment(member);
  }
  json_array_foreach(value, i, member) {
    strip_environment(member);
  }
}

static void results_and_order_do_not_depend_on_the_number_of_workers(void **state) {
  (void)state;
  write_crash_file("b.lua", "none segv slow none abort");
  write_crash_file("a.lua", "slow none exit none");
  assert_int_equal(run_taut("run . -j 1 --json one.json " CRASH), 1);
  char *one_out = text_of("out");
  assert_int_equal(run_taut("run . -j 4 --json four.json --junit four.xml " CRASH), 1);
  json_t *one = json_of("one.json"), *four = json_of("four.json");
  strip_environment(one);
  strip_environment(four);
  assert_true(json_equal(one, four));
  json_decref(one);
  json_decref(four);
  // Lines of stdout come in the same order, whoever is ready first.
  char *four_out = text_of("out");
  const char *a = one_out, *b = four_out;
  for (int line = 0; line < 9; line++) {
    size_t n_a = strcspn(a, "("), n_b = strcspn(b, "(");
    assert_int_equal(n_a, n_b);
    assert_memory_equal(a, b, n_a);
    a = strchr(a, '\n') + 1;
    b = strchr(b, '\n') + 1;
  }
  free(one_out);
  free(four_out);
  expect_text("four.xml", "<testcase classname=\"a\" name=\"slow 1\" file=\"a.lua\"");
}

static size_t n_columns(const char *line) {
  size_t n = 1;
  for (; *line != '\0' && *line != '\n'; line++) n += *line == ',';
  return n;
}

static void a_trace_takes_its_name_when_it_is_whole(void **state) {
  (void)state;
  write_crash_file("a.lua", "none segv");
  assert_int_equal(run_taut("run a.lua --trace traces " CRASH), 1);
  assert_int_equal(run_taut("trace verify traces/a.none-1.mcap"), 0);
  assert_int_equal(run_taut("trace export traces/a.none-1.mcap --csv one.csv"), 0);
  char *csv = text_of("one.csv");
  assert_memory_equal(csv, "t[s],", 5);
  assert_non_null(strstr(csv, "left.cable.tension_n[N]"));
  assert_non_null(strstr(csv, "user.iap_pa[Pa]"));
  size_t columns = n_columns(csv), n_lines = 0;
  for (char *line = csv; *line != '\0'; line = strchr(line, '\n') + 1, n_lines++) {
    assert_int_equal(n_columns(line), columns);
    assert_non_null(strchr(line, '\n'));
  }
  assert_in_range(n_lines, 500, 503);
  free(csv);
  assert_int_not_equal(access("traces/a.segv-2.mcap", F_OK), 0);
  // The hash is that of the run without a trace, and stands in the trace.
  json_t *traced = json_of("runs/latest/results.json");
  const json_t *none = case_of(traced, "none 1");
  assert_string_equal(text_at(none, "trace"), "traces/a.none-1.mcap");
  assert_int_equal(run_taut("trace info traces/a.none-1.mcap"), 0);
  expect_text("out", text_at(none, "trace_hash"));
  assert_int_equal(run_taut("run a.lua " CRASH), 1);
  json_t *bare = json_of("runs/latest/results.json");
  assert_string_equal(text_at(none, "trace_hash"), text_at(case_of(bare, "none 1"), "trace_hash"));
  json_decref(traced);
  json_decref(bare);
}

static void what_was_traced_before_a_crash_is_kept(void **state) {
  (void)state;
  write_text("late.lua",
             "local taut = require \"taut\"\n"
             "return taut.scenario {\n"
             "  name = \"late\", rig = \"two_cable_trainer\",\n"
             "  params = { session = { kind = \"segv\", at_s = 2 } },\n"
             "  script = function(s) s:wait \"3 s\" s:expect(\"load.command_n <= 1 N\") end,\n"
             "}\n");
  assert_int_equal(run_taut("run late.lua --trace traces " CRASH), 1);
  assert_int_not_equal(access("traces/late.late.mcap", F_OK), 0);
  json_t *results = json_of("runs/latest/results.json");
  assert_string_equal(text_at(case_of(results, "late"), "trace"), "traces/late.late.partial.mcap");
  json_decref(results);
  assert_int_equal(run_taut("trace verify traces/late.late.partial.mcap"), 6);
  assert_int_equal(run_taut("trace export traces/late.late.partial.mcap --csv cut.csv"), 6);
  expect_text("err", "is cut");
  // The damaged trace is evidence: nothing takes its place.
  assert_int_equal(
      run_taut("trace recover traces/late.late.partial.mcap ./traces/late.late.partial.mcap"), 4);
  expect_text("err", "is the damaged trace itself; name another file");
  assert_int_equal(
      run_taut("trace export traces/late.late.partial.mcap --csv traces/late.late.partial.mcap"),
      4);
  assert_int_equal(run_taut("trace verify traces/late.late.partial.mcap"), 6);
  assert_int_equal(run_taut("trace recover traces/late.late.partial.mcap saved.mcap"), 0);
  assert_int_equal(run_taut("trace verify saved.mcap"), 0);
  assert_int_equal(run_taut("trace export saved.mcap --csv saved.csv"), 0);
  char *cut = text_of("cut.csv"), *saved = text_of("saved.csv");
  assert_string_equal(cut, saved);
  assert_non_null(strstr(saved, "\n1.000000000,"));
  free(cut);
  free(saved);
}

static void a_full_disk_is_an_error_and_leaves_a_readable_trace(void **state) {
  (void)state;
  write_text("long.lua",
             "local taut = require \"taut\"\n"
             "return taut.scenario {\n"
             "  name = \"long\", rig = \"two_cable_trainer\",\n"
             "  script = function(s) s:wait \"20 s\" s:expect(\"load.command_n <= 1 N\") end,\n"
             "}\n");
  assert_int_equal(run_taut("run long.lua --trace whole"), 0);
  struct stat info;
  assert_int_equal(stat("whole/long.long.mcap", &info), 0);
  // No file may grow beyond half of that: to the writer this is a disk that is full.
  pid_t pid = fork();
  if (pid == 0) {
    const struct rlimit limit = {(rlim_t)info.st_size / 2, (rlim_t)info.st_size / 2};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) _exit(99);
    _exit(run_taut("run long.lua --trace traces"));
  }
  assert_int_equal(end_taut(pid), 1);
  json_t *results = json_of("runs/latest/results.json");
  const json_t *item = case_of(results, "long");
  assert_string_equal(text_at(item, "verdict"), "error");
  assert_non_null(strstr(text_at(item, "reason"), "the trace could not be written"));
  assert_string_equal(text_at(item, "trace"), "traces/long.long.partial.mcap");
  json_decref(results);
  assert_int_not_equal(access("traces/long.long.mcap", F_OK), 0);
  assert_int_equal(run_taut("trace recover traces/long.long.partial.mcap saved.mcap"), 0);
  assert_int_equal(run_taut("trace verify saved.mcap"), 0);
  assert_int_equal(run_taut("trace export saved.mcap --csv saved.csv"), 0);
  expect_text("saved.csv", "\n5.000000000,");
}

static void damage_to_a_trace_is_told(void **state) {
  (void)state;
  write_crash_file("a.lua", "none");
  assert_int_equal(run_taut("run a.lua --trace traces " CRASH), 0);
  assert_int_equal(run_taut("trace export traces/a.none-1.mcap --vcd states.vcd"), 0);
  expect_text("states.vcd", "safety_state_label $end");
  assert_int_equal(run_taut("trace export traces/a.none-1.mcap --csv - --from 0.1 --to 0.102"), 0);
  expect_text("out", "\n0.101000000,");
  int fd = open("traces/a.none-1.mcap", O_RDWR);
  char byte;
  assert_int_equal(pread(fd, &byte, 1, 40000), 1);
  byte ^= 4;
  assert_int_equal(pwrite(fd, &byte, 1, 40000), 1);
  close(fd);
  assert_int_equal(run_taut("trace verify traces/a.none-1.mcap"), 6);
  expect_text("out", "damaged at byte ");
  write_text("none.mcap", "this is no trace");
  assert_int_equal(run_taut("trace info none.mcap"), 6);
  assert_int_equal(run_taut("trace info gone.mcap"), 4);
  assert_int_equal(run_taut("trace verfy none.mcap"), 4);
  expect_text("err", "did you mean verify?");
}

static void new_traces_are_held_against_golden_ones(void **state) {
  (void)state;
  write_crash_file("a.lua", "none random");
  assert_int_equal(run_taut("run a.lua --trace golden " CRASH), 0);
  assert_int_equal(run_taut("compare golden golden"), 0);
  expect_text("out", "2 the same, 0 not");
  assert_int_equal(run_taut("run a.lua --trace new " CRASH), 0);
  assert_int_equal(run_taut("compare golden new"), 1);
  expect_text("out", "same     new/a.none-1.mcap (trace hash)");
  expect_text("out", "differs  new/a.random-2.mcap");
  expect_text("out", "s: session.sets_done is ");
  expect_text("out", "1 the same, 1 not");
  assert_int_equal(run_taut("compare golden new --json"), 1);
  json_t *compared = json_of("out");
  assert_true(json_is_false(json_object_get(compared, "same")));
  assert_int_equal(json_array_size(json_object_get(compared, "traces")), 2);
  json_decref(compared);
  // What may differ stands beside the golden trace.
  write_text("golden/a.random-2.tolerances.json",
             "{\"signals\": {\"session.*\": {\"atol\": 1e8}}}");
  assert_int_equal(run_taut("compare golden new"), 0);
  expect_text("out", "new/a.random-2.mcap (within the golden trace's tolerances)");
  write_text("golden/a.random-2.tolerances.json", "{\"signals\": {\"sesion.*\": {\"atol\": 1e8}}}");
  assert_int_equal(run_taut("compare golden new"), 4);
  expect_text("err", "sesion.*: no signal of the trace has this name");
  write_text("golden/a.random-2.tolerances.json", "{\"signals\": {\"session.*\": {\"abs\": 1}}}");
  assert_int_equal(run_taut("compare golden new"), 4);
  expect_text("err", "unknown key 'abs'");
  unlink("golden/a.random-2.tolerances.json");
  unlink("new/a.none-1.mcap");
  assert_int_equal(run_taut("compare golden new"), 1);
  expect_text("out", "there is no new trace");
  assert_int_equal(run_taut("compare golden new/a.random-2.mcap"), 4);
  assert_int_equal(truncate("new/a.random-2.mcap", 20000), 0);
  assert_int_equal(run_taut("compare golden/a.random-2.mcap new/a.random-2.mcap"), 6);
}

static void a_hostile_file_is_one_error_and_the_rest_goes_on(void **state) {
  (void)state;
  write_text("bomb.lua", "local t = {} while true do t[#t + 1] = (\"x\"):rep(1 << 20) end");
  write_text("loop.lua", "while true do end");
  // A pattern that the instruction budget does not see.
  write_text("pattern.lua",
             "local s = (\"a\"):rep(30000)\nreturn s:find((\".-\"):rep(12) .. \"b\")");
  write_crash_file("fine.lua", "none");
  assert_int_equal(run_taut("run . --timeout 4 " CRASH), 4);
  json_t *results = json_of("runs/latest/results.json");
  const json_t *cases = json_object_get(results, "cases");
  assert_int_equal(json_array_size(cases), 4);
  for (size_t i = 0; i < 4; i++) {
    const json_t *item = json_array_get(cases, i);
    bool is_fine = strcmp(text_at(item, "file"), "fine.lua") == 0;
    assert_string_equal(text_at(item, "verdict"), is_fine ? "pass" : "error");
  }
  json_decref(results);
}

static void verbs_print_json_where_asked(void **state) {
  (void)state;
  static const char *const lines[] = {"describe two_cable_trainer --json",
                                      "describe resistance --json", "check resistance --json",
                                      "doctor --json"};
  for (size_t i = 0; i < 4; i++) {
    int status = run_taut("%s", lines[i]);
    assert_in_range(status, 0, 1);
    json_decref(json_of("out"));
  }
}

static void a_plugin_that_breaks_its_process_fails_the_check(void **state) {
  (void)state;
  assert_int_equal(run_taut("check resistance"), 0);
  expect_text("out", "checks hold");
  write_text("none.so", "this is no library");
  assert_int_equal(run_taut("check ./none.so"), 1);
  assert_int_equal(run_taut("check resistanc"), 4);
  expect_text("err", "did you mean resistance?");
}

static void a_picture_of_the_rig_is_drawn(void **state) {
  (void)state;
  assert_int_equal(run_taut("describe two_cable_trainer --svg rig.svg"), 0);
  static const char *const parts[] = {"left.motor", "right.cable", "controller",
                                      "form_check", "</svg>",      "load_cell_n"};
  for (size_t i = 0; i < 6; i++) expect_text("rig.svg", parts[i]);
  assert_int_equal(run_taut("describe two_cable_trianer"), 4);
  expect_text("err", "did you mean two_cable_trainer?");
}

static void new_files_never_overwrite(void **state) {
  (void)state;
  assert_int_equal(run_taut("new plugin my_law"), 0);
  assert_int_equal(access("my_law/CMakeLists.txt", F_OK), 0);
  write_text("my_law/my_law.c", "mine");
  unlink("my_law/README.md");
  assert_int_equal(run_taut("new plugin my_law"), 4);
  expect_text("my_law/my_law.c", "mine");
  assert_int_not_equal(access("my_law/README.md", F_OK), 0);
  assert_int_equal(run_taut("new plugin My-Law"), 4);
  assert_int_equal(run_taut("new plugin other --role contoller"), 4);
  expect_text("err", "did you mean controller?");
  assert_int_equal(run_taut("new scenario first"), 0);
  assert_int_equal(run_taut("run first.lua"), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(exit_statuses_tell_what_happened, enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(what_cannot_be_understood_is_usage, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(an_empty_choice_names_what_could_be_chosen, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(shipped_scenarios_are_found_from_any_folder, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(the_choice_is_what_was_asked_for, enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(last_failed_runs_what_did_not_pass, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(the_first_failure_can_end_the_run, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(results_and_order_do_not_depend_on_the_number_of_workers,
                                      enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(a_trace_takes_its_name_when_it_is_whole, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(what_was_traced_before_a_crash_is_kept, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_full_disk_is_an_error_and_leaves_a_readable_trace,
                                      enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(damage_to_a_trace_is_told, enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(new_traces_are_held_against_golden_ones, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_hostile_file_is_one_error_and_the_rest_goes_on,
                                      enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(verbs_print_json_where_asked, enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(a_plugin_that_breaks_its_process_fails_the_check,
                                      enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(a_picture_of_the_rig_is_drawn, enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(new_files_never_overwrite, enter_folder, leave_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

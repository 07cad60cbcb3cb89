/// The command as scripts and CI see it: exit statuses, choice, order, traces, texts that are
/// wrong.
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
  } wrong[] = {{"rnu", "no verb is named 'rnu'; did you mean run?"},
               {"run --sedd 3", "did you mean --seed?"},
               {"run --watch", "unknown option --watch"},
               {"run fin.lua", "no such file or folder: fin.lua; did you mean fine.lua?"},
               {"run fine.lua --with controler=x.so", "did you mean controller?"},
               {"run fine.lua --with controller=resistanc.so", "did you mean resistance.so?"},
               {"run fine.lua --with controller", "--with wants ROLE=TARGET"},
               {"run fine.lua --with controller=resistence", "did you mean resistance?"},
               {"run fine.lua --with controller=./", "neither a library (.so), a Lua role"},
               {"run fine.lua --json none/x.json", "--json none/x.json cannot be written"},
               {"run fine.lua --junit .", "--junit . cannot be written: Is a directory"},
               {"run else.lua", "no such file or folder: else.lua\n"},
               {"describe beginner", "models/users/beginner.lua"},
               {"describe fine.lua", "give the name of a rig"},
               {"describe resistance --svg x.svg", "are for a rig; 'resistance' is a plugin"},
               {"describe two_cable_trainer --markdown", "--markdown is for 'roles' alone"},
               {"run fine.lua --with controller=tcp://127.0.0.1:5555", "not part of this version"},
               {"run fine.lua -k '(a'", "-k: a closing bracket is missing"},
               {"run fine.lua --shard 3/2", "--shard must be I/N"},
               {"run fine.lua --repeat 0", "--repeat must be a whole number from 1"},
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

static void a_trace_is_whole_or_absent(void **state) {
  (void)state;
  write_crash_file("a.lua", "none segv");
  assert_int_equal(run_taut("run a.lua --trace traces " CRASH), 1);
  char *csv = text_of("traces/1-none-1.csv");
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
  assert_int_not_equal(access("traces/2-segv-2.csv", F_OK), 0);
  // The hash is that of the run without a trace.
  json_t *traced = json_of("runs/latest/results.json");
  assert_string_equal(text_at(case_of(traced, "none 1"), "trace"), "traces/1-none-1.csv");
  assert_int_equal(run_taut("run a.lua " CRASH), 1);
  json_t *bare = json_of("runs/latest/results.json");
  assert_string_equal(text_at(case_of(traced, "none 1"), "trace_hash"),
                      text_at(case_of(bare, "none 1"), "trace_hash"));
  json_decref(traced);
  json_decref(bare);
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
      cmocka_unit_test_setup_teardown(a_trace_is_whole_or_absent, enter_folder, leave_folder),
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

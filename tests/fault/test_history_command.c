/// `taut run` and `taut history`: a history of every run, and no run that fails because of it.
#include <sys/stat.h>

#include "support/command.h"

static json_t *history_of(const char *arguments) {
  assert_int_equal(run_taut("history --json %s", arguments), 0);
  return json_of("out");
}

static size_t n_entries(const json_t *cases, size_t i_case) {
  return json_array_size(json_object_get(json_array_get(cases, i_case), "entries"));
}

static void each_finished_case_is_in_the_history(void **state) {
  (void)state;
  write_crash_file("a.lua", "none abort none");
  assert_int_equal(run_taut("history"), 5);
  expect_text("err", "a run makes it");
  assert_int_equal(run_taut("run a.lua " CRASH), 1);
  assert_int_equal(run_taut("run a.lua -k none --repeat 2 " CRASH), 0);
  json_t *cases = history_of("");
  assert_int_equal(json_array_size(cases), 3);
  assert_string_equal(text_at(json_array_get(cases, 0), "name"), "abort 2");
  assert_int_equal(n_entries(cases, 0), 1);
  assert_int_equal(n_entries(cases, 1), 2);
  const json_t *entries = json_object_get(json_array_get(cases, 1), "entries");
  const json_t *older = json_array_get(entries, 0), *newer = json_array_get(entries, 1);
  assert_string_equal(text_at(older, "verdict"), "pass");
  assert_string_equal(text_at(older, "trace_hash"), text_at(newer, "trace_hash"));
  assert_true(strcmp(text_at(older, "run"), text_at(newer, "run")) != 0);
  json_decref(cases);
  cases = history_of("'none 1' -n 1");
  assert_int_equal(json_array_size(cases), 1);
  assert_int_equal(n_entries(cases, 0), 1);
  json_decref(cases);
  assert_int_equal(run_taut("history abort"), 0);
  expect_text("out", "error");
  assert_int_equal(run_taut("history nobody"), 5);
  expect_text("err", "no case has 'nobody'");
}

static void a_history_that_is_damaged_costs_one_line(void **state) {
  (void)state;
  write_crash_file("a.lua", "none none");
  assert_int_equal(mkdir("runs", 0700), 0);
  assert_int_equal(
      taut_file_write_atomic("runs/history.sqlite", "no database at all, no", 22, NULL), TAUT_OK);
  assert_int_equal(run_taut("run a.lua " CRASH), 0);
  expect_text("err", "the history of this run is not kept: runs/history.sqlite: ");
  expect_text("err", "move it away");
  assert_int_equal(run_taut("history"), 3);
  assert_int_equal(rename("runs/history.sqlite", "away"), 0);
  assert_int_equal(run_taut("run a.lua " CRASH), 0);
  json_t *cases = history_of("");
  assert_int_equal(json_array_size(cases), 2);
  json_decref(cases);
}

static void a_history_that_cannot_be_made_costs_one_line(void **state) {
  (void)state;
  write_crash_file("a.lua", "none");
  assert_int_equal(mkdir("runs", 0700), 0);
  assert_int_equal(mkdir("runs/history.sqlite", 0700), 0);
  assert_int_equal(run_taut("run a.lua " CRASH), 0);
  expect_text("err", "the history of this run is not kept");
  expect_text("out", "1 passed");
}

static void runs_at_the_same_time_share_it(void **state) {
  (void)state;
  enum { N_RUNS = 3 };
  pid_t pids[N_RUNS];
  write_crash_file("a.lua", "none none none");
  for (int i = 0; i < N_RUNS; i++) pids[i] = start_taut("run a.lua -j 1 " CRASH);
  for (int i = 0; i < N_RUNS; i++) assert_int_equal(end_taut(pids[i]), 0);
  json_t *cases = history_of("");
  for (size_t i = 0; i < 3; i++) assert_int_equal(n_entries(cases, i), N_RUNS);
  json_decref(cases);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

int main(void) {
  const struct CMUnitTest tests[] = {IN_FOLDER(each_finished_case_is_in_the_history),
                                     IN_FOLDER(a_history_that_is_damaged_costs_one_line),
                                     IN_FOLDER(a_history_that_cannot_be_made_costs_one_line),
                                     IN_FOLDER(runs_at_the_same_time_share_it)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/// `taut run --watch` as a process: what a change touches runs again, nothing else does, and
/// nothing but a signal ends it.
#include <sys/stat.h>
#include <time.h>

#include "support/command.h"

static void write_text(const char *path, const char *text) {
  assert_int_equal(taut_file_write_atomic(path, text, strlen(text), NULL), TAUT_OK);
}

/// A case that takes a moment; `extra` goes into its table, `limit` decides its verdict.
static void write_case(const char *path, const char *name, const char *extra, const char *limit) {
  char *text = taut_text_format(
      "local taut = require \"taut\"\n"
      "return taut.scenario {\n"
      "  name = \"%s\", rig = \"two_cable_trainer\", %s\n"
      "  script = function(s) s:wait \"10 ms\" s:expect(\"load.command_n <= %s\") end,\n"
      "}\n",
      name, extra, limit);
  write_text(path, text);
  free(text);
}

static size_t n_times(const char *text) {
  size_t n = 0;
  char *out = text_of("out");
  for (const char *at = out; (at = strstr(at, text)) != NULL; at++) n++;
  free(out);
  return n;
}

static void rest(long ms) {
  const struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  nanosleep(&time, NULL);
}

/// Waits until `text` stands in the output `n` times; fails after half a minute, or once there are
/// more.
static void expect_times(const char *text, size_t n) {
  size_t have = 0;
  for (int i = 0; i < 1500; i++) {
    have = n_times(text);
    if (have >= n) break;
    rest(20);
  }
  if (have == n) return;
  char *out = text_of("out");
  fail_msg("'%s' stands %zu times, not %zu, in:\n%s", text, have, n, out);
}

/// Starts a watched run and waits for the end of its first round.
static pid_t start_watch(const char *arguments) {
  write_text("out", "");
  pid_t pid = start_taut("run --watch %s", arguments);
  expect_times("; Ctrl-C ends", 1);
  return pid;
}

static void end_watch(pid_t pid) {
  assert_int_equal(kill(pid, SIGINT), 0);
  assert_int_equal(end_taut(pid), 2);
}

static void copy(const char *from, const char *to) {
  char *data = NULL;
  size_t size;
  assert_int_equal(taut_file_read(from, 1 << 28, &data, &size), TAUT_OK);
  assert_int_equal(taut_file_write_atomic(to, data, size, NULL), TAUT_OK);
  free(data);
}

static void a_changed_scenario_runs_alone(void **state) {
  (void)state;
  write_case("a.lua", "first", "", "1 N");
  write_case("b.lua", "second", "", "1 N");
  pid_t pid = start_watch(".");
  expect_times("pass  ", 2);
  write_case("b.lua", "second", "", "-1 N");
  expect_times("; Ctrl-C ends", 2);
  expect_times("changed      b.lua", 1);
  expect_times("rerun        1 of 2 cases", 1);
  expect_times("fail         b.lua: second", 1);
  expect_times("a.lua: first", 1);
  // What no case reads is no reason to run.
  write_text("notes.txt", "none");
  rest(600);
  expect_times("; Ctrl-C ends", 2);
  // A scenario that is new.
  write_case("c.lua", "third", "", "1 N");
  expect_times("pass         c.lua: third", 1);
  expect_times("; Ctrl-C ends", 3);
  expect_times("a.lua: first", 1);
  // A run like any other lies in the run folder.
  json_t *results = json_of("runs/latest/results.json");
  assert_int_equal(json_array_size(json_object_get(results, "cases")), 1);
  json_decref(results);
  end_watch(pid);
}

static void a_file_that_does_not_compile_ends_nothing(void **state) {
  (void)state;
  write_case("a.lua", "first", "", "1 N");
  write_case("b.lua", "second", "", "1 N");
  pid_t pid = start_watch(".");
  write_text("a.lua", "return {\n  name = \n}\n");
  expect_times("; Ctrl-C ends", 2);
  expect_times("0 of 1 cases; 1 file cannot be loaded", 1);
  expect_times("error        a.lua: (load)", 1);
  // Others are not told about it again.
  write_case("b.lua", "second", "", "2 N");
  expect_times("; Ctrl-C ends", 3);
  expect_times("error        a.lua: (load)", 1);
  write_case("a.lua", "first", "", "1 N");
  expect_times("pass         a.lua: first", 2);
  assert_int_equal(unlink("b.lua"), 0);
  expect_times("no chosen case reads that", 1);
  write_case("b.lua", "second", "", "3 N");
  expect_times("pass         b.lua: second", 3);
  end_watch(pid);
}

static void a_plugin_that_is_replaced_runs_all_its_cases(void **state) {
  (void)state;
  const char *good = TAUT_BUILD_DIR "/plugins/resistance.so";
  write_case("a.lua", "first", "", "1 N");
  write_case("b.lua", "second", "", "1 N");
  copy(good, "law.so");
  pid_t pid = start_watch("a.lua b.lua --with controller=./law.so");
  // As a build tool does it that renames.
  copy(TAUT_BUILD_DIR "/plugins/bad_stale_torque.so", "law.so");
  expect_times("; Ctrl-C ends", 2);
  expect_times("changed      law.so", 1);
  expect_times("rerun        2 of 2 cases", 1);
  // As a linker does it: in place and in pieces, with a pause longer than that of an editor.
  char *data = NULL;
  size_t size;
  assert_int_equal(taut_file_read(good, 1 << 28, &data, &size), TAUT_OK);
  assert_int_equal(unlink("law.so"), 0);
  rest(400);
  int fd = open("law.so", O_WRONLY | O_CREAT, 0700);
  assert_int_equal(write(fd, data, size / 2), (ssize_t)(size / 2));
  rest(700);
  assert_int_equal(write(fd, data + size / 2, size - size / 2), (ssize_t)(size - size / 2));
  close(fd);
  expect_times("; Ctrl-C ends", 3);
  expect_times("rerun        2 of 2 cases", 2);
  expect_times("error", 0);
  expect_times("2 passed", 3);
  // One that stays broken is told, after a while.
  assert_int_equal(truncate("law.so", (off_t)size / 2), 0);
  expect_times("; Ctrl-C ends", 4);
  expect_times("2 in error", 1);
  copy(good, "law.so");
  expect_times("2 passed", 4);
  free(data);
  end_watch(pid);
}

static void a_parameter_file_touches_the_cases_that_read_it(void **state) {
  (void)state;
  char *folder = getcwd(NULL, 0), *data = taut_text_format("%s/data", folder);
  assert_int_equal(system("mkdir -p data/scenarios/lib && cp -r " TAUT_SOURCE_DIR "/models data"),
                   0);
  setenv("TEST_DATA", data, 1);
  const char *set = "set = { exercise = \"goblet_squat\", load = lb(25), reps = 3 },";
  char *beginner = taut_text_format("user = \"beginner\", %s", set);
  char *adult = taut_text_format("user = \"strong_adult\", %s", set);
  write_case("a.lua", "first", beginner, "1 N");
  write_case("b.lua", "second", adult, "1 N");
  write_text("c.lua", "return require \"helper\"");
  pid_t pid = start_watch(".");
  expect_times("error        c.lua: (load)", 1);
  expect_times("pass  ", 2);
  copy(TAUT_SOURCE_DIR "/models/users/beginner.lua", "data/models/users/beginner.lua");
  expect_times("; Ctrl-C ends", 2);
  expect_times("changed      data/models/users/beginner.lua", 1);
  expect_times("pass         a.lua: first", 2);
  expect_times("pass         b.lua: second", 1);
  copy(TAUT_SOURCE_DIR "/models/rigs/two_cable_trainer.lua",
       "data/models/rigs/two_cable_trainer.lua");
  expect_times("; Ctrl-C ends", 3);
  expect_times("rerun        2 of 2 cases", 1);
  // A file that was asked for and was not there.
  write_case("data/scenarios/lib/helper.lua", "third", "", "1 N");
  expect_times("; Ctrl-C ends", 4);
  expect_times("pass         c.lua: third", 1);
  expect_times("pass         a.lua: first", 3);
  end_watch(pid);
  unsetenv("TEST_DATA");
  free(adult);
  free(beginner);
  free(data);
  free(folder);
}

static void a_case_whose_worker_died_runs_again_with_its_plugin(void **state) {
  (void)state;
  write_crash_file("a.lua", "segv");
  copy(TAUT_BUILD_DIR "/tests/support/crash.so", "crash.so");
  pid_t pid = start_watch("a.lua --with session=./crash.so");
  expect_times("1 in error", 1);
  copy(TAUT_BUILD_DIR "/tests/support/crash.so", "crash.so");
  expect_times("1 in error", 2);
  end_watch(pid);
}

/// What the first failure kept from running is not forgotten when that one is mended.
static void a_case_that_never_ran_runs_with_the_next_change(void **state) {
  (void)state;
  write_case("a.lua", "first", "", "-1 N");
  write_case("b.lua", "second", "", "-1 N");
  pid_t pid = start_watch(". -x -j 1");
  expect_times("fail         a.lua: first", 1);
  expect_times("b.lua: second", 0);
  write_case("a.lua", "first", "", "1 N");
  expect_times("; Ctrl-C ends", 2);
  expect_times("rerun        2 of 2 cases", 1);
  expect_times("fail         b.lua: second", 1);
  end_watch(pid);
}

static void a_signal_ends_a_run_that_is_under_way(void **state) {
  (void)state;
  write_crash_file("a.lua", "hang");
  pid_t pid = start_taut("run --watch a.lua " CRASH);
  // The folder of the run is made when signals are listened to.
  for (int i = 0; i < 1500 && access("runs", F_OK) != 0; i++) rest(20);
  rest(200);
  assert_int_equal(kill(pid, SIGINT), 0);
  assert_int_equal(end_taut(pid), 2);
  assert_int_equal(run_taut("run a.lua --watch --baseline g --update-baseline why " CRASH), 4);
  expect_text("err", "not --watch");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_changed_scenario_runs_alone, enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(a_file_that_does_not_compile_ends_nothing, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_plugin_that_is_replaced_runs_all_its_cases, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_parameter_file_touches_the_cases_that_read_it, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_case_whose_worker_died_runs_again_with_its_plugin,
                                      enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(a_case_that_never_ran_runs_with_the_next_change, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_signal_ends_a_run_that_is_under_way, enter_folder,
                                      leave_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

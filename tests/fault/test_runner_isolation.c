/// A plugin's trouble costs its own case, whatever the trouble, and nothing is left behind.
#include <dirent.h>
#include <sys/prctl.h>
#include <time.h>

#include "support/command.h"

static void sleep_ms(long ms) {
  struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  nanosleep(&time, NULL);
}

static void each_trouble_costs_its_own_case_alone(void **state) {
  (void)state;
  static const struct {
    const char *name, *reason;
    double simulated_s;  ///< -1: not looked at
  } cases[] = {
      {"segv 2", "signal 11 (SIGSEGV) at 0.250 s", 0.25},
      {"abort 4", "signal 6 (SIGABRT) at 0.250 s", 0.25},
      {"exit 6", "plugin or scenario ended the process: exit status 0 at 0.250 s", 0.25},
      {"exit_early 8", "exit status 0 before the first tick", 0},
      {"fpe 10", "signal 8 (SIGFPE) at 0.250 s", 0.25},
      {"stack 12", "signal 11 (SIGSEGV) at 0.250 s", 0.25},
      {"close_fds 14", "closed the worker's result pipe", -1},
      {"garbage 16", "cannot be believed: a frame is larger than allowed", -1},
      {"forge 18", "cannot be believed: a frame was not written by the worker", 0.25},
  };
  // ASan would turn some of these signals into an exit of its own.
  setenv("ASAN_OPTIONS", "handle_segv=0:handle_abort=0:handle_sigfpe=0:use_sigaltstack=0", 1);
  write_crash_file("t.lua",
                   "none segv none abort none exit none exit_early none fpe none stack none "
                   "close_fds none garbage none forge none");
  assert_int_equal(run_taut("run t.lua -j 2 " CRASH), 1);
  json_t *results = json_of("runs/latest/results.json");
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const json_t *item = case_of(results, cases[i].name);
    assert_string_equal(text_at(item, "verdict"), "error");
    if (strstr(text_at(item, "reason"), cases[i].reason) == NULL) {
      fail_msg("%s: %s", cases[i].name, text_at(item, "reason"));
    }
    double simulated_s = json_real_value(json_object_get(item, "simulated_s"));
    if (cases[i].simulated_s >= 0) assert_true(simulated_s == cases[i].simulated_s);
    assert_true(json_is_null(json_object_get(item, "trace_hash")));
  }
  const char *first = text_at(case_of(results, "none 1"), "trace_hash");
  assert_int_equal(strlen(first), 32);
  for (int i = 1; i <= 19; i += 2) {
    char name[32];
    snprintf(name, sizeof name, "none %d", i);
    assert_string_equal(text_at(case_of(results, name), "verdict"), "pass");
    assert_string_equal(text_at(case_of(results, name), "trace_hash"), first);
  }
  json_decref(results);
  expect_text("out", "taut run 't.lua:segv 2' --seed 1 --with session=");
}

static void a_hanging_case_ends_with_its_last_tick(void **state) {
  (void)state;
  write_crash_file("t.lua", "none hang none");
  assert_int_equal(run_taut("run t.lua --timeout 1.5 " CRASH), 1);
  json_t *results = json_of("runs/latest/results.json");
  assert_string_equal(text_at(case_of(results, "hang 2"), "reason"),
                      "no end after 1.5 s of wall time: killed at 0.250 s");
  assert_string_equal(text_at(case_of(results, "none 3"), "verdict"), "pass");
  json_decref(results);
}

static void a_case_that_eats_memory_meets_its_limit(void **state) {
  (void)state;
  if (IS_SANITIZED) {
    print_message("SKIPPED: a sanitizer reserves more addresses than any limit allows\n");
    skip();
  }
  write_crash_file("t.lua", "memory none");
  assert_int_equal(run_taut("run t.lua --timeout 60 " CRASH), 1);
  json_t *results = json_of("runs/latest/results.json");
  assert_non_null(strstr(text_at(case_of(results, "memory 1"), "reason"), "signal 11 (SIGSEGV)"));
  assert_string_equal(text_at(case_of(results, "none 2"), "verdict"), "pass");
  json_decref(results);
}

static void printing_without_end_is_bounded_and_harmless(void **state) {
  (void)state;
  write_crash_file("t.lua", "print");
  assert_int_equal(run_taut("run t.lua " CRASH), 0);
  json_t *results = json_of("runs/latest/results.json");
  const json_t *item = case_of(results, "print 1");
  assert_int_equal(strlen(text_at(item, "output")), 65536);
  assert_true(json_integer_value(json_object_get(item, "output_lost_bytes")) > 1000000);
  assert_null(strchr(text_at(item, "output"), '\033'));
  json_decref(results);
}

static void a_forbidden_call_is_named(void **state) {
  (void)state;
  static const char *const cases[][2] = {{"socket 1", "socket ("},
                                         {"open 2", "openat ("},
                                         {"fork 3", "clone"},
                                         {"exec 4", "execve ("},
                                         {"kill 5", "kill ("}};
  write_crash_file("t.lua", "none");
  assert_int_equal(run_taut("run t.lua " CRASH), 0);
  char *err = text_of("err");
  bool has_filters = strstr(err, "isolation: seccomp not available") == NULL;
  free(err);
  if (!has_filters) {
    print_message("SKIPPED: system calls cannot be filtered here\n");
    skip();
  }
  write_crash_file("t.lua", "socket open fork exec kill none");
  assert_int_equal(run_taut("run t.lua " CRASH), 1);
  json_t *results = json_of("runs/latest/results.json");
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const char *reason = text_at(case_of(results, cases[i][0]), "reason");
    assert_non_null(strstr(reason, "made a forbidden system call: "));
    if (strstr(reason, cases[i][1]) == NULL) fail_msg("%s", reason);
    assert_non_null(strstr(reason, "at 0.250 s"));
  }
  assert_string_equal(text_at(case_of(results, "none 6"), "verdict"), "pass");
  assert_int_not_equal(access("taut-crash-was-here", F_OK), 0);
  json_decref(results);
}

static void repeating_finds_what_depends_on_chance(void **state) {
  (void)state;
  write_crash_file("t.lua", "none random");
  assert_int_equal(run_taut("run t.lua " CRASH), 0);
  assert_int_equal(run_taut("run t.lua --repeat 3 -j 2 " CRASH), 1);
  json_t *results = json_of("runs/latest/results.json");
  assert_string_equal(text_at(case_of(results, "none 1"), "verdict"), "pass");
  const json_t *random = case_of(results, "random 2");
  assert_string_equal(text_at(random, "verdict"), "fail");
  assert_non_null(
      strstr(text_at(random, "reason"), "not deterministic: run 2 of 3 differs (trace"));
  assert_int_equal(json_integer_value(json_object_get(random, "repeats")), 3);
  json_decref(results);
}

/// Case files of the newest run, each of which must be whole.
static size_t n_whole_cases(void) {
  size_t n = 0;
  char folder[512] = "";
  DIR *runs = opendir("runs");
  for (struct dirent *entry; runs != NULL && (entry = readdir(runs)) != NULL;) {
    bool is_run = strchr(entry->d_name, 'T') != NULL && strchr(entry->d_name, 'Z') != NULL;
    if (is_run) {
      snprintf(folder, sizeof folder, "runs/%s/cases", entry->d_name);
    }
  }
  if (runs != NULL) closedir(runs);
  DIR *dir = opendir(folder);
  for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
    size_t size = strlen(entry->d_name);
    if (size <= 5 || strcmp(entry->d_name + size - 5, ".json") != 0) continue;
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    json_t *json = json_of(path);
    assert_string_equal(text_at(json, "verdict"), "pass");
    json_decref(json);
    n++;
  }
  if (dir != NULL) closedir(dir);
  return n;
}

static void a_killed_run_leaves_whole_files_and_no_process(void **state) {
  (void)state;
  // Whoever loses its parent becomes a child of this process and can be waited for.
  assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  write_crash_file("t.lua",
                   "none none none none slow slow slow slow hang hang hang hang none none none");
  pid_t pid = start_taut("run t.lua -j 4 --timeout 60 " CRASH);
  for (int i = 0; i < 300 && n_whole_cases() < 4; i++) sleep_ms(50);
  kill(pid, SIGKILL);
  assert_int_equal(end_taut(pid), -SIGKILL);
  assert_in_range(n_whole_cases(), 4, 14);
  size_t n_orphans = 0;
  int n_waited = 0;
  for (;; n_waited++) {
    pid_t orphan = waitpid(-1, NULL, WNOHANG);
    if (orphan < 0) break;
    n_orphans += orphan > 0;
    if (n_waited > 200) fail_msg("workers live on after their run was killed");
    if (orphan == 0) sleep_ms(50);
  }
  assert_int_equal(errno, ECHILD);
  assert_true(n_orphans >= 1);
  prctl(PR_SET_CHILD_SUBREAPER, 0);
}

static void an_interrupt_keeps_what_is_finished(void **state) {
  (void)state;
  static const int signals[] = {SIGINT, SIGTERM};
  for (size_t i = 0; i < 2; i++) {
    char out[16];
    snprintf(out, sizeof out, "out-%zu", i);
    write_crash_file("t.lua", "none none hang none");
    pid_t pid = start_taut("run t.lua -j 1 --timeout 60 --out %s " CRASH, out);
    char *output = NULL;
    for (int k = 0; k < 300; k++) {
      sleep_ms(50);
      free(output);
      output = access("out", F_OK) == 0 ? text_of("out") : taut_text_copy("");
      if (strstr(output, "none 2") != NULL) break;
    }
    free(output);
    kill(pid, signals[i]);
    assert_int_equal(end_taut(pid), 2);
    char *path = taut_text_format("%s/latest/results.json", out);
    json_t *results = json_of(path);
    assert_true(json_is_true(json_object_get(results, "interrupted")));
    assert_int_equal(json_array_size(json_object_get(results, "cases")), 2);
    assert_string_equal(text_at(case_of(results, "none 2"), "verdict"), "pass");
    json_decref(results);
    free(path);
    expect_text("out", "2 passed, 2 not run");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(each_trouble_costs_its_own_case_alone, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_hanging_case_ends_with_its_last_tick, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_case_that_eats_memory_meets_its_limit, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(printing_without_end_is_bounded_and_harmless, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_forbidden_call_is_named, enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(repeating_finds_what_depends_on_chance, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_killed_run_leaves_whole_files_and_no_process, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(an_interrupt_keeps_what_is_finished, enter_folder,
                                      leave_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/// Branches of a warm run are the cases that they stand for, and the trouble of one is its own.
#include <dirent.h>
#include <sys/prctl.h>
#include <time.h>

#include "support/command.h"

/// What stands in results.json of a case, but for what differs from run to run.
static json_t *evidence_of(const json_t *item) {
  json_t *copy = json_deep_copy(item);
  json_object_del(copy, "environment");
  return copy;
}

/// Names of cases, and fields of each, that differ between two results; "" when all agree.
static char *difference(const json_t *alone, const json_t *branched) {
  taut_buffer out = {0};
  const json_t *cases = json_object_get(alone, "cases");
  size_t i;
  json_t *item;
  taut_buffer_text(&out, "");
  json_array_foreach((json_t *)(uintptr_t)cases, i, item) {
    json_t *a = evidence_of(item), *b = evidence_of(case_of(branched, text_at(item, "name")));
    const char *key;
    json_t *value;
    json_object_foreach(a, key, value) {
      if (!json_equal(value, json_object_get(b, key)))
        taut_buffer_printf(&out, "%s: %s\n", text_at(item, "name"), key);
    }
    if (json_object_size(a) != json_object_size(b)) taut_buffer_text(&out, "fields\n");
    json_decref(a);
    json_decref(b);
  }
  if (json_array_size(cases) != json_array_size(json_object_get(branched, "cases")))
    taut_buffer_text(&out, "number of cases\n");
  return out.data;
}

/// A campaign with a person, chance, monitors under way, watches, measures and delays: whatever
/// a case keeps from before its strike is used after it.
static const char campaign[] =
    "local taut = require 'taut'\n"
    "local PHASES = { 'start', 'up', 'top', 'down', 'rest' }\n"
    "return taut.scenario {\n"
    "  name = 'campaign', hazard = 'H12', covers = { 'SR-004', 'SR-040' },\n"
    "  rig = 'two_cable_trainer', user = 'beginner',\n"
    "  set = { exercise = 'goblet_squat', load = lb(20), reps = 3 },\n"
    "  faults = {\n"
    "    late = taut.fault { on = 'controller.left_load_cell_n', kind = 'delay', delay = '40 ms' "
    "},\n"
    "    noise = taut.fault { on = 'controller.left_load_cell_n', kind = 'noise', magnitude = N(2) "
    "},\n"
    "  },\n"
    "  sweep = { phase = PHASES, fault = { 'late', 'noise' } },\n"
    "  branch = { 'phase', 'fault' },\n"
    "  script = function(s)\n"
    "    local watch = s:always 'load.command_n <= 200 N'\n"
    "    local greatest = s:measure('greatest', 'left.cable.tension_n')\n"
    "    local log = s:follow('controller.safety_state', { 'controller.safety_state' })\n"
    "    local drawn = { math.random() }\n"
    "    s:start_set()\n"
    "    for i, phase in ipairs(PHASES) do\n"
    "      s:wait(0.3 + 0.1 * math.random())\n"
    "      drawn[#drawn + 1] = math.random()\n"
    "      if s:strike(phase) then\n"
    "        s:fault(s.sweep.fault)\n"
    "        s:wait(0.2 + 0.1 * math.random())\n"
    "        s:check(i <= 5, { text = s.sweep.phase, got = s.sweep.fault, margin = N(drawn[i]) })\n"
    "        s:note('seen', { drawn = drawn, n = #log:take(), greatest = greatest:take() })\n"
    "        watch:stop() return\n"
    "      end\n"
    "    end\n"
    "  end }\n";

static void write_text(const char *path, const char *text) {
  assert_int_equal(taut_file_write_atomic(path, text, strlen(text), NULL), TAUT_OK);
}

static json_t *run_json(const char *arguments, const char *path) {
  int status = run_taut("run %s --json %s", arguments, path);
  if (status != 0 && status != 1) fail_msg("%s: exit status %d", arguments, status);
  return json_of(path);
}

static void expect_same(const char *alone_arguments, const char *branch_arguments) {
  json_t *alone = run_json(alone_arguments, "alone.json");
  json_t *branched = run_json(branch_arguments, "branched.json");
  char *text = difference(alone, branched);
  if (text[0] != '\0') fail_msg("%s:\n%s", branch_arguments, text);
  free(text);
  json_decref(alone);
  json_decref(branched);
}

/// The case files, with notes, plots and repetitions.
static void expect_same_files(const char *alone, const char *branched, size_t n) {
  DIR *folder = opendir(alone);
  assert_non_null(folder);
  size_t n_seen = 0;
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    if (strstr(entry->d_name, ".json") == NULL) continue;
    char path[1024];
    n_seen++;
    snprintf(path, sizeof path, "%s/%s", alone, entry->d_name);
    json_t *whole = json_of(path), *a = evidence_of(whole);
    json_decref(whole);
    snprintf(path, sizeof path, "%s/%s", branched, entry->d_name);
    whole = json_of(path);
    json_t *b = evidence_of(whole);
    json_decref(whole);
    if (!json_equal(a, b)) fail_msg("%s differs", entry->d_name);
    assert_true(json_is_array(json_object_get(a, "notes")));
    assert_true(json_is_object(json_object_get(a, "plots")));
    json_decref(a);
    json_decref(b);
  }
  closedir(folder);
  assert_int_equal(n_seen, n);
}

static void a_branch_is_the_case_to_the_last_bit(void **state) {
  (void)state;
  write_text("campaign.lua", campaign);
  expect_same("campaign.lua --out alone", "campaign.lua --out branched --branch");
  expect_text("out", "branches: 10 cases from 1 warm runs, 0 from their beginning");
  expect_same_files("alone/latest/cases", "branched/latest/cases", 10);
  json_t *results = json_of("branched.json");
  json_t *first = json_array_get(json_object_get(results, "cases"), 0);
  assert_string_equal(text_at(first, "hazard"), "H12");
  // That they agree says nothing unless they got somewhere, and not all to the same place.
  const json_t *last = json_array_get(json_object_get(results, "cases"), 9);
  if (strcmp(text_at(first, "verdict"), "error") == 0) fail_msg("%s", text_at(first, "reason"));
  assert_string_not_equal(text_at(first, "trace_hash"), text_at(last, "trace_hash"));
  assert_string_equal(text_at(first, "plan_hash"), text_at(last, "plan_hash"));
  json_decref(results);
}

static void seed_repetition_choice_and_workers_mean_the_same(void **state) {
  (void)state;
  write_text("campaign.lua", campaign);
  expect_same("campaign.lua --seed 7 -k 'noise or top'",
              "campaign.lua --seed 7 -k 'noise or top' --branch -j 2");
  expect_text("out", "branches: 6 cases from 1 warm runs");
  expect_same("campaign.lua --repeat 2 -k late", "campaign.lua --repeat 2 -k late --branch -j 2");
  expect_text("out", "branches: 10 cases from 2 warm runs");
  // Of a group of one nothing is gained.
  json_decref(run_json("'campaign.lua:campaign [fault=late,phase=top]' --branch", "one.json"));
  expect_text("out", "branches: 0 cases from 0 warm runs, 1 from their beginning");
}

/// A case per kind of trouble of support/crash, each at two instants.
static void write_troubles(const char *kinds, const char *fields, const char *first) {
  char *text = taut_text_format(
      "local taut = require 'taut'\n"
      "local KINDS, NUMBER = {}, {}\n"
      "for kind in ('%s'):gmatch('%%S+') do KINDS[#KINDS + 1] = kind end\n"
      "local ALL = 'none segv abort exit exit_early fpe stack hang memory close_fds garbage forge "
      "'\n"
      "  .. 'print socket open fork exec kill random slow shared calm'\n"
      "local n = 0\n"
      "for kind in ALL:gmatch('%%S+') do NUMBER[kind] = n n = n + 1 end\n"
      "return taut.scenario { name = 't', rig = 'two_cable_trainer',\n"
      "  params = { session = { by_load = 1 %s } },\n"
      "  sweep = { at = { 'early', 'late' }, kind = KINDS }, branch = { 'at', 'kind' },\n"
      "  script = function(s)\n"
      "    for _, at in ipairs { 'early', 'late' } do\n"
      "      %s s:wait '100 ms'\n"
      "      if s:strike(at) then\n"
      "        s:set('session.left_set_load_n', N(NUMBER[s.sweep.kind]))\n"
      "        s:wait '300 ms'\n"
      "        s:expect('load.command_n <= 1 N')\n"
      "        return\n"
      "      end\n"
      "    end\n"
      "  end }\n",
      kinds, fields, first);
  write_text("t.lua", text);
  free(text);
}

static void the_trouble_of_a_branch_is_its_own(void **state) {
  (void)state;
  // ASan would turn some of these signals into an exit of its own.
  setenv("ASAN_OPTIONS", "handle_segv=0:handle_abort=0:handle_sigfpe=0:use_sigaltstack=0", 1);
  write_troubles("calm segv abort exit fpe stack close_fds print", "", "");
  expect_same("t.lua -j 2 " CRASH, "t.lua --branch " CRASH);
  expect_text("out", "branches: 16 cases from 1 warm runs, 0 from their beginning");
  expect_text("out", "signal 6 (SIGABRT) at 0.110 s");
  // What spoils the frames themselves costs the others a second warm run and nothing else.
  write_troubles("calm garbage forge", "", "");
  json_t *results = run_json("t.lua --branch " CRASH, "branched.json");
  assert_string_equal(text_at(case_of(results, "t [at=early,kind=calm]"), "verdict"), "pass");
  assert_string_equal(text_at(case_of(results, "t [at=late,kind=calm]"), "verdict"), "pass");
  const char *reason = text_at(case_of(results, "t [at=late,kind=garbage]"), "reason");
  assert_non_null(strstr(reason, "cannot be believed: a frame is larger than allowed"));
  reason = text_at(case_of(results, "t [at=early,kind=forge]"), "reason");
  assert_non_null(strstr(reason, "cannot be believed: a frame was not written by the worker"));
  json_decref(results);
}

static void a_branch_that_hangs_is_ended_and_the_others_go_on(void **state) {
  (void)state;
  write_troubles("calm hang", "", "");
  json_t *results = run_json("t.lua --branch --timeout 2 " CRASH, "branched.json");
  static const char *const names[] = {"t [at=early,kind=hang]", "t [at=late,kind=hang]"};
  static const char *const reasons[] = {"no end after 2 s of wall time: killed at 0.110 s",
                                        "no end after 2 s of wall time: killed at 0.210 s"};
  for (int i = 0; i < 2; i++)
    assert_string_equal(text_at(case_of(results, names[i]), "reason"), reasons[i]);
  assert_string_equal(text_at(case_of(results, "t [at=early,kind=calm]"), "verdict"), "pass");
  assert_string_equal(text_at(case_of(results, "t [at=late,kind=calm]"), "verdict"), "pass");
  json_decref(results);
}

static void what_a_plugin_may_not_it_may_not_in_a_branch(void **state) {
  (void)state;
  if (IS_SANITIZED) {
    print_message("SKIPPED: no system-call filters here\n");
    skip();
  }
  write_troubles("calm socket open fork exec kill", "", "");
  expect_same("t.lua -j 2 " CRASH, "t.lua --branch " CRASH);
  expect_text("out", "forbidden system call: clone");
  assert_int_equal(access("taut-crash-was-here", F_OK), -1);
  // Nor while no branch is there yet.
  write_troubles("calm", "", "s:set('session.left_set_load_n', N(15))");
  expect_same("t.lua -j 2 " CRASH, "t.lua --branch " CRASH);
  expect_text("out", "branches: 0 cases from 1 warm runs, 2 from their beginning");
}

static void state_that_leaks_from_branch_to_branch_is_seen(void **state) {
  (void)state;
  write_troubles("shared calm", ", kind = 'shared'", "");
  json_t *alone = run_json("t.lua " CRASH, "alone.json");
  json_t *branched = run_json("t.lua --branch " CRASH, "branched.json");
  char *text = difference(alone, branched);
  if (strstr(text, "t [at=late,kind=shared]: trace_hash") == NULL)
    fail_msg("two branches that share memory look like two cases alone: %s", text);
  free(text);
  json_decref(alone);
  json_decref(branched);
}

static void a_warm_run_that_fails_gives_each_case_its_own_failure(void **state) {
  (void)state;
  static const struct {
    const char *spoil, *reason, *verdict;
    size_t n_branched;
  } cases[] = {
      {"error 'broken'", "broken", "error", 2},
      {"s:fail 'over'", "over", "fail", 2},
      {"local x = s.sweep.at", "s.sweep.at has no value before the strike", "error", 2},
      {"while true do end", "instructions is used up", "error", 2},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char first[128];
    snprintf(first, sizeof first, "if at == 'late' then %s end", cases[i].spoil);
    write_troubles("calm", "", first);
    expect_same("t.lua " CRASH, "t.lua --branch " CRASH);
    json_t *results = json_of("branched.json");
    const json_t *late = case_of(results, "t [at=late,kind=calm]");
    assert_string_equal(text_at(late, "verdict"), cases[i].verdict);
    assert_non_null(strstr(text_at(late, "reason"), cases[i].reason));
    assert_string_equal(text_at(case_of(results, "t [at=early,kind=calm]"), "verdict"), "pass");
    json_decref(results);
  }
}

static void options_that_a_fork_cannot_keep_are_refused(void **state) {
  (void)state;
  write_troubles("calm", "", "");
  static const char *const options[] = {"--trace traces", "--realtime", "--baseline golden"};
  for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
    assert_int_equal(run_taut("run t.lua --branch %s " CRASH, options[i]), 4);
    expect_text("err", "--branch");
  }
  // A role behind a link is in another process, or waits for one.
  assert_int_equal(run_taut("run t.lua --branch --with controller=resistance?ticks=4 " CRASH), 0);
  expect_text("out", "not snapshotable");
  expect_text("runs/latest/results.json", "\"snapshotable\": false");
}

static void the_first_failure_ends_the_run_if_asked(void **state) {
  (void)state;
  write_troubles("segv calm", "", "");
  assert_int_equal(run_taut("run t.lua --branch -x --json x.json " CRASH), 1);
  json_t *results = json_of("x.json");
  size_t n = json_array_size(json_object_get(results, "cases"));
  assert_true(n >= 1 && n < 4);
  json_decref(results);
  // Also when it was killed, and others were to be tried again.
  write_troubles("hang calm", "", "");
  assert_int_equal(run_taut("run t.lua --branch --timeout 2 -x --json x.json " CRASH), 1);
  results = json_of("x.json");
  assert_int_equal(json_array_size(json_object_get(results, "cases")), 1);
  json_decref(results);
}

static void sleep_ms(long ms) {
  struct timespec time = {ms / 1000, ms % 1000 * 1000000};
  nanosleep(&time, NULL);
}

/// Starts a run whose second branch hangs, and returns when its first one is told.
static pid_t start_hanging(void) {
  write_troubles("calm hang", "", "");
  pid_t pid = start_taut("run t.lua --branch --timeout 60 " CRASH);
  for (int i = 0; i < 3000; i++) {
    char *output = access("out", F_OK) == 0 ? text_of("out") : taut_text_copy("");
    bool is_there = strstr(output, "early,kind=calm") != NULL;
    free(output);
    if (is_there) return pid;
    sleep_ms(20);
  }
  fail_msg("nothing came");
  return pid;
}

static void a_killed_run_leaves_no_branch(void **state) {
  (void)state;
  // Whoever loses its parent becomes a child of this process and can be waited for.
  assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  pid_t pid = start_hanging();
  sleep_ms(50);
  kill(pid, SIGKILL);
  assert_int_equal(end_taut(pid), -SIGKILL);
  int n_orphans = 0, n_waited = 0;
  for (;; n_waited++) {
    pid_t orphan = waitpid(-1, NULL, WNOHANG);
    if (orphan < 0) break;
    n_orphans += orphan > 0;
    if (n_waited > 200) fail_msg("a branch lives on after its run was killed");
    if (orphan == 0) sleep_ms(50);
  }
  assert_true(n_orphans >= 2);  // the zygote, the worker and, unless that saw it go, its branch
  prctl(PR_SET_CHILD_SUBREAPER, 0);
}

static void an_interrupt_keeps_the_branches_that_are_finished(void **state) {
  (void)state;
  pid_t pid = start_hanging();
  kill(pid, SIGINT);
  assert_int_equal(end_taut(pid), 2);
  json_t *results = json_of("runs/latest/results.json");
  assert_int_equal(json_array_size(json_object_get(results, "cases")), 1);
  assert_string_equal(text_at(case_of(results, "t [at=early,kind=calm]"), "verdict"), "pass");
  json_decref(results);
}

/// The one child of a process, 0 for none.
static long child_of(long pid) {
  char path[64];
  long child = 0;
  snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", pid, pid);
  FILE *file = fopen(path, "r");
  if (file == NULL || fscanf(file, "%ld", &child) != 1) child = 0;
  if (file != NULL) fclose(file);
  return child;
}

/// Resident memory of a process [KiB], 0 when there is none.
static long size_of(long pid) {
  char path[64], line[256];
  long size = 0;
  snprintf(path, sizeof path, "/proc/%ld/status", pid);
  FILE *file = fopen(path, "r");
  while (file != NULL && fgets(line, sizeof line, file) != NULL) sscanf(line, "VmRSS: %ld", &size);
  if (file != NULL) fclose(file);
  return size;
}

/// Size of the worker once it has come to branch `n`, which hangs.
static long size_at_branch(int n) {
  char *text = taut_text_format(
      "local taut = require 'taut'\n"
      "local at = {}\n"
      "for i = 1, %d do at[i] = i end\n"
      "return taut.scenario { name = 'm', rig = 'two_cable_trainer',\n"
      "  params = { session = { by_load = 1 } },\n"
      "  sweep = { at = at }, branch = { 'at' }, script = function(s)\n"
      "    for _, i in ipairs(at) do\n"
      "      s:wait '2 ms'\n"
      "      if s:strike(i) then s:set('session.left_set_load_n', N(i == #at and 7 or 21))\n"
      "        s:wait '20 ms' s:expect 'not controller.armed' return end\n"
      "    end\n"
      "  end }\n",
      n);
  write_text("many.lua", text);
  free(text);
  pid_t pid = start_taut("run many.lua --branch " CRASH);
  char last[32];
  snprintf(last, sizeof last, "m [at=%d]", n - 1);
  bool is_there = false;
  for (int i = 0; i < 4000 && !is_there; i++) {
    sleep_ms(20);
    char *output = access("out", F_OK) == 0 ? text_of("out") : taut_text_copy("");
    is_there = strstr(output, last) != NULL;
    free(output);
  }
  assert_true(is_there);
  long worker = child_of(child_of(pid)), size = 0;
  for (int i = 0; i < 100 && child_of(worker) == 0; i++) sleep_ms(10);
  size = size_of(worker);
  kill(pid, SIGINT);
  assert_int_equal(end_taut(pid), 2);
  return size;
}

static void many_branches_cost_no_more_than_few(void **state) {
  (void)state;
  // A worker may have few descriptors: one that each branch leaves behind would soon be too many.
  long few = size_at_branch(2), many = size_at_branch(120);
  print_message("the worker has %ld KiB after 1 branch, %ld KiB after 119\n", few, many);
  assert_true(few > 0);
  if (!IS_SANITIZED) assert_true(many < few + 2048);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_branch_is_the_case_to_the_last_bit, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(seed_repetition_choice_and_workers_mean_the_same,
                                      enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(the_trouble_of_a_branch_is_its_own, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_branch_that_hangs_is_ended_and_the_others_go_on,
                                      enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(what_a_plugin_may_not_it_may_not_in_a_branch, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(state_that_leaks_from_branch_to_branch_is_seen, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_warm_run_that_fails_gives_each_case_its_own_failure,
                                      enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(options_that_a_fork_cannot_keep_are_refused, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_killed_run_leaves_no_branch, enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(an_interrupt_keeps_the_branches_that_are_finished,
                                      enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(many_branches_cost_no_more_than_few, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(the_first_failure_ends_the_run_if_asked, enter_folder,
                                      leave_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

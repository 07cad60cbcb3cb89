/// `taut run --realtime`: the wall clock paces a run, what came late is counted and may fail it,
/// and no bit of the result depends on it. Bounds are wide: the machine may be busy with other
/// things.
#include <time.h>

#include "support/command.h"

static void write_waits(const char *wait) {
  char *text = taut_text_format(
      "return require 'taut'.scenario { name = 't', rig = 'two_cable_trainer',\n"
      "  script = function(s) s:wait '%s' s:expect('load.command_n <= 1 N') end }\n",
      wait);
  assert_int_equal(taut_file_write_atomic("t.lua", text, strlen(text), NULL), TAUT_OK);
  free(text);
}

static double now_s(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/// The only case of a run; borrowed from `*results`.
static json_t *case_in(const char *folder, json_t **results) {
  char path[256];
  snprintf(path, sizeof path, "%s/latest/results.json", folder);
  *results = json_of(path);
  return json_array_get(json_object_get(*results, "cases"), 0);
}

static const json_t *pacing_of(const json_t *item) {
  return json_object_get(json_object_get(item, "environment"), "pacing");
}

static int64_t number_at(const json_t *object, const char *key) {
  const json_t *value = json_object_get(object, key);
  if (!json_is_integer(value)) fail_msg("%s is no whole number", key);
  return json_integer_value(value);
}

static void the_wall_clock_paces_and_changes_no_bit(void **state) {
  (void)state;
  json_t *free_run, *paced_run;
  write_waits("1500 ms");
  assert_int_equal(run_taut("run t.lua --out free"), 0);
  double start_s = now_s();
  assert_int_equal(run_taut("run t.lua --out paced --realtime"), 0);
  assert_true(now_s() - start_s >= 1.5);
  const json_t *alone = case_in("free", &free_run), *paced = case_in("paced", &paced_run);
  assert_null(pacing_of(alone));
  static const char *const hashes[] = {"trace_hash", "state_hash", "plan_hash"};
  for (size_t i = 0; i < 3; i++)
    assert_string_equal(text_at(alone, hashes[i]), text_at(paced, hashes[i]));
  const json_t *pacing = pacing_of(paced);
  assert_int_equal(number_at(pacing, "rows"), 1500);
  // Every row was either waited for or late.
  assert_int_equal(number_at(json_object_get(pacing, "wake_ups"), "n"),
                   1500 - number_at(pacing, "deadline_misses"));
  json_decref(free_run);
  json_decref(paced_run);
}

static void the_clock_runs_x_times_as_fast(void **state) {
  (void)state;
  json_t *results;
  write_waits("1200 ms");
  assert_int_equal(run_taut("run t.lua --realtime=2"), 0);
  const json_t *item = case_in("runs", &results), *pacing = pacing_of(item);
  double wall_s =
      json_number_value(json_object_get(json_object_get(item, "environment"), "wall_s"));
  assert_true(wall_s >= 0.6);
  assert_true(json_number_value(json_object_get(pacing, "speed")) == 2.0);
  json_decref(results);
}

static void a_stall_is_counted_and_only_a_limit_makes_it_fail(void **state) {
  (void)state;
  json_t *results;
  write_crash_file("t.lua", "slow");
  // The session sleeps for 2 s of wall time: what was due meanwhile is late, then it catches up.
  assert_int_equal(run_taut("run t.lua --realtime " CRASH), 0);
  const json_t *item = case_in("runs", &results), *pacing = pacing_of(item);
  int64_t n = number_at(pacing, "deadline_misses");
  assert_true(n > 50);
  assert_true(number_at(pacing, "late_max_ns") > INT64_C(1500000000));
  int64_t first_ns = number_at(pacing, "first_miss_ns");
  assert_true(first_ns >= 0 && first_ns < INT64_C(500000000));
  json_decref(results);
  assert_int_equal(run_taut("run t.lua --realtime --deadline-misses-max 20 " CRASH), 1);
  item = case_in("runs", &results);
  assert_string_equal(text_at(item, "verdict"), "fail");
  assert_non_null(strstr(text_at(item, "reason"), "did not keep up with the wall clock"));
  expect_text("out", "--realtime=1 --deadline-misses-max 20");
  json_decref(results);
  // The twin: the same limit without a stall. A busy machine may be late, but not for 200 ms.
  write_waits("200 ms");
  assert_int_equal(run_taut("run t.lua --realtime --deadline-misses-max 190"), 0);
}

static void what_makes_no_sense_is_refused(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"--realtime=fast", "X is simulated time over wall time, 0.001 to 1000, got 'fast'"},
      {"--realtime=0", "got '0'"},
      {"--realtime=nan", "got 'nan'"},
      {"--realtime=-1", "got '-1'"},
      {"--deadline-misses-max 3", "--deadline-misses-max needs --realtime"},
      {"--realtime --deadline-misses-max -3", "--deadline-misses-max must be a whole number"},
  };
  write_waits("1 ms");
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_int_equal(run_taut("run t.lua %s", cases[i][0]), 4);
    expect_text("err", cases[i][1]);
  }
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)
  const struct CMUnitTest tests[] = {
      IN_FOLDER(the_wall_clock_paces_and_changes_no_bit),
      IN_FOLDER(the_clock_runs_x_times_as_fast),
      IN_FOLDER(a_stall_is_counted_and_only_a_limit_makes_it_fail),
      IN_FOLDER(what_makes_no_sense_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

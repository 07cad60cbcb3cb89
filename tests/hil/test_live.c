/// Live links: whatever becomes of harness or device, at whatever moment, the device comes to rest
/// by itself, in time, and its post-mortem log shows it. Simulated time of the device is the
/// measure, which is wall time but for what a busy machine adds.
#include "support/live_bench.h"

/// A motor under torque whose harness gets `signal_number`; its log until a second later.
static size_t lose_once(int signal_number, double watchdog_s) {
  pid_t served = start_served("motor --live --log box.csv", ipc_here("m"), "log");
  pid_t harness = fork();
  assert_true(harness >= 0);
  if (harness == 0) drive_motor(ipc_here("m"), watchdog_s);
  wait_for_text("log", "holds the device");
  sleep_ms(600);
  assert_int_equal(kill(harness, signal_number), 0);
  wait_for_text("box.csv", "the newest command is old");
  sleep_ms(900);
  size_t n = read_box("box.csv");
  kill(harness, SIGKILL);
  assert_int_equal(end_taut(harness), -SIGKILL);
  assert_int_equal(end_served(served, SIGTERM), 0);
  assert_true(n > 20);
  return n;
}

/// On a busy machine the commands may have been late before, and the torque gone already: then it
/// is not the loss that was seen, and another one is tried.
static size_t lose_harness(int signal_number, double watchdog_s) {
  size_t n = 0;
  for (int i = 0; i < 6; i++) {
    n = lose_once(signal_number, watchdog_s);
    if (moments[last_fresh(n)].value > 0.7) return n;
  }
  fail_msg("the torque was never on");
  return n;
}

static void a_device_whose_harness_is_killed_rests_by_itself(void **state) {
  (void)state;
  expect_rest(lose_harness(SIGKILL, 0.1));
  // Free again for the next one, and the time of the loss is told.
  expect_text("box.csv", "gone without a goodbye");
}

static void a_device_whose_harness_hangs_rests_by_itself(void **state) {
  (void)state;
  expect_rest(lose_harness(SIGSTOP, 0.1));
}

/// The twin: this is how it looks when nothing watches.
static void without_a_watchdog_the_torque_stays(void **state) {
  (void)state;
  size_t n = lose_harness(SIGKILL, 10.0);
  assert_true(watchdog_spoke_s(n) < 0.0);
  assert_true(moments[n - 1].value > 0.7);
  assert_true(moments[n - 1].tick_s > last_fresh_s(n) + 0.5);
}

/// The same for a controller with 10 lb on the cable; `words` choose what fills the role.
static size_t lose_controller(const char *words, int signal_number) {
  size_t n = 0;
  pid_t served = start_served(words, ipc_here("c"), "log");
  pid_t harness = fork();
  assert_true(harness >= 0);
  if (harness == 0) load_controller(ipc_here("c"));
  for (int i = 0; i < 300 && (n < 1 || moments[n - 1].value < 44.0); i++) {
    sleep_ms(50);
    if (access("box.csv", R_OK) == 0) n = read_box("box.csv");
  }
  sleep_ms(200);
  assert_int_equal(kill(harness, signal_number), 0);
  sleep_ms(1000);
  n = read_box("box.csv");
  kill(harness, SIGKILL);
  assert_int_equal(end_taut(harness), -SIGKILL);
  assert_int_equal(end_served(served, SIGTERM), 0);
  return n;
}

/// On a busy machine it may have unloaded before, for good reason: then another one is tried.
static size_t lose_loaded_controller(const char *words, int signal_number) {
  for (int i = 0; i < 6; i++) {
    size_t n = lose_controller(words, signal_number);
    if (n > 20 && moments[last_fresh(n)].value > 44.0) return n;
  }
  fail_msg("the load was never on");
  return 0;
}

static void a_loaded_controller_whose_harness_is_killed_unloads_by_itself(void **state) {
  (void)state;
  expect_unloaded(lose_loaded_controller("controller --live --log box.csv", SIGKILL));
}

static void a_loaded_controller_whose_harness_hangs_unloads_by_itself(void **state) {
  (void)state;
  expect_unloaded(lose_loaded_controller("controller --live --log box.csv", SIGSTOP));
}

/// The twin: the same law without the watch on the age of commands.
static void without_a_watch_the_load_stays(void **state) {
  (void)state;
  size_t n =
      lose_loaded_controller("controller --plugin bad_stale_torque --live --log box.csv", SIGKILL);
  assert_true(moments[n - 1].value > 44.0);
  assert_true(moments[n - 1].tick_s > last_fresh_s(n) + 0.5);
}

// -------------------------------------------------------------------------------------- the device

/// A live run that takes several seconds, begun.
static pid_t start_live_run(void) {
  write_text("t.lua",
             "return require 'taut'.scenario { name = 't', rig = 'two_cable_trainer',\n"
             "  script = function(s) s:wait '300 s' s:expect('true') end }\n");
  pid_t run = start_taut("run t.lua --live --with controller=%s", ipc_here("c"));
  wait_for_text("log", "holds the device");
  sleep_ms(700);
  return run;
}

static void lose_device(int signal_number) {
  pid_t served = start_served("controller --live --log box.csv", ipc_here("c"), "log");
  pid_t run = start_live_run();
  int64_t start_ns = taut_wall_ns();
  kill(served, signal_number);
  assert_int_equal(end_taut(run), 1);
  assert_true(taut_wall_ns() - start_ns < 10 * TAUT_SECOND);
  outcome o = outcome_in("runs");
  expect_outcome(&o, "error", "has not answered for 2 s of wall time; its last exchange was for ");
  double last_s = strtod(strstr(o.reason, "exchange was for ") + 17, NULL);
  assert_true(last_s > 0 && last_s < 60);
  // What the device did until then is there.
  size_t n = read_box("box.csv");
  assert_true(n > 5 && moments[n - 1].tick_s > 0);
  kill(served, SIGKILL);
  end_taut(served);
}

static void a_killed_device_is_an_error_with_its_last_tick(void **state) {
  (void)state;
  lose_device(SIGKILL);
}

static void a_hung_device_is_an_error_with_its_last_tick(void **state) {
  (void)state;
  lose_device(SIGSTOP);
}

// ------------------------------------------------------------------------------------- the command

static void a_live_run_has_times_and_no_hash(void **state) {
  (void)state;
  pid_t served = start_served("controller --live", ipc_here("c"), "log");
  write_text("t.lua",
             "return require 'taut'.scenario { name = 't', rig = 'two_cable_trainer',\n"
             "  script = function(s) s:wait '300 ms' s:expect('left.motor.torque_nm <= 1 N m') end"
             " }\n");
  // One after the other: the second waits until the device has run down after the first.
  for (int i = 0; i < 2; i++) {
    assert_int_equal(run_taut("run t.lua --live --with controller=%s", ipc_here("c")), 0);
    json_t *results = json_of("runs/latest/results.json");
    const json_t *item = json_array_get(json_object_get(results, "cases"), 0);
    assert_true(json_is_true(json_object_get(item, "live")));
    assert_true(json_is_null(json_object_get(item, "trace_hash")));
    assert_true(json_is_null(json_object_get(item, "state_hash")));
    const json_t *pacing = json_object_get(json_object_get(item, "environment"), "pacing");
    const json_t *trip = json_array_get(json_object_get(pacing, "round_trips"), 0);
    assert_string_equal(text_at(trip, "role"), "controller");
    // About one exchange per millisecond, whatever the period of the controller.
    json_int_t n_trips = json_integer_value(json_object_get(json_object_get(trip, "times"), "n"));
    assert_in_range(n_trips, 300, 310);
    json_decref(results);
  }
  assert_int_equal(end_served(served, SIGTERM), 0);
}

static void the_two_modes_do_not_mix(void **state) {
  (void)state;
  write_text("t.lua",
             "return require 'taut'.scenario { name = 't', rig = 'two_cable_trainer',\n"
             "  script = function(s) s:wait '10 ms' s:expect('true') end }\n");
  pid_t served = start_served("controller --live", ipc_here("c"), "log");
  assert_int_equal(run_taut("run t.lua --with controller=%s", ipc_here("c")), 1);
  outcome o = outcome_in("runs");
  expect_outcome(&o, "error", "this peer runs live: use taut run --live");
  assert_int_equal(end_served(served, SIGTERM), 0);
  served = start_served("controller", ipc_here("c"), "log");
  assert_int_equal(run_taut("run t.lua --live --with controller=%s", ipc_here("c")), 1);
  o = outcome_in("runs");
  expect_outcome(&o, "error", "this peer runs in lockstep only: start it with --live");
  assert_int_equal(end_served(served, SIGTERM), 0);
}

static void what_makes_no_sense_is_refused(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"run t.lua --live", "--live is for a role in another process"},
      {"run t.lua --live --realtime=2 --with controller=ipc:///tmp/c", "not at --realtime=2"},
      {"run t.lua --live --baseline g --with controller=ipc:///tmp/c", "--live with --baseline"},
      {"serve controller --listen ipc:///tmp/c --log box.csv", "runs with --live"},
  };
  write_text("t.lua", "return 1");
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_int_equal(run_taut("%s", cases[i][0]), 4);
    expect_text("err", cases[i][1]);
  }
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)
  const struct CMUnitTest tests[] = {
      IN_FOLDER(a_device_whose_harness_is_killed_rests_by_itself),
      IN_FOLDER(a_device_whose_harness_hangs_rests_by_itself),
      IN_FOLDER(without_a_watchdog_the_torque_stays),
      IN_FOLDER(a_loaded_controller_whose_harness_is_killed_unloads_by_itself),
      IN_FOLDER(a_loaded_controller_whose_harness_hangs_unloads_by_itself),
      IN_FOLDER(without_a_watch_the_load_stays),
      IN_FOLDER(a_killed_device_is_an_error_with_its_last_tick),
      IN_FOLDER(a_hung_device_is_an_error_with_its_last_tick),
      IN_FOLDER(a_live_run_has_times_and_no_hash),
      IN_FOLDER(the_two_modes_do_not_mix),
      IN_FOLDER(what_makes_no_sense_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

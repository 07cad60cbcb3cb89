/// Live links: whatever becomes of harness or device, at whatever moment, the device comes to rest
/// by itself, in time, and its post-mortem log shows it. Simulated time of the device is the
/// measure, which is wall time but for what a busy machine adds.
#include <math.h>

#include "hil/link.h"
#include "support/served.h"

// ---------------------------------------------------------------------------- a harness on a bench

static int find_signal(Taut__Link__Signal *const *signals, size_t n, const char *name) {
  for (size_t i = 0; i < n; i++)
    if (strcmp(signals[i]->name, name) == 0) return (int)i;
  _exit(3);
}

static Taut__Link__Answer *ask(taut_link *link, taut_message *request) {
  Taut__Link__Answer *answer;
  if (taut_link_exchange(link, request, &answer) != TAUT_OK) _exit(4);
  return answer;
}

/// Drives a served motor with a steady torque against a steady pull, a fresh command every
/// millisecond, until it is killed.
_Noreturn static void drive_motor(const char *address, double watchdog_s) {
  static taut_link link;
  char error[512];
  taut_endpoint endpoint;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (taut_endpoint_parse(address, &endpoint, error, sizeof error) != TAUT_OK ||
      taut_link_open(&link, &endpoint, "motor", 1, true, NULL) != TAUT_OK)
    _exit(2);
  const Taut__Link__Table *table = link.table;
  static double params[256], inputs[256];
  for (size_t i = 0; i < table->n_params; i++) params[i] = table->params[i]->init;
  for (size_t i = 0; i < table->n_inputs; i++) inputs[i] = table->inputs[i]->init;
  params[find_signal(table->params, table->n_params, "watchdog_s")] = watchdog_s;
  taut_message request = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Instantiate make = TAUT__LINK__INSTANTIATE__INIT;
  char path[] = "left.motor";
  make.path = path;
  make.n_params = table->n_params;
  make.params = params;
  make.period_ns = table->period_ns;
  request.body_case = TAUT__LINK__MESSAGE__BODY_INSTANTIATE;
  request.instantiate = &make;
  ask(&link, &request);
  Taut__Link__Reset reset = TAUT__LINK__RESET__INIT;
  request.body_case = TAUT__LINK__MESSAGE__BODY_RESET;
  request.reset = &reset;
  ask(&link, &request);
  Taut__Link__Step step = TAUT__LINK__STEP__INIT;
  step.n_inputs = table->n_inputs;
  step.inputs = inputs;
  request.body_case = TAUT__LINK__MESSAGE__BODY_STEP;
  request.step = &step;
#define INPUT(name) inputs[find_signal(table->inputs, table->n_inputs, name)]
  INPUT("torque_command_nm") = 1.0;
  INPUT("current_ceiling_a") = 20.0;
  INPUT("torque_permit") = 1.0;
  INPUT("spool_tension_n") =
      1.0 / params[find_signal(table->params, table->n_params, "spool_radius_m")];
  for (;;) {
    INPUT("command_seq") += 1.0;
    request.tick_ns += 1000000;
    ask(&link, &request);
    sleep_ms(1);
  }
}

// ---------------------------------------------------------------------------- the post-mortem log

typedef struct moment {
  double wall_s, tick_s, age_ms, torque_nm;
  char fault[32];
} moment;

/// Lines of values in a post-mortem log, at most `n_max`. The last line is whole.
static size_t read_box(const char *path, moment *moments, size_t n_max) {
  char *text = text_of(path), *line, *rest = text;
  int i_torque = -1, i_fault = -1;
  size_t n = 0, size = strlen(text);
  assert_true(size > 0 && text[size - 1] == '\n');
  while ((line = strsep(&rest, "\n")) != NULL) {
    if (line[0] == '#' || line[0] == '\0') continue;
    bool is_head = strncmp(line, "wall_s,", 7) == 0;
    moment *m = &moments[n];
    char *cell;
    for (int i = 0; (cell = strsep(&line, ",")) != NULL; i++) {
      if (is_head && strcmp(cell, "torque_nm") == 0) i_torque = i;
      if (is_head && strcmp(cell, "drive_fault") == 0) i_fault = i;
      if (is_head) continue;
      if (i == 0) m->wall_s = strtod(cell, NULL);
      if (i == 2) m->tick_s = strtod(cell, NULL);
      if (i == 3) m->age_ms = strtod(cell, NULL);
      if (i == i_torque) m->torque_nm = strtod(cell, NULL);
      if (i == i_fault) snprintf(m->fault, sizeof m->fault, "%s", cell);
    }
    if (!is_head && n + 1 < n_max) n++;
  }
  free(text);
  return n;
}

enum { MOMENTS_MAX = 20000 };
static moment moments[MOMENTS_MAX];

/// When the last fresh command was there.
static size_t last_fresh(size_t n) {
  size_t last = 0;
  for (size_t i = 0; i < n; i++)
    if (moments[i].age_ms < 20.0) last = i;
  return last;
}

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
  size_t n = read_box("box.csv", moments, MOMENTS_MAX);
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
    if (moments[last_fresh(n)].torque_nm > 0.7) return n;
  }
  fail_msg("the torque was never on");
  return n;
}

static double last_fresh_s(size_t n) {
  return moments[last_fresh(n)].tick_s;
}

/// When the drive's watchdog spoke, -1 for never.
static double watchdog_spoke_s(size_t n) {
  for (size_t i = 0; i < n; i++)
    if (strcmp(moments[i].fault, "watchdog") == 0) return moments[i].tick_s;
  return -1.0;
}

static void expect_rest(size_t n) {
  double fresh_s = last_fresh_s(n), spoke_s = watchdog_spoke_s(n);
  // 100 ms less the 20 ms of the search above and the 5 ms of the log; more on a busy machine,
  // which may take in the last command late.
  assert_true(spoke_s - fresh_s > 0.07 && spoke_s - fresh_s < 0.25);
  for (size_t i = 0; i < n; i++)
    if (moments[i].tick_s > spoke_s + 0.31) assert_true(fabs(moments[i].torque_nm) < 0.1);
  assert_true(moments[n - 1].tick_s > fresh_s + 0.5);
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
  assert_true(moments[n - 1].torque_nm > 0.7);
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
  size_t n = read_box("box.csv", moments, MOMENTS_MAX);
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
      IN_FOLDER(a_killed_device_is_an_error_with_its_last_tick),
      IN_FOLDER(a_hung_device_is_an_error_with_its_last_tick),
      IN_FOLDER(a_live_run_has_times_and_no_hash),
      IN_FOLDER(the_two_modes_do_not_mix),
      IN_FOLDER(what_makes_no_sense_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/// A motor in another process turns like one in process, to the last bit. It takes 20,000 exchanges
/// per side and simulated second, so these have a test of their own.
#include "support/linked.h"

/// Up to the load on the cable: arming, the first ramp, the person lifting.
static const char LIFTING[] =
    "s:event('session.request', 'start_set')\n"
    "s:wait_until('cable.tension_n >= 40 N', { within = '9 s' })\n";

/// One process fills both sides, from the first command to hands on the handles.
static void both_motors_of_a_two_second_scenario_may_be_served(void **state) {
  (void)state;
  char with[512];
  write_scenario("",
                 "s:event('session.request', 'start_set')\n"
                 "s:wait '2 s'\n"
                 "s:expect('cable.tension_n >= 1 N and motor.torque_nm >= 0.01 N m')\n");
  outcome alone = run_alone("");
  pid_t pid = start_served("motor", ipc_here("m"), "log");
  snprintf(with, sizeof with, "--with motor=%s", ipc_here("m"));
  expect_same(with, &alone);
  // Made, reset and stepped every 50 us from 0 to 2 s, twice; a handshake and an end.
  expect_text("log", "finished after 80007 exchanges");
  // A motor that is 50 us late makes another trace.
  run_taut("run t.lua --out late --with motor=motor_pmsm?ticks=2");
  assert_string_not_equal(outcome_in("late").trace_hash, alone.trace_hash);
  assert_int_equal(end_served(pid, SIGTERM), 0);
}

static void a_served_motor_lifts_like_one_in_process(void **state) {
  (void)state;
  char with[512];
  write_scenario("", LIFTING);
  outcome alone = run_alone("");
  pid_t pid = start_served("motor", ipc_here("m"), "log");
  snprintf(with, sizeof with, "--with left.motor=%s", ipc_here("m"));
  expect_same(with, &alone);
  end_served(pid, SIGTERM);
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)
  const struct CMUnitTest tests[] = {
      IN_FOLDER(both_motors_of_a_two_second_scenario_may_be_served),
      IN_FOLDER(a_served_motor_lifts_like_one_in_process),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

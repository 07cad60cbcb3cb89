/// `taut bridge` as a user has it: bridge, emulated drive and harness in processes of their own,
/// and a person at the bridge's terminal. Whichever is killed, stopped or cut off while the cable
/// pulls, the drive gives no torque soon after, and gives none again before a person has armed it.
///
/// Times are of the drive's own log. On a busy machine the bridge rightly lets go before anything
/// was done to it, and times are long: then the case is tried again, and fails when it never comes
/// out as it should. That no torque comes without a person has no second try.
#include <glob.h>
#include <sched.h>
#include <sys/mman.h>

#include "support/desk.h"
#include "support/live_harness.h"
#include "taut/roles.h"

enum { ATTEMPTS = 10 };
static const double pull_nm = 3.0;

typedef enum kind { VESC, ODRIVE } kind;

/// Ends an attempt that was disturbed.
#define MUST(condition) \
  do {                  \
    if (!(condition)) { \
      why = #condition; \
      return false;     \
    }                   \
  } while (0)

static const char *why;  ///< the last attempt ended
static desk d;
static pid_t harness;
static volatile int *is_pulling;  ///< shared with the harness

static void write_machine(kind k) {
  assert_int_equal(run_taut("bridge config %s", k == VESC ? "vesc" : "odrive"), 0);
  assert_int_equal(rename("out", "machine.conf"), 0);
}

static void start_bridge(kind k, const char *more) {
  char words[512];
  snprintf(words, sizeof words, "%s --config machine.conf %s",
           k == VESC ? "vesc --serial line" : "odrive --can unix:bus --node 3", more);
  desk_start(&d, words, ipc_here("m"));
}

static void start_both(kind k, const char *more) {
  write_machine(k);
  if (k == VESC) start_drive(&d, "vesc --serial line");
  if (k == ODRIVE) start_drive(&d, "odrive --can unix:bus --node 3");
  start_bridge(k, more);
}

/// A fresh command every two milliseconds, with torque while it is wanted, until it is killed.
_Noreturn static void command_motor(const char *address) {
  char path[] = "left.motor";
  const struct sched_param first = {.sched_priority = 1};
  sched_setscheduler(0, SCHED_RR, &first);
  open_bench(address, "motor");
  begin_bench(path);
  const int64_t start_ns = taut_wall_ns();
  for (;;) {
    *input("torque_command_nm") = *is_pulling ? pull_nm : 0.0;
    *input("current_ceiling_a") = 20.0;
    *input("torque_permit") = *is_pulling;
    *input("command_seq") += 1.0;
    at.request.tick_ns = taut_wall_ns() - start_ns - 1000000;
    step_bench();
  }
}

static void start_harness(void) {
  harness = fork();
  assert_true(harness >= 0);
  if (harness == 0) command_motor(ipc_here("m"));
}

static void end_harness(void) {
  if (harness > 0) kill(harness, SIGKILL);
  if (harness > 0) end_taut(harness);
  harness = 0;
}

static void end_all(void) {
  end_harness();
  desk_end(&d);
}

/// What a case does once. False when it was disturbed.
typedef bool attempt_fn(kind k);

static void undisturbed(attempt_fn *attempt, kind k) {
  for (int i = 0; i < ATTEMPTS; i++) {
    *is_pulling = 0;
    const bool is_done = attempt(k);
    end_all();
    unlink("drive.csv");
    unlink("box.csv");
    if (is_done) return;
  }
  const char *last = d.text + (d.n_text > 600 ? d.n_text - 600 : 0);
  fail_msg("in %d attempts never: %s\n%s", ATTEMPTS, why, last);
}

static bool is_torque_on(void) {
  const size_t n = read_drive();
  return n > 0 && drive_moments[n - 1].torque_nm > 0.95 * pull_nm;
}

/// Everything up to the moment when the cable pulls.
static bool to_pulling(kind k) {
  start_both(k, "--arm");
  start_harness();
  MUST(desk_shows(&d, 0, "state idle", 5000));
  MUST(desk_shows(&d, 0, "holds the device", 5000));
  sleep_ms(100);
  MUST(desk_arm(&d));
  *is_pulling = 1;
  for (int i = 0; i < 30; i++) desk_read(&d, 10);
  sleep_ms(200);
  MUST(is_torque_on());
  return true;
}

static double now_s(void) {
  return (double)taut_wall_ns() * 1e-9;
}

// ----------------------------------------------------------------------------------------- arming

static void without_arm_the_drive_hears_questions_only(void **state) {
  (void)state;
  for (kind k = VESC; k <= ODRIVE; k++) {
    *is_pulling = 1;
    start_both(k, "");
    start_harness();
    desk_expect(&d, 0, "never actuates");
    desk_expect(&d, 0, "holds the device");
    desk_type(&d, "arm");
    sleep_ms(1500);
    desk_read(&d, 10);
    assert_null(strstr(d.text, "Type "));
    assert_true(greatest_torque() < 0.02);
    expect_text("box.csv", ",left.motor,");
    end_all();
    unlink("drive.csv");
  }
}

static bool try_codes(kind k) {
  start_both(k, "--arm");
  start_harness();
  MUST(desk_shows(&d, 0, "state idle", 5000));
  MUST(desk_shows(&d, 0, "holds the device", 5000));
  sleep_ms(200);
  *is_pulling = 1;
  const size_t from = d.n_text;
  desk_type(&d, "arm");
  MUST(desk_shows(&d, from, "to arm. Any other", 5000));
  assert_non_null(strstr(d.text + from, "80 ms without commands"));
  assert_non_null(strstr(d.text + from, "(unverified)"));
  sleep_ms(700);
  desk_type(&d, "1");
  MUST(desk_shows(&d, from, "not armed", 5000));
  // A command with torque is no time to arm either, with the right code.
  assert_false(desk_arm(&d));
  sleep_ms(200);
  assert_true(greatest_torque() < 0.02);
  MUST(desk_shows(&d, from, "the command asks for torque already", 5000));
  return true;
}

static void only_the_code_that_was_shown_arms(void **state) {
  (void)state;
  undisturbed(try_codes, VESC);
}

static void arming_needs_a_terminal(void **state) {
  (void)state;
  write_machine(VESC);
  start_drive(&d, "vesc --serial line");
  int null = open("/dev/null", O_RDONLY), kept = dup(STDIN_FILENO);
  dup2(null, STDIN_FILENO);
  assert_int_equal(
      run_taut("bridge vesc --serial line --config machine.conf --listen %s --arm", ipc_here("m")),
      4);
  dup2(kept, STDIN_FILENO);
  expect_text("err", "--arm needs a terminal");
  end_all();
}

static bool type_empty_line(kind k) {
  if (!to_pulling(k)) return false;
  const double at_s = now_s();
  desk_type(&d, "");
  sleep_ms(600);
  const double fall_s = falls_after(at_s, 0.02);
  MUST(fall_s > 0.1 && fall_s < 0.6);
  // The commands go on; nobody has armed it again.
  assert_true(kill(harness, 0) == 0);
  return true;
}

static void an_empty_line_takes_the_torque_off(void **state) {
  (void)state;
  undisturbed(type_empty_line, VESC);
}

// ------------------------------------------------------------------------------------- who is lost

/// What is left is the drive's own time-out: 80 ms, and up to 10 ms for its firmware to notice.
static bool kill_bridge(kind k) {
  if (!to_pulling(k)) return false;
  const double at_s = now_s();
  kill(d.bridge, SIGKILL);
  sleep_ms(400);
  const double fall_s = falls_after(at_s, 0.02);
  print_message("gone after %.0f ms\n", fall_s * 1e3);
  MUST(fall_s > 0.04 && fall_s <= 0.11);
  const drive_moment last = drive_moments[read_drive() - 1];
  assert_true(k == VESC ? last.state == 1 : last.fault == 0x1000000);
  // What it did until then is there, to the last whole line.
  char *text = text_of("box.csv");
  const size_t size = strlen(text);
  assert_true(size > 0 && text[size - 1] == '\n');
  assert_non_null(strstr(text, "state armed"));
  assert_non_null(strstr(text, ",run,none,"));
  free(text);
  return true;
}

static void a_killed_bridge_leaves_a_vesc_to_its_own_timeout(void **state) {
  (void)state;
  undisturbed(kill_bridge, VESC);
}

static void a_killed_bridge_leaves_an_odrive_to_its_own_watchdog(void **state) {
  (void)state;
  undisturbed(kill_bridge, ODRIVE);
}

/// Nobody types anything: no torque from now on.
static void expect_none_again(int ms) {
  const double again_s = now_s();
  sleep_ms(ms);
  assert_true(falls_after(again_s, 0.02) <= 0.0);
}

/// The bridge takes the torque off on its ramp; the drive's time-out has nothing to do.
static bool lose_harness(kind k, int signal_number) {
  if (!to_pulling(k)) return false;
  const double at_s = now_s();
  kill(harness, signal_number);
  MUST(desk_shows(&d, 0, "state latched", 5000));
  sleep_ms(300);
  const double begin_s = falls_after(at_s, 0.9 * pull_nm), end_s = falls_after(at_s, 0.02);
  print_message("falls after %.0f ms, gone after %.0f ms\n", begin_s * 1e3, end_s * 1e3);
  MUST(begin_s > 0.03 && begin_s < 0.3);
  MUST(end_s - begin_s > 0.15 && end_s < 0.6);
  if (k == VESC) MUST(drive_moments[read_drive() - 1].state == 0);
  expect_text("box.csv", "command_stale");
  // A harness that goes on, or another one, gets nothing before a person has armed it.
  const size_t from = d.n_text;
  kill(harness, SIGCONT);
  if (signal_number == SIGKILL) {
    end_harness();
    start_harness();
  }
  expect_none_again(700);
  if (signal_number == SIGKILL) MUST(desk_shows(&d, from, "holds the device", 5000));
  expect_none_again(300);
  desk_type(&d, "arm");
  MUST(desk_shows(&d, from, "ack first", 5000));
  return true;
}

static bool kill_harness(kind k) {
  return lose_harness(k, SIGKILL);
}

static bool stop_harness(kind k) {
  return lose_harness(k, SIGSTOP);
}

static void a_killed_harness_unloads_and_latches_the_bridge(void **state) {
  (void)state;
  undisturbed(kill_harness, VESC);
}

static void a_stopped_harness_unloads_and_latches_the_bridge(void **state) {
  (void)state;
  undisturbed(stop_harness, ODRIVE);
}

static bool stop_bridge(kind k) {
  if (!to_pulling(k)) return false;
  const double at_s = now_s();
  kill(d.bridge, SIGSTOP);
  sleep_ms(500);
  MUST(falls_after(at_s, 0.02) > 0.0);
  kill(d.bridge, SIGCONT);
  expect_none_again(500);
  MUST(desk_shows(&d, 0, "state latched", 5000));
  return true;
}

static void a_stopped_bridge_brings_no_torque_back(void **state) {
  (void)state;
  undisturbed(stop_bridge, VESC);
}

/// The line to the drive is pulled: the bridge says so and ends, and with it the run.
static bool pull_line(kind k) {
  if (!to_pulling(k)) return false;
  kill(d.drive, SIGKILL);
  MUST(desk_shows(&d, 0, "the drive's line is gone", 5000));
  assert_int_equal(end_taut(d.bridge), 3);
  d.bridge = 0;
  assert_int_equal(end_taut(harness), 4);
  harness = 0;
  expect_text("box.csv", "the drive's line is gone");
  return true;
}

static void a_line_that_is_pulled_ends_the_bridge(void **state) {
  (void)state;
  undisturbed(pull_line, VESC);
}

static void a_bus_that_is_pulled_ends_the_bridge(void **state) {
  (void)state;
  undisturbed(pull_line, ODRIVE);
}

/// The firmware forgets its fault after half a second; the bridge and the person do not.
static bool trip_drive(kind k) {
  if (!to_pulling(k)) return false;
  const size_t from = d.n_text;
  const double at_s = now_s();
  tell_drive(&d, "trip");
  MUST(desk_shows(&d, from, "drive_fault 1 (the drive's own fault number): over voltage", 5000));
  MUST(desk_shows(&d, from, "state latched", 5000));
  const double fall_s = falls_after(at_s, 0.02);
  MUST(fall_s > 0.0 && fall_s < 0.1);
  expect_none_again(800);
  *is_pulling = 0;
  desk_type(&d, "ack");
  MUST(desk_shows(&d, from, "state setup", 5000));
  MUST(desk_shows(&d, from, "state idle", 5000));
  sleep_ms(100);
  MUST(desk_arm(&d));
  *is_pulling = 1;
  sleep_ms(400);
  MUST(is_torque_on());
  return true;
}

static void a_drive_that_tripped_pulls_again_only_for_a_person(void **state) {
  (void)state;
  undisturbed(trip_drive, VESC);
}

static bool hang_drive(kind k) {
  if (!to_pulling(k)) return false;
  tell_drive(&d, "hang");
  MUST(desk_shows(&d, 0, "telemetry_stale", 5000));
  MUST(desk_shows(&d, 0, "state latched", 5000));
  // It hears nothing either, so it is its own watchdog that acts.
  sleep_ms(200);
  const drive_moment last = drive_moments[read_drive() - 1];
  MUST(last.fault == 0x1000000);
  assert_true(last.torque_nm < 0.02);
  return true;
}

static void a_drive_that_answers_no_more_unloads_the_bridge(void **state) {
  (void)state;
  undisturbed(hang_drive, ODRIVE);
}

static bool interrupt_bridge(kind k) {
  if (!to_pulling(k)) return false;
  const double at_s = now_s();
  kill(d.bridge, SIGINT);
  assert_int_equal(end_taut(d.bridge), 0);
  d.bridge = 0;
  sleep_ms(200);
  const double fall_s = falls_after(at_s, 0.02), half_s = falls_after(at_s, 0.5 * pull_nm);
  MUST(half_s > 0.06 && fall_s - half_s > 0.06 && fall_s < 0.6);
  return true;
}

static void a_signal_ends_the_bridge_on_its_ramp(void **state) {
  (void)state;
  undisturbed(interrupt_bridge, VESC);
}

// ---------------------------------------------------------------------------------------- the run

/// The example of docs/bridges.md, with a person who arms. Its exit status; the bridge stays.
static int run_bench(void) {
  static const char story[] = TAUT_SOURCE_DIR "/hil/bridge/examples/bench.lua",
                    law[] = TAUT_SOURCE_DIR "/hil/bridge/examples/bench_controller.lua";
  start_both(VESC, "--arm");
  pid_t run = start_taut("run %s --live --with left.motor=%s --with controller=%s", story,
                         ipc_here("m"), law);
  desk_expect(&d, 0, "holds the device");
  sleep_ms(300);
  if (!desk_arm(&d)) kill(run, SIGTERM);
  return end_taut(run);
}

/// And its journal: the same verdict without the drive, which the repetition does not touch.
static void the_bench_scenario_passes_and_its_replay_moves_nothing(void **state) {
  (void)state;
  int status = -1;
  for (int i = 0; i < ATTEMPTS && status != 0; i++) {
    end_all();
    status = run_bench();
  }
  assert_int_equal(status, 0);
  outcome o = outcome_in("runs");
  assert_non_null(strstr(o.logs, "it does not measure housing_temp_k"));
  glob_t found;
  assert_int_equal(glob("runs/latest/journal/*.mcap", 0, NULL, &found), 0);
  sleep_ms(300);
  const size_t from = d.n_text;
  const double at_s = now_s();
  assert_int_equal(run_taut("run --replay %s", found.gl_pathv[0]), 0);
  globfree(&found);
  expect_text("out", "1 passed");
  desk_read(&d, 100);
  assert_null(strstr(d.text + from, "holds the device"));
  assert_true(falls_after(at_s, 0.02) <= 0.0);
  end_all();
}

static void one_drive_is_one_side(void **state) {
  (void)state;
  start_both(VESC, "");
  write_text("t.lua",
             "return require 'taut'.scenario { name = 't', rig = 'two_cable_trainer',\n"
             "  script = function(s) s:wait '10 ms' s:expect('true') end }\n");
  assert_int_equal(run_taut("run t.lua --live --with motor=%s", ipc_here("m")), 1);
  outcome o = outcome_in("runs");
  assert_string_equal(o.verdict, "error");
  assert_non_null(strstr(o.logs, "this is one device: name the side"));
  end_all();
}

/// Also after a failure nothing stays that would disturb the next case.
static int leave(void **state) {
  end_all();
  return leave_folder(state);
}

int main(void) {
  const struct sched_param first = {.sched_priority = 1};
  sched_setscheduler(0, SCHED_RR, &first);
  is_pulling =
      mmap(NULL, sizeof *is_pulling, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave)
  const struct CMUnitTest tests[] = {
      IN_FOLDER(without_arm_the_drive_hears_questions_only),
      IN_FOLDER(only_the_code_that_was_shown_arms),
      IN_FOLDER(arming_needs_a_terminal),
      IN_FOLDER(an_empty_line_takes_the_torque_off),
      IN_FOLDER(a_killed_bridge_leaves_a_vesc_to_its_own_timeout),
      IN_FOLDER(a_killed_bridge_leaves_an_odrive_to_its_own_watchdog),
      IN_FOLDER(a_killed_harness_unloads_and_latches_the_bridge),
      IN_FOLDER(a_stopped_harness_unloads_and_latches_the_bridge),
      IN_FOLDER(a_stopped_bridge_brings_no_torque_back),
      IN_FOLDER(a_line_that_is_pulled_ends_the_bridge),
      IN_FOLDER(a_bus_that_is_pulled_ends_the_bridge),
      IN_FOLDER(a_drive_that_tripped_pulls_again_only_for_a_person),
      IN_FOLDER(a_drive_that_answers_no_more_unloads_the_bridge),
      IN_FOLDER(a_signal_ends_the_bridge_on_its_ramp),
      IN_FOLDER(the_bench_scenario_passes_and_its_replay_moves_nothing),
      IN_FOLDER(one_drive_is_one_side),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

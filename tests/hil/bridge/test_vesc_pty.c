// The bridge as a process on a real pseudo-terminal, in real time, with an emulated VESC at the
// other end: commands that stop, processes that are killed, stopped and asked to go.
//
// Times are measured on the drive's side. A computer that is busy elsewhere can spoil a
// measurement; such a run says so itself (a pause of one of the two processes) and is measured
// again.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "hil/bridge/device.h"
#include "hil/bridge/emulator/vesc_emulator.h"

enum { ATTEMPTS = 25, PAUSE_MS = 30, SAMPLES = 8000 };

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

// ------------------------------------------------------------------------------ the bridge process

typedef enum message_kind { COMMAND, REQUEST, CONFIRM } message_kind;

typedef struct message {
  message_kind kind;
  double torque_nm, permit, seq;
  int64_t sent_ns;
} message;

// What the bridge process tells while it lives, in shared memory.
typedef struct report {
  volatile int state;
  volatile uint64_t telemetry;
  volatile int64_t pause_ns_max;
  volatile int64_t alive_ns;  // latest turn of its loop
  volatile int fault;
} report;

static volatile sig_atomic_t is_asked_to_go;
static void ask_to_go(int signal_number) {
  (void)signal_number;
  is_asked_to_go = 1;
}

// `own_seq` numbers the commands anew for the mutant, who makes some of his own.
static void take_messages(taut_bridge *bridge, int fd, message *last, double *own_seq) {
  message m;
  while (read(fd, &m, sizeof m) == (ssize_t)sizeof m) {
    const int64_t now = now_ns();
    if (m.kind == REQUEST) taut_bridge_arm_request(bridge, now, 4711);
    if (m.kind == CONFIRM) taut_bridge_arm_confirm(bridge, now, 4711);
    if (m.kind != COMMAND) continue;
    const taut_bridge_command c = {.torque_command_nm = m.torque_nm,
                                   .current_ceiling_a = 100.0,
                                   .torque_permit = m.permit,
                                   .command_seq = own_seq ? *own_seq += 1.0 : m.seq,
                                   .age_ns = now - m.sent_ns};
    taut_bridge_take_command(bridge, now, &c);
    *last = m;
  }
}

// The mutant: telemetry makes the last command new.
static void feed_by_telemetry(taut_bridge *bridge, const message *last, double *own_seq) {
  const taut_bridge_command c = {.torque_command_nm = last->torque_nm,
                                 .current_ceiling_a = 100.0,
                                 .torque_permit = last->permit,
                                 .command_seq = *own_seq += 1.0};
  taut_bridge_take_command(bridge, now_ns(), &c);
}

static int run_bridge(const char *path, int commands, report *r, bool is_fed, int64_t ramp_ns) {
  struct sigaction action = {.sa_handler = ask_to_go};
  sigaction(SIGTERM, &action, NULL);
  taut_bridge_config c = bench_config();
  c.confirm_ns_min = 20 * MS;
  c.ramp_ns = ramp_ns;
  const taut_vesc_drive_config drive = {.pole_pairs = 10, .direction = 1, .poll_ns = 10 * MS};
  static taut_bridge_device device;
  const char *why = NULL;
  if (taut_bridge_device_open_vesc(&device, path, 115200, &drive, &c, now_ns(), &why) != TAUT_OK) {
    return 3;
  }
  message last = {0};
  double own_seq = 0.0;
  int64_t last_ns = now_ns();
  int64_t next_ns = last_ns;
  while (!is_asked_to_go || !taut_bridge_is_safe(&device.bridge)) {
    struct pollfd fds[2] = {{.fd = device.drive->descriptor, .events = POLLIN},
                            {.fd = commands, .events = POLLIN}};
    const int64_t wait_ns = next_ns - now_ns();
    const struct timespec wait = {0, wait_ns > 0 ? wait_ns : 0};
    ppoll(fds, is_asked_to_go ? 1 : 2, &wait, NULL);
    if (is_asked_to_go) taut_bridge_stop(&device.bridge, now_ns());
    take_messages(&device.bridge, commands, &last, is_fed ? &own_seq : NULL);
    const int64_t now = now_ns();
    if (now - last_ns > r->pause_ns_max) r->pause_ns_max = now - last_ns;
    last_ns = r->alive_ns = now;
    if (now < next_ns && !(fds[0].revents & POLLIN)) continue;
    while (next_ns <= now) next_ns += TAUT_BRIDGE_PERIOD_NS;
    if (taut_bridge_device_cycle(&device, now) != TAUT_OK) return 4;
    if (is_fed && last.seq > 0) feed_by_telemetry(&device.bridge, &last, &own_seq);
    r->state = device.bridge.state;
    r->fault = device.bridge.fault;
    r->telemetry = device.bridge.counters.telemetry;
  }
  taut_bridge_device_close(&device, now_ns());
  return 0;
}

// ---------------------------------------------------------------------------------- the drive side

typedef struct sample {
  int64_t time_ns;
  double torque_nm;
} sample;

typedef struct rig {
  taut_vesc_emulator emulator;
  int line;      // the master side
  int commands;  // to the bridge
  pid_t bridge;
  report *report;
  double seq, torque_nm, permit;
  bool is_commanding;
  int64_t command_ns, turn_ns, pause_ns_max;
  int64_t last_command_ns;
  sample samples[SAMPLES];
  int n_samples;
} rig;

static void rig_start(rig *r, bool is_fed, int64_t ramp_ns) {
  memset(r, 0, sizeof *r);
  int slave;
  int pipes[2];
  char path[64];
  assert_int_equal(openpty(&r->line, &slave, NULL, NULL, NULL), 0);
  struct termios raw;
  tcgetattr(slave, &raw);
  cfmakeraw(&raw);
  tcsetattr(slave, TCSANOW, &raw);
  assert_int_equal(ttyname_r(slave, path, sizeof path), 0);
  fcntl(r->line, F_SETFL, O_NONBLOCK);
  assert_int_equal(pipe(pipes), 0);
  fcntl(pipes[0], F_SETFL, O_NONBLOCK);
  fcntl(pipes[1], F_SETFL, O_NONBLOCK);
  r->report =
      mmap(NULL, sizeof *r->report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  assert_true(r->report != MAP_FAILED);
  r->turn_ns = now_ns();
  taut_vesc_emulator_init(&r->emulator, r->turn_ns);
  r->emulator.motor.is_held = true;
  r->bridge = fork();
  assert_true(r->bridge >= 0);
  if (r->bridge == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that fails leaves nothing behind
    close(r->line);
    close(pipes[1]);
    close(slave);
    _exit(run_bridge(path, pipes[0], r->report, is_fed, ramp_ns));
  }
  close(pipes[0]);
  close(slave);
  r->commands = pipes[1];
}

static void rig_end(rig *r) {
  if (r->bridge > 0) {
    kill(r->bridge, SIGKILL);
    waitpid(r->bridge, NULL, 0);
  }
  munmap(r->report, sizeof *r->report);
  close(r->line);
  close(r->commands);
}

static void send_message(rig *r, message_kind kind) {
  const message m = {kind, r->torque_nm, r->permit, r->seq, now_ns()};
  if (write(r->commands, &m, sizeof m) < 0) assert_true(errno == EPIPE || errno == EAGAIN);
}

static void serve_line(rig *r) {
  uint8_t bytes[1024];
  const ssize_t n = read(r->line, bytes, sizeof bytes);
  if (n > 0) taut_vesc_emulator_take(&r->emulator, bytes, (size_t)n);
  const size_t n_out = taut_vesc_emulator_give(&r->emulator, bytes, sizeof bytes);
  if (n_out > 0 && write(r->line, bytes, n_out) < 0) assert_true(errno == EAGAIN || errno == EIO);
}

// Moves the drive in steps of 1 ms and notes the torque, so that a pause of this process does not
// blur what the drive did by itself.
static void live_until(rig *r, int64_t time_ns) {
  while (r->emulator.now_ns < time_ns) {
    const int64_t next_ns = r->emulator.now_ns + MS;
    taut_vesc_emulator_advance(&r->emulator, next_ns < time_ns ? next_ns : time_ns);
    if (r->n_samples == SAMPLES) continue;
    r->samples[r->n_samples++] = (sample){r->emulator.now_ns, r->emulator.motor.pmsm.torque_nm};
  }
}

// The drive and the host for some time; commands each 5 ms while they are wanted.
static void turn_for(rig *r, int ms) {
  const int64_t end_ns = now_ns() + ms * (int64_t)MS;
  for (;;) {
    struct pollfd fd = {.fd = r->line, .events = POLLIN};
    // A line whose other end is closed is always ready; then the clock is the poll.
    if (poll(&fd, 1, 1) > 0 && (fd.revents & POLLHUP)) usleep(1000);
    const int64_t now = now_ns();
    if (now - r->turn_ns > r->pause_ns_max) r->pause_ns_max = now - r->turn_ns;
    r->turn_ns = now;
    serve_line(r);
    live_until(r, now);
    if (r->is_commanding && now - r->command_ns >= 5 * MS) {
      r->command_ns = now;
      r->seq += 1.0;
      send_message(r, COMMAND);
      r->last_command_ns = now;
    }
    if (now >= end_ns) return;
  }
}

static bool wait_for_state(rig *r, taut_bridge_state state, int ms) {
  for (int i = 0; i < ms / 5; i++) {
    if (r->report->state == (int)state) return true;
    turn_for(r, 5);
  }
  return r->report->state == (int)state;
}

// True when both processes have kept pace since the last call; a pause that has not ended counts
// too.
static bool kept_pace(rig *r) {
  const int64_t now = now_ns();
  int64_t bridge_ns = now - r->report->alive_ns;
  if (r->report->pause_ns_max > bridge_ns) bridge_ns = r->report->pause_ns_max;
  int64_t drive_ns = now - r->turn_ns;
  if (r->pause_ns_max > drive_ns) drive_ns = r->pause_ns_max;
  r->pause_ns_max = r->report->pause_ns_max = 0;
  return bridge_ns + drive_ns < PAUSE_MS * MS;
}

// Arms and pulls with `torque_nm`. False when the computer was too busy to measure.
static bool to_loaded(rig *r, double torque_nm) {
  r->is_commanding = true;
  if (!wait_for_state(r, TAUT_BRIDGE_IDLE, 3000)) return false;
  kept_pace(r);
  send_message(r, REQUEST);
  turn_for(r, 50);
  send_message(r, CONFIRM);
  if (!wait_for_state(r, TAUT_BRIDGE_ARMED, 100)) return false;
  r->permit = 1.0;
  r->torque_nm = torque_nm;
  turn_for(r, 60);
  const double shaft_nm = r->emulator.motor.pmsm.torque_nm;
  if (!kept_pace(r)) return false;
  assert_near(shaft_nm, torque_nm, 0.1);
  r->n_samples = 0;
  return true;
}

// Milliseconds from `from_ns` to the first sample whose torque is at most `torque_nm`, -1: never.
static int ms_until(const rig *r, int64_t from_ns, double torque_nm) {
  for (int i = 0; i < r->n_samples; i++) {
    const sample *s = &r->samples[i];
    if (s->time_ns >= from_ns && s->torque_nm <= torque_nm) {
      return (int)((s->time_ns - from_ns + MS - 1) / MS);
    }
  }
  return -1;
}

static int n_skipped;

// Runs `measure` until it was not disturbed.
static void undisturbed(bool (*measure)(rig *r), bool is_fed, int64_t ramp_ns) {
  static rig r;
  for (int i = 0; i < ATTEMPTS; i++) {
    rig_start(&r, is_fed, ramp_ns);
    const bool is_done = measure(&r);
    rig_end(&r);
    if (is_done) return;
  }
  print_message("SKIPPED: the computer was too busy in %d attempts to measure milliseconds\n",
                ATTEMPTS);
  n_skipped++;
  skip();
}

static int falls_ms, ends_ms;  // of the last measurement

static bool measure_silence(rig *r) {
  if (!to_loaded(r, 6.0)) return false;
  r->is_commanding = false;
  const uint64_t heard = r->report->telemetry;
  turn_for(r, 450);
  if (!kept_pace(r)) return false;
  assert_true(r->report->telemetry > heard + 5 * 20);  // polling goes on
  falls_ms = ms_until(r, r->last_command_ns, 5.8);
  ends_ms = ms_until(r, r->last_command_ns, 0.02);
  return true;
}

static void test_silence_of_the_host_begins_the_ramp_within_100_ms(void **state) {
  (void)state;
  undisturbed(measure_silence, false, 250 * MS);
  print_message("falls after %d ms, gone after %d ms\n", falls_ms, ends_ms);
  assert_in_range(falls_ms, 1, 100);
  assert_in_range(ends_ms, falls_ms + 100, 400);
}

static void test_without_a_ramp_the_torque_is_gone_within_100_ms(void **state) {
  (void)state;
  undisturbed(measure_silence, false, 0);
  print_message("gone after %d ms\n", ends_ms);
  assert_in_range(ends_ms, 1, 100);
}

static void test_a_watchdog_fed_by_telemetry_is_found_out(void **state) {
  (void)state;
  undisturbed(measure_silence, true, 0);
  assert_int_equal(ends_ms, -1);
}

// kill -9 in the middle of a pull: only the drive's own time-out is left, and it acts within 100 ms
// of the last frame; the bridge's period and the firmware's thread come on top of the 80 ms it was
// set to.
static bool measure_kill(rig *r) {
  if (!to_loaded(r, 6.0)) return false;
  const int64_t killed_ns = now_ns();
  kill(r->bridge, SIGKILL);
  turn_for(r, 250);
  if (r->pause_ns_max >= PAUSE_MS * MS) return false;
  ends_ms = ms_until(r, killed_ns, 0.02);
  falls_ms = ms_until(r, killed_ns, 5.8);
  assert_near(r->emulator.motor.pmsm.torque_nm, 0.0, 0.02);
  assert_true(r->emulator.has_timed_out);
  return true;
}

static void test_a_killed_bridge_leaves_the_drive_to_its_own_timeout(void **state) {
  (void)state;
  undisturbed(measure_kill, false, 250 * MS);
  print_message("held for %d ms, gone after %d ms\n", falls_ms, ends_ms);
  assert_in_range(ends_ms, 50, 105);
}

// Stopped and continued: the commands that waited in the pipe are old by then.
static bool measure_stop(rig *r) {
  if (!to_loaded(r, 6.0)) return false;
  kill(r->bridge, SIGSTOP);
  turn_for(r, 300);
  const int64_t continued_ns = now_ns();
  kill(r->bridge, SIGCONT);
  turn_for(r, 300);
  if (r->pause_ns_max >= PAUSE_MS * MS) return false;
  for (int i = 0; i < r->n_samples; i++) {
    if (r->samples[i].time_ns > continued_ns) assert_near(r->samples[i].torque_nm, 0.0, 0.02);
  }
  assert_int_equal(r->report->state, TAUT_BRIDGE_LATCHED);
  return true;
}

static void test_a_bridge_that_was_stopped_brings_no_torque_back(void **state) {
  (void)state;
  undisturbed(measure_stop, false, 250 * MS);
}

static bool measure_term(rig *r) {
  if (!to_loaded(r, 6.0)) return false;
  const int64_t asked_ns = now_ns();
  kill(r->bridge, SIGTERM);
  turn_for(r, 450);
  if (r->pause_ns_max + r->report->pause_ns_max >= PAUSE_MS * MS) return false;
  int status = -1;
  assert_int_equal(waitpid(r->bridge, &status, WNOHANG), r->bridge);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
  r->bridge = 0;
  falls_ms = ms_until(r, asked_ns, 3.0);
  ends_ms = ms_until(r, asked_ns, 0.02);
  return true;
}

static void test_an_orderly_end_takes_the_torque_off_on_the_ramp(void **state) {
  (void)state;
  undisturbed(measure_term, false, 250 * MS);
  print_message("half after %d ms, gone after %d ms\n", falls_ms, ends_ms);
  assert_in_range(falls_ms, 90, 200);
  assert_in_range(ends_ms, 200, 330);
}

// The cable is pulled: the bridge ends with an error instead of spinning on a dead line.
static bool measure_unplug(rig *r) {
  if (!to_loaded(r, 6.0)) return false;
  close(r->line);
  r->line = open("/dev/null", O_RDWR);
  int status = 0;
  for (int i = 0; i < 200 && waitpid(r->bridge, &status, WNOHANG) == 0; i++) usleep(5000);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 4);
  r->bridge = 0;
  return true;
}

static void test_a_line_that_disappears_ends_the_bridge(void **state) {
  (void)state;
  undisturbed(measure_unplug, false, 250 * MS);
}

static void test_a_line_has_one_owner(void **state) {
  (void)state;
  int master;
  int slave;
  char path[64];
  assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
  assert_int_equal(ttyname_r(slave, path, sizeof path), 0);
  taut_serial a;
  taut_serial b;
  assert_int_equal(taut_serial_open(&a, path, 115201), TAUT_EINVAL);
  assert_int_equal(taut_serial_open(&a, "/dev/null", 115200), TAUT_EINVAL);
  assert_int_equal(taut_serial_open(&a, "/dev/ttyNONE", 115200), TAUT_EIO);
  assert_int_equal(taut_serial_open(&a, path, 115200), TAUT_OK);
  assert_int_equal(taut_serial_open(&b, path, 115200), TAUT_EREJECT);
  a.stream.close(&a.stream);
  assert_int_equal(taut_serial_open(&b, path, 115200), TAUT_OK);
  b.stream.close(&b.stream);
  close(master);
  close(slave);
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  // As a bridge on a machine should run, where it may: before everybody who has time. A loop that
  // never sleeps is ended by the kernel.
  setrlimit(RLIMIT_RTTIME, &(struct rlimit){500000, 500000});
  sched_setscheduler(0, SCHED_RR, &(struct sched_param){.sched_priority = 1});
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_silence_of_the_host_begins_the_ramp_within_100_ms),
      cmocka_unit_test(test_without_a_ramp_the_torque_is_gone_within_100_ms),
      cmocka_unit_test(test_a_watchdog_fed_by_telemetry_is_found_out),
      cmocka_unit_test(test_a_killed_bridge_leaves_the_drive_to_its_own_timeout),
      cmocka_unit_test(test_a_bridge_that_was_stopped_brings_no_torque_back),
      cmocka_unit_test(test_an_orderly_end_takes_the_torque_off_on_the_ramp),
      cmocka_unit_test(test_a_line_that_disappears_ends_the_bridge),
      cmocka_unit_test(test_a_line_has_one_owner),
  };
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  return failed == 0 && n_skipped > 0 ? 77 : failed;
}

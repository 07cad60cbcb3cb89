/// Links between two machines, as far as one machine can be two: harness and peer are in network
/// namespaces of their own, a pair of virtual Ethernet devices is the cable, and the kernel's TCP
/// and keys are in use. The cable is slow, loses packets, and is pulled at any moment.
///
/// Needs user and network namespaces and iproute2; where the system does not permit them, the
/// program says so and is skipped (exit status 77).
#include <sched.h>

#include "hil/serve.h"
#include "support/keyed.h"
#include "support/live_bench.h"

static int near_ns = -1, far_ns = -1;
static pid_t keeper;  ///< keeps the far namespace

// ------------------------------------------------------------------------------------ the two ends

/// Runs a line of the shell; false when it fails.
static bool shell(const char *line) {
  // NOLINTNEXTLINE(cert-env33-c): constant lines of this file
  return system(line) == 0;
}

static bool write_to(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  bool is_written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
  if (fd >= 0) close(fd);
  return is_written;
}

static void enter(int ns) {
  assert_int_equal(setns(ns, CLONE_NEWNET), 0);
}

/// A child in a network namespace of its own, which lives as long as it does.
static pid_t keep_namespace(void) {
  int ready[2];
  char byte;
  if (pipe(ready) != 0) return -1;
  pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    bool is_made = unshare(CLONE_NEWNET) == 0 && write(ready[1], "x", 1) == 1;
    close(ready[1]);
    while (is_made) pause();
    _exit(1);
  }
  close(ready[1]);
  bool is_made = pid > 0 && read(ready[0], &byte, 1) == 1;
  close(ready[0]);
  return is_made ? pid : -1;
}

/// Makes two namespaces with a cable between them. False with a reason.
static bool make_namespaces(const char **why) {
  char text[128];
  unsigned uid = getuid(), gid = getgid();
  *why = "the system does not permit namespaces";
  if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return false;
  // Root in here is who we are outside, so that files belong to the same one.
  snprintf(text, sizeof text, "0 %u 1", uid);
  if (!write_to("/proc/self/setgroups", "deny") || !write_to("/proc/self/uid_map", text))
    return false;
  snprintf(text, sizeof text, "0 %u 1", gid);
  if (!write_to("/proc/self/gid_map", text)) return false;
  keeper = keep_namespace();
  if (keeper < 0) return false;
  near_ns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  snprintf(text, sizeof text, "/proc/%d/ns/net", (int)keeper);
  far_ns = open(text, O_RDONLY | O_CLOEXEC);
  if (near_ns < 0 || far_ns < 0) return false;
  *why = "there is no iproute2, or it may not make a pair of virtual Ethernet devices";
  snprintf(text, sizeof text, "ip link add near type veth peer name far netns %d", (int)keeper);
  if (!shell("command -v ip >/dev/null") || !shell(text) || !shell("ip link set lo up") ||
      !shell("ip addr add 10.77.0.1/24 dev near && ip link set near up") ||
      setns(far_ns, CLONE_NEWNET) != 0)
    return false;
  return shell("ip link set lo up && ip addr add 10.77.0.2/24 dev far && ip link set far up") &&
         setns(near_ns, CLONE_NEWNET) == 0;
}

/// Pulls the cable out, or plugs it in again. An address stays where it was.
static void plug(bool is_in) {
  assert_true(shell(is_in ? "ip link set near up" : "ip link set near down"));
}

/// Starts a peer at the far end, with keys; its address from here is in `address`.
static pid_t start_far(const char *words, char address[160], const char *log) {
  char line[512], listen[64];
  int port = 20000 + (int)(getpid() % 20000);
  if (access("peer", R_OK) != 0) {
    make_keys("harness");
    make_keys("peer");
  }
  snprintf(line, sizeof line, "%s --keys peer --allow %s", words, public_key("harness"));
  snprintf(listen, sizeof listen, "tcp://10.77.0.2:%d", port);
  snprintf(address, 160, "tcp://%s@10.77.0.2:%d", public_key("peer"), port);
  unlink(log);
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid == 0) {
    char *list[WORDS_MAX], command[1024];
    enter(far_ns);
    snprintf(command, sizeof command, "%s/taut serve %s --listen %s", TAUT_BUILD_DIR, line, listen);
    split_words(command, list);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setenv("TAUT_DATA", TAUT_SOURCE_DIR, 1);
    dup2(open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
    execv(list[0], list);
    _exit(127);
  }
  wait_for_text(log, "listens on");
  return pid;
}

// ---------------------------------------------------------------------------------------- lockstep

/// A person at work; the log says from when on the cable is under load.
static void write_lifting(const char *rest) {
  char *text = taut_text_format(
      "local taut = require 'taut'\n"
      "return taut.scenario { name = 't', rig = 'two_cable_trainer', user = { 'strong_adult' },\n"
      "  set = { exercise = 'romanian_deadlift', load = lb(20), reps = 30 },\n"
      "  params = { session = { ramp_n_s = 200, ramp_margin_s = 0 } },\n"
      "  script = function(s)\n"
      "    s:event('session.request', 'start_set')\n"
      "    s:wait_until('cable.tension_n >= 40 N', { within = '9 s' })\n"
      "    s:log('under load')\n"
      "    %s\n"
      "  end }\n",
      rest);
  write_text("t.lua", text);
  free(text);
}

/// Runs t.lua with a controller at the far end; its outcome is that of the same run in process.
static void expect_same_as_alone(const char *address) {
  assert_int_equal(run_taut("run t.lua --out alone"), 0);
  int status = run_taut("run t.lua --out linked --keys harness --with controller=%s", address);
  outcome alone = outcome_in("alone"), linked = outcome_in("linked");
  if (status != 0) fail_msg("%s: %s", linked.verdict, linked.reason);
  assert_string_equal(linked.trace_hash, alone.trace_hash);
}

static void another_machine_changes_no_bit(void **state) {
  char address[160];
  (void)state;
  pid_t peer = start_far("controller", address, "log");
  write_lifting("s:wait '200 ms'");
  expect_same_as_alone(address);
  assert_int_equal(end_served(peer, SIGTERM), 0);
}

static void a_slow_cable_that_loses_packets_changes_no_bit(void **state) {
  char address[160];
  (void)state;
  pid_t peer = start_far("controller", address, "log");
  write_text("t.lua",
             "return require 'taut'.scenario { name = 't', rig = 'two_cable_trainer',\n"
             "  script = function(s) s:wait '200 ms' s:expect('true') end }\n");
  // Four megabits per second, and a queue of two packets: what does not fit is lost and sent again.
  if (shell("tc qdisc add dev near root tbf rate 4mbit burst 2kb limit 4kb 2>/dev/null")) {
    expect_same_as_alone(address);
    assert_true(shell("tc -s qdisc show dev near | grep -q 'dropped [1-9]'"));
    shell("tc qdisc del dev near root");
  } else {
    print_message("SKIPPED in part: this kernel has no token bucket filter\n");
  }
  // Late by 20 ms each way, where the kernel can do that.
  if (shell("tc qdisc add dev near root netem delay 20ms 5ms loss 1% 2>/dev/null")) {
    expect_same_as_alone(address);
    shell("tc qdisc del dev near root");
  } else {
    print_message("SKIPPED in part: this kernel has no netem\n");
  }
  assert_int_equal(end_served(peer, SIGTERM), 0);
}

/// Pulls the cable `after_ms` after a run has begun. False when the person was not lifting yet.
static bool pull_under_way(const char *address, long after_ms) {
  pid_t run = start_taut("run t.lua --timeout 100 --keys harness --with controller=%s", address);
  wait_for_text("log", "holds the device");
  sleep_ms(after_ms);
  int64_t start_ns = taut_wall_ns();
  plug(false);
  assert_int_equal(end_taut(run), 1);
  double wall_s = (double)(taut_wall_ns() - start_ns) * 1e-9;
  plug(true);
  // Two seconds of silence, and what it takes to write the results down.
  assert_true(wall_s > 1.5 && wall_s < 10);
  outcome o = outcome_in("runs");
  expect_outcome(&o, "error", "has not answered for 2 s of wall time; its last exchange was for ");
  double last_s = strtod(strstr(o.reason, "exchange was for ") + 17, NULL);
  const char *line = strstr(o.logs, "under load");
  if (line == NULL) return false;
  while (line > o.logs && line[-1] != '\n') line--;
  print_message("pulled at %.3f s; %.40s\n", last_s, line);
  assert_true(last_s > strtod(line, NULL) && last_s < 300);
  return true;
}

static void a_cable_pulled_in_a_repetition_ends_the_run_with_its_time(void **state) {
  char address[160];
  (void)state;
  write_lifting("s:wait '300 s'");
  bool is_lifting = false;
  for (long after_ms = 1000; !is_lifting && after_ms < 60000; after_ms *= 2) {
    pid_t peer = start_far("controller", address, "log");
    is_lifting = pull_under_way(address, after_ms);
    assert_int_equal(end_served(peer, SIGTERM), 0);
  }
  assert_true(is_lifting);
}

static void a_peer_whose_cable_was_pulled_serves_the_next(void **state) {
  char address[160];
  (void)state;
  pid_t peer = start_far("controller", address, "log");
  write_lifting("s:wait '300 s'");
  pull_under_way(address, 1000);
  // The peer keeps the device for one that may only be slow.
  sleep_ms((long)(TAUT_SERVE_HOLD_NS / 1000000));
  write_lifting("s:wait '10 ms'");
  expect_same_as_alone(address);
  assert_int_equal(end_served(peer, SIGTERM), 0);
}

// -------------------------------------------------------------------------------------------- live

/// A loaded controller whose cable is pulled; its log until a second later.
static size_t lose_cable(const char *words) {
  char address[160];
  size_t n = 0;
  pid_t served = start_far(words, address, "log");
  pid_t harness = fork();
  assert_true(harness >= 0);
  if (harness == 0) load_controller(address);
  for (int i = 0; i < 300 && (n < 1 || moments[n - 1].value < 44.0); i++) {
    sleep_ms(50);
    if (access("box.csv", R_OK) == 0) n = read_box("box.csv");
  }
  sleep_ms(200);
  plug(false);
  // The harness has given up 2 s later, by itself.
  int64_t start_ns = taut_wall_ns();
  assert_int_equal(end_taut(harness), 4);
  assert_true(taut_wall_ns() - start_ns < 8 * TAUT_SECOND);
  n = read_box("box.csv");
  plug(true);
  assert_int_equal(end_served(served, SIGTERM), 0);
  return n;
}

/// On a busy machine it may have unloaded before, for good reason: then another one is tried.
static size_t lose_cable_under_load(const char *words) {
  for (int i = 0; i < 6; i++) {
    size_t n = lose_cable(words);
    if (n > 20 && moments[last_fresh(n)].value > 44.0) return n;
  }
  fail_msg("the load was never on");
  return 0;
}

static void a_loaded_controller_whose_cable_is_pulled_unloads_by_itself(void **state) {
  (void)state;
  expect_unloaded(lose_cable_under_load("controller --live --log box.csv"));
  expect_text("box.csv", "the newest command is old");
}

/// The twin: the same law without the watch on the age of commands.
static void without_a_watch_the_load_stays(void **state) {
  (void)state;
  size_t n = lose_cable_under_load("controller --plugin bad_stale_torque --live --log box.csv");
  assert_true(moments[n - 1].value > 44.0);
  assert_true(moments[n - 1].tick_s > last_fresh_s(n) + 0.5);
}

static void a_motor_whose_cable_is_pulled_rests_by_itself(void **state) {
  (void)state;
  size_t n = 0;
  for (int i = 0; i < 6 && (n == 0 || moments[last_fresh(n)].value < 0.7); i++) {
    char address[160];
    pid_t served = start_far("motor --live --log box.csv", address, "log");
    pid_t harness = fork();
    assert_true(harness >= 0);
    if (harness == 0) drive_motor(address, 0.1);
    wait_for_text("log", "holds the device");
    sleep_ms(600);
    plug(false);
    wait_for_text("box.csv", "the newest command is old");
    assert_int_equal(end_taut(harness), 4);
    n = read_box("box.csv");
    plug(true);
    assert_int_equal(end_served(served, SIGTERM), 0);
  }
  assert_true(moments[last_fresh(n)].value > 0.7);
  expect_rest(n);
}

static void a_live_run_whose_cable_is_pulled_is_an_error_with_its_time(void **state) {
  char address[160];
  (void)state;
  pid_t served = start_far("controller --live --log box.csv", address, "log");
  write_text("t.lua",
             "return require 'taut'.scenario { name = 't', rig = 'two_cable_trainer',\n"
             "  script = function(s) s:wait '300 s' s:expect('true') end }\n");
  pid_t run = start_taut("run t.lua --live --keys harness --with controller=%s", address);
  wait_for_text("log", "holds the device");
  sleep_ms(700);
  int64_t start_ns = taut_wall_ns();
  plug(false);
  assert_int_equal(end_taut(run), 1);
  assert_true(taut_wall_ns() - start_ns < 10 * TAUT_SECOND);
  plug(true);
  outcome o = outcome_in("runs");
  expect_outcome(&o, "error", "has not answered for 2 s of wall time; its last exchange was for ");
  double last_s = strtod(strstr(o.reason, "exchange was for ") + 17, NULL);
  assert_true(last_s > 0 && last_s < 300);
  expect_text("box.csv", "the newest command is old");
  assert_int_equal(end_served(served, SIGTERM), 0);
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)
  const struct CMUnitTest tests[] = {
      IN_FOLDER(another_machine_changes_no_bit),
      IN_FOLDER(a_slow_cable_that_loses_packets_changes_no_bit),
      IN_FOLDER(a_cable_pulled_in_a_repetition_ends_the_run_with_its_time),
      IN_FOLDER(a_peer_whose_cable_was_pulled_serves_the_next),
      IN_FOLDER(a_loaded_controller_whose_cable_is_pulled_unloads_by_itself),
      IN_FOLDER(without_a_watch_the_load_stays),
      IN_FOLDER(a_motor_whose_cable_is_pulled_rests_by_itself),
      IN_FOLDER(a_live_run_whose_cable_is_pulled_is_an_error_with_its_time),
  };
  const char *why;
  if (!make_namespaces(&why)) {
    printf("SKIPPED: %s\n", why);
    return 77;
  }
  int status = cmocka_run_group_tests(tests, NULL, NULL);
  kill(keeper, SIGKILL);
  return status;
}

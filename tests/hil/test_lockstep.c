/// A role in another process changes no bit of a result, and whatever happens to that process ends
/// in a verdict that says what and when.
#include "hil/proxy.h"
#include "support/linked.h"

static void a_served_controller_changes_no_bit(void **state) {
  (void)state;
  char with[512];
  write_scenario("", "s:wait '500 ms'\n s:expect('load.command_n <= 1 N')");
  outcome alone = run_alone("");
  pid_t pid = start_served("controller", ipc_here("c"), "log");
  snprintf(with, sizeof with, "--with controller=%s", ipc_here("c"));
  expect_same(with, &alone);
  outcome over_ipc = outcome_in("linked");
  // One run after the other, on the same peer.
  expect_same(with, &alone);
  expect_text("log", "finished after 2004 exchanges");
  assert_int_equal(end_served(pid, SIGTERM), 0);
  assert_int_not_equal(access("c", F_OK), 0);
  // Over TCP the run is the same, its plan included: nothing of the transport is in it.
  char address[64];
  snprintf(address, sizeof address, "tcp://127.0.0.1:%d", 20000 + (int)(getpid() % 20000));
  pid = start_served("controller", address, "log");
  snprintf(with, sizeof with, "--with controller=%s", address);
  expect_same(with, &alone);
  outcome over_tcp = outcome_in("linked");
  assert_string_equal(over_tcp.plan_hash, over_ipc.plan_hash);
  assert_string_not_equal(over_tcp.plan_hash, alone.plan_hash);
  assert_int_equal(end_served(pid, SIGINT), 0);
}

static void faults_around_a_served_component_are_those_in_process(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"session",
       "nan = taut.fault { on = 'session.cause', kind = 'nan' },\n"
       "bias = taut.fault { on = 'session.cue', kind = 'bias', magnitude = 1 }"},
      {"controller",
       "nan = taut.fault { on = 'controller.left_load_cell_n', kind = 'nan' },\n"
       "bias = taut.fault { on = 'controller.left_load_command_n', kind = 'bias', magnitude = N(1) "
       "}"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char with[512];
    const char *role = cases[i][0];
    char *fields = taut_text_format(
        "faults = { skip = taut.fault { on = '%s', kind = 'skip' },\n"
        "  double = taut.fault { on = '%s', kind = 'double' },\n"
        "  freeze = taut.fault { on = '%s', kind = 'freeze' },\n"
        "  reset = taut.fault { on = '%s', kind = 'reset' },\n %s },\n",
        role, role, role, role, cases[i][1]);
    write_scenario(
        fields,
        "s:event('session.request', 'start_set')\n"
        "for _, name in ipairs { 'skip', 'double', 'freeze', 'reset', 'bias', 'nan' } do\n"
        "  s:wait '55 ms' s:fault(name) s:wait '55 ms' s:clear(name)\n"
        "end\n"
        "s:wait '100 ms' s:expect('true')");
    free(fields);
    outcome alone = run_alone("");
    pid_t pid = start_served(role, ipc_here(role), "log");
    snprintf(with, sizeof with, "--with %s=%s", role, ipc_here(role));
    expect_same(with, &alone);
    end_served(pid, SIGTERM);
  }
}

static void several_ticks_per_exchange_are_a_delay_with_a_twin(void **state) {
  (void)state;
  char with[512];
  write_scenario("", "s:event('session.request', 'start_set') s:wait '3 s' s:expect('true')");
  outcome alone = run_alone("");
  pid_t pid = start_served("session", ipc_here("s"), "log");
  // One tick is no delay: the twin is the plugin.
  expect_same("--with session=session_basic?ticks=1", &alone);
  for (int n_ticks = 2; n_ticks <= 64; n_ticks += n_ticks == 2 ? 8 : 54) {
    snprintf(with, sizeof with, "--with session=session_basic?ticks=%d", n_ticks);
    run_taut("run t.lua --out alone %s", with);
    outcome twin = outcome_in("alone");
    assert_string_not_equal(twin.trace_hash, alone.trace_hash);
    snprintf(with, sizeof with, "--with session=%s?ticks=%d", ipc_here("s"), n_ticks);
    run_taut("run t.lua --out linked %s", with);
    outcome linked = outcome_in("linked");
    if (strcmp(linked.trace_hash, twin.trace_hash) != 0 || strlen(twin.trace_hash) != 32)
      fail_msg("%d ticks: %s %s, %s %s", n_ticks, twin.verdict, twin.reason, linked.verdict,
               linked.reason);
    assert_string_equal(linked.reason, twin.reason);
    assert_non_null(strstr(linked.logs, "ticks per exchange: outputs and events come"));
  }
  assert_int_equal(end_served(pid, SIGTERM), 0);
}

static void several_roles_and_both_sides_may_be_elsewhere(void **state) {
  (void)state;
  char with[1024];
  write_scenario("", "s:wait '50 ms'\n s:expect('load.command_n <= 1 N')");
  outcome alone = run_alone("");
  pid_t motor = start_served("motor", ipc_here("m"), "log-m");
  pid_t spotter = start_served("spotter", ipc_here("s"), "log-s");
  snprintf(with, sizeof with, "--with motor=%s --with spotter=%s", ipc_here("m"), ipc_here("s"));
  expect_same(with, &alone);
  // Two instances of 1,001 steps each, made, reset and ended in one session.
  expect_text("log-m", "finished after 2007 exchanges");
  // Two peers with the same model are two models of the plan.
  pid_t other = start_served("motor", ipc_here("o"), "log-o");
  snprintf(with, sizeof with, "--with left.motor=%s --with right.motor=%s", ipc_here("m"),
           ipc_here("o"));
  expect_same(with, &alone);
  end_served(motor, SIGTERM);
  end_served(spotter, SIGTERM);
  end_served(other, SIGTERM);
}

static void all_roles_may_be_elsewhere_at_once(void **state) {
  (void)state;
  static const char *const roles[] = {"left.motor", "right.motor", "controller", "spotter",
                                      "user",       "session",     "form_check"};
  enum { N = sizeof roles / sizeof roles[0] };
  pid_t pids[N];
  taut_buffer with = {0};
  write_scenario("", "s:wait '20 ms'\n s:expect('load.command_n <= 1 N')");
  outcome alone = run_alone("");
  for (int i = 0; i < N; i++) {
    const char *dot = strchr(roles[i], '.'), *address = ipc_here(roles[i]);
    pids[i] = start_served(dot != NULL ? dot + 1 : roles[i], address, "log");
    taut_buffer_printf(&with, "--with %s=%s ", roles[i], address);
  }
  expect_same(with.data, &alone);
  // With a trace there is one thread more.
  taut_buffer_printf(&with, "--trace traces");
  expect_same(with.data, &alone);
  taut_buffer_fini(&with);
  for (int i = 0; i < N; i++) end_served(pids[i], SIGTERM);
}

// -------------------------------------------------------------------------------------- trouble

/// A run that takes several seconds of wall time, begun and under way.
static pid_t start_long_run(const char *address, const char *log) {
  write_scenario("", "s:wait '300 s'\n s:expect('load.command_n <= 1 N')");
  pid_t run = start_taut("run t.lua --timeout 50 --with controller=%s", address);
  wait_for_text(log, "holds the device");
  sleep_ms(300);
  return run;
}

/// A run of the peer as it is now must pass.
static void expect_peer_serves(const char *address) {
  write_scenario("", "s:wait '10 ms'\n s:expect('load.command_n <= 1 N')");
  int status = run_taut("run t.lua --out again --with controller=%s", address);
  outcome o = outcome_in("again");
  if (status != 0) fail_msg("%s: %s", o.verdict, o.reason);
}

static void expect_silence_verdict(void) {
  outcome o = outcome_in("runs");
  expect_outcome(&o, "error", "has not answered for 2 s of wall time; its last exchange was for ");
  double last_s = strtod(strstr(o.reason, "exchange was for ") + 17, NULL);
  assert_true(last_s > 0 && last_s < 300);
}

static void a_killed_peer_ends_the_run_with_its_last_tick(void **state) {
  (void)state;
  pid_t pid = start_served("controller", ipc_here("c"), "log");
  pid_t run = start_long_run(ipc_here("c"), "log");
  int64_t start_ns = taut_wall_ns();
  end_served(pid, SIGKILL);
  assert_int_equal(end_taut(run), 1);
  assert_true(taut_wall_ns() - start_ns < 8 * TAUT_SECOND);
  expect_silence_verdict();
  // The dead one's socket file is in nobody's way.
  pid = start_served("controller", ipc_here("c"), "log");
  expect_peer_serves(ipc_here("c"));
  end_served(pid, SIGTERM);
}

static void a_hung_peer_ends_the_run_and_serves_the_next_when_it_wakes(void **state) {
  (void)state;
  pid_t pid = start_served("controller", ipc_here("c"), "log");
  pid_t run = start_long_run(ipc_here("c"), "log");
  kill(pid, SIGSTOP);
  assert_int_equal(end_taut(run), 1);
  expect_silence_verdict();
  kill(pid, SIGCONT);
  expect_peer_serves(ipc_here("c"));
  end_served(pid, SIGTERM);
}

static void a_stopped_peer_says_goodbye(void **state) {
  (void)state;
  pid_t pid = start_served("controller", ipc_here("c"), "log");
  pid_t run = start_long_run(ipc_here("c"), "log");
  assert_int_equal(end_served(pid, SIGTERM), 0);
  assert_int_equal(end_taut(run), 1);
  outcome o = outcome_in("runs");
  expect_outcome(&o, "error", "said goodbye: the peer was stopped");
  expect_text("log", "sent away after");
}

static void a_killed_harness_leaves_the_peer_to_the_next(void **state) {
  (void)state;
  pid_t pid = start_served("controller", ipc_here("c"), "log");
  pid_t run = start_long_run(ipc_here("c"), "log");
  assert_int_equal(end_served(run, SIGKILL), -SIGKILL);
  wait_for_text("log", "gone without a goodbye after");
  expect_peer_serves(ipc_here("c"));
  end_served(pid, SIGTERM);
}

static void a_second_harness_hears_who_holds_the_device(void **state) {
  (void)state;
  pid_t pid = start_served("controller", ipc_here("c"), "log");
  pid_t run = start_long_run(ipc_here("c"), "log");
  write_text("u.lua",
             "return require 'taut'.scenario { name = 'u', rig = 'two_cable_trainer',\n"
             "  script = function(s) s:wait '1 ms' s:expect('true') end }\n");
  assert_int_equal(run_taut("run u.lua --out second --with controller=%s", ipc_here("c")), 1);
  outcome o = outcome_in("second");
  expect_outcome(&o, "error", "is busy: taut " TAUT_VERSION " (session ");
  // The first one was not disturbed: it ends by its own limit or by ours.
  assert_int_equal(kill(run, SIGINT), 0);
  assert_int_equal(end_taut(run), 2);
  end_served(pid, SIGTERM);
}

static void nobody_or_the_wrong_one_there_is_an_error(void **state) {
  (void)state;
  write_scenario("", "s:wait '10 ms'\n s:expect('true')");
  assert_int_equal(run_taut("run t.lua --with controller=%s", ipc_here("c")), 1);
  outcome o = outcome_in("runs");
  expect_outcome(&o, "error", "nobody listens on ipc:///tmp/taut-test-");
  pid_t pid = start_served("spotter", ipc_here("c"), "log");
  assert_int_equal(run_taut("run t.lua --with controller=%s", ipc_here("c")), 1);
  o = outcome_in("runs");
  expect_outcome(&o, "error", "fills the role 'spotter', not 'controller'");
  expect_text("log", "refused a harness: this peer (spotter, taut " TAUT_VERSION ")");
  end_served(pid, SIGTERM);
}

/// Sends garbage of many sizes until it is killed.
_Noreturn static void be_hostile(const char *address) {
  char error[512];
  static uint8_t bytes[3 << 20];
  taut_endpoint endpoint;
  taut_socket *socket;
  uint64_t seed = 5;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (taut_endpoint_parse(address, &endpoint, error, sizeof error) != TAUT_OK ||
      taut_socket_connect(&endpoint, &socket, error, sizeof error) != TAUT_OK)
    _exit(1);
  for (;;) {
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    size_t size = (size_t)(seed >> 33) % (seed >> 60 == 0 ? sizeof bytes : 200);
    for (size_t i = 0; i < size && i < 4096; i++) bytes[i] = (uint8_t)((seed >> (i % 50)) ^ i);
    taut_socket_send(socket, NULL, bytes, size, TAUT_SECOND);
    if (seed >> 58 == 0) sleep_ms(1);
  }
}

static void a_hostile_process_changes_no_bit_either(void **state) {
  (void)state;
  char with[512];
  write_scenario("", "s:wait '500 ms'\n s:expect('load.command_n <= 1 N')");
  outcome alone = run_alone("");
  pid_t pid = start_served("controller", ipc_here("c"), "log");
  pid_t hostile = fork();
  if (hostile == 0) be_hostile(ipc_here("c"));
  wait_for_text("log", "malformed");
  snprintf(with, sizeof with, "--with controller=%s", ipc_here("c"));
  expect_same(with, &alone);
  assert_int_equal(end_served(hostile, SIGKILL), -SIGKILL);
  expect_text("log", "too long");
  assert_int_equal(end_served(pid, SIGTERM), 0);
}

// --------------------------------------------------------------------------------- the command

static void what_cannot_be_linked_or_served_is_refused_at_once(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"run t.lua --with controller=tcp://10.0.0.1:5555", "ssh -N -L 5555:127.0.0.1:5555 10.0.0.1"},
      {"run t.lua --with controller=ipc://c", "wants an absolute path"},
      {"run t.lua --with controller=ipc:///tmp/c?ticks=65", "ticks must be a whole number from 1"},
      {"run t.lua --with controller=resistance?ticks=x", "ticks must be a whole number from 1"},
      {"run t.lua -j 2 --with controller=ipc:///tmp/c", "--jobs must be 1"},
      {"serve controler --listen ipc:///tmp/c", "did you mean controller?"},
      {"serve controller", "--listen is missing, such as --listen ipc:///tmp/controller"},
      {"serve", "name one role"},
      {"serve controller --listen tcp://*:5555", "only this machine's own addresses"},
      {"serve cable --listen ipc:///tmp/c", "tension_n of cable_spool depends on inputs"},
      {"serve controller --listen ipc:///tmp/c --plugin nothing", "no such plugin"},
      {"serve controller --listen ipc:///tmp/c --plugin spotter",
       "has no model of role 'controller'"},
      {"serve controller --listen ipc:///tmp/c --rig nothing", "there is no 'nothing'"},
      {"serve controller --listen ipc://%s/file", "exists and is no socket"},
  };
  write_text("file", "x");
  write_scenario("", "s:expect('true')");
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char line[512];
    const char *hole = strstr(cases[i][0], "%s");
    snprintf(line, sizeof line, "%.*s%s%s", hole ? (int)(hole - cases[i][0]) : 400, cases[i][0],
             hole ? (const char *)*state : "", hole ? hole + 2 : "");
    assert_int_equal(run_taut("%s", line), 4);
    expect_text("err", cases[i][1]);
  }
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)
  const struct CMUnitTest tests[] = {
      IN_FOLDER(a_served_controller_changes_no_bit),
      IN_FOLDER(faults_around_a_served_component_are_those_in_process),
      IN_FOLDER(several_ticks_per_exchange_are_a_delay_with_a_twin),
      IN_FOLDER(several_roles_and_both_sides_may_be_elsewhere),
      IN_FOLDER(all_roles_may_be_elsewhere_at_once),
      IN_FOLDER(a_killed_peer_ends_the_run_with_its_last_tick),
      IN_FOLDER(a_hung_peer_ends_the_run_and_serves_the_next_when_it_wakes),
      IN_FOLDER(a_stopped_peer_says_goodbye),
      IN_FOLDER(a_killed_harness_leaves_the_peer_to_the_next),
      IN_FOLDER(a_second_harness_hears_who_holds_the_device),
      IN_FOLDER(nobody_or_the_wrong_one_there_is_an_error),
      IN_FOLDER(a_hostile_process_changes_no_bit_either),
      IN_FOLDER(what_cannot_be_linked_or_served_is_refused_at_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

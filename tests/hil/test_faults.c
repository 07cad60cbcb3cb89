/// What a network can do to a link, done to it by a wire in between. What is only late, doubled,
/// out of turn or no message changes no bit of the result; what is lost ends the run with its time.
/// Nothing takes longer than the silence that is allowed, and nothing is left behind.
#include "support/process.h"
#include "support/trip.h"

enum { BOTH = WIRE_TO_PEER | WIRE_TO_HARNESS };

/// Period of the controller [s], and the message that carries its first step: Hello, Instantiate
/// and Reset come before.
static const double PERIOD_S = 250e-6;
enum { FIRST_STEP = 4, LAST_MESSAGE = 404 };

static void write_scenario(void) {
  write_text("t.lua",
             "return require 'taut'.scenario { name = 't', rig = 'two_cable_trainer',\n"
             "  script = function(s) s:wait '100 ms' s:expect('load.command_n <= 1 N') end }\n");
}

static outcome run_alone(void) {
  write_scenario();
  assert_int_equal(run_taut("run t.lua --out alone"), 0);
  return outcome_in("alone");
}

static void expect_same(const outcome *o, const outcome *alone, int fault) {
  if (strcmp(o->verdict, "pass") != 0 || strcmp(o->trace_hash, alone->trace_hash) != 0)
    fail_msg("fault %d: %s: %s %s", fault, o->verdict, o->reason, o->logs);
}

// -------------------------------------------------------------------------------------- late

static void what_is_late_changes_no_bit(void **state) {
  (void)state;
  static const wire_plan plans[] = {
      {.fault = WIRE_GOOD, .ways = BOTH},
      {.fault = WIRE_DELAY, .ways = WIRE_TO_HARNESS},
      {.fault = WIRE_JITTER, .ways = BOTH},
      {.fault = WIRE_STALL, .ways = WIRE_TO_PEER, .n = 50},
      {.fault = WIRE_STALL, .ways = WIRE_TO_HARNESS, .n = 50},
      {.fault = WIRE_CRUMBLE, .ways = BOTH},
  };
  outcome alone = run_alone();
  for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
    char log[32];
    outcome o = travel(&plans[i], log);
    expect_same(&o, &alone, plans[i].fault);
    assert_null(strstr(o.logs, "refused"));
    assert_false(has_text(log, "refused"));
  }
}

// --------------------------------------------------------------------------------- not wanted

static void what_is_doubled_out_of_turn_or_no_message_changes_no_bit(void **state) {
  (void)state;
  static const struct {
    wire_plan plan;
    const char *words;  ///< what is refused where it arrives
  } cases[] = {
      {{.fault = WIRE_DUPLICATE, .ways = WIRE_TO_PEER}, "late, repeated or replayed"},
      {{.fault = WIRE_DUPLICATE, .ways = WIRE_TO_HARNESS}, "late, repeated or replayed"},
      {{.fault = WIRE_REORDER, .ways = WIRE_TO_PEER}, "late, repeated or replayed"},
      {{.fault = WIRE_REORDER, .ways = WIRE_TO_HARNESS}, "late, repeated or replayed"},
      {{.fault = WIRE_REPLAY, .ways = WIRE_TO_PEER, .n = 60}, "late, repeated or replayed"},
      {{.fault = WIRE_REPLAY, .ways = WIRE_TO_HARNESS, .n = 60}, "late, repeated or replayed"},
      {{.fault = WIRE_MALFORMED, .ways = WIRE_TO_PEER}, "malformed"},
      {{.fault = WIRE_MALFORMED, .ways = WIRE_TO_HARNESS}, "malformed"},
      {{.fault = WIRE_OVERSIZED, .ways = WIRE_TO_PEER}, "too long"},
      {{.fault = WIRE_OVERSIZED, .ways = WIRE_TO_HARNESS}, "too long"},
  };
  outcome alone = run_alone();
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char log[32];
    outcome o = travel(&cases[i].plan, log);
    expect_same(&o, &alone, cases[i].plan.fault);
    bool is_to_peer = cases[i].plan.ways == WIRE_TO_PEER;
    const char *heard = is_to_peer ? text_of(log) : strdup(o.logs);
    if (strstr(heard, "refused") == NULL || strstr(heard, cases[i].words) == NULL)
      fail_msg("case %zu: '%s' lacks '%s'", i, heard, cases[i].words);
    free((char *)(uintptr_t)heard);
  }
}

static void the_counts_are_those_of_what_was_sent(void **state) {
  char log[32];
  (void)state;
  outcome alone = run_alone();
  outcome o = travel(&(wire_plan){.fault = WIRE_DUPLICATE, .ways = WIRE_TO_HARNESS}, log);
  expect_same(&o, &alone, WIRE_DUPLICATE);
  // Each answer but the last one is followed by its double; some may still be on the way at the
  // end.
  const char *count = strstr(o.logs, ": refused 4");
  assert_non_null(count);
  long n = strtol(count + strlen(": refused "), NULL, 10);
  assert_true(n >= LAST_MESSAGE - 2 && n <= LAST_MESSAGE);
}

/// The hash is of what crossed the wire: a changed value would show.
static void a_changed_value_would_show(void **state) {
  char log[32];
  (void)state;
  outcome alone = run_alone();
  outcome o =
      travel(&(wire_plan){.fault = WIRE_FLIP, .ways = WIRE_TO_HARNESS, .n = FIRST_STEP + 19}, log);
  assert_string_not_equal(o.trace_hash, alone.trace_hash);
}

// -------------------------------------------------------------------------------------- lost

/// The verdict names the simulated time of this step, counted from 0.
static void expect_last_exchange(const outcome *o, int step) {
  static const char words[] = "has not answered for 2 s of wall time; its last exchange was for ";
  const char *at = strstr(o->reason, words);
  double last_s = at != NULL ? strtod(at + strlen(words), NULL) : -1;
  if (last_s < step * PERIOD_S - 1e-9 || last_s > step * PERIOD_S + 1e-9) fail_msg("%s", o->reason);
}

static void what_is_lost_ends_the_run_with_its_time(void **state) {
  (void)state;
  enum { N = FIRST_STEP + 100 };
  static const wire_plan plans[] = {
      {.fault = WIRE_DROP, .ways = WIRE_TO_PEER, .n = N},
      {.fault = WIRE_DROP, .ways = WIRE_TO_HARNESS, .n = N},
      {.fault = WIRE_CUT_SHORT, .ways = WIRE_TO_PEER, .n = N},
      {.fault = WIRE_CUT_SHORT, .ways = WIRE_TO_HARNESS, .n = N},
      {.fault = WIRE_FLOOD, .ways = WIRE_TO_PEER, .n = N},
      {.fault = WIRE_FLOOD, .ways = WIRE_TO_HARNESS, .n = N},
      {.fault = WIRE_PARTITION, .ways = WIRE_TO_PEER, .n = N},
      {.fault = WIRE_PARTITION, .ways = WIRE_TO_HARNESS, .n = N},
      {.fault = WIRE_HANG_UP, .ways = WIRE_TO_PEER, .n = N},
      {.fault = WIRE_HANG_UP, .ways = WIRE_TO_HARNESS, .n = N},
  };
  enum { PLANS = sizeof plans / sizeof plans[0] };
  trip trips[PLANS];
  outcome alone = run_alone();
  // Together, since each takes its two seconds.
  for (size_t i = 0; i < PLANS; i++) start_trip(&trips[i], &plans[i]);
  for (size_t i = 0; i < PLANS; i++) {
    outcome o = end_trip(&trips[i]);
    if (strcmp(o.verdict, "error") != 0) fail_msg("fault %d: %s", plans[i].fault, o.verdict);
    // The one before: step 99 of 0, 1, ...
    expect_last_exchange(&o, 99);
    assert_string_not_equal(o.trace_hash, alone.trace_hash);
  }
  // The same wire without a fault lets the run pass.
  char log[32];
  outcome o = travel(&(wire_plan){.fault = WIRE_GOOD, .ways = BOTH, .n = N}, log);
  expect_same(&o, &alone, WIRE_GOOD);
}

static void who_accepts_and_says_nothing_is_not_waited_for(void **state) {
  char log[32];
  (void)state;
  write_scenario();
  outcome o = travel(&(wire_plan){.fault = WIRE_DEAF, .ways = BOTH}, log);
  expect_outcome(&o, "error", "accepts connections but does not answer");
  o = travel(&(wire_plan){.fault = WIRE_DROP, .ways = WIRE_TO_PEER, .n = 1}, log);
  expect_outcome(&o, "error", "accepts connections but does not answer");
}

// --------------------------------------------------------------------------------- with keys

static void with_keys_no_bit_can_be_changed_and_nothing_said_twice(void **state) {
  (void)state;
  static const wire_fault faults[] = {WIRE_FLIP, WIRE_REORDER, WIRE_MALFORMED};
  enum { FAULTS = sizeof faults / sizeof faults[0] };
  trip trips[2 * FAULTS];
  wire_plan plan = {.fault = WIRE_GOOD, .ways = BOTH, .n = FIRST_STEP + 19, .is_locked = true};
  char log[32];
  outcome alone = run_alone();
  make_keys("harness");
  make_keys("peer");
  outcome o = travel(&plan, log);
  expect_same(&o, &alone, WIRE_GOOD);
  for (int i = 0; i < 2 * FAULTS; i++) {
    plan.fault = faults[i / 2];
    plan.ways = i % 2 ? WIRE_TO_PEER : WIRE_TO_HARNESS;
    start_trip(&trips[i], &plan);
  }
  for (int i = 0; i < 2 * FAULTS; i++) {
    o = end_trip(&trips[i]);
    bool is_silent = strstr(o.reason, "has not answered") || strstr(o.reason, "does not answer");
    if (strcmp(o.verdict, "error") != 0 || !is_silent)
      fail_msg("fault %d: %s: %s", faults[i / 2], o.verdict, o.reason);
    // Without keys the same flip reaches a signal: see above. With them it is the end.
    if (faults[i / 2] == WIRE_FLIP) expect_last_exchange(&o, 18);
  }
}

// --------------------------------------------------------------------------------- left behind

/// Runs over wires with these faults, to one peer, and waits until its descriptors are as before.
static void faults_leave_no_descriptor_or_thread(void **state) {
  (void)state;
  static const wire_fault faults[] = {WIRE_GOOD, WIRE_HANG_UP,   WIRE_FLOOD,
                                      WIRE_DROP, WIRE_DUPLICATE, WIRE_GOOD};
  write_scenario();
  pid_t peer = start_served("controller", ipc_here("p"), "log");
  int n_files = 0, n_threads = 0;
  for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
    char at[16], to[256];
    snprintf(at, sizeof at, "w%zu", i);
    snprintf(to, sizeof to, "%s", ipc_here("p"));
    wire_plan plan = {.fault = faults[i], .ways = WIRE_TO_PEER, .n = 20};
    pid_t wire = start_wire(ipc_here(at), to, &plan);
    run_taut("run t.lua --with controller=%s", ipc_here(at));
    end_served(wire, SIGKILL);
    for (int k = 0; k < 300 && i > 0 && count_entries(peer, "fd") > n_files; k++) sleep_ms(10);
    if (i == 0) {
      sleep_ms(300);
      n_files = count_entries(peer, "fd");
      n_threads = count_entries(peer, "task");
    }
    assert_true(count_entries(peer, "fd") <= n_files);
    assert_int_equal(count_entries(peer, "task"), n_threads);
  }
  outcome o = outcome_in("runs");
  assert_string_equal(o.verdict, "pass");
  // A connection that somebody keeps is seen.
  char error[512];
  taut_endpoint endpoint;
  assert_int_equal(taut_endpoint_parse(ipc_here("p"), &endpoint, error, sizeof error), TAUT_OK);
  int fd = wire_socket(&endpoint, false);
  for (int k = 0; k < 100 && count_entries(peer, "fd") <= n_files; k++) sleep_ms(10);
  assert_true(count_entries(peer, "fd") > n_files);
  close(fd);
  assert_int_equal(end_served(peer, SIGTERM), 0);
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)
  const struct CMUnitTest tests[] = {
      IN_FOLDER(what_is_late_changes_no_bit),
      IN_FOLDER(what_is_doubled_out_of_turn_or_no_message_changes_no_bit),
      IN_FOLDER(the_counts_are_those_of_what_was_sent),
      IN_FOLDER(a_changed_value_would_show),
      IN_FOLDER(what_is_lost_ends_the_run_with_its_time),
      IN_FOLDER(who_accepts_and_says_nothing_is_not_waited_for),
      IN_FOLDER(with_keys_no_bit_can_be_changed_and_nothing_said_twice),
      IN_FOLDER(faults_leave_no_descriptor_or_thread),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

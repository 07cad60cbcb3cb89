/// What a network can do to a live link, done to it by a wire in between. What is late, doubled,
/// out of turn or no message does not end the run, and is in its log; what is lost ends it with its
/// time, and the device has noticed by itself.
#include "support/trip.h"

enum { BOTH = WIRE_TO_PEER | WIRE_TO_HARNESS };

/// The message that carries the first step: Hello, Instantiate and Reset come before. There is one
/// exchange per millisecond.
enum { FIRST_STEP = 4 };

static void write_scenario(void) {
  write_text("t.lua",
             "return require 'taut'.scenario { name = 't', rig = 'two_cable_trainer',\n"
             "  script = function(s) s:wait '200 ms' s:expect('load.command_n <= 1 N') end }\n");
}

static void expect_pass(const outcome *o, wire_fault fault) {
  if (strcmp(o->verdict, "pass") != 0)
    fail_msg("fault %d: %s: %s %s", (int)fault, o->verdict, o->reason, o->logs);
}

static void what_is_late_does_not_end_a_live_run(void **state) {
  (void)state;
  static const wire_plan plans[] = {
      {.fault = WIRE_GOOD, .ways = BOTH, .is_live = true},
      {.fault = WIRE_DELAY, .ways = WIRE_TO_HARNESS, .is_live = true},
      {.fault = WIRE_JITTER, .ways = BOTH, .is_live = true},
      {.fault = WIRE_CRUMBLE, .ways = BOTH, .is_live = true},
  };
  write_scenario();
  for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
    char log[32];
    outcome o = travel(&plans[i], log);
    expect_pass(&o, plans[i].fault);
    assert_null(strstr(o.logs, "refused"));
    assert_false(has_text(log, "refused"));
  }
}

/// The device has seen how old its commands were, and when there were some again.
static void a_stall_below_the_limit_is_in_the_log_of_the_device(void **state) {
  (void)state;
  static const int ways[] = {WIRE_TO_PEER, WIRE_TO_HARNESS};
  write_scenario();
  for (int i = 0; i < 2; i++) {
    trip t;
    const wire_plan plan = {
        .fault = WIRE_STALL, .ways = ways[i], .n = FIRST_STEP + 50, .is_live = true};
    start_trip(&t, &plan);
    outcome o = end_trip(&t);
    expect_pass(&o, plan.fault);
    expect_text(t.box, "controller: the newest command is old");
    expect_text(t.box, "controller: commands again after 1");
  }
}

static void what_is_not_wanted_is_refused_and_counted(void **state) {
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
  write_scenario();
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char log[32];
    wire_plan plan = cases[i].plan;
    plan.is_live = true;
    outcome o = travel(&plan, log);
    expect_pass(&o, plan.fault);
    char *heard = plan.ways == WIRE_TO_PEER ? text_of(log) : strdup(o.logs);
    if (strstr(heard, "refused") == NULL || strstr(heard, cases[i].words) == NULL)
      fail_msg("case %zu: '%s' lacks '%s'", i, heard, cases[i].words);
    free(heard);
  }
}

/// The verdict has the simulated time of the last exchange, the 100th step, one per millisecond.
static void expect_time(const outcome *o, wire_fault fault) {
  static const char words[] = "has not answered for 2 s of wall time; its last exchange was for ";
  const char *at = strstr(o->reason, words);
  double last_s = at != NULL ? strtod(at + strlen(words), NULL) : -1;
  if (strcmp(o->verdict, "error") != 0 || last_s < 0.0989 || last_s > 0.0991)
    fail_msg("fault %d: %s: %s", (int)fault, o->verdict, o->reason);
}

static void what_is_lost_ends_the_run_and_the_device_notices(void **state) {
  (void)state;
  static const wire_fault faults[] = {WIRE_DROP, WIRE_CUT_SHORT, WIRE_FLOOD, WIRE_PARTITION,
                                      WIRE_HANG_UP};
  enum { N = 2 * sizeof faults / sizeof faults[0] };
  trip trips[N];
  write_scenario();
  // Together, since each takes its two seconds.
  for (size_t i = 0; i < N; i++) {
    const wire_plan plan = {.fault = faults[i / 2],
                            .ways = i % 2 == 0 ? WIRE_TO_PEER : WIRE_TO_HARNESS,
                            .n = FIRST_STEP + 100,
                            .is_live = true};
    start_trip(&trips[i], &plan);
  }
  for (size_t i = 0; i < N; i++) {
    outcome o = end_trip(&trips[i]);
    expect_time(&o, faults[i / 2]);
    expect_text(trips[i].box, "controller: the newest command is old");
  }
}

static void who_accepts_and_says_nothing_is_not_waited_for(void **state) {
  char log[32];
  (void)state;
  write_scenario();
  outcome o = travel(&(wire_plan){.fault = WIRE_DEAF, .ways = BOTH, .is_live = true}, log);
  expect_outcome(&o, "error", "accepts connections but does not answer");
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)
  const struct CMUnitTest tests[] = {
      IN_FOLDER(what_is_late_does_not_end_a_live_run),
      IN_FOLDER(a_stall_below_the_limit_is_in_the_log_of_the_device),
      IN_FOLDER(what_is_not_wanted_is_refused_and_counted),
      IN_FOLDER(what_is_lost_ends_the_run_and_the_device_notices),
      IN_FOLDER(who_accepts_and_says_nothing_is_not_waited_for),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

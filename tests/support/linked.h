/// A small scenario run in process and with roles in other processes.
#ifndef TAUT_TESTS_SUPPORT_LINKED_H
#define TAUT_TESTS_SUPPORT_LINKED_H

#include "support/served.h"

static const char HEAD[] =
    "local taut = require 'taut'\n"
    "return taut.scenario { name = 't', rig = 'two_cable_trainer', user = { 'strong_adult' },\n"
    "  set = { exercise = 'romanian_deadlift', load = lb(20), reps = 5 },\n"
    "  params = { session = { ramp_n_s = 200, ramp_margin_s = 0 } },\n";

/// A scenario file t.lua with these fields and this script.
static inline void write_scenario(const char *fields, const char *script) {
  char *text =
      taut_text_format("%s%s\n  script = function(s)\n%s\n  end }\n", HEAD, fields, script);
  write_text("t.lua", text);
  free(text);
}

/// The run t.lua in process.
static inline outcome run_alone(const char *with) {
  outcome o;
  int status = run_taut("run t.lua --out alone %s", with);
  o = outcome_in("alone");
  if (status != 0) fail_msg("%s: %s", o.verdict, o.reason);
  return o;
}

/// The run t.lua with a role elsewhere has the trace of the one in process.
static inline void expect_same(const char *with, const outcome *alone) {
  int status = run_taut("run t.lua --out linked %s", with);
  outcome linked = outcome_in("linked");
  if (status != 0) fail_msg("%s: %s\n%s", linked.verdict, linked.reason, linked.logs);
  assert_string_equal(linked.trace_hash, alone->trace_hash);
  assert_true(alone->has_state_hash);
  assert_false(linked.has_state_hash);
  assert_non_null(strstr(linked.logs, "this run is not snapshotable"));
}

#endif

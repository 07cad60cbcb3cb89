/// A run over a faulty wire to a served controller, in lockstep or live.
#ifndef TAUT_TESTS_SUPPORT_TRIP_H
#define TAUT_TESTS_SUPPORT_TRIP_H

#include "support/faulty_wire.h"
#include "support/keyed.h"

/// A run over a faulty wire, under way.
typedef struct trip {
  wire_plan plan;
  pid_t peer, wire, run;
  char log[32], out[32];
  char box[32];  ///< post-mortem log of a live peer
  int64_t start_ns;
} trip;

/// Starts a peer, a wire to it and a run over it; with keys when the messages are encrypted.
static inline void start_trip(trip *t, const wire_plan *plan) {
  static int n;
  const char *live = plan->is_live ? " --live" : "";
  char words[512], log[64] = "", from[256], to[256], at[32];
  n++;
  t->plan = *plan;
  snprintf(t->log, sizeof t->log, "log-%d", n);
  snprintf(t->out, sizeof t->out, "out-%d", n);
  snprintf(t->box, sizeof t->box, "box-%d", n);
  if (plan->is_live) snprintf(log, sizeof log, " --live --log %s", t->box);
  if (plan->is_locked) {
    snprintf(words, sizeof words, "controller --keys peer --allow %s%s", public_key("harness"),
             log);
    snprintf(to, sizeof to, "tcp://127.0.0.1:%d", free_port());
  } else {
    snprintf(words, sizeof words, "controller%s", log);
    snprintf(at, sizeof at, "p%d", n);
    snprintf(to, sizeof to, "%s", ipc_here(at));
  }
  t->peer = start_served(words, to, t->log);
  snprintf(at, sizeof at, "w%d", n);
  snprintf(from, sizeof from, "%s", ipc_here(at));
  if (plan->is_locked) snprintf(from, sizeof from, "tcp://127.0.0.1:%d", free_port());
  t->wire = start_wire(from, to, plan);
  t->start_ns = taut_wall_ns();
  if (plan->is_locked) {
    t->run = start_taut("run t.lua%s --out %s --keys harness --with controller=tcp://%s@%s", live,
                        t->out, public_key("peer"), from + strlen("tcp://"));
  } else {
    t->run = start_taut("run t.lua%s --out %s --with controller=%s", live, t->out, from);
  }
}

static inline outcome end_trip(trip *t) {
  end_taut(t->run);
  double wall_s = (double)(taut_wall_ns() - t->start_ns) * 1e-9;
  if (wall_s > 20) fail_msg("fault %d took %g s", t->plan.fault, wall_s);
  outcome o = outcome_in(t->out);
  end_served(t->wire, SIGKILL);
  // The peer is not the worse for it: it ends in order.
  assert_int_equal(end_served(t->peer, SIGTERM), 0);
  return o;
}

static inline outcome travel(const wire_plan *plan, char log[32]) {
  trip t;
  start_trip(&t, plan);
  outcome o = end_trip(&t);
  snprintf(log, 32, "%s", t.log);
  return o;
}

static inline bool has_text(const char *path, const char *part) {
  char *text = text_of(path);
  bool has_it = strstr(text, part) != NULL;
  free(text);
  return has_it;
}

#endif

// From one set to the next: on the machine and off it, sides, rests, pauses.
#include "models/program_parts.h"
#include "taut/math.h"
#include "taut/roles.h"

bool taut_program_is_busy(const taut_program *g) {
  return g->flow == TAUT_PROGRAM_MACHINE || g->flow == TAUT_PROGRAM_FREE;
}

static bool is_on_machine(const taut_program_call *c, int e) {
  bool is_armed = BROKEN(c->g, FLOOR_ARMS) && c->p->entry_kind[e] == TAUT_PROGRAM_FLOOR;
  if (BROKEN(c->g, RELIEF_ARMS) && c->g->is_relief) is_armed = true;
  return c->p->entry_kind[e] == TAUT_PROGRAM_LOADED || is_armed;
}

static void begin_machine(const taut_program_call *c) {
  taut_program *g = c->g;
  taut_program_prescribe(c);
  if (c->p->entry_kind[taut_program_entry(g)] != TAUT_PROGRAM_LOADED)
    g->set_load_lb[0] = g->set_load_lb[1] = 10.0;  // only a broken session comes here
  g->flow = TAUT_PROGRAM_MACHINE;
  g->ending = TAUT_PROGRAM_END_NONE;
  g->machine.is_whole = 0;
  taut_program_begin_reps(g);
  taut_program_ask(g, TAUT_REQUEST_START_SET);
}

static void begin_free(const taut_program_call *c, int e) {
  taut_program *g = c->g;
  const taut_program_params *p = c->p;
  g->set_load_lb[0] = g->set_load_lb[1] = 0.0;
  g->flow = TAUT_PROGRAM_FREE;
  g->ending = TAUT_PROGRAM_END_NONE;
  taut_program_begin_reps(g);
  double time_s = p->entry_user_ends[e] >= 0.5 ? p->hold_cap_s : p->entry_time_s[e];
  if (BROKEN(g, HOLD_SHORT)) time_s *= 0.5;
  g->output.time_left_s = p->entry_reps[e] > 0.0 ? 0.0 : time_s;
  if (p->entry_kind[e] == TAUT_PROGRAM_BREATH) {
    taut_program_ask_breath(c);
  } else {
    taut_program_cue(g, TAUT_CUE_LIFT);
  }
}

static double target_reps(const taut_program_call *c, int e) {
  const taut_program *g = c->g;
  double reps = c->p->entry_reps[e];
  if (reps <= 0.0) return 0.0;
  if (g->output.is_warm_up >= 0.5) return taut_min(c->p->warm_up_reps, reps);
  if (BROKEN(g, ONE_REP_LESS)) reps -= 1.0;
  bool is_tired = g->is_tired && !BROKEN(g, TIRED_IGNORED);
  if (is_tired && is_on_machine(c, e)) reps -= c->p->tired_reps;
  return taut_max(1.0, reps);
}

void taut_program_start_set(const taut_program_call *c) {
  taut_program *g = c->g;
  int e = taut_program_entry(g);
  if (e < 0 || taut_program_is_busy(g)) {
    taut_program_refuse(g, e < 0 ? TAUT_SESSION_REFUSAL_NO_SESSION : TAUT_SESSION_REFUSAL_BUSY);
    return;
  }
  int why = g->is_relief ? 0 : taut_program_may_load(c, e);
  bool is_resting = g->flow == TAUT_PROGRAM_REST && g->output.rest_left_s > 0.0;
  bool is_late = g->machine.output.state == TAUT_SESSION_ARMING ||
                 g->machine.output.state == TAUT_SESSION_WORKING ||
                 g->machine.output.state == TAUT_SESSION_STOPPED;
  if (!why && (is_resting || is_late || c->in->machine.safety_state > TAUT_SAFETY_ASSIST))
    why = TAUT_SESSION_REFUSAL_NOT_READY;
  if (why) {
    taut_program_refuse(g, why);
    return;
  }
  bool is_loaded = c->p->entry_kind[e] == TAUT_PROGRAM_LOADED;
  const taut_program_exercise *x = taut_program_memory(c, e);
  bool is_cold = is_loaded && !x->is_warm[taut_program_memory_side(c, e)];
  if (g->flow != TAUT_PROGRAM_PAUSED) {
    g->output.is_warm_up = is_cold && !BROKEN(g, NO_WARM_UP);
    g->output.reps_counted = 0.0;
  }
  g->output.rest_left_s = 0.0;
  g->output.reps_target = target_reps(c, e);
  if (is_on_machine(c, e)) {
    begin_machine(c);
  } else {
    begin_free(c, e);
  }
  double pounds = taut_max(g->set_load_lb[0], g->set_load_lb[1]);
  bool is_warm_up = g->output.is_warm_up >= 0.5;
  taut_program_log(g, is_warm_up ? TAUT_SESSION_LOG_WARM_UP : TAUT_SESSION_LOG_SET_BEGIN, pounds);
}

// ------------------------------------------------------------------------------------ end of a set

static void rest(taut_program *g, double rest_s) {
  g->flow = TAUT_PROGRAM_REST;
  g->output.rest_left_s = rest_s;
  g->output.breath_wanted = 0.0;
}

// The next side, the next set, or the end of the entry.
static void advance(const taut_program_call *c, int e) {
  taut_program *g = c->g;
  bool is_per_side = c->p->entry_is_per_side[e] >= 0.5;
  taut_program_memory(c, e)->is_done_today = 1;
  if (is_per_side && g->side == TAUT_SIDE_LEFT && !BROKEN(g, ONE_SIDE_ONLY)) {
    g->side = TAUT_SIDE_RIGHT;
    return;
  }
  if (is_per_side) g->side = TAUT_SIDE_LEFT;
  g->set_no += 1;
  bool is_last = (double)g->set_no > c->p->entry_sets[e];
  if (is_last && !g->is_done[g->i_list]) g->is_done[g->i_list] = 1;
}

// The set is over and the handles are down.
static void close_set(const taut_program_call *c, bool is_whole) {
  taut_program *g = c->g;
  int e = taut_program_entry(g);
  bool is_warm_up = g->output.is_warm_up >= 0.5;
  taut_program_exercise *x = taut_program_memory(c, e);
  double counted = g->output.reps_counted;
  taut_program_log(g, is_whole ? TAUT_SESSION_LOG_SET_END : TAUT_SESSION_LOG_SET_BROKEN, counted);
  if (is_warm_up) {
    // Half a warm-up warms nobody up.
    x->is_warm[taut_program_memory_side(c, e)] = is_whole;
    rest(g, c->p->warm_up_rest_s);
    return;
  }
  rest(g, c->p->entry_rest_s[e]);
  if (!is_whole) x->bars |= TAUT_PROGRAM_BAR_BROKEN;
  if (is_whole) {
    g->sets_done += 1.0;
    if (c->p->entry_kind[e] == TAUT_PROGRAM_LOADED) taut_program_set_was_good(c);
  }
  // A set that nobody began is tried again; one that was broken off is not.
  if (is_whole || g->attempts > 0.0 || g->rep.is_lifting) advance(c, e);
}

void taut_program_end_set(const taut_program_call *c, int how) {
  taut_program *g = c->g;
  if (g->flow == TAUT_PROGRAM_MACHINE) {
    if (g->ending) return;
    g->ending = how;
    if (how == TAUT_PROGRAM_END_BROKEN) taut_program_ask(g, TAUT_REQUEST_STOP_SET);
  } else if (g->flow == TAUT_PROGRAM_FREE) {
    taut_program_cue(g, TAUT_CUE_REST);
    g->output.time_left_s = 0.0;
    close_set(c, how == TAUT_PROGRAM_END_WHOLE);
  }
}

void taut_program_pause(const taut_program_call *c) {
  taut_program *g = c->g;
  if (!taut_program_is_busy(g) || g->ending) {
    taut_program_refuse(g, TAUT_SESSION_REFUSAL_NOT_READY);
    return;
  }
  taut_program_log(g, TAUT_SESSION_LOG_PAUSE, g->output.reps_counted);
  if (BROKEN(g, PAUSE_KEEPS_LOAD)) return;
  if (g->flow == TAUT_PROGRAM_MACHINE) taut_program_ask(g, TAUT_REQUEST_STOP_SET);
  if (g->flow == TAUT_PROGRAM_FREE) taut_program_cue(g, TAUT_CUE_REST);
  g->flow = TAUT_PROGRAM_PAUSED;
}

// The set goes on from its repetitions; the machine is armed anew, in two steps, from no load.
void taut_program_resume(const taut_program_call *c) {
  taut_program *g = c->g;
  if (g->flow != TAUT_PROGRAM_PAUSED) {
    taut_program_refuse(g, TAUT_SESSION_REFUSAL_NOT_READY);
    return;
  }
  double left_s = g->output.time_left_s;
  taut_program_start_set(c);
  if (!taut_program_is_busy(g)) return;
  if (left_s > 0.0) g->output.time_left_s = left_s;
  taut_program_log(g, TAUT_SESSION_LOG_RESUME, g->output.reps_counted);
}

// The person says that the exercise off the machine is done.
void taut_program_done(const taut_program_call *c) {
  taut_program *g = c->g;
  int e = taut_program_entry(g);
  bool is_hers =
      e >= 0 && (c->p->entry_user_ends[e] >= 0.5 || c->p->entry_kind[e] == TAUT_PROGRAM_CHECK);
  if (g->flow != TAUT_PROGRAM_FREE || !is_hers) {
    taut_program_refuse(g, TAUT_SESSION_REFUSAL_NOT_READY);
    return;
  }
  taut_program_end_set(c, TAUT_PROGRAM_END_WHOLE);
}

// ---------------------------------------------------------------------------------------- each
// call

static void flow_machine(const taut_program_call *c) {
  taut_program *g = c->g;
  int state = (int)g->machine.output.state;
  if (state == TAUT_SESSION_WORKING && g->machine.output.set_active >= 0.5) {
    if (g->output.reps_target > 0.0) {
      taut_program_follow(c);
      g->free_s += g->period_s;
      if (g->free_s > c->p->idle_rep_s) taut_program_end_set(c, TAUT_PROGRAM_END_BROKEN);
    }
    bool is_blind = c->in->has_diastasis >= 0.5 && g->frame_age_s > c->p->form_check_s;
    if (is_blind && !BROKEN(g, NO_CONE_MONITOR)) {
      taut_program_refuse(g, TAUT_SESSION_REFUSAL_NO_FORM_CHECK);
      taut_program_end_set(c, TAUT_PROGRAM_END_BROKEN);
    }
    return;
  }
  bool is_over =
      state == TAUT_SESSION_RESTING || state == TAUT_SESSION_STOPPED || state == TAUT_SESSION_IDLE;
  if (!is_over || g->request != TAUT_REQUEST_NONE) return;
  bool is_timed = g->output.reps_target <= 0.0 && g->machine.is_whole;
  close_set(c, state == TAUT_SESSION_RESTING && g->machine.is_whole &&
                   (is_timed || g->ending == TAUT_PROGRAM_END_WHOLE));
}

static void flow_breath(const taut_program_call *c) {
  taut_program *g = c->g;
  taut_program_rep *rep = &g->rep;
  rep->breath_s += g->period_s;
  if (c->in->pelvic_sensor >= 0.0)
    rep->sensor_low = taut_min(rep->sensor_low, c->in->pelvic_sensor);
  double least_s = BROKEN(g, BREATH_UNCOUNTED) ? 0.0 : c->p->breath_min_s;
  if (rep->has_breath && rep->breath_s >= least_s) {
    taut_program_log(g, TAUT_SESSION_LOG_BREATH, rep->breath_s);
    taut_program_count(c, true);
    if (g->flow == TAUT_PROGRAM_FREE) taut_program_ask_breath(c);
  } else if (rep->breath_s > c->p->breath_max_s) {
    taut_program_ask_breath(c);
  }
}

// Off the machine the clock paces: one repetition, then the breath if the rule asks for one.
static void flow_free(const taut_program_call *c) {
  taut_program *g = c->g;
  int e = taut_program_entry(g);
  if (c->p->entry_kind[e] == TAUT_PROGRAM_BREATH) {
    flow_breath(c);
    return;
  }
  if (g->output.reps_target > 0.0) {
    g->rep.breath_s += g->period_s;
    bool is_waiting = g->output.breath_wanted >= 0.5 && g->rep.breath_s < c->p->breath_max_s;
    if (is_waiting && !BROKEN(g, BREATH_SKIPPED)) return;
    if (g->output.breath_wanted >= 0.5) taut_program_ask_breath(c);
    g->rep.since_rep_s += g->period_s;
    g->free_s += g->period_s;
    if (g->free_s < c->p->entry_rep_s[e] + c->p->entry_hold_s[e]) return;
    if (g->rep.has_fault) taut_program_log(g, TAUT_SESSION_LOG_REP_FAULT, (double)g->rep.has_fault);
    taut_program_count(c, g->rep.has_fault == 0);
    return;
  }
  bool is_endless = BROKEN(g, WALL_SIT_UNCAPPED) && c->p->entry_user_ends[e] >= 0.5;
  if (is_endless) return;
  g->output.time_left_s -= g->period_s;
  if (g->output.time_left_s > 1e-9) return;
  taut_program_end_set(c, TAUT_PROGRAM_END_WHOLE);
}

static void flow_rest(const taut_program_call *c) {
  taut_program *g = c->g;
  g->output.rest_left_s = taut_max(0.0, g->output.rest_left_s - g->period_s);
  bool is_done = g->is_done[g->i_list] != 0;
  bool is_last = is_done;
  for (int64_t i = 0; i < g->n_list; i++) is_last &= g->is_done[i] != 0;
  // The log tells of the set while its exercise still shows.
  if (!is_done || g->queue_n > 0 || (g->output.rest_left_s > 0.0 && !is_last)) return;
  if (g->is_done[g->i_list] == 1)
    taut_program_log(g, TAUT_SESSION_LOG_EXERCISE_END, c->p->entry_exercise[taut_program_entry(g)]);
  taut_program_next_entry(c);
}

void taut_program_flow(const taut_program_call *c) {
  taut_program *g = c->g;
  switch (g->flow) {
    case TAUT_PROGRAM_MACHINE: flow_machine(c); break;
    case TAUT_PROGRAM_FREE: flow_free(c); break;
    case TAUT_PROGRAM_REST: flow_rest(c); break;
    case TAUT_PROGRAM_READY:
      if (g->is_relief) taut_program_start_set(c);
      if (g->flow == TAUT_PROGRAM_READY && g->is_done[g->i_list]) taut_program_next_entry(c);
      break;
    default: break;
  }
}

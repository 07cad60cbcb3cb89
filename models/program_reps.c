// What makes a repetition count: a breath before it, good form, its hold, a pelvic floor that holds
// on and lets go, and two sides alike.
#include <math.h>

#include "models/program_parts.h"
#include "taut/math.h"
#include "taut/roles.h"

// Near the end of the range and nearly still is a hold; a tenth less than asked for is its
// tolerance.
static const double hold_from = 0.6, hold_m_s = 0.05, hold_share = 0.8, released_at_start = 2.0;

void taut_program_begin_reps(taut_program *g) {
  double first = g->output.reps_counted > 0.0 ? g->rep.first_peak : -1.0;
  g->rep = (taut_program_rep){
      .first_peak = first, .sensor_low = released_at_start, .has_breath = 1, .since_rep_s = 1e6};
  g->attempts = g->faults = 0.0;
  g->seen_reps = -1.0;
  g->free_s = 0.0;
}

void taut_program_ask_breath(const taut_program_call *c) {
  taut_program *g = c->g;
  g->output.breath_wanted = 1.0;
  g->rep.breath_s = 0.0;
  g->rep.is_asked = 1;
  g->rep.has_breath = 0;
  taut_program_cue(g, TAUT_CUE_BREATHE);
}

void taut_program_take_breath(const taut_program_call *c) {
  taut_program *g = c->g;
  if (g->output.breath_wanted < 0.5) return;
  // With a sensor the breath must be seen to release the pelvic floor.
  bool is_tense = c->in->pelvic_sensor >= 0.0 && g->rep.sensor_low > c->p->release_tone;
  int e = taut_program_entry(g);
  bool is_asked = e >= 0 && c->p->entry_needs_breath[e] >= 0.5;
  if (is_tense && is_asked && !BROKEN(g, BREATH_SKIPPED)) {
    taut_program_ask_breath(c);
    return;
  }
  g->rep.has_breath = 1;
  bool is_entry = e >= 0 && c->p->entry_kind[e] == TAUT_PROGRAM_BREATH;
  if (!is_entry) g->output.breath_wanted = 0.0;
}

static int advice_of(int alert) {
  switch (alert) {
    case TAUT_FORM_ALERT_LUMBAR: return TAUT_ADVICE_FORM_LUMBAR;
    case TAUT_FORM_ALERT_SPEED: return TAUT_ADVICE_FORM_SPEED;
    case TAUT_FORM_ALERT_RANGE: return TAUT_ADVICE_FORM_RANGE;
    case TAUT_FORM_ALERT_QUAD_DOMINANT: return TAUT_ADVICE_FORM_QUAD;
    default: return TAUT_ADVICE_FORM_POSTURE;
  }
}

// A repetition that was counted and turns out bad is taken back.
static void uncount(const taut_program_call *c) {
  taut_program *g = c->g;
  int e = taut_program_entry(g), i = taut_program_memory_side(c, e);
  taut_program_exercise *x = taut_program_memory(c, e);
  if (g->output.reps_counted > 0.0) g->output.reps_counted -= 1.0;
  if (x->best[i] == x->run[i] && x->best[i] > 0.0) x->best[i] -= 1.0;
  x->run[i] = 0.0;
  g->rep.was_counted = 0;
}

void taut_program_take_form(const taut_program_call *c, int alert) {
  taut_program *g = c->g;
  int e = taut_program_entry(g);
  if (e < 0 || !taut_program_is_busy(g) || alert == TAUT_FORM_ALERT_NONE) return;
  if (alert == TAUT_FORM_ALERT_QUAD_DOMINANT) {
    taut_program_memory(c, e)->bars |= TAUT_PROGRAM_BAR_SIGN;
    if (!BROKEN(g, SIGNS_UNLOGGED)) taut_program_log(g, TAUT_SESSION_LOG_SIGN_QUAD, 1.0);
  }
  if (!BROKEN(g, FORM_SILENT)) {
    taut_program_log(g, TAUT_SESSION_LOG_FORM_CUE, alert);
    taut_program_cue(g, TAUT_CUE_FORM);
    taut_program_advise(c, advice_of(alert));
  }
  g->faults += 1.0;
  if (g->output.is_warm_up < 0.5 &&
      !(BROKEN(g, LUMBAR_COUNTS) && alert == TAUT_FORM_ALERT_LUMBAR)) {
    bool is_late =
        g->rep.was_counted && !g->rep.is_lifting && g->rep.since_rep_s <= c->p->fault_late_s;
    if (is_late) {
      uncount(c);
      taut_program_log(g, TAUT_SESSION_LOG_REP_FAULT, alert);
    } else if (!g->rep.has_fault) {
      g->rep.has_fault = alert;
    }
  }
  if (g->faults < c->p->fault_max || BROKEN(g, FAULTS_NEVER_END) || g->ending) return;
  taut_program_log(g, TAUT_SESSION_LOG_FORM_END, g->faults);
  taut_program_end_set(c, TAUT_PROGRAM_END_BROKEN);
}

// ------------------------------------------------------------------------------- on the machine

// Lifting speed of the slower side against the other: at the same time, or in the sets before.
static double difference(const taut_program_call *c, taut_program_exercise *x, int e) {
  const taut_program_rep *rep = &c->g->rep;
  double speed[2];
  for (int k = 0; k < 2; k++)
    speed[k] = rep->lift_s[k] > 0.0 ? (rep->peak_m[k] - rep->start_m[k]) / rep->lift_s[k] : 0.0;
  if (c->p->entry_is_per_side[e] >= 0.5) {
    int i = taut_program_memory_side(c, e);
    double now = speed[i];
    x->speed_m_s[i] = x->speed_m_s[i] > 0.0 ? 0.7 * x->speed_m_s[i] + 0.3 * now : now;
    if (i == 0 || x->load_lb[0] != x->load_lb[1]) return 0.0;
    speed[0] = x->speed_m_s[0];
    speed[1] = now;
  }
  double most = taut_max(speed[0], speed[1]), least = taut_min(speed[0], speed[1]);
  return least > 0.0 ? 1.0 - least / most : 0.0;
}

static void judge_symmetry(const taut_program_call *c, int e) {
  taut_program *g = c->g;
  taut_program_exercise *x = taut_program_memory(c, e);
  if (c->p->entry_is_carry[e] >= 0.5 || BROKEN(g, ASYMMETRY_IGNORED)) return;
  double share = difference(c, x, e);
  bool is_uneven = share > c->p->asymmetry_share || c->in->is_asymmetric >= 0.5;
  g->rep.uneven = is_uneven ? g->rep.uneven + 1.0 : 0.0;
  if (g->rep.uneven != c->p->asymmetry_reps) return;
  taut_program_log(g, TAUT_SESSION_LOG_ASYMMETRY, share);
  taut_program_equalise(c, e);
}

// Why the repetition does not count, a code of the log; 0 when it does.
static int flaw(const taut_program_call *c, int e) {
  const taut_program *g = c->g;
  const taut_program_rep *rep = &g->rep;
  if (rep->has_fault) return TAUT_SESSION_LOG_REP_FAULT;
  if (rep->has_cued && !BROKEN(g, BREATH_SKIPPED)) return TAUT_SESSION_LOG_REP_NO_BREATH;
  bool is_short = rep->hold_s < hold_share * c->p->entry_hold_s[e] && !BROKEN(g, HOLD_IGNORED);
  return is_short ? TAUT_SESSION_LOG_REP_NO_HOLD : 0;
}

void taut_program_count(const taut_program_call *c, bool is_clean) {
  taut_program *g = c->g;
  int e = taut_program_entry(g), i = taut_program_memory_side(c, e);
  taut_program_exercise *x = taut_program_memory(c, e);
  g->attempts += 1.0;
  g->rep.was_counted = is_clean;
  g->rep.since_rep_s = g->free_s = 0.0;
  if (is_clean) g->output.reps_counted += 1.0;
  if (g->output.is_warm_up < 0.5) {
    if (is_clean || BROKEN(g, BAD_REPS_COUNT)) {
      x->run[i] += 1.0;
      x->best[i] = taut_max(x->best[i], x->run[i]);
    } else {
      x->run[i] = 0.0;
    }
    if (is_clean) taut_program_log(g, TAUT_SESSION_LOG_REP, g->output.reps_counted);
  }
  g->rep.has_fault = 0;
  g->rep.has_cued = 0;
  g->rep.hold_s = 0.0;
  double target = g->output.reps_target;
  if (g->output.reps_counted >= target) {
    taut_program_end_set(c, TAUT_PROGRAM_END_WHOLE);
  } else if (g->attempts >= 2.0 * target) {
    taut_program_end_set(c, TAUT_PROGRAM_END_BROKEN);  // it does not get better today
  } else if (c->p->entry_needs_breath[e] >= 0.5) {
    taut_program_ask_breath(c);
  }
}

static void let_go(const taut_program_call *c) {
  taut_program *g = c->g;
  taut_program_log(g, TAUT_SESSION_LOG_LET_GO, g->rep.sensor_peak);
  taut_program_take_report(c, TAUT_REPORT_LET_GO, 0.0);
}

static void finish_rep(const taut_program_call *c, int e) {
  taut_program *g = c->g;
  taut_program_rep *rep = &g->rep;
  rep->is_lifting = 0;
  bool has_sensor = c->in->pelvic_sensor >= 0.0 && rep->sensor_peak > 0.0;
  if (has_sensor && rep->first_peak < 0.0) rep->first_peak = rep->sensor_peak;
  bool has_let_go = has_sensor && rep->sensor_peak < c->p->let_go_share * rep->first_peak;
  rep->sensor_low = 1.0;
  if (has_let_go && !BROKEN(g, LET_GO_IGNORED)) {
    let_go(c);
    return;
  }
  judge_symmetry(c, e);
  int why = g->output.is_warm_up >= 0.5 ? 0 : flaw(c, e);
  if (why) {
    taut_program_log(
        g, why, why == TAUT_SESSION_LOG_REP_FAULT ? (double)rep->has_fault : g->attempts + 1.0);
    if (why == TAUT_SESSION_LOG_REP_NO_HOLD) taut_program_advise(c, TAUT_ADVICE_HOLD);
  }
  taut_program_count(c, why == 0);
}

static void begin_lift(const taut_program_call *c, int e) {
  taut_program *g = c->g;
  taut_program_rep *rep = &g->rep;
  for (int k = 0; k < 2; k++) {
    rep->start_m[k] = rep->peak_m[k] = c->in->side[k].position_m;
    rep->lift_s[k] = 0.0;
  }
  rep->hold_s = rep->sensor_peak = 0.0;
  rep->is_lifting = 1;
  bool is_first = rep->since_rep_s > 1e5;
  bool is_tense = c->in->pelvic_sensor >= 0.0 && rep->sensor_low > c->p->release_tone;
  if (is_tense && !is_first && rep->sensor_low < released_at_start) {
    taut_program_memory(c, e)->bars |= TAUT_PROGRAM_BAR_RELEASE;
    if (!BROKEN(g, RELEASE_UNLOGGED))
      taut_program_log(g, TAUT_SESSION_LOG_NO_RELEASE, rep->sensor_low);
  }
  rep->has_cued = c->p->entry_needs_breath[e] >= 0.5 && !is_first && !rep->has_breath;
  if (!rep->has_cued || BROKEN(g, BREATH_SKIPPED)) return;
  taut_program_cue(g, TAUT_CUE_BREATHE);
  taut_program_advise(c, TAUT_ADVICE_BREATH);
}

static bool is_used(const taut_program *g, int k) {
  return g->set_load_lb[k] > 0.0;
}

static void follow_lift(const taut_program_call *c) {
  taut_program *g = c->g;
  taut_program_rep *rep = &g->rep;
  double range_m = g->set.range_max_m - g->set.range_min_m;
  bool is_high = true, is_still = true;
  for (int k = 0; k < 2; k++) {
    const taut_program_side_input *side = &c->in->side[k];
    if (!is_used(g, k)) continue;
    rep->peak_m[k] = taut_max(rep->peak_m[k], side->position_m);
    if (side->phase == TAUT_PHASE_CONCENTRIC) rep->lift_s[k] += g->period_s;
    is_high &= side->position_m > g->set.range_min_m + hold_from * range_m;
    is_still &= fabs(side->speed_m_s) < hold_m_s;
  }
  if (is_high && is_still) rep->hold_s += g->period_s;
  if (c->in->pelvic_sensor >= 0.0)
    rep->sensor_peak = taut_max(rep->sensor_peak, c->in->pelvic_sensor);
}

// Follows repetitions as the spotter counts them.
void taut_program_follow(const taut_program_call *c) {
  taut_program *g = c->g;
  taut_program_rep *rep = &g->rep;
  int e = taut_program_entry(g);
  double count = c->in->machine.rep_count;
  // The spotter forgets the last set only when it sees this one begin.
  if (g->seen_reps < 0.0 || count < g->seen_reps) g->seen_reps = count;
  rep->since_rep_s += g->period_s;
  rep->breath_s += g->period_s;
  bool is_up = false;
  for (int k = 0; k < 2; k++)
    is_up |= is_used(g, k) && c->in->side[k].phase == TAUT_PHASE_CONCENTRIC;
  if (is_up && !rep->is_lifting) begin_lift(c, e);
  if (rep->is_lifting) {
    follow_lift(c);
  } else if (c->in->pelvic_sensor >= 0.0) {
    rep->sensor_low = taut_min(rep->sensor_low, c->in->pelvic_sensor);
  }
  if (g->ending) return;
  if (count > g->seen_reps) {
    g->seen_reps = count;
    finish_rep(c, e);
    return;
  }
  // Fell back without a repetition: the next one begins anew.
  bool is_down = true;
  for (int k = 0; k < 2; k++) is_down &= !is_used(g, k) || c->in->side[k].phase == TAUT_PHASE_REST;
  if (rep->is_lifting && is_down) rep->is_lifting = 0;
}

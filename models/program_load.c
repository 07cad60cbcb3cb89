// The prescription of a set: whole pounds, found by bisection after doming, capped and reduced.
#include <math.h>

#include "models/program_parts.h"
#include "taut/math.h"
#include "taut/roles.h"

enum { LEAST_LB = 2, CODE_EXERCISE = 1000 };

taut_program_exercise *taut_program_memory(const taut_program_call *c, int e) {
  int k = (int)c->p->entry_exercise[e] - 1;
  taut_program_exercise *x = &c->g->exercise[k];
  if (x->is_known) return x;
  *x = (taut_program_exercise){.is_known = 1, .range_share = 1.0};
  x->load_lb[0] = x->load_lb[1] = c->p->entry_load_start_lb[e];
  x->n_clean = c->p->clean_sessions;
  return x;
}

int taut_program_memory_side(const taut_program_call *c, int e) {
  bool is_right = c->p->entry_is_per_side[e] >= 0.5 && c->g->side == TAUT_SIDE_RIGHT;
  return is_right ? 1 : 0;
}

static double coded(const taut_program_call *c, int e, double pounds) {
  return c->p->entry_exercise[e] * CODE_EXERCISE + pounds;
}

// Greatest load of the exercise this many weeks after a birth.
static double cap_lb(const taut_program_call *c, int e) {
  double most = c->p->entry_load_max_lb[e];
  double weeks = taut_program_birth_weeks(c);
  if (BROKEN(c->g, CAP_IGNORED)) return most;
  for (int i = 0; i < TAUT_PROGRAM_CAPS; i++)
    if (weeks < c->p->cap_weeks[i]) return floor(c->p->cap_share[i] * most);
  return most;
}

static double search_lb(const taut_program_exercise *x, int i) {
  double good = x->good_lb[i], failed = x->failed_lb[i];
  double between = failed - good > 1.0 ? good + floor(0.5 * (failed - good)) : good;
  return taut_max(between, LEAST_LB);
}

double taut_program_plan_lb(const taut_program_call *c, int e, int i) {
  taut_program *g = c->g;
  const taut_program_exercise *x = taut_program_memory(c, e);
  double pounds = x->load_lb[i];
  if (x->is_searching[i] && x->failed_lb[i] > 0.0 && !BROKEN(g, SEARCH_REPEATS))
    pounds = search_lb(x, i);
  if (g->is_tired && !BROKEN(g, TIRED_IGNORED)) pounds = floor(c->p->tired_share * pounds);
  if (g->wanted_lb > 0.0) pounds = taut_min(pounds, g->wanted_lb);
  if (BROKEN(g, ADVICE_LOADS) && c->p->program_advises >= 0.5) pounds -= 1.0;
  if (BROKEN(g, HALF_POUNDS)) pounds += 0.5;
  if (BROKEN(g, SIDES_COUPLED)) pounds = taut_max(x->load_lb[0], x->load_lb[1]);
  return taut_min(pounds, cap_lb(c, e));
}

static double range_share(const taut_program_call *c, const taut_program_exercise *x) {
  double share = x->range_share;
  if (c->in->has_prolapse >= 0.5 && !BROKEN(c->g, PROLAPSE_FULL_RANGE))
    share = taut_min(share, c->p->prolapse_range);
  if (taut_program_is_lax(c)) share = taut_min(share, c->p->lax_range);
  return share;
}

// The set as the session of single sets knows it.
void taut_program_prescribe(const taut_program_call *c) {
  const taut_program_params *p = c->p;
  taut_program *g = c->g;
  int e = taut_program_entry(g);
  int i = taut_program_memory_side(c, e);
  const taut_program_exercise *x = taut_program_memory(c, e);
  bool is_left = g->side == TAUT_SIDE_LEFT, is_right = g->side == TAUT_SIDE_RIGHT;
  bool uses[2] = {is_left || (!is_right && p->entry_uses_left[e] >= 0.5),
                  is_right || (!is_left && p->entry_uses_right[e] >= 0.5)};
  double pounds = taut_program_plan_lb(c, e, i);
  if (pounds < x->load_lb[i] && pounds == cap_lb(c, e))
    taut_program_log(g, TAUT_SESSION_LOG_LOAD_CAPPED, coded(c, e, pounds));
  if (x->is_searching[i]) taut_program_log(g, TAUT_SESSION_LOG_SEARCH_STEP, coded(c, e, pounds));
  if (g->output.is_warm_up >= 0.5) pounds = taut_max(1.0, floor(p->warm_up_share * pounds));
  double bottom = p->entry_range_min_m[e], top = p->entry_range_max_m[e];
  taut_session_params *set = &g->set;
  *set = taut_session_params_default();
  set->uses_left = uses[0];
  set->uses_right = uses[1];
  set->mode = p->entry_mode[e];
  set->range_min_m = bottom;
  set->range_max_m = bottom + range_share(c, x) * (top - bottom);
  set->target_speed_m_s = taut_min(p->entry_target_speed_m_s[e], p->concentric_max_m_s);
  if (g->wanted_speed_m_s > 0.0) set->target_speed_m_s = g->wanted_speed_m_s;
  set->mode_speed_m_s = taut_min(set->mode_speed_m_s, p->concentric_max_m_s);
  set->profile = p->program_profile;
  // Repetitions are judged here; the inner session is told when the last one is done.
  bool is_timed = p->entry_reps[e] <= 0.0;
  set->reps = is_timed ? 0.0 : 1.0;
  set->set_s = is_timed ? p->entry_time_s[e] * (BROKEN(g, TIMER_IGNORED) ? 0.5 : 1.0) : 0.0;
  for (int k = 0; k < 2; k++) g->set_load_lb[k] = uses[k] ? pounds : 0.0;
  if (BROKEN(g, UNEVEN_ALLOWED) && c->in->machine.set_load_n[0] > 0.0) {
    for (int k = 0; k < 2; k++)
      if (uses[k]) g->set_load_lb[k] = c->in->machine.set_load_n[k] / TAUT_LBF_N;
  }
  g->output.mvt_m_s = p->entry_mvt_m_s[e];
}

void taut_program_set_was_good(const taut_program_call *c) {
  taut_program *g = c->g;
  int e = taut_program_entry(g), i = taut_program_memory_side(c, e);
  taut_program_exercise *x = taut_program_memory(c, e);
  double pounds = taut_max(g->set_load_lb[0], g->set_load_lb[1]);
  bool is_below = x->failed_lb[i] <= 0.0 || pounds < x->failed_lb[i];
  if (is_below && pounds > x->good_lb[i]) x->good_lb[i] = pounds;
  if (!x->is_searching[i] || x->failed_lb[i] - x->good_lb[i] > 1.0) return;
  x->is_searching[i] = 0;
  x->load_lb[i] = x->good_lb[i];
  taut_program_log(g, TAUT_SESSION_LOG_SEARCH_DONE, coded(c, e, x->good_lb[i]));
}

// The next set after a symptom: searched for after doming, else back to what was good or to half.
bool taut_program_load_failed(const taut_program_call *c, int report) {
  taut_program *g = c->g;
  int e = taut_program_entry(g), i = taut_program_memory_side(c, e);
  taut_program_exercise *x = taut_program_memory(c, e);
  double pounds = taut_max(g->set_load_lb[0], g->set_load_lb[1]);
  if (pounds <= 0.0 || BROKEN(g, RAISE_AFTER_LEAK)) return pounds < LEAST_LB;
  if (x->failed_lb[i] <= 0.0 || pounds < x->failed_lb[i]) x->failed_lb[i] = pounds;
  // A load that was good once and fails now is good no more.
  if (x->good_lb[i] >= x->failed_lb[i]) x->good_lb[i] = x->failed_lb[i] - 1.0;
  bool is_cone = report == TAUT_REPORT_CONE;
  x->is_searching[i] = is_cone && c->p->entry_search[e] >= 0.5;
  double half = floor(0.5 * pounds);
  double next = is_cone && x->good_lb[i] > 0.0 ? taut_min(x->good_lb[i], pounds - 1.0) : half;
  if (BROKEN(g, SEARCH_REPEATS) && is_cone) next = x->load_lb[i];
  if (x->is_searching[i] && x->good_lb[i] <= 0.0) x->good_lb[i] = 0.0;
  // The least load stays, for another day: from nothing no clean repetition would ever lead back.
  x->load_lb[i] = taut_min(x->load_lb[i], taut_max(next, LEAST_LB));
  if (BROKEN(g, SEARCH_REPEATS) && is_cone) x->load_lb[i] = next;
  double plan = taut_program_plan_lb(c, e, i);
  taut_program_log(g, TAUT_SESSION_LOG_LOAD_DOWN, coded(c, e, plan));
  return next < LEAST_LB && (!x->is_searching[i] || plan >= x->failed_lb[i]);
}

// Both sides get the load of the weaker one; when both had the same, one pound less.
void taut_program_equalise(const taut_program_call *c, int e) {
  taut_program_exercise *x = taut_program_memory(c, e);
  double least = taut_min(x->load_lb[0], x->load_lb[1]);
  if (x->load_lb[0] == x->load_lb[1]) least = taut_max(least - 1.0, LEAST_LB);
  x->load_lb[0] = x->load_lb[1] = taut_min(least, x->load_lb[0]);
  x->bars |= TAUT_PROGRAM_BAR_ASYMMETRY;
  taut_program_log(c->g, TAUT_SESSION_LOG_LOAD_DOWN, coded(c, e, x->load_lb[0]));
}

// Less than planned may be had at once; more is earned by clean repetitions only.
void taut_program_choose_load(const taut_program_call *c) {
  taut_program *g = c->g;
  int e = taut_program_entry(g);
  double pounds = rint(c->in->wanted_load_n / TAUT_LBF_N);
  if (e < 0 || taut_program_is_busy(g)) {
    taut_program_refuse(g, e < 0 ? TAUT_SESSION_REFUSAL_NO_SESSION : TAUT_SESSION_REFUSAL_BUSY);
    return;
  }
  g->wanted_lb = 0.0;
  double planned = taut_program_plan_lb(c, e, taut_program_memory_side(c, e));
  if (BROKEN(g, CAP_IGNORED)) {
    taut_program_memory(c, e)->load_lb[taut_program_memory_side(c, e)] = pounds;
    return;
  }
  if (pounds > planned || pounds < LEAST_LB) {
    taut_program_log(g, TAUT_SESSION_LOG_LOAD_CAPPED, coded(c, e, planned));
    taut_program_refuse(g, TAUT_SESSION_REFUSAL_TOO_HEAVY);
    return;
  }
  g->wanted_lb = pounds;
}

void taut_program_choose_mode(const taut_program_call *c) {
  taut_program *g = c->g;
  int e = taut_program_entry(g);
  if (e < 0) {
    taut_program_refuse(g, TAUT_SESSION_REFUSAL_NO_SESSION);
  } else if (BROKEN(g, TOO_FAST_ALLOWED)) {
    g->wanted_speed_m_s = c->in->wanted_speed_m_s;
  } else if (c->in->wanted_speed_m_s > c->p->concentric_max_m_s) {
    taut_program_refuse(g, TAUT_SESSION_REFUSAL_TOO_FAST);
  } else if (c->in->wanted_mode != TAUT_MODE_STANDARD &&
             c->in->wanted_mode != c->p->entry_mode[e]) {
    taut_program_refuse(g, TAUT_SESSION_REFUSAL_MODE);
  } else {
    g->wanted_speed_m_s = c->in->wanted_speed_m_s;
  }
}

// What may not be, and why: clearance, contraindications, phases, days, order.
#include <math.h>

#include "models/program_parts.h"
#include "taut/math.h"
#include "taut/roles.h"

enum { WEEK_DAYS = 7, SEARCH_MIN_LB = 2, NO_BIRTH_WEEKS = 1000000 };

double taut_program_birth_weeks(const taut_program_call *c) {
  if (c->in->birth_mode == TAUT_BIRTH_NONE) return NO_BIRTH_WEEKS;
  return (c->in->calendar_day - c->in->birth_day) / WEEK_DAYS;
}

bool taut_program_is_lax(const taut_program_call *c) {
  const taut_program_params *p = c->p;
  double day = c->in->cycle_day;
  bool is_cycle = day >= p->lax_cycle_first && day <= p->lax_cycle_last && day > 0.0;
  if (BROKEN(c->g, CYCLE_IGNORED)) is_cycle = false;
  bool is_lax = c->in->is_hypermobile >= 0.5 && !BROKEN(c->g, LAX_FULL_RANGE);
  return is_lax || is_cycle;
}

// A clearance holds when it was not taken back and is not older than the last birth or red flag.
static bool is_cleared(const taut_program_call *c) {
  const taut_program_input *in = c->in;
  if (c->p->program_needs_clearance < 0.5 || BROKEN(c->g, NO_CLEARANCE)) return true;
  if (BROKEN(c->g, REVOKED_IGNORED) && c->g->has_begun) return true;
  if (in->is_cleared < 0.5 || in->cleared_day > in->calendar_day) return false;
  return in->birth_mode == TAUT_BIRTH_NONE || in->cleared_day >= in->birth_day;
}

static bool is_too_early(const taut_program_call *c) {
  if (c->p->program_needs_clearance < 0.5) return false;
  bool is_operated = c->in->birth_mode == TAUT_BIRTH_C_SECTION || c->in->has_complication >= 0.5;
  if (BROKEN(c->g, SECTION_AS_VAGINAL)) is_operated = false;
  double weeks = taut_program_birth_weeks(c);
  if (BROKEN(c->g, EXPIRES) && weeks < NO_BIRTH_WEEKS && weeks > 260.0) return true;
  if (BROKEN(c->g, NO_CLEARANCE)) return false;
  return weeks < (is_operated ? c->p->clearance_weeks_operated : c->p->clearance_weeks);
}

static bool is_red(const taut_program_call *c) {
  const taut_program *g = c->g;
  if (g->red_day < -1e9) return false;
  if (BROKEN(g, RED_FLAG_FORGOTTEN)) return c->in->calendar_day <= g->red_day;
  // Somebody qualified must have looked since, and not on the strength of an older examination.
  return !(c->in->is_cleared >= 0.5 && c->in->cleared_day > g->red_day &&
           c->in->cleared_day <= c->in->calendar_day);
}

int taut_program_may_train(const taut_program_call *c) {
  if (is_red(c)) return TAUT_SESSION_REFUSAL_RED_FLAG;
  if (!is_cleared(c)) return TAUT_SESSION_REFUSAL_NOT_CLEARED;
  if (is_too_early(c)) return TAUT_SESSION_REFUSAL_TOO_EARLY;
  return TAUT_SESSION_REFUSAL_NONE;
}

int taut_program_may_start(const taut_program_call *c) {
  taut_program *g = c->g;
  double day = c->in->calendar_day;
  int why = taut_program_may_train(c);
  if (why) return why;
  if (g->symptom_day >= day) return TAUT_SESSION_REFUSAL_SYMPTOM;
  if (c->p->program_phases < 1.0) return TAUT_SESSION_REFUSAL_UNKNOWN;
  if (!g->has_begun) return TAUT_SESSION_REFUSAL_NONE;
  if (g->session_day >= day) return TAUT_SESSION_REFUSAL_SAME_DAY;
  double week = floor((day - g->start_day) / WEEK_DAYS) + 1.0;
  double most = c->p->phase_days_max[(int)g->output.program_phase - 1];
  if (BROKEN(g, EXTRA_DAY)) most += 1.0;
  if (week == g->week_no && g->week_sessions >= most) return TAUT_SESSION_REFUSAL_DAYS;
  return TAUT_SESSION_REFUSAL_NONE;
}

// Pressure that the planned load would bring, over the measured leak point.
static bool is_pressed(const taut_program_call *c, int e) {
  const taut_program_params *p = c->p;
  if (c->in->assessed_leak_point_pa <= 0.0 || BROKEN(c->g, PRESSURE_ALLOWED)) return false;
  double cables =
      p->entry_is_per_side[e] >= 0.5 ? 1.0 : p->entry_uses_left[e] + p->entry_uses_right[e];
  double load_n = taut_program_plan_lb(c, e, 0) * TAUT_LBF_N * cables;
  if (p->entry_kind[e] != TAUT_PROGRAM_LOADED) load_n = 0.0;
  double pressure_pa = p->entry_posture_pa[e] + p->entry_iap_per_kg_pa[e] * load_n / TAUT_G_M_S2;
  return pressure_pa > p->pressure_share * c->in->assessed_leak_point_pa;
}

static int contraindication(const taut_program_call *c, int e) {
  const taut_program_params *p = c->p;
  const taut_program_input *in = c->in;
  const taut_program *g = c->g;
  bool is_weak = in->has_diastasis >= 0.5 || in->has_weak_core >= 0.5;
  if (is_weak && p->entry_is_sit_up[e] >= 0.5 && !BROKEN(g, SIT_UP_ALLOWED))
    return TAUT_SESSION_REFUSAL_DIASTASIS;
  if (is_weak && p->entry_is_plank[e] >= 0.5 && !BROKEN(g, PLANK_ALLOWED))
    return TAUT_SESSION_REFUSAL_DIASTASIS;
  bool is_raising = p->entry_raises_pressure[e] >= 0.5 && !BROKEN(g, PRESSURE_ALLOWED);
  if (is_raising && in->has_diastasis >= 0.5) return TAUT_SESSION_REFUSAL_DIASTASIS;
  if (is_raising && in->has_prolapse >= 0.5) return TAUT_SESSION_REFUSAL_PROLAPSE;
  if (is_pressed(c, e)) return TAUT_SESSION_REFUSAL_PRESSURE;
  bool is_healed =
      taut_program_birth_weeks(c) >= p->impact_weeks && !(g->bars & TAUT_PROGRAM_BAR_SYMPTOM);
  if (p->entry_is_impact[e] >= 0.5 && !is_healed && !BROKEN(g, TOO_FAST_ALLOWED))
    return TAUT_SESSION_REFUSAL_IMPACT;
  if (p->entry_needs_assessment[e] >= 0.5 && in->is_assessed < 0.5 &&
      !BROKEN(g, ASSESSMENT_SKIPPED))
    return TAUT_SESSION_REFUSAL_NOT_ASSESSED;
  return TAUT_SESSION_REFUSAL_NONE;
}

int taut_program_may_do(const taut_program_call *c, int e) {
  return contraindication(c, e);
}

// An entry of a session that comes before `e` and is not done: a step before, or what this person
// needs first.
static int missing(const taut_program_call *c, int e) {
  const taut_program_params *p = c->p;
  const taut_program *g = c->g;
  for (int64_t i = 0; i < g->n_list; i++) {
    int64_t other = g->list[i];
    if (g->is_done[i] || other == e) continue;
    bool is_first = p->entry_when[other] != TAUT_PROGRAM_WHEN_ALWAYS;
    if (is_first && p->entry_kind[e] == TAUT_PROGRAM_LOADED)
      return TAUT_SESSION_REFUSAL_PRECONDITION;
    bool is_before = p->entry_step[other] < p->entry_step[e];
    if (is_before && p->program_is_ordered >= 0.5 && !BROKEN(g, ORDER_IGNORED))
      return TAUT_SESSION_REFUSAL_ORDER;
  }
  return TAUT_SESSION_REFUSAL_NONE;
}

// Breaths done today stand for the activation of the inner unit.
static bool is_activated(const taut_program_call *c) {
  const taut_program *g = c->g;
  if (c->in->is_activated >= 0.5) return true;
  bool has_breaths = false;
  for (int64_t i = 0; i < g->n_list; i++) {
    if (c->p->entry_kind[g->list[i]] != TAUT_PROGRAM_BREATH) continue;
    has_breaths = true;
    if (!g->is_done[i]) return false;
  }
  return has_breaths;
}

int taut_program_may_load(const taut_program_call *c, int e) {
  const taut_program_params *p = c->p;
  const taut_program *g = c->g;
  int why = taut_program_may_train(c);
  if (!why) why = contraindication(c, e);
  if (!why) why = missing(c, e);
  if (why || p->entry_kind[e] != TAUT_PROGRAM_LOADED) return why;
  if (!BROKEN(g, NO_ALIGNMENT)) {
    if (p->program_needs_alignment >= 0.5 && c->in->is_aligned < 0.5)
      return TAUT_SESSION_REFUSAL_NOT_ALIGNED;
    if (p->program_needs_activation >= 0.5 && !is_activated(c))
      return TAUT_SESSION_REFUSAL_NOT_ACTIVATED;
  }
  // Doming is watched for, or nothing is loaded.
  bool is_blind = g->frame_age_s > p->form_check_s && !BROKEN(g, NO_CONE_MONITOR);
  if (is_blind && c->in->has_diastasis >= 0.5) return TAUT_SESSION_REFUSAL_NO_FORM_CHECK;
  bool is_uneven = c->in->machine.set_load_n[0] > 0.0 && c->in->machine.set_load_n[1] > 0.0 &&
                   c->in->machine.set_load_n[0] != c->in->machine.set_load_n[1];
  if (is_uneven && p->entry_is_carry[e] < 0.5 && !BROKEN(g, UNEVEN_ALLOWED))
    return TAUT_SESSION_REFUSAL_UNEVEN;
  if (taut_program_plan_lb(c, e, 0) < SEARCH_MIN_LB) return TAUT_SESSION_REFUSAL_TOO_HEAVY;
  return TAUT_SESSION_REFUSAL_NONE;
}

// Every repetition exercise of the phase reached the clean repetitions of the goal.
static bool has_reps(const taut_program_call *c, double reps) {
  const taut_program_params *p = c->p;
  for (int e = 0; e < (int)p->program_entries; e++) {
    bool is_counted = p->entry_phase[e] == c->g->output.program_phase && p->entry_reps[e] > 0.0 &&
                      p->entry_when[e] == TAUT_PROGRAM_WHEN_ALWAYS &&
                      p->entry_kind[e] <= TAUT_PROGRAM_FLOOR;
    if (is_counted && !taut_program_may_do(c, e) && taut_program_memory(c, e)->marker_reps < reps)
      return false;
  }
  return true;
}

int taut_program_may_leave_phase(const taut_program_call *c) {
  const taut_program *g = c->g;
  int phase = (int)g->output.program_phase - 1;
  double days = c->in->calendar_day - g->phase_day;
  if (days < c->p->phase_weeks[phase] * WEEK_DAYS && !BROKEN(g, PHASE_EARLY))
    return TAUT_SESSION_REFUSAL_PHASE;
  double clean = c->p->phase_marker_clean_days[phase];
  bool is_dirty = c->in->calendar_day - g->tissue_day < clean && !BROKEN(g, MARKER_DIRTY);
  if (clean > 0.0 && is_dirty) return TAUT_SESSION_REFUSAL_MARKER;
  double reps = c->p->phase_marker_reps[phase];
  return reps > 0.0 && !has_reps(c, reps) ? TAUT_SESSION_REFUSAL_MARKER : TAUT_SESSION_REFUSAL_NONE;
}

// A session: may it begin, in which phase, with which entries, and how it ends.
#include <math.h>

#include "models/program_parts.h"
#include "taut/math.h"
#include "taut/roles.h"

enum { WEEK_DAYS = 7, SIDE_BIT = 1 };

int taut_program_entry(const taut_program *g) {
  bool is_open = g->flow != TAUT_PROGRAM_OFF && g->i_list < g->n_list;
  return is_open ? (int)g->list[g->i_list] : -1;
}

// Is the entry part of a session for this person?
static bool is_for(const taut_program_call *c, int e) {
  const taut_program *g = c->g;
  switch ((int)c->p->entry_when[e]) {
    case TAUT_PROGRAM_WHEN_TIGHT_PIRIFORMIS:
      return c->in->has_tight_piriformis >= 0.5 && !BROKEN(g, NO_STRETCH_FIRST);
    case TAUT_PROGRAM_WHEN_HIGH_TONE:
      return c->in->resting_tone > c->p->high_tone && !BROKEN(g, TONE_IGNORED);
    case TAUT_PROGRAM_WHEN_HIP_ROTATION: return c->in->has_hip_rotation >= 0.5;
    default: return true;
  }
}

// Entries of the phase by step: first what this person needs before any load.
static void make_list(const taut_program_call *c, double phase) {
  const taut_program_params *p = c->p;
  taut_program *g = c->g;
  g->n_list = g->i_list = 0;
  for (int is_late = 0; is_late < 2; is_late++) {
    for (int e = 0; e < (int)p->program_entries; e++) {
      bool is_first = p->entry_when[e] != TAUT_PROGRAM_WHEN_ALWAYS;
      if (p->entry_phase[e] != phase || is_first == (is_late == 1) || !is_for(c, e)) continue;
      if (taut_program_may_do(c, e)) {
        taut_program_log(g, TAUT_SESSION_LOG_EXERCISE_SKIPPED, p->entry_exercise[e]);
        continue;
      }
      int64_t at = g->n_list++;
      for (; is_late && at > 0 && p->entry_step[g->list[at - 1]] > p->entry_step[e] &&
             p->entry_when[g->list[at - 1]] == TAUT_PROGRAM_WHEN_ALWAYS;
           at--)
        g->list[at] = g->list[at - 1];
      g->list[at] = e;
    }
  }
  for (int64_t i = 0; i < g->n_list; i++) g->is_done[i] = 0;
}

static void forget_today(const taut_program_call *c) {
  taut_program *g = c->g;
  for (int k = 0; k < TAUT_PROGRAM_EXERCISES; k++) {
    taut_program_exercise *x = &g->exercise[k];
    for (int i = 0; i < 2; i++) {
      x->run[i] = x->best[i] = x->speed_m_s[i] = 0.0;
      x->is_warm[i] = 0;
    }
    x->bars = x->is_done_today = 0;
  }
  g->bars = 0;
  g->stops = g->wanted_lb = g->wanted_speed_m_s = 0.0;
}

static void enter_entry(const taut_program_call *c) {
  taut_program *g = c->g;
  int e = taut_program_entry(g);
  g->set_no = 1;
  g->wanted_lb = g->wanted_speed_m_s = 0.0;
  g->side = c->p->entry_is_per_side[e] >= 0.5 ? TAUT_SIDE_LEFT : TAUT_SIDE_BOTH;
  g->flow = TAUT_PROGRAM_READY;
  taut_program_log(g, TAUT_SESSION_LOG_EXERCISE_BEGIN, c->p->entry_exercise[e]);
  if (c->p->entry_advice[e] > 0.0 && !BROKEN(g, NO_HINGE))
    taut_program_advise(c, (int)c->p->entry_advice[e]);
  bool is_long =
      c->p->entry_kind[e] == TAUT_PROGRAM_STRETCH && c->p->entry_time_s[e] >= c->p->long_stretch_s;
  if (is_long && c->in->is_hypermobile >= 0.5 && !BROKEN(g, STRETCH_SILENT))
    taut_program_advise(c, TAUT_ADVICE_LONG_STRETCH);
}

void taut_program_next_entry(const taut_program_call *c) {
  taut_program *g = c->g;
  for (int64_t i = 0; i < g->n_list; i++) {
    if (g->is_done[i]) continue;
    g->i_list = i;
    enter_entry(c);
    return;
  }
  taut_program_end_session(c, 0);
}

// ---------------------------------------------------------------------------------------- phases

static void enter_phase(const taut_program_call *c, double phase) {
  taut_program *g = c->g;
  g->is_marker_yes = 0;
  g->phase_day = c->in->calendar_day;
  if (phase > c->p->program_phases) {
    g->output.program_done = 1.0;
  } else {
    g->output.program_phase = phase;
    for (int k = 0; k < TAUT_PROGRAM_EXERCISES; k++) g->exercise[k].marker_reps = 0.0;
  }
  taut_program_log(g, TAUT_SESSION_LOG_PHASE_UP, phase);
}

// Moves to the next phase when its time has come and its goal is reached. True while the person is
// being asked.
static bool judge_phase(const taut_program_call *c) {
  taut_program *g = c->g;
  if (!g->has_begun || g->output.program_done >= 0.5) return false;
  double phase = g->output.program_phase;
  int why = taut_program_may_leave_phase(c);
  if (why == TAUT_SESSION_REFUSAL_MARKER) taut_program_log(g, TAUT_SESSION_LOG_MARKER_NO, phase);
  if (why) return false;
  bool is_asked = c->p->phase_marker_confirm[(int)phase - 1] >= 0.5 && !BROKEN(g, MARKER_UNASKED);
  if (!is_asked || g->is_marker_yes) {
    enter_phase(c, phase + 1.0);
    return false;
  }
  if (g->marker_day >= c->in->calendar_day) return false;
  g->marker_day = c->in->calendar_day;
  g->output.marker_open = 1.0;
  g->starts_after_marker = 1;
  taut_program_log(g, TAUT_SESSION_LOG_MARKER_ASKED, phase);
  return true;
}

void taut_program_answer_marker(const taut_program_call *c, bool is_yes) {
  taut_program *g = c->g;
  if (g->output.marker_open < 0.5) {
    taut_program_refuse(g, TAUT_SESSION_REFUSAL_NOT_READY);
    return;
  }
  g->output.marker_open = 0.0;
  g->is_marker_yes = is_yes;
  taut_program_log(g, is_yes ? TAUT_SESSION_LOG_MARKER_YES : TAUT_SESSION_LOG_MARKER_NO,
                   g->output.program_phase);
  if (g->starts_after_marker) taut_program_start(c);
}

// Back is always allowed; on only when the phase before is done.
void taut_program_choose_phase(const taut_program_call *c) {
  taut_program *g = c->g;
  double wanted = c->in->wanted_phase, now = g->output.program_phase;
  if (g->flow != TAUT_PROGRAM_OFF) {
    taut_program_refuse(g, TAUT_SESSION_REFUSAL_BUSY);
  } else if (wanted < 1.0 || wanted > c->p->program_phases) {
    taut_program_refuse(g, TAUT_SESSION_REFUSAL_UNKNOWN);
  } else if (wanted > now && !BROKEN(g, PHASE_JUMP)) {
    int why = wanted > now + 1.0 ? TAUT_SESSION_REFUSAL_PHASE : taut_program_may_leave_phase(c);
    taut_program_refuse(g, why ? why : TAUT_SESSION_REFUSAL_MARKER);
  } else if (wanted != now) {
    g->output.program_phase = wanted;
    g->phase_day = c->in->calendar_day;
    g->is_marker_yes = 0;
  }
}

// --------------------------------------------------------------------------------------- sessions

static void count_week(const taut_program_call *c) {
  taut_program *g = c->g;
  double day = c->in->calendar_day;
  if (!g->has_begun) g->start_day = g->phase_day = day;
  double week = floor((day - g->start_day) / WEEK_DAYS) + 1.0;
  g->week_sessions = week == g->week_no ? g->week_sessions + 1.0 : 1.0;
  g->week_no = week;
  g->session_day = day;
  g->has_begun = 1;
  g->output.program_week = week;
}

void taut_program_start(const taut_program_call *c) {
  taut_program *g = c->g;
  g->starts_after_marker = 0;
  g->output.marker_open = 0.0;
  if (g->flow != TAUT_PROGRAM_OFF) {
    taut_program_refuse(g, TAUT_SESSION_REFUSAL_BUSY);
    return;
  }
  if (taut_program_is_red(c->p, c->in->checkin_symptom, 0.0) ||
      (c->in->checkin_pain >= c->p->pain_severe && !BROKEN(g, SEVERE_CONTINUES))) {
    bool is_pain = !taut_program_is_red(c->p, c->in->checkin_symptom, 0.0);
    taut_program_take_report(c, is_pain ? TAUT_REPORT_BACK_PAIN : c->in->checkin_symptom,
                             c->in->checkin_pain);
  }
  int why = taut_program_may_start(c);
  if (why) {
    taut_program_refuse(g, why);
    int lock = why == TAUT_SESSION_REFUSAL_RED_FLAG    ? TAUT_SESSION_LOCK_RED_FLAG
               : why <= TAUT_SESSION_REFUSAL_TOO_EARLY ? TAUT_SESSION_LOCK_CLEARANCE
               : why == TAUT_SESSION_REFUSAL_SYMPTOM   ? TAUT_SESSION_LOCK_SYMPTOM
                                                       : TAUT_SESSION_LOCK_NONE;
    if (lock) taut_program_lock(c, lock);
    if (why == TAUT_SESSION_REFUSAL_DAYS)
      taut_program_log(g, TAUT_SESSION_LOG_RECOVERY_ONLY, g->week_sessions);
    return;
  }
  taut_program_lock(c, TAUT_SESSION_LOCK_NONE);
  if (judge_phase(c)) return;
  count_week(c);
  forget_today(c);
  g->is_relief = 0;
  g->output.session_no += 1.0;
  g->output.session_active = 1.0;
  taut_program_log(g, TAUT_SESSION_LOG_SESSION_BEGIN, g->output.session_no);
  taut_program_check_in(c);
  if (!BROKEN(g, POSTURE_SILENT)) taut_program_advise(c, TAUT_ADVICE_POSTURE);
  taut_program_advise(c, TAUT_ADVICE_HYDRATION);
  make_list(c, g->output.program_phase);
  g->flow = TAUT_PROGRAM_READY;
  if (c->in->has_hip_rotation >= 0.5 && !BROKEN(g, ROTATION_IGNORED)) {
    for (int64_t i = 0; i < g->n_list; i++)
      if (c->p->entry_kind[g->list[i]] == TAUT_PROGRAM_LOADED)
        taut_program_memory(c, (int)g->list[i])->bars |= TAUT_PROGRAM_BAR_ASYMMETRY;
  }
  taut_program_next_entry(c);
}

void taut_program_start_relief(const taut_program_call *c) {
  taut_program *g = c->g;
  if (g->flow != TAUT_PROGRAM_OFF) {
    taut_program_refuse(g, TAUT_SESSION_REFUSAL_BUSY);
    return;
  }
  if (g->output.lock == TAUT_SESSION_LOCK_RED_FLAG) {
    taut_program_refuse(g, TAUT_SESSION_REFUSAL_RED_FLAG);
    return;
  }
  make_list(c, 0.0);
  if (!g->n_list) {
    taut_program_refuse(g, TAUT_SESSION_REFUSAL_UNKNOWN);
    return;
  }
  g->is_relief = 1;
  taut_program_log(g, TAUT_SESSION_LOG_RELIEF_BEGIN, (double)g->n_list);
  g->flow = TAUT_PROGRAM_READY;
  taut_program_next_entry(c);
}

void taut_program_choose_exercise(const taut_program_call *c) {
  const taut_program_params *p = c->p;
  taut_program *g = c->g;
  if (g->flow == TAUT_PROGRAM_OFF) {
    taut_program_refuse(g, TAUT_SESSION_REFUSAL_NO_SESSION);
    return;
  }
  if (taut_program_is_busy(g)) {
    taut_program_refuse(g, TAUT_SESSION_REFUSAL_BUSY);
    return;
  }
  int why = TAUT_SESSION_REFUSAL_UNKNOWN;
  for (int e = 0; e < (int)p->program_entries; e++) {
    if (p->entry_exercise[e] != c->in->wanted_exercise) continue;
    int no = taut_program_may_do(c, e);
    if (!no && p->entry_phase[e] != g->output.program_phase) no = TAUT_SESSION_REFUSAL_PHASE;
    if (no) {
      if (why != TAUT_SESSION_REFUSAL_NONE) why = no;
      continue;
    }
    for (int64_t i = 0; i < g->n_list; i++) {
      if (g->list[i] != e || g->is_done[i]) continue;
      int64_t before = g->i_list;
      g->i_list = i;
      int late = taut_program_may_load(c, e);
      g->i_list = before;
      bool is_late =
          late == TAUT_SESSION_REFUSAL_ORDER || late == TAUT_SESSION_REFUSAL_PRECONDITION;
      if (is_late) {
        taut_program_refuse(g, late);
        return;
      }
      g->i_list = i;
      enter_entry(c);
      return;
    }
    why = TAUT_SESSION_REFUSAL_NOT_READY;  // done already
  }
  if (BROKEN(g, PHASE_JUMP) && why == TAUT_SESSION_REFUSAL_PHASE) {
    for (int e = 0; e < (int)p->program_entries; e++) {
      if (p->entry_exercise[e] != c->in->wanted_exercise || g->n_list >= TAUT_PROGRAM_ENTRIES)
        continue;
      g->i_list = g->n_list;
      g->is_done[g->n_list] = 0;
      g->list[g->n_list++] = e;
      enter_entry(c);
      return;
    }
  }
  taut_program_refuse(g, why);
}

void taut_program_end_session(const taut_program_call *c, int outcome) {
  taut_program *g = c->g;
  if (g->flow == TAUT_PROGRAM_OFF) return;
  if (g->flow == TAUT_PROGRAM_MACHINE) taut_program_ask(g, TAUT_REQUEST_STOP_SET);
  g->flow = TAUT_PROGRAM_OFF;
  g->output.rest_left_s = g->output.time_left_s = g->output.breath_wanted = 0.0;
  g->output.reps_target = g->output.reps_counted = g->output.is_warm_up = 0.0;
  if (g->is_relief) {
    g->is_relief = 0;
    taut_program_log(g, TAUT_SESSION_LOG_RELIEF_END, outcome);
    taut_program_cue(g, TAUT_CUE_REST);
    return;
  }
  g->output.session_active = 0.0;
  taut_program_progress(c);
  taut_program_advise(c, TAUT_ADVICE_AFTERCARE);
  taut_program_log(g, TAUT_SESSION_LOG_SESSION_END, outcome);
}

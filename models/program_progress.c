// After a session: what goes up by one step, what stands still, what has reached the goal.
#include "models/program_parts.h"
#include "taut/math.h"
#include "taut/roles.h"

enum { CODE_EXERCISE = 1000 };

static double needed_reps(const taut_program_call *c) {
  if (BROKEN(c->g, PROGRESS_AT_19)) return c->p->progress_reps - 1.0;
  return c->p->progress_reps + (BROKEN(c->g, PROGRESS_AT_21) ? 1.0 : 0.0);
}

static bool is_barred(const taut_program_call *c, const taut_program_exercise *x) {
  const taut_program *g = c->g;
  int64_t bars = g->bars | x->bars;
  if (BROKEN(g, PROGRESS_AFTER_SYMPTOM)) bars &= ~(int64_t)TAUT_PROGRAM_BAR_SYMPTOM;
  if (BROKEN(g, STRATEGY_RAISES)) bars &= ~(int64_t)TAUT_PROGRAM_BAR_SIGN;
  if (BROKEN(g, TIRED_IGNORED)) bars &= ~(int64_t)TAUT_PROGRAM_BAR_TIRED;
  if (BROKEN(g, BAD_REPS_COUNT)) bars &= ~(int64_t)TAUT_PROGRAM_BAR_BROKEN;
  bool is_recent = x->n_clean < c->p->clean_sessions && !BROKEN(g, PROGRESS_AFTER_SYMPTOM);
  return bars != 0 || is_recent || x->is_stalled || g->pain_run >= c->p->pain_sessions;
}

// One step for each side that earned it.
static bool step_up(const taut_program_call *c, int e, taut_program_exercise *x) {
  double most = c->p->entry_load_max_lb[e];
  double step = c->p->entry_load_step_lb[e] * (BROKEN(c->g, TWO_STEPS) ? 2.0 : 1.0);
  int n = c->p->entry_is_per_side[e] >= 0.5 ? 2 : 1;
  bool has_gained = false;
  for (int i = 0; i < n; i++) {
    double next = taut_min(x->load_lb[i] + step, most);
    if (x->best[i] < needed_reps(c) || x->is_searching[i] || next <= x->load_lb[i]) continue;
    // What failed once is tried again only after clean sessions.
    if (x->failed_lb[i] > 0.0 && next >= x->failed_lb[i]) {
      if (x->n_clean <= c->p->clean_sessions) continue;
      x->failed_lb[i] = 0.0;
    }
    x->load_lb[i] = next;
    has_gained = true;
    taut_program_log(c->g, TAUT_SESSION_LOG_LOAD_UP,
                     c->p->entry_exercise[e] * CODE_EXERCISE + next);
  }
  return has_gained;
}

static void progress_exercise(const taut_program_call *c, int e, bool is_whole) {
  taut_program *g = c->g;
  taut_program_exercise *x = taut_program_memory(c, e);
  bool is_per_side = c->p->entry_is_per_side[e] >= 0.5;
  double weaker = is_per_side ? taut_min(x->best[0], x->best[1]) : x->best[0];
  x->marker_reps = taut_max(x->marker_reps, weaker);
  if (c->p->entry_kind[e] != TAUT_PROGRAM_LOADED) return;
  bool is_clean = !((g->bars | x->bars) & TAUT_PROGRAM_BAR_SYMPTOM);
  if (is_clean) x->n_clean += 1.0;
  bool is_at_most =
      x->load_lb[0] >= c->p->entry_load_max_lb[e] || c->p->entry_load_step_lb[e] <= 0.0;
  x->n_no_gain += 1.0;
  if (is_whole && !is_barred(c, x) && step_up(c, e, x)) x->n_no_gain = 0.0;
  if (x->n_no_gain < c->p->stall_sessions || is_at_most || x->is_stalled) return;
  if (BROKEN(g, STALL_IGNORED)) return;
  x->is_stalled = 1;
  g->referrals += 1.0;
  if (!BROKEN(g, SIGNS_UNLOGGED))
    taut_program_log(g, TAUT_SESSION_LOG_SIGN_STALL, c->p->entry_exercise[e]);
  taut_program_log(g, TAUT_SESSION_LOG_REFER_STALL, c->p->entry_exercise[e]);
}

void taut_program_progress(const taut_program_call *c) {
  taut_program *g = c->g;
  g->pain_run = g->has_pain_today ? g->pain_run + 1.0 : 0.0;
  if (g->pain_run >= c->p->pain_sessions && !BROKEN(g, PAIN_RUN_IGNORED)) {
    g->referrals += 1.0;
    taut_program_log(g, TAUT_SESSION_LOG_REFER_PAIN, g->pain_run);
  }
  for (int64_t i = 0; i < g->n_list; i++) {
    int e = (int)g->list[i];
    taut_program_exercise *x = taut_program_memory(c, e);
    bool is_whole = g->is_done[i] == 1;
    if (x->is_done_today && c->p->entry_reps[e] > 0.0) progress_exercise(c, e, is_whole);
    x->is_done_today = 0;
  }
}

#include "runner/reps.h"

#include <math.h>
#include <string.h>

// Shares of the prescribed range of motion; reps.h says what they mean.
static const double range_default_m = 0.5;
static const double edge_share = 0.02;
static const double end_share = 0.05;
static const double turn_share = 0.1;
static const double count_share = 0.4;
static const double still_share = 0.01;
static const double still_s = 0.25;
static const double tension_share = 0.5;
static const double tension_default_n = 10.0;
enum { LEVELS_PER_RANGE = 128 };

/// Level i of the lift is this far above its low point.
static double level_m(const taut_rep_search *s, uint32_t i) {
  return i * (s->range_m / LEVELS_PER_RANGE);
}

static void restart(taut_rep_sum *sum, const taut_rep_sample *at) {
  *sum = (taut_rep_sum){.from_ns = at->tick_ns, .from_m = at->position_m};
}

static void add(taut_rep_sum *sum, const taut_rep_sample *at) {
  double due_n = at->load_n > 0.0 ? tension_share * at->load_n : tension_default_n;
  bool is_faster = isfinite(at->speed_peak_m_s) && at->speed_peak_m_s > sum->peak_velocity_m_s;
  if (is_faster) sum->peak_velocity_m_s = at->speed_peak_m_s;
  bool is_stronger = isfinite(at->force_peak_n) && at->force_peak_n > sum->peak_force_n;
  if (is_stronger) sum->peak_force_n = at->force_peak_n;
  if (at->force_n >= due_n) sum->time_under_tension_s += at->row_s;
}

static void stand(taut_rep_search *s, const taut_rep_sample *at) {
  s->still_m = at->position_m;
  s->still_s = 0.0;
}

static void go_to_bottom(taut_rep_search *s, const taut_rep_sample *at) {
  s->state = TAUT_REP_BOTTOM;
  s->low_m = at->position_m;
  s->n_levels = 0;
  restart(&s->sum, at);
  stand(s, at);
}

static void note_levels(taut_rep_search *s, const taut_rep_sample *at) {
  double way_m = at->position_m - s->low_m;
  while (s->n_levels < TAUT_REP_LEVELS && way_m >= level_m(s, s->n_levels)) {
    s->reached_ns[s->n_levels++] = at->tick_ns;
  }
}

static void step_bottom(taut_rep_search *s, const taut_rep_sample *at) {
  // A lift is measured with the range that was prescribed when it began.
  if (s->n_levels <= 1) {
    bool is_prescribed = isfinite(at->range_m) && at->range_m > 0.0;
    s->range_m = is_prescribed ? at->range_m : range_default_m;
  }
  const double range_m = s->range_m, p = at->position_m;
  if (p < s->low_m) s->low_m = p;
  if (fabs(p - s->still_m) > still_share * range_m) stand(s, at);
  s->still_s += at->row_s;
  if (s->still_s >= still_s && p <= s->low_m + turn_share * range_m) s->low_m = s->still_m;
  if (p <= s->low_m + edge_share * range_m) {
    restart(&s->sum, at);
    s->n_levels = 0;
  }
  note_levels(s, at);
  if (p < s->low_m + turn_share * range_m) return;
  s->state = TAUT_REP_UP;
  s->top_m = p;
}

static void step_up(taut_rep_search *s, const taut_rep_sample *at) {
  const double p = at->position_m;
  if (p > s->top_m) s->top_m = p;
  note_levels(s, at);
  if (p > s->low_m + 0.5 * (s->top_m - s->low_m)) return;
  if (s->top_m - s->low_m < count_share * s->range_m) {
    go_to_bottom(s, at);
    return;
  }
  s->state = TAUT_REP_DOWN;
  s->back_m = INFINITY;
}

/// Fills `out` from what was added up to the end.
static void finish(taut_rep_search *s, bool is_complete, int64_t to_ns, const taut_rep_sum *sum,
                   taut_rep *out) {
  double level = floor((s->top_m - s->low_m - edge_share * s->range_m) / level_m(s, 1));
  uint32_t i_level = s->n_levels - 1;
  if (level < i_level) i_level = (uint32_t)level;
  double way_m = s->low_m + level_m(s, i_level) - sum->from_m;
  double time_s = (double)(s->reached_ns[i_level] - sum->from_ns) * 1e-9;
  *out = (taut_rep){.i_side = s->i_side,
                    .set = s->set,
                    .number = ++s->number,
                    .is_complete = is_complete,
                    .from_ns = sum->from_ns,
                    .to_ns = to_ns,
                    .range_m = s->top_m - s->low_m,
                    .mean_velocity_m_s = time_s > 0.0 ? way_m / time_s : 0.0,
                    .peak_velocity_m_s = sum->peak_velocity_m_s,
                    .peak_force_n = sum->peak_force_n,
                    .time_under_tension_s = sum->time_under_tension_s};
}

/// True when the repetition ended.
static bool step_down(taut_rep_search *s, const taut_rep_sample *at, taut_rep *out) {
  const double range_m = s->range_m, p = at->position_m;
  if (p <= s->back_m + edge_share * range_m) restart(&s->next, at);
  add(&s->next, at);
  if (p < s->back_m) {
    s->back_m = p;
    s->end = s->sum;
    s->end_ns = at->tick_ns;
  }
  bool is_down = p <= s->low_m + end_share * range_m;
  if (!is_down && p < s->back_m + turn_share * range_m) return false;
  finish(s, true, s->end_ns, &s->end, out);
  s->sum = s->next;
  s->low_m = s->back_m;
  s->n_levels = 0;
  s->state = TAUT_REP_BOTTOM;
  stand(s, at);
  note_levels(s, at);
  return true;
}

/// The set is over.
static bool leave(taut_rep_search *s, const taut_rep_sample *at, taut_rep *out) {
  int state = (int)s->state;
  s->state = TAUT_REP_IDLE;
  if (state == TAUT_REP_DOWN) {
    finish(s, true, s->end_ns, &s->end, out);
    return true;
  }
  if (state != TAUT_REP_UP) return false;
  finish(s, false, at->tick_ns, &s->sum, out);
  return true;
}

bool taut_rep_search_row(taut_rep_search *s, const taut_rep_sample *at, taut_rep *out) {
  if (!at->is_active) return s->state != TAUT_REP_IDLE && leave(s, at, out);
  // A fault can take the number away; a way that nobody knows is no motion.
  if (!isfinite(at->position_m)) return false;
  if (s->state == TAUT_REP_IDLE) {
    s->set++;
    s->number = 0;
    go_to_bottom(s, at);
  }
  if (s->state == TAUT_REP_BOTTOM) {
    step_bottom(s, at);
  } else if (s->state == TAUT_REP_UP) {
    step_up(s, at);
  }
  add(&s->sum, at);
  return s->state == TAUT_REP_DOWN && step_down(s, at, out);
}

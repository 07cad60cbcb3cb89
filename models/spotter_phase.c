// Phases of a repetition from position and speed, the count, and the predicates of a struggle.
#include <math.h>

#include "models/spotter.h"
#include "taut/math.h"
#include "taut/roles.h"

static const double moving_m_s = 0.02, still_s = 0.1, sink_s = 0.03;
static const double sway_m = 0.03, sway_s = 0.5;
static const double lowering_share = 0.7;  // of the time of a stall: nobody pauses on the way down
static const double middle_low = 0.15, middle_high = 0.85, near_top = 0.06;

static void count(double *timer_s, bool is_true, double period_s) {
  *timer_s = is_true ? *timer_s + period_s : 0.0;
}

static void begin_lift(taut_spotter_side *side, double x) {
  side->phase = TAUT_PHASE_CONCENTRIC;
  side->start_m = side->low_m;
  side->peak_m = x;
  side->lift_s = side->slow_s = side->loss_s = side->stall_s = side->sink_s = 0.0;
  side->still_s = 0.0;
  side->is_struggling = side->has_failed = 0;
}

static void end_lift(taut_spotter_side *side, int64_t phase, bool is_whole) {
  side->phase = phase;
  side->is_struggling = 0;
  if (!is_whole || side->lift_s <= 0.0) return;
  double mean = (side->peak_m - side->start_m) / side->lift_s;
  if (mean > side->best_m_s) side->best_m_s = mean;
}

// The predicates, in the middle of the range where speed says something about strength; a stall
// anywhere below the top.
static void judge(const taut_spotter_params *p, taut_spotter_side *side, double at, double speed,
                  double target, double mvt, bool is_top, double period_s) {
  bool is_middle = at > middle_low && at < middle_high;
  // A slow tempo is no struggle: half of the speed asked for is the most that counts as slow.
  double slow = taut_min(p->slow_m_s, 0.5 * target);
  count(&side->slow_s, is_middle && speed < slow, period_s);
  count(&side->loss_s, is_middle && speed < p->loss_share * side->best_m_s && speed <= mvt + 0.05,
        period_s);
  count(&side->stall_s, !is_top && fabs(speed) < p->stall_m_s, period_s);
  count(&side->sink_s, at < p->reversal_share && speed < -p->reversal_m_s, period_s);
  side->is_struggling = side->slow_s >= p->slow_s || side->loss_s >= p->loss_s ||
                        side->stall_s >= p->stall_s || side->sink_s >= sink_s;
}

bool taut_spotter_observe(taut_spotter *s, int i_side, const taut_spotter_input *in) {
  const taut_spotter_params *p = &s->p;
  taut_spotter_side *side = &s->side[i_side];
  double x = in->side[i_side].position_m, v = in->side[i_side].speed_m_s;
  double range = taut_max(in->range_max_m - in->range_min_m, 0.05);
  double at = (x - in->range_min_m) / range;
  double peak_at = (side->peak_m - in->range_min_m) / range;
  // How far the handle must have turned back before the phase changes.
  double move = taut_clamp(0.06 * range, 0.02, 0.03);

  // Where the set's repetitions end; before the first one, near the end of the range.
  double top =
      side->top_m > 0.0 ? side->top_m - near_top * range : in->range_min_m + middle_high * range;

  switch (side->phase) {
    case TAUT_PHASE_REST:
      side->low_m = taut_min(side->low_m, x);
      if (x > side->low_m + move && v > moving_m_s) {
        begin_lift(side, x);
        if (p->defects & TAUT_SPOTTER_COUNTS_EARLY) side->rep_count += 1.0;
      }
      return false;
    case TAUT_PHASE_CONCENTRIC:
      side->peak_m = taut_max(side->peak_m, x);
      side->lift_s += s->period_s;
      judge(p, side, at, v, in->target_speed_m_s, in->mvt_m_s > 0.0 ? in->mvt_m_s : p->mvt_m_s,
            x >= top, s->period_s);
      count(&side->still_s, x >= top && fabs(v) < moving_m_s, s->period_s);
      if (side->peak_m < side->start_m + sway_m && side->stall_s >= sway_s) {
        // Held a little higher than before: nobody has begun to lift.
        side->phase = TAUT_PHASE_REST;
        side->is_struggling = 0;
        side->low_m = x;
        return false;
      }
      if (x < side->peak_m - move && v < -moving_m_s) {
        side->has_failed = peak_at < p->reversal_share;
        end_lift(side, TAUT_PHASE_ECCENTRIC, !side->has_failed);
        side->is_struggling = side->has_failed;
        side->stall_s = 0.0;
        side->low_m = x;
      } else if (side->still_s >= still_s) {
        end_lift(side, TAUT_PHASE_HOLD, true);
      }
      return false;
    case TAUT_PHASE_HOLD:
      side->peak_m = taut_max(side->peak_m, x);
      if (x < side->peak_m - move && v < -moving_m_s) {
        side->phase = TAUT_PHASE_ECCENTRIC;
        side->stall_s = 0.0;
        side->low_m = x;
      }
      return false;
    case TAUT_PHASE_ECCENTRIC: {
      // A load that is held in the middle trembles: what counts is that the handle gets no lower.
      bool is_lower = x < side->low_m;
      side->low_m = taut_min(side->low_m, x);
      if (at < p->bottom_share && v > -2.5 * moving_m_s) {
        // Only here, back at the bottom, is a repetition over: nothing is taken away inside one.
        side->phase = TAUT_PHASE_REST;
        side->is_struggling = 0;
        side->low_m = x;
        if (peak_at < p->top_share) return false;
        if (!(p->defects & TAUT_SPOTTER_COUNTS_EARLY)) side->rep_count += 1.0;
        side->top_m = taut_max(side->top_m, side->peak_m);
        return true;
      }
      // Stuck on the way down is failure too: help goes on until the handle is down.
      count(&side->stall_s, fabs(v) < p->stall_m_s || !is_lower, s->period_s);
      if (side->stall_s >= lowering_share * p->stall_s) side->is_struggling = side->has_failed = 1;
      if (x > side->low_m + move && v > moving_m_s) begin_lift(side, x);
      return false;
    }
    default:  // idle: the set begins
      *side = (taut_spotter_side){
          .phase = TAUT_PHASE_REST, .low_m = x, .peak_m = x, .rep_count = side->rep_count};
      return false;
  }
}

#include "models/resistance_law.h"

#include <math.h>

#include "taut/math.h"
#include "taut/roles.h"

void taut_law_reset(taut_law_state *state, double position_m) {
  *state = (taut_law_state){.hold_position_m = position_m};
}

bool taut_law_is_fast(int mode) {
  return mode == TAUT_MODE_ISOKINETIC || mode == TAUT_MODE_ISOMETRIC || mode == TAUT_MODE_DAMPER;
}

bool taut_law_is_over(const taut_law_params *params, int mode, const taut_law_state *state) {
  return mode == TAUT_MODE_ISOMETRIC && state->hold_time_s >= params->isometric_time_s;
}

// Extra load while lowering. A play operator: the share moves only when it leaves the band between
// the curve for going in and the curve for coming out, so that noise around v1 or v2 moves nothing.
static double eccentric(const taut_law_params *p, const taut_law_input *in, taut_law_state *s) {
  double lowering = -in->speed_m_s, width = p->eccentric_hysteresis_m_s;
  double least =
      taut_smoothstep(lowering, p->eccentric_v1_m_s + width, p->eccentric_v2_m_s + width);
  double most = taut_smoothstep(lowering, p->eccentric_v1_m_s, p->eccentric_v2_m_s);
  s->eccentric_share = taut_clamp(s->eccentric_share, least, most);
  return in->load_n * (1.0 + in->eccentric_gain * s->eccentric_share);
}

// Position hold; the prescription is the greatest force it answers with.
static double isometric(const taut_law_params *p, const taut_law_input *in, taut_law_state *s) {
  s->hold_time_s += in->period_s;
  double force = p->isometric_gain_n_m * (in->position_m - s->hold_position_m) +
                 p->isometric_damping_ns_m * in->speed_m_s;
  return taut_clamp(force, taut_min(p->idle_n, in->load_n), in->load_n);
}

// Each failure (a lift that stands still between bottom and top) takes a share off, for good.
static double burnout(const taut_law_params *p, const taut_law_input *in, taut_law_state *s) {
  double range = in->range_max_m - in->range_min_m;
  double at = range > 0.0 ? (in->position_m - in->range_min_m) / range : 0.0;
  bool is_stalled = fabs(in->speed_m_s) < p->burnout_speed_m_s && at > 0.15 && at < 0.85;
  s->stall_s = is_stalled ? s->stall_s + in->period_s : 0.0;
  if (s->stall_s >= p->burnout_time_s) {
    s->stall_s = 0.0;
    s->burnout_lost = 1.0 - (1.0 - s->burnout_lost) * (1.0 - p->burnout_drop);
    s->burnout_lost = taut_min(s->burnout_lost, 1.0 - p->burnout_floor);
  }
  return in->load_n * (1.0 - s->burnout_lost);
}

double taut_law_force(const taut_law_params *p, const taut_law_input *in, taut_law_state *s) {
  double load = in->load_n, force = load;
  double out = taut_max(0.0, in->position_m - in->range_min_m);
  double least = taut_min(p->idle_n, load);
  switch (in->mode) {
    case TAUT_MODE_CHAIN: {
      // A chain never more than doubles the load.
      double k = taut_min(in->stiffness_n_m, p->stiffness_max_n_m);
      force = taut_min(load + k * out, 2.0 * load);
      break;
    }
    case TAUT_MODE_INVERSE_CHAIN: {
      double k = taut_min(in->stiffness_n_m, p->inverse_stiffness_n_m);
      force = taut_max(load - k * out, p->inverse_floor * load);
      break;
    }
    case TAUT_MODE_ELASTIC:
      force = load + taut_min(in->stiffness_n_m, p->stiffness_max_n_m) * out;
      break;
    case TAUT_MODE_ECCENTRIC: force = eccentric(p, in, s); break;
    case TAUT_MODE_ISOKINETIC:
      force =
          taut_clamp(p->isokinetic_gain_ns_m * (in->speed_m_s - in->set_speed_m_s), least, load);
      break;
    case TAUT_MODE_ISOMETRIC: force = isometric(p, in, s); break;
    case TAUT_MODE_DAMPER: force = taut_clamp(in->damping_ns_m * in->speed_m_s, least, load); break;
    case TAUT_MODE_BURNOUT: force = burnout(p, in, s); break;
    default: break;  // standard: constant
  }
  return taut_clamp(force, 0.0, p->force_max_n);
}

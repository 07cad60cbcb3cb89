#include "models/lift.h"

#include "taut/math.h"

// 7.56 K with K = 5 (Geyer et al. 2003).
#define ECCENTRIC_STEEPNESS 37.8
#define N_POINTS 64
#define DEPTH_MAX 0.7

double taut_lift_strength(const taut_lift *lift, double s) {
  double u =
      (taut_clamp(s, 0.0, 1.0) - lift->params.sticking_position) / lift->params.sticking_width;
  double w = 1.0 - u * u;
  return w > 0.0 ? 1.0 - lift->depth * w * w : 1.0;
}

double taut_lift_speed_factor(const taut_lift *lift, double v_m_s) {
  const taut_lift_params *p = &lift->params;
  double v = v_m_s / p->vmax_m_s;
  if (v >= 0.0) return v < 1.0 ? (1.0 - v) / (1.0 + v / p->curvature) : 0.0;
  v = v > -1.0 ? -v : 1.0;
  return p->eccentric_gain +
         (p->eccentric_gain - 1.0) * (v - 1.0) / (ECCENTRIC_STEEPNESS * v + 1.0);
}

double taut_lift_speed(const taut_lift *lift, double f) {
  const taut_lift_params *p = &lift->params;
  if (f <= 0.0) return p->vmax_m_s;
  if (f <= 1.0) return p->vmax_m_s * (1.0 - f) / (1.0 + f / p->curvature);
  if (f >= p->eccentric_gain) return -p->vmax_m_s;
  double v = (f - 1.0) / (p->eccentric_gain - 1.0 + ECCENTRIC_STEEPNESS * (p->eccentric_gain - f));
  return -p->vmax_m_s * v;
}

double taut_lift_mean_speed(const taut_lift *lift, double load_n, double share) {
  // Mean over distance of a speed is the harmonic mean of the speeds at equal steps.
  double time = 0.0;
  for (int i = 0; i < N_POINTS; i++) {
    double s = (i + 0.5) / N_POINTS;
    double capacity_n = lift->f_iso_n * taut_lift_strength(lift, s) * share;
    double v_m_s = capacity_n > 0.0 ? taut_lift_speed(lift, load_n / capacity_n) : 0.0;
    if (v_m_s <= 0.0) return 0.0;
    time += 1.0 / v_m_s;
  }
  return N_POINTS / time;
}

void taut_lift_calibrate(const taut_lift_params *params, taut_lift *out) {
  taut_lift lift = {.params = *params};
  double slowest = taut_lift_speed_factor(&lift, params->sticking_ratio * params->mvt_m_s);
  // A deeper weak point needs a stronger person for the same least speed, who is then faster
  // everywhere else: the mean speed grows with depth, so halving finds it.
  double lo = 0.0, hi = DEPTH_MAX;
  for (int i = 0; i < 48; i++) {
    lift.depth = 0.5 * (lo + hi);
    lift.f_iso_n = params->one_rm_n / ((1.0 - lift.depth) * slowest);
    if (taut_lift_mean_speed(&lift, params->one_rm_n, 1.0) < params->mvt_m_s) {
      lo = lift.depth;
    } else {
      hi = lift.depth;
    }
  }
  *out = lift;
}

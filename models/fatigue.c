#include "models/fatigue.h"

#include <math.h>

#include "taut/math.h"

typedef struct slope {
  double active, fatigued;
} slope;

static slope slope_at(const taut_fatigue_params *params, double active, double fatigued,
                      double load) {
  double resting = 1.0 - active - fatigued;
  double missing = load - active;
  // Recruitment is limited by what rests; giving back is not.
  double drive = missing > 0.0 && resting <= missing ? resting : missing;
  drive *= TAUT_FATIGUE_DRIVE_PER_S;
  double recovery =
      load > 0.0 ? params->recovery_per_s : params->rest_gain * params->recovery_per_s;
  double tiring = params->fatigue_per_s * active;
  return (slope){drive - tiring, tiring - recovery * fatigued};
}

void taut_fatigue_step(const taut_fatigue_params *params, taut_fatigue *state, double load,
                       double dt_s) {
  double a = state->active, f = state->fatigued, half = 0.5 * dt_s;
  slope k1 = slope_at(params, a, f, load);
  slope k2 = slope_at(params, a + half * k1.active, f + half * k1.fatigued, load);
  slope k3 = slope_at(params, a + half * k2.active, f + half * k2.fatigued, load);
  slope k4 = slope_at(params, a + dt_s * k3.active, f + dt_s * k3.fatigued, load);
  double sixth = dt_s / 6.0;
  a += sixth * (k1.active + 2.0 * (k2.active + k3.active) + k4.active);
  f += sixth * (k1.fatigued + 2.0 * (k2.fatigued + k3.fatigued) + k4.fatigued);

  // Rounding must not push a compartment out of [0, 1].
  f = taut_clamp(f, 0.0, 1.0);
  state->fatigued = f;
  state->active = taut_clamp(a, 0.0, 1.0 - f);
}

void taut_fatigue_rest(const taut_fatigue_params *params, taut_fatigue *state, double time_s) {
  double fast = TAUT_FATIGUE_DRIVE_PER_S + params->fatigue_per_s;
  double slow = params->rest_gain * params->recovery_per_s;
  double let_go = taut_exp(-fast * time_s), recovered = taut_exp(-slow * time_s);
  // Two rates that meet would divide by zero; a hair apart they give the same curve.
  double apart = fast - slow;
  if (fabs(apart) < 1e-9) apart = 1e-9;
  double fatigued = state->fatigued * recovered +
                    params->fatigue_per_s * state->active * (recovered - let_go) / apart;
  state->fatigued = taut_clamp(fatigued, 0.0, 1.0);
  state->active = taut_clamp(state->active * let_go, 0.0, 1.0 - state->fatigued);
}

double taut_fatigue_endurance_s(const taut_fatigue_params *params, double load) {
  double rest_over_work = params->recovery_per_s / params->fatigue_per_s * (1.0 - load) / load;
  if (rest_over_work >= 1.0) return HUGE_VAL;
  return -taut_log(1.0 - rest_over_work) / params->recovery_per_s;
}

#include "models/pelvic_floor.h"

#include "taut/math.h"

#define FLOW_REFERENCE_PA (10.0 * TAUT_CMH2O_PA)
#define LET_GO_FOLLOWS 0.4

double taut_pelvic_floor_leak_point(const taut_pelvic_floor_params *params,
                                    const taut_pelvic_floor *state, double is_breath_held) {
  double tired = state->fatigue.fatigued;
  return params->leak_point_pa + params->squeeze_pa * state->activation * (1.0 - tired) -
         params->fatigue_pa * tired - params->fill_pa * (state->fill - 0.5) -
         params->breath_hold_pa * is_breath_held;
}

void taut_pelvic_floor_activate(const taut_pelvic_floor_params *params, taut_pelvic_floor *state,
                                double target, double dt_s) {
  if (state->has_let_go != 0.0) target *= LET_GO_FOLLOWS;
  double most = 1.0 - state->fatigue.fatigued;
  if (target > most) target = most;
  state->activation += dt_s / (params->rise_s + dt_s) * (target - state->activation);
}

void taut_pelvic_floor_leak(const taut_pelvic_floor_params *params, taut_pelvic_floor *state,
                            double pressure_pa, double is_breath_held, double dt_s) {
  double over_pa = pressure_pa - taut_pelvic_floor_leak_point(params, state, is_breath_held);
  if (over_pa > 0.0 && state->fill > 0.0) {
    double lost_m3 = params->flow_m3_s * taut_sqrt(over_pa / FLOW_REFERENCE_PA) * dt_s;
    state->is_leaking = 1.0;
    state->volume_m3 += lost_m3;
    state->fill -= lost_m3 / params->bladder_m3;
  } else if (over_pa < -params->hysteresis_pa || state->fill <= 0.0) {
    state->is_leaking = 0.0;
  }
}

void taut_pelvic_floor_tire(const taut_pelvic_floor_params *params, taut_pelvic_floor *state,
                            double dt_s) {
  double load = state->activation > TAUT_PELVIC_FLOOR_TONE ? state->activation : 0.0;
  taut_fatigue_step(&params->fatigue, &state->fatigue, load, dt_s);
}

int taut_pelvic_floor_judge(const taut_pelvic_floor_params *params, taut_pelvic_floor *state) {
  double tired = state->fatigue.fatigued;
  double force = state->activation * (1.0 - tired);
  if (state->first_activation == 0.0) state->first_activation = force;
  if (state->has_let_go != 0.0) return 0;
  if (force >= params->let_go_share * state->first_activation && tired <= params->let_go_fatigue)
    return 0;
  state->has_let_go = 1.0;
  return 1;
}

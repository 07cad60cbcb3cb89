#include "models/grip.h"

int taut_grip_step(const taut_grip_params *params, taut_grip *state, double hand_force_n,
                   double dt_s) {
  double capacity_n = params->strength_n * (1.0 - state->fatigue.fatigued);
  if (params->share * hand_force_n <= capacity_n) {
    state->over_s = 0.0;
    return 0;
  }
  state->over_s += dt_s;
  if (state->over_s <= TAUT_GRIP_SLIP_S) return 0;
  state->over_s = 0.0;
  return 1;
}

void taut_grip_tire(const taut_grip_params *params, taut_grip *state, double hand_force_n,
                    double dt_s) {
  double load = params->share * hand_force_n / params->strength_n;
  // Closing the hand around a handle that weighs nothing is rest.
  taut_fatigue_step(&params->fatigue, &state->fatigue,
                    load > 0.02 ? (load < 1.0 ? load : 1.0) : 0.0, dt_s);
}

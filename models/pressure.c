#include "models/pressure.h"

double taut_pressure_steady(const taut_pressure_params *params, const taut_pressure_input *input) {
  double effort = input->effort;
  return params->posture_pa +
         params->individual *
             (params->per_kg_pa * input->lifted_kg + params->effort_pa * effort * effort) +
         params->breath_pa * (2.0 * input->lungs - 1.0) + params->valsalva_pa * input->is_braced;
}

void taut_pressure_step(const taut_pressure_params *params, taut_pressure *state,
                        const taut_pressure_input *input, double dt_s) {
  // Implicit Euler: never overshoots, whatever the time constant.
  double share = dt_s / (params->tau_s + dt_s);
  state->base_pa += share * (taut_pressure_steady(params, input) - state->base_pa);
  state->cough_left_s -= dt_s;
  if (state->cough_left_s < 0.0) state->cough_left_s = 0.0;
}

double taut_pressure_now(const taut_pressure_params *params, const taut_pressure *state) {
  if (state->cough_left_s <= 0.0) return state->base_pa;
  double u = 2.0 * state->cough_left_s / params->cough_s - 1.0;
  return state->base_pa + params->cough_pa * (1.0 - u * u);
}

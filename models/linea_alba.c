#include "models/linea_alba.h"

double taut_linea_alba_tension(const taut_linea_alba_params *params, double activation) {
  return params->tension_n_m * (1.0 - 0.4 * params->laxity) + params->transversus_n_m * activation;
}

double taut_linea_alba_height(const taut_linea_alba_params *params, double pressure_pa,
                              double activation) {
  if (pressure_pa <= 0.0) return 0.0;
  return pressure_pa * params->width_m * params->width_m /
         (8.0 * taut_linea_alba_tension(params, activation));
}

double taut_linea_alba_distortion(const taut_linea_alba_params *params, double pressure_pa,
                                  double activation) {
  if (pressure_pa <= 0.0) return 0.0;
  return pressure_pa * params->width_m / (12.0 * taut_linea_alba_tension(params, activation));
}

int taut_linea_alba_step(const taut_linea_alba_params *params, taut_linea_alba *state,
                         double pressure_pa, double activation, double dt_s) {
  state->height_m = taut_linea_alba_height(params, pressure_pa, activation);
  state->above_s = state->height_m > params->threshold_m ? state->above_s + dt_s : 0.0;
  if (state->is_coning == 0.0 && state->above_s >= params->hold_s) {
    state->is_coning = 1.0;
    return 1;
  }
  if (state->height_m < params->threshold_m - params->hysteresis_m) state->is_coning = 0.0;
  return 0;
}

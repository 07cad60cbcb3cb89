// Parameters of the motor and the constants that follow from them.
#include <assert.h>
#include <stddef.h>

#include "models/pmsm.h"
#include "taut/math.h"
#include "taut/roles.h"

// Annealed copper, 1/K at 20 degC (International Annealed Copper Standard).
#define COPPER_PER_K 0.00393
#define ROOM_K 293.15
// The temperatures move in seconds; a millisecond between two updates is far below.
#define HEAT_PERIOD_S 1e-3
#define HEAT_PERIOD_AVERAGED_S 10e-3

static_assert(sizeof(taut_pmsm_params) == 48 * sizeof(double), "one double per parameter");
static_assert(sizeof(taut_pmsm_constants) == 69 * 8, "no padding");
static_assert(offsetof(taut_pmsm_state, k) == 48 * 8, "no padding");

taut_pmsm_params taut_pmsm_params_default(void) {
  return (taut_pmsm_params){
#define PMSM_DEFAULT(id, name, unit, lo, hi, ini, ...) .name = (ini),
      TAUT_PMSM_PARAMS(PMSM_DEFAULT)
#undef PMSM_DEFAULT
  };
}

// Relations between parameters that no range can express.
static const char *refuse(const taut_pmsm_params *p) {
  if (!(p->chopper_off_v < p->chopper_on_v)) return "chopper_off_v must be below chopper_on_v";
  if (!(p->chopper_off_v > p->supply_v)) {
    return "chopper_off_v must be above supply_v, or the supply feeds the brake resistor";
  }
  if (!(p->over_voltage_v > p->chopper_on_v)) return "over_voltage_v must be above chopper_on_v";
  if (!(p->loss_braking_on_v > p->chopper_on_v)) {
    return "loss_braking_on_v must be above chopper_on_v, or the winding does the chopper's work";
  }
  if (!(p->loss_braking_a < p->over_current_a)) {
    return "loss_braking_a must be below over_current_a";
  }
  if (!(p->loss_braking_full_v > p->loss_braking_on_v)) {
    return "loss_braking_full_v must be above loss_braking_on_v";
  }
  if (!(p->over_voltage_reset_v <= p->over_voltage_v)) {
    return "over_voltage_reset_v must not be above over_voltage_v";
  }
  if (!(p->under_voltage_v <= p->under_voltage_reset_v)) {
    return "under_voltage_reset_v must not be below under_voltage_v";
  }
  if (!(p->under_voltage_reset_v < p->supply_v)) {
    return "under_voltage_reset_v must be below supply_v";
  }
  if (!(p->over_current_a > p->current_peak_a)) {
    return "over_current_a must be above current_peak_a";
  }
  if (!(p->current_continuous_a <= p->current_peak_a)) {
    return "current_continuous_a must not be above current_peak_a";
  }
  if (!(p->derate_end_k > p->derate_start_k)) return "derate_end_k must be above derate_start_k";
  return NULL;
}

static void derive_electrical(taut_pmsm_constants *k, const taut_pmsm_params *p) {
  k->pole_pairs = p->pole_pairs;
  k->torque_gain = 1.5 * p->pole_pairs;
  k->joule_per_ohm_a2 = 1.5 * k->dt_s;
  k->current_per_torque = 1.0 / (1.5 * p->pole_pairs * p->flux_linkage_wb);
  k->saliency_h = p->inductance_d_h - p->inductance_q_h;
  k->ld_h = p->inductance_d_h;
  k->lq_h = p->inductance_q_h;
  k->lq_over_ld = k->lq_h / k->ld_h;
  k->ld_over_lq = k->ld_h / k->lq_h;
  k->beta_d = k->half_dt_s / k->ld_h;
  k->beta_q = k->half_dt_s / k->lq_h;
  k->flux_nominal_wb = p->flux_linkage_wb;
  k->resistance_20_ohm = p->resistance_ohm;

  // the winding's discrete pole a = (1 - alpha)/(1 + alpha) is cancelled; what is left is exp(-wc
  // dt)
  const double rest = 1.0 - taut_exp(-2.0 * TAUT_PI * p->current_loop_hz * k->dt_s);
  const double alpha_d = k->beta_d * p->resistance_ohm;
  const double alpha_q = k->beta_q * p->resistance_ohm;
  k->gain_d = rest * (1.0 + alpha_d) / (2.0 * k->beta_d);
  k->gain_q = rest * (1.0 + alpha_q) / (2.0 * k->beta_q);
  k->integral_d = k->gain_d * 2.0 * alpha_d / (1.0 + alpha_d);
  k->integral_q = k->gain_q * 2.0 * alpha_q / (1.0 + alpha_q);

  k->vmax_per_v = p->modulation_limit / taut_sqrt(3.0);
  k->peak_a = p->current_peak_a;
  k->continuous_a = p->current_continuous_a;
  k->continuous2_a2 = p->current_continuous_a * p->current_continuous_a;
  k->trip2_a2 = p->over_current_a * p->over_current_a;
  k->ideal = p->ideal_torque;
  k->watchdog_s = p->watchdog_s;
  k->ramp_step = p->watchdog_ramp_s > 0.0 ? k->dt_s / p->watchdog_ramp_s : 1.0;
}

static void derive_mechanical(taut_pmsm_constants *k, const taut_pmsm_params *p) {
  k->radius_m = p->spool_radius_m;
  k->slope_m_rad = p->spool_growth_m / (2.0 * TAUT_PI);
  k->inertia_kg_m2 = p->inertia_kg_m2;
  k->inertia_over_dt = p->inertia_kg_m2 / k->dt_s;
  k->viscous_step = 1.0 / (k->inertia_over_dt + p->viscous_friction_nm_s);
  k->viscous_keep = k->inertia_over_dt * k->viscous_step;
  k->coulomb_step_rad_s = p->coulomb_friction_nm * k->viscous_step;
  k->cogging_nm = p->cogging_torque_nm;
  k->cogging_per_rad = p->cogging_per_turn / (2.0 * TAUT_PI);
  k->encoder_counts = (double)(INT64_C(1) << taut_to_i64(p->encoder_bits)) / (2.0 * TAUT_PI);
  k->encoder_quantum_rad = 1.0 / k->encoder_counts;
}

static void derive_bus(taut_pmsm_constants *k, const taut_pmsm_params *p) {
  k->supply_v = p->supply_v;
  k->supply_siemens = 1.0 / p->supply_resistance_ohm;
  k->two_over_c = 2.0 / p->bus_capacitance_f;
  k->half_dt_over_c = k->half_dt_s / p->bus_capacitance_f;
  k->half_capacitance_f = 0.5 * p->bus_capacitance_f;
  k->standby_j = p->standby_power_w * k->dt_s;
  k->chopper_on_v = p->chopper_on_v;
  k->chopper_off_v = p->chopper_off_v;
  k->brake_siemens = 1.0 / p->brake_resistance_ohm;
  k->over_v = p->over_voltage_v;
  k->over_reset_v = p->over_voltage_reset_v;
  k->under_v = p->under_voltage_v;
  k->under_reset_v = p->under_voltage_reset_v;
  k->loss_braking_v = p->loss_braking_on_v;
  k->loss_braking2_a2 = p->loss_braking_a * p->loss_braking_a;
  k->loss_braking_per_v = 1.0 / (p->loss_braking_full_v - p->loss_braking_on_v);
}

static void derive_heat(taut_pmsm_constants *k, const taut_pmsm_params *p, double period_s) {
  const int64_t every = taut_to_i64(period_s / k->dt_s + 0.5);
  k->heat_every = every > 1 ? every : 1;
  k->heat_dt_s = (double)k->heat_every * k->dt_s;
  k->winding_k_j = 1.0 / p->winding_heat_capacity_j_k;
  k->winding_w_k = 1.0 / p->winding_to_housing_k_w;
  k->housing_k_j = 1.0 / p->housing_heat_capacity_j_k;
  k->housing_w_k = 1.0 / p->housing_to_air_k_w;
  k->brake_k_j = 1.0 / p->brake_heat_capacity_j_k;
  k->brake_w_k = 1.0 / p->brake_to_air_k_w;
  k->ambient_k = p->ambient_k;
  k->sensor_share = p->sensor_lag_s > 0.0 ? 1.0 - taut_exp(-k->heat_dt_s / p->sensor_lag_s) : 1.0;
  k->window_share =
      p->current_window_s > 0.0 ? 1.0 - taut_exp(-k->heat_dt_s / p->current_window_s) : 0.0;
  k->derate_start_k = p->derate_start_k;
  k->derate_end_k = p->derate_end_k;
  k->derate_slope = 1.0 / (p->derate_end_k - p->derate_start_k);
  k->flux_loss_per_k = 0.01 * p->flux_loss_per_100k;
}

void taut_pmsm_warm(taut_pmsm_state *s) {
  const taut_pmsm_constants *k = &s->k;
  s->resistance_ohm = k->resistance_20_ohm * (1.0 + COPPER_PER_K * (s->winding_k - ROOM_K));
  s->flux_wb = k->flux_nominal_wb * (1.0 - k->flux_loss_per_k * (s->housing_k - ROOM_K));
  s->one_alpha_d = 1.0 + k->beta_d * s->resistance_ohm;
  s->one_alpha_q = 1.0 + k->beta_q * s->resistance_ohm;
  s->determinant = s->one_alpha_d * s->one_alpha_q;
}

static void start(taut_pmsm_state *s, const taut_pmsm_params *p, double dt_s,
                  double heat_period_s) {
  *s = (taut_pmsm_state){.bridge = TAUT_PMSM_OPEN, .drive_state = TAUT_DRIVE_READY};
  s->k.dt_s = dt_s;
  s->k.half_dt_s = 0.5 * dt_s;
  derive_electrical(&s->k, p);
  derive_mechanical(&s->k, p);
  derive_bus(&s->k, p);
  derive_heat(&s->k, p, heat_period_s);
  s->bus_v = p->supply_v;
  s->bus_j = s->k.half_capacitance_f * p->supply_v * p->supply_v;
  s->winding_k = s->housing_k = s->sensor_k = p->initial_k;
  s->brake_k = p->ambient_k;
  s->thermal_limit_a = p->current_peak_a *
                       taut_clamp((p->derate_end_k - p->initial_k) * s->k.derate_slope, 0.0, 1.0);
  s->is_hot = p->initial_k >= p->derate_end_k;
  taut_pmsm_warm(s);
}

const char *taut_pmsm_init(taut_pmsm_state *s, const taut_pmsm_params *p, double dt_s) {
  if (!(dt_s >= 10e-6 && dt_s <= 200e-6)) return "period must be from 10 us to 200 us";
  if (!(p->supply_resistance_ohm * p->bus_capacitance_f >= dt_s))
    return "supply_resistance_ohm times bus_capacitance_f must not be below the period";
  const char *why = refuse(p);
  if (!why) start(s, p, dt_s, HEAT_PERIOD_S);
  return why;
}

const char *taut_pmsm_init_averaged(taut_pmsm_state *s, const taut_pmsm_params *p, double dt_s) {
  if (!(dt_s >= 500e-6 && dt_s <= 2e-3)) return "period must be from 500 us to 2 ms";
  const char *why = refuse(p);
  if (!why) start(s, p, dt_s, HEAT_PERIOD_AVERAGED_S);
  return why;
}

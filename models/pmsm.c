// One step of the motor: drive, currents, rotor, bus, heat, encoder. Numbers in brackets are the
// equations of plugins/motor_pmsm/README.md.
#include "models/pmsm.h"

#include <math.h>
#include <stdbool.h>

#include "models/cable_geometry.h"
#include "models/pmsm_parts.h"
#include "taut/math.h"

// Voltage of the current loop (4) for currents `i` in the encoder's frame; `we` is the electrical
// speed the drive believes in.
static inline dq control_voltage(taut_pmsm_state *s, dq i, double iq_command, double we) {
  const taut_pmsm_constants *k = &s->k;
  double error_d = taut_pmsm_braking_current(s, iq_command) - i.d;
  double error_q = iq_command - i.q;
  dq v = {k->gain_d * error_d + s->sum_d_v - we * k->lq_h * i.q,
          k->gain_q * error_q + s->sum_q_v + we * (k->ld_h * i.d + k->flux_nominal_wb)};

  // voltage circle (5), the d-axis first, so that the magnet flux is not strengthened by accident
  const double vmax = k->vmax_per_v * s->bus_v;
  s->is_voltage_limited = v.d * v.d + v.q * v.q > vmax * vmax;
  if (s->is_voltage_limited) {
    const dq wish = v;
    v.d = taut_clamp(v.d, -vmax, vmax);
    const double rest = taut_sqrt(vmax * vmax - v.d * v.d);
    v.q = taut_clamp(v.q, -rest, rest);
    // the integrator follows the error that the limited voltage could have answered (anti-windup)
    error_d += (v.d - wish.d) / k->gain_d;
    error_q += (v.q - wish.q) / k->gain_q;
  }
  s->sum_d_v += k->integral_d * error_d;
  s->sum_q_v += k->integral_q * error_q;
  return v;
}

// A voltage set in that frame, as the rotor gets it.
static dq turned_back(const taut_pmsm_state *s, dq v) {
  const double turn = -s->k.pole_pairs * s->encoder_error_rad;
  const double c = taut_cos(turn);
  const double n = taut_sin(turn);
  return (dq){v.d * c - v.q * n, v.d * n + v.q * c};
}

// Currents after one step of the implicit midpoint rule (1, 2): exact in energy for any step.
// Returns the mean currents of the step.
static inline dq advance_currents(taut_pmsm_state *s, dq v, double we) {
  const taut_pmsm_constants *k = &s->k;
  const double turn = we * k->half_dt_s;
  const double inverse = 1.0 / (s->determinant + turn * turn);
  const double right_d = s->id_a + k->beta_d * v.d;
  const double right_q = s->iq_a + k->beta_q * (v.q - we * s->flux_wb);
  const dq mean = {(s->one_alpha_q * right_d + turn * k->lq_over_ld * right_q) * inverse,
                   (s->one_alpha_d * right_q - turn * k->ld_over_lq * right_d) * inverse};
  s->id_a = 2.0 * mean.d - s->id_a;
  s->iq_a = 2.0 * mean.q - s->iq_a;
  return mean;
}

// Ideal torque: the command is the current. The bus still pays for it. Returns the bus power.
static double ideal_currents(taut_pmsm_state *s, double iq_command, double we, dq *mean) {
  const double turn = -s->k.pole_pairs * s->encoder_error_rad;
  const double before = taut_pmsm_magnetic_j(s);
  s->id_a = -iq_command * taut_sin(turn);
  s->iq_a = iq_command * taut_cos(turn);
  s->is_voltage_limited = 0;
  *mean = (dq){s->id_a, s->iq_a};
  return 1.5 * (s->resistance_ohm * iq_command * iq_command +
                we * s->iq_a * (s->flux_wb + s->k.saliency_h * s->id_a)) +
         (taut_pmsm_magnetic_j(s) - before) / s->k.dt_s;
}

// Currents in the state the inverter is in; returns the power it takes from the bus.
static inline double advance_electrical(taut_pmsm_state *s, const taut_pmsm_input *u,
                                        double iq_command, double we, dq *mean) {
  if (s->bridge == TAUT_PMSM_DRIVE) {
    if (s->k.ideal != 0.0) return ideal_currents(s, iq_command, we, mean);
    // the drive measures, believes and sets turned by the error of the encoder
    const bool is_stuck = u->encoder_stuck >= 0.5;
    const bool is_turned = is_stuck || s->encoder_error_rad != 0.0;
    const dq i = is_turned ? taut_pmsm_turned(s) : (dq){s->id_a, s->iq_a};
    dq v = control_voltage(s, i, iq_command, is_stuck ? 0.0 : we);
    if (is_turned) v = turned_back(s, v);
    *mean = advance_currents(s, v, we);
    return 1.5 * (v.d * mean->d + v.q * mean->q);
  }
  s->is_voltage_limited = 0;
  *mean = s->bridge == TAUT_PMSM_SHORT ? advance_currents(s, (dq){0.0, 0.0}, we) : (dq){0.0, 0.0};
  return 0.0;
}

// sin(2 pi turns), the cogging wave. Within half a turn either way the wave is an odd function of
// the parabola h = 16 f (1/2 - |f|), and the polynomial in h is our own least-maximum fit with an
// error of 6e-8: far below what is known about a cogging torque, and short, because the rotor waits
// for it.
static inline double wave(double turns) {
  const double f = turns - taut_round_even(turns);
  const double h = (16.0 * f) * (0.5 - fabs(f));
  const double q = fabs(h);
  return h * ((0.785396508168 + 0.196365555358 * q) +
              (q * q) * (0.017381179583 + 0.000856704372696 * q));
}

// Speed first, then position (7, 8). Adds the heat of friction.
static inline void advance_rotor(taut_pmsm_state *s, double tension_n, double torque_nm) {
  const taut_pmsm_constants *k = &s->k;
  const double before = s->speed_rad_s;
  const double shaft_nm = taut_spool_radius(k->radius_m, k->slope_m_rad, s->angle_rad) * tension_n;
  const double cogging_nm = k->cogging_nm * wave(k->cogging_per_rad * s->angle_rad);
  const double sum_nm = shaft_nm - cogging_nm - torque_nm;

  // dry friction takes at most the speed there is: it stops the rotor and holds it without chatter
  const double free = before * k->viscous_keep + k->viscous_step * sum_nm;
  const double after = free - taut_clamp(free, -k->coulomb_step_rad_s, k->coulomb_step_rad_s);
  s->speed_rad_s = after;
  s->angle_rad += k->dt_s * after;

  const double step_rad = k->half_dt_s * (before + after);
  s->shaft_energy_j += shaft_nm * step_rad;
  s->cogging_energy_j += cogging_nm * step_rad;
  s->friction_j += (sum_nm - k->inertia_over_dt * (after - before)) * step_rad;
}

// Capacitor, supply and brake chopper (10, 11).
static inline void advance_bus(taut_pmsm_state *s, const taut_pmsm_input *u, double power_w) {
  const taut_pmsm_constants *k = &s->k;
  const double v = s->bus_v;

  // diode and resistance: a supply cannot take current back
  const double lack_v = k->supply_v * u->supply_scale - v;
  const double supply_a = lack_v > 0.0 ? lack_v * k->supply_siemens : 0.0;
  const double supply_j = k->dt_s * supply_a * (v + supply_a * k->half_dt_over_c);

  if (v > k->chopper_on_v) s->chopper_command = 1;
  if (v < k->chopper_off_v) s->chopper_command = 0;
  s->chopper_conducts = s->chopper_command & (u->chopper_connected >= 0.5);
  s->bus_j += supply_j - k->standby_j - k->dt_s * power_w;
  if (s->chopper_conducts) {
    const double brake_j = k->dt_s * v * v * k->brake_siemens;
    s->brake_heat_j += brake_j;
    s->bus_j -= brake_j;
  }
  s->supply_energy_j += supply_j;
  if (s->bus_j < 0.0) {  // an empty capacitor gives nothing more
    s->loss_energy_j += s->bus_j;
    s->bus_j = 0.0;
  }
  // one Heron step towards sqrt(2 E / C): the energy is the state, the voltage is at most 1e-5
  // behind
  s->bus_v =
      v > 1.0 ? 0.5 * (v + s->bus_j * k->two_over_c / v) : taut_sqrt(s->bus_j * k->two_over_c);
}

void taut_pmsm_limit(taut_pmsm_state *s) {
  const taut_pmsm_constants *k = &s->k;
  const double cool = taut_clamp((k->derate_end_k - s->sensor_k) * k->derate_slope, 0.0, 1.0);
  s->is_hot = s->sensor_k >= k->derate_end_k;
  s->thermal_limit_a = k->peak_a * cool;
  if (k->window_share > 0.0) {
    const double room = taut_clamp(10.0 * (1.0 - s->mean_square_a2 / k->continuous2_a2), 0.0, 1.0);
    const double limit_a = k->continuous_a + (k->peak_a - k->continuous_a) * room;
    if (limit_a < s->thermal_limit_a) s->thermal_limit_a = limit_a;
  }
  taut_pmsm_warm(s);
}

// Temperatures, flux and resistance, current limit (12 to 15), at a slower rate.
void taut_pmsm_advance_heat(taut_pmsm_state *s) {
  const taut_pmsm_constants *k = &s->k;
  const double flow_j = k->heat_dt_s * (s->winding_k - s->housing_k) * k->winding_w_k;
  const double leave_j = k->heat_dt_s * (s->housing_k - k->ambient_k) * k->housing_w_k;
  const double brake_leave_j = k->heat_dt_s * (s->brake_k - k->ambient_k) * k->brake_w_k;
  // 1.5 R i2 dt is what was summed, so the mean square current needs no sum of its own
  const double square_a2 = s->copper_j / (1.5 * s->resistance_ohm * k->heat_dt_s);
  s->winding_k += (s->copper_j - flow_j) * k->winding_k_j;
  s->housing_k += (flow_j + s->friction_j - leave_j) * k->housing_k_j;
  s->brake_k += (s->brake_heat_j - brake_leave_j) * k->brake_k_j;
  s->sensor_k += (s->winding_k - s->sensor_k) * k->sensor_share;
  s->loss_energy_j += taut_pmsm_recent_loss_j(s);
  s->brake_energy_j += s->brake_heat_j;
  s->copper_j = s->friction_j = s->brake_heat_j = 0.0;

  if (k->window_share > 0.0) s->mean_square_a2 += (square_a2 - s->mean_square_a2) * k->window_share;
  taut_pmsm_limit(s);

  // what decays must not reach the subnormal numbers, which are a hundred times slower
  s->id_a = taut_flush_tiny(s->id_a);
  s->iq_a = taut_flush_tiny(s->iq_a);
  s->sum_d_v = taut_flush_tiny(s->sum_d_v);
  s->sum_q_v = taut_flush_tiny(s->sum_q_v);
  s->speed_rad_s = taut_flush_tiny(s->speed_rad_s);
  s->heat_count = 0;
}

int taut_pmsm_update(taut_pmsm_state *restrict s, const taut_pmsm_input *restrict u) {
  const taut_pmsm_constants *k = &s->k;
  double iq_command = taut_pmsm_command(s, u);
  int result = TAUT_PMSM_MOVED;
  if (taut_pmsm_needs_attention(s, u))
    iq_command = taut_pmsm_drive_attend(s, u, iq_command, &result);

  const double we = -k->pole_pairs * s->speed_rad_s;
  dq mean;
  const double power_w = advance_electrical(s, u, iq_command, we, &mean);
  const double square_a2 = mean.d * mean.d + mean.q * mean.q;
  s->copper_j += k->joule_per_ohm_a2 * s->resistance_ohm * square_a2;
  s->torque_nm = k->torque_gain * mean.q * (s->flux_wb + k->saliency_h * mean.d);  // (6)

  advance_rotor(s, u->spool_tension_n, s->torque_nm);
  advance_bus(s, u, power_w);
  s->is_alarmed = (square_a2 > k->trip2_a2) | (s->bus_v > k->over_v) | (s->bus_v < k->under_v);

  taut_pmsm_read_encoder(s, u);
  if (++s->heat_count >= k->heat_every) taut_pmsm_advance_heat(s);
  return fabs(s->speed_rad_s) <= 1e9 ? result : TAUT_PMSM_LOST;
}

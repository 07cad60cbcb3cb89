// One step of the averaged motor: drive, mean currents, rotor, bus, heat, encoder. Numbers in
// brackets are the equations of plugins/motor_averaged/README.md.
#include "models/pmsm_averaged.h"

#include <assert.h>
#include <math.h>

#include "models/cable_geometry.h"
#include "models/pmsm_parts.h"
#include "taut/math.h"

static_assert(sizeof(taut_pmsm_averaged) == sizeof(taut_pmsm_state) + 2 * 8, "no padding");

const char *taut_pmsm_averaged_init(taut_pmsm_averaged *s, const taut_pmsm_params *p, double dt_s) {
  const char *why = taut_pmsm_init_averaged(&s->motor, p, dt_s);
  if (why) return why;
  const double steps = 2.0 * TAUT_PI * p->current_loop_hz * dt_s;
  s->kept_share = taut_exp(-steps);
  s->mean_share = (1.0 - s->kept_share) / steps;
  return NULL;
}

// The current that the bus voltage can drive at this speed (2): the command, or the nearest one on
// the voltage circle.
static double reachable(taut_pmsm_state *s, double iq_a, double we) {
  const taut_pmsm_constants *k = &s->k;
  const double vmax = k->vmax_per_v * s->bus_v;
  const double r = s->resistance_ohm, x = we * k->lq_h, e = we * s->flux_wb;
  const double vq = r * iq_a + e, vd = x * iq_a;
  s->is_voltage_limited = vd * vd + vq * vq > vmax * vmax;
  if (!s->is_voltage_limited) return iq_a;
  // (r2 + x2) i2 + 2 r e i + e2 - vmax2 = 0
  const double a = r * r + x * x, half_b = r * e;
  const double root2 = half_b * half_b - a * (e * e - vmax * vmax);
  const double middle = -half_b / a;
  if (root2 <= 0.0) return middle;
  const double wide = taut_sqrt(root2) / a;
  return taut_clamp(iq_a, middle - wide, middle + wide);
}

// Mean currents of the step in the state the inverter is in (1, 3), and the ones at its end.
static dq mean_currents(taut_pmsm_averaged *a, const taut_pmsm_input *u, double iq_command,
                        double we) {
  taut_pmsm_state *s = &a->motor;
  const taut_pmsm_constants *k = &s->k;
  s->is_voltage_limited = 0;
  if (s->bridge == TAUT_PMSM_DRIVE) {
    dq goal = {taut_pmsm_braking_current(s, iq_command), reachable(s, iq_command, we)};
    if ((s->encoder_error_rad != 0.0) | (u->encoder_stuck >= 0.5)) {
      const double turn = -k->pole_pairs * s->encoder_error_rad;
      const double c = taut_cos(turn), n = taut_sin(turn);
      goal = (dq){goal.d * c - goal.q * n, goal.d * n + goal.q * c};
    }
    const dq away = {s->id_a - goal.d, s->iq_a - goal.q};
    s->id_a = goal.d + a->kept_share * away.d;
    s->iq_a = goal.q + a->kept_share * away.q;
    return (dq){goal.d + a->mean_share * away.d, goal.q + a->mean_share * away.q};
  }
  if (s->bridge != TAUT_PMSM_SHORT) return (dq){0.0, 0.0};
  // shorted phases at rest in the rotor's frame
  const double r = s->resistance_ohm;
  s->iq_a = -we * s->flux_wb * r / (r * r + we * we * k->ld_h * k->lq_h);
  s->id_a = we * k->lq_h * s->iq_a / r;
  return (dq){s->id_a, s->iq_a};
}

// Speed first, then position (4). A short brakes no further than to standstill. Returns the mean
// speed of the step.
static double advance_rotor(taut_pmsm_state *s, double tension_n) {
  const taut_pmsm_constants *k = &s->k;
  const double before = s->speed_rad_s;
  const double shaft_nm = taut_spool_radius(k->radius_m, k->slope_m_rad, s->angle_rad) * tension_n;
  if (s->bridge == TAUT_PMSM_SHORT) {
    const double stop_nm = fabs(before) * k->inertia_over_dt;
    s->torque_nm = taut_clamp(s->torque_nm, -stop_nm, stop_nm);
  }
  const double sum_nm = shaft_nm - s->torque_nm;
  const double free = before * k->viscous_keep + k->viscous_step * sum_nm;
  const double after = free - taut_clamp(free, -k->coulomb_step_rad_s, k->coulomb_step_rad_s);
  s->speed_rad_s = after;
  s->angle_rad += k->dt_s * after;
  const double step_rad = k->half_dt_s * (before + after);
  s->shaft_energy_j += shaft_nm * step_rad;
  s->friction_j += (sum_nm - k->inertia_over_dt * (after - before)) * step_rad;
  return 0.5 * (before + after);
}

// Energy that the supply adds within the step: what brings the bus to the voltage at which the
// supply gives the power asked for (5).
static double supply_energy(const taut_pmsm_constants *k, double open_v, double power_w,
                            double bus_j) {
  if (power_w <= 0.0 && bus_j >= k->half_capacitance_f * open_v * open_v) return 0.0;
  const double square = open_v * open_v - 4.0 * taut_max(power_w, 0.0) / k->supply_siemens;
  const double v = square > 0.0 ? 0.5 * (open_v + taut_sqrt(square)) : 0.5 * open_v;
  const double wish_j = k->half_capacitance_f * v * v - bus_j;
  if (wish_j <= 0.0) return 0.0;
  // beyond the power that can be matched at half the voltage nothing comes
  const double most_j = 0.25 * open_v * open_v * k->supply_siemens * k->dt_s;
  return wish_j < most_j ? wish_j : most_j;
}

static void advance_bus(taut_pmsm_state *s, const taut_pmsm_input *u, double power_w) {
  const taut_pmsm_constants *k = &s->k;
  const double before_v = s->bus_v, asked_j = k->dt_s * power_w + k->standby_j;
  s->bus_j -= asked_j;
  const double open_v = k->supply_v * u->supply_scale;
  const double supply_j = supply_energy(k, open_v, asked_j / k->dt_s, s->bus_j);
  s->bus_j += supply_j;
  s->supply_energy_j += supply_j;
  // the chopper switches faster than a step: it burns what is above its level, up to what the
  // resistor takes
  const double above_j = s->bus_j - k->half_capacitance_f * k->chopper_on_v * k->chopper_on_v;
  s->chopper_conducts = (above_j > 0.0) & (u->chopper_connected >= 0.5);
  if (s->chopper_conducts) {
    const double most_j = k->dt_s * before_v * before_v * k->brake_siemens;
    const double brake_j = above_j < most_j ? above_j : most_j;
    s->brake_heat_j += brake_j;
    s->bus_j -= brake_j;
  }
  if (s->bus_j < 0.0) {
    s->loss_energy_j += s->bus_j;
    s->bus_j = 0.0;
  }
  s->bus_v = taut_sqrt(s->bus_j * k->two_over_c);
}

int taut_pmsm_averaged_update(taut_pmsm_averaged *restrict a, const taut_pmsm_input *restrict u) {
  taut_pmsm_state *s = &a->motor;
  const taut_pmsm_constants *k = &s->k;
  double iq_command = taut_pmsm_command(s, u);
  int result = TAUT_PMSM_MOVED;
  if (taut_pmsm_needs_attention(s, u))
    iq_command = taut_pmsm_drive_attend(s, u, iq_command, &result);

  const double magnetic_j = taut_pmsm_magnetic_j(s);
  const dq mean = mean_currents(a, u, iq_command, -k->pole_pairs * s->speed_rad_s);
  const double flux_wb = s->flux_wb + k->saliency_h * mean.d;
  const double square_a2 = mean.d * mean.d + mean.q * mean.q;
  s->torque_nm = k->torque_gain * mean.q * flux_wb;
  const double speed_rad_s = advance_rotor(s, u->spool_tension_n);
  const double copper_w = 1.5 * s->resistance_ohm * square_a2;

  // what the bus gives is heat, work on the rotor and magnetic energy (6); a short burns the
  // rotor's energy in the winding
  const double work_w = -s->torque_nm * speed_rad_s;
  const double stored_w = (taut_pmsm_magnetic_j(s) - magnetic_j) / k->dt_s;
  if (s->bridge == TAUT_PMSM_DRIVE) {
    s->copper_j += copper_w * k->dt_s;
    advance_bus(s, u, copper_w + work_w + stored_w);
  } else {
    s->copper_j += (-work_w - stored_w) * k->dt_s;
    advance_bus(s, u, 0.0);
  }
  s->is_alarmed = (square_a2 > k->trip2_a2) | (s->bus_v > k->over_v) | (s->bus_v < k->under_v);

  taut_pmsm_read_encoder(s, u);
  if (++s->heat_count >= k->heat_every) taut_pmsm_advance_heat(s);
  return fabs(s->speed_rad_s) <= 1e9 ? result : TAUT_PMSM_LOST;
}

// A resting motor over skipped time: heat and bus in closed form. Numbers in brackets are the
// equations of plugins/motor_pmsm/README.md.
#include <math.h>

#include "models/heat_nodes.h"
#include "models/pmsm.h"
#include "models/pmsm_number.h"
#include "taut/math.h"

static const double rest_rad_s = 0.2, rest_a = 0.1;

// Voltage at which the supply gives just what the electronics take; 0 when it cannot.
static double resting_bus_v(const taut_pmsm_constants *k, double supply_scale) {
  const double open_v = k->supply_v * supply_scale;
  const double power_w = k->standby_j / k->dt_s;
  const double square = open_v * open_v - 4.0 * power_w / k->supply_siemens;
  return square > 0.0 ? 0.5 * (open_v + taut_sqrt(square)) : 0.0;
}

// The supply holds the bus at its resting voltage; what is above is used up first (17).
static void skip_bus(taut_pmsm_state *s, double supply_scale, double time_s) {
  const taut_pmsm_constants *k = &s->k;
  const double rest_v = resting_bus_v(k, supply_scale);
  const double rest_j = k->half_capacitance_f * rest_v * rest_v;
  const double use_j = k->standby_j / k->dt_s * time_s;
  const double kept_j = s->bus_j - use_j;
  const double after_j = kept_j > rest_j ? kept_j : rest_j;
  // without a supply an empty capacitor gives nothing more
  const double given_j = rest_v > 0.0 ? after_j - kept_j : 0.0;
  s->supply_energy_j += given_j;
  s->loss_energy_j += s->bus_j + given_j - after_j;
  s->bus_j = after_j;
  s->bus_v = taut_sqrt(after_j * k->two_over_c);
}

// Heat since the last thermal update.
static void book_heat(taut_pmsm_state *s) {
  s->loss_energy_j += taut_pmsm_recent_loss_j(s);
  s->brake_energy_j += s->brake_heat_j;
  s->winding_k += s->copper_j * s->k.winding_k_j;
  s->housing_k += s->friction_j * s->k.housing_k_j;
  s->brake_k += s->brake_heat_j * s->k.brake_k_j;
  s->copper_j = s->friction_j = s->brake_heat_j = 0.0;
  s->heat_count = 0;
}

static void skip_heat(taut_pmsm_state *s, double time_s) {
  const taut_pmsm_constants *k = &s->k;
  const double share = k->sensor_share;
  const taut_heat_chain chain = {
      .winding_k_j = k->winding_k_j,
      .housing_k_j = k->housing_k_j,
      .winding_w_k = k->winding_w_k,
      .housing_w_k = k->housing_w_k,
      .sensor_per_s = share < 1.0 ? -taut_log(1.0 - share) / k->heat_dt_s : 0.0,
      .ambient_k = k->ambient_k,
  };
  const taut_heat_nodes now = {s->winding_k, s->housing_k, s->sensor_k};
  const taut_heat_nodes then = taut_heat_nodes_after(&chain, &now, 0.0, time_s);
  s->winding_k = then.winding_k;
  s->housing_k = then.housing_k;
  s->sensor_k = then.sensor_k;
  const double brake_e = taut_exp(-k->brake_w_k * k->brake_k_j * time_s);
  s->brake_k = k->ambient_k + (s->brake_k - k->ambient_k) * brake_e;
  if (k->window_share > 0.0)
    s->mean_square_a2 *= taut_exp(taut_log(1.0 - k->window_share) * time_s / k->heat_dt_s);
}

bool taut_pmsm_skip(taut_pmsm_state *s, const taut_pmsm_input *u, double time_s) {
  // safe torque off, nothing turns, no current flows, no braking energy is on the bus
  if (u->torque_permit >= 0.5 || s->bridge == TAUT_PMSM_DRIVE || s->chopper_conducts ||
      fabs(s->speed_rad_s) > rest_rad_s || fabs(s->id_a) > rest_a || fabs(s->iq_a) > rest_a)
    return false;
  book_heat(s);
  skip_heat(s, time_s);
  skip_bus(s, u->supply_scale, time_s);
  s->loss_energy_j += 0.5 * s->k.inertia_kg_m2 * s->speed_rad_s * s->speed_rad_s;
  s->speed_rad_s = 0.0;
  taut_pmsm_limit(s);
  return true;
}

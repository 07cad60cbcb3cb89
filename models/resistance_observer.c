#include "models/resistance_observer.h"

#include "taut/math.h"

taut_observer_gains taut_observer_gains_make(double period_s, double mass_kg, double bandwidth_hz,
                                             double smooth_hz, double slow_hz) {
  double pole = taut_exp(-2.0 * TAUT_PI * bandwidth_hz * period_s);
  double q = 1.0 - pole;
  return (taut_observer_gains){
      .period_s = period_s,
      .mass_kg = mass_kg,
      .per_mass = 1.0 / mass_kg,
      .position = 1.0 - pole * pole * pole,
      .speed_per_s = 1.5 * q * q * (1.0 + pole) / period_s,
      .force_n_m = mass_kg * q * q * q / (period_s * period_s),
      .smooth = 1.0 - taut_exp(-2.0 * TAUT_PI * smooth_hz * period_s),
      .slow = 1.0 - taut_exp(-2.0 * TAUT_PI * slow_hz * period_s),
  };
}

void taut_observer_reset(taut_observer *observer, double position_m, double force_n) {
  *observer =
      (taut_observer){.position_m = position_m, .cable_force_n = force_n, .force_slow_n = force_n};
}

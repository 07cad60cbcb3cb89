/// One side of the plant for tests: motor and cable stepped in the engine's order (motor output,
/// cable output, then both updates from the values of the tick).
#ifndef TAUT_TESTS_SUPPORT_PLANT_H
#define TAUT_TESTS_SUPPORT_PLANT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "models/cable.h"
#include "models/pmsm.h"
#include "taut/math.h"
#include "taut/roles.h"

/// 110 lb, the greatest load of a cable [N].
#define FULL_LOAD_N (110.0 * TAUT_LBF_N)

/// |actual - expected| <= tolerance, with the numbers in the message.
#define assert_near(actual, expected, tolerance)                                                  \
  do {                                                                                            \
    const double actual_ = (actual), expected_ = (expected), tolerance_ = (tolerance);            \
    if (!(fabs(actual_ - expected_) <= tolerance_)) {                                             \
      fail_msg("%s is %.9g, expected %.9g within %.3g", #actual, actual_, expected_, tolerance_); \
    }                                                                                             \
  } while (0)

/// The same with a tolerance relative to the expected value.
#define assert_share(actual, expected, share) \
  assert_near(actual, expected, (share)*fabs((double)(expected)))

typedef struct plant {
  taut_pmsm_params motor_params;
  taut_cable_params cable_params;
  taut_pmsm_state motor;
  taut_cable_state cable;
  taut_pmsm_input drive;     // spool_tension_n is filled in by every step
  taut_cable_forces forces;  // of the last step
  double hand_n;
  double cut;
  double dt_s;
  int64_t tick_ns;
} plant;

/// Default parameters, drive permitted, wide ceiling, no fault inputs. Change the parameters, then
/// call plant_start.
static inline plant plant_make(double dt_s) {
  return (plant){.motor_params = taut_pmsm_params_default(),
                 .cable_params = taut_cable_params_default(),
                 .drive = {.current_ceiling_a = 100.0,
                           .torque_permit = 1.0,
                           .supply_scale = 1.0,
                           .chopper_connected = 1.0},
                 .dt_s = dt_s};
}

static inline void plant_start(plant *p) {
  const char *why = taut_pmsm_init(&p->motor, &p->motor_params, p->dt_s);
  if (why) fail_msg("motor refuses: %s", why);
  why = taut_cable_init(&p->cable, &p->cable_params, p->dt_s);
  if (why) fail_msg("cable refuses: %s", why);
}

/// No friction, no cogging, no losses in pulleys and cable: the closed forms know none.
static inline void plant_make_lossless(plant *p) {
  p->motor_params.viscous_friction_nm_s = 0.0;
  p->motor_params.coulomb_friction_nm = 0.0;
  p->motor_params.cogging_torque_nm = 0.0;
  p->cable_params.pulley_efficiency = 1.0;
  p->cable_params.damping_ns_m = 0.0;
}

/// Puts the handle out to `position_m`, spool still and the cable stretched to `tension_n`.
static inline void plant_place(plant *p, double position_m, double tension_n) {
  p->cable.position_m = position_m;
  p->motor.angle_rad =
      (position_m - tension_n / p->cable_params.stiffness_n_m) / p->motor_params.spool_radius_m;
}

/// One tick; the command is fresh each time.
static inline void plant_step(plant *p) {
  p->drive.command_seq += 1.0;
  p->forces = taut_cable_forces_at(&p->cable, p->motor.angle_rad, p->motor.speed_rad_s);
  p->drive.spool_tension_n = p->forces.spool_tension_n;
  const taut_cable_input u = {p->motor.angle_rad, p->motor.speed_rad_s, p->hand_n, p->cut};
  assert_true(taut_pmsm_update(&p->motor, &p->drive));
  assert_true(taut_cable_update(&p->cable, &u, 1, p->tick_ns));
  p->tick_ns += (int64_t)(p->dt_s * 1e9 + 0.5);
}

/// Reduced mass of handle and spool on the cable [kg].
static inline double plant_reduced_mass(const plant *p) {
  const double r = p->motor_params.spool_radius_m;
  return 1.0 / (1.0 / p->cable_params.handle_mass_kg + r * r / p->motor_params.inertia_kg_m2);
}

#endif

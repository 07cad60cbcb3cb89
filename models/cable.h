/// Cable of one side: unilateral elastic cable between spool and handle, pulleys, handle, end
/// stops, break, load cell. Equations and sources: plugins/cable_spool/README.md.
///
/// Sign: positive position and speed pay out; tension is never negative.
#ifndef TAUT_MODELS_CABLE_H
#define TAUT_MODELS_CABLE_H

#include <stdint.h>

#include "models/cable_geometry.h"

/// Parameters: X(id, name, unit macro of taut/plugin.h, min, max, default, flags, help).
/// The defaults are the home trainer; sources stand in models/machines/home_trainer.lua.
#define TAUT_CABLE_PARAMS(X)                                                                       \
  X(1, spool_radius_m, TAUT_UNIT_MM, 5e-3, 0.2, 0.035, 0,                                          \
    "spool radius at angle 0, as the motor's")                                                     \
  X(2, spool_growth_m, TAUT_UNIT_MM, 0, 0.01, 0, 0,                                                \
    "radius lost per turn of cable paid out, as the motor's")                                      \
  X(3, stiffness_n_m, TAUT_UNIT_N_M, 1e3, 1e8, 166e3, 0, "stiffness of the whole cable")           \
  X(4, damping_ns_m, TAUT_UNIT_NS_M, 0, 1e4, 16, 0, "damping of the whole cable")                  \
  X(5, pulleys, TAUT_UNIT_NONE, 0, 10, 2, TAUT_INTEGER, "pulleys between spool and handle")        \
  X(6, pulley_efficiency, TAUT_UNIT_NONE, 0.8, 1, 0.96, 0, "tension ratio over one moving pulley") \
  X(7, pulley_speed_m_s, TAUT_UNIT_M_S, 1e-3, 0.2, 0.02, 0,                                        \
    "cable speed from which pulley friction is fully there")                                       \
  X(8, handle_mass_kg, TAUT_UNIT_KG, 0.05, 50, 0.5, 0, "mass of the handle")                       \
  X(9, length_m, TAUT_UNIT_M, 0.1, 10, 2.4, 0, "extension at which the outer stop begins")         \
  X(10, stop_stiffness_n_m, TAUT_UNIT_N_M, 1e3, 1e7, 5e5, 0, "stiffness of both end stops")        \
  X(11, stop_damping_ratio, TAUT_UNIT_NONE, 0.1, 1, 0.4, 0,                                        \
    "damping of both end stops with the handle's mass, over critical")                             \
  X(12, breaking_strength_n, TAUT_UNIT_N, 10, 1e5, 3000, 0, "tension at which the cable parts")    \
  X(13, load_cell_hz, TAUT_UNIT_HZ, 1, 5000, 300, 0, "bandwidth of the load cell's filter")        \
  X(14, load_cell_period_s, TAUT_UNIT_S, 1e-5, 0.1, 1e-3, 0, "time between two samples")           \
  X(15, load_cell_quantum_n, TAUT_UNIT_N, 0, 50, 0.25, 0, "step of the load cell; 0 is none")      \
  X(16, load_cell_noise_n, TAUT_UNIT_N, 0, 50, 0.3, 0, "standard deviation of one sample")         \
  X(17, load_cell_bias_n, TAUT_UNIT_N, -500, 500, 0, 0, "reading without tension")                 \
  X(18, load_cell_scale, TAUT_UNIT_NONE, -10, 10, 1, 0, "reading over tension")                    \
  X(19, handle_drag_ns_m, TAUT_UNIT_NS_M, 0, 100, 0, 0, "drag of the handle on air, floor or stand")

typedef struct taut_cable_params {
#define TAUT_CABLE_FIELD(id, name, ...) double name;
  TAUT_CABLE_PARAMS(TAUT_CABLE_FIELD)
#undef TAUT_CABLE_FIELD
} taut_cable_params;

/// Inputs of one step, in the order of the cable role.
typedef struct taut_cable_input {
  double spool_angle_rad;    ///< positive pays out               [rad]
  double spool_speed_rad_s;  ///<                                 [rad/s]
  double hand_force_n;       ///< positive pulls the handle out   [N]
  double cut;                ///< the cable parts now             [bool]
} taut_cable_input;

/// Constants of one instance, derived at init.
typedef struct taut_cable_constants {
  double dt_s, half_dt_s;
  double radius_m, slope_m_rad;
  double stiffness_n_m, damping_ns_m;
  double pulley_share;      ///< mu of equation (4)                 [1]
  double per_pulley_speed;  ///< 1 / (2 pulley_speed)               [s/m]
  double mass_kg, dt_over_mass, drag_ns_m;
  double length_m, stop_n_m, stop_ns_m;
  double strength_n;
  double cell_share;  ///< of the new value per step          [1]
  double cell_quantum_n, cell_per_quantum, cell_noise_n, cell_bias_n, cell_scale;
  int64_t cell_every;  ///< steps between two samples
} taut_cable_constants;

/// Everything that changes, and the constants. No pointers, no padding.
typedef struct taut_cable_state {
  double position_m, speed_m_s;    // handle
  double cell_filtered_n, cell_n;  // load cell before and after sampling
  double damper_n, stretch_m_s;    // of the last step, for its losses
  double pulley_n, pulley_m_s;
  double hand_energy_j, loss_energy_j;
  double break_n;  // tension at the break
  int64_t is_broken, break_is_booked;
  int64_t cell_count;
  taut_cable_constants k;
} taut_cable_state;

/// Forces of one instant.
typedef struct taut_cable_forces {
  double tension_n;        // at the handle
  double spool_tension_n;  // at the spool
  double stretch_m;
  double spool_m_s;  // speed of the cable at the spool; positive pays out
} taut_cable_forces;

/// How far the cable is longer than unloaded [m]: equation (1). [any]
static inline double taut_cable_stretch(const taut_cable_state *s, double angle_rad) {
  return s->position_m - taut_spool_length(s->k.radius_m, s->k.slope_m_rad, angle_rad);
}

/// Tension from same-tick positions and speeds: F = max(0, k dl + c dl'), shared between handle and
/// spool by the pulley friction. Equations (1) to (4) of the README. [any]
static inline taut_cable_forces taut_cable_forces_at(const taut_cable_state *s, double angle_rad,
                                                     double speed_rad_s) {
  const taut_cable_constants *k = &s->k;
  taut_cable_forces f;
  f.spool_m_s = taut_spool_radius(k->radius_m, k->slope_m_rad, angle_rad) * speed_rad_s;
  f.stretch_m = taut_cable_stretch(s, angle_rad);
  const double stretch_m_s = s->speed_m_s - f.spool_m_s;
  const double wish_n = k->stiffness_n_m * f.stretch_m + k->damping_ns_m * stretch_m_s;
  const int is_taut = (f.stretch_m > 0.0) & (wish_n > 0.0) & (s->is_broken == 0);
  const double elastic_n = is_taut ? wish_n : 0.0;
  // smooth around rest: t (1.5 - 0.5 t2), 1 from pulley_speed on
  const double sum_m_s = s->speed_m_s + f.spool_m_s;
  const double wide = sum_m_s * k->per_pulley_speed;
  const double t = wide > 1.0 ? 1.0 : (wide < -1.0 ? -1.0 : wide);
  const double pulley_n = k->pulley_share * elastic_n * (t * (1.5 - 0.5 * t * t));
  f.tension_n = elastic_n + pulley_n;
  f.spool_tension_n = elastic_n - pulley_n;
  return f;
}

/// Default parameters, the home trainer. [any]
taut_cable_params taut_cable_params_default(void);

/// Sets the state for a run with steps of `dt_s`: handle at its stop, spool at angle 0. Returns
/// NULL, or why the parameters are refused (static text). Allocates nothing. [step]
const char *taut_cable_init(taut_cable_state *s, const taut_cable_params *p, double dt_s);

/// The same for steps of 0.5 ms to 2 ms: springs stiffer, and pulley friction steeper, than such a
/// step resolves are made as soft as it needs. plugins/cable_averaged/README.md. [step]
const char *taut_cable_init_averaged(taut_cable_state *s, const taut_cable_params *p, double dt_s);

/// What became of a step; 0 is the one that must not be.
enum {
  TAUT_CABLE_LOST,   ///< an input made the motion leave the numbers
  TAUT_CABLE_MOVED,  ///< nothing to tell
  TAUT_CABLE_PARTED  ///< the cable broke or was cut in this step
};

/// Moves the state by one step; TAUT_CABLE_LOST ... `seed` and `tick_ns` address the noise of the
/// load cell. Allocates nothing. [step]
int taut_cable_update(taut_cable_state *s, const taut_cable_input *u, uint64_t seed,
                      int64_t tick_ns);

/// The same for a caller who knows the forces of this tick already: they are
/// taut_cable_forces_at(s, u->spool_angle_rad, u->spool_speed_rad_s). [step]
int taut_cable_move(taut_cable_state *s, const taut_cable_forces *f, double hand_force_n,
                    double cut, uint64_t seed, int64_t tick_ns);

/// Takes a sample of the load cell (7), as a step does every `cell_every` steps. [step]
void taut_cable_sample(taut_cable_state *s, uint64_t seed, int64_t tick_ns);

/// Whether nothing moves that would go on moving through skipped time. A resting cable needs no
/// more: it stays as it is. [any]
static inline int taut_cable_is_at_rest(const taut_cable_state *s) {
  return s->speed_m_s < 0.05 && s->speed_m_s > -0.05;
}

/// Elastic and kinetic energy held now [J], stops included. [any]
double taut_cable_stored_j(const taut_cable_state *s, const taut_cable_forces *f);

#endif

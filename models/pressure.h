/// Intra-abdominal pressure.
///
///   P* = P_posture + s_i (a_m m + e_f effort^2) + P_br (2 lungs - 1) + h_v P_v [braced]
///   tau dP/dt = P* - P;   a cough adds its own pulse on top, A (1 - (2t/T - 1)^2)
///
/// m is the lifted mass, the hand force of both hands over standard gravity. s_i is the individual
/// gain: the same lift raises pressure three to four times more in one woman than in another (12.5
/// kg, 206 women 6 to 10 weeks after birth: mean 54, range 26 to 80 cmH2O; PMC7018791, table 2).
/// All functions are pure, allocate nothing and may be called from any thread. [any]
#ifndef TAUT_MODELS_PRESSURE_H
#define TAUT_MODELS_PRESSURE_H

typedef struct taut_pressure_params {
  double posture_pa;   ///< P_posture                                 [Pa]
  double per_kg_pa;    ///< a_m, rise per lifted kilogram             [Pa/kg]
  double individual;   ///< s_i                                       [1]
  double effort_pa;    ///< e_f, rise at full effort                  [Pa]
  double breath_pa;    ///< P_br                                      [Pa]
  double valsalva_pa;  ///< h_v P_v, rise while braced with held breath [Pa]
  double tau_s;        ///< time constant                             [s]
  double cough_pa;     ///< A                                         [Pa]
  double cough_s;      ///< T                                         [s]
} taut_pressure_params;

typedef struct taut_pressure_input {
  double lifted_kg;  ///< m
  double effort;     ///< force over capacity, or the effort she is about to give
  double lungs;      ///< 0..1
  double is_braced;  ///< 0 or 1: breath held against the load
} taut_pressure_input;

typedef struct taut_pressure {
  double base_pa;       ///< P without cough [Pa]
  double cough_left_s;  ///< time left of a cough [s]
} taut_pressure;

/// P* without time constant and cough [Pa].
double taut_pressure_steady(const taut_pressure_params *params, const taut_pressure_input *input);

/// Moves the pressure by dt_s (implicit Euler: no overshoot whatever the time constant).
void taut_pressure_step(const taut_pressure_params *params, taut_pressure *state,
                        const taut_pressure_input *input, double dt_s);

/// Pressure with the cough [Pa].
double taut_pressure_now(const taut_pressure_params *params, const taut_pressure *state);

#endif

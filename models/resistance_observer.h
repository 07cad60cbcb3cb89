/// Speed and cable force from a quantised encoder and the measured motor current.
///
/// Extended-state observer in cable coordinates (x = r*theta; rotor and spool are the mass M =
/// J/r^2):
///   M dv/dt = F_cable - F_motor,  dF_cable/dt = 0 + correction
/// with a triple real pole at z = exp(-2 pi f dt) (pole placement of a discrete third-order
/// observer; derived in plugins/resistance/README.md, eq. 1 to 4). The force state is what tells a
/// released handle within a few milliseconds: it collapses although the motor still pulls.
#ifndef TAUT_MODELS_RESISTANCE_OBSERVER_H
#define TAUT_MODELS_RESISTANCE_OBSERVER_H

/// Constants of the observer, made once by taut_observer_gains_make.
typedef struct taut_observer_gains {
  double period_s;     ///< time between two steps [s]
  double mass_kg;      ///< J/r^2 [kg]
  double per_mass;     ///< 1/mass [1/kg]
  double position;     ///< correction of the position [1]
  double speed_per_s;  ///< correction of the speed [1/s]
  double force_n_m;    ///< correction of the cable force [N/m]
  double smooth;       ///< share of the fast speed taken into the smooth one per step [1]
  double slow;         ///< share taken into the slow forces per step [1]
} taut_observer_gains;

/// What the observer knows about one cable.
typedef struct taut_observer {
  double position_m;         ///< extension, positive pays out [m]
  double speed_m_s;          ///< fast estimate for the retraction limiter [m/s]
  double cable_force_n;      ///< cable force at the spool [N]
  double acceleration_m_s2;  ///< of the spool's rim [m/s2]
  double speed_smooth_m_s;   ///< for laws, friction compensation and outputs [m/s]
  double force_slow_n;       ///< cable force, low-passed like the load cell for the cross-check [N]
  double acceleration_slow_m_s2;  ///< low-passed likewise; at this rate, or counts alias [m/s2]
} taut_observer;

/// Gains for a period [s], a mass J/r^2 [kg], the observer's bandwidth, the smooth speed's and the
/// slow forces' [Hz]. All arguments > 0. [any]
taut_observer_gains taut_observer_gains_make(double period_s, double mass_kg, double bandwidth_hz,
                                             double smooth_hz, double slow_hz);

/// Restarts at rest at `position_m` with a cable force of `force_n`. [any]
void taut_observer_reset(taut_observer *observer, double position_m, double force_n);

/// One step: measured position [m] and the force that motor and friction exert on the rim against
/// paying out [N], both of this tick. [any]
static inline void taut_observer_step(taut_observer *o, const taut_observer_gains *g,
                                      double measured_m, double motor_n) {
  // Predict with the force that is known and the one that is believed.
  double a = (o->cable_force_n - motor_n) * g->per_mass;
  double x = o->position_m + g->period_s * (o->speed_m_s + 0.5 * g->period_s * a);
  double v = o->speed_m_s + g->period_s * a;
  // Correct by what the encoder says.
  double error = measured_m - x;
  o->position_m = x + g->position * error;
  o->speed_m_s = v + g->speed_per_s * error;
  o->cable_force_n += g->force_n_m * error;
  o->acceleration_m_s2 = (o->cable_force_n - motor_n) * g->per_mass;
  o->speed_smooth_m_s += g->smooth * (o->speed_m_s - o->speed_smooth_m_s);
  o->force_slow_n += g->slow * (o->cable_force_n - o->force_slow_n);
  o->acceleration_slow_m_s2 += g->slow * (o->acceleration_m_s2 - o->acceleration_slow_m_s2);
}

#endif

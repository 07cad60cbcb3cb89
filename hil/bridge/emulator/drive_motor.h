/// The motor behind an emulated drive: models/pmsm with the bus, the friction and the heat of the
/// home trainer, and the protections of its own drive out of the way, so that the emulated firmware
/// decides. Signs are the role's: positive torque retracts, positive speed pays out.
#ifndef TAUT_HIL_BRIDGE_EMULATOR_DRIVE_MOTOR_H
#define TAUT_HIL_BRIDGE_EMULATOR_DRIVE_MOTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "models/pmsm.h"

typedef enum taut_drive_motor_mode {
  TAUT_DRIVE_MOTOR_OFF,     ///< phases open
  TAUT_DRIVE_MOTOR_TORQUE,  ///< torque control
  TAUT_DRIVE_MOTOR_BRAKE    ///< a current that opposes the motion
} taut_drive_motor_mode;

typedef struct taut_drive_motor {
  taut_pmsm_state pmsm;
  taut_pmsm_input input;
  int64_t now_ns;
  double torque_per_amp_nm;
  taut_drive_motor_mode mode;
  double torque_nm;      ///< asked for in TORQUE                                  [N m]
  double brake_a;        ///< asked for in BRAKE                                   [A]
  bool is_held;          ///< somebody holds the spool at `held_rad_s`
  double held_rad_s;     ///<                                                      [rad/s]
  double tension_n;      ///< cable at the spool                                   [N]
  double supply_scale;   ///< of the supply's nominal voltage                      [1]
  double temp_offset_k;  ///< added to what the sensors see                        [K]
  double iq_sum_a, id_sum_a;
  int64_t n_sum;  ///< steps since the sums were read
} taut_drive_motor;

/// A motor at rest at `now_ns`. [any]
void taut_drive_motor_init(taut_drive_motor *motor, int64_t now_ns);

/// Moves it to `now_ns` in steps of 50 us. [any]
void taut_drive_motor_advance(taut_drive_motor *motor, int64_t now_ns);

/// Mean currents since the last call [A], NaN when no step lies between. [any]
void taut_drive_motor_read_means(taut_drive_motor *motor, double *iq_a, double *id_a);

#endif

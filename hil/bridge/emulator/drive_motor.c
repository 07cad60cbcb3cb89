// The motor behind an emulated drive.
#include "hil/bridge/emulator/drive_motor.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "taut/math.h"

enum { STEP_NS = 50000 };

void taut_drive_motor_init(taut_drive_motor *motor, int64_t now_ns) {
  memset(motor, 0, sizeof *motor);
  taut_pmsm_params p = taut_pmsm_params_default();
  p.under_voltage_v = 5.0;
  p.under_voltage_reset_v = 6.0;
  p.over_voltage_v = 200.0;
  p.over_voltage_reset_v = 190.0;
  p.watchdog_s = 10.0;
  const char *why = taut_pmsm_init(&motor->pmsm, &p, STEP_NS * 1e-9);
  assert(!why);
  (void)why;
  motor->input = (taut_pmsm_input){.current_ceiling_a = 100.0, .chopper_connected = 1.0};
  motor->torque_per_amp_nm = 1.0 / motor->pmsm.k.current_per_torque;
  motor->supply_scale = 1.0;
  motor->now_ns = now_ns;
}

// A braking current that fades out towards standstill, as a drive's does: it never reverses.
static double brake_nm(const taut_drive_motor *motor) {
  const double most_nm = motor->brake_a * motor->torque_per_amp_nm;
  return most_nm * taut_clamp(motor->pmsm.speed_rad_s / 2.0, -1.0, 1.0);
}

static void step(taut_drive_motor *motor) {
  taut_pmsm_input *u = &motor->input;
  u->torque_permit = motor->mode != TAUT_DRIVE_MOTOR_OFF;
  u->torque_command_nm = motor->mode == TAUT_DRIVE_MOTOR_TORQUE  ? motor->torque_nm
                         : motor->mode == TAUT_DRIVE_MOTOR_BRAKE ? brake_nm(motor)
                                                                 : 0.0;
  u->command_seq += 1.0;
  u->spool_tension_n = motor->tension_n;
  u->supply_scale = motor->supply_scale;
  if (motor->is_held) motor->pmsm.speed_rad_s = motor->held_rad_s;
  taut_pmsm_update(&motor->pmsm, u);
  if (motor->is_held) motor->pmsm.speed_rad_s = motor->held_rad_s;
  motor->iq_sum_a += taut_pmsm_iq_measured(&motor->pmsm);
  motor->id_sum_a += taut_pmsm_id_measured(&motor->pmsm);
  motor->n_sum++;
}

void taut_drive_motor_advance(taut_drive_motor *motor, int64_t now_ns) {
  for (; motor->now_ns + STEP_NS <= now_ns; motor->now_ns += STEP_NS) step(motor);
}

void taut_drive_motor_read_means(taut_drive_motor *motor, double *iq_a, double *id_a) {
  *iq_a = motor->n_sum > 0 ? motor->iq_sum_a / (double)motor->n_sum : (double)NAN;
  *id_a = motor->n_sum > 0 ? motor->id_sum_a / (double)motor->n_sum : (double)NAN;
  motor->iq_sum_a = motor->id_sum_a = 0.0;
  motor->n_sum = 0;
}

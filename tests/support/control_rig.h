/// A loop of one cable for tests of the controller: the plant's models, a hand that follows a
/// reference, and the reference controller on the left side, in the order an engine would call
/// them.
#ifndef TAUT_TESTS_SUPPORT_CONTROL_RIG_H
#define TAUT_TESTS_SUPPORT_CONTROL_RIG_H

#include <stdbool.h>
#include <stdint.h>

#include "models/cable.h"
#include "models/pmsm.h"
#include "models/resistance.h"
#include "taut/math.h"
#include "taut/roles.h"

#define RIG_DT_S 50e-6

typedef struct rig {
  taut_pmsm_state motor;
  taut_cable_state cable;
  taut_resistance_state control;
  taut_resistance_output seen;  ///< what the plant sees of the controller
  taut_resistance_input in;     ///< what the test sets of the controller's inputs
  taut_pmsm_input motor_in;     ///< what the test sets of the motor's inputs
  bool is_holding;              ///< the hand holds the handle
  bool is_beating;              ///< the heartbeat goes on
  bool is_encoder_stuck;
  double cut;                         ///< the cable parts
  double reference_m, reference_m_s;  ///< where the hand wants to be
  double feed_n;                      ///< force the hand expects
  double load_cell_bias_n;
  double tension_n, spool_m_s, hand_n;
  int64_t tick;
  // what was seen since the last rig_clear
  double take_up_max_m_s, command_max_n, tension_max_n, iq_max_a;
  double sum_tension_n, sum_command_n;
  int64_t n_sum;
} rig;

static inline void rig_clear(rig *r) {
  r->take_up_max_m_s = r->command_max_n = r->tension_max_n = r->iq_max_a = 0.0;
  r->sum_tension_n = r->sum_command_n = 0.0;
  r->n_sum = 0;
}

static inline bool rig_init(rig *r, const taut_resistance_params *control,
                            const taut_pmsm_params *motor, const taut_cable_params *cable) {
  *r = (rig){.is_holding = false, .is_beating = true};
  r->motor_in = (taut_pmsm_input){.supply_scale = 1.0, .chopper_connected = 1.0};
  bool is_ok = !taut_pmsm_init(&r->motor, motor, RIG_DT_S) &&
               !taut_cable_init(&r->cable, cable, RIG_DT_S) &&
               !taut_resistance_init(&r->control, control, 250e-6);
  r->in = r->control.input;
  r->in.profile = TAUT_PROFILE_REHAB;
  return is_ok;
}

static inline rig rig_default(void) {
  rig r;
  taut_resistance_params control = taut_resistance_params_default();
  taut_pmsm_params motor = taut_pmsm_params_default();
  taut_cable_params cable = taut_cable_params_default();
  if (!rig_init(&r, &control, &motor, &cable)) r.tick = -1;
  return r;
}

/// The hand pulls towards its reference like a spring with damping; it cannot push.
static inline double rig_hand(const rig *r) {
  if (!r->is_holding) return 0.0;
  double force = r->feed_n + 3000.0 * (r->reference_m - r->cable.position_m) +
                 120.0 * (r->reference_m_s - r->cable.speed_m_s);
  return force > 0.0 ? force : 0.0;
}

static inline void rig_control(rig *r) {
  taut_resistance_input *in = &r->control.input;
  double hand = r->in.side[0].hand_presence;
  *in = r->in;
  taut_resistance_side_input *side = &in->side[0];
  side->encoder_angle_rad = r->motor.encoder_rad;
  side->encoder_valid = 1.0;
  side->iq_a = taut_pmsm_iq_measured(&r->motor);
  side->drive_state = (double)r->motor.drive_state;
  side->drive_fault = (double)r->motor.drive_fault;
  side->bus_v = r->motor.bus_v;
  side->motor_temp_k = r->motor.sensor_k;
  side->load_cell_n = r->cable.cell_n + r->load_cell_bias_n;
  side->hand_presence = hand;
  taut_resistance_update(&r->control);
}

/// One base tick of 50 us.
static inline void rig_step(rig *r) {
  r->seen = r->control.output;
  if (r->tick % 200 == 0 && r->is_beating) r->in.heartbeat_seq += 1.0;
  taut_cable_forces f = taut_cable_forces_at(&r->cable, r->motor.angle_rad, r->motor.speed_rad_s);
  r->tension_n = f.tension_n;
  r->spool_m_s = f.spool_m_s;
  if (-f.spool_m_s > r->take_up_max_m_s) r->take_up_max_m_s = -f.spool_m_s;
  if (f.tension_n > r->tension_max_n) r->tension_max_n = f.tension_n;
  if (r->motor.iq_a > r->iq_max_a) r->iq_max_a = r->motor.iq_a;
  double command = r->seen.side[0].load_command_n;
  if (command > r->command_max_n) r->command_max_n = command;
  r->sum_tension_n += f.tension_n;
  r->sum_command_n += command;
  r->n_sum += 1;
  if (r->tick % 20 == 0) r->hand_n = rig_hand(r);
  if (!r->is_holding) r->hand_n = 0.0;
  if (r->tick % 5 == 0) rig_control(r);
  taut_pmsm_input mi = r->motor_in;
  mi.torque_command_nm = r->seen.side[0].torque_command_nm;
  mi.current_ceiling_a = r->seen.side[0].current_ceiling_a;
  mi.torque_permit = r->seen.side[0].torque_permit;
  mi.brake = r->seen.side[0].brake;
  mi.command_seq = r->seen.torque_seq;
  mi.spool_tension_n = f.spool_tension_n;
  mi.encoder_stuck = r->is_encoder_stuck;
  taut_cable_input ci = {.spool_angle_rad = r->motor.angle_rad,
                         .spool_speed_rad_s = r->motor.speed_rad_s,
                         .hand_force_n = r->hand_n,
                         .cut = r->cut};
  taut_pmsm_update(&r->motor, &mi);
  taut_cable_update(&r->cable, &ci, 1, r->tick * 50000);
  r->reference_m += r->reference_m_s * RIG_DT_S;
  r->tick += 1;
}

static inline void rig_run(rig *r, double time_s) {
  int64_t n = taut_to_i64(time_s / RIG_DT_S + 0.5);
  for (int64_t i = 0; i < n; i++) rig_step(r);
}

static inline void rig_command(rig *r, int command) {
  r->in.command = command;
  r->in.command_seq += 1.0;
}

/// Moves the hand's reference to `to_m` along a smooth path in `time_s`.
static inline void rig_move(rig *r, double to_m, double time_s) {
  double from = r->reference_m;
  int64_t n = taut_to_i64(time_s / RIG_DT_S + 0.5);
  for (int64_t i = 0; i < n; i++) {
    double t = (double)i / (double)n;
    r->reference_m = from + (to_m - from) * t * t * t * (10.0 - 15.0 * t + 6.0 * t * t);
    r->reference_m_s = (to_m - from) * 30.0 * t * t * (1.0 - 2.0 * t + t * t) / time_s;
    double kept = r->reference_m;
    rig_step(r);
    r->reference_m = kept;
  }
  r->reference_m = to_m;
  r->reference_m_s = 0.0;
}

/// Grips the handle, brings it out, arms in two steps and waits for the ramp. True when loaded.
static inline bool rig_load(rig *r, double pounds, double hold_m) {
  r->in.side[0].load_n = pounds * TAUT_LBF_N;
  rig_run(r, 0.1);
  rig_command(r, TAUT_COMMAND_ARM_REQUEST);
  r->is_holding = true;
  r->in.side[0].hand_presence = 1.0;
  r->reference_m = r->cable.position_m;
  r->feed_n = 8.0;
  rig_move(r, hold_m, 1.0);
  rig_run(r, 1.3);
  if (r->control.arm != TAUT_ARM_READY) return false;
  rig_command(r, TAUT_COMMAND_ARM_CONFIRM);
  double target = pounds * TAUT_LBF_N;
  for (int64_t i = 0; i < 20 * 20000 && r->control.is_ramping + (i < 100); i++) {
    r->feed_n = r->seen.side[0].load_command_n;
    rig_step(r);
  }
  r->feed_n = target;
  rig_run(r, 0.5);
  return r->control.arm == TAUT_ARM_ARMED;
}

#endif

/// Inside of a step of the motor: what the exact and the averaged one have in common. Numbers in
/// brackets are the equations of plugins/motor_pmsm/README.md.
#ifndef TAUT_MODELS_PMSM_PARTS_H
#define TAUT_MODELS_PMSM_PARTS_H

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "models/pmsm.h"
#include "models/pmsm_number.h"
#include "taut/math.h"
#include "taut/roles.h"

typedef struct dq {
  double d, q;
} dq;

// Current command (3): torque by the nominal constant, within the limit. Feeds the watchdog.
static inline double taut_pmsm_command(taut_pmsm_state *s, const taut_pmsm_input *u) {
  const taut_pmsm_constants *k = &s->k;
  const double ceiling_a = u->current_ceiling_a > 0.0 ? u->current_ceiling_a : 0.0;
  const double limit_a = ceiling_a < s->thermal_limit_a ? ceiling_a : s->thermal_limit_a;
  s->limit_a = limit_a;
  const double iq_command =
      taut_clamp(u->torque_command_nm * k->current_per_torque, -limit_a, limit_a);
  const bool is_fresh =
      (u->command_seq < s->last_command_seq) | (u->command_seq > s->last_command_seq);
  s->silence_s = is_fresh ? 0.0 : s->silence_s + k->dt_s;
  if (is_fresh) s->last_command_seq = u->command_seq;
  return iq_command;
}

// Current of the d-axis (3): none, until a bus that nobody empties has to be kept below its trip.
static inline double taut_pmsm_braking_current(const taut_pmsm_state *s, double iq_command) {
  const taut_pmsm_constants *k = &s->k;
  if (s->bus_v <= k->loss_braking_v) return 0.0;
  const double room_a2 = k->loss_braking2_a2 - iq_command * iq_command;
  const double share = taut_clamp((s->bus_v - k->loss_braking_v) * k->loss_braking_per_v, 0.0, 1.0);
  return room_a2 > 0.0 ? -share * taut_sqrt(room_a2) : 0.0;
}

// Currents in the frame of an encoder that does not tell the rotor's angle (9).
static inline dq taut_pmsm_turned(const taut_pmsm_state *s) {
  const double turn = -s->k.pole_pairs * s->encoder_error_rad;
  const double c = taut_cos(turn);
  const double n = taut_sin(turn);
  return (dq){s->id_a * c + s->iq_a * n, s->iq_a * c - s->id_a * n};
}

// Energy of the phases.
static inline double taut_pmsm_magnetic_j(const taut_pmsm_state *s) {
  return 0.75 * (s->k.ld_h * s->id_a * s->id_a + s->k.lq_h * s->iq_a * s->iq_a);
}

// Encoder (9): slip and standstill reach the controller and the commutation.
static inline void taut_pmsm_read_encoder(taut_pmsm_state *s, const taut_pmsm_input *u) {
  const taut_pmsm_constants *k = &s->k;
  const bool is_stuck = u->encoder_stuck >= 0.5;
  if (!is_stuck) {
    s->encoder_raw_rad = s->angle_rad + u->encoder_slip_rad;
    s->encoder_error_rad = u->encoder_slip_rad;
    s->encoder_rad =
        k->encoder_quantum_rad * taut_round_even(s->encoder_raw_rad * k->encoder_counts);
  } else {
    s->encoder_error_rad = s->encoder_raw_rad - s->angle_rad;
  }
  if (s->encoder_error_rad != 0.0) {
    const dq i = taut_pmsm_turned(s);
    s->id_turned_a = i.d;
    s->iq_turned_a = i.q;
  }
}

// Whether anything but an undisturbed run or rest is going on.
static inline bool taut_pmsm_needs_attention(const taut_pmsm_state *s, const taut_pmsm_input *u) {
  const bool permit = u->torque_permit >= 0.5;
  const bool is_steady = s->drive_state == TAUT_DRIVE_READY + permit;  // else RUN
  const bool is_number = fabs(u->torque_command_nm + u->current_ceiling_a) <= DBL_MAX;
  const bool is_bad_run = !is_number | (s->silence_s > s->k.watchdog_s) | (s->is_hot != 0);
  return !is_steady | (u->brake >= 0.5) | (s->is_alarmed != 0) | (permit & is_bad_run);
}
static_assert(TAUT_DRIVE_READY + 1 == TAUT_DRIVE_RUN, "the steady states follow each other");

#endif

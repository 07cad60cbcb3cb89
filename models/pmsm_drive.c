// The drive's state machine: permission, faults, watchdog, brake. Runs only when something is going
// on.
#include <float.h>
#include <math.h>
#include <stdbool.h>

#include "models/pmsm.h"
#include "taut/math.h"
#include "taut/roles.h"

static bool is_number(const taut_pmsm_input *u) {
  return fabs(u->torque_command_nm + u->current_ceiling_a) <= DBL_MAX;
}

static bool is_overloaded(const taut_pmsm_state *s) {
  return s->id_a * s->id_a + s->iq_a * s->iq_a > s->k.trip2_a2;
}

// A fault that begins now. What would hurt without torque as well trips in any state.
static int64_t new_fault(const taut_pmsm_state *s, const taut_pmsm_input *u, bool permit) {
  const taut_pmsm_constants *k = &s->k;
  if (is_overloaded(s)) return TAUT_DRIVE_FAULT_OVER_CURRENT;
  if (s->bus_v > k->over_v) return TAUT_DRIVE_FAULT_OVER_VOLTAGE;
  if (!permit) return TAUT_DRIVE_FAULT_NONE;
  if (!is_number(u)) return TAUT_DRIVE_FAULT_NUMBER;
  if (s->bus_v < (s->drive_state == TAUT_DRIVE_OFF ? k->under_reset_v : k->under_v)) {
    return TAUT_DRIVE_FAULT_UNDER_VOLTAGE;
  }
  if (s->sensor_k >= k->derate_end_k) return TAUT_DRIVE_FAULT_OVER_TEMPERATURE;
  if (s->silence_s > k->watchdog_s) return TAUT_DRIVE_FAULT_WATCHDOG;
  return TAUT_DRIVE_FAULT_NONE;
}

// Whether the cause of the held fault is gone, with the hysteresis of the voltage trips.
static bool is_cause_gone(const taut_pmsm_state *s, const taut_pmsm_input *u) {
  const taut_pmsm_constants *k = &s->k;
  switch (s->drive_fault) {
    case TAUT_DRIVE_FAULT_OVER_VOLTAGE: return s->bus_v < k->over_reset_v;
    case TAUT_DRIVE_FAULT_UNDER_VOLTAGE: return s->bus_v > k->under_reset_v;
    case TAUT_DRIVE_FAULT_OVER_CURRENT: return !is_overloaded(s);
    case TAUT_DRIVE_FAULT_OVER_TEMPERATURE: return s->sensor_k < k->derate_end_k;
    case TAUT_DRIVE_FAULT_WATCHDOG: return s->silence_s <= k->watchdog_s;
    case TAUT_DRIVE_FAULT_NUMBER: return is_number(u);
    default: return true;
  }
}

// Switches the bridge. Opening it hands the magnetic energy to the bus through the diodes, within
// less than a millisecond in reality and at once here.
static void switch_bridge(taut_pmsm_state *s, int64_t bridge) {
  if (bridge == s->bridge) return;
  if (bridge == TAUT_PMSM_OPEN) {
    s->bus_j += 0.75 * (s->k.ld_h * s->id_a * s->id_a + s->k.lq_h * s->iq_a * s->iq_a);
    s->bus_v = taut_sqrt(s->bus_j * s->k.two_over_c);
    s->id_a = s->iq_a = 0.0;
  }
  s->sum_d_v = s->sum_q_v = 0.0;
  s->bridge = bridge;
}

// Current while the torque is taken off after a watchdog fault; the ramp ends early when anything
// else goes wrong.
static double ramp_down(taut_pmsm_state *s) {
  if (is_overloaded(s) || s->bus_v > s->k.over_v || s->bus_v < s->k.under_v ||
      s->sensor_k >= s->k.derate_end_k) {
    s->ramp_left = 0.0;
  }
  s->ramp_left = s->ramp_left > s->k.ramp_step ? s->ramp_left - s->k.ramp_step : 0.0;
  return taut_clamp(s->ramp_iq_a * s->ramp_left, -s->limit_a, s->limit_a);
}

// Clears the fault when the permission comes back after its cause is gone, and takes a new one.
static void judge_fault(taut_pmsm_state *s, const taut_pmsm_input *u, bool permit) {
  const bool is_rising = permit && s->permit_last == 0;
  s->permit_last = permit;
  if (is_rising) {
    if (is_cause_gone(s, u)) s->drive_fault = TAUT_DRIVE_FAULT_NONE;
    if (s->drive_fault == TAUT_DRIVE_FAULT_NONE) s->silence_s = 0.0;
  }
  if (s->drive_fault == TAUT_DRIVE_FAULT_NONE) {
    s->drive_fault = new_fault(s, u, permit);
    s->ramp_left = s->drive_fault == TAUT_DRIVE_FAULT_WATCHDOG ? 1.0 : 0.0;
    s->ramp_iq_a = taut_pmsm_iq_measured(s);
  }
}

double taut_pmsm_drive_attend(taut_pmsm_state *s, const taut_pmsm_input *u, double iq_command_a,
                              int *result) {
  const bool permit = u->torque_permit >= 0.5;
  const int64_t fault_before = s->drive_fault;
  judge_fault(s, u, permit);
  if (s->drive_fault != fault_before) *result = TAUT_PMSM_FAULT_CHANGED;

  if (s->drive_fault != TAUT_DRIVE_FAULT_NONE) {
    s->drive_state = TAUT_DRIVE_FAULT;
    if (permit && s->ramp_left > 0.0) iq_command_a = ramp_down(s);
    if (permit && s->ramp_left > 0.0) {
      switch_bridge(s, TAUT_PMSM_DRIVE);
      return iq_command_a;
    }
    s->ramp_left = 0.0;
  } else if (permit) {
    s->drive_state = TAUT_DRIVE_RUN;
    switch_bridge(s, TAUT_PMSM_DRIVE);
    return iq_command_a;
  } else {
    const bool was_off = s->drive_state == TAUT_DRIVE_OFF;
    const bool is_off = s->bus_v < (was_off ? s->k.under_reset_v : s->k.under_v);
    s->drive_state =
        is_off ? TAUT_DRIVE_OFF : (u->brake >= 0.5 ? TAUT_DRIVE_BRAKE : TAUT_DRIVE_READY);
  }
  switch_bridge(s, !permit && u->brake >= 0.5 ? TAUT_PMSM_SHORT : TAUT_PMSM_OPEN);
  return 0.0;
}

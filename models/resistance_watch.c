// Plausibility of what the sensors say, and what each finding leads to.
//
// Trips that cannot wait (frozen encoder, runaway current, speed, release) run in the fast loop;
// the slower cross-checks run once per outer call.
#include <math.h>

#include "models/resistance.h"
#include "taut/math.h"
#include "taut/roles.h"

// Figures that follow from the encoder's resolution and the mechanics, not from the machine [SI].
static const double frozen_s = 0.003, frozen_speed_m_s = 0.08;  // 239 m/s2 to stop within a count
static const double jump_m_s = 10.0;  // no spool turns as fast: its encoder slipped on the shaft
static const double silent_s = 0.02, disturbed_s = 0.002, disturbed_a = 0.3, offset_s = 0.1;
static const double over_speed_s = 0.001, pay_out_s = 0.005;
static const double at_limit_s = 0.04;  // more than a hand lowers at the retraction limit
static const double low_bus_s = 0.005, drive_fault_s = 0.001;
static const double debounce_s = 0.150, debounce_n = 9.81;  // the known-bad debounce

static void count(double *timer_s, bool is_true, double period_s) {
  *timer_s = is_true ? *timer_s + period_s : 0.0;
}

// An encoder that repeats itself although the cable was moving. From 0.08 m/s a healthy one passes
// eighteen counts in 3 ms, and no hand stops the rotor within one. One that stuck at rest is found
// when the rotor begins to move: its back-emf disturbs a current that nothing else disturbs at
// rest.
static void watch_encoder(taut_resistance_state *s, taut_resistance_side *side, double measured_m,
                          double iq_a) {
  if (side->has_torque && fabs(measured_m - side->encoder_last_m) > jump_m_s * s->period_s) {
    taut_resistance_trip(s, TAUT_SAFETY_STO, TAUT_CAUSE_ENCODER);
  }
  if (measured_m != side->encoder_last_m) {
    side->encoder_last_m = measured_m;
    side->encoder_speed_m_s = side->observer.speed_m_s;
    side->frozen_s = 0.0;
    return;
  }
  side->frozen_s += s->period_s;
  if (side->frozen_s >= frozen_s && fabs(side->encoder_speed_m_s) > frozen_speed_m_s) {
    taut_resistance_trip(s, TAUT_SAFETY_STO, TAUT_CAUSE_ENCODER);
  }
  bool is_steady = fabs(side->iq_command_a - side->iq_expected_a) < 0.1 * disturbed_a;
  double disturbance = iq_a - side->iq_expected_a - side->iq_offset_a;
  side->iq_offset_a += s->period_s / offset_s * disturbance;
  count(&side->disturbed_s,
        side->frozen_s > silent_s && is_steady && fabs(disturbance) > disturbed_a, s->period_s);
  if (side->disturbed_s >= disturbed_s) {
    taut_resistance_trip(s, TAUT_SAFETY_STO, TAUT_CAUSE_ENCODER);
  }
}

static void watch_current(taut_resistance_state *s, taut_resistance_side *side, double iq_a) {
  const taut_resistance_params *p = &s->p;
  double expected = side->iq_expected_a, asked = side->iq_command_a;
  double most = taut_max(0.0, taut_max(expected, asked)),
         least = taut_min(0.0, taut_min(expected, asked));
  bool is_away = iq_a > p->runaway_ratio * most + p->runaway_a ||
                 iq_a < p->runaway_ratio * least - p->runaway_a;
  count(&side->runaway_s, is_away, s->period_s);
  if (side->runaway_s >= p->runaway_s) {
    taut_resistance_trip(s, TAUT_SAFETY_STO, TAUT_CAUSE_RUNAWAY);
  }
}

static double profile_speed(const taut_resistance_state *s) {
  return s->input.profile == TAUT_PROFILE_GENERAL ? s->p.speed_limit_general_m_s
                                                  : s->p.speed_limit_m_s;
}

static void watch_speed(taut_resistance_state *s, taut_resistance_side *side) {
  double speed = side->observer.speed_m_s, trip = s->p.over_speed_ratio * profile_speed(s);
  count(&side->over_speed_s, speed < -trip, s->period_s);
  count(&side->pay_out_s, speed > s->p.extension_limit_m_s, s->period_s);
  if (side->over_speed_s >= over_speed_s || side->pay_out_s >= pay_out_s) {
    taut_resistance_trip(s, TAUT_SAFETY_STO, TAUT_CAUSE_OVER_SPEED);
  }
}

// The cable's force has collapsed although the motor pulls, and the spool runs in: either nobody
// holds the handle or the cable is slack or broken. Tightens the limiter; returns how long it has
// lasted.
static double doubt_hand(taut_resistance_state *s, taut_resistance_side *side) {
  const taut_resistance_params *p = &s->p;
  double slope = side->command_n / p->limiter_band_m_s;
  double honest = slope * (profile_speed(s) + side->observer.speed_m_s);
  double due = taut_max(5.0, taut_min(side->command_n, honest)),
         force = side->observer.cable_force_n;
  // At the limiter's speed the machine pulls with next to nothing, and a handle that is held
  // carries as little as a free one: only how long it lasts tells them apart.
  double little = p->release_share * side->command_n;
  count(&side->slack_s, honest < little && force < little, s->period_s);
  bool is_loaded = side->command_n >= p->release_least_n || side->is_doubted;
  bool is_slack = force < p->release_share * due || side->slack_s >= at_limit_s;
  bool is_gone = is_loaded && is_slack && side->observer.speed_m_s < -p->release_speed_m_s;
  if (is_gone) {
    side->doubt_s += s->period_s;
    side->clear_s = 0.0;
    if (side->doubt_s >= p->release_doubt_s && !side->is_doubted) {
      side->is_doubted = 1;
      side->speed_limit_m_s = p->speed_free_m_s;
    }
  } else {
    side->clear_s += s->period_s;
    if (!side->is_doubted || side->clear_s > 0.01) side->doubt_s = 0.0;
    if (side->clear_s > 0.01) side->is_doubted = 0;
  }
  return side->doubt_s;
}

static void watch_release(taut_resistance_state *s, taut_resistance_side *side,
                          const taut_resistance_side_input *in) {
  // Without a load there is nothing to let go of: the cable rewinds at the free speed.
  if (s->arm != TAUT_ARM_ARMED || s->is_unloaded || s->is_disarming || side->is_released) return;
  bool is_gone;
  if (s->p.defects & TAUT_RESISTANCE_RELEASE_DEBOUNCE) {
    count(&side->slack_s, in->load_cell_n < debounce_n && side->command_n > debounce_n,
          s->period_s);
    is_gone = side->slack_s >= debounce_s;
  } else {
    double doubt_s = doubt_hand(s, side);
    is_gone = in->hand_presence < 0.5 || doubt_s >= s->p.release_confirm_s;
  }
  if (!is_gone) return;
  // The other classes may not keep a load on an empty handle either.
  side->is_released = 1;
  side->released_s = side->still_s = 0.0;
  side->still_m = side->observer.position_m;
  side->speed_limit_m_s = s->p.speed_free_m_s;
  taut_resistance_trip(s, TAUT_SAFETY_RELEASED, TAUT_CAUSE_RELEASE);
  double least = in->hand_presence < 0.5 ? s->p.idle_n : 0.0;
  side->command_n = side->cap_n = taut_min(side->command_n, least);
}

void taut_resistance_watch_fast(taut_resistance_state *s, taut_resistance_side *side,
                                const taut_resistance_side_input *in, double measured_m) {
  watch_encoder(s, side, measured_m, in->iq_a);
  if (!side->has_torque) return;
  watch_current(s, side, in->iq_a);
  watch_speed(s, side);
  watch_release(s, side, in);
}

// ------------------------------------------------------------------------------------- outer loop

static bool is_enum(double value, int n) {
  return value >= 0.0 && value < n && value == rint(value);
}

static bool is_command_valid(const taut_resistance_input *in) {
  bool is_valid = is_enum(in->mode, TAUT_MODE_COUNT) && is_enum(in->profile, TAUT_PROFILE_COUNT) &&
                  in->mode_stiffness_n_m >= 0.0 && in->mode_eccentric_gain >= 0.0 &&
                  in->mode_eccentric_gain <= 1.0 && in->mode_speed_m_s >= 0.0 &&
                  in->mode_damping_ns_m >= 0.0;
  for (int i = 0; i < 2; i++) {
    const taut_resistance_side_input *side = &in->side[i];
    is_valid &= side->load_n >= 0.0 && side->load_n <= 600.0 && side->load_scale >= 0.0 &&
                side->load_scale <= 1.0;
  }
  return is_valid;
}

// What the load cell should read by the observer, which knows the current and the acceleration.
static double expected_cell(const taut_resistance_state *s, const taut_resistance_side *side) {
  double direction =
      taut_clamp(side->observer.speed_smooth_m_s / s->p.friction_blend_m_s, -1.0, 1.0);
  return side->observer.force_slow_n / taut_resistance_spool_force(s, 1.0, direction);
}

// Load cell against current, acceleration and set-point (eq. 17 to 19).
static void watch_cell(taut_resistance_state *s, taut_resistance_side *side,
                       const taut_resistance_side_input *in) {
  const taut_resistance_params *p = &s->p;
  double reading = in->load_cell_n - side->load_cell_zero_n;
  side->load_cell_slow_n += 4.0 * s->gains.slow * (reading - side->load_cell_slow_n);
  double cell = side->load_cell_slow_n, expected = expected_cell(s, side);
  double inertia = s->gains.mass_kg * side->observer.acceleration_slow_m_s2;
  double allowed = taut_max(p->cross_share * taut_max(cell, expected), p->cross_n);

  // A collapsing force is no measure of anything: the filters differ for some milliseconds.
  if (side->is_released) {
    side->excess_s = side->deficit_s = side->mismatch_s = 0.0;
    return;
  }

  // A reading that does not change although cable and force do.
  bool is_frozen = in->load_cell_n == side->load_cell_last_n;
  if (!is_frozen) {
    side->load_cell_last_n = in->load_cell_n;
    side->force_frozen_n = side->observer.force_slow_n;
  }
  count(&side->cell_frozen_s, is_frozen, s->outer_s);
  if (side->cell_frozen_s >= p->freeze_s && fabs(side->observer.speed_smooth_m_s) > 0.03 &&
      fabs(side->observer.force_slow_n - side->force_frozen_n) > 6.0) {
    taut_resistance_trip(s, TAUT_SAFETY_SS1, TAUT_CAUSE_LOAD_CELL);
  }

  // Far above the set-point, or above it by both estimates: the machine pulls too hard. Inertia is
  // the person's doing.
  double limit = side->command_n + taut_max(0.1 * side->command_n, 10.0);
  bool is_both = taut_min(cell, expected) - inertia > limit;
  bool is_far =
      cell - inertia > 1.15 * side->command_n + p->cross_n && cell - expected > p->cross_n;
  count(&side->excess_s, (is_both || is_far) && s->safety <= TAUT_SAFETY_ASSIST, s->outer_s);
  if (side->excess_s >= p->cross_s) taut_resistance_trip(s, TAUT_SAFETY_STO, TAUT_CAUSE_RUNAWAY);

  // Far below what the current should give, by a living load cell, with the rotor running out or
  // the encoder silent: the current no longer makes torque, so the encoder's angle is wrong.
  double deficit = expected - cell;
  bool is_silent = side->frozen_s > silent_s;
  bool is_encoder = (inertia > 0.25 * deficit || is_silent) && side->cell_frozen_s < 0.01;
  count(&side->deficit_s, deficit > taut_max(0.3 * expected, p->cross_n) && is_encoder, s->outer_s);
  if (side->deficit_s >= (is_silent ? 0.25 : 1.0) * p->cross_s) {
    taut_resistance_trip(s, TAUT_SAFETY_STO, TAUT_CAUSE_ENCODER);
  }

  count(&side->mismatch_s, fabs(deficit) > allowed, s->outer_s);
  if (side->mismatch_s >= 3.0 * p->cross_s) {
    taut_resistance_trip(s, TAUT_SAFETY_SS1, TAUT_CAUSE_LOAD_CELL);
  }
}

static int64_t drive_cause(double drive_fault) {
  switch ((int)drive_fault) {
    case TAUT_DRIVE_FAULT_OVER_VOLTAGE: return TAUT_CAUSE_OVER_VOLTAGE;
    case TAUT_DRIVE_FAULT_UNDER_VOLTAGE: return TAUT_CAUSE_UNDER_VOLTAGE;
    case TAUT_DRIVE_FAULT_OVER_TEMPERATURE: return TAUT_CAUSE_OVER_TEMPERATURE;
    default: return TAUT_CAUSE_DRIVE;
  }
}

static void watch_drive(taut_resistance_state *s, taut_resistance_side *side,
                        const taut_resistance_side_input *in) {
  const taut_resistance_params *p = &s->p;
  bool is_fault = in->drive_state == TAUT_DRIVE_FAULT && s->torque_on_s > 0.02;
  count(&side->drive_fault_s, is_fault, s->outer_s);
  if (side->drive_fault_s >= drive_fault_s) {
    // The torque is gone already: nothing is left to ramp.
    taut_resistance_trip(s, TAUT_SAFETY_LATCHED, drive_cause(in->drive_fault));
  }
  if (in->encoder_valid < 0.5) taut_resistance_trip(s, TAUT_SAFETY_STO, TAUT_CAUSE_ENCODER);
  if (in->bus_v > p->bus_high_v) {
    taut_resistance_trip(s, TAUT_SAFETY_SS1, TAUT_CAUSE_OVER_VOLTAGE);
  }
  bool is_low = in->bus_v > 0.0 && in->bus_v < p->bus_low_share * p->bus_nominal_v;
  count(&side->low_bus_s, is_low, s->outer_s);
  if (side->low_bus_s >= low_bus_s) {
    taut_resistance_trip(s, TAUT_SAFETY_SS1, TAUT_CAUSE_UNDER_VOLTAGE);
  }
  if (in->motor_temp_k >= p->derate_end_k) {
    taut_resistance_trip(s, TAUT_SAFETY_SS1, TAUT_CAUSE_OVER_TEMPERATURE);
  }
  bool is_warm = in->motor_temp_k > p->derate_start_k - 5.0;
  if (is_warm && !side->is_warm) {
    taut_resistance_emit(s, TAUT_RESISTANCE_EVENT_WARM, in->motor_temp_k);
  }
  side->is_warm = is_warm;
}

static void watch_sides(taut_resistance_state *s) {
  const taut_resistance_side *l = &s->side[0], *r = &s->side[1];
  bool is_apart = s->p.asymmetry_m > 0.0 && l->is_used && r->is_used &&
                  fabs(l->observer.position_m - r->observer.position_m) > s->p.asymmetry_m;
  count(&s->asymmetry_s, is_apart && s->arm == TAUT_ARM_ARMED, s->outer_s);
  if (s->asymmetry_s >= 0.2) taut_resistance_trip(s, TAUT_SAFETY_SS1, TAUT_CAUSE_ASYMMETRY);
}

// Symptoms by voice, button or camera. Everything but a remark on the weight or a breath unloads.
static void watch_symptoms(taut_resistance_state *s) {
  const taut_resistance_input *in = &s->input;
  if (in->report_seq != s->report_seq) {
    s->report_seq = in->report_seq;
    bool is_remark = in->report == TAUT_REPORT_NONE || in->report == TAUT_REPORT_TOO_HEAVY ||
                     in->report == TAUT_REPORT_CRAMP || in->report == TAUT_REPORT_BREATH_DONE;
    if (!is_remark) {
      taut_resistance_emit(s, TAUT_RESISTANCE_EVENT_REPORT, in->report);
      taut_resistance_trip(s, TAUT_SAFETY_SYMPTOM_RAMP, TAUT_CAUSE_SYMPTOM);
    }
  }
  if (in->form_alert_seq != s->form_seq) {
    s->form_seq = in->form_alert_seq;
    if (in->form_alert == TAUT_FORM_ALERT_CONE) {
      taut_resistance_trip(s, TAUT_SAFETY_SYMPTOM_RAMP, TAUT_CAUSE_FORM);
    }
  }
}

void taut_resistance_watch(taut_resistance_state *s) {
  const taut_resistance_input *in = &s->input;
  if (in->heartbeat_seq != s->heartbeat_seq) {
    s->heartbeat_seq = in->heartbeat_seq;
    s->heartbeat_age_s = 0.0;
  } else {
    s->heartbeat_age_s += s->outer_s;
  }
  watch_symptoms(s);
  if (s->arm == TAUT_ARM_DISARMED) return;

  if (s->n_bad) taut_resistance_trip(s, TAUT_SAFETY_SS1, TAUT_CAUSE_NUMBER);
  if (s->is_late) taut_resistance_trip(s, TAUT_SAFETY_SS1, TAUT_CAUSE_TIMEOUT);
  if (in->estop_a_closed < 0.5 || in->estop_b_closed < 0.5) {
    taut_resistance_trip(s, TAUT_SAFETY_SS1, TAUT_CAUSE_ESTOP);
  }
  if (s->heartbeat_age_s > s->p.heartbeat_s && !(s->p.defects & TAUT_RESISTANCE_STALE_TORQUE)) {
    taut_resistance_trip(s, TAUT_SAFETY_SS1, TAUT_CAUSE_COMMAND_STALE);
  }
  if (!is_command_valid(in)) taut_resistance_trip(s, TAUT_SAFETY_SS1, TAUT_CAUSE_COMMAND_INVALID);
  for (int i = 0; i < 2; i++) {
    if (!s->side[i].is_used || s->arm == TAUT_ARM_DISARMED) continue;
    watch_drive(s, &s->side[i], &in->side[i]);
    watch_cell(s, &s->side[i], &in->side[i]);
  }
  watch_sides(s);
}

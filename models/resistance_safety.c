// Safety classes: who wins, how the force goes, when a class ends.
#include <math.h>

#include "models/resistance.h"
#include "taut/math.h"
#include "taut/roles.h"

// The symptom ramp: under half in the first part, to take-up tension in the second, which waits
// while the person stands at the bottom of the range (limits: 50 % by 0.5 s, 10 N by 2 s, 1,000
// N/s).
static const double half_share = 0.45, half_s = 0.45, wait_min_s = 0.5, wait_max_s = 1.0;
static const double symptom_s = 1.8, bottom_share = 0.15;
// The slack may be wound up for this long after a release; then the torque goes in any case.
static const double rewind_max_s = 15.0, cable_s = 0.1, still_m = 0.03;
static const double sto_shown_s = 0.5, brake_s = 1.0;

// Which class wins: [normal assist symptom_ramp ss1 sto released latched].
static int rank(int64_t safety) {
  static const int ranks[TAUT_SAFETY_COUNT] = {0, 1, 2, 4, 5, 3, 6};
  return ranks[safety];
}

// Sets the state; the cause of a class that comes on top of another stays the first one.
static void enter(taut_resistance_state *s, int64_t safety, int64_t cause) {
  bool is_first = s->safety <= TAUT_SAFETY_ASSIST;
  s->safety = safety;
  taut_resistance_emit(s, TAUT_RESISTANCE_EVENT_SAFETY, (double)safety);
  if (is_first && cause != s->cause) {
    s->cause = cause;
    taut_resistance_emit(s, TAUT_RESISTANCE_EVENT_CAUSE, (double)cause);
  }
  s->class_s = 0.0;
  s->is_held_low = 0;
}

// No torque from here on. The rotor may still turn: short the phases for a second unless the force
// was ramped down before.
static void take_torque_off(taut_resistance_state *s, double braking_s) {
  s->brake_s = braking_s;
  taut_resistance_set_arm(s, TAUT_ARM_DISARMED);
  for (int i = 0; i < 2; i++) {
    taut_resistance_side *side = &s->side[i];
    side->command_n = side->cap_n = side->law_n = side->load_n = 0.0;
    side->is_doubted = side->is_released = 0;
  }
}

static double length_of_stop(const taut_resistance_state *s, int64_t cause) {
  double force = taut_max(s->side[0].command_n, s->side[1].command_n);
  // A filling bus cannot wait: as fast as the class allows.
  if (cause == TAUT_CAUSE_OVER_VOLTAGE) return taut_clamp(force / 1950.0, 0.11, 0.27);
  double share = taut_clamp(force / s->p.load_max_n, 0.0, 1.0);
  return taut_max(0.13 + (s->p.ss1_s - 0.13) * share, force / 1950.0);
}

void taut_resistance_trip(taut_resistance_state *s, int64_t safety, int64_t cause) {
  if (s->arm == TAUT_ARM_DISARMED || (s->p.defects & TAUT_RESISTANCE_BLIND(cause))) return;
  if ((s->p.defects & TAUT_RESISTANCE_STO_ON_EVERYTHING) && safety > TAUT_SAFETY_ASSIST) {
    safety = TAUT_SAFETY_STO;
  }
  if (rank(safety) <= rank(s->safety)) return;
  enter(s, safety, cause);
  for (int i = 0; i < 2; i++) s->side[i].start_n = s->side[i].command_n;
  s->stop_s = length_of_stop(s, cause);
  if (safety == TAUT_SAFETY_STO) take_torque_off(s, brake_s);
  if (safety == TAUT_SAFETY_LATCHED) take_torque_off(s, 0.0);
}

static void latch(taut_resistance_state *s, double braking_s) {
  enter(s, TAUT_SAFETY_LATCHED, s->cause);
  take_torque_off(s, braking_s);
}

static bool is_low(const taut_resistance_state *s) {
  double edge = s->input.range_min_m + bottom_share * (s->input.range_max_m - s->input.range_min_m);
  for (int i = 0; i < 2; i++) {
    if (s->side[i].is_used && s->side[i].observer.position_m < edge) return true;
  }
  return false;
}

static bool is_unloaded(const taut_resistance_state *s) {
  return s->side[0].command_n <= s->p.idle_n && s->side[1].command_n <= s->p.idle_n;
}

// `stop_s` is when the second part of the ramp begins.
static void step_symptom(taut_resistance_state *s) {
  if (s->class_s <= wait_min_s) {
    s->is_held_low = 1;
    s->stop_s = wait_min_s;
  } else if (s->is_held_low) {
    s->stop_s = s->class_s;
    if (!is_low(s) || s->class_s >= wait_max_s) s->is_held_low = 0;
  }
  if (s->p.defects & TAUT_RESISTANCE_SYMPTOM_NOT_LATCHED) {
    if (s->class_s > 3.0) enter(s, TAUT_SAFETY_NORMAL, s->cause);
  } else if (s->class_s > symptom_s && is_unloaded(s)) {
    latch(s, 0.0);
  }
}

// Winds the slack up until the handle is home or nothing moves any more.
static void step_released(taut_resistance_state *s) {
  bool is_done = is_unloaded(s);
  for (int i = 0; i < 2; i++) {
    taut_resistance_side *side = &s->side[i];
    if (!side->is_released) continue;
    side->released_s += s->outer_s;
    bool is_hand = s->input.side[i].hand_presence >= 0.5;
    // Still is a handle that gets nowhere, also one that swings on what it is caught on.
    bool is_still = fabs(side->observer.position_m - side->still_m) < still_m;
    side->still_s = is_still ? side->still_s + s->outer_s : 0.0;
    if (!is_still) side->still_m = side->observer.position_m;
    bool is_home = side->observer.position_m < 0.02;
    if (is_hand && side->released_s > cable_s && side->observer.cable_force_n < s->p.idle_n) {
      // The sensor feels a hand, yet the cable carries nothing: it has parted or lies slack.
      s->cause = TAUT_CAUSE_CABLE;
      taut_resistance_emit(s, TAUT_RESISTANCE_EVENT_CAUSE, TAUT_CAUSE_CABLE);
      latch(s, brake_s);
      return;
    }
    if (!is_home && side->still_s >= s->p.entangled_s) {
      s->cause = TAUT_CAUSE_ENTANGLEMENT;
      taut_resistance_emit(s, TAUT_RESISTANCE_EVENT_CAUSE, TAUT_CAUSE_ENTANGLEMENT);
      latch(s, 0.0);
      return;
    }
    is_done &= is_home && side->still_s >= 0.3;
  }
  if (is_done || s->class_s > rewind_max_s) latch(s, 0.0);
}

// Help that the spotter gives is a state of its own, with the limits of normal.
static void step_normal(taut_resistance_state *s) {
  // The spotter learns of a new arming one exchange later: until then it speaks of the last set.
  bool is_listening = s->arm == TAUT_ARM_ARMED && s->arm_s > 0.02;
  bool is_helped = s->input.spotter_unload >= 0.5;
  for (int i = 0; i < 2; i++) {
    is_helped |= s->side[i].is_used && s->input.side[i].load_scale < 1.0;
  }
  is_helped &= is_listening;
  if (is_listening && s->input.spotter_unload >= 0.5 && !s->is_unloaded) {
    s->is_unloaded = 1;
    s->cause = TAUT_CAUSE_SPOTTER;
    taut_resistance_emit(s, TAUT_RESISTANCE_EVENT_CAUSE, TAUT_CAUSE_SPOTTER);
  }
  int64_t safety = is_helped ? TAUT_SAFETY_ASSIST : TAUT_SAFETY_NORMAL;
  if (safety == s->safety) return;
  s->safety = safety;
  taut_resistance_emit(s, TAUT_RESISTANCE_EVENT_SAFETY, (double)safety);
}

void taut_resistance_safety_step(taut_resistance_state *s) {
  s->class_s += s->outer_s;
  if (s->brake_s > 0.0) s->brake_s -= s->outer_s;
  switch (s->safety) {
    case TAUT_SAFETY_NORMAL:
    case TAUT_SAFETY_ASSIST: step_normal(s); break;
    case TAUT_SAFETY_SYMPTOM_RAMP: step_symptom(s); break;
    case TAUT_SAFETY_SS1:
      if (s->class_s >= s->stop_s) latch(s, 0.0);
      break;
    case TAUT_SAFETY_STO:
      if (s->class_s >= sto_shown_s) latch(s, s->brake_s);
      break;
    case TAUT_SAFETY_RELEASED: step_released(s); break;
    default: break;  // latched until acknowledged
  }
}

static double symptom_command(const taut_resistance_state *s, const taut_resistance_side *side) {
  double idle = s->p.idle_n, start = side->start_n, mid = half_share * start;
  if (s->class_s < half_s) return start - (start - mid) * s->class_s / half_s;
  if (mid <= idle) return taut_min(start, idle);
  double t = taut_clamp((s->class_s - s->stop_s) / (symptom_s - s->stop_s), 0.0, 1.0);
  return mid - (mid - idle) * t;
}

double taut_resistance_class_command(taut_resistance_state *s, taut_resistance_side *side,
                                     const taut_resistance_side_input *in) {
  double command = 0.0;
  switch (s->safety) {
    case TAUT_SAFETY_SYMPTOM_RAMP: command = symptom_command(s, side); break;
    case TAUT_SAFETY_SS1:
    case TAUT_SAFETY_RELEASED:  // a side that is still held
      command = side->start_n * taut_clamp(1.0 - s->class_s / s->stop_s, 0.0, 1.0);
      break;
    default: break;
  }
  if (side->is_released) {
    // An empty handle: take-up tension. With a hand on the sensor the cable may be broken: nothing.
    double least = in->hand_presence < 0.5 ? s->p.idle_n : 0.0;
    command = s->safety == TAUT_SAFETY_RELEASED ? least : taut_min(command, least);
    return command;
  }
  return taut_min(command, side->command_n);
}

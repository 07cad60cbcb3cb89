// Commands, self-tests and the two steps of arming.
#include <math.h>

#include "models/resistance.h"
#include "taut/math.h"
#include "taut/roles.h"

enum { LOAD_CELL_ZERO_MAX_N = 15 };  // more at rest is a broken sensor

// Times of the arming sequence that no one needs to tune [s].
static const double request_s = 60.0, drive_grace_s = 0.02;

void taut_resistance_set_arm(taut_resistance_state *s, int64_t arm) {
  if (arm == s->arm) return;
  s->arm = arm;
  s->arm_s = s->ready_s = s->no_hand_s = s->still_s = s->asymmetry_s = 0.0;
  taut_resistance_emit(s, TAUT_RESISTANCE_EVENT_ARM, (double)arm);
  for (int i = 0; i < 2; i++) {
    taut_resistance_side *side = &s->side[i];
    side->has_torque = side->is_used && arm != TAUT_ARM_DISARMED;
    side->has_pulled |= side->has_torque;
  }
  if (arm == TAUT_ARM_DISARMED) {
    s->is_unloaded = s->is_disarming = s->is_ramping = 0;
    s->torque_on_s = 0.0;
  }
}

double taut_resistance_whole_load(taut_resistance_state *s, double load_n) {
  const taut_resistance_params *p = &s->p;
  double pounds = rint(load_n / TAUT_LBF_N);
  double limit = s->input.profile == TAUT_PROFILE_GENERAL ? p->load_max_n
                 : s->input.profile == TAUT_PROFILE_REHAB ? p->load_max_rehab_n
                                                          : p->load_max_unknown_n;
  limit = taut_min(limit, p->load_max_n);
  double unit_n = p->defects & TAUT_RESISTANCE_KG_LB_SWAP ? TAUT_G_M_S2 : TAUT_LBF_N;
  double most = floor(limit / unit_n + 0.01);
  return unit_n * taut_clamp(pounds, 0.0, most);
}

static int64_t side_obstacle(const taut_resistance_state *s, const taut_resistance_side *side,
                             const taut_resistance_side_input *in) {
  const taut_resistance_params *p = &s->p;
  if (in->encoder_valid < 0.5) return TAUT_CAUSE_ENCODER;
  // A drive keeps its fault until it is permitted again: judged only once it has been.
  if (side->has_torque && s->torque_on_s > drive_grace_s && in->drive_state == TAUT_DRIVE_FAULT) {
    return TAUT_CAUSE_DRIVE;
  }
  if (in->bus_v > 0.0 && in->bus_v < p->bus_low_share * p->bus_nominal_v) {
    return TAUT_CAUSE_UNDER_VOLTAGE;
  }
  if (in->bus_v > p->bus_high_v) return TAUT_CAUSE_OVER_VOLTAGE;
  if (in->motor_temp_k >= p->derate_end_k) return TAUT_CAUSE_OVER_TEMPERATURE;
  bool is_off = fabs(side->load_cell_rest_n) > LOAD_CELL_ZERO_MAX_N;
  if (is_off && !(p->defects & TAUT_RESISTANCE_BLIND(TAUT_CAUSE_LOAD_CELL))) {
    return TAUT_CAUSE_LOAD_CELL;
  }
  return TAUT_CAUSE_NONE;
}

int64_t taut_resistance_obstacle(const taut_resistance_state *s) {
  const taut_resistance_input *in = &s->input;
  if (s->n_bad) return TAUT_CAUSE_NUMBER;
  if (in->estop_a_closed < 0.5 || in->estop_b_closed < 0.5) return TAUT_CAUSE_ESTOP;
  if (s->heartbeat_age_s > s->p.heartbeat_s && !(s->p.defects & TAUT_RESISTANCE_STALE_TORQUE)) {
    return TAUT_CAUSE_COMMAND_STALE;
  }
  for (int i = 0; i < 2; i++) {
    if (!s->side[i].is_used) continue;
    int64_t cause = side_obstacle(s, &s->side[i], &in->side[i]);
    if (cause != TAUT_CAUSE_NONE) return cause;
  }
  return TAUT_CAUSE_NONE;
}

static void request(taut_resistance_state *s) {
  if (s->arm != TAUT_ARM_DISARMED) return;
  bool is_used = s->side[0].is_used || s->side[1].is_used;
  int64_t obstacle = s->safety == TAUT_SAFETY_NORMAL ? taut_resistance_obstacle(s) : s->cause;
  if (obstacle == TAUT_CAUSE_NONE && is_used) {
    taut_resistance_set_arm(s, TAUT_ARM_REQUESTED);
  } else {
    taut_resistance_emit(s, TAUT_RESISTANCE_EVENT_REFUSED,
                         (double)(is_used ? obstacle : TAUT_CAUSE_COMMAND_INVALID));
  }
}

// The second step: takes the prescription as confirmed and starts the slow ramp.
static void confirm(taut_resistance_state *s) {
  bool is_first = s->arm == TAUT_ARM_READY;
  if (!is_first && (s->arm != TAUT_ARM_ARMED || s->is_unloaded)) return;
  for (int i = 0; i < 2; i++) {
    taut_resistance_side *side = &s->side[i];
    if (!side->is_used) continue;
    double asked = s->input.side[i].load_n;
    side->load_n = side->load_armed_n = taut_resistance_whole_load(s, asked);
    side->load_refused_n = 0.0;
    if (side->load_n < asked - 0.5 * TAUT_LBF_N - 1e-6) {
      taut_resistance_emit(s, TAUT_RESISTANCE_EVENT_LIMITED, side->load_n);
    }
    if (!is_first) continue;
    taut_law_reset(&side->law, side->observer.position_m);
    side->law_n = 0.0;  // not known yet: the first ramp is not over
    side->is_doubted = side->is_released = 0;
  }
  if (!is_first) return;
  s->kept_mode = s->input.mode;
  s->is_ramping = 1;
  if (s->cause != TAUT_CAUSE_NONE) {
    s->cause = TAUT_CAUSE_NONE;
    taut_resistance_emit(s, TAUT_RESISTANCE_EVENT_CAUSE, 0.0);
  }
  taut_resistance_set_arm(s, TAUT_ARM_ARMED);
}

static void acknowledge(taut_resistance_state *s) {
  if (s->safety != TAUT_SAFETY_LATCHED) return;
  int64_t obstacle = taut_resistance_obstacle(s);
  if (obstacle != TAUT_CAUSE_NONE) {
    taut_resistance_emit(s, TAUT_RESISTANCE_EVENT_REFUSED, (double)obstacle);
    return;
  }
  s->safety = TAUT_SAFETY_NORMAL;
  taut_resistance_emit(s, TAUT_RESISTANCE_EVENT_SAFETY, TAUT_SAFETY_NORMAL);
}

static void take_command(taut_resistance_state *s) {
  const taut_resistance_input *in = &s->input;
  if (in->command_seq == s->command_seq) return;
  s->command_seq = in->command_seq;
  switch ((int)in->command) {
    case TAUT_COMMAND_ARM_REQUEST: request(s); break;
    case TAUT_COMMAND_ARM_CONFIRM: confirm(s); break;
    case TAUT_COMMAND_DISARM:
      if (s->arm != TAUT_ARM_DISARMED) s->is_disarming = 1;
      break;
    case TAUT_COMMAND_ACKNOWLEDGE: acknowledge(s); break;
    case TAUT_COMMAND_UNLOAD:
      if (s->arm == TAUT_ARM_ARMED) s->is_unloaded = 1;
      break;
    default: break;
  }
}

// Whether every used handle is held still and far enough out.
static bool is_held_ready(const taut_resistance_state *s) {
  for (int i = 0; i < 2; i++) {
    const taut_resistance_side *side = &s->side[i];
    if (!side->is_used) continue;
    if (s->input.side[i].hand_presence < 0.5 || side->observer.position_m < s->p.ready_out_m ||
        fabs(side->observer.speed_smooth_m_s) > s->p.ready_speed_m_s) {
      return false;
    }
  }
  return true;
}

// Armed, unloaded, nobody there: the cable is home or stands still, so the torque can go.
static void step_idle(taut_resistance_state *s) {
  bool is_hand = false, is_still = true, is_home = true;
  for (int i = 0; i < 2; i++) {
    const taut_resistance_side *side = &s->side[i];
    if (!side->is_used) continue;
    is_hand |= s->input.side[i].hand_presence >= 0.5;
    is_still &= fabs(side->observer.speed_smooth_m_s) < 0.02;
    is_home &= side->observer.position_m < 0.02;
  }
  s->no_hand_s = is_hand ? 0.0 : s->no_hand_s + s->outer_s;
  s->still_s = is_still && !is_hand ? s->still_s + s->outer_s : 0.0;
  bool is_rewound = s->is_unloaded && (is_home ? s->still_s > 0.3 : s->still_s > s->p.entangled_s);
  if (is_rewound) s->is_disarming = 1;
  if (s->no_hand_s > s->p.idle_disarm_s && !s->is_disarming) {
    s->is_disarming = 1;
    s->cause = TAUT_CAUSE_TIMEOUT;
    taut_resistance_emit(s, TAUT_RESISTANCE_EVENT_CAUSE, TAUT_CAUSE_TIMEOUT);
  }
}

static void step_ready(taut_resistance_state *s) {
  s->ready_s = is_held_ready(s) ? s->ready_s + s->outer_s : 0.0;
  bool is_ready = s->ready_s >= s->p.ready_hold_s;
  if (s->arm == TAUT_ARM_REQUESTED && is_ready) taut_resistance_set_arm(s, TAUT_ARM_READY);
  // set_arm restarted the count; from here any movement takes the readiness back.
  if (s->arm == TAUT_ARM_READY && !is_held_ready(s)) {
    taut_resistance_set_arm(s, TAUT_ARM_REQUESTED);
  }
  if (s->arm_s > request_s && !s->is_disarming) {
    s->is_disarming = 1;
    s->cause = TAUT_CAUSE_TIMEOUT;
    taut_resistance_emit(s, TAUT_RESISTANCE_EVENT_CAUSE, TAUT_CAUSE_TIMEOUT);
  }
}

void taut_resistance_arming_step(taut_resistance_state *s) {
  take_command(s);
  if (s->arm == TAUT_ARM_DISARMED) return;
  s->arm_s += s->outer_s;
  s->torque_on_s += s->outer_s;
  if (s->safety > TAUT_SAFETY_ASSIST) return;
  if (s->arm != TAUT_ARM_ARMED) step_ready(s);
  step_idle(s);
  if (s->arm == TAUT_ARM_ARMED && s->is_ramping) {
    bool is_up = true;
    for (int i = 0; i < 2; i++) {
      const taut_resistance_side *side = &s->side[i];
      double cap = taut_law_is_fast((int)s->kept_mode) ? side->load_n : side->law_n;
      // The spotter's share does not end the first ramp: just after arming it is still that of the
      // last set, and what it holds back comes slowly as well.
      if (side->is_used && (side->law_n <= 0.0 || side->cap_n < cap - 0.01)) is_up = false;
    }
    if (is_up || s->is_unloaded) s->is_ramping = 0;
  }
  bool is_off = true;
  for (int i = 0; i < 2; i++) is_off &= !s->side[i].is_used || s->side[i].command_n <= 0.0;
  if (s->is_disarming && is_off) taut_resistance_set_arm(s, TAUT_ARM_DISARMED);
}

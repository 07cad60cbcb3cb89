// Both hands: the reference moves towards the goal of the phase, the hand follows, the grip holds
// or not.

#include <math.h>
#include <string.h>

#include "models/person_parts.h"
#include "taut/math.h"

// At the start position the skeleton bears part of the load, but never so much that anything is
// possible.
#define BOTTOM_SHARE_MIN 0.2
// A side that is ahead of the other by more than this slows down, and stops this much later.
#define APART_M 0.02
#define APART_STOP_M 0.04
// Intended speed profile: a trapezoid whose ramps take a quarter of the time each.
#define RAMP_SHARE 0.25
#define PUT_DOWN_M 0.005
#define BRING_ACCEL_M_S2 0.8

int taut_person_is_at_bottom(const taut_person *person) {
  if (person->activity == TAUT_PERSON_HOLDING || person->activity == TAUT_PERSON_BRINGING) return 1;
  return person->activity == TAUT_PERSON_LIFTING &&
         (person->phase == TAUT_PERSON_REST || person->phase == TAUT_PERSON_BRACE);
}

static taut_hand_goal goal_of(const taut_person *person, const taut_person_side *side) {
  taut_hand_goal goal = {
      .target_m = person->range_min_m,
      .speed_m_s = person->exercise.bring_speed_m_s,
      .accel_m_s2 = BRING_ACCEL_M_S2,
  };
  if (person->activity == TAUT_PERSON_LOWERING) goal.target_m = PUT_DOWN_M;
  if (person->activity == TAUT_PERSON_FROZEN) goal.target_m = side->hand.reference_m;
  if (person->activity == TAUT_PERSON_LIFTING && person->phase >= TAUT_PERSON_CONCENTRIC) {
    int phase = (int)person->phase;
    double time_s = person->goal_s[phase == TAUT_PERSON_TOP ? TAUT_PERSON_CONCENTRIC : phase];
    if (phase != TAUT_PERSON_ECCENTRIC) goal.target_m = person->range_max_m;
    goal.speed_m_s = (person->range_max_m - person->range_min_m) / ((1.0 - RAMP_SHARE) * time_s);
    goal.accel_m_s2 = goal.speed_m_s / (RAMP_SHARE * time_s);
  }
  return goal;
}

/// Slows the side that is ahead, so that both hands stay together.
static double together(const taut_person *person, int i, double target_m) {
  const taut_person_side *mine = &person->side[i], *other = &person->side[1 - i];
  if (other->is_holding == 0.0) return 1.0;
  double apart_m =
      fabs(target_m - other->hand.reference_m) - fabs(target_m - mine->hand.reference_m);
  return taut_clamp(1.0 - (apart_m - APART_M) / APART_STOP_M, 0.0, 1.0);
}

void taut_person_open(const taut_person_params *params, taut_person_side *side) {
  if (side->is_holding == 0.0 || side->opening_s > 0.0) return;
  if (params->release_s <= 0.0) {
    side->is_holding = 0.0;
    return;
  }
  side->opening_s = params->release_s;
  side->opening_n = side->force_n;
}

/// The hand opens: its force fades, whatever she wants.
static void fade(taut_person *person, taut_person_side *side, const taut_person_params *params) {
  side->opening_s -= person->dt_s;
  if (side->opening_s <= 1e-9) {
    side->opening_s = 0.0;
    side->is_holding = 0.0;
    side->force_n = 0.0;
    return;
  }
  side->force_n = side->opening_n * (side->opening_s / params->release_s);
}

static void pull_side(taut_person *person, taut_person_step_context *step, int i) {
  const taut_person_params *params = step->params;
  taut_person_side *side = &person->side[i];
  double x_m = step->input->side[i].position_m, v_m_s = step->input->side[i].speed_m_s;
  double tension_n = step->input->side[i].tension_n;

  // Strength here and now; the skeleton helps at the start position.
  double range_m = person->range_max_m - person->range_min_m;
  double unfatigued_n =
      side->lift.f_iso_n * taut_lift_strength(&side->lift, (x_m - person->range_min_m) / range_m);
  if (taut_person_is_at_bottom(person))
    unfatigued_n /= taut_max(person->exercise.bottom_share, BOTTOM_SHARE_MIN);
  double share = 1.0 - side->muscle.fatigued;
  taut_hand_goal goal = goal_of(person, side);
  goal.isometric_n = unfatigued_n * share;
  goal.speed_m_s *= together(person, i, goal.target_m);

  taut_hand_step(&person->hand, &side->lift, &goal, &side->hand, x_m, v_m_s, tension_n);
  side->capacity_n = taut_hand_capacity(&side->hand, &side->lift, goal.isometric_n);
  if (side->opening_s > 0.0) {
    fade(person, side, params);
  } else {
    double force_n = taut_hand_force(&person->hand, &side->hand, x_m, v_m_s);
    if (person->yank_s > 0.0) force_n += params->yank_gain * side->hand.felt_n;
    side->force_n = force_n < side->capacity_n ? force_n : side->capacity_n;
    if (taut_grip_step(&person->grip, &side->grip, side->force_n, person->dt_s)) {
      taut_person_event(person, step, TAUT_PERSON_EVENT_DROP, i);
      taut_person_open(params, side);
    }
  }
  side->activation =
      share > 0.0 && side->capacity_n > 0.0 ? side->force_n / side->capacity_n * share : 0.0;
}

static void sense_presence(taut_person_side *side, double delay_s, double dt_s) {
  if (side->presence == side->is_holding) {
    side->presence_s = 0.0;
    return;
  }
  side->presence_s += dt_s;
  if (side->presence_s >= delay_s) side->presence = side->is_holding;
}

/// What an exercise without a handle takes of the muscles now.
static double floor_effort(const taut_person *person) {
  if (person->side[0].is_used + person->side[1].is_used > 0.0) return 0.0;
  int is_moving =
      person->activity == TAUT_PERSON_LIFTING && person->phase >= TAUT_PERSON_CONCENTRIC;
  return is_moving ? person->exercise.floor_effort : 0.0;
}

void taut_person_pull(taut_person *person, taut_person_step_context *step) {
  double effort = 0.0, floor = floor_effort(person);
  for (int i = 0; i < 2; i++) {
    taut_person_side *side = &person->side[i];
    if (side->is_holding != 0.0) {
      pull_side(person, step, i);
    } else {
      // A hand that let go gives exactly nothing; what it could give is said for a still hand.
      double range_m = person->range_max_m - person->range_min_m;
      double s = (step->input->side[i].position_m - person->range_min_m) / range_m;
      side->force_n = 0.0;
      side->activation = taut_min(floor, 1.0 - side->muscle.fatigued);
      side->capacity_n = side->is_used * side->lift.f_iso_n * taut_lift_strength(&side->lift, s) *
                         (1.0 - side->muscle.fatigued);
    }
    side->sum += side->activation;
    side->sum_n += side->force_n;
    double share = 1.0 - side->muscle.fatigued;
    if (share > 0.0) effort = taut_max(effort, side->activation / share);
    double lifted = taut_max(side->hand.need_n / side->lift.params.one_rm_n, floor);
    if (person->phase == TAUT_PERSON_CONCENTRIC && lifted > person->rep_share)
      person->rep_share = lifted;
    sense_presence(side, step->params->presence_s, person->dt_s);
  }
  person->effort = taut_min(effort, 1.5);
  if (person->yank_s > 0.0) person->yank_s -= person->dt_s;
}

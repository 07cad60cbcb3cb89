// The course of a set: cues, stimuli, and the phases of a repetition.

#include <math.h>

#include "models/person_parts.h"
#include "taut/math.h"
#include "taut/roles.h"

#define ARRIVED_REFERENCE_M 0.002
#define ARRIVED_HAND_M 0.015
#define STALL_M_S 0.02
#define LOST_M 0.04
#define LET_GO_M 0.03
#define LET_GO_M_S 0.03
#define LET_GO_AFTER_S 3.0
#define LET_GO_TENSION_N 20.0
#define BRACE_MARGIN_S 0.1
#define YANK_S 0.3
#define HOLD_PER_REP_S 4.0
#define PAIN_STIMULUS_S 5.0
// Reaction of a startled person [s], uniform between the two.
#define PANIC_MIN_S 0.25
#define PANIC_MAX_S 0.40

static void begin(taut_person *person, int activity) {
  person->activity = activity;
  person->phase = TAUT_PERSON_REST;
  person->phase_s = 0.0;
  person->stall_s = 0.0;
}

static void next_phase(taut_person *person, int phase) {
  person->phase = phase;
  person->phase_s = 0.0;
  person->stall_s = 0.0;
}

static int64_t due(const taut_person *person, const taut_person_step_context *step, uint32_t draw) {
  double mean_s = step->params->reaction_s * person->weeks.reaction;
  double delay_s = taut_person_vary(step, mean_s, step->params->reaction_jitter,
                                    TAUT_PERSON_DRAW_REACTION, draw);
  return step->now_ns + 1 + taut_to_i64(delay_s * 1e9);
}

/// Intended times of the next repetition.
static void plan_rep(taut_person *person, const taut_person_step_context *step) {
  const taut_person_params *p = step->params;
  const taut_person_exercise *e = &person->exercise;
  const double mean_s[5] = {e->rest_s, p->iap_lead_s + taut_max(p->knack_s, 0.0) + BRACE_MARGIN_S,
                            e->concentric_s, e->hold_s > 0.0 ? e->hold_s : e->pause_s,
                            e->eccentric_s};
  for (int i = 0; i < 5; i++) {
    // A timed hold is timed by the clock, bracing by the body.
    int is_exact = i == TAUT_PERSON_BRACE || (i == TAUT_PERSON_TOP && e->hold_s > 0.0);
    person->goal_s[i] = taut_person_vary(step, mean_s[i], is_exact ? 0.0 : p->tempo_jitter,
                                         TAUT_PERSON_DRAW_TEMPO, (uint32_t)i);
  }
}

static int is_holding(const taut_person *person) {
  return person->side[0].is_holding != 0.0 || person->side[1].is_holding != 0.0;
}

/// An exercise on the floor, without a handle.
static int is_floor(const taut_person *person) {
  return person->side[0].is_used == 0.0 && person->side[1].is_used == 0.0;
}

static int is_busy(const taut_person *person) {
  return is_floor(person) || is_holding(person);
}

static void grip_handles(taut_person *person, const taut_person_step_context *step) {
  for (int i = 0; i < 2; i++) {
    taut_person_side *side = &person->side[i];
    if (side->is_used == 0.0 || side->is_holding != 0.0) continue;
    side->is_holding = 1.0;
    side->opening_s = 0.0;
    side->grip.over_s = 0.0;
    taut_hand_grip(&side->hand, step->input->side[i].position_m);
  }
}

static void open_hands(taut_person *person, const taut_person_params *params) {
  for (int i = 0; i < 2; i++) taut_person_open(params, &person->side[i]);
}

static void answer_cue(taut_person *person, int cue) {
  int is_idle = person->activity == TAUT_PERSON_IDLE;
  switch (cue) {
    case TAUT_CUE_TAKE_HANDLES:
    case TAUT_CUE_LIFT:
      if (cue == TAUT_CUE_LIFT) person->wants_lift = 1.0;
      if (person->activity == TAUT_PERSON_FROZEN) begin(person, TAUT_PERSON_BRINGING);
      if (!is_idle) break;
      person->rep = 0.0;
      person->has_given_up = 0.0;
      person->pelvic.first_activation = 0.0;
      person->pelvic.has_let_go = 0.0;
      begin(person, TAUT_PERSON_REACHING);
      break;
    case TAUT_CUE_REST:
    case TAUT_CUE_STOP:
    case TAUT_CUE_PUT_DOWN:
      person->wants_lift = 0.0;
      if (!is_idle && person->activity != TAUT_PERSON_LOWERING)
        begin(person, is_busy(person) ? TAUT_PERSON_LOWERING : TAUT_PERSON_IDLE);
      break;
    case TAUT_CUE_BREATHE:
      person->wants_breath = 1.0;
      person->breaths_at_cue = person->breathing.n_breaths;
      break;
    default: break;
  }
}

static void answer_stimulus(taut_person *person, taut_person_step_context *step, int stimulus) {
  const taut_person_params *p = step->params;
  int side = stimulus == TAUT_STIMULUS_RELEASE_RIGHT;
  switch (stimulus) {
    case TAUT_STIMULUS_RELEASE: open_hands(person, p); break;
    case TAUT_STIMULUS_RELEASE_LEFT:
    case TAUT_STIMULUS_RELEASE_RIGHT:
      taut_person_open(p, &person->side[side]);
      person->quit_due_ns = due(person, step, 1);
      break;
    case TAUT_STIMULUS_REGRIP:
      grip_handles(person, step);
      if (is_holding(person)) begin(person, TAUT_PERSON_BRINGING);
      break;
    case TAUT_STIMULUS_ESTOP: person->estop_pressed = 1.0; break;
    case TAUT_STIMULUS_ESTOP_RESET: person->estop_pressed = 0.0; break;
    case TAUT_STIMULUS_PANIC: {
      double u = taut_random_uniform(step->seed, TAUT_PERSON_DRAW_PANIC, step->now_ns, 0);
      person->panic_due_ns =
          step->now_ns + 1 + taut_to_i64((PANIC_MIN_S + u * (PANIC_MAX_S - PANIC_MIN_S)) * 1e9);
      break;
    }
    case TAUT_STIMULUS_COUGH: person->pressure.cough_left_s = p->cough_s; break;
    case TAUT_STIMULUS_PAIN: person->pain_s = PAIN_STIMULUS_S; break;
    case TAUT_STIMULUS_QUIT: person->quit_due_ns = due(person, step, 2); break;
    case TAUT_STIMULUS_FREEZE:
      if (is_busy(person)) begin(person, TAUT_PERSON_FROZEN);
      break;
    default: break;
  }
}

static void panic(taut_person *person, const taut_person_step_context *step) {
  double u = taut_random_uniform(step->seed, TAUT_PERSON_DRAW_PANIC, step->now_ns, 1);
  if (u < step->params->panic_release) {
    open_hands(person, step->params);
  } else if (!is_busy(person)) {
    return;
  } else if (u < step->params->panic_release + step->params->panic_freeze) {
    begin(person, TAUT_PERSON_FROZEN);
  } else {
    person->yank_s = YANK_S;
    person->quit_due_ns = step->now_ns + taut_to_i64(YANK_S * 1e9);
  }
}

static void listen(taut_person *person, taut_person_step_context *step) {
  const taut_person_input *in = step->input;
  if (in->cue_seq != person->cue_seq) {
    person->cue_seq = in->cue_seq;
    person->cue = in->cue;
    person->cue_due_ns = due(person, step, 0);
  }
  if (in->stimulus_seq != person->stimulus_seq) {
    person->stimulus_seq = in->stimulus_seq;
    answer_stimulus(person, step, (int)taut_to_i64(in->stimulus));
  }
  if (person->cue_due_ns != 0 && step->now_ns >= person->cue_due_ns) {
    person->cue_due_ns = 0;
    answer_cue(person, (int)taut_to_i64(person->cue));
  }
  if (person->panic_due_ns != 0 && step->now_ns >= person->panic_due_ns) {
    person->panic_due_ns = 0;
    panic(person, step);
  }
  if (person->quit_due_ns != 0 && step->now_ns >= person->quit_due_ns) {
    person->quit_due_ns = 0;
    person->wants_lift = 0.0;
    if (is_busy(person)) begin(person, TAUT_PERSON_LOWERING);
  }
}

static int has_arrived(const taut_person *person, const taut_person_input *in, double target_m) {
  for (int i = 0; i < 2; i++) {
    const taut_person_side *side = &person->side[i];
    if (side->is_holding == 0.0) continue;
    if (fabs(side->hand.reference_m - target_m) > ARRIVED_REFERENCE_M) return 0;
    if (fabs(in->side[i].position_m - target_m) > ARRIVED_HAND_M) return 0;
  }
  return 1;
}

/// Counts how long no hand gets on; gives up when it lasts, or when the load pulled the handle back
/// to below the start.
static void struggle(taut_person *person, taut_person_step_context *step) {
  int is_stalled = 0, is_lost = 0;
  for (int i = 0; i < 2; i++) {
    const taut_person_side *side = &person->side[i];
    if (side->is_holding == 0.0) continue;
    double left_m = person->range_max_m - step->input->side[i].position_m;
    if (left_m > ARRIVED_HAND_M && side->hand.speed_m_s < STALL_M_S) is_stalled = 1;
    if (step->input->side[i].position_m < person->range_min_m - LOST_M) is_lost = 1;
  }
  person->stall_s = is_stalled ? person->stall_s + person->dt_s : 0.0;
  if (person->stall_s < step->params->give_up_s && !is_lost) return;
  person->has_given_up = 1.0;
  person->wants_lift = 0.0;
  taut_person_event(person, step, TAUT_PERSON_EVENT_GIVE_UP,
                    taut_max(person->side[0].muscle.fatigued, person->side[1].muscle.fatigued));
  begin(person, TAUT_PERSON_LOWERING);
}

static void slip_at_random(taut_person *person, taut_person_step_context *step) {
  for (int i = 0; i < 2; i++) {
    if (person->side[i].is_holding == 0.0) continue;
    double u = taut_random_uniform(step->seed, TAUT_PERSON_DRAW_SLIP, step->now_ns, (uint32_t)i);
    if (u >= step->params->slip_probability) continue;
    taut_person_event(person, step, TAUT_PERSON_EVENT_DROP, i);
    taut_person_open(step->params, &person->side[i]);
  }
}

/// What a finished repetition leaves behind for the weeks; a long hold is worth several.
static void train(taut_person *person, const taut_person_step_context *step) {
  const taut_person_exercise *e = &person->exercise;
  double n = taut_max(1.0, e->hold_s / HOLD_PER_REP_S);
  taut_person_weeks_train(step->params, &person->weeks, (int)taut_to_i64(e->muscle_group),
                          n * taut_person_weeks_dose(person->rep_share), step->now_ns);
  taut_person_weeks_train(step->params, &person->weeks, TAUT_PERSON_WEEKS_PELVIC,
                          n * taut_person_weeks_dose(step->params->pelvic_effort), step->now_ns);
  person->rep_share = 0.0;
}

static void lift(taut_person *person, taut_person_step_context *step) {
  const taut_person_params *p = step->params;
  int phase = (int)person->phase;
  int is_time = person->phase_s >= person->goal_s[phase];
  // Without a handle nothing but the clock ends a movement.
  int is_moved = !is_floor(person) || is_time;
  switch (phase) {
    case TAUT_PERSON_REST: {
      double reps = person->exercise.reps;
      int is_done = reps > 0.0 && person->rep >= reps;
      int is_breathing = p->breath_strategy == TAUT_BREATHING_EXHALE_ON_EFFORT &&
                         step->input->form_fault_set != TAUT_FORM_FAULT_BREATH_HOLD &&
                         person->breathing.lungs < 1.0;
      if (is_time && !is_done && !is_breathing && person->wants_breath == 0.0)
        next_phase(person, TAUT_PERSON_BRACE);
      break;
    }
    case TAUT_PERSON_BRACE:
      if (!is_time) break;
      slip_at_random(person, step);
      next_phase(person, TAUT_PERSON_CONCENTRIC);
      break;
    case TAUT_PERSON_CONCENTRIC:
      if (is_moved && has_arrived(person, step->input, person->range_max_m)) {
        if (taut_pelvic_floor_judge(&person->pelvic_params, &person->pelvic))
          taut_person_event(person, step, TAUT_PERSON_EVENT_LET_GO,
                            person->pelvic.fatigue.fatigued);
        next_phase(person, TAUT_PERSON_TOP);
      } else {
        struggle(person, step);
      }
      break;
    case TAUT_PERSON_TOP:
      if (is_time) next_phase(person, TAUT_PERSON_ECCENTRIC);
      break;
    default:
      if (!is_moved || !has_arrived(person, step->input, person->range_min_m)) break;
      person->rep += 1.0;
      train(person, step);
      taut_person_event(person, step, TAUT_PERSON_EVENT_REP_DONE, person->rep);
      plan_rep(person, step);
      next_phase(person, TAUT_PERSON_REST);
      break;
  }
}

/// Lets go when the handle is home, or when it hangs loose and does not come home.
static void put_down(taut_person *person, const taut_person_step_context *step) {
  int is_home = 1, is_loose = person->phase_s > LET_GO_AFTER_S;
  for (int i = 0; i < 2; i++) {
    const taut_person_side *side = &person->side[i];
    if (side->is_holding == 0.0) continue;
    // Put down, not thrown: the handle must have come to rest.
    if (step->input->side[i].position_m > LET_GO_M || fabs(side->hand.speed_m_s) > LET_GO_M_S)
      is_home = 0;
    if (side->hand.need_n > LET_GO_TENSION_N || fabs(side->hand.speed_m_s) > STALL_M_S)
      is_loose = 0;
  }
  if (is_home || is_loose) open_hands(person, step->params);
  if (is_floor(person)) begin(person, TAUT_PERSON_IDLE);
}

void taut_person_decide(taut_person *person, taut_person_step_context *step) {
  listen(person, step);
  person->phase_s += person->dt_s;
  int activity = (int)person->activity;
  if (activity > TAUT_PERSON_REACHING && !is_busy(person)) {
    person->wants_lift = 0.0;
    begin(person, TAUT_PERSON_IDLE);
    return;
  }
  switch (activity) {
    case TAUT_PERSON_REACHING:
      if (person->phase_s < step->params->reach_s) break;
      grip_handles(person, step);
      begin(person, is_busy(person) ? TAUT_PERSON_BRINGING : TAUT_PERSON_IDLE);
      break;
    case TAUT_PERSON_BRINGING:
      if (has_arrived(person, step->input, person->range_min_m)) begin(person, TAUT_PERSON_HOLDING);
      break;
    case TAUT_PERSON_HOLDING:
      if (person->wants_lift == 0.0) break;
      person->wants_lift = 0.0;
      plan_rep(person, step);
      begin(person, TAUT_PERSON_LIFTING);
      break;
    case TAUT_PERSON_LIFTING: lift(person, step); break;
    case TAUT_PERSON_LOWERING: put_down(person, step); break;
    default: break;
  }
}

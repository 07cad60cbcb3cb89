// What goes on inside: breath, pressure, pelvic floor, linea alba, fatigue.

#include <math.h>

#include "models/person_parts.h"
#include "taut/math.h"
#include "taut/roles.h"

#define TRANSVERSUS_TONE 0.05
#define TRANSVERSUS_RISE_S 0.06
// Between repetitions the wall stays on against the load, a little less than in the lift.
#define BETWEEN_SHARE 0.85
// Lowering needs less of the pelvic floor than lifting.
#define LOWERING_SHARE 0.7
// Muscles in use for less than this are at rest.
#define REST_ACTIVATION 0.02

static int breathing_part(const taut_person *person) {
  if (person->activity != TAUT_PERSON_LIFTING) return TAUT_BREATHING_NO_REP;
  // Told to breathe, she breathes out and in, even when she stood ready with a full chest.
  if (person->phase == TAUT_PERSON_REST)
    return person->wants_breath != 0.0 ? TAUT_BREATHING_NO_REP : TAUT_BREATHING_BETWEEN;
  return person->phase == TAUT_PERSON_ECCENTRIC ? TAUT_BREATHING_LOWERING : TAUT_BREATHING_EFFORT;
}

/// Time since the start of the lift, negative while bracing for it; a large negative number when
/// none is near.
static double time_of_lift(const taut_person *person) {
  if (person->activity != TAUT_PERSON_LIFTING || person->phase == TAUT_PERSON_REST) return -1e9;
  if (person->phase == TAUT_PERSON_BRACE)
    return person->phase_s - person->goal_s[TAUT_PERSON_BRACE];
  return person->phase == TAUT_PERSON_CONCENTRIC ? person->phase_s : 1e9;
}

static void press(taut_person *person, const taut_person_step_context *step, double lift_s) {
  const taut_person_params *params = step->params;
  int is_lead = lift_s < 0.0 && lift_s >= -params->iap_lead_s;
  int is_lifting = lift_s >= 0.0 && lift_s < 1e8;
  if (is_lifting)
    person->expected_effort +=
        person->dt_s / (0.5 + person->dt_s) * (person->effort - person->expected_effort);
  taut_pressure_input in = {
      .lifted_kg = (person->side[0].force_n + person->side[1].force_n) / TAUT_G_M_S2,
      .effort = is_lead ? taut_max(person->expected_effort, person->effort) : person->effort,
      .lungs = person->breathing.lungs,
      .is_braced = person->breathing.is_held != 0.0 && (is_lead || is_lifting),
  };
  taut_pressure_step(&person->pressure_params, &person->pressure, &in, person->dt_s);
  person->iap_pa = taut_pressure_now(&person->pressure_params, &person->pressure);
}

/// Pelvic floor and transversus contract around the lift, ahead of the pressure or late.
static void support(taut_person *person, taut_person_step_context *step, double lift_s) {
  const taut_person_params *params = step->params;
  int is_lowering =
      person->activity == TAUT_PERSON_LIFTING && person->phase == TAUT_PERSON_ECCENTRIC;
  int is_loaded = person->side[0].is_holding + person->side[1].is_holding > 0.0;
  double pelvic = person->pelvic_tone, transversus = TRANSVERSUS_TONE;
  if (is_loaded) transversus = taut_max(transversus, BETWEEN_SHARE * person->transversus_effort);
  if (lift_s >= -(params->iap_lead_s + params->knack_s)) {
    pelvic = taut_max(pelvic, params->pelvic_effort * (is_lowering ? LOWERING_SHARE : 1.0));
    transversus = taut_max(transversus, person->transversus_effort);
  }
  taut_pelvic_floor_activate(&person->pelvic_params, &person->pelvic, pelvic, person->dt_s);
  double most = 1.0 - person->trunk.fatigued;
  person->transversus += person->dt_s / (TRANSVERSUS_RISE_S + person->dt_s) *
                         (taut_min(transversus, most) - person->transversus);

  double was_leaking = person->pelvic.is_leaking, is_held = person->breathing.is_held;
  taut_pelvic_floor_leak(&person->pelvic_params, &person->pelvic, person->iap_pa, is_held,
                         person->dt_s);
  person->leak_point_pa =
      taut_pelvic_floor_leak_point(&person->pelvic_params, &person->pelvic, is_held);
  if (was_leaking == 0.0 && person->pelvic.is_leaking != 0.0)
    taut_person_event(person, step, TAUT_PERSON_EVENT_LEAK_ONSET, person->iap_pa);
  if (taut_linea_alba_step(&person->linea_params, &person->linea, person->iap_pa,
                           person->transversus * most, person->dt_s))
    taut_person_event(person, step, TAUT_PERSON_EVENT_CONE_ONSET, person->linea.height_m);
}

/// One muscle group per step, each every tenth step with the mean load since: fatigue takes
/// minutes.
static void tire(taut_person *person) {
  double dt_s = TAUT_PERSON_N_TIRED * person->dt_s;
  int turn = (int)(person->n_steps % TAUT_PERSON_N_TIRED);
  taut_person_side *side = &person->side[turn & 1];
  if (turn < 2) {
    double load = side->sum / TAUT_PERSON_N_TIRED;
    side->sum = 0.0;
    taut_fatigue_step(&person->muscle, &side->muscle,
                      load < REST_ACTIVATION ? 0.0 : taut_min(load, 1.0), dt_s);
  } else if (turn < 4) {
    taut_grip_tire(&person->grip, &side->grip, side->sum_n / TAUT_PERSON_N_TIRED, dt_s);
    side->sum_n = 0.0;
  } else if (turn == 4) {
    taut_pelvic_floor_tire(&person->pelvic_params, &person->pelvic, dt_s);
  } else if (turn == 5) {
    double load = person->transversus > 2.0 * TRANSVERSUS_TONE ? person->transversus : 0.0;
    taut_fatigue_step(&person->trunk_params, &person->trunk, load, dt_s);
  }
}

void taut_person_live(taut_person *person, taut_person_step_context *step) {
  const taut_person_params *params = step->params;
  int is_told_to_hold = step->input->form_fault_set == TAUT_FORM_FAULT_BREATH_HOLD;
  int strategy = is_told_to_hold ? TAUT_BREATHING_HOLD : (int)params->breath_strategy;
  taut_breathing_step(&person->breathing, strategy, breathing_part(person), params->breath_period_s,
                      person->dt_s);
  person->form_fault = step->input->form_fault_set;
  if (person->form_fault == TAUT_FORM_FAULT_NONE && person->breathing.is_held != 0.0)
    person->form_fault = TAUT_FORM_FAULT_BREATH_HOLD;

  double lift_s = time_of_lift(person);
  press(person, step, lift_s);
  support(person, step, lift_s);
  tire(person);

  person->pain_s = taut_max(0.0, person->pain_s - person->dt_s);
  person->pain =
      taut_max(step->input->pain_level, person->pain_s > 0.0 ? params->pain_stimulus : 0.0);
  person->back_pain = person->weeks.pain;
  if (person->back_pain > 0.0)
    person->back_pain =
        taut_min(10.0, person->back_pain + params->back_pain_effort * person->effort);
  person->pain = taut_max(person->pain, person->back_pain);
}

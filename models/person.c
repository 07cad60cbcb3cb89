#include "models/person.h"

#include <assert.h>
#include <string.h>

#include "models/person_parts.h"
#include "taut/math.h"
#include "taut/roles.h"

// State is hashed and copied as bytes: 8-byte members only, so that there is no padding.
static_assert(sizeof(taut_hand) == (8 + TAUT_HAND_SLOTS) * 8, "no padding");
static_assert(sizeof(taut_speech) == (5 + 3 * TAUT_SPEECH_KINDS) * 8, "no padding");
static_assert(sizeof(taut_person_side) == sizeof(taut_lift) + sizeof(taut_hand) +
                                              sizeof(taut_fatigue) + sizeof(taut_grip) + 11 * 8,
              "no padding");
static_assert(TAUT_REPORT_COUNT <= TAUT_SPEECH_KINDS, "every report has a place");

void taut_person_event(taut_person *person, taut_person_step_context *step, int event,
                       double value) {
  step->events |= UINT32_C(1) << event;
  person->event_value[event] = value;
}

double taut_person_vary(const taut_person_step_context *step, double mean, double cv,
                        uint32_t stream, uint32_t draw) {
  if (cv <= 0.0) return mean;
  double z = taut_clamp(taut_random_normal(step->seed, stream, step->now_ns, draw), -2.5, 2.5);
  double factor = 1.0 + cv * z;
  return mean * (factor > 0.05 ? factor : 0.05);
}

int taut_person_phase(const taut_person *person) {
  if (person->activity == TAUT_PERSON_IDLE || person->activity == TAUT_PERSON_REACHING)
    return TAUT_PHASE_IDLE;
  if (person->activity == TAUT_PERSON_LOWERING) return TAUT_PHASE_ECCENTRIC;
  if (person->activity == TAUT_PERSON_FROZEN) return TAUT_PHASE_HOLD;
  if (person->activity != TAUT_PERSON_LIFTING) return TAUT_PHASE_REST;
  if (person->phase == TAUT_PERSON_CONCENTRIC) return TAUT_PHASE_CONCENTRIC;
  if (person->phase == TAUT_PERSON_TOP) return TAUT_PHASE_HOLD;
  if (person->phase == TAUT_PERSON_ECCENTRIC) return TAUT_PHASE_ECCENTRIC;
  return TAUT_PHASE_REST;
}

const char *taut_person_init(const taut_person_params *params, taut_person *person, double dt_s,
                             uint64_t seed) {
  for (int64_t no = 0; no <= TAUT_PERSON_TABLE_ROWS; no++) {
    taut_person_exercise exercise = taut_person_exercise_of(params, no);
    const char *problem = taut_person_check_exercise(&exercise);
    if (problem != NULL) return problem;
  }
  if (params->sensor_latency_s > (TAUT_PELVIC_SENSOR_SLOTS - 1) * params->sensor_period_s)
    return "sensor_latency_s must be at most 31 times sensor_period_s";
  if (params->panic_release + params->panic_freeze > 1.0)
    return "panic_release and panic_freeze must not exceed 1 together";

  memset(person, 0, sizeof *person);
  person->dt_s = dt_s;
  taut_hand_prepare(params->arm_stiffness_n_m, params->arm_damping_ns_m, params->correction_n_m,
                    params->felt_delay_s, params->felt_filter_s, dt_s, &person->hand);
  person->exercise = taut_person_exercise_of(params, 0);
  taut_person_weeks_look(params, &person->weeks, 0, seed, TAUT_PERSON_DRAW_DAY);
  taut_person_prepare(params, person);
  for (int i = 0; i < 2; i++) person->side[i].muscle.fatigued = params->initial_fatigue;
  for (int i = 0; i < TAUT_PERSON_GROUP_COUNT; i++)
    person->away[i][0].fatigued = person->away[i][1].fatigued = params->initial_fatigue;
  person->pressure.base_pa = person->pressure_params.posture_pa;
  person->iap_pa = person->pressure_params.posture_pa;
  person->pelvic.activation = person->pelvic_tone;
  person->pelvic.fill = params->bladder_fill;
  person->leak_point_pa =
      taut_pelvic_floor_leak_point(&person->pelvic_params, &person->pelvic, 0.0);
  person->breathing.lungs = taut_random_uniform(seed, TAUT_PERSON_DRAW_START, 0, 0);
  person->breathing.is_inhaling = 1.0;
  person->sensor.shown = params->sensor_worn != 0.0 ? person->pelvic_tone : TAUT_PELVIC_SENSOR_NONE;
  return 0;
}

uint32_t taut_person_step(const taut_person_params *params, taut_person *person,
                          const taut_person_input *input, int64_t now_ns, uint64_t seed) {
  taut_person_step_context step = {params, input, now_ns, seed, 0};
  taut_person_choose(person, &step);
  taut_person_decide(person, &step);
  taut_person_pull(person, &step);
  taut_person_live(person, &step);
  taut_person_speak(person, &step);
  if (params->sensor_worn != 0.0) {
    const taut_pelvic_sensor_params sensor = {params->sensor_period_s, params->sensor_latency_s,
                                              params->sensor_noise, params->sensor_gain,
                                              params->sensor_miss};
    taut_pelvic_sensor_step(&sensor, &person->sensor, person->pelvic.activation, now_ns, seed,
                            TAUT_PERSON_DRAW_SENSOR);
  }
  person->n_steps++;
  return step.events;
}

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

static void prepare_body(const taut_person_params *p, taut_person *person) {
  person->muscle =
      (taut_fatigue_params){p->fatigability * p->fatigue_per_s, p->recovery_per_s, p->rest_gain};
  person->grip = (taut_grip_params){
      .strength_n = p->grip_n,
      .share = p->grip_share * (1.0 - p->strap_share),
      .fatigue = {p->grip_fatigue_per_s, p->grip_recovery_per_s, p->grip_rest_gain},
  };
  person->pressure_params = (taut_pressure_params){
      .posture_pa = p->posture_pa,
      .per_kg_pa = p->iap_per_kg_pa,
      .individual = p->iap_scale,
      .effort_pa = p->effort_pa,
      .breath_pa = p->breath_pa,
      .valsalva_pa = p->valsalva_pa * p->valsalva_share,
      .tau_s = p->iap_tau_s,
      .cough_pa = p->cough_pa,
      .cough_s = p->cough_s,
  };
  person->pelvic_params = (taut_pelvic_floor_params){
      .leak_point_pa = p->leak_point_pa,
      .squeeze_pa = p->squeeze_pa,
      .fatigue_pa = p->leak_fatigue_pa,
      .fill_pa = p->leak_fill_pa,
      .breath_hold_pa = p->leak_breath_hold_pa,
      .hysteresis_pa = p->leak_hysteresis_pa,
      .flow_m3_s = p->leak_second_m3,
      .bladder_m3 = p->bladder_m3,
      .rise_s = p->pelvic_rise_s,
      .let_go_share = p->let_go_share,
      .let_go_fatigue = p->let_go_fatigue,
      .fatigue = {p->pelvic_fatigue_per_s, p->pelvic_recovery_per_s, p->pelvic_rest_gain},
  };
  person->linea_params = (taut_linea_alba_params){
      .width_m = p->linea_width_m,
      .tension_n_m = p->linea_tension_n_m,
      .laxity = p->laxity,
      .transversus_n_m = p->transversus_n_m,
      .threshold_m = p->cone_threshold_m,
      .hysteresis_m = p->cone_hysteresis_m,
      .hold_s = p->cone_hold_s,
  };
  person->trunk_params =
      (taut_fatigue_params){p->trunk_fatigue_per_s, p->trunk_recovery_per_s, p->trunk_rest_gain};
}

static void prepare_side(const taut_person_params *p, taut_person_side *side, double is_used,
                         double side_strength) {
  taut_lift_params lift = {
      .one_rm_n = p->one_rm_n * p->strength_scale * side_strength * p->body_mass_kg / 70.0,
      .mvt_m_s = p->mvt_m_s,
      .vmax_m_s = p->vmax_m_s,
      .curvature = p->curvature,
      .eccentric_gain = p->eccentric_gain,
      .sticking_position = p->sticking_position,
      .sticking_width = p->sticking_width,
      .sticking_ratio = p->sticking_ratio,
  };
  taut_lift_calibrate(&lift, &side->lift);
  side->is_used = is_used;
  side->muscle.fatigued = p->initial_fatigue;
}

const char *taut_person_init(const taut_person_params *params, taut_person *person, double dt_s,
                             uint64_t seed) {
  if (params->range_max_m <= params->range_min_m + 0.02)
    return "range_max_m must be at least 20 mm above range_min_m";
  if (params->mvt_m_s >= params->vmax_m_s) return "mvt_m_s must be below vmax_m_s";
  if (params->panic_release + params->panic_freeze > 1.0)
    return "panic_release and panic_freeze must not exceed 1 together";

  memset(person, 0, sizeof *person);
  person->dt_s = dt_s;
  person->range_min_m = params->range_min_m;
  person->range_max_m =
      params->range_min_m + params->range_scale * (params->range_max_m - params->range_min_m);
  taut_hand_prepare(params->arm_stiffness_n_m, params->arm_damping_ns_m, params->correction_n_m,
                    params->felt_delay_s, params->felt_filter_s, dt_s, &person->hand);
  prepare_body(params, person);
  prepare_side(params, &person->side[0], params->uses_left, params->left_strength);
  prepare_side(params, &person->side[1], params->uses_right, params->right_strength);
  person->pressure.base_pa = params->posture_pa;
  person->iap_pa = params->posture_pa;
  person->pelvic.activation = params->pelvic_tone;
  person->pelvic.fill = params->bladder_fill;
  person->leak_point_pa =
      taut_pelvic_floor_leak_point(&person->pelvic_params, &person->pelvic, 0.0);
  person->breathing.lungs = taut_random_uniform(seed, TAUT_PERSON_DRAW_START, 0, 0);
  person->breathing.is_inhaling = 1.0;
  return 0;
}

uint32_t taut_person_step(const taut_person_params *params, taut_person *person,
                          const taut_person_input *input, int64_t now_ns, uint64_t seed) {
  taut_person_step_context step = {params, input, now_ns, seed, 0};
  taut_person_decide(person, &step);
  taut_person_pull(person, &step);
  taut_person_live(person, &step);
  taut_person_speak(person, &step);
  person->n_steps++;
  return step.events;
}

// Which exercise she does: a row of the table or the one outside it, and what follows from it.

#include <string.h>

#include "models/person_parts.h"
#include "taut/math.h"
#include "taut/roles.h"

// Without the diaphragm: what the pelvic floor's tone gains, and the share of its effort that the
// transversus loses (design proposals after the guide's chain of activation).
#define CHEST_TONE 0.15
#define CHEST_SLACK 0.5

taut_person_exercise taut_person_exercise_of(const taut_person_params *params, int64_t no) {
  if (no < 1 || no > TAUT_PERSON_TABLE_ROWS) {
    taut_person_exercise outside = {
#define TAKE_FIELD(id, field, ...) .field = params->field,
        TAUT_PERSON_EXERCISE_PARAMS(TAKE_FIELD)
#undef TAKE_FIELD
    };
    return outside;
  }
  taut_person_exercise row = {
#define TAKE_ROW(id, field, ...) .field = params->table_##field[no - 1],
      TAUT_PERSON_EXERCISE_PARAMS(TAKE_ROW)
#undef TAKE_ROW
  };
  return row;
}

const char *taut_person_check_exercise(const taut_person_exercise *exercise) {
  if (exercise->range_max_m <= exercise->range_min_m + 0.02)
    return "range_max_m must be at least 20 mm above range_min_m";
  if (exercise->mvt_m_s >= exercise->vmax_m_s) return "mvt_m_s must be below vmax_m_s";
  return NULL;
}

static void prepare_body(const taut_person_params *p, taut_person *person) {
  const taut_person_exercise *e = &person->exercise;
  person->muscle =
      (taut_fatigue_params){p->fatigability * person->weeks.fatigability * e->fatigue_per_s,
                            e->recovery_per_s, e->rest_gain};
  person->grip = (taut_grip_params){
      .strength_n = p->grip_n,
      .share = e->grip_share * (1.0 - p->strap_share),
      .fatigue = {p->grip_fatigue_per_s, p->grip_recovery_per_s, p->grip_rest_gain},
  };
  person->pressure_params = (taut_pressure_params){
      .posture_pa = e->posture_pa * p->posture_scale,
      .per_kg_pa = e->iap_per_kg_pa,
      .individual = p->iap_scale,
      .effort_pa = p->effort_pa,
      .breath_pa = p->breath_pa,
      .valsalva_pa = p->valsalva_pa * p->valsalva_share,
      .tau_s = p->iap_tau_s,
      .cough_pa = p->cough_pa,
      .cough_s = p->cough_s,
  };
  person->pelvic_params = (taut_pelvic_floor_params){
      .leak_point_pa = person->weeks.leak_point_pa,
      .squeeze_pa = p->squeeze_pa * person->weeks.strength[TAUT_PERSON_WEEKS_PELVIC],
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
      .width_m = person->weeks.linea_width_m,
      .tension_n_m = p->linea_tension_n_m,
      .laxity = person->weeks.laxity,
      .transversus_n_m = p->transversus_n_m,
      .threshold_m = p->cone_threshold_m,
      .hysteresis_m = p->cone_hysteresis_m,
      .hold_s = p->cone_hold_s,
  };
  person->trunk_params =
      (taut_fatigue_params){p->trunk_fatigue_per_s, p->trunk_recovery_per_s, p->trunk_rest_gain};
}

static void prepare_side(const taut_person_params *p, const taut_person_exercise *e,
                         taut_person_side *side, double is_used, double side_strength) {
  taut_lift_params lift = {
      .one_rm_n = e->one_rm_n * p->strength_scale * side_strength * p->body_mass_kg / 70.0,
      .mvt_m_s = e->mvt_m_s,
      .vmax_m_s = e->vmax_m_s,
      .curvature = e->curvature,
      .eccentric_gain = e->eccentric_gain,
      .sticking_position = e->sticking_position,
      .sticking_width = e->sticking_width,
      .sticking_ratio = e->sticking_ratio,
  };
  taut_lift_calibrate(&lift, &side->lift);
  side->is_used = is_used;
}

/// Does this hand take its handle? One side at a time when the session says so.
static double works(const taut_person *person, int i) {
  const taut_person_exercise *e = &person->exercise;
  if (person->is_floor != 0.0) return 0.0;
  if (person->work_side == TAUT_SIDE_BOTH) return i == 0 ? e->uses_left : e->uses_right;
  int is_chosen = (person->work_side == TAUT_SIDE_RIGHT) == (i == 1);
  return is_chosen && e->uses_left + e->uses_right > 0.0 ? 1.0 : 0.0;
}

void taut_person_prepare(const taut_person_params *params, taut_person *person) {
  const taut_person_exercise *e = &person->exercise;
  person->range_min_m = e->range_min_m;
  person->range_max_m = e->range_min_m + params->range_scale * (e->range_max_m - e->range_min_m);
  // Chest breathing: the chain from the diaphragm over the pelvic floor to the deep wall is broken.
  double missing = 1.0 - params->diaphragm;
  person->pelvic_tone = taut_min(1.0, params->pelvic_tone + CHEST_TONE * missing);
  person->transversus_effort = params->transversus_effort * (1.0 - CHEST_SLACK * missing);
  prepare_body(params, person);
  double strength = person->weeks.strength[taut_to_i64(e->muscle_group)];
  prepare_side(params, e, &person->side[0], works(person, 0), params->left_strength * strength);
  prepare_side(params, e, &person->side[1], works(person, 1), params->right_strength * strength);
}

/// The muscles of one group rest while those of another work.
static void change_group(taut_person *person, int64_t from, int64_t to, int64_t now_ns) {
  if (from == to) return;
  double away_s = (double)(now_ns - person->away_ns[to]) * 1e-9;
  for (int i = 0; i < 2; i++) {
    person->away[from][i] = person->side[i].muscle;
    person->side[i].muscle = person->away[to][i];
    taut_fatigue_rest(&person->muscle, &person->side[i].muscle, away_s);
  }
  person->away_ns[from] = now_ns;
}

void taut_person_choose(taut_person *person, const taut_person_step_context *step) {
  const taut_person_input *in = step->input;
  if (in->exercise == person->exercise_no && in->work_side == person->work_side &&
      in->is_floor == person->is_floor)
    return;
  // Never in the middle of anything.
  if (person->activity != TAUT_PERSON_IDLE) return;
  person->exercise_no = in->exercise;
  person->work_side = in->work_side;
  person->is_floor = in->is_floor;
  int64_t from = taut_to_i64(person->exercise.muscle_group);
  person->exercise = taut_person_exercise_of(step->params, taut_to_i64(in->exercise));
  taut_person_weeks_look(step->params, &person->weeks, step->now_ns, step->seed,
                         TAUT_PERSON_DRAW_DAY);
  taut_person_prepare(step->params, person);
  change_group(person, from, taut_to_i64(person->exercise.muscle_group), step->now_ns);
}

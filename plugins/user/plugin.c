// user: a person at the machine. The math is in models/person*.c and the models it is made of.
#include <assert.h>
#include <string.h>

#include "models/person.h"
#include "taut/math.h"
#include "taut/roles.h"

#define PARAM_ROW(id, field, unit, lo, hi, ini, lab, fl, hlp) \
  {(id), (fl), #field, unit, (lo), (hi), (ini), lab, 1, 0, 0, 0, hlp},

// The exercise table: a list of each field of an exercise.
#define TABLE_ROW(id, field, unit, lo, hi, ini, lab, fl, hlp)                                     \
  {200 + (id), (fl), "table_" #field, unit, (lo), (hi), (ini), lab, TAUT_PERSON_TABLE_ROWS, 0, 0, \
   0,          hlp},

// Outputs of this plugin beyond its role, for plots and for tests of the model.
#define OWN_OUTPUTS(X)                                                               \
  X(1000, LEFT_REFERENCE_M, "left_reference_m", TAUT_UNIT_M, -10, 20, NULL, 0,       \
    "where the left hand wants to be")                                               \
  X(1001, RIGHT_REFERENCE_M, "right_reference_m", TAUT_UNIT_M, -10, 20, NULL, 0,     \
    "where the right hand wants to be")                                              \
  X(1002, ACTIVITY, "activity", TAUT_UNIT_NONE, 0, TAUT_PERSON_ACTIVITY_COUNT - 1,   \
    TAUT_LABELS(TAUT_PERSON_ACTIVITY_MAP), TAUT_ENUM, "what the person does")        \
  X(1003, TRANSVERSUS, "transversus", TAUT_UNIT_NONE, 0, 1, NULL, 0,                 \
    "activation of the transversus abdominis")                                       \
  X(1004, GRIP_FATIGUE, "grip_fatigue", TAUT_UNIT_NONE, 0, 1, NULL, 0,               \
    "fatigued fraction of the more tired hand's grip")                               \
  X(1005, HAS_LET_GO, "has_let_go", TAUT_UNIT_NONE, 0, 1, NULL, TAUT_BOOL,           \
    "the pelvic floor has let go in this set")                                       \
  X(1006, STRENGTH, "strength", TAUT_UNIT_NONE, 0, 10, NULL, TAUT_OBSERVED,          \
    "strength in this exercise over that at the start of the run")                   \
  X(1007, SLEEP_S, "sleep_s", TAUT_UNIT_S, 0, 86400, NULL, TAUT_OBSERVED,            \
    "sleep of the last night")                                                       \
  X(1008, LAXITY, "laxity", TAUT_UNIT_NONE, 0, 1, NULL, TAUT_OBSERVED,               \
    "laxity of the connective tissue now")                                           \
  X(1009, LINEA_WIDTH_M, "linea_width_m", TAUT_UNIT_MM, 0, 0.1, NULL, TAUT_OBSERVED, \
    "inter-recti distance now")                                                      \
  X(1010, REST_PAIN, "rest_pain", TAUT_UNIT_NONE, 0, 10, NULL, TAUT_OBSERVED,        \
    "pain of the low back today, at rest")
#define OWN_ROW(id, E, name, unit, lo, hi, lab, fl, hlp) \
  {(id), (fl) | TAUT_TRUTH, name, unit, (lo), (hi), 0, lab, 1, 0, 0, 0, hlp},
#define OWN_INDEX(id, E, ...) OUT_##E,
enum { BEFORE_OWN = TAUT_USER_OUT_COUNT - 1, OWN_OUTPUTS(OWN_INDEX) N_OUTPUTS };

#define EVENT_ROW(E, name, hlp) \
  {TAUT_PERSON_EVENT_##E + 1000, 0, name, TAUT_UNIT_NONE, -1e9, 1e9, 0, NULL, 1, 0, 0, 0, hlp},

static const taut_signal params[] = {TAUT_PERSON_PARAMS(PARAM_ROW)
                                         TAUT_PERSON_EXERCISE_PARAMS(TABLE_ROW)};
static const taut_signal inputs[] = {TAUT_USER_INPUTS};
static const taut_signal outputs[] = {TAUT_USER_OUTPUTS OWN_OUTPUTS(OWN_ROW)};
static const taut_signal events[] = {TAUT_PERSON_EVENT_MAP(EVENT_ROW)};

#define COUNT(table) (uint32_t)(sizeof(table) / sizeof((table)[0]))
static_assert(COUNT(params) == TAUT_PERSON_N_PARAMS + TAUT_PERSON_N_FIELDS, "one row each");
static_assert(COUNT(outputs) == N_OUTPUTS, "one slot each");

static const taut_person_params *params_of(const taut_instance *inst) {
  return (const taut_person_params *)(const void *)inst->param;
}

static size_t state_size(const double *param) {
  (void)param;
  return sizeof(taut_person);
}

static taut_status init(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  const char *problem = taut_person_init(params_of(inst), inst->state, inst->period_s, inst->seed);
  if (problem == NULL) return TAUT_OK;
  inst->host->log(inst, TAUT_LOG_ERROR, problem);
  return TAUT_EINVAL;
}

static void output_side(const taut_person *person, int i, double *out) {
  const taut_person_side *side = &person->side[i];
  out += i * TAUT_USER_OUT_SIDE_COUNT;
  out[TAUT_USER_OUT_SIDE_HAND_FORCE_N] = side->force_n;
  out[TAUT_USER_OUT_SIDE_HAND_PRESENCE] = side->presence;
  out[TAUT_USER_OUT_SIDE_IS_HOLDING] = side->is_holding;
  out[TAUT_USER_OUT_SIDE_CAPACITY_N] = side->capacity_n;
}

static double breath_of(const taut_person *person) {
  if (person->breathing.is_held != 0.0) return TAUT_BREATH_HELD;
  return person->breathing.is_inhaling != 0.0 ? TAUT_BREATH_INHALE : TAUT_BREATH_EXHALE;
}

static double greater(double a, double b) {
  return a > b ? a : b;
}

static taut_status output(const taut_instance *inst, int64_t tick_ns) {
  const taut_person *person = inst->state;
  const taut_person_side *left = &person->side[0], *right = &person->side[1];
  double *out = inst->out;
  (void)tick_ns;
  output_side(person, 0, out);
  output_side(person, 1, out);
  out[TAUT_USER_OUT_REPORT] = person->speech.report;
  out[TAUT_USER_OUT_REPORT_SEQ] = person->speech.seq;
  out[TAUT_USER_OUT_REPORT_SEVERITY] = person->speech.severity;
  out[TAUT_USER_OUT_ESTOP_A_CLOSED] = 1.0 - person->estop_pressed;
  out[TAUT_USER_OUT_ESTOP_B_CLOSED] = 1.0 - person->estop_pressed;
  out[TAUT_USER_OUT_REP] = person->rep;
  out[TAUT_USER_OUT_PHASE] = taut_person_phase(person);
  out[TAUT_USER_OUT_EFFORT] = person->effort;
  out[TAUT_USER_OUT_FATIGUE] = greater(left->muscle.fatigued, right->muscle.fatigued);
  out[TAUT_USER_OUT_IAP_PA] = person->iap_pa;
  out[TAUT_USER_OUT_LEAK_POINT_PA] = person->leak_point_pa;
  out[TAUT_USER_OUT_IS_LEAKING] = person->pelvic.is_leaking;
  out[TAUT_USER_OUT_LEAK_VOLUME_M3] = person->pelvic.volume_m3;
  out[TAUT_USER_OUT_PELVIC_FLOOR] = person->pelvic.activation;
  out[TAUT_USER_OUT_PELVIC_FLOOR_FATIGUE] = person->pelvic.fatigue.fatigued;
  out[TAUT_USER_OUT_CONE_HEIGHT_M] = person->linea.height_m;
  out[TAUT_USER_OUT_IS_CONING] = person->linea.is_coning;
  out[TAUT_USER_OUT_PAIN] = person->pain;
  out[TAUT_USER_OUT_BREATH] = breath_of(person);
  out[TAUT_USER_OUT_FORM_FAULT] = person->form_fault;
  out[TAUT_USER_OUT_HAS_GIVEN_UP] = person->has_given_up;
  out[TAUT_USER_OUT_PELVIC_SENSOR] = person->sensor.shown;
  out[OUT_LEFT_REFERENCE_M] = left->hand.reference_m;
  out[OUT_RIGHT_REFERENCE_M] = right->hand.reference_m;
  out[OUT_ACTIVITY] = person->activity;
  out[OUT_TRANSVERSUS] = person->transversus;
  out[OUT_GRIP_FATIGUE] = greater(left->grip.fatigue.fatigued, right->grip.fatigue.fatigued);
  out[OUT_HAS_LET_GO] = person->pelvic.has_let_go;
  return TAUT_OK;
}

static taut_status observe(const taut_instance *inst, int64_t tick_ns) {
  const taut_person *person = inst->state;
  const taut_person_weeks *weeks = &person->weeks;
  (void)tick_ns;
  inst->out[OUT_STRENGTH] = weeks->strength[taut_to_i64(person->exercise.muscle_group)];
  inst->out[OUT_SLEEP_S] = weeks->sleep_s;
  inst->out[OUT_LAXITY] = weeks->laxity;
  inst->out[OUT_LINEA_WIDTH_M] = weeks->linea_width_m;
  inst->out[OUT_REST_PAIN] = weeks->pain;
  return TAUT_OK;
}

static taut_status update(const taut_instance *inst, int64_t tick_ns) {
  const double *const *in = inst->in;
  taut_person_input input = {
      .cue = *in[TAUT_USER_IN_CUE],
      .cue_seq = *in[TAUT_USER_IN_CUE_SEQ],
      .stimulus = *in[TAUT_USER_IN_STIMULUS],
      .stimulus_seq = *in[TAUT_USER_IN_STIMULUS_SEQ],
      .pain_level = *in[TAUT_USER_IN_PAIN_LEVEL],
      .form_fault_set = *in[TAUT_USER_IN_FORM_FAULT_SET],
      .exercise = *in[TAUT_USER_IN_EXERCISE],
      .work_side = *in[TAUT_USER_IN_SIDE],
      .is_floor = *in[TAUT_USER_IN_IS_FLOOR],
  };
  for (int i = 0; i < 2; i++) {
    const double *const *side = in + i * TAUT_USER_IN_SIDE_COUNT;
    input.side[i].position_m = *side[TAUT_USER_IN_SIDE_HANDLE_POSITION_M];
    input.side[i].speed_m_s = *side[TAUT_USER_IN_SIDE_HANDLE_SPEED_M_S];
    input.side[i].tension_n = *side[TAUT_USER_IN_SIDE_TENSION_N];
  }
  taut_person *person = inst->state;
  uint32_t happened = taut_person_step(params_of(inst), person, &input, tick_ns, inst->seed);
  if (happened == 0) return TAUT_OK;
  for (uint32_t i = 0; i < TAUT_PERSON_EVENT_COUNT; i++)
    if ((happened >> i) & 1u) inst->host->emit(inst, i, person->event_value[i]);
  return TAUT_OK;
}

static taut_status skip(const taut_instance *inst, int64_t tick_ns, int64_t duration_ns) {
  return taut_person_skip(params_of(inst), inst->state, tick_ns, duration_ns, inst->seed)
             ? TAUT_OK
             : TAUT_EREJECT;
}

static const void *extension(const char *id) {
  static const taut_skip skips = {sizeof(taut_skip), skip, TAUT_SKIP_ADDITIVE, 0};
  return strcmp(id, TAUT_SKIP_ID) == 0 ? &skips : NULL;
}

static const taut_model model = {
    .struct_size = sizeof(taut_model),
    .signal_size = sizeof(taut_signal),
    .abi_minor = TAUT_ABI_MINOR,
    .name = "user",
    .role = "user",
    .version = "1.0.0",
    .help =
        "a person: strength, fatigue, tempo, breath, pressure, pelvic floor, coning, grip, reports",
    .state_layout = 2,
    .events_per_tick = TAUT_PERSON_EVENT_COUNT,
    .n_params = COUNT(params),
    .n_inputs = COUNT(inputs),
    .n_outputs = COUNT(outputs),
    .n_events = COUNT(events),
    .params = params,
    .inputs = inputs,
    .outputs = outputs,
    .events = events,
    .period_ns = 1000000,
    .period_ns_min = 500000,
    .period_ns_max = 1000000,
    .state_size = state_size,
    .init = init,
    .output = output,
    .update = update,
    .observe = observe,
    .extension = extension,
};

TAUT_EXPORT const taut_model *taut_query(uint32_t host_abi_major, uint32_t index) {
  return host_abi_major == TAUT_ABI_MAJOR && index == 0 ? &model : NULL;
}

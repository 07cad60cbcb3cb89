/// A rig of tiny models in this process and a folder of Lua files, for tests of expressions and
/// scenarios.
///
/// fake_controller commands `left_n` and `right_n` newtons until a report of a leak, then 5 N,
/// latched. fake_user finishes a repetition every second. fake_session works 500 ms after
/// start_set.
#ifndef TAUT_TESTS_HOST_RIG_H
#define TAUT_TESTS_HOST_RIG_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "taut/engine.h"
#include "taut/roles.h"

// ------------------------------------------------------------------------------------------ models

typedef struct fake_state {
  double time_s, seq, report, is_latched, request_seq, working_in_s, is_working, spare;
} fake_state;

static inline size_t fake_state_size(const double *param) {
  (void)param;
  return sizeof(fake_state);
}

static inline taut_status fake_init(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  *(fake_state *)inst->state = (fake_state){0};
  return TAUT_OK;
}

static inline void fake_clear(const taut_instance *inst) {
  for (uint32_t i = 0, slot = 0; i < inst->model->n_outputs; i++)
    for (uint32_t k = 0; k < inst->model->outputs[i].count; k++)
      inst->out[slot++] = inst->model->outputs[i].init;
}

static inline taut_status fake_update(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  ((fake_state *)inst->state)->time_s += inst->period_s;
  return TAUT_OK;
}

static inline taut_status fake_motor_output(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  fake_clear(inst);
  inst->out[TAUT_MOTOR_OUT_BUS_V] = 54;
  return TAUT_OK;
}

static inline taut_status fake_cable_output(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  fake_clear(inst);
  const fake_state *state = inst->state;
  // One millisecond in a hundred the tension jumps within a row: only peak sees it.
  double within_s = state->time_s - 0.1 * (double)(int64_t)(state->time_s / 0.1);
  bool is_spike = within_s > 0.0502 && within_s < 0.0504;
  inst->out[TAUT_CABLE_OUT_TENSION_N] = inst->param[0] + (is_spike ? inst->param[1] : 0);
  return TAUT_OK;
}

static inline taut_status fake_user_output(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  fake_clear(inst);
  const fake_state *state = inst->state;
  inst->out[TAUT_USER_OUT_REP] = (double)(int64_t)(state->time_s + 1e-9);
  inst->out[TAUT_USER_OUT_EFFORT] = 0.5;
  inst->out[TAUT_USER_OUT_LEAK_POINT_PA] = inst->param[0];
  for (uint32_t k = 0; k < 4; k++) inst->out[TAUT_USER_OUT_COUNT + k] = k;
  return TAUT_OK;
}

static inline taut_status fake_controller_update(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  fake_state *state = inst->state;
  double seq = *inst->in[TAUT_CONTROLLER_IN_REPORT_SEQ];
  if (seq != state->seq) {
    state->seq = seq;
    state->report = *inst->in[TAUT_CONTROLLER_IN_REPORT];
    if ((int)state->report == TAUT_REPORT_LEAK) state->is_latched = 1;
  }
  state->time_s += inst->period_s;
  return TAUT_OK;
}

static inline taut_status fake_controller_output(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  fake_clear(inst);
  const fake_state *state = inst->state;
  bool is_latched = state->is_latched != 0;
  bool is_unloaded = is_latched || (int)state->report == TAUT_REPORT_HEAVINESS;
  inst->out[TAUT_CONTROLLER_OUT_SIDE_LOAD_COMMAND_N] = is_unloaded ? 5 : inst->param[0];
  inst->out[TAUT_CONTROLLER_OUT_SIDE_COUNT + TAUT_CONTROLLER_OUT_SIDE_LOAD_COMMAND_N] =
      is_unloaded ? 5 : inst->param[1];
  inst->out[TAUT_CONTROLLER_OUT_SAFETY_STATE] =
      is_latched ? TAUT_SAFETY_LATCHED : TAUT_SAFETY_NORMAL;
  inst->out[TAUT_CONTROLLER_OUT_ARMED] = !is_latched;
  inst->out[TAUT_CONTROLLER_OUT_REPORT_ACK_SEQ] = state->seq;
  return TAUT_OK;
}

static inline taut_status fake_session_update(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  fake_state *state = inst->state;
  double seq = *inst->in[TAUT_SESSION_IN_REQUEST_SEQ];
  if (seq != state->request_seq) {
    state->request_seq = seq;
    if ((int)*inst->in[TAUT_SESSION_IN_REQUEST] == TAUT_REQUEST_START_SET)
      state->working_in_s = 0.5;
  } else if (state->working_in_s > 0) {
    state->working_in_s -= inst->period_s;
    if (state->working_in_s < 1e-9) state->is_working = 1;
  }
  state->time_s = *inst->in[TAUT_SESSION_IN_SIDE_SET_LOAD_N];
  state->spare = *inst->in[TAUT_SESSION_IN_SIDE_COUNT + TAUT_SESSION_IN_SIDE_SET_LOAD_N];
  return TAUT_OK;
}

static inline taut_status fake_session_output(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  fake_clear(inst);
  const fake_state *state = inst->state;
  inst->out[TAUT_SESSION_OUT_STATE] = state->is_working != 0 ? TAUT_SESSION_WORKING : 0;
  inst->out[TAUT_SESSION_OUT_SIDE_LOAD_N] = state->time_s;
  inst->out[TAUT_SESSION_OUT_SIDE_COUNT + TAUT_SESSION_OUT_SIDE_LOAD_N] = state->spare;
  inst->out[TAUT_SESSION_OUT_MODE] = inst->param[2];
  inst->out[TAUT_SESSION_OUT_SETS_DONE] = inst->param[3];
  return TAUT_OK;
}

#define FAKE_SIGNAL(i, n, unit, lo, hi, ini, lab, fl, cnt, hlp) \
  { (i), (fl), n, unit, (lo), (hi), (ini), lab, (cnt), 0, 0, 0, hlp }

static const taut_signal fake_motor_in[] = {TAUT_MOTOR_INPUTS};
static const taut_signal fake_motor_out[] = {TAUT_MOTOR_OUTPUTS};
static const taut_signal fake_motor_param[] = {
    FAKE_SIGNAL(1, "resistance_ohm", TAUT_UNIT_OHM, 0.01, 10, 0.25, NULL, 0, 1, "resistance")};
static const taut_signal fake_cable_in[] = {TAUT_CABLE_INPUTS};
static const taut_signal fake_cable_out[] = {TAUT_CABLE_OUTPUTS};
static const taut_signal fake_cable_param[] = {
    FAKE_SIGNAL(1, "pull_n", TAUT_UNIT_N, 0, 1000, 12, NULL, 0, 1, "steady tension"),
    FAKE_SIGNAL(2, "spike_n", TAUT_UNIT_N, 0, 1000, 0, NULL, 0, 1, "spike within a row")};
static const taut_signal fake_user_in[] = {TAUT_USER_INPUTS};
static const taut_signal fake_user_out[] = {
    TAUT_USER_OUTPUTS FAKE_SIGNAL(1000, "curve", TAUT_UNIT_NONE, 0, 10, 0, NULL, 0, 4, "array")};
static const taut_signal fake_user_param[] = {
    FAKE_SIGNAL(1, "leak_point_pa", TAUT_UNIT_CMH2O, 0, 50000, 9000, NULL, 0, 1, "leak point"),
    FAKE_SIGNAL(2, "reps", TAUT_UNIT_NONE, 0, 100, 10, NULL, TAUT_INTEGER, 1, "repetitions"),
    FAKE_SIGNAL(3, "shape", TAUT_UNIT_NONE, 0, 1, 0, NULL, 0, 3, "an array")};
static const taut_signal fake_controller_in[] = {TAUT_CONTROLLER_INPUTS};
static const taut_signal fake_controller_out[] = {TAUT_CONTROLLER_OUTPUTS};
static const taut_signal fake_controller_param[] = {
    FAKE_SIGNAL(1, "left_n", TAUT_UNIT_N, 0, 1000, 40, NULL, 0, 1, "load of the left side"),
    FAKE_SIGNAL(2, "right_n", TAUT_UNIT_N, 0, 1000, 41, NULL, 0, 1, "load of the right side")};
static const taut_signal fake_session_in[] = {TAUT_SESSION_INPUTS};
static const taut_signal fake_session_out[] = {TAUT_SESSION_OUTPUTS};
static const taut_signal fake_session_param[] = {
    FAKE_SIGNAL(1, "uses_left", TAUT_UNIT_NONE, 0, 1, 1, NULL, TAUT_BOOL, 1, "left side is used"),
    FAKE_SIGNAL(2, "uses_right", TAUT_UNIT_NONE, 0, 1, 1, NULL, TAUT_BOOL, 1, "right side is used"),
    {3, TAUT_ENUM, "mode", TAUT_UNIT_NONE, 0, TAUT_MODE_COUNT - 1, 0, TAUT_LABELS(TAUT_MODE_MAP), 1,
     0, 0, 0, "resistance law"},
    FAKE_SIGNAL(4, "reps", TAUT_UNIT_NONE, 0, 100, 10, NULL, TAUT_INTEGER, 1, "repetitions")};

#define FAKE_COUNT(table) ((uint32_t)(sizeof(table) / sizeof(table)[0]))
#define FAKE_MODEL(kind, period, out_fn, update_fn)                                            \
  {                                                                                            \
    .struct_size = sizeof(taut_model), .signal_size = sizeof(taut_signal),                     \
    .abi_minor = TAUT_ABI_MINOR, .name = "fake_" #kind, .role = #kind, .version = "1.0.0",     \
    .help = "a model of the tests", .params = fake_##kind##_param,                             \
    .n_params = FAKE_COUNT(fake_##kind##_param), .inputs = fake_##kind##_in,                   \
    .n_inputs = FAKE_COUNT(fake_##kind##_in), .outputs = fake_##kind##_out,                    \
    .n_outputs = FAKE_COUNT(fake_##kind##_out), .period_ns = (period), .period_ns_min = 50000, \
    .period_ns_max = 100000000, .state_size = fake_state_size, .init = fake_init,              \
    .output = out_fn, .update = update_fn                                                      \
  }

static const taut_model fake_motor = FAKE_MODEL(motor, 50000, fake_motor_output, fake_update);
static const taut_model fake_cable = FAKE_MODEL(cable, 50000, fake_cable_output, fake_update);
static const taut_model fake_user = FAKE_MODEL(user, 1000000, fake_user_output, fake_update);
static const taut_model fake_controller =
    FAKE_MODEL(controller, 250000, fake_controller_output, fake_controller_update);
static const taut_model fake_session =
    FAKE_MODEL(session, 10000000, fake_session_output, fake_session_update);
static const taut_model *const fake_models[] = {&fake_motor,      &fake_cable,   &fake_user,
                                                &fake_controller, &fake_session, NULL};

/// A plan of the fake models: two sides, or the left one alone.
static inline taut_plan *fake_plan(taut_registry **registry, int n_sides) {
  taut_builder *builder = NULL;
  taut_plan *plan = NULL;
  const char *paths[] = {"left.motor", "left.cable",  "user",       "controller",
                         "session",    "right.motor", "right.cable"};
  const char *models[] = {"fake_motor",   "fake_cable", "fake_user", "fake_controller",
                          "fake_session", "fake_motor", "fake_cable"};
  taut_status status = taut_registry_create(NULL, NULL, registry);
  for (size_t i = 0; !status && fake_models[i]; i++)
    status = taut_registry_add(*registry, fake_models[i]);
  if (!status) status = taut_builder_create(*registry, NULL, NULL, &builder);
  for (int i = 0; !status && i < (n_sides == 2 ? 7 : 5); i++)
    status = taut_builder_add(builder, paths[i], models[i], 0, 0);
  if (!status) status = taut_builder_wire_roles(builder);
  if (!status) status = taut_builder_plan(builder, &plan);
  taut_builder_destroy(builder);
  return plan;
}

// ------------------------------------------------------------------------------------------- files

static const char FAKE_RIG[] =
    "local taut = require 'taut'\n"
    "return taut.rig { name = 'tiny', machine = 'tiny', roles = { motor = 'fake_motor',\n"
    "  cable = 'fake_cable', user = 'fake_user', controller = 'fake_controller',\n"
    "  session = 'fake_session' } }\n";
static const char FAKE_MACHINE[] =
    "local taut = require 'taut'\n"
    "return taut.parameters { name = 'tiny', kind = 'machine',\n"
    "  motor = { resistance_ohm = { 0.3, status = 'D', source = 'test' } } }\n";
static const char FAKE_PERSONA[] =
    "local taut = require 'taut'\n"
    "return taut.parameters { name = 'someone', kind = 'user', user = { leak_point = cmH2O(50) } "
    "}\n";
static const char FAKE_EXERCISE[] =
    "local taut = require 'taut'\n"
    "return taut.parameters { name = 'press', kind = 'exercise',\n"
    "  session = { uses_left = 1, uses_right = 0 }, user = { leak_point = cmH2O(60) } }\n";

typedef struct fake_folder {
  char path[64];
} fake_folder;

/// Writes a text below the folder; false when that failed.
static inline bool fake_write(const fake_folder *folder, const char *name, const char *text) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s", folder->path, name);
  FILE *file = fopen(path, "wb");
  if (!file) return false;
  bool is_ok = fputs(text, file) >= 0;
  return fclose(file) == 0 && is_ok;
}

static inline bool fake_folder_make(fake_folder *folder) {
  static const char *const SUBS[] = {
      "models",       "models/rigs", "models/machines", "models/exercises",
      "models/users", "scenarios",   "scenarios/lib",   NULL};
  snprintf(folder->path, sizeof folder->path, "/tmp/taut-host-%ld", (long)getpid());
  if (mkdir(folder->path, 0777) != 0) return false;
  for (size_t i = 0; SUBS[i]; i++) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder->path, SUBS[i]);
    if (mkdir(path, 0777) != 0) return false;
  }
  return fake_write(folder, "models/rigs/tiny.lua", FAKE_RIG) &&
         fake_write(folder, "models/machines/tiny.lua", FAKE_MACHINE) &&
         fake_write(folder, "models/users/someone.lua", FAKE_PERSONA) &&
         fake_write(folder, "models/exercises/press.lua", FAKE_EXERCISE);
}

static inline void fake_folder_remove(const fake_folder *folder) {
  static const char *const NAMES[] = {"models/rigs/tiny.lua",
                                      "models/machines/tiny.lua",
                                      "models/users/someone.lua",
                                      "models/users/drawn.lua",
                                      "models/users/wrong.lua",
                                      "models/exercises/press.lua",
                                      "scenarios/lib/helper.lua",
                                      "scenarios/lib/loop.lua",
                                      "s.lua",
                                      "role.lua",
                                      "models/rigs",
                                      "models/machines",
                                      "models/exercises",
                                      "models/users",
                                      "models",
                                      "scenarios/lib",
                                      "scenarios",
                                      "",
                                      NULL};
  for (size_t i = 0; NAMES[i]; i++) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder->path, NAMES[i]);
    remove(path);
  }
}

#endif

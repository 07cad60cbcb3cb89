/// A model with the ports of a role and hardly any meaning: it adds up its inputs. Every third step
/// is an event, every fourth a line in the log.
#ifndef TAUT_TESTS_SUPPORT_ROLE_MODEL_H
#define TAUT_TESTS_SUPPORT_ROLE_MODEL_H

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "taut/engine.h"

typedef struct role_state {
  double sum, n_steps;
} role_state;

static const taut_signal role_params[] = {
    {1, 0, "gain", TAUT_UNIT_NONE, -10, 10, 2, NULL, 1, 0, 0, 0, "factor of all inputs"}};
static const taut_signal role_events[] = {
    {1, 0, "third", TAUT_UNIT_NONE, 0, 1e9, 0, NULL, 1, 0, 0, 0, "every third step"}};

/// Calls of the functions of models of this file so far.
static uint64_t n_role_calls;

static inline size_t role_state_size(const double *param) {
  (void)param;
  return sizeof(role_state);
}

static inline taut_status role_init(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  n_role_calls++;
  return inst->param[0] < -9 ? TAUT_EINVAL : TAUT_OK;
}

static inline taut_status role_output(const taut_instance *inst, int64_t tick_ns) {
  const role_state *state = inst->state;
  double *out = inst->out;
  (void)tick_ns;
  n_role_calls++;
  for (uint32_t i = 0; i < inst->model->n_outputs; i++)
    for (uint32_t k = 0; k < inst->model->outputs[i].count; k++) *out++ = state->sum + i;
  return TAUT_OK;
}

static inline taut_status role_update(const taut_instance *inst, int64_t tick_ns) {
  role_state *state = inst->state;
  (void)tick_ns;
  n_role_calls++;
  for (uint32_t i = 0; i < inst->model->n_inputs; i++)
    for (uint32_t k = 0; k < inst->model->inputs[i].count; k++)
      state->sum += inst->param[0] * inst->in[i][k];
  state->n_steps += 1;
  if (fmod(state->n_steps, 3) < 0.5) inst->host->emit(inst, 0, state->n_steps);
  if (fmod(state->n_steps, 4) < 0.5) inst->host->log(inst, TAUT_LOG_INFO, "a fourth");
  return TAUT_OK;
}

/// Its tables live as long as the process. False without memory.
static inline bool role_model(const char *role_name, taut_model *out) {
  const taut_role *role = taut_role_find(role_name);
  taut_signal *inputs = calloc(role->n_inputs + 1, sizeof *inputs);
  taut_signal *outputs = calloc(role->n_outputs + 1, sizeof *outputs);
  if (inputs == NULL || outputs == NULL) return false;
  for (size_t i = 0; i < role->n_inputs; i++) inputs[i] = *role->inputs[i].signal;
  for (size_t i = 0; i < role->n_outputs; i++) outputs[i] = *role->outputs[i].signal;
  *out = (taut_model){.struct_size = sizeof(taut_model),
                      .signal_size = sizeof(taut_signal),
                      .abi_minor = TAUT_ABI_MINOR,
                      .name = "role_model",
                      .role = role->name,
                      .version = "1.0",
                      .help = "adds what comes in",
                      .state_layout = 1,
                      .events_per_tick = 1,
                      .n_params = 1,
                      .n_inputs = (uint32_t)role->n_inputs,
                      .n_outputs = (uint32_t)role->n_outputs,
                      .n_events = 1,
                      .params = role_params,
                      .inputs = inputs,
                      .outputs = outputs,
                      .events = role_events,
                      .period_ns = 1000000,
                      .period_ns_min = 1000000,
                      .period_ns_max = TAUT_SECOND,
                      .state_size = role_state_size,
                      .init = role_init,
                      .output = role_output,
                      .update = role_update};
  return true;
}

#endif

#include "engine/plan.h"

#include <stdio.h>
#include <string.h>

#include "engine/text.h"
#include "engine/validate.h"

static taut_status copy_instance(taut_plan *plan, const builder_instance *from, uint32_t i,
                                 const taut_log_sink *log) {
  const taut_model *model = from->model;
  plan_instance *to = &plan->instances[i];
  *to = (plan_instance){.path = taut_arena_text(&plan->arena, from->path),
                        .model = model,
                        .period_ns = from->period_ns,
                        .phase_ns = from->phase_ns,
                        .first_param = plan->n_params,
                        .n_params = taut_signal_slots(model->params, model->n_params),
                        .n_outputs = taut_signal_slots(model->outputs, model->n_outputs),
                        .first_input = plan->n_inputs,
                        .first_output_tap = plan->n_outputs};
  if (!to->path) return TAUT_ENOMEM;
  memcpy(plan->params + to->first_param, from->params, to->n_params * sizeof(double));
  for (uint32_t k = 0; k < model->n_inputs; k++)
    plan->inputs[plan->n_inputs + k] = (plan_input){.source = from->wires[k].instance,
                                                    .output = from->wires[k].output,
                                                    .own_slot = TAUT_NONE,
                                                    .mux = TAUT_NONE,
                                                    .tap = TAUT_NONE};
  for (uint32_t k = 0; k < model->n_outputs; k++)
    plan->output_taps[plan->n_outputs + k] = TAUT_NONE;
  plan->n_params += to->n_params;
  plan->n_inputs += model->n_inputs;
  plan->n_outputs += model->n_outputs;

  to->state_size = model->state_size(plan->params + to->first_param);
  if (to->state_size > TAUT_STATE_SIZE_MAX) {
    taut_say_error(log, to->path, "wants %zu bytes of state, at most %d are allowed",
                   to->state_size, TAUT_STATE_SIZE_MAX);
    return TAUT_EINVAL;
  }
  return TAUT_OK;
}

static taut_status copy_instances(taut_plan *plan, const taut_builder *builder) {
  size_t n_params = 0, n_inputs = 0, n_outputs = 0;
  for (size_t i = 0; i < builder->n_instances; i++) {
    const taut_model *model = builder->instances[i].model;
    n_params += taut_signal_slots(model->params, model->n_params);
    n_inputs += model->n_inputs;
    n_outputs += model->n_outputs;
  }
  plan->n_instances = (uint32_t)builder->n_instances;
  plan->instances = taut_arena_new(&plan->arena, plan->n_instances, sizeof *plan->instances);
  plan->params = taut_arena_new(&plan->arena, n_params, sizeof *plan->params);
  plan->inputs = taut_arena_new(&plan->arena, n_inputs, sizeof *plan->inputs);
  plan->output_taps = taut_arena_new(&plan->arena, n_outputs, sizeof *plan->output_taps);
  if (!plan->instances || !plan->params || !plan->inputs || !plan->output_taps) return TAUT_ENOMEM;
  taut_status status = TAUT_OK;
  for (uint32_t i = 0; status == TAUT_OK && i < plan->n_instances; i++)
    status = copy_instance(plan, &builder->instances[i], i, builder->log);
  return status;
}

// An enum input `x` with a companion `x_seq` is an event input.
static taut_status make_muxes(taut_plan *plan) {
  plan->muxes = taut_arena_new(&plan->arena, plan->n_inputs / 2, sizeof *plan->muxes);
  if (!plan->muxes) return TAUT_ENOMEM;
  for (uint32_t i = 0; i < plan->n_instances; i++) {
    const plan_instance *instance = &plan->instances[i];
    const taut_model *model = instance->model;
    for (uint32_t k = 0; k < model->n_inputs; k++) {
      char name[TAUT_PATH_MAX];
      if (!(model->inputs[k].flags & TAUT_ENUM) || model->inputs[k].count != 1) continue;
      snprintf(name, sizeof name, "%s_seq", model->inputs[k].name);
      const taut_signal *seq = taut_signal_find(model->inputs, model->n_inputs, name);
      if (!seq || seq->count != 1 || !(seq->flags & TAUT_INTEGER)) continue;
      uint32_t i_seq = (uint32_t)(seq - model->inputs);
      plan_input *value_input = &plan->inputs[instance->first_input + k];
      plan_input *seq_input = &plan->inputs[instance->first_input + i_seq];
      value_input->mux = seq_input->mux = plan->n_muxes;
      seq_input->is_mux_seq = true;
      plan->muxes[plan->n_muxes++] = (plan_mux){.instance = i,
                                                .i_value = k,
                                                .i_seq = i_seq,
                                                .source = value_input->source,
                                                .value_output = value_input->output,
                                                .seq_source = seq_input->source,
                                                .seq_output = seq_input->output};
    }
  }
  return TAUT_OK;
}

taut_status taut_builder_plan(taut_builder *builder, taut_plan **out) {
  const taut_allocator *allocator = builder->allocator;
  const taut_log_sink *log = builder->log;
  *out = NULL;
  if (builder->row_ns % builder->base_ns != 0) {
    taut_say_error(log, "", "the row period %lld ns is no multiple of the base period %lld ns",
                   (long long)builder->row_ns, (long long)builder->base_ns);
    return TAUT_EINVAL;
  }
  if (builder->n_instances == 0) {
    taut_say_error(log, "", "the plan has no instances");
    return TAUT_EINVAL;
  }
  taut_plan *plan = allocator->allocate(allocator->user, sizeof *plan);
  if (!plan) return TAUT_ENOMEM;
  *plan = (taut_plan){.allocator = allocator,
                      .base_ns = builder->base_ns,
                      .row_ns = builder->row_ns,
                      .row_ticks = builder->row_ns / builder->base_ns};
  taut_arena_init(&plan->arena, allocator);
  taut_status status = copy_instances(plan, builder);
  if (status == TAUT_OK) status = make_muxes(plan);
  if (status == TAUT_OK) status = taut_plan_check_wires(plan, log);
  if (status == TAUT_OK) status = taut_plan_make_faults(plan, builder);
  if (status == TAUT_OK) status = taut_plan_make_order(plan, log);
  if (status == TAUT_OK) status = taut_plan_make_rates(plan, log);
  if (status == TAUT_OK) status = taut_plan_make_layout(plan, log);
  if (status == TAUT_OK) status = taut_plan_make_names(plan);
  if (status != TAUT_OK) {
    taut_plan_destroy(plan);
    return status;
  }
  taut_plan_make_hash(plan);
  *out = plan;
  return TAUT_OK;
}

void taut_plan_destroy(taut_plan *plan) {
  if (!plan) return;
  taut_arena_fini(&plan->arena);
  plan->allocator->release(plan->allocator->user, plan);
}

int64_t taut_plan_base_period(const taut_plan *plan) {
  return plan->base_ns;
}

int64_t taut_plan_row_period(const taut_plan *plan) {
  return plan->row_ns;
}

size_t taut_plan_n_instances(const taut_plan *plan) {
  return plan->n_instances;
}

taut_instance_info taut_plan_instance(const taut_plan *plan, size_t i) {
  assert(i < plan->n_instances);
  const plan_instance *instance = &plan->instances[i];
  return (taut_instance_info){.path = instance->path,
                              .model = instance->model,
                              .period_ns = instance->period_ns,
                              .phase_ns = instance->phase_ns,
                              .first_param = instance->first_param,
                              .first_output = instance->first_output};
}

int64_t taut_plan_find_instance(const taut_plan *plan, const char *path) {
  for (uint32_t i = 0; i < plan->n_instances; i++)
    if (!strcmp(plan->instances[i].path, path)) return i;
  return -1;
}

size_t taut_plan_n_slots(const taut_plan *plan) {
  return plan->n_slots;
}

const double *taut_plan_params(const taut_plan *plan, size_t i) {
  assert(i < plan->n_instances);
  return plan->params + plan->instances[i].first_param;
}

bool taut_plan_is_snapshotable(const taut_plan *plan) {
  for (uint32_t i = 0; i < plan->n_instances; i++)
    if (plan->instances[i].model->flags & TAUT_MODEL_EFFECT) return false;
  return true;
}

size_t taut_plan_n_faults(const taut_plan *plan) {
  return plan->n_faults;
}

const taut_fault *taut_plan_fault(const taut_plan *plan, size_t i) {
  assert(i < plan->n_faults);
  return &plan->faults[i].fault;
}

void taut_plan_hash(const taut_plan *plan, uint8_t out[16]) {
  memcpy(out, plan->hash, 16);
}

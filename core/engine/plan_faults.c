#include <string.h>

#include "engine/plan.h"
#include "engine/text.h"
#include "engine/validate.h"

static bool is_timed(taut_fault_kind kind) {
  return kind == TAUT_FAULT_DELAY || kind == TAUT_FAULT_JITTER || kind == TAUT_FAULT_DRIFT ||
         kind == TAUT_FAULT_RATE;
}

// The instance whose due ticks bring new values to an input: its source, or the reader itself.
static uint32_t clock_of(const taut_plan *plan, uint32_t i, const plan_input *input) {
  uint32_t source = input->mux == TAUT_NONE ? input->source : plan->muxes[input->mux].seq_source;
  return source == TAUT_NONE ? i : source;
}

// The tap on an output or input, made when it is the first fault there.
static plan_tap *tap_on(taut_plan *plan, uint32_t i, bool is_output, uint32_t i_signal) {
  plan_instance *instance = &plan->instances[i];
  uint32_t *place = is_output ? &plan->output_taps[instance->first_output_tap + i_signal]
                              : &plan->inputs[instance->first_input + i_signal].tap;
  if (*place != TAUT_NONE) return &plan->taps[*place];
  const taut_signal *signal =
      is_output ? &instance->model->outputs[i_signal] : &instance->model->inputs[i_signal];
  *place = plan->n_taps++;
  plan->taps[*place] = (plan_tap){
      .is_output = is_output,
      .instance = i,
      .i_signal = i_signal,
      .count = signal->count,
      .clock = is_output ? i : clock_of(plan, i, &plan->inputs[instance->first_input + i_signal]),
      .first_fault = TAUT_NONE};
  return &plan->taps[*place];
}

static taut_status size_ring(const taut_plan *plan, const plan_tap *tap, plan_fault *fault,
                             const taut_log_sink *log) {
  if (fault->fault.kind != TAUT_FAULT_DELAY && fault->fault.kind != TAUT_FAULT_JITTER)
    return TAUT_OK;
  // One sample for each period within the delay, the one on either side, and the one seen last.
  int64_t samples = fault->fault.delay_ns / plan->instances[tap->clock].period_ns + 4;
  if (samples > TAUT_RING_MAX) {
    taut_say_error(log, fault->fault.target,
                   "fault %s: delay of %lld ns is %lld samples, the most is %d", fault->fault.name,
                   (long long)fault->fault.delay_ns, (long long)samples, TAUT_RING_MAX);
    return TAUT_EINVAL;
  }
  fault->ring_capacity = (uint32_t)samples;
  return TAUT_OK;
}

// The output that a swap reads: of the same instance, with as many elements.
static taut_status find_other(const taut_model *model, const taut_signal *signal, plan_fault *fault,
                              const taut_log_sink *log) {
  if (fault->fault.kind != TAUT_FAULT_SWAP) return TAUT_OK;
  bool is_output = signal >= model->outputs && signal < model->outputs + model->n_outputs;
  const taut_signal *other =
      is_output ? taut_signal_find(model->outputs, model->n_outputs, fault->fault.other) : NULL;
  if (!other || other->count != signal->count || (other->flags & TAUT_OBSERVED)) {
    taut_say_error(log, fault->fault.target,
                   "fault %s: a swap needs two outputs of one instance with as many elements; '%s' "
                   "is none such",
                   fault->fault.name, fault->fault.other);
    return TAUT_EINVAL;
  }
  fault->other = (uint32_t)(other - model->outputs);
  return TAUT_OK;
}

static taut_status put_on_wire(taut_plan *plan, uint32_t i_fault, const taut_log_sink *log) {
  plan_fault *fault = &plan->faults[i_fault];
  const char *port = NULL;
  int64_t i = taut_plan_split(plan, fault->fault.target, &port);
  if (i < 0) return TAUT_ENOTFOUND;
  const taut_model *model = plan->instances[i].model;
  const taut_signal *signal = taut_signal_find(model->outputs, model->n_outputs, port);
  bool is_output = signal != NULL;
  if (!signal) signal = taut_signal_find(model->inputs, model->n_inputs, port);
  if (!signal) return TAUT_ENOTFOUND;
  if (signal->flags & TAUT_OBSERVED) {
    taut_say_error(
        log, fault->fault.target,
        "fault %s: this output is observed at rows only, so a fault on it touches nobody",
        fault->fault.name);
    return TAUT_EINVAL;
  }
  taut_status status = find_other(model, signal, fault, log);
  if (status != TAUT_OK) return status;
  uint32_t i_signal = (uint32_t)(signal - (is_output ? model->outputs : model->inputs));
  plan_tap *tap = tap_on(plan, (uint32_t)i, is_output, i_signal);
  tap->is_timed |= is_timed(fault->fault.kind);
  uint32_t *link = &tap->first_fault;
  while (*link != TAUT_NONE) link = &plan->faults[*link].next;
  *link = i_fault;
  fault->tap = (uint32_t)(tap - plan->taps);
  fault->first_slot_state = plan->n_fault_slots;
  fault->n_slot_states = tap->count;
  plan->n_fault_slots += tap->count;
  return size_ring(plan, tap, fault, log);
}

static taut_status put_on_component(taut_plan *plan, plan_fault *fault) {
  int64_t i = taut_plan_find_instance(plan, fault->fault.target);
  if (i < 0) return TAUT_ENOTFOUND;
  fault->instance = (uint32_t)i;
  plan->instances[i].has_component_fault = true;
  plan->instances[i].has_double_fault |= fault->fault.kind == TAUT_FAULT_DOUBLE;
  return TAUT_OK;
}

taut_status taut_plan_make_faults(taut_plan *plan, const taut_builder *builder) {
  plan->n_faults = (uint32_t)builder->n_faults;
  plan->faults = taut_arena_new(&plan->arena, plan->n_faults, sizeof *plan->faults);
  plan->taps = taut_arena_new(&plan->arena, plan->n_faults, sizeof *plan->taps);
  if (!plan->faults || !plan->taps) return TAUT_ENOMEM;
  for (uint32_t i = 0; i < plan->n_faults; i++) {
    plan_fault *fault = &plan->faults[i];
    *fault = (plan_fault){
        .fault = builder->faults[i], .tap = TAUT_NONE, .instance = TAUT_NONE, .next = TAUT_NONE};
    fault->fault.name = taut_arena_text(&plan->arena, builder->faults[i].name);
    fault->fault.target = taut_arena_text(&plan->arena, builder->faults[i].target);
    if (builder->faults[i].other)
      fault->fault.other = taut_arena_text(&plan->arena, builder->faults[i].other);
    if (!fault->fault.name || !fault->fault.target) return TAUT_ENOMEM;
    if (builder->faults[i].other && !fault->fault.other) return TAUT_ENOMEM;
    taut_status status = fault->fault.kind >= TAUT_FAULT_SKIP ? put_on_component(plan, fault)
                                                              : put_on_wire(plan, i, builder->log);
    if (status != TAUT_OK) return status;
  }
  return TAUT_OK;
}

#include <stdio.h>
#include <string.h>

#include "engine/block.h"
#include "engine/plan.h"
#include "engine/text.h"
#include "engine/validate.h"

// Slots are handed out in the order in which they stand in the value table: outputs, unwired
// inputs, event inputs, taps, peaks, and last the raw copies of outputs that have faults.

static uint32_t take(taut_plan *plan, uint32_t n) {
  uint32_t first = plan->n_slots;
  plan->n_slots += n;
  return first;
}

static void place_outputs(taut_plan *plan) {
  for (uint32_t i = 0; i < plan->n_instances; i++) {
    plan_instance *instance = &plan->instances[i];
    instance->first_output = instance->raw_output = take(plan, instance->n_outputs);
  }
  plan->n_visible = plan->n_slots;
}

static void place_inputs(taut_plan *plan) {
  for (uint32_t i = 0; i < plan->n_instances; i++) {
    const plan_instance *instance = &plan->instances[i];
    for (uint32_t k = 0; k < instance->model->n_inputs; k++) {
      plan_input *input = &plan->inputs[instance->first_input + k];
      if (input->source == TAUT_NONE && input->mux == TAUT_NONE)
        input->own_slot = take(plan, instance->model->inputs[k].count);
    }
  }
  for (uint32_t i = 0; i < plan->n_muxes; i++) plan->muxes[i].slot = take(plan, 2);
}

static uint32_t output_slot(const plan_instance *instance, uint32_t i_output) {
  return instance->first_output + taut_signal_slots(instance->model->outputs, i_output);
}

static void place_taps(taut_plan *plan) {
  for (uint32_t i = 0; i < plan->n_taps; i++) {
    plan_tap *tap = &plan->taps[i];
    tap->slot = tap->is_output ? output_slot(&plan->instances[tap->instance], tap->i_signal)
                               : take(plan, tap->count);
  }
}

static void find_seen_slots(taut_plan *plan) {
  for (uint32_t i = 0; i < plan->n_inputs; i++) {
    plan_input *input = &plan->inputs[i];
    if (input->tap != TAUT_NONE)
      input->seen_slot = plan->taps[input->tap].slot;
    else if (input->mux != TAUT_NONE)
      input->seen_slot = plan->muxes[input->mux].slot + (input->is_mux_seq ? 1 : 0);
    else if (input->source != TAUT_NONE)
      input->seen_slot = output_slot(&plan->instances[input->source], input->output);
    else
      input->seen_slot = input->own_slot;
  }
}

static taut_status place_peaks(taut_plan *plan) {
  size_t n_peaks = 0;
  for (uint32_t i = 0; i < plan->n_instances; i++) {
    const taut_model *model = plan->instances[i].model;
    for (uint32_t k = 0; k < model->n_outputs; k++)
      if (model->outputs[k].flags & TAUT_PEAK) n_peaks += model->outputs[k].count;
  }
  plan->peaks = taut_arena_new(&plan->arena, n_peaks, sizeof *plan->peaks);
  if (!plan->peaks) return TAUT_ENOMEM;
  for (uint32_t i = 0; i < plan->n_instances; i++) {
    const taut_model *model = plan->instances[i].model;
    uint32_t lane = 2 * plan->n_peak_pairs;  // a pair belongs to one instance
    for (uint32_t k = 0; k < model->n_outputs; k++) {
      if (!(model->outputs[k].flags & TAUT_PEAK)) continue;
      uint32_t count = model->outputs[k].count, slot = take(plan, 2 * count);
      for (uint32_t e = 0; e < count; e++)
        plan->peaks[plan->n_peaks++] = (plan_peak){i, k, e, slot + e, slot + count + e, lane++};
    }
    plan->n_peak_pairs = (lane + 1) / 2;
  }
  return TAUT_OK;
}

// An instance with a fault on an output writes to slots of its own; the slots that everyone sees
// are filled from there, through the taps.
static void place_raw(taut_plan *plan) {
  plan->first_raw = plan->n_slots;
  for (uint32_t i = 0; i < plan->n_instances; i++) {
    plan_instance *instance = &plan->instances[i];
    bool has_tap = false;
    for (uint32_t k = 0; k < instance->model->n_outputs; k++)
      has_tap |= plan->output_taps[instance->first_output_tap + k] != TAUT_NONE;
    if (has_tap) instance->raw_output = take(plan, instance->n_outputs);
  }
}

static void label(taut_plan *plan, uint32_t slot, plan_slot_kind kind, uint32_t instance,
                  uint32_t i_signal, uint32_t count) {
  for (uint32_t e = 0; e < count; e++)
    plan->slots[slot + e] = (plan_slot){(uint8_t)kind, instance, i_signal, e};
}

static taut_status label_slots(taut_plan *plan) {
  plan->slots = taut_arena_new(&plan->arena, plan->n_slots, sizeof *plan->slots);
  if (!plan->slots) return TAUT_ENOMEM;
  for (uint32_t i = 0; i < plan->n_instances; i++) {
    const plan_instance *instance = &plan->instances[i];
    const taut_model *model = instance->model;
    for (uint32_t k = 0, offset = 0; k < model->n_outputs; offset += model->outputs[k++].count) {
      uint32_t count = model->outputs[k].count;
      label(plan, instance->raw_output + offset, PLAN_SLOT_RAW, i, k, count);
      label(plan, instance->first_output + offset, PLAN_SLOT_OUTPUT, i, k, count);
    }
    for (uint32_t k = 0; k < model->n_inputs; k++) {
      const plan_input *input = &plan->inputs[instance->first_input + k];
      if (input->own_slot != TAUT_NONE)
        label(plan, input->own_slot, PLAN_SLOT_INPUT, i, k, model->inputs[k].count);
    }
  }
  for (uint32_t i = 0; i < plan->n_muxes; i++) {
    const plan_mux *mux = &plan->muxes[i];
    label(plan, mux->slot, PLAN_SLOT_MUX, mux->instance, mux->i_value, 1);
    label(plan, mux->slot + 1, PLAN_SLOT_MUX_SEQ, mux->instance, mux->i_seq, 1);
  }
  for (uint32_t i = 0; i < plan->n_taps; i++) {
    const plan_tap *tap = &plan->taps[i];
    if (!tap->is_output)
      label(plan, tap->slot, PLAN_SLOT_TAP, tap->instance, tap->i_signal, tap->count);
  }
  for (uint32_t i = 0; i < plan->n_peaks; i++) {
    const plan_peak *peak = &plan->peaks[i];
    plan->slots[peak->slot_min] =
        (plan_slot){PLAN_SLOT_MIN, peak->instance, peak->i_signal, peak->element};
    plan->slots[peak->slot_max] =
        (plan_slot){PLAN_SLOT_MAX, peak->instance, peak->i_signal, peak->element};
  }
  return TAUT_OK;
}

static size_t aligned(size_t offset) {
  return (offset + TAUT_BLOCK_ALIGNMENT - 1) / TAUT_BLOCK_ALIGNMENT * TAUT_BLOCK_ALIGNMENT;
}

// Most events between two rows: those of every due update, of one init by a reset, and of the
// update that falls on the row itself.
static size_t count_events(const taut_plan *plan) {
  size_t n = 0;
  for (uint32_t i = 0; i < plan->n_instances; i++) {
    const plan_instance *instance = &plan->instances[i];
    int64_t period = instance->period_ns / plan->base_ns;
    size_t calls = (size_t)((plan->row_ticks + period - 1) / period) + 2;
    n += instance->model->events_per_tick * calls * (instance->has_double_fault ? 2 : 1);
  }
  return n;
}

static void place_block(taut_plan *plan) {
  plan_layout *at = &plan->layout;
  plan->event_capacity = count_events(plan);
  at->row = aligned(sizeof(run_head));
  at->values = at->row + sizeof(run_row);
  at->events = at->values + plan->n_slots * sizeof(double);
  at->counts = aligned(at->events + plan->event_capacity * sizeof(taut_event));
  at->peaks = at->counts + plan->n_instances * sizeof(run_counts);
  at->mux_last = at->peaks + plan->n_peak_pairs * sizeof(run_peak_pair);
  at->faults = at->mux_last + plan->n_muxes * sizeof(double);
  at->fault_slots = at->faults + plan->n_faults * sizeof(run_fault);
  size_t end = at->fault_slots + plan->n_fault_slots * sizeof(run_fault_slot);
  for (uint32_t i = 0; i < plan->n_faults; i++) {
    plan_fault *fault = &plan->faults[i];
    fault->ring_offset = end;
    end += (size_t)fault->ring_capacity * fault->n_slot_states * sizeof(run_sample);
  }
  at->states = end = aligned(end);
  for (uint32_t i = 0; i < plan->n_instances; i++) {
    plan->instances[i].state_offset = end;
    end = aligned(end + plan->instances[i].state_size);
  }
  at->size = end;
}

taut_status taut_plan_make_layout(taut_plan *plan, const taut_log_sink *log) {
  place_outputs(plan);
  place_inputs(plan);
  place_taps(plan);
  find_seen_slots(plan);
  taut_status status = place_peaks(plan);
  if (status != TAUT_OK) return status;
  place_raw(plan);
  if (plan->n_slots > TAUT_SLOTS_MAX) {
    taut_say_error(log, "", "the plan has %u value slots, the most is %d", plan->n_slots,
                   TAUT_SLOTS_MAX);
    return TAUT_EINVAL;
  }
  status = label_slots(plan);
  if (status == TAUT_OK) place_block(plan);
  return status;
}

#include <string.h>

#include "engine/run.h"
#include "engine/validate.h"
#include "engine/xxh.h"

bool taut_run_is_tapped(const taut_run *run, uint32_t i_tap) {
  if (i_tap == TAUT_NONE) return false;
  const plan_fault *faults = run->plan->faults;
  for (uint32_t f = run->plan->taps[i_tap].first_fault; f != TAUT_NONE; f = faults[f].next)
    if (taut_run_faults(run)[f].is_on) return true;
  return false;
}

// Where readers find an output: what the model wrote, or what its faults made of it.
static uint32_t output_slot(const taut_run *run, uint32_t i, uint32_t k) {
  const plan_instance *instance = &run->plan->instances[i];
  uint32_t i_tap = run->plan->output_taps[instance->first_output_tap + k];
  uint32_t first = taut_run_is_tapped(run, i_tap) ? instance->first_output : instance->raw_output;
  return first + taut_signal_slots(instance->model->outputs, k);
}

static uint32_t untapped_input_slot(const taut_run *run, const plan_input *input) {
  if (input->mux != TAUT_NONE)
    return run->plan->muxes[input->mux].slot + (input->is_mux_seq ? 1 : 0);
  if (input->source != TAUT_NONE) return output_slot(run, input->source, input->output);
  return input->own_slot;
}

uint32_t taut_run_input_slot(const taut_run *run, const plan_input *input) {
  return taut_run_is_tapped(run, input->tap) ? run->plan->taps[input->tap].slot
                                             : untapped_input_slot(run, input);
}

uint32_t taut_run_tap_source(const taut_run *run, const plan_tap *tap) {
  const plan_instance *instance = &run->plan->instances[tap->instance];
  if (tap->is_output)
    return instance->raw_output + taut_signal_slots(instance->model->outputs, tap->i_signal);
  return untapped_input_slot(run, &run->plan->inputs[instance->first_input + tap->i_signal]);
}

// Taps that are off are no work in a tick: their readers are bound around them, and their slots,
// which traces and monitors look at, are filled at rows.
static void bind_copies(taut_run *run) {
  const taut_plan *plan = run->plan;
  run->n_copies = 0;
  for (uint32_t i = 0; i < plan->n_instances; i++) {
    const plan_instance *instance = &plan->instances[i];
    if (instance->raw_output == instance->first_output) continue;
    uint32_t offset = 0;
    for (uint32_t k = 0; k < instance->model->n_outputs; k++) {
      uint32_t count = instance->model->outputs[k].count;
      if (!taut_run_is_tapped(run, plan->output_taps[instance->first_output_tap + k]))
        run->copies[run->n_copies++] =
            (run_copy){instance->first_output + offset, instance->raw_output + offset, count};
      offset += count;
    }
  }
  for (uint32_t i = 0; i < plan->n_taps; i++) {
    const plan_tap *tap = &plan->taps[i];
    if (!tap->is_output && !taut_run_is_tapped(run, i))
      run->copies[run->n_copies++] =
          (run_copy){tap->slot, taut_run_tap_source(run, tap), tap->count};
  }
}

void taut_run_bind(taut_run *run) {
  const taut_plan *plan = run->plan;
  double *values = taut_run_table(run);
  for (uint32_t i = 0; i < plan->n_instances; i++) {
    const plan_instance *from = &plan->instances[i];
    taut_instance *inst = &run->instances[i];
    inst->out = values + from->raw_output;
    inst->state = run->block + from->state_offset;
    // By path, not by position: adding an instance leaves the random numbers of the others alone.
    inst->seed = XXH3_64bits_withSeed(from->path, strlen(from->path), taut_run_head(run)->seed);
    for (uint32_t k = 0; k < from->model->n_inputs; k++)
      run->inputs[from->first_input + k] =
          values + taut_run_input_slot(run, &plan->inputs[from->first_input + k]);
  }
  for (uint32_t i = 0; i < plan->n_muxes; i++) {
    const plan_mux *mux = &plan->muxes[i];
    if (mux->seq_source == TAUT_NONE) continue;
    run->mux_bindings[i] = (run_mux_binding){output_slot(run, mux->source, mux->value_output),
                                             output_slot(run, mux->seq_source, mux->seq_output)};
  }
  bind_copies(run);
}

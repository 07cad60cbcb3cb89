#include <math.h>
#include <string.h>

#include "engine/fault.h"
#include "engine/run.h"
#include "engine/validate.h"
#include "engine/xxh.h"
#include "taut/math.h"

taut_status taut_run_call_mux(const taut_instance *call, int64_t tick_ns) {
  (void)tick_ns;
  taut_run *run = call->host_data;
  const run_mux_binding *source = &run->mux_bindings[call->index];
  double *values = taut_run_table(run);
  double *last = &taut_run_mux_last(run)[call->index];
  double seq = values[source->seq];
  if (seq < *last || seq > *last) {
    uint32_t slot = run->plan->muxes[call->index].slot;
    values[slot] = values[source->value];
    values[slot + 1] += 1;
    *last = seq;
  }
  return TAUT_OK;
}

static void note_change(run_fault *fault, double before, double after) {
  if (!(after < before || after > before || isnan(after))) return;
  fault->n_changed++;
  double change = fabs(after - before);
  if (change > fault->change_max) fault->change_max = change;
}

static void evaluate_tap(taut_run *run, uint32_t i_tap, int64_t tick_ns, bool is_fresh,
                         bool is_counted) {
  const taut_plan *plan = run->plan;
  const plan_tap *tap = &plan->taps[i_tap];
  const plan_instance *instance = &plan->instances[tap->instance];
  double *values = taut_run_table(run);
  uint32_t from = taut_run_tap_source(run, tap);
  fault_sample sample = {.seed = taut_run_head(run)->seed,
                         .signal = tap->is_output ? &instance->model->outputs[tap->i_signal]
                                                  : &instance->model->inputs[tap->i_signal],
                         .tick_ns = tick_ns,
                         .is_fresh = is_fresh};
  for (uint32_t e = 0; e < tap->count; e++) {
    double value = values[from + e];
    sample.element = e;
    for (uint32_t f = tap->first_fault; f != TAUT_NONE; f = plan->faults[f].next) {
      const plan_fault *fault = &plan->faults[f];
      run_fault *state = &taut_run_faults(run)[f];
      if (!state->is_on) continue;
      sample.stream = f;
      sample.ring = (run_sample *)(void *)(run->block + fault->ring_offset) +
                    (size_t)e * fault->ring_capacity;
      if (fault->fault.kind == TAUT_FAULT_SWAP)
        sample.other = values[instance->raw_output + e +
                              taut_signal_slots(instance->model->outputs, fault->other)];
      double before = value;
      value = taut_fault_apply(
          fault, state, &taut_run_fault_slots(run)[fault->first_slot_state + e], &sample, value);
      if (is_counted) note_change(state, before, value);
    }
    values[tap->slot + e] = value;
  }
}

taut_status taut_run_call_tap(const taut_instance *call, int64_t tick_ns) {
  taut_run *run = call->host_data;
  const plan_instance *clock = &run->plan->instances[run->plan->taps[call->index].clock];
  bool is_fresh = tick_ns == 0 || (tick_ns >= clock->phase_ns &&
                                   (tick_ns - clock->phase_ns) % clock->period_ns == 0);
  evaluate_tap(run, call->index, tick_ns, is_fresh, true);
  return TAUT_OK;
}

void taut_run_settle_tap(taut_run *run, uint32_t i_tap) {
  // Readers that come before the next sample of the wire must see the fault already. The sample
  // itself is counted when it comes.
  evaluate_tap(run, i_tap, taut_run_head(run)->now_ns, true, false);
}

// Does a skip or double strike this call? By probability, or for the number of calls it has left.
static bool strikes(const taut_run *run, uint32_t f, run_fault *state, int64_t tick_ns) {
  double probability = run->plan->faults[f].fault.magnitude;
  if (probability > 0 && probability < 1)
    return taut_random_uniform(taut_run_head(run)->seed, f, tick_ns, 0) < probability;
  if (state->n_calls == 0) return false;
  state->n_calls--;
  return true;
}

taut_status taut_run_call_update(const taut_instance *call, int64_t tick_ns) {
  taut_run *run = call->host_data;
  const taut_plan *plan = run->plan;
  const taut_instance *inst = &run->instances[call->index];
  int n_calls = 1;
  for (uint32_t f = 0; f < plan->n_faults; f++) {
    run_fault *state = &taut_run_faults(run)[f];
    taut_fault_kind kind = plan->faults[f].fault.kind;
    if (plan->faults[f].instance != call->index || !state->is_on || kind == TAUT_FAULT_RESET)
      continue;
    if (kind != TAUT_FAULT_FREEZE && !strikes(run, f, state, tick_ns)) continue;
    n_calls = kind == TAUT_FAULT_DOUBLE && n_calls ? 2 : 0;
    state->n_changed++;
  }
  taut_status status = TAUT_OK;
  for (int k = 0; status == TAUT_OK && k < n_calls; k++) {
    taut_run_counts(run)[call->index].tick_ns = -1;
    status = inst->model->update(inst, tick_ns);
  }
  return status;
}

taut_status taut_run_call_reset(const taut_instance *call, int64_t tick_ns) {
  taut_run *run = call->host_data;
  const taut_plan *plan = run->plan;
  const taut_instance *inst = &run->instances[call->index];
  taut_status status = TAUT_OK;
  for (uint32_t f = 0; status == TAUT_OK && f < plan->n_faults; f++) {
    run_fault *state = &taut_run_faults(run)[f];
    if (plan->faults[f].instance != call->index || plan->faults[f].fault.kind != TAUT_FAULT_RESET ||
        !state->is_on || state->n_calls == 0)
      continue;
    size_t size = plan->instances[call->index].state_size;
    uint64_t before = XXH3_64bits(inst->state, size);
    memset(inst->state, 0, size);
    run->is_in_output = false;
    taut_run_counts(run)[call->index].tick_ns = -1;
    status = inst->model->init(inst, tick_ns);
    run->is_in_output = true;
    taut_run_counts(run)[call->index].tick_ns = -1;
    state->n_calls--;
    if (XXH3_64bits(inst->state, size) != before) state->n_changed++;
  }
  return status;
}

#include <stdio.h>

#include "engine/fault.h"
#include "engine/run.h"
#include "engine/text.h"
#include "engine/validate.h"

static taut_status refuse(const taut_run *run, taut_status status, const char *path,
                          const char *text) {
  taut_say(run->log, taut_run_head(run)->now_ns, TAUT_LOG_ERROR, path, "%s", text);
  return status;
}

// The input a slot belongs to, through its tap if there is one; NULL when it is none.
static const plan_input *input_of(const taut_plan *plan, uint32_t slot,
                                  const taut_signal **signal) {
  const plan_slot *at = &plan->slots[slot];
  bool is_input = at->kind == PLAN_SLOT_INPUT || at->kind == PLAN_SLOT_MUX ||
                  at->kind == PLAN_SLOT_MUX_SEQ || at->kind == PLAN_SLOT_TAP;
  if (!is_input) return NULL;
  const plan_instance *instance = &plan->instances[at->instance];
  *signal = &instance->model->inputs[at->i_signal];
  return &plan->inputs[instance->first_input + at->i_signal];
}

static taut_status apply_value(taut_run *run, taut_effect_kind kind, uint32_t slot, double value) {
  const taut_plan *plan = run->plan;
  double *values = taut_run_table(run);
  if (slot >= plan->n_slots) return refuse(run, TAUT_ENOTFOUND, "", "there is no such slot");
  char path[TAUT_PATH_MAX], text[TAUT_LINE_MAX];
  taut_plan_slot_name(plan, slot, path, sizeof path);
  const taut_signal *signal = NULL;
  const plan_input *input = input_of(plan, slot, &signal);
  if (!input) return refuse(run, TAUT_EINVAL, path, "is not an input that can be set");
  bool is_event = kind == TAUT_EFFECT_EVENT;
  if (is_event ? input->mux == TAUT_NONE || input->is_mux_seq : input->own_slot == TAUT_NONE)
    return refuse(run, TAUT_EINVAL, path,
                  is_event                  ? "is not an event input"
                  : input->mux != TAUT_NONE ? "is an event input: send it an event"
                                            : "is wired; only its source can set it");
  if (!taut_signal_accepts(signal, value)) {
    snprintf(text, sizeof text, "must be %g to %g%s, got %g", signal->min, signal->max,
             signal->flags & (TAUT_BOOL | TAUT_ENUM | TAUT_INTEGER) ? " and whole" : "", value);
    return refuse(run, TAUT_EINVAL, path, text);
  }
  if (is_event) {
    values[plan->muxes[input->mux].slot] = value;
    values[plan->muxes[input->mux].slot + 1] += 1;
  } else {
    values[input->own_slot + plan->slots[slot].element] = value;
  }
  return TAUT_OK;
}

static taut_status apply_fault(taut_run *run, uint32_t i, double value) {
  const taut_plan *plan = run->plan;
  if (i >= plan->n_faults) return refuse(run, TAUT_ENOTFOUND, "", "there is no such fault");
  const plan_fault *fault = &plan->faults[i];
  bool is_on = value > 0;
  if (value < 0 || (value > 0 && (value < 1 || value > 1)) || value - value < 0 || value != value)
    return refuse(run, TAUT_EINVAL, fault->fault.name, "a fault is switched with 0 or 1");
  run_fault *state = &taut_run_faults(run)[i];
  if (is_on == (state->is_on != 0)) return TAUT_OK;
  int64_t now_ns = taut_run_head(run)->now_ns;
  if (is_on) {
    taut_fault_start(fault, state, taut_run_fault_slots(run), now_ns);
  } else {
    state->is_on = 0;
    state->on_ns += now_ns - state->since_ns;
  }
  // A fault on an output changes what the taps behind it see, so the whole binding is made again.
  taut_run_bind(run);
  taut_run_rebuild(run);
  if (fault->tap != TAUT_NONE && taut_run_is_tapped(run, fault->tap))
    taut_run_settle_tap(run, fault->tap);
  taut_run_refresh(run);
  return TAUT_OK;
}

taut_status taut_run_apply(taut_run *run, taut_effect_kind kind, uint32_t target, double value) {
  // Within a tick some instances would see the effect and others not.
  if (run->is_in_tick)
    return refuse(run, TAUT_EREJECT, "", "an effect cannot be applied from the row function");
  const int64_t now_ns = taut_run_head(run)->now_ns;
  taut_status status = TAUT_EINVAL;
  switch (kind) {
    case TAUT_EFFECT_SET:
    case TAUT_EFFECT_EVENT: status = apply_value(run, kind, target, value); break;
    case TAUT_EFFECT_FAULT: status = apply_fault(run, target, value); break;
    case TAUT_EFFECT_SKIP: status = taut_run_apply_skip(run, value); break;
    default: return refuse(run, TAUT_EINVAL, "", "the kind of effect is not known");
  }
  if (status == TAUT_OK && run->on_effect) {
    const taut_effect effect = {now_ns, kind, target, value};
    run->on_effect(run->on_effect_user, &effect);
  }
  return status;
}

taut_receipt taut_run_receipt(const taut_run *run, size_t i_fault) {
  assert(i_fault < run->plan->n_faults);
  const run_fault *state = &taut_run_faults(run)[i_fault];
  int64_t running_ns = state->is_on ? taut_run_head(run)->now_ns - state->since_ns : 0;
  return (taut_receipt){.is_on = state->is_on != 0,
                        .on_ns = state->on_ns + running_ns,
                        .n_changed = state->n_changed,
                        .change_max = state->change_max};
}

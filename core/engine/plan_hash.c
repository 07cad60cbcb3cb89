#include <string.h>

#include "engine/plan.h"
#include "engine/xxh.h"

// Everything is fed as text with its end, or as little-endian numbers, so that the hash of a plan
// is the same on every machine.

static void feed(XXH3_state_t *state, const void *bytes, size_t size) {
  // A failed update needs a NULL state; there is none.
  (void)XXH3_128bits_update(state, bytes, size);
}

static void feed_text(XXH3_state_t *state, const char *text) {
  feed(state, text, strlen(text) + 1);
}

static void feed_integer(XXH3_state_t *state, int64_t value) {
  feed(state, &value, sizeof value);
}

static void feed_number(XXH3_state_t *state, double value) {
  feed(state, &value, sizeof value);
}

static void feed_instance(XXH3_state_t *state, const taut_plan *plan,
                          const plan_instance *instance) {
  const taut_model *model = instance->model;
  feed_text(state, instance->path);
  feed_text(state, model->name);
  feed_text(state, model->version);
  feed_integer(state, model->state_layout);
  feed_integer(state, instance->period_ns);
  feed_integer(state, instance->phase_ns);
  feed_integer(state, (int64_t)instance->state_size);
  for (uint32_t k = 0; k < instance->n_params; k++)
    feed_number(state, plan->params[instance->first_param + k]);
  for (uint32_t k = 0; k < model->n_inputs; k++) {
    const plan_input *input = &plan->inputs[instance->first_input + k];
    feed_text(state, model->inputs[k].name);
    if (input->source == TAUT_NONE) continue;
    const plan_instance *from = &plan->instances[input->source];
    feed_text(state, from->path);
    feed_text(state, from->model->outputs[input->output].name);
  }
}

static void feed_fault(XXH3_state_t *state, const taut_fault *fault) {
  feed_text(state, fault->name);
  feed_text(state, fault->target);
  feed_integer(state, fault->kind);
  feed_number(state, fault->magnitude);
  feed_number(state, fault->magnitude_low);
  feed_integer(state, fault->delay_ns);
  if (fault->other) feed_text(state, fault->other);
}

void taut_plan_make_hash(taut_plan *plan) {
  XXH3_state_t state;
  (void)XXH3_128bits_reset(&state);
  feed_integer(&state, TAUT_ABI_MAJOR);
  feed_integer(&state, plan->base_ns);
  feed_integer(&state, plan->row_ns);
  for (uint32_t i = 0; i < plan->n_instances; i++) feed_instance(&state, plan, &plan->instances[i]);
  for (uint32_t i = 0; i < plan->n_faults; i++) feed_fault(&state, &plan->faults[i].fault);
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&state));
  memcpy(plan->hash, canonical.digest, sizeof plan->hash);
}

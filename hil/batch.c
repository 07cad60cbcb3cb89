#include "hil/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

taut_status taut_batch_init(taut_batch *batch, uint32_t n_ticks, size_t n_inputs,
                            size_t n_outputs) {
  *batch = (taut_batch){.n_ticks = n_ticks, .n_inputs = n_inputs, .n_outputs = n_outputs};
  batch->inputs = calloc(n_ticks * n_inputs + 1, sizeof *batch->inputs);
  batch->ticks_ns = calloc(n_ticks, sizeof *batch->ticks_ns);
  batch->outputs = calloc(n_ticks * n_outputs + 1, sizeof *batch->outputs);
  batch->deeds = calloc(TAUT_BATCH_DEEDS_MAX, sizeof *batch->deeds);
  if (batch->inputs && batch->ticks_ns && batch->outputs && batch->deeds) return TAUT_OK;
  taut_batch_fini(batch);
  return TAUT_ENOMEM;
}

void taut_batch_fini(taut_batch *batch) {
  free(batch->inputs);
  free(batch->ticks_ns);
  free(batch->outputs);
  free(batch->deeds);
  *batch = (taut_batch){0};
}

void taut_batch_clear(taut_batch *batch) {
  batch->n_waiting = batch->n_ready = batch->i_next = 0;
  batch->n_deeds = 0;
}

bool taut_batch_add_inputs(taut_batch *batch, const taut_instance *inst, int64_t tick_ns) {
  double *slot = batch->inputs + batch->n_waiting * batch->n_inputs;
  for (uint32_t k = 0; k < inst->model->n_inputs; k++) {
    const uint32_t count = inst->model->inputs[k].count;
    memcpy(slot, inst->in[k], count * sizeof *slot);
    slot += count;
  }
  batch->ticks_ns[batch->n_waiting++] = tick_ns;
  return batch->n_waiting == batch->n_ticks;
}

void taut_batch_begin(taut_batch *batch) {
  batch->n_waiting = 0;
  batch->n_ready = batch->n_ticks;
  batch->i_next = 0;
  batch->n_deeds = 0;
}

static taut_batch_deed *add(taut_batch *batch, uint32_t row) {
  if (batch->n_deeds == TAUT_BATCH_DEEDS_MAX || row >= batch->n_ticks) return NULL;
  taut_batch_deed *deed = &batch->deeds[batch->n_deeds++];
  deed->row = row;
  return deed;
}

bool taut_batch_add_event(taut_batch *batch, uint32_t row, uint32_t event, double value) {
  taut_batch_deed *deed = add(batch, row);
  if (deed == NULL) return false;
  deed->is_log = false;
  deed->event = event;
  deed->value = value;
  return true;
}

bool taut_batch_add_log(taut_batch *batch, uint32_t row, taut_log_level level, const char *text) {
  taut_batch_deed *deed = add(batch, row);
  if (deed == NULL) return false;
  deed->is_log = true;
  deed->level = level;
  snprintf(deed->text, sizeof deed->text, "%s", text);
  return true;
}

void taut_batch_hand_out(taut_batch *batch, const taut_instance *inst, double *outputs) {
  if (batch->i_next == batch->n_ready) return;
  uint32_t row = batch->i_next++;
  for (size_t i = 0; i < batch->n_deeds; i++) {
    const taut_batch_deed *deed = &batch->deeds[i];
    if (deed->row != row) continue;
    if (deed->is_log) {
      inst->host->log(inst, deed->level, deed->text);
    } else {
      inst->host->emit(inst, deed->event, deed->value);
    }
  }
  memcpy(outputs, batch->outputs + row * batch->n_outputs, batch->n_outputs * sizeof *outputs);
}

#include "runner/trace_csv.h"

#include <stdlib.h>
#include <string.h>

void taut_trace_csv_unit(const int8_t si[8], const char *preferred, char *text, size_t size) {
  const taut_unit *unit = preferred != NULL ? taut_unit_find(preferred) : NULL;
  if (unit == NULL || unit->scale != 1.0 || unit->offset != 0.0 || memcmp(unit->si, si, 8) != 0) {
    unit = NULL;
    const taut_unit *at;
    for (size_t i = 0; unit == NULL && (at = taut_unit_at(i)) != NULL; i++) {
      if (at->scale == 1.0 && at->offset == 0.0 && memcmp(at->si, si, 8) == 0) unit = at;
    }
  }
  if (unit != NULL) {
    snprintf(text, size, "%s", unit->name);
    return;
  }
  static const char *const bases[8] = {"kg", "m", "s", "A", "K", "mol", "cd", "rad"};
  size_t n = 0;
  text[0] = '\0';
  for (size_t i = 0; i < 8; i++) {
    if (si[i] == 0 || n >= size) continue;
    const char *space = n > 0 ? " " : "";
    n += (size_t)(si[i] == 1 ? snprintf(text + n, size - n, "%s%s", space, bases[i])
                             : snprintf(text + n, size - n, "%s%s%d", space, bases[i], si[i]));
  }
  if (n == 0) snprintf(text, size, "1");
}

/// Notes the signal of every slot that the port occupies.
static void note_port(const taut_plan *plan, const char *path, const taut_signal *signal,
                      const taut_signal **signals, size_t n_slots) {
  char name[256];
  taut_port port;
  snprintf(name, sizeof name, "%s.%s", path, signal->name);
  if (taut_plan_find(plan, name, &port) != TAUT_OK || port.kind == TAUT_PORT_PARAM) return;
  for (uint32_t i = 0; i < port.signal->count; i++) {
    const uint32_t slots[3] = {port.slot + i, port.slot_min + i, port.slot_max + i};
    for (size_t k = 0; k < 3; k++) {
      if (slots[k] < n_slots) signals[slots[k]] = port.signal;
    }
  }
}

taut_status taut_trace_csv_plan(void *user, const taut_plan *plan) {
  taut_trace_csv *trace = user;
  size_t n_slots = taut_plan_n_slots(plan);
  const taut_signal **signals = calloc(n_slots + 1, sizeof *signals);
  if (signals == NULL) return TAUT_ENOMEM;
  for (size_t i = 0; i < taut_plan_n_instances(plan); i++) {
    taut_instance_info info = taut_plan_instance(plan, i);
    for (uint32_t k = 0; k < info.model->n_inputs; k++) {
      note_port(plan, info.path, &info.model->inputs[k], signals, n_slots);
    }
    for (uint32_t k = 0; k < info.model->n_outputs; k++) {
      note_port(plan, info.path, &info.model->outputs[k], signals, n_slots);
    }
  }
  fputs("t[s]", trace->file);
  for (size_t slot = 0; slot < n_slots; slot++) {
    char name[256], unit[64] = "1";
    taut_plan_slot_name(plan, (uint32_t)slot, name, sizeof name);
    if (signals[slot] != NULL) {
      taut_trace_csv_unit(signals[slot]->si, signals[slot]->unit, unit, sizeof unit);
    }
    fprintf(trace->file, ",%s[%s]", name, unit);
  }
  free(signals);
  if (fputc('\n', trace->file) == EOF) trace->has_failed = true;
  return TAUT_OK;
}

taut_status taut_trace_csv_row(void *user, const taut_row *row) {
  taut_trace_csv *trace = user;
  // Nine digits after the point are exact: a tick is a whole number of nanoseconds.
  fprintf(trace->file, "%lld.%09lld", (long long)(row->tick_ns / TAUT_SECOND),
          (long long)(row->tick_ns % TAUT_SECOND));
  for (size_t i = 0; i < row->n_values; i++) fprintf(trace->file, ",%.17g", row->values[i]);
  if (fputc('\n', trace->file) == EOF) trace->has_failed = true;
  return TAUT_OK;
}

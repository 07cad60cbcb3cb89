#include "hil/table.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "taut/roles.h"

enum { LABELS_MAX = 4096 };

// ---------------------------------------------------------------------------------------- encode

/// A string of a model in a message: protobuf-c does not write through it.
static char *text_of(const char *text) {
  return (char *)(uintptr_t)(text != NULL ? text : "");
}

static Taut__Link__Signal *put_signal(const taut_signal *signal, taut_wire *wire) {
  Taut__Link__Signal *out = taut_wire_take(wire, sizeof *out);
  int32_t *si = taut_wire_take(wire, 8 * sizeof *si);
  if (out == NULL || si == NULL) return NULL;
  taut__link__signal__init(out);
  // The exponents are small numbers with a sign, not characters.
  for (int i = 0; i < 8; i++) si[i] = (int32_t)signal->si[i];
  out->id = signal->id;
  out->flags = signal->flags;
  out->name = text_of(signal->name);
  out->unit = text_of(signal->unit);
  out->n_si = 8;
  out->si = si;
  out->min = signal->min;
  out->max = signal->max;
  out->init = signal->init;
  out->count = signal->count;
  out->permit = signal->permit;
  out->accuracy = signal->accuracy;
  out->help = text_of(signal->help);
  if (signal->labels == NULL) return out;
  while (out->n_labels < LABELS_MAX && signal->labels[out->n_labels] != NULL) out->n_labels++;
  out->labels = taut_wire_take(wire, out->n_labels * sizeof *out->labels);
  if (out->labels == NULL) return NULL;
  for (size_t i = 0; i < out->n_labels; i++) out->labels[i] = text_of(signal->labels[i]);
  return out;
}

static bool put_signals(const taut_signal *signals, size_t n, taut_wire *wire, size_t *n_out,
                        Taut__Link__Signal ***out) {
  *n_out = n;
  *out = taut_wire_take(wire, (n + 1) * sizeof **out);
  for (size_t i = 0; *out != NULL && i < n; i++) {
    (*out)[i] = put_signal(&signals[i], wire);
    if ((*out)[i] == NULL) return false;
  }
  return *out != NULL;
}

static bool put_ports(const taut_role_port *ports, size_t n, taut_wire *wire, size_t *n_out,
                      Taut__Link__Signal ***out) {
  *n_out = n;
  *out = taut_wire_take(wire, (n + 1) * sizeof **out);
  for (size_t i = 0; *out != NULL && i < n; i++) {
    (*out)[i] = put_signal(ports[i].signal, wire);
    if ((*out)[i] == NULL) return false;
  }
  return *out != NULL;
}

taut_status taut_table_of_model(const taut_model *model, taut_wire *wire, Taut__Link__Table **out) {
  Taut__Link__Table *table = taut_wire_take(wire, sizeof *table);
  if (table == NULL) return TAUT_EFULL;
  taut__link__table__init(table);
  table->role = text_of(model->role);
  table->model = text_of(model->name);
  table->version = text_of(model->version);
  table->help = text_of(model->help);
  table->period_ns = model->period_ns;
  table->period_ns_min = model->period_ns_min;
  table->period_ns_max = model->period_ns_max;
  table->events_per_tick = model->events_per_tick;
  bool is_done =
      put_signals(model->params, model->n_params, wire, &table->n_params, &table->params) &&
      put_signals(model->inputs, model->n_inputs, wire, &table->n_inputs, &table->inputs) &&
      put_signals(model->outputs, model->n_outputs, wire, &table->n_outputs, &table->outputs) &&
      put_signals(model->events, model->n_events, wire, &table->n_events, &table->events);
  *out = table;
  return is_done ? TAUT_OK : TAUT_EFULL;
}

taut_status taut_table_of_role(const taut_role *role, taut_wire *wire, Taut__Link__Table **out) {
  Taut__Link__Table *table = taut_wire_take(wire, sizeof *table);
  if (table == NULL) return TAUT_EFULL;
  taut__link__table__init(table);
  table->role = text_of(role->name);
  table->model = text_of(role->name);
  table->version = text_of("1");
  table->help = text_of("the ports of a role");
  table->period_ns = role->period_ns;
  table->period_ns_min = 1000;
  table->period_ns_max = 10 * TAUT_SECOND;
  bool is_done =
      put_ports(role->inputs, role->n_inputs, wire, &table->n_inputs, &table->inputs) &&
      put_ports(role->outputs, role->n_outputs, wire, &table->n_outputs, &table->outputs);
  *out = table;
  return is_done ? TAUT_OK : TAUT_EFULL;
}

// ---------------------------------------------------------------------------------------- decode

void taut_table_clean(char *text) {
  for (; *text != '\0'; text++) {
    if (*text < ' ' || *text > '~') *text = '?';
  }
}

static const char *clean(char *text) {
  taut_table_clean(text);
  return text;
}

static bool get_signal(Taut__Link__Signal *from, taut_wire *wire, taut_signal *out) {
  *out = (taut_signal){.id = from->id,
                       .flags = from->flags,
                       .name = clean(from->name),
                       .unit = clean(from->unit),
                       .min = from->min,
                       .max = from->max,
                       .init = from->init,
                       .count = from->count,
                       .permit = from->permit,
                       .accuracy = from->accuracy,
                       .help = clean(from->help)};
  for (size_t i = 0; i < from->n_si && i < 8; i++) {
    // Out of range, it becomes what no unit has.
    out->si[i] = (int8_t)(from->si[i] >= -100 && from->si[i] <= 100 ? from->si[i] : 101);
  }
  if (from->n_labels == 0) return true;
  const char **labels = taut_wire_take(wire, (from->n_labels + 1) * sizeof *labels);
  if (labels == NULL) return false;
  for (size_t i = 0; i < from->n_labels; i++) labels[i] = clean(from->labels[i]);
  out->labels = labels;
  return true;
}

static bool get_signals(Taut__Link__Signal **from, size_t n, taut_wire *wire,
                        const taut_signal **out, uint32_t *n_out) {
  taut_signal *signals = n < UINT32_MAX ? taut_wire_take(wire, (n + 1) * sizeof *signals) : NULL;
  for (size_t i = 0; signals != NULL && i < n; i++) {
    if (!get_signal(from[i], wire, &signals[i])) return false;
  }
  *out = signals;
  *n_out = (uint32_t)n;
  return signals != NULL;
}

taut_status taut_table_to_model(const Taut__Link__Table *table, taut_wire *wire,
                                taut_model *model) {
  model->struct_size = sizeof(taut_model);
  model->signal_size = sizeof(taut_signal);
  model->abi_minor = TAUT_ABI_MINOR;
  model->role = clean(table->role);
  model->version = clean(table->version);
  model->help = clean(table->help);
  model->events_per_tick = table->events_per_tick;
  model->period_ns = table->period_ns;
  model->period_ns_min = table->period_ns_min;
  model->period_ns_max = table->period_ns_max;
  bool is_done =
      get_signals(table->params, table->n_params, wire, &model->params, &model->n_params) &&
      get_signals(table->inputs, table->n_inputs, wire, &model->inputs, &model->n_inputs) &&
      get_signals(table->outputs, table->n_outputs, wire, &model->outputs, &model->n_outputs) &&
      get_signals(table->events, table->n_events, wire, &model->events, &model->n_events);
  return is_done ? TAUT_OK : TAUT_EFULL;
}

size_t taut_table_slots(Taut__Link__Signal *const *signals, size_t n) {
  size_t n_slots = 0;
  for (size_t i = 0; i < n; i++) {
    n_slots += signals[i]->count;
    if (signals[i]->count > TAUT_LINK_MESSAGE_MAX || n_slots > TAUT_LINK_MESSAGE_MAX) return 0;
  }
  return n_slots;
}

// ------------------------------------------------------------------------------------------ hash

static void feed(uint64_t *hash, const char *text) {
  for (; *text != '\0'; text++) *hash = (*hash ^ (uint8_t)*text) * UINT64_C(1099511628211);
}

/// A string ends with a space, so that "ab" "c" differs from "a" "bc".
static void feed_word(uint64_t *hash, const char *text) {
  feed(hash, text);
  feed(hash, " ");
}

static void feed_integer(uint64_t *hash, int64_t value) {
  char text[32];
  snprintf(text, sizeof text, "%" PRId64 " ", value);
  feed(hash, text);
}

static void feed_signals(uint64_t *hash, const char *kind, Taut__Link__Signal *const *signals,
                         size_t n) {
  for (size_t i = 0; i < n; i++) {
    const Taut__Link__Signal *signal = signals[i];
    feed_word(hash, kind);
    feed_word(hash, signal->name);
    feed_word(hash, signal->unit);
    feed_integer(hash, signal->count);
    feed_integer(hash, signal->flags);
    for (size_t k = 0; k < signal->n_si; k++) feed_integer(hash, signal->si[k]);
    for (size_t k = 0; k < signal->n_labels; k++) feed_word(hash, signal->labels[k]);
    feed(hash, "\n");
  }
}

uint64_t taut_table_hash(const Taut__Link__Table *table) {
  uint64_t hash = UINT64_C(14695981039346656037);
  feed_word(&hash, "role");
  feed_word(&hash, table->role);
  feed(&hash, "\n");
  feed_word(&hash, "period");
  feed_integer(&hash, table->period_ns);
  feed_integer(&hash, table->period_ns_min);
  feed_integer(&hash, table->period_ns_max);
  feed(&hash, "\n");
  feed_signals(&hash, "param", table->params, table->n_params);
  feed_signals(&hash, "input", table->inputs, table->n_inputs);
  feed_signals(&hash, "output", table->outputs, table->n_outputs);
  feed_signals(&hash, "event", table->events, table->n_events);
  return hash;
}

#include "trace/describe.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "trace/mcap.h"

/// A growing list of pairs that owns its texts.
typedef struct pairs {
  taut_pair *items;
  size_t n;
  bool has_failed;
} pairs;

/// Takes both texts, which may be NULL when memory ran out.
static void add_pair(pairs *list, char *key, char *value) {
  taut_pair *items = realloc(list->items, (list->n + 1) * sizeof *items);
  if (items != NULL) list->items = items;
  if (items == NULL || key == NULL || value == NULL) {
    list->has_failed = true;
    free(key);
    free(value);
    return;
  }
  list->items[list->n++] = (taut_pair){key, value};
}

static void drop_pairs(pairs *list, taut_bytes *out) {
  out->has_failed |= list->has_failed;
  for (size_t i = 0; i < list->n; i++) {
    free((void *)list->items[i].key);
    free((void *)list->items[i].value);
  }
  free(list->items);
  *list = (pairs){0};
}

static void put_metadata(taut_bytes *out, const char *name, pairs *list) {
  taut_mcap_put_metadata(out, name, list->items, list->n);
  drop_pairs(list, out);
}

static void hex(const uint8_t hash[16], char text[33]) {
  for (size_t i = 0; i < 16; i++) snprintf(text + 2 * i, 3, "%02x", hash[i]);
}

// --------------------------------------------------------------------------------------- channels

/// The column's name is that of its field but for peaks, raw values and names that were taken.
static bool is_plain(const taut_channel *channel, const taut_trace_column *column) {
  size_t n = strlen(channel->topic + 1);
  return strcmp(column->name + n + 1, column->field) == 0;
}

/// What a reader needs to know of a signal beside its column: the declared range, the unit it is
/// shown in, and for an input that shares a slot, whose.
static void add_signal(const taut_plan *plan, const char *path, const taut_signal *signal,
                       pairs *list) {
  char name[512], slot[512], si[64];
  taut_port port;
  snprintf(name, sizeof name, "%s.%s", path, signal->name);
  if (taut_plan_find(plan, name, &port) != TAUT_OK || port.signal != signal) return;
  taut_plan_slot_name(plan, port.slot, slot, sizeof slot);
  if (signal->count > 1) slot[strcspn(slot, "[")] = '\0';
  if (strcmp(slot, name) != 0)
    add_pair(list, taut_trace_format("input.%s", signal->name), taut_trace_format("%s", slot));
  if (signal->flags & (TAUT_BOOL | TAUT_ENUM)) return;
  add_pair(list, taut_trace_format("range.%s", signal->name),
           taut_trace_format("%.17g %.17g", signal->min, signal->max));
  taut_trace_unit(signal->si, signal->unit, si, sizeof si);
  if (strcmp(si, signal->unit) != 0)
    add_pair(list, taut_trace_format("shown.%s", signal->name),
             taut_trace_format("%s", signal->unit));
}

static void put_channel(const taut_plan *plan, const taut_channel *channel, size_t i_instance,
                        taut_bytes *out) {
  taut_bytes schema = {0};
  taut_schema_encode(channel, &schema);
  taut_mcap_put_schema(out, channel->schema_id, channel->schema, "protobuf", schema.data,
                       schema.size);
  out->has_failed |= schema.has_failed;
  taut_bytes_fini(&schema);
  taut_instance_info info = taut_plan_instance(plan, i_instance);
  pairs list = {0};
  add_pair(&list, taut_trace_format("instance"), taut_trace_format("%s", info.path));
  add_pair(&list, taut_trace_format("model"), taut_trace_format("%s", info.model->name));
  add_pair(&list, taut_trace_format("role"), taut_trace_format("%s", info.model->role));
  add_pair(&list, taut_trace_format("version"), taut_trace_format("%s", info.model->version));
  if (channel->number_odd > 0) {
    add_pair(&list, taut_trace_format("odd_values"),
             taut_trace_format("%" PRIu32, channel->number_odd));
  }
  for (uint32_t i = 0; i < channel->n_columns; i++) {
    const taut_trace_column *at = &channel->columns[i];
    add_pair(&list, taut_trace_format("unit.%s", at->field), taut_trace_format("%s", at->unit));
    if (at->labels != NULL) {
      add_pair(&list, taut_trace_format("labels.%s", at->field),
               taut_trace_format("%s", at->labels));
    }
    if (at->count > 1) {
      add_pair(&list, taut_trace_format("count.%s", at->field),
               taut_trace_format("%" PRIu32, at->count));
    }
    if (!is_plain(channel, at)) {
      add_pair(&list, taut_trace_format("name.%s", at->field), taut_trace_format("%s", at->name));
    }
  }
  for (uint32_t k = 0; k < info.model->n_outputs; k++)
    add_signal(plan, info.path, &info.model->outputs[k], &list);
  for (uint32_t k = 0; k < info.model->n_inputs; k++)
    add_signal(plan, info.path, &info.model->inputs[k], &list);
  taut_mcap_put_channel(out, channel->id, channel->schema_id, channel->topic, "protobuf",
                        list.items, list.n);
  drop_pairs(&list, out);
}

static void put_events_channel(const taut_columns *columns, taut_bytes *out) {
  static const char schema[] =
      "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"type\":\"object\","
      "\"title\":\"taut.Event\",\"properties\":{"
      "\"tick_ns\":{\"type\":\"integer\",\"description\":\"simulated time [ns]\"},"
      "\"source\":{\"type\":\"string\",\"description\":\"the instance, or script\"},"
      "\"event\":{\"type\":\"string\"},"
      "\"target\":{\"type\":\"string\",\"description\":\"port or fault, of the script's\"},"
      "\"value\":{\"type\":\"number\",\"description\":\"SI\"},"
      "\"label\":{\"type\":\"string\",\"description\":\"of the value, where it has one\"}},"
      "\"required\":[\"tick_ns\",\"source\",\"event\",\"value\"]}";
  uint16_t id = (uint16_t)(columns->n_channels + 1);
  taut_mcap_put_schema(out, id, "taut.Event", "jsonschema", schema, sizeof schema - 1);
  taut_mcap_put_channel(out, id, id, TAUT_TRACE_EVENTS_TOPIC, "json", NULL, 0);
}

// --------------------------------------------------------------------------------------- metadata

static void put_run(const taut_plan *plan, uint64_t seed, const char *scenario, bool is_live,
                    taut_bytes *out) {
  uint8_t hash[16];
  char text[33];
  taut_plan_hash(plan, hash);
  hex(hash, text);
  pairs list = {0};
  add_pair(&list, taut_trace_format("base_period_ns"),
           taut_trace_format("%" PRId64, taut_plan_base_period(plan)));
  if (is_live) add_pair(&list, taut_trace_format("mode"), taut_trace_format("live"));
  add_pair(&list, taut_trace_format("plan_hash"), taut_trace_format("%s", text));
  add_pair(&list, taut_trace_format("row_period_ns"),
           taut_trace_format("%" PRId64, taut_plan_row_period(plan)));
  add_pair(&list, taut_trace_format("scenario"), taut_trace_format("%s", scenario));
  add_pair(&list, taut_trace_format("seed"), taut_trace_format("%" PRIu64, seed));
  add_pair(&list, taut_trace_format("taut"), taut_trace_format("%s", TAUT_VERSION));
  put_metadata(out, "taut.run", &list);
}

static void add_params(const taut_plan *plan, size_t i_instance, pairs *list) {
  taut_instance_info info = taut_plan_instance(plan, i_instance);
  const double *values = taut_plan_params(plan, i_instance);
  size_t slot = 0;
  for (uint32_t k = 0; k < info.model->n_params; k++) {
    const taut_signal *signal = &info.model->params[k];
    char unit[64];
    taut_trace_unit(signal->si, signal->unit, unit, sizeof unit);
    bool has_unit = strcmp(unit, "1") != 0;
    for (uint32_t e = 0; e < signal->count; e++, slot++) {
      char index[16] = "";
      if (signal->count > 1) snprintf(index, sizeof index, "[%" PRIu32 "]", e);
      add_pair(
          list, taut_trace_format("%s.%s%s", info.path, signal->name, index),
          taut_trace_format("%.17g%s%s", values[slot], has_unit ? " " : "", has_unit ? unit : ""));
    }
  }
}

static void put_faults(const taut_plan *plan, taut_bytes *out) {
  static const char *const kinds[] = {
#define FAULT_LABEL(name, label) label,
      TAUT_FAULT_MAP(FAULT_LABEL)
#undef FAULT_LABEL
  };
  pairs list = {0};
  for (size_t i = 0; i < taut_plan_n_faults(plan); i++) {
    const taut_fault *fault = taut_plan_fault(plan, i);
    add_pair(&list, taut_trace_format("%s", fault->name),
             taut_trace_format("%s %s magnitude=%.17g low=%.17g delay_ns=%" PRId64, fault->target,
                               kinds[fault->kind], fault->magnitude, fault->magnitude_low,
                               fault->delay_ns));
  }
  put_metadata(out, "taut.faults", &list);
}

void taut_describe_plan(const taut_plan *plan, const taut_columns *columns, uint64_t seed,
                        const char *scenario, bool is_live, taut_bytes *out) {
  for (uint32_t i = 0; i < columns->n_channels; i++) {
    put_channel(plan, &columns->channels[i], i, out);
  }
  put_events_channel(columns, out);
  taut_describe_run(plan, seed, scenario, is_live, out);
}

void taut_describe_run(const taut_plan *plan, uint64_t seed, const char *scenario, bool is_live,
                       taut_bytes *out) {
  put_run(plan, seed, scenario, is_live, out);
  pairs models = {0}, params = {0};
  for (size_t i = 0; i < taut_plan_n_instances(plan); i++) {
    taut_instance_info info = taut_plan_instance(plan, i);
    add_pair(&models, taut_trace_format("%s", info.path),
             taut_trace_format("%s %s period_ns=%" PRId64 " phase_ns=%" PRId64, info.model->name,
                               info.model->version, info.period_ns, info.phase_ns));
    add_params(plan, i, &params);
  }
  put_metadata(out, "taut.models", &models);
  put_metadata(out, "taut.parameters", &params);
  put_faults(plan, out);
}

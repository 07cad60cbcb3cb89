#include "runner/signature.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/record.h"

enum { NAME_MAX_SIZE = 192 };

/// An output of the plan.
typedef struct signed_port {
  uint32_t slot, count;
  uint32_t instance, i_signal;
  uint64_t hash;
  double low, high;
} signed_port;

struct taut_signature {
  const taut_plan *plan;
  size_t n_outputs, n_ports;  ///< inputs of the controller follow the outputs
  signed_port *ports;
  uint64_t events;
  uint64_t n_rows;
};

static const char *const TARGETS[] = {"controller", "spotter", "session"};

static bool is_target(const taut_model *model, bool is_output) {
  for (size_t i = 0; i < sizeof TARGETS / sizeof TARGETS[0]; i++)
    if (strcmp(model->role, TARGETS[i]) == 0) return is_output || i == 0;
  return false;
}

static bool add_port(taut_signature *s, size_t i_instance, uint32_t i_signal, bool is_output) {
  taut_instance_info info = taut_plan_instance(s->plan, i_instance);
  const taut_signal *signal =
      is_output ? &info.model->outputs[i_signal] : &info.model->inputs[i_signal];
  char name[NAME_MAX_SIZE];
  taut_port port;
  snprintf(name, sizeof name, "%s.%s", info.path, signal->name);
  if (taut_plan_find(s->plan, name, &port) != TAUT_OK) return false;
  s->ports[s->n_ports++] = (signed_port){.slot = port.slot,
                                         .count = signal->count,
                                         .instance = (uint32_t)i_instance,
                                         .i_signal = i_signal};
  return true;
}

taut_status taut_signature_create(const taut_plan *plan, taut_signature **out) {
  size_t n = 0, n_instances = taut_plan_n_instances(plan);
  for (size_t i = 0; i < n_instances; i++) {
    const taut_model *model = taut_plan_instance(plan, i).model;
    n += model->n_outputs + model->n_inputs;
  }
  taut_signature *s = calloc(1, sizeof *s);
  signed_port *ports = calloc(n + 1, sizeof *ports);
  *out = s;
  if (s == NULL || ports == NULL) {
    free(s);
    free(ports);
    *out = NULL;
    return TAUT_ENOMEM;
  }
  *s = (taut_signature){.plan = plan, .ports = ports};
  for (size_t i = 0; i < n_instances; i++)
    for (uint32_t k = 0; k < taut_plan_instance(plan, i).model->n_outputs; k++)
      add_port(s, i, k, true);
  s->n_outputs = s->n_ports;
  for (size_t i = 0; i < n_instances; i++) {
    const taut_model *model = taut_plan_instance(plan, i).model;
    for (uint32_t k = 0; is_target(model, false) && k < model->n_inputs; k++)
      add_port(s, i, k, false);
  }
  return TAUT_OK;
}

void taut_signature_destroy(taut_signature *signature) {
  if (signature == NULL) return;
  free(signature->ports);
  free(signature);
}

static uint64_t mix(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
  return hash ^ hash >> 29;
}

static uint64_t bits_of(double x) {
  uint64_t bits = UINT64_C(0x7FF8000000000000);  // every NaN is the same one
  double canonical = x + 0.0;                    // no negative zero
  if (x == x) memcpy(&bits, &canonical, sizeof bits);
  return bits;
}

void taut_signature_row(taut_signature *s, const taut_row *row) {
  for (size_t i = 0; i < s->n_ports; i++) {
    signed_port *port = &s->ports[i];
    for (uint32_t e = 0; e < port->count; e++) {
      double x = row->values[port->slot + e];
      port->hash = mix(port->hash, bits_of(x));
      if ((s->n_rows == 0 && e == 0) || x < port->low) port->low = x;
      if ((s->n_rows == 0 && e == 0) || x > port->high) port->high = x;
    }
  }
  for (size_t i = 0; i < row->n_events; i++) {
    const taut_event *event = &row->events[i];
    s->events = mix(s->events, (uint64_t)event->tick_ns);
    s->events = mix(s->events, (uint64_t)event->instance << 32 | event->event);
    s->events = mix(s->events, bits_of(event->value));
  }
  s->n_rows++;
}

static void hex(uint64_t hash, char text[17]) {
  snprintf(text, 17, "%016llx", (unsigned long long)hash);
}

json_t *taut_signature_json(const taut_signature *s) {
  json_t *object = json_object();
  char text[17], name[NAME_MAX_SIZE];
  for (size_t i = 0; i < s->n_outputs; i++) {
    const signed_port *port = &s->ports[i];
    taut_instance_info info = taut_plan_instance(s->plan, port->instance);
    snprintf(name, sizeof name, "%s.%s", info.path, info.model->outputs[port->i_signal].name);
    hex(port->hash, text);
    json_object_set_new(object, name, json_string(text));
  }
  hex(s->events, text);
  json_object_set_new(object, "events", json_string(text));
  return object;
}

/// Whether some instance reads the output.
static bool is_read(const taut_plan *plan, uint32_t instance, uint32_t i_output) {
  for (size_t i = 0; i < taut_plan_n_instances(plan); i++) {
    const taut_model *model = taut_plan_instance(plan, i).model;
    for (size_t k = 0; k < model->n_inputs; k++) {
      taut_port source;
      if (taut_plan_source(plan, i, k, &source) == TAUT_OK && source.instance == instance &&
          source.i_signal == i_output)
        return true;
    }
  }
  return false;
}

static json_t *port_json(const taut_signature *s, const signed_port *port, bool is_output) {
  taut_instance_info info = taut_plan_instance(s->plan, port->instance);
  const taut_signal *signal =
      is_output ? &info.model->outputs[port->i_signal] : &info.model->inputs[port->i_signal];
  bool is_wired = is_output && is_read(s->plan, port->instance, port->i_signal);
  char name[NAME_MAX_SIZE];
  snprintf(name, sizeof name, "%s.%s", info.path, signal->name);
  return json_pack("{s:s, s:s, s:s, s:s, s:b, s:b, s:I, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:I}",
                   "name", name, "instance", info.path, "port", signal->name, "unit", signal->unit,
                   "is_output", is_output, "is_wired", is_wired, "flags", (json_int_t)signal->flags,
                   "min", signal->min, "max", signal->max, "init", signal->init, "permit",
                   signal->permit, "accuracy", signal->accuracy, "low", port->low, "high",
                   port->high, "period_ns", (json_int_t)info.period_ns);
}

json_t *taut_signature_ports(const taut_signature *s) {
  json_t *array = json_array();
  for (size_t i = 0; i < s->n_ports; i++) {
    const signed_port *port = &s->ports[i];
    bool is_output = i < s->n_outputs;
    const taut_model *model = taut_plan_instance(s->plan, port->instance).model;
    // What has NaN or no bounds in every run has no size to be mutated by; arrays are for plugins.
    if (!is_target(model, is_output) || port->count != 1) continue;
    if (is_output && (model->outputs[port->i_signal].flags & TAUT_OBSERVED)) continue;
    json_t *object = port_json(s, port, is_output);
    if (object != NULL) json_array_append_new(array, object);
  }
  return array;
}

static json_t *check_json(const taut_check_result *check) {
  return json_pack("{s:o, s:s, s:I, s:b}", "id", taut_record_string(check->id), "verdict",
                   taut_verdict_name(check->verdict), "tick_ns", (json_int_t)check->tick_ns,
                   "is_requirement", check->is_requirement);
}

static json_t *reads_json(const taut_case_result *result) {
  json_t *reads = json_object();
  for (size_t i = 0; i < result->n_checks; i++) {
    const taut_check_result *check = &result->checks[i];
    if (!check->id[0]) continue;
    char *id = NULL;
    json_t *key = taut_record_string(check->id), *signals = json_array();
    id = (char *)(uintptr_t)json_string_value(key);
    for (size_t k = 0; k < check->n_signals; k++)
      json_array_append_new(signals, taut_record_string(check->signals[k]));
    json_t *before = json_object_get(reads, id);
    if (before != NULL)
      json_array_extend(before, signals);
    else
      json_object_set(reads, id, signals);
    json_decref(signals);
    json_decref(key);
  }
  return reads;
}

json_t *taut_signature_result(const taut_case_result *result, bool has_reads) {
  static const char *const CUTS[] = {"none", "violation", "budget"};
  json_t *checks = json_array();
  bool is_noticed = false;
  for (size_t i = 0; i < result->n_checks; i++) {
    const taut_check_result *check = &result->checks[i];
    bool is_bad = check->verdict == TAUT_FAIL || check->verdict == TAUT_ERROR;
    if (is_bad && check->id[0]) json_array_append_new(checks, check_json(check));
    is_noticed |= is_bad && !check->id[0];
  }
  json_t *object = json_pack(
      "{s:s, s:o, s:s, s:I, s:I, s:f, s:b, s:o}", "verdict", taut_verdict_name(result->verdict),
      "reason", taut_record_string(result->reason), "cut", CUTS[result->cut], "sim_ns",
      (json_int_t)result->sim_ns, "changed", (json_int_t)result->mutant_changed, "change_max",
      result->mutant_change_max, "is_noticed", is_noticed, "checks", checks);
  if (has_reads) json_object_set_new(object, "reads", reads_json(result));
  return object;
}

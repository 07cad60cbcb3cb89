// The campaign as JSON: docs/mutation.md lists the fields.
#include "runner/mutants_parts.h"

static json_t *entry_json(const campaign *c, const taut_mutant_entry *entry) {
  const taut_mutable_port *port = &c->list.ports[entry->i_port];
  json_t *row = json_pack("{s:s, s:s, s:s, s:i, s:s, s:b, s:I}", "mutant", entry->text, "port",
                          port->name, "operator", entry->operator_name, "scale", entry->scale,
                          "class", taut_mutant_class_name(entry->result), "is_input",
                          !port->is_output, "n_cases", (json_int_t)entry->n_cases);
  if (entry->why_identical != NULL)
    json_object_set_new(row, "why", json_string(entry->why_identical));
  if (entry->n_cases > 0) {
    const taut_item *item = &c->collection->items[entry->i_case];
    json_object_set_new(row, "file", json_string(item->file));
    json_object_set_new(row, "case", json_string(item->name));
    json_object_set_new(row, "n_changed", json_integer((json_int_t)entry->n_changed));
    json_object_set_new(row, "change_max", json_real(entry->change_max));
    json_object_set_new(row, "is_noticed", json_boolean(entry->is_noticed));
  }
  if (entry->requirement != NULL) {
    json_object_set_new(row, "requirement", json_string(entry->requirement));
    json_object_set_new(row, "tick_ns", json_integer(entry->tick_ns));
  }
  if (entry->difference != NULL && entry->result != TAUT_MUTANT_KILLED)
    json_object_set_new(row, "difference", json_string(entry->difference));
  if (entry->reason != NULL && entry->result != TAUT_MUTANT_KILLED)
    json_object_set_new(row, "reason", json_string(entry->reason));
  if (entry->violated != NULL) json_object_set(row, "violated", entry->violated);
  return row;
}

static json_t *port_json(const taut_mutable_port *port) {
  return json_pack("{s:s, s:s, s:f, s:s, s:f, s:f, s:b, s:b, s:b}", "port", port->name, "unit",
                   port->unit, "step", port->step, "step_source", port->step_source, "low",
                   port->low, "high", port->high, "is_input", !port->is_output, "is_read",
                   port->is_read, "is_wired", port->is_wired);
}

json_t *taut_mutants_document(const campaign *c) {
  json_t *ports = json_array(), *mutants = json_array(), *cases = json_array();
  for (size_t i = 0; i < c->list.n_ports; i++)
    if (c->list.ports[i].step_source != NULL)
      json_array_append_new(ports, port_json(&c->list.ports[i]));
  for (size_t i = 0; i < c->list.n_entries; i++)
    json_array_append_new(mutants, entry_json(c, &c->list.entries[i]));
  for (size_t i = 0; i < c->collection->n_items; i++) {
    const taut_item *item = &c->collection->items[i];
    json_array_append_new(
        cases, json_pack("{s:s, s:s, s:I, s:I}", "file", item->file, "case", item->name, "sim_ns",
                         (json_int_t)c->cases[i].sim_ns, "kills", (json_int_t)c->by_case[i]));
  }
  bool is_quick = c->options->profile == TAUT_MUTATION_QUICK;
  return json_pack("{s:s, s:I, s:b, s:o, s:o, s:o}", "profile", is_quick ? "quick" : "full", "seed",
                   (json_int_t)c->options->seed, "is_interrupted",
                   taut_workers_is_interrupted(c->workers), "cases", cases, "ports", ports,
                   "mutants", mutants);
}

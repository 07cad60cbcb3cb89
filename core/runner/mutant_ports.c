// Which ports there are in which cases, and the order of cases for a mutant.
#include <stdlib.h>

#include "runner/mutants_parts.h"

enum { QUICK_CASES = 10 };  ///< scenarios a mutant

// ------------------------------------------------------------------------------------------- ports

static taut_mutable_port *find_port(campaign *c, const char *name, const json_t *target) {
  taut_mutant_list *list = &c->list;
  size_t n_cases = c->collection->n_items;
  for (size_t i = 0; i < list->n_ports; i++)
    if (strcmp(list->ports[i].name, name) == 0) return &list->ports[i];
  list->ports = taut_memory_resize(list->ports, (list->n_ports + 1) * sizeof *list->ports);
  taut_mutable_port *port = &list->ports[list->n_ports++];
  *port = (taut_mutable_port){.name = taut_text_copy(name),
                              .instance = taut_text_copy(text_of(target, "instance")),
                              .port = taut_text_copy(text_of(target, "port")),
                              .unit = taut_text_copy(text_of(target, "unit")),
                              .flags = (uint32_t)integer_of(target, "flags"),
                              .is_output = json_is_true(json_object_get(target, "is_output")),
                              .min = number_of(target, "min"),
                              .max = number_of(target, "max"),
                              .permit = number_of(target, "permit"),
                              .accuracy = number_of(target, "accuracy"),
                              .low = number_of(target, "low"),
                              .high = number_of(target, "high"),
                              .period_ns = integer_of(target, "period_ns")};
  port->is_in_case = zeroed(n_cases + 1, sizeof *port->is_in_case);
  port->is_read_in_case = zeroed(n_cases + 1, sizeof *port->is_read_in_case);
  port->is_moving_in_case = zeroed(n_cases + 1, sizeof *port->is_moving_in_case);
  port->high_in_case = zeroed(n_cases + 1, sizeof *port->high_in_case);
  return port;
}

static bool reads(const json_t *lean, const char *name) {
  const char *id;
  json_t *signals, *signal;
  size_t i;
  json_object_foreach(json_object_get(lean, "reads"), id, signals) {
    json_array_foreach(signals, i, signal) {
      const char *text = json_string_value(signal);
      if (text != NULL && strcmp(text, name) == 0) return true;
    }
  }
  return false;
}

static void take_target(campaign *c, size_t i_case, const json_t *target) {
  const char *name = text_of(target, "name"), *wish = c->options->port;
  if (wish != NULL && strstr(name, wish) == NULL) return;
  taut_mutable_port *port = find_port(c, name, target);
  port->is_in_case[i_case] = true;
  port->is_read_in_case[i_case] = reads(c->cases[i_case].lean, name);
  port->is_read |= port->is_read_in_case[i_case];
  port->high_in_case[i_case] = number_of(target, "high");
  port->is_moving_in_case[i_case] = number_of(target, "low") < number_of(target, "high");
  port->is_wired |= json_is_true(json_object_get(target, "is_wired"));
  if (number_of(target, "low") < port->low) port->low = number_of(target, "low");
  if (number_of(target, "high") > port->high) port->high = number_of(target, "high");
  if (!port->is_output) return;
  taut_mutable_port *instance = find_port(c, port->instance, target);
  instance->is_instance = true;
  instance->is_in_case[i_case] = true;
  free(instance->port);
  instance->port = taut_text_copy("");
  instance->flags = 0;
}

static int compare_ports(const void *left, const void *right) {
  const taut_mutable_port *a = left, *b = right;
  if (a->is_output != b->is_output) return a->is_output ? -1 : 1;
  return strcmp(a->name, b->name);
}

void taut_mutants_find_ports(campaign *c) {
  size_t n = c->collection->n_items, n_scenarios = 0;
  for (size_t i = 0; i < n; i++) {
    const taut_item *item = &c->collection->items[i], *before = item - 1;
    bool is_same = i > 0 && strcmp(item->file, before->file) == 0 && item->line == before->line;
    if (i > 0 && !is_same) n_scenarios++;
    c->cases[i].i_scenario = n_scenarios;
    size_t k;
    json_t *target;
    json_array_foreach(json_object_get(c->cases[i].lean, "targets"), k, target)
        take_target(c, i, target);
  }
  if (c->list.n_ports > 0)
    qsort(c->list.ports, c->list.n_ports, sizeof *c->list.ports, compare_ports);
}

// ------------------------------------------------------------------------------------------- order

typedef struct ranked {
  size_t i_case;
  double worth;
} ranked;

static int compare_ranked(const void *left, const void *right) {
  const ranked *a = left, *b = right;
  if (a->worth > b->worth) return -1;
  if (a->worth < b->worth) return 1;
  return a->i_case < b->i_case ? -1 : 1;
}

/// Kills that can be expected of a case per simulated second, from what it has killed so far.
static double worth_of(const campaign *c, const taut_mutant_entry *entry, size_t i_case) {
  size_t i_port = entry->i_port;
  const taut_mutable_port *port = &c->list.ports[i_port];
  size_t n_items = c->collection->n_items;
  double kills = 0.05 + 0.02 * c->by_case[i_case] + (port->is_read_in_case[i_case] ? 0.5 : 0);
  for (size_t p = 0; p < c->list.n_ports; p++) {
    bool is_kin = strcmp(c->list.ports[p].instance, port->instance) == 0;
    if (is_kin) kills += (p == i_port ? 8.0 : 0.1) * c->by_port[p * n_items + i_case];
  }
  // Where a port stands still few operators do anything.
  if (port->is_moving_in_case[i_case] && port->is_read_in_case[i_case]) kills += 2;
  // What cuts the top off is seen where the port goes highest.
  bool is_top = strcmp(entry->operator_name, "saturate") == 0;
  if (is_top && port->high_in_case[i_case] >= port->high) kills += 100;
  return kills / ((double)c->cases[i_case].sim_ns * 1e-9 + 2);
}

void taut_mutants_make_order(campaign *c, size_t i_entry) {
  const taut_mutant_entry *entry = &c->list.entries[i_entry];
  const taut_mutable_port *port = &c->list.ports[entry->i_port];
  campaign_trial *course = &c->courses[i_entry];
  size_t n_items = c->collection->n_items, n = 0, n_max = c->options->n_cases_max;
  bool is_quick = c->options->profile == TAUT_MUTATION_QUICK;
  if (n_max == 0) n_max = is_quick ? QUICK_CASES : n_items;
  ranked *cases = taut_memory_resize(NULL, (n_items + 1) * sizeof *cases);
  bool *is_used = zeroed(n_items + 1, sizeof *is_used);
  for (size_t i = 0; i < n_items; i++)
    if (port->is_in_case[i]) cases[n++] = (ranked){i, worth_of(c, entry, i)};
  qsort(cases, n, sizeof *cases, compare_ranked);
  course->order = taut_memory_resize(NULL, (n + 1) * sizeof *course->order);
  for (size_t i = 0; i < n && course->n < n_max; i++) {
    // Points of one sweep have much in common: where only few cases are run, one of them is.
    size_t scenario = c->cases[cases[i].i_case].i_scenario;
    if (n_max < n_items && is_used[scenario]) continue;
    is_used[scenario] = true;
    course->order[course->n++] = cases[i].i_case;
  }
  free(is_used);
  free(cases);
}

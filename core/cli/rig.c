#include "cli/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void taut_rate_text(int64_t period_ns, char *text, size_t size) {
  double hertz = 1e9 / (double)period_ns;
  if (hertz >= 1000.0) {
    snprintf(text, size, "%g kHz", hertz / 1000.0);
  } else {
    snprintf(text, size, "%g Hz", hertz);
  }
}

static taut_bundle *bundle_at(taut_rig_view *view, size_t from, size_t to) {
  for (size_t i = 0; i < view->n_bundles; i++) {
    if (view->bundles[i].from == from && view->bundles[i].to == to) return &view->bundles[i];
  }
  view->bundles = taut_memory_resize(view->bundles, (view->n_bundles + 1) * sizeof *view->bundles);
  view->bundles[view->n_bundles] = (taut_bundle){.from = from, .to = to};
  return &view->bundles[view->n_bundles++];
}

/// Whether `word` is one of the comma-separated words of `list`.
static bool has_word(const taut_buffer *list, const char *word) {
  size_t size = strlen(word);
  const char *at = list->size > 0 ? list->data : NULL;
  while (at != NULL) {
    if (strncmp(at, word, size) == 0 && (at[size] == '\0' || at[size] == ',')) return true;
    at = strstr(at, ", ");
    if (at != NULL) at += 2;
  }
  return false;
}

static void add_word(taut_buffer *list, const char *word) {
  taut_buffer_printf(list, "%s%s", list->size > 0 ? ", " : "", word);
}

static void add_wire(taut_bundle *bundle, const char *port) {
  bundle->n_wires++;
  add_word(&bundle->ports, port);
  const char *bare = port;
  if (strncmp(bare, "left_", 5) == 0) bare += 5;
  if (strncmp(bare, "right_", 6) == 0) bare += 6;
  size_t size = strlen(bare);
  // A counter belongs to the event beside it and says nothing of its own.
  bool is_counter = size > 4 && strcmp(bare + size - 4, "_seq") == 0;
  if (!is_counter && !has_word(&bundle->summary, bare)) add_word(&bundle->summary, bare);
}

void taut_rig_view_init(taut_rig_view *view, const taut_plan *plan, const char *name) {
  *view = (taut_rig_view){.plan = plan, .name = name};
  for (size_t i = 0; i < taut_plan_n_instances(plan); i++) {
    taut_instance_info info = taut_plan_instance(plan, i);
    for (uint32_t k = 0; k < info.model->n_inputs; k++) {
      taut_port source;
      if (taut_plan_source(plan, i, k, &source) != TAUT_OK) continue;
      add_wire(bundle_at(view, source.instance, i), info.model->inputs[k].name);
      view->n_wires++;
    }
  }
  for (size_t i = 0; i < view->n_bundles; i++) {
    taut_bundle *bundle = &view->bundles[i];
    if (bundle->summary.size == 0) taut_buffer_text(&bundle->summary, bundle->ports.data);
  }
}

void taut_rig_view_fini(taut_rig_view *view) {
  for (size_t i = 0; i < view->n_bundles; i++) {
    taut_buffer_fini(&view->bundles[i].ports);
    taut_buffer_fini(&view->bundles[i].summary);
  }
  free(view->bundles);
  *view = (taut_rig_view){0};
}

const taut_bundle *taut_rig_view_bundle(const taut_rig_view *view, size_t from, size_t to) {
  for (size_t i = 0; i < view->n_bundles; i++) {
    if (view->bundles[i].from == from && view->bundles[i].to == to) return &view->bundles[i];
  }
  return NULL;
}

// ------------------------------------------------------------------------------------------- table

static void number_text(double value, char *text, size_t size) {
  snprintf(text, size, "%.6g", value);
}

/// "free, starts at 0": an input that nothing feeds and a scenario may set.
static void table_inputs(const taut_rig_view *view, size_t i, taut_buffer *out) {
  const taut_model *model = taut_plan_instance(view->plan, i).model;
  for (uint32_t k = 0; k < model->n_inputs; k++) {
    const taut_signal *signal = &model->inputs[k];
    taut_port source;
    taut_buffer_printf(out, "  in   %-28s %-6s ", signal->name, signal->unit);
    if (taut_plan_source(view->plan, i, k, &source) == TAUT_OK) {
      taut_buffer_printf(out, "<- %s.%s\n", taut_plan_instance(view->plan, source.instance).path,
                         source.signal->name);
    } else {
      char value[32];
      number_text(signal->init, value, sizeof value);
      taut_buffer_printf(out, "free: a scenario may set it, else %s\n", value);
    }
  }
}

/// Who reads an output, "left.motor, right.motor".
static void table_readers(const taut_rig_view *view, size_t i, const taut_signal *signal,
                          taut_buffer *out) {
  size_t n = 0;
  for (size_t other = 0; other < taut_plan_n_instances(view->plan); other++) {
    taut_instance_info info = taut_plan_instance(view->plan, other);
    for (uint32_t k = 0; k < info.model->n_inputs; k++) {
      taut_port source;
      if (taut_plan_source(view->plan, other, k, &source) != TAUT_OK) continue;
      if (source.instance != i || strcmp(source.signal->name, signal->name) != 0) continue;
      taut_buffer_printf(out, "%s%s", n++ == 0 ? "-> " : ", ", info.path);
      break;
    }
  }
}

static void table_outputs(const taut_rig_view *view, size_t i, taut_buffer *out) {
  const taut_model *model = taut_plan_instance(view->plan, i).model;
  for (uint32_t k = 0; k < model->n_outputs; k++) {
    const taut_signal *signal = &model->outputs[k];
    taut_buffer readers = {0};
    table_readers(view, i, signal, &readers);
    bool is_truth = (signal->flags & TAUT_TRUTH) != 0;
    if (is_truth) taut_buffer_printf(&readers, "%struth", readers.size > 0 ? "  " : "");
    if (readers.size > 0) {
      taut_buffer_printf(out, "  out  %-28s %-6s %s\n", signal->name, signal->unit, readers.data);
    } else {
      taut_buffer_printf(out, "  out  %-28s %s\n", signal->name, signal->unit);
    }
    taut_buffer_fini(&readers);
  }
}

void taut_rig_table(const taut_rig_view *view, taut_buffer *out) {
  const taut_plan *plan = view->plan;
  char base[32], row[32], rate[32];
  taut_rate_text(taut_plan_base_period(plan), base, sizeof base);
  taut_rate_text(taut_plan_row_period(plan), row, sizeof row);
  size_t n = taut_plan_n_instances(plan);
  taut_buffer_printf(out, "%s: %zu instances, %zu wires; base rate %s, rows at %s\n\n", view->name,
                     n, view->n_wires, base, row);
  taut_buffer_printf(out, "%-14s %-18s %-12s %8s %7s %8s\n", "instance", "model", "role", "rate",
                     "inputs", "outputs");
  for (size_t i = 0; i < n; i++) {
    taut_instance_info info = taut_plan_instance(plan, i);
    taut_rate_text(info.period_ns, rate, sizeof rate);
    taut_buffer_printf(out, "%-14s %-18s %-12s %8s %7u %8u\n", info.path, info.model->name,
                       info.model->role, rate, info.model->n_inputs, info.model->n_outputs);
  }
  taut_buffer_text(out, "\nwho feeds whom\n");
  for (size_t i = 0; i < view->n_bundles; i++) {
    const taut_bundle *bundle = &view->bundles[i];
    taut_buffer_printf(
        out, "  %-14s -> %-14s %3zu  %s\n", taut_plan_instance(plan, bundle->from).path,
        taut_plan_instance(plan, bundle->to).path, bundle->n_wires, bundle->summary.data);
  }
  for (size_t i = 0; i < n; i++) {
    taut_instance_info info = taut_plan_instance(plan, i);
    taut_rate_text(info.period_ns, rate, sizeof rate);
    taut_buffer_printf(out, "\n%s  (%s, %s): %s\n", info.path, info.model->name, rate,
                       info.model->help);
    table_inputs(view, i, out);
    table_outputs(view, i, out);
  }
}

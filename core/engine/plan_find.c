#include <stdio.h>
#include <string.h>

#include "engine/names.h"
#include "engine/plan.h"
#include "engine/suggest.h"
#include "engine/text.h"
#include "engine/validate.h"

static const char *const sides[2] = {"left", "right"};

int64_t taut_plan_split(const taut_plan *plan, const char *name, const char **port) {
  char path[TAUT_PATH_MAX];
  const char *dot = strrchr(name, '.');
  if (!dot || (size_t)(dot - name) >= sizeof path) return -1;
  memcpy(path, name, (size_t)(dot - name));
  path[dot - name] = '\0';
  *port = dot + 1;
  return taut_plan_find_instance(plan, path);
}

static taut_port output_port(const taut_plan *plan, uint32_t i, uint32_t k) {
  const plan_instance *instance = &plan->instances[i];
  const taut_signal *signal = &instance->model->outputs[k];
  uint32_t slot = instance->first_output + taut_signal_slots(instance->model->outputs, k);
  taut_port port = {slot, i, k, TAUT_PORT_OUTPUT, signal, slot, slot};
  for (uint32_t p = 0; (signal->flags & TAUT_PEAK) && p < plan->n_peaks; p++) {
    const plan_peak *peak = &plan->peaks[p];
    if (peak->instance != i || peak->i_signal != k) continue;
    port.slot_min = peak->slot_min;
    port.slot_max = peak->slot_max;
    break;
  }
  return port;
}

static bool find_port(const taut_plan *plan, uint32_t i, const char *name, taut_port *out) {
  const plan_instance *instance = &plan->instances[i];
  const taut_model *model = instance->model;
  const taut_signal *signal = taut_signal_find(model->outputs, model->n_outputs, name);
  if (signal) {
    *out = output_port(plan, i, (uint32_t)(signal - model->outputs));
    return true;
  }
  signal = taut_signal_find(model->inputs, model->n_inputs, name);
  if (signal) {
    uint32_t k = (uint32_t)(signal - model->inputs);
    uint32_t slot = plan->inputs[instance->first_input + k].seen_slot;
    *out = (taut_port){slot, i, k, TAUT_PORT_INPUT, signal, slot, slot};
    return true;
  }
  signal = taut_signal_find(model->params, model->n_params, name);
  if (signal) {
    uint32_t k = (uint32_t)(signal - model->params);
    uint32_t slot = instance->first_param + taut_signal_slots(model->params, k);
    *out = (taut_port){slot, i, k, TAUT_PORT_PARAM, signal, slot, slot};
    return true;
  }
  return false;
}

void taut_name_spell(const char *name, char *text, size_t size) {
  if (strncmp(name, "load.", 5) != 0) {
    snprintf(text, size, "%s", name);
    return;
  }
  for (size_t side = 0; side < 2; side++) {
    size_t n = strlen(sides[side]);
    if (strncmp(name + 5, sides[side], n) != 0 || name[5 + n] != '_') continue;
    snprintf(text, size, "controller.%s_load_%s", sides[side], name + 5 + n + 1);
    return;
  }
  snprintf(text, size, "controller.load_%s", name + 5);
}

taut_status taut_plan_find(const taut_plan *plan, const char *name, taut_port *out) {
  char text[2 * TAUT_PATH_MAX];
  const char *port = NULL;
  taut_name_spell(name, text, sizeof text);
  int64_t i = taut_plan_split(plan, text, &port);
  return i >= 0 && find_port(plan, (uint32_t)i, port, out) ? TAUT_OK : TAUT_ENOTFOUND;
}

taut_status taut_plan_find_sides(const taut_plan *plan, const char *name, taut_port out[2],
                                 size_t *n_out) {
  char text[2 * TAUT_PATH_MAX], sided[3 * TAUT_PATH_MAX];
  *n_out = 0;
  if (taut_plan_find(plan, name, &out[0]) == TAUT_OK) {
    *n_out = 1;
    return TAUT_OK;
  }
  taut_name_spell(name, text, sizeof text);
  const char *dot = strrchr(text, '.');
  if (!dot) return TAUT_ENOTFOUND;
  for (size_t side = 0; side < 2; side++) {
    snprintf(sided, sizeof sided, "%s.%s", sides[side], text);
    if (taut_plan_find(plan, sided, &out[*n_out]) != TAUT_OK) {
      snprintf(sided, sizeof sided, "%.*s.%s_%s", (int)(dot - text), text, sides[side], dot + 1);
      if (taut_plan_find(plan, sided, &out[*n_out]) != TAUT_OK) continue;
    }
    ++*n_out;
  }
  return *n_out ? TAUT_OK : TAUT_ENOTFOUND;
}

taut_status taut_plan_source(const taut_plan *plan, size_t i, size_t i_input, taut_port *out) {
  assert(i < plan->n_instances && i_input < plan->instances[i].model->n_inputs);
  const plan_input *input = &plan->inputs[plan->instances[i].first_input + i_input];
  if (input->source == TAUT_NONE) return TAUT_ENOTFOUND;
  *out = output_port(plan, input->source, input->output);
  return TAUT_OK;
}

static const char *slot_suffix(const taut_plan *plan, uint32_t slot) {
  const plan_slot *at = &plan->slots[slot];
  const plan_instance *instance = &plan->instances[at->instance];
  switch ((plan_slot_kind)at->kind) {
    case PLAN_SLOT_MIN: return ".min";
    case PLAN_SLOT_MAX: return ".max";
    case PLAN_SLOT_RAW: return ".raw";
    case PLAN_SLOT_INPUT:
    case PLAN_SLOT_MUX:
    case PLAN_SLOT_MUX_SEQ:
      // Behind a tap the plain name belongs to what the reader sees.
      return plan->inputs[instance->first_input + at->i_signal].tap == TAUT_NONE ? "" : ".raw";
    case PLAN_SLOT_OUTPUT:
    case PLAN_SLOT_TAP: break;
  }
  return "";
}

void taut_plan_slot_name(const taut_plan *plan, uint32_t slot, char *text, size_t size) {
  assert(slot < plan->n_slots);
  const plan_slot *at = &plan->slots[slot];
  const plan_instance *instance = &plan->instances[at->instance];
  bool is_input = at->kind == PLAN_SLOT_INPUT || at->kind == PLAN_SLOT_MUX ||
                  at->kind == PLAN_SLOT_MUX_SEQ || at->kind == PLAN_SLOT_TAP;
  const taut_signal *signal =
      is_input ? &instance->model->inputs[at->i_signal] : &instance->model->outputs[at->i_signal];
  char index[16] = "";
  if (signal->count > 1) snprintf(index, sizeof index, "[%u]", at->element);
  snprintf(text, size, "%s.%s%s%s", instance->path, signal->name, index, slot_suffix(plan, slot));
}

// A port of a role that this plan has not is no slip of the fingers. Requirements that watch every
// run name many of them.
static bool is_of_absent_role(const taut_plan *plan, const char *name) {
  char role[64];
  size_t n = strcspn(name, ".");
  if (name[n] == 0 || n >= sizeof role) return false;
  snprintf(role, sizeof role, "%.*s", (int)n, name);
  if (!taut_role_find(role) && strcmp(role, "load") != 0) return false;
  for (size_t i = 0; i < plan->n_names; i++)
    if (strncmp(plan->names[i], name, n + 1) == 0) return false;
  return true;
}

const char *taut_plan_suggest(const taut_plan *plan, const char *name) {
  if (is_of_absent_role(plan, name)) return NULL;
  taut_suggest suggest;
  taut_suggest_init(&suggest, name);
  for (size_t i = 0; i < plan->n_names; i++) taut_suggest_offer(&suggest, plan->names[i]);
  return suggest.best;
}

// Adds "path.port", and for ports of one side the name that stands for both sides.
static taut_status add_names(taut_plan *plan, const char *path, const taut_signal *signal) {
  char text[TAUT_PATH_MAX];
  const char *name = signal->name;
  snprintf(text, sizeof text, "%s.%s", path, name);
  const char *full = taut_arena_text(&plan->arena, text);
  if (!full) return TAUT_ENOMEM;
  plan->names[plan->n_names++] = full;
  // The sides share a name; the left one stands for it.
  if (!strncmp(path, "left.", 5)) {
    plan->names[plan->n_names++] = full + 5;
  } else if (!strncmp(name, "left_", 5)) {
    bool is_load = !strcmp(path, "controller") && !strncmp(name + 5, "load_", 5);
    snprintf(text, sizeof text, "%s.%s", is_load ? "load" : path, name + (is_load ? 10 : 5));
    const char *both = taut_arena_text(&plan->arena, text);
    if (!both) return TAUT_ENOMEM;
    plan->names[plan->n_names++] = both;
  }
  return TAUT_OK;
}

taut_status taut_plan_make_names(taut_plan *plan) {
  size_t n = 0;
  for (uint32_t i = 0; i < plan->n_instances; i++) {
    const taut_model *model = plan->instances[i].model;
    n += 2 * (size_t)(model->n_outputs + model->n_inputs + model->n_params);
  }
  plan->names = taut_arena_new(&plan->arena, n, sizeof *plan->names);
  if (!plan->names) return TAUT_ENOMEM;
  taut_status status = TAUT_OK;
  for (uint32_t i = 0; status == TAUT_OK && i < plan->n_instances; i++) {
    const char *path = plan->instances[i].path;
    const taut_model *model = plan->instances[i].model;
    for (uint32_t k = 0; status == TAUT_OK && k < model->n_outputs; k++)
      status = add_names(plan, path, &model->outputs[k]);
    for (uint32_t k = 0; status == TAUT_OK && k < model->n_inputs; k++)
      status = add_names(plan, path, &model->inputs[k]);
    for (uint32_t k = 0; status == TAUT_OK && k < model->n_params; k++)
      status = add_names(plan, path, &model->params[k]);
  }
  return status;
}

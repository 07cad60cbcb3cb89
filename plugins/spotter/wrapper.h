/// The ABI around models/spotter.h. The plugin and its known-bad variants include it once, after
///   SPOTTER_NAME     name of the model
///   SPOTTER_HELP     one sentence
///   SPOTTER_DEFECTS  TAUT_SPOTTER_* bits, 0 in the product
#ifndef TAUT_PLUGINS_SPOTTER_WRAPPER_H
#define TAUT_PLUGINS_SPOTTER_WRAPPER_H

#include <assert.h>
#include <math.h>
#include <string.h>

#include "models/spotter.h"
#include "taut/roles.h"

#define COUNT(table) (uint32_t)(sizeof(table) / sizeof((table)[0]))
#define PARAM_ROW(id, field, unit, lo, hi, def, hlp) \
  {(id), 0, #field, unit, (lo), (hi), (def), NULL, 1, 0, 0, 0, hlp},

static const taut_signal params[] = {TAUT_SPOTTER_PARAMS(PARAM_ROW)};
static const taut_signal inputs[] = {TAUT_SPOTTER_INPUTS};
static const taut_signal outputs[] = {TAUT_SPOTTER_OUTPUTS};
static const taut_signal events[] = {
    {1, TAUT_INTEGER, "rep_counted", TAUT_UNIT_NONE, 0, 1e6, 0, NULL, 1, 0, 0, 0,
     "a repetition is finished on every used side; value is its number"},
    {2, 0, "struggle", TAUT_UNIT_NONE, 0, 1, 0, NULL, 1, 0, 0, 0,
     "a struggle begins; value is the share of the load then left on"},
    {3, 0, "unload", TAUT_UNIT_NONE, 0, 1, 0, NULL, 1, 0, 0, 0,
     "help was not enough: the spotter asks for a full unload"},
    {4, TAUT_ENUM, "symptom_latched", TAUT_UNIT_NONE, 0, TAUT_REPORT_COUNT - 1, 0,
     TAUT_LABELS(TAUT_REPORT_MAP), 1, 0, 0, 0, "no load comes back in this set"},
    {5, 0, "asymmetry", TAUT_UNIT_M, 0, 10, 0, NULL, 1, 0, 0, 0,
     "the handles are apart; value is how far"}};

static_assert(COUNT(events) == TAUT_SPOTTER_EVENT_COUNT, "one row per event");
static_assert(COUNT(params) * 8 + 8 == sizeof(taut_spotter_params), "one double per row");
static_assert(sizeof(taut_spotter_input) == TAUT_SPOTTER_IN_COUNT * 8, "order of the role");
static_assert(sizeof(taut_spotter_output) == TAUT_SPOTTER_OUT_COUNT * 8, "order of the role");

/// State of the plugin: the model and its last good inputs.
typedef struct spotter_state {
  taut_spotter spotter;
  taut_spotter_input input;
} spotter_state;

static size_t state_size(const double *param) {
  (void)param;
  return sizeof(spotter_state);
}

static taut_status init(const taut_instance *inst, int64_t tick_ns) {
  spotter_state *s = inst->state;
  taut_spotter_params p;
  (void)tick_ns;
  memcpy(&p, inst->param, sizeof p - sizeof p.defects);
  p.defects = SPOTTER_DEFECTS;
  memset(s, 0, sizeof *s);
  double *kept = (double *)(void *)&s->input;
  for (uint32_t i = 0; i < TAUT_SPOTTER_IN_COUNT; i++) kept[i] = inputs[i].init;
  const char *fault = taut_spotter_init(&s->spotter, &p, inst->period_s);
  if (!fault) return TAUT_OK;
  inst->host->log(inst, TAUT_LOG_ERROR, fault);
  return TAUT_EINVAL;
}

static taut_status output(const taut_instance *inst, int64_t tick_ns) {
  const spotter_state *s = inst->state;
  (void)tick_ns;
  memcpy(inst->out, &s->spotter.output, sizeof s->spotter.output);
  return TAUT_OK;
}

static taut_status update(const taut_instance *inst, int64_t tick_ns) {
  spotter_state *s = inst->state;
  double *kept = (double *)(void *)&s->input;
  (void)tick_ns;
  // A port with NaN or infinity keeps its last good value; the controller stops on it.
  for (int i = 0; i < TAUT_SPOTTER_IN_COUNT; i++) {
    double x = *inst->in[i];
    if (isfinite(x)) kept[i] = x;
  }
  taut_spotter_update(&s->spotter, &s->input);
  for (uint32_t i = 0; s->spotter.event_bits >> i; i++) {
    if (s->spotter.event_bits >> i & 1) inst->host->emit(inst, i, s->spotter.event_value[i]);
  }
  return TAUT_OK;
}

// Nothing is lifted: of what the spotter remembers only the age of a symptom goes on.
static taut_status skip(const taut_instance *inst, int64_t tick_ns, int64_t duration_ns) {
  spotter_state *s = inst->state;
  (void)tick_ns;
  if (s->spotter.is_active && s->spotter.is_armed) return TAUT_EREJECT;
  if (s->spotter.is_latched) s->spotter.symptom_s += (double)duration_ns * 1e-9;
  return TAUT_OK;
}

static const void *extension(const char *id) {
  static const taut_skip skips = {sizeof(taut_skip), skip, TAUT_SKIP_ADDITIVE, 0};
  return strcmp(id, TAUT_SKIP_ID) == 0 ? &skips : NULL;
}

static const taut_model model = {
    .struct_size = sizeof(taut_model),
    .signal_size = sizeof(taut_signal),
    .abi_minor = TAUT_ABI_MINOR,
    .name = SPOTTER_NAME,
    .role = "spotter",
    .version = "1.0.0",
    .help = SPOTTER_HELP,
    .state_layout = 1,
    .events_per_tick = TAUT_SPOTTER_EVENT_COUNT,
    .n_params = COUNT(params),
    .n_inputs = COUNT(inputs),
    .n_outputs = COUNT(outputs),
    .n_events = COUNT(events),
    .params = params,
    .inputs = inputs,
    .outputs = outputs,
    .events = events,
    .period_ns = 1000000,
    .period_ns_min = 250000,
    .period_ns_max = 10000000,
    .state_size = state_size,
    .init = init,
    .output = output,
    .update = update,
    .extension = extension,
};

TAUT_EXPORT const taut_model *taut_query(uint32_t host_abi_major, uint32_t index) {
  return host_abi_major == TAUT_ABI_MAJOR && index == 0 ? &model : NULL;
}

#endif

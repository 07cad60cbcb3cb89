/// The ABI around models/program.h. The plugin and its known-bad variant include it once, after
///   PROGRAM_NAME         name of the model
///   PROGRAM_HELP         one sentence
///   PROGRAM_HAS_DEFECTS  1 adds the parameter `defect`; the product has no way to reach one
#ifndef TAUT_PLUGINS_SESSION_PROGRAM_WRAPPER_H
#define TAUT_PLUGINS_SESSION_PROGRAM_WRAPPER_H

#include <assert.h>
#include <math.h>
#include <string.h>

#include "models/program.h"
#include "taut/roles.h"

#define COUNT(table) (uint32_t)(sizeof(table) / sizeof((table)[0]))
#define PARAM_ROW(id, field, unit, lo, hi, def, fl, lab, hlp) \
  {(id), (fl), #field, unit, (lo), (hi), (def), lab, 1, 0, 0, 0, hlp},
#define ARRAY_ROW(id, field, count, unit, lo, hi, def, fl, lab, hlp) \
  {(id), (fl), #field, unit, (lo), (hi), (def), lab, (count), 0, 0, 0, hlp},
#define DEFECT_LABEL(name, label, rows, what) label,

static const taut_signal params[] = {
    TAUT_PROGRAM_PARAMS(PARAM_ROW) TAUT_PROGRAM_PHASE_ARRAYS(ARRAY_ROW)
        TAUT_PROGRAM_ENTRY_ARRAYS(ARRAY_ROW)
#if PROGRAM_HAS_DEFECTS
            {1, TAUT_ENUM, "defect", TAUT_UNIT_NONE, 0, TAUT_PROGRAM_DEFECT_COUNT - 1, 0,
             (const char *const[]){TAUT_PROGRAM_DEFECT_MAP(DEFECT_LABEL) NULL}, 1, 0, 0, 0,
             "the rule that is broken"}
#endif
};
static const taut_signal inputs[] = {TAUT_SESSION_INPUTS TAUT_PROGRAM_INPUTS};
static const taut_signal outputs[] = {TAUT_SESSION_OUTPUTS TAUT_PROGRAM_OUTPUTS};
static const taut_signal events[] = {
    {1, TAUT_ENUM, "state_changed", TAUT_UNIT_NONE, 0, TAUT_SESSION_COUNT - 1, 0,
     TAUT_LABELS(TAUT_SESSION_STATE_MAP), 1, 0, 0, 0, "the set's state is new"},
    {2, TAUT_ENUM, "refer", TAUT_UNIT_NONE, 0, TAUT_REPORT_COUNT - 1, 0,
     TAUT_LABELS(TAUT_REPORT_MAP), 1, 0, 0, 0, "a referral to a professional is logged, and why"},
    {3, TAUT_ENUM, "symptom", TAUT_UNIT_NONE, 0, TAUT_REPORT_COUNT - 1, 0,
     TAUT_LABELS(TAUT_REPORT_MAP), 1, 0, 0, 0, "a symptom was received"},
    {4, 0, "offer", TAUT_UNIT_N, 0, 600, 0, NULL, 1, 0, 0, 0,
     "prescription of the heavier side for the set that begins"},
    {5, TAUT_INTEGER, "set_done", TAUT_UNIT_NONE, 0, 1e6, 0, NULL, 1, 0, 0, 0,
     "a set on the machine is finished"},
    {6, 0, "set_broken", TAUT_UNIT_N, 0, 600, 0, NULL, 1, 0, 0, 0,
     "a set on the machine ended early; value is its load"},
    {7, 0, "search_done", TAUT_UNIT_N, 0, 600, 0, NULL, 1, 0, 0, 0,
     "the load search has ended; value is the load found"}};

static_assert(COUNT(events) == TAUT_SESSION_EVENT_COUNT, "one row per event");
static_assert(COUNT(inputs) == TAUT_PROGRAM_IN_COUNT, "one row per input");
static_assert(COUNT(outputs) == TAUT_PROGRAM_OUT_COUNT, "one row per output");

/// State of the plugin: the model and its last good inputs.
typedef struct session_state {
  taut_program program;
  taut_program_input input;
} session_state;

static const taut_program_params *params_of(const taut_instance *inst) {
  return (const taut_program_params *)(const void *)inst->param;
}

static size_t state_size(const double *param) {
  (void)param;
  return sizeof(session_state);
}

static taut_status init(const taut_instance *inst, int64_t tick_ns) {
  session_state *s = inst->state;
  int64_t defect = TAUT_PROGRAM_DEFECT_NONE;
  (void)tick_ns;
#if PROGRAM_HAS_DEFECTS
  defect = (int64_t)inst->param[sizeof(taut_program_params) / 8];
#endif
  memset(s, 0, sizeof *s);
  double *kept = (double *)(void *)&s->input;
  for (uint32_t i = 0; i < COUNT(inputs); i++) kept[i] = inputs[i].init;
  const char *fault = taut_program_init(&s->program, params_of(inst), inst->period_s, defect);
  if (!fault) return TAUT_OK;
  inst->host->log(inst, TAUT_LOG_ERROR, fault);
  return TAUT_EINVAL;
}

static taut_status output(const taut_instance *inst, int64_t tick_ns) {
  const session_state *s = inst->state;
  (void)tick_ns;
  memcpy(inst->out, &s->program.output, sizeof s->program.output);
  return TAUT_OK;
}

static taut_status update(const taut_instance *inst, int64_t tick_ns) {
  session_state *s = inst->state;
  double *kept = (double *)(void *)&s->input;
  (void)tick_ns;
  for (uint32_t i = 0; i < COUNT(inputs); i++) {
    double x = *inst->in[i];
    if (isfinite(x)) kept[i] = x;
  }
  taut_program_update(&s->program, params_of(inst), &s->input);
  for (uint32_t i = 0; s->program.event_bits >> i; i++) {
    if (s->program.event_bits >> i & 1) inst->host->emit(inst, i, s->program.event_value[i]);
  }
  return TAUT_OK;
}

static taut_status skip(const taut_instance *inst, int64_t tick_ns, int64_t duration_ns) {
  session_state *s = inst->state;
  (void)tick_ns;
  return taut_program_skip(&s->program, (double)duration_ns * 1e-9) ? TAUT_OK : TAUT_EREJECT;
}

static const taut_skip skip_table = {
    .struct_size = sizeof(taut_skip), .skip = skip, .flags = TAUT_SKIP_ADDITIVE};

static const void *extension(const char *id) {
  return strcmp(id, TAUT_SKIP_ID) == 0 ? &skip_table : NULL;
}

static const taut_model model = {
    .struct_size = sizeof(taut_model),
    .signal_size = sizeof(taut_signal),
    .abi_minor = TAUT_ABI_MINOR,
    .name = PROGRAM_NAME,
    .role = "session",
    .version = "1.0.0",
    .help = PROGRAM_HELP,
    .state_layout = 1,
    .events_per_tick = TAUT_SESSION_EVENT_COUNT,
    .n_params = COUNT(params),
    .n_inputs = COUNT(inputs),
    .n_outputs = COUNT(outputs),
    .n_events = COUNT(events),
    .params = params,
    .inputs = inputs,
    .outputs = outputs,
    .events = events,
    .period_ns = 10000000,
    .period_ns_min = 1000000,
    .period_ns_max = 40000000,
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

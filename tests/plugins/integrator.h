/// A small plugin that keeps every promise of the ABI: position is the integral of a speed, with an
/// event input that sets it back and an event when it passes a limit. A bad plugin defines one of
/// the macros below before it includes this file.
#ifndef TAUT_TESTS_INTEGRATOR_H
#define TAUT_TESTS_INTEGRATOR_H

#include <assert.h>
#include <string.h>

#include "taut/math.h"
#include "taut/plugin.h"

#ifndef MODEL_NAME
#define MODEL_NAME "integrator"
#endif
#ifndef MODEL_ROLE
#define MODEL_ROLE "test"
#endif
#ifndef IN_OUTPUT  // statements at the end of output; `s` is the state
#define IN_OUTPUT(inst, s)
#endif
#ifndef IN_UPDATE
#define IN_UPDATE(inst, s)
#endif
#ifndef SPEED_MAX
#define SPEED_MAX 10.0
#endif
#ifndef QUERY_MAJOR
#define QUERY_MAJOR TAUT_ABI_MAJOR
#endif
#ifndef UPDATE_STATE  // moves the state by one step
#define UPDATE_STATE(s, speed, dt) ((s)->position_m += (speed) * (dt))
#endif

typedef struct integrator {
  double position_m;  ///< [m]
  double seq_seen;    ///< last command_seq
  uint64_t n_laps;    ///< times the limit was passed
  uint64_t spare;     ///< for the bad ones
} integrator;
static_assert(sizeof(integrator) == 32, "no padding");

static const taut_signal params[] = {
    {1, TAUT_TUNABLE, "limit_m", TAUT_UNIT_M, 0.001, 100, 1, NULL, 1, 0, 0, 0,
     "position at which a lap is counted"},
};
static const taut_signal inputs[] = {
    {1, TAUT_OPTIONAL, "speed_m_s", TAUT_UNIT_M_S, -10, SPEED_MAX, 0, NULL, 1, 0, 0, 0,
     "speed to integrate"},
    {2, TAUT_ENUM | TAUT_OPTIONAL, "command", TAUT_UNIT_NONE, 0, 1, 0,
     (const char *const[]){"none", "home", NULL}, 1, 0, 0, 0, "what to do"},
    {3, TAUT_INTEGER | TAUT_OPTIONAL, "command_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,
     1, 0, 0, 0, "counts commands"},
};
static const taut_signal outputs[] = {
    {1, TAUT_PEAK, "position_m", TAUT_UNIT_M, -1e6, 1e6, 0, NULL, 1, 0, 0, 0, "the integral"},
    {2, TAUT_INTEGER, "n_laps", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL, 1, 0, 0, 0,
     "times the limit was passed"},
};
static const taut_signal events[] = {
    {1, 0, "lap", TAUT_UNIT_M, -1e6, 1e6, 0, NULL, 1, 0, 0, 0, "the limit was passed"},
};

static size_t state_size(const double *param) {
  (void)param;
  return sizeof(integrator);
}

static taut_status init(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  integrator *s = inst->state;
  *s = (integrator){.seq_seen = inst->in[2][0]};
  return TAUT_OK;
}

static taut_status output(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  integrator *s = inst->state;
  inst->out[0] = s->position_m;
#ifndef FORGET_AN_OUTPUT
  inst->out[1] = (double)s->n_laps;
#endif
  IN_OUTPUT(inst, s);
  return TAUT_OK;
}

static taut_status update(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  integrator *s = inst->state;
  if (inst->in[2][0] > s->seq_seen) {
    s->seq_seen = inst->in[2][0];
    if (inst->in[1][0] > 0) s->position_m = 0;
  }
  UPDATE_STATE(s, inst->in[0][0], inst->period_s);
  if (s->position_m > inst->param[0]) {
    inst->host->emit(inst, 0, s->position_m);
    s->position_m -= inst->param[0];
    s->n_laps++;
  }
  IN_UPDATE(inst, s);
  return TAUT_OK;
}

#ifdef SKIP_STATE  // moves the state over `time_s` of rest, gives a status
static taut_status skip(const taut_instance *inst, int64_t tick_ns, int64_t duration_ns) {
  integrator *s = inst->state;
  const double time_s = (double)duration_ns * 1e-9;
  (void)tick_ns;
  (void)time_s;
  return SKIP_STATE(inst, s, time_s);
}
static const void *extension(const char *id) {
  static const taut_skip skips = {sizeof(taut_skip), skip, TAUT_SKIP_ADDITIVE, 0};
  return strcmp(id, TAUT_SKIP_ID) == 0 ? &skips : NULL;
}
#endif

#define COUNT(table) (uint32_t)(sizeof(table) / sizeof((table)[0]))
static const taut_model model = {
    .struct_size = sizeof(taut_model),
    .signal_size = sizeof(taut_signal),
    .abi_minor = TAUT_ABI_MINOR,
    .name = MODEL_NAME,
    .role = MODEL_ROLE,
    .version = "1.0.0",
    .help = "integrates a speed",
    .state_layout = 1,
    .events_per_tick = 1,
    .n_params = COUNT(params),
    .n_inputs = COUNT(inputs),
    .n_outputs = COUNT(outputs),
    .n_events = COUNT(events),
    .params = params,
    .inputs = inputs,
    .outputs = outputs,
    .events = events,
    .period_ns = 1000000,
    .period_ns_min = 1000,
    .period_ns_max = TAUT_SECOND,
    .state_size = state_size,
    .init = init,
    .output = output,
    .update = update,
#ifdef SKIP_STATE
    .extension = extension,
#endif
};

const taut_model *taut_query(uint32_t host_abi_major, uint32_t index) {
  return host_abi_major == QUERY_MAJOR && index == 0 ? &model : NULL;
}

#endif

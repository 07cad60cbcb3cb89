/// The ABI around models/cable.h. cable_spool and cable_averaged include it once, after
///   CABLE_NAME, CABLE_HELP        name of the model and one sentence
///   CABLE_INIT                    its init
///   CABLE_PERIOD_NS, _MIN, _MAX   default, least and greatest period
///   CABLE_PAIR_ID                 optional: extension id by which a motor knows the state
#ifndef TAUT_PLUGINS_CABLE_WRAPPER_H
#define TAUT_PLUGINS_CABLE_WRAPPER_H

#include <assert.h>
#include <string.h>

#include "models/cable.h"
#include "taut/plugin.h"
#include "taut/roles.h"

#define PARAM_ROW(id, name, unit, lo, hi, ini, flags, help) \
  {id, flags, #name, unit, lo, hi, ini, NULL, 1, 0, 0, 0, help},
static const taut_signal params[] = {TAUT_CABLE_PARAMS(PARAM_ROW)};
static_assert(sizeof(taut_cable_params) == sizeof(double) * (sizeof(params) / sizeof(params[0])),
              "one double per parameter");

static const taut_signal inputs[] = {TAUT_CABLE_INPUTS};

static const taut_signal outputs[] = {TAUT_CABLE_OUTPUTS};
static_assert(sizeof(outputs) / sizeof(outputs[0]) == TAUT_CABLE_OUT_COUNT, "one row per output");

enum { EVENT_BROKE };
static const taut_signal events[] = {
    {1001, 0, "broke", TAUT_UNIT_N, 0, 1e6, 0, NULL, 1, 0, 0, 0,
     "the cable parted; the value is its tension then"},
};

static size_t state_size(const double *param) {
  (void)param;
  return sizeof(taut_cable_state);
}

static taut_status init(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  taut_cable_params p;
  memcpy(&p, inst->param, sizeof p);  // one double per table row
  const char *why = CABLE_INIT(inst->state, &p, inst->period_s);
  if (!why) return TAUT_OK;
  inst->host->log(inst, TAUT_LOG_ERROR, why);
  return TAUT_EINVAL;
}

static taut_status output(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  const taut_cable_state *s = inst->state;
  const taut_cable_forces f = taut_cable_forces_at(s, *inst->in[TAUT_CABLE_IN_SPOOL_ANGLE_RAD],
                                                   *inst->in[TAUT_CABLE_IN_SPOOL_SPEED_RAD_S]);
  double *out = inst->out;
  out[TAUT_CABLE_OUT_LOAD_CELL_N] = s->cell_n;
  out[TAUT_CABLE_OUT_TENSION_N] = f.tension_n;
  out[TAUT_CABLE_OUT_SPOOL_TENSION_N] = f.spool_tension_n;
  out[TAUT_CABLE_OUT_HANDLE_POSITION_M] = s->position_m;
  out[TAUT_CABLE_OUT_HANDLE_SPEED_M_S] = s->speed_m_s;
  out[TAUT_CABLE_OUT_TAKE_UP_SPEED_M_S] = -f.spool_m_s;
  return TAUT_OK;
}

// What `output` found at this tick, taken from the ports it wrote.
static taut_cable_forces forces_of_tick(const taut_instance *inst) {
  const double *out = inst->out;
  return (taut_cable_forces){
      .tension_n = out[TAUT_CABLE_OUT_TENSION_N],
      .spool_tension_n = out[TAUT_CABLE_OUT_SPOOL_TENSION_N],
      .stretch_m = taut_cable_stretch(inst->state, *inst->in[TAUT_CABLE_IN_SPOOL_ANGLE_RAD]),
      .spool_m_s = -out[TAUT_CABLE_OUT_TAKE_UP_SPEED_M_S],
  };
}

static taut_status observe(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  const taut_cable_state *s = inst->state;
  const taut_cable_forces f = forces_of_tick(inst);
  double *out = inst->out;
  out[TAUT_CABLE_OUT_IS_SLACK] = f.tension_n == 0.0;
  out[TAUT_CABLE_OUT_IS_BROKEN] = (double)s->is_broken;
  out[TAUT_CABLE_OUT_HAND_ENERGY_J] = s->hand_energy_j;
  out[TAUT_CABLE_OUT_LOSS_ENERGY_J] = s->loss_energy_j;
  out[TAUT_CABLE_OUT_STORED_ENERGY_J] = taut_cable_stored_j(s, &f);
  return TAUT_OK;
}

static taut_status update(const taut_instance *inst, int64_t tick_ns) {
  const taut_cable_forces f = forces_of_tick(inst);
  const int result = taut_cable_move(inst->state, &f, *inst->in[TAUT_CABLE_IN_HAND_FORCE_N],
                                     *inst->in[TAUT_CABLE_IN_CUT], inst->seed, tick_ns);
  if (result == TAUT_CABLE_MOVED) return TAUT_OK;
  if (result == TAUT_CABLE_PARTED) {
    const taut_cable_state *s = inst->state;
    inst->host->emit(inst, EVENT_BROKE, s->break_n);
    return TAUT_OK;
  }
  inst->host->log(inst, TAUT_LOG_ERROR, "the motion left the numbers: check hand_force_n");
  return TAUT_EFAULT;
}

static taut_status skip(const taut_instance *inst, int64_t tick_ns, int64_t duration_ns) {
  (void)tick_ns;
  (void)duration_ns;
  return taut_cable_is_at_rest(inst->state) ? TAUT_OK : TAUT_EREJECT;
}

static const void *extension(const char *id) {
  static const taut_skip skips = {sizeof(taut_skip), skip, TAUT_SKIP_ADDITIVE, 0};
  if (strcmp(id, TAUT_SKIP_ID) == 0) return &skips;
#ifdef CABLE_PAIR_ID
  if (strcmp(id, CABLE_PAIR_ID) == 0) return &skips;  // any: the id alone says what the state is
#endif
  return NULL;
}

static const taut_model model = {
    .struct_size = sizeof(taut_model),
    .signal_size = sizeof(taut_signal),
    .abi_minor = TAUT_ABI_MINOR,
    .name = CABLE_NAME,
    .role = "cable",
    .version = "1.0.0",
    .help = CABLE_HELP,
    .state_layout = 1,
    .events_per_tick = 1,
    .n_params = sizeof(params) / sizeof(params[0]),
    .n_inputs = sizeof(inputs) / sizeof(inputs[0]),
    .n_outputs = sizeof(outputs) / sizeof(outputs[0]),
    .n_events = sizeof(events) / sizeof(events[0]),
    .params = params,
    .inputs = inputs,
    .outputs = outputs,
    .events = events,
    .period_ns = CABLE_PERIOD_NS,
    .period_ns_min = CABLE_PERIOD_NS_MIN,
    .period_ns_max = CABLE_PERIOD_NS_MAX,
    .state_size = state_size,
    .init = init,
    .output = output,
    .update = update,
    .observe = observe,
    .extension = extension,
};

TAUT_EXPORT const taut_model *taut_query(uint32_t host_abi_major, uint32_t index) {
  return host_abi_major == TAUT_ABI_MAJOR && index == 0 ? &model : NULL;
}

#endif

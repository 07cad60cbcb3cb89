/// The ABI around models/resistance.h. The plugin and its known-bad variants include it once, after
///   RESISTANCE_NAME     name of the model
///   RESISTANCE_HELP     one sentence
///   RESISTANCE_DEFECTS  TAUT_RESISTANCE_* bits, 0 in the product
/// and, in a variant whose defect lies outside the model:
///   RESISTANCE_SPOIL_PARAMS(p)      changes the taut_resistance_params
///   RESISTANCE_SPOIL_INPUT(in)      changes the taut_resistance_input of each call
///   RESISTANCE_SPOIL_RESTART(s)     changes the taut_resistance_state of a restart in mid-run
#ifndef TAUT_PLUGINS_RESISTANCE_WRAPPER_H
#define TAUT_PLUGINS_RESISTANCE_WRAPPER_H

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "models/resistance.h"
#include "taut/roles.h"

#ifndef RESISTANCE_SPOIL_PARAMS
#define RESISTANCE_SPOIL_PARAMS(p) (void)(p)
#endif
#ifndef RESISTANCE_SPOIL_INPUT
#define RESISTANCE_SPOIL_INPUT(in) (void)(in)
#endif
#ifndef RESISTANCE_SPOIL_RESTART
#define RESISTANCE_SPOIL_RESTART(s) (void)(s)
#endif

#define COUNT(table) (uint32_t)(sizeof(table) / sizeof((table)[0]))
#define PARAM_ROW(id, field, unit, lo, hi, def, hlp) \
  {(id), 0, #field, unit, (lo), (hi), (def), NULL, 1, 0, 0, 0, hlp},
#define EVENT_ROW(id, name, unit, lo, hi, labels, hlp) \
  {(id), 0, name, unit, (lo), (hi), 0, labels, 1, 0, 0, 0, hlp},
#define EVENT_LABEL_ROW(id, name, n, map, hlp) \
  {(id), TAUT_ENUM, name, TAUT_UNIT_NONE, 0, (n)-1, 0, TAUT_LABELS(map), 1, 0, 0, 0, hlp},

static const taut_signal params[] = {TAUT_RESISTANCE_PARAMS(PARAM_ROW)};
static const taut_signal inputs[] = {TAUT_CONTROLLER_INPUTS};
static const taut_signal outputs[] = {TAUT_CONTROLLER_OUTPUTS};
static const taut_signal events[] = {
    EVENT_LABEL_ROW(1, "safety_state_changed", TAUT_SAFETY_COUNT, TAUT_SAFETY_STATE_MAP,
                    "the safety state is new") EVENT_LABEL_ROW(2, "cause_changed", TAUT_CAUSE_COUNT,
                                                               TAUT_CAUSE_MAP, "its cause is new")
        EVENT_LABEL_ROW(3, "arm_state_changed", TAUT_ARM_COUNT, TAUT_ARM_STATE_MAP,
                        "the arming state is new")
            EVENT_LABEL_ROW(4, "refused", TAUT_CAUSE_COUNT, TAUT_CAUSE_MAP,
                            "arming or acknowledgement was refused, and why")
                EVENT_ROW(5, "load_jump_refused", TAUT_UNIT_N, 0, 1000, NULL,
                          "a load that needs a new confirmation was asked for")
                    EVENT_ROW(6, "load_limited", TAUT_UNIT_N, 0, 1000, NULL,
                              "a prescription was cut to the limit of the profile")
                        EVENT_ROW(7, "motor_warm", TAUT_UNIT_DEGC, 200, 600, NULL,
                                  "a motor is near the temperature at which the load falls")
                            EVENT_LABEL_ROW(8, "symptom_taken", TAUT_REPORT_COUNT, TAUT_REPORT_MAP,
                                            "a reported symptom was taken in")};

static_assert(COUNT(events) == TAUT_RESISTANCE_EVENT_COUNT, "one row per event");
static_assert(COUNT(params) * 8 + 8 == sizeof(taut_resistance_params), "one double per row");
static_assert(sizeof(taut_resistance_input) == TAUT_CONTROLLER_IN_COUNT * 8, "order of the role");
static_assert(sizeof(taut_resistance_output) == TAUT_CONTROLLER_OUT_COUNT * 8, "order of the role");

static size_t state_size(const double *param) {
  (void)param;
  return sizeof(taut_resistance_state);
}

static taut_status init(const taut_instance *inst, int64_t tick_ns) {
  taut_resistance_params p;
  memcpy(&p, inst->param, sizeof p - sizeof p.defects);
  p.defects = RESISTANCE_DEFECTS;
  RESISTANCE_SPOIL_PARAMS(&p);
  const char *fault = taut_resistance_init(inst->state, &p, inst->period_s);
  if (!fault) {
    if (tick_ns > 0) RESISTANCE_SPOIL_RESTART((taut_resistance_state *)inst->state);
    return TAUT_OK;
  }
  inst->host->log(inst, TAUT_LOG_ERROR, fault);
  return TAUT_EINVAL;
}

static taut_status output(const taut_instance *inst, int64_t tick_ns) {
  const taut_resistance_state *s = inst->state;
  (void)tick_ns;
  memcpy(inst->out, &s->output, sizeof s->output);
  return TAUT_OK;
}

// Takes finite values; a port with NaN or infinity keeps its last good one and is counted.
static int64_t take(double *kept, const double *const *in, int first, int n) {
  int64_t n_bad = 0;
  int i = first;
  // A sum is finite only when everything in it is.
  for (; i + 4 <= first + n; i += 4) {
    const double a = *in[i], b = *in[i + 1], c = *in[i + 2], d = *in[i + 3];
    if (!isfinite((a + b) + (c + d))) break;
    kept[i] = a;
    kept[i + 1] = b;
    kept[i + 2] = c;
    kept[i + 3] = d;
  }
  for (; i < first + n; i++) {
    double x = *in[i];
    if (isfinite(x)) {
      kept[i] = x;
    } else {
      n_bad++;
    }
  }
  return n_bad;
}

// A current that is no number is taken to be as asked: the last good one would look like a runaway
// as soon as the safe stop has begun, and end the ramp in a drop.
static void assume_current(taut_resistance_state *s, const double *const *in) {
  for (int i = 0; i < 2; i++) {
    const taut_resistance_side *side = &s->side[i];
    int port = i * TAUT_CONTROLLER_IN_SIDE_COUNT + TAUT_CONTROLLER_IN_SIDE_IQ_A;
    if (!isfinite(*in[port])) s->input.side[i].iq_a = side->iq_expected_a + side->iq_offset_a;
  }
}

static taut_status update(const taut_instance *inst, int64_t tick_ns) {
  taut_resistance_state *s = inst->state;
  double *kept = (double *)(void *)&s->input;
  if (s->tick_ns >= 0 && (double)(tick_ns - s->tick_ns) > 1.5e9 * inst->period_s) {
    taut_resistance_late(s);
  }
  s->tick_ns = tick_ns;
  if (taut_resistance_wants_all(s)) {
    s->n_bad += take(kept, inst->in, 0, TAUT_CONTROLLER_IN_COUNT);
  } else {
    for (int i = 0; i < 2; i++) {
      if (!s->side[i].is_used) continue;
      int first = i * TAUT_CONTROLLER_IN_SIDE_COUNT;
      s->n_bad += take(kept, inst->in, first, TAUT_CONTROLLER_IN_SIDE_HAND_PRESENCE + 1);
    }
  }
  if (s->n_bad) assume_current(s, inst->in);
  RESISTANCE_SPOIL_INPUT(&s->input);
  taut_resistance_update(s);
  for (uint32_t i = 0; s->event_bits >> i; i++) {
    if (s->event_bits >> i & 1) inst->host->emit(inst, i, s->event_value[i]);
  }
  return TAUT_OK;
}

static taut_status skip(const taut_instance *inst, int64_t tick_ns, int64_t duration_ns) {
  (void)tick_ns;
  int64_t n_calls = duration_ns / inst->period_ns;
  return taut_resistance_skip(inst->state, n_calls, duration_ns) ? TAUT_OK : TAUT_EREJECT;
}

static const void *extension(const char *id) {
  static const taut_skip skips = {sizeof(taut_skip), skip, TAUT_SKIP_ADDITIVE, 0};
  return strcmp(id, TAUT_SKIP_ID) == 0 ? &skips : NULL;
}

static const taut_model model = {
    .struct_size = sizeof(taut_model),
    .signal_size = sizeof(taut_signal),
    .abi_minor = TAUT_ABI_MINOR,
    .name = RESISTANCE_NAME,
    .role = "controller",
    .version = "1.0.0",
    .help = RESISTANCE_HELP,
    .state_layout = 2,
    .events_per_tick = TAUT_RESISTANCE_EVENT_COUNT,
    .n_params = COUNT(params),
    .n_inputs = COUNT(inputs),
    .n_outputs = COUNT(outputs),
    .n_events = COUNT(events),
    .params = params,
    .inputs = inputs,
    .outputs = outputs,
    .events = events,
    .period_ns = 250000,
    .period_ns_min = 100000,
    .period_ns_max = 1000000,
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

// session_basic: runs sets on the machine. The math is in models/session.c.
#include <assert.h>
#include <math.h>
#include <string.h>

#include "models/session.h"
#include "taut/roles.h"

#define COUNT(table) (uint32_t)(sizeof(table) / sizeof((table)[0]))
#define PARAM_ROW(id, field, unit, lo, hi, def, fl, lab, hlp) \
  {(id), (fl), #field, unit, (lo), (hi), (def), lab, 1, 0, 0, 0, hlp},

static const taut_signal params[] = {TAUT_SESSION_PARAMS(PARAM_ROW)};
// Of the ports of programmes only what tells a lift: a set does not end in one.
#define PHASE_ROW(id, name)                                                            \
  {                                                                                    \
    (id), TAUT_ENUM | TAUT_OPTIONAL, name, TAUT_UNIT_NONE, 0, TAUT_PHASE_COUNT - 1, 0, \
        TAUT_LABELS(TAUT_PHASE_MAP), 1, 0, 0, 0, "phase of the repetition as observed" \
  }
#define SPEED_ROW(id, name) \
  { (id), TAUT_OPTIONAL, name, TAUT_UNIT_M_S, -50, 50, 0, NULL, 1, 0, 0, 0.02, "estimated speed" }
static const taut_signal inputs[] = {TAUT_SESSION_INPUTS PHASE_ROW(2, "left_phase"),
                                     PHASE_ROW(102, "right_phase"), SPEED_ROW(5, "left_speed_m_s"),
                                     SPEED_ROW(105, "right_speed_m_s")};
static const taut_signal outputs[] = {TAUT_SESSION_OUTPUTS};
static const taut_signal events[] = {
    {1, TAUT_ENUM, "state_changed", TAUT_UNIT_NONE, 0, TAUT_SESSION_COUNT - 1, 0,
     TAUT_LABELS(TAUT_SESSION_STATE_MAP), 1, 0, 0, 0, "the session's state is new"},
    {2, TAUT_ENUM, "refer", TAUT_UNIT_NONE, 0, TAUT_REPORT_COUNT - 1, 0,
     TAUT_LABELS(TAUT_REPORT_MAP), 1, 0, 0, 0, "a referral to a professional is logged, and why"},
    {3, TAUT_ENUM, "symptom", TAUT_UNIT_NONE, 0, TAUT_REPORT_COUNT - 1, 0,
     TAUT_LABELS(TAUT_REPORT_MAP), 1, 0, 0, 0, "a symptom was received"},
    {4, 0, "offer", TAUT_UNIT_N, 0, 600, 0, NULL, 1, 0, 0, 0,
     "prescription of the heavier side for the set that begins"},
    {5, TAUT_INTEGER, "set_done", TAUT_UNIT_NONE, 0, 1e6, 0, NULL, 1, 0, 0, 0,
     "a set is finished; value is its repetitions"},
    {6, 0, "set_broken", TAUT_UNIT_N, 0, 600, 0, NULL, 1, 0, 0, 0,
     "a set ended early; value is its load"},
    {7, 0, "search_done", TAUT_UNIT_N, 0, 600, 0, NULL, 1, 0, 0, 0,
     "the load search has ended; value is the load found"}};

static_assert(COUNT(events) == TAUT_SESSION_EVENT_COUNT, "one row per event");
static_assert(COUNT(params) * 8 == sizeof(taut_session_params), "one double per row");
static_assert(sizeof(taut_session_input) == TAUT_SESSION_IN_COUNT * 8, "order of the role");
static_assert(sizeof(taut_session_output) == TAUT_SESSION_OUT_COUNT * 8, "order of the role");

// State of the plugin: the model and its last good inputs.
typedef struct session_state {
  taut_session session;
  taut_session_input input;
  double phase[2], speed_m_s[2];
} session_state;

static size_t state_size(const double *param) {
  (void)param;
  return sizeof(session_state);
}

static taut_status init(const taut_instance *inst, int64_t tick_ns) {
  session_state *s = inst->state;
  taut_session_params p;
  (void)tick_ns;
  memcpy(&p, inst->param, sizeof p);
  memset(s, 0, sizeof *s);
  const char *fault = taut_session_init(&s->session, &p, inst->period_s);
  if (!fault) return TAUT_OK;
  inst->host->log(inst, TAUT_LOG_ERROR, fault);
  return TAUT_EINVAL;
}

static taut_status output(const taut_instance *inst, int64_t tick_ns) {
  const session_state *s = inst->state;
  (void)tick_ns;
  memcpy(inst->out, &s->session.output, sizeof s->session.output);
  return TAUT_OK;
}

static taut_status update(const taut_instance *inst, int64_t tick_ns) {
  session_state *s = inst->state;
  double *kept = (double *)(void *)&s->input;
  (void)tick_ns;
  for (int i = 0; i < TAUT_SESSION_IN_COUNT; i++) {
    double x = *inst->in[i];
    if (isfinite(x)) kept[i] = x;
  }
  for (int i = 0; i < 2; i++) {
    double phase = *inst->in[TAUT_SESSION_IN_COUNT + i];
    double speed = *inst->in[TAUT_SESSION_IN_COUNT + 2 + i];
    if (isfinite(phase)) s->phase[i] = phase;
    if (isfinite(speed)) s->speed_m_s[i] = speed;
  }
  taut_session_observe(&s->session, s->phase, s->speed_m_s);
  taut_session_update(&s->session, &s->input);
  for (uint32_t i = 0; s->session.event_bits >> i; i++) {
    if (s->session.event_bits >> i & 1) inst->host->emit(inst, i, s->session.event_value[i]);
  }
  return TAUT_OK;
}

static const taut_model model = {
    .struct_size = sizeof(taut_model),
    .signal_size = sizeof(taut_signal),
    .abi_minor = TAUT_ABI_MINOR,
    .name = "session_basic",
    .role = "session",
    .version = "1.0.0",
    .help = "runs sets on the machine: prescription, arming, cues, referral, load search",
    .state_layout = 2,
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
};

TAUT_EXPORT const taut_model *taut_query(uint32_t host_abi_major, uint32_t index) {
  return host_abi_major == TAUT_ABI_MAJOR && index == 0 ? &model : NULL;
}

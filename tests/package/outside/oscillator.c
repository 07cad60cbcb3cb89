// A mass on a spring, driven by a force: the smallest plugin with a parameter, an input, two
// outputs, an event and state. Equations: v' = (F - k x) / m, x' = v, speed first (symplectic
// Euler).
#include "taut/math.h"
#include "taut/plugin.h"

enum { PARAM_MASS_KG, PARAM_STIFFNESS_N_M, PARAM_COUNT };
enum { EVENT_TURNED };

typedef struct oscillator {
  double x_m, v_m_s;
} oscillator;

static const taut_signal params[] = {
    {1, 0, "mass_kg", TAUT_UNIT_KG, 1e-3, 1e3, 1.0, NULL, 1, 0, 0, 0, "moving mass"},
    {2, 0, "stiffness_n_m", TAUT_UNIT_N_M, 0, 1e6, 100.0, NULL, 1, 0, 0, 0, "spring constant"},
};
static const taut_signal inputs[] = {
    {1, TAUT_OPTIONAL, "force_n", TAUT_UNIT_N, -1e4, 1e4, 1.0, NULL, 1, 0, 0, 0, "driving force"},
};
static const taut_signal outputs[] = {
    {1, 0, "position_m", TAUT_UNIT_M, -1e6, 1e6, 0, NULL, 1, 0, 0, 0, "displacement"},
    {2, 0, "phase_rad", TAUT_UNIT_RAD, -4, 4, 0, NULL, 1, 0, 0, 0, "angle in the phase plane"},
};
static const taut_signal events[] = {
    {1, 0, "turned", TAUT_UNIT_M, -1e6, 1e6, 0, NULL, 1, 0, 0, 0, "the mass changed direction"},
};

static size_t state_size(const double *param) {
  (void)param;
  return sizeof(oscillator);
}

static taut_status init(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  *(oscillator *)inst->state = (oscillator){0};
  return TAUT_OK;
}

static taut_status output(const taut_instance *inst, int64_t tick_ns) {
  const oscillator *s = (const oscillator *)inst->state;
  (void)tick_ns;
  inst->out[0] = s->x_m;
  inst->out[1] = taut_atan2(s->v_m_s, s->x_m);
  return TAUT_OK;
}

static taut_status update(const taut_instance *inst, int64_t tick_ns) {
  oscillator *s = (oscillator *)inst->state;
  double force_n = inst->in[0][0] - inst->param[PARAM_STIFFNESS_N_M] * s->x_m;
  double v_before_m_s = s->v_m_s;
  (void)tick_ns;
  s->v_m_s += inst->period_s * force_n / inst->param[PARAM_MASS_KG];
  s->x_m += inst->period_s * s->v_m_s;
  if (v_before_m_s * s->v_m_s < 0.0) inst->host->emit(inst, EVENT_TURNED, s->x_m);
  return TAUT_OK;
}

static const taut_model model = {
    .struct_size = sizeof(taut_model),
    .signal_size = sizeof(taut_signal),
    .abi_minor = TAUT_ABI_MINOR,
    .name = "outside_oscillator",
    .role = "oscillator",
    .version = "1.0.0",
    .help = "a driven mass on a spring",
    .state_layout = 1,
    .events_per_tick = 1,
    .n_params = PARAM_COUNT,
    .n_inputs = 1,
    .n_outputs = 2,
    .n_events = 1,
    .params = params,
    .inputs = inputs,
    .outputs = outputs,
    .events = events,
    .period_ns = 1000000,
    .period_ns_min = 1000,
    .period_ns_max = 10000000,
    .state_size = state_size,
    .init = init,
    .output = output,
    .update = update,
};

const taut_model *taut_query(uint32_t host_abi_major, uint32_t index) {
  return host_abi_major == TAUT_ABI_MAJOR && index == 0 ? &model : NULL;
}

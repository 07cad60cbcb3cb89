// form_check: a camera or band sensor. The math is in models/form_check.c.
#include <assert.h>
#include <string.h>

#include "models/form_check.h"
#include "taut/roles.h"

#define PARAM_ROW(id, field, unit, lo, hi, ini, fl, hlp) \
  {(id), (fl), #field, unit, (lo), (hi), (ini), NULL, 1, 0, 0, 0, hlp},

static const taut_signal params[] = {TAUT_FORM_CHECK_PARAMS(PARAM_ROW)};
static const taut_signal inputs[] = {TAUT_FORM_CHECK_INPUTS};
static const taut_signal outputs[] = {TAUT_FORM_CHECK_OUTPUTS};

#define COUNT(table) (uint32_t)(sizeof(table) / sizeof((table)[0]))
static_assert(sizeof(taut_form_check_params) == COUNT(params) * sizeof(double), "one slot each");

static size_t state_size(const double *param) {
  (void)param;
  return sizeof(taut_form_check);
}

static taut_status init(const taut_instance *inst, int64_t tick_ns) {
  const taut_form_check_params *p = (const taut_form_check_params *)(const void *)inst->param;
  (void)tick_ns;
  memset(inst->state, 0, sizeof(taut_form_check));
  if (p->latency_min_s <= p->latency_max_s) return TAUT_OK;
  inst->host->log(inst, TAUT_LOG_ERROR, "latency_min_s must not be above latency_max_s");
  return TAUT_EINVAL;
}

static taut_status output(const taut_instance *inst, int64_t tick_ns) {
  const taut_form_check *state = inst->state;
  (void)tick_ns;
  inst->out[TAUT_FORM_CHECK_OUT_ALERT] = state->alert;
  inst->out[TAUT_FORM_CHECK_OUT_ALERT_SEQ] = state->alert_seq;
  inst->out[TAUT_FORM_CHECK_OUT_CONFIDENCE] = state->confidence;
  inst->out[TAUT_FORM_CHECK_OUT_FRAME_SEQ] = state->frame_seq;
  return TAUT_OK;
}

static taut_status update(const taut_instance *inst, int64_t tick_ns) {
  taut_form_check_input input = {
      .cone_height_m = *inst->in[TAUT_FORM_CHECK_IN_CONE_HEIGHT_M],
      .form_fault = *inst->in[TAUT_FORM_CHECK_IN_FORM_FAULT],
  };
  taut_form_check_step((const taut_form_check_params *)(const void *)inst->param, inst->state,
                       &input, tick_ns, inst->seed);
  return TAUT_OK;
}

static taut_status skip(const taut_instance *inst, int64_t tick_ns, int64_t duration_ns) {
  taut_form_check_skip((const taut_form_check_params *)(const void *)inst->param, inst->state,
                       tick_ns, tick_ns + duration_ns);
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
    .name = "form_check",
    .role = "form_check",
    .version = "1.0.0",
    .help = "a camera or band that sees coning and bad posture late, and not always",
    .state_layout = 1,
    .n_params = COUNT(params),
    .n_inputs = COUNT(inputs),
    .n_outputs = COUNT(outputs),
    .params = params,
    .inputs = inputs,
    .outputs = outputs,
    .period_ns = 1000000,
    .period_ns_min = 100000,
    .period_ns_max = 4000000,
    .state_size = state_size,
    .init = init,
    .output = output,
    .update = update,
    .extension = extension,
};

TAUT_EXPORT const taut_model *taut_query(uint32_t host_abi_major, uint32_t index) {
  return host_abi_major == TAUT_ABI_MAJOR && index == 0 ? &model : NULL;
}

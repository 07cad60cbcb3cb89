// A good plugin whose output depends on the input of the same tick; two of them wired in a ring are
// an algebraic loop.
#include "taut/plugin.h"

static const taut_signal inputs[] = {
    {1, TAUT_FEEDTHROUGH, "x", TAUT_UNIT_NONE, -1e6, 1e6, 0, NULL, 1, 0, 0, 0, "what to scale"},
};
static const taut_signal outputs[] = {
    {1, TAUT_FEEDTHROUGH, "y", TAUT_UNIT_NONE, -1e6, 1e6, 0, NULL, 1, 0, 0, 0, "half of x"},
};

static size_t state_size(const double *param) {
  (void)param;
  return 0;
}

static taut_status nothing(const taut_instance *inst, int64_t tick_ns) {
  (void)inst;
  (void)tick_ns;
  return TAUT_OK;
}

static taut_status output(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  inst->out[0] = 0.5 * inst->in[0][0];
  return TAUT_OK;
}

static const taut_model model = {
    .struct_size = sizeof(taut_model),
    .signal_size = sizeof(taut_signal),
    .abi_minor = TAUT_ABI_MINOR,
    .name = "feedthrough",
    .role = "test",
    .version = "1.0.0",
    .help = "halves its input at once",
    .n_inputs = 1,
    .n_outputs = 1,
    .inputs = inputs,
    .outputs = outputs,
    .period_ns = 1000000,
    .period_ns_min = 1000,
    .period_ns_max = TAUT_SECOND,
    .state_size = state_size,
    .init = nothing,
    .output = output,
    .update = nothing,
};

const taut_model *taut_query(uint32_t host_abi_major, uint32_t index) {
  return host_abi_major == TAUT_ABI_MAJOR && index == 0 ? &model : NULL;
}

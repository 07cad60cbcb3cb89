#include <stdio.h>
#include <string.h>

#include "engine/plan.h"
#include "engine/text.h"
#include "engine/validate.h"

static const char *kind_name(const taut_signal *signal) {
  if (signal->flags & TAUT_BOOL) return "a bool";
  if (signal->flags & TAUT_ENUM) return "an enum";
  return signal->flags & TAUT_INTEGER ? "an integer" : "a number";
}

static taut_status check_kinds(const taut_log_sink *log, const char *path, const taut_signal *in,
                               const char *from, const taut_signal *out) {
  if (memcmp(in->si, out->si, sizeof in->si) != 0) {
    taut_say_error(log, path, "is in %s but %s.%s is in %s", in->unit, from, out->name, out->unit);
    return TAUT_EUNIT;
  }
  const uint32_t kinds = TAUT_BOOL | TAUT_ENUM | TAUT_INTEGER;
  bool is_number_from_integer = !(in->flags & kinds) && (out->flags & kinds) == TAUT_INTEGER;
  if ((in->flags & kinds) != (out->flags & kinds) && !is_number_from_integer) {
    taut_say_error(log, path, "is %s but %s.%s is %s", kind_name(in), from, out->name,
                   kind_name(out));
    return TAUT_EUNIT;
  }
  if (!taut_labels_agree(in->labels, out->labels)) {
    taut_say_error(log, path, "has other labels than %s.%s", from, out->name);
    return TAUT_EUNIT;
  }
  if (in->count != out->count) {
    taut_say_error(log, path, "has %u slots but %s.%s has %u", in->count, from, out->name,
                   out->count);
    return TAUT_EUNIT;
  }
  return TAUT_OK;
}

static taut_status check_input(const taut_plan *plan, const plan_instance *instance, uint32_t k,
                               const taut_log_sink *log) {
  const taut_signal *in = &instance->model->inputs[k];
  const plan_input *input = &plan->inputs[instance->first_input + k];
  char path[TAUT_PATH_MAX];
  snprintf(path, sizeof path, "%s.%s", instance->path, in->name);
  if (input->source == TAUT_NONE) {
    if (in->flags & TAUT_OPTIONAL) return TAUT_OK;
    taut_say_error(log, path, "must be wired and is not");
    return TAUT_EMISSING;
  }
  const plan_instance *from = &plan->instances[input->source];
  const taut_signal *out = &from->model->outputs[input->output];
  if (out->flags & TAUT_OBSERVED) {
    taut_say_error(log, path, "is wired to %s.%s, which is observed at rows only", from->path,
                   out->name);
    return TAUT_EINVAL;
  }
  const taut_role *role = taut_role_find(instance->model->role);
  if ((out->flags & TAUT_TRUTH) && role && role->may_not_know) {
    taut_say_error(log, path, "is wired to %s.%s, a truth that a %s may not know", from->path,
                   out->name, role->name);
    return TAUT_ETRUTH;
  }
  return check_kinds(log, path, in, from->path, out);
}

static taut_status check_instance(const taut_plan *plan, const plan_instance *instance,
                                  const taut_log_sink *log) {
  const taut_signal *port = taut_role_feedthrough(instance->model);
  if (port) {
    char path[TAUT_PATH_MAX];
    snprintf(path, sizeof path, "%s.%s", instance->path, port->name);
    taut_say_error(log, path, "is a feedthrough port, which role %s does not allow",
                   instance->model->role);
    return TAUT_EINVAL;
  }
  if (instance->period_ns % plan->base_ns != 0 || instance->phase_ns % plan->base_ns != 0) {
    taut_say_error(log, instance->path,
                   "period %lld ns and phase %lld ns must be multiples of the base period %lld ns",
                   (long long)instance->period_ns, (long long)instance->phase_ns,
                   (long long)plan->base_ns);
    return TAUT_EINVAL;
  }
  taut_status status = TAUT_OK;
  for (uint32_t k = 0; status == TAUT_OK && k < instance->model->n_inputs; k++)
    status = check_input(plan, instance, k, log);
  return status;
}

// The value of an event and its counter must come from the same place, or the counter would
// announce values that are not there yet.
static taut_status check_mux(const taut_plan *plan, const plan_mux *mux, const taut_log_sink *log) {
  if (mux->source == mux->seq_source) return TAUT_OK;
  const plan_instance *instance = &plan->instances[mux->instance];
  char path[TAUT_PATH_MAX];
  snprintf(path, sizeof path, "%s.%s", instance->path, instance->model->inputs[mux->i_value].name);
  taut_say_error(log, path, "and %s must be wired to the same instance, or both to none",
                 instance->model->inputs[mux->i_seq].name);
  return TAUT_EINVAL;
}

taut_status taut_plan_check_wires(taut_plan *plan, const taut_log_sink *log) {
  taut_status status = TAUT_OK;
  for (uint32_t i = 0; status == TAUT_OK && i < plan->n_instances; i++)
    status = check_instance(plan, &plan->instances[i], log);
  for (uint32_t i = 0; status == TAUT_OK && i < plan->n_muxes; i++)
    status = check_mux(plan, &plan->muxes[i], log);
  return status;
}

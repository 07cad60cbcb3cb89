#include "engine/builder.h"

#include <math.h>
#include <string.h>

#include "engine/suggest.h"
#include "engine/text.h"
#include "engine/validate.h"

taut_status taut_builder_create(const taut_registry *registry, const taut_allocator *allocator,
                                const taut_log_sink *log, taut_builder **out) {
  if (!allocator) allocator = taut_allocator_default();
  *out = NULL;
  taut_builder *builder = allocator->allocate(allocator->user, sizeof *builder);
  if (!builder) return TAUT_ENOMEM;
  *builder = (taut_builder){.allocator = allocator,
                            .registry = registry,
                            .log = log,
                            .base_ns = 50000,
                            .row_ns = 1000000};
  taut_arena_init(&builder->arena, allocator);
  *out = builder;
  return TAUT_OK;
}

void taut_builder_destroy(taut_builder *builder) {
  if (!builder) return;
  taut_arena_fini(&builder->arena);
  builder->allocator->release(builder->allocator->user, builder);
}

taut_status taut_builder_base_period(taut_builder *builder, int64_t period_ns) {
  if (period_ns < 1 || period_ns > TAUT_SECOND) {
    taut_say_error(builder->log, "", "the base period must be 1 ns to 1 s, got %lld ns",
                   (long long)period_ns);
    return TAUT_EINVAL;
  }
  builder->base_ns = period_ns;
  return TAUT_OK;
}

taut_status taut_builder_row_period(taut_builder *builder, int64_t period_ns) {
  if (period_ns < 1 || period_ns > 3600 * TAUT_SECOND) {
    taut_say_error(builder->log, "", "the row period must be 1 ns to 1 h, got %lld ns",
                   (long long)period_ns);
    return TAUT_EINVAL;
  }
  builder->row_ns = period_ns;
  return TAUT_OK;
}

uint32_t taut_builder_find(const taut_builder *builder, const char *path) {
  for (size_t i = 0; i < builder->n_instances; i++)
    if (!strcmp(builder->instances[i].path, path)) return (uint32_t)i;
  return TAUT_NONE;
}

static const char *did_you_mean(const taut_suggest *suggest) {
  return suggest->best ? "; did you mean " : "";
}

static const char *nearest(const taut_suggest *suggest) {
  return suggest->best ? suggest->best : "";
}

static taut_status no_instance(const taut_builder *builder, const char *path) {
  taut_suggest suggest;
  taut_suggest_init(&suggest, path);
  for (size_t i = 0; i < builder->n_instances; i++)
    taut_suggest_offer(&suggest, builder->instances[i].path);
  taut_say_error(builder->log, path, "no such instance%s%s", did_you_mean(&suggest),
                 nearest(&suggest));
  return TAUT_ENOTFOUND;
}

static taut_status no_model(const taut_builder *builder, const char *path, const char *model) {
  taut_suggest suggest;
  taut_suggest_init(&suggest, model);
  for (size_t i = 0; taut_registry_at(builder->registry, i); i++)
    taut_suggest_offer(&suggest, taut_registry_at(builder->registry, i)->name);
  taut_say_error(builder->log, path, "no model \"%s\"%s%s", model, did_you_mean(&suggest),
                 nearest(&suggest));
  return TAUT_ENOTFOUND;
}

/// Names of one table, or of two, when a port was not found.
static taut_status no_port(const taut_builder *builder, const char *path, const char *what,
                           const char *name, const taut_signal *a, uint32_t n_a,
                           const taut_signal *b, uint32_t n_b) {
  taut_suggest suggest;
  taut_suggest_init(&suggest, name);
  for (uint32_t i = 0; i < n_a; i++) taut_suggest_offer(&suggest, a[i].name);
  for (uint32_t i = 0; i < n_b; i++) taut_suggest_offer(&suggest, b[i].name);
  taut_say_error(builder->log, path, "no %s \"%s\"%s%s", what, name, did_you_mean(&suggest),
                 nearest(&suggest));
  return TAUT_ENOTFOUND;
}

// A path is one or more names joined by dots: "controller", "left.motor".
static bool is_path(const char *path) {
  char name[TAUT_PATH_MAX];
  if (strlen(path) >= 128) return false;
  for (;;) {
    size_t n = strcspn(path, ".");
    memcpy(name, path, n);
    name[n] = '\0';
    if (!taut_is_name(name)) return false;
    if (!path[n]) return true;
    path += n + 1;
  }
}

static taut_status check_timing(const taut_builder *builder, const char *path,
                                const taut_model *model, int64_t period_ns, int64_t phase_ns) {
  if (period_ns < model->period_ns_min || period_ns > model->period_ns_max) {
    taut_say_error(builder->log, path, "period %lld ns is outside of %lld to %lld ns of model %s",
                   (long long)period_ns, (long long)model->period_ns_min,
                   (long long)model->period_ns_max, model->name);
    return TAUT_EINVAL;
  }
  if (phase_ns < 0 || phase_ns >= period_ns) {
    taut_say_error(builder->log, path, "phase %lld ns must be at least 0 and below the period",
                   (long long)phase_ns);
    return TAUT_EINVAL;
  }
  return TAUT_OK;
}

taut_status taut_builder_add(taut_builder *builder, const char *path, const char *model_name,
                             int64_t period_ns, int64_t phase_ns) {
  if (!is_path(path)) {
    taut_say_error(builder->log, path, "a path is lower-case names joined by dots");
    return TAUT_EINVAL;
  }
  if (taut_builder_find(builder, path) != TAUT_NONE) {
    taut_say_error(builder->log, path, "the instance is there already");
    return TAUT_EINVAL;
  }
  if (builder->n_instances == TAUT_INSTANCES_MAX) {
    taut_say_error(builder->log, path, "a plan holds at most %d instances", TAUT_INSTANCES_MAX);
    return TAUT_EINVAL;
  }
  const taut_model *model = taut_registry_find(builder->registry, model_name);
  if (!model) return no_model(builder, path, model_name);
  if (period_ns == 0) period_ns = model->period_ns;
  taut_status status = check_timing(builder, path, model, period_ns, phase_ns);
  if (status != TAUT_OK) return status;

  builder_instance made = {.model = model, .period_ns = period_ns, .phase_ns = phase_ns};
  uint32_t n_params = taut_signal_slots(model->params, model->n_params);
  made.path = taut_arena_text(&builder->arena, path);
  made.params = taut_arena_new(&builder->arena, n_params, sizeof *made.params);
  made.wires = taut_arena_new(&builder->arena, model->n_inputs, sizeof *made.wires);
  if (!made.path || !made.params || !made.wires) return TAUT_ENOMEM;
  double *param = made.params;
  for (uint32_t i = 0; i < model->n_params; i++)
    for (uint32_t k = 0; k < model->params[i].count; k++) *param++ = model->params[i].init;
  for (uint32_t i = 0; i < model->n_inputs; i++)
    made.wires[i] = (builder_wire){TAUT_NONE, TAUT_NONE};
  builder_instance *place =
      taut_arena_push(&builder->arena, (void **)&builder->instances, &builder->n_instances,
                      &builder->capacity_instances, sizeof *place);
  if (!place) return TAUT_ENOMEM;
  *place = made;
  return TAUT_OK;
}

taut_status taut_builder_param(taut_builder *builder, const char *path, const char *param,
                               uint32_t i_slot, double value) {
  uint32_t i = taut_builder_find(builder, path);
  if (i == TAUT_NONE) return no_instance(builder, path);
  builder_instance *instance = &builder->instances[i];
  const taut_model *model = instance->model;
  const taut_signal *signal = taut_signal_find(model->params, model->n_params, param);
  if (!signal)
    return no_port(builder, path, "parameter", param, model->params, model->n_params, NULL, 0);
  if (i_slot >= signal->count) {
    taut_say_error(builder->log, path, "%s has %u slots, there is no slot %u", param, signal->count,
                   i_slot);
    return TAUT_EINVAL;
  }
  if (!taut_signal_accepts(signal, value)) {
    bool is_in_range = value >= signal->min && value <= signal->max;
    taut_say_error(builder->log, path, "%s must be %s%g to %g, got %g", param,
                   is_in_range ? "a whole number from " : "", signal->min, signal->max, value);
    return TAUT_EINVAL;
  }
  uint32_t first = taut_signal_slots(model->params, (uint32_t)(signal - model->params));
  instance->params[first + i_slot] = value;
  return TAUT_OK;
}

// Splits "left.motor.iq_a" into instance and port. EINVAL when there is no dot.
static taut_status split(const taut_builder *builder, const char *name, uint32_t *instance,
                         const char **port) {
  char path[TAUT_PATH_MAX];
  const char *dot = strrchr(name, '.');
  if (!dot || (size_t)(dot - name) >= sizeof path) {
    taut_say_error(builder->log, name, "a port is written instance.port");
    return TAUT_EINVAL;
  }
  memcpy(path, name, (size_t)(dot - name));
  path[dot - name] = '\0';
  *instance = taut_builder_find(builder, path);
  *port = dot + 1;
  return *instance == TAUT_NONE ? no_instance(builder, path) : TAUT_OK;
}

taut_status taut_builder_wire(taut_builder *builder, const char *input, const char *output) {
  uint32_t i_to = TAUT_NONE, i_from = TAUT_NONE;
  const char *to_port = NULL, *from_port = NULL;
  taut_status status = split(builder, input, &i_to, &to_port);
  if (status == TAUT_OK) status = split(builder, output, &i_from, &from_port);
  if (status != TAUT_OK) return status;
  builder_instance *to = &builder->instances[i_to];
  const builder_instance *from = &builder->instances[i_from];
  const taut_signal *in = taut_signal_find(to->model->inputs, to->model->n_inputs, to_port);
  if (!in)
    return no_port(builder, to->path, "input", to_port, to->model->inputs, to->model->n_inputs,
                   NULL, 0);
  const taut_signal *out =
      taut_signal_find(from->model->outputs, from->model->n_outputs, from_port);
  if (!out)
    return no_port(builder, from->path, "output", from_port, from->model->outputs,
                   from->model->n_outputs, NULL, 0);
  builder_wire *wire = &to->wires[in - to->model->inputs];
  if (wire->instance != TAUT_NONE) {
    const builder_instance *other = &builder->instances[wire->instance];
    taut_say_error(builder->log, input, "is wired to %s.%s already", other->path,
                   other->model->outputs[wire->output].name);
    return TAUT_EINVAL;
  }
  *wire = (builder_wire){i_from, (uint32_t)(out - from->model->outputs)};
  return TAUT_OK;
}

static const char *check_fault(const taut_fault *fault) {
  if (fault->kind < 0 || fault->kind >= TAUT_FAULT_COUNT) return "kind is not known";
  if (!fault->name || !fault->name[0] || !fault->target) return "needs a name and a target";
  if (!isfinite(fault->magnitude) || !isfinite(fault->magnitude_low))
    return "magnitudes must be finite numbers";
  switch (fault->kind) {
    case TAUT_FAULT_DELAY:
    case TAUT_FAULT_JITTER: return fault->delay_ns > 0 ? NULL : "delay_ns must be > 0";
    case TAUT_FAULT_QUANTISE:
    case TAUT_FAULT_DEAD_BAND:
    case TAUT_FAULT_NOISE:
    case TAUT_FAULT_RATE: return fault->magnitude > 0 ? NULL : "magnitude must be > 0";
    case TAUT_FAULT_SWAP: return fault->other ? NULL : "a swap needs the name of another output";
    case TAUT_FAULT_SATURATE:
      return fault->magnitude_low <= fault->magnitude ? NULL : "lower limit is above the upper";
    case TAUT_FAULT_DROP:
    case TAUT_FAULT_SKIP:
    case TAUT_FAULT_DOUBLE: return fault->magnitude >= 0 ? NULL : "magnitude must be >= 0";
    default: return NULL;
  }
}

taut_status taut_builder_fault(taut_builder *builder, const taut_fault *fault) {
  const char *label = fault->name ? fault->name : "fault";
  const char *reason = check_fault(fault);
  for (size_t i = 0; !reason && i < builder->n_faults; i++)
    if (!strcmp(builder->faults[i].name, fault->name)) reason = "the name is taken";
  if (!reason && builder->n_faults == TAUT_FAULTS_MAX) reason = "there are too many faults";
  if (reason) {
    taut_say_error(builder->log, label, "%s", reason);
    return TAUT_EINVAL;
  }
  if (fault->kind >= TAUT_FAULT_SKIP) {
    if (taut_builder_find(builder, fault->target) == TAUT_NONE)
      return no_instance(builder, fault->target);
  } else {
    uint32_t i = TAUT_NONE;
    const char *port = NULL;
    taut_status status = split(builder, fault->target, &i, &port);
    if (status != TAUT_OK) return status;
    const taut_model *model = builder->instances[i].model;
    if (!taut_signal_find(model->outputs, model->n_outputs, port) &&
        !taut_signal_find(model->inputs, model->n_inputs, port))
      return no_port(builder, builder->instances[i].path, "port", port, model->outputs,
                     model->n_outputs, model->inputs, model->n_inputs);
  }
  taut_fault copy = *fault;
  copy.name = taut_arena_text(&builder->arena, fault->name);
  copy.target = taut_arena_text(&builder->arena, fault->target);
  if (fault->other) copy.other = taut_arena_text(&builder->arena, fault->other);
  if (!copy.name || !copy.target || (fault->other && !copy.other)) return TAUT_ENOMEM;
  taut_fault *place = taut_arena_push(&builder->arena, (void **)&builder->faults,
                                      &builder->n_faults, &builder->capacity_faults, sizeof *place);
  if (!place) return TAUT_ENOMEM;
  *place = copy;
  return TAUT_OK;
}

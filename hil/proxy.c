#include "hil/proxy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hil/table.h"

enum { PROXY_INSTANCES_MAX = 32 };

/// One instance at the peer.
typedef struct remote {
  uint32_t index;   ///< in the plan
  int64_t tick_ns;  ///< the outputs are for this tick
  double *outputs;  ///< (n_outputs) owned
  double n_resets;  ///< that changed the peer's state
} remote;

struct taut_proxy {
  taut_link *link;
  taut_model model;
  size_t n_params, n_inputs, n_outputs;  ///< slots
  double *inputs;                        ///< (n_inputs) of the exchange under way, owned
  remote instances[PROXY_INSTANCES_MAX];
  uint32_t n_instances;
  const taut_log_sink *log;  ///< may be NULL
};

// ------------------------------------------------------------------------------------- exchanges

static taut_proxy *proxy_of(const taut_instance *inst) {
  // The context is made by taut_proxy_create from memory of its own and only const in the ABI.
  return (taut_proxy *)(uintptr_t)inst->model->context;
}

static remote *find(taut_proxy *proxy, const taut_instance *inst) {
  for (uint32_t i = 0; i < proxy->n_instances; i++) {
    if (proxy->instances[i].index == inst->index) return &proxy->instances[i];
  }
  return NULL;
}

/// Not through the host: a function that computes outputs may not log, and this is the host itself.
static void say(const taut_proxy *proxy, const taut_instance *inst, int64_t tick_ns,
                taut_log_level level, const char *text) {
  if (proxy->log != NULL) proxy->log->write(proxy->log->user, tick_ns, level, inst->path, text);
}

static void pass_on_events(const taut_instance *inst, const Taut__Link__Answer *answer) {
  for (size_t i = 0; i < answer->n_events; i++) {
    inst->host->emit(inst, answer->events[i]->event, answer->events[i]->value);
  }
}

static void pass_on_logs(const taut_instance *inst, const Taut__Link__Answer *answer) {
  for (size_t i = 0; i < answer->n_logs; i++) {
    uint32_t level = (uint32_t)answer->logs[i]->level;
    taut_table_clean(answer->logs[i]->text);
    inst->host->log(inst, (taut_log_level)(level <= TAUT_LOG_ERROR ? level : TAUT_LOG_ERROR),
                    answer->logs[i]->text);
  }
}

/// Sends a request for an instance. With `has_outputs`, the answer must carry all outputs; they are
/// for `outputs_ns`.
static taut_status exchange(taut_proxy *proxy, const taut_instance *inst, taut_message *request,
                            int64_t tick_ns, bool has_outputs, int64_t outputs_ns,
                            Taut__Link__Answer **answer) {
  remote *at = find(proxy, inst);
  request->tick_ns = tick_ns;
  request->instance = (uint32_t)(at - proxy->instances);
  taut_status status = taut_link_exchange(proxy->link, request, answer);
  if (status != TAUT_OK) {
    say(proxy, inst, tick_ns, TAUT_LOG_ERROR, proxy->link->trouble);
    return status;
  }
  size_t n_expected = has_outputs ? proxy->n_outputs : 0;
  if ((*answer)->n_outputs != n_expected) {
    char text[TAUT_ENDPOINT_MAX + 128];
    snprintf(text, sizeof text, "%s answered with %zu outputs instead of %zu",
             proxy->link->endpoint.text, (*answer)->n_outputs, n_expected);
    say(proxy, inst, tick_ns, TAUT_LOG_ERROR, text);
    proxy->link->is_broken = true;
    return TAUT_EFAULT;
  }
  if (!has_outputs) return TAUT_OK;
  if (n_expected > 0) memcpy(at->outputs, (*answer)->outputs, n_expected * sizeof(double));
  at->tick_ns = outputs_ns;
  return TAUT_OK;
}

// ------------------------------------------------------------------------------------ the model

/// The state is the peer's; here is one number, for the engine to see whether a reset changed it.
static size_t proxy_state_size(const double *param) {
  (void)param;
  return sizeof(double);
}

/// Makes the instance at the peer when it is not there yet.
static taut_status instantiate(taut_proxy *proxy, const taut_instance *inst, int64_t tick_ns) {
  if (find(proxy, inst) != NULL) return TAUT_OK;
  if (proxy->n_instances == PROXY_INSTANCES_MAX) return TAUT_EFULL;
  remote *at = &proxy->instances[proxy->n_instances];
  at->outputs = calloc(proxy->n_outputs + 1, sizeof *at->outputs);
  if (at->outputs == NULL) return TAUT_ENOMEM;
  at->index = inst->index;
  proxy->n_instances++;
  taut_message request = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Instantiate body = TAUT__LINK__INSTANTIATE__INIT;
  body.path = (char *)(uintptr_t)inst->path;
  body.n_params = proxy->n_params;
  body.params = (double *)(uintptr_t)inst->param;
  body.seed = inst->seed;
  body.period_ns = inst->period_ns;
  request.body_case = TAUT__LINK__MESSAGE__BODY_INSTANTIATE;
  request.instantiate = &body;
  Taut__Link__Answer *answer;
  return exchange(proxy, inst, &request, tick_ns, false, 0, &answer);
}

static taut_status proxy_init(const taut_instance *inst, int64_t tick_ns) {
  taut_proxy *proxy = proxy_of(inst);
  taut_status status = instantiate(proxy, inst, tick_ns);
  if (status == TAUT_EREJECT) return TAUT_EINVAL;
  if (status != TAUT_OK) return status;
  taut_message request = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Reset body = TAUT__LINK__RESET__INIT;
  request.body_case = TAUT__LINK__MESSAGE__BODY_RESET;
  request.reset = &body;
  Taut__Link__Answer *answer;
  status = exchange(proxy, inst, &request, tick_ns, true, tick_ns, &answer);
  if (status == TAUT_EREJECT) return TAUT_EINVAL;
  if (status != TAUT_OK) return status;
  remote *at = find(proxy, inst);
  if (!answer->unchanged) at->n_resets++;
  *(double *)inst->state = at->n_resets;
  pass_on_logs(inst, answer);
  pass_on_events(inst, answer);
  return TAUT_OK;
}

static taut_status proxy_output(const taut_instance *inst, int64_t tick_ns) {
  taut_proxy *proxy = proxy_of(inst);
  const remote *at = find(proxy, inst);
  if (at->tick_ns != tick_ns) {
    // A call was left out, or the instance has a phase: the outputs at hand are of another time.
    taut_message request = TAUT__LINK__MESSAGE__INIT;
    Taut__Link__Output body = TAUT__LINK__OUTPUT__INIT;
    request.body_case = TAUT__LINK__MESSAGE__BODY_OUTPUT;
    request.output = &body;
    Taut__Link__Answer *answer;
    taut_status status = exchange(proxy, inst, &request, tick_ns, true, tick_ns, &answer);
    if (status != TAUT_OK) return status;
  }
  memcpy(inst->out, at->outputs, proxy->n_outputs * sizeof(double));
  return TAUT_OK;
}

static taut_status proxy_update(const taut_instance *inst, int64_t tick_ns) {
  taut_proxy *proxy = proxy_of(inst);
  double *slot = proxy->inputs;
  for (uint32_t k = 0; k < inst->model->n_inputs; k++) {
    const uint32_t count = inst->model->inputs[k].count;
    memcpy(slot, inst->in[k], count * sizeof *slot);
    slot += count;
  }
  taut_message request = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Step body = TAUT__LINK__STEP__INIT;
  body.n_inputs = proxy->n_inputs;
  body.inputs = proxy->inputs;
  request.body_case = TAUT__LINK__MESSAGE__BODY_STEP;
  request.step = &body;
  Taut__Link__Answer *answer;
  taut_status status =
      exchange(proxy, inst, &request, tick_ns, true, tick_ns + inst->period_ns, &answer);
  if (status != TAUT_OK) return status;
  pass_on_logs(inst, answer);
  pass_on_events(inst, answer);
  return TAUT_OK;
}

// --------------------------------------------------------------------------------------- making

const char *taut_proxy_feedthrough(const taut_model *model) {
  for (uint32_t i = 0; i < model->n_outputs; i++) {
    if (model->outputs[i].flags & TAUT_FEEDTHROUGH) return model->outputs[i].name;
  }
  return NULL;
}

taut_status taut_proxy_create(taut_link *link, const char *name, taut_proxy **out, char *error,
                              size_t size) {
  *out = NULL;
  taut_proxy *proxy = calloc(1, sizeof *proxy);
  if (proxy == NULL) return TAUT_ENOMEM;
  proxy->link = link;
  taut_status status = taut_table_to_model(link->table, &link->welcome, &proxy->model);
  char *kept = taut_wire_take(&link->welcome, strlen(name) + 1);
  if (status != TAUT_OK || kept == NULL) {
    taut_proxy_destroy(proxy);
    snprintf(error, size, "%s: the table of ports is too large", link->endpoint.text);
    return TAUT_EINVAL;
  }
  memcpy(kept, name, strlen(name) + 1);
  proxy->model.name = kept;
  proxy->model.flags = TAUT_MODEL_EFFECT;
  proxy->model.context = proxy;
  proxy->model.state_size = proxy_state_size;
  proxy->model.init = proxy_init;
  proxy->model.output = proxy_output;
  proxy->model.update = proxy_update;
  char why[512];
  status = taut_model_validate(&proxy->model, why, sizeof why);
  if (status != TAUT_OK) {
    snprintf(error, size, "%s at %s is no '%s': %s", link->software, link->endpoint.text,
             link->role, why);
    taut_proxy_destroy(proxy);
    return TAUT_EINVAL;
  }
  const char *direct = taut_proxy_feedthrough(&proxy->model);
  if (direct != NULL) {
    snprintf(error, size,
             "%s of %s at %s is feedthrough: it depends on inputs of the same tick, and a "
             "link answers one period later",
             direct, proxy->model.name, link->endpoint.text);
    taut_proxy_destroy(proxy);
    return TAUT_EINVAL;
  }
  // Within the bounds of a valid table.
  proxy->n_params = taut_table_slots(link->table->params, link->table->n_params);
  proxy->n_inputs = taut_table_slots(link->table->inputs, link->table->n_inputs);
  proxy->n_outputs = taut_table_slots(link->table->outputs, link->table->n_outputs);
  proxy->inputs = calloc(proxy->n_inputs + 1, sizeof *proxy->inputs);
  if (proxy->inputs == NULL) {
    taut_proxy_destroy(proxy);
    return TAUT_ENOMEM;
  }
  *out = proxy;
  return TAUT_OK;
}

void taut_proxy_destroy(taut_proxy *proxy) {
  if (proxy == NULL) return;
  for (uint32_t i = 0; i < proxy->n_instances; i++) free(proxy->instances[i].outputs);
  free(proxy->inputs);
  free(proxy);
}

const taut_model *taut_proxy_model(const taut_proxy *proxy) {
  return &proxy->model;
}

void taut_proxy_log(taut_proxy *proxy, const taut_log_sink *log) {
  proxy->log = log;
}

#include "hil/proxy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hil/batch.h"
#include "hil/served.h"
#include "hil/table.h"

enum { PROXY_INSTANCES_MAX = 32 };

/// Least simulated time between two exchanges of a live link [ns]: more often the wall clock is not
/// looked at.
#define LIVE_EXCHANGE_NS (TAUT_SECOND / 1000)

/// One instance at the peer.
typedef struct remote {
  uint32_t index;      ///< in the plan
  int64_t tick_ns;     ///< the outputs are for this tick
  int64_t asked_ns;    ///< simulated time of the last exchange of a live link
  double *outputs;     ///< (n_outputs) owned
  double n_resets;     ///< that changed the peer's state
  taut_batch batch;    ///< with several periods per exchange
  taut_served *local;  ///< of a twin, else NULL
} remote;

struct taut_proxy {
  taut_link *link;          ///< NULL for a twin
  const taut_model *inner;  ///< of a twin, else NULL
  uint32_t n_ticks;         ///< periods per exchange
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

/// Sends a request for an instance. The answer must carry `n_rows` rows of outputs.
static taut_status send_request(taut_proxy *proxy, const taut_instance *inst, taut_message *request,
                                int64_t tick_ns, size_t n_rows, Taut__Link__Answer **answer) {
  const remote *at = find(proxy, inst);
  request->tick_ns = tick_ns;
  request->instance = (uint32_t)(at - proxy->instances);
  taut_status status = taut_link_exchange(proxy->link, request, answer);
  if (status != TAUT_OK) {
    say(proxy, inst, tick_ns, TAUT_LOG_ERROR, proxy->link->trouble);
    return status;
  }
  size_t n_expected = n_rows * proxy->n_outputs;
  if ((*answer)->n_outputs != n_expected) {
    snprintf(proxy->link->trouble, sizeof proxy->link->trouble,
             "%s answered with %zu outputs instead of %zu", proxy->link->endpoint.text,
             (*answer)->n_outputs, n_expected);
    say(proxy, inst, tick_ns, TAUT_LOG_ERROR, proxy->link->trouble);
    proxy->link->is_broken = true;
    return TAUT_EFAULT;
  }
  return TAUT_OK;
}

/// The same for one row of outputs, which are for `outputs_ns`.
static taut_status exchange(taut_proxy *proxy, const taut_instance *inst, taut_message *request,
                            int64_t tick_ns, int64_t outputs_ns, Taut__Link__Answer **answer) {
  remote *at = find(proxy, inst);
  taut_status status = send_request(proxy, inst, request, tick_ns, 1, answer);
  if (status != TAUT_OK) return status;
  if (proxy->n_outputs > 0)
    memcpy(at->outputs, (*answer)->outputs, proxy->n_outputs * sizeof(double));
  at->tick_ns = outputs_ns;
  return TAUT_OK;
}

// ------------------------------------------------------------------------------------ the model

/// The state is the peer's; here is one number, for the engine to see whether a reset changed it.
static size_t proxy_state_size(const double *param) {
  (void)param;
  return sizeof(double);
}

static taut_status instantiate_there(taut_proxy *proxy, const taut_instance *inst,
                                     int64_t tick_ns) {
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
  return send_request(proxy, inst, &request, tick_ns, 0, &answer);
}

static taut_status instantiate_here(taut_proxy *proxy, const taut_instance *inst, remote *at) {
  char text[256] = "";
  taut_status status =
      taut_served_create(proxy->inner, inst->path, inst->param, proxy->n_params, inst->seed,
                         inst->period_ns, &at->local, text, sizeof text);
  if (status == TAUT_EINVAL) say(proxy, inst, -1, TAUT_LOG_ERROR, text);
  return status;
}

/// Makes the instance when it is not there yet.
static taut_status instantiate(taut_proxy *proxy, const taut_instance *inst, int64_t tick_ns) {
  if (find(proxy, inst) != NULL) return TAUT_OK;
  if (proxy->n_instances == PROXY_INSTANCES_MAX) return TAUT_EFULL;
  remote *at = &proxy->instances[proxy->n_instances];
  at->outputs = calloc(proxy->n_outputs + 1, sizeof *at->outputs);
  if (at->outputs == NULL) return TAUT_ENOMEM;
  at->index = inst->index;
  proxy->n_instances++;
  if (taut_batch_init(&at->batch, proxy->n_ticks, proxy->n_inputs, proxy->n_outputs) != TAUT_OK)
    return TAUT_ENOMEM;
  return proxy->inner != NULL ? instantiate_here(proxy, inst, at)
                              : instantiate_there(proxy, inst, tick_ns);
}

static taut_status reset_there(taut_proxy *proxy, const taut_instance *inst, int64_t tick_ns,
                               bool *was_at_start) {
  taut_message request = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Reset body = TAUT__LINK__RESET__INIT;
  request.body_case = TAUT__LINK__MESSAGE__BODY_RESET;
  request.reset = &body;
  Taut__Link__Answer *answer;
  taut_status status = exchange(proxy, inst, &request, tick_ns, tick_ns, &answer);
  if (status != TAUT_OK) return status == TAUT_EREJECT ? TAUT_EINVAL : status;
  *was_at_start = answer->unchanged;
  pass_on_logs(inst, answer);
  pass_on_events(inst, answer);
  return TAUT_OK;
}

/// Events and lines of the last call of a twin's model.
static void take_deeds(const taut_instance *inst, taut_served *local, taut_batch *batch,
                       uint32_t row) {
  size_t n;
  const taut_deed *deeds = taut_served_deeds(local, &n);
  for (size_t i = 0; i < n; i++) {
    if (batch == NULL && deeds[i].is_log) {
      inst->host->log(inst, deeds[i].level, deeds[i].text);
    } else if (batch == NULL) {
      inst->host->emit(inst, deeds[i].event, deeds[i].value);
    } else if (deeds[i].is_log) {
      taut_batch_add_log(batch, row, deeds[i].level, deeds[i].text);
    } else {
      taut_batch_add_event(batch, row, deeds[i].event, deeds[i].value);
    }
  }
}

static taut_status reset_here(const taut_proxy *proxy, const taut_instance *inst, remote *at,
                              int64_t tick_ns, bool *was_at_start) {
  char text[256] = "";
  taut_status status = taut_served_reset(at->local, tick_ns, text, sizeof text);
  if (status != TAUT_OK) {
    say(proxy, inst, tick_ns, TAUT_LOG_ERROR, text);
    return status;
  }
  *was_at_start = taut_served_was_at_start(at->local);
  memcpy(at->outputs, taut_served_outputs(at->local), proxy->n_outputs * sizeof(double));
  take_deeds(inst, at->local, NULL, 0);
  return TAUT_OK;
}

static taut_status proxy_init(const taut_instance *inst, int64_t tick_ns) {
  taut_proxy *proxy = proxy_of(inst);
  bool was_at_start = false;
  taut_status status = instantiate(proxy, inst, tick_ns);
  if (status != TAUT_OK) return status == TAUT_EREJECT ? TAUT_EINVAL : status;
  remote *at = find(proxy, inst);
  status = proxy->inner != NULL ? reset_here(proxy, inst, at, tick_ns, &was_at_start)
                                : reset_there(proxy, inst, tick_ns, &was_at_start);
  if (status != TAUT_OK) return status;
  taut_batch_clear(&at->batch);
  at->asked_ns = tick_ns - LIVE_EXCHANGE_NS;
  if (!was_at_start) at->n_resets++;
  *(double *)inst->state = at->n_resets;
  return TAUT_OK;
}

static taut_status proxy_output(const taut_instance *inst, int64_t tick_ns) {
  taut_proxy *proxy = proxy_of(inst);
  const remote *at = find(proxy, inst);
  bool is_exact = proxy->inner == NULL && !proxy->link->is_live;
  if (proxy->n_ticks == 1 && is_exact && at->tick_ns != tick_ns) {
    // A call was left out, or the instance has a phase: the outputs at hand are of another time.
    taut_message request = TAUT__LINK__MESSAGE__INIT;
    Taut__Link__Output body = TAUT__LINK__OUTPUT__INIT;
    request.body_case = TAUT__LINK__MESSAGE__BODY_OUTPUT;
    request.output = &body;
    Taut__Link__Answer *answer;
    taut_status status = exchange(proxy, inst, &request, tick_ns, tick_ns, &answer);
    if (status != TAUT_OK) return status;
  }
  memcpy(inst->out, at->outputs, proxy->n_outputs * sizeof(double));
  return TAUT_OK;
}

/// One exchange with all periods that wait.
static taut_status exchange_batch(taut_proxy *proxy, const taut_instance *inst, remote *at) {
  taut_batch *batch = &at->batch;
  taut_message request = TAUT__LINK__MESSAGE__INIT;
  Taut__Link__Step body = TAUT__LINK__STEP__INIT;
  body.n_inputs = batch->n_ticks * proxy->n_inputs;
  body.inputs = batch->inputs;
  body.n_ticks_ns = batch->n_ticks;
  body.ticks_ns = batch->ticks_ns;
  request.body_case = TAUT__LINK__MESSAGE__BODY_STEP;
  request.step = &body;
  Taut__Link__Answer *answer;
  taut_status status =
      send_request(proxy, inst, &request, batch->ticks_ns[0], batch->n_ticks, &answer);
  if (status != TAUT_OK) return status;
  taut_batch_begin(batch);
  memcpy(batch->outputs, answer->outputs, batch->n_ticks * proxy->n_outputs * sizeof(double));
  for (size_t i = 0; i < answer->n_logs; i++) {
    uint32_t level = (uint32_t)answer->logs[i]->level;
    taut_table_clean(answer->logs[i]->text);
    taut_batch_add_log(batch, answer->logs[i]->row,
                       (taut_log_level)(level <= TAUT_LOG_ERROR ? level : TAUT_LOG_ERROR),
                       answer->logs[i]->text);
  }
  for (size_t i = 0; i < answer->n_events; i++) {
    taut_batch_add_event(batch, answer->events[i]->row, answer->events[i]->event,
                         answer->events[i]->value);
  }
  return TAUT_OK;
}

/// The same in this process.
static taut_status step_batch(const taut_proxy *proxy, const taut_instance *inst, remote *at) {
  taut_batch *batch = &at->batch;
  char text[256] = "";
  taut_batch_begin(batch);
  for (uint32_t i = 0; i < batch->n_ticks; i++) {
    taut_status status = taut_served_step(at->local, batch->ticks_ns[i],
                                          batch->inputs + i * proxy->n_inputs, text, sizeof text);
    if (status != TAUT_OK) {
      say(proxy, inst, batch->ticks_ns[i], TAUT_LOG_ERROR, text);
      return status;
    }
    memcpy(batch->outputs + i * proxy->n_outputs, taut_served_outputs(at->local),
           proxy->n_outputs * sizeof(double));
    take_deeds(inst, at->local, batch, i);
  }
  return TAUT_OK;
}

static taut_status update_batched(taut_proxy *proxy, const taut_instance *inst, int64_t tick_ns) {
  remote *at = find(proxy, inst);
  if (taut_batch_add_inputs(&at->batch, inst, tick_ns)) {
    taut_status status =
        proxy->inner != NULL ? step_batch(proxy, inst, at) : exchange_batch(proxy, inst, at);
    if (status != TAUT_OK) return status;
  }
  taut_batch_hand_out(&at->batch, inst, at->outputs);
  return TAUT_OK;
}

static taut_status proxy_update(const taut_instance *inst, int64_t tick_ns) {
  taut_proxy *proxy = proxy_of(inst);
  if (proxy->n_ticks > 1 || proxy->inner != NULL) return update_batched(proxy, inst, tick_ns);
  if (proxy->link->is_live) {
    remote *at = find(proxy, inst);
    if (tick_ns - at->asked_ns < LIVE_EXCHANGE_NS) return TAUT_OK;
    at->asked_ns = tick_ns;
  }
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
  taut_status status = exchange(proxy, inst, &request, tick_ns, tick_ns + inst->period_ns, &answer);
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

static void set_functions(taut_proxy *proxy, const char *name) {
  taut_model *model = &proxy->model;
  model->name = name;
  model->flags = TAUT_MODEL_EFFECT;
  // Part of the plan's hash: so many periods of delay.
  model->state_layout = proxy->n_ticks;
  model->context = proxy;
  model->extension = NULL;
  model->observe = NULL;
  model->state_size = proxy_state_size;
  model->init = proxy_init;
  model->output = proxy_output;
  model->update = proxy_update;
}

static size_t count_slots(const taut_signal *signals, uint32_t n) {
  size_t n_slots = 0;
  for (uint32_t i = 0; i < n; i++) n_slots += signals[i].count;
  return n_slots;
}

/// Of a valid table.
static taut_status make_room(taut_proxy *proxy) {
  const taut_model *model = &proxy->model;
  proxy->n_params = count_slots(model->params, model->n_params);
  proxy->n_inputs = count_slots(model->inputs, model->n_inputs);
  proxy->n_outputs = count_slots(model->outputs, model->n_outputs);
  proxy->inputs = calloc(proxy->n_inputs + 1, sizeof *proxy->inputs);
  return proxy->inputs != NULL ? TAUT_OK : TAUT_ENOMEM;
}

taut_status taut_proxy_create(taut_link *link, const char *name, taut_proxy **out, char *error,
                              size_t size) {
  *out = NULL;
  taut_proxy *proxy = calloc(1, sizeof *proxy);
  if (proxy == NULL) return TAUT_ENOMEM;
  proxy->link = link;
  proxy->n_ticks = link->n_ticks;
  taut_status status = taut_table_to_model(link->table, &link->welcome, &proxy->model);
  char *kept = taut_wire_take(&link->welcome, strlen(name) + 1);
  if (status != TAUT_OK || kept == NULL) {
    taut_proxy_destroy(proxy);
    snprintf(error, size, "%s: the table of ports is too large", link->endpoint.text);
    return TAUT_EINVAL;
  }
  memcpy(kept, name, strlen(name) + 1);
  set_functions(proxy, kept);
  char why[512];
  const char *direct = NULL;
  status = taut_model_validate(&proxy->model, why, sizeof why);
  if (status != TAUT_OK) {
    snprintf(error, size, "%s at %s is no '%s': %s", link->software, link->endpoint.text,
             link->role, why);
  } else if ((direct = taut_proxy_feedthrough(&proxy->model)) != NULL) {
    snprintf(error, size,
             "%s of %s at %s is feedthrough: it depends on inputs of the same tick, and a "
             "link answers one period later",
             direct, proxy->model.name, link->endpoint.text);
    status = TAUT_EINVAL;
  } else {
    status = make_room(proxy);
  }
  if (status == TAUT_OK) {
    *out = proxy;
  } else {
    taut_proxy_destroy(proxy);
  }
  return status;
}

taut_status taut_proxy_create_twin(const taut_model *inner, const char *name, uint32_t n_ticks,
                                   taut_proxy **out) {
  *out = NULL;
  taut_proxy *proxy = calloc(1, sizeof *proxy);
  if (proxy == NULL) return TAUT_ENOMEM;
  proxy->inner = inner;
  proxy->n_ticks = n_ticks;
  proxy->model = *inner;
  set_functions(proxy, name);
  if (make_room(proxy) != TAUT_OK) {
    taut_proxy_destroy(proxy);
    return TAUT_ENOMEM;
  }
  *out = proxy;
  return TAUT_OK;
}

void taut_proxy_destroy(taut_proxy *proxy) {
  if (proxy == NULL) return;
  for (uint32_t i = 0; i < proxy->n_instances; i++) {
    free(proxy->instances[i].outputs);
    taut_batch_fini(&proxy->instances[i].batch);
    taut_served_destroy(proxy->instances[i].local);
  }
  free(proxy->inputs);
  free(proxy);
}

const taut_model *taut_proxy_model(const taut_proxy *proxy) {
  return &proxy->model;
}

void taut_proxy_log(taut_proxy *proxy, const taut_log_sink *log) {
  proxy->log = log;
}

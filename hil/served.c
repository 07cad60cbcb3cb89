#include "hil/served.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  DEEDS_MAX = 256,  ///< of one call; the engine allows 64 events
  LOG_TEXT_MAX = 512
};

struct taut_served {
  taut_instance inst;
  taut_host host;
  char path[128];
  size_t n_inputs, n_outputs, state_size;
  double *inputs;      ///< (n_inputs) owned, as are the following
  const double **in;   ///< per input signal, into `inputs`
  double *now, *next;  ///< (n_outputs) outputs of the last output tick, and of the one before
  double *params;
  void *state, *before;  ///< (state_size) `before` the last reset
  int64_t next_ns;       ///< `next` is for this tick
  bool is_ready;         ///< it was reset, and took it
  bool is_in_output;
  const char *misuse;  ///< what the model did that it may not, NULL for nothing
  taut_deed deeds[DEEDS_MAX];
  char texts[DEEDS_MAX][LOG_TEXT_MAX];
  size_t n_deeds;
  uint32_t n_events;
};

// ------------------------------------------------------------------------------------------ host

static void emit(const taut_instance *inst, uint32_t event, double value) {
  taut_served *served = inst->host_data;
  if (served->is_in_output) {
    served->misuse = "emitted an event in output, which must be pure";
  } else if (event >= inst->model->n_events) {
    served->misuse = "emitted an event that its table does not have";
  } else if (served->n_events++ >= inst->model->events_per_tick || served->n_deeds == DEEDS_MAX) {
    served->misuse = "emitted more events than it declares";
  } else {
    served->deeds[served->n_deeds++] = (taut_deed){.event = event, .value = value};
  }
}

static void write_log(const taut_instance *inst, taut_log_level level, const char *text) {
  taut_served *served = inst->host_data;
  if (served->is_in_output) {
    served->misuse = "logged in output, which must be pure";
  } else if (served->n_deeds < DEEDS_MAX) {
    // The engine counts log lines and keeps so many of them; here the bound of one call is enough.
    char *copy = served->texts[served->n_deeds];
    snprintf(copy, LOG_TEXT_MAX, "%s", text != NULL ? text : "");
    served->deeds[served->n_deeds++] = (taut_deed){.is_log = true, .level = level, .text = copy};
  }
}

static const void *find_extension(const taut_instance *inst, const char *id) {
  (void)inst;
  (void)id;
  return NULL;
}

// ---------------------------------------------------------------------------------------- making

static size_t count_slots(const taut_signal *signals, uint32_t n) {
  size_t n_slots = 0;
  for (uint32_t i = 0; i < n; i++) n_slots += signals[i].count;
  return n_slots;
}

static bool check_params(const taut_model *model, const double *params, char *error, size_t size) {
  for (uint32_t i = 0; i < model->n_params; i++) {
    for (uint32_t k = 0; k < model->params[i].count; k++, params++) {
      const taut_signal *signal = &model->params[i];
      if (isfinite(*params) && *params >= signal->min && *params <= signal->max) continue;
      snprintf(error, size, "parameter %s must be %g to %g, got %g (SI units)", signal->name,
               signal->min, signal->max, *params);
      return false;
    }
  }
  return true;
}

static bool take_memory(taut_served *served, size_t n_params) {
  const taut_model *model = served->inst.model;
  served->inputs = calloc(served->n_inputs + 1, sizeof(double));
  served->in = calloc(model->n_inputs + 1, sizeof *served->in);
  served->now = calloc(served->n_outputs + 1, sizeof(double));
  served->next = calloc(served->n_outputs + 1, sizeof(double));
  served->params = calloc(n_params + 1, sizeof(double));
  return served->inputs != NULL && served->in != NULL && served->now != NULL &&
         served->next != NULL && served->params != NULL;
}

static bool take_state(taut_served *served) {
  served->state_size = served->inst.model->state_size(served->params);
  size_t size = (served->state_size / 64 + 1) * 64;
  if (size < served->state_size) return false;
  served->state = aligned_alloc(64, size);
  served->before = malloc(size);
  if (served->state == NULL || served->before == NULL) return false;
  memset(served->state, 0, size);
  return true;
}

static void bind(taut_served *served, uint64_t seed, int64_t period_ns) {
  const taut_model *model = served->inst.model;
  const double *slot = served->inputs;
  for (uint32_t i = 0; i < model->n_inputs; i++) {
    served->in[i] = slot;
    slot += model->inputs[i].count;
  }
  served->host = (taut_host){sizeof(taut_host), TAUT_ABI_MINOR, emit, write_log, find_extension};
  served->inst = (taut_instance){.struct_size = sizeof(taut_instance),
                                 .path = served->path,
                                 .model = model,
                                 .host = &served->host,
                                 .host_data = served,
                                 .in = served->in,
                                 .out = served->now,
                                 .param = served->params,
                                 .state = served->state,
                                 .seed = seed,
                                 .period_ns = period_ns,
                                 .period_s = (double)period_ns / 1e9};
}

taut_status taut_served_create(const taut_model *model, const char *path, const double *params,
                               size_t n_params, uint64_t seed, int64_t period_ns, taut_served **out,
                               char *error, size_t size) {
  *out = NULL;
  size_t n_wanted = count_slots(model->params, model->n_params);
  if (n_params != n_wanted) {
    snprintf(error, size, "%s has %zu parameters, got %zu", model->name, n_wanted, n_params);
    return TAUT_EINVAL;
  }
  if (!check_params(model, params, error, size)) return TAUT_EINVAL;
  if (period_ns < model->period_ns_min || period_ns > model->period_ns_max) {
    snprintf(error, size, "the period must be %g to %g s, got %g s",
             (double)model->period_ns_min * 1e-9, (double)model->period_ns_max * 1e-9,
             (double)period_ns * 1e-9);
    return TAUT_EINVAL;
  }
  taut_served *served = calloc(1, sizeof *served);
  if (served == NULL) return TAUT_ENOMEM;
  served->inst.model = model;
  served->n_inputs = count_slots(model->inputs, model->n_inputs);
  served->n_outputs = count_slots(model->outputs, model->n_outputs);
  snprintf(served->path, sizeof served->path, "%s", path);
  bool is_made = take_memory(served, n_params);
  if (is_made && n_params > 0) memcpy(served->params, params, n_params * sizeof *params);
  if (!is_made || !take_state(served)) {
    taut_served_destroy(served);
    return TAUT_ENOMEM;
  }
  bind(served, seed, period_ns);
  *out = served;
  return TAUT_OK;
}

void taut_served_destroy(taut_served *served) {
  if (served == NULL) return;
  free(served->inputs);
  free(served->in);
  free(served->now);
  free(served->next);
  free(served->params);
  free(served->state);
  free(served->before);
  free(served);
}

size_t taut_served_n_inputs(const taut_served *served) {
  return served->n_inputs;
}

size_t taut_served_n_outputs(const taut_served *served) {
  return served->n_outputs;
}

// --------------------------------------------------------------------------------------- calling

static void begin(taut_served *served) {
  served->n_deeds = 0;
  served->n_events = 0;
  served->misuse = NULL;
}

static taut_status judge(const taut_served *served, taut_status status, const char *what,
                         char *error, size_t size) {
  if (served->misuse != NULL) {
    snprintf(error, size, "%s %s", served->path, served->misuse);
    return TAUT_EFAULT;
  }
  if (status == TAUT_OK) return TAUT_OK;
  snprintf(error, size, "%s of %s returned %d (%s)", what, served->path, (int)status,
           taut_status_text(status));
  return status == TAUT_EINVAL ? TAUT_EINVAL : TAUT_EFAULT;
}

/// In update a model may still look at what it wrote at that tick, so outputs go to a place of
/// their own until their tick has come.
static void turn(taut_served *served, int64_t tick_ns) {
  if (served->next_ns != tick_ns) return;
  double *done = served->now;
  served->now = served->next;
  served->next = done;
  served->next_ns = -1;
}

taut_status taut_served_output(taut_served *served, int64_t tick_ns, char *error, size_t size) {
  const taut_model *model = served->inst.model;
  served->misuse = NULL;
  served->is_in_output = true;
  served->inst.out = served->next;
  taut_status status = model->output(&served->inst, tick_ns);
  // In process this is called at rows only, and only rows see what it writes.
  if (status == TAUT_OK && model->observe != NULL) status = model->observe(&served->inst, tick_ns);
  served->is_in_output = false;
  served->next_ns = tick_ns;
  return judge(served, status, "output", error, size) == TAUT_OK ? TAUT_OK : TAUT_EFAULT;
}

taut_status taut_served_reset(taut_served *served, int64_t tick_ns, char *error, size_t size) {
  begin(served);
  served->is_ready = false;
  memcpy(served->before, served->state, served->state_size);
  memset(served->state, 0, served->state_size);
  served->inst.out = served->now;
  taut_status status = served->inst.model->init(&served->inst, tick_ns);
  status = judge(served, status, "init", error, size);
  if (status == TAUT_OK) status = taut_served_output(served, tick_ns, error, size);
  served->is_ready = status == TAUT_OK;
  return status;
}

bool taut_served_is_ready(const taut_served *served) {
  return served->is_ready;
}

bool taut_served_was_at_start(const taut_served *served) {
  return memcmp(served->before, served->state, served->state_size) == 0;
}

taut_status taut_served_step(taut_served *served, int64_t tick_ns, const double *inputs,
                             char *error, size_t size) {
  begin(served);
  turn(served, tick_ns);
  if (served->n_inputs > 0) memcpy(served->inputs, inputs, served->n_inputs * sizeof *inputs);
  served->inst.out = served->now;
  taut_status status = served->inst.model->update(&served->inst, tick_ns);
  if (judge(served, status, "update", error, size) != TAUT_OK) return TAUT_EFAULT;
  return taut_served_output(served, tick_ns + served->inst.period_ns, error, size);
}

const double *taut_served_outputs(const taut_served *served) {
  return served->next;
}

const taut_deed *taut_served_deeds(const taut_served *served, size_t *n) {
  *n = served->n_deeds;
  return served->deeds;
}

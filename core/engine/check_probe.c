#include "engine/check_probe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/validate.h"
#include "engine/xxh.h"
#include "taut/math.h"

static void emit(const taut_instance *inst, uint32_t event, double value) {
  probe *it = inst->host_data;
  if (it->is_in_output) it->misuse = "output emits an event";
  if (event >= it->model->n_events) it->misuse = "emits an event that is not in its table";
  if (!isfinite(value)) it->misuse = "emits an event that carries NaN or infinity";
  if (++it->n_events > it->model->events_per_tick) it->misuse = "emits more than events_per_tick";
  const struct {
    uint64_t event;
    double value;
  } record = {event, value};
  it->hash = XXH3_64bits_withSeed(&record, sizeof record, it->hash);
}

static void write_log(const taut_instance *inst, taut_log_level level, const char *text) {
  probe *it = inst->host_data;
  (void)level;
  if (it->is_in_output) it->misuse = "output writes a log line";
  if (!text) it->misuse = "logs a NULL text";
}

static const void *find_extension(const taut_instance *inst, const char *id) {
  (void)inst;
  (void)id;
  return NULL;
}

static const taut_host host = {sizeof(taut_host), TAUT_ABI_MINOR, emit, write_log, find_extension};

// calloc that never gives NULL for no elements.
static void *make(size_t n, size_t size) {
  return calloc(n ? n : 1, size);
}

static bool make_memory(probe *it) {
  it->in = make(it->n_in, sizeof *it->in);
  it->in_at = make(it->model->n_inputs, sizeof *it->in_at);
  it->out = make(it->n_out, sizeof *it->out);
  it->memory = make(it->state_size + 128, 1);
  if (!it->in || !it->in_at || !it->out || !it->memory) return false;
  size_t rest = (uintptr_t)it->memory % 64;
  it->state = it->memory + (rest ? 64 - rest : 0);
  double *at = it->in;
  for (uint32_t k = 0; k < it->model->n_inputs; at += it->model->inputs[k++].count)
    it->in_at[k] = at;
  it->inst.in = it->in_at;
  it->inst.out = it->out;
  it->inst.state = it->state;
  return true;
}

static void free_memory(probe *it) {
  free(it->in);
  free(it->in_at);
  free(it->out);
  free(it->memory);
}

static void set_params(probe *it, probe_inputs params) {
  double *param = it->params;
  for (uint32_t i = 0; i < it->model->n_params; i++) {
    const taut_signal *signal = &it->model->params[i];
    double value = params == PROBE_MIN   ? signal->min
                   : params == PROBE_MAX ? signal->max
                                         : signal->init;
    for (uint32_t k = 0; k < signal->count; k++) *param++ = value;
  }
}

#if defined(__GNUC__)
__attribute__((noinline))
#endif
static void
dirty_stack(unsigned char dirt) {
  volatile unsigned char below[8192];
  for (size_t i = 0; i < sizeof below; i++) below[i] = dirt;
}

taut_status taut_probe_init(probe *it, const taut_model *model, const char *path,
                            uint64_t input_seed, probe_inputs params) {
  *it = (probe){.model = model, .input_seed = input_seed};
  it->params = make(taut_signal_slots(model->params, model->n_params), sizeof *it->params);
  if (!it->params) return TAUT_ENOMEM;
  set_params(it, params);
  it->n_in = taut_signal_slots(model->inputs, model->n_inputs);
  it->n_out = taut_signal_slots(model->outputs, model->n_outputs);
  it->state_size = model->state_size(it->params);
  it->inst = (taut_instance){.struct_size = sizeof(taut_instance),
                             .path = path,
                             .model = model,
                             .host = &host,
                             .host_data = it,
                             .param = it->params,
                             .seed = 0x7461757463686563,
                             .period_ns = model->period_ns,
                             .period_s = (double)model->period_ns / 1e9};
  if (!make_memory(it)) return TAUT_ENOMEM;
  taut_probe_set_inputs(it);
  taut_status status = model->init(&it->inst, 0);
  it->n_events = 0;
  return status;
}

void taut_probe_fini(probe *it) {
  free_memory(it);
  free(it->params);
}

// A legal value that holds for 1 to 64 steps. Ranges span everything that can be; most of the time
// most ports are near their initial value, so the spread is random too.
static double random_value(const probe *it, const taut_signal *signal, uint32_t stream) {
  uint64_t seed = it->input_seed;
  int64_t hold = INT64_C(1) << (taut_random_u64(seed, stream, -1, 0) % 7);
  int64_t n = (int64_t)it->n_steps / hold;
  double u = taut_random_uniform(seed, stream, n, 1);
  if (signal->flags & TAUT_BOOL) return u < 0.5 ? 0 : 1;
  if (signal->flags & TAUT_ENUM) return (double)taut_to_i64(u * (signal->max + 1));
  if (signal->flags & TAUT_INTEGER)
    return taut_clamp(signal->init + (double)n, signal->min, signal->max);
  static const double spreads[4] = {0.001, 0.01, 0.1, 1};
  double spread = spreads[taut_random_u64(seed, stream, n, 2) % 4];
  double value = signal->init + (u - 0.5) * 2 * spread * (signal->max - signal->min);
  return taut_clamp(value, signal->min, signal->max);
}

static double choose(const probe *it, const taut_signal *signal, uint32_t i, uint32_t stream) {
  switch (it->inputs) {
    case PROBE_MIN: return signal->min;
    case PROBE_MAX: return signal->max;
    case PROBE_CORNERS:
      return taut_random_u64(it->input_seed, stream, (int64_t)it->n_steps, 3) % 2 ? signal->min
                                                                                  : signal->max;
    case PROBE_NAN: return (double)NAN;
    case PROBE_INFINITE: return i % 2 ? (double)INFINITY : -(double)INFINITY;
    case PROBE_ONE_NAN:
      if (i == it->i_nan) return (double)NAN;
      break;
    case PROBE_RANDOM: break;
  }
  return random_value(it, signal, stream);
}

void taut_probe_set_inputs(probe *it) {
  double *in = it->in;
  for (uint32_t i = 0; i < it->model->n_inputs; i++)
    for (uint32_t k = 0; k < it->model->inputs[i].count; k++, in++)
      *in = choose(it, &it->model->inputs[i], i, (uint32_t)(in - it->in));
}

taut_status taut_probe_output(probe *it) {
  it->is_in_output = true;
  dirty_stack(it->dirt);
  taut_status status = it->model->output(&it->inst, it->tick_ns);
  if (status == TAUT_OK && it->model->observe) status = it->model->observe(&it->inst, it->tick_ns);
  it->is_in_output = false;
  return status;
}

taut_status taut_probe_step(probe *it) {
  taut_probe_set_inputs(it);
  taut_status status = taut_probe_output(it);
  it->hash = XXH3_64bits_withSeed(it->out, it->n_out * sizeof *it->out, it->hash);
  dirty_stack(it->dirt);
  if (status == TAUT_OK) status = it->model->update(&it->inst, it->tick_ns);
  it->hash = XXH3_64bits_withSeed(it->state, it->state_size, it->hash);
  it->n_events = 0;
  it->tick_ns += it->model->period_ns;
  it->n_steps++;
  return status;
}

taut_status taut_probe_move(probe *it) {
  probe old = *it;
  if (!make_memory(it)) {
    free_memory(it);
    *it = old;
    return TAUT_ENOMEM;
  }
  memcpy(it->state, old.state, it->state_size);
  memcpy(it->out, old.out, it->n_out * sizeof *it->out);
  memset(old.state, 0xDB, old.state_size);
  memset(old.out, 0xDB, old.n_out * sizeof *old.out);
  memset(old.in, 0xDB, old.n_in * sizeof *old.in);
  free_memory(&old);
  return TAUT_OK;
}

#include "engine/run.h"

#include <math.h>
#include <string.h>

#include "engine/fpenv.h"
#include "engine/text.h"
#include "engine/validate.h"

taut_status taut_run_stop(taut_run *run, taut_status status, const char *path, const char *text) {
  taut_say(run->log, taut_run_head(run)->now_ns, TAUT_LOG_ERROR, path, "%s", text);
  taut_run_head(run)->status = status;
  return status;
}

// Values before the first output call, and of inputs that nobody feeds.
static void set_initial_values(taut_run *run) {
  const taut_plan *plan = run->plan;
  double *values = taut_run_table(run);
  for (uint32_t slot = 0; slot < plan->n_slots; slot++) {
    const plan_slot *at = &plan->slots[slot];
    const taut_model *model = plan->instances[at->instance].model;
    bool is_output = at->kind == PLAN_SLOT_OUTPUT || at->kind == PLAN_SLOT_RAW ||
                     at->kind == PLAN_SLOT_MIN || at->kind == PLAN_SLOT_MAX;
    values[slot] = is_output ? model->outputs[at->i_signal].init : model->inputs[at->i_signal].init;
  }
  for (uint32_t i = 0; i < plan->n_muxes; i++) {
    const plan_mux *mux = &plan->muxes[i];
    if (mux->seq_source == TAUT_NONE) continue;
    const taut_model *source = plan->instances[mux->seq_source].model;
    taut_run_mux_last(run)[i] = source->outputs[mux->seq_output].init;
  }
  for (uint32_t i = 0; i < plan->n_instances; i++) taut_run_counts(run)[i].tick_ns = -1;
  // Nothing seen yet: the first output call decides.
  const double infinity = (double)INFINITY;
  for (uint32_t i = 0; i < plan->n_peak_pairs; i++)
    taut_run_peaks(run)[i] = (run_peak_pair){{infinity, infinity}, {-infinity, -infinity}};
}

static taut_status make_memory(taut_run *run) {
  const taut_plan *plan = run->plan;
  taut_arena *arena = &run->arena;
  size_t n_blocks = run->options.is_stress ? 2 : 1;
  for (size_t i = 0; i < n_blocks; i++) {
    unsigned char *memory = taut_arena_new(arena, 1, plan->layout.size + TAUT_BLOCK_ALIGNMENT);
    if (!memory) return TAUT_ENOMEM;
    size_t rest = (uintptr_t)memory % TAUT_BLOCK_ALIGNMENT;
    run->blocks[i] = memory + (rest ? TAUT_BLOCK_ALIGNMENT - rest : 0);
  }
  run->block = run->blocks[0];
  run->instances = taut_arena_new(arena, plan->n_instances, sizeof *run->instances);
  run->inputs = taut_arena_new(arena, plan->n_inputs, sizeof *run->inputs);
  run->mux_calls = taut_arena_new(arena, plan->n_muxes, sizeof *run->mux_calls);
  run->tap_calls = taut_arena_new(arena, plan->n_taps, sizeof *run->tap_calls);
  run->component_calls = taut_arena_new(arena, plan->n_instances, sizeof *run->component_calls);
  run->mux_bindings = taut_arena_new(arena, plan->n_muxes, sizeof *run->mux_bindings);
  run->copies = taut_arena_new(arena, plan->n_taps + plan->n_outputs, sizeof *run->copies);
  run->shuffled = taut_arena_new(arena, plan->n_instances, sizeof *run->shuffled);
  if (!run->instances || !run->inputs || !run->mux_calls || !run->tap_calls ||
      !run->component_calls || !run->mux_bindings || !run->copies || !run->shuffled)
    return TAUT_ENOMEM;
  taut_status status = taut_run_make_skips(run);
  if (status == TAUT_OK) status = taut_run_make_couplings(run);
  return status == TAUT_OK ? taut_run_make_programs(run) : status;
}

static void make_instances(taut_run *run) {
  const taut_plan *plan = run->plan;
  for (uint32_t i = 0; i < plan->n_instances; i++) {
    const plan_instance *from = &plan->instances[i];
    run->instances[i] = (taut_instance){.struct_size = sizeof(taut_instance),
                                        .index = i,
                                        .path = from->path,
                                        .model = from->model,
                                        .host = &taut_run_host,
                                        .host_data = run,
                                        .in = run->inputs + from->first_input,
                                        .param = plan->params + from->first_param,
                                        .period_ns = from->period_ns,
                                        .period_s = (double)from->period_ns / 1e9};
    run->component_calls[i] = run->instances[i];
  }
  for (uint32_t i = 0; i < plan->n_muxes; i++)
    run->mux_calls[i] = (taut_instance){
        .index = i, .path = plan->instances[plan->muxes[i].instance].path, .host_data = run};
  for (uint32_t i = 0; i < plan->n_taps; i++)
    run->tap_calls[i] = (taut_instance){
        .index = i, .path = plan->instances[plan->taps[i].instance].path, .host_data = run};
}

static taut_status init_instances(taut_run *run) {
  taut_fpenv_reset();
  for (uint32_t i = 0; i < run->plan->n_instances; i++) {
    const taut_instance *inst = &run->instances[i];
    taut_status status = inst->model->init(inst, 0);
    if (status != TAUT_OK)
      return taut_run_stop(run, status == TAUT_EINVAL ? TAUT_EINVAL : TAUT_EFAULT, inst->path,
                           status == TAUT_EINVAL ? "init refused the parameters" : "init failed");
    if (run->host_status != TAUT_OK) return run->host_status;
    if (!taut_fpenv_is_default()) {
      taut_fpenv_reset();
      return taut_run_stop(run, TAUT_EFPENV, inst->path,
                           "init changed the floating-point environment");
    }
    taut_run_counts(run)[i].tick_ns = -1;  // events of init do not count against the first tick
  }
  return TAUT_OK;
}

taut_status taut_run_create(const taut_plan *plan, const taut_run_options *options,
                            const taut_allocator *allocator, const taut_log_sink *log,
                            taut_run **out) {
  if (!allocator) allocator = taut_allocator_default();
  *out = NULL;
  taut_run *run = allocator->allocate(allocator->user, sizeof *run);
  if (!run) return TAUT_ENOMEM;
  *run = (taut_run){.plan = plan, .allocator = allocator, .log = log};
  if (options) run->options = *options;
  taut_arena_init(&run->arena, allocator);
  taut_status status = make_memory(run);
  if (status == TAUT_OK) {
    run_head *head = taut_run_head(run);
    memcpy(head->plan_hash, plan->hash, sizeof head->plan_hash);
    head->seed = run->options.seed;
    make_instances(run);
    set_initial_values(run);
    taut_run_bind(run);
    taut_run_rebuild(run);
    status = init_instances(run);
  }
  if (status != TAUT_OK) {
    taut_run_destroy(run);
    return status;
  }
  *out = run;
  return TAUT_OK;
}

void taut_run_destroy(taut_run *run) {
  if (!run) return;
  taut_arena_fini(&run->arena);
  run->allocator->release(run->allocator->user, run);
}

void taut_run_on_row(taut_run *run, taut_row_fn fn, void *user) {
  run->on_row = fn;
  run->on_row_user = user;
}

void taut_run_on_effect(taut_run *run, taut_effect_fn fn, void *user) {
  run->on_effect = fn;
  run->on_effect_user = user;
}

int64_t taut_run_now(const taut_run *run) {
  return taut_run_head(run)->now_ns;
}

const double *taut_run_values(const taut_run *run) {
  return taut_run_table(run);
}

const double *taut_run_params(const taut_run *run, size_t i_instance) {
  return taut_plan_params(run->plan, i_instance);
}

/// In-process models for tests of the engine, and a fixture that builds and runs plans of them.
#ifndef TAUT_TESTS_SUPPORT_MODELS_H
#define TAUT_TESTS_SUPPORT_MODELS_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "taut/engine.h"
#include "taut/math.h"

#define MS INT64_C(1000000)

#define SIGNAL(id, flags, name, lo, hi, ini) \
  { id, flags, name, TAUT_UNIT_NONE, lo, hi, ini, NULL, 1, 0, 0, 0, "a number for tests" }
#define SIGNAL_ENUM(id, flags, name) \
  { id, TAUT_ENUM | (flags), name, TAUT_UNIT_NONE, 0, 2, 0, test_labels, 1, 0, 0, 0, "an enum" }
#define COMMON_FIELDS                                                                           \
  .struct_size = sizeof(taut_model), .signal_size = sizeof(taut_signal),                        \
  .abi_minor = TAUT_ABI_MINOR, .role = "test", .version = "1.0.0", .help = "a model for tests", \
  .state_layout = 1, .period_ns = MS, .period_ns_min = 1, .period_ns_max = 100 * TAUT_SECOND

static const char *const test_labels[] = {"none", "leak", "pain", NULL};

static inline size_t test_state_size(const double *param) {
  (void)param;
  return 4 * sizeof(double);
}
static inline taut_status test_nothing(const taut_instance *inst, int64_t tick_ns) {
  (void)inst;
  (void)tick_ns;
  return TAUT_OK;
}

// ramp: y = y0 + slope * n_updates, an array of two offsets of it, and a bool.
static const taut_signal ramp_params[] = {SIGNAL(1, TAUT_TUNABLE, "slope", -100, 100, 1),
                                          SIGNAL(2, 0, "y0", -100, 100, 0)};
static const taut_signal ramp_outputs[] = {
    SIGNAL(1, TAUT_PEAK, "y", -1e6, 1e6, -7),
    {2, 0, "pair", TAUT_UNIT_NONE, -1e6, 1e6, 0, NULL, 2, 0, 0, 0, "y + 1 and y + 2"},
    SIGNAL(3, TAUT_BOOL, "is_odd", 0, 1, 0)};
static inline taut_status ramp_init(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  ((double *)inst->state)[0] = inst->param[1];
  return TAUT_OK;
}
static inline taut_status ramp_output(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  const double *s = inst->state;
  inst->out[0] = s[0];
  inst->out[1] = s[0] + 1;
  inst->out[2] = s[0] + 2;
  inst->out[3] = fmod(s[1], 2);
  return TAUT_OK;
}
static inline taut_status ramp_update(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  double *s = inst->state;
  s[1] += 1;
  s[0] = inst->param[1] + inst->param[0] * s[1];
  return TAUT_OK;
}
static const taut_model ramp_model = {
    COMMON_FIELDS,           .name = "ramp",       .params = ramp_params,         .n_params = 2,
    .outputs = ramp_outputs, .n_outputs = 3,       .state_size = test_state_size, .init = ramp_init,
    .output = ramp_output,   .update = ramp_update};

// gain: y = k * x at once (feedthrough).
static const taut_signal gain_params[] = {SIGNAL(1, 0, "k", -100, 100, 2)};
static const taut_signal gain_inputs[] = {SIGNAL(1, TAUT_FEEDTHROUGH, "x", -1e6, 1e6, 0)};
static const taut_signal gain_outputs[] = {SIGNAL(1, TAUT_FEEDTHROUGH, "y", -1e6, 1e6, 0)};
static inline taut_status gain_output(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  inst->out[0] = inst->param[0] * inst->in[0][0];
  return TAUT_OK;
}
static const taut_model gain_model = {
    COMMON_FIELDS,           .name = "gain",        .params = gain_params,
    .n_params = 1,           .inputs = gain_inputs, .n_inputs = 1,
    .outputs = gain_outputs, .n_outputs = 1,        .state_size = test_state_size,
    .init = test_nothing,    .output = gain_output, .update = test_nothing};

// sink: remembers what it read in its last update, and the sum of all. `x` may stay unwired.
static const taut_signal sink_inputs[] = {
    SIGNAL(1, TAUT_OPTIONAL, "x", -1e6, 1e6, 3),
    {2, TAUT_OPTIONAL, "pair", TAUT_UNIT_NONE, -1e6, 1e6, 0, NULL, 2, 0, 0, 0, "two numbers"},
    SIGNAL(3, TAUT_BOOL | TAUT_OPTIONAL, "flag", 0, 1, 0)};
static const taut_signal sink_outputs[] = {
    SIGNAL(1, 0, "seen", -1e9, 1e9, 0), SIGNAL(2, 0, "sum", -1e12, 1e12, 0),
    SIGNAL(3, 0, "seen_pair", -1e9, 1e9, 0), SIGNAL(4, 0, "seen_flag", -1e9, 1e9, 0)};
static inline taut_status sink_output(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  memcpy(inst->out, inst->state, 4 * sizeof(double));
  return TAUT_OK;
}
static inline taut_status sink_update(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  double *s = inst->state;
  // A reader that copes with NaN, so that a NaN fault does not spread.
  double x = inst->in[0][0];
  s[0] = isfinite(x) ? x : -999;
  s[1] += s[0];
  s[2] = inst->in[1][1];
  s[3] = inst->in[2][0];
  return TAUT_OK;
}
static const taut_model sink_model = {COMMON_FIELDS,
                                      .name = "sink",
                                      .inputs = sink_inputs,
                                      .n_inputs = 3,
                                      .outputs = sink_outputs,
                                      .n_outputs = 4,
                                      .state_size = test_state_size,
                                      .init = test_nothing,
                                      .output = sink_output,
                                      .update = sink_update};

// reporter: reports 1, 2, 1, 2 ... every `every`-th update.
static const taut_signal reporter_params[] = {SIGNAL(1, TAUT_INTEGER, "every", 1, 1e6, 4)};
static const taut_signal reporter_outputs[] = {SIGNAL_ENUM(1, 0, "report"),
                                               SIGNAL(2, TAUT_INTEGER, "report_seq", 0, 1e9, 0)};
static inline taut_status reporter_output(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  const double *s = inst->state;
  inst->out[0] = s[1] > 0 ? 1 + fmod(s[1] + 1, 2) : 0;
  inst->out[1] = s[1];
  return TAUT_OK;
}
static inline taut_status reporter_update(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  double *s = inst->state;
  s[0] += 1;
  if (fmod(s[0], inst->param[0]) < 0.5) s[1] += 1;
  return TAUT_OK;
}
static const taut_model reporter_model = {COMMON_FIELDS,
                                          .name = "reporter",
                                          .params = reporter_params,
                                          .n_params = 1,
                                          .outputs = reporter_outputs,
                                          .n_outputs = 2,
                                          .state_size = test_state_size,
                                          .init = test_nothing,
                                          .output = reporter_output,
                                          .update = reporter_update};

// listener: an event input; shows the last value and how many events it took in, emits each.
static const taut_signal listener_inputs[] = {
    SIGNAL_ENUM(1, TAUT_OPTIONAL, "note"),
    SIGNAL(2, TAUT_INTEGER | TAUT_OPTIONAL, "note_seq", 0, 1e9, 0)};
static const taut_signal listener_outputs[] = {SIGNAL(1, 0, "last", 0, 2, 0),
                                               SIGNAL(2, 0, "n_seen", 0, 1e9, 0)};
static const taut_signal listener_events[] = {SIGNAL(1, 0, "heard", 0, 2, 0)};
static inline taut_status listener_output(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  memcpy(inst->out, inst->state, 2 * sizeof(double));
  return TAUT_OK;
}
static inline taut_status listener_update(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  double *s = inst->state;
  if (inst->in[1][0] > s[2]) {
    s[2] = inst->in[1][0];
    s[0] = inst->in[0][0];
    s[1] += 1;
    inst->host->emit(inst, 0, s[0]);
  }
  return TAUT_OK;
}
static const taut_model listener_model = {COMMON_FIELDS,
                                          .name = "listener",
                                          .inputs = listener_inputs,
                                          .n_inputs = 2,
                                          .outputs = listener_outputs,
                                          .n_outputs = 2,
                                          .events = listener_events,
                                          .n_events = 1,
                                          .events_per_tick = 1,
                                          .state_size = test_state_size,
                                          .init = test_nothing,
                                          .output = listener_output,
                                          .update = listener_update};

// noisy: a random walk that reads an input, and emits an event now and then.
static const taut_signal noisy_inputs[] = {SIGNAL(1, TAUT_OPTIONAL, "x", -1e6, 1e6, 0)};
static const taut_signal noisy_outputs[] = {SIGNAL(1, TAUT_PEAK, "y", -1e9, 1e9, 0)};
static const taut_signal noisy_events[] = {SIGNAL(1, 0, "step", -1e9, 1e9, 0)};
static inline taut_status noisy_output(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  inst->out[0] = ((const double *)inst->state)[0];
  return TAUT_OK;
}
static inline taut_status noisy_update(const taut_instance *inst, int64_t tick_ns) {
  double *s = inst->state;
  s[0] = 0.9 * s[0] + 0.1 * inst->in[0][0] + taut_random_normal(inst->seed, 0, tick_ns, 0);
  if (taut_random_u64(inst->seed, 1, tick_ns, 0) % 4 == 0) inst->host->emit(inst, 0, s[0]);
  return TAUT_OK;
}
static const taut_model noisy_model = {COMMON_FIELDS,
                                       .name = "noisy",
                                       .inputs = noisy_inputs,
                                       .n_inputs = 1,
                                       .outputs = noisy_outputs,
                                       .n_outputs = 1,
                                       .events = noisy_events,
                                       .n_events = 1,
                                       .events_per_tick = 1,
                                       .state_size = test_state_size,
                                       .init = test_nothing,
                                       .output = noisy_output,
                                       .update = noisy_update};

// broken: goes wrong at update number `at` in the way `how`.
enum {
  HOW_NAN,
  HOW_FAULT,
  HOW_EMIT_IN_OUTPUT,
  HOW_TOO_MANY,
  HOW_NAN_EVENT,
  HOW_NO_EVENT,
  HOW_LOG,
  HOW_INIT_REFUSES,
  HOW_INIT_FAULT,
  HOW_COUNT
};
static const taut_signal broken_params[] = {SIGNAL(1, TAUT_INTEGER, "how", 0, HOW_COUNT - 1, 0),
                                            SIGNAL(2, TAUT_INTEGER, "at", 0, 1e6, 5)};
static const taut_signal broken_outputs[] = {
    {1, 0, "values", TAUT_UNIT_NONE, -1e9, 1e9, 0, NULL, 3, 0, 0, 0, "numbers"}};
static const taut_signal broken_events[] = {SIGNAL(1, 0, "e", -1e9, 1e9, 0)};
static inline taut_status broken_init(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  if (inst->param[0] == HOW_INIT_REFUSES) {
    inst->host->log(inst, TAUT_LOG_ERROR, "how must be another");
    return TAUT_EINVAL;
  }
  return inst->param[0] == HOW_INIT_FAULT ? TAUT_EFAULT : TAUT_OK;
}
static inline taut_status broken_output(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  const double *s = inst->state;
  int is_time = s[0] >= inst->param[1];
  inst->out[0] = inst->out[1] = inst->out[2] = s[0];
  if (is_time && inst->param[0] == HOW_NAN) inst->out[1] = (double)NAN;
  if (is_time && inst->param[0] == HOW_EMIT_IN_OUTPUT) inst->host->emit(inst, 0, 1);
  return TAUT_OK;
}
static inline taut_status broken_update(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  double *s = inst->state;
  s[0] += 1;
  if (inst->param[0] == HOW_LOG) inst->host->log(inst, TAUT_LOG_INFO, "again");
  if (s[0] < inst->param[1]) return TAUT_OK;
  if (inst->param[0] == HOW_FAULT) return TAUT_EFAULT;
  if (inst->param[0] == HOW_TOO_MANY)
    for (int i = 0; i < 3; i++) inst->host->emit(inst, 0, i);
  if (inst->param[0] == HOW_NAN_EVENT) inst->host->emit(inst, 0, (double)NAN);
  if (inst->param[0] == HOW_NO_EVENT) inst->host->emit(inst, 7, 1);
  return TAUT_OK;
}
static const taut_model broken_model = {COMMON_FIELDS,
                                        .name = "broken",
                                        .params = broken_params,
                                        .n_params = 2,
                                        .outputs = broken_outputs,
                                        .n_outputs = 1,
                                        .events = broken_events,
                                        .n_events = 1,
                                        .events_per_tick = 2,
                                        .state_size = test_state_size,
                                        .init = broken_init,
                                        .output = broken_output,
                                        .update = broken_update};

/// A registry with all models above, a builder, and what was made of it.
typedef struct fixture {
  taut_log_sink log;
  char path[256], text[1024];  ///< the last error
  int n_lines;
  taut_registry *registry;
  taut_builder *builder;
  taut_plan *plan;
  taut_run *run;
} fixture;

static inline void fixture_log(void *user, int64_t tick_ns, taut_log_level level, const char *path,
                               const char *text) {
  fixture *f = user;
  (void)tick_ns;
  f->n_lines++;
  if (level != TAUT_LOG_ERROR) return;
  snprintf(f->path, sizeof f->path, "%s", path);
  snprintf(f->text, sizeof f->text, "%s", text);
}

static inline taut_status fixture_add_models(taut_registry *registry) {
  const taut_model *const all[] = {&ramp_model,     &gain_model,  &sink_model,  &reporter_model,
                                   &listener_model, &noisy_model, &broken_model};
  taut_status status = TAUT_OK;
  for (size_t i = 0; status == TAUT_OK && i < sizeof all / sizeof all[0]; i++)
    status = taut_registry_add(registry, all[i]);
  return status;
}

static inline void fixture_init(fixture *f) {
  *f = (fixture){.log = {fixture_log, f}};
  assert_int_equal(taut_registry_create(NULL, &f->log, &f->registry), TAUT_OK);
  taut_status status = fixture_add_models(f->registry);
  if (status != TAUT_OK) print_error("%s: %s\n", f->path, f->text);
  assert_int_equal(status, TAUT_OK);
  assert_int_equal(taut_builder_create(f->registry, NULL, &f->log, &f->builder), TAUT_OK);
  assert_int_equal(taut_builder_base_period(f->builder, MS), TAUT_OK);
}

static inline void fixture_fini(fixture *f) {
  taut_run_destroy(f->run);
  taut_plan_destroy(f->plan);
  taut_builder_destroy(f->builder);
  taut_registry_destroy(f->registry);
}

static inline void fixture_add(fixture *f, const char *path, const char *model, int64_t period_ns,
                               int64_t phase_ns) {
  assert_int_equal(taut_builder_add(f->builder, path, model, period_ns, phase_ns), TAUT_OK);
}

static inline void fixture_wire(fixture *f, const char *input, const char *output) {
  assert_int_equal(taut_builder_wire(f->builder, input, output), TAUT_OK);
}

static inline void fixture_start(fixture *f, uint64_t seed) {
  const taut_run_options options = {.seed = seed};
  taut_status status = taut_builder_plan(f->builder, &f->plan);
  if (status != TAUT_OK) print_error("%s: %s\n", f->path, f->text);
  assert_int_equal(status, TAUT_OK);
  assert_int_equal(taut_run_create(f->plan, &options, NULL, &f->log, &f->run), TAUT_OK);
}

static inline uint32_t fixture_slot(const fixture *f, const char *name) {
  taut_port port;
  if (taut_plan_find(f->plan, name, &port) != TAUT_OK) fail_msg("no port %s", name);
  return port.slot;
}

static inline double fixture_value(const fixture *f, const char *name) {
  return taut_run_values(f->run)[fixture_slot(f, name)];
}

static inline void fixture_advance(fixture *f, int64_t until_ns) {
  taut_status status = taut_run_advance(f->run, until_ns);
  if (status != TAUT_OK) print_error("%s: %s\n", f->path, f->text);
  assert_int_equal(status, TAUT_OK);
}

/// Asserts that the last error was about `path` and says `part`.
static inline void fixture_says(const fixture *f, const char *path, const char *part) {
  assert_string_equal(f->path, path);
  if (!strstr(f->text, part)) fail_msg("\"%s\" does not say \"%s\"", f->text, part);
}

#endif

/// A harness that drives a link as the engine would: opens it, makes an instance, steps it, and
/// looks at each promise of links on its way.
#ifndef TAUT_TESTS_FUZZ_DRIVE_H
#define TAUT_TESTS_FUZZ_DRIVE_H

#include <string.h>

#include "fuzz.h"
#include "hil/proxy.h"

enum { STEPS_MAX = 40 };

static inline void ignore_event(const taut_instance *inst, uint32_t event, double value) {
  (void)inst;
  (void)event;
  (void)value;
}

static inline void look_at_log(const taut_instance *inst, taut_log_level level, const char *text) {
  (void)inst;
  fuzz_promise(level >= TAUT_LOG_DEBUG && level <= TAUT_LOG_ERROR, "levels are levels");
  fuzz_promise(fuzz_is_printable(text), "log lines are printable");
}

static inline void write_line(void *user, int64_t tick_ns, taut_log_level level, const char *path,
                              const char *text) {
  (void)user;
  (void)tick_ns;
  (void)level;
  (void)path;
  fuzz_promise(fuzz_is_printable(text), "log lines are printable");
}

/// One call of the model that stands for the peer.
static inline bool call(const taut_link *link, taut_status status, bool is_exchange,
                        int64_t start_ns) {
  bool is_ok = status == TAUT_OK;
  fuzz_promise(is_ok || !is_exchange || link->trouble[0] != '\0', "what goes wrong has a reason");
  fuzz_promise(fuzz_is_printable(link->trouble), "reasons are printable");
  fuzz_promise(taut_wall_ns() - start_ns <= 2 * TAUT_LINK_SILENCE_NS, "no wait is longer");
  return is_ok;
}

/// Whether an exchange may have ended: something was handed over that may be its answer.
static bool is_answered;

static inline void step(const taut_link *link, const taut_instance *inst) {
  const taut_model *model = inst->model;
  int64_t tick_ns = 0;
  for (int i = 0; i < STEPS_MAX; i++, tick_ns += inst->period_ns) {
    // Every ninth call is left out, as a fault does it: then it asks for its outputs.
    bool is_left_out = i % 9 == 8;
    const uint64_t n_exchanges = link->n_exchanges;
    int64_t start_ns = taut_wall_ns();
    is_answered = false;
    if (!call(link, model->output(inst, tick_ns), true, start_ns)) return;
    fuzz_promise(is_answered || link->n_exchanges == n_exchanges, "silence is no answer");
    start_ns = taut_wall_ns();
    is_answered = false;
    const uint64_t n_before = link->n_exchanges;
    if (!is_left_out && !call(link, model->update(inst, tick_ns), true, start_ns)) return;
    fuzz_promise(is_answered || link->n_exchanges == n_before, "silence is no answer");
  }
}

static inline size_t slots_of(const taut_signal *signals, uint32_t n) {
  size_t n_slots = 0;
  for (uint32_t i = 0; i < n; i++) n_slots += signals[i].count;
  return n_slots;
}

/// Drives the proxy as the engine would.
static inline void drive(taut_link *link, taut_proxy *proxy) {
  const taut_model *model = taut_proxy_model(proxy);
  const size_t n_in = slots_of(model->inputs, model->n_inputs);
  const size_t n_out = slots_of(model->outputs, model->n_outputs);
  const size_t n_params = slots_of(model->params, model->n_params);
  double *in_values = calloc(n_in + 1, sizeof(double)), *out = calloc(n_out + 1, sizeof(double));
  double *params = calloc(n_params + 1, sizeof(double)), own_state = 0;
  const double **in = calloc(model->n_inputs + 1, sizeof *in);
  fuzz_promise(in_values && out && params && in, "there is memory");
  size_t slot = 0;
  for (uint32_t i = 0; i < model->n_inputs; slot += model->inputs[i++].count)
    in[i] = &in_values[slot];
  slot = 0;
  for (uint32_t i = 0; i < model->n_params; i++)
    for (uint32_t k = 0; k < model->params[i].count; k++) params[slot++] = model->params[i].init;
  const taut_host host = {sizeof host, TAUT_ABI_MINOR, ignore_event, look_at_log, NULL};
  const taut_instance inst = {.struct_size = sizeof inst,
                              .path = "form_check",
                              .model = model,
                              .host = &host,
                              .in = in,
                              .out = out,
                              .param = params,
                              .state = &own_state,
                              .seed = 1,
                              .period_ns = model->period_ns,
                              .period_s = (double)model->period_ns * 1e-9};
  fuzz_promise(model->state_size(params) <= sizeof own_state, "the state is here");
  int64_t start_ns = taut_wall_ns();
  // Two exchanges.
  if (call(link, model->init(&inst, 0), false, start_ns)) step(link, &inst);
  free(in_values);
  free(out);
  free(params);
  free(in);
}

/// One run over a link from its handshake to its end; `tape` may be NULL. Returns whether nothing
/// went wrong.
static inline bool open_and_drive(uint32_t n_ticks, bool is_live, const taut_tape *tape) {
  static taut_link link;
  const taut_log_sink log = {.write = write_line};
  const taut_endpoint endpoint = {.text = "ipc:///tmp/peer", .path = "/tmp/peer"};
  taut_proxy *proxy = NULL;
  char error[640] = "";
  taut_status status =
      taut_link_open_taped(&link, &endpoint, "form_check", n_ticks, is_live, &log, tape, 0);
  fuzz_promise((status == TAUT_OK) == (link.trouble[0] == '\0'), "trouble is told");
  fuzz_promise(fuzz_is_printable(link.trouble), "reasons are printable");
  if (status == TAUT_OK) {
    status = taut_proxy_create(&link, "remote", &proxy, error, sizeof error);
    fuzz_promise(status == TAUT_OK || error[0] != '\0', "a refused table has a reason");
    fuzz_promise(fuzz_is_printable(error), "reasons are printable");
  }
  if (status == TAUT_OK) drive(&link, proxy);
  bool is_good = status == TAUT_OK && !link.is_broken;
  taut_proxy_destroy(proxy);
  taut_link_close(&link);
  return is_good;
}

#endif

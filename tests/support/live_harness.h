/// A harness without an engine, in a process of its own: one instance at a live peer. When the peer
/// is lost the process ends.
#ifndef TAUT_TESTS_SUPPORT_LIVE_HARNESS_H
#define TAUT_TESTS_SUPPORT_LIVE_HARNESS_H

#include "hil/link.h"
#include "support/served.h"

static inline int find_signal(Taut__Link__Signal *const *signals, size_t n, const char *name) {
  for (size_t i = 0; i < n; i++)
    if (strcmp(signals[i]->name, name) == 0) return (int)i;
  _exit(3);
}

static inline Taut__Link__Answer *ask(taut_link *link, taut_message *request) {
  Taut__Link__Answer *answer;
  if (taut_link_exchange(link, request, &answer) != TAUT_OK) _exit(4);
  return answer;
}

/// One instance at the peer, and its ports by name.
typedef struct bench {
  taut_link link;
  double params[512], inputs[512];
  taut_message request;
  Taut__Link__Step step;
  const Taut__Link__Answer *answer;
} bench;
static bench at;

static inline double *input(const char *name) {
  return &at.inputs[find_signal(at.link.table->inputs, at.link.table->n_inputs, name)];
}

static inline double *param(const char *name) {
  return &at.params[find_signal(at.link.table->params, at.link.table->n_params, name)];
}

static inline double output(const char *name) {
  return at.answer->outputs[find_signal(at.link.table->outputs, at.link.table->n_outputs, name)];
}

static inline void open_bench(const char *address, const char *role) {
  char error[512];
  taut_endpoint endpoint;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  static taut_credentials own;
  if (taut_endpoint_parse(address, &endpoint, error, sizeof error) != TAUT_OK) _exit(2);
  // The keys of this side are in the file "harness", as in keyed.h.
  if (endpoint.has_key && taut_keys_read("harness", &own, error, sizeof error) != TAUT_OK) _exit(2);
  if (endpoint.has_key) endpoint.credentials = &own;
  if (taut_link_open(&at.link, &endpoint, role, 1, true, NULL) != TAUT_OK) _exit(2);
  const Taut__Link__Table *table = at.link.table;
  for (size_t i = 0; i < table->n_params; i++) at.params[i] = table->params[i]->init;
  for (size_t i = 0; i < table->n_inputs; i++) at.inputs[i] = table->inputs[i]->init;
}

/// Makes and resets the instance.
static inline void begin_bench(char *path) {
  taut__link__message__init(&at.request);
  Taut__Link__Instantiate make = TAUT__LINK__INSTANTIATE__INIT;
  make.path = path;
  make.n_params = at.link.table->n_params;
  make.params = at.params;
  make.period_ns = at.link.table->period_ns;
  at.request.body_case = TAUT__LINK__MESSAGE__BODY_INSTANTIATE;
  at.request.instantiate = &make;
  ask(&at.link, &at.request);
  Taut__Link__Reset reset = TAUT__LINK__RESET__INIT;
  at.request.body_case = TAUT__LINK__MESSAGE__BODY_RESET;
  at.request.reset = &reset;
  at.answer = ask(&at.link, &at.request);
  taut__link__step__init(&at.step);
  at.step.n_inputs = at.link.table->n_inputs;
  at.step.inputs = at.inputs;
  at.request.body_case = TAUT__LINK__MESSAGE__BODY_STEP;
  at.request.step = &at.step;
}

static inline void step_bench(void) {
  at.request.tick_ns += 1000000;
  at.answer = ask(&at.link, &at.request);
  sleep_ms(1);
}

#endif

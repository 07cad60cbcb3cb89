/// A small model behind a taut_serve without sockets: what it sends is kept for the test to look
/// at.
#ifndef TAUT_TESTS_SUPPORT_PEER_H
#define TAUT_TESTS_SUPPORT_PEER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "hil/serve.h"
#include "hil/table.h"

// adder: total += gain * a + b at every step; every third step is an event, every fourth a log
// line.
static const char *const adder_labels[] = {"few", "many", NULL};
static const taut_signal adder_params[] = {
    {1, 0, "gain", TAUT_UNIT_NONE, -10, 10, 2, NULL, 1, 0, 0, 0, "factor of a"}};
static const taut_signal adder_inputs[] = {
    {1, 0, "a_n", TAUT_UNIT_N, -1e6, 1e6, 0, NULL, 1, 0, 0, 0, "one number"},
    {2, 0, "b_n", TAUT_UNIT_N, -1e6, 1e6, 0, NULL, 2, 0, 0, 0, "two numbers"}};
static const taut_signal adder_outputs[] = {
    {1, 0, "total_n", TAUT_UNIT_N, -1e9, 1e9, 0, NULL, 1, 0, 0, 0, "sum so far"},
    {2, 0, "steps", TAUT_UNIT_NONE, 0, 1e9, 0, NULL, 1, 0, 0, 0, "steps so far"},
    {3, TAUT_ENUM, "amount", TAUT_UNIT_NONE, 0, 1, 0, adder_labels, 1, 0, 0, 0, "few or many"}};
static const taut_signal adder_events[] = {
    {1, 0, "third", TAUT_UNIT_NONE, 0, 1e9, 0, NULL, 1, 0, 0, 0, "every third step"}};

static inline size_t adder_state_size(const double *param) {
  (void)param;
  return 2 * sizeof(double);
}

static inline taut_status adder_init(const taut_instance *inst, int64_t tick_ns) {
  (void)tick_ns;
  return inst->param[0] < -9 ? TAUT_EINVAL : TAUT_OK;
}

static inline taut_status adder_output(const taut_instance *inst, int64_t tick_ns) {
  const double *state = inst->state;
  (void)tick_ns;
  inst->out[0] = state[0];
  inst->out[1] = state[1];
  inst->out[2] = state[1] >= 10;
  return TAUT_OK;
}

static inline taut_status adder_update(const taut_instance *inst, int64_t tick_ns) {
  double *state = inst->state;
  (void)tick_ns;
  state[0] += inst->param[0] * inst->in[0][0] + inst->in[1][0] + inst->in[1][1];
  state[1] += 1;
  int step = (int)state[1];
  if (step % 3 == 0) inst->host->emit(inst, 0, state[1]);
  if (step % 4 == 0) inst->host->log(inst, TAUT_LOG_INFO, "a fourth");
  return TAUT_OK;
}

static const taut_model adder_model = {.struct_size = sizeof(taut_model),
                                       .signal_size = sizeof(taut_signal),
                                       .abi_minor = TAUT_ABI_MINOR,
                                       .name = "adder",
                                       .role = "test",
                                       .version = "1.2.3",
                                       .help = "adds what comes in",
                                       .state_layout = 1,
                                       .events_per_tick = 1,
                                       .n_params = 1,
                                       .n_inputs = 2,
                                       .n_outputs = 3,
                                       .n_events = 1,
                                       .params = adder_params,
                                       .inputs = adder_inputs,
                                       .outputs = adder_outputs,
                                       .events = adder_events,
                                       .period_ns = 1000000,
                                       .period_ns_min = 1000,
                                       .period_ns_max = TAUT_SECOND,
                                       .state_size = adder_state_size,
                                       .init = adder_init,
                                       .output = adder_output,
                                       .update = adder_update};

// --------------------------------------------------------------------------------------- the peer

/// A serve, what it sent last, and a wire to build requests and read answers.
typedef struct fake_peer {
  taut_serve *serve;
  taut_wire wire, answers;
  taut_identity to;           ///< of the last message sent
  uint8_t *sent;              ///< the last message
  size_t n_sent, n_messages;  ///< its size; messages so far
  bool is_gone;               ///< sending fails: the receiver is not connected
  char log[4096];
  int64_t now_ns;
} fake_peer;

static inline bool fake_send(void *user, const taut_identity *to, const void *bytes, size_t size) {
  fake_peer *peer = user;
  if (peer->is_gone) return false;
  peer->to = *to;
  peer->sent = realloc(peer->sent, size + 1);
  if (size > 0) memcpy(peer->sent, bytes, size);
  peer->n_sent = size;
  peer->n_messages++;
  return true;
}

static inline void fake_log(void *user, taut_log_level level, const char *text) {
  fake_peer *peer = user;
  size_t n = strlen(peer->log);
  (void)level;
  snprintf(peer->log + n, sizeof peer->log - n, "%s\n", text);
}

static inline int fake_peer_open(void **state) {
  fake_peer *peer = calloc(1, sizeof *peer);
  const taut_serve_port port = {fake_send, fake_log, peer};
  *state = peer;
  return taut_serve_create(&adder_model, &port, &peer->serve) == TAUT_OK &&
                 taut_wire_init(&peer->wire, 1 << 20) == TAUT_OK &&
                 taut_wire_init(&peer->answers, 1 << 20) == TAUT_OK
             ? 0
             : -1;
}

static inline int fake_peer_close(void **state) {
  fake_peer *peer = *state;
  taut_serve_destroy(peer->serve, "end of the test");
  taut_wire_fini(&peer->wire);
  taut_wire_fini(&peer->answers);
  free(peer->sent);
  free(peer);
  return 0;
}

static inline taut_identity identity_of(uint8_t number) {
  return (taut_identity){.size = 1, .bytes = {number}};
}

/// Hands bytes to the peer as if `who` had sent them.
static inline void hand_over(fake_peer *peer, uint8_t who, const void *bytes, size_t size) {
  taut_identity from = identity_of(who);
  peer->n_sent = 0;
  taut_serve_receive(peer->serve, &from, bytes, size, peer->now_ns);
}

/// The answer to the last message handed over, NULL for none.
static inline taut_message *last_answer(fake_peer *peer) {
  taut_message *message = NULL;
  if (peer->n_sent == 0) return NULL;
  assert_int_equal(taut_wire_decode(&peer->answers, peer->sent, peer->n_sent, &message), TAUT_OK);
  return message;
}

static inline taut_message *ask(fake_peer *peer, uint8_t who, const taut_message *request) {
  const uint8_t *bytes;
  size_t size;
  assert_int_equal(taut_wire_encode(&peer->wire, request, &bytes, &size), TAUT_OK);
  hand_over(peer, who, bytes, size);
  return last_answer(peer);
}

// ------------------------------------------------------------------------------------ the harness

/// What a well-behaved harness sends next.
typedef struct fake_harness {
  uint8_t who;
  uint64_t session, sequence;
} fake_harness;

static inline taut_message request_of(fake_harness *harness, int64_t tick_ns) {
  taut_message message = TAUT__LINK__MESSAGE__INIT;
  message.session = harness->session;
  message.sequence = ++harness->sequence;
  message.tick_ns = tick_ns;
  return message;
}

static inline taut_message *say_hello(fake_peer *peer, fake_harness *harness) {
  taut_message request = request_of(harness, 0);
  Taut__Link__Hello hello = TAUT__LINK__HELLO__INIT;
  Taut__Link__Table table = TAUT__LINK__TABLE__INIT;
  hello.protocol = TAUT_LINK_PROTOCOL;
  hello.role = (char *)(uintptr_t) "test";
  hello.software = (char *)(uintptr_t) "a test";
  hello.ticks_per_exchange = 1;
  hello.table = &table;
  request.body_case = TAUT__LINK__MESSAGE__BODY_HELLO;
  request.hello = &hello;
  return ask(peer, harness->who, &request);
}

static inline taut_message *instantiate(fake_peer *peer, fake_harness *harness, double gain) {
  taut_message request = request_of(harness, 0);
  Taut__Link__Instantiate body = TAUT__LINK__INSTANTIATE__INIT;
  body.path = (char *)(uintptr_t) "left.test";
  body.n_params = 1;
  body.params = &gain;
  body.period_ns = 1000000;
  request.body_case = TAUT__LINK__MESSAGE__BODY_INSTANTIATE;
  request.instantiate = &body;
  return ask(peer, harness->who, &request);
}

static inline taut_message *reset(fake_peer *peer, fake_harness *harness) {
  taut_message request = request_of(harness, 0);
  Taut__Link__Reset body = TAUT__LINK__RESET__INIT;
  request.body_case = TAUT__LINK__MESSAGE__BODY_RESET;
  request.reset = &body;
  return ask(peer, harness->who, &request);
}

static inline taut_message *step(fake_peer *peer, fake_harness *harness, int64_t tick_ns, double a,
                                 double b0, double b1) {
  double inputs[3] = {a, b0, b1};
  taut_message request = request_of(harness, tick_ns);
  Taut__Link__Step body = TAUT__LINK__STEP__INIT;
  body.n_inputs = 3;
  body.inputs = inputs;
  request.body_case = TAUT__LINK__MESSAGE__BODY_STEP;
  request.step = &body;
  return ask(peer, harness->who, &request);
}

static inline taut_message *terminate(fake_peer *peer, fake_harness *harness) {
  taut_message request = request_of(harness, 0);
  Taut__Link__Terminate body = TAUT__LINK__TERMINATE__INIT;
  request.body_case = TAUT__LINK__MESSAGE__BODY_TERMINATE;
  request.terminate = &body;
  return ask(peer, harness->who, &request);
}

/// A session up to the point where steps can begin.
static inline void begin_session(fake_peer *peer, fake_harness *harness) {
  taut_message *message = say_hello(peer, harness);
  assert_non_null(message);
  assert_int_equal(message->body_case, TAUT__LINK__MESSAGE__BODY_WELCOME);
  message = instantiate(peer, harness, 2);
  assert_int_equal(message->answer->status, TAUT__LINK__STATUS__OK);
  message = reset(peer, harness);
  assert_int_equal(message->answer->status, TAUT__LINK__STATUS__OK);
  assert_int_equal(message->answer->n_outputs, 3);
}

static inline void expect_answer(const taut_message *message, Taut__Link__Status status,
                                 const char *part) {
  assert_non_null(message);
  assert_int_equal(message->body_case, TAUT__LINK__MESSAGE__BODY_ANSWER);
  assert_int_equal(message->answer->status, status);
  const char *text = message->answer->text != NULL ? message->answer->text : "";
  if (strstr(text, part) == NULL) fail_msg("'%s' lacks '%s'", text, part);
}

#endif

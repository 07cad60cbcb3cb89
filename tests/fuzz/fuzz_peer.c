// Fuzz target: what harnesses say to a served model. The first byte chooses lockstep or live; then
// come messages, each with a byte that says who sends it, how much time has passed, and whether
// session and sequence are put right first, since nobody guesses 64 bits.
//
// Promised: the model is called for the harness alone that holds the device, in the order of its
// requests; each of those has one answer, to itself; whatever else comes changes nothing.
#include <string.h>

#include "fuzz.h"
#include "hil/serve.h"
#include "hil/table.h"
#include "support/role_model.h"

enum { MESSAGES_MAX = 300, WHO = 0x03, MENDED = 0x04, GONE = 0x80 };

/// Time before a message, by bits 3 to 5 of its first byte [ns].
static const int64_t pauses_ns[8] = {0,
                                     1000000,
                                     20000000,
                                     100000000,
                                     600000000,
                                     1100000000,
                                     INT64_C(6000000000),
                                     INT64_C(11000000000)};

typedef struct world {
  taut_serve *serve;
  int64_t now_ns;
  bool is_gone;  ///< whoever sends this message is not connected when it is answered
  uint8_t from;  ///< who sends it
  // The holder, as seen from outside.
  uint8_t holder;
  uint64_t session, sequence;
  size_t n_answers;     ///< to the message under way
  taut_message answer;  ///< the last of them, without its body
} world;

static taut_wire harness_wire, mended_wire, reply_wire;

static bool take_reply(void *user, const taut_identity *to, const void *bytes, size_t size) {
  world *w = user;
  taut_message *reply;
  fuzz_promise(to->size == 1, "nobody else is spoken to");
  if (w->is_gone && to->bytes[0] == w->from) return false;
  fuzz_promise(taut_wire_decode(&reply_wire, bytes, size, &reply) == TAUT_OK, "replies decode");
  bool is_answer = reply->body_case == TAUT__LINK__MESSAGE__BODY_ANSWER;
  if (reply->body_case == TAUT__LINK__MESSAGE__BODY_WELCOME) {
    is_answer = true;
    w->holder = to->bytes[0];
    w->session = reply->session;
    w->sequence = 1;
  }
  if (!is_answer) return true;
  fuzz_promise(to->bytes[0] == w->from, "who asks is answered");
  w->n_answers++;
  w->answer = *reply;
  return true;
}

static void take_line(void *user, taut_log_level level, const char *text) {
  (void)user;
  (void)level;
  fuzz_promise(fuzz_is_printable(text), "log lines are printable");
}

/// Whether the peer has to do what the message says.
static bool is_due(const world *w, const taut_message *message) {
  return taut_serve_is_held(w->serve) && w->from == w->holder && message->session == w->session &&
         message->sequence == w->sequence + 1 &&
         message->body_case >= TAUT__LINK__MESSAGE__BODY_INSTANTIATE &&
         message->body_case <= TAUT__LINK__MESSAGE__BODY_TERMINATE;
}

/// Delivers a message; `message` is what it decodes to, NULL for none.
static void deliver(world *w, const taut_message *message, const uint8_t *bytes, size_t size) {
  const taut_identity from = {.size = 1, .bytes = {w->from}};
  const uint64_t n_calls = n_role_calls;
  bool has_right = message != NULL && is_due(w, message);
  w->n_answers = 0;
  if (has_right) w->sequence++;
  taut_serve_receive(w->serve, &from, bytes, size, w->now_ns);
  fuzz_promise(has_right || n_role_calls == n_calls, "a stranger does not move the model");
  fuzz_promise(w->n_answers <= 1, "a request has one answer");
  if (!has_right || w->is_gone) return;
  fuzz_promise(w->n_answers == 1, "a request has an answer");
  fuzz_promise(w->answer.session == message->session && w->answer.sequence == message->sequence &&
                   w->answer.tick_ns == message->tick_ns && w->answer.instance == message->instance,
               "an answer says what it answers");
}

static void say(world *w, uint8_t op, fuzz_input piece) {
  taut_message *message;
  const uint8_t *bytes = piece.at;
  size_t size = piece.left;
  if (taut_wire_decode(&harness_wire, bytes, size, &message) == TAUT_OK && (op & MENDED)) {
    bool is_hello = message->body_case == TAUT__LINK__MESSAGE__BODY_HELLO;
    if (!is_hello) message->session = w->session;
    message->sequence = is_hello ? 1 : w->sequence + 1;
    if (taut_wire_encode(&harness_wire, message, &bytes, &size) != TAUT_OK) return;
    // Odd unknown fields can be decoded, and not again as they are encoded then.
    if (taut_wire_decode(&mended_wire, bytes, size, &message) != TAUT_OK) message = NULL;
  }
  deliver(w, message, bytes, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static taut_model model;
  fuzz_input in = {data, size};
  world w = {.now_ns = TAUT_SECOND};
  const taut_serve_port port = {take_reply, take_line, &w};
  if (model.name == NULL) {
    bool is_ready = role_model("form_check", &model) &&
                    taut_wire_init(&harness_wire, TAUT_LINK_ARENA_BYTES) == TAUT_OK &&
                    taut_wire_init(&mended_wire, TAUT_LINK_ARENA_BYTES) == TAUT_OK &&
                    taut_wire_init(&reply_wire, TAUT_LINK_ARENA_BYTES) == TAUT_OK;
    fuzz_promise(is_ready, "there is memory");
  }
  fuzz_promise(taut_serve_create(&model, &port, &w.serve) == TAUT_OK, "there is memory");
  bool is_live = fuzz_byte(&in) & 1;
  if (is_live) fuzz_promise(taut_serve_go_live(w.serve, NULL) == TAUT_OK, "there is memory");
  for (int i = 0; i < MESSAGES_MAX && in.left > 0; i++) {
    uint8_t op = fuzz_byte(&in);
    w.from = op & WHO;
    w.is_gone = (op & GONE) != 0;
    w.now_ns += pauses_ns[op >> 3 & 7];
    const uint64_t n_calls = n_role_calls;
    if (is_live) taut_serve_advance(w.serve, w.now_ns);
    fuzz_promise(is_live || n_role_calls == n_calls, "in lockstep nothing moves by itself");
    if (w.from == WHO) taut_serve_refuse(w.serve, TAUT_REFUSAL_MALFORMED);
    say(&w, op, fuzz_piece(&in));
    taut_serve_look(w.serve, w.now_ns);
  }
  w.n_answers = 0;
  taut_serve_destroy(w.serve, "the end");
  return 0;
}

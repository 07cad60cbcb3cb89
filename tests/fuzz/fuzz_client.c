// Fuzz target: what harnesses say to a peer that is written with the library for C. Messages come
// as in fuzz_peer.c: each with a byte that says who sends it and whether session and sequence are
// put right first.
//
// Promised: the peer's functions are called for the harness that holds it, in the order of its
// requests; each of those has one answer, to itself.
#include <string.h>

#include "fuzz.h"
#include "hil/clients/c/taut_link_host.h"
#include "hil/wire.h"

enum { MESSAGES_MAX = 300, WHO = 0x03, MENDED = 0x04, GONE = 0x80 };

typedef struct world {
  uint8_t from, holder;
  bool is_gone;
  uint64_t session, sequence;
  size_t n_answers;
  uint64_t n_calls;
} world;

static world w;
static taut_wire request_wire, mended_wire, reply_wire;

static void step(void *state, taut_io *io) {
  double *sum = state;
  w.n_calls++;
  *sum += taut_io_get(io, "", "cone_height_m");
  taut_io_is(io, "", "phase", "rest");
  taut_io_has_changed(io, "", "form_fault");
  if (*sum > 1e6) taut_io_fail(io, "too much");
}

static void output(const void *state, taut_io *io) {
  const double *sum = state;
  w.n_calls++;
  TAUT_IO_SET(io, "", {"confidence", *sum}, {"alert_seq", 1});
  taut_io_set_label(io, "", "alert", "none");
}

static bool take_reply(void *user, const taut_sender *to, const void *bytes, size_t size) {
  taut_message *reply;
  (void)user;
  if (w.is_gone && to->bytes[0] == w.from) return false;
  fuzz_promise(to->size == 1, "nobody else is spoken to");
  fuzz_promise(taut_wire_decode(&reply_wire, bytes, size, &reply) == TAUT_OK, "replies decode");
  if (reply->body_case == TAUT__LINK__MESSAGE__BODY_WELCOME) {
    w.holder = to->bytes[0];
    w.session = reply->session;
    w.sequence = 1;
  } else if (reply->body_case != TAUT__LINK__MESSAGE__BODY_ANSWER) {
    return true;
  }
  fuzz_promise(to->bytes[0] == w.from, "who asks is answered");
  w.n_answers++;
  return true;
}

/// The message as it is sent; `bytes` are those of the input, or others.
static taut_message *mend(uint8_t op, const uint8_t **bytes, size_t *size) {
  taut_message *message;
  if (taut_wire_decode(&request_wire, *bytes, *size, &message) != TAUT_OK) return NULL;
  if (!(op & MENDED)) return message;
  bool is_hello = message->body_case == TAUT__LINK__MESSAGE__BODY_HELLO;
  if (!is_hello) message->session = w.session;
  message->sequence = is_hello ? 1 : w.sequence + 1;
  if (taut_wire_encode(&request_wire, message, bytes, size) != TAUT_OK) return NULL;
  return taut_wire_decode(&mended_wire, *bytes, *size, &message) == TAUT_OK ? message : NULL;
}

static void say(taut_host *host, uint8_t op, fuzz_input piece) {
  const taut_sender from = {.size = 1, .bytes = {w.from}};
  const uint8_t *bytes = piece.at;
  size_t size = piece.left;
  const taut_message *message = mend(op, &bytes, &size);
  bool may_move = message != NULL && w.from == w.holder && message->session == w.session &&
                  message->sequence == w.sequence + 1;
  const uint64_t n_calls = w.n_calls;
  w.n_answers = 0;
  taut_host_receive(host, &from, bytes, size);
  fuzz_promise(may_move || w.n_calls == n_calls, "a stranger moves nothing");
  fuzz_promise(w.n_answers <= 1, "a request has one answer");
  // What it did with a message that was due, it counted.
  if (may_move && (w.n_answers == 1 || w.n_calls != n_calls)) w.sequence++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const taut_peer peer = {.role = "form_check",
                                 .name = "mine",
                                 .version = "1.0",
                                 .state_bytes = sizeof(double),
                                 .step = step,
                                 .output = output};
  fuzz_input in = {data, size};
  if (request_wire.arena == NULL) {
    bool is_ready = taut_wire_init(&request_wire, TAUT_LINK_ARENA_BYTES) == TAUT_OK &&
                    taut_wire_init(&mended_wire, TAUT_LINK_ARENA_BYTES) == TAUT_OK &&
                    taut_wire_init(&reply_wire, TAUT_LINK_ARENA_BYTES) == TAUT_OK;
    fuzz_promise(is_ready, "there is memory");
  }
  w = (world){0};
  taut_host *host = taut_host_create(&peer, take_reply, NULL);
  fuzz_promise(host != NULL, "there is memory");
  for (int i = 0; i < MESSAGES_MAX && in.left > 0; i++) {
    uint8_t op = fuzz_byte(&in);
    w.from = op & WHO;
    w.is_gone = (op & GONE) != 0;
    if (w.from == WHO) taut_host_refuse_frames(host);
    say(host, op, fuzz_piece(&in));
  }
  taut_host_destroy(host);
  return 0;
}

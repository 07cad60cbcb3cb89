// Fuzz target: the tape of a link, played in place of its peer. The tape is that of a good run, and
// the input says what is done to it before it is played: messages are changed, lost, doubled, or
// there are no more. The first byte chooses ticks per exchange and lockstep or live.
//
// Promised: a tape that nothing was done to is played to its end; any other one either is, or the
// link says what is wrong with it.
#include "drive.h"
#include "hil/serve.h"
#include "hil/tape.h"
#include "support/role_model.h"

enum { MESSAGES_MAX = 256, TAPE_BYTES = 1 << 18, EDITS_MAX = 64 };

/// What is done to the tape, by the low bits of a byte.
enum { CHANGE, LOSE, DOUBLE, END, OTHER_LINK, SHORTEN, DEEDS };

typedef struct memory {
  uint8_t bytes[TAPE_BYTES];
  size_t n_bytes;
  taut_tape_message messages[MESSAGES_MAX];
  size_t n, i_next;
} memory;

static memory recorded;
static taut_serve *peer;
static uint8_t reply[TAPE_BYTES];
static size_t n_reply;
static int64_t now_ns;

// ------------------------------------------------------------------- what stands for hil/socket.c

int64_t taut_wall_ns(void) {
  return now_ns;
}

taut_status taut_endpoint_wait(const taut_endpoint *endpoint, int64_t wait_ns, char *error,
                               size_t size) {
  (void)endpoint;
  (void)wait_ns;
  (void)error;
  (void)size;
  return TAUT_OK;
}

taut_status taut_socket_connect(const taut_endpoint *endpoint, taut_socket **out, char *error,
                                size_t size) {
  static uint8_t nothing;
  (void)endpoint;
  (void)error;
  (void)size;
  *out = (taut_socket *)&nothing;
  return TAUT_OK;
}

void taut_socket_close(taut_socket *socket) {
  (void)socket;
}

taut_status taut_socket_send(taut_socket *socket, const taut_identity *to, const void *bytes,
                             size_t size, int64_t wait_ns) {
  const taut_identity from = {.size = 1, .bytes = {7}};
  (void)socket;
  (void)to;
  (void)wait_ns;
  fuzz_promise(peer != NULL, "a replay sends nothing");
  taut_serve_advance(peer, now_ns);
  taut_serve_receive(peer, &from, bytes, size, now_ns);
  return TAUT_OK;
}

taut_status taut_socket_receive(taut_socket *socket, int64_t wait_ns, taut_received *out) {
  (void)socket;
  (void)wait_ns;
  now_ns += 1000000;
  is_answered = true;
  *out = (taut_received){.bytes = reply, .size = n_reply};
  return TAUT_OK;
}

static bool take_reply(void *user, const taut_identity *to, const void *bytes, size_t size) {
  (void)user;
  (void)to;
  fuzz_promise(size <= sizeof reply, "answers are small");
  memcpy(reply, bytes, size);
  n_reply = size;
  return true;
}

static void take_line(void *user, taut_log_level level, const char *text) {
  (void)user;
  (void)level;
  (void)text;
}

// ---------------------------------------------------------------------------------------- the tape

static void take_down(void *user, const taut_tape_message *message) {
  memory *m = user;
  fuzz_promise(m->n < MESSAGES_MAX && message->size <= TAPE_BYTES - m->n_bytes, "it fits");
  taut_tape_message *kept = &m->messages[m->n++];
  *kept = *message;
  kept->bytes = m->bytes + m->n_bytes;
  memcpy(m->bytes + m->n_bytes, message->bytes, message->size);
  m->n_bytes += message->size;
}

static taut_status play(void *user, taut_tape_message *out, const char **why) {
  memory *m = user;
  is_answered = true;
  if (m->i_next == m->n) {
    *why = "no more";
    return TAUT_ENOTFOUND;
  }
  *out = m->messages[m->i_next++];
  return TAUT_OK;
}

/// The harness begins a link and says so.
static void begin(void *user, const char *role, const char *target) {
  (void)user;
  (void)role;
  (void)target;
}

static void record(const taut_model *model, uint32_t n_ticks, bool is_live) {
  const taut_serve_port port = {take_reply, take_line, NULL};
  const taut_tape tape = {.begin = begin, .write = take_down, .user = &recorded};
  recorded.n = recorded.n_bytes = recorded.i_next = 0;
  fuzz_promise(taut_serve_create(model, &port, &peer) == TAUT_OK, "there is memory");
  if (is_live) fuzz_promise(taut_serve_go_live(peer, NULL) == TAUT_OK, "there is memory");
  fuzz_promise(open_and_drive(n_ticks, is_live, &tape), "a good run is good");
  taut_serve_destroy(peer, "the end");
  peer = NULL;
}

/// Does one thing to the tape.
static void spoil(memory *m, fuzz_input *in) {
  uint8_t deed = fuzz_byte(in) % DEEDS;
  size_t i = fuzz_byte(in);
  if (m->n == 0) return;
  i %= m->n;
  taut_tape_message *message = &m->messages[i];
  if (deed == CHANGE && message->size > 0) {
    size_t at = fuzz_byte(in) | (size_t)fuzz_byte(in) << 8;
    m->bytes[(size_t)(message->bytes - m->bytes) + at % message->size] = fuzz_byte(in);
  } else if (deed == LOSE) {
    memmove(message, message + 1, (--m->n - i) * sizeof *message);
  } else if (deed == DOUBLE && m->n < MESSAGES_MAX) {
    memmove(message + 1, message, (m->n++ - i) * sizeof *message);
  } else if (deed == END) {
    m->n = i;
  } else if (deed == OTHER_LINK) {
    message->i_link = fuzz_byte(in);
    message->is_answer = fuzz_byte(in) & 1;
  } else if (deed == SHORTEN) {
    message->size -= message->size * fuzz_byte(in) / 256;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static taut_model model;
  static const uint32_t ticks[4] = {1, 1, 2, 10};
  const taut_tape tape = {.read = play, .user = &recorded};
  fuzz_input in = {data, size};
  if (model.name == NULL) fuzz_promise(role_model("form_check", &model), "there is memory");
  uint8_t mode = fuzz_byte(&in);
  bool is_live = (mode & 4) != 0, is_spoilt = in.left > 0;
  uint32_t n_ticks = is_live ? 1 : ticks[mode & 3];
  now_ns = TAUT_SECOND;
  record(&model, n_ticks, is_live);
  for (int i = 0; i < EDITS_MAX && in.left > 0; i++) spoil(&recorded, &in);
  bool is_good = open_and_drive(n_ticks, is_live, &tape);
  fuzz_promise(is_good || is_spoilt, "what was recorded can be played");
  return 0;
}

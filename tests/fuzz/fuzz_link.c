// Fuzz target: what a peer answers the harness. In place of the sockets there is a served model,
// and between its answers and the harness stands the input: it lets them pass, changes bytes of
// them, puts others in their place, or says nothing. The first byte chooses ticks per exchange and
// lockstep or live.
//
// Promised: only an answer to the request under way ends it; the link says in words why it is
// broken, and then is; nothing takes more wall time than silence may.
#include <string.h>
#include <unistd.h>

#include "drive.h"
#include "hil/serve.h"
#include "support/role_model.h"

enum { REPLY_MAX = 1 << 16 };

/// What becomes of the next message, by the low bits of a byte.
enum { PASS, EDIT, MENDED, RAW, AGAIN, SILENCE, TWO_FRAMES, LATE, FATES };

struct taut_socket {
  taut_serve *serve;
  fuzz_input in;
  int64_t now_ns;
  uint64_t session;
  taut_message asked;        ///< the request under way, without its body
  uint8_t reply[REPLY_MAX];  ///< the true answer to it
  size_t n_reply;            ///< 0 when it was taken
  uint8_t given[REPLY_MAX];  ///< the message before
  size_t n_given;
};

static taut_socket the_socket;
static taut_wire peer_wire;

// ------------------------------------------------------------------- what stands for hil/socket.c

int64_t taut_wall_ns(void) {
  return the_socket.now_ns;
}

/// The harness waits a little before it asks a busy device again.
int usleep(unsigned microseconds) {
  the_socket.now_ns += (int64_t)microseconds * 1000;
  return 0;
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
  (void)endpoint;
  (void)error;
  (void)size;
  *out = &the_socket;
  return TAUT_OK;
}

void taut_socket_close(taut_socket *socket) {
  (void)socket;
}

taut_status taut_socket_send(taut_socket *socket, const taut_identity *to, const void *bytes,
                             size_t size, int64_t wait_ns) {
  const taut_identity from = {.size = 1, .bytes = {7}};
  taut_message *message;
  (void)to;
  (void)wait_ns;
  fuzz_promise(taut_wire_decode(&peer_wire, bytes, size, &message) == TAUT_OK, "requests decode");
  if (message->body_case != TAUT__LINK__MESSAGE__BODY_HEARTBEAT) {
    socket->asked = *message;
    socket->session = message->session;
  }
  taut_serve_advance(socket->serve, socket->now_ns);
  taut_serve_receive(socket->serve, &from, bytes, size, socket->now_ns);
  return TAUT_OK;
}

/// The answer of the peer, on its way.
static bool take_reply(void *user, const taut_identity *to, const void *bytes, size_t size) {
  (void)user;
  (void)to;
  fuzz_promise(size <= REPLY_MAX, "answers are small");
  memcpy(the_socket.reply, bytes, size);
  the_socket.n_reply = size;
  return true;
}

static void take_line(void *user, taut_log_level level, const char *text) {
  (void)user;
  (void)level;
  fuzz_promise(fuzz_is_printable(text), "log lines are printable");
}

/// A few bytes of the true answer are others: pairs of place and value, and it may be cut.
static size_t edit(taut_socket *s, uint8_t *bytes, size_t size) {
  memcpy(bytes, s->reply, size);
  size_t n_edits = fuzz_byte(&s->in) % 8 + 1u;
  while (n_edits-- > 0 && size > 0) {
    size_t at = fuzz_byte(&s->in) | (size_t)fuzz_byte(&s->in) << 8;
    bytes[at % size] = fuzz_byte(&s->in);
  }
  uint8_t cut = fuzz_byte(&s->in);
  return cut < 128 || size == 0 ? size : size - (size_t)cut % size;
}

/// Bytes of the input as an answer to the request under way, if they are a message.
static size_t mend(const taut_socket *s, fuzz_input piece, uint8_t *bytes) {
  taut_message *message;
  const uint8_t *encoded;
  size_t size;
  if (taut_wire_decode(&peer_wire, piece.at, piece.left, &message) != TAUT_OK) return 0;
  message->session = s->asked.session;
  message->sequence = s->asked.sequence;
  message->tick_ns = s->asked.tick_ns;
  message->instance = s->asked.instance;
  if (taut_wire_encode(&peer_wire, message, &encoded, &size) != TAUT_OK || size > REPLY_MAX)
    return 0;
  memcpy(bytes, encoded, size);
  return size;
}

taut_status taut_socket_receive(taut_socket *socket, int64_t wait_ns, taut_received *out) {
  static uint8_t bytes[REPLY_MAX];
  uint8_t fate = fuzz_byte(&socket->in) % FATES;
  size_t size = 0;
  *out = (taut_received){0};
  // An input that has ended lets everything pass.
  if (socket->in.left == 0) fate = PASS;
  if (fate == PASS || fate == LATE || fate == EDIT) {
    if (socket->n_reply == 0) fate = SILENCE;
    if (fate == LATE) socket->now_ns += wait_ns / 2;
    size = socket->n_reply;
    if (fate == EDIT) size = edit(socket, bytes, size);
    if (fate != EDIT) memcpy(bytes, socket->reply, size);
    if (fate != SILENCE) is_answered = true;
    socket->n_reply = 0;
  } else if (fate == MENDED) {
    size = mend(socket, fuzz_piece(&socket->in), bytes);
    is_answered = true;
  } else if (fate == RAW) {
    fuzz_input piece = fuzz_piece(&socket->in);
    size = piece.left < REPLY_MAX ? piece.left : REPLY_MAX;
    if (size > 0) memcpy(bytes, piece.at, size);
  } else if (fate == AGAIN) {
    size = socket->n_given;
    memcpy(bytes, socket->given, size);
  }
  if (fate == SILENCE) {
    socket->now_ns += wait_ns;
    return TAUT_ENOTFOUND;
  }
  // Time passes, else a flood of messages would never end.
  socket->now_ns += 1000000;
  out->is_malformed = fate == TWO_FRAMES;
  out->bytes = fate == TWO_FRAMES ? NULL : bytes;
  out->size = fate == TWO_FRAMES ? 0 : size;
  memcpy(socket->given, bytes, size);
  socket->n_given = size;
  return TAUT_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static taut_model model;
  static const uint32_t ticks[4] = {1, 1, 2, 10};
  const taut_serve_port port = {take_reply, take_line, NULL};
  if (model.name == NULL) {
    bool is_ready = role_model("form_check", &model) &&
                    taut_wire_init(&peer_wire, TAUT_LINK_ARENA_BYTES) == TAUT_OK;
    fuzz_promise(is_ready, "there is memory");
  }
  the_socket.in = (fuzz_input){data, size};
  the_socket.now_ns = TAUT_SECOND;
  the_socket.n_reply = the_socket.n_given = 0;
  uint8_t mode = fuzz_byte(&the_socket.in);
  bool is_live = (mode & 4) != 0;
  fuzz_promise(taut_serve_create(&model, &port, &the_socket.serve) == TAUT_OK, "there is memory");
  if (is_live) fuzz_promise(taut_serve_go_live(the_socket.serve, NULL) == TAUT_OK, "memory");
  uint32_t n_ticks = is_live ? 1 : ticks[mode & 3];
  open_and_drive(n_ticks, is_live, NULL);
  taut_serve_destroy(the_socket.serve, "the end");
  return 0;
}

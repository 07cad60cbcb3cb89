#include "hil/socket.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

enum {
  QUEUE_MAX = 256,      ///< messages waiting per direction and connection
  FRAME_MAX = 4 << 20,  ///< a longer one costs its sender the connection [bytes]
  ANSWER_MS = 2000,     ///< for the handshake of a connection of ours
  ZMTP_MS = 3000        ///< for any; longer, so that silence is told from a refusal
};

struct taut_socket {
  void *context, *socket;
  bool is_router;
  char path[108];                       ///< of the socket file to remove, "" for none
  const taut_credentials *credentials;  ///< of a listener; NULL: everybody may come
  void *doorman;                        ///< is asked about each key; NULL without credentials
  void *monitor;                        ///< hears of those who speak without keys; NULL as above
  void (*tell)(void *user, const char *text);  ///< of strangers; NULL: nobody wants to know
  void *tell_user;
  int64_t receive_wait_ns, send_wait_ns;  ///< as set, -1 for not yet
  zmq_msg_t message;                      ///< the last received payload
};

int64_t taut_wall_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

static int milliseconds(int64_t ns) {
  if (ns <= 0) return 0;
  int64_t ms = (ns + 999999) / 1000000;
  return ms > INT_MAX ? INT_MAX : (int)ms;
}

// -------------------------------------------------------------------------------- open and close

static bool set(void *socket, int option, int value) {
  return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}

static taut_socket *create(int type) {
  taut_socket *s = calloc(1, sizeof *s);
  if (s == NULL) return NULL;
  s->is_router = type == ZMQ_ROUTER;
  s->receive_wait_ns = s->send_wait_ns = -1;
  zmq_msg_init(&s->message);
  s->context = zmq_ctx_new();
  if (s->context != NULL) s->socket = zmq_socket(s->context, type);
  const int64_t frame_max = FRAME_MAX;
  bool is_set = s->socket != NULL && set(s->socket, ZMQ_LINGER, 0) &&
                set(s->socket, ZMQ_SNDHWM, QUEUE_MAX) && set(s->socket, ZMQ_RCVHWM, QUEUE_MAX) &&
                set(s->socket, ZMQ_HANDSHAKE_IVL, ZMTP_MS) &&
                zmq_setsockopt(s->socket, ZMQ_MAXMSGSIZE, &frame_max, sizeof frame_max) == 0;
  if (is_set && s->is_router) is_set = set(s->socket, ZMQ_ROUTER_MANDATORY, 1);
  if (is_set && !s->is_router) {
    is_set = set(s->socket, ZMQ_RECONNECT_IVL, -1) && set(s->socket, ZMQ_IMMEDIATE, 1);
  }
  if (is_set) return s;
  taut_socket_close(s);
  return NULL;
}

static void close_part(void **socket) {
  if (*socket != NULL) zmq_close(*socket);
  *socket = NULL;
}

// ------------------------------------------------------------------------------------------ keys

/// Texts of libzmq's own encoding, which has characters that a shell takes for its own.
typedef struct key_texts {
  char public_text[41], secret_text[41];
} key_texts;

bool taut_socket_make_keys(taut_credentials *out) {
  key_texts texts;
  bool is_made = zmq_curve_keypair(texts.public_text, texts.secret_text) == 0 &&
                 zmq_z85_decode(out->public_key.bytes, texts.public_text) != NULL &&
                 zmq_z85_decode(out->secret_key.bytes, texts.secret_text) != NULL;
  explicit_bzero(&texts, sizeof texts);
  return is_made;
}

bool taut_socket_public_key(const taut_key *secret, taut_key *out) {
  key_texts texts;
  bool is_found = zmq_z85_encode(texts.secret_text, secret->bytes, TAUT_KEY_BYTES) != NULL &&
                  zmq_curve_public(texts.public_text, texts.secret_text) == 0 &&
                  zmq_z85_decode(out->bytes, texts.public_text) != NULL;
  explicit_bzero(&texts, sizeof texts);
  return is_found;
}

static bool set_key(void *socket, int option, const taut_key *key) {
  return zmq_setsockopt(socket, option, key->bytes, TAUT_KEY_BYTES) == 0;
}

/// The other end of what libzmq tells about a socket.
static void *watch(const taut_socket *s, int events) {
  void *pair = zmq_socket(s->context, ZMQ_PAIR);
  bool is_watched = pair != NULL && set(pair, ZMQ_LINGER, 0) &&
                    zmq_socket_monitor(s->socket, "inproc://events", events) == 0 &&
                    zmq_connect(pair, "inproc://events") == 0;
  if (!is_watched) close_part(&pair);
  return pair;
}

/// The next event within a time, 0 when there is none.
static int next_event(void *pair, int wait_ms) {
  uint8_t bytes[6];
  uint16_t event = 0;
  if (!set(pair, ZMQ_RCVTIMEO, wait_ms)) return 0;
  if (zmq_recv(pair, bytes, sizeof bytes, 0) != sizeof bytes) return 0;
  memcpy(&event, bytes, sizeof event);
  zmq_recv(pair, NULL, 0, ZMQ_DONTWAIT);  // the address, which is ours
  return event;
}

/// Waits for the handshake of the transport. False with a sentence in `error`.
static bool await_handshake(void *pair, const taut_endpoint *endpoint, char *error, size_t size) {
  char own[TAUT_KEY_ID] = "", theirs[TAUT_KEY_ID];
  bool has_key = endpoint->has_key;
  int64_t deadline_ns = taut_wall_ns() + ANSWER_MS * INT64_C(1000000);
  int event;
  do {
    event = next_event(pair, milliseconds(deadline_ns - taut_wall_ns()));
  } while (event == 0 && errno == EINTR);
  taut_key_id(&endpoint->key, theirs);
  if (has_key) taut_key_id(&endpoint->credentials->public_key, own);
  if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) return true;
  if (event == 0) {
    snprintf(error, size, "%s accepts connections but does not answer: is it a peer of Taut?",
             endpoint->text);
  } else if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) {
    snprintf(
        error, size,
        "%s does not let the key %s in; start it with --allow and what 'taut keys show' prints "
        "here",
        endpoint->text, own);
  } else if (has_key) {
    snprintf(error, size,
             "%s could not prove that it has the key %s, or serves without keys; compare with what "
             "'taut keys show' prints there",
             endpoint->text, theirs);
  } else {
    snprintf(error, size,
             "%s ended the handshake: it wants keys (--with ROLE=tcp://KEY@ADDRESS:PORT, see taut "
             "keys --help), or it is no peer of Taut",
             endpoint->text);
  }
  return false;
}

taut_status taut_socket_connect(const taut_endpoint *endpoint, taut_socket **out, char *error,
                                size_t size) {
  const taut_credentials *own = endpoint->credentials;
  *out = NULL;
  if (endpoint->is_foreign && !endpoint->has_key) {
    snprintf(error, size, "%s is another machine: a link there wants keys", endpoint->text);
    return TAUT_EIO;
  }
  if (endpoint->has_key && own == NULL) {
    snprintf(error, size, "%s has a key, and there is none of this side: --keys FILE",
             endpoint->text);
    return TAUT_EIO;
  }
  taut_socket *s = create(ZMQ_DEALER);
  bool is_set = s != NULL;
  if (is_set && endpoint->has_key) {
    is_set = set_key(s->socket, ZMQ_CURVE_SERVERKEY, &endpoint->key) &&
             set_key(s->socket, ZMQ_CURVE_PUBLICKEY, &own->public_key) &&
             set_key(s->socket, ZMQ_CURVE_SECRETKEY, &own->secret_key);
  }
  const int events = ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                     ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL;
  void *pair = is_set ? watch(s, events) : NULL;
  bool is_connected = pair != NULL && zmq_connect(s->socket, endpoint->text) == 0;
  if (!is_connected) {
    snprintf(error, size, "%s: %s", endpoint->text, zmq_strerror(errno));
  } else {
    is_connected = await_handshake(pair, endpoint, error, size);
  }
  // Descriptors of a worker are few, and nobody asks again.
  if (pair != NULL) zmq_socket_monitor(s->socket, NULL, 0);
  close_part(&pair);
  if (is_connected) {
    *out = s;
    return TAUT_OK;
  }
  taut_socket_close(s);
  return TAUT_EIO;
}

/// Only those who prove to have an allowed key come in.
static bool lock(taut_socket *s, const taut_credentials *credentials) {
  static const char domain[] = "taut";
  s->credentials = credentials;
  s->doorman = zmq_socket(s->context, ZMQ_REP);
  // Without a doorman libzmq would let everybody in who has any key.
  return s->doorman != NULL && set(s->doorman, ZMQ_LINGER, 0) &&
         zmq_bind(s->doorman, "inproc://zeromq.zap.01") == 0 &&
         set(s->socket, ZMQ_CURVE_SERVER, 1) &&
         set_key(s->socket, ZMQ_CURVE_SECRETKEY, &credentials->secret_key) &&
         zmq_setsockopt(s->socket, ZMQ_ZAP_DOMAIN, domain, strlen(domain)) == 0 &&
         (s->monitor = watch(s, ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL)) != NULL;
}

taut_status taut_socket_listen(const taut_endpoint *endpoint, taut_socket **out, char *error,
                               size_t size) {
  *out = NULL;
  taut_status status = taut_endpoint_check_free(endpoint, error, size);
  if (status != TAUT_OK) return status;
  if (endpoint->is_foreign && endpoint->credentials == NULL) {
    snprintf(error, size, "%s can be reached from elsewhere: a link there wants keys",
             endpoint->text);
    return TAUT_EREJECT;
  }
  *out = create(ZMQ_ROUTER);
  bool is_ready =
      *out != NULL && (endpoint->credentials == NULL || lock(*out, endpoint->credentials));
  mode_t mask = umask(0077);
  bool is_bound = is_ready && zmq_bind((*out)->socket, endpoint->text) == 0;
  int why = errno;
  umask(mask);
  if (is_bound) {
    snprintf((*out)->path, sizeof(*out)->path, "%s", endpoint->path);
    return TAUT_OK;
  }
  snprintf(error, size, "cannot listen on %s: %s", endpoint->text, zmq_strerror(why));
  taut_socket_close(*out);
  *out = NULL;
  return TAUT_EIO;
}

void taut_socket_close(taut_socket *socket) {
  if (socket == NULL) return;
  zmq_msg_close(&socket->message);
  if (socket->monitor != NULL) zmq_socket_monitor(socket->socket, NULL, 0);
  close_part(&socket->monitor);
  close_part(&socket->socket);
  close_part(&socket->doorman);
  // Nothing lingers and there is no other socket, so this does not wait for anybody outside.
  while (socket->context != NULL && zmq_ctx_term(socket->context) != 0 && errno == EINTR) continue;
  if (socket->path[0] != '\0') unlink(socket->path);
  free(socket);
}

// --------------------------------------------------------------------------------------- the door

void taut_socket_on_stranger(taut_socket *socket, void (*tell)(void *user, const char *text),
                             void *user) {
  socket->tell = tell;
  socket->tell_user = user;
}

static void tell_of_stranger(const taut_socket *s, const char *text) {
  if (s->tell != NULL) s->tell(s->tell_user, text);
}

enum { ZAP_FRAMES = 7, ZAP_TEXT = 64 };

/// The frames of a question to the doorman, as the protocol of libzmq's has them.
typedef struct question {
  struct {
    uint8_t bytes[ZAP_TEXT];
    int size;  ///< may be above ZAP_TEXT: then it was cut off
  } frames[ZAP_FRAMES];
} question;

static bool receive_question(void *doorman, question *q) {
  int more = 1, n = 0;
  size_t more_size = sizeof more;
  memset(q, 0, sizeof *q);
  for (; more; n++) {
    uint8_t spare[ZAP_TEXT];
    uint8_t *bytes = n < ZAP_FRAMES ? q->frames[n].bytes : spare;
    int size = zmq_recv(doorman, bytes, ZAP_TEXT, ZMQ_DONTWAIT);
    if (size < 0) return false;
    if (n < ZAP_FRAMES) q->frames[n].size = size;
    if (zmq_getsockopt(doorman, ZMQ_RCVMORE, &more, &more_size) != 0) return false;
  }
  return true;
}

/// Whether the one who asks may come in. Tells of the others.
static bool is_let_in(const taut_socket *s, const question *q) {
  char text[160], id[TAUT_KEY_ID];
  taut_key key;
  // Frames: version, request, domain, address, identity, mechanism, key.
  bool has_key = q->frames[5].size == 5 && memcmp(q->frames[5].bytes, "CURVE", 5) == 0 &&
                 q->frames[6].size == TAUT_KEY_BYTES;
  memcpy(key.bytes, q->frames[6].bytes, TAUT_KEY_BYTES);
  for (size_t i = 0; has_key && i < s->credentials->n_allowed; i++) {
    if (taut_key_is_same(&key, &s->credentials->allowed[i])) return true;
  }
  taut_key_id(&key, id);
  int n_address = q->frames[3].size < 45 ? q->frames[3].size : 45;
  snprintf(text, sizeof text, "key %s from %.*s is not in --allow", has_key ? id : "(none)",
           n_address, (const char *)q->frames[3].bytes);
  tell_of_stranger(s, text);
  return false;
}

/// Answers whoever waits at the door.
static void attend(taut_socket *s) {
  if (s->doorman == NULL) return;
  question q;
  while (receive_question(s->doorman, &q)) {
    const char *status = is_let_in(s, &q) ? "200" : "400";
    int n_id = q.frames[1].size < ZAP_TEXT ? q.frames[1].size : ZAP_TEXT;
    zmq_send(s->doorman, "1.0", 3, ZMQ_SNDMORE);
    zmq_send(s->doorman, q.frames[1].bytes, (size_t)n_id, ZMQ_SNDMORE);
    zmq_send(s->doorman, status, 3, ZMQ_SNDMORE);
    zmq_send(s->doorman, "", 0, ZMQ_SNDMORE);  // text
    zmq_send(s->doorman, "", 0, ZMQ_SNDMORE);  // user
    zmq_send(s->doorman, "", 0, 0);            // more about the user
  }
  while (next_event(s->monitor, 0) != 0) {
    tell_of_stranger(s, "without keys, or with another key than ours in mind");
  }
}

// ------------------------------------------------------------------------------- send and receive

/// Sets a time-out only when it differs: in a run it is the same for every exchange.
static bool set_wait(taut_socket *s, int option, int64_t *now_ns, int64_t wait_ns) {
  if (milliseconds(*now_ns) == milliseconds(wait_ns) && *now_ns >= 0) return true;
  *now_ns = wait_ns > 0 ? wait_ns : 0;
  return set(s->socket, option, milliseconds(wait_ns));
}

taut_status taut_socket_send(taut_socket *socket, const taut_identity *to, const void *bytes,
                             size_t size, int64_t wait_ns) {
  if (!set_wait(socket, ZMQ_SNDTIMEO, &socket->send_wait_ns, wait_ns)) return TAUT_EIO;
  if (socket->is_router) {
    if (zmq_send(socket->socket, to->bytes, to->size, ZMQ_SNDMORE) < 0) return TAUT_EIO;
  }
  int n;
  do {
    n = zmq_send(socket->socket, bytes, size, 0);
  } while (n < 0 && errno == EINTR);
  return n < 0 ? TAUT_EIO : TAUT_OK;
}

static bool has_more(const taut_socket *socket) {
  return zmq_msg_more(&socket->message) != 0;
}

/// Receives one frame into the message; false when none came.
static bool receive_frame(taut_socket *socket, int flags) {
  zmq_msg_close(&socket->message);
  zmq_msg_init(&socket->message);
  int n;
  do {
    n = zmq_msg_recv(&socket->message, socket->socket, flags);
  } while (n < 0 && errno == EINTR);
  return n >= 0;
}

taut_status taut_socket_receive(taut_socket *socket, int64_t wait_ns, taut_received *out) {
  // The rest of the struct is an identity of 256 bytes that a DEALER has no use for.
  out->from.size = 0;
  out->bytes = NULL;
  out->size = 0;
  out->is_malformed = false;
  if (socket->doorman != NULL) {
    if (wait_ns > 0) taut_socket_wait(socket, -1, wait_ns);
    attend(socket);
    wait_ns = 0;
  }
  if (!set_wait(socket, ZMQ_RCVTIMEO, &socket->receive_wait_ns, wait_ns)) return TAUT_EIO;
  if (!receive_frame(socket, 0)) return errno == EAGAIN ? TAUT_ENOTFOUND : TAUT_EIO;
  if (socket->is_router) {
    size_t n = zmq_msg_size(&socket->message);
    out->from.size = (uint8_t)(n <= TAUT_IDENTITY_MAX ? n : 0);
    memcpy(out->from.bytes, zmq_msg_data(&socket->message), out->from.size);
    out->is_malformed = !has_more(socket) || !receive_frame(socket, ZMQ_DONTWAIT);
  }
  // All parts of a message arrive together; a peer that sends more than one has said nothing.
  while (has_more(socket)) {
    out->is_malformed = true;
    if (!receive_frame(socket, ZMQ_DONTWAIT)) break;
  }
  if (out->is_malformed) return TAUT_OK;
  out->bytes = zmq_msg_data(&socket->message);
  out->size = zmq_msg_size(&socket->message);
  return TAUT_OK;
}

void taut_socket_wait(taut_socket *socket, int fd, int64_t wait_ns) {
  zmq_pollitem_t items[4] = {{.socket = socket->socket, .events = ZMQ_POLLIN}};
  int n = 1;
  if (fd >= 0) items[n++] = (zmq_pollitem_t){.fd = fd, .events = ZMQ_POLLIN};
  if (socket->doorman != NULL) {
    items[n++] = (zmq_pollitem_t){.socket = socket->doorman, .events = ZMQ_POLLIN};
    items[n++] = (zmq_pollitem_t){.socket = socket->monitor, .events = ZMQ_POLLIN};
  }
  zmq_poll(items, n, milliseconds(wait_ns));
  attend(socket);
}

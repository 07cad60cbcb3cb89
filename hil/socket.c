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
  QUEUE_MAX = 256,               ///< messages waiting per direction and connection
  FRAME_MAX = 4 << 20,           ///< a longer one costs its sender the connection [bytes]
  TRANSPORT_HANDSHAKE_MS = 2000  ///< for ZMTP itself
};

struct taut_socket {
  void *context, *socket;
  bool is_router;
  char path[108];                         ///< of the socket file to remove, "" for none
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
                set(s->socket, ZMQ_HANDSHAKE_IVL, TRANSPORT_HANDSHAKE_MS) &&
                zmq_setsockopt(s->socket, ZMQ_MAXMSGSIZE, &frame_max, sizeof frame_max) == 0;
  if (is_set && s->is_router) is_set = set(s->socket, ZMQ_ROUTER_MANDATORY, 1);
  if (is_set && !s->is_router) {
    is_set = set(s->socket, ZMQ_RECONNECT_IVL, -1) && set(s->socket, ZMQ_IMMEDIATE, 1);
  }
  if (is_set) return s;
  taut_socket_close(s);
  return NULL;
}

taut_status taut_socket_connect(const taut_endpoint *endpoint, taut_socket **out, char *error,
                                size_t size) {
  *out = create(ZMQ_DEALER);
  if (*out != NULL && zmq_connect((*out)->socket, endpoint->text) == 0) return TAUT_OK;
  snprintf(error, size, "%s: %s", endpoint->text, zmq_strerror(errno));
  taut_socket_close(*out);
  *out = NULL;
  return TAUT_EIO;
}

taut_status taut_socket_listen(const taut_endpoint *endpoint, taut_socket **out, char *error,
                               size_t size) {
  *out = NULL;
  taut_status status = taut_endpoint_check_free(endpoint, error, size);
  if (status != TAUT_OK) return status;
  *out = create(ZMQ_ROUTER);
  mode_t mask = umask(0077);
  bool is_bound = *out != NULL && zmq_bind((*out)->socket, endpoint->text) == 0;
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
  if (socket->socket != NULL) zmq_close(socket->socket);
  // Nothing lingers and there is no other socket, so this does not wait for anybody outside.
  while (socket->context != NULL && zmq_ctx_term(socket->context) != 0 && errno == EINTR) continue;
  if (socket->path[0] != '\0') unlink(socket->path);
  free(socket);
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
  zmq_pollitem_t items[2] = {{.socket = socket->socket, .events = ZMQ_POLLIN},
                             {.fd = fd, .events = ZMQ_POLLIN}};
  zmq_poll(items, fd >= 0 ? 2 : 1, milliseconds(wait_ns));
}

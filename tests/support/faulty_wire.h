/// A wire between a harness and a peer that does to their messages what networks do. It speaks the
/// framing of ZMTP 3 and nothing above it, so it can do the same to encrypted ones.
#ifndef TAUT_TESTS_SUPPORT_FAULTY_WIRE_H
#define TAUT_TESTS_SUPPORT_FAULTY_WIRE_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/served.h"

typedef enum wire_fault {
  WIRE_GOOD,
  WIRE_DELAY,      ///< each message a millisecond late
  WIRE_JITTER,     ///< each message up to 3 ms late, in order
  WIRE_STALL,      ///< one message 1.2 s late
  WIRE_CRUMBLE,    ///< in pieces of a few bytes
  WIRE_DUPLICATE,  ///< each message twice
  WIRE_REORDER,    ///< an old message comes again before and after each new one
  WIRE_REPLAY,     ///< from message `n` on, all that was said so far is said again, once
  WIRE_MALFORMED,  ///< before each message one that is none, and one of two frames
  WIRE_OVERSIZED,  ///< before some messages one above the limit of the protocol
  WIRE_DROP,       ///< message `n` does not arrive
  WIRE_CUT_SHORT,  ///< of message `n` half arrives, as a whole message
  WIRE_FLIP,       ///< one bit of the last value of message `n` is another one
  WIRE_FLOOD,      ///< before message `n` one above what the transport takes
  WIRE_PARTITION,  ///< from message `n` on nothing arrives, either way
  WIRE_HANG_UP,    ///< at message `n` both connections are closed
  WIRE_DEAF        ///< accepts, and says nothing at all
} wire_fault;

enum {
  WIRE_TO_PEER = 1,
  WIRE_TO_HARNESS = 2,
  WIRE_BUFFER = 8 << 20,
  WIRE_KEPT = 64,
  WIRE_FAR = 16  ///< bytes of an authenticator that a flip leaves alone, when there is one
};

/// What a wire does; message numbers begin at 1 with Hello and its answer.
typedef struct wire_plan {
  wire_fault fault;
  int ways;        ///< WIRE_TO_PEER, WIRE_TO_HARNESS or both
  uint64_t n;      ///< which message
  bool is_locked;  ///< the messages are encrypted
  bool is_live;    ///< of a live link
} wire_plan;

/// One direction of a connection.
typedef struct wire_way {
  int from, to, way;
  uint8_t *in;  ///< (WIRE_BUFFER) what came and is no whole frame yet
  size_t n_in;
  bool is_greeted;
  uint64_t n_messages;
  struct {
    uint8_t *bytes;
    size_t size;
  } kept[WIRE_KEPT];  ///< the last messages, in a ring
} wire_way;

/// Writes all, in pieces of at most `piece`.
static inline bool wire_write(int fd, const uint8_t *bytes, size_t size, size_t piece) {
  while (size > 0) {
    ssize_t n = send(fd, bytes, size < piece ? size : piece, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    bytes += n;
    size -= (size_t)n;
  }
  return true;
}

/// A frame with this payload; `flags` 1 when another one follows.
static inline bool wire_frame(int fd, uint8_t flags, const uint8_t *payload, size_t size) {
  uint8_t head[9] = {(uint8_t)(flags | 2)};
  for (int i = 0; i < 8; i++) head[1 + i] = (uint8_t)((uint64_t)size >> (56 - 8 * i));
  return wire_write(fd, head, 9, 9) && wire_write(fd, payload, size, 1 << 20);
}

static inline void wire_keep(wire_way *w, const uint8_t *bytes, size_t size) {
  size_t i = w->n_messages % WIRE_KEPT;
  free(w->kept[i].bytes);
  w->kept[i].bytes = malloc(size + 1);
  if (w->kept[i].bytes == NULL) _exit(3);
  memcpy(w->kept[i].bytes, bytes, size);
  w->kept[i].size = size;
}

/// The message `back` messages ago once more, if there is one.
static inline bool wire_repeat(const wire_way *w, uint64_t back) {
  if (w->n_messages <= back) return true;
  size_t i = (w->n_messages - back) % WIRE_KEPT;
  return w->kept[i].bytes == NULL || wire_write(w->to, w->kept[i].bytes, w->kept[i].size, SIZE_MAX);
}

/// Passes one message on (header included), or does not. False ends the connection.
static inline bool wire_message(wire_way *w, const wire_plan *plan, uint8_t *bytes, size_t size) {
  static uint8_t large[5 << 20];
  size_t n_head = bytes[0] & 2 ? 9 : 2;
  w->n_messages++;
  wire_keep(w, bytes, size);
  if (!(plan->ways & w->way)) return wire_write(w->to, bytes, size, SIZE_MAX);
  bool is_it = w->n_messages == plan->n;
  switch (plan->fault) {
    case WIRE_DELAY: sleep_ms(1); break;
    case WIRE_JITTER: sleep_ms((long)(w->n_messages * 7 % 13 / 4)); break;
    case WIRE_STALL:
      if (is_it) sleep_ms(1200);
      break;
    case WIRE_CRUMBLE: return wire_write(w->to, bytes, size, 5);
    case WIRE_DUPLICATE: return wire_write(w->to, bytes, size, SIZE_MAX) && wire_repeat(w, 0);
    case WIRE_REORDER:
      return wire_repeat(w, 2) && wire_write(w->to, bytes, size, SIZE_MAX) && wire_repeat(w, 1);
    case WIRE_REPLAY:
      for (uint64_t back = w->n_messages; is_it && back-- > 1;)
        if (!wire_repeat(w, back)) return false;
      break;
    case WIRE_MALFORMED:
      if (!wire_frame(w->to, 0, (const uint8_t *)"\xff\xff\xff\xff", 4) ||
          !wire_frame(w->to, 1, bytes + n_head, size - n_head) ||
          !wire_frame(w->to, 0, (const uint8_t *)"x", 1))
        return false;
      break;
    case WIRE_OVERSIZED:
      if (w->n_messages % 50 == 3 && !wire_frame(w->to, 0, large, (1 << 20) + 1)) return false;
      break;
    case WIRE_DROP:
      if (is_it) return true;
      break;
    case WIRE_CUT_SHORT:
      if (is_it) return wire_frame(w->to, 0, bytes + n_head, (size - n_head) / 2);
      break;
    case WIRE_FLIP:
      if (is_it) bytes[size - 3 - (plan->is_locked ? WIRE_FAR : 0)] ^= 0x10;
      break;
    case WIRE_FLOOD:
      if (is_it) wire_frame(w->to, 0, large, sizeof large);
      break;
    case WIRE_PARTITION:
      while (w->n_messages >= plan->n) sleep_ms(1000);
      break;
    case WIRE_HANG_UP:
      if (is_it) return false;
      break;
    case WIRE_GOOD:
    case WIRE_DEAF: break;
  }
  return wire_write(w->to, bytes, size, SIZE_MAX);
}

/// Passes on what is whole. False ends the connection.
static inline bool wire_frames(wire_way *w, const wire_plan *plan) {
  size_t at = 0;
  bool is_open = true;
  if (!w->is_greeted) {
    // Signature, version, mechanism: 64 bytes in all, passed on as they come, since each end waits
    // for the other's signature.
    static size_t n_passed[3];
    size_t n = 64 - n_passed[w->way] < w->n_in ? 64 - n_passed[w->way] : w->n_in;
    is_open = wire_write(w->to, w->in, n, SIZE_MAX);
    n_passed[w->way] += n;
    at = n;
    w->is_greeted = n_passed[w->way] == 64;
    if (w->is_greeted) n_passed[w->way] = 0;
  }
  while (is_open && w->is_greeted && w->n_in - at >= 2) {
    uint8_t *frame = w->in + at;
    bool is_long = frame[0] & 2, is_command = frame[0] & 4;
    uint64_t size = frame[1];
    if (is_long && w->n_in - at < 9) break;
    for (int i = 1; is_long && i < 9; i++) size = i == 1 ? frame[1] : size << 8 | frame[i];
    size += is_long ? 9 : 2;
    if (size > WIRE_BUFFER) return false;
    if (w->n_in - at < size) break;
    at += size;
    is_open =
        is_command ? wire_write(w->to, frame, size, SIZE_MAX) : wire_message(w, plan, frame, size);
  }
  memmove(w->in, w->in + at, w->n_in - at);
  w->n_in -= at;
  return is_open;
}

static inline void wire_carry(int harness, int peer, const wire_plan *plan) {
  static uint8_t buffers[2][WIRE_BUFFER];
  wire_way ways[2] = {{.from = harness, .to = peer, .way = WIRE_TO_PEER, .in = buffers[0]},
                      {.from = peer, .to = harness, .way = WIRE_TO_HARNESS, .in = buffers[1]}};
  for (bool is_open = true; is_open;) {
    struct pollfd items[2] = {{harness, POLLIN, 0}, {peer, POLLIN, 0}};
    if (poll(items, 2, -1) < 0) break;
    for (int i = 0; i < 2 && is_open; i++) {
      if (items[i].revents == 0) continue;
      wire_way *w = &ways[i];
      ssize_t n = recv(w->from, w->in + w->n_in, WIRE_BUFFER - w->n_in, 0);
      if (n > 0) w->n_in += (size_t)n;
      is_open = n > 0 && wire_frames(w, plan);
    }
  }
  for (int i = 0; i < 2; i++)
    for (int k = 0; k < WIRE_KEPT; k++) free(ways[i].kept[k].bytes);
}

static inline int wire_socket(const taut_endpoint *endpoint, bool is_listener) {
  struct sockaddr_un local = {.sun_family = AF_UNIX};
  struct sockaddr_in inet = {.sin_family = AF_INET,
                             .sin_port = htons(endpoint->port),
                             .sin_addr.s_addr = htonl(endpoint->address)};
  bool is_ipc = endpoint->path[0] != '\0';
  memcpy(local.sun_path, endpoint->path, sizeof local.sun_path);
  const struct sockaddr *address =
      is_ipc ? (const struct sockaddr *)&local : (const struct sockaddr *)&inet;
  socklen_t size = is_ipc ? sizeof local : sizeof inet;
  int fd = socket(is_ipc ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
  if (!is_ipc) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (!is_ipc) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  bool is_done = is_listener ? bind(fd, address, size) == 0 && listen(fd, 16) == 0
                             : connect(fd, address, size) == 0;
  if (is_done) return fd;
  close(fd);
  return -1;
}

/// Lays a wire from address `from`, where harnesses connect, to the peer at `to`. Kill it to end
/// it.
static inline pid_t start_wire(const char *from, const char *to, const wire_plan *plan) {
  char error[512];
  taut_endpoint near, far;
  assert_int_equal(taut_endpoint_parse(from, &near, error, sizeof error), TAUT_OK);
  assert_int_equal(taut_endpoint_parse(to, &far, error, sizeof error), TAUT_OK);
  int listener = wire_socket(&near, true);
  assert_true(listener >= 0);
  pid_t pid = fork();
  if (pid != 0) {
    close(listener);
    return pid;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;) {
    int harness = accept(listener, NULL, NULL);
    // Who only looks whether somebody listens has closed already, or does so now.
    struct pollfd item = {harness, POLLIN, 0};
    char byte;
    if (poll(&item, 1, 10000) <= 0 || recv(harness, &byte, 1, MSG_PEEK) <= 0) {
      close(harness);
      continue;
    }
    while (plan->fault == WIRE_DEAF) sleep_ms(1000);
    int peer = wire_socket(&far, false);
    if (peer >= 0) wire_carry(harness, peer, plan);
    if (peer >= 0) close(peer);
    close(harness);
  }
}

#endif

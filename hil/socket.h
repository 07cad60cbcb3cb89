/// ZeroMQ sockets of links: the harness's DEALER and the peer's ROUTER. Every wait is bounded,
/// nothing lingers, what a connection may queue and how long a message may be is limited.
#ifndef TAUT_HIL_SOCKET_H
#define TAUT_HIL_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hil/endpoint.h"

typedef struct taut_socket taut_socket;

enum { TAUT_IDENTITY_MAX = 255 };

/// Who sent a message to a ROUTER; empty on a DEALER.
typedef struct taut_identity {
  uint8_t size;
  uint8_t bytes[TAUT_IDENTITY_MAX];
} taut_identity;

/// A received message; borrowed until the next receive on the socket.
typedef struct taut_received {
  taut_identity from;
  const void *bytes;
  size_t size;
  bool is_malformed;  ///< not one frame: nothing of it is in `bytes`
} taut_received;

/// Connects to a listening peer, once: a lost connection stays lost. Returns when the transport has
/// shaken hands, which includes the keys of an endpoint that has some. Starts threads. EIO, ENOMEM
/// with a sentence in `error`. [main]
taut_status taut_socket_connect(const taut_endpoint *endpoint, taut_socket **out, char *error,
                                size_t size);

/// Listens. The file of an ipc address can be opened by its owner alone; with credentials only
/// those whose keys are allowed are let in, without them only this machine is. Starts threads. EIO,
/// ENOMEM, EREJECT (in use) with a sentence in `error`. [main]
taut_status taut_socket_listen(const taut_endpoint *endpoint, taut_socket **out, char *error,
                               size_t size);

/// Tells of everybody whom a listener with credentials turned away, from within receive and wait.
/// `text` says who and why. [main]
void taut_socket_on_stranger(taut_socket *socket, void (*tell)(void *user, const char *text),
                             void *user);

/// Closes the socket and ends its threads; what was not sent is dropped. [main]
void taut_socket_close(taut_socket *socket);

/// Sends one frame, on a ROUTER to `to` (NULL on a DEALER). Waits at most `wait_ns`. EIO when it
/// could not be handed over in time, or when the receiver is not connected any more. [main]
taut_status taut_socket_send(taut_socket *socket, const taut_identity *to, const void *bytes,
                             size_t size, int64_t wait_ns);

/// Receives one message, waiting at most `wait_ns`. ENOTFOUND when none came, EIO. [main]
taut_status taut_socket_receive(taut_socket *socket, int64_t wait_ns, taut_received *out);

/// Waits at most `wait_ns` for a message or for `fd` (-1: none) to become readable. [main]
void taut_socket_wait(taut_socket *socket, int fd, int64_t wait_ns);

/// Makes a new pair of keys. False without a source of random numbers. [main]
bool taut_socket_make_keys(taut_credentials *out);

/// The public key that belongs to a secret one; false for none. [any]
bool taut_socket_public_key(const taut_key *secret, taut_key *out);

/// Monotonic wall time [ns]. [any]
int64_t taut_wall_ns(void);

#endif

/// One harness after the other at a peer: bytes come in with who sent them, bytes go out through a
/// function. Sockets are of taut_link.c. Not installed.
#ifndef TAUT_LINK_HOST_H
#define TAUT_LINK_HOST_H

#include "taut_link.h"

/// Who sent a message.
typedef struct taut_sender {
  size_t size;
  uint8_t bytes[255];
} taut_sender;

typedef struct taut_host taut_host;

/// Sends one frame; false when the receiver is gone or takes nothing more.
typedef bool (*taut_send_fn)(void *user, const taut_sender *to, const void *bytes, size_t size);

/// NULL when memory is out. `peer` is borrowed until destroy.
taut_host *taut_host_create(const taut_peer *peer, taut_send_fn send, void *user);
/// Ends a session with a goodbye, then frees everything. NULL is fine.
void taut_host_destroy(taut_host *host);

/// Handles one message. Whatever the bytes are, the outcome is an answer or a refusal.
void taut_host_receive(taut_host *host, const taut_sender *from, const void *bytes, size_t size);
/// Counts a message that was not one frame.
void taut_host_refuse_frames(taut_host *host);

/// Takes note of the time and does what is due; returns in how many milliseconds again at the
/// latest.
int taut_host_advance(taut_host *host);

/// One line on stderr, of printable ASCII.
void taut_host_say(const taut_peer *peer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif

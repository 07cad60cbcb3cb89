/// Messages to bytes and back. What is decoded lives in an arena of fixed size, so that no message,
/// however made, can take more memory than that.
#ifndef TAUT_HIL_WIRE_H
#define TAUT_HIL_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "taut/status.h"
#include "taut_link.pb-c.h"

enum {
  TAUT_LINK_PROTOCOL = 1,          ///< version of taut_link.proto
  TAUT_LINK_MESSAGE_MAX = 1 << 20  ///< longest message that is looked at [bytes]
};

/// Memory for one decoded message, of both sides of a link: many times that of the largest table.
/// Fuzzers take less, since under sanitizers each byte of it costs time.
#ifndef TAUT_LINK_ARENA_BYTES
#define TAUT_LINK_ARENA_BYTES ((size_t)8 << 20)
#endif

typedef Taut__Link__Message taut_message;

/// An encoder and a decoder with their memory. Zero-initialise, then init.
typedef struct taut_wire {
  unsigned char *arena;
  size_t n_used, capacity;
  unsigned char *bytes;  ///< of the last encoded message
  size_t bytes_capacity;
} taut_wire;

/// `arena_bytes` bounds what one decoded message may take. ENOMEM. Allocates.
taut_status taut_wire_init(taut_wire *wire, size_t arena_bytes);
void taut_wire_fini(taut_wire *wire);

/// Encodes a message; `*out` is valid until the next encode. ENOMEM; EFULL above
/// TAUT_LINK_MESSAGE_MAX.
taut_status taut_wire_encode(taut_wire *wire, const taut_message *message, const uint8_t **out,
                             size_t *size);

/// Decodes a message; it is valid until the next decode or drop. EFULL above TAUT_LINK_MESSAGE_MAX;
/// EINVAL for bytes that are no message, or one that does not fit into the arena.
taut_status taut_wire_decode(taut_wire *wire, const void *bytes, size_t size, taut_message **out);

/// Describes the messages: a FileDescriptorSet of taut_link.proto. Static storage. [any]
const unsigned char *taut_wire_schema(size_t *size);

/// Memory that lives as long as the decoded message: zeroed, aligned for any type; NULL when the
/// arena is full.
void *taut_wire_take(taut_wire *wire, size_t size);

#endif

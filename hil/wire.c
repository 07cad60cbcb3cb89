#include "hil/wire.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

// Made at build time from taut_link.proto.
extern const unsigned char taut_link_schema[];
extern const size_t taut_link_schema_size;

static void *take(void *user, size_t size) {
  taut_wire *wire = user;
  size_t align = alignof(max_align_t), at = (wire->n_used + align - 1) / align * align;
  if (at > wire->capacity || size > wire->capacity - at) return NULL;
  wire->n_used = at + size;
  return wire->arena + at;
}

static void give_back(void *user, void *block) {
  // The arena is emptied as a whole.
  (void)user;
  (void)block;
}

taut_status taut_wire_init(taut_wire *wire, size_t arena_bytes) {
  *wire = (taut_wire){.capacity = arena_bytes, .bytes_capacity = 4096};
  wire->arena = malloc(arena_bytes);
  wire->bytes = malloc(wire->bytes_capacity);
  if (wire->arena != NULL && wire->bytes != NULL) return TAUT_OK;
  taut_wire_fini(wire);
  return TAUT_ENOMEM;
}

void taut_wire_fini(taut_wire *wire) {
  free(wire->arena);
  free(wire->bytes);
  *wire = (taut_wire){0};
}

taut_status taut_wire_encode(taut_wire *wire, const taut_message *message, const uint8_t **out,
                             size_t *size) {
  *size = taut__link__message__get_packed_size(message);
  if (*size > TAUT_LINK_MESSAGE_MAX) return TAUT_EFULL;
  if (*size > wire->bytes_capacity) {
    unsigned char *bytes = realloc(wire->bytes, *size);
    if (bytes == NULL) return TAUT_ENOMEM;
    wire->bytes = bytes;
    wire->bytes_capacity = *size;
  }
  taut__link__message__pack(message, wire->bytes);
  *out = wire->bytes;
  return TAUT_OK;
}

taut_status taut_wire_decode(taut_wire *wire, const void *bytes, size_t size, taut_message **out) {
  ProtobufCAllocator allocator = {take, give_back, wire};
  *out = NULL;
  wire->n_used = 0;
  if (size > TAUT_LINK_MESSAGE_MAX) return TAUT_EFULL;
  *out = taut__link__message__unpack(&allocator, size, bytes);
  return *out != NULL ? TAUT_OK : TAUT_EINVAL;
}

const unsigned char *taut_wire_schema(size_t *size) {
  *size = taut_link_schema_size;
  return taut_link_schema;
}

void *taut_wire_take(taut_wire *wire, size_t size) {
  void *block = take(wire, size);
  if (block != NULL) memset(block, 0, size);
  return block;
}

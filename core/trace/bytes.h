/// Bytes going out and bytes coming in: a growing block, and a cursor that never reads past its
/// end.
///
/// Both remember their first failure, so that a sequence of calls needs one check at its end.
#ifndef TAUT_TRACE_BYTES_H
#define TAUT_TRACE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "taut/status.h"

/// A growing block. Zero-initialise it.
typedef struct taut_bytes {
  uint8_t *data;
  size_t size;
  size_t capacity;
  bool has_failed;  ///< memory ran out; what was appended since is missing
} taut_bytes;

/// Room for `n` more bytes; false when there is no memory for them. Allocates.
bool taut_bytes_reserve(taut_bytes *bytes, size_t n);
void taut_bytes_fini(taut_bytes *bytes);

void taut_bytes_put(taut_bytes *bytes, const void *data, size_t n);
void taut_bytes_u8(taut_bytes *bytes, uint8_t value);
void taut_bytes_u16(taut_bytes *bytes, uint16_t value);
void taut_bytes_u32(taut_bytes *bytes, uint32_t value);
void taut_bytes_u64(taut_bytes *bytes, uint64_t value);
/// A text or block with its length in 32 bits before it, as MCAP has them.
void taut_bytes_text(taut_bytes *bytes, const char *text);
void taut_bytes_block(taut_bytes *bytes, const void *data, size_t n);
/// Protobuf: a varint; a field of varint type; a field with a length.
void taut_bytes_varint(taut_bytes *bytes, uint64_t value);
void taut_bytes_field_varint(taut_bytes *bytes, uint32_t number, uint64_t value);
void taut_bytes_field(taut_bytes *bytes, uint32_t number, const void *data, size_t n);
void taut_bytes_field_text(taut_bytes *bytes, uint32_t number, const char *text);

/// A little-endian number at `to`; `to` has room. [any]
static inline uint8_t *taut_store_u16(uint8_t *to, uint16_t value) {
  to[0] = (uint8_t)value;
  to[1] = (uint8_t)(value >> 8);
  return to + 2;
}
static inline uint8_t *taut_store_u32(uint8_t *to, uint32_t value) {
  return taut_store_u16(taut_store_u16(to, (uint16_t)value), (uint16_t)(value >> 16));
}
static inline uint8_t *taut_store_u64(uint8_t *to, uint64_t value) {
  return taut_store_u32(taut_store_u32(to, (uint32_t)value), (uint32_t)(value >> 32));
}

/// What is left of a block.
typedef struct taut_cursor {
  const uint8_t *at;
  size_t left;
  bool has_failed;  ///< something was asked for that is not there; every later answer is zero
} taut_cursor;

/// The next `n` bytes, or NULL.
const uint8_t *taut_cursor_take(taut_cursor *cursor, size_t n);
uint8_t taut_cursor_u8(taut_cursor *cursor);
uint16_t taut_cursor_u16(taut_cursor *cursor);
uint32_t taut_cursor_u32(taut_cursor *cursor);
uint64_t taut_cursor_u64(taut_cursor *cursor);
uint64_t taut_cursor_varint(taut_cursor *cursor);
/// A part whose length stands before it in 32 bits, in 64 bits, as a varint.
taut_cursor taut_cursor_block(taut_cursor *cursor);
taut_cursor taut_cursor_block64(taut_cursor *cursor);
taut_cursor taut_cursor_sized(taut_cursor *cursor);
/// A text with its length before it, as a copy of the caller's; NULL when it is not there, holds a
/// NUL byte, or memory is out. Allocates.
char *taut_cursor_text(taut_cursor *cursor);

/// A protobuf field.
typedef struct taut_field {
  uint32_t number;
  uint32_t wire_type;  ///< 0 varint, 1 eight bytes, 2 with length, 5 four bytes
  uint64_t value;      ///< of types 0, 1 and 5
  taut_cursor bytes;   ///< of type 2
} taut_field;

/// The next field; false at the end, and when it is not whole (has_failed).
bool taut_cursor_field(taut_cursor *cursor, taut_field *out);

/// Bytes as the number they stand for. [any]
static inline double taut_double_of(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline uint64_t taut_bits_of(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

#endif

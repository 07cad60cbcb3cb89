#include "trace/bytes.h"

#include <stdlib.h>

bool taut_bytes_reserve(taut_bytes *bytes, size_t n) {
  if (bytes->capacity - bytes->size >= n) return true;
  size_t capacity = bytes->capacity < 256 ? 256 : bytes->capacity;
  while (capacity - bytes->size < n && capacity <= SIZE_MAX / 2) capacity *= 2;
  uint8_t *data = capacity - bytes->size >= n ? realloc(bytes->data, capacity) : NULL;
  if (data == NULL) {
    bytes->has_failed = true;
    return false;
  }
  bytes->data = data;
  bytes->capacity = capacity;
  return true;
}

void taut_bytes_fini(taut_bytes *bytes) {
  free(bytes->data);
  *bytes = (taut_bytes){0};
}

void taut_bytes_put(taut_bytes *bytes, const void *data, size_t n) {
  if (n == 0 || !taut_bytes_reserve(bytes, n)) return;
  memcpy(bytes->data + bytes->size, data, n);
  bytes->size += n;
}

void taut_bytes_u8(taut_bytes *bytes, uint8_t value) {
  taut_bytes_put(bytes, &value, 1);
}

void taut_bytes_u16(taut_bytes *bytes, uint16_t value) {
  uint8_t raw[2];
  taut_store_u16(raw, value);
  taut_bytes_put(bytes, raw, sizeof raw);
}

void taut_bytes_u32(taut_bytes *bytes, uint32_t value) {
  uint8_t raw[4];
  taut_store_u32(raw, value);
  taut_bytes_put(bytes, raw, sizeof raw);
}

void taut_bytes_u64(taut_bytes *bytes, uint64_t value) {
  uint8_t raw[8];
  taut_store_u64(raw, value);
  taut_bytes_put(bytes, raw, sizeof raw);
}

void taut_bytes_block(taut_bytes *bytes, const void *data, size_t n) {
  if (n > UINT32_MAX) {
    bytes->has_failed = true;
    return;
  }
  taut_bytes_u32(bytes, (uint32_t)n);
  taut_bytes_put(bytes, data, n);
}

void taut_bytes_text(taut_bytes *bytes, const char *text) {
  taut_bytes_block(bytes, text, strlen(text));
}

void taut_bytes_varint(taut_bytes *bytes, uint64_t value) {
  for (; value >= 0x80; value >>= 7) taut_bytes_u8(bytes, (uint8_t)(value | 0x80));
  taut_bytes_u8(bytes, (uint8_t)value);
}

void taut_bytes_field_varint(taut_bytes *bytes, uint32_t number, uint64_t value) {
  taut_bytes_varint(bytes, (uint64_t)number << 3);
  taut_bytes_varint(bytes, value);
}

void taut_bytes_field(taut_bytes *bytes, uint32_t number, const void *data, size_t n) {
  taut_bytes_varint(bytes, (uint64_t)number << 3 | 2);
  taut_bytes_varint(bytes, n);
  taut_bytes_put(bytes, data, n);
}

void taut_bytes_field_text(taut_bytes *bytes, uint32_t number, const char *text) {
  taut_bytes_field(bytes, number, text, strlen(text));
}

// -------------------------------------------------------------------------------------- coming in

const uint8_t *taut_cursor_take(taut_cursor *cursor, size_t n) {
  if (cursor->has_failed || n > cursor->left) {
    cursor->has_failed = true;
    cursor->left = 0;
    return NULL;
  }
  const uint8_t *at = cursor->at;
  // An empty block may have no address, which no offset may be added to.
  if (n > 0) cursor->at += n;
  cursor->left -= n;
  return at;
}

// Compilers make one load of these.
static uint16_t load_u16(const uint8_t *at) {
  return (uint16_t)(at[0] | at[1] << 8);
}

static uint32_t load_u32(const uint8_t *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static uint64_t load_u64(const uint8_t *at) {
  return (uint64_t)load_u32(at) | (uint64_t)load_u32(at + 4) << 32;
}

uint8_t taut_cursor_u8(taut_cursor *cursor) {
  const uint8_t *at = taut_cursor_take(cursor, 1);
  return at != NULL ? *at : 0;
}

uint16_t taut_cursor_u16(taut_cursor *cursor) {
  const uint8_t *at = taut_cursor_take(cursor, 2);
  return at != NULL ? load_u16(at) : 0;
}

uint32_t taut_cursor_u32(taut_cursor *cursor) {
  const uint8_t *at = taut_cursor_take(cursor, 4);
  return at != NULL ? load_u32(at) : 0;
}

uint64_t taut_cursor_u64(taut_cursor *cursor) {
  const uint8_t *at = taut_cursor_take(cursor, 8);
  return at != NULL ? load_u64(at) : 0;
}

uint64_t taut_cursor_varint(taut_cursor *cursor) {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    uint8_t byte = taut_cursor_u8(cursor);
    value |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80) return cursor->has_failed ? 0 : value;
  }
  cursor->has_failed = true;
  return 0;
}

static taut_cursor take_part(taut_cursor *cursor, uint64_t n) {
  const uint8_t *at = n <= SIZE_MAX ? taut_cursor_take(cursor, (size_t)n) : NULL;
  if (n > SIZE_MAX) cursor->has_failed = true;
  if (cursor->has_failed) return (taut_cursor){.has_failed = true};
  return (taut_cursor){.at = at, .left = (size_t)n};
}

taut_cursor taut_cursor_block(taut_cursor *cursor) {
  return take_part(cursor, taut_cursor_u32(cursor));
}

taut_cursor taut_cursor_block64(taut_cursor *cursor) {
  return take_part(cursor, taut_cursor_u64(cursor));
}

taut_cursor taut_cursor_sized(taut_cursor *cursor) {
  return take_part(cursor, taut_cursor_varint(cursor));
}

char *taut_cursor_text(taut_cursor *cursor) {
  taut_cursor part = taut_cursor_block(cursor);
  if (part.has_failed || (part.left > 0 && memchr(part.at, 0, part.left) != NULL)) {
    cursor->has_failed = true;
    return NULL;
  }
  char *text = malloc(part.left + 1);
  if (text == NULL) {
    cursor->has_failed = true;
    return NULL;
  }
  if (part.left > 0) memcpy(text, part.at, part.left);
  text[part.left] = '\0';
  return text;
}

bool taut_cursor_field(taut_cursor *cursor, taut_field *out) {
  if (cursor->has_failed || cursor->left == 0) return false;
  uint64_t tag = taut_cursor_varint(cursor);
  *out = (taut_field){.number = (uint32_t)(tag >> 3), .wire_type = (uint32_t)(tag & 7)};
  switch (out->wire_type) {
    case 0: out->value = taut_cursor_varint(cursor); break;
    case 1: out->value = taut_cursor_u64(cursor); break;
    case 2: out->bytes = taut_cursor_sized(cursor); break;
    case 5: out->value = taut_cursor_u32(cursor); break;
    default: cursor->has_failed = true; break;
  }
  if (tag >> 3 == 0 || tag >> 3 > UINT32_C(0x1fffffff)) cursor->has_failed = true;
  return !cursor->has_failed;
}

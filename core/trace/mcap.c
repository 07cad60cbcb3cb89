#include "trace/mcap.h"

#include <zlib.h>

size_t taut_mcap_open(taut_bytes *bytes, taut_mcap_opcode opcode) {
  size_t mark = bytes->size;
  taut_bytes_u8(bytes, (uint8_t)opcode);
  taut_bytes_u64(bytes, 0);
  return mark;
}

void taut_mcap_close(taut_bytes *bytes, size_t mark) {
  if (bytes->has_failed) return;
  taut_store_u64(bytes->data + mark + 1, bytes->size - mark - TAUT_MCAP_HEAD_SIZE);
}

static void put_map(taut_bytes *bytes, const taut_pair *pairs, size_t n_pairs) {
  size_t mark = bytes->size;
  taut_bytes_u32(bytes, 0);
  for (size_t i = 0; i < n_pairs; i++) {
    taut_bytes_text(bytes, pairs[i].key);
    taut_bytes_text(bytes, pairs[i].value);
  }
  if (bytes->has_failed) return;
  // The prefix of a map counts bytes, not entries.
  taut_store_u32(bytes->data + mark, (uint32_t)(bytes->size - mark - 4));
}

void taut_mcap_put_header(taut_bytes *bytes, const char *profile, const char *library) {
  size_t mark = taut_mcap_open(bytes, TAUT_MCAP_HEADER);
  taut_bytes_text(bytes, profile);
  taut_bytes_text(bytes, library);
  taut_mcap_close(bytes, mark);
}

void taut_mcap_put_schema(taut_bytes *bytes, uint16_t id, const char *name, const char *encoding,
                          const void *data, size_t size) {
  size_t mark = taut_mcap_open(bytes, TAUT_MCAP_SCHEMA);
  taut_bytes_u16(bytes, id);
  taut_bytes_text(bytes, name);
  taut_bytes_text(bytes, encoding);
  taut_bytes_block(bytes, data, size);
  taut_mcap_close(bytes, mark);
}

void taut_mcap_put_channel(taut_bytes *bytes, uint16_t id, uint16_t schema, const char *topic,
                           const char *encoding, const taut_pair *pairs, size_t n_pairs) {
  size_t mark = taut_mcap_open(bytes, TAUT_MCAP_CHANNEL);
  taut_bytes_u16(bytes, id);
  taut_bytes_u16(bytes, schema);
  taut_bytes_text(bytes, topic);
  taut_bytes_text(bytes, encoding);
  put_map(bytes, pairs, n_pairs);
  taut_mcap_close(bytes, mark);
}

void taut_mcap_put_metadata(taut_bytes *bytes, const char *name, const taut_pair *pairs,
                            size_t n_pairs) {
  size_t mark = taut_mcap_open(bytes, TAUT_MCAP_METADATA);
  taut_bytes_text(bytes, name);
  put_map(bytes, pairs, n_pairs);
  taut_mcap_close(bytes, mark);
}

uint32_t taut_mcap_crc(uint32_t crc, const void *data, size_t size) {
  const uint8_t *at = data;
  uLong value = crc;
  while (size > 0) {
    uInt n = size > (1u << 30) ? 1u << 30 : (uInt)size;
    value = crc32(value, at, n);
    at += n;
    size -= n;
  }
  return (uint32_t)value;
}

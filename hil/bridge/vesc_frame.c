// Framing of the VESC: checksum, frames, and a parser that recovers from anything.
#include "hil/bridge/vesc_frame.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "hil/bridge/bytes.h"

enum { START_SHORT = 2, START_LONG = 3, STOP = 3, TAIL = 3, SHORT_MAX = 255 };

uint16_t taut_vesc_crc(const uint8_t *bytes, size_t n) {
  uint16_t crc = 0;
  for (size_t i = 0; i < n; i++) {
    crc ^= (uint16_t)(bytes[i] << 8);
    for (int bit = 0; bit < 8; bit++) {
      crc = (uint16_t)(crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1);
    }
  }
  return crc;
}

size_t taut_vesc_frame(const uint8_t *payload, size_t n, uint8_t *out) {
  if (n == 0 || n > TAUT_VESC_PAYLOAD_MAX) return 0;
  size_t at = 0;
  if (n <= SHORT_MAX) {
    out[at++] = START_SHORT;
    out[at++] = (uint8_t)n;
  } else {
    out[at++] = START_LONG;
    taut_put_be16(out + at, (uint16_t)n);
    at += 2;
  }
  memcpy(out + at, payload, n);
  at += n;
  taut_put_be16(out + at, taut_vesc_crc(payload, n));
  at += 2;
  out[at++] = STOP;
  return at;
}

typedef enum verdict { WAIT, WRONG, FRAME } verdict;

// Judges the bytes held as one frame: its verdict and, for a frame, where its payload lies. The
// bytes 02 and 03 are also the lengths of their headers.
static verdict judge(taut_vesc_parser *p, size_t *start, size_t *length) {
  const uint8_t *b = p->bytes;
  if (p->n == 0) return WAIT;
  if (b[0] != START_SHORT && b[0] != START_LONG) return WRONG;
  *start = b[0];
  if (p->n < *start) return WAIT;
  *length = b[0] == START_SHORT ? b[1] : taut_get_be16(b + 1);
  const size_t length_min = b[0] == START_SHORT ? 1 : SHORT_MAX;
  if (*length < length_min || *length > TAUT_VESC_PAYLOAD_MAX) {
    p->bad_length++;
    return WRONG;
  }
  if (p->n < *start + *length + TAIL) return WAIT;
  const uint8_t *tail = b + *start + *length;
  if (tail[2] != STOP) {
    p->bad_stop++;
    return WRONG;
  }
  if (taut_get_be16(tail) != taut_vesc_crc(b + *start, *length)) {
    p->bad_crc++;
    return WRONG;
  }
  return FRAME;
}

static void drop(taut_vesc_parser *p, size_t n) {
  memmove(p->bytes, p->bytes + n, p->n - n);
  p->n -= n;
}

// Forgets the byte at the front and everything behind it that cannot start a frame.
static void resynchronise(taut_vesc_parser *p) {
  size_t n = 1;
  while (n < p->n && p->bytes[n] != START_SHORT && p->bytes[n] != START_LONG) n++;
  p->skipped += n;
  drop(p, n);
}

// Hands on every frame that is complete and stops where more bytes are needed.
static void search(taut_vesc_parser *p, taut_vesc_payload_fn fn, void *user) {
  for (;;) {
    size_t start = 0;
    size_t length = 0;
    switch (judge(p, &start, &length)) {
      case WAIT: return;
      case WRONG: resynchronise(p); break;
      case FRAME:
        p->frames++;
        fn(p->bytes + start, length, user);
        drop(p, start + length + TAIL);
        break;
    }
  }
}

void taut_vesc_parser_take(taut_vesc_parser *parser, const uint8_t *bytes, size_t n,
                           taut_vesc_payload_fn fn, void *user) {
  while (n > 0) {
    // A search leaves an incomplete frame, which is always shorter than the buffer.
    assert(parser->n < sizeof parser->bytes);
    const size_t room = sizeof parser->bytes - parser->n;
    const size_t take = n < room ? n : room;
    memcpy(parser->bytes + parser->n, bytes, take);
    parser->n += take;
    bytes += take;
    n -= take;
    search(parser, fn, user);
  }
}

void taut_vesc_parser_flush(taut_vesc_parser *parser, taut_vesc_payload_fn fn, void *user) {
  while (parser->n > 0) {
    parser->cut++;
    resynchronise(parser);
    search(parser, fn, user);
  }
}

/// Numbers in byte order: big endian for the VESC, little endian for CAN Simple. Floats travel as
/// their IEEE-754 bits, so NaN and infinity arrive as such and are refused by whoever reads them.
#ifndef TAUT_HIL_BRIDGE_BYTES_H
#define TAUT_HIL_BRIDGE_BYTES_H

#include <stdint.h>
#include <string.h>

static inline void taut_put_be16(uint8_t *p, uint16_t v) {
  p[0] = (uint8_t)(v >> 8);
  p[1] = (uint8_t)v;
}

static inline void taut_put_be32(uint8_t *p, uint32_t v) {
  taut_put_be16(p, (uint16_t)(v >> 16));
  taut_put_be16(p + 2, (uint16_t)v);
}

static inline uint16_t taut_get_be16(const uint8_t *p) {
  return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t taut_get_be32(const uint8_t *p) {
  return (uint32_t)taut_get_be16(p) << 16 | taut_get_be16(p + 2);
}

static inline void taut_put_le16(uint8_t *p, uint16_t v) {
  p[0] = (uint8_t)v;
  p[1] = (uint8_t)(v >> 8);
}

static inline void taut_put_le32(uint8_t *p, uint32_t v) {
  taut_put_le16(p, (uint16_t)v);
  taut_put_le16(p + 2, (uint16_t)(v >> 16));
}

static inline uint16_t taut_get_le16(const uint8_t *p) {
  return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t taut_get_le32(const uint8_t *p) {
  return taut_get_le16(p) | (uint32_t)taut_get_le16(p + 2) << 16;
}

static inline uint32_t taut_float_bits(float v) {
  uint32_t bits;
  memcpy(&bits, &v, sizeof bits);
  return bits;
}

static inline float taut_float_of_bits(uint32_t bits) {
  float v;
  memcpy(&v, &bits, sizeof v);
  return v;
}

static inline void taut_put_le_float(uint8_t *p, float v) {
  taut_put_le32(p, taut_float_bits(v));
}
static inline float taut_get_le_float(const uint8_t *p) {
  return taut_float_of_bits(taut_get_le32(p));
}

#endif

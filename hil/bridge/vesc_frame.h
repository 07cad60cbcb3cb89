/// Packets of the VESC on a byte stream: `02 length payload crc 03`, or `03 lengthHi lengthLo ...`
/// for payloads of 256 bytes and more. Sources and status of every rule: README.md.
#ifndef TAUT_HIL_BRIDGE_VESC_FRAME_H
#define TAUT_HIL_BRIDGE_VESC_FRAME_H

#include <stddef.h>
#include <stdint.h>

enum {
  TAUT_VESC_PAYLOAD_MAX = 512,                     ///< longest payload, as in the firmware
  TAUT_VESC_FRAME_MAX = TAUT_VESC_PAYLOAD_MAX + 6  ///< start, two length bytes, crc, stop
};

/// CRC-16 of a payload: polynomial 0x1021, start 0, not reflected (XMODEM). [any]
uint16_t taut_vesc_crc(const uint8_t *bytes, size_t n);

/// Writes the frame of a payload to `out`, which has room for TAUT_VESC_FRAME_MAX bytes. Returns
/// its length, or 0 for a payload that is empty or too long. [any]
size_t taut_vesc_frame(const uint8_t *payload, size_t n, uint8_t *out);

/// Called for each whole, correct payload; the bytes are valid during the call.
typedef void (*taut_vesc_payload_fn)(const uint8_t *payload, size_t n, void *user);

/// Finds frames in a stream. Whatever is not a correct frame costs one byte and a count: the search
/// goes on at the next byte, so a true frame behind garbage is never lost.
typedef struct taut_vesc_parser {
  uint8_t bytes[TAUT_VESC_FRAME_MAX];  ///< the stream from the possible start of a frame
  size_t n;                            ///< bytes held
  uint64_t frames;                     ///< correct frames
  uint64_t bad_crc;                    ///< frames whose checksum is wrong
  uint64_t bad_stop;                   ///< frames without a stop byte at their end
  uint64_t bad_length;                 ///< length 0, too long, or short in the long form
  uint64_t cut;                        ///< frames that the line fell silent in
  uint64_t skipped;                    ///< bytes that belong to no correct frame
} taut_vesc_parser;

/// Takes bytes of the stream, any number at a time. Allocates nothing. [main]
void taut_vesc_parser_take(taut_vesc_parser *parser, const uint8_t *bytes, size_t n,
                           taut_vesc_payload_fn fn, void *user);

/// Gives up waiting for the rest of a frame, because the line has been silent for longer than a
/// frame can pause; the bytes held are searched for frames that begin later. Without it a damaged
/// length byte would hide up to 512 bytes of good frames. [main]
void taut_vesc_parser_flush(taut_vesc_parser *parser, taut_vesc_payload_fn fn, void *user);

#endif

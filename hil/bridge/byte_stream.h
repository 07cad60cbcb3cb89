/// A stream of bytes to a device: a serial line, or memory in tests.
#ifndef TAUT_HIL_BRIDGE_BYTE_STREAM_H
#define TAUT_HIL_BRIDGE_BYTE_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "taut/status.h"

typedef struct taut_byte_stream taut_byte_stream;

struct taut_byte_stream {
  /// Reads what is there, at most `n` bytes; 0 bytes when nothing is. EIO: gone.
  taut_status (*read)(taut_byte_stream *stream, uint8_t *bytes, size_t n, size_t *n_read);
  /// Writes all bytes or none. EFULL: no room now; EIO: gone.
  taut_status (*write)(taut_byte_stream *stream, const uint8_t *bytes, size_t n);
  void (*close)(taut_byte_stream *stream);
  int descriptor;  ///< -1 when there is none
};

#endif

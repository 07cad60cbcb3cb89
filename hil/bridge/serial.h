/// A serial line, USB or UART, as a byte stream.
#ifndef TAUT_HIL_BRIDGE_SERIAL_H
#define TAUT_HIL_BRIDGE_SERIAL_H

#include "hil/bridge/byte_stream.h"

typedef struct taut_serial {
  taut_byte_stream stream;
  uint8_t rest[64];  ///< tail of a frame that the line took only a part of
  size_t n_rest;
} taut_serial;

/// Opens a terminal device raw, 8N1, without flow control, and for this process alone. `baud` is
/// one of 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600; USB ignores it. EINVAL:
/// another rate, or no terminal; EREJECT: another process holds it; EIO with errno. [main]
taut_status taut_serial_open(taut_serial *serial, const char *path, int baud);

#endif

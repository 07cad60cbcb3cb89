/// Addresses of links: ipc://PATH and tcp://127.0.0.1:PORT. Others are refused: a link is neither
/// encrypted nor authenticated, and what it carries moves a motor.
#ifndef TAUT_HIL_ENDPOINT_H
#define TAUT_HIL_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "taut/status.h"

enum { TAUT_ENDPOINT_MAX = 160 };

/// A parsed address.
typedef struct taut_endpoint {
  char text[TAUT_ENDPOINT_MAX];  ///< as ZeroMQ takes it, "localhost" replaced
  char path[108];                ///< ipc: of the socket file, else ""
  uint32_t address;              ///< tcp: IPv4 in host order
  uint16_t port;                 ///< tcp
} taut_endpoint;

/// Does the target of a --with look like an address ("xyz://...")? [any]
bool taut_endpoint_is(const char *target);

/// Parses an address. EINVAL with a sentence that says what to write instead. [any]
taut_status taut_endpoint_parse(const char *text, taut_endpoint *out, char *error, size_t size);

/// Waits until somebody listens there: EIO after `wait_ns`, with what was found instead. Opens and
/// closes connections. [main]
taut_status taut_endpoint_wait(const taut_endpoint *endpoint, int64_t wait_ns, char *error,
                               size_t size);

/// Is the address free to listen on? EREJECT when somebody listens there, or when a file that is no
/// socket would be replaced. A socket file that nobody listens on any more is no obstacle. [main]
taut_status taut_endpoint_check_free(const taut_endpoint *endpoint, char *error, size_t size);

#endif

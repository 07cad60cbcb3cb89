/// Addresses of links: ipc://PATH and tcp://127.0.0.1:PORT, and tcp://KEY@ADDRESS:PORT for a peer
/// that proves to own a public key. What a link carries moves a motor: one without keys stays on
/// this machine.
#ifndef TAUT_HIL_ENDPOINT_H
#define TAUT_HIL_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hil/keys.h"

enum { TAUT_ENDPOINT_MAX = 160 };

/// A parsed address.
typedef struct taut_endpoint {
  char text[TAUT_ENDPOINT_MAX];  ///< as ZeroMQ takes it, "localhost" replaced
  char path[108];                ///< ipc: of the socket file, else ""
  uint32_t address;              ///< tcp: IPv4 in host order
  uint16_t port;                 ///< tcp
  bool is_foreign;               ///< tcp: not an address of this machine alone
  bool has_key;                  ///< tcp: only who owns `key` is the peer
  taut_key key;
  /// Own keys and, to listen, those who may come; NULL: a link without keys. Borrowed.
  const taut_credentials *credentials;
} taut_endpoint;

/// Does the target of a --with look like an address ("xyz://...")? [any]
bool taut_endpoint_is(const char *target);

/// Parses an address to connect to. EINVAL with a sentence that says what to write instead, also
/// for another machine without a key. [any]
taut_status taut_endpoint_parse(const char *text, taut_endpoint *out, char *error, size_t size);

/// Parses an address to listen on; with `has_keys` it may be any of this machine. EINVAL as above.
/// [any]
taut_status taut_endpoint_parse_listen(const char *text, bool has_keys, taut_endpoint *out,
                                       char *error, size_t size);

/// Waits until somebody listens there: EIO after `wait_ns`, with what was found instead. Opens and
/// closes connections. [main]
taut_status taut_endpoint_wait(const taut_endpoint *endpoint, int64_t wait_ns, char *error,
                               size_t size);

/// Is the address free to listen on? EREJECT when somebody listens there, or when a file that is no
/// socket would be replaced. A socket file that nobody listens on any more is no obstacle. [main]
taut_status taut_endpoint_check_free(const taut_endpoint *endpoint, char *error, size_t size);

#endif

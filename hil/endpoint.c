#include "hil/endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define RETRY_NS INT64_C(20000000)

enum { TRY_MS = 500 };  ///< for one connection to be accepted

bool taut_endpoint_is(const char *target) {
  return strstr(target, "://") != NULL;
}

static taut_status parse_ipc(const char *path, taut_endpoint *out, char *error, size_t size) {
  if (path[0] != '/' || strlen(path) >= sizeof out->path) {
    snprintf(error, size, "ipc:// wants an absolute path of at most %zu bytes, such as %s",
             sizeof out->path - 1, "ipc:///tmp/controller");
    return TAUT_EINVAL;
  }
  snprintf(out->path, sizeof out->path, "%s", path);
  snprintf(out->text, sizeof out->text, "ipc://%s", path);
  return TAUT_OK;
}

/// Takes "KEY@" off the front.
static taut_status parse_key(const char **rest, taut_endpoint *out, char *error, size_t size) {
  char text[TAUT_KEY_TEXT];
  const char *at = strchr(*rest, '@');
  if (at == NULL) return TAUT_OK;
  snprintf(text, sizeof text, "%.*s", (int)(at - *rest), *rest);
  if (at - *rest != TAUT_KEY_TEXT - 1 || !taut_key_parse(text, &out->key)) {
    snprintf(error, size,
             "before the @ stands the public key of the peer: 64 hexadecimal digits, as 'taut keys "
             "show' prints them there");
    return TAUT_EINVAL;
  }
  out->has_key = true;
  *rest = at + 1;
  return TAUT_OK;
}

static taut_status parse_tcp(const char *rest, taut_endpoint *out, char *error, size_t size) {
  taut_status status = parse_key(&rest, out, error, size);
  if (status != TAUT_OK) return status;
  const char *colon = strrchr(rest, ':');
  char host[64] = "", *end = NULL;
  size_t n_host = colon != NULL ? (size_t)(colon - rest) : 0;
  long port = 0;
  if (colon != NULL && colon[1] >= '0' && colon[1] <= '9') port = strtol(colon + 1, &end, 10);
  if (end == NULL || *end != '\0' || port < 1 || port > 65535 || n_host == 0) {
    snprintf(error, size, "tcp:// wants an address and a port, such as tcp://127.0.0.1:5555");
    return TAUT_EINVAL;
  }
  snprintf(host, sizeof host, "%.*s", (int)(n_host < sizeof host ? n_host : sizeof host - 1), rest);
  struct in_addr address;
  if (strcmp(host, "localhost") == 0) snprintf(host, sizeof host, "127.0.0.1");
  if (strcmp(host, "*") == 0) snprintf(host, sizeof host, "0.0.0.0");
  if (inet_pton(AF_INET, host, &address) != 1) {
    snprintf(error, size, "tcp:// wants an IPv4 address in numbers, such as tcp://127.0.0.1:%ld",
             port);
    return TAUT_EINVAL;
  }
  out->address = ntohl(address.s_addr);
  out->port = (uint16_t)port;
  out->is_foreign = out->address >> 24 != 127;
  snprintf(out->text, sizeof out->text, "tcp://%s:%ld", host, port);
  return TAUT_OK;
}

static taut_status parse_any(const char *text, taut_endpoint *out, char *error, size_t size) {
  *out = (taut_endpoint){0};
  for (const char *at = text; *at != '\0'; at++) {
    if (*at > ' ' && *at <= '~') continue;
    snprintf(error, size, "an address has no spaces, control or non-ASCII characters");
    return TAUT_EINVAL;
  }
  if (strncmp(text, "ipc://", 6) == 0) return parse_ipc(text + 6, out, error, size);
  if (strncmp(text, "tcp://", 6) == 0) return parse_tcp(text + 6, out, error, size);
  snprintf(error, size, "an address begins with ipc:// or tcp://");
  return TAUT_EINVAL;
}

taut_status taut_endpoint_parse(const char *text, taut_endpoint *out, char *error, size_t size) {
  taut_status status = parse_any(text, out, error, size);
  if (status != TAUT_OK || !out->is_foreign) return status;
  const char *host = out->text + strlen("tcp://");
  int n_host = (int)strcspn(host, ":");
  if (out->address == 0) {
    snprintf(error, size, "0.0.0.0 is for listening; name the address of the peer");
    return TAUT_EINVAL;
  }
  if (out->has_key) return TAUT_OK;
  snprintf(error, size,
           "only this machine's own addresses are allowed without keys (ipc:///PATH, "
           "tcp://127.0.0.1:PORT). To reach another machine, name the public key of the peer: "
           "tcp://KEY@%s (see taut keys --help), or forward the port: ssh -N -L %u:127.0.0.1:%u "
           "%.*s, then tcp://127.0.0.1:%u",
           host, out->port, out->port, n_host, host, out->port);
  return TAUT_EINVAL;
}

taut_status taut_endpoint_parse_listen(const char *text, bool has_keys, taut_endpoint *out,
                                       char *error, size_t size) {
  taut_status status = parse_any(text, out, error, size);
  if (status != TAUT_OK) return status;
  if (out->has_key) {
    snprintf(error, size, "an address to listen on has no key; who may come stands in --allow");
  } else if (has_keys && out->path[0] != '\0') {
    snprintf(error, size, "keys are for tcp://; the file of an ipc address is its owner's alone");
  } else if (out->is_foreign && !has_keys) {
    snprintf(error, size,
             "only this machine's own addresses are allowed without keys (ipc:///PATH, "
             "tcp://127.0.0.1:PORT). To listen for other machines, add --keys FILE --allow PUBKEY; "
             "'taut keys new' makes the file");
  } else {
    return TAUT_OK;
  }
  return TAUT_EINVAL;
}

// ------------------------------------------------------------------------------------ listening

/// The outcome of a connection under way: 0 or errno.
static int await_connected(int fd) {
  struct pollfd item = {fd, POLLOUT, 0};
  int result = 0;
  socklen_t size = sizeof result;
  // A machine that drops packets says nothing for minutes.
  if (poll(&item, 1, TRY_MS) <= 0) return ETIMEDOUT;
  return getsockopt(fd, SOL_SOCKET, SO_ERROR, &result, &size) == 0 ? result : errno;
}

/// 0 when somebody accepts connections, else errno.
static int try_connect(const taut_endpoint *endpoint) {
  bool is_ipc = endpoint->path[0] != '\0';
  struct sockaddr_un local = {.sun_family = AF_UNIX};
  struct sockaddr_in inet = {.sin_family = AF_INET,
                             .sin_port = htons(endpoint->port),
                             .sin_addr.s_addr = htonl(endpoint->address)};
  memcpy(local.sun_path, endpoint->path, sizeof local.sun_path);
  int fd = socket(is_ipc ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return errno;
  const struct sockaddr *address =
      is_ipc ? (const struct sockaddr *)&local : (const struct sockaddr *)&inet;
  int result = connect(fd, address, is_ipc ? sizeof local : sizeof inet) == 0 ? 0 : errno;
  if (result == EINPROGRESS) result = await_connected(fd);
  close(fd);
  return result;
}

taut_status taut_endpoint_wait(const taut_endpoint *endpoint, int64_t wait_ns, char *error,
                               size_t size) {
  int why = try_connect(endpoint);
  for (; why != 0 && wait_ns > 0; wait_ns -= RETRY_NS) {
    nanosleep(&(struct timespec){0, RETRY_NS}, NULL);
    if (why == ETIMEDOUT) wait_ns -= TRY_MS * INT64_C(1000000);
    why = try_connect(endpoint);
  }
  if (why == 0) return TAUT_OK;
  snprintf(error, size, "nobody listens on %s (%s)", endpoint->text, strerror(why));
  return TAUT_EIO;
}

taut_status taut_endpoint_check_free(const taut_endpoint *endpoint, char *error, size_t size) {
  struct stat info;
  if (try_connect(endpoint) == 0) {
    snprintf(error, size, "another process listens on %s", endpoint->text);
    return TAUT_EREJECT;
  }
  if (endpoint->path[0] == '\0' || lstat(endpoint->path, &info) != 0 || S_ISSOCK(info.st_mode)) {
    return TAUT_OK;
  }
  snprintf(error, size, "%s exists and is no socket; name another path", endpoint->path);
  return TAUT_EREJECT;
}

#include "hil/endpoint.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define RETRY_NS INT64_C(20000000)

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

static taut_status parse_tcp(const char *rest, taut_endpoint *out, char *error, size_t size) {
  const char *colon = strrchr(rest, ':');
  char host[64] = "", *end = NULL;
  size_t n_host = colon != NULL ? (size_t)(colon - rest) : 0;
  long port = 0;
  if (colon != NULL && colon[1] >= '0' && colon[1] <= '9') port = strtol(colon + 1, &end, 10);
  if (end == NULL || *end != '\0' || port < 1 || port > 65535 || n_host == 0) {
    snprintf(error, size, "tcp:// wants a host and a port, such as tcp://127.0.0.1:5555");
    return TAUT_EINVAL;
  }
  snprintf(host, sizeof host, "%.*s", (int)(n_host < sizeof host ? n_host : sizeof host - 1), rest);
  struct in_addr address;
  if (strcmp(host, "localhost") == 0) snprintf(host, sizeof host, "127.0.0.1");
  if (inet_pton(AF_INET, host, &address) != 1 || ntohl(address.s_addr) >> 24 != 127) {
    snprintf(error, size,
             "only this machine's own addresses are allowed (ipc:///PATH, tcp://127.0.0.1:PORT): a "
             "link is neither encrypted nor authenticated. To reach another machine, forward the "
             "port: ssh -N -L %ld:127.0.0.1:%ld %s, then tcp://127.0.0.1:%ld",
             port, port, n_host < sizeof host && host[0] != '*' ? host : "HOST", port);
    return TAUT_EINVAL;
  }
  out->address = ntohl(address.s_addr);
  out->port = (uint16_t)port;
  snprintf(out->text, sizeof out->text, "tcp://%s:%ld", host, port);
  return TAUT_OK;
}

taut_status taut_endpoint_parse(const char *text, taut_endpoint *out, char *error, size_t size) {
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

// ------------------------------------------------------------------------------------ listening

/// 0 when somebody accepts connections, else errno.
static int try_connect(const taut_endpoint *endpoint) {
  bool is_ipc = endpoint->path[0] != '\0';
  struct sockaddr_un local = {.sun_family = AF_UNIX};
  struct sockaddr_in inet = {.sin_family = AF_INET,
                             .sin_port = htons(endpoint->port),
                             .sin_addr.s_addr = htonl(endpoint->address)};
  memcpy(local.sun_path, endpoint->path, sizeof local.sun_path);
  int fd = socket(is_ipc ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  const struct sockaddr *address =
      is_ipc ? (const struct sockaddr *)&local : (const struct sockaddr *)&inet;
  int result = connect(fd, address, is_ipc ? sizeof local : sizeof inet) == 0 ? 0 : errno;
  close(fd);
  return result;
}

taut_status taut_endpoint_wait(const taut_endpoint *endpoint, int64_t wait_ns, char *error,
                               size_t size) {
  int why = try_connect(endpoint);
  for (; why != 0 && wait_ns > 0; wait_ns -= RETRY_NS) {
    nanosleep(&(struct timespec){0, RETRY_NS}, NULL);
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

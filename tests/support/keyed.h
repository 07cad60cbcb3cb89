/// Ports and keys for links in tests.
#ifndef TAUT_TESTS_SUPPORT_KEYED_H
#define TAUT_TESTS_SUPPORT_KEYED_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "support/served.h"

/// A port that was free a moment ago.
static inline int free_port(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
  assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
  close(fd);
  return ntohs(address.sin_port);
}

/// The 64 digits after the word that begins a line of a file of keys. Static storage, four at a
/// time.
static inline const char *key_in(const char *path, const char *word) {
  static char keys[4][TAUT_KEY_TEXT];
  static int i;
  char line[256];
  i = (i + 1) % 4;
  keys[i][0] = '\0';
  FILE *file = fopen(path, "r");
  while (file != NULL && fgets(line, sizeof line, file) != NULL) {
    if (strncmp(line, word, strlen(word)) == 0)
      snprintf(keys[i], sizeof keys[i], "%.64s", line + strlen(word));
  }
  if (file != NULL) fclose(file);
  assert_int_equal(strspn(keys[i], "0123456789abcdef"), TAUT_KEY_TEXT - 1);
  return keys[i];
}

static inline const char *public_key(const char *path) {
  return key_in(path, "public ");
}

static inline void make_keys(const char *path) {
  assert_int_equal(run_taut("keys new --out %s", path), 0);
}

#endif

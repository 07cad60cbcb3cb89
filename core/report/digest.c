#include "report/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

static void write_hex(const uint8_t hash[crypto_hash_sha256_BYTES], char text[TAUT_DIGEST_TEXT]) {
  sodium_bin2hex(text, TAUT_DIGEST_TEXT, hash, crypto_hash_sha256_BYTES);
}

void taut_digest_bytes(const void *data, size_t size, char text[TAUT_DIGEST_TEXT]) {
  uint8_t hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, data, size);
  write_hex(hash, text);
}

taut_status taut_digest_file(const char *path, char text[TAUT_DIGEST_TEXT], int64_t *size) {
  uint8_t hash[crypto_hash_sha256_BYTES], block[65536];
  crypto_hash_sha256_state state;
  struct stat info;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
  if (fd < 0) return errno == ENOENT || errno == ENOTDIR ? TAUT_ENOTFOUND : TAUT_EIO;
  taut_status status = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) ? TAUT_OK : TAUT_EIO;
  int64_t n_all = 0;
  crypto_hash_sha256_init(&state);
  while (status == TAUT_OK) {
    ssize_t n = read(fd, block, sizeof block);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) status = TAUT_EIO;
    if (n <= 0) break;
    crypto_hash_sha256_update(&state, block, (size_t)n);
    n_all += n;
  }
  close(fd);
  if (status != TAUT_OK) return status;
  crypto_hash_sha256_final(&state, hash);
  write_hex(hash, text);
  if (size != NULL) *size = n_all;
  return TAUT_OK;
}

#include "hil/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hil/socket.h"

enum { FILE_MAX = 1 << 16, ALLOWED_MAX = 1024 };

static const char HEAD[] = "taut keys 1";

// ----------------------------------------------------------------------------------------- a key

static int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Parses a key at the start of a text, to be followed by white space or nothing.
static bool parse_word(const char *text, taut_key *out) {
  for (int i = 0; i < TAUT_KEY_BYTES; i++) {
    int high = digit_of(text[2 * i]), low = high < 0 ? -1 : digit_of(text[2 * i + 1]);
    if (low < 0) return false;
    out->bytes[i] = (uint8_t)(high * 16 + low);
  }
  return strchr(" \t\r\n", text[2 * TAUT_KEY_BYTES]) != NULL;
}

bool taut_key_parse(const char *text, taut_key *out) {
  return strlen(text) == 2 * TAUT_KEY_BYTES && parse_word(text, out);
}

void taut_key_text(const taut_key *key, char text[TAUT_KEY_TEXT]) {
  for (int i = 0; i < TAUT_KEY_BYTES; i++) snprintf(text + 2 * i, 3, "%02x", key->bytes[i]);
}

void taut_key_id(const taut_key *key, char id[TAUT_KEY_ID]) {
  char text[TAUT_KEY_TEXT];
  taut_key_text(key, text);
  snprintf(id, TAUT_KEY_ID, "%.16s", text);
}

bool taut_key_is_same(const taut_key *a, const taut_key *b) {
  return memcmp(a->bytes, b->bytes, TAUT_KEY_BYTES) == 0;
}

void taut_credentials_fini(taut_credentials *credentials) {
  free(credentials->allowed);
  explicit_bzero(credentials, sizeof *credentials);
}

// ------------------------------------------------------------------------------------ key files

taut_status taut_keys_default_path(char *path, size_t size) {
  const char *folder = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
  bool has_folder = folder != NULL && folder[0] == '/';
  if (!has_folder && (home == NULL || home[0] != '/')) return TAUT_EINVAL;
  int n = has_folder ? snprintf(path, size, "%s/taut/keys", folder)
                     : snprintf(path, size, "%s/.config/taut/keys", home);
  return n > 0 && (size_t)n < size ? TAUT_OK : TAUT_EINVAL;
}

static bool make_folders(const char *path) {
  char folder[PATH_MAX];
  snprintf(folder, sizeof folder, "%s", path);
  for (char *slash = strchr(folder + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) return false;
    *slash = '/';
  }
  return true;
}

static bool write_whole(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  size_t size = strlen(text);
  bool is_written =
      fchmod(fd, 0600) == 0 && write(fd, text, size) == (ssize_t)size && fsync(fd) == 0;
  int why = errno;
  close(fd);
  errno = why;
  return is_written;
}

taut_status taut_keys_write(const char *path, const taut_credentials *pair, char *error,
                            size_t size) {
  char public_text[TAUT_KEY_TEXT], secret_text[TAUT_KEY_TEXT], fresh[PATH_MAX];
  char text[256];
  int n = snprintf(fresh, sizeof fresh, "%s.%ld", path, (long)getpid());
  if (n < 0 || (size_t)n >= sizeof fresh) {
    snprintf(error, size, "the path of the key file is too long");
    return TAUT_EIO;
  }
  taut_key_text(&pair->public_key, public_text);
  taut_key_text(&pair->secret_key, secret_text);
  snprintf(text, sizeof text, "%s\npublic %s\nsecret %s\n", HEAD, public_text, secret_text);
  // A link, unlike a rename, never replaces a file: keys in use are not lost by a slip.
  bool is_done = make_folders(path) && write_whole(fresh, text) && link(fresh, path) == 0;
  int why = errno;
  unlink(fresh);
  explicit_bzero(text, sizeof text);
  explicit_bzero(secret_text, sizeof secret_text);
  if (is_done) return TAUT_OK;
  if (why == EEXIST) {
    snprintf(error, size, "%s exists already; name another file with --out, or remove it", path);
    return TAUT_EREJECT;
  }
  snprintf(error, size, "%s: %s", path, strerror(why));
  return TAUT_EIO;
}

/// The text of a file of at most FILE_MAX bytes, ended by a zero. EIO; EREJECT for a secret one
/// that is not its owner's alone.
static taut_status read_text(const char *path, bool is_secret, char text[FILE_MAX + 1], char *error,
                             size_t size) {
  struct stat info;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0 || fstat(fd, &info) != 0) {
    snprintf(error, size, "%s: %s", path, strerror(errno));
    if (fd >= 0) close(fd);
    return TAUT_EIO;
  }
  bool is_mine = info.st_uid == geteuid(), is_open = (info.st_mode & 077) != 0;
  taut_status status = TAUT_OK;
  if (!S_ISREG(info.st_mode)) {
    snprintf(error, size, "%s is no file", path);
    status = TAUT_EIO;
  } else if (is_secret && (!is_mine || is_open)) {
    snprintf(error, size, "%s %s (mode %04o); a secret key is for its owner alone: chmod 600 %s",
             path, is_mine ? "can be read by others" : "belongs to another user",
             (unsigned)(info.st_mode & 07777), path);
    status = TAUT_EREJECT;
  } else if (!is_secret && (info.st_mode & 022) != 0) {
    snprintf(error, size,
             "%s can be written by others (mode %04o), who could let anybody in: "
             "chmod 644 %s",
             path, (unsigned)(info.st_mode & 07777), path);
    status = TAUT_EREJECT;
  } else {
    size_t n = 0;
    ssize_t got;
    while (n < FILE_MAX && (got = read(fd, text + n, FILE_MAX - n)) > 0) n += (size_t)got;
    text[n] = '\0';
    if (n == FILE_MAX || strlen(text) != n) {
      snprintf(error, size, "%s is no file of keys", path);
      status = TAUT_EINVAL;
    }
  }
  close(fd);
  return status;
}

/// The key after "\nNAME ".
static bool find_key(const char *text, const char *name, taut_key *out) {
  const char *at = strstr(text, name);
  return at != NULL && parse_word(at + strlen(name), out);
}

taut_status taut_keys_read(const char *path, taut_credentials *out, char *error, size_t size) {
  static char text[FILE_MAX + 1];
  taut_key expected;
  taut_status status = read_text(path, true, text, error, size);
  if (status == TAUT_OK) {
    bool is_whole = strncmp(text, HEAD, strlen(HEAD)) == 0 &&
                    find_key(text, "\npublic ", &out->public_key) &&
                    find_key(text, "\nsecret ", &out->secret_key) &&
                    taut_socket_public_key(&out->secret_key, &expected) &&
                    taut_key_is_same(&out->public_key, &expected);
    if (!is_whole) {
      snprintf(error, size, "%s holds no pair of keys, or a damaged one; make one: taut keys new",
               path);
      explicit_bzero(out->secret_key.bytes, TAUT_KEY_BYTES);
      status = TAUT_EINVAL;
    }
  }
  explicit_bzero(text, sizeof text);
  return status;
}

// ------------------------------------------------------------------------------------- allowed

static taut_status add_allowed(taut_credentials *c, const taut_key *key, char *error, size_t size) {
  if (c->n_allowed >= ALLOWED_MAX) {
    snprintf(error, size, "at most %d keys can be allowed", ALLOWED_MAX);
    return TAUT_EINVAL;
  }
  taut_key *grown = realloc(c->allowed, (c->n_allowed + 1) * sizeof *grown);
  if (grown == NULL) {
    snprintf(error, size, "%s", taut_status_text(TAUT_ENOMEM));
    return TAUT_ENOMEM;
  }
  c->allowed = grown;
  c->allowed[c->n_allowed++] = *key;
  return TAUT_OK;
}

taut_status taut_keys_allow(taut_credentials *credentials, const char *key_or_file, char *error,
                            size_t size) {
  static char text[FILE_MAX + 1];
  taut_key key;
  if (taut_key_parse(key_or_file, &key)) return add_allowed(credentials, &key, error, size);
  taut_status status = read_text(key_or_file, false, text, error, size);
  if (status == TAUT_EIO && strchr(key_or_file, '/') == NULL) {
    snprintf(error, size, "'%s' is neither a public key (64 hexadecimal digits) nor a file of them",
             key_or_file);
  }
  int line = 0;
  char *rest = text;
  while (status == TAUT_OK && rest != NULL && *rest != '\0') {
    char *at = strsep(&rest, "\n");
    line++;
    at += strspn(at, " \t\r");
    if (*at == '\0' || *at == '#') continue;
    if (parse_word(at, &key)) {
      status = add_allowed(credentials, &key, error, size);
    } else {
      // The line is not shown: somebody may have named a secret file by mistake.
      snprintf(error, size,
               "%s:%d: a line begins with a public key, 64 hexadecimal digits, as 'taut keys "
               "show' prints it; a comment with #",
               key_or_file, line);
      status = TAUT_EINVAL;
    }
  }
  return status;
}

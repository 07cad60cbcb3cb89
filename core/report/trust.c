#include "report/trust.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_FILE_MAX = 1024, KEYS_MAX = 1000 };

/// Where the user's settings are, or NULL; owned by the caller.
static char *settings_path(const char *name) {
  const char *folder = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
  if (folder != NULL && folder[0] == '/') return taut_text_format("%s/taut/%s", folder, name);
  if (home != NULL && home[0] == '/') return taut_text_format("%s/.config/taut/%s", home, name);
  return NULL;
}

/// Reads a small file that nobody but its owner may read (secret) or write (not secret).
static taut_status read_key_file(const char *path, bool is_secret, char text[KEY_FILE_MAX + 1],
                                 char *error, size_t size) {
  struct stat info;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    int why = errno;
    snprintf(error, size, "%s: %s", path, strerror(why));
    return why == ENOENT ? TAUT_ENOTFOUND : TAUT_EIO;
  }
  taut_status status = TAUT_EIO;
  bool is_file = fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
  if (!is_file) {
    snprintf(error, size, "%s is no file", path);
  } else if ((info.st_mode & (is_secret ? 077 : 022)) != 0) {
    snprintf(error, size, "%s can be %s by others (mode %04o): chmod %s %s", path,
             is_secret ? "read" : "written", (unsigned)(info.st_mode & 07777),
             is_secret ? "600" : "644", path);
    status = TAUT_EREJECT;
  } else {
    ssize_t n = read(fd, text, KEY_FILE_MAX);
    status = n >= 0 ? TAUT_OK : TAUT_EIO;
    text[n > 0 ? n : 0] = '\0';
    if (n < 0) snprintf(error, size, "%s: %s", path, strerror(errno));
  }
  close(fd);
  return status;
}

taut_status taut_trust_read(const char *path, taut_public_key *out, char *error, size_t size) {
  char text[KEY_FILE_MAX + 1], why[256];
  taut_status status = read_key_file(path, false, text, error, size);
  if (status != TAUT_OK) return status;
  status = taut_public_key_read(text, out, why, sizeof why);
  if (status != TAUT_OK) snprintf(error, size, "%s: %s", path, why);
  return status;
}

static bool is_public_key(const char *name) {
  size_t n = strlen(name);
  return name[0] != '.' && n > 4 && strcmp(name + n - 4, ".pub") == 0;
}

/// Whether a file of the store has that id. One that cannot be read trusts nobody.
static bool is_key_of(const char *path, const uint8_t id[8], taut_public_key *out) {
  char ignored[512];
  return taut_trust_read(path, out, ignored, sizeof ignored) == TAUT_OK &&
         memcmp(out->id, id, sizeof out->id) == 0;
}

taut_status taut_trust_find(const uint8_t id[8], const char *pubkey, taut_public_key *out,
                            char *error, size_t size) {
  char wanted[TAUT_SIGNER_ID], other[TAUT_SIGNER_ID];
  taut_public_key_id(id, wanted);
  if (pubkey != NULL) {
    taut_status status = taut_trust_read(pubkey, out, error, size);
    if (status != TAUT_OK || memcmp(out->id, id, sizeof out->id) == 0) return status;
    taut_public_key_id(out->id, other);
    snprintf(error, size, "signed with key %s, and %s is key %s", wanted, pubkey, other);
    return TAUT_EREJECT;
  }
  char *store = settings_path("trust");
  DIR *dir = store != NULL ? opendir(store) : NULL;
  bool is_found = false;
  int n = 0;
  for (struct dirent *entry; !is_found && dir != NULL && (entry = readdir(dir)) != NULL;) {
    if (!is_public_key(entry->d_name) || n++ >= KEYS_MAX) continue;
    char *path = taut_text_format("%s/%s", store, entry->d_name);
    is_found = is_key_of(path, id, out);
    free(path);
  }
  if (dir != NULL) closedir(dir);
  if (!is_found) {
    snprintf(error, size,
             "signed with key %s, which nobody here trusts; get the signer's public key from the "
             "signer, then --pubkey FILE, or keep it as %s/NAME.pub",
             wanted, store != NULL ? store : "~/.config/taut/trust");
  }
  free(store);
  return is_found ? TAUT_OK : TAUT_EREJECT;
}

// -------------------------------------------------------------------------------------------
// signer

static bool make_folders(const char *path) {
  char *folder = taut_text_copy(path);
  bool is_made = true;
  for (char *slash = strchr(folder + 1, '/'); is_made && slash != NULL;
       slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    is_made = mkdir(folder, 0700) == 0 || errno == EEXIST;
    *slash = '/';
  }
  free(folder);
  return is_made;
}

/// A new file, never in the place of another.
static bool write_new(const char *path, mode_t mode, const taut_buffer *text) {
  if (!make_folders(path)) return false;
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
  if (fd < 0) return false;
  bool is_written = fchmod(fd, mode) == 0 &&
                    write(fd, text->data, text->size) == (ssize_t)text->size && fsync(fd) == 0;
  int why = errno;
  close(fd);
  if (!is_written) unlink(path);
  errno = why;
  return is_written;
}

static taut_status make_signer(const char *path, taut_secret_key *out, char *error, size_t size) {
  char id[TAUT_SIGNER_ID];
  taut_buffer secret = {0}, shown = {0};
  if (taut_secret_key_make(out) != TAUT_OK) {
    snprintf(error, size, "the library of ciphers does not start");
    return TAUT_EIO;
  }
  taut_public_key_id(out->public_key.id, id);
  taut_secret_key_write(out, &secret);
  taut_public_key_write(&out->public_key, &shown);
  char *name = taut_text_format("trust/%s.pub", id), *trusted = settings_path(name);
  // The public half first: a key that signs and is trusted by nobody would puzzle its owner.
  bool is_written = write_new(trusted, 0644, &shown);
  const char *culprit = trusted;
  if (is_written) {
    is_written = write_new(path, 0600, &secret);
    culprit = path;
  }
  if (!is_written) snprintf(error, size, "%s: %s", culprit, strerror(errno));
  explicit_bzero(secret.data, secret.size);
  taut_buffer_fini(&secret);
  taut_buffer_fini(&shown);
  free(name);
  free(trusted);
  return is_written ? TAUT_OK : TAUT_EIO;
}

taut_status taut_trust_signer(const char *path, taut_secret_key *out, bool *is_made, char *error,
                              size_t size) {
  char text[KEY_FILE_MAX + 1], why[512];
  char *own = path == NULL ? settings_path("sign.key") : taut_text_copy(path);
  *is_made = false;
  if (own == NULL) {
    snprintf(error, size, "there is no home folder for a key: --key FILE");
    return TAUT_EIO;
  }
  taut_status status = read_key_file(own, true, text, error, size);
  if (status == TAUT_ENOTFOUND && path == NULL) {
    status = make_signer(own, out, error, size);
    *is_made = status == TAUT_OK;
  } else if (status == TAUT_OK) {
    status = taut_secret_key_read(text, out, why, sizeof why);
    if (status != TAUT_OK) snprintf(error, size, "%s: %s", own, why);
  }
  explicit_bzero(text, sizeof text);
  free(own);
  return status;
}

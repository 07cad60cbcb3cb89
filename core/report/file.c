#include "report/file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/text.h"

static int system_open(const char *path, int flags, mode_t mode) {
  return open(path, flags, mode);
}

const taut_file_calls *taut_file_system(void) {
  static const taut_file_calls calls = {system_open, write, fsync, close, rename};
  return &calls;
}

static char *folder_of(const char *path) {
  const char *slash = strrchr(path, '/');
  if (slash == NULL) return taut_text_copy(".");
  if (slash == path) return taut_text_copy("/");
  return taut_text_format("%.*s", (int)(slash - path), path);
}

static taut_status write_all(int fd, const char *data, size_t size, const taut_file_calls *calls) {
  while (size > 0) {
    ssize_t n = calls->write(fd, data, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      if (n == 0) errno = ENOSPC;
      return TAUT_EIO;
    }
    data += n;
    size -= (size_t)n;
  }
  return TAUT_OK;
}

/// A rename is durable only once the folder that holds the name is.
static taut_status sync_folder(const char *path, const taut_file_calls *calls) {
  char *folder = folder_of(path);
  int fd = calls->open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  free(folder);
  if (fd < 0) return TAUT_EIO;
  // Some file systems refuse fsync on a folder with EINVAL; there is nothing more to be done there.
  int failed = calls->fsync(fd) != 0 && errno != EINVAL;
  int saved = errno;
  calls->close(fd);
  errno = saved;
  return failed ? TAUT_EIO : TAUT_OK;
}

taut_status taut_file_write_atomic(const char *path, const void *data, size_t size,
                                   const taut_file_calls *calls) {
  if (calls == NULL) calls = taut_file_system();
  char *temporary = taut_text_format("%s.tmp-%ld", path, (long)getpid());
  int fd = calls->open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) {
    free(temporary);
    return TAUT_EIO;
  }
  taut_status status = write_all(fd, data, size, calls);
  // After a failed fsync the kernel may have dropped the pages: asking again would lie. Give up.
  if (status == TAUT_OK && calls->fsync(fd) != 0) status = TAUT_EIO;
  int saved = errno;
  if (calls->close(fd) != 0 && status == TAUT_OK) {
    status = TAUT_EIO;
    saved = errno;
  }
  if (status == TAUT_OK && calls->rename(temporary, path) != 0) {
    status = TAUT_EIO;
    saved = errno;
  }
  if (status != TAUT_OK) {
    unlink(temporary);
    free(temporary);
    errno = saved;
    return status;
  }
  free(temporary);
  return sync_folder(path, calls);
}

taut_status taut_file_commit(const char *temporary, const char *path,
                             const taut_file_calls *calls) {
  if (calls == NULL) calls = taut_file_system();
  int fd = calls->open(temporary, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) return TAUT_EIO;
  int failed = calls->fsync(fd) != 0;
  calls->close(fd);
  if (failed || calls->rename(temporary, path) != 0) return TAUT_EIO;
  return sync_folder(path, calls);
}

taut_status taut_file_make_folder(const char *path) {
  char *partial = taut_text_copy(path);
  for (char *c = partial + 1; *c != '\0'; c++) {
    if (*c != '/') continue;
    *c = '\0';
    if (mkdir(partial, 0777) != 0 && errno != EEXIST) {
      free(partial);
      return TAUT_EIO;
    }
    *c = '/';
  }
  int failed = mkdir(partial, 0777) != 0 && errno != EEXIST;
  free(partial);
  if (failed) return TAUT_EIO;
  struct stat info;
  if (stat(path, &info) != 0) return TAUT_EIO;
  if (S_ISDIR(info.st_mode)) return TAUT_OK;
  errno = ENOTDIR;
  return TAUT_EIO;
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *walk) {
  (void)info;
  (void)kind;
  (void)walk;
  return remove(path);
}

taut_status taut_file_remove_tree(const char *path) {
  enum { OPEN_FOLDERS_MAX = 16 };
  struct stat info;
  if (lstat(path, &info) != 0) return errno == ENOENT ? TAUT_OK : TAUT_EIO;
  int failed = nftw(path, remove_entry, OPEN_FOLDERS_MAX, FTW_DEPTH | FTW_PHYS);
  return failed == 0 ? TAUT_OK : TAUT_EIO;
}

taut_status taut_file_read(const char *path, size_t size_max, char **out, size_t *size_out) {
  // A pipe that nobody writes to would be waited for without end.
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return errno == ENOENT || errno == ENOTDIR ? TAUT_ENOTFOUND : TAUT_EIO;
  struct stat info;
  taut_buffer buffer = {0};
  taut_status status = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) ? TAUT_OK : TAUT_EIO;
  char block[16384];
  while (status == TAUT_OK) {
    ssize_t n = read(fd, block, sizeof block);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) status = TAUT_EIO;
    if (n <= 0) break;
    taut_buffer_append(&buffer, block, (size_t)n);
    if (buffer.size > size_max) {
      status = TAUT_EFULL;
      break;
    }
  }
  close(fd);
  if (status != TAUT_OK) {
    taut_buffer_fini(&buffer);
    return status;
  }
  taut_buffer_append(&buffer, "", 0);
  *out = buffer.data;
  if (size_out != NULL) *size_out = buffer.size;
  return TAUT_OK;
}

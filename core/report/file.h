/// Files of a run: written whole or not at all.
#ifndef TAUT_REPORT_FILE_H
#define TAUT_REPORT_FILE_H

#include <stddef.h>
#include <sys/types.h>

#include "taut/status.h"

/// The system calls behind an atomic write. Tests replace one to make it fail.
typedef struct taut_file_calls {
  int (*open)(const char *path, int flags, mode_t mode);
  ssize_t (*write)(int fd, const void *data, size_t size);
  int (*fsync)(int fd);
  int (*close)(int fd);
  int (*rename)(const char *from, const char *to);
} taut_file_calls;

/// The real ones. [any]
const taut_file_calls *taut_file_system(void);

/// Writes `size` bytes to `path` so that after a crash or power loss at any instant the file is the
/// old one, the new one or absent, never a part: temporary file beside it, fsync, rename, fsync of
/// the folder. `calls` NULL means the system's. A failure leaves the old file and no temporary one.
/// EIO, with errno set by the call that failed. [main]
taut_status taut_file_write_atomic(const char *path, const void *data, size_t size,
                                   const taut_file_calls *calls);

/// Puts a finished temporary file in place: fsync of both file and folder around the rename. EIO.
taut_status taut_file_commit(const char *temporary, const char *path, const taut_file_calls *calls);

/// Creates a folder and its parents. EIO with errno. [main]
taut_status taut_file_make_folder(const char *path);

/// Removes a folder with everything in it, without following links; nothing when it is not there.
/// EIO with errno. [main]
taut_status taut_file_remove_tree(const char *path);

/// Reads a whole file of at most `size_max` bytes; the text is NUL-terminated and the caller's.
/// ENOTFOUND, EIO (also for what is no regular file), EFULL (larger). [main]
taut_status taut_file_read(const char *path, size_t size_max, char **out, size_t *size_out);

#endif

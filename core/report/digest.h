/// SHA-256 of bytes and files, as sha256sum prints it.
#ifndef TAUT_REPORT_DIGEST_H
#define TAUT_REPORT_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "taut/status.h"

enum { TAUT_DIGEST_TEXT = 65 };  ///< hexadecimal digits and the end

/// SHA-256 in hexadecimal digits. [any]
void taut_digest_bytes(const void *data, size_t size, char text[TAUT_DIGEST_TEXT]);

/// The same of a regular file, and its size; links are not followed. ENOTFOUND, EIO (also for what
/// is no regular file). [main]
taut_status taut_digest_file(const char *path, char text[TAUT_DIGEST_TEXT], int64_t *size);

#endif

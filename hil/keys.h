/// Keys of links that leave the machine: a pair of its own for each end, in a file that its owner
/// alone can read, and the public keys of those who may come.
#ifndef TAUT_HIL_KEYS_H
#define TAUT_HIL_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "taut/status.h"

enum {
  TAUT_KEY_BYTES = 32,
  TAUT_KEY_TEXT = 2 * TAUT_KEY_BYTES + 1,  ///< hexadecimal digits and the end
  TAUT_KEY_ID = 17                         ///< what people compare: the first 16 digits
};

typedef struct taut_key {
  uint8_t bytes[TAUT_KEY_BYTES];
} taut_key;

/// What one end of a link needs. Zero-initialise; fini wipes it.
typedef struct taut_credentials {
  taut_key public_key, secret_key;
  taut_key *allowed;  ///< (n_allowed) who may connect; of a listener
  size_t n_allowed;
} taut_credentials;

/// Parses 64 hexadecimal digits. [any]
bool taut_key_parse(const char *text, taut_key *out);
void taut_key_text(const taut_key *key, char text[TAUT_KEY_TEXT]);
void taut_key_id(const taut_key *key, char id[TAUT_KEY_ID]);
bool taut_key_is_same(const taut_key *a, const taut_key *b);

/// Where keys are unless somebody says otherwise: taut/keys below $XDG_CONFIG_HOME or ~/.config.
/// EINVAL when there is neither. [any]
taut_status taut_keys_default_path(char *path, size_t size);

/// Writes a pair to a new file that its owner alone can read; folders above it are made. EREJECT
/// when there is a file already, EIO, both with a sentence in `error`. [main]
taut_status taut_keys_write(const char *path, const taut_credentials *pair, char *error,
                            size_t size);

/// Reads a pair. EREJECT for a file that others can read or own, EINVAL for one that holds no pair,
/// EIO, all with a sentence in `error` that holds nothing of the file. [main]
taut_status taut_keys_read(const char *path, taut_credentials *out, char *error, size_t size);

/// Adds a public key, or those in a file: one a line, further words and lines with # are comments.
/// EINVAL, EIO with a sentence in `error`. Allocates. [main]
taut_status taut_keys_allow(taut_credentials *credentials, const char *key_or_file, char *error,
                            size_t size);

/// Frees and wipes. [any]
void taut_credentials_fini(taut_credentials *credentials);

#endif

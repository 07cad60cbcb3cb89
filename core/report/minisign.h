/// Ed25519 signatures of files in the form of minisign: keys, signature files, one canonical byte
/// form of each.
///
/// A signature file is accepted in that form alone: whatever byte of it is changed, it is refused,
/// the comment that is not signed included.
#ifndef TAUT_REPORT_MINISIGN_H
#define TAUT_REPORT_MINISIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/text.h"
#include "taut/status.h"

enum {
  TAUT_SIGNER_ID = 17,            ///< sixteen hexadecimal digits and the end
  TAUT_SIGNED_COMMENT_MAX = 4096  ///< bytes of the comment that is signed
};

typedef struct taut_public_key {
  uint8_t id[8];
  uint8_t bytes[32];
} taut_public_key;

/// Wipe it with taut_secret_key_fini.
typedef struct taut_secret_key {
  taut_public_key public_key;
  uint8_t bytes[64];
} taut_secret_key;

typedef struct taut_signature {
  uint8_t id[8];          ///< of the key it claims to be made with
  uint8_t bytes[64];      ///< over BLAKE2b-512 of the file
  uint8_t all_bytes[64];  ///< over the signature and the comment
  char comment[TAUT_SIGNED_COMMENT_MAX + 1];
} taut_signature;

/// A fresh pair. EFAULT when the library of ciphers does not start. [main]
taut_status taut_secret_key_make(taut_secret_key *out);
void taut_secret_key_fini(taut_secret_key *key);

/// What people compare: as minisign prints it. [any]
void taut_public_key_id(const uint8_t id[8], char text[TAUT_SIGNER_ID]);

/// The text of a .pub file, and of a file of a secret key without password. [any]
void taut_public_key_write(const taut_public_key *key, taut_buffer *out);
void taut_secret_key_write(const taut_secret_key *key, taut_buffer *out);

/// Reads such a text. EINVAL with a sentence in `error`, which holds nothing of it. [main]
taut_status taut_public_key_read(const char *text, taut_public_key *out, char *error, size_t size);
taut_status taut_secret_key_read(const char *text, taut_secret_key *out, char *error, size_t size);

/// The signature file of `data`. `comment` is one line of at most TAUT_SIGNED_COMMENT_MAX bytes;
/// EINVAL when it is not. [main]
taut_status taut_signature_make(const taut_secret_key *key, const void *data, size_t n_data,
                                const char *comment, taut_buffer *out);

/// Reads a signature file. EINVAL with a sentence in `error`. [main]
taut_status taut_signature_read(const char *text, size_t n_text, taut_signature *out, char *error,
                                size_t size);

/// Whether both signatures are of this key, and of this data. [main]
bool taut_signature_holds(const taut_signature *signature, const taut_public_key *key,
                          const void *data, size_t n_data);

#endif

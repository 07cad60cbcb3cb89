#include "report/minisign.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum {
  PUBLIC_BYTES = 2 + 8 + 32,
  SIGNATURE_BYTES = 2 + 8 + 64,
  SECRET_BYTES = 6 + 32 + 8 + 8 + 8 + 64 + 32,
  LINE_MAX_BYTES = 512
};

static const char public_head[] = "untrusted comment: minisign public key ";
static const char secret_head[] = "untrusted comment: minisign encrypted secret key\n";
static const char untrusted[] = "untrusted comment: ";
static const char trusted[] = "trusted comment: ";
// What Taut writes, and what minisign writes unless it is told otherwise.
static const char *const signature_heads[] = {
    "untrusted comment: signature from taut secret key\n",
    "untrusted comment: signature from minisign secret key\n"};

void taut_public_key_id(const uint8_t id[8], char text[TAUT_SIGNER_ID]) {
  for (size_t i = 0; i < 8; i++) snprintf(text + 2 * i, 3, "%02X", id[7 - i]);
}

static void write_base64(const uint8_t *bytes, size_t n, taut_buffer *out) {
  char text[LINE_MAX_BYTES];
  sodium_bin2base64(text, sizeof text, bytes, n, sodium_base64_VARIANT_ORIGINAL);
  taut_buffer_text(out, text);
  taut_buffer_text(out, "\n");
  sodium_memzero(text, sizeof text);
}

/// Reads one line of exactly `n` bytes and moves `text` behind it.
static bool read_base64(const char **text, uint8_t *bytes, size_t n) {
  size_t size = strcspn(*text, "\n"), n_read = 0;
  const char *end = NULL;
  if ((*text)[size] != '\n') return false;
  if (sodium_base642bin(bytes, n, *text, size, NULL, &n_read, &end,
                        sodium_base64_VARIANT_ORIGINAL) != 0)
    return false;
  if (n_read != n || end != *text + size) return false;
  *text += size + 1;
  return true;
}

/// The line behind a comment of any wording; NULL when there is none.
static const char *skip_comment(const char *text) {
  const char *end = strchr(text, '\n');
  bool is_comment = strncmp(text, untrusted, strlen(untrusted)) == 0 && end != NULL;
  return is_comment ? end + 1 : NULL;
}

// -------------------------------------------------------------------------------------------- keys

taut_status taut_secret_key_make(taut_secret_key *out) {
  if (sodium_init() < 0) return TAUT_EFAULT;
  crypto_sign_keypair(out->public_key.bytes, out->bytes);
  randombytes_buf(out->public_key.id, sizeof out->public_key.id);
  return TAUT_OK;
}

void taut_secret_key_fini(taut_secret_key *key) {
  sodium_memzero(key, sizeof *key);
}

void taut_public_key_write(const taut_public_key *key, taut_buffer *out) {
  uint8_t bytes[PUBLIC_BYTES] = {'E', 'd'};
  char id[TAUT_SIGNER_ID];
  memcpy(bytes + 2, key->id, 8);
  memcpy(bytes + 10, key->bytes, 32);
  taut_public_key_id(key->id, id);
  taut_buffer_printf(out, "%s%s\n", public_head, id);
  write_base64(bytes, sizeof bytes, out);
}

taut_status taut_public_key_read(const char *text, taut_public_key *out, char *error, size_t size) {
  uint8_t bytes[PUBLIC_BYTES];
  const char *line = skip_comment(text);
  if (line == NULL || !read_base64(&line, bytes, sizeof bytes) || *line != '\0' ||
      memcmp(bytes, "Ed", 2) != 0) {
    snprintf(error, size, "it is no public key of minisign: two lines, the second begins with RW");
    return TAUT_EINVAL;
  }
  memcpy(out->id, bytes + 2, 8);
  memcpy(out->bytes, bytes + 10, 32);
  return TAUT_OK;
}

/// The second half of a secret key is the public one: what finds a damaged file, since keys without
/// password have no checksum.
static bool is_pair(const uint8_t secret[64]) {
  uint8_t public_bytes[32], again[64];
  crypto_sign_seed_keypair(public_bytes, again, secret);
  bool same = sodium_memcmp(again, secret, 64) == 0;
  sodium_memzero(again, sizeof again);
  return same;
}

void taut_secret_key_write(const taut_secret_key *key, taut_buffer *out) {
  // Algorithms; salt and cost of a password; id and key; a checksum. All zeros without a password.
  uint8_t bytes[SECRET_BYTES] = {'E', 'd', 0, 0, 'B', '2'};
  memcpy(bytes + 54, key->public_key.id, 8);
  memcpy(bytes + 62, key->bytes, 64);
  taut_buffer_text(out, secret_head);
  write_base64(bytes, sizeof bytes, out);
  sodium_memzero(bytes, sizeof bytes);
}

taut_status taut_secret_key_read(const char *text, taut_secret_key *out, char *error, size_t size) {
  uint8_t bytes[SECRET_BYTES];
  const char *line = skip_comment(text);
  *out = (taut_secret_key){0};
  if (sodium_init() < 0) {
    snprintf(error, size, "the library of ciphers does not start");
    return TAUT_EINVAL;
  }
  bool is_key = line != NULL && read_base64(&line, bytes, sizeof bytes) && *line == '\0' &&
                memcmp(bytes, "Ed", 2) == 0 && memcmp(bytes + 4, "B2", 2) == 0;
  bool has_password = is_key && memcmp(bytes + 2, "\0\0", 2) != 0;
  if (is_key && !has_password) {
    memcpy(out->public_key.id, bytes + 54, 8);
    memcpy(out->bytes, bytes + 62, 64);
    memcpy(out->public_key.bytes, out->bytes + 32, 32);
    is_key = is_pair(out->bytes);
  }
  sodium_memzero(bytes, sizeof bytes);
  if (is_key && !has_password) return TAUT_OK;
  taut_secret_key_fini(out);
  snprintf(error, size, "%s",
           has_password ? "the key has a password, which Taut does not ask for; certify with "
                          "another key, then sign anew: minisign -Sm BUNDLE/manifest.json"
                        : "it is no secret key of minisign, or a damaged one");
  return TAUT_EINVAL;
}

// ---------------------------------------------------------------------------------------
// signatures

static void hash_of(const void *data, size_t n_data, uint8_t hash[64]) {
  crypto_generichash(hash, 64, data, n_data, NULL, 0);
}

static bool is_line(const char *text) {
  for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
    if ((*c < ' ' && *c != '\t') || *c == 127) return false;
  }
  return strlen(text) <= TAUT_SIGNED_COMMENT_MAX;
}

/// Signature and comment behind each other: what the second signature is of.
static size_t join(const uint8_t bytes[64], const char *comment,
                   uint8_t out[64 + TAUT_SIGNED_COMMENT_MAX]) {
  size_t n = strlen(comment);
  memcpy(out, bytes, 64);
  memcpy(out + 64, comment, n);
  return 64 + n;
}

static void write_signature(const taut_signature *s, const char *head, taut_buffer *out) {
  uint8_t bytes[SIGNATURE_BYTES] = {'E', 'D'};
  memcpy(bytes + 2, s->id, 8);
  memcpy(bytes + 10, s->bytes, 64);
  taut_buffer_text(out, head);
  write_base64(bytes, sizeof bytes, out);
  taut_buffer_printf(out, "%s%s\n", trusted, s->comment);
  write_base64(s->all_bytes, sizeof s->all_bytes, out);
}

taut_status taut_signature_make(const taut_secret_key *key, const void *data, size_t n_data,
                                const char *comment, taut_buffer *out) {
  taut_signature s = {.comment = ""};
  uint8_t hash[64], all[64 + TAUT_SIGNED_COMMENT_MAX];
  if (sodium_init() < 0 || !is_line(comment)) return TAUT_EINVAL;
  memcpy(s.id, key->public_key.id, sizeof s.id);
  snprintf(s.comment, sizeof s.comment, "%s", comment);
  hash_of(data, n_data, hash);
  crypto_sign_detached(s.bytes, NULL, hash, sizeof hash, key->bytes);
  size_t n_all = join(s.bytes, comment, all);
  crypto_sign_detached(s.all_bytes, NULL, all, n_all, key->bytes);
  write_signature(&s, signature_heads[0], out);
  return TAUT_OK;
}

taut_status taut_signature_read(const char *text, size_t n_text, taut_signature *out, char *error,
                                size_t size) {
  uint8_t bytes[SIGNATURE_BYTES];
  *out = (taut_signature){.comment = ""};
  size_t i_head = 0;
  const size_t n_heads = sizeof signature_heads / sizeof signature_heads[0];
  while (i_head < n_heads &&
         strncmp(text, signature_heads[i_head], strlen(signature_heads[i_head])) != 0)
    i_head++;
  bool is_whole = i_head < n_heads && strlen(text) == n_text;
  const char *line = is_whole ? text + strlen(signature_heads[i_head]) : text;
  is_whole = is_whole && read_base64(&line, bytes, sizeof bytes) && memcmp(bytes, "ED", 2) == 0 &&
             strncmp(line, trusted, strlen(trusted)) == 0;
  if (is_whole) {
    line += strlen(trusted);
    size_t n = strcspn(line, "\n");
    is_whole = line[n] == '\n' && n <= TAUT_SIGNED_COMMENT_MAX;
    if (is_whole) {
      memcpy(out->comment, line, n);
      line += n + 1;
    }
    is_whole = is_whole && is_line(out->comment) &&
               read_base64(&line, out->all_bytes, sizeof out->all_bytes) && *line == '\0';
  }
  if (!is_whole) {
    snprintf(error, size, "it is no signature as taut or minisign write it: four lines, hashed");
    return TAUT_EINVAL;
  }
  memcpy(out->id, bytes + 2, 8);
  memcpy(out->bytes, bytes + 10, 64);
  return TAUT_OK;
}

bool taut_signature_holds(const taut_signature *s, const taut_public_key *key, const void *data,
                          size_t n_data) {
  uint8_t hash[64], all[64 + TAUT_SIGNED_COMMENT_MAX];
  if (sodium_init() < 0 || memcmp(s->id, key->id, sizeof s->id) != 0) return false;
  hash_of(data, n_data, hash);
  size_t n_all = join(s->bytes, s->comment, all);
  return crypto_sign_verify_detached(s->bytes, hash, sizeof hash, key->bytes) == 0 &&
         crypto_sign_verify_detached(s->all_bytes, all, n_all, key->bytes) == 0;
}

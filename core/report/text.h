/// Text helpers of the command: a growing buffer, cleaning of foreign text, spelling suggestions.
///
/// These serve the command line process, not the simulation: when memory runs out they print one
/// line and end the process with status 3, so callers need no error paths.
#ifndef TAUT_REPORT_TEXT_H
#define TAUT_REPORT_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if !defined(TAUT_PRINTF) && defined(__GNUC__)
#define TAUT_PRINTF(i_format, i_first) __attribute__((format(printf, i_format, i_first)))
#elif !defined(TAUT_PRINTF)
#define TAUT_PRINTF(i_format, i_first)
#endif

/// realloc that ends the process with status 3 instead of returning NULL. [main]
void *taut_memory_resize(void *block, size_t size);

/// A growing text. Zero-initialise it; `data` is NUL-terminated once something was appended.
typedef struct taut_buffer {
  char *data;
  size_t size;
  size_t capacity;
} taut_buffer;

void taut_buffer_append(taut_buffer *buffer, const void *data, size_t size);
void taut_buffer_text(taut_buffer *buffer, const char *text);
void taut_buffer_printf(taut_buffer *buffer, const char *format, ...) TAUT_PRINTF(2, 3);
void taut_buffer_fini(taut_buffer *buffer);

/// A formatted copy, owned by the caller. [any]
char *taut_text_format(const char *format, ...) TAUT_PRINTF(1, 2);
/// A copy, owned by the caller. [any]
char *taut_text_copy(const char *text);

/// A copy of `size` bytes that is valid UTF-8 without control characters: line feeds and tabs stay,
/// every other offending byte becomes '?'. Nothing a scenario or plugin writes can then drive the
/// terminal or break a result file. Owned by the caller. [any]
char *taut_text_clean(const char *text, size_t size);

/// The nearest of `n` words, or NULL when none is near enough to be worth a suggestion. [any]
const char *taut_text_nearest(const char *word, const char *const *words, size_t n);

/// Appends `text` as one word of a POSIX shell: bare when safe, else in single quotes. [any]
void taut_text_quote(taut_buffer *buffer, const char *text);

/// Appends lower-case letters and digits of `text`, everything else as single '-', at most 60
/// bytes: a file name for a case. [any]
void taut_text_slug(taut_buffer *buffer, const char *text);
/// The same with another bound [bytes]. False when the text was cut. [any]
bool taut_text_slug_within(taut_buffer *buffer, const char *text, size_t n_max);

/// FNV-1a 64 bit, continued from `hash`; start with TAUT_TEXT_HASH_START. [any]
#define TAUT_TEXT_HASH_START UINT64_C(14695981039346656037)
uint64_t taut_text_hash(uint64_t hash, const char *text);

#endif

/// Which cases run: `-k` and `-t` expressions and shards.
#ifndef TAUT_RUNNER_SELECT_H
#define TAUT_RUNNER_SELECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "taut/status.h"

/// A boolean expression over words: `leak and not (slow or voice)`. Words with spaces are quoted.
typedef struct taut_selection taut_selection;

/// Parses. EINVAL with a sentence that points at the place in `error`. [main]
taut_status taut_selection_parse(const char *text, taut_selection **out, char *error,
                                 size_t error_size);
void taut_selection_destroy(taut_selection *selection);

/// Whether a word of the expression holds.
typedef bool (*taut_selection_fn)(void *user, const char *word);
bool taut_selection_holds(const taut_selection *selection, taut_selection_fn holds, void *user);

/// Whether `text` contains `word`, letters compared without case. [any]
bool taut_text_contains(const char *text, const char *word);

/// Reads "i/n" with 1 <= i <= n <= 100000. EINVAL. [any]
taut_status taut_shard_parse(const char *text, uint32_t *i, uint32_t *n);

/// The shard 1..n that a case belongs to: a hash of file and name, so that adding a case moves no
/// other case to another shard. [any]
uint32_t taut_shard_of(const char *file, const char *case_name, uint32_t n);

#endif

/// "Did you mean": the nearest of several words to a misspelt one.
#ifndef TAUT_ENGINE_SUGGEST_H
#define TAUT_ENGINE_SUGGEST_H

#include <stddef.h>

/// Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`, case ignored; words
/// are compared up to 63 bytes. Levenshtein 1966 with the transposition of Damerau 1964, restricted
/// form. No allocation. [any]
size_t taut_edit_distance(const char *a, const char *b);

/// A search for the nearest word. Offer every candidate, then read `best`.
typedef struct taut_suggest {
  const char *word;
  const char *best;  ///< borrowed from the offers; NULL while nothing is near enough
  size_t distance;   ///< of best
} taut_suggest;

/// Starts a search; `word` is borrowed. [any]
void taut_suggest_init(taut_suggest *suggest, const char *word);
/// Takes the candidate when it is nearer than the best so far. Far words (more than a third of the
/// letters, at least 2) are never taken, and of equals the first stays. NULL is ignored. [any]
void taut_suggest_offer(taut_suggest *suggest, const char *candidate);

#endif

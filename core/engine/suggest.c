#include "engine/suggest.h"

#include <string.h>

enum { WORD_MAX = 63 };

static size_t bounded_length(const char *text) {
  size_t n = 0;
  while (n < WORD_MAX && text[n]) n++;
  return n;
}

static char lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

size_t taut_edit_distance(const char *a, const char *b) {
  size_t n_a = bounded_length(a), n_b = bounded_length(b);
  // Three rows of the table: the one being filled, the one before, and the one before that for
  // swaps.
  size_t rows[3][WORD_MAX + 1];
  for (size_t j = 0; j <= n_b; j++) rows[0][j] = j;
  for (size_t i = 1; i <= n_a; i++) {
    size_t *now = rows[i % 3], *before = rows[(i + 2) % 3], *two_before = rows[(i + 1) % 3];
    now[0] = i;
    for (size_t j = 1; j <= n_b; j++) {
      size_t cost = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
      size_t best = least(least(before[j] + 1, now[j - 1] + 1), before[j - 1] + cost);
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
          lower(a[i - 2]) == lower(b[j - 1]))
        best = least(best, two_before[j - 2] + 1);
      now[j] = best;
    }
  }
  return rows[n_a % 3][n_b];
}

void taut_suggest_init(taut_suggest *suggest, const char *word) {
  suggest->word = word;
  suggest->best = NULL;
  suggest->distance = 0;
}

void taut_suggest_offer(taut_suggest *suggest, const char *candidate) {
  if (!candidate) return;
  size_t distance = taut_edit_distance(suggest->word, candidate);
  size_t limit = bounded_length(suggest->word) / 3;
  if (limit < 2) limit = 2;
  // A word of which nothing is left is not "near", however short it is.
  if (distance > limit || distance >= bounded_length(candidate)) return;
  if (!suggest->best || distance < suggest->distance) {
    suggest->best = candidate;
    suggest->distance = distance;
  }
}

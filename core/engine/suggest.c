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

/// Letters of one word that the other has not, whatever their order: the distance is no less. Most
/// candidates end here.
static size_t count_other(const char *a, size_t n_a, const char *b, size_t n_b) {
  int n[32] = {0};  // letters by their low bits: of both cases alike
  for (size_t i = 0; i < n_a; i++) n[(unsigned char)a[i] & 31]++;
  for (size_t i = 0; i < n_b; i++) n[(unsigned char)b[i] & 31]--;
  size_t more = 0, fewer = 0;
  for (size_t i = 0; i < 32; i++) {
    if (n[i] > 0) more += (size_t)n[i];
    if (n[i] < 0) fewer += (size_t)-n[i];
  }
  return more > fewer ? more : fewer;
}

void taut_suggest_init(taut_suggest *suggest, const char *word) {
  suggest->word = word;
  suggest->best = NULL;
  suggest->distance = 0;
}

void taut_suggest_offer(taut_suggest *suggest, const char *candidate) {
  if (!candidate) return;
  size_t n_word = bounded_length(suggest->word), n_candidate = bounded_length(candidate);
  size_t limit = n_word / 3;
  if (limit < 2) limit = 2;
  if (count_other(suggest->word, n_word, candidate, n_candidate) > limit) return;
  size_t distance = taut_edit_distance(suggest->word, candidate);
  // A word of which nothing is left is not "near", however short it is.
  if (distance > limit || distance >= n_candidate) return;
  if (!suggest->best || distance < suggest->distance) {
    suggest->best = candidate;
    suggest->distance = distance;
  }
}

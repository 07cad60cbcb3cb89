#include "report/pack.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum { DIGIT_BITS = 5, DIGIT_MORE = 1 << DIGIT_BITS, DIGITS_MAX = 9 };

static void put_number(taut_buffer *out, int64_t number) {
  char text[16];
  size_t n = 0;
  uint64_t rest = number < 0 ? (uint64_t)-number << 1 | 1 : (uint64_t)number << 1;
  do {
    unsigned digit = rest & (DIGIT_MORE - 1);
    rest >>= DIGIT_BITS;
    text[n++] = digits[rest > 0 ? digit | DIGIT_MORE : digit];
  } while (rest > 0);
  taut_buffer_append(out, text, n);
}

void taut_pack_append(taut_buffer *out, const int64_t *numbers, size_t n) {
  int64_t before = 0;
  for (size_t i = 0; i < n;) {
    size_t n_same = 1;
    while (i + n_same < n && numbers[i + n_same] == numbers[i]) n_same++;
    if (numbers[i] == TAUT_PACK_GAP) {
      taut_buffer_append(out, "-", 1);
    } else {
      assert(numbers[i] >= -TAUT_PACK_MAX && numbers[i] <= TAUT_PACK_MAX);
      put_number(out, numbers[i] - before);
      before = numbers[i];
    }
    // Two more differences of 0 are as short as a repetition of two.
    if (n_same > 3) {
      taut_buffer_append(out, "*", 1);
      put_number(out, (int64_t)n_same - 1);
      i += n_same;
    } else {
      i++;
    }
  }
}

/// Value of a digit, -1 for another character.
static int digit_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static bool take_number(const char **at, const char *end, int64_t *out) {
  uint64_t bits = 0;
  for (unsigned i = 0; i < DIGITS_MAX && *at < end; i++) {
    int digit = digit_of(*(*at)++);
    if (digit < 0) return false;
    bits |= (uint64_t)(digit & (DIGIT_MORE - 1)) << (DIGIT_BITS * i);
    if ((digit & DIGIT_MORE) != 0) continue;
    int64_t magnitude = (int64_t)(bits >> 1);
    *out = (bits & 1) != 0 ? -magnitude : magnitude;
    return true;
  }
  return false;
}

taut_status taut_pack_read(const char *text, size_t size, int64_t *numbers, size_t n) {
  const char *at = text, *end = text + size;
  int64_t before = 0, entry = TAUT_PACK_GAP;
  size_t n_read = 0;
  while (at < end) {
    int64_t number = 0, n_entries = 1;
    if (*at == '-') {
      at++;
      entry = TAUT_PACK_GAP;
    } else if (*at == '*') {
      at++;
      if (n_read == 0 || !take_number(&at, end, &n_entries) || n_entries < 1) return TAUT_EINVAL;
    } else {
      if (!take_number(&at, end, &number)) return TAUT_EINVAL;
      before += number;
      if (before < -TAUT_PACK_MAX || before > TAUT_PACK_MAX) return TAUT_EINVAL;
      entry = before;
    }
    if ((uint64_t)n_entries > n - n_read) return TAUT_EINVAL;
    for (int64_t i = 0; i < n_entries; i++, n_read++) {
      if (numbers != NULL) numbers[n_read] = entry;
    }
  }
  return n_read == n ? TAUT_OK : TAUT_EINVAL;
}

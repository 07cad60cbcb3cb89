// A trace of a million rows is mostly numbers, so they are read here where that is exact, and by
// strtod where it is not: up to 19 digits fit the 64 bits of a long double, so does a power of ten
// up to 27, and a quotient or product of the two is rounded once. What is left is the rounding to
// double, which goes wrong only when the first one ended exactly between two doubles.
#include "cli/number.h"

#include <float.h>
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if LDBL_MANT_DIG >= 64
typedef long double wide;
enum { N_DIGITS_MAX = 19, POWER_MAX = 27 };
static const wide POWERS[] = {1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,  1e7L,  1e8L,  1e9L,
                              1e10L, 1e11L, 1e12L, 1e13L, 1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L,
                              1e20L, 1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L};
#else
typedef double wide;
enum { N_DIGITS_MAX = 15, POWER_MAX = 22 };
static const wide POWERS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                              1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                              1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
#endif

/// digits * 10^exponent, correctly rounded; false when that cannot be told here.
static bool scale(uint64_t digits, int exponent, double *out) {
  if (exponent < -POWER_MAX || exponent > POWER_MAX) return false;
  wide exact = (wide)digits;
  exact = exponent < 0 ? exact / POWERS[-exponent] : exact * POWERS[exponent];
  double value = (double)exact;
  *out = value;
  if (sizeof(wide) == sizeof(double) || (wide)value == exact) return true;
  // Halfway to the neighbour: the rest that was rounded off first would have decided.
  uint64_t bits;
  double other;
  memcpy(&bits, &value, sizeof bits);
  bits += exact > (wide)value ? 1 : UINT64_MAX;  // the next or the last positive double
  memcpy(&other, &bits, sizeof other);
  wide half = ((wide)other - (wide)value) / 2;
  return exact - (wide)value != half;
}

/// strtod of the C locale.
static const char *read_slowly(const char *text, double *out) {
  static locale_t plain;
  if (!plain) plain = newlocale(LC_ALL_MASK, "C", NULL);
  char *stop = NULL;
  *out = plain ? strtod_l(text, &stop, plain) : strtod(text, &stop);
  return stop > text ? stop : NULL;
}

const char *taut_number_read(const char *text, double *out) {
  while (*text == ' ' || *text == '\t') text++;
  const char *at = text;
  bool is_negative = *at == '-';
  if (*at == '-' || *at == '+') at++;
  uint64_t digits = 0;
  int n = 0, exponent = 0;  // digits behind leading zeros
  const char *first = at;
  for (; *at >= '0' && *at <= '9' && n<N_DIGITS_MAX; at++, n += digits> 0)
    digits = digits * 10 + (uint64_t)(*at - '0');
  bool has_digits = at > first;
  if (*at == '.') {
    first = ++at;
    for (; *at >= '0' && *at <= '9' && n<N_DIGITS_MAX; at++, n += digits> 0)
      digits = digits * 10 + (uint64_t)(*at - '0');
    exponent = (int)(first - at);
    has_digits |= at > first;
  }
  if (has_digits && (*at == 'e' || *at == 'E')) {
    const char *sign = at + 1, *power = sign + (*sign == '-' || *sign == '+');
    int e = 0;
    for (at = power; *at >= '0' && *at <= '9' && e < 10000; at++) e = e * 10 + (*at - '0');
    has_digits = at > power;
    exponent += *sign == '-' ? -e : e;
  }
  // What goes on behind this is more digits, a word or no number: not for here.
  bool is_plain = has_digits && (*at == ',' || *at == 0 || *at == ' ');
  *out = 0;
  if (!is_plain || (digits > 0 && !scale(digits, exponent, out))) return read_slowly(text, out);
  if (is_negative) *out = -*out;
  return at;
}

/// What the elementary functions share: access to the bits of a double and arithmetic on pairs.
///
/// A pair (hi, lo) stands for hi + lo with |lo| <= ulp(hi). All of it is plain IEEE-754 arithmetic,
/// rounded to nearest, in a fixed order. A compiler that contracts a * b + c would break it,
/// therefore -ffp-contract=off. Invalid operations return one fixed NaN, because the sign of the
/// NaN that a processor makes differs from processor to processor.
#ifndef TAUT_MATH_KERNEL_H
#define TAUT_MATH_KERNEL_H

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#ifdef __FAST_MATH__
#error "core/math must not be built with -ffast-math"
#endif
_Static_assert(FLT_EVAL_METHOD == 0, "a double must be computed as a double");

/// Adding this to |x| < 2^51 rounds x to the nearest integer, which then stands in the low bits of
/// the sum; subtracting it again gives that integer as a double.
#define TAUT_ROUND 0x1.8p52

typedef struct taut_pair {
  double hi, lo;
} taut_pair;

static inline uint64_t taut_bits(double x) {
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static inline double taut_from_bits(uint64_t bits) {
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

/// x with its low 27 mantissa bits cleared. What is left has 26 bits and what was cut at most 27,
/// so that products with another head are exact.
static inline double taut_head(double x) {
  return taut_from_bits(taut_bits(x) & UINT64_C(0xfffffffff8000000));
}

/// a + b exactly, for |a| >= |b| or a == 0 (Dekker 1971).
static inline taut_pair taut_pair_add(double a, double b) {
  double sum = a + b;
  return (taut_pair){sum, (a - sum) + b};
}

/// a * b to about 2^-106 of the product (Dekker 1971, heads by truncation); |a| and |b| between
/// 2^-400 and 2^400, or 0.
static inline taut_pair taut_pair_multiply(double a, double b) {
  double a_head = taut_head(a), a_tail = a - a_head;
  double b_head = taut_head(b), b_tail = b - b_head;
  double product = a * b;
  double rest = (a_head * b_head - product) + a_head * b_tail;
  return (taut_pair){product, (rest + a_tail * b_head) + a_tail * b_tail};
}

/// exp(x + dx) = (hi + lo) * 2^exponent with hi in [1, 2) and |lo| < 2^-5, for |x| < 2^11 and
/// |dx| < 2^-20. Relative error at most 2^-57; the addition hi + lo is left to the caller.
taut_pair taut_exp_pair(double x, double dx, int64_t *exponent);

/// x * 2^exponent for x in [0.5, 4]; rounds once, also to subnormals, 0 and infinity.
double taut_scale(double x, int64_t exponent);

#endif

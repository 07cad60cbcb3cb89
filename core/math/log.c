// Natural logarithm and power.
//
// x = 2^k m with m in [0.707, 1.414), in one of 128 cells with centre c, the cell of 1 centred on
// it: log(x) = k ln2 + log(c) + log(1 + r), r = m / c - 1. The table holds 1/c with 12 bits, so
// that r is a pair without error, and log(c) and ln2 on a grid of 2^-42, so that k ln2 + log(c) is
// exact.
#include "coefficients.h"
#include "kernel.h"
#include "taut/math.h"

/// Bits of the lower end of the first cell: 75 cells of 2^45 and half a cell below 1.
#define FIRST_CELL (UINT64_C(0x3ff0000000000000) - 75 * (UINT64_C(1) << 45) - (UINT64_C(1) << 44))
#define LEAST_NORMAL UINT64_C(0x0010000000000000)
#define INFINITE UINT64_C(0x7ff0000000000000)

/// A number taken apart: log(x) = (base.hi + base.lo) + log(1 + (r.hi + r.lo)).
typedef struct parts {
  taut_pair base, r;
} parts;

/// `bits` of a positive normal number; `k` is added to its exponent.
static inline parts take_apart(uint64_t bits, int64_t k) {
  uint64_t offset = bits - FIRST_CELL;
  int64_t exponent = (int64_t)(offset - (offset & (LEAST_NORMAL - 1))) / (int64_t)LEAST_NORMAL;
  const double *cell = taut_log_table[(offset >> 45) & 127];
  double m = taut_from_bits(bits - ((uint64_t)exponent << 52));
  double m_head = taut_head(m);
  double n = (double)(exponent + k);
  parts p;
  p.base.hi = n * TAUT_LN2_HI + cell[1];
  p.base.lo = n * TAUT_LN2_LO + cell[2];
  // Both terms are exact; if the first is the smaller one their sum is exact too.
  p.r = taut_pair_add(m_head * cell[0] - 1.0, (m - m_head) * cell[0]);
  return p;
}

double taut_log(double x) {
  uint64_t bits = taut_bits(x);
  int64_t k = 0;
  if (bits - LEAST_NORMAL >= INFINITE - LEAST_NORMAL) {
    if (x == 0.0) return -(double)INFINITY;
    if (!(x > 0.0)) return (double)NAN;
    if (bits == INFINITE) return x;
    bits = taut_bits(x * 0x1p54);
    k = -54;
  }
  parts p = take_apart(bits, k);
  double r = p.r.hi, r2 = r * r;
  taut_pair sum = taut_pair_add(p.base.hi, r);
  double low = (p.base.lo + p.r.lo) - 0.5 * r2;
  double tail =
      (TAUT_LOG_3 + r * TAUT_LOG_4) + r2 * ((TAUT_LOG_5 + r * TAUT_LOG_6) + r2 * TAUT_LOG_7);
  return sum.hi + (sum.lo + (low + (r * r2) * tail));
}

/// log(x) as a pair with a relative error of about 2^-67; `bits` as for take_apart.
static inline taut_pair log_pair(uint64_t bits, int64_t k) {
  parts p = take_apart(bits, k);
  double r = p.r.hi;
  // r^2 / 2 without error in its leading part, with the cross term of r.lo.
  double head = taut_head(r), rest = r - head;
  double square = 0.5 * head * head;
  double square_lo = 0.5 * rest * (r + head) + r * p.r.lo;
  double r2 = r * r;
  taut_pair sum = taut_pair_add(p.base.hi, r);
  taut_pair less = taut_pair_add(sum.hi, -square);
  double low = ((sum.lo + less.lo) + (p.base.lo + p.r.lo)) - square_lo;
  double tail =
      ((TAUT_LOG_LONG_3 + r * TAUT_LOG_LONG_4) + r2 * (TAUT_LOG_LONG_5 + r * TAUT_LOG_LONG_6)) +
      (r2 * r2) * (TAUT_LOG_LONG_7 + r * TAUT_LOG_LONG_8);
  return taut_pair_add(less.hi, low + (r * r2) * tail);
}

/// 0 for a fraction, 1 for an odd integer, 2 for an even one; y is finite.
static int parity(double y) {
  if (fabs(y) >= 0x1p53) return 2;
  int64_t whole = (int64_t)y;
  if ((double)whole != y) return 0;
  return whole & 1 ? 1 : 2;
}

/// x^y where x or y is 0, infinite or NaN, or x is 1 (IEEE 754-2019, 9.2.1).
static double pow_special(double x, double y) {
  if (y == 0.0 || x == 1.0) return 1.0;
  if (x != x || y != y) return (double)NAN;
  double a = fabs(x);
  if (isinf(y)) {
    if (a == 1.0) return 1.0;
    return (a > 1.0) == (y > 0.0) ? (double)INFINITY : 0.0;
  }
  double result = (a == 0.0) == (y > 0.0) ? 0.0 : (double)INFINITY;
  return signbit(x) && parity(y) == 1 ? -result : result;
}

double taut_pow(double x, double y) {
  double a = fabs(x), b = fabs(y);
  if (!(a > 0.0 && a <= DBL_MAX && b > 0.0 && b <= DBL_MAX) || x == 1.0) return pow_special(x, y);
  double sign = 1.0;
  if (x < 0.0) {
    int kind = parity(y);
    if (kind == 0) return (double)NAN;
    if (kind == 1) sign = -1.0;
  }
  // Far outside the range where the result is neither 1 nor 0 nor infinite.
  if (a == 1.0 || b < 0x1p-65) return sign;
  if (b > 0x1p65) return (a > 1.0) == (y > 0.0) ? (double)INFINITY : 0.0;

  uint64_t bits = taut_bits(a);
  int64_t k = 0;
  if (bits < LEAST_NORMAL) {
    bits = taut_bits(a * 0x1p54);
    k = -54;
  }
  taut_pair l = log_pair(bits, k);
  taut_pair z = taut_pair_multiply(y, l.hi);
  z.lo += y * l.lo;
  if (z.hi > 800.0) return sign * (double)INFINITY;
  if (z.hi < -800.0) return sign * 0.0;
  int64_t exponent;
  taut_pair value = taut_exp_pair(z.hi, z.lo, &exponent);
  return sign * taut_scale(value.hi + value.lo, exponent);
}

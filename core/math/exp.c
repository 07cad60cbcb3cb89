// Exponential and hyperbolic tangent.
//
// x = n ln2/64 + r with |r| <= ln2/128; exp(x) = 2^(n/64) exp(r), the first factor from a table of
// 64 pairs, the second a polynomial of degree 5.
#include "coefficients.h"
#include "kernel.h"
#include "taut/math.h"

static inline taut_pair exp_pair(double x, double dx, int64_t *exponent) {
  // n * HI is exact, because n has at most 18 bits and HI 34.
  double shifted = x * TAUT_64_OVER_LN2 + TAUT_ROUND;
  double n = shifted - TAUT_ROUND;
  int32_t n_bits = (int32_t)(uint32_t)taut_bits(shifted);
  double r = (x - n * TAUT_LN2_64_HI) + (dx - n * TAUT_LN2_64_LO);
  double r2 = r * r;
  double tail = (0.5 + r * TAUT_EXP_3) + r2 * (TAUT_EXP_4 + r * TAUT_EXP_5);
  int32_t i_power = n_bits & 63;
  const double *power = taut_exp2_table[i_power];
  *exponent = (n_bits - i_power) / 64;
  return (taut_pair){power[0], power[1] + power[0] * (r + r2 * tail)};
}

static inline double scale(double x, int64_t exponent) {
  // Common case: a power of two whose product with x is a normal number.
  if (exponent > -1021 && exponent < 1021) {
    return x * taut_from_bits((uint64_t)(exponent + 1023) << 52);
  }
  // Two steps, the first exact, so that only the second one rounds.
  if (exponent > 0) {
    return x * 0x1p1020 *
           (exponent < 1030 ? taut_from_bits((uint64_t)(exponent + 3) << 52) : 0x1p20);
  }
  if (exponent < -1100) return 0.0;
  return x * taut_from_bits((uint64_t)(exponent + 200 + 1023) << 52) * 0x1p-200;
}

taut_pair taut_exp_pair(double x, double dx, int64_t *exponent) {
  return exp_pair(x, dx, exponent);
}

double taut_scale(double x, int64_t exponent) {
  return scale(x, exponent);
}

double taut_exp(double x) {
  if (!(fabs(x) < 800.0)) {
    if (x != x) return (double)NAN;
    return x > 0.0 ? (double)INFINITY : 0.0;
  }
  int64_t exponent;
  taut_pair value = exp_pair(x, 0.0, &exponent);
  return scale(value.hi + value.lo, exponent);
}

double taut_tanh(double x) {
  if (x != x) return (double)NAN;
  double a = fabs(x);
  if (a < 0x1p-28) return x;
  double result;
  if (a < 0.35) {
    double z = a * a, z2 = z * z, z4 = z2 * z2;
    double low = (TAUT_TANH_3 + z * TAUT_TANH_5) + z2 * (TAUT_TANH_7 + z * TAUT_TANH_9);
    double high = (TAUT_TANH_11 + z * TAUT_TANH_13) + z2 * (TAUT_TANH_15 + z * TAUT_TANH_17);
    result = a + a * (z * (low + z4 * high));
  } else if (a < 22.0) {
    // 1 - 2 / (exp(2a) + 1), the quotient as a pair, because it cancels against 1 when a is small.
    int64_t exponent;
    taut_pair e = exp_pair(2.0 * a, 0.0, &exponent);
    double power = taut_from_bits((uint64_t)(exponent + 1023) << 52);
    e = taut_pair_add(e.hi * power, e.lo * power);
    taut_pair divisor = taut_pair_add(e.hi, 1.0);
    divisor.lo += e.lo;
    double q = 2.0 / divisor.hi;
    taut_pair product = taut_pair_multiply(q, divisor.hi);
    double q_lo = (((2.0 - product.hi) - product.lo) - q * divisor.lo) / divisor.hi;
    taut_pair difference = taut_pair_add(1.0, -q);
    result = difference.hi + (difference.lo - q_lo);
  } else {
    result = 1.0;  // 2 / (exp(44) + 1) is below a quarter ulp of 1
  }
  return x < 0.0 ? -result : result;
}

// Sine, cosine and tangent.
//
// x = n pi/2 + (y + dy) with |y| <= pi/4, pi/2 in pieces of 23 bits (Cody and Waite 1980), so that
// n times a piece is exact for |x| <= 2^30; then one polynomial each for sine and cosine.
#include "coefficients.h"
#include "kernel.h"
#include "taut/math.h"

/// Below this sine and tangent round to their argument.
#define TINY 0x1p-27
#define GREATEST 0x1p30

typedef struct reduced {
  double y, dy;
  uint32_t quadrant;  ///< n; only its last two bits matter
} reduced;

/// a + b exactly, in any order (Knuth 1969).
static inline taut_pair two_sum(double a, double b) {
  double sum = a + b;
  double b_seen = sum - a;
  return (taut_pair){sum, (a - (sum - b_seen)) + (b - b_seen)};
}

/// x is within n * 2^-40 of a multiple of pi/2: `rest` is what is left of x after two pieces. Uses
/// 145 bits of pi/2, enough for the double nearest to a multiple below 2^30.
static reduced reduce_close(double rest, double n, uint32_t quadrant) {
  taut_pair a = two_sum(rest, -(n * TAUT_HALF_PI_3));
  taut_pair b = two_sum(a.hi, -(n * TAUT_HALF_PI_4));
  double low = (a.lo + b.lo) - n * TAUT_HALF_PI_5;
  taut_pair y = two_sum(b.hi, low);
  return (reduced){y.hi, y.lo, quadrant};
}

/// For |x| <= 2^30.
static inline reduced reduce(double x) {
  double shifted = x * TAUT_TWO_OVER_PI + TAUT_ROUND;
  double n = shifted - TAUT_ROUND;
  uint32_t quadrant = (uint32_t)taut_bits(shifted);
  double rest = (x - n * TAUT_HALF_PI_1) - n * TAUT_HALF_PI_2;
  if (fabs(rest) < fabs(n) * 0x1p-40) return reduce_close(rest, n, quadrant);
  double third = n * TAUT_HALF_PI_3_REST;
  double y = rest - third;
  return (reduced){y, (rest - y) - third, quadrant};
}

/// sin(y + dy) = y + result
static inline double sin_rest(double y, double dy) {
  double z = y * y, z2 = z * z;
  double p = ((TAUT_SIN_3 + z * TAUT_SIN_5) + z2 * (TAUT_SIN_7 + z * TAUT_SIN_9)) +
             (z2 * z2) * (TAUT_SIN_11 + z * TAUT_SIN_13);
  return (y * z) * p + dy * (1.0 - 0.5 * z);
}

/// cos(y + dy) = hi + lo
static inline taut_pair cos_pair(double y, double dy) {
  double z = y * y, z2 = z * z;
  double p = ((TAUT_COS_4 + z * TAUT_COS_6) + z2 * (TAUT_COS_8 + z * TAUT_COS_10)) +
             (z2 * z2) * (TAUT_COS_12 + z * TAUT_COS_14);
  taut_pair head = taut_pair_add(1.0, -0.5 * z);
  return (taut_pair){head.hi, head.lo + (z2 * p - y * dy)};
}

/// Sine of the reduced angle plus `turn` quarter turns.
static inline double sine(reduced r, uint32_t turn) {
  uint32_t quadrant = r.quadrant + turn;
  double value;
  if (quadrant & 1) {
    taut_pair c = cos_pair(r.y, r.dy);
    value = c.hi + c.lo;
  } else {
    value = r.y + sin_rest(r.y, r.dy);
  }
  return quadrant & 2 ? -value : value;
}

double taut_sin(double x_rad) {
  double a = fabs(x_rad);
  if (a < TINY) return x_rad;
  if (!(a <= GREATEST)) return (double)NAN;
  return sine(reduce(x_rad), 0);
}

double taut_cos(double x_rad) {
  if (!(fabs(x_rad) <= GREATEST)) return (double)NAN;
  return sine(reduce(x_rad), 1);
}

double taut_tan(double x_rad) {
  double a = fabs(x_rad);
  if (a < TINY) return x_rad;
  if (!(a <= GREATEST)) return (double)NAN;
  reduced r = reduce(x_rad);
  taut_pair s = taut_pair_add(r.y, sin_rest(r.y, r.dy));
  taut_pair c = cos_pair(r.y, r.dy);
  c = taut_pair_add(c.hi, c.lo);
  taut_pair over = r.quadrant & 1 ? (taut_pair){-c.hi, -c.lo} : s;
  taut_pair under = r.quadrant & 1 ? s : c;
  // A quotient of pairs: one division, then one step of Newton with its exact remainder.
  double q = over.hi / under.hi;
  taut_pair product = taut_pair_multiply(q, under.hi);
  double rest = ((over.hi - product.hi) - product.lo) + (over.lo - q * under.lo);
  return q + rest / under.hi;
}

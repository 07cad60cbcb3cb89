// Angle of a point.
//
// With q = min / max of |x| and |y|: atan(q) = atan(c) + atan(t), t = (min - c max) / (max + c
// min), c the multiple of 1/32 nearest to q (0 for q < 1/16), so that |t| <= 1/16.
#include <stdbool.h>

#include "coefficients.h"
#include "kernel.h"
#include "taut/math.h"

/// atan(least / greatest) = hi + lo for 0 <= least <= greatest, greatest in [2^-900, 2^1000].
static inline taut_pair atan_ratio(double least, double greatest) {
  double q = least / greatest, c = 0.0, t = q;
  uint32_t i_cell = 0;
  if (q >= 0.0625) {
    double shifted = q * 32.0 + TAUT_ROUND;
    i_cell = (uint32_t)taut_bits(shifted);
    c = (shifted - TAUT_ROUND) * 0.03125;
    double head = taut_head(greatest);
    double over = (least - c * head) - c * (greatest - head);
    t = over / (greatest + c * least);
  }
  double z = t * t;
  double p = (TAUT_ATAN_3 + z * TAUT_ATAN_5) +
             (z * z) * ((TAUT_ATAN_7 + z * TAUT_ATAN_9) + (z * z) * TAUT_ATAN_11);
  const double *cell = taut_atan_table[i_cell];
  return (taut_pair){cell[0], cell[1] + (t + t * (z * p))};
}

double taut_atan2(double y, double x) {
  if (x != x || y != y) return (double)NAN;
  double across = fabs(x), up = fabs(y);
  bool is_steep = up > across;
  double least = is_steep ? across : up, greatest = is_steep ? up : across;
  // Zeros and infinities become ratios; very large and very small points are scaled exactly.
  if (greatest == 0.0) {
    greatest = 1.0;
  } else if (isinf(greatest)) {
    least = isinf(least) ? 1.0 : 0.0;
    greatest = 1.0;
  } else if (greatest > 0x1p1000) {
    least *= 0x1p-100;
    greatest *= 0x1p-100;
  } else if (greatest < 0x1p-900) {
    least *= 0x1p200;
    greatest *= 0x1p200;
  }
  taut_pair a = atan_ratio(least, greatest);
  double angle;
  if (is_steep) {
    taut_pair right =
        signbit(x) ? taut_pair_add(0.5 * TAUT_PI_HI, a.hi) : taut_pair_add(0.5 * TAUT_PI_HI, -a.hi);
    double low = signbit(x) ? 0.5 * TAUT_PI_LO + a.lo : 0.5 * TAUT_PI_LO - a.lo;
    angle = right.hi + (right.lo + low);
  } else if (signbit(x)) {
    taut_pair straight = taut_pair_add(TAUT_PI_HI, -a.hi);
    angle = straight.hi + (straight.lo + (TAUT_PI_LO - a.lo));
  } else {
    angle = a.hi + a.lo;
  }
  return signbit(y) ? -angle : angle;
}

// Square root and conversion to an integer.
#include "kernel.h"
#include "taut/math.h"

double taut_sqrt(double x) {
  // Negative numbers and NaN by their bits: from a comparison of doubles clang concludes that the
  // square root would be NaN anyway, and returns the processor's, whose sign differs.
  uint64_t bits = taut_bits(x);
  if (bits > taut_bits((double)INFINITY) && bits != taut_bits(-0.0)) return (double)NAN;
  return sqrt(x);
}

int64_t taut_to_i64(double x) {
  if (x != x) return 0;
  if (x >= 0x1p63) return INT64_MAX;
  if (x < -0x1p63) return INT64_MIN;
  return (int64_t)x;
}

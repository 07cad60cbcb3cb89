/// A sum that can take back what was added. It is kept without rounding as a short list of doubles
/// that do not overlap (Shewchuk 1997, "Adaptive precision floating-point arithmetic", grow-
/// expansion), so a sliding sum equals the sum of its window to the last bit, however long it slid.
#ifndef TAUT_MONITOR_EXACT_SUM_H
#define TAUT_MONITOR_EXACT_SUM_H

#include <stdint.h>

/// Doubles that do not overlap cover the exponents at most so often.
enum { TAUT_EXACT_SUM_PARTS = 40 };

typedef struct taut_exact_sum {
  int64_t n;
  double part[TAUT_EXACT_SUM_PARTS];  ///< increasing in magnitude
} taut_exact_sum;

/// Adds x, which must be finite. Subtract by adding -x. [any]
void taut_exact_sum_add(taut_exact_sum *sum, double x);
/// The sum, rounded once to the nearest double, ties to even. [any]
double taut_exact_sum_value(const taut_exact_sum *sum);

#endif

#include "monitor/exact_sum.h"

#include <math.h>

void taut_exact_sum_add(taut_exact_sum *sum, double x) {
  int64_t n = 0;
  for (int64_t i = 0; i < sum->n; i++) {
    double y = sum->part[i];
    if (fabs(x) < fabs(y)) {
      double swap = x;
      x = y;
      y = swap;
    }
    double high = x + y;
    double low = y - (high - x);
    if (low != 0) sum->part[n++] = low;
    x = high;
  }
  if (x != 0 && n < TAUT_EXACT_SUM_PARTS) sum->part[n++] = x;
  sum->n = n;
}

double taut_exact_sum_value(const taut_exact_sum *sum) {
  int64_t n = sum->n;
  if (n == 0) return 0;
  double high = sum->part[--n], low = 0;
  while (n > 0) {
    double x = high, y = sum->part[--n];
    high = x + y;
    low = y - (high - x);
    if (low != 0) break;
  }
  // Half a unit in the last place, and more of the same sign below it: round away.
  if (n > 0 && ((low < 0 && sum->part[n - 1] < 0) || (low > 0 && sum->part[n - 1] > 0))) {
    double twice = low * 2, away = high + twice;
    if (twice == away - high) high = away;
  }
  return high;
}

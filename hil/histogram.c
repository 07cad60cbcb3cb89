#include "hil/histogram.h"

/// 0 to 3 have a step each; from 4 on the step is the highest bit and the two below it.
static size_t step_of(uint64_t ns) {
  if (ns < 4) return (size_t)ns;
  unsigned high = 63 - (unsigned)__builtin_clzll(ns);
  return 4 * (high - 1) + (size_t)((ns >> (high - 2)) & 3);
}

void taut_histogram_add(taut_histogram *histogram, int64_t ns) {
  if (ns < 0) ns = 0;
  histogram->counts[step_of((uint64_t)ns)]++;
  histogram->n++;
  if (ns > histogram->ns_max) histogram->ns_max = ns;
}

int64_t taut_histogram_bound(size_t i_step) {
  if (i_step < 4) return (int64_t)i_step;
  size_t high = i_step / 4 + 1;
  if (high >= 63) return INT64_MAX;
  return (int64_t)((((uint64_t)(i_step % 4) + 5) << (high - 2)) - 1);
}

int64_t taut_histogram_quantile(const taut_histogram *histogram, double share) {
  uint64_t n = 0;
  for (size_t i = 0; i < TAUT_HISTOGRAM_STEPS; i++) {
    n += histogram->counts[i];
    if (histogram->n == 0 || (double)n < share * (double)histogram->n || n == 0) continue;
    int64_t bound = taut_histogram_bound(i);
    return bound < histogram->ns_max ? bound : histogram->ns_max;
  }
  return histogram->ns_max;
}

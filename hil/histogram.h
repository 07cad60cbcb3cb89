/// How long something took, over many times: counts in steps of a quarter of an octave, so that any
/// share of them is known to about a tenth of its value, in fixed memory.
#ifndef TAUT_HIL_HISTOGRAM_H
#define TAUT_HIL_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

/// Four steps for each power of two of an int64_t.
enum { TAUT_HISTOGRAM_STEPS = 256 };

typedef struct taut_histogram {
  uint64_t counts[TAUT_HISTOGRAM_STEPS];
  uint64_t n;
  int64_t ns_max;
} taut_histogram;

/// Adds a time [ns]; what is below 0 counts as 0. [any]
void taut_histogram_add(taut_histogram *histogram, int64_t ns);

/// The greatest time of a step [ns]. [any]
int64_t taut_histogram_bound(size_t i_step);

/// The time that a share (0 to 1) of all stays below, as the bound of its step and at most ns_max;
/// 0 when there are none. [any]
int64_t taut_histogram_quantile(const taut_histogram *histogram, double share);

#endif

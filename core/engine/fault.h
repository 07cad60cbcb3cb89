/// What each fault on a wire does to a value.
#ifndef TAUT_ENGINE_FAULT_H
#define TAUT_ENGINE_FAULT_H

#include <stdbool.h>

#include "engine/block.h"
#include "engine/plan.h"

/// One evaluation of one slot of a wire.
typedef struct fault_sample {
  uint64_t seed;              ///< of the run
  uint32_t stream, element;   ///< index of the fault, slot within the port
  const taut_signal *signal;  ///< of the wire
  run_sample *ring;           ///< (ring_capacity) of this slot
  int64_t tick_ns;
  bool is_fresh;  ///< the source put out a new sample at this tick
} fault_sample;

/// The value behind the fault, x the one before it, y the result; t since it was switched on. p is
/// the probability per sample, taken from `magnitude` (spike: `magnitude_low`) when that is within
/// (0, 1), else 1. Random kinds use taut_random_* of (seed of the run, index of the fault, tick,
/// slot).
///
///   bias       y = x + magnitude
///   gain       y = x * magnitude
///   sign       y = -x
///   stuck      y = the value it had when the fault was switched on
///   delay      y = x of delay_ns ago; until then the value it had when it was switched on
///   drop       a sample is lost with p; y = the last one that came through
///   jitter     a sample arrives after a uniform delay in [0, delay_ns) with p, else at once;
///              y = the newest sample that has arrived, so order is kept
///   noise      y = x + magnitude * standard normal, one draw per sample
///   drift      y = x + magnitude * t
///   quantise   y = the nearest multiple of magnitude, ties to even
///   saturate   y = x limited to [magnitude_low, magnitude]
///   rate       y follows x with |dy/dt| <= magnitude
///   dead_band  y = 0 where |x| <= magnitude, else x
///   invert     y = min + max - x of the port's range: a bool is negated, an enum mirrored
///   spike      y = x + magnitude with p, one draw per sample
///   nan        y = NaN
///
/// A sample is an output call of the source (an unwired input: a due tick of the reader). delay,
/// jitter, drift and rate move between samples and are evaluated every base tick. No allocation.
/// [step]
double taut_fault_apply(const plan_fault *fault, const run_fault *state, run_fault_slot *slot,
                        const fault_sample *sample, double x);

/// Starts a fault of either kind at `now_ns`: nothing remembered. [main]
void taut_fault_start(const plan_fault *fault, run_fault *state, run_fault_slot *slots,
                      int64_t now_ns);

/// The label of a kind, "bias", or NULL past the last. [any]
const char *taut_fault_kind_name(taut_fault_kind kind);

#endif

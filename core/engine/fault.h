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
  double other;   ///< swap: the same element of the other output, before its faults
} fault_sample;

/// The value behind a fault on a wire, for the value `x` before it; the meaning of each kind stands
/// in taut/engine.h. No allocation. [step]
double taut_fault_apply(const plan_fault *planned, const run_fault *state, run_fault_slot *slot,
                        const fault_sample *sample, double x);

/// Starts a fault of either kind at `now_ns`: nothing remembered. [main]
void taut_fault_start(const plan_fault *fault, run_fault *state, run_fault_slot *slots,
                      int64_t now_ns);

/// The label of a kind, "bias", or NULL past the last. [any]
const char *taut_fault_kind_name(taut_fault_kind kind);

#endif

/// Exact tricks with doubles that need no library call, for the motor and cable models. They rely
/// on IEEE 754 arithmetic without re-association, which the build guarantees (docs/determinism.md).
#ifndef TAUT_MODELS_PMSM_NUMBER_H
#define TAUT_MODELS_PMSM_NUMBER_H

/// Nearest integer, ties to even, for |x| < 2^51: exact in IEEE double without a library call.
/// [any]
static inline double taut_round_even(double x) {
  const double shift = 6755399441055744.0;  // 1.5 * 2^52
  return (x + shift) - shift;
}

/// x, or 0 when |x| is below 1e-30. Applied now and then, it keeps decaying states out of the
/// subnormal numbers, which processors handle a hundred times slower. [any]
static inline double taut_flush_tiny(double x) {
  return x < 1e-30 && x > -1e-30 ? 0.0 : x;
}

#endif

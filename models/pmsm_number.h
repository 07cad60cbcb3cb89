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

/// x rounded to a multiple of 2e-34: keeps decaying states out of the subnormal numbers, which
/// processors handle a hundred times slower. At most one unit in the last place off, exact for |x|
/// > 1. [any]
static inline double taut_flush_tiny(double x) {
  const double shift = 1e-18;
  return (x + shift) - shift;
}

#endif

/// Grip of one hand: how much it can hold, how it tires and when it slips.
///
/// Capacity = strength (1 - MF_grip). When the fingers' share of the hand force stays above the
/// capacity for 0.2 s, the handle slips. All functions are pure, allocate nothing; [any].
#ifndef TAUT_MODELS_GRIP_H
#define TAUT_MODELS_GRIP_H

#include "models/fatigue.h"

/// How long the required force may be above capacity before the handle slips [s].
#define TAUT_GRIP_SLIP_S 0.2

typedef struct taut_grip_params {
  double strength_n;  ///< of an unfatigued hand                          [N]
  double share;       ///< of the hand force that the fingers must hold   [1]
  taut_fatigue_params fatigue;
} taut_grip_params;

typedef struct taut_grip {
  double over_s;  ///< time above capacity [s]
  taut_fatigue fatigue;
} taut_grip;

/// Moves the overload time by dt_s. Returns 1 when the handle slips now, else 0.
int taut_grip_step(const taut_grip_params *params, taut_grip *state, double hand_force_n,
                   double dt_s);

/// Moves fatigue by dt_s (at most 20 ms).
void taut_grip_tire(const taut_grip_params *params, taut_grip *state, double hand_force_n,
                    double dt_s);

#endif

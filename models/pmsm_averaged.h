/// The motor of models/pmsm.h in steps of a millisecond: what is faster than a step is taken as its
/// mean. Same parameters, inputs, drive, heat and encoder; equations and what is lost:
/// plugins/motor_averaged/README.md.
#ifndef TAUT_MODELS_PMSM_AVERAGED_H
#define TAUT_MODELS_PMSM_AVERAGED_H

#include "models/pmsm.h"

/// The state of the exact model, and two shares of its current loop.
typedef struct taut_pmsm_averaged {
  taut_pmsm_state motor;
  double kept_share;  ///< of the distance to the command that is left after a step      [1]
  double mean_share;  ///< of that distance, in the mean of a step                       [1]
} taut_pmsm_averaged;

/// As taut_pmsm_init, for steps of 0.5 ms to 2 ms. [step]
const char *taut_pmsm_averaged_init(taut_pmsm_averaged *s, const taut_pmsm_params *p, double dt_s);

/// Moves the state by one step; TAUT_PMSM_LOST ... as taut_pmsm_update. [step]
int taut_pmsm_averaged_update(taut_pmsm_averaged *s, const taut_pmsm_input *u);

#endif

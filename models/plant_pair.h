/// Two motors with their cables over several steps at once: the steps of models/pmsm.h and
/// models/cable.h, bit for bit, with the two sides in the two lanes of a vector and without ports
/// in between. Only ordinary steps: whatever is out of the ordinary is left to the models
/// themselves.
#ifndef TAUT_MODELS_PLANT_PAIR_H
#define TAUT_MODELS_PLANT_PAIR_H

#include <stdint.h>

#include "models/cable.h"
#include "models/pmsm.h"

/// Extension id of a plugin whose state is taut_cable_state and whose step is taut_cable_move.
#define TAUT_PLANT_CABLE_ID "taut.plant.cable/1"

/// What is followed at each step, before it moves, as the models' outputs would show it.
enum {
  TAUT_PLANT_IQ_A,
  TAUT_PLANT_BUS_V,
  TAUT_PLANT_SPOOL_SPEED_RAD_S,
  TAUT_PLANT_TORQUE_NM,
  TAUT_PLANT_TENSION_N,
  TAUT_PLANT_HANDLE_SPEED_M_S,
  TAUT_PLANT_TAKE_UP_SPEED_M_S,
  TAUT_PLANT_PEAK_COUNT
};

/// One side: a motor and the cable on its spool.
typedef struct taut_plant_side {
  taut_pmsm_state *motor;
  taut_cable_state *cable;
  taut_pmsm_input input;    ///< of the motor, held; spool_tension_n is the cable's
  double hand_force_n;      ///< of the cable, held                                  [N]
  double cut;               ///< the same                                            [bool]
  uint64_t seed;            ///< of the cable
  double *const *least;     ///< (TAUT_PLANT_PEAK_COUNT) least value so far, owned by the caller
  double *const *greatest;  ///< (TAUT_PLANT_PEAK_COUNT) the greatest
} taut_plant_side;

/// Room for what does not change: constants of both sides as lanes. Owned by the caller, zero
/// before the first call and whenever it may be other sides; holds nothing that a result depends
/// on.
typedef struct taut_plant_lanes {
  _Alignas(64) unsigned char bytes[1536];
} taut_plant_lanes;

/// Moves one or two sides (`n_sides`) from `tick_ns` by up to `n_steps` steps and returns how many
/// that were: fewer when the next one is not ordinary (a fault, a limit, an end of the cable, the
/// drive being attended to), or when something that is done now and then was done. 0: nothing has
/// changed. Steps of all four models must be equally long. Allocates nothing. [step]
int64_t taut_plant_pair_advance(taut_plant_lanes *kept, const taut_plant_side *side, int n_sides,
                                int64_t n_steps, int64_t tick_ns);

#endif

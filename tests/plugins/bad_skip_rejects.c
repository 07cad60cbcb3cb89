// Refuses to skip, and has changed its state.
#define SKIP_STATE(inst, s, time_s) ((s)->position_m += 1, TAUT_EREJECT)
#include "integrator.h"

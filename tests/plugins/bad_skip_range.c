// After a long skip an output is outside of its range.
#define SKIP_STATE(inst, s, time_s) ((s)->position_m += 10 * (time_s), TAUT_OK)
#include "integrator.h"

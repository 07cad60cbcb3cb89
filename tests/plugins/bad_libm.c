// Takes a sine from libm, whose bits depend on the processor.
#include <math.h>
#define IN_UPDATE(inst, s) ((s)->position_m += 1e-9 * sin((s)->position_m))
#include "integrator.h"

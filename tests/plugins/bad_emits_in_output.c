// Emits an event in output, which may be called any number of times.
#define IN_OUTPUT(inst, s) \
  if ((s)->position_m > 0) (inst)->host->emit((inst), 0, 1.0)
#include "integrator.h"

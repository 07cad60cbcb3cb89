// Prints from a step.
#include <stdio.h>
#define IN_UPDATE(inst, s) \
  if ((s)->n_laps > UINT64_MAX / 2) printf("lap\n")
#include "integrator.h"

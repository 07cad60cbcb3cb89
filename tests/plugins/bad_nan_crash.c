// Uses a speed that is not a number as if it were one, and dies.
static int *volatile nowhere;
#define IN_UPDATE(inst, s) \
  if (!((inst)->in[0][0] <= 0) && !((inst)->in[0][0] > 0)) *nowhere = 1
#include "integrator.h"

// Counts its output calls in the state.
#define IN_OUTPUT(inst, s) (s)->spare++
#include "integrator.h"

// An output that sees this tick's input without saying so: the order of calls would decide.
#define IN_OUTPUT(inst, s) ((inst)->out[0] += 1e-3 * (inst)->in[0][0])
#include "integrator.h"

// A static that all instances share: one bends the other's path.
static double last_speed;
#define IN_UPDATE(inst, s) ((s)->position_m += 1e-6 * last_speed, last_speed = (inst)->in[0][0])
#include "integrator.h"

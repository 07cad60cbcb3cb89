// The greatest speed is below the least.
#define SPEED_MAX -20.0
#include "integrator.h"

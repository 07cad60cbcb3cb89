// The good plugin.
#include "integrator.h"

// Leaves an output unwritten.
#define FORGET_AN_OUTPUT
#include "integrator.h"

// Keeps a pointer in the state: the next snapshot points into another run.
#define IN_UPDATE(inst, s) ((s)->spare = (uint64_t)(uintptr_t)(inst)->state)
#include "integrator.h"

// A static counter that no output shows: snapshots would not hold it.
static unsigned long n_updates;
#define IN_UPDATE(inst, s) n_updates++
#include "integrator.h"

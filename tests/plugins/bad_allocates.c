// Allocates in a step, and gives it back, so that no leak shows.
#include <stdlib.h>
static void *volatile scratch;
#define IN_UPDATE(inst, s) (scratch = malloc(64), free(scratch), scratch = NULL)
#include "integrator.h"

// Speaks the next major version.
#define QUERY_MAJOR (TAUT_ABI_MAJOR + 1)
#include "integrator.h"

// resistance: the reference controller. The math is in models/resistance*.c.
#define RESISTANCE_NAME "resistance"
#define RESISTANCE_HELP "reference controller: nine resistance laws, two-step arming, safe states"
#define RESISTANCE_DEFECTS 0

#include "plugins/resistance/wrapper.h"

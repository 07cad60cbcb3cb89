// bad_blind_over_speed: a known-bad controller; no speed is too high.
#define RESISTANCE_NAME "bad_blind_over_speed"
#define RESISTANCE_HELP "known-bad controller: no speed is too high"
#define RESISTANCE_DEFECTS TAUT_RESISTANCE_BLIND(TAUT_CAUSE_OVER_SPEED)

#include "plugins/resistance/wrapper.h"

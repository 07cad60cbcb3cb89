// bad_stale_torque: a known-bad controller; the age of the command is ignored.
#define RESISTANCE_NAME "bad_stale_torque"
#define RESISTANCE_HELP "known-bad controller: the age of the command is ignored"
#define RESISTANCE_DEFECTS TAUT_RESISTANCE_STALE_TORQUE

#include "plugins/resistance/wrapper.h"

// bad_sto_on_everything: a known-bad controller; every reaction is safe torque off.
#define RESISTANCE_NAME "bad_sto_on_everything"
#define RESISTANCE_HELP "known-bad controller: every reaction is safe torque off"
#define RESISTANCE_DEFECTS TAUT_RESISTANCE_STO_ON_EVERYTHING

#include "plugins/resistance/wrapper.h"

// bad_blind_supply: a known-bad controller; the bus voltage is not watched.
#define RESISTANCE_NAME "bad_blind_supply"
#define RESISTANCE_HELP "known-bad controller: the bus voltage is not watched"
#define RESISTANCE_DEFECTS \
  TAUT_RESISTANCE_BLIND(TAUT_CAUSE_UNDER_VOLTAGE) | TAUT_RESISTANCE_BLIND(TAUT_CAUSE_OVER_VOLTAGE)

#include "plugins/resistance/wrapper.h"

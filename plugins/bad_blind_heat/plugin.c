// bad_blind_heat: a known-bad controller; the motor temperature is not watched.
#define RESISTANCE_NAME "bad_blind_heat"
#define RESISTANCE_HELP "known-bad controller: the motor temperature is not watched"
#define RESISTANCE_DEFECTS 0
#define RESISTANCE_SPOIL_PARAMS(p) \
  do {                             \
    (p)->derate_start_k = 1e6;     \
    (p)->derate_end_k = 2e6;       \
  } while (0)

#include "plugins/resistance/wrapper.h"

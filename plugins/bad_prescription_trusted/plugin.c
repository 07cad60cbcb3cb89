// bad_prescription_trusted: a known-bad controller; every prescription is followed as it comes.
#define RESISTANCE_NAME "bad_prescription_trusted"
#define RESISTANCE_HELP "known-bad controller: every prescription is followed as it comes"
#define RESISTANCE_DEFECTS \
  TAUT_RESISTANCE_JUMP_FOLLOWED | TAUT_RESISTANCE_BLIND(TAUT_CAUSE_COMMAND_INVALID)
#define RESISTANCE_SPOIL_PARAMS(p)             \
  do {                                         \
    (p)->load_max_unknown_n = (p)->load_max_n; \
  } while (0)

#include "plugins/resistance/wrapper.h"

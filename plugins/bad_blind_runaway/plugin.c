// bad_blind_runaway: a known-bad controller; the measured current is not compared with its command.
#define RESISTANCE_NAME "bad_blind_runaway"
#define RESISTANCE_HELP \
  "known-bad controller: the measured current is not compared with its command"
#define RESISTANCE_DEFECTS \
  TAUT_RESISTANCE_BLIND(TAUT_CAUSE_RUNAWAY) | TAUT_RESISTANCE_BLIND(TAUT_CAUSE_LOAD_CELL)

#include "plugins/resistance/wrapper.h"

// bad_blind_encoder: a known-bad controller; nothing that tells of a wrong angle is believed.
#define RESISTANCE_NAME "bad_blind_encoder"
#define RESISTANCE_HELP "known-bad controller: nothing that tells of a wrong angle is believed"
#define RESISTANCE_DEFECTS                                                                      \
  TAUT_RESISTANCE_BLIND(TAUT_CAUSE_ENCODER) | TAUT_RESISTANCE_BLIND(TAUT_CAUSE_OVER_SPEED) |    \
      TAUT_RESISTANCE_BLIND(TAUT_CAUSE_RUNAWAY) | TAUT_RESISTANCE_BLIND(TAUT_CAUSE_LOAD_CELL) | \
      TAUT_RESISTANCE_BLIND(TAUT_CAUSE_DRIVE)

#include "plugins/resistance/wrapper.h"

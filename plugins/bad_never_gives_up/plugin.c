// bad_never_gives_up: a known-bad controller; it waits for ever for a hand.
#define RESISTANCE_NAME "bad_never_gives_up"
#define RESISTANCE_HELP "known-bad controller: it waits for ever for a hand"
#define RESISTANCE_DEFECTS 0
#define RESISTANCE_SPOIL_PARAMS(p) \
  do {                             \
    (p)->idle_disarm_s = 1e9;      \
    (p)->entangled_s = 1e9;        \
  } while (0)

#include "plugins/resistance/wrapper.h"

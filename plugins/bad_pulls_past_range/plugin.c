// bad_pulls_past_range: a known-bad controller; the whole load pulls past the range of motion too.
#define RESISTANCE_NAME "bad_pulls_past_range"
#define RESISTANCE_HELP "known-bad controller: the load does not fade past the range of motion"
#define RESISTANCE_DEFECTS 0
#define RESISTANCE_SPOIL_PARAMS(p)    \
  do {                                \
    (p)->stretch_n = (p)->load_max_n; \
  } while (0)

#include "plugins/resistance/wrapper.h"

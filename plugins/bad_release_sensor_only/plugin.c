// bad_release_sensor_only: a known-bad controller; only the handle sensor tells a release.
#define RESISTANCE_NAME "bad_release_sensor_only"
#define RESISTANCE_HELP "known-bad controller: only the handle sensor tells a release"
#define RESISTANCE_DEFECTS 0
#define RESISTANCE_SPOIL_PARAMS(p) \
  do {                             \
    (p)->release_least_n = 1e9;    \
  } while (0)

#include "plugins/resistance/wrapper.h"

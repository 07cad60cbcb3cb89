// spotter: watches the repetition and helps. The math is in models/spotter.c.
#define SPOTTER_NAME "spotter"
#define SPOTTER_HELP \
  "digital spotter: counts, helps when a repetition fails, lets go after a symptom"
#define SPOTTER_DEFECTS 0

#include "plugins/spotter/wrapper.h"

// Averaged cable: models/cable with springs that a millisecond resolves. README.md beside this
// file.
#define CABLE_NAME "cable_averaged"
#define CABLE_HELP \
  "the cable of cable_spool at 1 kHz: springs and friction as soft as the step needs"
#define CABLE_INIT taut_cable_init_averaged
#define CABLE_PERIOD_NS 1000000
#define CABLE_PERIOD_NS_MIN 500000
#define CABLE_PERIOD_NS_MAX 2000000

#include "plugins/cable_spool/wrapper.h"

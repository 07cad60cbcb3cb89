// bad_spotter_restores_after_leak: a known-bad spotter; it forgets a symptom after three seconds
// and gives the load back.
#define SPOTTER_NAME "bad_spotter_restores_after_leak"
#define SPOTTER_HELP \
  "known-bad spotter: it forgets a symptom after three seconds and gives the load back"
#define SPOTTER_DEFECTS TAUT_SPOTTER_RESTORES_AFTER_SYMPTOM

#include "plugins/spotter/wrapper.h"

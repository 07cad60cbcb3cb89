// bad_spotter_counts_early: a known-bad spotter; a repetition counts when its lift begins.
#define SPOTTER_NAME "bad_spotter_counts_early"
#define SPOTTER_HELP "known-bad spotter: a repetition counts when its lift begins"
#define SPOTTER_DEFECTS TAUT_SPOTTER_COUNTS_EARLY

#include "plugins/spotter/wrapper.h"

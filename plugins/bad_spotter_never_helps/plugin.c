// bad_spotter_never_helps: a known-bad spotter; it sees a struggle and takes nothing off.
#define SPOTTER_NAME "bad_spotter_never_helps"
#define SPOTTER_HELP "known-bad spotter: it sees a struggle and takes nothing off"
#define SPOTTER_DEFECTS TAUT_SPOTTER_NEVER_HELPS

#include "plugins/spotter/wrapper.h"

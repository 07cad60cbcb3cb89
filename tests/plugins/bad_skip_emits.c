// Emits an event in time that has no ticks.
#define SKIP_STATE(inst, s, time_s) ((inst)->host->emit((inst), 0, (s)->position_m), TAUT_OK)
#include "integrator.h"

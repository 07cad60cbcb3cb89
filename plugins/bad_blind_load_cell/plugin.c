// bad_blind_load_cell: a known-bad controller; the load cell is believed whatever it says.
#define RESISTANCE_NAME "bad_blind_load_cell"
#define RESISTANCE_HELP "known-bad controller: the load cell is believed whatever it says"
#define RESISTANCE_DEFECTS TAUT_RESISTANCE_BLIND(TAUT_CAUSE_LOAD_CELL)

#include "plugins/resistance/wrapper.h"

// bad_blind_number: a known-bad controller; an input without a number is dropped and forgotten.
#define RESISTANCE_NAME "bad_blind_number"
#define RESISTANCE_HELP "known-bad controller: an input without a number is dropped and forgotten"
#define RESISTANCE_DEFECTS TAUT_RESISTANCE_BLIND(TAUT_CAUSE_NUMBER)

#include "plugins/resistance/wrapper.h"

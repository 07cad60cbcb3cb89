// bad_blind_deadline: a known-bad controller; it does not notice that its own calls come late.
#define RESISTANCE_NAME "bad_blind_deadline"
#define RESISTANCE_HELP "known-bad controller: it does not notice that its own calls come late"
#define RESISTANCE_DEFECTS TAUT_RESISTANCE_BLIND(TAUT_CAUSE_TIMEOUT)

#include "plugins/resistance/wrapper.h"

// bad_symptom_not_latched: a known-bad controller; the load comes back by itself after a symptom.
#define RESISTANCE_NAME "bad_symptom_not_latched"
#define RESISTANCE_HELP "known-bad controller: the load comes back by itself after a symptom"
#define RESISTANCE_DEFECTS TAUT_RESISTANCE_SYMPTOM_NOT_LATCHED

#include "plugins/resistance/wrapper.h"

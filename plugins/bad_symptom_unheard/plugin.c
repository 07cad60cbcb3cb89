// bad_symptom_unheard: a known-bad controller; reports and form alerts are acknowledged and
// answered by nothing.
#define RESISTANCE_NAME "bad_symptom_unheard"
#define RESISTANCE_HELP \
  "known-bad controller: reports and form alerts are acknowledged and answered by nothing"
#define RESISTANCE_DEFECTS \
  TAUT_RESISTANCE_BLIND(TAUT_CAUSE_SYMPTOM) | TAUT_RESISTANCE_BLIND(TAUT_CAUSE_FORM)

#include "plugins/resistance/wrapper.h"

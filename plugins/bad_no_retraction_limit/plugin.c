// bad_no_retraction_limit: a known-bad controller; the retraction speed is not limited.
#define RESISTANCE_NAME "bad_no_retraction_limit"
#define RESISTANCE_HELP "known-bad controller: the retraction speed is not limited"
#define RESISTANCE_DEFECTS TAUT_RESISTANCE_NO_RETRACTION_LIMIT

#include "plugins/resistance/wrapper.h"

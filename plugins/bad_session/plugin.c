// bad_session: a known-bad session that runs programmes; `defect` names the rule it breaks.
#define PROGRAM_NAME "bad_session"
#define PROGRAM_HELP "known-bad session of programmes: one rule is broken, by name"
#define PROGRAM_HAS_DEFECTS 1

#include "plugins/session_program/wrapper.h"

// session_program: runs whole programmes. The math is in models/program*.c.
#define PROGRAM_NAME "session_program"
#define PROGRAM_HELP "runs programmes of weeks: who may train, what, how much, and when to stop"
#define PROGRAM_HAS_DEFECTS 0

#include "plugins/session_program/wrapper.h"

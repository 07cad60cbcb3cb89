/// Where the words of a script go.
#ifndef TAUT_SCENARIO_SCRIPT_LOG_H
#define TAUT_SCENARIO_SCRIPT_LOG_H

#include <lua.h>

/// A line of `print` or s:log: into the log of the running case at its time, else to the suite's
/// log.
void taut_script_print(lua_State *L, const char *text);

#endif

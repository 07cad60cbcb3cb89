/// What a script lets run along: records of a port that counts entries, greatest values, times.
#ifndef TAUT_SCENARIO_SCRIPT_RECORD_H
#define TAUT_SCENARIO_SCRIPT_RECORD_H

#include "scenario/script.h"

/// Looks at a row with everything the script follows and measures. ENUMBER with a log line when a
/// measured condition has no value. No allocation. [step]
taut_status taut_script_record(taut_script *script, const double *values, int64_t row_ns);

/// s:follow(counter, { port, ... }) and s:measure(kind, text).
int taut_script_follow(lua_State *L);
int taut_script_measure(lua_State *L);
/// s:ticks(): base ticks that were simulated so far; skipped time has none.
int taut_script_ticks(lua_State *L);
int taut_script_label(lua_State *L);
/// Makes the metatables of what they return.
void taut_push_record_handles(lua_State *L);

#endif

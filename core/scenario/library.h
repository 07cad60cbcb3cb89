/// The functions that replace Lua's own where those differ from run to run.
#ifndef TAUT_SCENARIO_LIBRARY_H
#define TAUT_SCENARIO_LIBRARY_H

#include <lua.h>

int taut_library_pairs(lua_State *L);
int taut_library_next(lua_State *L);
int taut_library_sort(lua_State *L);

/// `math.random` and the elementary functions of taut/math.h, into the table on top.
void taut_library_math(lua_State *L);

#endif

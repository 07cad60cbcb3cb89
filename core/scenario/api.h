/// The table `taut` and the globals of a Lua file.
#ifndef TAUT_SCENARIO_API_H
#define TAUT_SCENARIO_API_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

/// Adds unit functions, require and the table `taut` (behind require) to the globals on top.
void taut_api_install(lua_State *L);

/// Pushes the data file <data_dir>/models/<folder>/<name>.lua after running it. It must return a
/// table of taut.<kind>. Raises an error with the nearest name when there is none.
void taut_push_data(lua_State *L, const char *folder, const char *name, const char *kind);

/// Whether there is such a file; else `hint` is "; did you mean 'x'?" or a list of what there is.
bool taut_data_exists(lua_State *L, const char *folder, const char *name, char *hint, size_t size);

#endif

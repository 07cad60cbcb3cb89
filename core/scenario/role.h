/// Roles written in Lua: `return taut.role { ... }`.
#ifndef TAUT_SCENARIO_ROLE_H
#define TAUT_SCENARIO_ROLE_H

#include "scenario/host.h"

/// taut.role { ... }: checks and marks the table.
int taut_api_role(lua_State *L);

/// Makes a model of the Lua file `file` for an instance and adds it to the registry. The model and
/// its tables live in setup->pool and call functions of setup->L, so the run must end before the
/// state is closed. Raises an error.
const taut_model *taut_role_model(taut_setup *setup, const taut_rig_instance *instance,
                                  const char *file);

#endif

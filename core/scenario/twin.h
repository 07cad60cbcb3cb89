/// Broken twins of scenarios: what stands in place of a scenario's own fields to show that its
/// checks can fail.
///
/// A twin that only puts other models in roles, with parameters, is also a sentence about those
/// models: "session=bad_session session.defect=no_refer". It can be tried in every scenario whose
/// rig fills the role with what the twin replaces.
#ifndef TAUT_SCENARIO_TWIN_H
#define TAUT_SCENARIO_TWIN_H

#include <lua.h>

#include "scenario/fields.h"
#include "scenario/pool.h"
#include "scenario/scenario.h"

/// Raises an error unless the field `twin` of the scenario at `index` is a twin or a list of them.
void taut_twin_check(lua_State *L, int index, const taut_origin *origin);

/// Fills twins and roles of `view`, which has its rows, from the scenario at `index`; texts live in
/// `pool`. Raises an error.
void taut_twin_list(lua_State *L, int index, taut_pool *pool, taut_case *view);

/// Turns every scenario of the list at `index` into its twin: "#2" is its own second, which not all
/// have; other texts are models and parameters as in taut_twin_case.overlay. Raises an error.
void taut_twin_apply(lua_State *L, int index, const char *twin);

#endif

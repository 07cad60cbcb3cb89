// Who trains what: the `user`, `set` and `params` fields of a scenario, with the values of its
// sweep point.

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "engine/suggest.h"
#include "scenario/api.h"
#include "scenario/host.h"
#include "scenario/persona.h"
#include "scenario/quantity.h"

/// Pushes field `name` of `table` (a field of the scenario), replaced by the sweep point's when it
/// has it.
static int push_swept(lua_State *L, int point, int table, const char *name) {
  if (lua_istable(L, point)) {
    lua_pushstring(L, name);
    if (lua_rawget(L, point) != LUA_TNIL) return lua_type(L, -1);
    lua_pop(L, 1);
  }
  if (!lua_istable(L, table)) {
    lua_pushnil(L);
    return LUA_TNIL;
  }
  lua_pushstring(L, name);
  return lua_rawget(L, table);
}

/// Applies a data file of parameters whose name is on top of the stack, popped.
static void apply_file(taut_setup *setup, const char *folder, const char *field,
                       const taut_origin *origin) {
  lua_State *L = setup->L;
  taut_origin place;
  if (lua_type(L, -1) != LUA_TSTRING)
    taut_raise_field(L, origin, field, "'%s' must be the name of a file in models/%s, got a %s",
                     field, folder, luaL_typename(L, -1));
  if (strcmp(folder, "users") == 0) {
    taut_keep_persona(L, lua_tostring(L, -1));
    taut_push_persona(L, lua_tostring(L, -1), taut_sandbox_of(L)->seed);
  } else {
    taut_push_data(L, folder, lua_tostring(L, -1), "parameters");
  }
  if (taut_origin_of(L, -1, "parameters", &place)) taut_setup_params(setup, &place);
  lua_pop(L, 1);
}

static void check_load(taut_setup *setup, const taut_origin *origin) {
  static const int8_t FORCE[8] = {1, 1, -2, 0, 0, 0, 0, 0};
  lua_State *L = setup->L;
  const taut_quantity *q = taut_to_quantity(L, -1);
  if (!q) {
    char hint[96] = "";
    if (lua_type(L, -1) == LUA_TNUMBER)
      taut_quantity_hint(hint, sizeof hint, lua_tonumber(L, -1), FORCE, "N");
    taut_raise_field(L, origin, "load", "load = %s has no unit%s", taut_push_text(L, -1), hint);
  }
  if (memcmp(q->si, FORCE, sizeof FORCE) != 0)
    taut_raise(L, q->chunk, q->line, "the load must be a force such as lb(25), got %s",
               taut_push_text(L, -1));
  setup->has_load = true;
  setup->load_n = q->si_value;
}

static bool is_own_set_field(const char *name) {
  return strcmp(name, "exercise") == 0 || strcmp(name, "load") == 0 || strcmp(name, "reps") == 0;
}

static bool has_instance(const taut_setup *setup, const char *role) {
  for (size_t i = 0; i < setup->n_instances; i++)
    if (strcmp(setup->instances[i].role->name, role) == 0) return true;
  return false;
}

/// reps goes to session and person; a rig without them cannot do a set.
static void apply_reps(taut_setup *setup, const taut_origin *origin) {
  lua_State *L = setup->L;
  static const char *const ROLES[2] = {"session", "user"};
  bool is_set = false;
  for (int i = 0; i < 2; i++) {
    if (!has_instance(setup, ROLES[i])) continue;
    lua_pushvalue(L, -1);
    is_set |= taut_setup_param(setup, ROLES[i], "reps", origin);
  }
  if (!is_set)
    taut_journal_say(setup->journal, -1, TAUT_LOG_WARN, "", "nobody on this rig counts reps");
  lua_pop(L, 1);
}

/// Everything of `set` but the exercise, which comes before the persona.
static void apply_set(taut_setup *setup, int set, int point, const taut_origin *origin) {
  lua_State *L = setup->L;
  if (push_swept(L, point, set, "load") != LUA_TNIL) check_load(setup, origin);
  lua_pop(L, 1);
  if (push_swept(L, point, set, "reps") != LUA_TNIL)
    apply_reps(setup, origin);
  else
    lua_pop(L, 1);
  if (push_swept(L, point, set, "mode") != LUA_TNIL)
    taut_setup_param(setup, "session", "mode", origin);
  else
    lua_pop(L, 1);
  if (!lua_istable(L, set)) return;
  taut_push_sorted_keys(L, set);
  for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
    if (lua_type(L, -1) != LUA_TSTRING)
      taut_raise_field(L, origin, "set", "a set has names: set = { exercise = ..., load = ... }");
    const char *name = lua_tostring(L, -1);
    if (!is_own_set_field(name)) {
      push_swept(L, point, set, name);
      taut_setup_param(setup, "session", name, origin);
    }
    lua_pop(L, 1);
  }
  lua_pop(L, 2);
}

/// The named parameters of user = { "persona", name = value }.
static void apply_person(taut_setup *setup, int user, int point, const taut_origin *origin) {
  lua_State *L = setup->L;
  if (!lua_istable(L, user)) return;
  taut_push_sorted_keys(L, user);
  for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
    if (lua_type(L, -1) == LUA_TSTRING) {
      const char *name = lua_tostring(L, -1);
      push_swept(L, point, user, name);
      taut_setup_param(setup, "user", name, origin);
    } else if (lua_type(L, -1) != LUA_TNUMBER || lua_tonumber(L, -1) != 1) {
      taut_raise_field(L, origin, "user", "user is { \"persona\", parameter = value, ... }");
    }
    lua_pop(L, 1);
  }
  lua_pop(L, 2);
}

/// A sweep key that overrides nothing still reaches the script, but one that nearly names a field
/// of the set is a slip.
static void check_sweep_keys(lua_State *L, int point, int set, int user,
                             const taut_origin *origin) {
  static const char *const KNOWN[] = {"exercise", "load", "reps", "mode", "user"};
  if (!lua_istable(L, point)) return;
  taut_push_sorted_keys(L, point);
  for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
    const char *key = lua_tostring(L, -1);
    bool is_known = false;
    taut_suggest suggest;
    taut_suggest_init(&suggest, key);
    for (size_t k = 0; k < sizeof KNOWN / sizeof KNOWN[0]; k++) {
      is_known |= strcmp(KNOWN[k], key) == 0;
      taut_suggest_offer(&suggest, KNOWN[k]);
    }
    for (int k = 0; k < 2; k++) {
      int table = k ? user : set;
      if (lua_istable(L, table) && lua_getfield(L, table, key) != LUA_TNIL) is_known = true;
      if (lua_istable(L, table)) lua_pop(L, 1);
    }
    if (!is_known && suggest.best && suggest.distance == 1 && strlen(key) > 3)
      taut_raise_field(L, origin, key, "sweep '%s' sets nothing; did you mean '%s'?", key,
                       suggest.best);
    lua_pop(L, 1);
  }
  lua_pop(L, 2);
}

void taut_setup_person(taut_setup *setup, int scenario, int point, const taut_origin *origin) {
  lua_State *L = setup->L;
  luaL_checkstack(L, 20, "parameters");
  int top = lua_gettop(L);
  lua_getfield(L, scenario, "set");
  int user_type = lua_getfield(L, scenario, "user");
  int set = top + 1, user = top + 2;
  check_sweep_keys(L, point, set, user, origin);
  if (push_swept(L, point, set, "exercise") != LUA_TNIL)
    apply_file(setup, "exercises", "exercise", origin);
  else
    lua_pop(L, 1);
  // The persona: a name of its own, the first element, or the sweep's `user`.
  lua_pushnil(L);
  if (push_swept(L, point, lua_gettop(L), "user") == LUA_TNIL) {
    lua_pop(L, 1);
    if (user_type == LUA_TSTRING)
      lua_pushvalue(L, user);
    else if (user_type == LUA_TTABLE)
      lua_rawgeti(L, user, 1);
    else
      lua_pushnil(L);
  }
  if (lua_isnil(L, -1))
    lua_pop(L, 1);
  else
    apply_file(setup, "users", "user", origin);
  lua_pop(L, 1);
  apply_person(setup, user, point, origin);
  apply_set(setup, set, point, origin);
  if (lua_getfield(L, scenario, "params") == LUA_TTABLE)
    taut_setup_params(setup, origin);
  else
    lua_pop(L, 1);
  lua_settop(L, top);
}

// Sweeps: every combination of the listed values is a case with a name that can be read.

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "scenario/host.h"
#include "scenario/quantity.h"

/// Pushes the sweep table and its sorted keys; false and nothing pushed without a sweep.
static bool push_sweep(lua_State *L, int index) {
  if (lua_getfield(L, index, "sweep") != LUA_TTABLE) {
    lua_pop(L, 1);
    return false;
  }
  taut_push_sorted_keys(L, -1);
  return true;
}

static void check_value(lua_State *L, const char *key, const taut_origin *origin) {
  switch (lua_type(L, -1)) {
    case LUA_TNUMBER:
    case LUA_TSTRING:
    case LUA_TBOOLEAN: return;
    default: break;
  }
  if (!taut_to_quantity(L, -1))
    taut_raise_field(L, origin, key,
                     "a value of sweep '%s' must be a quantity, number, text or boolean, got a %s",
                     key, luaL_typename(L, -1));
}

uint32_t taut_sweep_count(lua_State *L, int index, const taut_origin *origin) {
  index = lua_absindex(L, index);
  if (!push_sweep(L, index)) return 1;
  uint32_t count = 1;
  for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
    const char *key = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL;
    if (!key) taut_raise_field(L, origin, "sweep", "a sweep has names: sweep = { load = { ... } }");
    lua_pushvalue(L, -1);
    if (lua_rawget(L, -4) != LUA_TTABLE)
      taut_raise_field(L, origin, key, "sweep '%s' must be a list of values", key);
    lua_Integer n = (lua_Integer)lua_rawlen(L, -1);
    if (n == 0) taut_raise_field(L, origin, key, "sweep '%s' has no values", key);
    for (lua_Integer k = 1; k <= n; k++) {
      lua_rawgeti(L, -1, k);
      check_value(L, key, origin);
      lua_pop(L, 1);
    }
    if (n > TAUT_CASES_MAX || count * (uint64_t)n > TAUT_CASES_MAX)
      taut_raise_field(L, origin, "sweep", "a sweep has at most %d points", TAUT_CASES_MAX);
    count *= (uint32_t)n;
    lua_pop(L, 2);
  }
  lua_pop(L, 3);
  return count;
}

/// Calls `use` for every key, in order, with the chosen value on top of the stack.
static void walk_point(lua_State *L, int index, uint32_t i_point,
                       void (*use)(lua_State *L, const char *key, void *user), void *user) {
  index = lua_absindex(L, index);
  if (!push_sweep(L, index)) return;
  lua_Integer n_keys = (lua_Integer)lua_rawlen(L, -1);
  // The last key runs fastest, so the index of a key is what is left after those behind it.
  uint32_t behind = 1;
  for (lua_Integer i = 1; i <= n_keys; i++) {
    lua_rawgeti(L, -1, i);
    lua_rawget(L, -3);
    behind *= (uint32_t)lua_rawlen(L, -1);
    lua_pop(L, 1);
  }
  for (lua_Integer i = 1; i <= n_keys; i++) {
    lua_rawgeti(L, -1, i);
    const char *key = lua_tostring(L, -1);
    lua_pushvalue(L, -1);
    lua_rawget(L, -4);
    uint32_t n = (uint32_t)lua_rawlen(L, -1);
    behind /= n;
    lua_rawgeti(L, -1, (lua_Integer)(i_point / behind % n) + 1);
    use(L, key, user);
    lua_pop(L, 3);
  }
  lua_pop(L, 2);
}

static void add_to_table(lua_State *L, const char *key, void *user) {
  lua_pushvalue(L, -1);
  lua_setfield(L, *(int *)user, key);
}

void taut_push_sweep_point(lua_State *L, int index, uint32_t i_point) {
  index = lua_absindex(L, index);
  if (lua_getfield(L, index, "sweep") != LUA_TTABLE) {
    lua_pop(L, 1);
    lua_pushnil(L);
    return;
  }
  lua_pop(L, 1);
  lua_newtable(L);
  int table = lua_gettop(L);
  walk_point(L, index, i_point, add_to_table, &table);
}

static void add_to_name(lua_State *L, const char *key, void *user) {
  int name = *(int *)user;
  const char *so_far = lua_tostring(L, name);
  const char *value = taut_push_text(L, -1);
  lua_pushfstring(L, "%s%s%s=%s", so_far, *so_far ? "," : "[", key, value);
  lua_replace(L, name);
  lua_pop(L, 1);
}

void taut_push_sweep_name(lua_State *L, int index, uint32_t i_point) {
  index = lua_absindex(L, index);
  lua_pushliteral(L, "");
  int name = lua_gettop(L);
  walk_point(L, index, i_point, add_to_name, &name);
  if (*lua_tostring(L, name)) {
    lua_pushfstring(L, "%s]", lua_tostring(L, name));
    lua_replace(L, name);
  }
}

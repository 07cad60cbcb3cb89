// Sweeps: every combination of the listed values is a case with a name that can be read.

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "engine/suggest.h"
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

/// What walk_point builds: `index` is the stack index of a table or a text.
typedef struct point {
  int index;
  int branch;  ///< stack index of the list of dimensions to leave out, 0 for none
} point;

static bool is_listed(lua_State *L, int list, const char *key) {
  bool is_found = false;
  for (lua_Integer i = 1; !is_found && lua_rawgeti(L, list, i) != LUA_TNIL; i++) {
    is_found = lua_type(L, -1) == LUA_TSTRING && strcmp(lua_tostring(L, -1), key) == 0;
    lua_pop(L, 1);
  }
  if (!is_found) lua_pop(L, 1);
  return is_found;
}

static void add_to_table(lua_State *L, const char *key, void *user) {
  const point *p = user;
  if (p->branch && is_listed(L, p->branch, key)) return;
  lua_pushvalue(L, -1);
  lua_setfield(L, p->index, key);
}

/// Pushes the list of dimensions that `part` leaves out; its stack index, 0 and nothing for none.
static int push_left_out(lua_State *L, int index, taut_sweep_part part) {
  return part == TAUT_SWEEP_WARM && taut_push_branch(L, index) ? lua_gettop(L) : 0;
}

void taut_push_sweep_point(lua_State *L, int index, uint32_t i_point, taut_sweep_part part) {
  index = lua_absindex(L, index);
  if (lua_getfield(L, index, "sweep") != LUA_TTABLE) {
    lua_pop(L, 1);
    lua_pushnil(L);
    return;
  }
  lua_pop(L, 1);
  lua_newtable(L);
  point p = {.index = lua_gettop(L)};
  p.branch = push_left_out(L, index, part);
  walk_point(L, index, i_point, add_to_table, &p);
  lua_settop(L, p.index);
}

static void add_to_name(lua_State *L, const char *key, void *user) {
  const point *p = user;
  if (p->branch && is_listed(L, p->branch, key)) return;
  const char *so_far = lua_tostring(L, p->index);
  const char *value = taut_push_text(L, -1);
  lua_pushfstring(L, "%s%s%s=%s", so_far, *so_far ? "," : "[", key, value);
  lua_replace(L, p->index);
  lua_pop(L, 1);
}

void taut_push_sweep_name(lua_State *L, int index, uint32_t i_point, taut_sweep_part part) {
  index = lua_absindex(L, index);
  lua_pushliteral(L, "");
  point p = {.index = lua_gettop(L)};
  p.branch = push_left_out(L, index, part);
  walk_point(L, index, i_point, add_to_name, &p);
  lua_settop(L, p.index);
  if (*lua_tostring(L, p.index)) {
    lua_pushfstring(L, "%s]", lua_tostring(L, p.index));
    lua_replace(L, p.index);
  }
}

// ------------------------------------------------------------------------------------------ branch

bool taut_push_branch(lua_State *L, int index) {
  if (lua_getfield(L, index, "branch") == LUA_TTABLE && lua_rawlen(L, -1) > 0) return true;
  lua_pop(L, 1);
  return false;
}

/// Whether the plan takes `key` of a sweep point for a parameter of the set or the person.
static bool is_planned(lua_State *L, int index, const char *key) {
  static const char *const FIELDS[] = {"exercise", "load", "reps", "mode", "user"};
  static const char *const TABLES[] = {"set", "user"};
  bool is_found = false;
  for (size_t i = 0; i < sizeof FIELDS / sizeof FIELDS[0]; i++)
    is_found |= strcmp(FIELDS[i], key) == 0;
  for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++) {
    if (lua_getfield(L, index, TABLES[i]) == LUA_TTABLE) {
      is_found |= lua_getfield(L, -1, key) != LUA_TNIL;
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
  }
  return is_found;
}

static void check_dimension(lua_State *L, int index, const taut_origin *origin, const char *key) {
  taut_suggest suggest;
  taut_suggest_init(&suggest, key);
  if (!push_sweep(L, index))
    taut_raise_field(L, origin, "branch", "'%s' is no dimension: the scenario has no sweep", key);
  bool is_there = is_listed(L, lua_gettop(L), key);
  for (lua_Integer i = 1; !is_there && lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
    if (lua_type(L, -1) == LUA_TSTRING) taut_suggest_offer(&suggest, lua_tostring(L, -1));
    lua_pop(L, 1);
  }
  if (!is_there)
    taut_raise_field(L, origin, "branch", "'%s' is no dimension of the sweep%s%s%s", key,
                     suggest.best ? "; did you mean '" : "", suggest.best ? suggest.best : "",
                     suggest.best ? "'?" : "");
  lua_pop(L, 2);
  if (is_planned(L, index, key))
    taut_raise_field(L, origin, "branch",
                     "'%s' is part of the plan, which is made before the strike; only what matters "
                     "from the strike on can be a dimension of branch",
                     key);
}

void taut_check_branch(lua_State *L, int index, const taut_origin *origin) {
  index = lua_absindex(L, index);
  int top = lua_gettop(L);
  if (lua_getfield(L, index, "branch") == LUA_TTABLE) {
    lua_Integer n = (lua_Integer)lua_rawlen(L, -1);
    if (n == 0)
      taut_raise_field(L, origin, "branch",
                       "'branch' names the dimension that says when to strike, and others that "
                       "matter only from then on");
    for (lua_Integer i = 1; i <= n; i++) {
      lua_rawgeti(L, top + 1, i);
      // The list can have been changed since it was checked.
      if (lua_type(L, -1) != LUA_TSTRING)
        taut_raise_field(L, origin, "branch", "'branch' is a list of texts");
      check_dimension(L, index, origin, lua_tostring(L, -1));
    }
  }
  lua_settop(L, top);
}

// Broken twins: what stands in place of a scenario's own fields to show that its checks can fail.

#include "scenario/twin.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/api.h"
#include "scenario/sandbox.h"

static const taut_field TWIN[] = {
    {"name", "string", true},        {"with", "table", false},      {"rig", "string|table", false},
    {"user", "string|table", false}, {"set", "table", false},       {"params", "table", false},
    {"faults", "table", false},      {"script", "function", false}, {NULL, NULL, false}};

// ------------------------------------------------------------------------------------------
// reading

/// Pushes the i-th twin (from 1) of the scenario at `index`; false, and nothing, past the last.
static bool push_twin(lua_State *L, int index, lua_Integer i) {
  if (lua_getfield(L, index, "twin") != LUA_TTABLE) {
    lua_pop(L, 1);
    return false;
  }
  bool is_list = lua_rawlen(L, -1) > 0;
  if (is_list) {
    lua_rawgeti(L, -1, i);
    lua_remove(L, -2);
  }
  if (lua_type(L, -1) == LUA_TTABLE && (is_list || i == 1)) return true;
  lua_pop(L, 1);
  return false;
}

void taut_twin_check(lua_State *L, int index, const taut_origin *origin) {
  index = lua_absindex(L, index);
  for (lua_Integer i = 1; push_twin(L, index, i); i++) {
    taut_check_fields(L, lua_gettop(L), "twin", origin, TWIN);
    lua_pop(L, 1);
  }
}

/// Adds "KEY=VALUE" for every pair of the table on top of the stack; false when a value cannot be
/// written as a word.
static bool add_pairs(lua_State *L, const char *role, char *text, size_t size) {
  int table = lua_gettop(L);
  bool is_plain = true;
  taut_push_sorted_keys(L, table);
  for (lua_Integer i = 1; is_plain && lua_rawgeti(L, table + 1, i) == LUA_TSTRING; i++) {
    const char *key = lua_tostring(L, -1);  // the table holds it
    lua_pushvalue(L, -1);
    int type = lua_rawget(L, table);
    is_plain = type == LUA_TSTRING || type == LUA_TNUMBER || type == LUA_TBOOLEAN;
    if (type == LUA_TBOOLEAN) lua_pushinteger(L, lua_toboolean(L, -1));
    const char *value = is_plain ? lua_tostring(L, -1) : "";
    size_t n = strlen(text), n_more = strlen(role) + strlen(key) + strlen(value) + 4;
    is_plain = is_plain && !strpbrk(value, " =") && n + n_more < size;
    if (is_plain)
      snprintf(text + n, size - n, "%s%s%s%s=%s", n ? " " : "", role, *role ? "." : "", key, value);
    lua_settop(L, table + 1);
  }
  lua_settop(L, table);
  return is_plain;
}

/// The twin on top of the stack as models and parameters; "" when it is more than that.
static void read_overlay(lua_State *L, char *text, size_t size) {
  static const char *const OTHERS[] = {"rig", "user", "set", "faults", "script"};
  int twin = lua_gettop(L);
  text[0] = 0;
  bool is_plain = lua_getfield(L, twin, "with") == LUA_TTABLE && add_pairs(L, "", text, size);
  for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++)
    is_plain = lua_getfield(L, twin, OTHERS[i]) == LUA_TNIL && is_plain;
  lua_settop(L, twin);
  if (is_plain && lua_getfield(L, twin, "params") == LUA_TTABLE) {
    int params = lua_gettop(L);
    taut_push_sorted_keys(L, params);
    for (lua_Integer i = 1; is_plain && lua_rawgeti(L, params + 1, i) == LUA_TSTRING; i++) {
      const char *role = lua_tostring(L, -1);
      lua_pushvalue(L, -1);
      is_plain = lua_rawget(L, params) == LUA_TTABLE && add_pairs(L, role, text, size);
      lua_settop(L, params + 1);
    }
  }
  lua_settop(L, twin);
  if (!is_plain) text[0] = 0;
}

static const char *keep_text(lua_State *L, taut_pool *pool, const char *text) {
  const char *copy = taut_pool_text(pool, text);
  if (!copy) taut_fail(L, "not enough memory");
  return copy;
}

/// Adds "ROLE=MODEL" for every role of the scenario's rig that names a plain model.
static void list_roles(lua_State *L, int index, taut_pool *pool, taut_case *view) {
  int top = lua_gettop(L);
  if (lua_getfield(L, index, "rig") == LUA_TSTRING)
    taut_push_data(L, "rigs", lua_tostring(L, -1), "rig");
  char text[TAUT_TWIN_MAX] = "";
  if (lua_type(L, -1) == LUA_TTABLE && lua_getfield(L, -1, "roles") == LUA_TTABLE)
    add_pairs(L, "", text, sizeof text);
  view->roles = keep_text(L, pool, text);
  lua_settop(L, top);
}

void taut_twin_list(lua_State *L, int index, taut_pool *pool, taut_case *view) {
  int top = lua_gettop(L);
  index = lua_absindex(L, index);
  view->roles = "";
  while (push_twin(L, index, (lua_Integer)view->n_twins + 1)) {
    view->n_twins++;
    lua_settop(L, top);
  }
  if (view->n_twins > 0 || view->rows[0]) list_roles(L, index, pool, view);
  if (view->n_twins == 0) return;
  taut_twin_case *twins = taut_pool_take(pool, view->n_twins * sizeof *twins);
  if (!twins) taut_fail(L, "not enough memory");
  view->twins = twins;
  for (size_t i = 0; i < view->n_twins; i++) {
    char text[TAUT_TWIN_MAX];
    push_twin(L, index, (lua_Integer)i + 1);
    read_overlay(L, text, sizeof text);
    twins[i].overlay = keep_text(L, pool, text);
    lua_getfield(L, -1, "name");
    twins[i].name = keep_text(L, pool, taut_push_text(L, -1));
    lua_settop(L, top);
  }
}

// ------------------------------------------------------------------------------------------ making

/// Sets field `name` of the scenario to a copy of what it has, with every pair of the table on top
/// of the stack (popped) over it; `depth` says how deep tables are merged rather than replaced.
static void merge(lua_State *L, int table, const char *name, int depth) {
  int over = lua_gettop(L);
  lua_newtable(L);
  if (lua_getfield(L, table, name) == LUA_TTABLE) {
    for (lua_pushnil(L); lua_next(L, over + 2);) {
      lua_pushvalue(L, -2);
      lua_insert(L, -2);
      lua_rawset(L, over + 1);
    }
  }
  lua_settop(L, over + 1);
  for (lua_pushnil(L); lua_next(L, over);) {
    if (depth > 0 && lua_type(L, -2) == LUA_TSTRING && lua_type(L, -1) == LUA_TTABLE) {
      merge(L, over + 1, lua_tostring(L, -2), depth - 1);
    } else {
      lua_pushvalue(L, -2);
      lua_insert(L, -2);
      lua_rawset(L, over + 1);
    }
  }
  lua_setfield(L, table, name);
  lua_settop(L, over - 1);
}

/// The scenario on top of the stack as its own k-th twin; unchanged when it has not so many.
static void become_own(lua_State *L, lua_Integer k) {
  static const char *const FIELDS[] = {"rig", "user", "set", "faults", "script"};
  int scenario = lua_gettop(L);
  if (!push_twin(L, scenario, k)) return;
  for (size_t i = 0; i < sizeof FIELDS / sizeof FIELDS[0]; i++)
    if (lua_getfield(L, scenario + 1, FIELDS[i]) != LUA_TNIL)
      lua_setfield(L, scenario, FIELDS[i]);
    else
      lua_pop(L, 1);
  if (lua_getfield(L, scenario + 1, "with") == LUA_TTABLE) merge(L, scenario, "with", 0);
  lua_settop(L, scenario + 1);
  if (lua_getfield(L, scenario + 1, "params") == LUA_TTABLE) merge(L, scenario, "params", 1);
  lua_settop(L, scenario);
}

/// Pushes a number where the text is one, else the text.
static void push_value(lua_State *L, const char *text) {
  if (lua_stringtonumber(L, text) == 0) lua_pushstring(L, text);
}

/// Pushes { with = { ROLE = MODEL }, params = { ROLE = { NAME = VALUE } } }.
static void push_overlay(lua_State *L, const char *twin) {
  lua_newtable(L);
  int overlay = lua_gettop(L);
  luaL_getsubtable(L, overlay, "with");
  luaL_getsubtable(L, overlay, "params");
  char word[TAUT_TWIN_MAX];
  while (*twin) {
    size_t n = strcspn(twin, " ");
    snprintf(word, sizeof word, "%.*s", (int)n, twin);
    twin += n + (twin[n] != 0);
    char *equals = strchr(word, '='), *dot = equals ? strrchr(word, '.') : NULL;
    if (!equals) taut_fail(L, "a twin is ROLE=MODEL and ROLE.PARAMETER=VALUE, got '%s'", word);
    *equals = 0;
    dot = strrchr(word, '.');
    if (dot) *dot = 0;
    if (dot) luaL_getsubtable(L, overlay + 2, word);
    push_value(L, equals + 1);
    lua_setfield(L, dot ? overlay + 3 : overlay + 1, dot ? dot + 1 : word);
    lua_settop(L, overlay + 2);
  }
  lua_settop(L, overlay);
}

void taut_twin_apply(lua_State *L, int index, const char *twin) {
  index = lua_absindex(L, index);
  int top = lua_gettop(L);
  luaL_checkstack(L, 40, "twin");
  for (lua_Integer i = 1; lua_rawgeti(L, index, i) != LUA_TNIL; i++) {
    if (twin[0] == '#') {
      become_own(L, strtol(twin + 1, NULL, 10));
    } else {
      push_overlay(L, twin);
      lua_getfield(L, top + 2, "with");
      merge(L, top + 1, "with", 0);
      lua_getfield(L, top + 2, "params");
      merge(L, top + 1, "params", 1);
    }
    lua_settop(L, top);
  }
  lua_settop(L, top);
}

// What a scenario may call: a whitelist of Lua's functions, with replacements where Lua's own
// depend on addresses, on a random hash seed, on the clock or on the C library's rounding.

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "scenario/library.h"
#include "scenario/sandbox.h"
#include "scenario/script_log.h"

// -------------------------------------------------------------------------------------------- text

const char *taut_push_text(lua_State *L, int index) {
  switch (lua_type(L, index)) {
    case LUA_TTABLE: return lua_pushliteral(L, "table");
    case LUA_TFUNCTION: return lua_pushliteral(L, "function");
    case LUA_TTHREAD: return lua_pushliteral(L, "thread");
    case LUA_TLIGHTUSERDATA: return lua_pushliteral(L, "userdata");
    case LUA_TUSERDATA:
      if (luaL_getmetafield(L, index, "__tostring") == LUA_TNIL)
        return lua_pushliteral(L, "userdata");
      lua_pop(L, 1);
      break;
    default: break;
  }
  return luaL_tolstring(L, index, NULL);
}

static int library_tostring(lua_State *L) {
  luaL_checkany(L, 1);
  taut_push_text(L, 1);
  return 1;
}

static int library_print(lua_State *L) {
  int n = lua_gettop(L);
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (int i = 1; i <= n; i++) {
    if (i > 1) luaL_addchar(&buffer, '\t');
    taut_push_text(L, i);
    luaL_addvalue(&buffer);
  }
  luaL_pushresult(&buffer);
  taut_script_print(L, lua_tostring(L, -1));
  return 0;
}

/// Upvalue 1: the original. Tables and functions are shown without their address; %p is refused.
static int library_format(lua_State *L) {
  size_t length;
  const char *format = luaL_checklstring(L, 1, &length);
  for (size_t i = 0; i + 1 < length; i++) {
    if (format[i] != '%') continue;
    i++;
    while (i < length && strchr("-+ #0123456789.", format[i]) && format[i]) i++;
    if (i < length && format[i] == 'p')
      return luaL_error(L, "%%p is not available: an address differs from run to run");
  }
  int n = lua_gettop(L);
  for (int i = 2; i <= n; i++) {
    int type = lua_type(L, i);
    if (type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TBOOLEAN || type == LUA_TNIL)
      continue;
    taut_push_text(L, i);
    lua_replace(L, i);
  }
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, n, 1);
  return 1;
}

// -------------------------------------------------------------------------------------------- sort

/// Is the value at index a before the value at index b? Argument 2 may be an order function.
static bool is_before(lua_State *L, bool has_order, int a, int b) {
  if (!has_order) return lua_compare(L, a, b, LUA_OPLT);
  a = lua_absindex(L, a);
  b = lua_absindex(L, b);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, a);
  lua_pushvalue(L, b);
  lua_call(L, 2, 1);
  bool is = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return is;
}

/// Merges two sorted runs [low, middle), [middle, high) of the table at 1 into the table at 3.
static void merge(lua_State *L, bool has_order, lua_Integer low, lua_Integer middle,
                  lua_Integer high) {
  lua_Integer i = low, j = middle;
  for (lua_Integer k = low; k < high; k++) {
    bool takes_left = j >= high;
    if (!takes_left && i < middle) {
      lua_geti(L, 1, j);
      lua_geti(L, 1, i);
      // Equal elements keep their order: the left one goes first unless the right one is before it.
      takes_left = !is_before(L, has_order, -2, -1);
      lua_pop(L, 2);
    }
    lua_geti(L, 1, takes_left ? i++ : j++);
    lua_rawseti(L, 3, k);
  }
}

/// A stable merge sort. Lua's own picks pivots by clock and address for large arrays.
int taut_library_sort(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  bool has_order = !lua_isnoneornil(L, 2);
  if (has_order) luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  lua_Integer n = luaL_len(L, 1);
  luaL_argcheck(L, n < (1 << 24), 1, "array too big");
  lua_newtable(L);
  for (lua_Integer width = 1; width < n; width *= 2) {
    for (lua_Integer low = 1; low <= n; low += 2 * width) {
      lua_Integer middle = low + width, high = low + 2 * width;
      if (middle > n + 1) middle = n + 1;
      if (high > n + 1) high = n + 1;
      merge(L, has_order, low, middle, high);
    }
    for (lua_Integer i = 1; i <= n; i++) {
      lua_rawgeti(L, 3, i);
      lua_seti(L, 1, i);
    }
  }
  return 0;
}

// ----------------------------------------------------------------------------------------- install

/// Copies the named fields of library `name` from Lua's globals into a new table on the stack.
static void pick(lua_State *L, const char *name, const char *const *fields) {
  lua_newtable(L);
  lua_pushglobaltable(L);
  if (name) {
    lua_getfield(L, -1, name);
    lua_remove(L, -2);
  }
  for (; *fields; fields++) {
    lua_getfield(L, -1, *fields);
    lua_setfield(L, -3, *fields);
  }
  lua_pop(L, 1);
}

static void set_function(lua_State *L, const char *name, lua_CFunction function) {
  lua_pushcfunction(L, function);
  lua_setfield(L, -2, name);
}

// xpcall is not among them: Lua runs its handler with hooks off, where nothing could stop a loop.
static const char *const BASE[] = {"assert", "error",  "ipairs",   "pcall", "rawequal", "rawget",
                                   "rawlen", "select", "tonumber", "type",  "_VERSION", NULL};
static const char *const STRING[] = {"byte",  "char",   "find",  "gmatch",   "gsub", "len",
                                     "lower", "match",  "pack",  "packsize", "rep",  "reverse",
                                     "sub",   "unpack", "upper", NULL};
static const char *const TABLE[] = {"concat", "insert", "move", "pack", "remove", "unpack", NULL};
static const char *const UTF8[] = {"char", "charpattern", "codepoint", "codes",
                                   "len",  "offset",      NULL};
static const char *const MATH[] = {"abs", "ceil",      "deg",  "floor",      "fmod",       "huge",
                                   "max", "min",       "modf", "maxinteger", "mininteger", "pi",
                                   "rad", "tointeger", "type", "ult",        NULL};

static void install_string(lua_State *L) {
  pick(L, "string", STRING);
  lua_pushglobaltable(L);
  lua_getfield(L, -1, "string");
  lua_getfield(L, -1, "format");
  lua_pushcclosure(L, library_format, 1);
  lua_setfield(L, -4, "format");
  lua_pop(L, 2);
  // Methods of strings, ("x"):rep(3), find the same functions; string.dump is not among them.
  lua_pushliteral(L, "");
  lua_getmetatable(L, -1);
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 2);
  taut_push_view(L, "function of string");
}

void taut_library_install(lua_State *L) {
  pick(L, NULL, BASE);
  lua_replace(L, -2);
  set_function(L, "pairs", taut_library_pairs);
  set_function(L, "next", taut_library_next);
  set_function(L, "tostring", library_tostring);
  set_function(L, "print", library_print);

  install_string(L);
  lua_setfield(L, -2, "string");

  pick(L, "table", TABLE);
  set_function(L, "sort", taut_library_sort);
  taut_push_view(L, "function of table");
  lua_setfield(L, -2, "table");

  pick(L, "utf8", UTF8);
  taut_push_view(L, "function of utf8");
  lua_setfield(L, -2, "utf8");

  pick(L, "math", MATH);
  taut_library_math(L);
  taut_push_view(L, "function of math");
  lua_setfield(L, -2, "math");
}

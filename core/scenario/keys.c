// The order of table keys. Lua's own order depends on a random hash seed and on addresses.

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/library.h"
#include "scenario/sandbox.h"

/// A key outside Lua. The text is held by the table.
typedef struct key {
  enum { KEY_NUMBER, KEY_TEXT, KEY_BOOLEAN } kind;
  bool is_integer;
  lua_Integer integer;
  double number;
  const char *text;
  size_t length;
} key;

static key read_key(lua_State *L, int index) {
  key k = {.kind = KEY_NUMBER};
  switch (lua_type(L, index)) {
    case LUA_TNUMBER:
      k.is_integer = lua_isinteger(L, index);
      k.number = lua_tonumber(L, index);
      if (k.is_integer) k.integer = lua_tointeger(L, index);
      return k;
    case LUA_TSTRING:
      k.kind = KEY_TEXT;
      k.text = lua_tolstring(L, index, &k.length);
      return k;
    case LUA_TBOOLEAN:
      k.kind = KEY_BOOLEAN;
      k.integer = lua_toboolean(L, index);
      return k;
    default:
      taut_fail(L, "a table with a %s as a key has no order that is the same in every run",
                luaL_typename(L, index));
  }
  return k;
}

static int compare_keys(const void *left, const void *right) {
  const key *a = left, *b = right;
  if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
  if (a->kind == KEY_TEXT) {
    int order = memcmp(a->text, b->text, a->length < b->length ? a->length : b->length);
    if (order) return order;
    return (a->length > b->length) - (a->length < b->length);
  }
  if (a->kind == KEY_NUMBER) {
    if (a->number != b->number) return a->number < b->number ? -1 : 1;
    if (a->is_integer != b->is_integer) return a->is_integer ? -1 : 1;
  }
  return (a->integer > b->integer) - (a->integer < b->integer);
}

static void push_key(lua_State *L, const key *k) {
  if (k->kind == KEY_TEXT)
    lua_pushlstring(L, k->text, k->length);
  else if (k->kind == KEY_BOOLEAN)
    lua_pushboolean(L, k->integer != 0);
  else if (k->is_integer)
    lua_pushinteger(L, k->integer);
  else
    lua_pushnumber(L, k->number);
}

void taut_push_sorted_keys(lua_State *L, int index) {
  index = lua_absindex(L, index);
  luaL_checkstack(L, 6, "sorted keys");
  size_t n = 0;
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) n++;
  key *keys = lua_newuserdatauv(L, (n ? n : 1) * sizeof *keys, 0);
  size_t i = 0;
  for (lua_pushnil(L); lua_next(L, index) && i < n; lua_pop(L, 1)) keys[i++] = read_key(L, -2);
  qsort(keys, n, sizeof *keys, compare_keys);
  lua_createtable(L, (int)n, 0);
  for (i = 0; i < n; i++) {
    push_key(L, &keys[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_remove(L, -2);
}

/// Upvalues: the table, its keys in order, the index of the last key given.
static int next_pair(lua_State *L) {
  lua_Integer i = lua_tointeger(L, lua_upvalueindex(3));
  for (;;) {
    i++;
    if (lua_rawgeti(L, lua_upvalueindex(2), i) == LUA_TNIL) return 1;
    lua_pushvalue(L, -1);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) break;  // removed since
    lua_pop(L, 2);
  }
  lua_pushinteger(L, i);
  lua_replace(L, lua_upvalueindex(3));
  return 2;
}

int taut_library_pairs(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  taut_push_sorted_keys(L, 1);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, next_pair, 3);
  return 1;
}

int taut_library_next(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  bool has_after = !lua_isnil(L, 2), has_best = false;
  key after = {0}, best = {0};
  if (has_after) after = read_key(L, 2);
  for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
    key k = read_key(L, -2);
    if (has_after && compare_keys(&k, &after) <= 0) continue;
    if (has_best && compare_keys(&k, &best) >= 0) continue;
    best = k;
    has_best = true;
  }
  if (!has_best) {
    lua_pushnil(L);
    return 1;
  }
  push_key(L, &best);
  lua_pushvalue(L, -1);
  lua_rawget(L, 1);
  return 2;
}

// s:note: records that a script leaves for reports, checked and bounded.

#include <lauxlib.h>
#include <math.h>
#include <string.h>

#include "scenario/quantity.h"
#include "scenario/script.h"

enum { FIELDS_MAX = 64, ITEMS_MAX = 256, TEXT_MAX = 1000, NAME_MAX_BYTES = 63 };

static bool is_name(const char *text) {
  size_t n = strlen(text);
  return n > 0 && n <= NAME_MAX_BYTES && text[0] >= 'a' && text[0] <= 'z' &&
         strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == n;
}

static const char *read_text(lua_State *L, taut_script *script, int index, const char *key) {
  size_t n = 0;
  const char *text = lua_tolstring(L, index, &n);
  if (n > TEXT_MAX) taut_fail(L, "the text of '%s' in a note has %d bytes at most", key, TEXT_MAX);
  return taut_script_text(L, script, text);
}

/// A number, a quantity (in SI), a text or a boolean.
static taut_note_value read_scalar(lua_State *L, taut_script *script, int index, const char *key) {
  const taut_quantity *q = taut_to_quantity(L, index);
  taut_note_value value = {.kind = TAUT_NOTE_NUMBER};
  switch (q ? LUA_TNUMBER : lua_type(L, index)) {
    case LUA_TNUMBER:
      value.number = q ? q->si_value : lua_tonumber(L, index);
      if (!isfinite(value.number)) taut_fail(L, "'%s' in a note is not a finite number", key);
      return value;
    case LUA_TBOOLEAN:
      value.kind = TAUT_NOTE_BOOL;
      value.number = lua_toboolean(L, index);
      return value;
    case LUA_TSTRING:
      value.kind = TAUT_NOTE_TEXT;
      value.text = read_text(L, script, index, key);
      return value;
    default:
      luaL_error(L,
                 "'%s' in a note must be a number, text, boolean or a flat list of them, got a %s",
                 key, luaL_typename(L, index));
      return value;
  }
}

/// The value on top of the stack.
static taut_note_value read_value(lua_State *L, taut_script *script, const char *key) {
  int index = lua_gettop(L);
  if (lua_type(L, index) != LUA_TTABLE) return read_scalar(L, script, index, key);
  size_t n = lua_rawlen(L, index), n_all = 0;
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) n_all++;
  if (n_all != n) taut_fail(L, "'%s' in a note is a table with keys; write a flat list", key);
  if (n > ITEMS_MAX) taut_fail(L, "the list '%s' in a note has %d items at most", key, ITEMS_MAX);
  taut_note_value *items = taut_pool_take(script->journal->pool, (n + 1) * sizeof *items);
  if (!items) taut_fail(L, "not enough memory");
  for (size_t i = 0; i < n; i++) {
    lua_rawgeti(L, index, (lua_Integer)i + 1);
    items[i] = read_scalar(L, script, lua_gettop(L), key);
    lua_pop(L, 1);
  }
  return (taut_note_value){.kind = TAUT_NOTE_LIST, .n_items = n, .items = items};
}

static const char *read_key(lua_State *L, int index) {
  if (lua_type(L, index) != LUA_TSTRING)
    taut_fail(L, "the fields of a note have names, got a %s", luaL_typename(L, index));
  const char *key = lua_tostring(L, index);
  if (!is_name(key) || strcmp(key, "t") == 0 || strcmp(key, "kind") == 0)
    taut_fail(L, "'%s' cannot be a field of a note; names are [a-z][a-z0-9_]*, not t or kind", key);
  return key;
}

/// By name, so that the order in which Lua keeps a table does not matter.
static void insert(taut_note_field *fields, size_t n, const taut_note_field *field) {
  for (; n > 0 && strcmp(fields[n - 1].key, field->key) > 0; n--) fields[n] = fields[n - 1];
  fields[n] = *field;
}

/// s:note("exercise", { day = 3, load_lb = 25, symptoms = { "leak" } })
int taut_script_note(lua_State *L) {
  taut_script *script = taut_script_of(L);
  const char *kind = luaL_checkstring(L, 2);
  if (!is_name(kind)) return luaL_error(L, "'%s' is no kind of a note: [a-z][a-z0-9_]*", kind);
  if (!lua_isnoneornil(L, 3)) luaL_checktype(L, 3, LUA_TTABLE);
  lua_settop(L, 3);
  taut_pool *pool = script->journal->pool;
  taut_note_field *fields = taut_pool_take(pool, FIELDS_MAX * sizeof *fields);
  if (!fields) return luaL_error(L, "not enough memory");
  size_t n = 0;
  if (lua_type(L, 3) == LUA_TTABLE)
    for (lua_pushnil(L); lua_next(L, 3); lua_pop(L, 1)) {
      if (n == FIELDS_MAX) return luaL_error(L, "a note has at most %d fields", FIELDS_MAX);
      const char *key = read_key(L, lua_gettop(L) - 1);
      const taut_note_field field = {.key = taut_script_text(L, script, key),
                                     .value = read_value(L, script, key)};
      insert(fields, n++, &field);
    }
  if (script->journal->notes.n >= TAUT_NOTES_MAX)
    return luaL_error(L, "there are more than %d notes", TAUT_NOTES_MAX);
  taut_note *note = taut_list_add(pool, &script->journal->notes, sizeof *note);
  if (!note) return luaL_error(L, "not enough memory");
  *note = (taut_note){.tick_ns = script->row_ns,
                      .kind = taut_script_text(L, script, kind),
                      .n_fields = n,
                      .fields = fields};
  return 0;
}

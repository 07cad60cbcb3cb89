#include "scenario/fields.h"

#include <lauxlib.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/suggest.h"
#include "scenario/quantity.h"

static const char ORIGINS[] = "taut.origins";

void taut_origin_put(lua_State *L, int index, const taut_origin *origin) {
  index = lua_absindex(L, index);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, ORIGINS);
  lua_pushvalue(L, index);
  taut_origin *kept = lua_newuserdatauv(L, sizeof *kept, 0);
  *kept = *origin;
  lua_rawset(L, -3);
  lua_pop(L, 1);
}

void taut_origin_mark(lua_State *L, int index, const char *kind, int level) {
  taut_origin origin = {0};
  snprintf(origin.kind, sizeof origin.kind, "%s", kind);
  taut_sandbox_where(L, level, origin.chunk, &origin.line);
  taut_origin_put(L, index, &origin);
}

bool taut_origin_of(lua_State *L, int index, const char *kind, taut_origin *out) {
  if (lua_type(L, index) != LUA_TTABLE) return false;
  index = lua_absindex(L, index);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, ORIGINS);
  lua_pushvalue(L, index);
  lua_rawget(L, -2);
  const taut_origin *origin = lua_touserdata(L, -1);
  bool is_one = origin && strcmp(origin->kind, kind) == 0;
  if (is_one) *out = *origin;
  lua_pop(L, 2);
  return is_one;
}

void taut_raise_field(lua_State *L, const taut_origin *origin, const char *name, const char *format,
                      ...) {
  char text[TAUT_MESSAGE_MAX];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  int line = taut_sandbox_field_line(L, origin->chunk, origin->line, name);
  taut_raise(L, origin->chunk, line, "%s", text);
}

/// Is the value on top of kind `word`?
static bool is_kind(lua_State *L, const char *word, size_t length) {
  int type = lua_type(L, -1);
  const char *name = lua_typename(L, type);
  if (strlen(name) == length && memcmp(name, word, length) == 0) return true;
  if (length == 4 && memcmp(word, "list", 4) == 0) return type == LUA_TTABLE;
  bool is_quantity = type == LUA_TUSERDATA && taut_to_quantity(L, -1);
  if (length == 8 && memcmp(word, "quantity", 8) == 0) return is_quantity;
  if (length == 4 && memcmp(word, "time", 4) == 0)
    return type == LUA_TNUMBER || type == LUA_TSTRING || is_quantity;
  return false;
}

static bool is_one_of(lua_State *L, const char *kinds) {
  while (*kinds) {
    size_t length = strcspn(kinds, "|");
    if (is_kind(L, kinds, length)) return true;
    kinds += length;
    if (*kinds) kinds++;
  }
  return false;
}

static const char *value_kind(lua_State *L) {
  return taut_to_quantity(L, -1) ? "quantity" : luaL_typename(L, -1);
}

static void spell_kinds(const char *kinds, char *text, size_t size) {
  size_t n = 0;
  for (; *kinds && n + 5 < size; kinds++) {
    if (*kinds == '|') {
      memcpy(text + n, " or ", 4);
      n += 4;
    } else {
      text[n++] = *kinds;
    }
  }
  text[n] = 0;
}

static void check_one(lua_State *L, const char *what, const taut_origin *origin,
                      const taut_field *fields) {
  const char *name = lua_tostring(L, -1);
  for (const taut_field *field = fields; field->name; field++)
    if (strcmp(field->name, name) == 0) return;
  taut_suggest suggest;
  taut_suggest_init(&suggest, name);
  for (const taut_field *field = fields; field->name; field++)
    taut_suggest_offer(&suggest, field->name);
  if (suggest.best)
    taut_raise_field(L, origin, name, "a %s has no field '%s'; did you mean '%s'?", what, name,
                     suggest.best);
  char list[256] = "";
  for (const taut_field *field = fields; field->name; field++) {
    size_t n = strlen(list);
    snprintf(list + n, sizeof list - n, "%s%s", field == fields ? "" : ", ", field->name);
  }
  taut_raise_field(L, origin, name, "a %s has no field '%s'; it has %s", what, name, list);
}

void taut_check_fields(lua_State *L, int index, const char *what, const taut_origin *origin,
                       const taut_field *fields) {
  index = lua_absindex(L, index);
  taut_push_sorted_keys(L, index);
  for (lua_Integer i = 1;; i++) {
    int type = lua_rawgeti(L, -1, i);
    if (type == LUA_TNIL) break;
    if (type != LUA_TSTRING)
      taut_raise(L, origin->chunk, origin->line, "a %s has named fields, got the key %s", what,
                 luaL_tolstring(L, -1, NULL));
    check_one(L, what, origin, fields);
    lua_pop(L, 1);
  }
  lua_pop(L, 2);
  for (const taut_field *field = fields; field->name; field++) {
    char kinds[64];
    spell_kinds(field->kinds, kinds, sizeof kinds);
    int type = lua_getfield(L, index, field->name);
    if (type == LUA_TNIL && field->is_required)
      taut_raise(L, origin->chunk, origin->line, "a %s needs a field '%s' (%s)", what, field->name,
                 kinds);
    if (type != LUA_TNIL && !is_one_of(L, field->kinds))
      taut_raise_field(L, origin, field->name, "field '%s' of a %s must be a %s, got a %s",
                       field->name, what, kinds, value_kind(L));
    lua_pop(L, 1);
  }
}

int taut_check_list(lua_State *L, const taut_origin *origin, const char *name) {
  lua_Integer n = (lua_Integer)lua_rawlen(L, -1), n_keys = 0;
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) n_keys++;
  for (lua_Integer i = 1; i <= n; i++) {
    if (lua_rawgeti(L, -1, i) != LUA_TSTRING)
      taut_raise_field(L, origin, name, "'%s' is a list of texts, but element %d is a %s", name,
                       (int)i, luaL_typename(L, -1));
    lua_pop(L, 1);
  }
  if (n != n_keys)
    taut_raise_field(L, origin, name, "'%s' is a list of texts without names or gaps", name);
  return (int)n;
}

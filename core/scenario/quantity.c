#include "scenario/quantity.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/suggest.h"
#include "taut/monitor.h"

static const char TYPE[] = "quantity";

static bool same_si(const int8_t a[8], const int8_t b[8]) {
  return memcmp(a, b, 8) == 0;
}

static bool has_no_dimension(const int8_t si[8]) {
  static const int8_t NONE[8] = {0};
  return same_si(si, NONE);
}

const taut_quantity *taut_to_quantity(lua_State *L, int index) {
  return luaL_testudata(L, index, TYPE);
}

static taut_quantity *push_new(lua_State *L, double si_value, const int8_t si[8],
                               const char *unit) {
  taut_quantity *q = lua_newuserdatauv(L, sizeof *q, 0);
  memset(q, 0, sizeof *q);
  q->si_value = si_value;
  memcpy(q->si, si, sizeof q->si);
  const taut_unit *known = unit ? taut_unit_find(unit) : NULL;
  if (!known || !same_si(known->si, si)) unit = taut_si_unit_name(si);
  if (strcmp(unit, "1") != 0) snprintf(q->unit, sizeof q->unit, "%s", unit);
  luaL_setmetatable(L, TYPE);
  return q;
}

void taut_push_quantity(lua_State *L, double si_value, const int8_t si[8], const char *unit) {
  push_new(L, si_value, si, unit);
}

static int make(lua_State *L, const taut_unit *unit, int level) {
  const taut_quantity *other = taut_to_quantity(L, 1);
  taut_quantity *q;
  if (other) {
    if (!same_si(other->si, unit->si))
      return luaL_error(L, "%s is not a unit of %s", unit->name, luaL_tolstring(L, 1, NULL));
    q = push_new(L, other->si_value, unit->si, unit->name);
  } else {
    double value = luaL_checknumber(L, 1);
    luaL_argcheck(L, isfinite(value), 1, "a quantity must be finite");
    q = push_new(L, unit->scale * value + unit->offset, unit->si, unit->name);
  }
  taut_sandbox_where(L, level, q->chunk, &q->line);
  return 1;
}

static int call_unit(lua_State *L) {
  return make(L, lua_touserdata(L, lua_upvalueindex(1)), 1);
}

int taut_quantity_make(lua_State *L) {
  const char *name = luaL_checkstring(L, 2);
  const taut_unit *unit = taut_unit_find(name);
  if (unit) return make(L, unit, 1);
  taut_suggest suggest;
  taut_suggest_init(&suggest, name);
  for (size_t i = 0; taut_unit_at(i); i++) taut_suggest_offer(&suggest, taut_unit_at(i)->name);
  if (suggest.best) return luaL_error(L, "no unit '%s'; did you mean '%s'?", name, suggest.best);
  return luaL_error(L, "no unit '%s'", name);
}

// -------------------------------------------------------------------------------------- arithmetic

static bool has_offset(const taut_quantity *q) {
  const taut_unit *unit = taut_unit_find(q->unit);
  return unit && unit->offset != 0;
}

/// Both operands as quantities; a number becomes one without dimensions in `spare`.
static void operands(lua_State *L, const taut_quantity *q[2], taut_quantity spare[2]) {
  for (int i = 0; i < 2; i++) {
    q[i] = taut_to_quantity(L, i + 1);
    if (q[i]) continue;
    if (lua_type(L, i + 1) != LUA_TNUMBER)
      taut_fail(L, "a quantity and a %s cannot be combined", luaL_typename(L, i + 1));
    memset(&spare[i], 0, sizeof spare[i]);
    spare[i].si_value = lua_tonumber(L, i + 1);
    q[i] = &spare[i];
  }
}

static void need_same(lua_State *L, const taut_quantity *q[2], const char *verb) {
  if (same_si(q[0]->si, q[1]->si)) return;
  for (int i = 0; i < 2; i++)
    if (lua_type(L, i + 1) == LUA_TNUMBER) {
      char hint[96];
      taut_quantity_hint(hint, sizeof hint, lua_tonumber(L, i + 1), q[1 - i]->si, q[1 - i]->unit);
      taut_fail(L, "%s has no unit%s", luaL_tolstring(L, i + 1, NULL), hint);
    }
  taut_fail(L, "%s and %s cannot be %s", luaL_tolstring(L, 1, NULL), luaL_tolstring(L, 2, NULL),
            verb);
}

static int add_or_subtract(lua_State *L, double sign) {
  const taut_quantity *q[2];
  taut_quantity spare[2];
  operands(L, q, spare);
  need_same(L, q, sign > 0 ? "added" : "subtracted");
  const char *unit = q[0]->unit;
  if (has_offset(q[0]) && has_offset(q[1])) {
    if (sign > 0) return luaL_error(L, "two absolute temperatures cannot be added");
    unit = "K";
  }
  taut_push_quantity(L, q[0]->si_value + sign * q[1]->si_value, q[0]->si, unit);
  return 1;
}

static int quantity_add(lua_State *L) {
  return add_or_subtract(L, 1);
}
static int quantity_sub(lua_State *L) {
  return add_or_subtract(L, -1);
}

static int scale(lua_State *L, int sign) {
  const taut_quantity *q[2];
  taut_quantity spare[2];
  operands(L, q, spare);
  int8_t si[8];
  for (int k = 0; k < 8; k++) {
    int sum = q[0]->si[k] + sign * q[1]->si[k];
    if (sum < -100 || sum > 100) return luaL_error(L, "the dimensions grow too large");
    si[k] = (int8_t)sum;
  }
  double value = sign > 0 ? q[0]->si_value * q[1]->si_value : q[0]->si_value / q[1]->si_value;
  if (has_no_dimension(si)) {
    lua_pushnumber(L, value);
    return 1;
  }
  const char *unit = NULL;
  if (has_no_dimension(q[1]->si) && !has_offset(q[0])) unit = q[0]->unit;
  if (has_no_dimension(q[0]->si) && sign > 0 && !has_offset(q[1])) unit = q[1]->unit;
  taut_push_quantity(L, value, si, unit);
  return 1;
}

static int quantity_mul(lua_State *L) {
  return scale(L, 1);
}
static int quantity_div(lua_State *L) {
  return scale(L, -1);
}

static int quantity_unm(lua_State *L) {
  const taut_quantity *q = luaL_checkudata(L, 1, TYPE);
  taut_push_quantity(L, -q->si_value, q->si, has_offset(q) ? "K" : q->unit);
  return 1;
}

static int quantity_eq(lua_State *L) {
  const taut_quantity *a = taut_to_quantity(L, 1), *b = taut_to_quantity(L, 2);
  lua_pushboolean(L, a && b && same_si(a->si, b->si) && a->si_value == b->si_value);
  return 1;
}

static int quantity_lt(lua_State *L) {
  const taut_quantity *q[2];
  taut_quantity spare[2];
  operands(L, q, spare);
  need_same(L, q, "compared");
  lua_pushboolean(L, q[0]->si_value < q[1]->si_value);
  return 1;
}

static int quantity_le(lua_State *L) {
  const taut_quantity *q[2];
  taut_quantity spare[2];
  operands(L, q, spare);
  need_same(L, q, "compared");
  lua_pushboolean(L, q[0]->si_value <= q[1]->si_value);
  return 1;
}

static int quantity_tostring(lua_State *L) {
  const taut_quantity *q = luaL_checkudata(L, 1, TYPE);
  char text[64];
  taut_quantity_format(text, sizeof text, q->si_value, q->unit, 10);
  lua_pushstring(L, text);
  return 1;
}

/// q:to "N": the number of newtons.
static int quantity_to(lua_State *L) {
  const taut_quantity *q = luaL_checkudata(L, 1, TYPE);
  const char *name = luaL_checkstring(L, 2);
  const taut_unit *unit = taut_unit_find(name);
  if (!unit || !same_si(unit->si, q->si))
    return luaL_error(L, "%s is not a unit of %s", name, luaL_tolstring(L, 1, NULL));
  lua_pushnumber(L, (q->si_value - unit->offset) / unit->scale);
  return 1;
}

static int quantity_index(lua_State *L) {
  const taut_quantity *q = luaL_checkudata(L, 1, TYPE);
  const char *name = luaL_checkstring(L, 2);
  if (strcmp(name, "si") == 0)
    lua_pushnumber(L, q->si_value);
  else if (strcmp(name, "unit") == 0)
    lua_pushstring(L, q->unit);
  else if (strcmp(name, "to") == 0)
    lua_pushcfunction(L, quantity_to);
  else
    return luaL_error(L, "a quantity has si, unit and to(unit), not '%s'", name);
  return 1;
}

// ------------------------------------------------------------------------------------------- units

bool taut_unit_function(const taut_unit *unit, char name[32]) {
  size_t n = 0;
  const char *from = unit->name;
  if (strcmp(from, "%") == 0 || strcmp(from, "1") == 0) return false;
  if (strncmp(from, "1/", 2) == 0) {
    memcpy(name, "per_", 4);
    n = 4;
    from += 2;
  }
  for (; *from && n < 31; from++) {
    if (*from == ' ') continue;
    name[n++] = *from == '/' ? '_' : *from;
  }
  name[n] = 0;
  return strcmp(name, "in") != 0;  // a keyword of Lua
}

void taut_quantity_install(lua_State *L) {
  static const luaL_Reg METHODS[] = {{"__add", quantity_add},
                                     {"__sub", quantity_sub},
                                     {"__mul", quantity_mul},
                                     {"__div", quantity_div},
                                     {"__unm", quantity_unm},
                                     {"__eq", quantity_eq},
                                     {"__lt", quantity_lt},
                                     {"__le", quantity_le},
                                     {"__tostring", quantity_tostring},
                                     {"__index", quantity_index},
                                     {NULL, NULL}};
  luaL_newmetatable(L, TYPE);
  luaL_setfuncs(L, METHODS, 0);
  lua_pop(L, 1);
  for (size_t i = 0; taut_unit_at(i); i++) {
    const taut_unit *unit = taut_unit_at(i);
    char name[32];
    if (!taut_unit_function(unit, name)) continue;
    // Never written through; Lua has no pointer to const.
    lua_pushlightuserdata(L, (void *)(uintptr_t)unit);
    lua_pushcclosure(L, call_unit, 1);
    lua_setfield(L, -2, name);
  }
  // Times in words, for what lasts longer than a set: hours(20), days(2).
  static const char *const WORDS[][2] = {
      {"seconds", "s"}, {"minutes", "min"}, {"hours", "h"}, {"days", "day"}, {"weeks", "week"}};
  for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
    lua_getfield(L, -1, WORDS[i][1]);
    lua_setfield(L, -2, WORDS[i][0]);
  }
}

void taut_quantity_hint(char *text, size_t size, double value, const int8_t si[8],
                        const char *unit) {
  static const int8_t FORCE[8] = {1, 1, -2, 0, 0, 0, 0, 0};
  char name[32];
  const taut_unit *known = unit && *unit ? taut_unit_find(unit) : NULL;
  text[0] = 0;
  if (same_si(si, FORCE))
    snprintf(text, size, "; did you mean lb(%.10g) or N(%.10g)?", value, value);
  else if (known && taut_unit_function(known, name))
    snprintf(text, size, "; did you mean %s(%.10g)?", name, value);
}

int64_t taut_check_time(lua_State *L, int index, const char *what) {
  static const int8_t TIME[8] = {0, 0, 1, 0, 0, 0, 0, 0};
  double seconds = 0;
  const taut_quantity *q = taut_to_quantity(L, index);
  if (q) {
    if (!same_si(q->si, TIME))
      taut_fail(L, "%s must be a time, got %s", what, luaL_tolstring(L, index, NULL));
    seconds = q->si_value;
  } else if (lua_type(L, index) == LUA_TNUMBER) {
    seconds = lua_tonumber(L, index);
  } else if (lua_type(L, index) == LUA_TSTRING) {
    const char *text = lua_tostring(L, index);
    char *end;
    double value = strtod(text, &end);
    while (*end == ' ') end++;
    const taut_unit *unit = taut_unit_find(end);
    if (end == text || !unit || !same_si(unit->si, TIME))
      taut_fail(L, "%s must be a time such as \"2 s\" or \"500 ms\", got \"%s\"", what, text);
    seconds = unit->scale * value;
  } else {
    taut_fail(L, "%s must be a time such as \"2 s\", got a %s", what, luaL_typename(L, index));
  }
  if (!(seconds >= 0) || seconds > 3.2e8)
    taut_fail(L, "%s must be between 0 and ten years, got %g s", what, seconds);
  return (int64_t)rint(seconds * 1e9);
}

// Personas and the sampling of a population: deterministic per seed, each number by its own name,
// so that a new one changes none of the others.

#include "scenario/persona.h"

#include <lauxlib.h>
#include <string.h>

#include "scenario/api.h"
#include "scenario/fields.h"
#include "scenario/quantity.h"
#include "scenario/sandbox.h"
#include "taut/math.h"

/// Upvalue 1 of the functions below: the seed.
static uint64_t seed_of(lua_State *L) {
  return (uint64_t)lua_tointeger(L, lua_upvalueindex(1));
}

/// The stream of a draw: its name by FNV-1a (Fowler, Noll and Vo), 32 bits.
static uint32_t stream_of(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  uint32_t hash = UINT32_C(2166136261);
  for (; *name; name++) hash = (hash ^ (unsigned char)*name) * UINT32_C(16777619);
  return hash;
}

/// draw.uniform(name, low, high)
static int draw_uniform(lua_State *L) {
  double low = luaL_checknumber(L, 2), high = luaL_checknumber(L, 3);
  if (!(low <= high)) taut_fail(L, "draw.uniform: low must not be above high");
  double u = taut_random_uniform(seed_of(L), stream_of(L), 0, 0);
  lua_pushnumber(L, low + u * (high - low));
  return 1;
}

/// draw.normal(name, mean, sd [, low, high]), clamped
static int draw_normal(lua_State *L) {
  double mean = luaL_checknumber(L, 2), sd = luaL_checknumber(L, 3);
  double low = luaL_optnumber(L, 4, -1e300), high = luaL_optnumber(L, 5, 1e300);
  if (!(sd >= 0 && low <= high)) taut_fail(L, "draw.normal(name, mean, sd >= 0, low <= high)");
  double z = taut_random_normal(seed_of(L), stream_of(L), 0, 0);
  lua_pushnumber(L, taut_clamp(mean + sd * z, low, high));
  return 1;
}

/// draw.lognormal(name, mean, cv): mean and coefficient of variation of the number itself
static int draw_lognormal(lua_State *L) {
  double mean = luaL_checknumber(L, 2), cv = luaL_checknumber(L, 3);
  if (!(mean > 0 && cv >= 0)) taut_fail(L, "draw.lognormal(name, mean > 0, cv >= 0)");
  double sigma = taut_sqrt(taut_log(1.0 + cv * cv));
  double z = taut_random_normal(seed_of(L), stream_of(L), 0, 0);
  lua_pushnumber(L, mean * taut_exp(sigma * z - 0.5 * sigma * sigma));
  return 1;
}

/// draw.chance(name, p)
static int draw_chance(lua_State *L) {
  double p = luaL_checknumber(L, 2);
  lua_pushboolean(L, taut_random_uniform(seed_of(L), stream_of(L), 0, 0) < p);
  return 1;
}

/// draw.pick(name, { weight, ... }): an index, each with its weight
static int draw_pick(lua_State *L) {
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_Integer n = luaL_len(L, 2);
  double sum = 0.0;
  for (lua_Integer i = 1; i <= n; i++) {
    lua_rawgeti(L, 2, i);
    sum += luaL_checknumber(L, -1);
    lua_pop(L, 1);
  }
  double left = sum * taut_random_uniform(seed_of(L), stream_of(L), 0, 0);
  for (lua_Integer i = 1; i <= n; i++) {
    lua_rawgeti(L, 2, i);
    left -= lua_tonumber(L, -1);
    lua_pop(L, 1);
    if (left < 0.0 || i == n) {
      lua_pushinteger(L, i);
      return 1;
    }
  }
  taut_fail(L, "draw.pick needs a list of weights");
}

static void push_draw(lua_State *L, uint64_t seed) {
  static const luaL_Reg FUNCTIONS[] = {{"uniform", draw_uniform},     {"normal", draw_normal},
                                       {"lognormal", draw_lognormal}, {"chance", draw_chance},
                                       {"pick", draw_pick},           {NULL, NULL}};
  lua_newtable(L);
  lua_pushinteger(L, (lua_Integer)seed);
  luaL_setfuncs(L, FUNCTIONS, 1);
  taut_push_view(L, "draw");
}

/// Replaces { value, status =, source = } on top by its value.
static void unwrap(lua_State *L) {
  if (lua_type(L, -1) != LUA_TTABLE || lua_rawlen(L, -1) != 1) return;
  lua_rawgeti(L, -1, 1);
  lua_replace(L, -2);
}

/// Pushes a copy of field `name` of the table at `index` with plain values; empty without it.
static void push_plain(lua_State *L, int index, const char *name) {
  index = lua_absindex(L, index);
  lua_newtable(L);
  int copy = lua_gettop(L);
  if (lua_getfield(L, index, name) != LUA_TTABLE) {
    lua_pop(L, 1);
    return;
  }
  for (lua_pushnil(L); lua_next(L, copy + 1);) {
    unwrap(L);
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, copy);
  }
  lua_settop(L, copy);
}

/// Puts the pairs of the table at `index` over those of the table on top; each must be there.
static void put_priors(lua_State *L, int index) {
  for (lua_pushnil(L); lua_next(L, index);) {
    lua_pushvalue(L, -2);
    if (lua_rawget(L, -4) == LUA_TNIL)
      taut_fail(L, "the population has no prior '%s'", taut_push_text(L, -3));
    lua_pop(L, 1);
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, -4);
  }
}

/// The persona is on top; calls its function `sample` (below it nothing is changed) and leaves the
/// sampled persona instead. `i_priors` is the index of a table of other priors, 0 for none.
static void sample(lua_State *L, const taut_origin *origin, uint64_t seed, int i_priors) {
  static const taut_field SAMPLED[] = {{"user", "table", true},
                                       {"life", "table", false},
                                       {"facts", "table", false},
                                       {NULL, NULL, false}};
  int persona = lua_gettop(L);
  lua_getfield(L, persona, "sample");
  push_plain(L, persona, "priors");
  if (i_priors) put_priors(L, i_priors);
  taut_push_view(L, "prior");
  push_draw(L, seed);
  lua_call(L, 2, 1);
  if (lua_type(L, -1) != LUA_TTABLE)
    taut_raise_field(L, origin, "sample", "sample must return { user = { }, life = { } }, got a %s",
                     luaL_typename(L, -1));
  taut_check_fields(L, -1, "sampled person", origin, SAMPLED);
  static const char *const KEPT[] = {"name", "kind", "help"};
  for (size_t i = 0; i < 3; i++) {
    lua_getfield(L, persona, KEPT[i]);
    lua_setfield(L, -2, KEPT[i]);
  }
  taut_origin_put(L, -1, origin);
  lua_replace(L, persona);
}

// Registry: every persona that was read, by name, and under 1 the name of the last one applied. A
// running script may not open files.
static const char PERSONAS[] = "taut.personas";

/// Pushes the persona as its file returned it.
static void push_file(lua_State *L, const char *name) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, PERSONAS);
  if (lua_getfield(L, -1, name) == LUA_TNIL) {
    if (taut_sandbox_of(L)->script)
      taut_fail(
          L,
          "persona '%s' was not read before the script began: say taut.persona(\"%s\", 1) at the "
          "top of the file",
          name, name);
    lua_pop(L, 1);
    taut_push_data(L, "users", name, "parameters");
    lua_pushvalue(L, -1);
    lua_setfield(L, -3, name);
  }
  lua_remove(L, -2);
}

static void push_persona(lua_State *L, const char *name, uint64_t seed, int i_priors) {
  taut_origin origin;
  luaL_checkstack(L, 20, "persona");
  push_file(L, name);
  taut_origin_of(L, -1, "parameters", &origin);
  bool is_sampled = lua_getfield(L, -1, "sample") != LUA_TNIL;
  lua_pop(L, 1);
  if (is_sampled) sample(L, &origin, seed, i_priors);
}

void taut_push_persona(lua_State *L, const char *name, uint64_t seed) {
  push_persona(L, name, seed, 0);
}

void taut_keep_persona(lua_State *L, const char *name) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, PERSONAS);
  lua_pushstring(L, name);
  lua_rawseti(L, -2, 1);
  lua_pop(L, 1);
}

int taut_api_persona(lua_State *L) {
  const taut_sandbox *box = taut_sandbox_of(L);
  lua_settop(L, 3);
  if (lua_isnil(L, 1)) {
    luaL_getsubtable(L, LUA_REGISTRYINDEX, PERSONAS);
    if (lua_rawgeti(L, -1, 1) == LUA_TNIL || !box->script)
      taut_fail(L, "nobody trains here: name a persona, taut.persona(\"complying\", 1)");
    lua_replace(L, 1);
    lua_settop(L, 3);
  }
  const char *name = luaL_checkstring(L, 1);
  if (lua_isnoneornil(L, 2) && !box->script)
    taut_fail(L, "give a seed: taut.persona(\"%s\", 1); only a running script has one", name);
  uint64_t seed = lua_isnoneornil(L, 2) ? box->seed : (uint64_t)luaL_checkinteger(L, 2);
  if (!lua_isnil(L, 3)) luaL_checktype(L, 3, LUA_TTABLE);
  push_persona(L, name, seed, lua_isnil(L, 3) ? 0 : 3);
  lua_newtable(L);
  lua_pushvalue(L, 1);
  lua_setfield(L, -2, "name");
  push_plain(L, -2, "user");
  lua_setfield(L, -2, "user");
  push_plain(L, -2, "life");
  lua_setfield(L, -2, "life");
  push_plain(L, -2, "facts");
  lua_setfield(L, -2, "facts");
  return 1;
}

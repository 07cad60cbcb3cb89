// math.*: elementary functions of taut/math.h and random numbers from the scenario's seed.

#include <lauxlib.h>
#include <math.h>

#include "scenario/library.h"
#include "scenario/sandbox.h"
#include "taut/math.h"

/// Stream of math.random, apart from those of instances, whose seeds differ anyway.
enum { LUA_STREAM = 0x4C7561 };

static int of_one(lua_State *L, double (*function)(double)) {
  lua_pushnumber(L, function(luaL_checknumber(L, 1)));
  return 1;
}

static int math_sin(lua_State *L) {
  return of_one(L, taut_sin);
}
static int math_cos(lua_State *L) {
  return of_one(L, taut_cos);
}
static int math_tan(lua_State *L) {
  return of_one(L, taut_tan);
}
static int math_exp(lua_State *L) {
  return of_one(L, taut_exp);
}
static int math_tanh(lua_State *L) {
  return of_one(L, taut_tanh);
}
static int math_sqrt(lua_State *L) {
  return of_one(L, taut_sqrt);
}

static int math_log(lua_State *L) {
  double x = taut_log(luaL_checknumber(L, 1));
  if (!lua_isnoneornil(L, 2)) x /= taut_log(luaL_checknumber(L, 2));
  lua_pushnumber(L, x);
  return 1;
}

static int math_pow(lua_State *L) {
  lua_pushnumber(L, taut_pow(luaL_checknumber(L, 1), luaL_checknumber(L, 2)));
  return 1;
}

static int math_atan(lua_State *L) {
  lua_pushnumber(L, taut_atan2(luaL_checknumber(L, 1), luaL_optnumber(L, 2, 1)));
  return 1;
}

static int math_asin(lua_State *L) {
  double x = luaL_checknumber(L, 1);
  lua_pushnumber(L, taut_atan2(x, taut_sqrt((1 - x) * (1 + x))));
  return 1;
}

static int math_acos(lua_State *L) {
  double x = luaL_checknumber(L, 1);
  lua_pushnumber(L, taut_atan2(taut_sqrt((1 - x) * (1 + x)), x));
  return 1;
}

static uint64_t draw(taut_sandbox *box) {
  return taut_random_u64(box->seed, LUA_STREAM, 0, box->n_draws++);
}

/// A number in [0, limit], each as likely: draws are masked and those beyond the limit thrown away.
static uint64_t draw_up_to(taut_sandbox *box, uint64_t limit) {
  uint64_t mask = limit;
  for (int shift = 1; shift < 64; shift *= 2) mask |= mask >> shift;
  uint64_t x;
  do x = draw(box) & mask;
  while (x > limit);
  return x;
}

static int math_random(lua_State *L) {
  taut_sandbox *box = taut_sandbox_of(L);
  lua_Integer low = 1, high;
  switch (lua_gettop(L)) {
    case 0: lua_pushnumber(L, (double)(draw(box) >> 11) * 0x1p-53); return 1;
    case 1:
      high = luaL_checkinteger(L, 1);
      if (high == 0) {
        lua_pushinteger(L, (lua_Integer)draw(box));
        return 1;
      }
      break;
    case 2:
      low = luaL_checkinteger(L, 1);
      high = luaL_checkinteger(L, 2);
      break;
    default: return luaL_error(L, "math.random takes at most two numbers");
  }
  luaL_argcheck(L, low <= high, lua_gettop(L), "interval is empty");
  uint64_t range = (uint64_t)high - (uint64_t)low;
  uint64_t drawn = (uint64_t)low + draw_up_to(box, range);
  lua_pushinteger(L, (lua_Integer)drawn);
  return 1;
}

void taut_library_math(lua_State *L) {
  static const luaL_Reg FUNCTIONS[] = {
      {"sin", math_sin},   {"cos", math_cos},   {"tan", math_tan},   {"exp", math_exp},
      {"tanh", math_tanh}, {"sqrt", math_sqrt}, {"log", math_log},   {"pow", math_pow},
      {"atan", math_atan}, {"asin", math_asin}, {"acos", math_acos}, {"random", math_random},
      {NULL, NULL}};
  luaL_setfuncs(L, FUNCTIONS, 0);
}

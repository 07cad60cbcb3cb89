/// Persons of a population, sampled as the scenario host samples them, as parameters of the model.
#ifndef TAUT_TESTS_SUPPORT_POPULATION_H
#define TAUT_TESTS_SUPPORT_POPULATION_H

#include "scenario/api.h"
#include "scenario/persona.h"
#include "scenario/sandbox.h"
#include "support/person.h"

typedef struct population {
  taut_sandbox box;
} population;

/// What a test wants of a sampled life.
typedef struct sampled {
  taut_person_params params;
  double weeks_after_birth, clearance_day;
  int has_diastasis, had_diastasis_at_six_weeks, is_c_section;
  char leak_kind[16];
} sampled;

static inline void population_open(population *p) {
  memset(p, 0, sizeof *p);
  p->box = (taut_sandbox){.allocator = taut_allocator_default(),
                          .memory_cap = (size_t)64 << 20,
                          .data_dir = TAUT_SOURCE_DIR,
                          .install = taut_api_install};
  if (taut_sandbox_open(&p->box) != TAUT_OK) fail_msg("no sandbox");
  taut_sandbox_grant(&p->box, UINT64_C(4000000000));
}

static inline void population_close(population *p) {
  taut_sandbox_close(&p->box);
}

/// Light userdata 1: name, 2: seed.
static inline int population_push(lua_State *L) {
  const char *name = lua_touserdata(L, 1);
  lua_Integer seed = lua_tointeger(L, 2);
  lua_settop(L, 0);
  lua_pushcfunction(L, taut_api_persona);
  lua_pushstring(L, name);
  lua_pushinteger(L, seed);
  lua_call(L, 2, 1);
  return 1;
}

static inline double population_number(lua_State *L, const char *name) {
  if (lua_isboolean(L, -1)) return lua_toboolean(L, -1);
  if (lua_isnumber(L, -1)) return lua_tonumber(L, -1);
  static const char *const BREATH[] = {"exhale_on_effort", "hold", "free"};
  for (int i = 0; i < 3; i++)
    if (!strcmp(lua_tostring(L, -1), BREATH[i])) return i;
  fail_msg("%s is '%s'", name, lua_tostring(L, -1));
  return 0.0;
}

static inline double population_life(lua_State *L, const char *name) {
  lua_getfield(L, -1, name);
  double value = population_number(L, name);
  lua_pop(L, 1);
  return value;
}

/// Samples persona `name` for a seed; every number is checked against the range of its parameter.
static inline sampled population_sample(population *p, const char *name, uint64_t seed) {
  lua_State *L = p->box.L;
  sampled out = {.params = person_defaults()};
  lua_settop(L, 0);
  lua_pushcfunction(L, population_push);
  lua_pushlightuserdata(L, (void *)(uintptr_t)name);
  lua_pushinteger(L, (lua_Integer)seed);
  if (taut_sandbox_call(&p->box, L, 2, 1) != TAUT_OK) fail_msg("%s: %s", name, p->box.message);
  lua_getfield(L, -1, "user");
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    const char *key = lua_tostring(L, -2);
    set_apply(&out.params, key, population_number(L, key));
  }
  lua_pop(L, 1);
  lua_getfield(L, -1, "life");
  out.weeks_after_birth = population_life(L, "weeks_after_birth");
  out.clearance_day = population_life(L, "clearance_day");
  out.has_diastasis = population_life(L, "has_diastasis") != 0.0;
  lua_getfield(L, -1, "birth_mode");
  out.is_c_section = !strcmp(lua_tostring(L, -1), "c_section");
  lua_pop(L, 2);
  lua_getfield(L, -1, "facts");
  out.had_diastasis_at_six_weeks = population_life(L, "had_diastasis_at_six_weeks") != 0.0;
  lua_getfield(L, -1, "leak_kind");
  snprintf(out.leak_kind, sizeof out.leak_kind, "%s", lua_tostring(L, -1));
  lua_settop(L, 0);
  return out;
}

#endif

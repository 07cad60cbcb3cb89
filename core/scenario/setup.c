// From a rig to a plan: instances, models, machine.

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "engine/suggest.h"
#include "scenario/api.h"
#include "scenario/host.h"
#include "scenario/quantity.h"

static const char *const SIDES[2] = {"left", "right"};

void taut_setup_raise(taut_setup *setup, const char *text) {
  const char *why = setup->journal->error;
  taut_fail(setup->L, "%s%s%s", text, *why && *text ? ": " : "", why);
}

/// "motor" of "left.motor", the key itself without a side.
static const char *role_of_key(const char *key) {
  for (int i = 0; i < 2; i++) {
    size_t n = strlen(SIDES[i]);
    if (strncmp(key, SIDES[i], n) == 0 && key[n] == '.') return key + n + 1;
  }
  return key;
}

bool taut_is_role_key(const char *key, const char **suggestion) {
  taut_suggest suggest;
  const char *word = role_of_key(key);
  taut_suggest_init(&suggest, word);
  for (size_t i = 0; taut_role_at(i); i++) {
    const taut_role *role = taut_role_at(i);
    if (strcmp(role->name, word) == 0 && (word == key || role->is_per_side)) return true;
    taut_suggest_offer(&suggest, role->name);
  }
  if (suggestion) *suggestion = suggest.best;
  return false;
}

// --------------------------------------------------------------------------------------- instances

static void check_role_names(taut_setup *setup, int roles, const taut_origin *origin) {
  lua_State *L = setup->L;
  taut_push_sorted_keys(L, roles);
  for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
    const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "?", *near = NULL;
    if (!taut_is_role_key(name, &near))
      taut_raise_field(L, origin, name, "no role '%s'%s%s%s", name, near ? "; did you mean '" : "",
                       near ? near : "", near ? "'?" : "");
    lua_pop(L, 1);
  }
  lua_pop(L, 2);
}

static int64_t optional_time(lua_State *L, int index, const char *name) {
  int64_t time_ns = 0;
  if (lua_getfield(L, index, name) != LUA_TNIL) time_ns = taut_check_time(L, -1, name);
  lua_pop(L, 1);
  return time_ns;
}

static const char *keep_text(taut_setup *setup, const char *text) {
  const char *copy = taut_pool_text(setup->pool, text);
  if (!copy) taut_fail(setup->L, "not enough memory");
  return copy;
}

/// "my_controller.lua", "build/mine.so", "build/mine.so:model": not the name of a model.
static bool is_file(const char *name) {
  size_t n = strlen(name);
  return strstr(name, ".so:") || (n > 3 && strcmp(name + n - 3, ".so") == 0) ||
         (n > 4 && strcmp(name + n - 4, ".lua") == 0);
}

/// Takes model, period and phase from the value on top of the stack (popped): a text is a model.
static void take_instance(taut_setup *setup, taut_rig_instance *instance,
                          const taut_origin *origin) {
  static const taut_field FIELDS[] = {{"model", "string", false},
                                      {"period", "time", false},
                                      {"phase", "time", false},
                                      {NULL, NULL, false}};
  lua_State *L = setup->L;
  if (lua_type(L, -1) == LUA_TTABLE) {
    taut_check_fields(L, -1, "role of a rig", origin, FIELDS);
    int64_t period_ns = optional_time(L, -1, "period"), phase_ns = optional_time(L, -1, "phase");
    if (period_ns) instance->period_ns = period_ns;
    if (phase_ns) instance->phase_ns = phase_ns;
    lua_getfield(L, -1, "model");
    lua_replace(L, -2);
  }
  if (lua_type(L, -1) == LUA_TSTRING) {
    instance->model_name = keep_text(setup, lua_tostring(L, -1));
    instance->target = is_file(instance->model_name) ? instance->model_name : NULL;
  } else if (!lua_isnil(L, -1)) {
    taut_raise_field(L, origin, instance->role->name,
                     "role '%s' must be the name of a model, got a %s", instance->role->name,
                     luaL_typename(L, -1));
  }
  lua_pop(L, 1);
}

/// Adds the instance that the value on top of the stack (popped) asks for.
static void add_instance(taut_setup *setup, const taut_role *role, const char *side,
                         const taut_origin *origin) {
  lua_State *L = setup->L;
  if (setup->n_instances >= TAUT_RIG_INSTANCES_MAX) taut_fail(L, "the rig has too many instances");
  taut_rig_instance *instance = &setup->instances[setup->n_instances++];
  *instance = (taut_rig_instance){.role = role};
  snprintf(instance->path, sizeof instance->path, "%s%s%s", side ? side : "", side ? "." : "",
           role->name);
  take_instance(setup, instance, origin);
  if (!instance->model_name)
    taut_raise_field(L, origin, role->name, "role '%s' needs the name of a model", role->name);
}

/// Which sides the rig has; both when it does not say.
static void read_sides(lua_State *L, int rig, const taut_origin *origin, bool has_side[2]) {
  has_side[0] = has_side[1] = true;
  if (lua_getfield(L, rig, "sides") != LUA_TNIL) {
    has_side[0] = has_side[1] = false;
    for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
      bool is_left = strcmp(lua_tostring(L, -1), "left") == 0;
      if (!is_left && strcmp(lua_tostring(L, -1), "right") != 0)
        taut_raise_field(L, origin, "sides", "a side is \"left\" or \"right\", got \"%s\"",
                         lua_tostring(L, -1));
      has_side[is_left ? 0 : 1] = true;
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
  }
  lua_pop(L, 1);
}

/// Instances in the order of taut_role_at, left before right: the same for every spelling of a rig.
static void collect_instances(taut_setup *setup, int rig, const taut_origin *origin) {
  lua_State *L = setup->L;
  bool has_side[2];
  read_sides(L, rig, origin, has_side);
  lua_getfield(L, rig, "roles");
  int roles = lua_gettop(L);
  check_role_names(setup, roles, origin);
  for (size_t i = 0; taut_role_at(i); i++) {
    const taut_role *role = taut_role_at(i);
    if (!role->is_per_side) {
      if (lua_getfield(L, roles, role->name) != LUA_TNIL)
        add_instance(setup, role, NULL, origin);
      else
        lua_pop(L, 1);
      continue;
    }
    for (int side = 0; side < 2; side++) {
      if (!has_side[side]) continue;
      lua_pushfstring(L, "%s.%s", SIDES[side], role->name);
      if (lua_rawget(L, roles) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_getfield(L, roles, role->name);
      }
      if (lua_isnil(L, -1))
        lua_pop(L, 1);
      else
        add_instance(setup, role, SIDES[side], origin);
    }
  }
  lua_pop(L, 1);
}

// -------------------------------------------------------------------------------------------- fast

static void set_period(taut_setup *setup, int rig, const char *name,
                       taut_status (*set)(taut_builder *, int64_t)) {
  int64_t period_ns = optional_time(setup->L, rig, name);
  if (period_ns && set(setup->builder, period_ns) != TAUT_OK) taut_setup_raise(setup, name);
}

/// What the rig changes for a run of fast fidelity: periods, and models of roles.
static void make_fast(taut_setup *setup, int rig, const taut_origin *origin) {
  static const taut_field FIELDS[] = {{"base_period", "time", false},
                                      {"row_period", "time", false},
                                      {"roles", "table", true},
                                      {NULL, NULL, false}};
  lua_State *L = setup->L;
  if (lua_getfield(L, rig, "fast") == LUA_TNIL)
    taut_raise_field(L, origin, "roles",
                     "the rig has no part 'fast'; it can only be run with --fidelity full");
  int fast = lua_gettop(L);
  taut_check_fields(L, fast, "fast part of a rig", origin, FIELDS);
  set_period(setup, fast, "base_period", taut_builder_base_period);
  set_period(setup, fast, "row_period", taut_builder_row_period);
  lua_getfield(L, fast, "roles");
  check_role_names(setup, lua_gettop(L), origin);
  for (size_t i = 0; i < setup->n_instances; i++) {
    taut_rig_instance *instance = &setup->instances[i];
    if (lua_getfield(L, -1, instance->path) == LUA_TNIL) {
      lua_pop(L, 1);
      lua_getfield(L, -1, instance->role->name);
    }
    take_instance(setup, instance, origin);
  }
  lua_pop(L, 2);
}

// -------------------------------------------------------------------------------------------- with

/// The models that the scenario itself puts in place of the rig's.
static void place_models(taut_setup *setup, const taut_origin *origin) {
  lua_State *L = setup->L;
  if (!setup->i_with || !lua_istable(L, setup->i_with)) return;
  check_role_names(setup, setup->i_with, origin);
  for (size_t i = 0; i < setup->n_instances; i++) {
    taut_rig_instance *instance = &setup->instances[i];
    if (lua_getfield(L, setup->i_with, instance->path) == LUA_TNIL) {
      lua_pop(L, 1);
      lua_getfield(L, setup->i_with, instance->role->name);
    }
    take_instance(setup, instance, origin);
  }
}

static void unknown_target(taut_setup *setup, const char *with, size_t n_key) {
  char key[64];
  snprintf(key, sizeof key, "%.*s", (int)(n_key < 63 ? n_key : 63), with);
  taut_suggest suggest;
  taut_suggest_init(&suggest, key);
  for (size_t i = 0; i < setup->n_instances; i++) {
    taut_suggest_offer(&suggest, setup->instances[i].path);
    taut_suggest_offer(&suggest, setup->instances[i].role->name);
  }
  taut_fail(setup->L, "--with %s: the rig has no '%s'%s%s%s", with, key,
            suggest.best ? "; did you mean '" : "", suggest.best ? suggest.best : "",
            suggest.best ? "'?" : "");
}

/// An instance path beats a role; of equals the last on the command line counts.
static void replace_models(taut_setup *setup) {
  const char *const *with = setup->options->with;
  for (int pass = 0; pass < 2; pass++) {
    for (size_t k = 0; with && with[k]; k++) {
      const char *equals = strchr(with[k], '=');
      if (!equals || equals == with[k] || !equals[1])
        taut_fail(setup->L, "--with %s: write ROLE=TARGET", with[k]);
      size_t n_key = (size_t)(equals - with[k]);
      bool is_used = false;
      for (size_t i = 0; i < setup->n_instances; i++) {
        taut_rig_instance *instance = &setup->instances[i];
        const char *name = pass == 0 ? instance->role->name : instance->path;
        const char *other = pass == 0 ? instance->path : instance->role->name;
        bool is_match = strlen(name) == n_key && memcmp(name, with[k], n_key) == 0;
        is_used |= is_match || (strlen(other) == n_key && memcmp(other, with[k], n_key) == 0);
        if (is_match) instance->target = equals + 1;
      }
      if (!is_used) unknown_target(setup, with[k], n_key);
    }
  }
}

// --------------------------------------------------------------------------------------------- rig

void taut_setup_rig(taut_setup *setup) {
  lua_State *L = setup->L;
  taut_origin origin;
  if (lua_type(L, -1) == LUA_TSTRING) {
    taut_push_data(L, "rigs", lua_tostring(L, -1), "rig");
    lua_replace(L, -2);
  }
  int rig = lua_gettop(L);
  if (!taut_origin_of(L, rig, "rig", &origin))
    taut_fail(L, "'rig' must be the name of a rig or a taut.rig { ... }");
  set_period(setup, rig, "base_period", taut_builder_base_period);
  set_period(setup, rig, "row_period", taut_builder_row_period);
  collect_instances(setup, rig, &origin);
  if (setup->options->fidelity == TAUT_FIDELITY_FAST) make_fast(setup, rig, &origin);
  place_models(setup, &origin);
  replace_models(setup);
  for (size_t i = 0; i < setup->n_instances; i++) {
    taut_rig_instance *instance = &setup->instances[i];
    instance->model = taut_setup_model(setup, instance);
    if (taut_builder_add(setup->builder, instance->path, instance->model->name, instance->period_ns,
                         instance->phase_ns) != TAUT_OK)
      taut_setup_raise(setup, "");
  }
}

void taut_setup_machine(taut_setup *setup) {
  lua_State *L = setup->L;
  int rig = lua_gettop(L);
  taut_origin origin;
  if (!taut_origin_of(L, rig, "rig", &origin)) return;
  if (lua_getfield(L, rig, "machine") == LUA_TSTRING) {
    taut_origin machine;
    taut_push_data(L, "machines", lua_tostring(L, -1), "parameters");
    if (!taut_origin_of(L, -1, "parameters", &machine)) return;
    taut_setup_params(setup, &machine);
  }
  lua_pop(L, 1);
  if (lua_getfield(L, rig, "params") == LUA_TTABLE)
    taut_setup_params(setup, &origin);
  else
    lua_pop(L, 1);
}

void taut_setup_plan(taut_setup *setup) {
  setup->journal->error[0] = 0;
  if (taut_builder_wire_roles(setup->builder) != TAUT_OK ||
      taut_builder_plan(setup->builder, &setup->plan) != TAUT_OK)
    taut_setup_raise(setup, "");
}

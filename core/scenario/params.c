// Parameters: from machine, rig, exercise, persona and scenario into the builder, in this order.

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/suggest.h"
#include "scenario/api.h"
#include "scenario/host.h"
#include "scenario/quantity.h"
#include "taut/monitor.h"

// ------------------------------------------------------------------------------------------- names

/// Unit suffixes of parameter names, so that "leak_point" finds "leak_point_pa" but "load" not
/// "load_cell_n".
static bool is_unit_suffix(const char *text) {
  static const char *const SUFFIXES[] = {
      "n",     "m",     "s",    "pa",  "k",      "a",       "v",      "w",      "j",
      "kg",    "nm",    "rad",  "ohm", "h",      "f",       "wb",     "hz",     "m2",
      "m3",    "m_s",   "m_s2", "n_s", "n_m",    "ns_m",    "per_s",  "per_m",  "per_k",
      "rad_s", "j_k",   "k_w",  "w_k", "nm_a",   "nm_s",    "kg_m2",  "kg_m",   "pa_s",
      "m3_s",  "per_n", "pa_n", "a_s", "nm_rad", "nms_rad", "rad_s2", "vs_rad", "m_s3"};
  for (size_t i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++)
    if (strcmp(SUFFIXES[i], text) == 0) return true;
  return false;
}

/// The parameter of that name, or of that name with a unit behind it when only one fits.
static const taut_signal *find_param(const taut_model *model, const char *name) {
  size_t length = strlen(name);
  const taut_signal *found = NULL;
  size_t n = 0;
  for (uint32_t i = 0; i < model->n_params; i++) {
    const taut_signal *signal = &model->params[i];
    if (strcmp(signal->name, name) == 0) return signal;
    if (strncmp(signal->name, name, length) == 0 && signal->name[length] == '_' &&
        is_unit_suffix(signal->name + length + 1)) {
      found = signal;
      n++;
    }
  }
  return n == 1 ? found : NULL;
}

/// The nearest parameter, with or without its unit.
static const char *nearest_param(const taut_model *model, const char *name) {
  taut_suggest suggest;
  taut_suggest_init(&suggest, name);
  const char *best = NULL;
  for (uint32_t i = 0; i < model->n_params; i++) {
    const char *full = model->params[i].name, *before = suggest.best;
    size_t distance = suggest.distance;
    char stem[64];
    taut_suggest_offer(&suggest, full);
    for (const char *at = strchr(full, '_'); at; at = strchr(at + 1, '_')) {
      if (!is_unit_suffix(at + 1) || (size_t)(at - full) >= sizeof stem) continue;
      snprintf(stem, sizeof stem, "%.*s", (int)(at - full), full);
      taut_suggest_offer(&suggest, stem);
    }
    if (suggest.best != before || suggest.distance != distance) best = full;
    if (suggest.best == stem) suggest.best = full;  // the stem does not outlive this round
  }
  return best;
}

// ------------------------------------------------------------------------------------------ values

/// Where an error about the value is shown: where a quantity was made, else the field.
_Noreturn static void raise_value(lua_State *L, int index, const taut_origin *origin,
                                  const char *name, const char *text) {
  const taut_quantity *q = taut_to_quantity(L, index);
  if (q && q->line > 0) taut_raise(L, q->chunk, q->line, "%s", text);
  taut_raise_field(L, origin, name, "%s", text);
}

static bool has_dimensions(const taut_signal *signal) {
  for (int k = 0; k < 8; k++)
    if (signal->si[k]) return true;
  return false;
}

static double label_value(lua_State *L, const taut_origin *origin, const char *name,
                          const taut_signal *signal, const char *label) {
  taut_suggest suggest;
  taut_suggest_init(&suggest, label);
  for (size_t i = 0; signal->labels && signal->labels[i]; i++) {
    if (strcmp(signal->labels[i], label) == 0) return (double)i;
    taut_suggest_offer(&suggest, signal->labels[i]);
  }
  if (!signal->labels)
    taut_raise_field(L, origin, name, "%s is a number, got the text '%s'", signal->name, label);
  taut_raise_field(L, origin, name, "%s has no label '%s'%s%s%s", signal->name, label,
                   suggest.best ? "; did you mean '" : "", suggest.best ? suggest.best : "",
                   suggest.best ? "'?" : "");
}

/// The SI value of the Lua value at `index` for a signal. A number without a unit is only for names
/// that carry theirs: leak_point_pa = 6865, but leak_point = cmH2O(70).
static double read_value(lua_State *L, int index, const taut_origin *origin, const char *name,
                         const taut_signal *signal) {
  char text[320], shown[64], hint[96];
  const taut_quantity *q = taut_to_quantity(L, index);
  if (q) {
    if (memcmp(q->si, signal->si, sizeof q->si) == 0) return q->si_value;
    taut_quantity_format(shown, sizeof shown, q->si_value, q->unit, 10);
    const char *unit = taut_si_unit_name(signal->si);
    snprintf(
        text, sizeof text, "%s is in %s, got %s", signal->name,
        has_dimensions(signal) ? (*unit ? signal->unit : "another dimension") : "plain numbers",
        shown);
    raise_value(L, index, origin, name, text);
  }
  switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
      if (!(signal->flags & TAUT_BOOL))
        taut_raise_field(L, origin, name, "%s is a number, got a boolean", signal->name);
      return lua_toboolean(L, index);
    case LUA_TSTRING: return label_value(L, origin, name, signal, lua_tostring(L, index));
    case LUA_TNUMBER: break;
    default:
      taut_raise_field(L, origin, name, "%s must be a number or a quantity, got a %s", signal->name,
                       luaL_typename(L, index));
  }
  double value = lua_tonumber(L, index);
  if (has_dimensions(signal) && strcmp(signal->name, name) != 0) {
    taut_quantity_hint(hint, sizeof hint, value, signal->si, signal->unit);
    taut_raise_field(L, origin, name, "%s = %.10g has no unit%s", name, value, hint);
  }
  return value;
}

static void set_slot(taut_setup *setup, const taut_rig_instance *instance,
                     const taut_signal *signal, uint32_t i_slot, const taut_origin *origin,
                     const char *name) {
  lua_State *L = setup->L;
  double value = read_value(L, -1, origin, name, signal);
  if (!(value >= signal->min && value <= signal->max)) {
    char text[320], got[64], low[64], high[64];
    taut_quantity_format(got, sizeof got, value, signal->unit, 6);
    taut_quantity_format(low, sizeof low, signal->min, signal->unit, 6);
    taut_quantity_format(high, sizeof high, signal->max, signal->unit, 6);
    snprintf(text, sizeof text, "%s of %s must be %s to %s, got %s", signal->name, instance->path,
             low, high, got);
    raise_value(L, -1, origin, name, text);
  }
  setup->journal->error[0] = 0;
  if (taut_builder_param(setup->builder, instance->path, signal->name, i_slot, value) != TAUT_OK)
    raise_value(L, -1, origin, name, setup->journal->error);
}

/// { value, status = "D", source = "..." }: leaves the value in place of the table.
static void unwrap(taut_setup *setup, const taut_origin *origin, const char *name) {
  static const taut_field FIELDS[] = {{"status", "string", false},
                                      {"source", "string", false},
                                      {"help", "string", false},
                                      {NULL, NULL, false}};
  lua_State *L = setup->L;
  lua_Integer n = (lua_Integer)lua_rawlen(L, -1);
  if (n != 1) return;  // a plain array
  lua_newtable(L);
  for (lua_pushnil(L); lua_next(L, -3);) {
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    if (lua_type(L, -2) == LUA_TNUMBER)
      lua_pop(L, 2);
    else
      lua_rawset(L, -4);
  }
  taut_check_fields(L, -1, "parameter", origin, FIELDS);
  if (lua_getfield(L, -1, "status") == LUA_TSTRING) {
    const char *status = lua_tostring(L, -1);
    if (strlen(status) != 1 || !strchr("VCMD", *status))
      taut_raise_field(L, origin, name, "the status of %s must be V, C, M or D, got '%s'", name,
                       status);
  }
  lua_pop(L, 2);
  lua_rawgeti(L, -1, 1);
  lua_replace(L, -2);
}

static void set_param(taut_setup *setup, const taut_rig_instance *instance,
                      const taut_signal *signal, const char *name, const taut_origin *origin) {
  lua_State *L = setup->L;
  lua_pushvalue(L, -1);
  if (lua_type(L, -1) == LUA_TTABLE) unwrap(setup, origin, name);
  if (lua_type(L, -1) != LUA_TTABLE) {
    if (signal->count > 1)
      taut_raise_field(L, origin, name, "%s has %u elements; write a list", name, signal->count);
    set_slot(setup, instance, signal, 0, origin, name);
  } else {
    lua_Integer n = (lua_Integer)lua_rawlen(L, -1);
    if (n != signal->count)
      taut_raise_field(L, origin, name, "%s has %u element%s, got %d", name, signal->count,
                       signal->count == 1 ? "" : "s", (int)n);
    for (lua_Integer i = 1; i <= n; i++) {
      lua_rawgeti(L, -1, i);
      set_slot(setup, instance, signal, (uint32_t)i - 1, origin, name);
      lua_pop(L, 1);
    }
  }
  lua_pop(L, 1);
}

bool taut_setup_param(taut_setup *setup, const char *key, const char *name,
                      const taut_origin *origin) {
  lua_State *L = setup->L;
  bool is_set = false;
  for (size_t i = 0; i < setup->n_instances; i++) {
    const taut_rig_instance *instance = &setup->instances[i];
    if (strcmp(instance->path, key) != 0 && strcmp(instance->role->name, key) != 0) continue;
    const taut_signal *signal = find_param(instance->model, name);
    if (signal) {
      set_param(setup, instance, signal, name, origin);
      is_set = true;
      continue;
    }
    if (instance->target) {
      taut_journal_say(setup->journal, -1, TAUT_LOG_DEBUG, instance->path,
                       "%s has no parameter '%s'; skipped", instance->model->name, name);
      continue;
    }
    const char *near = nearest_param(instance->model, name);
    taut_raise_field(L, origin, name, "%s (%s) has no parameter '%s'%s%s%s", instance->path,
                     instance->model->name, name, near ? "; did you mean '" : "", near ? near : "",
                     near ? "'?" : "");
  }
  lua_pop(L, 1);
  return is_set;
}

bool taut_setup_slot(taut_setup *setup, const char *role, const char *name, uint32_t i_slot,
                     const taut_origin *origin) {
  lua_State *L = setup->L;
  const taut_rig_instance *instance = NULL;
  for (size_t i = 0; i < setup->n_instances && !instance; i++)
    if (strcmp(setup->instances[i].role->name, role) == 0) instance = &setup->instances[i];
  if (!instance) taut_fail(L, "the rig has no %s", role);
  const taut_signal *signal = find_param(instance->model, name);
  if (!signal && !instance->target)
    taut_raise_field(L, origin, name, "%s (%s) has no parameter '%s'", instance->path,
                     instance->model->name, name);
  if (signal && i_slot >= signal->count)
    taut_raise_field(L, origin, name, "%s has %u elements", name, signal->count);
  if (signal && lua_type(L, -1) == LUA_TTABLE) unwrap(setup, origin, name);
  if (signal) set_slot(setup, instance, signal, i_slot, origin, name);
  lua_pop(L, 1);
  return signal != NULL;
}

/// The table {name = value} on top of the stack, popped, for one role or instance.
static void set_role_params(taut_setup *setup, const char *key, const taut_origin *origin) {
  lua_State *L = setup->L;
  // Lines of fields are searched from the role's table on, so that a name both roles have is found
  // there.
  taut_origin place = *origin;
  place.line = taut_sandbox_field_line(L, origin->chunk, origin->line, key);
  taut_push_sorted_keys(L, -1);
  for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
    if (lua_type(L, -1) != LUA_TSTRING)
      taut_raise_field(L, origin, key, "parameters of '%s' have names: %s = { name = value }", key,
                       key);
    const char *name = lua_tostring(L, -1);
    lua_pushvalue(L, -1);
    lua_rawget(L, -4);
    taut_setup_param(setup, key, name, &place);
    lua_pop(L, 1);
  }
  lua_pop(L, 3);
}

void taut_setup_params(taut_setup *setup, const taut_origin *origin) {
  lua_State *L = setup->L;
  taut_push_sorted_keys(L, -1);
  for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
    const char *key = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "?", *near = NULL;
    // What a persona says of her life and of its distributions is no parameter of a role.
    bool is_told =
        strcmp(key, "life") == 0 || strcmp(key, "priors") == 0 || strcmp(key, "facts") == 0;
    lua_pushvalue(L, -1);
    if (lua_rawget(L, -4) == LUA_TTABLE && !is_told) {
      if (!taut_is_role_key(key, &near))
        taut_raise_field(L, origin, key, "no role '%s'%s%s%s", key, near ? "; did you mean '" : "",
                         near ? near : "", near ? "'?" : "");
      set_role_params(setup, key, origin);
    } else {
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
  }
  lua_pop(L, 3);
}

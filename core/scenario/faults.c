// Faults of a scenario: taut.fault { on = ..., kind = ... } checked against the rig and declared.

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "engine/suggest.h"
#include "scenario/host.h"
#include "scenario/quantity.h"

/// What the magnitude of a kind is.
typedef enum magnitude_kind {
  MAGNITUDE_NONE,
  MAGNITUDE_UNIT,      ///< in the unit of the port
  MAGNITUDE_PLAIN,     ///< without a unit
  MAGNITUDE_RATE,      ///< unit of the port per second
  MAGNITUDE_LIMITS,    ///< low and high, in the unit of the port
  MAGNITUDE_COMPONENT  ///< sits on an instance
} magnitude_kind;

typedef struct fault_kind {
  const char *label;
  taut_fault_kind kind;
  magnitude_kind magnitude;
  bool has_delay, may_have_probability;
} fault_kind;

static const fault_kind KINDS[] = {
    {"bias", TAUT_FAULT_BIAS, MAGNITUDE_UNIT, false, false},
    {"gain", TAUT_FAULT_GAIN, MAGNITUDE_PLAIN, false, false},
    {"sign", TAUT_FAULT_SIGN, MAGNITUDE_NONE, false, false},
    {"stuck", TAUT_FAULT_STUCK, MAGNITUDE_NONE, false, false},
    {"delay", TAUT_FAULT_DELAY, MAGNITUDE_NONE, true, false},
    {"drop", TAUT_FAULT_DROP, MAGNITUDE_NONE, false, true},
    {"jitter", TAUT_FAULT_JITTER, MAGNITUDE_NONE, true, true},
    {"noise", TAUT_FAULT_NOISE, MAGNITUDE_UNIT, false, false},
    {"drift", TAUT_FAULT_DRIFT, MAGNITUDE_RATE, false, false},
    {"quantise", TAUT_FAULT_QUANTISE, MAGNITUDE_UNIT, false, false},
    {"saturate", TAUT_FAULT_SATURATE, MAGNITUDE_LIMITS, false, false},
    {"rate", TAUT_FAULT_RATE, MAGNITUDE_RATE, false, false},
    {"dead_band", TAUT_FAULT_DEAD_BAND, MAGNITUDE_UNIT, false, false},
    {"invert", TAUT_FAULT_INVERT, MAGNITUDE_NONE, false, false},
    {"spike", TAUT_FAULT_SPIKE, MAGNITUDE_UNIT, false, true},
    {"nan", TAUT_FAULT_NAN, MAGNITUDE_NONE, false, false},
    {"neighbour", TAUT_FAULT_NEIGHBOUR, MAGNITUDE_NONE, false, true},
    {"hold", TAUT_FAULT_HOLD, MAGNITUDE_UNIT, false, false},
    {"swap", TAUT_FAULT_SWAP, MAGNITUDE_NONE, false, false},
    {"skip", TAUT_FAULT_SKIP, MAGNITUDE_COMPONENT, false, false},
    {"double", TAUT_FAULT_DOUBLE, MAGNITUDE_COMPONENT, false, false},
    {"freeze", TAUT_FAULT_FREEZE, MAGNITUDE_COMPONENT, false, false},
    {"reset", TAUT_FAULT_RESET, MAGNITUDE_COMPONENT, false, false},
};
_Static_assert(sizeof KINDS / sizeof KINDS[0] == TAUT_FAULT_COUNT, "a fault kind is missing");

static const fault_kind *find_kind(lua_State *L, const taut_origin *origin, const char *label) {
  taut_suggest suggest;
  taut_suggest_init(&suggest, label);
  for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
    if (strcmp(KINDS[i].label, label) == 0) return &KINDS[i];
    taut_suggest_offer(&suggest, KINDS[i].label);
  }
  taut_raise_field(L, origin, "kind", "no fault of kind '%s'%s%s%s", label,
                   suggest.best ? "; did you mean '" : "", suggest.best ? suggest.best : "",
                   suggest.best ? "'?" : "");
}

static const taut_signal *signal_of(const taut_model *model, const char *name,
                                    taut_suggest *suggest) {
  for (int table = 0; table < 2; table++) {
    const taut_signal *signals = table ? model->inputs : model->outputs;
    uint32_t n = table ? model->n_inputs : model->n_outputs;
    for (uint32_t i = 0; i < n; i++) {
      if (strcmp(signals[i].name, name) == 0) return &signals[i];
      taut_suggest_offer(suggest, signals[i].name);
    }
  }
  return NULL;
}

/// The port or instance a fault sits on; NULL for an instance. Raises an error for an unknown one.
static const taut_signal *find_target(taut_setup *setup, const taut_origin *origin,
                                      const char *target, bool is_component) {
  lua_State *L = setup->L;
  const char *dot = is_component ? NULL : strrchr(target, '.');
  size_t n_path = dot ? (size_t)(dot - target) : strlen(target);
  taut_suggest instances;
  taut_suggest_init(&instances, target);
  if (!is_component && !dot)
    taut_raise_field(L, origin, "on", "a fault sits on a port, \"instance.port\", got \"%s\"",
                     target);
  for (size_t i = 0; i < setup->n_instances; i++) {
    const taut_rig_instance *instance = &setup->instances[i];
    taut_suggest_offer(&instances, instance->path);
    if (strlen(instance->path) != n_path || memcmp(instance->path, target, n_path) != 0) continue;
    if (is_component) return NULL;
    taut_suggest ports;
    taut_suggest_init(&ports, dot + 1);
    const taut_signal *signal = signal_of(instance->model, dot + 1, &ports);
    if (signal) return signal;
    taut_raise_field(L, origin, "on", "%s has no port '%s'%s%s%s", instance->path, dot + 1,
                     ports.best ? "; did you mean '" : "", ports.best ? ports.best : "",
                     ports.best ? "'?" : "");
  }
  for (size_t i = 0; i < setup->n_instances; i++) {
    const char *role = setup->instances[i].role->name;
    if (strlen(role) == n_path && memcmp(role, target, n_path) == 0)
      taut_raise_field(L, origin, "on", "there is a %s for each side; write left.%s or right.%s",
                       role, target, target);
  }
  taut_raise_field(L, origin, "on", "the rig has no instance for '%s'%s%s%s", target,
                   instances.best ? "; did you mean '" : "", instances.best ? instances.best : "",
                   instances.best ? "'?" : "");
}

/// Field `name` of the fault on top of the stack as a number in the SI units of the port, with
/// `per_second` divided by time.
static double read_magnitude(taut_setup *setup, const taut_origin *origin, const char *name,
                             const taut_signal *signal, magnitude_kind kind) {
  lua_State *L = setup->L;
  int8_t si[8] = {0};
  if (kind != MAGNITUDE_PLAIN) memcpy(si, signal->si, sizeof si);
  if (kind == MAGNITUDE_RATE) si[2] = (int8_t)(si[2] - 1);
  static const int8_t NONE[8] = {0};
  double value = 0;
  if (lua_getfield(L, -1, name) == LUA_TNIL)
    taut_raise(L, origin->chunk, origin->line, "this kind of fault needs '%s'", name);
  const taut_quantity *q = taut_to_quantity(L, -1);
  if (q && memcmp(q->si, si, sizeof si) != 0) {
    taut_raise(L, q->chunk, q->line, "'%s' does not fit %s%s, got %s", name, signal->name,
               kind == MAGNITUDE_RATE ? " per second" : "", taut_push_text(L, -1));
  } else if (q) {
    const taut_unit *unit = taut_unit_find(q->unit);
    if (unit && unit->offset != 0 && kind == MAGNITUDE_UNIT)
      taut_raise(L, q->chunk, q->line, "'%s' is a change of temperature; write it in K", name);
    value = q->si_value;
  } else {
    value = lua_tonumber(L, -1);
    if (memcmp(si, NONE, sizeof si) != 0) {
      char hint[96] = "";
      if (kind != MAGNITUDE_RATE)
        taut_quantity_hint(hint, sizeof hint, value, signal->si, signal->unit);
      taut_raise_field(L, origin, name, "%s = %.10g has no unit%s", name, value, hint);
    }
  }
  lua_pop(L, 1);
  return value;
}

static void refuse_field(lua_State *L, const taut_origin *origin, const fault_kind *kind,
                         const char *name, bool is_allowed) {
  if (lua_getfield(L, -1, name) != LUA_TNIL && !is_allowed)
    taut_raise_field(L, origin, name, "a fault of kind '%s' has no '%s'", kind->label, name);
  lua_pop(L, 1);
}

static double read_probability(lua_State *L, const taut_origin *origin) {
  double probability = 1;
  if (lua_getfield(L, -1, "probability") != LUA_TNIL) {
    probability = lua_tonumber(L, -1);
    if (!(probability > 0 && probability <= 1))
      taut_raise_field(L, origin, "probability", "a probability is above 0 and at most 1");
  }
  lua_pop(L, 1);
  return probability;
}

/// Declares the fault whose table is on top of the stack.
static void declare(taut_setup *setup, const char *name, const taut_origin *origin) {
  lua_State *L = setup->L;
  lua_getfield(L, -1, "kind");
  const fault_kind *kind = find_kind(L, origin, lua_tostring(L, -1));
  lua_pop(L, 1);
  bool is_component = kind->magnitude == MAGNITUDE_COMPONENT;
  refuse_field(L, origin, kind, "magnitude",
               kind->magnitude == MAGNITUDE_UNIT || kind->magnitude == MAGNITUDE_PLAIN ||
                   kind->magnitude == MAGNITUDE_RATE);
  refuse_field(L, origin, kind, "low", kind->magnitude == MAGNITUDE_LIMITS);
  refuse_field(L, origin, kind, "high", kind->magnitude == MAGNITUDE_LIMITS);
  refuse_field(L, origin, kind, "delay", kind->has_delay);
  refuse_field(L, origin, kind, "probability", kind->may_have_probability);
  refuse_field(L, origin, kind, "other", kind->kind == TAUT_FAULT_SWAP);
  lua_getfield(L, -1, "on");
  taut_fault fault = {.name = name, .target = lua_tostring(L, -1), .kind = kind->kind};
  const taut_signal *signal = find_target(setup, origin, fault.target, is_component);
  lua_insert(L, -2);  // keep the target's text on the stack, below the table
  if (signal && kind->magnitude == MAGNITUDE_LIMITS) {
    fault.magnitude_low = read_magnitude(setup, origin, "low", signal, kind->magnitude);
    fault.magnitude = read_magnitude(setup, origin, "high", signal, kind->magnitude);
  } else if (signal && kind->magnitude != MAGNITUDE_NONE) {
    fault.magnitude = read_magnitude(setup, origin, "magnitude", signal, kind->magnitude);
  }
  if (kind->may_have_probability) {
    double probability = read_probability(L, origin);
    if (kind->kind == TAUT_FAULT_SPIKE)
      fault.magnitude_low = probability;
    else
      fault.magnitude = probability;
  }
  if (kind->kind == TAUT_FAULT_SWAP) {
    if (lua_getfield(L, -1, "other") == LUA_TNIL)
      taut_raise(L, origin->chunk, origin->line, "a fault of kind 'swap' needs 'other'");
    fault.other = lua_tostring(L, -1);  // the fault's table keeps it
    lua_pop(L, 1);
  }
  if (kind->has_delay) {
    if (lua_getfield(L, -1, "delay") == LUA_TNIL)
      taut_raise(L, origin->chunk, origin->line, "a fault of kind '%s' needs 'delay'", kind->label);
    fault.delay_ns = taut_check_time(L, -1, "delay");
    lua_pop(L, 1);
  }
  setup->journal->error[0] = 0;
  if (taut_builder_fault(setup->builder, &fault) != TAUT_OK)
    taut_raise(L, origin->chunk, origin->line, "%s", setup->journal->error);
  lua_remove(L, -2);
}

void taut_setup_faults(taut_setup *setup, int scenario, const taut_origin *origin) {
  lua_State *L = setup->L;
  if (lua_getfield(L, scenario, "faults") != LUA_TTABLE) {
    lua_pop(L, 1);
    return;
  }
  taut_push_sorted_keys(L, -1);
  for (lua_Integer i = 1; lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
    taut_origin place;
    if (lua_type(L, -1) != LUA_TSTRING)
      taut_raise_field(L, origin, "faults", "faults have names: faults = { name = taut.fault {} }");
    const char *name = lua_tostring(L, -1);
    lua_pushvalue(L, -1);
    lua_rawget(L, -4);
    if (!taut_origin_of(L, -1, "fault", &place))
      taut_raise_field(L, origin, name, "fault '%s' must be a taut.fault { ... }", name);
    declare(setup, name, &place);
    lua_pop(L, 2);
  }
  lua_pop(L, 3);
}

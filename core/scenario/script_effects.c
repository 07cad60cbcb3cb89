// The methods of `s` that change the run: set, event, fault, clear, start_set.

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "engine/suggest.h"
#include "scenario/quantity.h"
#include "scenario/script.h"

enum { START_LIMIT_S = 60 };

/// The input ports that a name stands for; one per side when it names none.
static size_t find_inputs(lua_State *L, taut_script *script, const char *name, taut_port ports[2]) {
  const taut_plan *plan = script->setup->plan;
  size_t n = 0;
  if (taut_plan_find_sides(plan, name, ports, &n) != TAUT_OK) {
    const char *near = taut_plan_suggest(plan, name);
    taut_fail(L, "no port '%s'%s%s%s", name, near ? "; did you mean '" : "", near ? near : "",
              near ? "'?" : "");
  }
  if (ports[0].kind == TAUT_PORT_OUTPUT)
    taut_fail(L, "'%s' is an output; only its instance can set it", name);
  if (ports[0].kind == TAUT_PORT_PARAM)
    taut_fail(L, "'%s' is a parameter; set it in the scenario's table", name);
  return n;
}

static double label_index(lua_State *L, const char *name, const taut_signal *signal,
                          const char *label) {
  taut_suggest suggest;
  taut_suggest_init(&suggest, label);
  for (size_t i = 0; signal->labels && signal->labels[i]; i++) {
    if (strcmp(signal->labels[i], label) == 0) return (double)i;
    taut_suggest_offer(&suggest, signal->labels[i]);
  }
  return luaL_error(L, "'%s' has no label '%s'%s%s%s", name, label,
                    suggest.best ? "; did you mean '" : "", suggest.best ? suggest.best : "",
                    suggest.best ? "'?" : "");
}

/// The SI value of argument 3 for a port.
static double read_value(lua_State *L, const char *name, const taut_signal *signal) {
  const taut_quantity *q = taut_to_quantity(L, 3);
  if (q) {
    if (memcmp(q->si, signal->si, sizeof q->si) != 0)
      taut_fail(L, "'%s' is in %s, got %s", name, signal->unit, taut_push_text(L, 3));
    return q->si_value;
  }
  switch (lua_type(L, 3)) {
    case LUA_TBOOLEAN: return lua_toboolean(L, 3);
    case LUA_TSTRING: return label_index(L, name, signal, lua_tostring(L, 3));
    case LUA_TNUMBER: return lua_tonumber(L, 3);
    default:
      return luaL_error(L, "'%s' must be a number, quantity or label, got a %s", name,
                        luaL_typename(L, 3));
  }
}

static void apply(lua_State *L, taut_script *script, taut_effect_kind kind, uint32_t target,
                  double value) {
  script->journal->error[0] = 0;
  if (taut_run_apply(script->run, kind, target, value) != TAUT_OK)
    taut_fail(L, "%s", script->journal->error);
}

/// s:set(port, value) and s:event(port, label).
static int change_port(lua_State *L, taut_effect_kind kind) {
  taut_script *script = taut_script_of(L);
  const char *name = luaL_checkstring(L, 2);
  luaL_checkany(L, 3);
  taut_port ports[2];
  size_t n = find_inputs(L, script, name, ports);
  taut_port source;
  const taut_plan *plan = script->setup->plan;
  if (kind == TAUT_EFFECT_SET &&
      taut_plan_source(plan, ports[0].instance, ports[0].i_signal, &source) == TAUT_OK)
    return luaL_error(L, "'%s' is fed by %s.%s; only its source can set it", name,
                      taut_plan_instance(plan, source.instance).path, source.signal->name);
  double value = read_value(L, name, ports[0].signal);
  size_t n_changed = 0;
  for (size_t i = 0; i < n; i++) {
    double before = taut_run_values(script->run)[ports[i].slot];
    apply(L, script, kind, ports[i].slot, value);
    // An event counts even when it says the same again: its counter goes up.
    n_changed += kind == TAUT_EFFECT_EVENT || value < before || value > before;
  }
  const char *text = taut_push_text(L, 3);
  taut_strike_note(script, n_changed, "%s = %s", name, text);
  taut_journal_say(script->journal, script->row_ns, TAUT_LOG_INFO, "", "%s %s = %s",
                   kind == TAUT_EFFECT_EVENT ? "event" : "set", name, text);
  return 0;
}

int taut_script_set(lua_State *L) {
  return change_port(L, TAUT_EFFECT_SET);
}
int taut_script_event(lua_State *L) {
  return change_port(L, TAUT_EFFECT_EVENT);
}

static int switch_fault(lua_State *L, bool is_on) {
  taut_script *script = taut_script_of(L);
  const char *name = luaL_checkstring(L, 2);
  const taut_plan *plan = script->setup->plan;
  taut_suggest suggest;
  taut_suggest_init(&suggest, name);
  for (size_t i = 0; i < taut_plan_n_faults(plan); i++) {
    const taut_fault *fault = taut_plan_fault(plan, i);
    if (strcmp(fault->name, name) == 0) {
      apply(L, script, TAUT_EFFECT_FAULT, (uint32_t)i, is_on);
      if (is_on) taut_strike_note(script, 1, "fault %s", name);
      if (is_on && script->strike.was_on) script->strike.was_on[i] = true;
      taut_journal_say(script->journal, script->row_ns, TAUT_LOG_INFO, "", "fault %s %s", name,
                       is_on ? "on" : "off");
      return 0;
    }
    taut_suggest_offer(&suggest, fault->name);
  }
  return luaL_error(L, "no fault '%s' in faults = { ... }%s%s%s", name,
                    suggest.best ? "; did you mean '" : "", suggest.best ? suggest.best : "",
                    suggest.best ? "'?" : "");
}

int taut_script_fault(lua_State *L) {
  return switch_fault(L, true);
}
int taut_script_clear(lua_State *L) {
  return switch_fault(L, false);
}

/// Does the exercise use this side? A parameter of the session, else of the person, else yes.
static bool uses_side(const taut_plan *plan, const char *side) {
  static const char *const OWNERS[2] = {"session", "user"};
  for (int i = 0; i < 2; i++) {
    char name[64];
    taut_port port;
    snprintf(name, sizeof name, "%s.uses_%s", OWNERS[i], side);
    if (taut_plan_find(plan, name, &port) != TAUT_OK || port.kind != TAUT_PORT_PARAM) continue;
    taut_instance_info info = taut_plan_instance(plan, port.instance);
    return taut_plan_params(plan, port.instance)[port.slot - info.first_param] != 0;
  }
  return true;
}

void taut_script_set_load(lua_State *L, taut_script *script, double load_n) {
  static const char *const SIDES[2] = {"left", "right"};
  const taut_plan *plan = script->setup->plan;
  bool is_set = false;
  for (int i = 0; i < 2; i++) {
    char name[64];
    taut_port port;
    snprintf(name, sizeof name, "session.%s_set_load_n", SIDES[i]);
    if (taut_plan_find(plan, name, &port) != TAUT_OK || port.kind != TAUT_PORT_INPUT) continue;
    snprintf(name, sizeof name, "%s.motor", SIDES[i]);
    bool is_used = uses_side(plan, SIDES[i]) && taut_plan_find_instance(plan, name) >= 0;
    apply(L, script, TAUT_EFFECT_SET, port.slot, is_used ? load_n : 0);
    is_set = true;
  }
  if (!is_set) taut_fail(L, "the rig has no session that takes a load");
}

/// s:start_set { load =, within = }: asks the session for a set and waits until it is under way.
int taut_script_start_set(lua_State *L) {
  static const taut_field OPTIONS[] = {
      {"load", "quantity", false}, {"within", "time", false}, {NULL, NULL, false}};
  static const int8_t FORCE[8] = {1, 1, -2, 0, 0, 0, 0, 0};
  taut_script *script = taut_script_of(L);
  taut_origin origin = {0};
  taut_sandbox_where(L, 1, origin.chunk, &origin.line);
  taut_wait wait = {.kind = TAUT_WAIT_UNTIL,
                    .is_start_set = true,
                    .within_ns = START_LIMIT_S * TAUT_SECOND,
                    .line = origin.line,
                    .id = "",
                    .text = "the set begins"};
  if (lua_type(L, 2) == LUA_TTABLE) {
    taut_check_fields(L, 2, "start_set", &origin, OPTIONS);
    if (lua_getfield(L, 2, "load") != LUA_TNIL) {
      const taut_quantity *q = taut_to_quantity(L, -1);
      if (!q || memcmp(q->si, FORCE, sizeof FORCE) != 0)
        return luaL_error(L, "the load must be a force such as lb(25)");
      taut_script_set_load(L, script, q->si_value);
    }
    if (lua_getfield(L, 2, "within") != LUA_TNIL) wait.within_ns = taut_check_time(L, -1, "within");
    lua_pop(L, 2);
  } else if (!lua_isnoneornil(L, 2)) {
    return luaL_error(L, "write s:start_set { load = lb(25) }");
  }
  taut_port port;
  if (taut_plan_find(script->setup->plan, "session.request", &port) != TAUT_OK)
    return luaL_error(L, "the rig has no session to start a set");
  apply(L, script, TAUT_EFFECT_EVENT, port.slot,
        label_index(L, "session.request", port.signal, "start_set"));
  taut_journal_say(script->journal, script->row_ns, TAUT_LOG_INFO, "", "start_set");
  wait.expr = taut_script_compile(L, script, "session.state == working");
  wait.until_ns = taut_script_row_after(script, wait.within_ns);
  return taut_script_wait(L, script, &wait);
}

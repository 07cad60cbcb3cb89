// s:strike: the instant from which the cases of a warm run differ.

#include <lauxlib.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "scenario/quantity.h"
#include "scenario/script.h"

/// In the registry: the sweep points of all cases of the warm run, the list of their dimensions
/// that matter from the strike on, and what `s.sweep` is.
static const char POINTS[] = "taut.strike_points", DIMENSIONS[] = "taut.strike_dimensions",
                  VISIBLE[] = "taut.strike_sweep";

// ------------------------------------------------------------------------------------------- setup

/// Upvalue 1: the dimensions that have no value before the strike.
static int sweep_index(lua_State *L) {
  size_t n = lua_rawlen(L, lua_upvalueindex(1));
  for (size_t i = 1; i <= n; i++) {
    lua_rawgeti(L, lua_upvalueindex(1), (lua_Integer)i);
    if (lua_rawequal(L, -1, 2))
      return luaL_error(L,
                        "s.sweep.%s has no value before the strike: cases that differ in it are "
                        "still one run; read it after s:strike(...) was true",
                        lua_tostring(L, -1));
    lua_pop(L, 1);
  }
  return 0;
}

/// Counts the cases of the warm run; with `out` also fills it and the list of points on top of the
/// stack.
static size_t gather(lua_State *L, taut_script *script, const taut_suite *suite,
                     const taut_case_entry *entry, int scenario, taut_strike_case *out) {
  const taut_case_entry *entries = suite->cases.items;
  size_t n = 0;
  for (size_t i = 0; i < suite->cases.n; i++) {
    if (entries[i].i_scenario != entry->i_scenario) continue;
    if (strcmp(entries[i].view.warm, entry->view.warm) != 0) continue;
    n++;
    if (!out) continue;
    taut_push_sweep_point(L, scenario, entries[i].i_point, TAUT_SWEEP_WHOLE);
    lua_getfield(L, LUA_REGISTRYINDEX, DIMENSIONS);
    lua_rawgeti(L, -1, 1);
    lua_rawget(L, -3);
    const char *label = taut_pool_text(script->setup->pool, taut_push_text(L, -1));
    if (!label) taut_fail(L, "not enough memory");
    out[n - 1] = (taut_strike_case){.i_case = (uint32_t)i, .label = label};
    if (&entries[i] == entry) script->strike.i_case = n - 1;
    lua_pop(L, 3);
    lua_rawseti(L, -2, (lua_Integer)n);
  }
  return n;
}

/// Alone a case strikes for itself; a warm run strikes for the cases that it was asked for.
static void choose(taut_script *script) {
  taut_strike *strike = &script->strike;
  const taut_case_options *options = script->options;
  if (!options->branches) strike->cases[strike->i_case].may_strike = true;
  for (size_t i = 0; options->branches && i < strike->n_cases; i++)
    for (size_t k = 0; k < options->n_branches; k++)
      if (options->branches[k] == strike->cases[i].i_case) strike->cases[i].may_strike = true;
}

void taut_push_strike(lua_State *L, taut_script *script, const taut_suite *suite,
                      const taut_case_entry *entry, int scenario) {
  if (!*entry->view.warm) {
    taut_push_sweep_point(L, scenario, entry->i_point, TAUT_SWEEP_WHOLE);
    return;
  }
  luaL_checkstack(L, 20, "strike");
  taut_strike *strike = &script->strike;
  strike->struck_ns = -1;
  strike->means = "";
  if (!taut_push_branch(L, scenario)) taut_fail(L, "'branch' was changed");
  lua_setfield(L, LUA_REGISTRYINDEX, DIMENSIONS);
  lua_newtable(L);
  size_t n = gather(L, script, suite, entry, scenario, NULL);
  size_t n_faults = taut_plan_n_faults(script->setup->plan);
  strike->cases = taut_pool_take(script->setup->pool, n * sizeof *strike->cases);
  strike->was_on = taut_pool_take(script->setup->pool, (n_faults + 1) * sizeof *strike->was_on);
  if (!strike->cases || !strike->was_on) taut_fail(L, "not enough memory");
  strike->n_cases = gather(L, script, suite, entry, scenario, strike->cases);
  lua_setfield(L, LUA_REGISTRYINDEX, POINTS);
  choose(script);
  taut_push_sweep_point(L, scenario, entry->i_point, TAUT_SWEEP_WARM);
  lua_newtable(L);
  lua_getfield(L, LUA_REGISTRYINDEX, DIMENSIONS);
  lua_pushcclosure(L, sweep_index, 1);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  lua_pushvalue(L, -1);
  lua_setfield(L, LUA_REGISTRYINDEX, VISIBLE);
}

// ------------------------------------------------------------------------------------------ strike

/// Are the values at two stack indexes the same? Quantities are by value and dimensions.
static bool is_same(lua_State *L, int a, int b) {
  const taut_quantity *p = taut_to_quantity(L, a), *q = taut_to_quantity(L, b);
  if (!p || !q) return lua_rawequal(L, a, b);
  return memcmp(p->si, q->si, sizeof p->si) == 0 && !(p->si_value < q->si_value) &&
         !(p->si_value > q->si_value);
}

/// Does case `i` strike at the value at stack index 2?
static bool strikes_here(lua_State *L, const taut_strike *strike, size_t i) {
  if (!strike->cases[i].may_strike) return false;
  int top = lua_gettop(L);
  lua_getfield(L, LUA_REGISTRYINDEX, POINTS);
  lua_rawgeti(L, -1, (lua_Integer)i + 1);
  lua_getfield(L, LUA_REGISTRYINDEX, DIMENSIONS);
  lua_rawgeti(L, -1, 1);
  lua_rawget(L, top + 2);
  bool is_here = is_same(L, 2, -1);
  lua_settop(L, top);
  return is_here;
}

/// Gives `s.sweep` the values that case `i` has from here on.
static void reveal(lua_State *L, size_t i) {
  int top = lua_gettop(L);
  lua_getfield(L, LUA_REGISTRYINDEX, POINTS);
  lua_rawgeti(L, -1, (lua_Integer)i + 1);
  lua_getfield(L, LUA_REGISTRYINDEX, DIMENSIONS);
  lua_getfield(L, LUA_REGISTRYINDEX, VISIBLE);
  for (lua_Integer k = 1; lua_rawgeti(L, top + 3, k) != LUA_TNIL; k++) {
    lua_pushvalue(L, -1);
    lua_rawget(L, top + 2);
    lua_rawset(L, top + 4);
  }
  lua_settop(L, top);
}

/// Goes on as case `i` from here, or without it.
static bool become(taut_script *script, size_t i) {
  taut_strike *strike = &script->strike;
  const taut_case_options *options = script->options;
  strike->cases[i].may_strike = false;
  if (options->branches && !options->on_branch(options->user, strike->cases[i].i_case))
    return false;
  strike->i_case = i;
  return true;
}

int taut_script_strike(lua_State *L) {
  taut_script *script = taut_script_of(L);
  taut_strike *strike = &script->strike;
  luaL_checkany(L, 2);
  lua_settop(L, 2);
  if (strike->n_cases == 0)
    return luaL_error(L,
                      "a scenario that strikes says what differs from then on: "
                      "branch = { \"phase\", \"fault\" }");
  for (size_t i = 0; strike->struck_ns < 0 && i < strike->n_cases; i++) {
    if (!strikes_here(L, strike, i) || !become(script, i)) continue;
    strike->struck_ns = script->row_ns;
    reveal(L, i);
    taut_journal_say(script->journal, script->row_ns, TAUT_LOG_INFO, "", "strike at '%s'",
                     strike->cases[i].label);
    lua_pushboolean(L, true);
    return 1;
  }
  lua_pushboolean(L, false);
  return 1;
}

void taut_strike_end(taut_script *script) {
  taut_strike *strike = &script->strike;
  if (!script->options->branches || strike->struck_ns >= 0) return;
  for (size_t i = 0; i < strike->n_cases; i++)
    if (strike->cases[i].may_strike && become(script, i)) return;
}

// --------------------------------------------------------------------------------------- judgement

void taut_strike_note(taut_script *script, size_t n_changed, const char *format, ...) {
  taut_strike *strike = &script->strike;
  if (strike->n_cases == 0 || strike->struck_ns < 0 || strike->n_means > 0) return;
  char text[160];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  const char *kept = n_changed
                         ? taut_pool_format(script->journal->pool, "%s at %.3f s", text,
                                            (double)script->row_ns * 1e-9)
                         : taut_pool_format(script->journal->pool,
                                            "struck nothing: %s left the value as it was", text);
  if (!kept) script->journal->is_out_of_memory = true;
  strike->n_means += n_changed;
  strike->means = kept ? kept : "";
}

void taut_strike_judge(taut_script *script, int line) {
  const taut_strike *strike = &script->strike;
  if (strike->n_cases == 0) return;
  taut_check_result *check = taut_journal_check(script->journal);
  if (!check) return;
  bool has_struck = strike->struck_ns >= 0;
  const char *text = taut_pool_format(script->journal->pool,
                                      has_struck ? "strike at '%s'" : "never struck at '%s'",
                                      strike->cases[strike->i_case].label);
  if (!text) script->journal->is_out_of_memory = true;
  check->text = text ? text : "";
  check->line = line;
  if (!has_struck) {
    check->verdict = TAUT_INCONCLUSIVE;
    return;
  }
  check->expected = "a fault switched on or an input changed";
  check->got = *strike->means ? strike->means : "struck nothing";
  check->tick_ns = strike->struck_ns;
  if (strike->n_means == 0) check->verdict = TAUT_ERROR;
}

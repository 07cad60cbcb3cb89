// The methods of `s` that wait and check.

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/suggest.h"
#include "scenario/quantity.h"
#include "scenario/script.h"
#include "scenario/script_log.h"
#include "scenario/script_record.h"
#include "scenario/signals.h"

static const char HANDLE[] = "taut.always";

taut_script *taut_script_of(lua_State *L) {
  taut_script *script = taut_sandbox_of(L)->script;
  if (!script) taut_fail(L, "the scenario is over");
  if (lua_type(L, 1) != LUA_TUSERDATA || lua_touserdata(L, 1) == NULL)
    taut_fail(L, "call methods of s with a colon: s:wait(\"2 s\")");
  return script;
}

const char *taut_script_text(lua_State *L, taut_script *script, const char *text) {
  const char *copy = taut_pool_text(script->journal->pool, text);
  if (!copy) taut_fail(L, "not enough memory");
  return copy;
}

static int caller_line(lua_State *L) {
  char chunk[TAUT_CHUNK_MAX + 4];
  int line;
  taut_sandbox_where(L, 1, chunk, &line);
  return line;
}

/// Checks the options at `index` (nil is none) against `fields`.
static void check_options(lua_State *L, int index, const char *what, const taut_field *fields) {
  if (lua_isnoneornil(L, index)) return;
  if (lua_type(L, index) != LUA_TTABLE)
    taut_fail(L, "the options of %s are a table, got a %s", what, luaL_typename(L, index));
  taut_origin origin = {0};
  taut_sandbox_where(L, 1, origin.chunk, &origin.line);
  taut_check_fields(L, index, what, &origin, fields);
}

static const char *text_option(lua_State *L, taut_script *script, int index, const char *name,
                               const char *otherwise) {
  const char *text = otherwise;
  if (index && lua_type(L, index) == LUA_TTABLE) {
    if (lua_getfield(L, index, name) == LUA_TSTRING)
      text = taut_script_text(L, script, lua_tostring(L, -1));
    lua_pop(L, 1);
  }
  return text;
}

/// The id in the options, which must be that of a requirement.
static const char *id_option(lua_State *L, taut_script *script, int index) {
  char why[256];
  const char *id = text_option(L, script, index, "id", "");
  if (*id && !taut_register_knows(script->registers, id, why, sizeof why)) taut_fail(L, "%s", why);
  return id;
}

static bool flag_option(lua_State *L, int index, const char *name) {
  if (lua_type(L, index) != LUA_TTABLE) return false;
  lua_getfield(L, index, name);
  bool is_set = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return is_set;
}

taut_check_result *taut_script_check(lua_State *L, taut_script *script, int index,
                                     const char *expression, const taut_expr *expr) {
  const char *text = taut_script_text(L, script, expression);
  const char *id = id_option(L, script, index);
  const char *words = text_option(L, script, index, "text", text);
  taut_check_result *check = taut_journal_check(script->journal);
  if (!check) taut_fail(L, "there are more than %d checks", TAUT_CHECKS_MAX);
  script->n_checks++;
  check->id = id;
  check->text = words;
  check->expression = text;
  check->line = caller_line(L);
  check->tick_ns = script->row_ns;
  if (expr)
    check->signals =
        taut_signals_of_expr(expr, script->setup->plan, script->journal->pool, &check->n_signals);
  return check;
}

// ------------------------------------------------------------------------------------------- waits

static int script_wait(lua_State *L) {
  taut_script *script = taut_script_of(L);
  int64_t time_ns = taut_check_time(L, 2, "the time to wait");
  taut_wait wait = {.kind = TAUT_WAIT_TIME,
                    .until_ns = taut_script_row_after(script, time_ns),
                    .line = caller_line(L)};
  return taut_script_wait(L, script, &wait);
}

static int script_wait_until(lua_State *L) {
  static const taut_field OPTIONS[] = {{"within", "time", false},
                                       {"check", "boolean", false},
                                       {"id", "string", false},
                                       {"text", "string", false},
                                       {NULL, NULL, false}};
  taut_script *script = taut_script_of(L);
  const taut_expr *expr = taut_script_condition(L, script, 2);
  check_options(L, 3, "wait_until", OPTIONS);
  taut_wait wait = {
      .kind = TAUT_WAIT_UNTIL, .expr = expr, .until_ns = INT64_MAX, .line = caller_line(L)};
  if (lua_type(L, 3) == LUA_TTABLE) {
    if (lua_getfield(L, 3, "within") != LUA_TNIL) {
      wait.within_ns = taut_check_time(L, -1, "within");
      wait.until_ns = taut_script_row_after(script, wait.within_ns);
      wait.is_checked = true;
    }
    lua_pop(L, 1);
    wait.is_try = lua_getfield(L, 3, "check") == LUA_TBOOLEAN && !lua_toboolean(L, -1);
    lua_pop(L, 1);
  }
  wait.id = id_option(L, script, 3);
  wait.text = text_option(L, script, 3, "text", NULL);
  if (!wait.text) wait.text = taut_script_text(L, script, taut_expr_text(expr));
  if (taut_expr_holds(expr, script->values, &wait.is_met) != TAUT_OK)
    return luaL_error(L, "a signal of '%s' is NaN", taut_expr_text(expr));
  return taut_script_wait(L, script, &wait);
}

// ------------------------------------------------------------------------------------------ checks

static const taut_field CHECK_OPTIONS[] = {{"id", "string", false},
                                           {"text", "string", false},
                                           {"stop", "boolean", false},
                                           {NULL, NULL, false}};

static int script_expect(lua_State *L) {
  taut_script *script = taut_script_of(L);
  const taut_expr *expr = taut_script_condition(L, script, 2);
  check_options(L, 3, "expect", CHECK_OPTIONS);
  taut_judgement judgement;
  if (taut_expr_judge(expr, script->values, &judgement) != TAUT_OK)
    return luaL_error(L, "a signal of '%s' is NaN", taut_expr_text(expr));
  taut_explanation explanation;
  taut_expr_explain(expr, script->values, &judgement, &explanation);
  const char *unit = taut_script_text(L, script, judgement.unit);
  const char *expected = taut_script_text(L, script, explanation.expected);
  const char *got = taut_script_text(L, script, explanation.got);
  taut_check_result *check = taut_script_check(L, script, 3, taut_expr_text(expr), expr);
  check->has_margin = judgement.has_margin;
  check->margin = judgement.margin;
  check->unit = unit;
  check->expected = expected;
  check->got = got;
  if (!judgement.holds) {
    check->verdict = TAUT_FAIL;
    if (flag_option(L, 3, "stop")) return taut_script_stop(L, script);
  }
  lua_pushboolean(L, judgement.holds);
  return 1;
}

/// A check the script computed itself: s:check(ok, { text=, expected=, got=, margin= }).
static int script_check(lua_State *L) {
  static const taut_field OPTIONS[] = {{"text", "string", true},
                                       {"id", "string", false},
                                       {"expected", "string|number|quantity", false},
                                       {"got", "string|number|quantity", false},
                                       {"margin", "number|quantity", false},
                                       {"stop", "boolean", false},
                                       {NULL, NULL, false}};
  taut_script *script = taut_script_of(L);
  luaL_checkany(L, 2);
  if (lua_type(L, 3) != LUA_TTABLE)
    return luaL_error(L, "a check needs a text: s:check(ok, { text = \"what is required\" })");
  check_options(L, 3, "check", OPTIONS);
  lua_settop(L, 3);
  lua_getfield(L, 3, "margin");
  lua_getfield(L, 3, "expected");
  lua_getfield(L, 3, "got");
  const taut_quantity *q = taut_to_quantity(L, 4);
  const char *expected = lua_isnil(L, 5) ? "" : taut_push_text(L, 5);
  const char *got = lua_isnil(L, 6) ? "" : taut_push_text(L, 6);
  expected = taut_script_text(L, script, expected);
  got = taut_script_text(L, script, got);
  const char *unit = taut_script_text(L, script, q ? q->unit : "");
  taut_check_result *check = taut_script_check(L, script, 3, "", NULL);
  const taut_unit *known = q ? taut_unit_find(q->unit) : NULL;
  check->has_margin = !lua_isnil(L, 4);
  check->margin = q ? q->si_value / (known ? known->scale : 1) : lua_tonumber(L, 4);
  if (!isfinite(check->margin)) {
    check->has_margin = false;
    check->margin = 0;
  }
  check->unit = unit;
  check->expected = expected;
  check->got = got;
  bool is_ok = lua_toboolean(L, 2);
  if (!is_ok) {
    check->verdict = TAUT_FAIL;
    if (flag_option(L, 3, "stop")) return taut_script_stop(L, script);
  }
  lua_pushboolean(L, is_ok);
  return 1;
}

static int script_always(lua_State *L) {
  taut_script *script = taut_script_of(L);
  const taut_expr *expr = taut_script_condition(L, script, 2);
  static const taut_field OPTIONS[] = {
      {"id", "string", false}, {"text", "string", false}, {NULL, NULL, false}};
  check_options(L, 3, "always", OPTIONS);
  taut_watch *watch = taut_pool_take(script->journal->pool, sizeof *watch);
  taut_watch **place =
      watch ? taut_list_add(script->journal->pool, &script->watches, sizeof *place) : NULL;
  if (!place) return luaL_error(L, "not enough memory");
  *place = watch;
  taut_script_check(L, script, 3, taut_expr_text(expr), expr);
  watch->expr = expr;
  watch->i_check = script->journal->checks.n - 1;
  watch->first_ns = -1;
  watch->is_on = true;
  if (taut_watch_judge(script, watch, script->values, script->row_ns) != TAUT_OK)
    return luaL_error(L, "a signal of '%s' is NaN", taut_expr_text(expr));
  taut_watch **handle = lua_newuserdatauv(L, sizeof *handle, 0);
  *handle = watch;
  luaL_setmetatable(L, HANDLE);
  return 1;
}

static int always_stop(lua_State *L) {
  taut_watch **handle = luaL_checkudata(L, 1, HANDLE);
  if (!taut_sandbox_of(L)->script) return luaL_error(L, "the scenario is over");
  (*handle)->is_on = false;
  return 0;
}

static int always_index(lua_State *L) {
  const char *name = luaL_checkstring(L, 2);
  if (strcmp(name, "stop") != 0)
    return luaL_error(L, "what s:always returns has only :stop(), not '%s'", name);
  lua_pushcfunction(L, always_stop);
  return 1;
}

static int script_fail(lua_State *L) {
  taut_script *script = taut_script_of(L);
  taut_check_result *check = taut_script_check(L, script, 0, luaL_checkstring(L, 2), NULL);
  check->verdict = TAUT_FAIL;
  check->expression = "";
  return taut_script_stop(L, script);
}

// ----------------------------------------------------------------------------------------- reading

/// s:value(expr): SI number, 0 or 1 for a condition, the label of an enum; s:value(expr, "lb") in a
/// unit.
static int script_value(lua_State *L) {
  taut_script *script = taut_script_of(L);
  const taut_expr *expr = taut_script_compile(L, script, luaL_checkstring(L, 2));
  double value = 0;
  bool holds = false;
  if (taut_expr_kind_of(expr) == TAUT_EXPR_CONDITION) {
    if (taut_expr_holds(expr, script->values, &holds) != TAUT_OK)
      return luaL_error(L, "a signal of '%s' is NaN", taut_expr_text(expr));
    lua_pushnumber(L, holds);
    return 1;
  }
  if (taut_expr_value(expr, script->values, &value) != TAUT_OK)
    return luaL_error(L, "a signal of '%s' is NaN", taut_expr_text(expr));
  if (taut_expr_kind_of(expr) == TAUT_EXPR_LABEL) {
    lua_pushstring(L, taut_expr_label(expr, value));
    return 1;
  }
  if (!lua_isnoneornil(L, 3)) {
    const taut_unit *unit = taut_unit_find(luaL_checkstring(L, 3));
    if (!unit || memcmp(unit->si, taut_expr_si(expr), sizeof unit->si) != 0)
      return luaL_error(L, "'%s' is not a unit of '%s'", lua_tostring(L, 3), taut_expr_text(expr));
    value = (value - unit->offset) / unit->scale;
  }
  lua_pushnumber(L, value);
  return 1;
}

static int script_now(lua_State *L) {
  lua_pushnumber(L, (double)taut_script_of(L)->row_ns / 1e9);
  return 1;
}

static int script_log(lua_State *L) {
  taut_script_of(L);
  taut_push_text(L, 2);
  taut_script_print(L, lua_tostring(L, -1));
  return 0;
}

// ------------------------------------------------------------------------------------------- table

static const luaL_Reg METHODS[] = {{"always", script_always},
                                   {"check", script_check},
                                   {"clear", taut_script_clear},
                                   {"event", taut_script_event},
                                   {"expect", script_expect},
                                   {"fail", script_fail},
                                   {"fault", taut_script_fault},
                                   {"follow", taut_script_follow},
                                   {"label", taut_script_label},
                                   {"log", script_log},
                                   {"measure", taut_script_measure},
                                   {"note", taut_script_note},
                                   {"now", script_now},
                                   {"set", taut_script_set},
                                   {"skip", taut_script_skip},
                                   {"start_set", taut_script_start_set},
                                   {"strike", taut_script_strike},
                                   {"ticks", taut_script_ticks},
                                   {"value", script_value},
                                   {"wait", script_wait},
                                   {"wait_until", script_wait_until},
                                   {NULL, NULL}};

static int script_index(lua_State *L) {
  const char *name = luaL_checkstring(L, 2);
  taut_suggest suggest;
  taut_suggest_init(&suggest, name);
  if (strcmp(name, "sweep") == 0) {
    lua_getiuservalue(L, 1, 1);
    if (lua_isnil(L, -1)) return luaL_error(L, "the scenario has no sweep");
    return 1;
  }
  for (const luaL_Reg *method = METHODS; method->name; method++) {
    if (strcmp(method->name, name) == 0) {
      lua_pushcfunction(L, method->func);
      return 1;
    }
    taut_suggest_offer(&suggest, method->name);
  }
  taut_suggest_offer(&suggest, "sweep");
  if (suggest.best) return luaL_error(L, "s has no '%s'; did you mean '%s'?", name, suggest.best);
  return luaL_error(L, "s has no '%s'", name);
}

static int script_newindex(lua_State *L) {
  return luaL_error(L, "s cannot be changed; use a local variable");
}

void taut_push_script_methods(lua_State *L) {
  luaL_newmetatable(L, HANDLE);
  lua_pushcfunction(L, always_index);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  taut_push_record_handles(L);
  lua_newtable(L);
  lua_pushcfunction(L, script_index);
  lua_setfield(L, -2, "__index");
  lua_pushcfunction(L, script_newindex);
  lua_setfield(L, -2, "__newindex");
}

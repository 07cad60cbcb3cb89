// s:follow and s:measure: what is to be known of the rows between two lines of a script, without
// waking it.

#include "scenario/script_record.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char FOLLOW[] = "taut.follow";
static const char MEASURE[] = "taut.measure";

enum { ENTRIES_MAX = 2048, PORTS_MAX = 8, RECORDS_MAX = 32 };

/// Entries of a log that a component shows one at a time on its ports, counted by one of them.
typedef struct taut_follow {
  uint32_t counter;  ///< slot
  double seen;       ///< its last value
  uint32_t n_ports;
  taut_port ports[PORTS_MAX];
  const char *names[PORTS_MAX];
  size_t n, n_lost;
  int64_t *ticks_ns;  ///< (ENTRIES_MAX)
  double *values;     ///< (ENTRIES_MAX, n_ports)
} taut_follow;

/// The greatest value of a port, or how long a condition held.
typedef struct taut_measure {
  const taut_expr *expr;
  bool is_time;
  bool has_value;
  double value;
  int64_t n_rows;
} taut_measure;

// -------------------------------------------------------------------------------------------- rows

static void look(taut_follow *follow, const double *values, int64_t row_ns) {
  if (values[follow->counter] == follow->seen) return;
  follow->seen = values[follow->counter];
  if (follow->n == ENTRIES_MAX) {
    follow->n_lost++;
    return;
  }
  follow->ticks_ns[follow->n] = row_ns;
  double *kept = follow->values + follow->n * follow->n_ports;
  for (uint32_t i = 0; i < follow->n_ports; i++) kept[i] = values[follow->ports[i].slot];
  follow->n++;
}

taut_status taut_script_record(taut_script *script, const double *values, int64_t row_ns) {
  taut_follow **follows = script->follows.items;
  script->n_rows++;
  for (size_t i = 0; i < script->follows.n; i++) look(follows[i], values, row_ns);
  taut_measure **measures = script->measures.items;
  for (size_t i = 0; i < script->measures.n; i++) {
    taut_measure *m = measures[i];
    bool holds = false;
    double value = 0;
    taut_status status = m->is_time ? taut_expr_holds(m->expr, values, &holds)
                                    : taut_expr_value(m->expr, values, &value);
    if (status) {
      taut_journal_say(script->journal, row_ns, TAUT_LOG_ERROR, "", "a signal of '%s' is NaN",
                       taut_expr_text(m->expr));
      return TAUT_ENUMBER;
    }
    m->n_rows += holds;
    if (!m->is_time && (!m->has_value || value > m->value)) m->value = value;
    m->has_value = true;
  }
  return TAUT_OK;
}

// ------------------------------------------------------------------------------------------ follow

static taut_port find_port(lua_State *L, const taut_script *script, const char *name) {
  taut_port port;
  const taut_plan *plan = script->setup->plan;
  if (taut_plan_find(plan, name, &port) != TAUT_OK || port.kind == TAUT_PORT_PARAM) {
    const char *near = taut_plan_suggest(plan, name);
    luaL_error(L, "no port '%s'%s%s%s", name, near ? "; did you mean '" : "", near ? near : "",
               near ? "'?" : "");
  }
  return port;
}

/// A NULL-free place in a list of the script; raises an error when there are too many.
static void *add_record(lua_State *L, taut_script *script, taut_list *list, size_t size) {
  if (list->n >= RECORDS_MAX)
    luaL_error(L, "a script follows and measures at most %d things", RECORDS_MAX);
  void *record = taut_pool_take(script->journal->pool, size);
  void **place = record ? taut_list_add(script->journal->pool, list, sizeof *place) : NULL;
  if (!place) luaL_error(L, "not enough memory");
  *place = record;
  return record;
}

static void push_handle(lua_State *L, const char *kind, void *record) {
  void **handle = lua_newuserdatauv(L, sizeof *handle, 0);
  *handle = record;
  luaL_setmetatable(L, kind);
}

int taut_script_follow(lua_State *L) {
  taut_script *script = taut_script_of(L);
  taut_port counter = find_port(L, script, luaL_checkstring(L, 2));
  luaL_checktype(L, 3, LUA_TTABLE);
  lua_Integer n = (lua_Integer)lua_rawlen(L, 3);
  if (n < 1 || n > PORTS_MAX) return luaL_error(L, "follow 1 to %d ports", PORTS_MAX);
  taut_follow *follow = add_record(L, script, &script->follows, sizeof *follow);
  taut_pool *pool = script->journal->pool;
  follow->counter = counter.slot;
  follow->seen = script->values[counter.slot];
  follow->ticks_ns = taut_pool_take(pool, ENTRIES_MAX * sizeof *follow->ticks_ns);
  follow->values = taut_pool_take(pool, ENTRIES_MAX * (size_t)n * sizeof *follow->values);
  if (!follow->ticks_ns || !follow->values) {
    script->follows.n--;
    return luaL_error(L, "not enough memory");
  }
  for (lua_Integer i = 1; i <= n; i++) {
    lua_rawgeti(L, 3, i);
    const char *name = luaL_checkstring(L, -1);
    follow->ports[follow->n_ports] = find_port(L, script, name);
    follow->names[follow->n_ports++] = taut_script_text(L, script, name);
    lua_pop(L, 1);
  }
  push_handle(L, FOLLOW, follow);
  return 1;
}

static void push_port(lua_State *L, const taut_port *port, double value) {
  const char *const *labels = port->signal->labels;
  if (labels && value >= 0 && value <= port->signal->max)
    lua_pushstring(L, labels[(size_t)value]);
  else
    lua_pushnumber(L, value);
}

/// handle:take(): the entries since the last time, { { t = 1.5, ["session.log"] = "rep" }, ... }.
static int follow_take(lua_State *L) {
  taut_follow *follow = *(taut_follow **)luaL_checkudata(L, 1, FOLLOW);
  if (!taut_sandbox_of(L)->script) return luaL_error(L, "the scenario is over");
  if (follow->n_lost)
    return luaL_error(L, "%d entries were lost: take them at least every %d", (int)follow->n_lost,
                      ENTRIES_MAX);
  lua_createtable(L, (int)follow->n, 0);
  for (size_t i = 0; i < follow->n; i++) {
    lua_createtable(L, 0, (int)follow->n_ports + 1);
    lua_pushnumber(L, (double)follow->ticks_ns[i] / 1e9);
    lua_setfield(L, -2, "t");
    for (uint32_t k = 0; k < follow->n_ports; k++) {
      push_port(L, &follow->ports[k], follow->values[i * follow->n_ports + k]);
      lua_setfield(L, -2, follow->names[k]);
    }
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  follow->n = 0;
  return 1;
}

// ----------------------------------------------------------------------------------------- measure

int taut_script_measure(lua_State *L) {
  static const char *const KINDS[] = {"greatest", "time", NULL};
  taut_script *script = taut_script_of(L);
  bool is_time = luaL_checkoption(L, 2, NULL, KINDS) == 1;
  const taut_expr *expr = is_time ? taut_script_condition(L, script, 3)
                                  : taut_script_compile(L, script, luaL_checkstring(L, 3));
  if (!is_time && taut_expr_kind_of(expr) == TAUT_EXPR_CONDITION)
    return luaL_error(L, "'%s' is a condition; the greatest value is of a number",
                      taut_expr_text(expr));
  taut_measure *measure = add_record(L, script, &script->measures, sizeof *measure);
  measure->expr = expr;
  measure->is_time = is_time;
  push_handle(L, MEASURE, measure);
  return 1;
}

/// handle:take(): the greatest value (SI) or the time [s] since the last call; nil without a row.
static int measure_take(lua_State *L) {
  taut_measure *measure = *(taut_measure **)luaL_checkudata(L, 1, MEASURE);
  const taut_script *script = taut_sandbox_of(L)->script;
  if (!script) return luaL_error(L, "the scenario is over");
  if (measure->is_time)
    lua_pushnumber(L, (double)measure->n_rows * (double)script->period_ns / 1e9);
  else if (measure->has_value)
    lua_pushnumber(L, measure->value);
  else
    lua_pushnil(L);
  measure->n_rows = 0;
  measure->has_value = false;
  return 1;
}

/// s:label(port, number): what an enum calls a value, also one that came as a number elsewhere.
int taut_script_label(lua_State *L) {
  const taut_script *script = taut_script_of(L);
  const char *name = luaL_checkstring(L, 2);
  double value = luaL_checknumber(L, 3);
  taut_port port = find_port(L, script, name);
  const char *const *labels = port.signal->labels;
  if (!labels) return luaL_error(L, "'%s' has no labels", name);
  if (!(value >= 0 && value <= port.signal->max && rint(value) == value))
    return luaL_error(L, "'%s' has no label number %f", name, value);
  lua_pushstring(L, labels[(size_t)value]);
  return 1;
}

int taut_script_ticks(lua_State *L) {
  const taut_script *script = taut_script_of(L);
  lua_pushinteger(L, (lua_Integer)(script->n_rows * (script->period_ns / script->base_ns)));
  return 1;
}

// ------------------------------------------------------------------------------------------
// handles

static int handle_index(lua_State *L) {
  const char *name = luaL_checkstring(L, 2);
  if (strcmp(name, "take") != 0)
    return luaL_error(L, "what s:follow and s:measure return has only :take(), not '%s'", name);
  lua_pushcfunction(L, luaL_testudata(L, 1, FOLLOW) ? follow_take : measure_take);
  return 1;
}

void taut_push_record_handles(lua_State *L) {
  const char *const kinds[] = {FOLLOW, MEASURE};
  for (int i = 0; i < 2; i++) {
    luaL_newmetatable(L, kinds[i]);
    lua_pushcfunction(L, handle_index);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
  }
}

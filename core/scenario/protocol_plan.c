// From a protocol to the parameters of the session software and of the person.

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "scenario/api.h"
#include "scenario/protocol.h"

/// What the session software is told.
static void set_session(taut_setup *setup, const taut_protocol *p) {
  for (size_t i = 0; i < p->n_values; i++) {
    const taut_protocol_value *v = &p->values[i];
    taut_origin place = v->is_shared ? p->rules_origin : p->origin;
    place.line = v->line;
    lua_pushnumber(setup->L, v->value);
    taut_setup_slot(setup, "session", v->name, (uint32_t)v->slot, &place);
  }
}

static void set_row(taut_setup *setup, const taut_protocol *p, const char *name, size_t row,
                    double value) {
  if (isnan(value)) return;
  lua_pushnumber(setup->L, value);
  taut_setup_slot(setup, "user", name, (uint32_t)row, &p->origin);
}

/// A row of the person's table: the exercise's file, and what the protocol says otherwise.
static void set_exercise(taut_setup *setup, const taut_protocol *p, size_t row) {
  lua_State *L = setup->L;
  const taut_protocol_exercise *exercise = &p->exercises[row];
  taut_origin place;
  taut_push_data(L, "exercises", exercise->name, "parameters");
  taut_origin_of(L, -1, "parameters", &place);
  if (lua_getfield(L, -1, "user") == LUA_TTABLE) {
    taut_push_sorted_keys(L, -1);
    for (lua_Integer i = 1; lua_rawgeti(L, -1, i) == LUA_TSTRING; i++) {
      char name[96];
      snprintf(name, sizeof name, "table_%s", lua_tostring(L, -1));
      lua_rawget(L, -3);
      taut_setup_slot(setup, "user", name, (uint32_t)row, &place);
    }
    lua_pop(L, 2);
  }
  lua_pop(L, 2);
  set_row(setup, p, "table_concentric_s", row, exercise->lift_s);
  set_row(setup, p, "table_pause_s", row, exercise->pause_s);
  set_row(setup, p, "table_eccentric_s", row, exercise->lower_s);
  set_row(setup, p, "table_hold_s", row, exercise->hold_s);
  // She goes on until she is told: what counts is the session's to say.
  if (isnan(exercise->hold_s)) set_row(setup, p, "table_reps", row, 0);
}

void taut_setup_protocol(taut_setup *setup, const taut_protocol *protocol) {
  luaL_checkstack(setup->L, 20, "protocol");
  set_session(setup, protocol);
  for (size_t i = 0; i < protocol->n_exercises; i++) set_exercise(setup, protocol, i);
}

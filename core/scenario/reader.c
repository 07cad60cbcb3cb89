// Values of data tables, each with its unit and range.

#include "scenario/reader.h"

#include <lauxlib.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/suggest.h"
#include "scenario/quantity.h"
#include "taut/monitor.h"

// ------------------------------------------------------------------------------------------ places

static const taut_step *path_to(const taut_reader *r, const char *name, taut_step *path,
                                size_t *n_steps) {
  memcpy(path, r->steps, r->n_steps * sizeof *path);
  *n_steps = r->n_steps;
  if (name) path[(*n_steps)++] = (taut_step){.name = name};
  return path;
}

int taut_reader_line(const taut_reader *r, const char *name) {
  taut_step path[TAUT_READER_DEPTH + 1];
  size_t n_steps;
  path_to(r, name, path, &n_steps);
  const char *text = taut_sandbox_source(r->L, r->origin.chunk);
  return taut_place_line(text, r->origin.line, path, n_steps);
}

void taut_reader_raise(taut_reader *r, const char *name, const char *format, ...) {
  char text[TAUT_MESSAGE_MAX];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  taut_raise(r->L, r->origin.chunk, taut_reader_line(r, name), "%s%s%s", r->where,
             *r->where ? ": " : "", text);
}

bool taut_reader_enter(taut_reader *r, const char *name, int index) {
  lua_State *L = r->L;
  luaL_checkstack(L, 20, "reader");
  int type = name ? lua_getfield(L, -1, name) : lua_rawgeti(L, -1, index);
  if (type == LUA_TNIL) {
    lua_pop(L, 1);
    return false;
  }
  if (r->n_steps >= TAUT_READER_DEPTH) taut_reader_raise(r, name, "the tables are nested too deep");
  r->steps[r->n_steps++] = (taut_step){name, index};
  if (type != LUA_TTABLE)
    taut_reader_raise(r, NULL, "expected a table { ... }, got %s", taut_push_text(L, -1));
  return true;
}

void taut_reader_leave(taut_reader *r) {
  lua_pop(r->L, 1);
  r->n_steps--;
}

// ------------------------------------------------------------------------------------------ tables

void taut_reader_fields(taut_reader *r, const char *what, const taut_field *fields,
                        int n_elements) {
  lua_State *L = r->L;
  taut_origin here = r->origin;
  here.line = taut_reader_line(r, NULL);
  lua_newtable(L);  // the fields with a name
  for (lua_pushnil(L); lua_next(L, -3);) {
    lua_Integer place = lua_isinteger(L, -2) ? lua_tointeger(L, -2) : 0;
    if (place >= 1 && place <= n_elements) {
      lua_pop(L, 1);
      continue;
    }
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, -4);
  }
  taut_check_fields(L, -1, what, &here, fields);
  lua_pop(L, 1);
}

int taut_reader_count(taut_reader *r, const char *name, int least, int most) {
  lua_State *L = r->L;
  lua_Integer n = (lua_Integer)lua_rawlen(L, -1), n_keys = 0;
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) n_keys++;
  if (n != n_keys) taut_reader_raise(r, NULL, "'%s' is a list without names or gaps", name);
  if (n < least)
    taut_reader_raise(r, NULL, "'%s' has %d element%s, expected at least %d", name, (int)n,
                      n == 1 ? "" : "s", least);
  if (n > most)
    taut_reader_raise(r, NULL, "'%s' has %d elements, expected at most %d", name, (int)n, most);
  return (int)n;
}

// ------------------------------------------------------------------------------------------
// numbers

/// Pushes the field; true when it is there. A missing one that is required raises an error.
static bool push_field(taut_reader *r, const char *name, double otherwise) {
  if (lua_getfield(r->L, -1, name) != LUA_TNIL) return true;
  lua_pop(r->L, 1);
  if (isnan(otherwise)) taut_reader_raise(r, NULL, "'%s' is missing", name);
  return false;
}

double taut_reader_whole(taut_reader *r, const char *name, double lo, double hi, double otherwise) {
  if (!push_field(r, name, otherwise)) return otherwise;
  double value = lua_type(r->L, -1) == LUA_TNUMBER ? lua_tonumber(r->L, -1) : (double)NAN;
  if (!(value >= lo && value <= hi && rint(value) == value)) {
    double near = value < lo ? lo : value > hi ? hi : rint(value);
    char hint[64] = "";
    if (isfinite(near)) snprintf(hint, sizeof hint, "; the nearest is %s = %.10g", name, near);
    taut_reader_raise(r, name, "%s = %s, expected a whole number from %.10g to %.10g%s", name,
                      taut_push_text(r->L, -1), lo, hi, hint);
  }
  lua_pop(r->L, 1);
  return value;
}

static const int8_t TIME[8] = {0, 0, 1};
static const int8_t FORCE[8] = {1, 1, -2};
static const int8_t LENGTH[8] = {0, 1};
static const int8_t SPEED[8] = {0, 1, -1};
static const int8_t PLAIN[8] = {0};

/// A quantity of these dimensions within a range given in `unit`; in that unit.
static double read_quantity(taut_reader *r, const char *name, const int8_t si[8], const char *unit,
                            double lo, double hi, double otherwise) {
  lua_State *L = r->L;
  if (!push_field(r, name, otherwise)) return otherwise;
  const taut_quantity *q = taut_to_quantity(L, -1);
  const taut_unit *known = taut_unit_find(unit);
  double scale = known ? known->scale : 1;
  if (!q && lua_type(L, -1) == LUA_TNUMBER) {
    char hint[96];
    taut_quantity_hint(hint, sizeof hint, lua_tonumber(L, -1), si, unit);
    taut_reader_raise(r, name, "%s = %s has no unit%s", name, taut_push_text(L, -1), hint);
  }
  if (!q || memcmp(q->si, si, sizeof q->si) != 0) {
    char hint[96];
    taut_quantity_hint(hint, sizeof hint, lo, si, unit);
    const char *example = *hint ? strrchr(hint, ' ') + 1 : "";
    taut_reader_raise(r, name, "%s = %s, expected a value in %s such as %.*s", name,
                      taut_push_text(L, -1), unit, (int)strcspn(example, "?"), example);
  }
  double value = q->si_value / scale;
  if (!(value >= lo - 1e-9 && value <= hi + 1e-9))
    taut_reader_raise(r, name, "%s = %s, expected %.10g to %.10g %s; the nearest is %.10g %s", name,
                      taut_push_text(L, -1), lo, hi, unit, value < lo ? lo : hi, unit);
  lua_pop(L, 1);
  return value;
}

double taut_reader_time(taut_reader *r, const char *name, double lo_s, double hi_s,
                        double otherwise_s) {
  return read_quantity(r, name, TIME, "s", lo_s, hi_s, otherwise_s);
}

double taut_reader_length(taut_reader *r, const char *name, double lo_m, double hi_m,
                          double otherwise_m) {
  return read_quantity(r, name, LENGTH, "m", lo_m, hi_m, otherwise_m);
}

double taut_reader_speed(taut_reader *r, const char *name, double lo_m_s, double hi_m_s,
                         double otherwise_m_s) {
  return read_quantity(r, name, SPEED, "m/s", lo_m_s, hi_m_s, otherwise_m_s);
}

double taut_reader_share(taut_reader *r, const char *name, double lo, double hi, double otherwise) {
  return read_quantity(r, name, PLAIN, "percent", lo * 100, hi * 100, otherwise * 100) / 100;
}

double taut_reader_pounds(taut_reader *r, const char *name, double lo_lb, double hi_lb,
                          double otherwise_lb) {
  double pounds = read_quantity(r, name, FORCE, "lb", lo_lb, hi_lb, otherwise_lb);
  double whole = rint(pounds);
  if (fabs(pounds - whole) > 1e-6)
    taut_reader_raise(r, name,
                      "%s = %.6g lb, expected whole pounds; did you mean lb(%.0f) or lb(%.0f)?",
                      name, pounds, floor(pounds), ceil(pounds));
  return whole;
}

// --------------------------------------------------------------------------------------------
// words

bool taut_reader_has(taut_reader *r, const char *name) {
  bool is_there = lua_getfield(r->L, -1, name) != LUA_TNIL;
  lua_pop(r->L, 1);
  return is_there;
}

bool taut_reader_flag(taut_reader *r, const char *name) {
  int type = lua_getfield(r->L, -1, name);
  if (type != LUA_TNIL && type != LUA_TBOOLEAN)
    taut_reader_raise(r, name, "%s = %s, expected true or false", name, taut_push_text(r->L, -1));
  bool is_set = lua_toboolean(r->L, -1);
  lua_pop(r->L, 1);
  return is_set;
}

const char *taut_reader_text(taut_reader *r, const char *name) {
  int type = lua_getfield(r->L, -1, name);
  if (type != LUA_TNIL && (type != LUA_TSTRING || !*lua_tostring(r->L, -1)))
    taut_reader_raise(r, name, "%s = %s, expected a text \"...\"", name, taut_push_text(r->L, -1));
  const char *text = lua_tostring(r->L, -1);  // the table holds it
  lua_pop(r->L, 1);
  return text;
}

const char *taut_reader_need_text(taut_reader *r, const char *name) {
  const char *text = taut_reader_text(r, name);
  if (!text) taut_reader_raise(r, NULL, "'%s' is missing; write %s = \"...\"", name, name);
  return text;
}

/// The word on top of the stack, popped.
static int read_word(taut_reader *r, const char *name, const char *const *words) {
  lua_State *L = r->L;
  taut_suggest suggest;
  const char *word = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
  taut_suggest_init(&suggest, word);
  char list[384] = "";
  for (int i = 0; words[i]; i++) {
    if (strcmp(words[i], word) == 0) {
      lua_pop(L, 1);
      return i;
    }
    taut_suggest_offer(&suggest, words[i]);
    size_t n = strlen(list);
    snprintf(list + n, sizeof list - n, "%s%s", i ? ", " : "", words[i]);
  }
  if (suggest.best)
    taut_reader_raise(r, name, "there is no '%s' here; did you mean '%s'?", word, suggest.best);
  taut_reader_raise(r, name, "there is no '%s' here; there are %s", taut_push_text(L, -1), list);
}

int taut_reader_word(taut_reader *r, const char *name, const char *const *words) {
  if (lua_getfield(r->L, -1, name) != LUA_TNIL) return read_word(r, name, words);
  lua_pop(r->L, 1);
  return -1;
}

int taut_reader_word_at(taut_reader *r, int index, const char *const *words) {
  if (lua_rawgeti(r->L, -1, index) != LUA_TNIL) return read_word(r, NULL, words);
  lua_pop(r->L, 1);
  return -1;
}

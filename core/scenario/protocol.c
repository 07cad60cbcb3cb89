// taut.protocol { ... }: phases and weeks.

#include "scenario/protocol.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "scenario/api.h"
#include "scenario/protocol_parts.h"

static const char PROTOCOLS[] = "taut.protocols";

static const taut_field PROTOCOL[] = {
    {"name", "string", true},        {"title", "string", true},
    {"help", "string", false},       {"guide", "string", false},
    {"source", TAUT_ANY, false},     {"rig", "string", false},
    {"in_order", TAUT_ANY, false},   {"warm_up", TAUT_ANY, false},
    {"progress", TAUT_ANY, false},   {"tired", TAUT_ANY, false},
    {"load_caps", TAUT_ANY, false},  {"phases", TAUT_ANY, false},
    {"relief", TAUT_ANY, false},     {"not_prescribed", TAUT_ANY, false},
    {"rules", "table", false},       {"eligibility", TAUT_ANY, false},
    {"stop_rules", TAUT_ANY, false}, {"contraindications", TAUT_ANY, false},
    {"referrals", TAUT_ANY, false},  {NULL, NULL, false}};
static const taut_field PHASE[] = {{"name", TAUT_ANY, false},   {"goal", TAUT_ANY, false},
                                   {"weeks", TAUT_ANY, false},  {"days_per_week", TAUT_ANY, false},
                                   {"marker", TAUT_ANY, false}, {"exercises", TAUT_ANY, false},
                                   {"source", TAUT_ANY, false}, {NULL, NULL, false}};
static const taut_field MARKER[] = {
    {"text", TAUT_ANY, false},    {"clean_weeks", TAUT_ANY, false}, {"clean_reps", TAUT_ANY, false},
    {"confirm", TAUT_ANY, false}, {"source", TAUT_ANY, false},      {NULL, NULL, false}};
static const taut_field WARM_UP[] = {{"load", TAUT_ANY, false},
                                     {"reps", TAUT_ANY, false},
                                     {"source", TAUT_ANY, false},
                                     {NULL, NULL, false}};
static const taut_field PROGRESS[] = {{"clean_reps", TAUT_ANY, false},
                                      {"clean_sessions", TAUT_ANY, false},
                                      {"source", TAUT_ANY, false},
                                      {NULL, NULL, false}};
static const taut_field TIRED[] = {{"sleep", TAUT_ANY, false},
                                   {"load", TAUT_ANY, false},
                                   {"reserve", TAUT_ANY, false},
                                   {"source", TAUT_ANY, false},
                                   {NULL, NULL, false}};
static const taut_field CAP[] = {{"weeks", TAUT_ANY, false},
                                 {"load", TAUT_ANY, false},
                                 {"source", TAUT_ANY, false},
                                 {NULL, NULL, false}};

enum { CAPS_MAX = 4 };

void taut_protocol_add(taut_reader *r, taut_protocol *p, const char *name, int slot, double value) {
  if (p->n_values >= TAUT_PROTOCOL_VALUES_MAX)
    taut_reader_raise(r, NULL, "the protocol is too long");
  p->values[p->n_values++] =
      (taut_protocol_value){name, slot, value, taut_reader_line(r, NULL), p->is_in_rules};
}

static void copy_name(taut_reader *r, char out[TAUT_PROTOCOL_NAME_MAX], const char *name) {
  size_t n = name ? strlen(name) : 0;
  if (n == 0 || n >= TAUT_PROTOCOL_NAME_MAX ||
      strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != n)
    taut_reader_raise(r, "name", "name = \"%s\", expected a word of a-z, 0-9 and _",
                      name ? name : "");
  memcpy(out, name, n + 1);
}

// ------------------------------------------------------------------------------------------ phases

/// A number, or { least, most }.
static void read_span(taut_reader *r, const char *name, double lo, double hi, double out[2]) {
  lua_State *L = r->L;
  bool is_table = lua_getfield(L, -1, name) == LUA_TTABLE;
  lua_pop(L, 1);
  if (!is_table) {
    out[0] = out[1] = taut_reader_whole(r, name, lo, hi, NAN);
    return;
  }
  taut_reader_enter(r, name, 0);
  taut_reader_count(r, name, 2, 2);
  for (int i = 0; i < 2; i++) {
    lua_rawgeti(L, -1, i + 1);
    out[i] = lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) : (double)NAN;
    if (!(out[i] >= lo && out[i] <= hi && rint(out[i]) == out[i]))
      taut_reader_raise(r, NULL, "%s has %s, expected whole numbers from %g to %g", name,
                        taut_push_text(L, -1), lo, hi);
    lua_pop(L, 1);
  }
  if (out[0] > out[1])
    taut_reader_raise(r, NULL,
                      "%s = { %g, %g }, expected the smaller first; did you mean"
                      " { %g, %g }?",
                      name, out[0], out[1], out[1], out[0]);
  taut_reader_leave(r);
}

/// Weeks follow each other without gap and overlap.
static void check_weeks(taut_reader *r, const taut_protocol *p, const taut_protocol_phase *phase) {
  const taut_protocol_phase *last = p->n_phases > 0 ? &p->phases[p->n_phases - 1] : NULL;
  int expected = last ? last->last_week + 1 : 1;
  if (phase->first_week == expected) return;
  int length = phase->last_week - phase->first_week;
  char hint[96];
  snprintf(hint, sizeof hint, "; did you mean weeks = { %d, %d }?", expected, expected + length);
  if (!last)
    taut_reader_raise(r, "weeks", "the first phase begins in week %d, expected week 1%s",
                      phase->first_week, hint);
  if (phase->first_week < expected)
    taut_reader_raise(r, "weeks", "weeks %d to %d overlap phase '%s' (weeks %d to %d)%s",
                      phase->first_week, phase->last_week, last->name, last->first_week,
                      last->last_week, hint);
  taut_reader_raise(r, "weeks", "week %d belongs to no phase: '%s' ends with week %d%s", expected,
                    last->name, last->last_week, hint);
}

static void read_marker(taut_reader *r, taut_protocol *p, const taut_protocol_phase *phase) {
  int slot = (int)p->n_phases, n_weeks = phase->last_week - phase->first_week + 1;
  if (!taut_reader_enter(r, "marker", 0))
    taut_reader_raise(r, NULL,
                      "the phase has no marker, so nobody knows when it is done; write marker ="
                      " { text = \"...\", clean_weeks = 1 }");
  taut_reader_fields(r, "marker", MARKER, 0);
  taut_reader_need_text(r, "text");
  double clean_weeks = taut_reader_whole(r, "clean_weeks", 0, TAUT_PROTOCOL_WEEKS_MAX, 0);
  double clean_reps = taut_reader_whole(r, "clean_reps", 1, 60, 0);
  bool confirm = taut_reader_flag(r, "confirm");
  if (clean_weeks == 0 && clean_reps == 0 && !confirm)
    taut_reader_raise(r, NULL,
                      "the marker asks for nothing; write clean_weeks = 1, clean_reps = 20 or"
                      " confirm = true");
  if (clean_weeks > n_weeks)
    taut_reader_raise(r, "clean_weeks", "clean_weeks = %.0f, but the phase has %d week%s",
                      clean_weeks, n_weeks, n_weeks == 1 ? "" : "s");
  taut_protocol_add(r, p, "phase_marker_clean_days", slot, 7 * clean_weeks);
  taut_protocol_add(r, p, "phase_marker_reps", slot, clean_reps);
  taut_protocol_add(r, p, "phase_marker_confirm", slot, confirm);
  taut_protocol_read_source(r);
  taut_reader_leave(r);
}

static void read_exercises(taut_reader *r, taut_protocol *p, const char *field, int phase,
                           bool is_required) {
  if (!taut_reader_enter(r, field, 0)) {
    if (!is_required) return;
    taut_reader_raise(r, NULL,
                      "the phase has no exercises; write exercises = { { \"glute_bridge\","
                      " sets = 3, reps = 15, load = lb(10), source = \"...\" } }");
  }
  int n = taut_reader_count(r, field, 1, TAUT_PROTOCOL_ENTRIES_MAX);
  for (int i = 1; i <= n; i++) {
    taut_reader_enter(r, NULL, i);
    taut_protocol_read_exercise(r, p, phase, i);
    taut_reader_leave(r);
  }
  taut_reader_leave(r);
}

static void read_phase(taut_reader *r, taut_protocol *p) {
  taut_protocol_phase phase = {0};
  const char *name = taut_reader_need_text(r, "name");
  snprintf(r->where, sizeof r->where, "phase '%s'", name ? name : "");
  taut_reader_fields(r, "phase", PHASE, 0);
  copy_name(r, phase.name, name);
  for (size_t i = 0; i < p->n_phases; i++)
    if (strcmp(p->phases[i].name, phase.name) == 0)
      taut_reader_raise(r, "name", "two phases are called '%s'", phase.name);
  double weeks[2], days[2];
  read_span(r, "weeks", 1, TAUT_PROTOCOL_WEEKS_MAX, weeks);
  read_span(r, "days_per_week", 1, 7, days);
  phase.first_week = (int)weeks[0];
  phase.last_week = (int)weeks[1];
  check_weeks(r, p, &phase);
  int slot = (int)p->n_phases;
  taut_protocol_add(r, p, "phase_weeks", slot, weeks[1] - weeks[0] + 1);
  taut_protocol_add(r, p, "phase_days_min", slot, days[0]);
  taut_protocol_add(r, p, "phase_days_max", slot, days[1]);
  read_marker(r, p, &phase);
  taut_reader_text(r, "goal");
  taut_protocol_read_source(r);
  read_exercises(r, p, "exercises", slot + 1, true);
  p->phases[p->n_phases++] = phase;
  r->where[0] = 0;
}

// -------------------------------------------------------------------------------------- the whole

/// The name is how the protocol is found, so a copied file that kept its old one would mislead.
static void check_name(taut_reader *r, const taut_protocol *p) {
  const char *file = strrchr(r->origin.chunk, '/');
  file = file ? file + 1 : r->origin.chunk;
  size_t n = strcspn(file, ".");
  if (strlen(p->name) != n || strncmp(p->name, file, n) != 0)
    taut_reader_raise(r, "name", "name = \"%s\" in the file %s; did you mean \"%.*s\"?", p->name,
                      file, (int)n, file);
}

static void read_progress(taut_reader *r, taut_protocol *p) {
  if (!taut_reader_enter(r, "progress", 0)) return;
  taut_reader_fields(r, "progress", PROGRESS, 0);
  taut_protocol_add(r, p, "progress_reps", 0,
                    taut_reader_whole(r, "clean_reps", 1, 100, (double)NAN));
  taut_protocol_add(r, p, "clean_sessions", 0,
                    taut_reader_whole(r, "clean_sessions", 0, 20, (double)NAN));
  taut_protocol_read_source(r);
  taut_reader_leave(r);
}

static void read_warm_up(taut_reader *r, taut_protocol *p) {
  if (!taut_reader_enter(r, "warm_up", 0)) return;
  taut_reader_fields(r, "warm_up", WARM_UP, 0);
  taut_protocol_add(r, p, "warm_up_share", 0, taut_reader_share(r, "load", 0.1, 0.5, (double)NAN));
  taut_protocol_add(r, p, "warm_up_reps", 0, taut_reader_whole(r, "reps", 1, 30, (double)NAN));
  taut_protocol_read_source(r);
  taut_reader_leave(r);
}

static void read_tired(taut_reader *r, taut_protocol *p) {
  if (!taut_reader_enter(r, "tired", 0)) return;
  taut_reader_fields(r, "tired", TIRED, 0);
  taut_protocol_add(r, p, "tired_sleep_s", 0,
                    taut_reader_time(r, "sleep", 3600, 43200, (double)NAN));
  taut_protocol_add(r, p, "tired_share", 0, taut_reader_share(r, "load", 0.1, 1, (double)NAN));
  taut_protocol_add(r, p, "tired_reps", 0, taut_reader_whole(r, "reserve", 0, 10, (double)NAN));
  taut_protocol_read_source(r);
  taut_reader_leave(r);
}

/// Caps on the load by weeks after a birth, rising.
static void read_caps(taut_reader *r, taut_protocol *p) {
  if (!taut_reader_enter(r, "load_caps", 0)) return;
  int n = taut_reader_count(r, "load_caps", 1, CAPS_MAX);
  double last_weeks = 0, last_share = 0;
  for (int i = 0; i < n; i++) {
    if (!taut_reader_enter(r, NULL, i + 1)) continue;
    taut_reader_fields(r, "load cap", CAP, 0);
    double weeks = taut_reader_whole(r, "weeks", 1, 520, (double)NAN);
    double share = taut_reader_share(r, "load", 0.05, 1, (double)NAN);
    if (weeks <= last_weeks || share < last_share)
      taut_reader_raise(r, NULL,
                        "until week %.0f %.0f %%, after until week %.0f %.0f %%; expected"
                        " rising weeks and loads",
                        weeks, 100 * share, last_weeks, 100 * last_share);
    last_weeks = weeks;
    last_share = share;
    taut_protocol_add(r, p, "cap_weeks", i, weeks);
    taut_protocol_add(r, p, "cap_share", i, share);
    taut_protocol_read_source(r);
    taut_reader_leave(r);
  }
  taut_reader_leave(r);
}

static void read_protocol(taut_reader *r, taut_protocol *p) {
  taut_reader_fields(r, "protocol", PROTOCOL, 0);
  copy_name(r, p->name, taut_reader_text(r, "name"));
  check_name(r, p);
  taut_reader_need_text(r, "title");
  taut_protocol_read_source(r);
  read_progress(r, p);
  read_warm_up(r, p);
  read_tired(r, p);
  read_caps(r, p);
  taut_protocol_add(r, p, "program_is_ordered", 0, taut_reader_flag(r, "in_order"));
  if (!taut_reader_enter(r, "phases", 0)) taut_reader_raise(r, NULL, "'phases' is missing");
  int n = taut_reader_count(r, "phases", 1, TAUT_PROTOCOL_PHASES_MAX);
  for (int i = 1; i <= n; i++) {
    taut_reader_enter(r, NULL, i);
    read_phase(r, p);
    taut_reader_leave(r);
  }
  taut_reader_leave(r);
  // What is known by name only belongs to a phase that never comes, relief to none.
  snprintf(r->where, sizeof r->where, "not_prescribed");
  read_exercises(r, p, "not_prescribed", (int)p->n_phases + 1, false);
  snprintf(r->where, sizeof r->where, "relief");
  read_exercises(r, p, "relief", 0, false);
  r->where[0] = 0;
  taut_protocol_read_rules(r, p);
  taut_protocol_add(r, p, "program_phases", 0, (double)p->n_phases);
  taut_protocol_add(r, p, "program_entries", 0, (double)p->n_entries);
  taut_protocol_add(r, p, "program_weeks", 0, p->phases[p->n_phases - 1].last_week);
}

int taut_api_protocol(lua_State *L) {
  taut_reader r = {.L = L};
  char chunk[TAUT_CHUNK_MAX + 4];
  int line;
  taut_sandbox_where(L, 1, chunk, &line);
  if (lua_type(L, 1) != LUA_TTABLE || lua_gettop(L) != 1)
    taut_raise(L, chunk, line, "write taut.protocol { ... } with one table");
  taut_origin_mark(L, 1, "protocol", 1);
  taut_origin_of(L, 1, "protocol", &r.origin);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, PROTOCOLS);
  lua_pushvalue(L, 1);
  taut_protocol *p = lua_newuserdatauv(L, sizeof *p, 0);
  *p = (taut_protocol){.origin = r.origin};
  lua_rawset(L, -3);
  lua_settop(L, 1);
  read_protocol(&r, p);
  return 1;
}

const taut_protocol *taut_protocol_of(lua_State *L, int index) {
  index = lua_absindex(L, index);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, PROTOCOLS);
  lua_pushvalue(L, index);
  lua_rawget(L, -2);
  const taut_protocol *p = lua_touserdata(L, -1);
  lua_pop(L, 2);
  return p;
}

void taut_push_life(lua_State *L, const char *file, const taut_protocol_options *options) {
  int protocol = lua_gettop(L);
  const taut_protocol *p = taut_protocol_of(L, protocol);
  if (!options->is_wanted)
    taut_fail(L, "%s is a training protocol, not a scenario; run it with: taut protocol %s", file,
              p->name);
  int n_weeks = p->phases[p->n_phases - 1].last_week;
  if (options->weeks > n_weeks)
    taut_fail(L, "%s has %d weeks, but %d are asked for", p->name, n_weeks, options->weeks);
  const char *user = options->user ? options->user : "complying";
  char hint[512];
  if (!taut_data_exists(L, "users", user, hint, sizeof hint))
    taut_fail(L, "there is nobody called '%s' in models/users%s", user, hint);
  const char *path =
      lua_pushfstring(L, "%s/scenarios/lib/protocol_life.lua", taut_sandbox_of(L)->data_dir);
  taut_sandbox_run_file(L, path);
  lua_remove(L, -2);
  lua_pushvalue(L, protocol);
  lua_createtable(L, 0, 3);
  lua_pushstring(L, user);
  lua_setfield(L, -2, "user");
  lua_pushinteger(L, options->weeks > 0 ? options->weeks : n_weeks);
  lua_setfield(L, -2, "weeks");
  lua_createtable(L, (int)p->n_exercises, 0);
  for (size_t i = 0; i < p->n_exercises; i++) {
    lua_pushstring(L, p->exercises[i].name);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "exercises");
  lua_call(L, 2, 1);
  // Whoever looks for the case finds the protocol, not the library.
  taut_origin origin = p->origin;
  snprintf(origin.kind, sizeof origin.kind, "scenario");
  taut_origin_put(L, -1, &origin);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, PROTOCOLS);
  lua_pushvalue(L, -2);
  lua_pushvalue(L, protocol);
  lua_rawget(L, -3);
  lua_rawset(L, -3);
  lua_pop(L, 1);
  lua_replace(L, protocol);
}

// The exercises of a protocol: what is prescribed, and which file describes the movement.

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "scenario/api.h"
#include "scenario/protocol_parts.h"
#include "scenario/quantity.h"
#include "taut/roles.h"

static const taut_field EXERCISE[] = {
    {"sets", TAUT_ANY, false},   {"reps", TAUT_ANY, false},   {"time", TAUT_ANY, false},
    {"sides", TAUT_ANY, false},  {"hold", TAUT_ANY, false},   {"tempo", TAUT_ANY, false},
    {"breath", TAUT_ANY, false}, {"rest", TAUT_ANY, false},   {"load", TAUT_ANY, false},
    {"kind", TAUT_ANY, false},   {"when", TAUT_ANY, false},   {"traits", TAUT_ANY, false},
    {"step", TAUT_ANY, false},   {"advice", TAUT_ANY, false}, {"cue", TAUT_ANY, false},
    {"source", TAUT_ANY, false}, {NULL, NULL, false}};
static const taut_field TEMPO[] = {{"lift", TAUT_ANY, false},
                                   {"pause", TAUT_ANY, false},
                                   {"lower", TAUT_ANY, false},
                                   {NULL, NULL, false}};
static const taut_field LOAD[] = {{"start", TAUT_ANY, false},
                                  {"step", TAUT_ANY, false},
                                  {"most", TAUT_ANY, false},
                                  {NULL, NULL, false}};

static const char *const KINDS[] = {"exercise", "stretch", "breathing", "check", NULL};
static const char *const SIDES[] = {"both", "each", NULL};
static const char *const BREATHS[] = {"free", "between_reps", NULL};
static const char *const WHEN[] = {"always", "tight_piriformis", "high_tone", "hip_rotation", NULL};
static const char *const ADVICE[] = {TAUT_ADVICE_MAP(TAUT_LABEL_TEXT) NULL};
// What each trait means to the session software.
static const char *const TRAITS[] = {"sit_up",          "plank",       "impact",
                                     "raises_pressure", "carry",       "person_ends",
                                     "corrects_side",   "load_search", NULL};
static const char *const TRAIT_PARAMS[] = {
    "entry_is_sit_up", "entry_is_plank",  "entry_is_impact",        "entry_raises_pressure",
    "entry_is_carry",  "entry_user_ends", "entry_needs_assessment", "entry_search"};

enum { KIND_LOADED, KIND_FLOOR, KIND_TIMED, KIND_STRETCH, KIND_BREATH, KIND_CHECK };

static const double REST_S = 60, STEP_LB = 1, LOAD_MAX_LB = 110;

// ------------------------------------------------------------------------------------------- files

/// The number of field `name` of table `role` in the exercise file on top of the stack; NAN when it
/// does not say.
static double file_number(lua_State *L, const char *role, const char *name) {
  double value = (double)NAN;
  if (lua_getfield(L, -1, role) != LUA_TTABLE) {
    lua_pop(L, 1);
    return value;
  }
  if (lua_getfield(L, -1, name) == LUA_TTABLE) {
    lua_rawgeti(L, -1, 1);
    lua_replace(L, -2);
  }
  const taut_quantity *q = taut_to_quantity(L, -1);
  if (q)
    value = q->si_value;
  else if (lua_type(L, -1) == LUA_TNUMBER)
    value = lua_tonumber(L, -1);
  else if (lua_type(L, -1) == LUA_TBOOLEAN)
    value = lua_toboolean(L, -1);
  lua_pop(L, 2);
  return value;
}

/// Pushes the file of the exercise named by the first element of the table on top of the stack.
static void push_file(taut_reader *r, taut_protocol_exercise *exercise) {
  lua_State *L = r->L;
  if (lua_rawgeti(L, -1, 1) != LUA_TSTRING)
    taut_reader_raise(r, NULL,
                      "an exercise begins with its name, { \"glute_bridge\", sets = 3, ... },"
                      " got %s",
                      taut_push_text(L, -1));
  const char *name = lua_tostring(L, -1);
  char hint[512];
  if (!taut_data_exists(L, "exercises", name, hint, sizeof hint))
    taut_reader_raise(r, NULL, "no exercise '%s' in models/exercises%s", name, hint);
  snprintf(exercise->name, sizeof exercise->name, "%s", name);
  taut_push_data(L, "exercises", name, "parameters");
  lua_replace(L, -2);
  // A side that the file does not mention is in use, the default of the person.
  exercise->is_floor =
      file_number(L, "user", "uses_left") == 0 && file_number(L, "user", "uses_right") == 0;
}

static bool same(double a, double b) {
  return a == b || (isnan(a) && isnan(b));
}

/// The row of the person's table for this way of doing the exercise, from 1.
static int row_of(taut_reader *r, taut_protocol *p, const taut_protocol_exercise *exercise) {
  for (size_t i = 0; i < p->n_exercises; i++) {
    const taut_protocol_exercise *known = &p->exercises[i];
    if (strcmp(known->name, exercise->name) == 0 && same(known->lift_s, exercise->lift_s) &&
        same(known->pause_s, exercise->pause_s) && same(known->lower_s, exercise->lower_s) &&
        same(known->hold_s, exercise->hold_s))
      return (int)i + 1;
  }
  if (p->n_exercises >= TAUT_PROTOCOL_EXERCISES_MAX)
    taut_reader_raise(r, NULL,
                      "a protocol has at most %d different exercises; one that is done with"
                      " another tempo or hold counts again",
                      TAUT_PROTOCOL_EXERCISES_MAX);
  p->exercises[p->n_exercises++] = *exercise;
  return (int)p->n_exercises;
}

// -------------------------------------------------------------------------------------
// prescription

/// What is prescribed, while it is read.
typedef struct prescription {
  taut_protocol *p;
  taut_protocol_exercise exercise;
  int slot;  ///< of the entry arrays
  double file_lift_s, file_pause_s, file_lower_s, file_rest_s;
  double reps, time_s;
} prescription;

static void add(taut_reader *r, prescription *e, const char *name, double value) {
  if (!isnan(value)) taut_protocol_add(r, e->p, name, e->slot, value);
}

static void read_tempo(taut_reader *r, prescription *e) {
  if (!taut_reader_enter(r, "tempo", 0)) return;
  taut_reader_fields(r, "tempo", TEMPO, 0);
  e->exercise.lift_s = taut_reader_time(r, "lift", 0.5, 30, (double)NAN);
  e->exercise.pause_s = taut_reader_time(r, "pause", 0, 30, 0);
  e->exercise.lower_s = taut_reader_time(r, "lower", 0.5, 30, (double)NAN);
  taut_reader_leave(r);
}

/// A person who is asked to hold counts generously: the pause is this much longer than the hold.
static const double HOLD_GAIN = 1.2;

/// Repetitions or a time, never both, never neither.
static void read_amount(taut_reader *r, prescription *e) {
  bool has_reps = taut_reader_has(r, "reps"), has_time = taut_reader_has(r, "time");
  if (has_reps && has_time)
    taut_reader_raise(r, "time", "reps and time together; a set is counted or timed, not both");
  if (!has_reps && !has_time)
    taut_reader_raise(r, NULL, "it has no reps and no time; write reps = 10 or time = s(30)");
  add(r, e, "entry_sets", taut_reader_whole(r, "sets", 1, 10, (double)NAN));
  e->reps = taut_reader_whole(r, "reps", 1, 60, 0);
  e->time_s = taut_reader_time(r, "time", 5, 600, 0);
  double hold_s = taut_reader_time(r, "hold", 0.5, 60, 0);
  if (has_time && hold_s > 0)
    taut_reader_raise(r, "hold", "hold is for repetitions; a timed set is held anyway");
  if (hold_s > 0 && !isnan(e->exercise.pause_s))
    taut_reader_raise(r, "hold", "hold and tempo.pause are the same time at the top; write one");
  if (hold_s > 0 && !(e->file_pause_s >= HOLD_GAIN * hold_s))
    e->exercise.pause_s = HOLD_GAIN * hold_s;
  if (has_time) e->exercise.hold_s = e->time_s;
  add(r, e, "entry_reps", e->reps);
  add(r, e, "entry_time_s", e->time_s);
  add(r, e, "entry_hold_s", hold_s);
  add(r, e, "entry_rest_s", taut_reader_time(r, "rest", 10, 600, REST_S));
  add(r, e, "entry_is_per_side", taut_reader_word(r, "sides", SIDES) == 1);
  bool needs_breath = taut_reader_word(r, "breath", BREATHS) == 1;
  if (needs_breath && has_time)
    taut_reader_raise(r, "breath", "breath = \"between_reps\" needs reps; this set is timed");
  add(r, e, "entry_needs_breath", needs_breath);
}

static void read_load(taut_reader *r, prescription *e) {
  bool has_load = taut_reader_has(r, "load");
  if (e->exercise.is_floor && has_load)
    taut_reader_raise(r, "load", "it is done without the machine; leave load out");
  if (e->exercise.is_floor) return;
  if (!has_load)
    taut_reader_raise(r, NULL,
                      "it has no load; write load = lb(10) or load = { start = lb(10),"
                      " step = lb(1), most = lb(30) }");
  lua_getfield(r->L, -1, "load");
  bool is_table = lua_type(r->L, -1) == LUA_TTABLE;
  lua_pop(r->L, 1);
  if (!is_table) {
    add(r, e, "entry_load_start_lb", taut_reader_pounds(r, "load", 1, LOAD_MAX_LB, (double)NAN));
    add(r, e, "entry_load_step_lb", STEP_LB);
    return;
  }
  taut_reader_enter(r, "load", 0);
  taut_reader_fields(r, "load", LOAD, 0);
  double start_lb = taut_reader_pounds(r, "start", 1, LOAD_MAX_LB, (double)NAN);
  double most_lb = taut_reader_pounds(r, "most", 1, LOAD_MAX_LB, LOAD_MAX_LB);
  if (most_lb < start_lb)
    taut_reader_raise(r, "most",
                      "most = %.0f lb is less than start = %.0f lb; did you mean them"
                      " the other way round?",
                      most_lb, start_lb);
  add(r, e, "entry_load_start_lb", start_lb);
  add(r, e, "entry_load_step_lb", taut_reader_pounds(r, "step", 1, 10, STEP_LB));
  add(r, e, "entry_load_max_lb", most_lb);
  taut_reader_leave(r);
}

static void read_traits(taut_reader *r, prescription *e) {
  if (!taut_reader_enter(r, "traits", 0)) return;
  unsigned seen = 0;
  int n = taut_reader_count(r, "traits", 1, 8);
  for (int i = 1; i <= n; i++) {
    int trait = taut_reader_word_at(r, i, TRAITS);
    if (seen >> trait & 1u)
      taut_reader_raise(r, NULL, "the trait '%s' is there twice", TRAITS[trait]);
    seen |= 1u << trait;
    add(r, e, TRAIT_PARAMS[trait], 1);
  }
  taut_reader_leave(r);
}

static void read_kind(taut_reader *r, prescription *e) {
  static const double OFF_MACHINE[] = {KIND_FLOOR, KIND_STRETCH, KIND_BREATH, KIND_CHECK};
  int word = taut_reader_word(r, "kind", KINDS);
  if (word > 0 && !e->exercise.is_floor)
    taut_reader_raise(r, "kind",
                      "kind = \"%s\" is done without the machine, but the exercise uses"
                      " a cable",
                      KINDS[word]);
  if (word == 1 && e->reps > 0)
    taut_reader_raise(r, "reps", "a stretch is held; write time = s(20) instead of reps");
  double kind = e->time_s > 0 ? KIND_TIMED : KIND_LOADED;
  if (e->exercise.is_floor) kind = OFF_MACHINE[word < 0 ? 0 : word];
  add(r, e, "entry_kind", kind);
}

/// What the session software needs to know of the movement: the file of the exercise is on top.
static void add_movement(taut_reader *r, prescription *e) {
  static const struct {
    const char *role, *name, *param;
  } FROM[] = {{"session", "uses_left", "entry_uses_left"},
              {"session", "uses_right", "entry_uses_right"},
              {"session", "range_min_m", "entry_range_min_m"},
              {"session", "range_max_m", "entry_range_max_m"},
              {"session", "target_speed_m_s", "entry_target_speed_m_s"},
              {"session", "mode", "entry_mode"},
              {"spotter", "mvt_m_s", "entry_mvt_m_s"},
              {"user", "posture_pa", "entry_posture_pa"},
              {"user", "iap_per_kg_pa", "entry_iap_per_kg_pa"}};
  for (size_t i = 0; i < sizeof FROM / sizeof FROM[0]; i++)
    add(r, e, FROM[i].param, file_number(r->L, FROM[i].role, FROM[i].name));
  e->file_lift_s = file_number(r->L, "user", "concentric_s");
  e->file_pause_s = file_number(r->L, "user", "pause_s");
  e->file_lower_s = file_number(r->L, "user", "eccentric_s");
  e->file_rest_s = file_number(r->L, "user", "rest_s");
}

static double first_number(double a, double b, double otherwise) {
  return !isnan(a) ? a : !isnan(b) ? b : otherwise;
}

/// Off the machine nobody counts: the session paces the repetitions at the person's tempo.
static void add_pace(taut_reader *r, prescription *e) {
  const taut_protocol_exercise *x = &e->exercise;
  double rep_s = first_number(x->lift_s, e->file_lift_s, 1.5) +
                 first_number(x->pause_s, e->file_pause_s, 0.3) +
                 first_number(x->lower_s, e->file_lower_s, 2.5) +
                 first_number(e->file_rest_s, (double)NAN, 1.2);
  if (x->is_floor) add(r, e, "entry_rep_s", rep_s);
}

static void check_double(taut_reader *r, const taut_protocol *p, int phase, const char *exercise) {
  for (size_t i = 0; i < p->n_entries; i++) {
    const taut_protocol_entry *other = &p->entries[i];
    if (other->phase == phase && strcmp(p->exercises[other->exercise - 1].name, exercise) == 0)
      taut_reader_raise(r, NULL, "it is there already, in line %d; raise its sets instead",
                        other->line);
  }
}

void taut_protocol_read_exercise(taut_reader *r, taut_protocol *p, int phase, int order) {
  if (p->n_entries >= TAUT_PROTOCOL_ENTRIES_MAX)
    taut_reader_raise(r, NULL, "a protocol has at most %d exercises in all its phases",
                      TAUT_PROTOCOL_ENTRIES_MAX);
  prescription e = {.p = p, .slot = (int)p->n_entries};
  e.exercise = (taut_protocol_exercise){
      .lift_s = (double)NAN, .pause_s = (double)NAN, .lower_s = (double)NAN, .hold_s = (double)NAN};
  push_file(r, &e.exercise);
  add_movement(r, &e);
  lua_pop(r->L, 1);
  size_t n_where = strlen(r->where);
  snprintf(r->where + n_where, sizeof r->where - n_where, "%s%s", n_where ? ", " : "",
           e.exercise.name);
  taut_reader_fields(r, "prescribed exercise", EXERCISE, 1);
  check_double(r, p, phase, e.exercise.name);
  read_tempo(r, &e);
  read_amount(r, &e);
  read_load(r, &e);
  read_kind(r, &e);
  read_traits(r, &e);
  add_pace(r, &e);
  add(r, &e, "entry_phase", phase);
  add(r, &e, "entry_step", taut_reader_whole(r, "step", 1, 64, order));
  int when = taut_reader_word(r, "when", WHEN), advice = taut_reader_word(r, "advice", ADVICE);
  add(r, &e, "entry_when", when < 0 ? 0 : when);
  add(r, &e, "entry_advice", advice < 0 ? 0 : advice);
  taut_reader_text(r, "cue");
  taut_protocol_read_source(r);
  int row = row_of(r, p, &e.exercise);
  add(r, &e, "entry_exercise", row);
  p->entries[p->n_entries++] =
      (taut_protocol_entry){.phase = phase, .exercise = row, .line = taut_reader_line(r, NULL)};
  r->where[n_where] = 0;
}

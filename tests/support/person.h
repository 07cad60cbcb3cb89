/// A person on a stand-in machine for tests: handle and rotor joined by a tension-only cable, under
/// a constant force; and a reader of the parameter sets in models/users and models/exercises.
#ifndef TAUT_TESTS_SUPPORT_PERSON_H
#define TAUT_TESTS_SUPPORT_PERSON_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/person.h"
#include "taut/roles.h"

/// Stand-in figures of the default machine: handle, rotor behind a 35 mm spool, 4 mm cable.
#define HANDLE_KG 0.5
#define ROTOR_KG 2.45
#define CABLE_N_M 166e3
#define CABLE_NS_M 20.0
#define PLANT_STEPS 20  // of 50 us in one step of the person
#define SEED UINT64_C(2024)

#define assert_near(actual, expected, tolerance)                                                  \
  do {                                                                                            \
    const double actual_ = (actual), expected_ = (expected), tolerance_ = (tolerance);            \
    if (!(fabs(actual_ - expected_) <= tolerance_))                                               \
      fail_msg("%s is %.9g, expected %.9g within %.3g", #actual, actual_, expected_, tolerance_); \
  } while (0)

#define assert_between(actual, low, high)                                           \
  do {                                                                              \
    const double actual_ = (actual), low_ = (low), high_ = (high);                  \
    if (!(actual_ >= low_ && actual_ <= high_))                                     \
      fail_msg("%s is %.9g, expected %.9g to %.9g", #actual, actual_, low_, high_); \
  } while (0)

typedef struct gym_cable {
  double handle_m, handle_m_s, rotor_m, rotor_m_s, tension_n;
} gym_cable;

typedef struct gym {
  taut_person_params params;
  taut_person person;
  taut_person_input input;
  gym_cable cable[2];
  double load_n[2];    // force of the machine now
  double target_n[2];  // it moves there at 50 N/s up, at once down
  double hand_n[2];    // what the plant sees: one step old, like in the engine
  int64_t tick_ns;
  uint64_t seed;
  uint32_t events;
} gym;

static inline taut_person_params person_defaults(void) {
  taut_person_params params = {
#define PERSON_DEFAULT(id, field, unit, lo, hi, value, ...) .field = (value),
      TAUT_PERSON_PARAMS(PERSON_DEFAULT)
#undef PERSON_DEFAULT
  };
  for (int i = 0; i < TAUT_PERSON_TABLE_ROWS; i++) {
#define PERSON_ROW(id, field, ...) params.table_##field[i] = params.field;
    TAUT_PERSON_EXERCISE_PARAMS(PERSON_ROW)
#undef PERSON_ROW
  }
  return params;
}

static inline void gym_start(gym *g, const taut_person_params *params, uint64_t seed) {
  taut_person_params copy = *params;  // may be the gym's own
  memset(g, 0, sizeof *g);
  g->params = copy;
  g->seed = seed;
  const char *problem = taut_person_init(&g->params, &g->person, 1e-3, seed);
  if (problem != NULL) fail_msg("person refuses: %s", problem);
}

static inline void gym_cable_step(gym_cable *c, double load_n, double hand_n) {
  const double dt_s = 50e-6;
  for (int i = 0; i < PLANT_STEPS; i++) {
    double stretch_m = c->handle_m - c->rotor_m;
    double pull_n = CABLE_N_M * stretch_m + CABLE_NS_M * (c->handle_m_s - c->rotor_m_s);
    c->tension_n = stretch_m > 0.0 && pull_n > 0.0 ? pull_n : 0.0;
    c->handle_m_s += dt_s * (hand_n - c->tension_n) / HANDLE_KG;
    c->rotor_m_s += dt_s * (c->tension_n - load_n) / ROTOR_KG;
    c->handle_m += dt_s * c->handle_m_s;
    c->rotor_m += dt_s * c->rotor_m_s;
    if (c->rotor_m < 0.0) c->rotor_m = 0.0, c->rotor_m_s = fmax(c->rotor_m_s, 0.0);
    if (c->handle_m < 0.0) c->handle_m = 0.0, c->handle_m_s = fmax(c->handle_m_s, 0.0);
  }
}

/// One millisecond.
static inline void gym_step(gym *g) {
  for (int i = 0; i < 2; i++) {
    g->input.side[i].position_m = g->cable[i].handle_m;
    g->input.side[i].speed_m_s = g->cable[i].handle_m_s;
    g->input.side[i].tension_n = g->cable[i].tension_n;
  }
  g->events = taut_person_step(&g->params, &g->person, &g->input, g->tick_ns, g->seed);
  for (int i = 0; i < 2; i++) {
    g->load_n[i] = fmin(g->target_n[i], g->load_n[i] + 0.05);
    gym_cable_step(&g->cable[i], g->load_n[i], g->hand_n[i]);
    g->hand_n[i] = g->person.side[i].force_n;
  }
  g->tick_ns += 1000000;
}

static inline double gym_now(const gym *g) {
  return (double)g->tick_ns * 1e-9;
}

static inline void gym_run(gym *g, double time_s) {
  for (int64_t n = (int64_t)(time_s * 1e3 + 0.5); n > 0; n--) gym_step(g);
}

static inline void gym_cue(gym *g, int cue) {
  g->input.cue = cue;
  g->input.cue_seq += 1.0;
}

static inline void gym_stimulus(gym *g, int stimulus) {
  g->input.stimulus = stimulus;
  g->input.stimulus_seq += 1.0;
}

static inline void gym_load(gym *g, double load_n) {
  g->target_n[0] = g->params.uses_left * load_n;
  g->target_n[1] = g->params.uses_right * load_n;
}

/// Hands on the handles, load on, told to lift: the course of a set up to its first movement.
static inline void gym_begin_set(gym *g, double load_n) {
  gym_load(g, fmin(load_n, 10.0));
  gym_cue(g, TAUT_CUE_TAKE_HANDLES);
  gym_run(g, 5.0);
  gym_load(g, load_n);
  gym_run(g, 1.0 + load_n / 50.0);
  gym_cue(g, TAUT_CUE_LIFT);
}

static inline int gym_happened(const gym *g, int event) {
  return (int)((g->events >> event) & 1u);
}

/// Runs until the event, at most limit_s. Returns 1 when it came.
static inline int gym_until(gym *g, int event, double limit_s) {
  for (int64_t n = (int64_t)(limit_s * 1e3); n > 0; n--) {
    gym_step(g);
    if (gym_happened(g, event)) return 1;
  }
  return 0;
}

/// Runs until the person is in the phase of a repetition. Returns 1 when it came.
static inline int gym_until_phase(gym *g, int phase, double limit_s) {
  for (int64_t n = (int64_t)(limit_s * 1e3); n > 0; n--) {
    gym_step(g);
    if (g->person.activity == TAUT_PERSON_LIFTING && g->person.phase == phase) return 1;
  }
  return 0;
}

// ----------------------------------------------------------------------------------- parameter
// sets

static inline double *person_param(taut_person_params *params, const char *name, double *lo,
                                   double *hi) {
#define PERSON_FIND(id, field, unit, low, high, ...) \
  if (!strcmp(name, #field)) return *lo = (low), *hi = (high), &params->field;
  TAUT_PERSON_PARAMS(PERSON_FIND)
#undef PERSON_FIND
  return NULL;
}

static inline double set_value(const char *text) {
  static const struct {
    const char *name;
    double scale;
  } units[] = {{"cmH2O(", TAUT_CMH2O_PA},
               {"mm(", 1e-3},
               {"cm(", 1e-2},
               {"m_s(", 1},
               {"m(", 1},
               {"s(", 1},
               {"kg(", 1},
               {"N(", 1}};
  for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
    size_t n = strlen(units[i].name);
    if (!strncmp(text, units[i].name, n)) return units[i].scale * strtod(text + n, NULL);
  }
  static const char *const groups[] = {
#define GROUP_LABEL(name, label) label,
      TAUT_PERSON_GROUP_MAP(GROUP_LABEL)
#undef GROUP_LABEL
  };
  for (int i = 0; i < TAUT_PERSON_GROUP_COUNT && *text == '"'; i++)
    if (!strncmp(text + 1, groups[i], strlen(groups[i])) && text[1 + strlen(groups[i])] == '"')
      return i;
  return strtod(text, NULL);
}

/// Calls `visit` for each `name = { value, ...` of one role's table in a parameter set. Returns how
/// many.
static inline int set_read(const char *kind, const char *name, const char *role,
                           void (*visit)(void *user, const char *name, double value), void *user) {
  static char text[65536];
  char path[512], head[64];
  snprintf(path, sizeof path, "%s/models/%s/%s.lua", TAUT_SOURCE_DIR, kind, name);
  FILE *file = fopen(path, "r");
  if (file == NULL) fail_msg("%s cannot be read", path);
  size_t size = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[size] = '\0';
  snprintf(head, sizeof head, "\n  %s = {\n", role);
  char *at = strstr(text, head);
  if (at == NULL) return 0;
  at += strlen(head);
  char *end = strstr(at, "\n  },");
  if (end != NULL) *end = '\0';
  int n = 0;
  for (char *line = at; line != NULL; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
    char key[64];
    int used = 0;
    if (strncmp(line, "    ", 4) != 0 || line[4] == ' ') continue;
    if (sscanf(line, " %63[a-z0-9_] = {%n", key, &used) != 1 || used == 0) continue;
    const char *value = line + used;
    visit(user, key, set_value(value + strspn(value, " \n")));
    n++;
  }
  return n;
}

static inline void set_apply(void *user, const char *name, double value) {
  double lo, hi, *slot = person_param(user, name, &lo, &hi);
  if (slot == NULL) fail_msg("the person has no parameter %s", name);
  if (!(value >= lo && value <= hi))
    fail_msg("%s = %g is not within %g to %g", name, value, lo, hi);
  *slot = value;
}

/// The parameters of a persona in an exercise.
static inline taut_person_params person_of(const char *user, const char *exercise) {
  taut_person_params params = person_defaults();
  if (exercise != NULL && set_read("exercises", exercise, "user", set_apply, &params) == 0)
    fail_msg("%s has no user table", exercise);
  if (user != NULL && set_read("users", user, "user", set_apply, &params) == 0)
    fail_msg("%s has no user table", user);
  return params;
}

#endif

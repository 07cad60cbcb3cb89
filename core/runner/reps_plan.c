// Which ports of a plan tell of the repetitions of its sides.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/reps.h"

enum { SYMPTOMS_MAX = 1000, SYMPTOM_LATE_S = 5 };

/// Slots of one value: at the row, and greatest since the row before. NULL ports have no slots.
typedef struct source {
  bool is_there;
  uint32_t slot, slot_max;
} source;

typedef struct side {
  source position, speed, force, load;
  taut_rep_search search;
} side;

/// A port that tells of symptoms by a label and a counter.
typedef struct reporter {
  source label, counter;
  double seen;
} reporter;

typedef struct heard {
  int64_t tick_ns;
  uint32_t label;
} heard;

struct taut_reps {
  double row_s;
  side sides[3];
  size_t n_sides;
  source is_active, range_min, range_max;
  reporter reporters[2];
  const char *const *labels;
  uint32_t n_labels;
  taut_rep reps[TAUT_REPS_MAX];
  size_t n_reps;
  heard symptoms[SYMPTOMS_MAX];
  size_t n_symptoms;
};

static bool find(const taut_plan *plan, const char *name, source *out) {
  taut_port port;
  if (taut_plan_find(plan, name, &port) != TAUT_OK || port.kind == TAUT_PORT_PARAM) return false;
  *out = (source){true, port.slot, port.slot_max};
  return true;
}

/// The first of the names that the plan has; "%s" in them is the side.
static void find_first(const taut_plan *plan, const char *side_name, const char *const *names,
                       source *out) {
  for (; *names != NULL; names++) {
    char name[128];
    const char *place = strstr(*names, "%s");
    if (place == NULL) {
      snprintf(name, sizeof name, "%s", *names);
    } else {
      snprintf(name, sizeof name, "%.*s%s%s", (int)(place - *names), *names, side_name, place + 2);
    }
    if (find(plan, name, out)) return;
  }
}

static void bind_side(taut_reps *reps, const taut_plan *plan, uint32_t i_side) {
  static const char *const names[] = {"left", "right"};
  static const char *const position[] = {"%s.cable.handle_position_m", "controller.%s_position_m",
                                         NULL};
  static const char *const speed[] = {"%s.cable.handle_speed_m_s", "controller.%s_speed_m_s", NULL};
  static const char *const force[] = {"%s.cable.tension_n", "%s.cable.load_cell_n",
                                      "controller.%s_load_cell_n", NULL};
  static const char *const load[] = {"session.%s_load_n", "controller.%s_load_n", NULL};
  static const char *const bare_position[] = {"cable.handle_position_m", NULL};
  static const char *const bare_speed[] = {"cable.handle_speed_m_s", NULL};
  static const char *const bare_force[] = {"cable.tension_n", "cable.load_cell_n", NULL};
  bool is_bare = i_side == 2;
  const char *name = is_bare ? "" : names[i_side];
  side *at = &reps->sides[reps->n_sides];
  *at = (side){.search = {.i_side = i_side}};
  find_first(plan, name, is_bare ? bare_position : position, &at->position);
  find_first(plan, name, is_bare ? bare_speed : speed, &at->speed);
  find_first(plan, name, is_bare ? bare_force : force, &at->force);
  if (!is_bare) find_first(plan, name, load, &at->load);
  if (at->position.is_there && at->speed.is_there) reps->n_sides++;
}

static void bind_reporters(taut_reps *reps, const taut_plan *plan) {
  static const char *const names[2][2] = {{"user.report", "user.report_seq"},
                                          {"controller.report", "controller.report_seq"}};
  for (int i = 0; i < 2; i++) {
    reporter *at = &reps->reporters[i];
    taut_port port;
    if (!find(plan, names[i][0], &at->label) || !find(plan, names[i][1], &at->counter)) {
      at->counter.is_there = false;
      continue;
    }
    if (taut_plan_find(plan, names[i][0], &port) == TAUT_OK) reps->labels = port.signal->labels;
  }
  while (reps->labels != NULL && reps->labels[reps->n_labels] != NULL) reps->n_labels++;
}

taut_status taut_reps_create(const taut_plan *plan, taut_reps **out) {
  taut_reps *reps = *out = calloc(1, sizeof *reps);
  if (reps == NULL) return TAUT_ENOMEM;
  reps->row_s = (double)taut_plan_row_period(plan) * 1e-9;
  for (uint32_t i_side = 0; i_side < 3; i_side++) bind_side(reps, plan, i_side);
  static const char *const active[] = {"session.set_active", "controller.armed", NULL};
  static const char *const low[] = {"session.range_min_m", "controller.range_min_m", NULL};
  static const char *const high[] = {"session.range_max_m", "controller.range_max_m", NULL};
  find_first(plan, "", active, &reps->is_active);
  find_first(plan, "", low, &reps->range_min);
  find_first(plan, "", high, &reps->range_max);
  bind_reporters(reps, plan);
  return TAUT_OK;
}

void taut_reps_destroy(taut_reps *reps) {
  free(reps);
}

// -------------------------------------------------------------------------------------------- rows

static double value_of(const source *from, const double *values, double missing) {
  return from->is_there ? values[from->slot] : missing;
}

static double peak_of(const source *from, const double *values) {
  return from->is_there ? values[from->slot_max] : 0.0;
}

static void keep(taut_reps *reps, const taut_rep *rep) {
  if (reps->n_reps < TAUT_REPS_MAX) reps->reps[reps->n_reps++] = *rep;
}

static void hear(taut_reps *reps, const taut_row *row) {
  for (int i = 0; i < 2; i++) {
    reporter *at = &reps->reporters[i];
    if (!at->counter.is_there) continue;
    double count = row->values[at->counter.slot], label = row->values[at->label.slot];
    if (count == at->seen) continue;
    at->seen = count;
    bool is_symptom = label >= 1.0 && label < (double)reps->n_labels;
    if (is_symptom && reps->n_symptoms < SYMPTOMS_MAX) {
      reps->symptoms[reps->n_symptoms++] = (heard){row->tick_ns, (uint32_t)label};
    }
  }
}

void taut_reps_row(taut_reps *reps, const taut_row *row) {
  const double *values = row->values;
  taut_rep rep;
  hear(reps, row);
  double range_m =
      value_of(&reps->range_max, values, 0.0) - value_of(&reps->range_min, values, 0.0);
  for (size_t i = 0; i < reps->n_sides; i++) {
    side *at = &reps->sides[i];
    bool is_active =
        value_of(&reps->is_active, values, 1.0) >= 0.5 && value_of(&at->load, values, 1.0) > 0.0;
    if (!is_active && at->search.state == TAUT_REP_IDLE) continue;
    const taut_rep_sample sample = {.tick_ns = row->tick_ns,
                                    .is_active = is_active,
                                    .position_m = value_of(&at->position, values, 0.0),
                                    .speed_peak_m_s = peak_of(&at->speed, values),
                                    .force_n = value_of(&at->force, values, 0.0),
                                    .force_peak_n = peak_of(&at->force, values),
                                    .load_n = value_of(&at->load, values, 0.0),
                                    .range_m = range_m,
                                    .row_s = reps->row_s};
    if (taut_rep_search_row(&at->search, &sample, &rep)) keep(reps, &rep);
  }
}

// -------------------------------------------------------------------------------------------
// finish

static bool is_before(const taut_rep *a, const taut_rep *b) {
  if (a->from_ns != b->from_ns) return a->from_ns < b->from_ns;
  return a->i_side < b->i_side;
}

static void sort_reps(taut_reps *reps) {
  for (size_t i = 1; i < reps->n_reps; i++) {
    taut_rep rep = reps->reps[i];
    size_t k = i;
    for (; k > 0 && is_before(&rep, &reps->reps[k - 1]); k--) reps->reps[k] = reps->reps[k - 1];
    reps->reps[k] = rep;
  }
}

static void add_symptom(taut_rep *rep, uint32_t label) {
  for (uint32_t i = 0; i < rep->n_symptoms; i++) {
    if (rep->symptoms[i] == label) return;
  }
  if (rep->n_symptoms < TAUT_REP_SYMPTOMS_MAX) rep->symptoms[rep->n_symptoms++] = label;
}

/// The last repetition of a side that had begun then, unless it is long over.
static taut_rep *rep_at(taut_reps *reps, uint32_t i_side, int64_t tick_ns) {
  taut_rep *found = NULL;
  for (size_t i = 0; i < reps->n_reps && reps->reps[i].from_ns <= tick_ns; i++) {
    if (reps->reps[i].i_side == i_side) found = &reps->reps[i];
  }
  bool is_over = found != NULL && tick_ns > found->to_ns + SYMPTOM_LATE_S * TAUT_SECOND;
  return is_over ? NULL : found;
}

const taut_rep *taut_reps_finish(taut_reps *reps, int64_t end_ns, size_t *n_out) {
  taut_rep rep;
  for (size_t i = 0; i < reps->n_sides; i++) {
    const taut_rep_sample end = {.tick_ns = end_ns};
    if (taut_rep_search_row(&reps->sides[i].search, &end, &rep)) keep(reps, &rep);
  }
  sort_reps(reps);
  for (size_t i = 0; i < reps->n_symptoms; i++) {
    for (uint32_t i_side = 0; i_side < 3; i_side++) {
      taut_rep *at = rep_at(reps, i_side, reps->symptoms[i].tick_ns);
      if (at != NULL) add_symptom(at, reps->symptoms[i].label);
    }
  }
  *n_out = reps->n_reps;
  return reps->reps;
}

const char *taut_reps_symptom(const taut_reps *reps, uint32_t symptom) {
  return symptom < reps->n_labels ? reps->labels[symptom] : NULL;
}

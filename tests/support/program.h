/// A small machine and a small person around models/program.h: arms in two steps, lifts on cue,
/// breathes, says what a test wants her to say. Weeks pass in milliseconds.
#ifndef TAUT_TESTS_SUPPORT_PROGRAM_H
#define TAUT_TESTS_SUPPORT_PROGRAM_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/program.h"
#include "taut/math.h"
#include "taut/roles.h"

#define SCENE_DT_S 0.01

enum { SCENE_LOG = 20000, SCENE_ACTS = 16 };
enum { SCENE_REST, SCENE_LIFT, SCENE_HOLD, SCENE_LOWER };

/// What happens in repetition `rep` (from 1; 0: every one) of set `set` (from 1, with warm-ups; 0:
/// every one) of exercise `exercise` (0: every one), in the middle of the lift.
typedef struct scene_act {
  int exercise, set, rep;
  double report, severity, alert, request;
} scene_act;

typedef struct scene {
  taut_program g;
  taut_program_params p;
  taut_program_input in;
  double log_code[SCENE_LOG], log_value[SCENE_LOG], log_exercise[SCENE_LOG];
  int n_log;
  scene_act act[SCENE_ACTS];
  int n_acts;
  // Machine.
  double command_seq, ready_s, cue_seq, log_seq;
  double armed_s;             ///< time armed
  double most_lb, least_lb;   ///< prescriptions of working sets
  double range_m, speed_m_s;  ///< of the last set
  double off_armed;           ///< calls armed while an exercise off the machine was on
  // Person.
  int phase, set, rep, is_lifting, is_deaf_to_breath, has_acted;
  double phase_s, breath_at, lift_s[2], hold_s, pelvic, pelvic_rest, reps_per_set;
  double says_yes;  ///< answer to the marker
  double done_after_s, free_s;
  double loads[512];  ///< pounds of the working sets, in order
  int n_loads, n_cues[16];
  int drops_at;    ///< repetition from which the pelvic floor lets go, in working sets
  int is_blind;    ///< the form check is dead
  double cone_lb;  ///< she cones from this load on

} scene;

static inline void scene_begin(scene *c) {
  memset(c, 0, sizeof *c);
#define SCENE_SCALAR(id, name, unit, lo, hi, def, ...) c->p.name = (def);
#define SCENE_ARRAY(id, name, count, unit, lo, hi, def, ...) \
  for (int i = 0; i < (count); i++) c->p.name[i] = (def);
  TAUT_PROGRAM_PARAMS(SCENE_SCALAR)
  TAUT_PROGRAM_PHASE_ARRAYS(SCENE_ARRAY)
  TAUT_PROGRAM_ENTRY_ARRAYS(SCENE_ARRAY)
#undef SCENE_SCALAR
#undef SCENE_ARRAY
  c->p.program_phases = 1;
  c->p.phase_days_max[0] = 3;
  c->in.sleep_s = 8 * 3600.0;
  c->in.pelvic_sensor = -1.0;
  c->in.is_cleared = c->in.is_aligned = c->in.is_activated = c->in.is_assessed = 1.0;
  c->in.birth_day = -70;
  c->in.birth_mode = TAUT_BIRTH_VAGINAL;
  c->in.cleared_day = -20;
  c->lift_s[0] = c->lift_s[1] = 1.5;
  c->hold_s = 0.3;
  c->pelvic = -1.0;
  c->pelvic_rest = 0.1;
  c->says_yes = 1.0;
  c->done_after_s = 5.0;
  c->least_lb = 1e9;
}

/// Appends an entry to the programme and returns its index.
static inline int scene_entry(scene *c, int phase, int kind, int exercise, int sets, int reps,
                              double load_lb) {
  int e = (int)c->p.program_entries++;
  c->p.entry_phase[e] = phase;
  c->p.entry_kind[e] = kind;
  c->p.entry_exercise[e] = exercise;
  c->p.entry_sets[e] = sets;
  c->p.entry_reps[e] = reps;
  c->p.entry_load_start_lb[e] = load_lb;
  c->p.entry_load_step_lb[e] = load_lb > 0.0 ? 1.0 : 0.0;
  c->p.entry_rest_s[e] = 60.0;
  return e;
}

static inline void scene_start(scene *c, int defect) {
  assert_null(taut_program_init(&c->g, &c->p, SCENE_DT_S, defect));
}

static inline void scene_act_at(scene *c, scene_act act) {
  assert_true(c->n_acts < SCENE_ACTS);
  c->act[c->n_acts++] = act;
}

static inline void scene_report(scene *c, double report, double severity) {
  c->in.machine.report = report;
  c->in.machine.report_seq += 1.0;
  c->in.report_severity = severity;
  if (report == TAUT_REPORT_NONE || report == TAUT_REPORT_TOO_HEAVY ||
      report == TAUT_REPORT_CRAMP || report == TAUT_REPORT_BREATH_DONE)
    return;
  if (c->in.machine.arm_state == TAUT_ARM_DISARMED) return;
  c->in.machine.safety_state = TAUT_SAFETY_LATCHED;  // the controller unloads by itself
  c->in.machine.arm_state = TAUT_ARM_DISARMED;
}

static inline void scene_alert(scene *c, double alert) {
  c->in.machine.form_alert = alert;
  c->in.machine.form_alert_seq += 1.0;
}

static inline void scene_request(scene *c, int request) {
  c->in.machine.request = request;
  c->in.machine.request_seq += 1.0;
}

static inline int scene_count(const scene *c, int code) {
  int n = 0;
  for (int i = 0; i < c->n_log; i++) n += c->log_code[i] == code;
  return n;
}

static inline int scene_count_value(const scene *c, int code, double value) {
  int n = 0;
  for (int i = 0; i < c->n_log; i++) n += c->log_code[i] == code && c->log_value[i] == value;
  return n;
}

/// Value of the last entry with that code, or -1.
static inline double scene_last(const scene *c, int code) {
  for (int i = c->n_log - 1; i >= 0; i--)
    if (c->log_code[i] == code) return c->log_value[i];
  return -1.0;
}

// ---------------------------------------------------------------------------------------- machine

static inline void scene_command(scene *c) {
  const taut_session_output *out = &c->g.output.machine;
  if (out->command_seq == c->command_seq) return;
  c->command_seq = out->command_seq;
  switch ((int)out->command) {
    case TAUT_COMMAND_ARM_REQUEST:
      if (c->in.machine.safety_state == TAUT_SAFETY_NORMAL)
        c->in.machine.arm_state = TAUT_ARM_REQUESTED;
      c->ready_s = 0.0;
      break;
    case TAUT_COMMAND_ARM_CONFIRM: c->in.machine.arm_state = TAUT_ARM_ARMED; break;
    case TAUT_COMMAND_UNLOAD:
    case TAUT_COMMAND_DISARM: c->in.machine.arm_state = TAUT_ARM_DISARMED; break;
    case TAUT_COMMAND_ACKNOWLEDGE: c->in.machine.safety_state = TAUT_SAFETY_NORMAL; break;
    default: break;
  }
}

static inline void scene_machine(scene *c) {
  const taut_program_output *out = &c->g.output;
  scene_command(c);
  c->ready_s += SCENE_DT_S;
  if (c->in.machine.arm_state == TAUT_ARM_REQUESTED && c->ready_s > 0.2)
    c->in.machine.arm_state = TAUT_ARM_READY;
  bool is_armed = c->in.machine.arm_state == TAUT_ARM_ARMED;
  if (is_armed) c->armed_s += SCENE_DT_S;
  bool is_off = out->is_floor >= 0.5 && out->exercise > 0.0;
  if (is_off && c->in.machine.arm_state != TAUT_ARM_DISARMED) c->off_armed += 1.0;
  if (!c->is_blind) c->in.form_frame_seq += 1.0;
}

// ----------------------------------------------------------------------------------------- person

static inline void scene_acts(scene *c) {
  if (c->has_acted) return;
  c->has_acted = 1;
  double load_n = taut_max(c->g.output.machine.load_n[0], c->g.output.machine.load_n[1]);
  if (c->cone_lb > 0.0 && load_n >= (c->cone_lb - 0.1) * TAUT_LBF_N)
    scene_report(c, TAUT_REPORT_CONE, 3.0);
  for (int i = 0; i < c->n_acts; i++) {
    scene_act *a = &c->act[i];
    bool is_now = (!a->exercise || a->exercise == (int)c->g.output.exercise) &&
                  (!a->set || a->set == c->set) && (!a->rep || a->rep == c->rep + 1);
    if (!is_now) continue;
    if (a->alert > 0.0) scene_alert(c, a->alert);
    if (a->request > 0.0) scene_request(c, (int)a->request);
    if (a->report > 0.0) scene_report(c, a->report, a->severity);
  }
}

static inline void scene_phase(scene *c, int phase) {
  c->phase = phase;
  c->phase_s = 0.0;
}

static inline void scene_person(scene *c) {
  const taut_program_output *out = &c->g.output;
  double lift_s = taut_max(c->lift_s[0], c->lift_s[1]);
  double bottom = out->machine.range_min_m, top = out->machine.range_max_m;
  c->phase_s += SCENE_DT_S;
  bool is_breathing = out->breath_wanted >= 0.5 && !c->is_deaf_to_breath;
  switch (c->phase) {
    case SCENE_REST:
      if (c->phase_s > 1.0 && !is_breathing) scene_phase(c, SCENE_LIFT);
      break;
    case SCENE_LIFT:
      if (c->phase_s > 0.5 * lift_s) scene_acts(c);
      if (c->phase_s >= lift_s) scene_phase(c, SCENE_HOLD);
      break;
    case SCENE_HOLD:
      if (c->phase_s >= c->hold_s) scene_phase(c, SCENE_LOWER);
      break;
    default:
      if (c->phase_s < 1.5) break;
      scene_phase(c, SCENE_REST);
      c->rep++;
      c->has_acted = 0;
      c->in.machine.rep_count += 1.0;
  }
  static const double spotter[] = {TAUT_PHASE_REST, TAUT_PHASE_CONCENTRIC, TAUT_PHASE_HOLD,
                                   TAUT_PHASE_ECCENTRIC};
  for (int k = 0; k < 2; k++) {
    taut_program_side_input *side = &c->in.side[k];
    double at = c->phase == SCENE_LIFT    ? taut_min(1.0, c->phase_s / c->lift_s[k])
                : c->phase == SCENE_HOLD  ? 1.0
                : c->phase == SCENE_LOWER ? 1.0 - c->phase_s / 1.5
                                          : 0.0;
    double before = side->position_m;
    side->position_m = bottom + at * (top - bottom);
    side->speed_m_s = (side->position_m - before) / SCENE_DT_S;
    bool is_up = c->phase == SCENE_LIFT && at >= 1.0;
    side->phase = is_up ? TAUT_PHASE_HOLD : spotter[c->phase];
  }
  bool is_effort = c->phase == SCENE_LIFT || c->phase == SCENE_HOLD;
  bool has_dropped = c->drops_at && c->set > 1 && c->rep + 1 >= c->drops_at;
  double effort = has_dropped ? 0.3 * c->pelvic : c->pelvic;
  if (c->pelvic >= 0.0) c->in.pelvic_sensor = is_effort ? effort : c->pelvic_rest;
}

static inline void scene_breathe(scene *c) {
  if (c->g.output.breath_wanted < 0.5) {
    c->breath_at = 0.0;
  } else if (!c->is_deaf_to_breath) {
    c->breath_at += SCENE_DT_S;
    if (c->breath_at < 2.0) return;
    c->breath_at = 0.0;
    scene_report(c, TAUT_REPORT_BREATH_DONE, 0.0);
  }
}

static inline void scene_look(scene *c) {
  const taut_program_output *out = &c->g.output;
  if (out->log_seq != c->log_seq) {
    c->log_seq = out->log_seq;
    assert_true(c->n_log < SCENE_LOG);
    c->log_code[c->n_log] = out->log;
    c->log_value[c->n_log] = out->log_value;
    c->log_exercise[c->n_log++] = out->exercise;
    if (out->log == TAUT_SESSION_LOG_SET_BEGIN && c->n_loads < 512)
      c->loads[c->n_loads++] = out->log_value;
  }
  if (out->machine.cue_seq == c->cue_seq) return;
  c->cue_seq = out->machine.cue_seq;
  c->n_cues[(int)out->machine.cue]++;
  if (out->machine.cue != TAUT_CUE_LIFT) return;
  c->set++;
  c->rep = c->has_acted = 0;
  c->in.machine.rep_count = 0.0;
  c->range_m = out->machine.range_max_m - out->machine.range_min_m;
  c->speed_m_s = out->machine.target_speed_m_s;
  scene_phase(c, SCENE_REST);
}

static inline void scene_run(scene *c, double time_s) {
  for (int i = 0; i < (int)(time_s / SCENE_DT_S + 0.5); i++) {
    taut_program_update(&c->g, &c->p, &c->in);
    scene_look(c);
    if (c->g.output.machine.set_active >= 0.5) {
      scene_person(c);
      double pounds = taut_max(c->g.output.machine.load_n[0], c->g.output.machine.load_n[1]);
      if (c->g.output.is_warm_up < 0.5) {
        c->most_lb = taut_max(c->most_lb, pounds / TAUT_LBF_N);
        c->least_lb = taut_min(c->least_lb, pounds / TAUT_LBF_N);
      }
    } else if (c->g.flow == TAUT_PROGRAM_FREE && c->g.free_s > 1.0) {
      if (c->g.free_s < 1.0 + 1.5 * SCENE_DT_S) c->has_acted = 0;
      c->rep = (int)c->g.attempts;
      scene_acts(c);
    }
    scene_breathe(c);
    scene_machine(c);
  }
}

static inline void scene_do(scene *c, int request) {
  scene_request(c, request);
  scene_run(c, 0.05);
}

/// What the person does next, when nothing moves.
static inline void scene_go_on(scene *c) {
  const taut_program_output *out = &c->g.output;
  int e = c->g.i_list < c->g.n_list ? (int)c->g.list[c->g.i_list] : 0;
  c->free_s = c->g.flow == TAUT_PROGRAM_FREE ? c->free_s + 0.5 : 0.0;
  bool is_hers = c->p.entry_user_ends[e] >= 0.5 || c->p.entry_kind[e] == TAUT_PROGRAM_CHECK;
  if (out->marker_open >= 0.5) {
    scene_do(c, c->says_yes >= 0.5 ? TAUT_REQUEST_CONFIRM_MARKER : TAUT_REQUEST_DECLINE_MARKER);
  } else if (c->g.machine.output.state == TAUT_SESSION_STOPPED) {
    scene_do(c, TAUT_REQUEST_ACKNOWLEDGE);
  } else if (c->g.flow == TAUT_PROGRAM_REST && out->rest_left_s > 2.0) {
    (void)taut_program_skip(&c->g, out->rest_left_s - 1.0);
  } else if (c->g.flow == TAUT_PROGRAM_READY ||
             (c->g.flow == TAUT_PROGRAM_REST && out->rest_left_s <= 0.0)) {
    scene_do(c, TAUT_REQUEST_NEXT_SET);
  } else if (is_hers && c->free_s >= c->done_after_s) {
    scene_do(c, TAUT_REQUEST_DONE);
  }
}

/// One session from request to end, or until time_s has passed. True when it has ended by itself.
static inline bool scene_session(scene *c, double time_s) {
  scene_do(c, TAUT_REQUEST_START_SESSION);
  for (double t = 0.0; t < time_s; t += 0.5) {
    scene_go_on(c);
    scene_run(c, 0.5);
    if (c->g.flow == TAUT_PROGRAM_OFF && c->g.queue_n == 0 && c->g.output.marker_open < 0.5)
      return true;
  }
  return false;
}

/// A session on that day.
static inline bool scene_day(scene *c, double day) {
  c->in.calendar_day = day;
  return scene_session(c, 7200.0);
}

#endif

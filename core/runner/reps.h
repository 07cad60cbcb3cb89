/// Repetitions of a run, from what the machine itself measures: position and speed of the handles,
/// force in the cable, whether a set is under way. No person needs to be modelled.
///
/// A repetition of a side is a rise of the handle from a low point to a top, and the way back. With
/// R the range of motion that the session prescribes (0.5 m without one):
///
///   begin  the last row within 0.02 R above the low point, which is the least position since the
///          repetition before, or where the handle stands still for 0.25 s within 0.1 R above it
///   top    the greatest position; the concentric ends where 0.02 R below it is first reached
///   end    the first row of the way back within 0.05 R above the low point, or its lowest point
///          when the handle turns upwards by 0.1 R before that
///
/// A lift begins when the handle has risen by 0.1 R, and counts when it rises by 0.4 R. The way
/// back begins to count when it covers half of the rise: before that, a dip belongs to the lift.
///
/// It is looked for while session.set_active is set (without a session while controller.armed is,
/// else always), on sides whose prescribed load is above 0. A lift that has not come back by half
/// of its rise when the set ends is an incomplete repetition, however short, and ends there.
#ifndef TAUT_RUNNER_REPS_H
#define TAUT_RUNNER_REPS_H

#include "taut/engine.h"

enum { TAUT_REPS_MAX = 1000, TAUT_REP_SYMPTOMS_MAX = 8 };

/// One repetition of one side.
typedef struct taut_rep {
  uint32_t i_side;  ///< 0 left, 1 right, 2 a machine without sides
  uint32_t set;     ///< from 1, counts the sets of the run
  uint32_t number;  ///< from 1, within set and side
  bool is_complete;
  int64_t from_ns, to_ns;
  double range_m;               ///< top minus low point
  double mean_velocity_m_s;     ///< of the concentric: its way over its time
  double peak_velocity_m_s;     ///< greatest speed outwards
  double peak_force_n;          ///< greatest force in the cable
  double time_under_tension_s;  ///< with half the prescribed load in the cable, or 10 N without one
  uint32_t n_symptoms;
  uint32_t symptoms[TAUT_REP_SYMPTOMS_MAX];  ///< labels of `report`, each once, in order: said by
                                             ///< the person or received by the controller from the
                                             ///< begin to the begin of the next, at most 5 s after
                                             ///< the end
} taut_rep;

/// What is known of a side at one row.
typedef struct taut_rep_sample {
  int64_t tick_ns;
  bool is_active;         ///< a set is under way and the side is in use
  double position_m;      ///< of the handle, positive outwards
  double speed_peak_m_s;  ///< greatest since the row before
  double force_n;         ///< in the cable
  double force_peak_n;    ///< greatest since the row before
  double load_n;          ///< prescribed; 0 when unknown
  double range_m;         ///< prescribed range of motion; 0 when unknown
  double row_s;           ///< time to the next row
} taut_rep_sample;

enum { TAUT_REP_LEVELS = 512 };

/// What adds up from the begin of a repetition on.
typedef struct taut_rep_sum {
  int64_t from_ns;
  double from_m;
  double peak_velocity_m_s, peak_force_n, time_under_tension_s;
} taut_rep_sum;

/// The search on one side. Zero-initialise it but for `i_side`.
typedef struct taut_rep_search {
  uint32_t i_side;
  enum { TAUT_REP_IDLE, TAUT_REP_BOTTOM, TAUT_REP_UP, TAUT_REP_DOWN } state;
  uint32_t set, number;
  double range_m;               ///< prescribed when the lift began
  double low_m, top_m, back_m;  ///< low point, top, lowest point of the way back
  double still_m, still_s;      ///< where the handle stands, and for how long
  taut_rep_sum sum, end, next;  ///< so far; at the lowest point of the way back; from there on
  int64_t end_ns;
  uint32_t n_levels;
  int64_t reached_ns[TAUT_REP_LEVELS];  ///< when the lift first reached each level, R / 128 apart
} taut_rep_search;

/// Takes a row; true when a repetition ended with it, which is then in `*out`. [step]
bool taut_rep_search_row(taut_rep_search *search, const taut_rep_sample *sample, taut_rep *out);

/// The repetitions of all sides of a run.
typedef struct taut_reps taut_reps;

/// The search bound to the ports of a plan, which is borrowed until destroy. ENOMEM. Allocates.
/// [worker]
taut_status taut_reps_create(const taut_plan *plan, taut_reps **out);
void taut_reps_destroy(taut_reps *reps);
void taut_reps_row(taut_reps *reps, const taut_row *row);
/// Ends the search at the end of the run. At most TAUT_REPS_MAX repetitions, by time and side;
/// borrowed until destroy.
const taut_rep *taut_reps_finish(taut_reps *reps, int64_t end_ns, size_t *n_out);
/// Label of a symptom, NULL when the number has none; borrowed from the model.
const char *taut_reps_symptom(const taut_reps *reps, uint32_t symptom);

#endif

/// A session that runs whole programmes: who may train, what, when, with which load, and when to
/// stop. Single sets on the machine are run by models/session.h inside.
///
///   program.c           one call: inputs in order of priority, outputs, log
///   program_gate.c      clearance, contraindications, phases, days, order: every refusal
///   program_day.c       a session: its list of entries, the marker question, begin and end
///   program_load.c      prescription in whole pounds, search after doming, range, caps
///   program_flow.c      exercises, sides, sets, rests, pauses, work off the machine
///   program_reps.c      what makes a repetition count: breath, form, hold, pelvic floor, symmetry
///   program_symptom.c   reports: stops, signs, referrals, locks
///   program_progress.c  steps up after clean sessions, stagnation, markers
///
/// plugins/session_program/README.md has the rules, docs/session.md the codes of the log. [step]
#ifndef TAUT_MODELS_PROGRAM_H
#define TAUT_MODELS_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "models/program_defects.h"
#include "models/program_params.h"
#include "models/session.h"

enum { TAUT_PROGRAM_QUEUE = 128 };

/// Inputs, in the order of the session role.
typedef struct taut_program_side_input {
  double phase, rep_count, position_m, speed_m_s;
} taut_program_side_input;
typedef struct taut_program_input {
  taut_session_input machine;
  taut_program_side_input side[2];
  double calendar_day, birth_day, birth_mode, has_complication, is_pregnant, is_cleared,
      cleared_day, has_diastasis, has_weak_core, has_prolapse, is_hypermobile, has_tight_piriformis,
      has_hip_rotation, is_assessed, is_aligned, is_activated, resting_tone, sleep_s, checkin_pain,
      checkin_symptom, task_effort, cycle_day, assessed_leak_point_pa, wanted_exercise,
      wanted_phase, wanted_load_n, wanted_mode, wanted_speed_m_s, report_severity, pelvic_sensor,
      form_frame_seq, is_asymmetric;
} taut_program_input;

/// Outputs, in the order of the session role.
typedef struct taut_program_output {
  taut_session_output machine;
  double session_active, session_no, exercise, side, is_floor, is_warm_up, set_no, sets,
      reps_target, reps_counted, rest_left_s, time_left_s, breath_wanted, mvt_m_s, program_phase,
      program_week, program_done, marker_open, advice, advice_seq, refusal, refusal_seq, lock, log,
      log_value, log_seq;
} taut_program_output;

/// Where a session is.
enum {
  TAUT_PROGRAM_OFF,      ///< no session
  TAUT_PROGRAM_READY,    ///< an exercise waits to be started
  TAUT_PROGRAM_MACHINE,  ///< a set on the machine, from arming to putting down
  TAUT_PROGRAM_FREE,     ///< a set off the machine
  TAUT_PROGRAM_REST,     ///< after a set
  TAUT_PROGRAM_PAUSED    ///< a set waits to be resumed
};

/// Why a set ends.
enum { TAUT_PROGRAM_END_NONE, TAUT_PROGRAM_END_WHOLE, TAUT_PROGRAM_END_BROKEN };

/// Reasons of today not to step up, bits.
enum {
  TAUT_PROGRAM_BAR_SYMPTOM = 1,    ///< a symptom
  TAUT_PROGRAM_BAR_SIGN = 2,       ///< a sign of compensation
  TAUT_PROGRAM_BAR_ASYMMETRY = 4,  ///< one side is weaker
  TAUT_PROGRAM_BAR_TIRED = 8,      ///< too little sleep
  TAUT_PROGRAM_BAR_LAX = 16,       ///< lax joints today
  TAUT_PROGRAM_BAR_PAIN = 32,      ///< low-back pain at the check-in
  TAUT_PROGRAM_BAR_BROKEN = 64,    ///< a set was not finished
  TAUT_PROGRAM_BAR_RELEASE = 128   ///< the pelvic floor did not release
};

/// What is remembered of an exercise. Index 0: both sides or the left, 1: the right.
typedef struct taut_program_exercise {
  double load_lb[2];       ///< of the next working set
  double good_lb[2];       ///< greatest load finished without a symptom
  double failed_lb[2];     ///< least load that brought one; 0 is none
  double run[2], best[2];  ///< clean repetitions in a row this session: now, greatest
  double marker_reps;      ///< greatest of `best` in this phase, of the weaker side
  double speed_m_s[2];     ///< mean lifting speed of the last sets of a side
  double range_share;      ///< of the entry's range of motion
  double n_clean;          ///< sessions since the last symptom
  double n_no_gain;        ///< sessions since the last step up
  int64_t is_known, is_searching[2], is_stalled, is_done_today, is_warm[2], bars;
} taut_program_exercise;

/// The repetition under way.
typedef struct taut_program_rep {
  double start_m[2], peak_m[2], lift_s[2];  ///< of this lift
  double hold_s;                            ///< held near the end of the range [s]
  double sensor_peak;                       ///< greatest pelvic-floor activation of the lift
  double sensor_low;                        ///< least since the last repetition; 2: no sensor yet
  double first_peak;                        ///< of the set's first repetition; -1: none yet
  double since_rep_s;                       ///< time since the last repetition was counted [s]
  double breath_s;                          ///< time since a breath was asked for [s]
  double uneven;                            ///< repetitions in a row with one side slower
  int64_t has_fault, has_breath, is_lifting, was_counted, is_asked, has_cued;
} taut_program_rep;

/// Everything that changes. No pointers, no padding.
typedef struct taut_program {
  taut_program_output output;
  taut_session machine;     ///< runs sets
  taut_session_params set;  ///< of the set on the machine
  taut_program_rep rep;
  taut_program_exercise exercise[TAUT_PROGRAM_EXERCISES];
  double period_s;
  double set_load_lb[2];        ///< prescription of the set, per side
  double request, request_seq;  ///< to the machine's session
  double seen_request_seq, seen_report_seq, seen_form_seq, seen_cue_seq, seen_frame_seq, seen_reps;
  double frame_age_s;       ///< since the form check's last frame
  double free_s;            ///< time in the repetition off the machine
  double wanted_lb;         ///< load the person asked for, lower than planned; 0: none
  double wanted_speed_m_s;  ///< lifting speed the person asked for; 0: the exercise's
  double attempts, faults;  ///< in this set
  double referrals, sets_done;
  double start_day;                         ///< of the programme
  double phase_day;                         ///< when this phase began
  double session_day;                       ///< of the last session
  double week_no, week_sessions;            ///< sessions in this week of the programme
  double red_day, symptom_day, tissue_day;  ///< last red flag, stop, doming or low-back pain
  double marker_day;                        ///< when the marker was last asked for
  double pain_run;                          ///< sessions in a row with low-back pain
  double last_stop, stop_s;  ///< last symptom that stopped something; time since then [s]
  double stops;              ///< symptoms of this session
  double cue, cue_late;      ///< cue given; cue that waits for the next call
  int64_t flow, defect, ending, starts_after_marker, is_relief, is_marker_yes, has_begun;
  int64_t bars, has_pain_today, is_tired, ends_session;
  int64_t n_list, i_list, side, set_no;
  int64_t list[TAUT_PROGRAM_ENTRIES], is_done[TAUT_PROGRAM_ENTRIES];
  int64_t queue_first, queue_n;
  double queue_code[TAUT_PROGRAM_QUEUE], queue_value[TAUT_PROGRAM_QUEUE];
  uint64_t event_bits;
  double event_value[TAUT_SESSION_EVENT_COUNT];
} taut_program;

/// Sets the state for calls every `period_s`. `defect` is one of TAUT_PROGRAM_DEFECT_*, 0 in the
/// product. Returns NULL, or why the programme is refused. [step]
const char *taut_program_init(taut_program *g, const taut_program_params *p, double period_s,
                              int64_t defect);
/// One call: moves the state by one period; answer in `output`, events in `event_bits`. Inputs must
/// be finite. Allocates nothing. [step]
void taut_program_update(taut_program *g, const taut_program_params *p,
                         const taut_program_input *in);
/// Lets `duration_s` pass without a call. False, and nothing changed, while a set is under way.
/// [step]
bool taut_program_skip(taut_program *g, double duration_s);

#endif

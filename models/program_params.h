/// Parameters of a session that runs a whole programme: the programme itself, as numbers.
///
/// A programme is a list of phases and a list of entries; an entry is one exercise in one phase.
/// Rows: X(id, name, unit, min, max, default, flags, labels, help); values are SI, loads are whole
/// pounds per cable. Phases and entries are arrays: element 0 of phase_* is phase 1, element 0 of
/// entry_* the first entry. Whoever writes a programme fills them by name. Sources of the defaults:
/// plugins/session_program/README.md.
#ifndef TAUT_MODELS_PROGRAM_PARAMS_H
#define TAUT_MODELS_PROGRAM_PARAMS_H

enum {
  TAUT_PROGRAM_PHASES = 8,      ///< greatest number of phases
  TAUT_PROGRAM_ENTRIES = 64,    ///< greatest number of entries
  TAUT_PROGRAM_EXERCISES = 24,  ///< greatest number of an exercise
  TAUT_PROGRAM_CAPS = 4         ///< steps of the load cap over the weeks after a birth
};

/// What an entry is.
#define TAUT_PROGRAM_KIND_MAP(X) \
  X(LOADED, "loaded")            \
  X(FLOOR, "floor") X(TIMED, "timed") X(STRETCH, "stretch") X(BREATH, "breath") X(CHECK, "check")
enum {
#define TAUT_PROGRAM_KIND_ENUM(name, label) TAUT_PROGRAM_##name,
  TAUT_PROGRAM_KIND_MAP(TAUT_PROGRAM_KIND_ENUM)
#undef TAUT_PROGRAM_KIND_ENUM
      TAUT_PROGRAM_KIND_COUNT
};

/// When an entry is part of a session: always, or only as a step before the load for whom the
/// check-in says so.
#define TAUT_PROGRAM_WHEN_MAP(X)          \
  X(ALWAYS, "always")                     \
  X(TIGHT_PIRIFORMIS, "tight_piriformis") \
  X(HIGH_TONE, "high_tone")               \
  X(HIP_ROTATION,                         \
    "hip_"                                \
    "rotation")
enum {
#define TAUT_PROGRAM_WHEN_ENUM(name, label) TAUT_PROGRAM_WHEN_##name,
  TAUT_PROGRAM_WHEN_MAP(TAUT_PROGRAM_WHEN_ENUM)
#undef TAUT_PROGRAM_WHEN_ENUM
      TAUT_PROGRAM_WHEN_COUNT
};

// clang-format off
#define TAUT_PROGRAM_PARAMS(X)                                                                     \
  X(100, program_phases, TAUT_UNIT_NONE, 0, 8, 0, TAUT_INTEGER, NULL, "phases in use")             \
  X(101, program_entries, TAUT_UNIT_NONE, 0, 64, 0, TAUT_INTEGER, NULL, "entries in use")          \
  X(102, program_weeks, TAUT_UNIT_NONE, 0, 10000, 0, TAUT_INTEGER, NULL,                           \
    "weeks it is meant to last; 0: open")                                                          \
  X(103, program_profile, TAUT_UNIT_NONE, 0, TAUT_PROFILE_COUNT - 1, TAUT_PROFILE_REHAB,           \
    TAUT_ENUM, TAUT_LABELS(TAUT_PROFILE_MAP), "who trains")                                        \
  X(104, program_is_ordered, TAUT_UNIT_NONE, 0, 1, 0, TAUT_BOOL, NULL,                             \
    "entries of a step need all entries of the steps before")                                      \
  X(105, program_needs_alignment, TAUT_UNIT_NONE, 0, 1, 0, TAUT_BOOL, NULL,                        \
    "no load before posture is aligned")                                                           \
  X(106, program_needs_activation, TAUT_UNIT_NONE, 0, 1, 0, TAUT_BOOL, NULL,                       \
    "no load before the inner unit is activated")                                                  \
  X(107, program_needs_clearance, TAUT_UNIT_NONE, 0, 1, 1, TAUT_BOOL, NULL,                        \
    "no session without a medical clearance")                                                      \
  X(108, program_advises, TAUT_UNIT_NONE, 0, 1, 1, TAUT_BOOL, NULL,                                \
    "shows advisory messages; they change no load")                                                \
  X(110, clearance_weeks, TAUT_UNIT_NONE, 0, 104, 6, 0, NULL,                                      \
    "weeks after a vaginal birth before any load")                                                 \
  X(111, clearance_weeks_operated, TAUT_UNIT_NONE, 0, 104, 8, 0, NULL,                             \
    "weeks after a C-section or a complication before any load")                                   \
  X(112, impact_weeks, TAUT_UNIT_NONE, 0, 104, 12, 0, NULL, "weeks after a birth before impact")   \
  X(113, warm_up_share, TAUT_UNIT_NONE, 0, 0.5, 0.5, 0, NULL, "load of a warm-up set")             \
  X(114, warm_up_reps, TAUT_UNIT_NONE, 1, 100, 5, TAUT_INTEGER, NULL, "its repetitions")           \
  X(115, warm_up_rest_s, TAUT_UNIT_S, 0, 600, 30, 0, NULL, "rest after it")                        \
  X(116, concentric_max_m_s, TAUT_UNIT_M_S, 0.05, 3, 0.6, 0, NULL, "greatest lifting speed")       \
  X(117, progress_reps, TAUT_UNIT_NONE, 1, 1000, 20, TAUT_INTEGER, NULL,                           \
    "clean repetitions in a row that allow one step up")                                           \
  X(118, clean_sessions, TAUT_UNIT_NONE, 0, 100, 2, TAUT_INTEGER, NULL,                            \
    "sessions of an exercise without a symptom before a step up")                                  \
  X(119, stall_sessions, TAUT_UNIT_NONE, 1, 1000, 6, TAUT_INTEGER, NULL,                           \
    "sessions of an exercise without a step up that refer")                                        \
  X(120, pain_stop, TAUT_UNIT_NONE, 0, 10, 3, 0, NULL, "pain that counts, 0 to 10")                \
  X(121, pain_severe, TAUT_UNIT_NONE, 0, 10, 7, 0, NULL, "pain that is a red flag, 0 to 10")       \
  X(122, pain_sessions, TAUT_UNIT_NONE, 1, 100, 3, TAUT_INTEGER, NULL,                             \
    "sessions in a row with low-back pain that refer")                                             \
  X(123, tired_sleep_s, TAUT_UNIT_S, 0, 86400, 18000, 0, NULL, "less sleep is a tired day")        \
  X(124, tired_share, TAUT_UNIT_NONE, 0, 1, 0.8, 0, NULL, "load on a tired day")                   \
  X(125, tired_reps, TAUT_UNIT_NONE, 0, 100, 2, TAUT_INTEGER, NULL,                                \
    "repetitions kept in reserve on a tired day")                                                  \
  X(126, prolapse_range, TAUT_UNIT_NONE, 0.1, 1, 0.6, 0, NULL, "range of motion with a prolapse")  \
  X(127, lax_range, TAUT_UNIT_NONE, 0.1, 1, 0.9, 0, NULL, "range of motion with lax joints")       \
  X(128, lax_cycle_first, TAUT_UNIT_NONE, 0, 100, 12, TAUT_INTEGER, NULL,                          \
    "first day of the cycle with lax joints")                                                      \
  X(129, lax_cycle_last, TAUT_UNIT_NONE, 0, 100, 16, TAUT_INTEGER, NULL, "last such day")          \
  X(130, felt_range, TAUT_UNIT_NONE, 0.1, 1, 0.8, 0, NULL,                                         \
    "range of motion kept when the movement is felt in the wrong place")                           \
  X(131, high_tone, TAUT_UNIT_NONE, 0, 1, 0.2, 0, NULL, "resting tone that needs relaxing first")  \
  X(132, let_go_share, TAUT_UNIT_NONE, 0, 1, 0.5, 0, NULL,                                         \
    "pelvic floor over the set's first repetition below which it lets go")                         \
  X(133, release_tone, TAUT_UNIT_NONE, 0, 1, 0.3, 0, NULL,                                         \
    "pelvic floor between repetitions above which it does not release")                            \
  X(134, breath_min_s, TAUT_UNIT_S, 0, 60, 3, 0, NULL, "shortest breath")                          \
  X(135, breath_max_s, TAUT_UNIT_S, 0, 60, 12, 0, NULL, "a breath that takes longer is asked again") \
  X(136, fault_max, TAUT_UNIT_NONE, 1, 100, 3, TAUT_INTEGER, NULL, "faults that end a set")        \
  X(137, fault_late_s, TAUT_UNIT_S, 0, 10, 1, 0, NULL,                                             \
    "how late an alert may come and still mean the repetition before")                             \
  X(138, asymmetry_share, TAUT_UNIT_NONE, 0, 1, 0.15, 0, NULL, "difference of speed that counts")  \
  X(139, asymmetry_reps, TAUT_UNIT_NONE, 1, 100, 3, TAUT_INTEGER, NULL,                            \
    "repetitions in a row with it")                                                                \
  X(140, pressure_share, TAUT_UNIT_NONE, 0, 2, 0.8, 0, NULL,                                       \
    "predicted pressure over a measured leak point that blocks")                                   \
  X(141, form_check_s, TAUT_UNIT_S, 0.1, 60, 1, 0, NULL, "a form check without a frame is dead")   \
  X(142, idle_rep_s, TAUT_UNIT_S, 1, 600, 30, 0, NULL, "a set without a repetition ends")          \
  X(143, long_stretch_s, TAUT_UNIT_S, 0, 600, 30, 0, NULL, "a stretch that lax joints do not need") \
  X(144, hold_cap_s, TAUT_UNIT_S, 1, 600, 60, 0, NULL, "longest hold that the person ends")

/// Arrays: X(id, name, count, unit, min, max, default, flags, labels, help).
#define TAUT_PROGRAM_PHASE_ARRAYS(X)                                                               \
  X(150, phase_weeks, 8, TAUT_UNIT_NONE, 0, 1000, 2, TAUT_INTEGER, NULL, "least weeks of the phase") \
  X(151, phase_days_max, 8, TAUT_UNIT_NONE, 1, 7, 7, TAUT_INTEGER, NULL, "most sessions a week")   \
  X(152, phase_days_min, 8, TAUT_UNIT_NONE, 0, 7, 0, TAUT_INTEGER, NULL, "sessions a week meant")  \
  X(153, phase_marker_confirm, 8, TAUT_UNIT_NONE, 0, 1, 0, TAUT_BOOL, NULL,                        \
    "the person must confirm that the goal is reached")                                            \
  X(154, phase_marker_clean_days, 8, TAUT_UNIT_NONE, 0, 365, 0, TAUT_INTEGER, NULL,                \
    "days without doming and low-back pain that the goal asks for")                                \
  X(155, phase_marker_reps, 8, TAUT_UNIT_NONE, 0, 1000, 0, TAUT_INTEGER, NULL,                     \
    "clean repetitions in a row of every exercise that the goal asks for")                         \
  X(156, cap_weeks, 4, TAUT_UNIT_NONE, 0, 1000, 1000, 0, NULL,                                     \
    "weeks after a birth up to which the cap holds, rising")                                       \
  X(157, cap_share, 4, TAUT_UNIT_NONE, 0, 1, 1, 0, NULL, "load over entry_load_max_lb until then")

#define TAUT_PROGRAM_ENTRY_ARRAYS(X)                                                               \
  X(200, entry_phase, 64, TAUT_UNIT_NONE, 0, 9, 0, TAUT_INTEGER, NULL,                             \
    "phase it belongs to; 0: quick relief, at any time; one past the last: in no session")                                           \
  X(201, entry_step, 64, TAUT_UNIT_NONE, 0, 100, 0, TAUT_INTEGER, NULL, "step within a session")   \
  X(202, entry_exercise, 64, TAUT_UNIT_NONE, 0, 24, 0, TAUT_INTEGER, NULL,                         \
    "number of the exercise, from 1")                                                              \
  X(203, entry_kind, 64, TAUT_UNIT_NONE, 0, TAUT_PROGRAM_KIND_COUNT - 1, 0, TAUT_ENUM,             \
    TAUT_LABELS(TAUT_PROGRAM_KIND_MAP), "what it is")                                              \
  X(204, entry_when, 64, TAUT_UNIT_NONE, 0, TAUT_PROGRAM_WHEN_COUNT - 1, 0, TAUT_ENUM,             \
    TAUT_LABELS(TAUT_PROGRAM_WHEN_MAP), "for whom")                                                \
  X(205, entry_sets, 64, TAUT_UNIT_NONE, 1, 100, 1, TAUT_INTEGER, NULL, "working sets per side")   \
  X(206, entry_reps, 64, TAUT_UNIT_NONE, 0, 1000, 0, TAUT_INTEGER, NULL,                           \
    "repetitions or breaths of a set; 0: timed")                                                   \
  X(207, entry_hold_s, 64, TAUT_UNIT_S, 0, 600, 0, 0, NULL, "hold at the end of each repetition")  \
  X(208, entry_time_s, 64, TAUT_UNIT_S, 0, 3600, 0, 0, NULL, "length of a timed set")              \
  X(209, entry_rep_s, 64, TAUT_UNIT_S, 0.5, 600, 5, 0, NULL,                                       \
    "pace of a repetition off the machine")                                                        \
  X(210, entry_rest_s, 64, TAUT_UNIT_S, 0, 3600, 60, 0, NULL, "rest after a set")                  \
  X(211, entry_is_per_side, 64, TAUT_UNIT_NONE, 0, 1, 0, TAUT_BOOL, NULL,                          \
    "sets of the left, then of the right side")                                                    \
  X(212, entry_uses_left, 64, TAUT_UNIT_NONE, 0, 1, 1, TAUT_BOOL, NULL, "both sides: left cable")  \
  X(213, entry_uses_right, 64, TAUT_UNIT_NONE, 0, 1, 1, TAUT_BOOL, NULL,                           \
    "both sides: right cable")                                                                     \
  X(214, entry_needs_breath, 64, TAUT_UNIT_NONE, 0, 1, 0, TAUT_BOOL, NULL,                         \
    "a breath between every two repetitions")                                                      \
  X(215, entry_user_ends, 64, TAUT_UNIT_NONE, 0, 1, 0, TAUT_BOOL, NULL,                            \
    "the person ends the hold, at the latest at the cap")                                          \
  X(216, entry_mode, 64, TAUT_UNIT_NONE, 0, TAUT_MODE_COUNT - 1, 0, TAUT_ENUM,                     \
    TAUT_LABELS(TAUT_MODE_MAP), "resistance law")                                                  \
  X(217, entry_load_start_lb, 64, TAUT_UNIT_NONE, 0, 130, 0, TAUT_INTEGER, NULL, "first load")     \
  X(218, entry_load_step_lb, 64, TAUT_UNIT_NONE, 0, 50, 0, TAUT_INTEGER, NULL, "one step up")      \
  X(219, entry_load_max_lb, 64, TAUT_UNIT_NONE, 0, 130, 130, TAUT_INTEGER, NULL, "greatest load")  \
  X(220, entry_range_min_m, 64, TAUT_UNIT_M, 0, 5, 0.1, 0, NULL, "bottom of the range of motion")  \
  X(221, entry_range_max_m, 64, TAUT_UNIT_M, 0, 5, 0.6, 0, NULL, "top of the range of motion")     \
  X(222, entry_target_speed_m_s, 64, TAUT_UNIT_M_S, 0, 3, 0.3, 0, NULL,                            \
    "mean lifting speed asked for")                                                                \
  X(223, entry_mvt_m_s, 64, TAUT_UNIT_M_S, 0, 3, 0, 0, NULL,                                       \
    "speed of the last possible lift; 0: the spotter's own")                                       \
  X(224, entry_posture_pa, 64, TAUT_UNIT_CMH2O, 0, 20000, 0, 0, NULL, "pressure of the posture")   \
  X(225, entry_iap_per_kg_pa, 64, TAUT_UNIT_CMH2O, 0, 2000, 0, 0, NULL,                            \
    "pressure that each lifted kilogram adds")                                                     \
  X(226, entry_raises_pressure, 64, TAUT_UNIT_NONE, 0, 1, 0, TAUT_BOOL, NULL,                      \
    "raises abdominal pressure: not with a diastasis or a prolapse")                               \
  X(227, entry_is_sit_up, 64, TAUT_UNIT_NONE, 0, 1, 0, TAUT_BOOL, NULL,                            \
    "bends the trunk: not with a diastasis or a weak core")                                        \
  X(228, entry_is_plank, 64, TAUT_UNIT_NONE, 0, 1, 0, TAUT_BOOL, NULL,                             \
    "plank: not with a diastasis or a weak core")                                                  \
  X(229, entry_is_impact, 64, TAUT_UNIT_NONE, 0, 1, 0, TAUT_BOOL, NULL, "jumps or runs")           \
  X(230, entry_is_carry, 64, TAUT_UNIT_NONE, 0, 1, 0, TAUT_BOOL, NULL,                             \
    "sides may carry different loads at the same time")                                            \
  X(231, entry_needs_assessment, 64, TAUT_UNIT_NONE, 0, 1, 0, TAUT_BOOL, NULL,                     \
    "corrects one side: needs an assessment")                                                      \
  X(232, entry_search, 64, TAUT_UNIT_NONE, 0, 1, 0, TAUT_BOOL, NULL,                               \
    "after doming, look for the greatest load without it")                                         \
  X(233, entry_advice, 64, TAUT_UNIT_NONE, 0, TAUT_ADVICE_COUNT - 1, 0, TAUT_ENUM,                 \
    TAUT_LABELS(TAUT_ADVICE_MAP), "message shown when it begins")
// clang-format on

/// The parameters, in the order of the tables: scalars, arrays of phases, arrays of entries.
typedef struct taut_program_params {
#define TAUT_PROGRAM_FIELD(id, name, ...) double name;
#define TAUT_PROGRAM_ARRAY(id, name, count, ...) double name[count];
  TAUT_PROGRAM_PARAMS(TAUT_PROGRAM_FIELD)
  TAUT_PROGRAM_PHASE_ARRAYS(TAUT_PROGRAM_ARRAY)
  TAUT_PROGRAM_ENTRY_ARRAYS(TAUT_PROGRAM_ARRAY)
#undef TAUT_PROGRAM_FIELD
#undef TAUT_PROGRAM_ARRAY
} taut_program_params;

#endif

/// The digital spotter: watches the repetition, helps when it fails, and lets go after a symptom.
///
/// Predicates and limits: plugins/spotter/README.md. Whatever happens, the share of the
/// prescription it leaves on never rises above 1, falls while a struggle lasts, and rises only at
/// the start of a repetition, after two good ones, and never after a symptom.
#ifndef TAUT_MODELS_SPOTTER_H
#define TAUT_MODELS_SPOTTER_H

#include <stdbool.h>
#include <stdint.h>

/// Parameters: X(id, name, unit macro of taut/plugin.h, min, max, default, help).
#define TAUT_SPOTTER_PARAMS(X)                                                                    \
  X(1, mvt_m_s, TAUT_UNIT_M_S, 0.02, 1, 0.17, "least speed at which this lift still succeeds")    \
  X(2, slow_m_s, TAUT_UNIT_M_S, 0.01, 1, 0.1, "struggle: slower than this in the middle")         \
  X(3, slow_s, TAUT_UNIT_S, 0.05, 5, 0.4, "for this long")                                        \
  X(4, loss_share, TAUT_UNIT_NONE, 0.1, 0.9, 0.5,                                                 \
    "struggle: slower than this share of the set's best repetition, and near mvt_m_s")            \
  X(5, loss_s, TAUT_UNIT_S, 0.05, 5, 0.5, "for this long")                                        \
  X(6, stall_m_s, TAUT_UNIT_M_S, 1e-3, 0.2, 0.02, "stall: slower than this")                      \
  X(7, stall_s, TAUT_UNIT_S, 0.1, 5, 1, "for this long")                                          \
  X(8, reversal_m_s, TAUT_UNIT_M_S, 0.01, 0.5, 0.03, "reversal: sinks faster than this")          \
  X(9, reversal_share, TAUT_UNIT_NONE, 0.1, 1, 0.8, "before this share of the range")             \
  X(10, help_share, TAUT_UNIT_NONE, 0.01, 0.5, 0.1, "share taken off in one stage")               \
  X(11, help_s, TAUT_UNIT_S, 0.05, 2, 0.25, "time between two stages")                            \
  X(12, rate_n_s, TAUT_UNIT_N_S, 1, 200, 195, "greatest change of the load by the share")         \
  X(13, floor_share, TAUT_UNIT_NONE, 0, 0.9, 0.3, "at this share the rest goes too")              \
  X(14, recover_share, TAUT_UNIT_NONE, 0.1, 1.5, 0.8, "share of the target speed that ends help") \
  X(15, restore_share, TAUT_UNIT_NONE, 0, 0.05, 0.05,                                             \
    "share given back at one repetition's start")                                                 \
  X(16, good_reps, TAUT_UNIT_NONE, 2, 20, 2, "repetitions without struggle before that")          \
  X(17, asymmetry_m, TAUT_UNIT_M, 0, 2, 0.05, "distance of the handles; 0 is off")                \
  X(18, asymmetry_s, TAUT_UNIT_S, 0.02, 5, 0.2, "for this long")                                  \
  X(19, asymmetry_share, TAUT_UNIT_NONE, 0.01, 1, 0.1, "difference of the loads' shares")         \
  X(20, bottom_share, TAUT_UNIT_NONE, 0.02, 0.4, 0.2,                                             \
    "a repetition ends below this share of range")                                                \
  X(21, top_share, TAUT_UNIT_NONE, 0.3, 1, 0.6, "and counts when it had come above this one")     \
  X(22, struggles_max, TAUT_UNIT_NONE, 1, 100, 4,                                                 \
    "struggles after which the set ends at the bottom")

/// Defects that the known-bad spotters have; the product has none.
enum {
  TAUT_SPOTTER_RESTORES_AFTER_SYMPTOM = 1 << 0,  ///< gives the load back three seconds later
  TAUT_SPOTTER_NEVER_HELPS = 1 << 1,             ///< sees the struggle and does nothing
  TAUT_SPOTTER_COUNTS_EARLY = 1 << 2             ///< counts a repetition when its lift begins
};

typedef struct taut_spotter_params {
#define TAUT_SPOTTER_FIELD(id, name, ...) double name;
  TAUT_SPOTTER_PARAMS(TAUT_SPOTTER_FIELD)
#undef TAUT_SPOTTER_FIELD
  uint64_t defects;  ///< TAUT_SPOTTER_* bits; 0 in the product. Not a parameter of the plugin.
} taut_spotter_params;

/// Inputs, in the order of the spotter role.
typedef struct taut_spotter_side_input {
  double position_m, speed_m_s, load_command_n, load_n, hand_presence;
} taut_spotter_side_input;
typedef struct taut_spotter_input {
  taut_spotter_side_input side[2];
  double safety_state, armed, set_active, profile, range_min_m, range_max_m, target_speed_m_s;
  double report, report_seq, form_alert, form_alert_seq, mvt_m_s;
} taut_spotter_input;

/// Outputs, in the order of the spotter role.
typedef struct taut_spotter_side_output {
  double load_scale, phase, rep_count;
} taut_spotter_side_output;
typedef struct taut_spotter_output {
  taut_spotter_side_output side[2];
  double state, unload, asymmetry, symptom_latched, rep_count, struggle_seq;
} taut_spotter_output;

/// Events of one call.
enum {
  TAUT_SPOTTER_EVENT_REP,        ///< a repetition was counted on every used side: its number
  TAUT_SPOTTER_EVENT_STRUGGLE,   ///< a struggle began: share of the load then left on
  TAUT_SPOTTER_EVENT_UNLOAD,     ///< full unload asked for
  TAUT_SPOTTER_EVENT_SYMPTOM,    ///< symptom latched: the report
  TAUT_SPOTTER_EVENT_ASYMMETRY,  ///< the sides are apart [m]
  TAUT_SPOTTER_EVENT_COUNT
};

/// One side as observed.
typedef struct taut_spotter_side {
  int64_t phase;    ///< TAUT_PHASE_*
  double low_m;     ///< lowest point since the last repetition or reversal [m]
  double peak_m;    ///< highest point of this repetition [m]
  double start_m;   ///< where the concentric began [m]
  double top_m;     ///< highest end of a counted repetition of the set; 0 is none yet [m]
  double lift_s;    ///< length of this concentric [s]
  double best_m_s;  ///< best mean concentric speed of the set [m/s]
  double slow_s, loss_s, stall_s, sink_s, still_s;  ///< timers [s]
  double rep_count;
  int64_t is_struggling;  ///< a predicate holds now
  int64_t has_failed;     ///< this repetition turned round too early
} taut_spotter_side;

/// Everything that changes, and the parameters. No pointers, no padding.
typedef struct taut_spotter {
  taut_spotter_params p;
  taut_spotter_output output;
  taut_spotter_side side[2];
  double period_s;
  double scale, target;       ///< share of the prescription left on; where it goes
  double help_s;              ///< since the last stage
  double apart_s, apart_n_s;  ///< asymmetry in position and load
  double symptom_s;           ///< since the symptom
  double report_seq, form_seq;
  double good_reps;       ///< without struggle since the last help
  double struggles;       ///< in this set
  int64_t state;          ///< TAUT_SPOTTER_*
  int64_t is_helping;     ///< stages go on
  int64_t has_struggled;  ///< in this repetition
  int64_t may_restore;    ///< a repetition began that has not been answered
  int64_t has_restored;   ///< some load came back in this set
  int64_t is_final;       ///< a struggle followed it: no more comes back
  int64_t is_latched, is_apart, is_armed, is_active;
  uint64_t event_bits;
  double event_value[TAUT_SPOTTER_EVENT_COUNT];
} taut_spotter;

/// Default parameters without defect. [any]
taut_spotter_params taut_spotter_params_default(void);
/// Sets the state for calls every `period_s`. NULL, or why the parameters are refused. [step]
const char *taut_spotter_init(taut_spotter *s, const taut_spotter_params *p, double period_s);
/// One call: moves the state by one period; answer in `output`, events in `event_bits`. Inputs must
/// be finite. Allocates nothing. [step]
void taut_spotter_update(taut_spotter *s, const taut_spotter_input *in);
/// Whether a report is a symptom that unloads, and not a remark. [any]
bool taut_spotter_is_symptom(double report);

/// Follows the repetition of one side and judges it (spotter_phase.c): phase, count, struggle. True
/// when a repetition was counted. [step]
bool taut_spotter_observe(taut_spotter *s, int i_side, const taut_spotter_input *in);

#endif

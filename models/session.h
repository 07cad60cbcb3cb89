/// The basic session: runs sets on the machine, from the request to the rest.
///
/// start_set -> cue take_handles, arm_request, prescription -> ready -> arm_confirm -> armed, ramp
/// -> cue lift, set active -> repetitions done -> unload, cue put_down -> disarm -> rest. A symptom
/// or a stop of the machine ends the set; it is acknowledged by the person before the next one. The
/// prescription is a whole number of pounds. plugins/session_basic/README.md has the rules.
#ifndef TAUT_MODELS_SESSION_H
#define TAUT_MODELS_SESSION_H

#include <stdbool.h>
#include <stdint.h>

/// Parameters: X(id, name, unit macro of taut/plugin.h, min, max, default, flags, labels, help).
#define TAUT_SESSION_PARAMS(X)                                                                     \
  X(1, mode, TAUT_UNIT_NONE, 0, TAUT_MODE_COUNT - 1, 0, TAUT_ENUM, TAUT_LABELS(TAUT_MODE_MAP),     \
    "resistance law")                                                                              \
  X(2, uses_left, TAUT_UNIT_NONE, 0, 1, 1, TAUT_BOOL, NULL, "the exercise uses the left cable")    \
  X(3, uses_right, TAUT_UNIT_NONE, 0, 1, 1, TAUT_BOOL, NULL, "the exercise uses the right cable")  \
  X(4, range_min_m, TAUT_UNIT_M, 0, 5, 0.1, 0, NULL, "bottom of the range of motion")              \
  X(5, range_max_m, TAUT_UNIT_M, 0, 5, 0.6, 0, NULL, "top of the range of motion")                 \
  X(6, target_speed_m_s, TAUT_UNIT_M_S, 0, 3, 0.3, 0, NULL, "mean concentric speed asked for")     \
  X(7, reps, TAUT_UNIT_NONE, 0, 1000, 10, TAUT_INTEGER, NULL, "repetitions of a set; 0: no limit") \
  X(8, profile, TAUT_UNIT_NONE, 0, TAUT_PROFILE_COUNT - 1, TAUT_PROFILE_REHAB, TAUT_ENUM,          \
    TAUT_LABELS(TAUT_PROFILE_MAP), "who trains: unknown means the lowest limits")                  \
  X(9, mode_stiffness_n_m, TAUT_UNIT_N_M, 0, 5000, 0, 0, NULL, "chain or elastic gain")            \
  X(10, mode_eccentric_gain, TAUT_UNIT_NONE, 0, 1, 0, 0, NULL,                                     \
    "extra share of load when lowering")                                                           \
  X(11, mode_speed_m_s, TAUT_UNIT_M_S, 0, 3, 0.5, 0, NULL, "isokinetic speed")                     \
  X(12, mode_damping_ns_m, TAUT_UNIT_NS_M, 0, 2000, 0, 0, NULL, "damper constant")                 \
  X(13, search, TAUT_UNIT_NONE, 0, 1, 0, TAUT_BOOL, NULL,                                          \
    "after a cone, look for the greatest load without one")                                        \
  X(14, ramp_n_s, TAUT_UNIT_N_S, 1, 200, 48, 0, NULL,                                              \
    "the controller's first ramp, to know when the load is there")                                 \
  X(15, ramp_margin_s, TAUT_UNIT_S, 0, 10, 0.5, 0, NULL, "wait after that ramp")                   \
  X(16, put_down_s, TAUT_UNIT_S, 0.5, 60, 8, 0, NULL, "time to lower and let go after a set")      \
  X(17, arming_s, TAUT_UNIT_S, 1, 600, 45, 0, NULL, "arming is given up after this time")          \
  X(18, set_s, TAUT_UNIT_S, 0, 3600, 0, 0, NULL, "greatest length of a set; 0: no limit")

typedef struct taut_session_params {
#define TAUT_SESSION_FIELD(id, name, ...) double name;
  TAUT_SESSION_PARAMS(TAUT_SESSION_FIELD)
#undef TAUT_SESSION_FIELD
} taut_session_params;

/// Inputs, in the order of the session role.
typedef struct taut_session_input {
  double set_load_n[2];
  double request, request_seq, safety_state, cause, arm_state, rep_count;
  double report, report_seq, form_alert, form_alert_seq;
} taut_session_input;

/// Outputs, in the order of the session role.
typedef struct taut_session_output {
  double load_n[2];
  double mode, mode_stiffness_n_m, mode_eccentric_gain, mode_speed_m_s, mode_damping_ns_m;
  double command, command_seq, heartbeat_seq, profile, range_min_m, range_max_m, target_speed_m_s;
  double set_active, cue, cue_seq, state, referrals, last_good_load_n, sets_done;
} taut_session_output;

/// Events of one call.
enum {
  TAUT_SESSION_EVENT_STATE,        ///< new state
  TAUT_SESSION_EVENT_REFER,        ///< a referral to a professional: the report
  TAUT_SESSION_EVENT_SYMPTOM,      ///< a symptom ended the set: the report
  TAUT_SESSION_EVENT_OFFER,        ///< prescription of the heavier side [N]
  TAUT_SESSION_EVENT_SET_DONE,     ///< a set was finished: repetitions
  TAUT_SESSION_EVENT_SET_BROKEN,   ///< a set ended early: repetitions
  TAUT_SESSION_EVENT_SEARCH_DONE,  ///< the load search ended: load [N]
  TAUT_SESSION_EVENT_COUNT
};

/// Everything that changes, and the parameters. No pointers, no padding.
typedef struct taut_session {
  taut_session_params p;
  taut_session_output output;
  double period_s;
  double state_s;  ///< time in the state or step [s]
  double ramp_s;   ///< time of the first ramp [s]
  double wish_s;   ///< how long a set asked for too early is still wanted [s]
  double request_seq, report_seq, form_seq;
  double good_lb;        ///< greatest load finished without a symptom
  double failed_lb;      ///< least load that brought a symptom; 0 is none
  double offered_lb;     ///< load of this set, heavier side
  int64_t is_searching;  ///< the last failure was a cone: loads between may be tried
  int64_t is_ready;      ///< arm_confirm was sent
  int64_t is_ending;     ///< unloaded: the person puts the handles down
  int64_t is_whole;      ///< the set that ends was finished
  int64_t is_counting;   ///< the spotter's count is of this set, no longer of the last one
  int64_t is_lifting;    ///< the spotter sees a lift: the set does not end now
  uint64_t event_bits;
  double event_value[TAUT_SESSION_EVENT_COUNT];
} taut_session;

/// Default parameters. [any]
taut_session_params taut_session_params_default(void);
/// Sets the state for calls every `period_s`. NULL, or why the parameters are refused. [step]
const char *taut_session_init(taut_session *s, const taut_session_params *p, double period_s);
/// What the handles do, before a call: the phases as the spotter sees them and the speeds [m/s] of
/// left and right. A session that is never told ends its sets at once. [step]
void taut_session_observe(taut_session *s, const double phase[2], const double speed_m_s[2]);
/// One call: moves the state by one period; answer in `output`, events in `event_bits`. Inputs must
/// be finite. Allocates nothing. [step]
void taut_session_update(taut_session *s, const taut_session_input *in);
/// The load the next set gets when `asked_lb` is asked for, from what was good and what failed.
/// [any]
double taut_session_offer(const taut_session *s, double asked_lb);

#endif

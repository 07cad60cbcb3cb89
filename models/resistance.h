/// The reference controller of a two-cable trainer: prescription in, torque out.
///
/// Fast loop (every call, 4 kHz; from 1 kHz down it is one with the outer loop): observer, release
/// signature, retraction limiter, trips that cannot wait, torque. Outer loop (every fourth call, 1
/// kHz): commands and reports, arming, supervisor, law, ramps. Equations, numbers and their
/// sources: plugins/resistance/README.md.
///
/// The parts: resistance_observer (speed, cable force), resistance_law (modes), resistance_force
/// (limiter, force to torque), resistance_ramp (set-point), resistance_arming, resistance_watch
/// (plausibility), resistance_safety (classes). This file holds what they share.
#ifndef TAUT_MODELS_RESISTANCE_H
#define TAUT_MODELS_RESISTANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/resistance_law.h"
#include "models/resistance_observer.h"
#include "taut/math.h"

/// Parameters: X(id, name, unit macro of taut/plugin.h, min, max, default, help). Defaults fit the
/// home trainer; status and source of each number stand in plugins/resistance/README.md.
#define TAUT_RESISTANCE_PARAMS(X)                                                                  \
  X(1, kt_nm_a, TAUT_UNIT_NM_A, 0.01, 10, 0.6, "torque per q-axis current")                        \
  X(2, spool_radius_m, TAUT_UNIT_MM, 5e-3, 0.2, 0.035, "spool radius")                             \
  X(3, inertia_kg_m2, TAUT_UNIT_KG_M2, 1e-5, 1, 3e-3, "inertia of rotor and spool")                \
  X(4, friction_nm, TAUT_UNIT_NM, 0, 5, 0.15, "dry friction that is compensated")                  \
  X(5, viscous_nm_s, TAUT_UNIT_NM_S, 0, 1, 2e-3, "friction per speed that is compensated")         \
  X(6, cogging_nm, TAUT_UNIT_NM, 0, 5, 0, "cogging amplitude that is compensated; 0 is off")       \
  X(7, cogging_per_turn, TAUT_UNIT_NONE, 1, 1000, 120, "cogging periods per turn")                 \
  X(8, pulley_efficiency, TAUT_UNIT_NONE, 0.5, 1, 0.9216,                                          \
    "tension out over tension in, spool to handle, all pulleys")                                   \
  X(9, friction_blend_m_s, TAUT_UNIT_M_S, 1e-3, 1, 0.02,                                           \
    "cable speed at which the friction compensation is whole")                                     \
  X(10, torque_max_nm, TAUT_UNIT_NM, 0.1, 60, 25, "greatest torque that is asked for")             \
  X(11, trim_max, TAUT_UNIT_NONE, 0, 0.2, 0.05,                                                    \
    "greatest share the slow load-cell trim may add or take; 0 is off")                            \
  X(12, trim_s, TAUT_UNIT_S, 0.1, 100, 3, "time constant of the trim")                             \
  X(13, observer_hz, TAUT_UNIT_HZ, 50, 600, 300, "bandwidth of the fast observer")                 \
  X(14, smooth_hz, TAUT_UNIT_HZ, 10, 300, 80, "bandwidth of speed for laws and outputs")           \
  X(15, load_max_n, TAUT_UNIT_N, 10, 600, 110 * TAUT_LBF_N, "greatest load: 110 lb")               \
  X(16, load_max_rehab_n, TAUT_UNIT_N, 10, 600, 110 * TAUT_LBF_N, "greatest load, profile rehab")  \
  X(17, load_max_unknown_n, TAUT_UNIT_N, 0, 600, 20 * TAUT_LBF_N,                                  \
    "greatest load, unknown profile: 20 lb")                                                       \
  X(18, idle_n, TAUT_UNIT_N, 1, 10, 8, "take-up tension")                                          \
  X(19, rate_up_n_s, TAUT_UNIT_N_S, 1, 200, 195, "load change upwards")                            \
  X(20, rate_down_n_s, TAUT_UNIT_N_S, 1, 500, 490, "load change downwards")                        \
  X(21, rate_arming_n_s, TAUT_UNIT_N_S, 1, 50, 49, "first ramp after arming")                      \
  X(22, rate_law_n_s, TAUT_UNIT_N_S, 1, 50000, 5000,                                               \
    "force change within the laws that follow speed at once")                                      \
  X(23, speed_limit_m_s, TAUT_UNIT_M_S, 0.2, 3, 1, "retraction limit in a set, rehab or unknown")  \
  X(24, speed_limit_general_m_s, TAUT_UNIT_M_S, 0.2, 3, 1.5, "the same, profile general")          \
  X(25, speed_free_m_s, TAUT_UNIT_M_S, 0.05, 0.5, 0.3, "retraction limit when no hand is there")   \
  X(26, limiter_band_m_s, TAUT_UNIT_M_S, 0.02, 1, 0.2, "speed band in which the force fades")      \
  X(27, limiter_gain_ns_m, TAUT_UNIT_NS_M, 1, 5000, 250, "least slope of the fade")                \
  X(28, limiter_lead_s, TAUT_UNIT_S, 0, 0.005, 0.0009, "delay of the torque path, predicted over") \
  X(29, pay_out_max_n, TAUT_UNIT_N, 0, 1000, 150, "greatest paying-out force of the limiter")      \
  X(30, extension_limit_m_s, TAUT_UNIT_M_S, 0.5, 10, 2.5, "paying-out speed that trips")           \
  X(31, over_speed_ratio, TAUT_UNIT_NONE, 1, 3, 1.5, "retraction trip over its limit")             \
  X(32, release_share, TAUT_UNIT_NONE, 0.05, 0.9, 0.35,                                            \
    "cable force over set-point below which a hand is doubted")                                    \
  X(33, release_speed_m_s, TAUT_UNIT_M_S, 0.01, 1, 0.1, "retraction speed needed for the doubt")   \
  X(34, release_doubt_s, TAUT_UNIT_S, 0, 0.1, 0.002, "how long, for the limiter to tighten")       \
  X(35, release_confirm_s, TAUT_UNIT_S, 0, 0.2, 0.008, "how long, for released without a sensor")  \
  X(36, release_least_n, TAUT_UNIT_N, 0, 100, 30, "set-point from which the signature is used")    \
  X(37, heartbeat_s, TAUT_UNIT_S, 1e-3, 1, 0.05, "age at which a command is stale")                \
  X(38, runaway_ratio, TAUT_UNIT_NONE, 1, 3, 1.2, "measured over expected current that trips")     \
  X(39, runaway_a, TAUT_UNIT_A, 0.1, 20, 1.5, "margin added to it")                                \
  X(40, runaway_s, TAUT_UNIT_S, 5e-4, 0.1, 0.003, "for how long")                                  \
  X(41, cross_share, TAUT_UNIT_NONE, 0.01, 1, 0.1, "load cell against current: share")             \
  X(42, cross_n, TAUT_UNIT_N, 1, 200, 20, "load cell against current: force")                      \
  X(43, cross_s, TAUT_UNIT_S, 5e-3, 1, 0.02, "load cell against current: for how long")            \
  X(44, freeze_s, TAUT_UNIT_S, 0.01, 2, 0.2, "load cell frozen in motion for this long")           \
  X(45, bus_nominal_v, TAUT_UNIT_V, 10, 200, 54, "bus voltage at rest")                            \
  X(46, bus_low_share, TAUT_UNIT_NONE, 0.5, 1, 0.85, "share of it that is a brown-out")            \
  X(47, bus_high_v, TAUT_UNIT_V, 10, 250, 57.5,                                                    \
    "bus voltage that says the chopper is lost; below the drive's trip")                           \
  X(48, derate_start_k, TAUT_UNIT_DEGC, 273.15, 473.15, 358.15,                                    \
    "motor: the load cap falls from here")                                                         \
  X(49, derate_end_k, TAUT_UNIT_DEGC, 273.15, 473.15, 371.15,                                      \
    "motor: safe stop, below the drive's trip")                                                    \
  X(50, ready_hold_s, TAUT_UNIT_S, 0.1, 10, 1, "how long the handle is held still before arming")  \
  X(51, ready_out_m, TAUT_UNIT_M, 0, 2, 0.05, "how far out")                                       \
  X(52, ready_speed_m_s, TAUT_UNIT_M_S, 0.01, 1, 0.1, "how still")                                 \
  X(53, idle_disarm_s, TAUT_UNIT_S, 1, 600, 30, "idle without a hand that disarms")                \
  X(54, entangled_s, TAUT_UNIT_S, 0.5, 3, 2.5, "no hand and no motion under force, then off")      \
  X(55, asymmetry_m, TAUT_UNIT_M, 0, 5, 0.6, "difference of the sides that stops; 0 is off")       \
  X(56, ss1_s, TAUT_UNIT_S, 0.1, 0.3, 0.27, "length of a safe stop from the greatest load")        \
  X(57, inverse_floor, TAUT_UNIT_NONE, 0, 1, 0.5, "inverse chain: least share of the load")        \
  X(58, isokinetic_gain_ns_m, TAUT_UNIT_NS_M, 10, 5000, 600,                                       \
    "force per speed above the set speed")                                                         \
  X(59, isometric_gain_n_m, TAUT_UNIT_N_M, 100, 50000, 4000, "stiffness of the position hold")     \
  X(60, isometric_time_s, TAUT_UNIT_S, 1, 60, 15, "longest isometric hold")                        \
  X(61, burnout_drop, TAUT_UNIT_NONE, 0.05, 0.5, 0.15, "share taken off at each failure")          \
  X(62, unload_speed_m_s, TAUT_UNIT_M_S, 0.02, 10, 0.15,                                           \
    "paying-out speed at which an unloading waits for the hand")                                   \
  X(63, unload_s, TAUT_UNIT_S, 0.1, 1.8, 1.5, "longest that it takes all the same")                \
  X(64, stretch_share, TAUT_UNIT_NONE, 0.02, 1, 0.1,                                               \
    "rehabilitation: past the range of motion by this share of it the load has faded")             \
  X(65, stretch_n, TAUT_UNIT_N, 0, 600, 20, "what is left of it there")

/// Defects that the known-bad controllers have; the product has none.
enum {
  TAUT_RESISTANCE_NO_RETRACTION_LIMIT = 1 << 0,  ///< neither the limiter nor its tightening
  TAUT_RESISTANCE_RELEASE_DEBOUNCE = 1 << 1,     ///< released only by 150 ms without tension
  TAUT_RESISTANCE_KG_LB_SWAP = 1 << 2,           ///< the number of pounds is taken for kilograms
  TAUT_RESISTANCE_STALE_TORQUE = 1 << 3,         ///< the age of the command is ignored
  TAUT_RESISTANCE_SYMPTOM_NOT_LATCHED = 1 << 4,  ///< after the ramp the load comes back by itself
  TAUT_RESISTANCE_STO_ON_EVERYTHING = 1 << 5,    ///< every class is safe torque off
  TAUT_RESISTANCE_JUMP_FOLLOWED = 1 << 6         ///< a changed prescription needs no confirmation
};
/// The defect that findings of one cause (taut/roles.h) lead to nothing.
#define TAUT_RESISTANCE_BLIND(cause) (UINT64_C(1) << (32 + (cause)))

typedef struct taut_resistance_params {
#define TAUT_RESISTANCE_FIELD(id, name, ...) double name;
  TAUT_RESISTANCE_PARAMS(TAUT_RESISTANCE_FIELD)
#undef TAUT_RESISTANCE_FIELD
  uint64_t defects;  ///< TAUT_RESISTANCE_* bits; 0 in the product. Not a parameter of the plugin.
} taut_resistance_params;

/// Inputs of one side, in the order of the controller role.
typedef struct taut_resistance_side_input {
  double encoder_angle_rad, encoder_valid, iq_a, drive_state, drive_fault, bus_v, motor_temp_k;
  double load_cell_n, hand_presence, load_n, load_scale;
} taut_resistance_side_input;

/// All inputs, in the order of the controller role. The caller keeps the last finite value of a
/// port that carries NaN or infinity.
typedef struct taut_resistance_input {
  taut_resistance_side_input side[2];
  double mode, mode_stiffness_n_m, mode_eccentric_gain, mode_speed_m_s, mode_damping_ns_m;
  double command, command_seq, heartbeat_seq, profile, range_min_m, range_max_m;
  double report, report_seq, form_alert, form_alert_seq, spotter_unload;
  double estop_a_closed, estop_b_closed;
} taut_resistance_input;

/// Outputs, in the order of the controller role.
typedef struct taut_resistance_side_output {
  double torque_command_nm, current_ceiling_a, torque_permit, brake;
  double load_command_n, position_m, speed_m_s, hand_held;
} taut_resistance_side_output;

typedef struct taut_resistance_output {
  taut_resistance_side_output side[2];
  double torque_seq, safety_state, cause, arm_state, armed;
  double report_ack_seq, form_ack_seq, command_ack_seq;
} taut_resistance_output;

/// Events of one call; the value stands beside the bit.
enum {
  TAUT_RESISTANCE_EVENT_SAFETY,   ///< new safety state
  TAUT_RESISTANCE_EVENT_CAUSE,    ///< its cause
  TAUT_RESISTANCE_EVENT_ARM,      ///< new arming state
  TAUT_RESISTANCE_EVENT_REFUSED,  ///< arming was refused: the cause
  TAUT_RESISTANCE_EVENT_JUMP,     ///< a load that needs a new confirmation was refused [N]
  TAUT_RESISTANCE_EVENT_LIMITED,  ///< a prescription was cut to the limit of the profile [N]
  TAUT_RESISTANCE_EVENT_WARM,     ///< a motor nears its derating temperature [K]
  TAUT_RESISTANCE_EVENT_REPORT,   ///< a symptom was taken in: the report
  TAUT_RESISTANCE_EVENT_COUNT
};

/// One cable. Flags are 0 or 1.
typedef struct taut_resistance_side {
  taut_observer observer;
  taut_law_state law;
  int64_t is_used;           ///< has a load in this arming
  int64_t has_torque;        ///< the drive may give torque
  int64_t is_doubted;        ///< the release signature was seen: the limiter is tight
  int64_t is_released;       ///< nobody holds the handle of a loaded cable
  int64_t is_warm;           ///< the warning was given
  int64_t has_pulled;        ///< the drive has given torque since the start
  double angle_zero_rad;     ///< encoder angle with the handle at its stop
  double motor_n;            ///< force of motor and friction on the spool's rim, this call [N]
  double speed_limit_m_s;    ///< retraction limit now [m/s]
  double load_n;             ///< accepted prescription, whole pounds [N]
  double load_armed_n;       ///< prescription that was confirmed [N]
  double load_refused_n;     ///< prescription that waits for a confirmation, else 0 [N]
  double law_n;              ///< law of the prescription [N]
  double cap_n;              ///< ramped cap of the prescription for the fast laws [N]
  double command_n;          ///< set-point at the handle [N]
  double start_n;            ///< set-point when the present class began [N]
  double force_n;            ///< set-point after the retraction limiter [N]
  double iq_command_a;       ///< current the drive was asked for in the last call [A]
  double iq_offset_a;        ///< what it usually differs by [A]
  double iq_expected_a;      ///< the same as the drive's current should follow [A]
  double trim;               ///< slow correction of the torque constant [1]
  double load_cell_zero_n;   ///< its offset: the least that it read at rest [N]
  double load_cell_rest_n;   ///< load cell at rest, low-passed [N]
  double load_cell_slow_n;   ///< load cell, low-passed [N]
  double load_cell_last_n;   ///< last reading, for the freeze check [N]
  double force_frozen_n;     ///< cable force when the reading last changed [N]
  double encoder_last_m;     ///< last reading [m]
  double still_m;            ///< where an empty handle was when `still_s` began [m]
  double encoder_speed_m_s;  ///< speed when the reading last changed [m/s]
  // timers [s]
  double frozen_s, disturbed_s, doubt_s, clear_s, released_s, slack_s, runaway_s, over_speed_s,
      pay_out_s;
  double cell_frozen_s, mismatch_s, deficit_s, excess_s, low_bus_s, still_s, drive_fault_s;
} taut_resistance_side;

/// Everything that changes, and the constants. No pointers, no padding.
typedef struct taut_resistance_state {
  taut_resistance_params p;
  taut_law_params law_params;
  taut_observer_gains gains;
  taut_resistance_input input;  ///< last finite inputs
  taut_resistance_output output;
  taut_resistance_side side[2];
  double period_s, outer_s;  ///< of the fast and the outer loop
  double force_per_a;        ///< Kt/r [N/A]
  double iq_share;           ///< how fast the expected current follows, per call [1]
  double kept_mode;          ///< mode at the confirmation
  double class_s;            ///< time in the present safety state [s]
  double stop_s;             ///< length of the present safe stop [s]
  double heartbeat_age_s, ready_s, arm_s, no_hand_s, still_s, brake_s, asymmetry_s, torque_on_s;
  double heartbeat_seq, command_seq, report_seq, form_seq;
  int64_t calls;               ///< fast calls so far
  int64_t has_started;         ///< the encoder's zero was taken
  int64_t n_bad;               ///< non-finite inputs since the last outer call
  int64_t tick_ns;             ///< of the last call, -1 before the first; kept by the caller
  int64_t late_calls[2];       ///< the last calls that came late
  int64_t is_late;             ///< three of a hundred calls came late, since the last outer call
  int64_t safety, cause, arm;  ///< enums of taut/roles.h
  int64_t is_ramping;          ///< first ramp after arming
  int64_t is_unloaded;         ///< unloaded on request until disarmed
  int64_t is_disarming;        ///< torque goes off at the end of the ramp
  int64_t is_held_low;         ///< symptom ramp: waits at the bottom of the range
  uint64_t event_bits;         ///< 1 << TAUT_RESISTANCE_EVENT_* of this call
  double event_value[TAUT_RESISTANCE_EVENT_COUNT];
} taut_resistance_state;

/// Default parameters without defect. [any]
taut_resistance_params taut_resistance_params_default(void);

/// Sets the state for a run with calls every `period_s`. Returns NULL, or why the parameters are
/// refused (static text that starts with the parameter's name). Allocates nothing. [step]
const char *taut_resistance_init(taut_resistance_state *s, const taut_resistance_params *p,
                                 double period_s);

/// Whether the next update runs the outer loop and so wants all inputs fresh; other calls read only
/// the first nine inputs of sides that are used. [step]
static inline bool taut_resistance_wants_all(const taut_resistance_state *s) {
  return (s->calls & 3) == 0 || s->outer_s <= s->period_s;
}

/// Moves a disarmed controller over `n_calls` calls that nobody looks at, `duration_ns` in all.
/// False, and the state untouched, when it is not at rest: arming, braking, or in a safety class
/// that goes on. [step]
bool taut_resistance_skip(taut_resistance_state *s, int64_t n_calls, int64_t duration_ns);

/// Notes that this call comes late: more than one and a half periods after the last. [step]
static inline void taut_resistance_late(taut_resistance_state *s) {
  if (s->calls - s->late_calls[0] < 100) s->is_late = 1;
  s->late_calls[0] = s->late_calls[1];
  s->late_calls[1] = s->calls;
}

/// One call: reads `s->input` and `s->n_bad`, moves the state by one period, leaves the answer in
/// `s->output` and events in `s->event_bits`. Allocates nothing. [step]
void taut_resistance_update(taut_resistance_state *s);

// ------------------------------------------------------------------------------ shared by the
// parts

/// Notes an event of this call. [step]
static inline void taut_resistance_emit(taut_resistance_state *s, int event, double value) {
  s->event_bits |= UINT64_C(1) << event;
  s->event_value[event] = value;
}

/// Takes up symptoms, faults, classes and their end (resistance_safety.c). A class below the
/// present one is ignored; the first cause stands until re-arming. [step]
void taut_resistance_trip(taut_resistance_state *s, int64_t safety, int64_t cause);
/// Changes the arming state and says so. [step]
void taut_resistance_set_arm(taut_resistance_state *s, int64_t arm);
/// Counts the class's time and moves it on: to latched, back from a false release. [step]
void taut_resistance_safety_step(taut_resistance_state *s);
/// Set-point of a side in a class other than normal and assist [N]. [step]
double taut_resistance_class_command(taut_resistance_state *s, taut_resistance_side *side,
                                     const taut_resistance_side_input *in);

/// Commands, two-step arming, acknowledgement (resistance_arming.c). [step]
void taut_resistance_arming_step(taut_resistance_state *s);
/// Whether torque may not be given now: the cause, or TAUT_CAUSE_NONE. [step]
int64_t taut_resistance_obstacle(const taut_resistance_state *s);
/// A prescription as the machine takes it: whole pounds within the profile's limit [N]. [step]
double taut_resistance_whole_load(taut_resistance_state *s, double load_n);

/// Plausibility of inputs, once per outer call (resistance_watch.c). [step]
void taut_resistance_watch(taut_resistance_state *s);
/// Plausibility that cannot wait: encoder, current, speed, release; once per call and used side.
/// [step]
void taut_resistance_watch_fast(taut_resistance_state *s, taut_resistance_side *side,
                                const taut_resistance_side_input *in, double measured_m);

/// Law, spotter, derating and ramps: the set-point of one side (resistance_ramp.c). [step]
void taut_resistance_ramp(taut_resistance_state *s, int i_side);

/// Retraction limiter and force to torque for one side; sets torque and current
/// (resistance_force.c). [step]
void taut_resistance_force(taut_resistance_state *s, taut_resistance_side *side,
                           const taut_resistance_side_input *in, taut_resistance_side_output *out);
/// Cable force at the spool that gives `handle_n` at the handle, by direction of motion [N]. [any]
double taut_resistance_spool_force(const taut_resistance_state *s, double handle_n,
                                   double direction);

#endif

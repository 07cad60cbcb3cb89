/// Roles of a rig: the ports that every plugin of a role has, so that any can replace another.
///
/// A role is one instance that serves all cables, except `motor` and `cable`, one instance per side
/// ("left.motor"). A role that serves both sides has each of its SIDE ports twice, the whole left
/// block before the whole right block, then its COMMON ports. A plugin may append ports of its own.
///
/// Row of a port list:
///   X(prefix, id offset, ENUM, "name", unit, min, max, init, labels, flags, permit, accuracy,
///     source, help)
/// `source` is the default wiring of an input: "role.port"; `*` stands for "left" or "right", and a
/// bare motor or cable is the one of the same side. NULL leaves the input to the scenario.
/// Values are SI. docs/roles.md is generated from this file.
#ifndef TAUT_ROLES_H
#define TAUT_ROLES_H

#include "taut/plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Labels of the enums that roles share. An enumerator is the label in capitals. Lists grow at the
/// end only: a plugin built with an older, shorter list still loads and still wires.
// clang-format off
#define TAUT_REPORT_MAP(X)                                                                        \
  X(NONE, "none") X(LEAK, "leak") X(HEAVINESS, "heaviness") X(CONE, "cone") X(PAIN, "pain")       \
  X(BACK_PAIN, "back_pain") X(DIZZINESS, "dizziness") X(NUMBNESS, "numbness") X(LET_GO, "let_go") \
  X(CHEST_PAIN, "chest_pain") X(CALF_PAIN, "calf_pain") X(BLEEDING, "bleeding") X(FEVER, "fever") \
  X(HEADACHE, "headache") X(TOO_HEAVY, "too_heavy") X(STOP, "stop") X(CRAMP, "cramp")             \
  X(BREATH_DONE, "breath_done") X(RADIATING_PAIN, "radiating_pain") X(BREATHLESS, "breathless")   \
  X(VISION, "vision") X(WOUND, "wound")
#define TAUT_SAFETY_STATE_MAP(X)                                                     \
  X(NORMAL, "normal") X(ASSIST, "assist") X(SYMPTOM_RAMP, "symptom_ramp") X(SS1, "ss1") \
  X(STO, "sto") X(RELEASED, "released") X(LATCHED, "latched")
#define TAUT_CAUSE_MAP(X)                                                                         \
  X(NONE, "none") X(SYMPTOM, "symptom") X(FORM, "form") X(SPOTTER, "spotter") X(ESTOP, "estop")   \
  X(COMMAND_STALE, "command_stale") X(COMMAND_INVALID, "command_invalid")                         \
  X(ENCODER, "encoder") X(OVER_SPEED, "over_speed") X(RUNAWAY, "runaway") X(LOAD_CELL, "load_cell") \
  X(OVER_VOLTAGE, "over_voltage") X(UNDER_VOLTAGE, "under_voltage")                               \
  X(OVER_TEMPERATURE, "over_temperature") X(DRIVE, "drive") X(RELEASE, "release")                 \
  X(ENTANGLEMENT, "entanglement") X(ASYMMETRY, "asymmetry") X(NUMBER, "number")                   \
  X(CABLE, "cable") X(TIMEOUT, "timeout")
#define TAUT_ARM_STATE_MAP(X) \
  X(DISARMED, "disarmed") X(REQUESTED, "requested") X(READY, "ready") X(ARMED, "armed")
#define TAUT_MODE_MAP(X)                                                                       \
  X(STANDARD, "standard") X(CHAIN, "chain") X(INVERSE_CHAIN, "inverse_chain")                  \
  X(ELASTIC, "elastic") X(ECCENTRIC, "eccentric") X(ISOKINETIC, "isokinetic")                  \
  X(ISOMETRIC, "isometric") X(DAMPER, "damper") X(BURNOUT, "burnout")
#define TAUT_COMMAND_MAP(X)                                                       \
  X(NONE, "none") X(ARM_REQUEST, "arm_request") X(ARM_CONFIRM, "arm_confirm")     \
  X(DISARM, "disarm") X(ACKNOWLEDGE, "acknowledge") X(UNLOAD, "unload")
#define TAUT_PROFILE_MAP(X) X(UNKNOWN, "unknown") X(REHAB, "rehab") X(GENERAL, "general")
#define TAUT_DRIVE_STATE_MAP(X) \
  X(OFF, "off") X(READY, "ready") X(RUN, "run") X(BRAKE, "brake") X(FAULT, "fault")
#define TAUT_DRIVE_FAULT_MAP(X)                                                          \
  X(NONE, "none") X(OVER_VOLTAGE, "over_voltage") X(UNDER_VOLTAGE, "under_voltage")      \
  X(OVER_CURRENT, "over_current") X(OVER_TEMPERATURE, "over_temperature")                \
  X(WATCHDOG, "watchdog") X(NUMBER, "number")
#define TAUT_PHASE_MAP(X) \
  X(IDLE, "idle") X(CONCENTRIC, "concentric") X(HOLD, "hold") X(ECCENTRIC, "eccentric") X(REST, "rest")
#define TAUT_SPOTTER_STATE_MAP(X) \
  X(WATCHING, "watching") X(ASSISTING, "assisting") X(UNLOADING, "unloading") X(LATCHED, "latched")
#define TAUT_FORM_ALERT_MAP(X)                                                         \
  X(NONE, "none") X(CONE, "cone") X(POSTURE, "posture") X(LUMBAR, "lumbar")            \
  X(SPEED, "speed") X(RANGE, "range") X(QUAD_DOMINANT, "quad_dominant")
#define TAUT_FORM_FAULT_MAP(X)                                                             \
  X(NONE, "none") X(POSTURE, "posture") X(LUMBAR, "lumbar") X(BREATH_HOLD, "breath_hold")  \
  X(QUAD_DOMINANT, "quad_dominant")
#define TAUT_CUE_MAP(X)                                                                       \
  X(NONE, "none") X(TAKE_HANDLES, "take_handles") X(LIFT, "lift") X(REST, "rest")             \
  X(BREATHE, "breathe") X(STOP, "stop") X(PUT_DOWN, "put_down") X(FORM, "form")
#define TAUT_STIMULUS_MAP(X)                                                                   \
  X(NONE, "none") X(RELEASE, "release") X(RELEASE_LEFT, "release_left")                        \
  X(RELEASE_RIGHT, "release_right") X(REGRIP, "regrip") X(ESTOP, "estop")                      \
  X(ESTOP_RESET, "estop_reset") X(PANIC, "panic") X(COUGH, "cough") X(PAIN, "pain")            \
  X(QUIT, "quit") X(FREEZE, "freeze")
#define TAUT_BREATH_MAP(X) X(INHALE, "inhale") X(EXHALE, "exhale") X(HELD, "held")
#define TAUT_REQUEST_MAP(X)                                                                    \
  X(NONE, "none") X(START_SET, "start_set") X(STOP_SET, "stop_set")                            \
  X(ACKNOWLEDGE, "acknowledge") X(NEXT_SET, "next_set")                                        \
  X(START_SESSION, "start_session") X(END_SESSION, "end_session")                              \
  X(CHOOSE_EXERCISE, "choose_exercise") X(CHOOSE_PHASE, "choose_phase")                        \
  X(CHOOSE_LOAD, "choose_load") X(CHOOSE_MODE, "choose_mode")                                  \
  X(CONFIRM_MARKER, "confirm_marker") X(DECLINE_MARKER, "decline_marker")                      \
  X(PAUSE, "pause") X(RESUME, "resume") X(DONE, "done") X(QUICK_RELIEF, "quick_relief")        \
  X(FELT_ELSEWHERE, "felt_elsewhere")
#define TAUT_SESSION_STATE_MAP(X)                                                              \
  X(IDLE, "idle") X(ARMING, "arming") X(WORKING, "working") X(RESTING, "resting")              \
  X(STOPPED, "stopped") X(LOCKED, "locked")
#define TAUT_SIDE_MAP(X) X(BOTH, "both") X(LEFT, "left") X(RIGHT, "right")
#define TAUT_BIRTH_MAP(X) X(NONE, "none") X(VAGINAL, "vaginal") X(C_SECTION, "c_section")
#define TAUT_SESSION_LOCK_MAP(X)                                                                       \
  X(NONE, "none") X(CLEARANCE, "clearance") X(RED_FLAG, "red_flag") X(SYMPTOM, "symptom")
#define TAUT_SESSION_REFUSAL_MAP(X)                                                                    \
  X(NONE, "none") X(NOT_CLEARED, "not_cleared") X(TOO_EARLY, "too_early")                      \
  X(RED_FLAG, "red_flag") X(SYMPTOM, "symptom") X(PAIN, "pain") X(DIASTASIS, "diastasis")      \
  X(PROLAPSE, "prolapse") X(PRESSURE, "pressure") X(IMPACT, "impact")                          \
  X(NO_FORM_CHECK, "no_form_check") X(PHASE, "phase") X(MARKER, "marker") X(DAYS, "days")      \
  X(SAME_DAY, "same_day") X(ORDER, "order") X(NOT_ALIGNED, "not_aligned")                      \
  X(NOT_ACTIVATED, "not_activated") X(NOT_ASSESSED, "not_assessed")                            \
  X(PRECONDITION, "precondition") X(TOO_HEAVY, "too_heavy") X(TOO_FAST, "too_fast")            \
  X(MODE, "mode") X(UNEVEN, "uneven") X(UNKNOWN, "unknown") X(NO_SESSION, "no_session")        \
  X(BUSY, "busy") X(NOT_READY, "not_ready")
#define TAUT_ADVICE_MAP(X)                                                                     \
  X(NONE, "none") X(HYDRATION, "hydration") X(POSTURE, "posture") X(AFTERCARE, "aftercare")    \
  X(LONG_STRETCH, "long_stretch") X(HINGE, "hinge") X(ELBOWS, "elbows") X(SQUEEZE, "squeeze")  \
  X(NO_LEAN, "no_lean") X(NO_ROTATION, "no_rotation") X(EXHALE, "exhale")                      \
  X(SMALL_RANGE, "small_range") X(GLUTES, "glutes") X(FORM_POSTURE, "form_posture")            \
  X(FORM_LUMBAR, "form_lumbar") X(FORM_SPEED, "form_speed") X(FORM_RANGE, "form_range")        \
  X(FORM_QUAD, "form_quad") X(BREATH, "breath") X(HOLD, "hold") X(SLEEP, "sleep")
#define TAUT_SESSION_LOG_MAP(X)                                                                   \
  X(NONE, "none") X(SESSION_BEGIN, "session_begin") X(SESSION_END, "session_end")              \
  X(EXERCISE_BEGIN, "exercise_begin") X(EXERCISE_END, "exercise_end")                          \
  X(EXERCISE_SKIPPED, "exercise_skipped") X(WARM_UP, "warm_up") X(SET_BEGIN, "set_begin")      \
  X(SET_END, "set_end") X(SET_BROKEN, "set_broken") X(REP, "rep") X(REP_FAULT, "rep_fault")    \
  X(REP_NO_BREATH, "rep_no_breath") X(REP_NO_HOLD, "rep_no_hold") X(BREATH, "breath")          \
  X(FORM_CUE, "form_cue") X(FORM_END, "form_end") X(NO_RELEASE, "no_release")                  \
  X(LET_GO, "let_go") X(SYMPTOM, "symptom") X(RED_FLAG, "red_flag") X(REFER, "refer")          \
  X(REFER_PAIN, "refer_pain") X(REFER_STALL, "refer_stall") X(LOCK, "lock")                    \
  X(UNLOCK, "unlock") X(REFUSAL, "refusal") X(LOAD_UP, "load_up") X(LOAD_DOWN, "load_down")    \
  X(LOAD_CAPPED, "load_capped") X(SEARCH_STEP, "search_step") X(SEARCH_DONE, "search_done")    \
  X(ASYMMETRY, "asymmetry") X(TIRED, "tired") X(RANGE_REDUCED, "range_reduced")                \
  X(SIGN_CRAMP, "sign_cramp") X(SIGN_QUAD, "sign_quad") X(SIGN_BACK, "sign_back")              \
  X(SIGN_STALL, "sign_stall") X(PHASE_UP, "phase_up") X(MARKER_ASKED, "marker_asked")          \
  X(MARKER_YES, "marker_yes") X(MARKER_NO, "marker_no") X(PAUSE, "pause") X(RESUME, "resume")  \
  X(RELIEF_BEGIN, "relief_begin") X(RELIEF_END, "relief_end")                                  \
  X(RECOVERY_ONLY, "recovery_only") X(TASK_EFFORT, "task_effort") X(ADVICE, "advice")
// clang-format on

#define TAUT_LABELS_DECLARE(type, PREFIX, MAP) \
  enum type { MAP(TAUT_LABEL_##PREFIX) TAUT_##PREFIX##_COUNT }
#define TAUT_LABEL_REPORT(n, s) TAUT_REPORT_##n,
#define TAUT_LABEL_SAFETY(n, s) TAUT_SAFETY_##n,
#define TAUT_LABEL_CAUSE(n, s) TAUT_CAUSE_##n,
#define TAUT_LABEL_ARM(n, s) TAUT_ARM_##n,
#define TAUT_LABEL_MODE(n, s) TAUT_MODE_##n,
#define TAUT_LABEL_COMMAND(n, s) TAUT_COMMAND_##n,
#define TAUT_LABEL_PROFILE(n, s) TAUT_PROFILE_##n,
#define TAUT_LABEL_DRIVE(n, s) TAUT_DRIVE_##n,
#define TAUT_LABEL_DRIVE_FAULT(n, s) TAUT_DRIVE_FAULT_##n,
#define TAUT_LABEL_PHASE(n, s) TAUT_PHASE_##n,
#define TAUT_LABEL_SPOTTER(n, s) TAUT_SPOTTER_##n,
#define TAUT_LABEL_FORM_ALERT(n, s) TAUT_FORM_ALERT_##n,
#define TAUT_LABEL_FORM_FAULT(n, s) TAUT_FORM_FAULT_##n,
#define TAUT_LABEL_CUE(n, s) TAUT_CUE_##n,
#define TAUT_LABEL_STIMULUS(n, s) TAUT_STIMULUS_##n,
#define TAUT_LABEL_BREATH(n, s) TAUT_BREATH_##n,
#define TAUT_LABEL_REQUEST(n, s) TAUT_REQUEST_##n,
#define TAUT_LABEL_SESSION(n, s) TAUT_SESSION_##n,
#define TAUT_LABEL_SIDE(n, s) TAUT_SIDE_##n,
#define TAUT_LABEL_BIRTH(n, s) TAUT_BIRTH_##n,
#define TAUT_LABEL_SESSION_LOCK(n, s) TAUT_SESSION_LOCK_##n,
#define TAUT_LABEL_SESSION_REFUSAL(n, s) TAUT_SESSION_REFUSAL_##n,
#define TAUT_LABEL_ADVICE(n, s) TAUT_ADVICE_##n,
#define TAUT_LABEL_SESSION_LOG(n, s) TAUT_SESSION_LOG_##n,
TAUT_LABELS_DECLARE(taut_report, REPORT, TAUT_REPORT_MAP);
TAUT_LABELS_DECLARE(taut_safety_state, SAFETY, TAUT_SAFETY_STATE_MAP);
TAUT_LABELS_DECLARE(taut_cause, CAUSE, TAUT_CAUSE_MAP);
TAUT_LABELS_DECLARE(taut_arm_state, ARM, TAUT_ARM_STATE_MAP);
TAUT_LABELS_DECLARE(taut_mode, MODE, TAUT_MODE_MAP);
TAUT_LABELS_DECLARE(taut_command, COMMAND, TAUT_COMMAND_MAP);
TAUT_LABELS_DECLARE(taut_profile, PROFILE, TAUT_PROFILE_MAP);
enum taut_drive_state { TAUT_DRIVE_STATE_MAP(TAUT_LABEL_DRIVE) TAUT_DRIVE_COUNT };
enum taut_drive_fault { TAUT_DRIVE_FAULT_MAP(TAUT_LABEL_DRIVE_FAULT) TAUT_DRIVE_FAULT_COUNT };
TAUT_LABELS_DECLARE(taut_phase, PHASE, TAUT_PHASE_MAP);
TAUT_LABELS_DECLARE(taut_spotter_state, SPOTTER, TAUT_SPOTTER_STATE_MAP);
TAUT_LABELS_DECLARE(taut_form_alert, FORM_ALERT, TAUT_FORM_ALERT_MAP);
TAUT_LABELS_DECLARE(taut_form_fault, FORM_FAULT, TAUT_FORM_FAULT_MAP);
TAUT_LABELS_DECLARE(taut_cue, CUE, TAUT_CUE_MAP);
TAUT_LABELS_DECLARE(taut_stimulus, STIMULUS, TAUT_STIMULUS_MAP);
TAUT_LABELS_DECLARE(taut_breath, BREATH, TAUT_BREATH_MAP);
TAUT_LABELS_DECLARE(taut_request, REQUEST, TAUT_REQUEST_MAP);
TAUT_LABELS_DECLARE(taut_session_state, SESSION, TAUT_SESSION_STATE_MAP);
TAUT_LABELS_DECLARE(taut_side, SIDE, TAUT_SIDE_MAP);
TAUT_LABELS_DECLARE(taut_birth, BIRTH, TAUT_BIRTH_MAP);
TAUT_LABELS_DECLARE(taut_session_lock, SESSION_LOCK, TAUT_SESSION_LOCK_MAP);
TAUT_LABELS_DECLARE(taut_session_refusal, SESSION_REFUSAL, TAUT_SESSION_REFUSAL_MAP);
TAUT_LABELS_DECLARE(taut_advice, ADVICE, TAUT_ADVICE_MAP);
TAUT_LABELS_DECLARE(taut_session_log, SESSION_LOG, TAUT_SESSION_LOG_MAP);

/// Label arrays for signal tables. Each file that uses one gets its own copy.
#define TAUT_LABEL_TEXT(n, s) s,
#define TAUT_LABELS(MAP) ((const char *const[]){MAP(TAUT_LABEL_TEXT) NULL})

/// Rows of a signal table from a port list, for tables such as TAUT_MOTOR_INPUTS below.
// clang-format off
#define TAUT_SIGNAL_ROW(p, base, id, E, name, unit, lo, hi, ini, lab, fl, per, acc, src, hlp) \
  {(base) + (id), (fl), p name, unit, (lo), (hi), (ini), lab, 1, 0, (per), (acc), hlp},
#define TAUT_TABLE_COMMON(LIST) LIST(TAUT_SIGNAL_ROW, "", 200)
#define TAUT_TABLE_SINGLE(LIST) LIST(TAUT_SIGNAL_ROW, "", 0)
#define TAUT_TABLE_SIDES(LIST) LIST(TAUT_SIGNAL_ROW, "left_", 0) LIST(TAUT_SIGNAL_ROW, "right_", 100)
// clang-format on

// clang-format off
// ---------------------------------------------------------------------------------- motor, per side
// Rate 20 kHz. Safe value of every command input: 0. No feedthrough.
// Sign: positive torque retracts the cable; positive angle and speed pay out.

#define TAUT_MOTOR_IN(X, p, b)                                                                      \
  X(p, b, 1, TORQUE_COMMAND_NM, "torque_command_nm", TAUT_UNIT_NM, -60, 60, 0, NULL, 0, 0, 0.03,    \
    "controller.*_torque_command_nm", "torque asked of the drive; positive retracts")               \
  X(p, b, 2, CURRENT_CEILING_A, "current_ceiling_a", TAUT_UNIT_A, 0, 100, 0, NULL, 0, 0, 0.1,       \
    "controller.*_current_ceiling_a", "drive limit on |iq| that follows the prescription")          \
  X(p, b, 3, TORQUE_PERMIT, "torque_permit", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL | TAUT_SAFETY, \
    1, 0, "controller.*_torque_permit", "0 is safe torque off")                                     \
  X(p, b, 4, BRAKE, "brake", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL, 0, 0, "controller.*_brake",  \
    "short the phases to brake while torque is off")                                                \
  X(p, b, 5, COMMAND_SEQ, "command_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,            \
    TAUT_INTEGER, 0, 0, "controller.torque_seq", "counts torque commands; feeds the drive watchdog") \
  X(p, b, 6, SPOOL_TENSION_N, "spool_tension_n", TAUT_UNIT_N, 0, 20000, 0, NULL, 0, 0, 0,           \
    "cable.spool_tension_n", "cable tension at the spool")                                          \
  X(p, b, 7, SUPPLY_SCALE, "supply_scale", TAUT_UNIT_NONE, 0, 2, 1, NULL, TAUT_OPTIONAL, 0, 0,      \
    NULL, "power supply voltage over its nominal value")                                            \
  X(p, b, 8, CHOPPER_CONNECTED, "chopper_connected", TAUT_UNIT_NONE, 0, 1, 1, NULL,                 \
    TAUT_BOOL | TAUT_OPTIONAL, 0, 0, NULL, "brake chopper resistor is connected")                   \
  X(p, b, 9, ENCODER_SLIP_RAD, "encoder_slip_rad", TAUT_UNIT_RAD, -7, 7, 0, NULL, TAUT_OPTIONAL, 0, \
    0, NULL, "rotation of the encoder on its shaft; turns the commutation too")                     \
  X(p, b, 10, ENCODER_STUCK, "encoder_stuck", TAUT_UNIT_NONE, 0, 1, 0, NULL,                        \
    TAUT_BOOL | TAUT_OPTIONAL, 0, 0, NULL, "the encoder repeats its last angle, also to the drive")

#define TAUT_MOTOR_OUT(X, p, b)                                                                     \
  X(p, b, 1, ENCODER_ANGLE_RAD, "encoder_angle_rad", TAUT_UNIT_RAD, -10000, 10000, 0, NULL, 0, 0,   \
    0.0004, NULL, "multi-turn encoder angle, quantised")                                            \
  X(p, b, 2, ENCODER_VALID, "encoder_valid", TAUT_UNIT_NONE, 0, 1, 1, NULL,                         \
    TAUT_BOOL | TAUT_SAFETY, 1, 0, NULL, "the encoder reports no fault of its own")                 \
  X(p, b, 3, IQ_A, "iq_a", TAUT_UNIT_A, -200, 200, 0, NULL, TAUT_PEAK, 0, 0.05, NULL,               \
    "measured q-axis current; positive retracts")                                                   \
  X(p, b, 4, ID_A, "id_a", TAUT_UNIT_A, -200, 200, 0, NULL, 0, 0, 0.05, NULL,                       \
    "measured d-axis current")                                                                      \
  X(p, b, 5, BUS_V, "bus_v", TAUT_UNIT_V, 0, 200, 0, NULL, TAUT_PEAK, 0, 0.2, NULL,                 \
    "DC bus voltage")                                                                               \
  X(p, b, 6, MOTOR_TEMP_K, "motor_temp_k", TAUT_UNIT_DEGC, 200, 600, 293.15, NULL, 0, 0, 1, NULL,   \
    "winding temperature as the drive's sensor sees it")                                            \
  X(p, b, 7, CURRENT_LIMIT_A, "current_limit_a", TAUT_UNIT_A, 0, 200, 0, NULL, 0, 0, 0, NULL,       \
    "present current limit after derating and ceiling")                                             \
  X(p, b, 8, DRIVE_STATE, "drive_state", TAUT_UNIT_NONE, 0, TAUT_DRIVE_COUNT - 1, 0,                \
    TAUT_LABELS(TAUT_DRIVE_STATE_MAP), TAUT_ENUM, 0, 0, NULL, "state of the drive")                 \
  X(p, b, 9, DRIVE_FAULT, "drive_fault", TAUT_UNIT_NONE, 0, TAUT_DRIVE_FAULT_COUNT - 1, 0,          \
    TAUT_LABELS(TAUT_DRIVE_FAULT_MAP), TAUT_ENUM, 0, 0, NULL, "why the drive tripped")              \
  X(p, b, 10, SPOOL_ANGLE_RAD, "spool_angle_rad", TAUT_UNIT_RAD, -10000, 10000, 0, NULL,            \
    TAUT_TRUTH, 0, 0, NULL, "angle of rotor and spool")                                             \
  X(p, b, 11, SPOOL_SPEED_RAD_S, "spool_speed_rad_s", TAUT_UNIT_RAD_S, -2000, 2000, 0, NULL,        \
    TAUT_TRUTH | TAUT_PEAK, 0, 0, NULL, "speed of rotor and spool")                                 \
  X(p, b, 12, TORQUE_NM, "torque_nm", TAUT_UNIT_NM, -200, 200, 0, NULL, TAUT_TRUTH | TAUT_PEAK, 0,  \
    0, NULL, "air-gap torque on the rotor")                                                         \
  X(p, b, 13, WINDING_TEMP_K, "winding_temp_k", TAUT_UNIT_DEGC, 200, 600, 293.15, NULL, TAUT_TRUTH | TAUT_OBSERVED, \
    0, 0, NULL, "winding temperature")                                                              \
  X(p, b, 14, HOUSING_TEMP_K, "housing_temp_k", TAUT_UNIT_DEGC, 200, 600, 293.15, NULL, TAUT_TRUTH | TAUT_OBSERVED, \
    0, 0, NULL, "housing and magnet temperature")                                                   \
  X(p, b, 15, SUPPLY_ENERGY_J, "supply_energy_j", TAUT_UNIT_J, -1e12, 1e12, 0, NULL, TAUT_TRUTH | TAUT_OBSERVED, 0, \
    0, NULL, "energy taken from the power supply since the start")                                  \
  X(p, b, 16, LOSS_ENERGY_J, "loss_energy_j", TAUT_UNIT_J, -1e12, 1e12, 0, NULL, TAUT_TRUTH | TAUT_OBSERVED, 0, 0,  \
    NULL, "energy turned to heat in copper, friction, drive and chopper since the start")           \
  X(p, b, 17, STORED_ENERGY_J, "stored_energy_j", TAUT_UNIT_J, -1e12, 1e12, 0, NULL, TAUT_TRUTH | TAUT_OBSERVED, 0, \
    0, NULL, "kinetic, bus and magnetic energy held now")                                           \
  X(p, b, 18, CHOPPER_ON, "chopper_on", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL | TAUT_OBSERVED, 0, 0, NULL, \
    "brake chopper conducts")

// ---------------------------------------------------------------------------------- cable, per side
// Rate 20 kHz. Tension is a feedthrough output of same-tick positions and speeds.

#define TAUT_CABLE_IN(X, p, b)                                                                      \
  X(p, b, 1, SPOOL_ANGLE_RAD, "spool_angle_rad", TAUT_UNIT_RAD, -10000, 10000, 0, NULL,             \
    TAUT_FEEDTHROUGH, 0, 0, "motor.spool_angle_rad", "angle of the spool; positive pays out")       \
  X(p, b, 2, SPOOL_SPEED_RAD_S, "spool_speed_rad_s", TAUT_UNIT_RAD_S, -2000, 2000, 0, NULL,         \
    TAUT_FEEDTHROUGH, 0, 0, "motor.spool_speed_rad_s", "speed of the spool")                        \
  X(p, b, 3, HAND_FORCE_N, "hand_force_n", TAUT_UNIT_N, -5000, 5000, 0, NULL, 0, 0, 0,              \
    "user.*_hand_force_n", "force of the hand on the handle; positive pulls out")                   \
  X(p, b, 4, CUT, "cut", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL | TAUT_OPTIONAL, 0, 0, NULL,      \
    "the cable parts at this instant")

#define TAUT_CABLE_OUT(X, p, b)                                                                     \
  X(p, b, 1, LOAD_CELL_N, "load_cell_n", TAUT_UNIT_N, -1000, 10000, 0, NULL, 0, 0, 2, NULL,         \
    "load cell at the last pulley, filtered and quantised")                                         \
  X(p, b, 2, TENSION_N, "tension_n", TAUT_UNIT_N, 0, 20000, 0, NULL,                                \
    TAUT_TRUTH | TAUT_PEAK | TAUT_FEEDTHROUGH, 0, 0, NULL, "tension at the handle")                 \
  X(p, b, 3, SPOOL_TENSION_N, "spool_tension_n", TAUT_UNIT_N, 0, 20000, 0, NULL,                    \
    TAUT_TRUTH | TAUT_FEEDTHROUGH, 0, 0, NULL, "tension at the spool")                              \
  X(p, b, 4, HANDLE_POSITION_M, "handle_position_m", TAUT_UNIT_M, -1, 10, 0, NULL, TAUT_TRUTH, 0,   \
    0, NULL, "extension of the handle from its stop")                                               \
  X(p, b, 5, HANDLE_SPEED_M_S, "handle_speed_m_s", TAUT_UNIT_M_S, -50, 50, 0, NULL,                 \
    TAUT_TRUTH | TAUT_PEAK, 0, 0, NULL, "speed of the handle; positive pays out")                   \
  X(p, b, 6, TAKE_UP_SPEED_M_S, "take_up_speed_m_s", TAUT_UNIT_M_S, -50, 50, 0, NULL,               \
    TAUT_TRUTH | TAUT_PEAK | TAUT_FEEDTHROUGH, 0, 0, NULL,                                          \
    "speed at which the spool winds cable up; positive retracts")                                   \
  X(p, b, 7, IS_SLACK, "is_slack", TAUT_UNIT_NONE, 0, 1, 0, NULL,                                   \
    TAUT_BOOL | TAUT_TRUTH | TAUT_OBSERVED, 0, 0, NULL, "the cable carries no tension")          \
  X(p, b, 8, IS_BROKEN, "is_broken", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL | TAUT_TRUTH | TAUT_OBSERVED, 0, 0, \
    NULL, "the cable has parted")                                                                   \
  X(p, b, 9, HAND_ENERGY_J, "hand_energy_j", TAUT_UNIT_J, -1e12, 1e12, 0, NULL, TAUT_TRUTH | TAUT_OBSERVED, 0, 0,   \
    NULL, "work done by the hand on the handle since the start")                                    \
  X(p, b, 10, LOSS_ENERGY_J, "loss_energy_j", TAUT_UNIT_J, -1e12, 1e12, 0, NULL, TAUT_TRUTH | TAUT_OBSERVED, 0, 0,  \
    NULL, "energy lost in cable damping, pulleys and stops since the start")                        \
  X(p, b, 11, STORED_ENERGY_J, "stored_energy_j", TAUT_UNIT_J, -1e12, 1e12, 0, NULL,                \
    TAUT_TRUTH | TAUT_OBSERVED, 0, 0, NULL, "elastic and kinetic energy held now")

// --------------------------------------------------------------------------------- user, both sides
// Rate 1 kHz. No feedthrough. Truth ports reach nobody but monitors and the form check.

#define TAUT_USER_IN_SIDE(X, p, b)                                                                  \
  X(p, b, 1, HANDLE_POSITION_M, "handle_position_m", TAUT_UNIT_M, -1, 10, 0, NULL, TAUT_OPTIONAL,   \
    0, 0, "cable.handle_position_m", "where the handle is")                                         \
  X(p, b, 2, HANDLE_SPEED_M_S, "handle_speed_m_s", TAUT_UNIT_M_S, -50, 50, 0, NULL, TAUT_OPTIONAL,  \
    0, 0, "cable.handle_speed_m_s", "how fast the handle moves")                                    \
  X(p, b, 3, TENSION_N, "tension_n", TAUT_UNIT_N, 0, 20000, 0, NULL, TAUT_OPTIONAL, 0, 0,           \
    "cable.tension_n", "what the hand feels")

#define TAUT_USER_IN_COMMON(X, p, b)                                                                \
  X(p, b, 1, CUE, "cue", TAUT_UNIT_NONE, 0, TAUT_CUE_COUNT - 1, 0, TAUT_LABELS(TAUT_CUE_MAP),       \
    TAUT_ENUM | TAUT_OPTIONAL, 0, 0, "session.cue", "what the machine asks of the person")          \
  X(p, b, 2, CUE_SEQ, "cue_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,                    \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, "session.cue_seq", "counts cues")                           \
  X(p, b, 3, STIMULUS, "stimulus", TAUT_UNIT_NONE, 0, TAUT_STIMULUS_COUNT - 1, 0,                   \
    TAUT_LABELS(TAUT_STIMULUS_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, NULL,                          \
    "what the scenario makes the person do")                                                        \
  X(p, b, 4, STIMULUS_SEQ, "stimulus_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,          \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, NULL, "counts stimuli")                                     \
  X(p, b, 5, PAIN_LEVEL, "pain_level", TAUT_UNIT_NONE, 0, 10, 0, NULL, TAUT_OPTIONAL, 0, 0, NULL,   \
    "pain from outside the model, 0 to 10")                                                         \
  X(p, b, 6, FORM_FAULT_SET, "form_fault_set", TAUT_UNIT_NONE, 0, TAUT_FORM_FAULT_COUNT - 1, 0,     \
    TAUT_LABELS(TAUT_FORM_FAULT_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, NULL,                        \
    "technique fault that the scenario makes the person show") \
  X(p, b, 7, EXERCISE, "exercise", TAUT_UNIT_NONE, 0, 1000, 0, NULL, TAUT_INTEGER | TAUT_OPTIONAL, \
    0, 0, "session.exercise", "exercise of the protocol that is done; 0 is the person's own")     \
  X(p, b, 8, SIDE, "side", TAUT_UNIT_NONE, 0, TAUT_SIDE_COUNT - 1, 0, TAUT_LABELS(TAUT_SIDE_MAP), \
    TAUT_ENUM | TAUT_OPTIONAL, 0, 0, "session.side", "side that is trained")                      \
  X(p, b, 9, IS_FLOOR, "is_floor", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL | TAUT_OPTIONAL, 0, 0, \
    "session.is_floor", "the exercise is done without the machine")

#define TAUT_USER_OUT_SIDE(X, p, b)                                                                 \
  X(p, b, 1, HAND_FORCE_N, "hand_force_n", TAUT_UNIT_N, -5000, 5000, 0, NULL, TAUT_TRUTH, 0, 0,     \
    NULL, "force of the hand on the handle; positive pulls out")                                    \
  X(p, b, 2, HAND_PRESENCE, "hand_presence", TAUT_UNIT_NONE, 0, 1, 0, NULL,                         \
    TAUT_BOOL | TAUT_SAFETY, 1, 0, NULL, "hand-presence sensor of the handle")                      \
  X(p, b, 3, IS_HOLDING, "is_holding", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL | TAUT_TRUTH, 0, 0, \
    NULL, "the hand holds the handle")                                                              \
  X(p, b, 4, CAPACITY_N, "capacity_n", TAUT_UNIT_N, 0, 5000, 0, NULL, TAUT_TRUTH, 0, 0, NULL,       \
    "greatest force the person could give now")

#define TAUT_USER_OUT_COMMON(X, p, b)                                                               \
  X(p, b, 1, REPORT, "report", TAUT_UNIT_NONE, 0, TAUT_REPORT_COUNT - 1, 0,                         \
    TAUT_LABELS(TAUT_REPORT_MAP), TAUT_ENUM, 0, 0, NULL, "last symptom said or pressed")            \
  X(p, b, 2, REPORT_SEQ, "report_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,              \
    TAUT_INTEGER, 0, 0, NULL, "counts reports")                                                     \
  X(p, b, 3, REPORT_SEVERITY, "report_severity", TAUT_UNIT_NONE, 0, 10, 0, NULL, 0, 0, 0, NULL,     \
    "severity of the last report, 0 to 10")                                                         \
  X(p, b, 4, ESTOP_A_CLOSED, "estop_a_closed", TAUT_UNIT_NONE, 0, 1, 1, NULL,                       \
    TAUT_BOOL | TAUT_SAFETY, 1, 0, NULL, "first normally-closed E-stop contact")                    \
  X(p, b, 5, ESTOP_B_CLOSED, "estop_b_closed", TAUT_UNIT_NONE, 0, 1, 1, NULL,                       \
    TAUT_BOOL | TAUT_SAFETY, 1, 0, NULL, "second normally-closed E-stop contact")                   \
  X(p, b, 6, REP, "rep", TAUT_UNIT_NONE, 0, 1e6, 0, NULL, TAUT_INTEGER | TAUT_TRUTH, 0, 0, NULL,    \
    "repetitions the person has finished in this set")                                              \
  X(p, b, 7, PHASE, "phase", TAUT_UNIT_NONE, 0, TAUT_PHASE_COUNT - 1, 0,                            \
    TAUT_LABELS(TAUT_PHASE_MAP), TAUT_ENUM | TAUT_TRUTH, 0, 0, NULL, "what the person intends")     \
  X(p, b, 8, EFFORT, "effort", TAUT_UNIT_NONE, 0, 1.5, 0, NULL, TAUT_TRUTH, 0, 0, NULL,             \
    "force asked of the muscles over their capacity now")                                           \
  X(p, b, 9, FATIGUE, "fatigue", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_TRUTH, 0, 0, NULL,             \
    "fatigued fraction MF of the lift's muscles")                                                   \
  X(p, b, 10, IAP_PA, "iap_pa", TAUT_UNIT_CMH2O, -5000, 50000, 0, NULL, TAUT_TRUTH, 0, 0, NULL,     \
    "intra-abdominal pressure")                                                                     \
  X(p, b, 11, LEAK_POINT_PA, "leak_point_pa", TAUT_UNIT_CMH2O, -20000, 50000, 0, NULL, TAUT_TRUTH,  \
    0, 0, NULL, "pressure above which the person leaks now")                                        \
  X(p, b, 12, IS_LEAKING, "is_leaking", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL | TAUT_TRUTH, 0,   \
    0, NULL, "urine is being lost")                                                                 \
  X(p, b, 13, LEAK_VOLUME_M3, "leak_volume_m3", TAUT_UNIT_ML, 0, 1, 0, NULL, TAUT_TRUTH, 0, 0,      \
    NULL, "urine lost since the start")                                                             \
  X(p, b, 14, PELVIC_FLOOR, "pelvic_floor", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_TRUTH, 0, 0, NULL,  \
    "pelvic-floor activation")                                                                      \
  X(p, b, 15, PELVIC_FLOOR_FATIGUE, "pelvic_floor_fatigue", TAUT_UNIT_NONE, 0, 1, 0, NULL,          \
    TAUT_TRUTH, 0, 0, NULL, "fatigued fraction of the pelvic floor")                                \
  X(p, b, 16, CONE_HEIGHT_M, "cone_height_m", TAUT_UNIT_MM, 0, 0.1, 0, NULL, TAUT_TRUTH, 0, 0,      \
    NULL, "height of the linea alba dome")                                                          \
  X(p, b, 17, IS_CONING, "is_coning", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL | TAUT_TRUTH, 0, 0,  \
    NULL, "the dome is above the visible threshold")                                                \
  X(p, b, 18, PAIN, "pain", TAUT_UNIT_NONE, 0, 10, 0, NULL, TAUT_TRUTH, 0, 0, NULL,                 \
    "pain felt, 0 to 10")                                                                           \
  X(p, b, 19, BREATH, "breath", TAUT_UNIT_NONE, 0, TAUT_BREATH_COUNT - 1, 0,                        \
    TAUT_LABELS(TAUT_BREATH_MAP), TAUT_ENUM | TAUT_TRUTH, 0, 0, NULL, "breathing phase")            \
  X(p, b, 20, FORM_FAULT, "form_fault", TAUT_UNIT_NONE, 0, TAUT_FORM_FAULT_COUNT - 1, 0,            \
    TAUT_LABELS(TAUT_FORM_FAULT_MAP), TAUT_ENUM | TAUT_TRUTH, 0, 0, NULL,                           \
    "technique fault shown now")                                                                    \
  X(p, b, 21, HAS_GIVEN_UP, "has_given_up", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL | TAUT_TRUTH,  \
    0, 0, NULL, "the person cannot or will not go on with this set") \
  X(p, b, 22, PELVIC_SENSOR, "pelvic_sensor", TAUT_UNIT_NONE, -1, 1, -1, NULL, TAUT_OPTIONAL, 0,  \
    0.1, NULL, "what a pelvic-floor sensor says, late and with noise, 0 to 1; -1: there is none")

// --------------------------------------------------------------------------- controller, both sides
// Rate 4 kHz (outer law every fourth call). No feedthrough.
// Safe values: torque command 0, ceiling 0, permit 0.

#define TAUT_CONTROLLER_IN_SIDE(X, p, b)                                                            \
  X(p, b, 1, ENCODER_ANGLE_RAD, "encoder_angle_rad", TAUT_UNIT_RAD, -10000, 10000, 0, NULL,         \
    TAUT_OPTIONAL, 0, 0.0004, "motor.encoder_angle_rad", "multi-turn encoder angle")                \
  X(p, b, 2, ENCODER_VALID, "encoder_valid", TAUT_UNIT_NONE, 0, 1, 1, NULL,                         \
    TAUT_BOOL | TAUT_SAFETY | TAUT_OPTIONAL, 1, 0, "motor.encoder_valid", "encoder health bit")     \
  X(p, b, 3, IQ_A, "iq_a", TAUT_UNIT_A, -200, 200, 0, NULL, TAUT_OPTIONAL, 0, 0.05, "motor.iq_a",   \
    "measured q-axis current")                                                                      \
  X(p, b, 4, DRIVE_STATE, "drive_state", TAUT_UNIT_NONE, 0, TAUT_DRIVE_COUNT - 1, 0,                \
    TAUT_LABELS(TAUT_DRIVE_STATE_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, "motor.drive_state",        \
    "state of the drive")                                                                           \
  X(p, b, 5, DRIVE_FAULT, "drive_fault", TAUT_UNIT_NONE, 0, TAUT_DRIVE_FAULT_COUNT - 1, 0,          \
    TAUT_LABELS(TAUT_DRIVE_FAULT_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, "motor.drive_fault",        \
    "why the drive tripped")                                                                        \
  X(p, b, 6, BUS_V, "bus_v", TAUT_UNIT_V, 0, 200, 0, NULL, TAUT_OPTIONAL, 0, 0.2, "motor.bus_v",    \
    "DC bus voltage; 0 where there is no drive")                                                    \
  X(p, b, 7, MOTOR_TEMP_K, "motor_temp_k", TAUT_UNIT_DEGC, 200, 600, 293.15, NULL, TAUT_OPTIONAL,   \
    0, 1, "motor.motor_temp_k", "winding temperature sensor")                                       \
  X(p, b, 8, LOAD_CELL_N, "load_cell_n", TAUT_UNIT_N, -1000, 10000, 0, NULL, TAUT_OPTIONAL, 0, 2,   \
    "cable.load_cell_n", "load cell at the last pulley")                                            \
  X(p, b, 9, HAND_PRESENCE, "hand_presence", TAUT_UNIT_NONE, 0, 1, 0, NULL,                         \
    TAUT_BOOL | TAUT_SAFETY | TAUT_OPTIONAL, 1, 0, "user.*_hand_presence", "hand-presence sensor")  \
  X(p, b, 10, LOAD_N, "load_n", TAUT_UNIT_N, 0, 600, 0, NULL, TAUT_OPTIONAL, 0, 0,                  \
    "session.*_load_n", "prescribed load of this cable; 0 when the side is not used")               \
  X(p, b, 11, LOAD_SCALE, "load_scale", TAUT_UNIT_NONE, 0, 1, 1, NULL, TAUT_OPTIONAL, 0, 0.01,      \
    "spotter.*_load_scale", "share of the prescription that the spotter leaves on")

#define TAUT_CONTROLLER_IN_COMMON(X, p, b)                                                          \
  X(p, b, 1, MODE, "mode", TAUT_UNIT_NONE, 0, TAUT_MODE_COUNT - 1, 0, TAUT_LABELS(TAUT_MODE_MAP),   \
    TAUT_ENUM | TAUT_OPTIONAL, 0, 0, "session.mode", "resistance law")                              \
  X(p, b, 2, MODE_STIFFNESS_N_M, "mode_stiffness_n_m", TAUT_UNIT_N_M, 0, 5000, 0, NULL,             \
    TAUT_OPTIONAL, 0, 0, "session.mode_stiffness_n_m", "chain or elastic gain")                     \
  X(p, b, 3, MODE_ECCENTRIC_GAIN, "mode_eccentric_gain", TAUT_UNIT_NONE, 0, 1, 0, NULL,             \
    TAUT_OPTIONAL, 0, 0, "session.mode_eccentric_gain", "extra share of load when lowering")        \
  X(p, b, 4, MODE_SPEED_M_S, "mode_speed_m_s", TAUT_UNIT_M_S, 0, 3, 0.5, NULL, TAUT_OPTIONAL, 0, 0, \
    "session.mode_speed_m_s", "isokinetic speed")                                                   \
  X(p, b, 5, MODE_DAMPING_NS_M, "mode_damping_ns_m", TAUT_UNIT_NS_M, 0, 2000, 0, NULL,              \
    TAUT_OPTIONAL, 0, 0, "session.mode_damping_ns_m", "damper constant")                            \
  X(p, b, 6, COMMAND, "command", TAUT_UNIT_NONE, 0, TAUT_COMMAND_COUNT - 1, 0,                      \
    TAUT_LABELS(TAUT_COMMAND_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, "session.command",              \
    "arming and stopping")                                                                          \
  X(p, b, 7, COMMAND_SEQ, "command_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,            \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, "session.command_seq", "counts commands")                   \
  X(p, b, 8, HEARTBEAT_SEQ, "heartbeat_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,        \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, "session.heartbeat_seq",                                    \
    "counts every refresh of the prescription; its age tells a stale command")                      \
  X(p, b, 9, PROFILE, "profile", TAUT_UNIT_NONE, 0, TAUT_PROFILE_COUNT - 1, 0,                      \
    TAUT_LABELS(TAUT_PROFILE_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, "session.profile",              \
    "who trains: unknown means the lowest limits")                                                  \
  X(p, b, 10, RANGE_MIN_M, "range_min_m", TAUT_UNIT_M, 0, 5, 0.1, NULL, TAUT_OPTIONAL, 0, 0,        \
    "session.range_min_m", "bottom of the range of motion")                                         \
  X(p, b, 11, RANGE_MAX_M, "range_max_m", TAUT_UNIT_M, 0, 5, 1, NULL, TAUT_OPTIONAL, 0, 0,          \
    "session.range_max_m", "top of the range of motion")                                            \
  X(p, b, 12, REPORT, "report", TAUT_UNIT_NONE, 0, TAUT_REPORT_COUNT - 1, 0,                        \
    TAUT_LABELS(TAUT_REPORT_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, "user.report",                   \
    "symptom said or pressed")                                                                      \
  X(p, b, 13, REPORT_SEQ, "report_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,             \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, "user.report_seq", "counts reports")                        \
  X(p, b, 14, FORM_ALERT, "form_alert", TAUT_UNIT_NONE, 0, TAUT_FORM_ALERT_COUNT - 1, 0,            \
    TAUT_LABELS(TAUT_FORM_ALERT_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, "form_check.alert",          \
    "what the form check saw")                                                                      \
  X(p, b, 15, FORM_ALERT_SEQ, "form_alert_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,     \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, "form_check.alert_seq", "counts form alerts")               \
  X(p, b, 16, SPOTTER_UNLOAD, "spotter_unload", TAUT_UNIT_NONE, 0, 1, 0, NULL,                      \
    TAUT_BOOL | TAUT_SAFETY | TAUT_OPTIONAL, 0, 0, "spotter.unload",                                \
    "the spotter asks for a full unload")                                                           \
  X(p, b, 17, ESTOP_A_CLOSED, "estop_a_closed", TAUT_UNIT_NONE, 0, 1, 1, NULL,                      \
    TAUT_BOOL | TAUT_SAFETY | TAUT_OPTIONAL, 1, 0, "user.estop_a_closed", "first E-stop contact")   \
  X(p, b, 18, ESTOP_B_CLOSED, "estop_b_closed", TAUT_UNIT_NONE, 0, 1, 1, NULL,                      \
    TAUT_BOOL | TAUT_SAFETY | TAUT_OPTIONAL, 1, 0, "user.estop_b_closed", "second E-stop contact")

#define TAUT_CONTROLLER_OUT_SIDE(X, p, b)                                                           \
  X(p, b, 1, TORQUE_COMMAND_NM, "torque_command_nm", TAUT_UNIT_NM, -60, 60, 0, NULL, TAUT_PEAK, 0,  \
    0.03, NULL, "torque asked of the drive; positive retracts")                                     \
  X(p, b, 2, CURRENT_CEILING_A, "current_ceiling_a", TAUT_UNIT_A, 0, 100, 0, NULL, 0, 0, 0.1, NULL, \
    "drive limit on |iq|")                                                                          \
  X(p, b, 3, TORQUE_PERMIT, "torque_permit", TAUT_UNIT_NONE, 0, 1, 0, NULL,                         \
    TAUT_BOOL | TAUT_SAFETY, 1, 0, NULL, "0 asks the drive for safe torque off")                    \
  X(p, b, 4, BRAKE, "brake", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL, 0, 0, NULL,                  \
    "asks the drive to short the phases")                                                           \
  X(p, b, 5, LOAD_COMMAND_N, "load_command_n", TAUT_UNIT_N, 0, 1000, 0, NULL, TAUT_PEAK, 0, 1,      \
    NULL, "force set-point at the handle after every law and limit but the retraction limiter")     \
  X(p, b, 6, POSITION_M, "position_m", TAUT_UNIT_M, -1, 10, 0, NULL, 0, 0, 0.001, NULL,             \
    "estimated extension of the handle")                                                            \
  X(p, b, 7, SPEED_M_S, "speed_m_s", TAUT_UNIT_M_S, -50, 50, 0, NULL, 0, 0, 0.02, NULL,             \
    "estimated speed of the cable; positive pays out")                                              \
  X(p, b, 8, HAND_HELD, "hand_held", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL, 0, 0, NULL,          \
    "the controller believes that a hand holds the handle")

#define TAUT_CONTROLLER_OUT_COMMON(X, p, b)                                                         \
  X(p, b, 1, TORQUE_SEQ, "torque_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,              \
    TAUT_INTEGER, 0, 0, NULL, "counts torque commands that were computed afresh")                   \
  X(p, b, 2, SAFETY_STATE, "safety_state", TAUT_UNIT_NONE, 0, TAUT_SAFETY_COUNT - 1, 0,             \
    TAUT_LABELS(TAUT_SAFETY_STATE_MAP), TAUT_ENUM, 0, 0, NULL, "class of the present behaviour")    \
  X(p, b, 3, CAUSE, "cause", TAUT_UNIT_NONE, 0, TAUT_CAUSE_COUNT - 1, 0,                            \
    TAUT_LABELS(TAUT_CAUSE_MAP), TAUT_ENUM, 0, 0, NULL, "what led out of normal; held until re-armed") \
  X(p, b, 4, ARM_STATE, "arm_state", TAUT_UNIT_NONE, 0, TAUT_ARM_COUNT - 1, 0,                      \
    TAUT_LABELS(TAUT_ARM_STATE_MAP), TAUT_ENUM, 0, 0, NULL, "step of the two-step arming")          \
  X(p, b, 5, ARMED, "armed", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL, 0, 0, NULL,                  \
    "the machine may load the cables")                                                              \
  X(p, b, 6, REPORT_ACK_SEQ, "report_ack_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,      \
    TAUT_INTEGER, 0, 0, NULL, "last report_seq that was taken in")                                  \
  X(p, b, 7, FORM_ACK_SEQ, "form_ack_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,          \
    TAUT_INTEGER, 0, 0, NULL, "last form_alert_seq that was taken in")                              \
  X(p, b, 8, COMMAND_ACK_SEQ, "command_ack_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,    \
    TAUT_INTEGER, 0, 0, NULL, "last command_seq that was taken in")

// ------------------------------------------------------------------------------ spotter, both sides
// Rate 1 kHz. No feedthrough. Safe values: load_scale 0, unload 1.

#define TAUT_SPOTTER_IN_SIDE(X, p, b)                                                               \
  X(p, b, 1, POSITION_M, "position_m", TAUT_UNIT_M, -1, 10, 0, NULL, TAUT_OPTIONAL, 0, 0.001,       \
    "controller.*_position_m", "estimated extension")                                               \
  X(p, b, 2, SPEED_M_S, "speed_m_s", TAUT_UNIT_M_S, -50, 50, 0, NULL, TAUT_OPTIONAL, 0, 0.02,       \
    "controller.*_speed_m_s", "estimated speed")                                                    \
  X(p, b, 3, LOAD_COMMAND_N, "load_command_n", TAUT_UNIT_N, 0, 1000, 0, NULL, TAUT_OPTIONAL, 0, 1,  \
    "controller.*_load_command_n", "force set-point")                                               \
  X(p, b, 4, LOAD_N, "load_n", TAUT_UNIT_N, 0, 600, 0, NULL, TAUT_OPTIONAL, 0, 0,                   \
    "session.*_load_n", "prescribed load; 0 when the side is not used")                             \
  X(p, b, 5, HAND_PRESENCE, "hand_presence", TAUT_UNIT_NONE, 0, 1, 0, NULL,                         \
    TAUT_BOOL | TAUT_SAFETY | TAUT_OPTIONAL, 1, 0, "user.*_hand_presence", "hand-presence sensor")

#define TAUT_SPOTTER_IN_COMMON(X, p, b)                                                             \
  X(p, b, 1, SAFETY_STATE, "safety_state", TAUT_UNIT_NONE, 0, TAUT_SAFETY_COUNT - 1, 0,             \
    TAUT_LABELS(TAUT_SAFETY_STATE_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, "controller.safety_state", \
    "class of the controller's behaviour")                                                          \
  X(p, b, 2, ARMED, "armed", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL | TAUT_OPTIONAL, 0, 0,        \
    "controller.armed", "the machine may load the cables")                                          \
  X(p, b, 3, SET_ACTIVE, "set_active", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL | TAUT_OPTIONAL, 0, \
    0, "session.set_active", "a set is under way")                                                  \
  X(p, b, 4, PROFILE, "profile", TAUT_UNIT_NONE, 0, TAUT_PROFILE_COUNT - 1, 0,                      \
    TAUT_LABELS(TAUT_PROFILE_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, "session.profile",              \
    "who trains")                                                                                   \
  X(p, b, 5, RANGE_MIN_M, "range_min_m", TAUT_UNIT_M, 0, 5, 0.1, NULL, TAUT_OPTIONAL, 0, 0,         \
    "session.range_min_m", "bottom of the range of motion")                                         \
  X(p, b, 6, RANGE_MAX_M, "range_max_m", TAUT_UNIT_M, 0, 5, 1, NULL, TAUT_OPTIONAL, 0, 0,           \
    "session.range_max_m", "top of the range of motion")                                            \
  X(p, b, 7, TARGET_SPEED_M_S, "target_speed_m_s", TAUT_UNIT_M_S, 0, 3, 0.3, NULL, TAUT_OPTIONAL,   \
    0, 0, "session.target_speed_m_s", "mean concentric speed asked for")                            \
  X(p, b, 8, REPORT, "report", TAUT_UNIT_NONE, 0, TAUT_REPORT_COUNT - 1, 0,                         \
    TAUT_LABELS(TAUT_REPORT_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, "user.report",                   \
    "symptom said or pressed")                                                                      \
  X(p, b, 9, REPORT_SEQ, "report_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,              \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, "user.report_seq", "counts reports")                        \
  X(p, b, 10, FORM_ALERT, "form_alert", TAUT_UNIT_NONE, 0, TAUT_FORM_ALERT_COUNT - 1, 0,            \
    TAUT_LABELS(TAUT_FORM_ALERT_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, "form_check.alert",          \
    "what the form check saw")                                                                      \
  X(p, b, 11, FORM_ALERT_SEQ, "form_alert_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,     \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, "form_check.alert_seq", "counts form alerts") \
  X(p, b, 12, MVT_M_S, "mvt_m_s", TAUT_UNIT_M_S, 0, 3, 0, NULL, TAUT_OPTIONAL, 0, 0,              \
    "session.mvt_m_s", "speed of the last possible lift of this exercise; 0: the spotter's own")

#define TAUT_SPOTTER_OUT_SIDE(X, p, b)                                                              \
  X(p, b, 1, LOAD_SCALE, "load_scale", TAUT_UNIT_NONE, 0, 1, 1, NULL, 0, 0, 0.01, NULL,             \
    "share of the prescription left on")                                                            \
  X(p, b, 2, PHASE, "phase", TAUT_UNIT_NONE, 0, TAUT_PHASE_COUNT - 1, 0,                            \
    TAUT_LABELS(TAUT_PHASE_MAP), TAUT_ENUM, 0, 0, NULL, "phase of the repetition as observed")      \
  X(p, b, 3, REP_COUNT, "rep_count", TAUT_UNIT_NONE, 0, 1e6, 0, NULL, TAUT_INTEGER, 0, 0, NULL,     \
    "finished repetitions of this side in this set")

#define TAUT_SPOTTER_OUT_COMMON(X, p, b)                                                            \
  X(p, b, 1, STATE, "state", TAUT_UNIT_NONE, 0, TAUT_SPOTTER_COUNT - 1, 0,                          \
    TAUT_LABELS(TAUT_SPOTTER_STATE_MAP), TAUT_ENUM, 0, 0, NULL, "what the spotter does")            \
  X(p, b, 2, UNLOAD, "unload", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL | TAUT_SAFETY, 0, 0, NULL,  \
    "asks the controller for a full unload")                                                        \
  X(p, b, 3, ASYMMETRY, "asymmetry", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL, 0, 0, NULL,          \
    "one side lags the other")                                                                      \
  X(p, b, 4, SYMPTOM_LATCHED, "symptom_latched", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL, 0, 0,    \
    NULL, "a symptom was received in this set: no load comes back")                                 \
  X(p, b, 5, REP_COUNT, "rep_count", TAUT_UNIT_NONE, 0, 1e6, 0, NULL, TAUT_INTEGER, 0, 0, NULL,     \
    "repetitions finished on every used side")                                                      \
  X(p, b, 6, STRUGGLE_SEQ, "struggle_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,          \
    TAUT_INTEGER, 0, 0, NULL, "counts detected struggles")

// --------------------------------------------------------------------------------------- form_check
// Rate 1 kHz, frames inside. A sensor: the one role beside the user that may read truth.

#define TAUT_FORM_CHECK_IN(X, p, b)                                                                 \
  X(p, b, 1, CONE_HEIGHT_M, "cone_height_m", TAUT_UNIT_MM, 0, 0.1, 0, NULL, TAUT_OPTIONAL, 0, 0,    \
    "user.cone_height_m", "true height of the linea alba dome")                                     \
  X(p, b, 2, FORM_FAULT, "form_fault", TAUT_UNIT_NONE, 0, TAUT_FORM_FAULT_COUNT - 1, 0,             \
    TAUT_LABELS(TAUT_FORM_FAULT_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, "user.form_fault",           \
    "true technique fault")                                                                         \
  X(p, b, 3, PHASE, "phase", TAUT_UNIT_NONE, 0, TAUT_PHASE_COUNT - 1, 0,                            \
    TAUT_LABELS(TAUT_PHASE_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, "user.phase", "true phase")

#define TAUT_FORM_CHECK_OUT(X, p, b)                                                                \
  X(p, b, 1, ALERT, "alert", TAUT_UNIT_NONE, 0, TAUT_FORM_ALERT_COUNT - 1, 0,                       \
    TAUT_LABELS(TAUT_FORM_ALERT_MAP), TAUT_ENUM, 0, 0, NULL, "last alert")                          \
  X(p, b, 2, ALERT_SEQ, "alert_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL, TAUT_INTEGER,  \
    0, 0, NULL, "counts alerts")                                                                    \
  X(p, b, 3, CONFIDENCE, "confidence", TAUT_UNIT_NONE, 0, 1, 0, NULL, 0, 0, 0.1, NULL,              \
    "confidence of the last alert")                                                                 \
  X(p, b, 4, FRAME_SEQ, "frame_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL, TAUT_INTEGER,  \
    0, 0, NULL, "counts frames; a still counter is a dead sensor")

// ------------------------------------------------------------------------------ session, both sides
// Rate 100 Hz. No feedthrough. Runs sets on the machine: prescription, arming, cues, referral.

#define TAUT_SESSION_IN_SIDE(X, p, b)                                                               \
  X(p, b, 1, SET_LOAD_N, "set_load_n", TAUT_UNIT_N, 0, 600, 0, NULL, TAUT_OPTIONAL, 0, 0, NULL,     \
    "load the next set shall have; 0 when the side is not used")

#define TAUT_SESSION_IN_COMMON(X, p, b)                                                             \
  X(p, b, 1, REQUEST, "request", TAUT_UNIT_NONE, 0, TAUT_REQUEST_COUNT - 1, 0,                      \
    TAUT_LABELS(TAUT_REQUEST_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, NULL,                           \
    "what the person asks of the machine's screen")                                                 \
  X(p, b, 2, REQUEST_SEQ, "request_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,            \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, NULL, "counts requests")                                    \
  X(p, b, 3, SAFETY_STATE, "safety_state", TAUT_UNIT_NONE, 0, TAUT_SAFETY_COUNT - 1, 0,             \
    TAUT_LABELS(TAUT_SAFETY_STATE_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, "controller.safety_state", \
    "class of the controller's behaviour")                                                          \
  X(p, b, 4, CAUSE, "cause", TAUT_UNIT_NONE, 0, TAUT_CAUSE_COUNT - 1, 0,                            \
    TAUT_LABELS(TAUT_CAUSE_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, "controller.cause",               \
    "what led out of normal")                                                                       \
  X(p, b, 5, ARM_STATE, "arm_state", TAUT_UNIT_NONE, 0, TAUT_ARM_COUNT - 1, 0,                      \
    TAUT_LABELS(TAUT_ARM_STATE_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, "controller.arm_state",       \
    "step of the two-step arming")                                                                  \
  X(p, b, 6, REP_COUNT, "rep_count", TAUT_UNIT_NONE, 0, 1e6, 0, NULL,                               \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, "spotter.rep_count", "repetitions finished")                \
  X(p, b, 7, REPORT, "report", TAUT_UNIT_NONE, 0, TAUT_REPORT_COUNT - 1, 0,                         \
    TAUT_LABELS(TAUT_REPORT_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, "user.report",                   \
    "symptom said or pressed")                                                                      \
  X(p, b, 8, REPORT_SEQ, "report_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,              \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, "user.report_seq", "counts reports")                        \
  X(p, b, 9, FORM_ALERT, "form_alert", TAUT_UNIT_NONE, 0, TAUT_FORM_ALERT_COUNT - 1, 0,             \
    TAUT_LABELS(TAUT_FORM_ALERT_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, "form_check.alert",          \
    "what the form check saw")                                                                      \
  X(p, b, 10, FORM_ALERT_SEQ, "form_alert_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,     \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, "form_check.alert_seq", "counts form alerts")

#define TAUT_SESSION_OUT_SIDE(X, p, b)                                                              \
  X(p, b, 1, LOAD_N, "load_n", TAUT_UNIT_N, 0, 600, 0, NULL, 0, 0, 0, NULL,                         \
    "prescribed load, a whole number of pounds; 0 when the side is not used")

#define TAUT_SESSION_OUT_COMMON(X, p, b)                                                            \
  X(p, b, 1, MODE, "mode", TAUT_UNIT_NONE, 0, TAUT_MODE_COUNT - 1, 0, TAUT_LABELS(TAUT_MODE_MAP),   \
    TAUT_ENUM, 0, 0, NULL, "resistance law")                                                        \
  X(p, b, 2, MODE_STIFFNESS_N_M, "mode_stiffness_n_m", TAUT_UNIT_N_M, 0, 5000, 0, NULL, 0, 0, 0,    \
    NULL, "chain or elastic gain")                                                                  \
  X(p, b, 3, MODE_ECCENTRIC_GAIN, "mode_eccentric_gain", TAUT_UNIT_NONE, 0, 1, 0, NULL, 0, 0, 0,    \
    NULL, "extra share of load when lowering")                                                      \
  X(p, b, 4, MODE_SPEED_M_S, "mode_speed_m_s", TAUT_UNIT_M_S, 0, 3, 0.5, NULL, 0, 0, 0, NULL,       \
    "isokinetic speed")                                                                             \
  X(p, b, 5, MODE_DAMPING_NS_M, "mode_damping_ns_m", TAUT_UNIT_NS_M, 0, 2000, 0, NULL, 0, 0, 0,     \
    NULL, "damper constant")                                                                        \
  X(p, b, 6, COMMAND, "command", TAUT_UNIT_NONE, 0, TAUT_COMMAND_COUNT - 1, 0,                      \
    TAUT_LABELS(TAUT_COMMAND_MAP), TAUT_ENUM, 0, 0, NULL, "arming and stopping")                    \
  X(p, b, 7, COMMAND_SEQ, "command_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,            \
    TAUT_INTEGER, 0, 0, NULL, "counts commands")                                                    \
  X(p, b, 8, HEARTBEAT_SEQ, "heartbeat_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,        \
    TAUT_INTEGER, 0, 0, NULL, "counts every refresh of the prescription")                           \
  X(p, b, 9, PROFILE, "profile", TAUT_UNIT_NONE, 0, TAUT_PROFILE_COUNT - 1, 0,                      \
    TAUT_LABELS(TAUT_PROFILE_MAP), TAUT_ENUM, 0, 0, NULL, "who trains")                             \
  X(p, b, 10, RANGE_MIN_M, "range_min_m", TAUT_UNIT_M, 0, 5, 0.1, NULL, 0, 0, 0, NULL,              \
    "bottom of the range of motion")                                                                \
  X(p, b, 11, RANGE_MAX_M, "range_max_m", TAUT_UNIT_M, 0, 5, 1, NULL, 0, 0, 0, NULL,                \
    "top of the range of motion")                                                                   \
  X(p, b, 12, TARGET_SPEED_M_S, "target_speed_m_s", TAUT_UNIT_M_S, 0, 3, 0.3, NULL, 0, 0, 0, NULL,  \
    "mean concentric speed asked for")                                                              \
  X(p, b, 13, SET_ACTIVE, "set_active", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL, 0, 0, NULL,       \
    "a set is under way")                                                                           \
  X(p, b, 14, CUE, "cue", TAUT_UNIT_NONE, 0, TAUT_CUE_COUNT - 1, 0, TAUT_LABELS(TAUT_CUE_MAP),      \
    TAUT_ENUM, 0, 0, NULL, "what the machine asks of the person")                                   \
  X(p, b, 15, CUE_SEQ, "cue_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL, TAUT_INTEGER, 0,  \
    0, NULL, "counts cues")                                                                         \
  X(p, b, 16, STATE, "state", TAUT_UNIT_NONE, 0, TAUT_SESSION_COUNT - 1, 0,                         \
    TAUT_LABELS(TAUT_SESSION_STATE_MAP), TAUT_ENUM, 0, 0, NULL, "what the session does")            \
  X(p, b, 17, REFERRALS, "referrals", TAUT_UNIT_NONE, 0, 1e6, 0, NULL, TAUT_INTEGER, 0, 0, NULL,    \
    "referrals to a professional that were logged")                                                 \
  X(p, b, 18, LAST_GOOD_LOAD_N, "last_good_load_n", TAUT_UNIT_N, 0, 600, 0, NULL, 0, 0, 0, NULL,    \
    "greatest load finished without a symptom")                                                     \
  X(p, b, 19, SETS_DONE, "sets_done", TAUT_UNIT_NONE, 0, 1e6, 0, NULL, TAUT_INTEGER, 0, 0, NULL,    \
    "sets finished")

// What a session that runs whole programmes has beyond the ports above; docs/session.md. Every port
// of these lists is optional: a session without them runs single sets.

#define TAUT_SESSION_IN_PROGRAM_SIDE(X, p, b)                                                     \
  X(p, b, 2, PHASE, "phase", TAUT_UNIT_NONE, 0, TAUT_PHASE_COUNT - 1, 0,                          \
    TAUT_LABELS(TAUT_PHASE_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, "spotter.*_phase",              \
    "phase of the repetition as observed")                                                        \
  X(p, b, 3, REP_COUNT, "rep_count", TAUT_UNIT_NONE, 0, 1e6, 0, NULL,                             \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, "spotter.*_rep_count",                                    \
    "finished repetitions of this side in this set")                                              \
  X(p, b, 4, POSITION_M, "position_m", TAUT_UNIT_M, -1, 10, 0, NULL, TAUT_OPTIONAL, 0, 0.001,     \
    "controller.*_position_m", "estimated extension")                                             \
  X(p, b, 5, SPEED_M_S, "speed_m_s", TAUT_UNIT_M_S, -50, 50, 0, NULL, TAUT_OPTIONAL, 0, 0.02,     \
    "controller.*_speed_m_s", "estimated speed")

#define TAUT_SESSION_IN_PROGRAM(X, p, b)                                                          \
  X(p, b, 11, CALENDAR_DAY, "calendar_day", TAUT_UNIT_NONE, -1e6, 1e6, 0, NULL,                   \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, NULL,                                                     \
    "day of the calendar; the days of birth and clearance count from the same one")               \
  X(p, b, 12, BIRTH_DAY, "birth_day", TAUT_UNIT_NONE, -1e6, 1e6, 0, NULL,                         \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, NULL, "day of the last birth")                            \
  X(p, b, 13, BIRTH_MODE, "birth_mode", TAUT_UNIT_NONE, 0, TAUT_BIRTH_COUNT - 1, 0,               \
    TAUT_LABELS(TAUT_BIRTH_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, NULL,                           \
    "the last birth; none: the person has not given birth")                                       \
  X(p, b, 14, HAS_COMPLICATION, "has_complication", TAUT_UNIT_NONE, 0, 1, 0, NULL,                \
    TAUT_BOOL | TAUT_OPTIONAL, 0, 0, NULL, "the birth had a complication")                        \
  X(p, b, 15, IS_PREGNANT, "is_pregnant", TAUT_UNIT_NONE, 0, 1, 0, NULL,                          \
    TAUT_BOOL | TAUT_OPTIONAL, 0, 0, NULL, "the person is pregnant")                              \
  X(p, b, 16, IS_CLEARED, "is_cleared", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL | TAUT_OPTIONAL, \
    0, 0, NULL, "a professional has cleared the person for training, and has not taken it back")  \
  X(p, b, 17, CLEARED_DAY, "cleared_day", TAUT_UNIT_NONE, -1e6, 1e6, 0, NULL,                     \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, NULL, "day of the latest clearance")                      \
  X(p, b, 18, HAS_DIASTASIS, "has_diastasis", TAUT_UNIT_NONE, 0, 1, 0, NULL,                      \
    TAUT_BOOL | TAUT_OPTIONAL, 0, 0, NULL, "a diastasis recti is known")                          \
  X(p, b, 19, HAS_WEAK_CORE, "has_weak_core", TAUT_UNIT_NONE, 0, 1, 0, NULL,                      \
    TAUT_BOOL | TAUT_OPTIONAL, 0, 0, NULL, "the trunk is too weak for sit-ups and planks")        \
  X(p, b, 20, HAS_PROLAPSE, "has_prolapse", TAUT_UNIT_NONE, 0, 1, 0, NULL,                        \
    TAUT_BOOL | TAUT_OPTIONAL, 0, 0, NULL, "a pelvic organ prolapse is known")                    \
  X(p, b, 21, IS_HYPERMOBILE, "is_hypermobile", TAUT_UNIT_NONE, 0, 1, 0, NULL,                    \
    TAUT_BOOL | TAUT_OPTIONAL, 0, 0, NULL, "joints are lax")                                      \
  X(p, b, 22, HAS_TIGHT_PIRIFORMIS, "has_tight_piriformis", TAUT_UNIT_NONE, 0, 1, 0, NULL,        \
    TAUT_BOOL | TAUT_OPTIONAL, 0, 0, NULL, "the piriformis is tight")                             \
  X(p, b, 23, HAS_HIP_ROTATION, "has_hip_rotation", TAUT_UNIT_NONE, 0, 1, 0, NULL,                \
    TAUT_BOOL | TAUT_OPTIONAL, 0, 0, NULL, "the assessment found one hip higher or turned")       \
  X(p, b, 24, IS_ASSESSED, "is_assessed", TAUT_UNIT_NONE, 0, 1, 0, NULL,                          \
    TAUT_BOOL | TAUT_OPTIONAL, 0, 0, NULL, "tilt and rotation of the pelvis were assessed")       \
  X(p, b, 25, IS_ALIGNED, "is_aligned", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL | TAUT_OPTIONAL, \
    0, 0, NULL, "posture was checked today and is aligned")                                       \
  X(p, b, 26, IS_ACTIVATED, "is_activated", TAUT_UNIT_NONE, 0, 1, 0, NULL,                        \
    TAUT_BOOL | TAUT_OPTIONAL, 0, 0, NULL, "the inner unit was activated today")                  \
  X(p, b, 27, RESTING_TONE, "resting_tone", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_OPTIONAL, 0, 0,   \
    NULL, "tone of the muscles at rest, 0 to 1")                                                  \
  X(p, b, 28, SLEEP_S, "sleep_s", TAUT_UNIT_S, 0, 86400, 28800, NULL, TAUT_OPTIONAL, 0, 0, NULL,  \
    "sleep of the last night")                                                                    \
  X(p, b, 29, CHECKIN_PAIN, "checkin_pain", TAUT_UNIT_NONE, 0, 10, 0, NULL, TAUT_OPTIONAL, 0, 0,  \
    NULL, "low-back pain since the last session, 0 to 10")                                        \
  X(p, b, 30, CHECKIN_SYMPTOM, "checkin_symptom", TAUT_UNIT_NONE, 0, TAUT_REPORT_COUNT - 1, 0,    \
    TAUT_LABELS(TAUT_REPORT_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, NULL,                          \
    "symptom since the last session")                                                             \
  X(p, b, 31, TASK_EFFORT, "task_effort", TAUT_UNIT_NONE, 0, 10, 0, NULL, TAUT_OPTIONAL, 0, 0,    \
    NULL, "effort of an everyday task, lifting the car seat, 0 to 10; 0: not asked")              \
  X(p, b, 32, CYCLE_DAY, "cycle_day", TAUT_UNIT_NONE, 0, 100, 0, NULL,                            \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, NULL, "day of the menstrual cycle; 0: not known")         \
  X(p, b, 33, ASSESSED_LEAK_POINT_PA, "assessed_leak_point_pa", TAUT_UNIT_CMH2O, 0, 50000, 0,     \
    NULL, TAUT_OPTIONAL, 0, 0, NULL, "leak-point pressure that was measured; 0: not known")       \
  X(p, b, 34, WANTED_EXERCISE, "wanted_exercise", TAUT_UNIT_NONE, 0, 1000, 0, NULL,               \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, NULL,                                                     \
    "exercise that is asked for, its number in the protocol")                                     \
  X(p, b, 35, WANTED_PHASE, "wanted_phase", TAUT_UNIT_NONE, 0, 1000, 0, NULL,                     \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, NULL, "phase that is asked for")                          \
  X(p, b, 36, WANTED_LOAD_N, "wanted_load_n", TAUT_UNIT_N, 0, 600, 0, NULL, TAUT_OPTIONAL, 0, 0,  \
    NULL, "load that is asked for")                                                               \
  X(p, b, 37, WANTED_MODE, "wanted_mode", TAUT_UNIT_NONE, 0, TAUT_MODE_COUNT - 1, 0,              \
    TAUT_LABELS(TAUT_MODE_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, NULL,                            \
    "resistance law that is asked for")                                                           \
  X(p, b, 38, WANTED_SPEED_M_S, "wanted_speed_m_s", TAUT_UNIT_M_S, 0, 3, 0, NULL, TAUT_OPTIONAL,  \
    0, 0, NULL, "lifting speed that is asked for; 0: the one of the exercise")                    \
  X(p, b, 39, REPORT_SEVERITY, "report_severity", TAUT_UNIT_NONE, 0, 10, 0, NULL, TAUT_OPTIONAL,  \
    0, 0, "user.report_severity", "severity of the last report")                                  \
  X(p, b, 40, PELVIC_SENSOR, "pelvic_sensor", TAUT_UNIT_NONE, -1, 1, -1, NULL, TAUT_OPTIONAL, 0,  \
    0.1, "user.pelvic_sensor", "what a pelvic-floor sensor says; -1: there is none")              \
  X(p, b, 41, FORM_FRAME_SEQ, "form_frame_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,   \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, "form_check.frame_seq",                                   \
    "counts frames of the form check; standing still it is dead")                                 \
  X(p, b, 42, IS_ASYMMETRIC, "is_asymmetric", TAUT_UNIT_NONE, 0, 1, 0, NULL,                      \
    TAUT_BOOL | TAUT_OPTIONAL, 0, 0, "spotter.asymmetry", "one side lags the other")

#define TAUT_SESSION_OUT_PROGRAM(X, p, b)                                                         \
  X(p, b, 20, SESSION_ACTIVE, "session_active", TAUT_UNIT_NONE, 0, 1, 0, NULL,                    \
    TAUT_BOOL | TAUT_OPTIONAL, 0, 0, NULL, "a training session is under way")                     \
  X(p, b, 21, SESSION_NO, "session_no", TAUT_UNIT_NONE, 0, 1e6, 0, NULL,                          \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, NULL, "sessions begun")                                   \
  X(p, b, 22, EXERCISE, "exercise", TAUT_UNIT_NONE, 0, 1000, 0, NULL,                             \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, NULL,                                                     \
    "exercise under way, its number in the protocol; 0: none")                                    \
  X(p, b, 23, SIDE, "side", TAUT_UNIT_NONE, 0, TAUT_SIDE_COUNT - 1, 0, TAUT_LABELS(TAUT_SIDE_MAP), \
    TAUT_ENUM | TAUT_OPTIONAL, 0, 0, NULL, "side that is trained")                                \
  X(p, b, 24, IS_FLOOR, "is_floor", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL | TAUT_OPTIONAL, 0,  \
    0, NULL, "the exercise is done without the machine: the drive stays disarmed")                \
  X(p, b, 25, IS_WARM_UP, "is_warm_up", TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL | TAUT_OPTIONAL, \
    0, 0, NULL, "the set warms up: it counts for nothing")                                        \
  X(p, b, 26, SET_NO, "set_no", TAUT_UNIT_NONE, 0, 1000, 0, NULL, TAUT_INTEGER | TAUT_OPTIONAL, 0, \
    0, NULL, "working set of the exercise and side, from 1")                                      \
  X(p, b, 27, SETS, "sets", TAUT_UNIT_NONE, 0, 1000, 0, NULL, TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, \
    NULL, "working sets of the exercise and side")                                                \
  X(p, b, 28, REPS_TARGET, "reps_target", TAUT_UNIT_NONE, 0, 1000, 0, NULL,                       \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, NULL, "repetitions of the set; 0: it is timed")           \
  X(p, b, 29, REPS_COUNTED, "reps_counted", TAUT_UNIT_NONE, 0, 1e6, 0, NULL,                      \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, NULL, "clean repetitions of the set")                     \
  X(p, b, 30, REST_LEFT_S, "rest_left_s", TAUT_UNIT_S, 0, 3600, 0, NULL, TAUT_OPTIONAL, 0, 0,     \
    NULL, "how much longer this rest is")                                                         \
  X(p, b, 31, TIME_LEFT_S, "time_left_s", TAUT_UNIT_S, 0, 3600, 0, NULL, TAUT_OPTIONAL, 0, 0,     \
    NULL, "how much longer this timed exercise is")                                               \
  X(p, b, 32, BREATH_WANTED, "breath_wanted", TAUT_UNIT_NONE, 0, 1, 0, NULL,                      \
    TAUT_BOOL | TAUT_OPTIONAL, 0, 0, NULL, "a breath is due before the next repetition")          \
  X(p, b, 33, MVT_M_S, "mvt_m_s", TAUT_UNIT_M_S, 0, 3, 0, NULL, TAUT_OPTIONAL, 0, 0, NULL,        \
    "speed of the last possible lift of this exercise")                                           \
  X(p, b, 34, PROGRAM_PHASE, "program_phase", TAUT_UNIT_NONE, 0, 1000, 0, NULL,                   \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, NULL, "phase of the programme, from 1")                   \
  X(p, b, 35, PROGRAM_WEEK, "program_week", TAUT_UNIT_NONE, 0, 1e6, 0, NULL,                      \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, NULL,                                                     \
    "week of the programme, from 1; 0 before the first session")                                  \
  X(p, b, 36, PROGRAM_DONE, "program_done", TAUT_UNIT_NONE, 0, 1, 0, NULL,                        \
    TAUT_BOOL | TAUT_OPTIONAL, 0, 0, NULL, "every phase is done and its marker passed")           \
  X(p, b, 37, MARKER_OPEN, "marker_open", TAUT_UNIT_NONE, 0, 1, 0, NULL,                          \
    TAUT_BOOL | TAUT_OPTIONAL, 0, 0, NULL,                                                        \
    "the question whether the phase's goal is reached waits for an answer")                       \
  X(p, b, 38, ADVICE, "advice", TAUT_UNIT_NONE, 0, TAUT_ADVICE_COUNT - 1, 0,                      \
    TAUT_LABELS(TAUT_ADVICE_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, NULL,                          \
    "message without an effect on the load")                                                      \
  X(p, b, 39, ADVICE_SEQ, "advice_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,           \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, NULL, "counts messages")                                  \
  X(p, b, 40, REFUSAL, "refusal", TAUT_UNIT_NONE, 0, TAUT_SESSION_REFUSAL_COUNT - 1, 0,                   \
    TAUT_LABELS(TAUT_SESSION_REFUSAL_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, NULL,                         \
    "why the last request was refused")                                                           \
  X(p, b, 41, REFUSAL_SEQ, "refusal_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,         \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, NULL, "counts refusals")                                  \
  X(p, b, 42, LOCK, "lock", TAUT_UNIT_NONE, 0, TAUT_SESSION_LOCK_COUNT - 1, 0, TAUT_LABELS(TAUT_SESSION_LOCK_MAP), \
    TAUT_ENUM | TAUT_OPTIONAL, 0, 0, NULL, "what keeps the machine from loading")                 \
  X(p, b, 43, LOG, "log", TAUT_UNIT_NONE, 0, TAUT_SESSION_LOG_COUNT - 1, 0,                       \
    TAUT_LABELS(TAUT_SESSION_LOG_MAP), TAUT_ENUM | TAUT_OPTIONAL, 0, 0, NULL,                     \
    "last entry of the session's log")                                                            \
  X(p, b, 44, LOG_VALUE, "log_value", TAUT_UNIT_NONE, -1e9, 1e9, 0, NULL, TAUT_OPTIONAL, 0, 0,    \
    NULL, "its value: docs/session.md says of what")                                              \
  X(p, b, 45, LOG_SEQ, "log_seq", TAUT_UNIT_NONE, 0, 9007199254740992.0, 0, NULL,                 \
    TAUT_INTEGER | TAUT_OPTIONAL, 0, 0, NULL, "counts entries; at most one a period")
// clang-format on

/// Index of a port within its list: TAUT_MOTOR_IN_TORQUE_COMMAND_NM; a SIDE port of a role that
/// serves both sides has index TAUT_<ROLE>_IN_SIDE_<PORT> + side * TAUT_<ROLE>_IN_SIDE_COUNT, a
/// COMMON port TAUT_<ROLE>_IN_<PORT> (already offset by both side blocks).
#define TAUT_PORT_ENUM_MOTOR_IN(p, b, i, E, ...) TAUT_MOTOR_IN_##E,
#define TAUT_PORT_ENUM_MOTOR_OUT(p, b, i, E, ...) TAUT_MOTOR_OUT_##E,
#define TAUT_PORT_ENUM_CABLE_IN(p, b, i, E, ...) TAUT_CABLE_IN_##E,
#define TAUT_PORT_ENUM_CABLE_OUT(p, b, i, E, ...) TAUT_CABLE_OUT_##E,
#define TAUT_PORT_ENUM_FORM_CHECK_IN(p, b, i, E, ...) TAUT_FORM_CHECK_IN_##E,
#define TAUT_PORT_ENUM_FORM_CHECK_OUT(p, b, i, E, ...) TAUT_FORM_CHECK_OUT_##E,
#define TAUT_PORT_ENUM_USER_IN_SIDE(p, b, i, E, ...) TAUT_USER_IN_SIDE_##E,
#define TAUT_PORT_ENUM_USER_IN(p, b, i, E, ...) TAUT_USER_IN_##E,
#define TAUT_PORT_ENUM_USER_OUT_SIDE(p, b, i, E, ...) TAUT_USER_OUT_SIDE_##E,
#define TAUT_PORT_ENUM_USER_OUT(p, b, i, E, ...) TAUT_USER_OUT_##E,
#define TAUT_PORT_ENUM_CONTROLLER_IN_SIDE(p, b, i, E, ...) TAUT_CONTROLLER_IN_SIDE_##E,
#define TAUT_PORT_ENUM_CONTROLLER_IN(p, b, i, E, ...) TAUT_CONTROLLER_IN_##E,
#define TAUT_PORT_ENUM_CONTROLLER_OUT_SIDE(p, b, i, E, ...) TAUT_CONTROLLER_OUT_SIDE_##E,
#define TAUT_PORT_ENUM_CONTROLLER_OUT(p, b, i, E, ...) TAUT_CONTROLLER_OUT_##E,
#define TAUT_PORT_ENUM_SPOTTER_IN_SIDE(p, b, i, E, ...) TAUT_SPOTTER_IN_SIDE_##E,
#define TAUT_PORT_ENUM_SPOTTER_IN(p, b, i, E, ...) TAUT_SPOTTER_IN_##E,
#define TAUT_PORT_ENUM_SPOTTER_OUT_SIDE(p, b, i, E, ...) TAUT_SPOTTER_OUT_SIDE_##E,
#define TAUT_PORT_ENUM_SPOTTER_OUT(p, b, i, E, ...) TAUT_SPOTTER_OUT_##E,
#define TAUT_PORT_ENUM_SESSION_IN_SIDE(p, b, i, E, ...) TAUT_SESSION_IN_SIDE_##E,
#define TAUT_PORT_ENUM_SESSION_IN(p, b, i, E, ...) TAUT_SESSION_IN_##E,
#define TAUT_PORT_ENUM_SESSION_OUT_SIDE(p, b, i, E, ...) TAUT_SESSION_OUT_SIDE_##E,
#define TAUT_PORT_ENUM_SESSION_OUT(p, b, i, E, ...) TAUT_SESSION_OUT_##E,
#define TAUT_PORT_ENUM_PROGRAM_IN(p, b, i, E, ...) TAUT_PROGRAM_IN_##E,
#define TAUT_PORT_ENUM_PROGRAM_IN_SIDE(p, b, i, E, ...) TAUT_PROGRAM_IN_SIDE_##E,
#define TAUT_PORT_ENUM_PROGRAM_OUT(p, b, i, E, ...) TAUT_PROGRAM_OUT_##E,

#define TAUT_PORTS_SINGLE(ROLE_DIR) \
  enum { TAUT_##ROLE_DIR(TAUT_PORT_ENUM_##ROLE_DIR, "", 0) TAUT_##ROLE_DIR##_COUNT }
#define TAUT_PORTS_BOTH(ROLE_DIR)                                                                \
  enum {                                                                                         \
    TAUT_##ROLE_DIR##_SIDE(TAUT_PORT_ENUM_##ROLE_DIR##_SIDE, "", 0) TAUT_##ROLE_DIR##_SIDE_COUNT \
  };                                                                                             \
  enum {                                                                                         \
    TAUT_##ROLE_DIR##_BEFORE_COMMON = 2 * TAUT_##ROLE_DIR##_SIDE_COUNT - 1,                      \
    TAUT_##ROLE_DIR##_COMMON(TAUT_PORT_ENUM_##ROLE_DIR, "", 0) TAUT_##ROLE_DIR##_COUNT           \
  }

TAUT_PORTS_SINGLE(MOTOR_IN);
TAUT_PORTS_SINGLE(MOTOR_OUT);
TAUT_PORTS_SINGLE(CABLE_IN);
TAUT_PORTS_SINGLE(CABLE_OUT);
TAUT_PORTS_SINGLE(FORM_CHECK_IN);
TAUT_PORTS_SINGLE(FORM_CHECK_OUT);
TAUT_PORTS_BOTH(USER_IN);
TAUT_PORTS_BOTH(USER_OUT);
TAUT_PORTS_BOTH(CONTROLLER_IN);
TAUT_PORTS_BOTH(CONTROLLER_OUT);
TAUT_PORTS_BOTH(SPOTTER_IN);
TAUT_PORTS_BOTH(SPOTTER_OUT);
TAUT_PORTS_BOTH(SESSION_IN);
TAUT_PORTS_BOTH(SESSION_OUT);

/// Ports of a session that runs programmes; they follow those of TAUT_SESSION_INPUTS and
/// TAUT_SESSION_OUTPUTS: a SIDE port has index TAUT_PROGRAM_IN_SIDE_<PORT> + side *
/// TAUT_PROGRAM_IN_SIDE_COUNT + TAUT_SESSION_IN_COUNT.
enum {
  TAUT_SESSION_IN_PROGRAM_SIDE(TAUT_PORT_ENUM_PROGRAM_IN_SIDE, "", 0) TAUT_PROGRAM_IN_SIDE_COUNT
};
enum {
  TAUT_PROGRAM_IN_BEFORE = TAUT_SESSION_IN_COUNT + 2 * TAUT_PROGRAM_IN_SIDE_COUNT - 1,
  TAUT_SESSION_IN_PROGRAM(TAUT_PORT_ENUM_PROGRAM_IN, "", 0) TAUT_PROGRAM_IN_COUNT
};
enum {
  TAUT_PROGRAM_OUT_BEFORE = TAUT_SESSION_OUT_COUNT - 1,
  TAUT_SESSION_OUT_PROGRAM(TAUT_PORT_ENUM_PROGRAM_OUT, "", 0) TAUT_PROGRAM_OUT_COUNT
};

/// Whole tables of a role: `static const taut_signal inputs[] = {TAUT_CONTROLLER_INPUTS};`
#define TAUT_MOTOR_INPUTS TAUT_TABLE_SINGLE(TAUT_MOTOR_IN)
#define TAUT_MOTOR_OUTPUTS TAUT_TABLE_SINGLE(TAUT_MOTOR_OUT)
#define TAUT_CABLE_INPUTS TAUT_TABLE_SINGLE(TAUT_CABLE_IN)
#define TAUT_CABLE_OUTPUTS TAUT_TABLE_SINGLE(TAUT_CABLE_OUT)
#define TAUT_FORM_CHECK_INPUTS TAUT_TABLE_SINGLE(TAUT_FORM_CHECK_IN)
#define TAUT_FORM_CHECK_OUTPUTS TAUT_TABLE_SINGLE(TAUT_FORM_CHECK_OUT)
#define TAUT_USER_INPUTS TAUT_TABLE_SIDES(TAUT_USER_IN_SIDE) TAUT_TABLE_COMMON(TAUT_USER_IN_COMMON)
#define TAUT_USER_OUTPUTS \
  TAUT_TABLE_SIDES(TAUT_USER_OUT_SIDE) TAUT_TABLE_COMMON(TAUT_USER_OUT_COMMON)
#define TAUT_CONTROLLER_INPUTS \
  TAUT_TABLE_SIDES(TAUT_CONTROLLER_IN_SIDE) TAUT_TABLE_COMMON(TAUT_CONTROLLER_IN_COMMON)
#define TAUT_CONTROLLER_OUTPUTS \
  TAUT_TABLE_SIDES(TAUT_CONTROLLER_OUT_SIDE) TAUT_TABLE_COMMON(TAUT_CONTROLLER_OUT_COMMON)
#define TAUT_SPOTTER_INPUTS \
  TAUT_TABLE_SIDES(TAUT_SPOTTER_IN_SIDE) TAUT_TABLE_COMMON(TAUT_SPOTTER_IN_COMMON)
#define TAUT_SPOTTER_OUTPUTS \
  TAUT_TABLE_SIDES(TAUT_SPOTTER_OUT_SIDE) TAUT_TABLE_COMMON(TAUT_SPOTTER_OUT_COMMON)
#define TAUT_SESSION_INPUTS \
  TAUT_TABLE_SIDES(TAUT_SESSION_IN_SIDE) TAUT_TABLE_COMMON(TAUT_SESSION_IN_COMMON)
#define TAUT_SESSION_OUTPUTS \
  TAUT_TABLE_SIDES(TAUT_SESSION_OUT_SIDE) TAUT_TABLE_COMMON(TAUT_SESSION_OUT_COMMON)
/// The same for a session that runs programmes: `{TAUT_SESSION_INPUTS TAUT_PROGRAM_INPUTS}`.
#define TAUT_PROGRAM_INPUTS \
  TAUT_TABLE_SIDES(TAUT_SESSION_IN_PROGRAM_SIDE) TAUT_TABLE_COMMON(TAUT_SESSION_IN_PROGRAM)
#define TAUT_PROGRAM_OUTPUTS TAUT_TABLE_COMMON(TAUT_SESSION_OUT_PROGRAM)

#ifdef __cplusplus
}
#endif
#endif

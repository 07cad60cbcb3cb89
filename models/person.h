/// A person at a cable machine: strength, fatigue, tempo, breath, pressure, pelvic floor, linea
/// alba, grip, reports. Composed of
/// models/{lift,hand,fatigue,grip,breathing,pressure,pelvic_floor,linea_alba,speech}.
///
/// Time is an integer tick, randomness a pure function of (seed, stream, tick): nothing here
/// allocates, and two persons never share anything. [any]
#ifndef TAUT_MODELS_PERSON_H
#define TAUT_MODELS_PERSON_H

#include <stdint.h>

#include "models/breathing.h"
#include "models/fatigue.h"
#include "models/grip.h"
#include "models/hand.h"
#include "models/lift.h"
#include "models/linea_alba.h"
#include "models/pelvic_floor.h"
#include "models/pelvic_sensor.h"
#include "models/person_params.h"
#include "models/person_weeks.h"
#include "models/pressure.h"
#include "models/speech.h"

/// What the person does, coarser than the phase of a repetition.
#define TAUT_PERSON_ACTIVITY_MAP(X) \
  X(IDLE, "idle")                   \
  X(REACHING, "reaching")           \
  X(BRINGING, "bringing")           \
  X(HOLDING, "holding") X(LIFTING, "lifting") X(LOWERING, "lowering") X(FROZEN, "frozen")
enum {
#define TAUT_PERSON_ACTIVITY_ENUM(name, label) TAUT_PERSON_##name,
  TAUT_PERSON_ACTIVITY_MAP(TAUT_PERSON_ACTIVITY_ENUM)
#undef TAUT_PERSON_ACTIVITY_ENUM
      TAUT_PERSON_ACTIVITY_COUNT
};

/// Part of a repetition.
enum {
  TAUT_PERSON_REST,   ///< at the bottom, breathing
  TAUT_PERSON_BRACE,  ///< at the bottom, pressure and pelvic floor come up
  TAUT_PERSON_CONCENTRIC,
  TAUT_PERSON_TOP,
  TAUT_PERSON_ECCENTRIC
};

/// Bits of taut_person_step's result: what happened in this step.
#define TAUT_PERSON_EVENT_MAP(X)                                                           \
  X(REP_DONE, "rep_done", "a repetition is finished; value is its number")                 \
  X(LEAK_ONSET, "leak_onset", "a leak begins; value is the pressure [Pa]")                 \
  X(CONE_ONSET, "cone_onset", "coning begins; value is the height [m]")                    \
  X(LET_GO, "let_go", "the pelvic floor lets go; value is its fatigue")                    \
  X(DROP, "drop", "a handle slips out of a hand; value is the side, 0 left, 1 right")      \
  X(GIVE_UP, "give_up", "the person gives up; value is the fatigue of the lift's muscles") \
  X(REPORT, "report_said", "a symptom is said; value is its label")
enum {
#define TAUT_PERSON_EVENT_ENUM(name, label, help) TAUT_PERSON_EVENT_##name,
  TAUT_PERSON_EVENT_MAP(TAUT_PERSON_EVENT_ENUM)
#undef TAUT_PERSON_EVENT_ENUM
      TAUT_PERSON_EVENT_COUNT
};

/// Fatigue states, tired in turns, one every step of ten.
enum { TAUT_PERSON_N_TIRED = 10 };

typedef struct taut_person_input {
  struct {
    double position_m, speed_m_s, tension_n;
  } side[2];
  double cue, cue_seq;            ///< TAUT_CUE_*
  double stimulus, stimulus_seq;  ///< TAUT_STIMULUS_*
  double pain_level;              ///< 0..10
  double form_fault_set;          ///< TAUT_FORM_FAULT_*
  double exercise;                ///< row of the table from 1; 0 is the exercise outside it
  double work_side;               ///< TAUT_SIDE_*
  double is_floor;                ///< 0 or 1: without a handle, whatever the exercise says
} taut_person_input;

/// One side: hand, muscles, grip.
typedef struct taut_person_side {
  taut_lift lift;
  taut_hand hand;
  taut_fatigue muscle;
  taut_grip grip;
  double is_used;     ///< 0 or 1, by the exercise
  double is_holding;  ///< 0 or 1
  double opening_s;   ///< time until an opening hand has lost its force; 0 is not opening
  double opening_n;   ///< force when it began to open
  double presence;    ///< what the sensor says, 0 or 1
  double presence_s;  ///< how long the sensor differs from the truth
  double force_n;     ///< hand force
  double capacity_n;  ///< greatest force now
  double activation;  ///< share of the unfatigued muscles in use, TL of the fatigue model
  double sum;         ///< of activation since the muscles were last tired
  double sum_n;       ///< of force since the grip was last tired
} taut_person_side;

/// Everything that changes, and what was derived from the parameters at the start.
typedef struct taut_person {
  taut_hand_params hand;
  taut_fatigue_params muscle;
  taut_grip_params grip;
  taut_pressure_params pressure_params;
  taut_pelvic_floor_params pelvic_params;
  taut_linea_alba_params linea_params;
  taut_fatigue_params trunk_params;
  double dt_s, range_min_m, range_max_m;
  double pelvic_tone, transversus_effort;   ///< as breathing lets them be
  taut_person_exercise exercise;            ///< what she does, or does next
  double exercise_no, work_side, is_floor;  ///< the inputs it was taken from

  taut_person_side side[2];
  taut_breathing breathing;
  taut_pressure pressure;
  taut_pelvic_floor pelvic;
  taut_linea_alba linea;
  taut_fatigue trunk;
  taut_pelvic_sensor sensor;
  taut_person_weeks weeks;
  double rep_share;  ///< greatest force of this repetition over the maximum
  taut_fatigue away[TAUT_PERSON_GROUP_COUNT][2];  ///< muscles of other groups, per side
  int64_t away_ns[TAUT_PERSON_GROUP_COUNT];       ///< when each was last in use
  double transversus;                             ///< activation [1]
  taut_speech speech;

  double activity, phase;  ///< TAUT_PERSON_*
  double phase_s;          ///< time in the activity or phase
  double goal_s[5];        ///< intended time of each phase of this repetition
  double rep;              ///< finished in this set
  double wants_lift;       ///< 0 or 1: the cue to lift came
  double wants_breath;     ///< 1: the cue to breathe came; 2: done, and to be said; 0: neither
  double breaths_at_cue;
  double stall_s;          ///< how long no side gets on
  double has_given_up;     ///< 0 or 1
  double yank_s;           ///< time left of a yank
  double estop_pressed;    ///< 0 or 1
  double pain, pain_s;     ///< felt; time left of the stimulus
  double back_pain;        ///< of the low back now
  double form_fault;       ///< shown
  double effort;           ///< greatest of the sides: force over capacity
  double expected_effort;  ///< of the next lift, learned from the last
  double felt_volume_m3;   ///< lost when last asked whether it is felt
  double heaviness_s;      ///< time 10 cmH2O above the limit
  double strain_s;         ///< time above the share of the leak point
  double hurts;            ///< 0 or 1: pain above the threshold
  double back_hurts;       ///< 0 or 1: the low back hurts clearly more than at rest
  double iap_pa, leak_point_pa;
  double event_value[TAUT_PERSON_EVENT_COUNT];

  double cue_seq, stimulus_seq;       ///< last seen
  double cue;                         ///< that waits for the reaction
  int64_t cue_due_ns;                 ///< 0 is none
  int64_t panic_due_ns, quit_due_ns;  ///< 0 is none
  int64_t n_steps;
} taut_person;

/// Puts the person beside the machine, hands off, lungs somewhere in the breath. Returns 0, or a
/// text that names the parameter that is not valid.
const char *taut_person_init(const taut_person_params *params, taut_person *person, double dt_s,
                             uint64_t seed);

/// Moves the person from now_ns by one step. Returns a bit 1 << TAUT_PERSON_EVENT_* per event;
/// their values are in event_value.
uint32_t taut_person_step(const taut_person_params *params, taut_person *person,
                          const taut_person_input *input, int64_t now_ns, uint64_t seed);

/// Moves the person from now_ns over `duration_ns` of rest in one stride: what tires recovers, the
/// bladder fills, days pass (models/person_weeks.h). Returns 0 and changes nothing while she is not
/// at rest: hands on a handle, in an exercise, about to answer or to say something. Else 1.
int taut_person_skip(const taut_person_params *params, taut_person *person, int64_t now_ns,
                     int64_t duration_ns, uint64_t seed);

/// TAUT_PHASE_* as roles.h names it.
int taut_person_phase(const taut_person *person);

#endif

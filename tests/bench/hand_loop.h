/// The closed loop as somebody would write it by hand for one machine: the model functions called
/// in place, no tables, no wiring, no plugins. The limit of the benchmark closed_loop.
///
/// The data flow is the engine's: in each tick all outputs are taken from the states, then all
/// states move. What a slow part publishes holds until its next period.
#ifndef TAUT_BENCH_HAND_LOOP_H
#define TAUT_BENCH_HAND_LOOP_H

#include "models/cable.h"
#include "models/form_check.h"
#include "models/person.h"
#include "models/pmsm.h"
#include "models/resistance.h"
#include "models/session.h"
#include "models/spotter.h"
#include "taut/engine.h"
#include "taut/roles.h"

enum {
  HAND_MOTOR_OUT = TAUT_MOTOR_OUT_COUNT + 4,
  HAND_USER_OUT = TAUT_USER_OUT_COUNT + 11,
  HAND_MOTOR_PEAKS = 4,
  HAND_CABLE_PEAKS = 3,
  HAND_CONTROLLER_PEAKS = 4
};

typedef struct hand_peak {
  double least, greatest;
} hand_peak;

typedef struct hand_side_row {
  double motor[HAND_MOTOR_OUT];
  double cable[TAUT_CABLE_OUT_COUNT];
  hand_peak motor_peaks[HAND_MOTOR_PEAKS];  // iq, bus, speed, torque
  hand_peak cable_peaks[HAND_CABLE_PEAKS];  // tension, handle speed, take-up speed
} hand_side_row;

/// What is recorded every millisecond; hashed with the digest of the rows before.
typedef struct hand_row {
  uint8_t digest[16];
  int64_t tick_ns;
  double user[HAND_USER_OUT];
  double controller[TAUT_CONTROLLER_OUT_COUNT];
  hand_peak
      controller_peaks[HAND_CONTROLLER_PEAKS];  // torque left, load left, torque right, load right
  double spotter[TAUT_SPOTTER_OUT_COUNT];
  double form_check[TAUT_FORM_CHECK_OUT_COUNT];
  double session[TAUT_SESSION_OUT_COUNT];
  hand_side_row side[2];
} hand_row;

typedef struct hand_side {
  taut_pmsm_state motor;
  taut_cable_state cable;
  taut_cable_forces forces;  // of this tick
  uint64_t cable_seed;
} hand_side;

/// What the user publishes to the machine.
typedef struct hand_user_ports {
  double hand_force_n[2], hand_presence[2];
  double report, report_seq, estop_closed, cone_height_m, form_fault;
} hand_user_ports;

typedef struct hand_loop {
  int n_sides;
  int64_t now_ns;
  hand_side side[2];
  taut_person user;
  taut_resistance_state controller;
  taut_spotter spotter;
  taut_session session;
  taut_form_check form_check;
  const taut_person_params *user_params;            // borrowed from the plan
  const taut_form_check_params *form_check_params;  // borrowed from the plan
  uint64_t user_seed, form_check_seed;

  // published, held until the next period of its owner
  hand_user_ports user_ports;
  taut_resistance_output controller_ports;
  taut_spotter_output spotter_ports;
  taut_session_output session_ports;
  double alert, alert_seq;

  // what the scenario sets
  double set_load_n[2], request, request_seq;

  hand_row row;
  hand_row *copy;  // receives every finished row; NULL when timed
} hand_loop;

/// Initial state with the parameters of `plan`, which is borrowed; its paths are those of the rig,
/// one or two sides. `seed` is the run's. False when an instance is missing or refuses its
/// parameters.
bool hand_loop_init(hand_loop *loop, const taut_plan *plan, uint64_t seed);

/// Advances by whole milliseconds up to `until_ns`; `loop->row` is the last row then. False when
/// the motion left the numbers.
bool hand_loop_advance(hand_loop *loop, int64_t until_ns);

/// hand_row.c: fills the parts of the row that are due at this tick, and hashes it.
void hand_row_record(hand_loop *loop);

#endif

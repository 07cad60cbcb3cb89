/// The resistance laws: force at the handle as a function of position and speed.
///
/// F > 0 pulls the handle in; x is the extension, v = dx/dt; concentric v > 0, eccentric v < 0. F0
/// is the prescription. Equations 5 to 13 of plugins/resistance/README.md.
#ifndef TAUT_MODELS_RESISTANCE_LAW_H
#define TAUT_MODELS_RESISTANCE_LAW_H

#include <stdbool.h>

/// Constants of the laws.
typedef struct taut_law_params {
  double force_max_n;            ///< no law goes above [N]
  double idle_n;                 ///< take-up tension that keeps the cable taut [N]
  double stiffness_max_n_m;      ///< chain, elastic: keeps dF/dt within the down rate [N/m]
  double inverse_stiffness_n_m;  ///< the same for the inverse chain, whose force falls paying out
  double inverse_floor;          ///< inverse chain: least share of F0 [1]
  double eccentric_v1_m_s;       ///< lowering speed where the extra load begins [m/s]
  double eccentric_v2_m_s;       ///< lowering speed where it is full [m/s]
  double eccentric_hysteresis_m_s;  ///< width of the play between in and out [m/s]
  double isokinetic_gain_ns_m;      ///< force per speed above the set speed [N s/m]
  double isometric_gain_n_m;        ///< position hold [N/m]
  double isometric_damping_ns_m;    ///< position hold [N s/m]
  double isometric_time_s;          ///< longest hold [s]
  double burnout_drop;              ///< share taken off at each failure [1]
  double burnout_floor;             ///< least share of F0 [1]
  double burnout_speed_m_s;         ///< below: the lift has stalled [m/s]
  double burnout_time_s;            ///< for this long: a failure [s]
} taut_law_params;

/// What a law reads in one step.
typedef struct taut_law_input {
  int mode;               ///< TAUT_MODE_*
  double load_n;          ///< prescription F0 [N]
  double position_m;      ///< [m]
  double speed_m_s;       ///< smooth [m/s]
  double range_min_m;     ///< bottom of the range [m]
  double range_max_m;     ///< top of the range [m]
  double stiffness_n_m;   ///< chain, inverse chain, elastic [N/m]
  double eccentric_gain;  ///< [1]
  double set_speed_m_s;   ///< isokinetic [m/s]
  double damping_ns_m;    ///< damper [N s/m]
  double period_s;        ///< time between two steps [s]
} taut_law_input;

/// Memory of a law. Zero is the start of a set.
typedef struct taut_law_state {
  double eccentric_share;  ///< s(v) after the play [1]
  double hold_position_m;  ///< isometric [m]
  double hold_time_s;      ///< isometric, since the start [s]
  double burnout_lost;     ///< share of F0 taken off so far [1]
  double stall_s;          ///< burnout: how long the lift has stood still [s]
} taut_law_state;

/// Restarts the memory at the handle's present position [m]. [any]
void taut_law_reset(taut_law_state *state, double position_m);

/// The law's force [N], within [0, force_max_n]; moves the memory by one period. [any]
double taut_law_force(const taut_law_params *params, const taut_law_input *input,
                      taut_law_state *state);

/// Whether the force of this mode follows speed or position at once, so that the ramps apply to its
/// cap (the prescription) and not to the force itself. [any]
bool taut_law_is_fast(int mode);

/// Whether an isometric hold has used up its time. [any]
bool taut_law_is_over(const taut_law_params *params, int mode, const taut_law_state *state);

#endif

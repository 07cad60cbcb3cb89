/// Motor of one cable: permanent-magnet synchronous machine in rotor coordinates with its drive, DC
/// bus, brake chopper, encoder and heat. Equations and sources: plugins/motor_pmsm/README.md.
///
/// Sign: positive angle and speed pay the cable out; positive torque and iq retract it. The
/// electrical equations are in the motor's frame, whose speed is minus the mechanical speed times
/// the pole pairs.
#ifndef TAUT_MODELS_PMSM_H
#define TAUT_MODELS_PMSM_H

#include <stdbool.h>
#include <stdint.h>

/// Parameters: X(id, name, unit macro of taut/plugin.h, min, max, default, flags, help).
/// The defaults are the home trainer; sources stand in models/machines/home_trainer.lua.
#define TAUT_PMSM_PARAMS(X)                                                                        \
  X(1, pole_pairs, TAUT_UNIT_NONE, 1, 50, 10, TAUT_INTEGER, "pole pairs")                          \
  X(2, resistance_ohm, TAUT_UNIT_OHM, 1e-3, 20, 0.111, 0, "phase resistance at 20 degC")           \
  X(3, inductance_d_h, TAUT_UNIT_H, 1e-5, 0.1, 0.267e-3, 0, "d-axis inductance")                   \
  X(4, inductance_q_h, TAUT_UNIT_H, 1e-5, 0.1, 0.267e-3, 0, "q-axis inductance")                   \
  X(5, flux_linkage_wb, TAUT_UNIT_WB, 1e-3, 1, 0.04, 0, "magnet flux linkage, peak, at 20 degC")   \
  X(6, flux_loss_per_100k, TAUT_UNIT_NONE, 0, 0.5, 0.11, 0,                                        \
    "share of the flux lost when the magnets warm by 100 K")                                       \
  X(7, inertia_kg_m2, TAUT_UNIT_KG_M2, 1e-5, 1, 3e-3, 0, "inertia of rotor and spool")             \
  X(8, spool_radius_m, TAUT_UNIT_MM, 5e-3, 0.2, 0.035, 0, "spool radius at angle 0")               \
  X(9, spool_growth_m, TAUT_UNIT_MM, 0, 0.01, 0, 0, "radius lost per turn of cable paid out")      \
  X(10, viscous_friction_nm_s, TAUT_UNIT_NM_S, 0, 1, 2e-3, 0,                                      \
    "rotational losses in proportion to speed: bearings and iron")                                 \
  X(11, coulomb_friction_nm, TAUT_UNIT_NM, 0, 5, 0.15, 0, "dry friction")                          \
  X(12, cogging_torque_nm, TAUT_UNIT_NM, 0, 5, 0.05, 0, "cogging amplitude")                       \
  X(13, cogging_per_turn, TAUT_UNIT_NONE, 1, 1000, 120, TAUT_INTEGER, "cogging periods per turn")  \
  X(14, current_loop_hz, TAUT_UNIT_HZ, 50, 2000, 800, 0, "bandwidth of the current loop")          \
  X(15, modulation_limit, TAUT_UNIT_NONE, 0.1, 1.1, 0.95, 0,                                       \
    "usable share of the voltage circle of radius bus / sqrt 3")                                   \
  X(16, current_peak_a, TAUT_UNIT_A, 0.5, 200, 36, 0, "greatest |iq| of the drive")                \
  X(17, current_continuous_a, TAUT_UNIT_A, 0.5, 200, 18, 0, "current allowed for ever")            \
  X(18, current_window_s, TAUT_UNIT_S, 0, 1000, 0, 0,                                              \
    "time constant of the mean square current that is held at the continuous one; 0 is no such "   \
    "limit")                                                                                       \
  X(19, over_current_a, TAUT_UNIT_A, 1, 400, 54, 0, "current that trips the drive")                \
  X(20, ideal_torque, TAUT_UNIT_NONE, 0, 1, 0, TAUT_BOOL,                                          \
    "torque follows the command at once, without voltage limit; for closed-form checks")           \
  X(21, watchdog_s, TAUT_UNIT_S, 1e-3, 10, 0.1, 0, "longest time without a fresh command")         \
  X(22, watchdog_ramp_s, TAUT_UNIT_S, 0, 1, 0.2, 0,                                                \
    "time in which the drive takes the torque off after a watchdog fault")                         \
  X(23, supply_v, TAUT_UNIT_V, 10, 200, 54, 0, "open-circuit voltage of the power supply")         \
  X(24, supply_resistance_ohm, TAUT_UNIT_OHM, 1e-3, 10, 0.05, 0, "inner resistance of the supply") \
  X(25, bus_capacitance_f, TAUT_UNIT_F, 1e-4, 1, 4.7e-3, 0, "bus capacitor")                       \
  X(26, standby_power_w, TAUT_UNIT_W, 0, 100, 3, 0, "power the drive's electronics take")          \
  X(27, chopper_on_v, TAUT_UNIT_V, 10, 200, 57, 0, "bus voltage at which the chopper closes")      \
  X(28, chopper_off_v, TAUT_UNIT_V, 10, 200, 56, 0, "bus voltage at which the chopper opens")      \
  X(29, brake_resistance_ohm, TAUT_UNIT_OHM, 0.1, 1000, 2.5, 0, "brake resistor")                  \
  X(30, brake_heat_capacity_j_k, TAUT_UNIT_J_K, 1, 1e5, 60, 0, "heat capacity of the resistor")    \
  X(31, brake_to_air_k_w, TAUT_UNIT_K_W, 1e-3, 100, 1.2, 0, "brake resistor to air")               \
  X(32, over_voltage_v, TAUT_UNIT_V, 10, 250, 60, 0, "bus voltage that trips the drive")           \
  X(33, over_voltage_reset_v, TAUT_UNIT_V, 10, 250, 58, 0, "bus voltage that ends over-voltage")   \
  X(34, under_voltage_v, TAUT_UNIT_V, 5, 200, 43, 0, "bus voltage that trips the running drive")   \
  X(35, under_voltage_reset_v, TAUT_UNIT_V, 5, 200, 47, 0, "bus voltage that ends under-voltage")  \
  X(36, winding_heat_capacity_j_k, TAUT_UNIT_J_K, 1, 1e5, 250, 0, "heat capacity of the winding")  \
  X(37, winding_to_housing_k_w, TAUT_UNIT_K_W, 1e-3, 100, 0.25, 0, "winding to housing")           \
  X(38, housing_heat_capacity_j_k, TAUT_UNIT_J_K, 1, 1e6, 2500, 0, "heat capacity of the housing") \
  X(39, housing_to_air_k_w, TAUT_UNIT_K_W, 1e-3, 100, 0.7, 0, "housing to air")                    \
  X(40, ambient_k, TAUT_UNIT_DEGC, 233.15, 333.15, 293.15, 0, "air temperature")                   \
  X(41, initial_k, TAUT_UNIT_DEGC, 233.15, 473.15, 293.15, 0, "winding and housing at the start")  \
  X(42, sensor_lag_s, TAUT_UNIT_S, 0, 100, 2, 0, "lag of the temperature sensor")                  \
  X(43, derate_start_k, TAUT_UNIT_DEGC, 273.15, 473.15, 358.15, 0,                                 \
    "sensor temperature from which the current limit falls")                                       \
  X(44, derate_end_k, TAUT_UNIT_DEGC, 273.15, 473.15, 373.15, 0,                                   \
    "sensor temperature at which the current limit is 0 and the drive trips")                      \
  X(45, encoder_bits, TAUT_UNIT_NONE, 8, 24, 14, TAUT_INTEGER,                                     \
    "encoder counts per turn, as a power of 2")                                                    \
  X(46, loss_braking_on_v, TAUT_UNIT_V, 10, 250, 249, 0,                                           \
    "bus voltage from which d-axis current burns braking energy in the winding")                   \
  X(47, loss_braking_full_v, TAUT_UNIT_V, 10, 250, 250, 0,                                         \
    "bus voltage at which it is all the current it may be")                                        \
  X(48, loss_braking_a, TAUT_UNIT_A, 0, 400, 36, 0, "greatest current of both axes meanwhile")

typedef struct taut_pmsm_params {
#define TAUT_PMSM_FIELD(id, name, ...) double name;
  TAUT_PMSM_PARAMS(TAUT_PMSM_FIELD)
#undef TAUT_PMSM_FIELD
} taut_pmsm_params;

/// Inputs of one step, in the order of the motor role.
typedef struct taut_pmsm_input {
  double torque_command_nm;  ///< positive retracts                                   [N m]
  double current_ceiling_a;  ///< limit on |iq| from the controller                   [A]
  double torque_permit;      ///< 0 is safe torque off                                [bool]
  double brake;              ///< short the phases while torque is off                [bool]
  double command_seq;        ///< feeds the watchdog by changing                      [1]
  double spool_tension_n;    ///< cable tension at the spool                          [N]
  double supply_scale;       ///< supply voltage over nominal                         [1]
  double chopper_connected;  ///< brake resistor is wired                             [bool]
  double encoder_slip_rad;   ///< rotation of the encoder on its shaft                [rad]
  double encoder_stuck;      ///< encoder repeats its last angle                      [bool]
} taut_pmsm_input;

/// What the inverter does with the phases.
enum {
  TAUT_PMSM_OPEN,   ///< no drive torque (safe torque off)
  TAUT_PMSM_DRIVE,  ///< current control
  TAUT_PMSM_SHORT   ///< phases shorted
};

/// Constants of one instance, derived at init; `hot` ones follow the winding temperature.
typedef struct taut_pmsm_constants {
  double dt_s;
  double half_dt_s;
  double pole_pairs;
  double torque_gain;         ///< 1.5 p                                             [1]
  double current_per_torque;  ///< 1 / (1.5 p lam), nominal                          [A/N m]
  double saliency_h;          ///< Ld - Lq                                           [H]
  double ld_h, lq_h;
  double lq_over_ld, ld_over_lq;
  double beta_d, beta_q;          ///< dt / 2L                                           [s/H]
  double gain_d, gain_q;          ///< proportional gain of the current loop             [ohm]
  double integral_d, integral_q;  ///< gain (1 - pole of the winding)                 [ohm]
  double flux_nominal_wb;
  double resistance_20_ohm;
  double radius_m, slope_m_rad;
  double inertia_kg_m2;
  double viscous_keep;        ///< 1 / (1 + B dt/J): speed left by viscous friction  [1]
  double viscous_step;        ///< the same times dt/J                               [rad/s/N m]
  double coulomb_step_rad_s;  ///< greatest speed change by dry friction in one step [rad/s]
  double inertia_over_dt;
  double cogging_nm, cogging_per_rad;  ///< amplitude, waves per radian
  double vmax_per_v;                   ///< m / sqrt 3                                        [1]
  double peak_a, continuous2_a2, window_share, trip2_a2;
  double continuous_a;
  double ideal;
  double watchdog_s, ramp_step;
  double supply_v, supply_siemens;
  double two_over_c, half_dt_over_c;
  double half_capacitance_f;
  double standby_j;         ///< per step                                          [J]
  double joule_per_ohm_a2;  ///< 1.5 dt                                            [s]
  double chopper_on_v, chopper_off_v, brake_siemens;
  double over_v, over_reset_v, under_v, under_reset_v;
  double loss_braking_v, loss_braking_per_v, loss_braking2_a2;
  double winding_k_j, winding_w_k, housing_k_j, housing_w_k, brake_k_j, brake_w_k;
  double ambient_k, sensor_share, derate_start_k, derate_end_k, derate_slope;
  double flux_loss_per_k;
  double encoder_quantum_rad, encoder_counts;
  double heat_dt_s;
  int64_t heat_every;  ///< steps between two updates of the temperatures
} taut_pmsm_constants;

/// Everything that changes, and the constants. No pointers, no padding.
typedef struct taut_pmsm_state {
  double angle_rad, speed_rad_s;    // rotor and spool
  double id_a, iq_a;                // true currents in the rotor's frame
  double id_turned_a, iq_turned_a;  // in the encoder's frame, while that one is wrong
  double torque_nm;                 // air gap, mean of the last step
  double sum_d_v, sum_q_v;          // integrators of the current loop
  double bus_j, bus_v;              // energy and voltage of the capacitor
  double encoder_rad;               // what the encoder says, quantised
  double encoder_raw_rad;           // before quantisation
  double encoder_error_rad;         // raw minus true angle
  double thermal_limit_a;           // |iq| limit by peak, temperature and mean square current
  double limit_a;                   // the same and the controller's ceiling
  double last_command_seq;
  double silence_s;             // since command_seq last changed
  double ramp_iq_a, ramp_left;  // torque removal after a watchdog fault
  double winding_k, housing_k, sensor_k, brake_k;
  double mean_square_a2;
  double copper_j, friction_j, brake_heat_j;  // heat since the last thermal update
  double supply_energy_j, loss_energy_j, shaft_energy_j, brake_energy_j, cogging_energy_j;
  // hot constants: they follow the temperatures
  double resistance_ohm, flux_wb;
  double one_alpha_d, one_alpha_q;   // 1 + R dt / 2L
  double determinant;                // product of the two
  int64_t bridge;                    // TAUT_PMSM_OPEN ...
  int64_t drive_state, drive_fault;  // enums of taut/roles.h
  int64_t permit_last;
  int64_t chopper_command;  // hysteresis of the chopper
  int64_t chopper_conducts;
  int64_t is_voltage_limited;
  int64_t is_alarmed;  // current or bus voltage beyond a trip level
  int64_t is_hot;      // temperature beyond the trip level
  int64_t heat_count;
  taut_pmsm_constants k;
} taut_pmsm_state;

/// Default parameters, the home trainer. [any]
taut_pmsm_params taut_pmsm_params_default(void);

/// Sets the state for a run with steps of `dt_s`. Returns NULL, or why the parameters are refused
/// (static text that starts with the parameter's name). Allocates nothing. [step]
const char *taut_pmsm_init(taut_pmsm_state *s, const taut_pmsm_params *p, double dt_s);

/// The same for the averaged motor (models/pmsm_averaged.h), whose steps are longer. [step]
const char *taut_pmsm_init_averaged(taut_pmsm_state *s, const taut_pmsm_params *p, double dt_s);

/// What became of a step; 0 is the one that must not be.
enum {
  TAUT_PMSM_LOST,          ///< an input made the motion leave the numbers (NaN tension)
  TAUT_PMSM_MOVED,         ///< nothing to tell
  TAUT_PMSM_FAULT_CHANGED  ///< `drive_fault` is new
};

/// Moves the state by one step; TAUT_PMSM_LOST ... Allocates nothing. [step]
int taut_pmsm_update(taut_pmsm_state *s, const taut_pmsm_input *u);

/// Drive logic away from the undisturbed run: permission, faults, watchdog, brake. Returns the
/// current command [A], and sets `result` when the fault changes. Called by taut_pmsm_update only.
/// [step]
double taut_pmsm_drive_attend(taut_pmsm_state *s, const taut_pmsm_input *u, double iq_command_a,
                              int *result);

/// Moves a resting motor over `time_s` in closed form: heat, bus, mean square current. False, and
/// the state untouched, when it is not at rest: torque is permitted, the rotor turns, a current
/// flows, or braking energy is on the bus. [step]
bool taut_pmsm_skip(taut_pmsm_state *s, const taut_pmsm_input *u, double time_s);

/// Temperatures, flux, resistance and current limit after heat_every steps (12 to 15). [step]
void taut_pmsm_advance_heat(taut_pmsm_state *s);

/// Sets the current limit and the constants that follow the temperatures. [step]
void taut_pmsm_limit(taut_pmsm_state *s);

/// Sets the constants that follow the winding and magnet temperatures. [step]
void taut_pmsm_warm(taut_pmsm_state *s);

/// Currents as the drive measures them: in the frame the encoder reports [A]. [any]
static inline double taut_pmsm_iq_measured(const taut_pmsm_state *s) {
  return s->encoder_error_rad == 0.0 ? s->iq_a : s->iq_turned_a;
}
static inline double taut_pmsm_id_measured(const taut_pmsm_state *s) {
  return s->encoder_error_rad == 0.0 ? s->id_a : s->id_turned_a;
}

/// Heat since the last thermal update, not yet in `loss_energy_j` [J]. [any]
static inline double taut_pmsm_recent_loss_j(const taut_pmsm_state *s) {
  return s->copper_j + s->friction_j + s->brake_heat_j + (double)s->heat_count * s->k.standby_j;
}

/// Energy turned to heat since the start [J]. [any]
static inline double taut_pmsm_loss_j(const taut_pmsm_state *s) {
  return s->loss_energy_j + taut_pmsm_recent_loss_j(s);
}

/// Kinetic, magnetic, bus and cogging energy held now [J]. [any]
static inline double taut_pmsm_stored_j(const taut_pmsm_state *s) {
  return 0.5 * s->k.inertia_kg_m2 * s->speed_rad_s * s->speed_rad_s +
         0.75 * (s->k.ld_h * s->id_a * s->id_a + s->k.lq_h * s->iq_a * s->iq_a) + s->bus_j +
         s->cogging_energy_j;
}

#endif

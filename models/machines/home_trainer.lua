-- The default machine: a home trainer for 110 lb per cable. Every number has a source and a status:
-- V verified in the named public source, C computed, M from memory, D design proposal to be approved.
-- The derivations are worked out in plugins/motor_pmsm/README.md and plugins/cable_spool/README.md.
local taut = require "taut"

local rewound = "design proposal: 0.25 ohm, 0.6 mH, 0.06 Wb pancake motor with 2/3 of its turns"
local proposal = "design proposal"
local two_node = "design proposal: two-node model, time constants about 1 min and 30 min"

-- Shared by motor and cable: the lever of the cable.
local radius = { 0.035, status = "D", source = "design proposal: 70 mm spool for a handle speed of 2 m/s at 55 rad/s" }
local growth = { 0, status = "D", source = "design proposal: drum with one layer" }

return taut.parameters {
  name = "home_trainer",
  kind = "machine",
  help = "home trainer, 110 lb per cable, 54 V bus below the 60 V of safety extra-low voltage",

  motor = {
    pole_pairs = { 10, status = "D", source = proposal },
    resistance_ohm = { 0.111, status = "C", source = rewound .. "; resistance with the square: 0.25 * 4/9" },
    inductance_d_h = { 0.267e-3, status = "C", source = rewound .. "; inductance with the square: 0.6 * 4/9" },
    inductance_q_h = { 0.267e-3, status = "C", source = rewound .. "; surface magnets, no saliency" },
    flux_linkage_wb = { 0.04, status = "C", source = rewound .. "; torque constant 1.5 * 10 * 0.04 = 0.6 N m/A" },
    flux_loss_per_100k = { 0.11, status = "M", source = "reversible loss of NdFeB magnets, about 0.11 % per kelvin" },
    inertia_kg_m2 = { 3e-3, status = "D", source = "design proposal: rotor and spool" },
    spool_radius_m = radius,
    spool_growth_m = growth,
    viscous_friction_nm_s = { 2e-3, status = "D", source = proposal },
    coulomb_friction_nm = { 0.15, status = "D", source = "design proposal: 4.3 N at the handle" },
    cogging_torque_nm = { 0.05, status = "D", source = "design proposal: 1.4 N at the handle" },
    cogging_per_turn = { 120, status = "D", source = "design proposal: least common multiple of 20 poles and 24 slots" },
    current_loop_hz = { 800, status = "D", source = "design proposal: a twentieth to a tenth of a 16 to 20 kHz inverter" },
    modulation_limit = { 0.95, status = "D", source = "design proposal: space-vector modulation with 5 % for dead time" },
    current_peak_a = { 36, status = "C", source = "489.3 N * 0.035 m / 0.6 N m/A = 28.5 A; 20 % more is 34.3 A; 5 % margin" },
    current_continuous_a = { 18, status = "C", source = "12 A of the motor with all turns, times 3/2" },
    current_window_s = { 0, status = "D", source = "design proposal: the sensor's derating is the thermal limit" },
    over_current_a = { 54, status = "D", source = "design proposal: 1.5 times the peak" },
    watchdog_s = { 0.1, status = "D", source = "design proposal: ten missed commands of a 100 Hz link" },
    watchdog_ramp_s = { 0.2, status = "D", source = "design proposal: middle of a 100 to 300 ms safe stop" },
    supply_v = { 54, status = "D", source = "design proposal: float voltage of 48 V telecommunication supplies" },
    supply_resistance_ohm = { 0.05, status = "D", source = "design proposal: 1 V sag at 1.1 kW" },
    bus_capacitance_f = { 4.7e-3, status = "D", source = "design proposal: holds 1.6 J from 54 to 60 V" },
    standby_power_w = { 3, status = "D", source = proposal },
    chopper_on_v = { 57, status = "D", source = "design proposal: 3 V below the trip" },
    chopper_off_v = { 56, status = "D", source = "design proposal: above the supply, so that it never feeds the resistor" },
    brake_resistance_ohm = { 2.5, status = "C", source = "57 V squared over 1.3 kW: 110 lb at 3 m/s less 136 W of copper heat" },
    brake_heat_capacity_j_k = { 60, status = "D", source = "design proposal: wire-wound resistor of the 100 W class" },
    brake_to_air_k_w = { 1.2, status = "D", source = "design proposal: the same" },
    over_voltage_v = { 60, status = "M", source = "60 V DC, upper limit of safety extra-low voltage in dry rooms" },
    over_voltage_reset_v = { 58, status = "D", source = proposal },
    under_voltage_v = { 43, status = "D", source = "design proposal: 80 % of 54 V, below the controller's 85 %" },
    under_voltage_reset_v = { 47, status = "D", source = proposal },
    winding_heat_capacity_j_k = { 250, status = "D", source = two_node },
    winding_to_housing_k_w = { 0.25, status = "D", source = two_node },
    housing_heat_capacity_j_k = { 2500, status = "D", source = two_node },
    housing_to_air_k_w = { 0.7, status = "D", source = two_node },
    ambient_k = { 293.15, status = "D", source = "design proposal: 20 degC room" },
    initial_k = { 293.15, status = "D", source = "design proposal: a cold machine" },
    sensor_lag_s = { 2, status = "D", source = "design proposal: thermistor potted in the end winding" },
    derate_start_k = { 358.15, status = "V", source = "85 degC, default of vedderb/bldc, motor/mcconf_default.h" },
    derate_end_k = { 373.15, status = "V", source = "100 degC, default of vedderb/bldc, motor/mcconf_default.h" },
    encoder_bits = { 14, status = "D", source = "design proposal: 16384 counts, 13.4 um of cable" },
  },

  cable = {
    spool_radius_m = radius,
    spool_growth_m = growth,
    stiffness_n_m = { 166e3, status = "C", source = "4 mm steel 7x19 in nylon, EA about 0.41 MN [M], over 2.5 m" },
    damping_ns_m = { 16, status = "C", source = "3 % of critical with 0.415 kg on 166 kN/m; the 3 % are from memory" },
    pulleys = { 2, status = "D", source = proposal },
    pulley_efficiency = { 0.96, status = "M", source = "0.95 to 0.97 for a ball-bearing pulley" },
    pulley_speed_m_s = { 0.02, status = "D", source = "design proposal: smooth passage through rest" },
    handle_mass_kg = { 0.5, status = "D", source = proposal },
    length_m = { 2.4, status = "D", source = "design proposal: overhead pull of a tall person" },
    stop_stiffness_n_m = { 5e5, status = "D", source = "design proposal: 1 mm of rubber at 489 N" },
    stop_damping_ratio = { 0.4, status = "D", source = "design proposal: rubber ball" },
    breaking_strength_n = { 3000, status = "M", source = "six times 489 N, the usual rule for ropes of training equipment" },
    load_cell_hz = { 300, status = "D", source = proposal },
    load_cell_period_s = { 1e-3, status = "D", source = "design proposal: 1 kHz converter" },
    load_cell_quantum_n = { 0.25, status = "D", source = proposal },
    load_cell_noise_n = { 0.3, status = "D", source = proposal },
    load_cell_bias_n = { 0, status = "D", source = "design proposal: zeroed at rest" },
    load_cell_scale = { 1, status = "D", source = "design proposal: calibrated" },
  },
}

-- The machine that runs out of voltage: a motor with many turns on a 48 V bus. At 110 lb it winds
-- the cable in at 1.24 m/s at most, and when the cable is pulled out at more than 1.78 m/s (1.54
-- m/s without load) the magnets drive more current than was asked for. The README of
-- plugins/motor_pmsm works it out. What is not named here is as in the defaults of the models.
local taut = require "taut"

local proposal = "design proposal"
local pancake = "design proposal: pancake motor for 110 lb at 19 A"

return taut.parameters {
  name = "voltage_trap",
  kind = "machine",
  help = "48 V and 0.06 Wb: enough force, too little voltage for fast pulls",

  motor = {
    pole_pairs = { 10, status = "D", source = pancake },
    resistance_ohm = { 0.25, status = "D", source = pancake },
    inductance_d_h = { 0.6e-3, status = "D", source = pancake },
    inductance_q_h = { 0.6e-3, status = "D", source = pancake },
    flux_linkage_wb = { 0.06, status = "D", source = pancake .. "; torque constant 0.9 N m/A" },
    current_peak_a = { 25, status = "C",
      source = "489.3 N * 0.035 m / 0.9 N m/A = 19.0 A; 20 % more is 22.8 A; 10 % margin" },
    current_continuous_a = { 12, status = "D", source = pancake },
    over_current_a = { 37.5, status = "D", source = "design proposal: 1.5 times the peak" },
    supply_v = { 48, status = "D", source = proposal },
    supply_resistance_ohm = { 0.05, status = "D", source = proposal },
    bus_capacitance_f = { 4.7e-3, status = "D",
      source = "design proposal: holds 3.0 J from 48 to 60 V" },
    chopper_on_v = { 56, status = "D", source = proposal },
    chopper_off_v = { 54, status = "D", source = proposal },
    brake_resistance_ohm = { 3.6, status = "C", source = "60 V squared over 1 kW" },
    loss_braking_on_v = { 57, status = "D", source = proposal },
    loss_braking_full_v = { 58.8, status = "D", source = proposal },
    over_voltage_v = { 60, status = "M",
      source = "60 V DC, upper limit of safety extra-low voltage in dry rooms" },
    over_voltage_reset_v = { 57, status = "D", source = proposal },
    under_voltage_v = { 38, status = "D",
      source = "design proposal: 80 % of 48 V, below the controller's 85 %" },
    under_voltage_reset_v = { 42, status = "D", source = proposal },
  },

  controller = {
    kt_nm_a = { 0.9, status = "C", source = "1.5 * 10 * 0.06 Wb" },
    bus_nominal_v = { 48, status = "D", source = "the motor's supply_v" },
    bus_high_v = { 57, status = "D", source = "between chopper_on_v and over_voltage_v" },
  },
}

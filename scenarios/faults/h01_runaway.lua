local taut = require "taut"
local strike = require "strike"

-- The drive's ceiling is defeated in every case, else it would hold the current by itself.
local ceiling = taut.fault { on = "left.motor.current_ceiling_a", kind = "bias", magnitude = A(50) }
local latched = "controller.safety_state == latched and not controller.torque_permit"

return {
  taut.scenario(strike.case {
    hazard = "H1",
    name = "a drive that gives more torque than asked loses it before it does harm",
    covers = { "SR-011", "SR-012", "SR-013", "SR-017", "SR-018", "SR-051", "SR-052" },
    faults = {
      ceiling = ceiling,
      gain = taut.fault { on = "left.motor.torque_command_nm", kind = "gain", magnitude = 2.5 },
      bias = taut.fault { on = "left.motor.torque_command_nm", kind = "bias",
        magnitude = taut.quantity(8, "N m") },
    },
    strikes = { { "gain", "ceiling", "gain" }, { "bias", "ceiling", "bias" } },
    within = "150 ms",
    watch = "1500 ms",
    ends = latched,
  }),
  taut.scenario(strike.case {
    hazard = "H1",
    name = "a current sensor that hides half of the torque does not hide its force",
    covers = { "SR-009", "SR-051" },
    faults = {
      ceiling = ceiling,
      torque = taut.fault { on = "left.motor.torque_command_nm", kind = "gain", magnitude = 2.5 },
      sensor = taut.fault { on = "controller.left_iq_a", kind = "gain", magnitude = 0.4 },
    },
    strikes = { { "sensor", "ceiling", "torque", "sensor" } },
    within = "100 ms",
    watch = "1500 ms",
    ends = latched,
  }),
}

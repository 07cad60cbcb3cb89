local taut = require "taut"
local strike = require "strike"

local function warmer(by)
  return taut.fault { on = "controller.left_motor_temp_k", kind = "bias",
    magnitude = taut.quantity(by, "K") }
end

return {
  strike.scenario {
    hazard = "H9",
    name = "a winding that reads 99 degC stops the machine with a ramp",
    covers = { "SR-014", "SR-015", "SR-016", "SR-076" },
    faults = { hot = warmer(80) },
    strikes = { { "hot" } },
    within = "100 ms",
    watch = "1500 ms",
    ends = "controller.safety_state == latched and controller.cause == over_temperature",
  },
  strike.scenario {
    hazard = "H9",
    name = "a winding that reads 90 degC takes load off as a ramp, before the drive has to",
    covers = { "SR-003", "SR-073", "SR-075" },
    faults = { warm = warmer(70) },
    strikes = { { "warm" } },
    loads = { strike.full },
    notices = "rate(load.command_n, 2 ms) < -10 N/s",
    within = "100 ms",
    watch = "2 s",
    ends = "load.command_n <= 75 lb and controller.armed",
    ends_text = "load was taken off, and the set goes on",
  },
}

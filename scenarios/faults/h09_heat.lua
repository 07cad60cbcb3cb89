local taut = require "taut"
local strike = require "strike"

local function warmer(by)
  return taut.fault { on = "controller.left_motor_temp_k", kind = "bias",
    magnitude = taut.quantity(by, "K") }
end

return {
  taut.scenario(strike.case {
    hazard = "H9",
    name = "a winding that reads 99 degC stops the machine with a ramp",
    covers = { "SR-014", "SR-015", "SR-016", "SR-076" },
    faults = { hot = warmer(80) },
    strikes = { { "hot" } },
    within = "100 ms",
    watch = "1500 ms",
    always = strike.is_ramped,
    always_text = "a ramp, not a drop",
    ends = "controller.safety_state == latched and controller.cause == over_temperature",
  }),
  taut.scenario(strike.case {
    hazard = "H9",
    name = "a winding that heats up takes load off as a ramp, before the drive has to",
    covers = { "SR-003", "SR-073", "SR-075" },
    faults = {
      warm = warmer(52),
      heats = taut.fault { on = "controller.left_motor_temp_k", kind = "drift",
        magnitude = taut.quantity(12, "K/s") },
    },
    strikes = { { "heats", "warm", "heats" } },
    loads = { strike.full },
    not_applicable = { "load=10 lb: the cap of a warm machine is above a light load" },
    seen = "controller.left_motor_temp_k >= 85.5 degC",
    notices = "controller.left_load_command_n < session.left_load_n - 1 N",
    within = "200 ms",
    watch = "1 s",
    ends = "controller.armed",
    ends_text = "the set goes on",
  }),
}

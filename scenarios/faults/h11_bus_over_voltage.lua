local taut = require "taut"
local strike = require "strike"

local function lost(side)
  return taut.fault { on = side .. ".motor.chopper_connected", kind = "invert" }
end

return {
  taut.scenario(strike.case {
    hazard = "H11",
    name = "losing the brake chopper in a lift ramps the load before the bus trips",
    covers = { "SR-014", "SR-015", "SR-016", "SR-070", "SR-071", "SR-072", "SR-073" },
    faults = { left = lost "left", right = lost "right" },
    strikes = { { "chopper", "left", "right" } },
    phases = { "rest", "start", "sticking" },
    seen = "left.motor.bus_v > 57.5 V or right.motor.bus_v > 57.5 V",
    within = "100 ms",
    watch = "4 s",
    always = strike.is_ramped,
    always_text = "a ramp, not a drop",
    ends = "controller.safety_state == latched and controller.cause == over_voltage",
  }),
  taut.scenario(strike.case {
    hazard = "H11",
    name = "a bus that reads too high ramps the load down",
    covers = { "SR-014", "SR-015", "SR-016", "SR-070", "SR-071", "SR-072", "SR-073" },
    faults = {
      reading = taut.fault { on = "controller.left_bus_v", kind = "bias", magnitude = V(6) },
    },
    strikes = { { "reading" } },
    within = "100 ms",
    watch = "1500 ms",
    always = strike.is_ramped,
    always_text = "a ramp, not a drop",
    ends = "controller.safety_state == latched and controller.cause == over_voltage",
  }),
}

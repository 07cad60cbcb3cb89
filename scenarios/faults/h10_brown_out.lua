local taut = require "taut"
local strike = require "strike"

local function sags(side)
  return taut.fault { on = side .. ".motor.supply_scale", kind = "gain", magnitude = 0.82 }
end

return {
  taut.scenario(strike.case {
    hazard = "H10",
    name = "a supply that sags ramps the load down, and its return gives nothing back",
    covers = { "SR-005", "SR-015", "SR-016", "SR-073", "SR-074" },
    faults = { left = sags "left", right = sags "right" },
    strikes = { { "supply", "left", "right" } },
    seen = "controller.bus_v < 45.9 V",
    within = "100 ms",
    watch = "4 s",
    always = strike.is_ramped,
    always_text = "a ramp, not a drop",
    ends = "controller.safety_state == latched and controller.cause == under_voltage",
  }),
}

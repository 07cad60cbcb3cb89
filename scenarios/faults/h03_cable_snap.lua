local taut = require "taut"
local strike = require "strike"

return strike.scenario {
  hazard = "H3",
  name = "a cable that parts is not wound up",
  covers = { "SR-025", "SR-026" },
  faults = { cut = taut.fault { on = "left.cable.cut", kind = "invert" } },
  strikes = { { "cut" } },
  loads = { lb(20), strike.full },
  within = "30 ms",
  watch = "3 s",
  ends = "controller.safety_state == latched and controller.cause == cable",
}

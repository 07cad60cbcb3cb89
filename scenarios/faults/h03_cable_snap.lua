local taut = require "taut"
local strike = require "strike"

return taut.scenario(strike.case {
  hazard = "H3",
  name = "a cable that parts is not wound up",
  covers = { "SR-025", "SR-026" },
  faults = { cut = taut.fault { on = "left.cable.cut", kind = "invert" } },
  strikes = { { "cut" } },
  loads = { lb(20), strike.full },
  -- A free spool that runs out with a lift comes to rest by its own load first.
  not_applicable = { "load=10 lb: in a lift the spool needs 33 ms to come to rest, and until then a parted"
    .. " cable looks like a hand that stopped; 20 lb is the light load here" },
  within = "30 ms",
  watch = "3 s",
  ends = "controller.safety_state == latched and controller.cause == cable",
})

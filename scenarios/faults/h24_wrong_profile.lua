local taut = require "taut"
local strike = require "strike"

return strike.scenario {
  hazard = "H24",
  name = "somebody whose identity is lost gets 20 lb, whatever was asked for",
  covers = { "SR-088" },
  faults = { lost = taut.fault { on = "controller.profile", kind = "saturate", low = 0, high = 0 } },
  strikes = { { "lost" } },
  phases = { "arming" },
  notices = "not controller.armed",
  within = "1 s",
  watch = "1 s",
}

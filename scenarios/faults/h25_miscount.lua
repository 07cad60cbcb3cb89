local taut = require "taut"
local strike = require "strike"

return strike.scenario {
  hazard = "H25",
  name = "a set that is counted too far is not unloaded while the person lifts",
  covers = { "SR-091" },
  faults = { ahead = taut.fault { on = "session.rep_count", kind = "bias", magnitude = 30 } },
  strikes = { { "ahead" } },
  notices = "session.command == unload",
  within = "4 s",
  watch = "5 s",
}

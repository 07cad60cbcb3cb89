local taut = require "taut"
local strike = require "strike"

return strike.scenario {
  hazard = "H26",
  name = "a refresh that the record does not show is seen as a gap",
  covers = { "SR-001" },
  faults = { gap = taut.fault { on = "session", kind = "double" } },
  strikes = { { "gap" } },
  notices = "delta(session.heartbeat_seq) > 1",
  within = "50 ms",
  watch = "500 ms",
}

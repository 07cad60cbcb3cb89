local taut = require "taut"
local strike = require "strike"

return taut.scenario(strike.case {
  hazard = "H6",
  name = "a prescription that is no longer refreshed ramps the load down, though the link lives",
  covers = { "SR-014", "SR-015", "SR-016", "SR-060", "SR-061", "SR-062" },
  faults = {
    stands = taut.fault { on = "controller.heartbeat_seq", kind = "stuck" },
    lost = taut.fault { on = "controller.heartbeat_seq", kind = "drop" },
    late = taut.fault { on = "controller.heartbeat_seq", kind = "delay", delay = "500 ms" },
  },
  strikes = { { "stands" }, { "lost" }, { "late" } },
  within = "100 ms",
  watch = "2 s",
  always = strike.is_ramped,
  always_text = "a ramp, not a drop",
  ends = "controller.safety_state == latched and controller.cause == command_stale",
})

local taut = require "taut"
local strike = require "strike"

return strike.scenario {
  hazard = "H27",
  name = "a cable that hangs slack is wound up slowly",
  covers = { "SR-027" },
  faults = {
    push = taut.fault { on = "left.cable.hand_force_n", kind = "bias", magnitude = N(-600) },
  },
  strikes = { { "push" } },
  notices = "left.cable.is_slack",
  within = "1 s",
  watch = "3 s",
}

local taut = require "taut"
local strike = require "strike"

local function noisy(side)
  return taut.fault { on = "spotter." .. side .. "_position_m", kind = "noise", magnitude = mm(3) }
end

return {
  taut.scenario(strike.case {
    hazard = "H25",
    name = "a set that is counted too far is not unloaded while the person lifts",
    covers = { "SR-091" },
    faults = { ahead = taut.fault { on = "session.rep_count", kind = "bias", magnitude = 30 } },
    strikes = { { "ahead" } },
    notices = "session.command == unload",
    within = "4 s",
    watch = "2 s",
    ends = "not session.set_active",
    ends_text = "the set is over",
  }),
  taut.scenario(strike.case {
    hazard = "H25",
    name = "a repetition counts when it has been lowered, also through noise",
    covers = { "SR-092" },
    faults = { left = noisy "left", right = noisy "right" },
    strikes = { { "noise", "left", "right" } },
    notices = "spotter.rep_count >= 2",
    within = "8 s",
    watch = "500 ms",
    ends = "spotter.rep_count == 2",
    ends_text = "counted once",
  }),
}

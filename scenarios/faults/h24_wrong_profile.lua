local taut = require "taut"
local strike = require "strike"

return taut.scenario(strike.case {
  hazard = "H24",
  name = "somebody whose identity is lost gets 20 lb, whatever was asked for",
  covers = { "SR-084", "SR-088" },
  faults = { lost = taut.fault { on = "controller.profile", kind = "saturate", low = 0, high = 0 } },
  strikes = { { "lost", "lost", strike.asks_for_a_set } },
  phases = { "arming" },
  not_applicable = {
    "phase=rest: who trains is known when the machine is armed, and stays known until the next arming",
    "phase=start: as at rest",
    "phase=sticking: as at rest",
    "phase=top: as at rest",
    "phase=eccentric: as at rest",
  },
  notices = "controller.armed",
  within = "10 s",
  watch = "4 s",
  ends = "load.command_n >= 9.5 lb and load.command_n <= 20.5 lb",
  ends_text = "the lowest limit is given",
})

local taut = require "taut"
local strike = require "strike"

local faults = {
  lost = taut.fault { on = "controller.profile", kind = "saturate", low = 0, high = 0 },
}

return {
  taut.scenario(strike.case {
    hazard = "H24",
    name = "somebody whose identity is lost gets 20 lb, whatever was asked for",
    covers = { "SR-084", "SR-088" },
    faults = faults,
    strikes = { { "lost", "lost", strike.asks_for_a_set } },
    phases = { "arming" },
    notices = "controller.armed",
    within = "10 s",
    watch = "4 s",
    ends = "load.command_n >= 9.5 lb and load.command_n <= 20.5 lb",
    ends_text = "the lowest limit is given",
  }),
  taut.scenario(strike.case {
    hazard = "H24",
    name = "an identity that is lost in a set takes the load down to 20 lb, as a ramp",
    covers = { "SR-003", "SR-088" },
    faults = faults,
    strikes = { { "lost" } },
    loads = { strike.full },
    not_applicable = { "load=10 lb: it is below the lowest limit already" },
    notices = "load.command_n < session.load_n - 1 N",
    within = "20 ms",
    watch = "1500 ms",
    ends = "load.command_n <= 20.5 lb and controller.armed",
    ends_text = "the lowest limit is given",
  }),
}

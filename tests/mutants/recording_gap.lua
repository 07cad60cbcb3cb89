local taut = require "taut"

-- Of scenarios/safety/repetitions.lua: a refresh of the prescription that the recording does not show.
return taut.scenario {
  name = "a recording with a refresh missing",
  covers = { "SR-093" },
  rig = "two_cable_trainer",
  user = { "strong_adult" },
  set = { exercise = "seated_row", load = lb(20), reps = 4 },
  faults = { lost = taut.fault { on = "session", kind = "double" } },

  script = function(s)
    s:start_set()
    s:fault "lost"
    s:wait "1 s"
  end,
}

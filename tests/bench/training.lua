-- A set under way, for the benchmark register.
local taut = require "taut"

return taut.scenario {
  name = "somebody trains",
  rig = "two_cable_trainer",
  user = "postpartum_week_8",
  set = { exercise = "goblet_squat", load = lb(25), reps = 10 },
  script = function(s)
    s:start_set()
    s:wait "10 s"
  end,
}

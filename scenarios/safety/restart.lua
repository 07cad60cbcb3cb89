local taut = require "taut"

return taut.scenario {
  name = "a controller that restarts in mid-repetition gives no torque before it is armed again",
  tags = { "safety", "fault" },
  covers = { "SR-004", "SR-066" },
  rig = "two_cable_trainer",
  user = { "strong_adult" },
  set = { exercise = "seated_row", load = lb(50), reps = 10 },
  faults = { restart = taut.fault { on = "controller", kind = "reset" } },

  script = function(s)
    s:start_set()
    s:wait_until("user.rep >= 1 and user.phase == concentric", { within = "60 s" })
    s:fault "restart"
    s:wait "10 ms"
    s:clear "restart"
    s:wait "10 s"
  end,
}

local taut = require "taut"

-- Of scenarios/safety/command_stale.lua: a controller that hangs, with a drive that does not mind.
return taut.scenario {
  name = "a controller that hangs, and the drive's watchdog is off",
  covers = { "SR-063", "SR-064" },
  rig = "two_cable_trainer",
  user = { "strong_adult" },
  set = { exercise = "seated_row", load = lb(30), reps = 10 },
  params = { motor = { watchdog = s(10) } },
  faults = { silent = taut.fault { on = "controller", kind = "freeze" } },

  script = function(s)
    s:start_set()
    s:wait_until("user.phase == concentric", { within = "60 s" })
    s:fault "silent"
    s:wait "1 s"
  end,
}

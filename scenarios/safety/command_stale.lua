local taut = require "taut"

return taut.scenario {
  name = "a prescription that is no longer refreshed ramps the load down",
  tags = { "safety", "fault" },
  covers = { "SR-060" },
  rig = "two_cable_trainer",
  user = { "strong_adult" },
  set = { exercise = "seated_row", load = lb(30), reps = 10 },
  faults = { silent = taut.fault { on = "controller.heartbeat_seq", kind = "stuck" } },

  script = function(s)
    s:start_set()
    s:wait_until("user.rep >= 2 and user.phase == concentric", { within = "60 s" })
    s:fault "silent"
    s:wait_until("controller.safety_state == ss1", { within = "100 ms", id = "SR-060",
      text = "the ramp begins within 100 ms of the last refresh" })
    s:expect("controller.cause == command_stale", { id = "SR-060", text = "for the right reason" })
    s:wait "300 ms"
    s:always("load.command_n <= 20 N", { id = "SR-061", text = "at most 20 N after 300 ms" })
    s:wait "5 s"
    s:expect("controller.safety_state == latched", { id = "SR-062", text = "latched afterwards" })
  end,
}

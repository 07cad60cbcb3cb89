local taut = require "taut"

return {
  taut.scenario {
    name = "a confirmation without anybody at the handles arms nothing, and the machine gives up",
    tags = { "safety", "arming" },
    covers = { "SR-004", "SR-085", "SR-087" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "seated_row", load = lb(50), reps = 10 },
    faults = { unheard = taut.fault { on = "user.cue_seq", kind = "stuck" } },
    script = function(s)
      s:fault "unheard"
      s:event("session.request", "start_set")
      s:wait_until("controller.arm_state == requested", { within = "2 s",
        text = "torque is asked for" })
      s:wait "1 s"
      s:event("controller.command", "arm_confirm")
      s:wait "45 s"
      s:expect("not user.hand_presence", { text = "nobody has come" })
    end,
  },
  taut.scenario {
    name = "armed in two steps, loaded slowly, and disarmed when the person goes",
    tags = { "safety", "arming" },
    covers = { "SR-004", "SR-084", "SR-086", "SR-087" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "seated_row", load = lb(50), reps = 10 },
    script = function(s)
      s:start_set()
      s:wait_until("user.rep >= 1", { within = "60 s" })
      s:event("session.request", "stop_set")
      s:wait_until("not controller.armed", { within = "30 s", text = "disarmed" })
      s:wait "2 s"
    end,
  },
}

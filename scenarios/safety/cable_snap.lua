local taut = require "taut"

return taut.scenario {
  name = "a cable that parts under load is not wound up",
  tags = { "safety", "fault" },
  covers = { "SR-025", "SR-026" },
  rig = "two_cable_trainer",
  user = { "strong_adult" },
  set = { exercise = "seated_row", reps = 10 },
  sweep = { load = { lb(20), lb(50), lb(110) } },

  script = function(s)
    s:start_set()
    s:wait_until("user.rep >= 1 and user.phase == concentric and controller.position_m >= 0.3 m",
      { within = "60 s" })
    s:set("left.cable.cut", 1)
    s:wait "5 s"
    s:expect("controller.safety_state == latched", { text = "latched afterwards" })
  end,
}

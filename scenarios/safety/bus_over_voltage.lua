local taut = require "taut"

return taut.scenario {
  name = "losing the brake chopper in mid-set ramps the load before the bus trips",
  tags = { "safety", "fault" },
  covers = { "SR-014", "SR-015", "SR-016", "SR-070", "SR-071", "SR-072", "SR-073" },
  rig = "two_cable_trainer",
  user = { "strong_adult" },
  set = { exercise = "seated_row", reps = 10 },
  sweep = { load = { lb(50), lb(80), lb(110) } },

  script = function(s)
    s:start_set()
    s:wait_until("user.rep >= 2 and user.phase == eccentric", { within = "60 s" })
    s:set("left.motor.chopper_connected", 0)
    s:set("right.motor.chopper_connected", 0)
    s:wait_until("user.phase == concentric", { within = "20 s",
      text = "the next lift feeds the bus" })
    s:wait "8 s"
  end,
}

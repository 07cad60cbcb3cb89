local taut = require "taut"

return taut.scenario {
  name = "a supply that sags ramps the load down, and its return gives nothing back",
  tags = { "safety", "fault" },
  covers = { "SR-005", "SR-015", "SR-016", "SR-073", "SR-074" },
  rig = "two_cable_trainer",
  user = { "strong_adult" },
  set = { exercise = "seated_row", reps = 10 },
  sweep = { load = { lb(20), lb(110) } },

  script = function(s)
    s:start_set()
    s:wait_until("user.rep >= 1 and user.phase == eccentric", { within = "60 s" })
    s:set("left.motor.supply_scale", 0.82)
    s:set("right.motor.supply_scale", 0.82)
    s:wait "3 s"
    s:set("left.motor.supply_scale", 1)
    s:set("right.motor.supply_scale", 1)
    s:wait "5 s"
    s:expect("controller.safety_state == latched", { text = "latched, though the supply is back" })
  end,
}

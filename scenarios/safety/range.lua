local taut = require "taut"
local twins = require "twins"

return taut.scenario {
  name = "past the range of motion the load fades, and comes back with the handle",
  rows = { "D-004-15" },
  twin = twins.of("controller", "bad_pulls_past_range"),
  tags = { "safety", "range" },
  covers = { "SR-001", "SR-003", "SR-095" },
  rig = "two_cable_trainer",
  user = { "strong_adult", range_scale = 1.2 },
  set = { exercise = "seated_row", reps = 5 },
  params = { form_check = { false_alarm = 0 } },
  sweep = { load = { lb(10), lb(50), lb(110) } },

  script = function(s)
    s:start_set()
    s:wait_until("user.rep >= 1 and user.phase == rest", { within = "60 s" })
    s:wait "1 s"
    s:expect("load.command_n >= 0.9 * session.load_n", { text = "within the range the load is there" })
    s:wait_until("user.rep >= 2", { within = "60 s" })
  end,
}

local taut = require "taut"
local twins = require "twins"

return taut.scenario {
  name = "the handle carries the prescribed pounds, lifting and lowering",
  tags = { "safety", "accuracy" },
  rows = { "D-002-1" },
  twin = twins.of("controller", "bad_kg_lb_swap"),
  covers = { "SR-001", "SR-009", "SR-010" },
  rig = "two_cable_trainer",
  user = { "strong_adult" },
  set = { exercise = "seated_row", reps = 8 },
  sweep = { load = { lb(5), lb(10), lb(11), lb(25), lb(26), lb(50), lb(51), lb(109), lb(110) } },

  script = function(s)
    s:start_set()
    s:wait_until("user.rep >= 3", { within = "40 s", text = "the person trains" })
  end,
}

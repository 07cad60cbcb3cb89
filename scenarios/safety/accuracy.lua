local taut = require "taut"
local twins = require "twins"

local function carry(loads, rows, twin)
  return taut.scenario {
    name = "the handle carries the prescribed pounds, lifting and lowering",
    rows = rows,
    twin = twin,
    tags = { "safety", "accuracy" },
    covers = { "SR-001", "SR-009", "SR-010", "SR-102", "SR-103", "SR-106", "SR-119" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "seated_row", reps = 8 },
    sweep = { load = loads },

    script = function(s)
      s:start_set()
      s:wait_until("user.rep >= 3", { within = "40 s", text = "the person trains" })
    end,
  }
end

return {
  carry({ lb(5), lb(10), lb(11), lb(25), lb(26), lb(50), lb(51) }, { "D-002-1" },
    twins.of("controller", "bad_kg_lb_swap")),
  -- No pound too many is possible here: the machine has no more.
  carry({ lb(109), lb(110) }),
}

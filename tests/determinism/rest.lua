-- Two sets with a skipped rest between: what moves in closed form (heat, bus, the person's recovery) has
-- the same bits on every machine too.
local taut = require "taut"

return taut.scenario {
  name = "a rest of two minutes is skipped between two sets",
  rig = "two_cable_trainer",
  user = "beginner",
  set = { exercise = "seated_row", load = lb(12), reps = 2 },
  script = function(s)
    for i = 1, 2 do
      s:start_set()
      s:wait_until("session.state == resting", { within = "60 s" })
      s:expect("spotter.rep_count == 2")
      if i == 1 then s:skip(minutes(2)) end
    end
    s:check(s:now() > 120, { text = "the rest is part of the time" })
  end,
}

local taut = require "taut"

local counted = taut.scenario {
  name = "a set ends when its last repetition has been lowered, and every repetition counts once",
  tags = { "safety", "counting" },
  covers = { "SR-002", "SR-091", "SR-092", "SR-093", "SR-115", "SR-118", "SR-120" },
  rig = "two_cable_trainer",
  user = { "strong_adult" },
  set = { load = lb(20), reps = 4 },
  params = { form_check = { false_alarm = 0 } },
  sweep = { exercise = { "seated_row", "goblet_squat" } },

  script = function(s)
    s:start_set()
    s:wait_until("session.state == resting", { within = "120 s", text = "the set is finished" })
    s:expect("session.sets_done == 1 and spotter.rep_count == 4",
      { text = "every repetition counts, once" })
  end,
}

-- The hand answers what it feels a fifth of a second later: she still pulls while the load goes. What
-- flies out then comes back with a snatch.
local unloaded = taut.scenario {
  name = "a finished set is given back without a slack cable in the hand",
  tags = { "safety", "counting" },
  covers = { "SR-003", "SR-009", "SR-091", "SR-094", "SR-119", "SR-120" },
  rig = "two_cable_trainer",
  user = { "complying" },
  set = { exercise = "romanian_deadlift", reps = 2 },
  params = { form_check = { false_alarm = 0 } },
  sweep = { load = { lb(8), lb(16), lb(45) } },

  script = function(s)
    s:start_set()
    s:wait_until("session.command == unload", { within = "60 s", text = "the set is finished" })
    s:wait_until("load.command_n <= 10 N", { within = "2 s", text = "the load is gone" })
    s:wait_until("session.state == resting", { within = "20 s", text = "the handle is put down" })
  end,
}

return { counted, unloaded }

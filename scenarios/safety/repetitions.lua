local taut = require "taut"

return taut.scenario {
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

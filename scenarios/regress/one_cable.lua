local taut = require "taut"

-- The controller has ports for both sides, motor and cable only the one that is there.
return taut.scenario {
  name = "a set on a machine with one cable ends as it should",
  tags = { "regress", "exercise" },
  covers = { "SR-001", "SR-002", "SR-009", "SR-051", "SR-091", "SR-092" },
  rig = "one_cable_trainer",
  user = { "strong_adult" },
  params = { form_check = { false_alarm = 0 } },
  set = { exercise = "single_leg_rdl", load = lb(15), reps = 4 },

  script = function(s)
    s:start_set()
    s:wait_until("session.state == resting", { within = "120 s", text = "the set is finished" })
    s:expect("session.sets_done == 1 and spotter.rep_count == 4",
      { text = "every repetition counts, once" })
  end,
}

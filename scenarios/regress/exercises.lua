local taut = require "taut"

-- Each exercise with a load that a person without symptoms lifts: the machine must not get in the way.
return taut.scenario {
  name = "a set at a fitting load ends as it should",
  tags = { "regress", "exercise" },
  covers = { "SR-001", "SR-002", "SR-091", "SR-092" },
  rig = "two_cable_trainer",
  user = { "strong_adult" },
  params = { form_check = { false_alarm = 0 } },
  set = { load = lb(15), reps = 4 },
  sweep = {
    exercise = {
      "face_pull", "glute_bridge", "glute_thrust", "goblet_squat", "lat_pulldown", "overhead_press",
      "pallof_press", "romanian_deadlift", "seated_row", "single_leg_rdl",
    },
  },

  script = function(s)
    s:start_set()
    s:wait_until("session.state == resting", { within = "120 s", text = "the set is finished" })
    s:expect("session.sets_done == 1 and spotter.rep_count == 4",
      { text = "every repetition counts, once" })
    s:expect("controller.cause == none", { text = "nothing tripped" })
  end,
}

local taut = require "taut"

-- Of scenarios/safety/repetitions.lua: a controller that gives the load back without waiting for the hand.
return taut.scenario {
  name = "an unloading that does not wait for the hand",
  covers = { "SR-094" },
  rig = "two_cable_trainer",
  user = { "complying" },
  set = { exercise = "romanian_deadlift", load = lb(16), reps = 2 },
  params = { form_check = { false_alarm = 0 }, controller = { unload_speed = m_s(10) } },

  script = function(s)
    s:start_set()
    s:wait_until("session.state == resting", { within = "120 s" })
  end,
}

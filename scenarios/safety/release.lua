local taut = require "taut"

return taut.scenario {
  name = "a handle let go at full load is caught by the machine",
  tags = { "safety", "release" },
  covers = { "SR-020", "SR-022" },
  rig = "two_cable_trainer",
  user = { "strong_adult" },
  set = { exercise = "romanian_deadlift", reps = 20 },
  sweep = { load = { lb(10), lb(20), lb(50), lb(110) } },

  script = function(s)
    local limit = s.sweep.load > lb(50) and "1.5 m/s" or "1.0 m/s"
    s:start_set()
    s:wait_until("user.phase == eccentric", { within = "30 s" })
    s:always("peak(cable.take_up_speed_m_s) <= " .. limit,
      { id = "SR-020", text = "the spool takes the cable up no faster than " .. limit })
    s:event("user.stimulus", "release")
    s:wait_until("controller.safety_state == released", { within = "100 ms", id = "SR-021",
      text = "the release is noticed within 100 ms" })
    s:wait "10 ms"
    s:always("load.command_n <= 20 N", { id = "SR-021", text = "at most 20 N 10 ms after detection" })
    s:wait "100 ms"
    s:always("peak(cable.take_up_speed_m_s) <= 0.5 m/s",
      { id = "SR-022", text = "at most 0.5 m/s from 100 ms after the release" })
    s:wait "10 s"
    s:expect("controller.safety_state == latched", { id = "SR-023", text = "latched after a release" })
  end,
}

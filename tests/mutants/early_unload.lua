local taut = require "taut"

-- Of scenarios/safety/repetitions.lua: a count that is ahead, and a session that does not see the lift.
return taut.scenario {
  name = "a set that ends in the middle of a lift",
  covers = { "SR-091" },
  rig = "two_cable_trainer",
  user = { "strong_adult" },
  set = { exercise = "seated_row", load = lb(20), reps = 4 },
  faults = {
    ahead = taut.fault { on = "session.rep_count", kind = "bias", magnitude = 4 },
    left_phase = taut.fault { on = "session.left_phase", kind = "gain", magnitude = 0 },
    right_phase = taut.fault { on = "session.right_phase", kind = "gain", magnitude = 0 },
    left_speed = taut.fault { on = "session.left_speed_m_s", kind = "gain", magnitude = 0 },
    right_speed = taut.fault { on = "session.right_speed_m_s", kind = "gain", magnitude = 0 },
  },

  script = function(s)
    s:start_set()
    s:wait_until("user.phase == concentric and controller.position_m >= 0.3 m", { within = "20 s" })
    for _, fault in ipairs { "left_phase", "right_phase", "left_speed", "right_speed", "ahead" } do
      s:fault(fault)
    end
    s:wait "1 s"
  end,
}

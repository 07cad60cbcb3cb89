local taut = require "taut"

return taut.scenario {
  name = "an encoder that sticks in mid-rep takes the torque off",
  tags = { "safety", "fault" },
  covers = { "SR-017", "SR-018", "SR-050", "SR-051", "SR-052" },
  rig = "two_cable_trainer",
  user = { "strong_adult" },
  set = { exercise = "seated_row", load = lb(30), reps = 10 },

  script = function(s)
    s:start_set()
    s:wait_until("user.rep >= 2 and user.phase == concentric and cable.handle_speed_m_s >= 0.2 m/s",
      { within = "60 s" })
    s:set("left.motor.encoder_stuck", 1)
    s:wait "6 s"
  end,
}

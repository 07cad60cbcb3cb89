local taut = require "taut"

return taut.scenario {
  name = "an encoder that slips on its shaft takes the torque off before the force has turned",
  tags = { "safety", "fault" },
  covers = { "SR-053" },
  rig = "two_cable_trainer",
  user = { "strong_adult" },
  set = { exercise = "seated_row", load = lb(50), reps = 10 },
  sweep = { slip = { 0.22, 0.314, -0.22 } },

  script = function(s)
    s:start_set()
    s:wait_until("user.rep >= 1 and user.phase == concentric and cable.handle_speed_m_s >= 0.2 m/s",
      { within = "60 s" })
    s:set("left.motor.encoder_slip_rad", taut.quantity(s.sweep.slip, "rad"))
    s:wait "3 s"
  end,
}

local taut = require "taut"

return taut.scenario {
  name = "an encoder that sticks in mid-rep takes the torque off",
  tags = { "safety", "fault" },
  covers = { "SR-050" },
  rig = "two_cable_trainer",
  user = { "strong_adult" },
  set = { exercise = "seated_row", load = lb(30), reps = 10 },

  script = function(s)
    s:start_set()
    s:wait_until("user.rep >= 2 and user.phase == concentric and cable.handle_speed_m_s >= 0.2 m/s",
      { within = "60 s" })
    s:set("left.motor.encoder_stuck", 1)
    s:wait_until("controller.safety_state == sto or controller.safety_state == latched",
      { within = "120 ms", id = "SR-050", text = "the stuck encoder is noticed" })
    s:wait "10 ms"
    s:expect("controller.cause == encoder", { id = "SR-050", text = "and named as the cause" })
    s:always("not controller.torque_permit", { id = "SR-051", text = "safe torque off holds" })
    s:always("left.motor.drive_state != run and right.motor.drive_state != run",
      { id = "SR-051", text = "neither drive gives torque" })
    s:wait "5 s"
    s:expect("controller.safety_state == latched", { id = "SR-052", text = "latched afterwards" })
  end,
}

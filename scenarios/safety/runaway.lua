local taut = require "taut"

return taut.scenario {
  name = "a drive that gives more torque than asked, its ceiling defeated, loses it before it"
    .. " does harm",
  tags = { "safety", "fault" },
  covers = { "SR-011", "SR-012", "SR-013", "SR-017", "SR-018", "SR-051", "SR-052",
    "SR-104", "SR-105", "SR-113" },
  rig = "two_cable_trainer",
  user = { "strong_adult" },
  set = { exercise = "seated_row", reps = 10 },
  sweep = { load = { lb(20), lb(50) } },
  faults = {
    ceiling = taut.fault { on = "left.motor.current_ceiling_a", kind = "bias", magnitude = A(50) },
    torque = taut.fault { on = "left.motor.torque_command_nm", kind = "gain", magnitude = 2 },
  },

  script = function(s)
    s:start_set()
    s:wait_until("user.rep >= 1 and user.phase == eccentric and cable.handle_speed_m_s <= -0.2 m/s",
      { within = "60 s" })
    s:fault "ceiling"
    s:fault "torque"
    s:wait "3 s"
  end,
}

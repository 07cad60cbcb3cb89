-- A real drive whose cable nobody holds: once the person at the bridge has armed it, it pulls with 80 N for two
-- seconds. With the simulated motor it is the same story, without the waiting.
local taut = require "taut"

return taut.scenario {
  name = "a drive gives the torque that it is asked for, and none before and after",
  tags = { "hardware" },
  rig = taut.rig {
    name = "bench",
    machine = "home_trainer",
    sides = { "left" },
    roles = { motor = "motor_pmsm", cable = "cable_spool", user = "user", controller = "resistance" },
  },

  script = function(s)
    s:wait_until("left.motor.current_limit_a > 0 A", { within = "300 s" }) -- armed
    s:expect("abs(left.motor.iq_a) <= 1 A")
    s:set("controller.left_load_n", N(80))
    s:wait "2 s"
    s:expect("left.motor.drive_state == run")
    s:expect("left.motor.iq_a >= 4.4 A and left.motor.iq_a <= 5 A") -- 2.8 N m at 0.6 N m/A
    s:set("controller.left_load_n", N(0))
    s:wait "500 ms"
    s:expect("abs(left.motor.iq_a) <= 1 A")
  end,
}

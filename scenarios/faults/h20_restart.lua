local taut = require "taut"
local strike = require "strike"

return taut.scenario(strike.case {
  hazard = "H20",
  name = "a controller that restarts gives no torque before it is armed again",
  covers = { "SR-004", "SR-066" },
  faults = { restart = taut.fault { on = "controller", kind = "reset" } },
  strikes = { { "restart", function(s)
    s:fault "restart"
    s:wait "10 ms"
    s:clear "restart"
  end } },
  notices = "controller.arm_state == disarmed",
  within = "20 ms",
  watch = "4 s",
  ends = "not controller.armed and not controller.torque_permit",
})

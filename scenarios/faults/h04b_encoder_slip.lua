local taut = require "taut"
local strike = require "strike"

local function slips(angle)
  return taut.fault { on = "left.motor.encoder_slip_rad", kind = "bias",
    magnitude = taut.quantity(angle, "rad") }
end

return taut.scenario(strike.case {
  hazard = "H4b",
  name = "an encoder that slips on its shaft takes the torque off before the force has turned",
  covers = { "SR-053" },
  faults = { forward = slips(0.22), far = slips(0.314), back = slips(-0.22) },
  strikes = { { "forward" }, { "far" }, { "back" } },
  within = "100 ms",
  watch = "1500 ms",
  ends = "controller.safety_state == latched and not controller.torque_permit",
})

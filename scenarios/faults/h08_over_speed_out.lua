local taut = require "taut"
local strike = require "strike"

return taut.scenario(strike.case {
  hazard = "H8",
  name = "a cable that seems to run out too fast loses its torque",
  covers = { "SR-017", "SR-018", "SR-051", "SR-052", "SR-055" },
  faults = {
    runs = taut.fault { on = "controller.right_encoder_angle_rad", kind = "drift",
      magnitude = taut.quantity(110, "rad/s") },
  },
  strikes = { { "runs" } },
  within = "20 ms",
  watch = "1500 ms",
  ends = "controller.safety_state == latched and controller.cause == over_speed",
})

local taut = require "taut"
local strike = require "strike"

-- The encoder says that the cable runs away. Whether it does or the encoder lies: the controller cannot
-- know better, so the torque goes.
return taut.scenario(strike.case {
  hazard = "H7",
  name = "a cable that seems to run in too fast loses its torque",
  covers = { "SR-017", "SR-018", "SR-051", "SR-052", "SR-054" },
  faults = {
    runs = taut.fault { on = "controller.left_encoder_angle_rad", kind = "drift",
      magnitude = taut.quantity(-90, "rad/s") },
  },
  strikes = { { "runs" } },
  within = "15 ms",
  watch = "1500 ms",
  ends = "controller.safety_state == latched and controller.cause == over_speed",
})

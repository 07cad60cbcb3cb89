local taut = require "taut"
local strike = require "strike"

local function broken(port) return taut.fault { on = "controller." .. port, kind = "nan" } end

return {
  taut.scenario(strike.case {
    hazard = "H18",
    name = "an input without a number ramps the load down",
    covers = { "SR-008", "SR-015", "SR-016", "SR-058" },
    faults = {
      temperature = broken "left_motor_temp_k",
      current = broken "right_iq_a",
      share = broken "left_load_scale",
      stiffness = broken "mode_stiffness_n_m",
    },
    strikes = { { "temperature" }, { "current" }, { "share" }, { "stiffness" } },
    notices = "controller.cause == number",
    notices_id = "SR-058",
    within = "100 ms",
    watch = "1500 ms",
    always = strike.is_ramped,
    always_text = "a ramp, not a drop",
    ends = "controller.safety_state == latched and controller.cause == number",
  }),
  taut.scenario(strike.case {
    hazard = "H18",
    name = "an encoder that wraps around takes the torque off",
    covers = { "SR-008", "SR-017", "SR-018", "SR-051", "SR-052" },
    faults = {
      wraps = taut.fault { on = "controller.left_encoder_angle_rad", kind = "bias",
        magnitude = taut.quantity(-6.2832, "rad") },
    },
    strikes = { { "wraps" } },
    within = "20 ms",
    watch = "1500 ms",
    ends = "controller.safety_state == latched",
  }),
}

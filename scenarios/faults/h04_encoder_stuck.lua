local taut = require "taut"
local strike = require "strike"

local covers = { "SR-017", "SR-018", "SR-051", "SR-052" }
local faults = {
  sticks = taut.fault { on = "left.motor.encoder_stuck", kind = "invert" },
  unseen = taut.fault { on = "controller.left_encoder_angle_rad", kind = "stuck" },
  health = taut.fault { on = "controller.left_encoder_valid", kind = "invert" },
}
local latched = "controller.safety_state == latched and controller.cause == encoder"

return {
  taut.scenario(strike.case {
    hazard = "H4",
    name = "an encoder that sticks in motion takes the torque off",
    covers = { "SR-050", table.unpack(covers) },
    faults = { sticks = faults.sticks },
    strikes = { { "sticks" } },
    phases = strike.moving,
    within = "120 ms",
    watch = "1500 ms",
    ends = latched,
  }),
  taut.scenario(strike.case {
    hazard = "H4",
    name = "an encoder that sticks while the handle is still takes the torque off when it should move",
    covers = { "SR-051" },
    faults = { sticks = faults.sticks },
    strikes = { { "sticks" } },
    phases = { "rest", "top" },
    within = "2 s",
    watch = "1500 ms",
    ends = "controller.safety_state == latched and not controller.torque_permit",
  }),
  taut.scenario(strike.case {
    hazard = "H4",
    name = "an encoder whose word does not reach the controller takes the torque off",
    covers = covers,
    faults = { unseen = faults.unseen, health = faults.health },
    strikes = { { "unseen" }, { "health" } },
    phases = strike.moving,
    within = "20 ms",
    watch = "1500 ms",
    ends = latched,
  }),
}

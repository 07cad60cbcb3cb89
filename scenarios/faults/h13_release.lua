local taut = require "taut"
local strike = require "strike"

local function lets_go(s) s:event("user.stimulus", "release") end
local function opens_left(s) s:event("user.stimulus", "release_left") end
local covers = { "SR-005", "SR-006", "SR-020", "SR-022", "SR-023", "SR-024" }
local faults = {
  left = taut.fault { on = "controller.left_hand_presence", kind = "stuck" },
  right = taut.fault { on = "controller.right_hand_presence", kind = "stuck" },
}

return {
  taut.scenario(strike.case {
    hazard = "H13",
    name = "a handle let go is caught, also when its sensor is stuck",
    covers = covers,
    faults = faults,
    strikes = {
      { "both_hands", lets_go },
      { "one_hand", opens_left },
      { "sensor_stuck", "left", "right", lets_go },
    },
    within = "100 ms",
    watch = "6 s",
    ends = "controller.safety_state == latched",
  }),
}

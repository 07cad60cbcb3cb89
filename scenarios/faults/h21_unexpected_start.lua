local taut = require "taut"
local strike = require "strike"

local function confirms(s)
  s:wait "1 s"
  s:event("controller.command", "arm_confirm")
end

local gone = taut.fault { on = "user.cue_seq", kind = "stuck" }
local felt = {
  left = taut.fault { on = "controller.left_hand_presence", kind = "bias", magnitude = 1 },
  right = taut.fault { on = "controller.right_hand_presence", kind = "bias", magnitude = 1 },
}

return {
  taut.scenario(strike.case {
    hazard = "H21",
    name = "a confirmation without anybody at the handles arms nothing, and the machine gives up",
    covers = { "SR-004", "SR-085", "SR-087" },
    faults = { gone = gone, left = felt.left, right = felt.right },
    strikes = {
      { "nobody", "gone", strike.asks_for_a_set, confirms },
      { "sensor_feels_a_hand", "gone", "left", "right", strike.asks_for_a_set, confirms },
    },
    phases = { "arming" },
    not_applicable = {
      "phase=rest: a start is unexpected only before the machine is armed",
      "phase=start: as at rest",
      "phase=sticking: as at rest",
      "phase=top: as at rest",
      "phase=eccentric: as at rest",
    },
    notices = "controller.arm_state == disarmed",
    within = "65 s",
    watch = "1 s",
    always = "not controller.armed",
    always_text = "nothing is armed",
    ends = "not controller.torque_permit",
    ends_text = "no torque",
  }),
}

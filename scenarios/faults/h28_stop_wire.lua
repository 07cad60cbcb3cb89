local taut = require "taut"
local strike = require "strike"

local function open(contact)
  return taut.fault { on = "controller.estop_" .. contact .. "_closed", kind = "invert" }
end

local faults = { first = open "a", second = open "b" }

return {
  taut.scenario(strike.case {
    hazard = "H28",
    name = "an open wire of the emergency stop stops the machine",
    covers = { "SR-005", "SR-016", "SR-080", "SR-083" },
    faults = faults,
    strikes = { { "first" }, { "second" } },
    within = "100 ms",
    watch = "2 s",
    always = strike.is_ramped,
    always_text = "a ramp, not a drop",
    ends = "controller.safety_state == latched and controller.cause == estop",
  }),
  taut.scenario(strike.case {
    hazard = "H28",
    name = "an open wire of the emergency stop keeps the machine from being armed",
    covers = { "SR-083" },
    faults = faults,
    strikes = {
      { "first", "first", strike.asks_for_a_set },
      { "second", "second", strike.asks_for_a_set },
    },
    phases = { "arming" },
    always = "not controller.armed and not controller.torque_permit",
    always_text = "nothing is armed",
    notices = "session.state == arming",
    within = "100 ms",
    watch = "6 s",
    ends = "controller.arm_state == disarmed",
    ends_text = "the request was refused",
  }),
}

local taut = require "taut"
local strike = require "strike"

local function presses(s) s:event("user.stimulus", "estop") end
local function says(label)
  return function(s)
    for _, role in ipairs { "controller", "spotter", "session" } do s:event(role .. ".report", label) end
  end
end

return {
  taut.scenario(strike.case {
    hazard = "H16",
    name = "the emergency stop ramps the load down, also when one contact is welded shut",
    covers = { "SR-005", "SR-006", "SR-014", "SR-015", "SR-016", "SR-080", "SR-081", "SR-082" },
    faults = {
      a = taut.fault { on = "controller.estop_a_closed", kind = "stuck" },
      b = taut.fault { on = "controller.estop_b_closed", kind = "stuck" },
    },
    strikes = { { "button", presses }, { "first_welded", "a", presses }, { "second_welded", "b", presses } },
    within = "100 ms",
    watch = "2 s",
    always = strike.is_ramped,
    always_text = "a ramp, not a drop",
    ends = "controller.safety_state == latched and controller.cause == estop",
  }),
  taut.scenario(strike.case {
    hazard = "H16",
    name = "a stop by voice unloads",
    covers = { "SR-005", "SR-006", "SR-030", "SR-031", "SR-032", "SR-039" },
    strikes = { { "voice", says "stop" } },
    within = "100 ms",
    watch = "3500 ms",
    always = strike.is_ramped,
    always_text = "a ramp, not a drop",
    ends = "controller.safety_state == latched and controller.cause == symptom",
  }),
}

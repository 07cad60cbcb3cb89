local taut = require "taut"
local strike = require "strike"

local function open(contact)
  return taut.fault { on = "controller.estop_" .. contact .. "_closed", kind = "invert" }
end

return strike.scenario {
  hazard = "H28",
  name = "an open wire of the emergency stop stops the machine",
  covers = { "SR-005", "SR-016", "SR-080", "SR-083" },
  faults = { first = open "a", second = open "b" },
  strikes = { { "first" }, { "second" } },
  within = "100 ms",
  watch = "2 s",
  ends = "controller.safety_state == latched and controller.cause == estop",
}

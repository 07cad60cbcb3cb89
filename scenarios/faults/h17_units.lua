local taut = require "taut"
local strike = require "strike"

local function times(factor)
  return taut.fault { on = "controller.left_load_n", kind = "gain", magnitude = factor },
    taut.fault { on = "controller.right_load_n", kind = "gain", magnitude = factor }
end
local kg, kg_right = times(2.2046)
local jump, jump_right = times(1.2)

return {
  taut.scenario(strike.case {
    hazard = "H17",
    name = "a prescription that turns from pounds to kilograms is not followed",
    covers = { "SR-001", "SR-089" },
    faults = { left = kg, right = kg_right },
    strikes = { { "kilograms", "left", "right" } },
    loads = { strike.light },
    notices = "controller.load_n > 1.1 * session.load_n",
    within = "20 ms",
    watch = "2 s",
    ends = "load.command_n <= session.load_n + 0.5 lb",
  }),
  taut.scenario(strike.case {
    hazard = "H17",
    name = "a prescription that jumps is not followed before it is confirmed",
    covers = { "SR-001", "SR-089" },
    faults = { left = jump, right = jump_right },
    strikes = { { "jump", "left", "right" } },
    notices = "controller.load_n > 1.1 * session.load_n",
    within = "20 ms",
    watch = "2 s",
    ends = "load.command_n <= session.load_n + 0.5 lb",
  }),
  taut.scenario(strike.case {
    hazard = "H17",
    name = "a prescription out of every range stops the machine",
    covers = { "SR-016", "SR-090" },
    faults = { left = kg, right = kg_right },
    strikes = { { "kilograms", "left", "right" } },
    loads = { strike.full },
    within = "100 ms",
    watch = "1500 ms",
    ends = "controller.safety_state == latched and controller.cause == command_invalid",
  }),
}

local taut = require "taut"
local strike = require "strike"

local left = "controller.left_load_cell_n"
local latched = "controller.safety_state == latched and not controller.torque_permit"

return {
  taut.scenario(strike.case {
    hazard = "H12",
    name = "a load cell that is off is not believed: safe stop",
    covers = { "SR-056" },
    faults = {
      much = taut.fault { on = left, kind = "bias", magnitude = N(100) },
      little = taut.fault { on = left, kind = "bias", magnitude = N(-100) },
    },
    strikes = { { "much" }, { "little" } },
    within = "200 ms",
    watch = "2 s",
    ends = latched,
  }),
  taut.scenario(strike.case {
    hazard = "H12",
    name = "a load cell that freezes is not believed: safe stop",
    covers = { "SR-016" },
    faults = { freezes = taut.fault { on = left, kind = "stuck" } },
    strikes = { { "freezes" } },
    loads = { strike.full },
    not_applicable = { "load=10 lb: the force changes by less than the noise that tells a living cell" },
    within = "4 s",
    watch = "4 s",
    ends = latched,
  }),
}

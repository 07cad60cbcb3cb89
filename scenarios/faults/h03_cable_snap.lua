local taut = require "taut"
local strike = require "strike"

local function parts(case)
  case.hazard = "H3"
  case.covers = { "SR-025", "SR-026" }
  case.faults = { cut = taut.fault { on = "left.cable.cut", kind = "invert" } }
  case.strikes = { { "cut" } }
  case.within = "30 ms"
  case.watch = "3 s"
  case.ends = "controller.safety_state == latched and controller.cause == cable"
  return strike.case(case)
end

return {
  taut.scenario(parts {
    name = "a cable that parts is not wound up",
    phases = { "rest", "start", "top", "eccentric" },
  }),
  taut.scenario(parts {
    name = "a cable that parts in the middle of a lift is not wound up",
    phases = { "sticking" },
    loads = { lb(20), strike.full },
    not_applicable = { "load=10 lb,phase=sticking: it takes 33 ms to stop a spool that runs out with the"
      .. " lift, and until then a parted cable looks like a hand that stopped; 20 lb is struck instead" },
  }),
}

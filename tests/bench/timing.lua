-- The timing sweep of one hazard, for the benchmark branching: a load cell that lies, from forty
-- instants late in a set on.
local taut = require "taut"

local INSTANTS = {}
for i = 1, 40 do INSTANTS[i] = i end

return taut.scenario {
  name = "a load cell lies late in a set",
  hazard = "H12",
  rig = "two_cable_trainer",
  user = "beginner",
  set = { exercise = "goblet_squat", load = lb(20), reps = 8 },
  faults = {
    gone = taut.fault { on = "controller.left_load_cell_n", kind = "gain", magnitude = 0 },
    high = taut.fault { on = "controller.left_load_cell_n", kind = "bias", magnitude = N(40) },
  },
  sweep = { instant = INSTANTS, fault = { "gone", "high" } },
  branch = { "instant", "fault" },
  script = function(s)
    s:start_set()
    s:wait_until("user.rep >= 4", { within = "60 s" })
    for _, instant in ipairs(INSTANTS) do
      s:wait(ms(100))
      if s:strike(instant) then
        s:fault(s.sweep.fault)
        s:wait_until("controller.safety_state != normal", { within = "2 s" })
        s:wait(ms(500))
        return
      end
    end
  end,
}

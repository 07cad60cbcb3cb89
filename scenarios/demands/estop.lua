local taut = require "taut"
local demand = require "demand"

local function open(contact)
  return taut.fault { on = "controller.estop_" .. contact .. "_closed", kind = "invert" }
end

return taut.scenario(demand.fields {
  name = "demand: the loop of the emergency stop opens",
  demand = { "SR-015", "SR-016", "SR-080", "SR-081", "SR-082", "SR-083" },
  distribution = "contact a, b or both alike",
  faults = { a = open "a", b = open "b" },
  script = function(s)
    demand.instant(s)
    local which = demand.one_of { "a", "b", "ab" }
    for contact in which:gmatch "." do s:fault(contact) end
    s:wait "1100 ms"
  end,
})

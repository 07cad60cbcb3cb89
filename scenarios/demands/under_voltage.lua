local taut = require "taut"
local demand = require "demand"

local function low(side)
  return taut.fault { on = "controller." .. side .. "_bus_v", kind = "bias", magnitude = V(-12) }
end

return taut.scenario(demand.fields {
  name = "demand: the bus reads too low",
  demand = { "SR-074" },
  distribution = "12 V, left or right alike",
  faults = { left = low "left", right = low "right" },
  script = function(s)
    demand.instant(s)
    s:fault(demand.one_of { "left", "right" })
    s:wait "200 ms"
  end,
})

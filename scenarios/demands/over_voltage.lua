local taut = require "taut"
local demand = require "demand"

local function high(side)
  return taut.fault { on = "controller." .. side .. "_bus_v", kind = "bias", magnitude = V(5) }
end

return taut.scenario(demand.fields {
  name = "demand: the bus reads too high",
  tags = { "demand", "full" },
  demand = { "SR-070", "SR-072" },
  distribution = "5 V, left or right alike",
  faults = { left = high "left", right = high "right" },
  script = function(s)
    demand.instant(s)
    s:fault(demand.one_of { "left", "right" })
    s:wait "1200 ms"
  end,
})

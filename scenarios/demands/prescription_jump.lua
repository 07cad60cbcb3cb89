local taut = require "taut"
local demand = require "demand"

local function unit(side)
  return taut.fault { on = "controller." .. side .. "_load_n", kind = "gain", magnitude = 2.2046 }
end

return taut.scenario(demand.fields {
  name = "demand: the prescription turns from pounds to kilograms",
  tags = { "demand", "full" },
  demand = { "SR-089" },
  distribution = "left or right alike",
  faults = { left = unit "left", right = unit "right" },
  script = function(s)
    demand.instant(s)
    s:fault(demand.one_of { "left", "right" })
    s:wait "1 s"
  end,
})

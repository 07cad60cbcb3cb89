local taut = require "taut"
local demand = require "demand"

local function beyond(side)
  return taut.fault { on = "controller." .. side .. "_load_n", kind = "bias", magnitude = N(600) }
end

return taut.scenario(demand.fields {
  name = "demand: the prescription leaves every range",
  demand = { "SR-090" },
  distribution = "left or right alike",
  faults = { left = beyond "left", right = beyond "right" },
  script = function(s)
    demand.instant(s)
    s:fault(demand.one_of { "left", "right" })
    s:wait "200 ms"
  end,
})

local taut = require "taut"
local demand = require "demand"

local function hot(side)
  return taut.fault { on = "controller." .. side .. "_motor_temp_k", kind = "bias",
    magnitude = taut.quantity(90, "K") }
end

return taut.scenario(demand.fields {
  name = "demand: a motor reads too hot",
  tags = { "demand", "full" },
  demand = { "SR-076" },
  distribution = "left or right alike",
  faults = { left = hot "left", right = hot "right" },
  script = function(s)
    demand.instant(s)
    s:fault(demand.one_of { "left", "right" })
    s:wait "200 ms"
  end,
})

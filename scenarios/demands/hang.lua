local taut = require "taut"
local demand = require "demand"

return taut.scenario(demand.fields {
  name = "demand: the controller hangs",
  demand = { "SR-063", "SR-064" },
  faults = { hang = taut.fault { on = "controller", kind = "freeze" } },
  script = function(s)
    demand.instant(s)
    s:fault "hang"
    s:wait "500 ms"
  end,
})

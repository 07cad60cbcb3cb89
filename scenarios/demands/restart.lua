local taut = require "taut"
local demand = require "demand"

return taut.scenario(demand.fields {
  name = "demand: the controller restarts",
  demand = { "SR-066" },
  faults = { restart = taut.fault { on = "controller", kind = "reset" } },
  script = function(s)
    demand.instant(s)
    s:fault "restart"
    s:wait "10 ms"
    s:clear "restart"
    s:wait "1 s"
  end,
})

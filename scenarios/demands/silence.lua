local taut = require "taut"
local demand = require "demand"

return taut.scenario(demand.fields {
  name = "demand: the prescription is no longer refreshed",
  demand = { "SR-060", "SR-061", "SR-062" },
  faults = { silent = taut.fault { on = "controller.heartbeat_seq", kind = "stuck" } },
  script = function(s)
    demand.instant(s)
    s:fault "silent"
    s:wait "1200 ms"
  end,
})

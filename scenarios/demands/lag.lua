local taut = require "taut"
local demand = require "demand"

return taut.scenario(demand.fields {
  name = "demand: one handle lags",
  tags = { "demand", "full" },
  demand = { "SR-045" },
  when = "with a load, in the set",
  distribution = "by 80 mm for 300 ms, left or right alike",
  faults = {
    left = taut.fault { on = "spotter.left_position_m", kind = "bias", magnitude = m(-0.08) },
    right = taut.fault { on = "spotter.right_position_m", kind = "bias", magnitude = m(-0.08) },
  },
  script = function(s)
    demand.instant(s, "spotter.set_active and load.command_n > 21 N")
    local side = demand.one_of { "left", "right" }
    s:fault(side)
    s:wait "300 ms"
    s:clear(side)
    s:wait "800 ms"
  end,
})

local taut = require "taut"
local demand = require "demand"

return taut.scenario(demand.fields {
  name = "demand: a cable parts",
  tags = { "demand", "full" },
  demand = { "SR-025", "SR-026" },
  when = "with a loaded handle",
  distribution = "left or right alike",
  script = function(s)
    demand.instant(s, "load.command_n > 21 N")
    s:set(demand.one_of { "left", "right" } .. ".cable.cut", 1)
    s:wait "600 ms"
  end,
})

local taut = require "taut"
local demand = require "demand"

return taut.scenario(demand.fields {
  name = "demand: a cable parts",
  tags = { "demand", "full" },
  demand = { "SR-025", "SR-026" },
  least_lb = 20,  -- a lighter one lets the spool run out of the lift before it runs in
  when = "with 20 lb or more in the command",
  distribution = "left or right alike",
  script = function(s)
    demand.instant(s, "load.command_n >= 19.9 lb", 20)
    s:set(demand.one_of { "left", "right" } .. ".cable.cut", 1)
    s:wait "600 ms"
  end,
})

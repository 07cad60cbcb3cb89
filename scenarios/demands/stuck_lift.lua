local taut = require "taut"
local demand = require "demand"

return taut.scenario(demand.fields {
  name = "demand: the person gets stuck in the middle of a lift",
  tags = { "demand", "full" },
  demand = { "SR-040", "SR-041" },
  when = "lifting between 35 and 60 % of the way",
  script = function(s)
    demand.instant(s, "user.phase == concentric and load.command_n > 21 N"
      .. " and controller.position_m > 0.325 m and controller.position_m < 0.45 m")
    s:event("user.stimulus", "freeze")
    s:wait "2 s"
  end,
})

local taut = require "taut"
local demand = require "demand"

return taut.scenario(demand.fields {
  name = "demand: a seen cone",
  tags = { "demand", "full" },
  demand = { "SR-036" },
  script = function(s)
    demand.instant(s)
    for _, role in ipairs { "controller", "spotter", "session" } do
      s:event(role .. ".form_alert", "cone")
    end
    s:wait "600 ms"
  end,
})

local taut = require "taut"
local demand = require "demand"

return taut.scenario(demand.fields {
  name = "demand: the person lets go",
  demand = { "SR-020", "SR-022", "SR-024" },
  when = "with a loaded handle",
  distribution = "both hands",
  script = function(s)
    demand.instant(s, "load.command_n > 21 N")
    s:event("user.stimulus", "release")
    s:wait_until("not user.is_holding", { within = "1 s", text = "she lets go" })
    s:wait "1500 ms"
  end,
})

local taut = require "taut"
local demand = require "demand"

local function lost(side)
  return taut.fault { on = "controller." .. side .. "_hand_presence", kind = "invert" }
end

return taut.scenario(demand.fields {
  name = "demand: a handle sensor loses the hand",
  demand = { "SR-021" },
  when = "with a loaded handle",
  distribution = "left or right alike",
  faults = { left = lost "left", right = lost "right" },
  script = function(s)
    demand.instant(s, "load.command_n > 21 N")
    s:fault(demand.one_of { "left", "right" })
    s:wait "200 ms"
  end,
})

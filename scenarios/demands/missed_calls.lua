local taut = require "taut"
local demand = require "demand"

return taut.scenario(demand.fields {
  name = "demand: the controller misses calls",
  tags = { "demand", "full" },
  demand = { "SR-065" },
  distribution = "four calls, 2 to 5 ms apart",
  faults = { miss = taut.fault { on = "controller", kind = "skip" } },
  script = function(s)
    demand.instant(s)
    for _ = 1, 4 do
      s:fault "miss"
      s:wait "1 ms"
      s:clear "miss"
      s:wait(ms(math.random(1, 4)))
    end
    s:wait "200 ms"
  end,
})

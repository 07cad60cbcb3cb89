local taut = require "taut"
local demand = require "demand"

local function away(side, speed)
  return taut.fault { on = "controller." .. side .. "_encoder_angle_rad", kind = "drift",
    magnitude = taut.quantity(speed, "rad/s") }
end

return taut.scenario(demand.fields {
  name = "demand: a cable seems to run out too fast",
  tags = { "demand", "full" },
  demand = { "SR-055" },
  distribution = "110 or 180 rad/s, left or right alike",
  faults = { slow_left = away("left", 110), slow_right = away("right", 110),
    fast_left = away("left", 180), fast_right = away("right", 180) },
  script = function(s)
    demand.instant(s)
    s:fault(demand.one_of { "slow_left", "slow_right", "fast_left", "fast_right" })
    s:wait "200 ms"
  end,
})

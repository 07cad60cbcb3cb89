local taut = require "taut"
local demand = require "demand"

local function away(side, speed)
  return taut.fault { on = "controller." .. side .. "_encoder_angle_rad", kind = "drift",
    magnitude = taut.quantity(speed, "rad/s") }
end

return taut.scenario(demand.fields {
  name = "demand: a cable seems to run in too fast",
  demand = { "SR-054" },
  distribution = "90 or 150 rad/s, left or right alike",
  faults = { slow_left = away("left", -90), slow_right = away("right", -90),
    fast_left = away("left", -150), fast_right = away("right", -150) },
  script = function(s)
    demand.instant(s)
    s:fault(demand.one_of { "slow_left", "slow_right", "fast_left", "fast_right" })
    s:wait "200 ms"
  end,
})

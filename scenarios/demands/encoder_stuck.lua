local taut = require "taut"
local demand = require "demand"

return taut.scenario(demand.fields {
  name = "demand: an encoder sticks in motion",
  demand = { "SR-018", "SR-050", "SR-051", "SR-052" },
  when = "with a handle moving at 0.25 m/s",
  distribution = "left or right alike",
  script = function(s)
    demand.instant(s, "abs(cable.handle_speed_m_s) >= 0.25 m/s")
    s:set(demand.one_of { "left", "right" } .. ".motor.encoder_stuck", 1)
    s:wait "1200 ms"
  end,
})

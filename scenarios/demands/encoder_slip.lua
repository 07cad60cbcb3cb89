local taut = require "taut"
local demand = require "demand"

return taut.scenario(demand.fields {
  name = "demand: an encoder slips on its shaft",
  demand = { "SR-053" },
  when = "with a handle moving at 0.25 m/s",
  distribution = "12.5 to 18 deg either way, left or right alike",
  script = function(s)
    demand.instant(s, "abs(cable.handle_speed_m_s) >= 0.25 m/s")
    local slip = demand.between(0.218, 0.314) * demand.one_of { 1, -1 }
    s:set(demand.one_of { "left", "right" } .. ".motor.encoder_slip_rad", taut.quantity(slip, "rad"))
    s:wait "300 ms"
  end,
})

local taut = require "taut"
local demand = require "demand"

local function broken(port) return taut.fault { on = "controller." .. port, kind = "nan" } end

return taut.scenario(demand.fields {
  name = "demand: a sensor delivers no number",
  tags = { "demand", "full" },
  demand = { "SR-058" },
  distribution = "motor temperature or current, left or right, alike",
  faults = { a = broken "left_motor_temp_k", b = broken "right_motor_temp_k",
    c = broken "left_iq_a", d = broken "right_iq_a" },
  script = function(s)
    demand.instant(s)
    s:fault(demand.one_of { "a", "b", "c", "d" })
    s:wait "200 ms"
  end,
})

local taut = require "taut"
local demand = require "demand"

local function off(side, force)
  return taut.fault { on = "controller." .. side .. "_load_cell_n", kind = "bias", magnitude = force }
end

return taut.scenario(demand.fields {
  name = "demand: a load cell is off before the machine is armed",
  tags = { "demand", "full" },
  demand = { "SR-059" },
  instant = " instant: torque is asked for, uniform within 1 s after the cell went off",
  distribution = "30 N too much or too little, left or right, alike",
  faults = { a = off("left", N(30)), b = off("left", N(-30)), c = off("right", N(30)),
    d = off("right", N(-30)) },
  script = function(s)
    s:wait "1 s"
    demand.load(s)
    s:fault(demand.one_of { "a", "b", "c", "d" })
    s:wait(ms(1 + math.floor(demand.between(0, 1000))))
    s:event("session.request", "start_set")
    s:wait "600 ms"
  end,
})

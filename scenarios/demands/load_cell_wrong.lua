local taut = require "taut"
local demand = require "demand"

local function wrong(force, side)
  return taut.fault { on = "controller." .. side .. "_load_cell_n", kind = "bias", magnitude = force }
end

return taut.scenario(demand.fields {
  name = "demand: a load cell reads far too much or too little",
  demand = { "SR-056" },
  when = "with the handle 6 cm out",
  distribution = "90 N, left or right, alike",
  faults = { less_left = wrong(N(-90), "left"), less_right = wrong(N(-90), "right"),
    more_left = wrong(N(90), "left"), more_right = wrong(N(90), "right") },
  script = function(s)
    demand.instant(s, "controller.position_m > 6 cm")
    s:fault(demand.one_of { "less_left", "less_right", "more_left", "more_right" })
    s:wait "400 ms"
  end,
})

local taut = require "taut"
local demand = require "demand"

return taut.scenario(demand.fields {
  name = "demand: a drive gives 5 N m more than asked, its ceiling defeated",
  demand = { "SR-012", "SR-013" },
  faults = {
    ceiling = taut.fault { on = "left.motor.current_ceiling_a", kind = "bias", magnitude = A(50) },
    torque = taut.fault { on = "left.motor.torque_command_nm", kind = "bias",
      magnitude = taut.quantity(5, "N m") },
  },
  script = function(s)
    demand.instant(s)
    s:fault "ceiling"
    s:fault "torque"
    s:wait "600 ms"
  end,
})

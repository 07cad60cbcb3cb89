-- A scenario that only waits, for the benchmark idle_scenario.
local taut = require "taut"

return taut.scenario {
  name = "nobody trains",
  rig = "two_cable_trainer",
  script = function(s)
    s:wait "10 s"
  end,
}

local taut = require "taut"
local strike = require "strike"

return {
  strike.scenario {
    hazard = "H15",
    name = "a side that lags takes load off both sides",
    covers = { "SR-045" },
    faults = {
      lag = taut.fault { on = "spotter.left_position_m", kind = "bias", magnitude = m(-0.08) },
    },
    strikes = { { "lag" } },
    notices = "controller.safety_state == assist",
    within = "700 ms",
    watch = 1.2,
  },
  strike.scenario {
    hazard = "H15",
    name = "a side that gets less than it should takes the other down with it",
    covers = { "SR-044" },
    faults = {
      share = taut.fault { on = "controller.left_load_scale", kind = "gain", magnitude = 0.6 },
    },
    strikes = { { "share" } },
    notices = "controller.safety_state == assist",
    within = "700 ms",
    watch = 2.5,
  },
}

local taut = require "taut"

return taut.scenario {
  name = "a side that lags by more than 5 cm takes load off both sides",
  tags = { "safety", "asymmetry" },
  covers = { "SR-045", "SR-114", "SR-117" },
  rig = "two_cable_trainer",
  user = { "strong_adult" },
  set = { exercise = "seated_row", load = lb(50), reps = 10 },
  faults = {
    lag = taut.fault { on = "spotter.left_position_m", kind = "bias", magnitude = m(-0.08) },
  },

  script = function(s)
    s:start_set()
    s:wait_until("user.rep >= 1 and user.phase == concentric and controller.position_m >= 0.3 m",
      { within = "60 s" })
    s:fault "lag"
    s:wait "1 s"
    s:clear "lag"
    s:wait "1 s"
  end,
}

local taut = require "taut"
local strike = require "strike"

return {
  taut.scenario(strike.case {
    hazard = "H15",
    name = "a side that lags takes load off both sides",
    covers = { "SR-045" },
    faults = {
      lag = taut.fault { on = "spotter.left_position_m", kind = "bias", magnitude = m(-0.08) },
    },
    strikes = { { "lag" } },
    notices = "controller.safety_state == assist",
    within = "500 ms",
    watch = "600 ms",
    after = function(s)
      s:clear "lag"
      s:wait "1 s"
    end,
  }),
  taut.scenario(strike.case {
    hazard = "H15",
    name = "help that reaches one side only holds for both",
    covers = { "SR-003" },
    faults = {
      share = taut.fault { on = "controller.left_load_scale", kind = "gain", magnitude = 0.6 },
    },
    strikes = { { "share" } },
    notices = "controller.safety_state == assist",
    within = "100 ms",
    watch = "1500 ms",
    always = "abs(controller.left_load_command_n - controller.right_load_command_n) <= 15 N",
    always_id = "SR-044",
    always_text = "the loads of both sides stay together",
    ends = "load.command_n <= 0.7 * session.load_n",
    ends_text = "both sides were helped",
  }),
}

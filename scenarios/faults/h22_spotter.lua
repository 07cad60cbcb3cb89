local taut = require "taut"
local strike = require "strike"

local function gets_stuck(s) s:event("user.stimulus", "freeze") end
local function noisy(side)
  return taut.fault { on = "spotter." .. side .. "_speed_m_s", kind = "noise", magnitude = m_s(0.02) }
end

return {
  taut.scenario(strike.case {
    hazard = "H22",
    name = "a person who gets stuck is helped, then unloaded, also when the spotter sees noise",
    covers = { "SR-003", "SR-040", "SR-041", "SR-042" },
    faults = { left = noisy "left", right = noisy "right" },
    strikes = { { "stuck", gets_stuck }, { "stuck_in_noise", "left", "right", gets_stuck } },
    phases = { "sticking", "eccentric" },
    notices = "spotter.state != watching",
    within = "1100 ms",
    watch = "5 s",
    ends = "load.command_n <= 10 N",
    ends_text = "unloaded",
  }),
  taut.scenario(strike.case {
    hazard = "H22",
    name = "noise on what the spotter sees brings no help where none is needed",
    covers = { "SR-002" },
    faults = { left = noisy "left", right = noisy "right" },
    strikes = { { "noise", "left", "right" } },
    notices = "spotter.rep_count >= 2",
    within = "8 s",
    watch = "8 s",
    ends = "near(load.command_n, session.load_n, 0.5 lb)",
  }),
}

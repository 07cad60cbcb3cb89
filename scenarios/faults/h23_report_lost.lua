local taut = require "taut"
local strike = require "strike"

-- Everybody is told; a counter that stands still or comes late is a report that was not heard.
local function leaks(s)
  for _, role in ipairs { "controller", "spotter", "session" } do s:event(role .. ".report", "leak") end
end

local function unheard_by(role)
  return taut.fault { on = role .. ".report_seq", kind = "stuck" }
end

return {
  taut.scenario(strike.case {
    hazard = "H23",
    name = "a report of a leak that the controller does not hear unloads through the spotter",
    covers = { "SR-034", "SR-043" },
    faults = {
      lost = unheard_by "controller",
      late = taut.fault { on = "controller.report_seq", kind = "delay", delay = "5 s" },
    },
    strikes = { { "lost", "lost", leaks }, { "late", "late", leaks } },
    notices = "controller.cause == spotter",
    within = "100 ms",
    watch = "4 s",
    ends = "load.command_n <= 10 N",
    ends_text = "unloaded",
  }),
  taut.scenario(strike.case {
    hazard = "H23",
    name = "a report of a leak that the spotter does not hear unloads through the controller",
    covers = { "SR-005", "SR-006", "SR-030", "SR-031", "SR-032", "SR-033", "SR-039" },
    faults = { lost = unheard_by "spotter" },
    strikes = { { "lost", "lost", leaks } },
    within = "100 ms",
    watch = "3500 ms",
    always = strike.is_ramped,
    always_text = "a ramp, not a drop",
    ends = "controller.safety_state == latched and controller.cause == symptom",
  }),
}

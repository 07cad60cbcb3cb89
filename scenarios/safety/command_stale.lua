local taut = require "taut"

-- Somebody falls silent in the middle of a lift, the worst moment to lose whoever gives the orders.
local function falls_silent(scenario)
  local fall_silent = scenario.fall_silent or function(s) s:fault "silent" end
  scenario.fall_silent = nil
  scenario.tags = { "safety", "fault" }
  scenario.rig = "two_cable_trainer"
  scenario.user = { "strong_adult" }
  scenario.set = { exercise = "seated_row", load = lb(30), reps = 10 }
  scenario.script = function(s)
    s:start_set()
    s:wait_until("user.rep >= 2 and user.phase == concentric", { within = "60 s" })
    fall_silent(s)
    s:wait "6 s"
  end
  return taut.scenario(scenario)
end

return {
  falls_silent {
    name = "a prescription that is no longer refreshed ramps the load down, though the link lives",
    covers = { "SR-014", "SR-015", "SR-016", "SR-060", "SR-061", "SR-062" },
    faults = { silent = taut.fault { on = "controller.heartbeat_seq", kind = "stuck" } },
  },
  falls_silent {
    name = "a session that is gone ramps the load down",
    covers = { "SR-015", "SR-016", "SR-060", "SR-061", "SR-062" },
    faults = { silent = taut.fault { on = "session", kind = "freeze" } },
  },
  falls_silent {
    name = "a controller that hangs loses its torque: the drive watches the age of the command",
    covers = { "SR-063", "SR-064" },
    faults = { silent = taut.fault { on = "controller", kind = "freeze" } },
  },
  falls_silent {
    name = "a controller that misses calls again and again takes the load off itself",
    covers = { "SR-015", "SR-016", "SR-065" },
    faults = { silent = taut.fault { on = "controller", kind = "skip" } },
    fall_silent = function(s)
      for _ = 1, 4 do  -- one call each
        s:fault "silent"
        s:wait "2 ms"
        s:clear "silent"
        s:wait "2 ms"
      end
    end,
  },
}

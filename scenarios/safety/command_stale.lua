local taut = require "taut"

local set = { exercise = "seated_row", load = lb(30), reps = 10 }

-- A lift under way: the worst moment to lose whoever gives the orders.
local function start_lifting(s)
  s:start_set()
  s:wait_until("user.rep >= 2 and user.phase == concentric", { within = "60 s" })
end

return {
  taut.scenario {
    name = "a prescription that is no longer refreshed ramps the load down",
    tags = { "safety", "fault" },
    covers = { "SR-060", "SR-061", "SR-062" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = set,
    faults = { silent = taut.fault { on = "controller.heartbeat_seq", kind = "stuck" } },

    script = function(s)
      start_lifting(s)
      s:fault "silent"
      s:wait_until("controller.safety_state == ss1", { within = "100 ms", id = "SR-060",
        text = "the ramp begins within 100 ms of the last refresh" })
      s:expect("controller.cause == command_stale", { id = "SR-060", text = "for the right reason" })
      s:wait "300 ms"
      s:always("load.command_n <= 20 N", { id = "SR-061", text = "at most 20 N after 300 ms" })
      s:wait "5 s"
      s:expect("controller.safety_state == latched", { id = "SR-062", text = "latched afterwards" })
    end,
  },
  taut.scenario {
    name = "a controller that hangs loses its torque: the drive watches the age of the command",
    tags = { "safety", "fault" },
    covers = { "SR-063", "SR-064" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = set,
    faults = { hung = taut.fault { on = "controller", kind = "freeze" } },

    script = function(s)
      start_lifting(s)
      s:fault "hung"
      s:wait "110 ms"
      s:expect("motor.drive_fault == watchdog", { id = "SR-063",
        text = "the drive notices within 110 ms that the command is stale" })
      s:wait "250 ms"
      s:always("abs(motor.torque_nm) <= 0.1 N m", { id = "SR-064",
        text = "no torque 250 ms later" })
      s:wait "5 s"
      s:expect("motor.drive_state == fault", { id = "SR-064", text = "and none comes back" })
    end,
  },
}

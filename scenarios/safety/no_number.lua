local taut = require "taut"

-- A requirement that reads a signal without a number ends in error, so what is judged here reads the
-- controller's answer; that the answer comes within 100 ms of the fault is judged by the script.
local function no_number(port)
  return taut.scenario {
    name = port .. " without a number ramps the load down",
    tags = { "safety", "fault" },
    covers = { "SR-008", "SR-015", "SR-016", "SR-058" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "seated_row", load = lb(50), reps = 10 },
    faults = { broken = taut.fault { on = "controller." .. port, kind = "nan" } },

    script = function(s)
      s:start_set()
      s:wait_until("user.rep >= 1 and user.phase == concentric", { within = "60 s" })
      s:fault "broken"
      s:wait_until("controller.cause == number", { within = "100 ms", id = "SR-058",
        text = "noticed within 100 ms" })
      s:wait "3 s"
    end,
  }
end

return { no_number "left_motor_temp_k", no_number "right_iq_a" }

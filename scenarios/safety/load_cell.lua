local taut = require "taut"

local function doubtful(name, requirement, fault)
  return taut.scenario {
    name = name,
    tags = { "safety", "fault" },
    covers = { requirement, "SR-015", "SR-016" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "seated_row", load = lb(50), reps = 10 },
    faults = { cell = fault },

    script = function(s)
      s:start_set()
      s:wait_until("user.rep >= 1 and user.phase == concentric and controller.position_m >= 0.2 m",
        { within = "60 s" })
      s:fault "cell"
      s:wait "3 s"
    end,
  }
end

local left = "controller.left_load_cell_n"

return {
  doubtful("a load cell that reads too much is not believed: safe stop", "SR-056",
    taut.fault { on = left, kind = "bias", magnitude = N(40) }),
  doubtful("a load cell that reads too little is not believed: safe stop", "SR-056",
    taut.fault { on = left, kind = "bias", magnitude = N(-40) }),
  doubtful("a load cell that freezes is not believed: safe stop", "SR-057",
    taut.fault { on = left, kind = "stuck" }),
  taut.scenario {
    name = "a load cell that is off at rest keeps the machine from being armed",
    tags = { "safety", "fault", "arming" },
    covers = { "SR-059" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "seated_row", load = lb(50), reps = 10 },
    faults = { cell = taut.fault { on = left, kind = "bias", magnitude = N(30) } },

    script = function(s)
      s:fault "cell"
      s:wait "1 s"
      s:event("session.request", "start_set")
      s:wait "4500 ms"
      s:expect("session.state == arming", { text = "somebody asked for torque" })
    end,
  },
}

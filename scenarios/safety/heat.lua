local taut = require "taut"

local hot = { initial = degC(80), ambient = degC(60) }

return {
  taut.scenario {
    name = "a machine that runs hot takes load off before its drives have to",
    tags = { "safety", "heat" },
    covers = { "SR-003", "SR-073", "SR-075", "SR-126" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "seated_row", load = lb(110), reps = 30 },
    params = { motor = hot },
    script = function(s)
      s:start_set()
      s:wait_until("motor.motor_temp_k >= 90 degC", { within = "120 s", text = "it gets hot" })
      s:wait "10 s"
      s:expect("load.command_n <= session.load_n - 2 lb", { text = "load was taken off" })
    end,
  },
  taut.scenario {
    name = "a winding that reads 99 degC stops the machine with a ramp",
    tags = { "safety", "heat", "fault" },
    covers = { "SR-015", "SR-016", "SR-076" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "seated_row", load = lb(60), reps = 30 },
    faults = {
      heat = taut.fault { on = "controller.left_motor_temp_k", kind = "drift",
        magnitude = taut.quantity(20, "K/s") },
    },
    script = function(s)
      s:start_set()
      s:wait_until("user.rep >= 1", { within = "60 s" })
      s:fault "heat"
      s:wait "6 s"
    end,
  },
  taut.scenario {
    name = "one hot motor takes load off both sides",
    tags = { "safety", "heat", "asymmetry" },
    covers = { "SR-044" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "seated_row", load = lb(60), reps = 30 },
    faults = {
      heat = taut.fault { on = "controller.left_motor_temp_k", kind = "bias",
        magnitude = taut.quantity(73, "K") },
    },
    script = function(s)
      s:start_set()
      s:wait_until("user.rep >= 1 and user.phase == concentric", { within = "60 s" })
      s:fault "heat"
      s:wait "5 s"
    end,
  },
}

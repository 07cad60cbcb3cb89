local taut = require "taut"

local function faulty(scenario)
  scenario.tags = { "safety", "prescription" }
  scenario.rig = "two_cable_trainer"
  scenario.user = { "strong_adult" }
  scenario.set = scenario.set or { exercise = "seated_row", load = lb(30), reps = 10 }
  scenario.script = scenario.script or function(s)
    s:start_set()
    s:wait_until("user.rep >= 1 and user.phase == concentric", { within = "60 s" })
    s:fault "unit"
    s:wait "5 s"
  end
  return taut.scenario(scenario)
end

return {
  faulty {
    name = "a prescription that turns from pounds to kilograms in mid-set is not followed",
    covers = { "SR-001", "SR-089" },
    faults = { unit = taut.fault { on = "controller.left_load_n", kind = "gain", magnitude = 2.2046 } },
  },
  faulty {
    name = "a prescription out of every range stops the machine",
    covers = { "SR-016", "SR-090" },
    faults = { unit = taut.fault { on = "controller.left_load_n", kind = "gain", magnitude = 9.81 } },
  },
  faulty {
    name = "somebody unknown gets 20 lb, whatever was asked for",
    covers = { "SR-088" },
    set = { exercise = "seated_row", load = lb(60), reps = 3, profile = "unknown" },
    script = function(s)
      s:always("session.profile == unknown", { id = "SR-122" })
      s:start_set()
      s:wait_until("user.rep >= 1", { within = "60 s" })
      s:expect("load.command_n >= 19.5 lb", { text = "and 20 lb are given" })
    end,
  },
}

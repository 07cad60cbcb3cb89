local taut = require "taut"
local twins = require "twins"

return {
  taut.scenario {
    name = "training to failure: the spotter helps, then unloads, and never adds load",
    tags = { "safety", "fatigue" },
    covers = { "SR-001", "SR-003", "SR-041", "SR-042", "SR-108", "SR-109", "SR-114", "SR-115" },
    rig = "two_cable_trainer",
    user = { "strong_adult", give_up = s(30), fatigability = 3 },
    set = { exercise = "seated_row", load = lb(92), reps = 60 },
    params = { form_check = { false_alarm = 0 } },
    timeout = "600 s",

    -- That somebody gets tired, and that the end of it is a full unload, is the story of this person.
    script = function(s)
      s:start_set()
      s:wait_until("spotter.state == assisting", { within = "200 s",
        text = "the spotter notices that the person struggles" })
      s:expect("user.fatigue >= 0.1", { text = "the person is tired, not just slow" })
      s:wait_until("spotter.state == unloading", { within = "300 s",
        text = "failure ends in a full unload" })
      s:wait "3 s"
    end,
  },
  taut.scenario {
    name = "a person who gets stuck in the middle of a lift is helped, then unloaded",
    rows = { "D-002-4" },
    twin = twins.of("spotter", "bad_spotter_never_helps"),
    tags = { "safety", "fatigue" },
    covers = { "SR-003", "SR-040", "SR-041", "SR-042", "SR-113", "SR-114" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "seated_row", load = lb(60), reps = 10 },

    script = function(s)
      s:start_set()
      s:wait_until("user.rep >= 1 and user.phase == concentric and controller.position_m >= 0.35 m",
        { within = "60 s" })
      s:event("user.stimulus", "freeze")
      s:wait "6 s"
    end,
  },
}

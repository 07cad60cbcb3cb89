local taut = require "taut"
local twins = require "twins"

local covers = { "SR-005", "SR-006", "SR-030", "SR-031", "SR-032", "SR-033", "SR-034", "SR-035",
  "SR-038", "SR-039", "SR-043", "SR-111", "SR-113", "SR-114", "SR-118", "SR-121" }

return {
  taut.scenario {
    name = "a reported leak during goblet squats halves the load, unloads and stays latched",
    rows = { "D-000-1", "D-002-16", "D-002-30" },
    twin = twins.of("controller", "bad_symptom_unheard"),
    tags = { "safety", "symptom" },
    covers = covers,
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "goblet_squat", load = lb(25), reps = 10 },
    script = function(s)
      s:start_set()
      s:wait_until("user.rep >= 4", { within = "60 s" })
      s:event("controller.report", "leak")
      s:event("spotter.report", "leak")
      s:event("session.report", "leak")
      s:wait "12 s"
    end,
  },
  taut.scenario {
    name = "a woman who leaks at 70 cmH2O says so and the machine answers",
    tags = { "safety", "symptom", "person" },
    covers = covers,
    rig = "two_cable_trainer",
    user = { "postpartum_week_8", leak_point = cmH2O(70) },
    set = { exercise = "goblet_squat", load = lb(25), reps = 10 },
    script = function(s)
      s:start_set()
      s:wait_until("user.is_leaking", { within = "60 s" })
      s:wait_until("controller.report == leak", { within = "5 s" })
      s:wait "12 s"
    end,
  },
  taut.scenario {
    name = "a symptom said in the middle of a heavy lift unloads without a drop",
    rows = { "D-000-14" },
    twin = twins.of("controller", "bad_symptom_not_latched"),
    tags = { "safety", "symptom" },
    covers = covers,
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "seated_row", load = lb(90), reps = 10 },
    sweep = { report = { "leak", "heaviness", "pain", "dizziness", "chest_pain" } },
    script = function(s)
      s:start_set()
      s:wait_until("user.rep >= 1 and user.phase == concentric and controller.position_m >= 0.3 m",
        { within = "60 s" })
      for _, role in ipairs { "controller", "spotter", "session" } do
        s:event(role .. ".report", s.sweep.report)
      end
      s:wait "5 s"
    end,
  },
  taut.scenario {
    name = "a leak report that is lost on the way to the controller unloads through the spotter",
    tags = { "safety", "symptom", "fault" },
    covers = { "SR-034", "SR-043" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "goblet_squat", load = lb(25), reps = 10 },
    script = function(s)
      s:start_set()
      s:wait_until("user.rep >= 2 and user.phase == concentric", { within = "60 s" })
      s:event("spotter.report", "leak")
      s:wait "10 s"
    end,
  },
}

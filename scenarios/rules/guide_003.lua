-- Guide 003: release, activate, bridge.
local bench = require "session_bench"
local rule, one = bench.rule, bench.one

local function rows(n) return { "D-003-" .. n } end

return {
  rule {
    "a one-sided correction without an assessment is left out",
    rows = rows(1), defect = "assessment_skipped", person = { is_assessed = false },
    programme = { { "floor", reps = 10, needs_assessment = 1 } },
    measure = function(t) t:day(0, 120) return t:count "exercise_skipped" end, gives = 1,
  },
  rule {
    "the bridge cannot be chosen before the release",
    rows = rows(2), defect = "order_ignored",
    programme = { { "stretch", time_s = 20 }, one(5, { step = 1 }), program_is_ordered = 1 },
    measure = function(t)
      t:ask "start_session"
      t:put("wanted_exercise", 2)
      t:ask "choose_exercise"
      return t:value "exercise"
    end,
    gives = 1,
  },
  rule {
    "three times ten breaths count, each of three seconds or more",
    rows = rows(3), defect = "breath_uncounted",
    programme = { { "breath", reps = 10, sets = 3, rest_s = 10 } },
    measure = function(t)
      t:day(0)
      local least_s = 1e9
      for i = 1, t:count "breath" do least_s = math.min(least_s, t:nth("breath", i)) end
      return t:count "breath" == 30 and least_s >= 3
    end,
    gives = 1,
  },
  rule {
    "a movement that is felt elsewhere gets smaller before it goes on",
    rows = rows(5), defect = "felt_ignored", programme = { one(5, { sets = 2 }) },
    during = { { set = 2, rep = 3, request = "felt_elsewhere" } },
    measure = function(t) t:day(0) return t.range_m end, gives = 0.4,
  },
  rule {
    "a bridge that is felt in the back ends",
    rows = rows(6), defect = "back_ignored", programme = { one(10) },
    during = { { set = 2, rep = 3, report = "back_pain", severity = 4 } },
    measure = function(t)
      t:day(0)
      return t:count "symptom" == 1 and t:count "set_broken" == 1
    end,
    gives = 1,
  },
  rule {
    "ten years after a birth the programme is as valid",
    rows = rows(7), defect = "expires", programme = { one(5) }, person = { birth_day = -3640 },
    measure = function(t) t:day(0) return t:value "session_no" end, gives = 1,
  },
  rule {
    "on the lax days of the cycle the range of motion is 90 %",
    rows = rows(8), defect = "cycle_ignored", programme = { one(5) }, person = { cycle_day = 14 },
    measure = function(t) t:day(0) return t.range_m end, gives = 0.45,
  },
  rule {
    "a turned hip bars the step up",
    rows = rows(9), defect = "rotation_ignored", programme = { one(20) },
    person = { has_hip_rotation = true },
    measure = function(t) t:day(0) return t:count "load_up" end, gives = 0,
  },
}

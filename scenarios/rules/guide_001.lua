-- Guide 001: hip extension and the pelvic floor.
local bench = require "session_bench"
local rule, one = bench.rule, bench.one

local function rows(n) return { "D-001-" .. n } end

local function repetitions(t)
  t:day(0)
  return t:count "rep"
end

local function steps_up(t)
  t:day(0)
  return t:count "load_up"
end

return {
  rule {
    "no repetition counts after the pelvic floor lets go, and the set ends",
    rows = rows(1), defect = "let_go_ignored", programme = { one(10) },
    habits = { pelvic = 0.8, drops_at = 5 },
    measure = repetitions, gives = 4,
  },
  rule {
    "19 clean repetitions are not enough for a step up",
    rows = rows(2), defect = "progress_at_19", programme = { one(19) },
    measure = steps_up, gives = 0,
  },
  rule {
    "20 repetitions with a bad one among them are not enough for a step up",
    rows = rows(2), defect = "bad_reps_count", programme = { one(20) },
    during = { { rep = 10, alert = "posture" } },
    measure = steps_up, gives = 0,
  },
  rule {
    "20 clean repetitions in a row allow a step up",
    rows = rows(2), defect = "progress_at_21", programme = { one(20) }, measure = steps_up,
    gives = 1,
  },
  rule {
    "a repetition without a breath before it does not count",
    rows = rows(3), defect = "breath_skipped", programme = { one(10, { needs_breath = 1 }) },
    habits = { breathes = false },
    measure = repetitions, gives = 1,
  },
  rule {
    "a lift out of the spine does not count and is prompted",
    rows = rows(4), defect = "lumbar_counts", programme = { one(10) },
    during = { { set = 2, rep = 3, alert = "lumbar" } },
    measure = function(t) t:day(0) return t:count "rep_fault" end, gives = 1,
  },
  rule {
    "with a prolapse the range of motion is 60 %",
    rows = rows(5), defect = "prolapse_full_range", programme = { one(5) },
    person = { has_prolapse = true },
    measure = function(t) t:day(0) return t.range_m end, gives = 0.3,
  },
  rule {
    "with a prolapse any symptom ends the session",
    rows = rows(5), programme = { one(10) }, person = { has_prolapse = true },
    during = { { set = 2, rep = 3, report = "heaviness" } },
    measure = function(t) t:day(0) return t:value "lock" end, gives = "symptom",
  },
  rule {
    "a tight piriformis is stretched before any load",
    rows = rows(6), defect = "no_stretch_first", person = { has_tight_piriformis = true },
    programme = { { "stretch", exercise = 2, time_s = 20, when = "tight_piriformis" },
      one(5, { exercise = 1 }) },
    measure = function(t) t:day(0) return t:count("exercise_end", 2) end, gives = 1,
  },
  rule {
    "muscles that grip at rest are relaxed before any load",
    rows = rows(7), defect = "tone_ignored", person = { resting_tone = 0.4 },
    programme = { { "breath", exercise = 2, reps = 3, when = "high_tone" },
      one(5, { exercise = 1 }) },
    measure = function(t) t:day(0) return t:count("exercise_end", 2) end, gives = 1,
  },
  rule {
    "an exercise on the floor leaves the drive disarmed",
    rows = rows(9), defect = "floor_arms", programme = { { "floor", reps = 10 } },
    measure = function(t) t:day(0, 120) return t.off_armed_s end, gives = 0,
  },
  rule {
    "bad repetitions count for nothing",
    rows = rows(10), defect = "bad_reps_count", programme = { one(20) },
    during = { { rep = 10, alert = "posture" } },
    measure = steps_up, gives = 0,
  },
  rule {
    "a pelvic floor that does not release between repetitions is logged",
    rows = rows(11), defect = "release_unlogged", programme = { one(5) },
    habits = { pelvic = 0.8, pelvic_rest = 0.5 },
    measure = function(t) t:day(0) return t:count "no_release" > 0 end, gives = 1,
  },
}

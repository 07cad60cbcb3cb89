-- Guide 004: ten exercises off the machine, and precautions.
local bench = require "session_bench"
local rule, one = bench.rule, bench.one

local function rows(n) return { "D-004-" .. n } end

local function time_of_a_hold(t)
  t:ask "start_session"
  t:ask "next_set"
  return math.floor(t:value "time_left_s" + 0.5)
end

-- The exercises of the guide, each as it is prescribed: none arms the drive.
local LIBRARY = {
  { "pelvic tilt", { "floor", reps = 10, hold_s = 3, rep_s = 3 } },
  { "bridge", { "floor", reps = 10 } },
  { "clamshell", { "floor", reps = 10, is_per_side = 1 } },
  { "side-lying lift", { "floor", reps = 10, is_per_side = 1 } },
  { "seated piriformis stretch", { "stretch", time_s = 30, is_per_side = 1 } },
  { "knee to chest", { "stretch", time_s = 20, is_per_side = 1 } },
  { "standing knee lift", { "floor", reps = 10, is_per_side = 1 } },
  { "Kegel", { "floor", reps = 10, hold_s = 5, rep_s = 5 } },
  { "hip-flexor stretch", { "stretch", time_s = 30, is_per_side = 1 } },
  { "wall sit", { "timed", user_ends = 1 } },
}

local scenarios = {
  rule {
    "a stretch is held for its thirty seconds",
    rows = { "D-004-5", "D-004-9" }, defect = "hold_short",
    programme = { { "stretch", time_s = 30 } },
    measure = time_of_a_hold, gives = 30,
  },
  rule {
    "knee to chest is held for twenty seconds",
    rows = rows(6), defect = "hold_short", programme = { { "stretch", time_s = 20 } },
    measure = time_of_a_hold, gives = 20,
  },
  rule {
    "a wall sit that nobody ends is over after a minute",
    rows = rows(10), defect = "wall_sit_uncapped", habits = { done_after_s = 1e9 },
    programme = { { "timed", user_ends = 1 } },
    measure = function(t) return t:day(0, 100) end, gives = 1,
  },
  rule {
    "severe pain locks the machine",
    rows = rows(11), defect = "severe_continues", programme = { one(10) },
    during = { { set = 2, rep = 3, report = "pain", severity = 8 } },
    measure = function(t) t:day(0) return t:value "lock" end, gives = "red_flag",
  },
  rule {
    "pain ends the set",
    rows = rows(12), defect = "pain_ignored", programme = { one(10) },
    during = { { set = 2, rep = 3, report = "pain", severity = 4 } },
    measure = function(t)
      t:day(0)
      return t:count "symptom" == 1 and t:count "set_broken" == 1
    end,
    gives = 1,
  },
  rule {
    "a lifting speed above 0.6 m/s is not taken",
    rows = rows(13), defect = "too_fast_allowed", programme = { one(5) },
    measure = function(t)
      t:ask "start_session"
      t:put("wanted_speed_m_s", 1.2)
      t:ask "choose_mode"
      t:day(0, 30)
      return t.speed_m_s
    end,
    gives = 0.3,
  },
  rule {
    "a warm-up at half comes before the first working set",
    rows = rows(14), defect = "no_warm_up", programme = { one(10) },
    measure = function(t)
      t:day(0)
      return t:count "warm_up" == 1 and t:last "warm_up" % 1000 == 5
    end,
    gives = 1,
  },
  rule {
    "a plank with a diastasis is left out",
    rows = rows(16), defect = "plank_allowed", person = { has_diastasis = true },
    programme = { { "timed", time_s = 20, is_plank = 1 } },
    measure = function(t) t:day(0, 60) return t:count "exercise_skipped" end, gives = 1,
  },
  rule {
    "a sit-up with a weak core is left out",
    rows = rows(16), defect = "sit_up_allowed", person = { has_weak_core = true },
    programme = { { "floor", reps = 10, is_sit_up = 1 } },
    measure = function(t) t:day(0, 60) return t:count "exercise_skipped" end, gives = 1,
  },
  rule {
    "in the first weeks the load is capped",
    rows = rows(17), defect = "cap_ignored",
    programme = { one(5, { load_start_lb = 20, load_max_lb = 40 }), cap_weeks = { 12 },
      cap_share = { 0.3 } },
    measure = function(t) t:day(0, 60) return t:load(1) end, gives = 12,
  },
  rule {
    "an exercise that would press at 80 % of the leak point is left out",
    rows = rows(18), defect = "pressure_allowed", person = { assessed_leak_point_pa = 6865 },
    programme = { one(10, { posture_pa = 5884 }) },
    measure = function(t) t:day(0, 60) return t:count "exercise_skipped" end, gives = 1,
  },
  rule {
    "messages after the session change no load",
    rows = rows(22), defect = "advice_loads", programme = { one(5) },
    measure = function(t) t:day(0, 60) return t:load(1) end, gives = 10,
  },
  rule {
    "messages after the session are shown",
    rows = rows(22), defect = "advice_silent", programme = { one(5) },
    measure = function(t) t:day(0) return t:count("advice", 1) end, gives = 1,
  },
  rule {
    "a word on posture is said",
    rows = rows(20), defect = "posture_silent", programme = { one(5) },
    measure = function(t) t:day(0) return t:count("advice", 2) end, gives = 1,
  },
  rule {
    "after a C-section the same day is too early",
    rows = rows(21), defect = "section_as_vaginal", programme = { one(5) },
    person = { birth_mode = "c_section", birth_day = -49 },
    measure = function(t) t:day(0, 20) return t:value "session_no" end, gives = 0,
  },
  rule {
    "after a vaginal birth the same day is open",
    rows = rows(21), programme = { one(5) }, person = { birth_mode = "vaginal", birth_day = -49 },
    measure = function(t) t:day(0) return t:value "session_no" end, gives = 1,
  },
}

for i, exercise in ipairs(LIBRARY) do
  table.insert(scenarios, rule {
    "the " .. exercise[1] .. " leaves the drive disarmed",
    rows = rows(i), programme = { exercise[2] },
    -- What is held and not repeated is never armed: its twin is the one of its timer, above.
    defect = exercise[2][1] == "floor" and "floor_arms" or nil,
    measure = function(t) t:day(0, 120) return t.off_armed_s end, gives = 0,
  })
end

-- Red flags, those that the guides leave out among them: each locks until a newer clearance.
for _, flag in ipairs { "numbness", "radiating_pain", "calf_pain", "bleeding", "fever", "headache",
  "vision", "chest_pain", "breathless", "dizziness", "wound" } do
  table.insert(scenarios, rule {
    (flag:gsub("_", " ")) .. " locks until a newer clearance",
    rows = rows(19), defect = "red_flag_forgotten", programme = { one(10) },
    during = { { set = 2, rep = 3, report = flag, severity = 4 } },
    measure = function(t)
      t:day(0)
      local lock = t:value "lock"
      t.acts = {}
      t:ask "acknowledge"
      t:day(2, 20)
      local n = t:value "session_no"
      t:put("cleared_day", 3)
      t:day(4)
      return lock == "red_flag" and n == 1 and t:value "session_no" == 2
    end,
    gives = 1,
  })
end

return scenarios

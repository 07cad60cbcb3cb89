-- Guide 002: six weeks on the machine.
local bench = require "session_bench"
local rule, one = bench.rule, bench.one

local function rows(n) return { "D-002-" .. n } end

local function two_phases(more)
  local programme = { one(5), one(5, { phase = 2 }), program_phases = 2 }
  for name, value in pairs(more or {}) do programme[name] = value end
  return programme
end

local function repetitions(t)
  t:day(0)
  return t:count "rep"
end

local function sessions(days, before)
  return function(t)
    for i, day in ipairs(days) do
      if before and i > 1 then before(t) end
      t:day(day)
    end
    return t:value "session_no"
  end
end

local function symptom_in_the_third(report)
  return { { set = 2, rep = 3, report = report, severity = 3 } }
end

local function first_load(t)
  t:day(0, 60)
  return t:load(1)
end

-- A week with most sessions and one more: the last is refused.
local function days_of_a_phase(n, phase, days)
  return rule {
    "phase " .. phase .. ": the session after " .. days .. " in a week is refused",
    rows = rows(n), defect = "extra_day", programme = { one(3), phase_days_max = { days } },
    measure = function(t)
      for day = 0, days do t:day(day) end
      return t:value "session_no" == days and t:value "refusal" == "days"
    end,
    gives = 1,
  }
end

return {
  rule {
    "the prescription is in whole pounds",
    rows = rows(1), defect = "half_pounds", programme = { one(3) },
    measure = function(t) t:day(0) return t.most_lb % 1 end, gives = 0,
  },
  rule {
    "who cones from 13 pounds ends at 12, and 13 is tried once",
    rows = rows(2), defect = "search_repeats", habits = { cones_from_lb = 13 },
    programme = { one(5, { sets = 8, search = 1, load_start_lb = 15 }) },
    measure = function(t) t:day(0) return t:last "search_done" % 1000 end, gives = 12,
  },
  rule {
    "bad form is prompted",
    rows = rows(5), defect = "form_silent", programme = { one(10) },
    during = { { set = 2, rep = 3, alert = "posture" } },
    measure = function(t) t:day(0) return t.cues.form or 0 end, gives = 1,
  },
  rule {
    "the next phase does not come before its weeks are over",
    rows = rows(6), defect = "phase_early", programme = two_phases(),
    measure = function(t) sessions { 0, 2 }(t) return t:value "program_phase" end, gives = 1,
  },
  rule {
    "a phase cannot be left out",
    rows = rows(6), defect = "phase_jump", programme = two_phases(),
    measure = function(t)
      t:put("wanted_phase", 2)
      t:ask "choose_phase"
      return t:value "program_phase"
    end,
    gives = 1,
  },
  days_of_a_phase(7, 1, 3), days_of_a_phase(13, 2, 4), days_of_a_phase(19, 3, 4),
  rule {
    "a glute bridge without its hold does not count",
    rows = rows(8), defect = "hold_ignored", programme = { one(5, { hold_s = 1 }) },
    measure = repetitions, gives = 0,
  },
  rule {
    "three sets of fifteen glute bridges with a hold of a second are counted exactly",
    rows = rows(8), habits = { hold_s = 1.3 }, defect = "one_rep_less",
    programme = { one(15, { sets = 3, hold_s = 1 }) },
    measure = repetitions, gives = 45,
  },
  rule {
    "three sets of twelve rows are counted exactly",
    rows = rows(9), defect = "one_rep_less", programme = { one(12, { sets = 3 }) },
    measure = repetitions, gives = 36,
  },
  rule {
    "the bird dog is done ten times on each side",
    rows = rows(10), defect = "one_side_only",
    programme = { { "floor", reps = 10, is_per_side = 1 } },
    measure = repetitions, gives = 20,
  },
  rule {
    "the bird dog leaves the drive disarmed",
    rows = rows(10), defect = "floor_arms", programme = { { "floor", reps = 10 } },
    measure = function(t) t:day(0, 120) return t.off_armed_s end, gives = 0,
  },
  rule {
    "the Pallof press is done ten times on each side",
    rows = rows(11), defect = "one_side_only", programme = { one(10, { is_per_side = 1 }) },
    measure = repetitions, gives = 20,
  },
  rule {
    "doming in the last week keeps phase 2 closed",
    rows = rows(12), defect = "marker_dirty",
    programme = two_phases { phase_marker_clean_days = { 7 } },
    measure = function(t)
      t:day(0)
      t:put("checkin_symptom", "cone")
      t:day(12)
      t:put("checkin_symptom", "none")
      t:day(14)
      return t:value "program_phase"
    end,
    gives = 1,
  },
  rule {
    "a clean week opens phase 2",
    rows = rows(12), programme = two_phases { phase_marker_clean_days = { 7 } },
    measure = function(t)
      t:put("checkin_symptom", "cone")
      t:day(0)
      t:put("checkin_symptom", "none")
      t:day(14)
      return t:value "program_phase"
    end,
    gives = 2,
  },
  rule {
    "the deadlift shows its message of hinging",
    rows = rows(14), defect = "no_hinge", programme = { one(12, { advice = "hinge" }) },
    measure = function(t) t:day(0, 60) return t:count("advice", 5) end, gives = 1,
  },
  rule {
    "a leak in a goblet squat ends the set",
    rows = rows(16), defect = "symptom_unanswered", programme = { one(10) },
    during = symptom_in_the_third "leak",
    measure = function(t) t:day(0) return t:count "symptom" end, gives = 1,
  },
  rule {
    "a carry lasts its thirty seconds, warm-up and set, whatever is lifted",
    rows = rows(17), defect = "timer_ignored", programme = { one(0, { time_s = 30, is_carry = 1 }) },
    measure = function(t) t:day(0) return t.armed_s > 55 end, gives = 1,
  },
  rule {
    "different loads on both sides are refused but when carrying",
    rows = rows(17), defect = "uneven_allowed", programme = { one(10) },
    person = { left_set_load_n = 50, right_set_load_n = 80 },
    measure = function(t) t:day(0, 30) return t.armed_s end, gives = 0,
  },
  rule {
    "the person herself confirms that the goal of phase 2 is reached",
    rows = rows(18), defect = "marker_unasked", habits = { says_yes = false },
    programme = two_phases { phase_marker_confirm = { 1 } },
    measure = function(t) sessions { 0, 14 }(t) return t:value "program_phase" end, gives = 1,
  },
  rule {
    "the load goes up by one step after a clean session",
    rows = rows(20), defect = "two_steps", programme = { one(20) },
    measure = function(t)
      t:day(0)
      t:day(2, 90)
      return t:load(2)
    end,
    gives = 11,
  },
  rule {
    "a leak on the right side halves the load of the right side alone",
    rows = rows(22), defect = "sides_coupled", programme = { one(5, { is_per_side = 1, sets = 2 }) },
    during = { { set = 6, rep = 3, report = "leak" } },
    measure = function(t)
      t:day(0)
      t:day(2)
      local n = t:count "set_begin"
      return ("%g and %g"):format(t:load(n - 1), t:load(n))
    end,
    gives = "10 and 5",
  },
  rule {
    "a sit-up with a diastasis is left out",
    rows = rows(24), defect = "sit_up_allowed", person = { has_diastasis = true },
    programme = { { "floor", reps = 10, is_sit_up = 1 } },
    measure = function(t) t:day(0, 120) return t:count "exercise_skipped" end, gives = 1,
  },
  rule {
    "without a clearance there is no session and no load",
    rows = rows(26), defect = "no_clearance", programme = { one(10) },
    person = { is_cleared = false, birth_day = -35 },
    measure = function(t) t:day(0, 20) return t:value "session_no" + t.armed_s end, gives = 0,
  },
  rule {
    "seven weeks after a C-section are too early",
    rows = rows(27), defect = "section_as_vaginal", programme = { one(10) },
    person = { birth_mode = "c_section", birth_day = -49 },
    measure = function(t) t:day(0, 20) return t:value "refusal" end, gives = "too_early",
  },
  rule {
    "nine weeks after a C-section a clearance opens the machine",
    rows = rows(27), programme = { one(5) },
    person = { birth_mode = "c_section", birth_day = -63 },
    measure = function(t) t:day(0) return t:value "session_no" end, gives = 1,
  },
  rule {
    "a clearance that is taken back locks the next session",
    rows = rows(28), defect = "revoked_ignored", programme = { one(5) },
    measure = sessions({ 0, 2 }, function(t) t:put("is_cleared", false) end), gives = 1,
  },
  rule {
    "with a diastasis nothing is loaded while the form check is dead",
    rows = rows(29), defect = "no_cone_monitor", programme = { one(10) },
    person = { has_diastasis = true }, habits = { has_form_check = false },
    measure = function(t) t:day(0, 60) return t.armed_s end, gives = 0,
  },
  rule {
    "with a diastasis and a live form check phase 1 is open",
    rows = rows(29), programme = { one(10) }, person = { has_diastasis = true },
    measure = repetitions, gives = 10,
  },
  rule {
    "a leak is referred to a professional",
    rows = rows(30), defect = "no_refer", programme = { one(10) },
    during = symptom_in_the_third "leak",
    measure = function(t) t:day(0) return t:count "refer" end, gives = 1,
  },
  rule {
    "after a leak the next set is at half the load",
    rows = rows(30), defect = "raise_after_leak", programme = { one(10, { sets = 3 }) },
    during = symptom_in_the_third "leak",
    measure = function(t) t:day(0) return t:load(2) end, gives = 5,
  },
  rule {
    "after four hours of sleep the load is 80 %",
    rows = rows(31), defect = "tired_ignored", programme = { one(10) },
    person = { sleep_s = 4 * 3600 },
    measure = first_load, gives = 8,
  },
  rule {
    "messages are shown",
    rows = rows(32), defect = "advice_silent", programme = { one(5) },
    measure = function(t) t:day(0) return t:count("advice", 1) end, gives = 1,
  },
  rule {
    "messages change no load",
    rows = rows(32), defect = "advice_loads", programme = { one(5) },
    measure = first_load, gives = 10,
  },
  rule {
    "quick relief leaves the drive disarmed",
    rows = rows(34), defect = "relief_arms",
    programme = { { "stretch", phase = 0, time_s = 20 } },
    measure = function(t)
      t:ask "quick_relief"
      t:run(30)
      return t.off_armed_s
    end,
    gives = 0,
  },
  rule {
    "a pause unloads at once",
    rows = rows(35), defect = "pause_keeps_load", programme = { one(10) },
    during = { { set = 2, rep = 3, request = "pause" } },
    measure = function(t)
      t:train_until "pause"
      return t:count "pause" == 1 and t.set_ports.arm_state == "disarmed"
    end,
    gives = 1,
  },
  rule {
    "lax joints keep to 90 % of the range of motion",
    rows = rows(36), defect = "lax_full_range", programme = { one(5) },
    person = { is_hypermobile = true },
    measure = function(t) t:day(0) return t.range_m end, gives = 0.45,
  },
  rule {
    "the effort of lifting the car seat is logged",
    rows = rows(37), defect = "task_unlogged", programme = { one(5) }, person = { task_effort = 4 },
    measure = function(t) t:day(0) return t:last "task_effort" end, gives = 4,
  },
  rule {
    "a long stretch with lax joints is warned of",
    rows = rows(38), defect = "stretch_silent", person = { is_hypermobile = true },
    programme = { { "stretch", time_s = 60 } },
    measure = function(t) t:day(0) return t:count("advice", 4) end, gives = 1,
  },
}

-- Guide 000: align, activate, load; what needs an assessment.
local bench = require "session_bench"
local rule, one = bench.rule, bench.one

local function rows(n) return { "D-000-" .. n } end

local function steps_up(t)
  t:day(0)
  return t:count "load_up"
end

return {
  rule {
    "a leak under load is referred for an assessment",
    rows = rows(1), defect = "no_refer", programme = { one(10) },
    during = { { set = 2, rep = 3, report = "leak", severity = 3 } },
    measure = function(t) t:day(0) return t:count("refer") end, gives = 1,
  },
  rule {
    "low-back pain in three sessions is referred",
    rows = rows(2), defect = "pain_run_ignored", programme = { one(5) },
    person = { checkin_pain = 4 },
    measure = function(t)
      for day = 0, 4, 2 do t:day(day) end
      return t:count "refer_pain"
    end,
    gives = 1,
  },
  rule {
    "low-back pain at the check-in bars a step up",
    rows = rows(2), programme = { one(20) }, person = { checkin_pain = 4 },
    measure = steps_up, gives = 0,
  },
  rule {
    "heaviness ends the set as a leak does",
    rows = rows(3), defect = "heaviness_ignored", programme = { one(10) },
    during = { { set = 2, rep = 3, report = "heaviness", severity = 3 } },
    measure = function(t) t:day(0) return t:count "set_broken" == 1 and t:count "refer" == 1 end,
    gives = 1,
  },
  rule {
    "a side that is a quarter slower in three repetitions is noticed, and bars the step up",
    rows = rows(4), defect = "asymmetry_ignored", programme = { one(20) },
    habits = { lift_s = { 1.5, 2 } },
    measure = function(t)
      t:day(0)
      return t:count "asymmetry" >= 1 and t:count "load_up" == 0
    end,
    gives = 1,
  },
  rule {
    "six sessions without a step up are referred",
    rows = rows(5), defect = "stall_ignored", programme = { one(5) },
    measure = function(t)
      for day = 0, 15, 3 do t:day(day) end
      return t:count "refer_stall"
    end,
    gives = 1,
  },
  rule {
    "no load before posture is aligned",
    rows = rows(6), defect = "no_alignment", person = { is_aligned = false },
    programme = { one(10), program_needs_alignment = 1 },
    measure = function(t) t:day(0, 10) return t.armed_s end, gives = 0,
  },
  rule {
    "no load before the inner unit is activated",
    rows = rows(6), defect = "no_alignment", person = { is_activated = false },
    programme = { one(10), program_needs_activation = 1 },
    measure = function(t) t:day(0, 10) return t.armed_s end, gives = 0,
  },
  rule {
    "no step up in a session with a symptom",
    rows = rows(7), defect = "progress_after_symptom", programme = { one(20), one(10) },
    during = { { exercise = 2, rep = 3, report = "leak" } },
    measure = steps_up, gives = 0,
  },
  rule {
    "a load that a leak took down to the least grows again with clean sessions",
    rows = rows(7), defect = "raise_after_leak",
    programme = { one(5, { load_start_lb = 3 }), progress_reps = 5, clean_sessions = 1 },
    measure = function(t)
      t.acts = { { set = 2, rep = 3, report = "leak" } }
      t:day(0)
      t.acts = {}
      local loads = {}
      for _, day in ipairs { 2, 4, 7 } do
        t:day(day, 300)
        table.insert(loads, ("%g"):format(t:load(t:count "set_begin")))
      end
      return table.concat(loads, " ")
    end,
    gives = "2 2 3",
  },
  rule {
    "lifting out of the knees bars the step up: more weight does not mend the strategy",
    rows = rows(8), defect = "strategy_raises", programme = { one(25) },
    during = { { rep = 2, alert = "quad_dominant" } },
    measure = steps_up, gives = 0,
  },
  rule {
    "a cramp is logged as a sign of compensation",
    rows = rows(9), defect = "signs_unlogged", programme = { one(10) },
    during = { { set = 2, rep = 3, report = "cramp", severity = 1 } },
    measure = function(t) t:day(0) return t:count "sign_cramp" end, gives = 1,
  },
  rule {
    "dominance of the thigh is logged as a sign of compensation",
    rows = rows(9), defect = "signs_unlogged", programme = { one(10) },
    during = { { set = 2, rep = 3, alert = "quad_dominant" } },
    measure = function(t) t:day(0) return t:count "sign_quad" end, gives = 1,
  },
  rule {
    "an aching back is logged as a sign of compensation",
    rows = rows(9), defect = "signs_unlogged", programme = { one(10) },
    during = { { set = 2, rep = 3, report = "back_pain", severity = 4 } },
    measure = function(t) t:day(0) return t:count "sign_back" end, gives = 1,
  },
  rule {
    "a lift with tension in the low back does not count",
    rows = rows(10), defect = "lumbar_counts", programme = { one(10) },
    during = { { set = 2, rep = 3, alert = "lumbar" } },
    measure = function(t) t:day(0) return t:count "rep_fault" end, gives = 1,
  },
  rule {
    "a fault of posture is prompted at once, three end the set",
    rows = rows(12), defect = "faults_never_end", programme = { one(10) },
    during = { { set = 2, alert = "posture" } },
    measure = function(t) t:day(0) return t:count "form_end" >= 1 and (t.cues.form or 0) >= 3 end,
    gives = 1,
  },
  rule {
    "a later phase that is asked for too early is refused and logged",
    rows = rows(13), defect = "phase_jump",
    programme = { one(5), one(5, { phase = 2 }), program_phases = 2 },
    measure = function(t)
      t:put("wanted_phase", 2)
      t:ask "choose_phase"
      return t:value "program_phase" == 1 and t:count "refusal" == 1
    end,
    gives = 1,
  },
  rule {
    "whatever is felt is answered",
    rows = rows(14), defect = "symptom_unanswered", programme = { one(10) },
    during = { { set = 2, rep = 3, report = "cone", severity = 3 } },
    measure = function(t) t:day(0) return t:count "symptom" end, gives = 1,
  },
}

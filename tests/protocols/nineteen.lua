-- Two exercises that differ in nothing but the number: nineteen repetitions are never enough for a
-- step up, twenty always are.
local taut = require "taut"

local function exercise(name, reps)
  return { name, sets = 1, reps = reps, load = { start = lb(3), step = lb(1), most = lb(20) },
    source = "D-001-2" }
end

return taut.protocol {
  name = "nineteen",
  title = "nineteen and twenty repetitions",
  source = "D-001-2",
  progress = { clean_reps = 20, clean_sessions = 2, source = { "D-001-2", "D-000-7" } },
  phases = {
    {
      name = "count",
      goal = "one repetition makes the difference",
      weeks = { 1, 2 },
      days_per_week = 3,
      marker = { text = "no symptom", clean_weeks = 1, source = "D-002-12" },
      exercises = { exercise("seated_row", 19), exercise("face_pull", 20) },
      source = "D-001-2",
    },
  },
  eligibility = { { "medical_clearance", source = "D-002-28" } },
  stop_rules = { { "leak", action = "unload", source = "D-002-30" } },
}

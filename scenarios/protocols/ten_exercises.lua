-- Guide 004: ten exercises without the machine against back pain after birth, with the precautions of
-- the guide. Numbers it does not name are proposals; stretches stay short, because joints are lax.
local taut = require "taut"

return taut.protocol {
  name = "ten_exercises",
  title = "ten exercises against back pain after birth",
  guide = "004",
  help = "gentle, on the floor or standing; pain ends it",
  source = "D-004-21",

  phases = {
    {
      name = "gentle",
      goal = "less pain, hips and trunk that hold",
      weeks = { 1, 4 },
      days_per_week = { 3, 5 },
      marker = { text = "a week without pain in the exercises", clean_weeks = 1, source = "D-004-12" },
      exercises = {
        {
          "pelvic_tilt",
          sets = 2,
          reps = 10,
          hold = s(3),
          cue = "inhale; exhale, lift the pelvic floor and tilt",
          source = "D-004-1",
        },
        { "floor_bridge", sets = 2, reps = 10, hold = s(1), source = "D-004-2" },
        { "clamshell", sets = 2, reps = 10, per_side = true, source = "D-004-3" },
        { "side_lying_leg_lift", sets = 2, reps = 10, per_side = true, source = "D-004-4" },
        {
          "seated_piriformis_stretch",
          kind = "stretch",
          sets = 1,
          time = s(20),
          per_side = true,
          source = "D-004-5",
        },
        { "knee_to_chest_stretch", kind = "stretch", sets = 2, time = s(20), source = "D-004-6" },
        { "standing_knee_lift", sets = 1, reps = 10, per_side = true, source = "D-004-7" },
        { "kegel", sets = 1, reps = 10, hold = s(4), source = "D-004-8" },
        {
          "hip_flexor_stretch",
          kind = "stretch",
          sets = 1,
          time = s(20),
          per_side = true,
          source = "D-004-9",
        },
        { "wall_sit", sets = 1, time = s(60), traits = { "self_ended" }, source = "D-004-10" },
      },
      source = { "D-004-15", "D-004-21" },
    },
  },

  optional = {
    { "sit_up", sets = 1, reps = 10, traits = { "raises_pressure" }, source = "D-004-16" },
    { "plank", sets = 1, time = s(30), traits = { "raises_pressure" }, source = "D-004-16" },
    {
      "jumping_jack",
      sets = 1,
      reps = 10,
      traits = { "raises_pressure", "impact" },
      source = { "D-004-13", "D-004-18" },
    },
  },

  eligibility = {
    { "medical_clearance", source = { "D-002-26", "D-002-28" } },
    { "weeks_after_birth", birth = "vaginal", at_least = 6, source = "D-002-26" },
    { "weeks_after_birth", birth = "c_section", at_least = 8, source = "D-002-27" },
    { "weeks_after_birth", birth = "complication", at_least = 8, source = "D-002-27" },
  },
  contraindications = {
    { "diastasis", excludes = { "sit_up", "plank" }, source = "D-004-16" },
    { "weak_core", excludes = { "sit_up", "plank" }, source = "D-004-16" },
    { "weak_pelvic_floor", excludes = { "jumping_jack" }, source = "D-004-18" },
  },
  stop_rules = {
    { "leak", action = "unload", source = { "D-002-30", "D-000-1" } },
    { "heaviness", action = "unload", source = { "D-002-30", "D-000-3" } },
    { "cone", action = "unload", source = "D-002-2" },
    { "pain", action = "unload", source = "D-004-12" },
    { "back_pain", action = "unload", source = "D-003-6" },
    { "let_go", action = "unload", source = "D-001-1" },
    { "dizziness", action = "lock", source = "design proposal: red flags the guides leave out" },
    { "numbness", action = "lock", source = "D-004-19" },
    { "radiating_pain", action = "lock", source = "D-004-19" },
    { "chest_pain", action = "lock", source = "design proposal: red flags the guides leave out" },
    { "breathless", action = "lock", source = "design proposal: red flags the guides leave out" },
    { "calf_pain", action = "lock", source = "design proposal: red flags the guides leave out" },
    { "bleeding", action = "lock", source = "design proposal: red flags the guides leave out" },
    { "fever", action = "lock", source = "design proposal: red flags the guides leave out" },
    { "headache", action = "lock", source = "design proposal: red flags the guides leave out" },
    { "vision", action = "lock", source = "design proposal: red flags the guides leave out" },
    { "wound", action = "lock", source = "design proposal: red flags the guides leave out" },
  },
  referrals = {
    { "leak", source = "D-000-1" },
    { "heaviness", source = "D-000-3" },
    { "pain", source = "D-004-11" },
    { "numbness", source = "D-004-19" },
    { "daily_life", source = "D-004-19" },
    { "back_pain", sessions = 3, source = "D-000-2" },
  },
}

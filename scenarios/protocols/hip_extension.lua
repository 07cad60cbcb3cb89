-- Guide 001: the hip extension. On the floor first, a breath between all repetitions, until twenty of
-- them are clean; then the same movement against a cable. The guide does not name the step after the
-- twenty: the cable is a proposal.
local taut = require "taut"

return taut.protocol {
  name = "hip_extension",
  title = "hip extension with the pelvic floor, from the floor to the cable",
  guide = "001",
  help = "quality before number: as many as the pelvic floor goes along with",
  source = { "D-001-1", "D-001-2" },

  warm_up = { load = percent(50), reps = 5, source = "D-004-14" },

  phases = {
    {
      name = "floor",
      goal = "twenty clean repetitions from the hip, without load",
      weeks = { 1, 3 },
      days_per_week = { 3, 5 },
      marker = { text = "twenty repetitions with clean technique", clean_reps = 20, source = "D-001-2" },
      exercises = {
        {
          "hip_extension",
          sets = 1,
          reps = 20,
          hold = s(1),
          per_side = true,
          breathing = "between_reps",
          traits = { "self_ended" },
          cue = "from the hip, not from the back or the ribs",
          source = { "D-001-1", "D-001-3", "D-001-4", "D-001-9" },
        },
      },
      source = { "D-001-2", "D-001-10" },
    },
    {
      name = "cable",
      goal = "the same movement against a small load",
      weeks = { 4, 6 },
      days_per_week = { 3, 4 },
      marker = { text = "twenty repetitions with clean technique", clean_reps = 20, source = "D-001-2" },
      exercises = {
        {
          "cable_hip_extension",
          sets = 1,
          reps = 20,
          per_side = true,
          breathing = "between_reps",
          load = { start = lb(3), step = lb(1), most = lb(10) },
          progress = { clean_reps = 20 },
          traits = { "asymmetric" },
          cue = "from the hip, not from the back or the ribs",
          source = { "D-001-2", "D-001-3", "D-001-11" },
        },
      },
      source = "design proposal: the guide says when to progress and not to what",
    },
  },

  -- What may have to come before the set.
  optional = {
    {
      "seated_piriformis_stretch",
      kind = "stretch",
      sets = 1,
      time = s(20),
      per_side = true,
      source = "D-001-6",
    },
    { "kneeling_check", kind = "check", sets = 1, time = s(20), source = "D-001-7" },
    { "diaphragmatic_breathing", sets = 1, reps = 10, source = { "D-001-7", "D-001-11" } },
  },

  eligibility = {
    { "medical_clearance", source = { "D-002-26", "D-002-28" } },
    { "weeks_after_birth", birth = "vaginal", at_least = 6, source = "D-002-26" },
    { "weeks_after_birth", birth = "c_section", at_least = 8, source = "D-002-27" },
    { "weeks_after_birth", birth = "complication", at_least = 8, source = "D-002-27" },
  },
  contraindications = {
    { "prolapse", range = percent(60), source = "D-001-5" },
    { "tight_piriformis", first = "seated_piriformis_stretch", source = "D-001-6" },
    { "resting_tone", first = "diaphragmatic_breathing", source = "D-001-7" },
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
    { "heaviness", source = { "D-000-3", "D-001-5" } },
    { "back_pain", sessions = 3, source = "D-000-2" },
    { "asymmetry", above = percent(15), source = "D-000-4" },
  },
}

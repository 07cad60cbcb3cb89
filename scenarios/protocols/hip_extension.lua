-- Guide 001: the hip extension. On the floor first, a breath between all repetitions, until twenty
-- of
-- them are clean; then the same movement against a cable. The guide does not name the step after
-- the
-- twenty: the cable is a proposal.
local taut = require "taut"

return taut.protocol {
  name = "hip_extension",
  title = "hip extension with the pelvic floor, from the floor to the cable",
  guide = "001",
  help = "quality before number: as many as the pelvic floor goes along with",
  source = { "D-001-1", "D-001-2" },

  warm_up = { load = percent(50), reps = 5, source = "D-004-14" },
  progress = { clean_reps = 20, clean_sessions = 2, source = { "D-001-2", "D-000-7" } },
  tired = { sleep = h(5), load = percent(80), reserve = 2, source = "D-002-31" },
  load_caps = {
    { weeks = 8, load = percent(50), source = "D-004-17" },
    { weeks = 12, load = percent(75), source = "D-004-17" },
  },

  phases = {
    {
      name = "floor",
      goal = "twenty clean repetitions from the hip, without load",
      weeks = { 1, 3 },
      days_per_week = { 3, 5 },
      marker = {
        text = "twenty repetitions with clean technique",
        clean_reps = 20,
        source = "D-001-2",
      },
      exercises = {
        {
          "kneeling_check",
          kind = "check",
          sets = 1,
          time = s(20),
          source = { "D-001-7", "D-001-8" },
        },
        {
          "seated_piriformis_stretch",
          kind = "stretch",
          when = "tight_piriformis",
          sets = 1,
          time = s(20),
          sides = "each",
          source = "D-001-6",
        },
        {
          "diaphragmatic_breathing",
          kind = "breathing",
          kind = "breathing",
          when = "high_tone",
          sets = 1,
          reps = 10,
          source = { "D-001-7", "D-001-11" },
        },
        {
          "hip_extension",
          sets = 1,
          reps = 20,
          hold = s(1),
          sides = "each",
          breath = "between_reps",
          traits = { "person_ends" },
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
      marker = {
        text = "twenty repetitions with clean technique",
        clean_reps = 20,
        source = "D-001-2",
      },
      exercises = {
        {
          "kneeling_check",
          kind = "check",
          sets = 1,
          time = s(20),
          source = { "D-001-7", "D-001-8" },
        },
        {
          "seated_piriformis_stretch",
          kind = "stretch",
          when = "tight_piriformis",
          sets = 1,
          time = s(20),
          sides = "each",
          source = "D-001-6",
        },
        {
          "diaphragmatic_breathing",
          kind = "breathing",
          kind = "breathing",
          when = "high_tone",
          sets = 1,
          reps = 10,
          source = { "D-001-7", "D-001-11" },
        },
        {
          "cable_hip_extension",
          sets = 1,
          reps = 20,
          sides = "each",
          breath = "between_reps",
          load = { start = lb(3), step = lb(1), most = lb(10) },
          cue = "from the hip, not from the back or the ribs",
          source = { "D-001-2", "D-001-3", "D-001-11" },
        },
      },
      source = "design proposal: the guide says when to progress and not to what",
    },
  },

  rules = require "protocol_rules",
  referrals = { { "asymmetry", above = percent(15), source = "D-000-4" } },
}

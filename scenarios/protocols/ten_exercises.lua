-- Guide 004: ten exercises without the machine against back pain after birth, with the precautions
-- of
-- the guide. Numbers it does not name are proposals; stretches stay short, because joints are lax.
local taut = require "taut"

return taut.protocol {
  name = "ten_exercises",
  title = "ten exercises against back pain after birth",
  guide = "004",
  help = "gentle, on the floor or standing; pain ends it",
  source = "D-004-21",

  progress = { clean_reps = 20, clean_sessions = 2, source = "D-001-2" },
  tired = { sleep = h(5), load = percent(80), reserve = 2, source = "D-002-31" },

  phases = {
    {
      name = "gentle",
      goal = "less pain, hips and trunk that hold",
      weeks = { 1, 4 },
      days_per_week = { 3, 5 },
      marker = {
        text = "a week without pain in the exercises",
        clean_weeks = 1,
        source = "D-004-12",
      },
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
        { "clamshell", sets = 2, reps = 10, sides = "each", source = "D-004-3" },
        { "side_lying_leg_lift", sets = 2, reps = 10, sides = "each", source = "D-004-4" },
        {
          "seated_piriformis_stretch",
          kind = "stretch",
          sets = 1,
          time = s(20),
          sides = "each",
          source = "D-004-5",
        },
        { "knee_to_chest_stretch", kind = "stretch", sets = 2, time = s(20), source = "D-004-6" },
        { "standing_knee_lift", sets = 1, reps = 10, sides = "each", source = "D-004-7" },
        { "kegel", sets = 1, reps = 10, hold = s(4), source = "D-004-8" },
        {
          "hip_flexor_stretch",
          kind = "stretch",
          sets = 1,
          time = s(20),
          sides = "each",
          source = "D-004-9",
        },
        { "wall_sit", sets = 1, time = s(60), traits = { "person_ends" }, source = "D-004-10" },
      },
      source = { "D-004-15", "D-004-21" },
    },
  },

  not_prescribed = {
    {
      "sit_up",
      sets = 1,
      reps = 10,
      traits = { "sit_up", "raises_pressure" },
      source = "D-004-16",
    },
    { "plank", sets = 1, time = s(30), traits = { "plank" }, source = "D-004-16" },
    {
      "jumping_jack",
      sets = 1,
      reps = 10,
      traits = { "impact", "raises_pressure" },
      source = { "D-004-13", "D-004-18" },
    },
  },

  rules = require "protocol_rules",
  referrals = {
    { "pain", source = "D-004-11" },
    { "numbness", source = "D-004-19" },
  },
}

-- Guide 000: mechanics before load. Posture and breath first, then the buttocks, then squats,
-- deadlifts, step-downs and carries. Running is not part of it: no high impact before healing is
-- done.
local taut = require "taut"

return taut.protocol {
  name = "align_activate_load",
  title = "align, activate, load",
  guide = "000",
  help = "more squats do not repair a strategy; the order of the steps does",
  source = { "D-000-6", "D-000-8" },

  in_order = true,
  warm_up = { load = percent(50), reps = 5, source = "D-004-14" },
  progress = { clean_reps = 20, clean_sessions = 2, source = { "D-001-2", "D-000-7" } },
  tired = { sleep = h(5), load = percent(80), reserve = 2, source = "D-002-31" },
  load_caps = {
    { weeks = 8, load = percent(50), source = "D-004-17" },
    { weeks = 12, load = percent(75), source = "D-004-17" },
  },

  phases = {
    {
      name = "align",
      goal = "ribs over the pelvis, and a breath that moves",
      weeks = { 1, 1 },
      days_per_week = { 3, 5 },
      marker = {
        text = "neutral posture is found without help",
        confirm = true,
        source = "D-000-6",
      },
      exercises = {
        {
          "posture_reset",
          kind = "check",
          sets = 3,
          time = s(30),
          source = { "D-000-6", "D-000-12" },
        },
        {
          "diaphragmatic_breathing",
          kind = "breathing",
          kind = "breathing",
          sets = 3,
          reps = 10,
          cue = "belly, ribs and pelvic floor move together",
          source = "D-000-11",
        },
      },
      source = "D-000-6",
    },
    {
      name = "activate",
      goal = "the buttocks work and the back stays quiet",
      weeks = { 2, 3 },
      days_per_week = { 3, 4 },
      marker = {
        text = "felt in the buttocks, not in the hamstrings and not in the back",
        clean_weeks = 1,
        confirm = true,
        source = { "D-000-9", "D-000-10" },
      },
      exercises = {
        { "posture_reset", kind = "check", sets = 1, time = s(30), source = "D-000-6" },
        { "floor_bridge", sets = 3, reps = 12, hold = s(1), source = "D-000-10" },
        {
          "hip_extension",
          sets = 2,
          reps = 10,
          sides = "each",
          breath = "between_reps",
          source = { "D-000-10", "D-001-3" },
        },
        { "clamshell", sets = 2, reps = 12, sides = "each", source = "D-000-4" },
      },
      source = "D-000-6",
    },
    {
      name = "load",
      goal = "strength without symptoms",
      weeks = { 4, 6 },
      days_per_week = { 3, 3 },
      marker = {
        text = "two sessions in a row without a symptom",
        clean_weeks = 1,
        source = "D-000-7",
      },
      exercises = {
        { "posture_reset", kind = "check", sets = 1, time = s(30), source = "D-000-6" },
        { "floor_bridge", sets = 1, reps = 12, hold = s(1), source = "D-000-6" },
        {
          "goblet_squat",
          sets = 3,
          reps = 10,
          load = { start = lb(8), step = lb(1), most = lb(40) },
          cue = "not from the front of the thighs alone",
          source = { "D-000-7", "D-000-8" },
        },
        {
          "romanian_deadlift",
          sets = 3,
          reps = 10,
          load = { start = lb(12), step = lb(1), most = lb(50) },
          cue = "hinge at the hip",
          source = "D-000-7",
        },
        { "step_down", sets = 2, reps = 8, sides = "each", source = "D-000-7" },
        {
          "suitcase_carry",
          sets = 2,
          time = s(30),
          sides = "each",
          load = { start = lb(12), step = lb(1), most = lb(40) },
          traits = { "carry" },
          source = "D-000-7",
        },
      },
      source = { "D-000-7", "D-000-13" },
    },
  },

  rules = require "protocol_rules",
  eligibility = {
    { "alignment", source = "D-000-6" },
    { "activation", source = "D-000-6" },
  },
  referrals = {
    { "no_progress", sessions = 6, source = "D-000-5" },
    { "asymmetry", above = percent(15), source = "D-000-4" },
  },
}

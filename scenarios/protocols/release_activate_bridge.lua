-- Guide 003: for a tilted or turned pelvis that somebody has assessed. Release what is tight, wake the
-- inner unit, then bridge, small enough to be felt in the buttocks only. Valid years after a birth too.
local taut = require "taut"

return taut.protocol {
  name = "release_activate_bridge",
  title = "release, activate, bridge",
  guide = "003",
  help = "on the floor, without the machine",
  source = { "D-003-1", "D-003-7" },

  phases = {
    {
      name = "release",
      goal = "back, hips and thighs let go; slow breaths into the belly",
      weeks = { 1, 1 },
      days_per_week = { 3, 5 },
      marker = { text = "thirty calm breaths, the pelvic floor gives way", confirm = true, source = "D-003-3" },
      exercises = {
        { "back_release", kind = "stretch", sets = 1, time = s(60), source = "D-003-2" },
        { "hip_release", kind = "stretch", sets = 1, time = s(60), per_side = true, source = "D-003-2" },
        { "quad_release", kind = "stretch", sets = 1, time = s(60), per_side = true, source = "D-003-2" },
        { "diaphragmatic_breathing", sets = 3, reps = 10, source = { "D-003-3", "D-003-4" } },
      },
      source = "D-003-2",
    },
    {
      name = "activate",
      goal = "the inner unit takes the work from hips and back",
      weeks = { 2, 3 },
      days_per_week = { 3, 5 },
      marker = {
        text = "thirty exhales with the navel drawn in, the back quiet",
        clean_weeks = 1,
        confirm = true,
        source = { "D-003-3", "D-003-6" },
      },
      exercises = {
        { "back_release", kind = "stretch", sets = 1, time = s(60), source = "D-003-2" },
        { "hip_release", kind = "stretch", sets = 1, time = s(60), per_side = true, source = "D-003-2" },
        { "quad_release", kind = "stretch", sets = 1, time = s(60), per_side = true, source = "D-003-2" },
        { "inner_unit_breathing", sets = 3, reps = 10, source = "D-003-3" },
      },
      source = "D-003-3",
    },
    {
      name = "bridge",
      goal = "bridges that are felt in the buttocks only",
      weeks = { 4, 6 },
      days_per_week = { 3, 4 },
      marker = { text = "felt in the buttocks, not at all in the back", clean_weeks = 1, source = "D-003-6" },
      exercises = {
        { "hip_release", kind = "stretch", sets = 1, time = s(60), per_side = true, source = "D-003-2" },
        { "inner_unit_breathing", sets = 3, reps = 10, source = "D-003-3" },
        {
          "floor_bridge",
          sets = 3,
          reps = 10,
          hold = s(1),
          cue = "a small way; felt in the buttocks only",
          source = { "D-003-5", "D-003-6" },
        },
      },
      source = { "D-003-5", "D-003-6" },
    },
  },

  eligibility = {
    { "assessment", source = "D-003-1" },
    { "medical_clearance", source = { "D-002-26", "D-002-28" } },
    { "weeks_after_birth", birth = "vaginal", at_least = 6, source = "D-002-26" },
    { "weeks_after_birth", birth = "c_section", at_least = 8, source = "D-002-27" },
    { "weeks_after_birth", birth = "complication", at_least = 8, source = "D-002-27" },
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
    { "back_pain", sessions = 3, source = "D-000-2" },
    { "asymmetry", above = percent(15), source = { "D-003-9", "D-000-4" } },
  },
}

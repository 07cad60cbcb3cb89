-- Guide 003: for a tilted or turned pelvis that somebody has assessed. Release what is tight, wake
-- the
-- inner unit, then bridge, small enough to be felt in the buttocks only. Valid years after a birth
-- too.
local taut = require "taut"

return taut.protocol {
  name = "release_activate_bridge",
  title = "release, activate, bridge",
  guide = "003",
  help = "on the floor, without the machine",
  source = { "D-003-1", "D-003-7" },

  in_order = true,
  progress = { clean_reps = 20, clean_sessions = 2, source = "D-001-2" },
  tired = { sleep = h(5), load = percent(80), reserve = 2, source = "D-002-31" },

  phases = {
    {
      name = "release",
      goal = "back, hips and thighs let go; slow breaths into the belly",
      weeks = { 1, 1 },
      days_per_week = { 3, 5 },
      marker = {
        text = "thirty calm breaths, the pelvic floor gives way",
        confirm = true,
        source = "D-003-3",
      },
      exercises = {
        { "back_release", kind = "stretch", sets = 1, time = s(60), source = "D-003-2" },
        {
          "hip_release",
          kind = "stretch",
          sets = 1,
          time = s(60),
          sides = "each",
          source = "D-003-2",
        },
        {
          "quad_release",
          kind = "stretch",
          sets = 1,
          time = s(60),
          sides = "each",
          source = "D-003-2",
        },
        {
          "diaphragmatic_breathing",
          kind = "breathing",
          kind = "breathing",
          sets = 3,
          reps = 10,
          source = { "D-003-3", "D-003-4" },
        },
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
        {
          "hip_release",
          kind = "stretch",
          sets = 1,
          time = s(60),
          sides = "each",
          source = "D-003-2",
        },
        {
          "quad_release",
          kind = "stretch",
          sets = 1,
          time = s(60),
          sides = "each",
          source = "D-003-2",
        },
        { "inner_unit_breathing", kind = "breathing", sets = 3, reps = 10, source = "D-003-3" },
      },
      source = "D-003-3",
    },
    {
      name = "bridge",
      goal = "bridges that are felt in the buttocks only",
      weeks = { 4, 6 },
      days_per_week = { 3, 4 },
      marker = {
        text = "felt in the buttocks, not at all in the back",
        clean_weeks = 1,
        source = "D-003-6",
      },
      exercises = {
        {
          "hip_release",
          kind = "stretch",
          sets = 1,
          time = s(60),
          sides = "each",
          source = "D-003-2",
        },
        { "inner_unit_breathing", kind = "breathing", sets = 3, reps = 10, source = "D-003-3" },
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

  rules = require "protocol_rules",
  eligibility = { { "assessment", source = "D-003-1" } },
  referrals = { { "asymmetry", above = percent(15), source = { "D-003-9", "D-000-4" } } },
}

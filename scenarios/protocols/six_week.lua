-- Guide 002: six weeks of strength after birth, three phases of two weeks, on the machine. Loads
-- are
-- per cable; where the guide names none, a physiotherapist has to approve the proposal here.
local taut = require "taut"

return taut.protocol {
  name = "six_week",
  title = "six weeks of strength after birth",
  guide = "002",
  help = "foundation, building strength, resilient strength; nobody skips ahead",
  source = "D-002-6",

  warm_up = { load = percent(50), reps = 5, source = "D-004-14" },
  progress = { clean_reps = 20, clean_sessions = 2, source = { "D-001-2", "D-000-7" } },
  tired = { sleep = h(5), load = percent(80), reserve = 2, source = "D-002-31" },
  load_caps = {
    { weeks = 8, load = percent(50), source = "D-004-17" },
    { weeks = 12, load = percent(75), source = "D-004-17" },
  },

  phases = {
    {
      name = "foundation",
      goal = "the buttocks and the deep trunk take part again",
      weeks = { 1, 2 },
      days_per_week = 3,
      marker = {
        text = "no doming of the belly and no twinge in the lower back",
        clean_weeks = 1,
        source = "D-002-12",
      },
      exercises = {
        {
          "glute_bridge",
          sets = 3,
          reps = 15,
          hold = s(1),
          load = { start = lb(8), step = lb(1), most = lb(30) },
          cue = "the bar lies on the hips; squeeze at the top",
          source = "D-002-8",
        },
        {
          "seated_row",
          sets = 3,
          reps = 12,
          load = { start = lb(7), step = lb(1), most = lb(30) },
          cue = "elbows tucked, shoulder blades together",
          source = "D-002-9",
        },
        {
          "bird_dog",
          sets = 3,
          reps = 10,
          sides = "each",
          cue = "the back stays flat as a table",
          source = { "D-002-10", "D-002-29" },
        },
        {
          "pallof_press",
          sets = 3,
          reps = 10,
          sides = "each",
          load = { start = lb(5), step = lb(1), most = lb(20) },
          cue = "sideways to the machine; the cable must not turn you",
          source = { "D-002-11", "D-002-29" },
        },
      },
      source = "D-002-7",
    },
    {
      name = "building_strength",
      goal = "more load, more endurance",
      weeks = { 3, 4 },
      days_per_week = { 3, 4 },
      marker = {
        text = "the car seat or the stroller takes clearly less effort",
        confirm = true,
        clean_weeks = 1,
        source = "D-002-18",
      },
      exercises = {
        {
          "romanian_deadlift",
          sets = 3,
          reps = 12,
          load = { start = lb(15), step = lb(1), most = lb(50) },
          cue = "hinge at the hip; the back does not bend",
          source = "D-002-14",
        },
        {
          "face_pull",
          sets = 3,
          reps = 15,
          load = { start = lb(4), step = lb(1), most = lb(15) },
          cue = "the rope to the forehead",
          source = "D-002-15",
        },
        {
          "goblet_squat",
          sets = 3,
          reps = 10,
          load = { start = lb(10), step = lb(1), most = lb(40) },
          cue = "the handle at the chest; breathe out on the way up",
          source = { "D-002-16", "D-002-30" },
        },
        {
          "suitcase_carry",
          sets = 3,
          time = s(30),
          sides = "each",
          load = { start = lb(15), step = lb(1), most = lb(40) },
          traits = { "carry" },
          cue = "walk in place; do not lean",
          source = "D-002-17",
        },
      },
      source = "D-002-13",
    },
    {
      name = "resilient_strength",
      goal = "strength for everyday life",
      weeks = { 5, 6 },
      days_per_week = { 3, 4 },
      marker = {
        text = "the last week was free of symptoms",
        clean_weeks = 1,
        source = "design proposal: the guide names no marker for its last phase",
      },
      exercises = {
        {
          "glute_thrust",
          sets = 4,
          reps = 8,
          load = { start = lb(20), step = lb(1), most = lb(70) },
          cue = "the load grows; squeeze at the top",
          source = "D-002-20",
        },
        {
          "lat_pulldown",
          sets = 4,
          reps = 10,
          load = { start = lb(12), step = lb(1), most = lb(45) },
          cue = "elbows to the ribs, no swing",
          source = "D-002-21",
        },
        {
          "single_leg_rdl",
          sets = 3,
          reps = 8,
          sides = "each",
          load = { start = lb(12), step = lb(1), most = lb(40) },
          cue = "one leg, the pelvis stays level",
          source = { "D-002-22", "D-000-4" },
        },
        {
          "overhead_press",
          sets = 3,
          reps = 10,
          load = { start = lb(7), step = lb(1), most = lb(30) },
          cue = "ribs down, breathe out on the way up",
          source = "D-002-23",
        },
      },
      source = "D-002-19",
    },
  },

  -- Off the machine, at any time, also on days without a session.
  relief = {
    { "doorway_stretch", kind = "stretch", sets = 1, time = s(60), source = "D-002-34" },
    { "wall_slide", sets = 1, reps = 10, source = "D-002-34" },
    { "tennis_ball_release", kind = "stretch", sets = 1, time = s(60), source = "D-002-34" },
    { "childs_pose", kind = "stretch", sets = 1, time = s(60), source = "D-002-34" },
  },
  -- Known by name, prescribed to nobody: so that asking for them has an answer.
  not_prescribed = {
    {
      "sit_up",
      sets = 1,
      reps = 10,
      traits = { "sit_up", "raises_pressure" },
      source = "D-002-24",
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
  eligibility = {
    { "alignment", source = "D-000-6" },
    { "activation", source = "D-000-6" },
  },
  referrals = {
    { "no_progress", sessions = 6, source = "D-000-5" },
    { "asymmetry", above = percent(15), source = "D-000-4" },
  },
}

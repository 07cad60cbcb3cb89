-- What the machine says of itself is what it does: the scenarios that keep a wrong signal from going
-- unnoticed, however little the load would tell of it.
local taut = require "taut"

local told = { "SR-100", "SR-101", "SR-102", "SR-103", "SR-104", "SR-106", "SR-107", "SR-108", "SR-109",
  "SR-110", "SR-111", "SR-112", "SR-113", "SR-114", "SR-115", "SR-116", "SR-117", "SR-118", "SR-119",
  "SR-121", "SR-122", "SR-123", "SR-124", "SR-125", "SR-126", "SR-127", "SR-011", "SR-092", "SR-093" }

-- Bottom and top of the range and speed of a lift of exercises, as models/exercises has them.
local exercises = {
  seated_row = { 0.15, 0.65, 0.333 },
  goblet_squat = { 0.2, 0.65, 0.3 },
  pallof_press = { 0.25, 0.65, 0.267 },
  romanian_deadlift = { 0.15, 0.7, 0.367 },
}

-- What the exercise, the person and the scenario chose, as the machine must have it.
local function chosen(s, mode, exercise)
  local bottom, top, speed = table.unpack(exercises[exercise])
  s:always("session.mode == " .. mode .. " and session.profile == rehab", { id = "SR-122" })
  s:always(("near(session.range_min_m, %g m, 10 mm) and near(session.range_max_m, %g m, 10 mm)")
    :format(bottom, top), { id = "SR-122" })
  s:always(("near(session.target_speed_m_s, %g m/s, 0.01 m/s)"):format(speed), { id = "SR-122" })
end

local function law(s, stiffness, eccentric, speed, damping)
  s:always(("near(session.mode_stiffness_n_m, %g N/m, 10 N/m)"):format(stiffness), { id = "SR-122" })
  s:always(("near(session.mode_eccentric_gain, %g, 0.005)"):format(eccentric), { id = "SR-122" })
  s:always(("near(session.mode_speed_m_s, %g m/s, 0.01 m/s)"):format(speed), { id = "SR-122" })
  s:always(("near(session.mode_damping_ns_m, %g N s/m, 5 N s/m)"):format(damping), { id = "SR-122" })
end

return {
  taut.scenario {
    name = "one repetition from request to rest: every signal tells what is",
    tags = { "safety", "signals" },
    covers = { "SR-120", table.unpack(told) },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "seated_row", load = lb(20), reps = 1 },
    params = { form_check = { false_alarm = 0 } },
    script = function(s)
      chosen(s, "standard", "seated_row")
      law(s, 0, 0, 0.5, 0)
      s:start_set()
      s:wait_until("session.state == resting", { within = "60 s", text = "the set is finished" })
      s:wait "200 ms"
      s:expect("session.sets_done == 1", { id = "SR-120", text = "the set counts" })
    end,
  },
  taut.scenario {
    name = "two sides with loads of their own: neither tells what is the other's",
    tags = { "safety", "signals" },
    covers = { "SR-100", "SR-101", "SR-102", "SR-103", "SR-104", "SR-106", "SR-107", "SR-119", "SR-126",
      "SR-127", "SR-011" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "seated_row", load = lb(20), reps = 10 },
    params = { form_check = { false_alarm = 0 } },
    script = function(s)
      s:set("session.right_set_load_n", lb(24))
      s:start_set()
      s:wait_until("user.phase == eccentric", { within = "30 s", text = "the handles are lifted" })
      s:wait "1 s"
    end,
  },
  taut.scenario {
    name = "one side alone: the other has no load, no hand, no torque and no repetition",
    tags = { "safety", "signals" },
    covers = { "SR-100", "SR-103", "SR-104", "SR-106", "SR-107", "SR-126", "SR-127", "SR-011" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "pallof_press", load = lb(10), reps = 10 },
    params = { form_check = { false_alarm = 0 } },
    faults = {
      ceiling = taut.fault { on = "left.motor.current_ceiling_a", kind = "bias", magnitude = A(50) },
      torque = taut.fault { on = "left.motor.torque_command_nm", kind = "gain", magnitude = 3 },
    },
    script = function(s)
      local idle = s:always("spotter.right_phase == idle and spotter.right_rep_count == 0", { id = "SR-116" })
      s:always("not controller.right_brake and session.right_load_n <= 0 N", { id = "SR-105" })
      s:start_set()
      s:wait_until("spotter.left_rep_count >= 1", { within = "30 s", text = "a repetition is counted" })
      idle:stop()
      s:fault "ceiling"
      s:fault "torque"
      s:wait_until("controller.safety_state == sto", { within = "10 s", text = "a runaway" })
      s:wait "200 ms"
    end,
  },
  taut.scenario {
    name = "the range and the tempo of an exercise reach the machine",
    tags = { "safety", "signals" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { load = lb(20), reps = 1 },
    sweep = { exercise = { "seated_row", "goblet_squat", "pallof_press", "romanian_deadlift" } },
    script = function(s)
      chosen(s, "standard", s.sweep.exercise)
      law(s, 0, 0, 0.5, 0)
      s:wait "2 s"
    end,
  },
  taut.scenario {
    name = "a law and its numbers reach the machine and stay as they were chosen",
    tags = { "safety", "signals" },
    covers = { "SR-104", "SR-122", "SR-123", "SR-124", "SR-125", "SR-127" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = {
      exercise = "seated_row",
      load = lb(20),
      reps = 10,
      mode_stiffness_n_m = taut.quantity(150, "N/m"),
      mode_eccentric_gain = 0.2,
      mode_speed_m_s = m_s(0.4),
      mode_damping_ns_m = taut.quantity(300, "N s/m"),
    },
    params = { form_check = { false_alarm = 0 } },
    sweep = { mode = { "chain", "eccentric", "isokinetic" } },
    script = function(s)
      chosen(s, s.sweep.mode, "seated_row")
      law(s, 150, 0.2, 0.4, 300)
      s:start_set()
      s:wait_until("user.phase == eccentric", { within = "30 s", text = "the handles are lifted" })
      s:wait "1 s"
    end,
  },
}

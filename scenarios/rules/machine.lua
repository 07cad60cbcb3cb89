-- Rules of the guides that speak of forces: judged on the whole machine, by the requirements of the
-- register. The files beside this one judge what the session software decides.
local taut = require "taut"
local twins = require "twins"

local SQUATS = taut.protocol {
  name = "machine",
  title = "goblet squats",
  source = "D-002-16",
  phases = {
    {
      name = "squats",
      weeks = { 1, 1 },
      days_per_week = 3,
      marker = { text = "a week without a symptom", clean_weeks = 1, source = "D-002-12" },
      exercises = {
        {
          "goblet_squat",
          sets = 2,
          reps = 10,
          rest = s(30),
          load = { start = lb(20), step = lb(1), most = lb(40) },
          source = "D-002-16",
        },
      },
      source = "D-002-13",
    },
  },
}

-- ------------------------------------------------------------------------- a session on the machine

-- To the first working set, and into the lift of its third repetition.
local function train(s, more)
  local person = {
    is_cleared = true, cleared_day = -20, birth_day = -100, birth_mode = "vaginal",
    is_aligned = true, is_activated = true, is_assessed = true,
  }
  for name, value in pairs(more or {}) do person[name] = value end
  for name, value in pairs(person) do s:set("session." .. name, value) end
  local log = s:follow("session.log_seq", { "session.log", "session.log_value" })
  s:event("session.request", "start_session")
  s:wait "100 ms"
  for _ = 1, 40 do
    if s:value "session.set_active" == 1 and s:value "session.is_warm_up" == 0 then break end
    if s:value "session.set_active" == 0 and s:value "session.rest_left_s" <= 0
      and s:value "session.state" ~= "arming" then
      s:event("session.request", "next_set")
    end
    s:wait "2 s"
  end
  s:wait_until("session.set_active and not session.is_warm_up and user.rep >= 2"
    .. " and user.phase == concentric and controller.position_m >= 0.3 m",
    { within = "60 s", text = "a working set is under way" })
  return log
end

local function count(log, what)
  local n = 0
  for _, entry in ipairs(log:take()) do
    if entry["session.log"] == what then n = n + 1 end
  end
  return n
end

local SYMPTOM = { "SR-030", "SR-031", "SR-032", "SR-035", "SR-038", "SR-039" }

-- A symptom in a working set: half the load in 0.5 s, none in 2 s, referred, and no more of it.
local function symptom(rule)
  return taut.scenario {
    name = rule[1],
    rows = rule.rows,
    tags = { "rule", "machine" },
    covers = SYMPTOM,
    rig = "protocol_trainer",
    protocol = SQUATS,
    user = rule.user or "strong_adult",
    params = { form_check = { false_alarm = 0 } },
    twin = rule.twin,
    script = function(s)
      local log = train(s)
      local load_lb = s:value("session.left_load_n", "lb")
      rule.happen(s)
      s:wait_until("controller.safety_state == symptom_ramp", { within = "4 s",
        text = "the machine answers" })
      s:wait "5 s"
      s:check(count(log, "refer") == 1, { text = "it is referred to a professional, once" })
      s:expect("session.left_load_n <= " .. load_lb .. " lb",
        { text = "the load is not raised for the rest of the session" })
      if rule.lock then s:expect("session.lock == " .. rule.lock) end
    end,
  }
end

local function said(report)
  return function(s)
    for _, role in ipairs { "controller", "spotter", "session" } do
      s:event(role .. ".report", report)
    end
  end
end

local function hurt(s) s:event("user.stimulus", "pain") end

-- ------------------------------------------------------------------------------- sets of one exercise

-- A set of a single exercise by a person without symptoms, until the lift of its second repetition.
local function set(rule)
  rule.name, rule[1] = rule[1], nil
  rule.tags = { "rule", "machine" }
  rule.rig = "two_cable_trainer"
  rule.user = rule.user or { "strong_adult" }
  rule.params = rule.params or { form_check = { false_alarm = 0 } }
  local happen = rule.script
  rule.script = function(s)
    s:start_set()
    s:wait_until("user.rep >= 1 and user.phase == concentric", { within = "60 s" })
    happen(s)
  end
  return taut.scenario(rule)
end

local RELEASED = { "SR-020", "SR-022", "SR-023", "SR-024" }

-- The handle is let go at the top of the lift.
local function let_go(s)
  s:wait_until("user.phase == eccentric", { within = "30 s" })
  s:event("user.stimulus", "release")
  s:wait "11 s"
end

local no_limit = twins.of("controller", "bad_no_retraction_limit")

return {
  symptom {
    "a leak that is said takes half the load at once, all of it in two seconds, and is referred",
    rows = { "D-000-1", "D-002-16", "D-002-30" }, happen = said "leak",
    twin = { twins.of("controller", "bad_symptom_unheard"), twins.session "no_refer" },
  },
  symptom {
    "heaviness that is said is answered by the machine like a leak",
    rows = { "D-000-3", "D-002-30" }, happen = said "heaviness",
    twin = { twins.of("controller", "bad_symptom_unheard"), twins.session "heaviness_ignored" },
  },
  symptom {
    "pain in the middle of a lift takes the load off",
    rows = { "D-004-12" }, user = { "strong_adult", pain_stimulus = 5 }, happen = hurt,
    twin = { twins.of("controller", "bad_symptom_unheard"), twins.session "pain_ignored" },
  },
  symptom {
    "severe pain takes the load off and locks the machine",
    rows = { "D-004-11" }, user = { "strong_adult", pain_stimulus = 8 }, happen = hurt,
    lock = "red_flag",
    twin = { twins.of("controller", "bad_symptom_unheard"), twins.session "severe_continues" },
  },

  taut.scenario {
    name = "a pause unloads within a second; going on arms anew, with a load that grows from nothing",
    rows = { "D-002-35" },
    tags = { "rule", "machine" },
    covers = { "SR-003", "SR-084", "SR-086" },
    rig = "protocol_trainer",
    protocol = SQUATS,
    user = "strong_adult",
    params = { form_check = { false_alarm = 0 } },
    twin = { twins.session "pause_keeps_load", twins.of("controller", "bad_arms_alone") },
    script = function(s)
      train(s)
      s:event("session.request", "pause")
      s:wait "1 s"
      s:expect("load.command_n <= 10 N", { text = "unloaded within a second" })
      s:wait "10 s"
      s:expect("not controller.armed", { text = "and disarmed" })
      s:event("session.request", "resume")
      s:wait_until("controller.armed", { within = "30 s", text = "armed anew" })
      s:expect("load.command_n <= 11 N", { text = "the load begins at nothing" })
      s:wait_until("load.command_n >= 19 lb", { within = "10 s", text = "and comes back" })
    end,
  },

  taut.scenario {
    name = "lax joints: nine tenths of the range of motion, and no pull past them",
    rows = { "D-002-36", "D-004-15" },
    tags = { "rule", "machine" },
    covers = { "SR-003", "SR-095" },
    rig = "protocol_trainer",
    protocol = SQUATS,
    user = { "strong_adult", range_scale = 1.1 },
    params = { form_check = { false_alarm = 0 } },
    twin = { twins.session "lax_full_range", twins.of("controller", "bad_pulls_past_range") },
    script = function(s)
      train(s, { is_hypermobile = true })
      s:expect("near(session.range_max_m, 0.2 m + 0.9 * 0.45 m, 1 mm)")
      s:wait_until("user.phase == hold or user.phase == eccentric", { within = "10 s" })
      s:expect("load.command_n <= 20.5 N", { text = "at the end of her own range nothing pulls" })
      s:wait_until("user.phase == rest", { within = "10 s" })
      s:wait "1 s"
      s:expect("load.command_n >= 19 lb", { text = "within the range the load is there" })
    end,
  },

  set {
    "the handle is pulled evenly: no ripple, no jerk, no slack",
    rows = { "D-002-3" },
    covers = { "SR-003", "SR-010", "SR-096" },
    set = { exercise = "seated_row", load = lb(25), reps = 4 },
    twin = {
      { name = "motor: cogs", with = { motor = "motor_pmsm" },
        params = { motor = { cogging_torque_nm = 1 } } },
      twins.of("controller", "bad_kg_lb_swap"),
    },
    script = function(s)
      local taut_cable = s:always("not cable.is_slack", { text = "the cable is never slack" })
      s:wait_until("user.rep >= 3", { within = "60 s" })
      taut_cable:stop()
    end,
  },
  set {
    "a face pull is never driven: the handle comes back at 0.3 m/s at most, and when let go slowly",
    rows = { "D-002-15" },
    covers = RELEASED,
    set = { exercise = "face_pull", load = lb(12), reps = 5 },
    twin = no_limit,
    script = function(s)
      local slow = s:always("cable.handle_speed_m_s >= -0.3 m/s")
      s:wait_until("user.rep >= 2", { within = "60 s" })
      slow:stop()
      let_go(s)
    end,
  },
  set {
    "a pulldown that is let go at the top does not fly up",
    rows = { "D-002-21" }, covers = RELEASED, twin = no_limit, script = let_go,
    set = { exercise = "lat_pulldown", load = lb(30), reps = 5 },
  },
  set {
    "a Pallof press that is let go is wound up slowly",
    rows = { "D-002-11" }, covers = RELEASED, twin = no_limit, script = let_go,
    set = { exercise = "pallof_press", load = lb(15), reps = 5 },
  },
  set {
    "an overhead press that gets stuck is helped, and nothing pulls down above the load",
    rows = { "D-002-23" },
    covers = { "SR-001", "SR-009", "SR-040", "SR-041", "SR-042" },
    set = { exercise = "overhead_press", load = lb(30), reps = 5 },
    twin = { twins.of("spotter", "bad_spotter_never_helps"),
      twins.of("controller", "bad_kg_lb_swap") },
    script = function(s)
      local spike = s:always("peak(cable.tension_n) <= 1.1 * 30 lb + 10 N",
        { text = "no spike above the load" })
      s:wait_until("user.phase == concentric and controller.position_m >= 0.4 m",
        { within = "30 s" })
      s:event("user.stimulus", "freeze")
      s:wait "6 s"
      spike:stop()
    end,
  },
}

-- Faults that strike a person in training: at one instant of a repetition, under one load.
--
-- Everything before the strike is the same for every fault and instant, so that it needs to be simulated
-- once for each load.
local taut = require "taut"

local strike = {}

-- The light and the full load of a machine whose person lifts both: 110 lb take half of her strength.
strike.light, strike.full = lb(10), lb(110)

-- The instants, in the order in which they come: before the machine is asked for anything, then in the
-- second repetition. `sticking` is the position at which this exercise is hardest.
local instants = {
  { name = "arming" },
  { name = "rest", comes = "user.rep >= 1 and user.phase == rest", settles = "300 ms" },
  { name = "start", comes = "user.phase == concentric and cable.handle_speed_m_s >= 0.2 m/s" },
  { name = "sticking", comes = "user.phase == concentric and controller.position_m >= 0.32 m" },
  { name = "top", comes = "user.phase == hold" },
  { name = "eccentric", comes = "user.phase == eccentric and controller.position_m <= 0.43 m" },
}

strike.phases = { "rest", "start", "sticking", "top", "eccentric" }
strike.moving = { "start", "sticking", "eccentric" }

local left_training = "controller.safety_state != normal and controller.safety_state != assist"
strike.left_training = left_training

local labels = {
  ["user.stimulus"] = { release = 1, release_left = 2, estop = 5, freeze = 11 },
  ["user.report"] = { leak = 1, pain = 4, stop = 15 },
  ["controller.command"] = { arm_confirm = 2 },
}

-- The two faults that make an event of an enum port and its counter, for parts called `name` and
-- `name .. "_seq"`.
function strike.event(faults, name, port, label)
  faults[name] = taut.fault { on = port, kind = "bias", magnitude = labels[port][label] }
  faults[name .. "_seq"] = taut.fault { on = port .. "_seq", kind = "bias", magnitude = 1 }
  return faults
end

local function contains(list, item)
  for _, other in ipairs(list) do
    if other == item then return true end
  end
  return false
end

local function names_of(strikes)
  local names = {}
  for i, parts in ipairs(strikes) do names[i] = parts[1] end
  return names
end

-- The fault of this case begins: all of its parts at once. A part is a declared fault or a function.
local function begin(s, strikes)
  for _, parts in ipairs(strikes) do
    if parts[1] == s.sweep.fault then
      if #parts == 1 then s:fault(parts[1]) end
      for i = 2, #parts do
        if type(parts[i]) == "function" then parts[i](s) else s:fault(parts[i]) end
      end
    end
  end
end

-- From the strike to the last row that the requirements need.
local function observe(s, phase, case)
  local struck_s = s:now()
  begin(s, case.strikes)
  local note = { hazard = case.hazard, fault = s.sweep.fault, phase = phase,
    load_lb = s.sweep.load:to "lb" }
  if case.seen then
    s:wait_until(case.seen, { within = case.seen_within or "5 s",
      text = "the fault reaches the controller" })
    note.seen_s = s:now() - struck_s
  end
  local notices = case.notices or left_training
  local within = case.within
  local has_come = s:wait_until(notices, { within = within, check = false })
  local latency_s = s:now() - struck_s
  s:check(has_come, { text = "noticed", expected = notices .. " within " .. within,
    got = has_come and ("after %.3f s"):format(latency_s) or "not by then" })
  if has_come then note.latency_s = latency_s end
  note.safety_state = s:value "controller.safety_state"
  note.cause = s:value "controller.cause"
  s:note("detection", note)
  local left_s = case.watch - (s:now() - struck_s)
  if left_s > 0 then s:wait(left_s) end
  if case.ends then s:expect(case.ends, { text = case.ends_text or "the safe state" }) end
end

-- A scenario of the fault campaign. Fields of its own, all others are those of taut.scenario:
--   hazard          id of the register
--   strikes         { { "name", part, ... }, ... }: a part is a fault of `faults` or a function; alone, the
--                   name is that of the fault
--   phases, loads   where it strikes; all five and both unless said
--   seen            when the fault has reached the controller, if that is later than the strike
--   notices         what tells that it was noticed; unless said, the controller has left training
--   within          by when, from there
--   watch           how long the case lasts from the strike [s]
--   ends            what holds then
function strike.scenario(case)
  local phases = case.phases or strike.phases
  local strikes = case.strikes
  return taut.scenario {
    name = case.hazard .. ": " .. case.name,
    tags = { "hazard" },
    covers = case.covers,
    rig = "two_cable_trainer",
    user = case.user or { "strong_adult" },
    set = case.set or { exercise = "romanian_deadlift", reps = 20 },
    params = case.params or { form_check = { false_alarm = 0 } },
    faults = case.faults,
    sweep = {
      load = case.loads or { strike.light, strike.full },
      phase = phases,
      fault = names_of(strikes),
    },
    script = function(s)
      for i, instant in ipairs(instants) do
        if i == 2 then s:start_set() end
        if instant.comes then
          s:wait_until(instant.comes, { within = "40 s", text = "the instant comes: " .. instant.name })
          if instant.settles then s:wait(instant.settles) end
        end
        if contains(phases, instant.name) and s.sweep.phase == instant.name then
          return observe(s, instant.name, case)
        end
      end
    end,
  }
end

return strike

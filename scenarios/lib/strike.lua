-- Faults that strike a person in training: at one instant of a repetition, under one load. Everything
-- before the strike depends on the load alone, so it is simulated once for all of them.
local strike = {}

-- The light and the full load of the campaign. The person lifts 110 lb with half of her strength.
strike.light, strike.full = lb(10), lb(110)

-- The instants in the order in which they come: before the machine is asked for anything, then in the
-- second repetition. This exercise is hardest at 0.32 m.
local instants = {
  { name = "arming" },
  { name = "rest", comes = "user.rep >= 1 and user.phase == rest", settles = "300 ms" },
  { name = "start", comes = "user.phase == concentric and cable.handle_speed_m_s >= 0.2 m/s" },
  { name = "sticking", comes = "user.phase == concentric and controller.position_m >= 0.32 m" },
  { name = "top", comes = "user.phase == hold" },
  { name = "eccentric", comes = "user.phase == eccentric and controller.position_m <= 0.43 m" },
}

-- Of the answers that are a ramp: it is not cut short.
strike.is_ramped = "controller.safety_state != sto"

strike.phases = { "rest", "start", "sticking", "top", "eccentric" }
strike.moving = { "start", "sticking", "eccentric" }

-- A part of a strike before arming: what comes then does not wait for the set to be under way.
function strike.asks_for_a_set(s) s:event("session.request", "start_set") end

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

-- The fault of this case begins: all of its parts at the same instant.
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

-- Time since then, in whole microseconds: a difference of times has no more.
local function passed(s, since_s) return math.floor((s:now() - since_s) * 1e6 + 0.5) / 1e6 end

-- From the strike to the last row that the requirements need.
local function observe(s, phase, case)
  local struck_s = s:now()
  local note = { hazard = case.hazard, fault = s.sweep.fault, phase = phase,
    load_lb = s.sweep.load:to "lb" }
  begin(s, case.strikes)
  if case.always then
    s:always(case.always, { id = case.always_id, text = case.always_text })
  end
  if case.seen then
    s:wait_until(case.seen, { within = case.seen_within or "5 s",
      text = "what the fault does can be observed" })
    note.seen_s = passed(s, struck_s)
  end
  local has_come
  if type(case.notices) == "function" then
    has_come = case.notices(s)
  else
    has_come = s:wait_until(case.notices, { within = case.within, check = false })
  end
  local latency_s = passed(s, struck_s)
  s:check(has_come, { id = case.notices_id, text = "noticed: " .. (case.notices_text or case.notices), expected = "within " .. case.within,
    got = has_come and ("after %.3f s"):format(latency_s - (note.seen_s or 0)) or "not by then" })
  if has_come then note.latency_s = latency_s end
  note.safety_state = s:value "controller.safety_state"
  note.cause = s:value "controller.cause"
  s:note("detection", note)
  s:wait(case.watch)
  if case.after then case.after(s) end
  if case.ends then s:expect(case.ends, { text = case.ends_text or "the safe state" }) end
end

-- Makes the table of a scenario of the fault campaign. Fields of its own, the others are those of
-- taut.scenario:
--   strikes         { { "name", part, ... }, ... }: a part is a fault of `faults` or a function; a name
--                   without parts is that of the fault
--   phases, loads   where it strikes: in all five and under both unless said
--   seen            what the fault does until it can be observed, if that is later than the strike
--   notices         what tells that it was noticed; unless said, the controller has left training. A
--                   condition, or a function that waits for it and says whether it came
--   notices_id      the requirement that says so, if its formula is not judged here
--   within          by when, from there
--   watch           how long it is watched from there
--   always, ends    what holds from the strike on, and at the end
--   after           what the script does before the end
function strike.case(case)
  case.notices = case.notices
    or "controller.safety_state != normal and controller.safety_state != assist"
  local phases = case.phases or strike.phases
  return {
    name = case.hazard .. ": " .. case.name,
    tags = { "hazard" },
    hazard = case.hazard,
    covers = case.covers,
    not_applicable = case.not_applicable,
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = case.set or { exercise = "romanian_deadlift", reps = 20 },
    params = { form_check = { false_alarm = 0 } },
    faults = case.faults,
    sweep = {
      load = case.loads or { strike.light, strike.full },
      phase = phases,
      fault = names_of(case.strikes),
    },
    branch = { "phase", "fault" },
    script = function(s)
      for i, instant in ipairs(instants) do
        if i == 2 then s:start_set() end
        if instant.comes then
          s:wait_until(instant.comes, { within = "40 s", text = "the instant comes: " .. instant.name })
          if instant.settles then s:wait(instant.settles) end
        end
        if contains(phases, instant.name) and s:strike(instant.name) then
          return observe(s, instant.name, case)
        end
      end
    end,
  }
end

return strike

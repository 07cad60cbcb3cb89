-- What the session software is held to in the life of any person, whatever the protocol: judged on
-- what the machine received and on the session's own log. Each rule counts how often it came to
-- apply, for a rule that nobody came near has shown nothing.
local ANSWER_S = 0.5  -- the log tells one entry every 10 ms

-- Received by the session, these must be answered.
local SYMPTOMS = {}
for _, name in ipairs { "leak", "heaviness", "cone", "pain", "back_pain", "let_go", "dizziness",
  "numbness", "chest_pain", "calf_pain", "bleeding", "fever", "headache", "radiating_pain",
  "breathless", "vision", "wound" } do
  SYMPTOMS[name] = true
end

-- Entries that keep an exercise from a step up, or the whole session from any.
local BARS = { sign_cramp = 1, sign_quad = 1, asymmetry = 1, no_release = 1,
  range_reduced = 1, form_cue = 1, set_broken = 1, load_capped = 1, load_down = 1,
  search_step = 1, pause = 1 }
local BARS_ALL = { symptom = 1, red_flag = 1, tired = 1, sign_back = 1, refer = 1,
  refer_pain = 1, lock = 1 }
local BREAKS = { rep_fault = 1, rep_no_breath = 1, rep_no_hold = 1 }

local Audit = {}

local RULES = {
  { "symptom_answered", "every received symptom is logged and ends the set" },
  { "let_go_ends", "no repetition counts after a received let-go" },
  { "never_at_19", "no step up without twenty clean repetitions in a row" },
  { "always_at_20", "a step up after twenty clean repetitions that nothing speaks against" },
}

-- Load of every exercise in pounds: start, step, most. An exercise that two phases prescribe
-- differently has none.
local function read_loads(protocol)
  local loads = {}
  for _, phase in ipairs(protocol.phases) do
    for _, exercise in ipairs(phase.exercises) do
      local load, name = exercise.load, exercise[1]
      local entry = load and { start = load.start:to "lb",
        step = load.step and load.step:to "lb" or 0, most = load.most and load.most:to "lb" or 0 }
      if loads[name] then entry = {} end
      loads[name] = entry
    end
  end
  return loads
end

local function new(s, protocol, names)
  local me = {}
  for name, method in pairs(Audit) do me[name] = method end
  local progress = protocol.progress or {}
  me.s, me.names = s, names
  me.reps = progress.clean_reps or 20
  me.clean_sessions = progress.clean_sessions or 2
  me.loads = read_loads(protocol)
  me.reports = s:follow("session.report_seq", { "session.report", "session.session_active" })
  me.alerts = s:follow("session.form_alert_seq", { "session.form_alert", "session.session_active" })
  me.counts, me.memory, me.open = {}, {}, {}
  for _, rule in ipairs(RULES) do me.counts[rule[1]] = { exercised = 0, broken = 0 } end
  return me
end

function Audit:judge(rule, holds, what)
  local count = self.counts[rule]
  count.exercised = count.exercised + 1
  if holds then return end
  count.broken = count.broken + 1
  count.first = count.first or what
end

-- --------------------------------------------------------------------------------------- symptoms

function Audit:deadline(t)
  local skip = self.skip
  local is_inside = skip and t >= skip.from_s and t <= skip.to_s
  return (is_inside and skip.to_s or t) + ANSWER_S
end

-- A demand waits for its answer: the entry `symptom` or `red_flag`, and that a set under way, which
-- ends when the handles are down, counts nothing more.
function Audit:received(t, name)
  if not SYMPTOMS[name] then return end
  table.insert(self.open, { t = t, name = name, until_s = self:deadline(t), is_logged = false,
    is_going_on = false })
  if name == "let_go" and self.set and not self.let_go then
    self.let_go = { t = t, is_counting = false }
  end
end

-- Nobody answers while time is skipped. The reports of that time are not read yet.
function Audit:skipped(from_s, to_s)
  self.skip = { from_s = from_s, to_s = to_s }
end

function Audit:answer(entry, kind)
  local name = (kind == "symptom" or kind == "red_flag")
    and self.s:label("session.report", entry["session.log_value"])
  for _, demand in ipairs(self.open) do
    local is_late = entry.t > demand.until_s
    if name == demand.name and not is_late then demand.is_logged = true end
    if is_late and (kind == "rep" or kind == "set_end") then demand.is_going_on = true end
  end
end

-- Between sets nothing can go on any more.
function Audit:close()
  for _, demand in ipairs(self.open) do
    self:judge("symptom_answered", demand.is_logged and not demand.is_going_on,
      ("%s at %.2f s"):format(demand.name, demand.t))
  end
  self.open = {}
end

function Audit:end_let_go()
  local let_go = self.let_go
  if not let_go then return end
  self.let_go = nil
  self:judge("let_go_ends", not let_go.is_counting, ("let go at %.2f s"):format(let_go.t))
end

-- --------------------------------------------------------------------------------------- progress

function Audit:exercise(number)
  local x = self.today[number]
  if not x then
    x = { run = {}, best = {}, ups = 0, is_barred = false, is_whole = false }
    self.today[number] = x
  end
  return x
end

local function count_at_least(best, least)
  local n = 0
  for _, reps in pairs(best) do
    if reps >= least then n = n + 1 end
  end
  return n
end

-- The session is over and told to its end: were its steps up earned, and were earned ones given?
function Audit:judge_session()
  for number, x in pairs(self.today or {}) do
    local name = self.names[number] or "none"
    local memory = self.memory[name] or { n_clean = self.clean_sessions }
    self.memory[name] = memory
    local load = self.loads[name]
    local n_earned = count_at_least(x.best, self.reps)
    local is_clean = not self.has_symptom
    memory.n_clean = is_clean and memory.n_clean + 1 or 0
    local at_lb = memory.load_lb or (load and load.start)
    local has_room = at_lb and load.step and load.step > 0 and at_lb + load.step <= load.most
    local nothing_against = x.is_whole and not x.is_barred and not self.is_barred and has_room
      and not memory.has_failed and not memory.is_stalled and not self.is_lax
      and memory.n_clean > self.clean_sessions
    local what = ("%s on day %d"):format(name, self.day)
    if x.ups > 0 or nothing_against then
      self:judge("never_at_19", x.ups <= n_earned, what)
    end
    if nothing_against and n_earned > 0 then self:judge("always_at_20", x.ups >= 1, what) end
    memory.load_lb = x.up_lb or at_lb
    if x.is_down then memory.has_failed = true end
    if x.is_stalled then memory.is_stalled = true end
  end
  self.today = nil
end

-- Steps are coded exercise * 1000 + pounds.
local function decode(value)
  return value // 1000, value % 1000
end

function Audit:count(entry, kind)
  if not self.today then return end
  local x = self:exercise(math.floor(entry["session.exercise"]))  -- 0: none, and never a step
  local side = entry["session.side"]
  if kind == "rep" and not self.is_warm_up then
    x.run[side] = (x.run[side] or 0) + 1
    x.best[side] = math.max(x.best[side] or 0, x.run[side])
  elseif BREAKS[kind] then
    x.run[side] = 0
  elseif kind == "exercise_end" then
    self:exercise(math.floor(entry["session.log_value"])).is_whole = true
  elseif kind == "refer_stall" then
    self:exercise(math.floor(entry["session.log_value"])).is_stalled = true
  elseif kind == "load_up" then
    local number, pounds = decode(entry["session.log_value"])
    local stepped = self:exercise(math.floor(number))
    stepped.ups, stepped.up_lb = stepped.ups + 1, pounds
  elseif kind == "load_down" then
    self:exercise(math.floor(decode(entry["session.log_value"]))).is_down = true
  end
  if BARS[kind] then x.is_barred = true end
  if BARS_ALL[kind] then self.is_barred = true end
  if kind == "symptom" or kind == "red_flag" then self.has_symptom = true end
end

-- -------------------------------------------------------------------------------------- the stream

function Audit:begin_session()
  self:judge_session()
  self.today, self.is_barred, self.has_symptom = {}, false, false
  local s = self.s
  self.day = s:value "session.calendar_day"
  -- Lax joints and a turned hip bar steps without a word in the log.
  local cycle_day = s:value "session.cycle_day"
  self.is_lax = s:value "session.is_hypermobile" == 1 or (cycle_day >= 12 and cycle_day <= 16)
    or s:value "session.has_hip_rotation" == 1
end

function Audit:take_entry(entry)
  local kind = entry["session.log"]
  if kind == "session_begin" then self:begin_session() end
  if kind == "set_begin" or kind == "warm_up" then
    self:close()
    self:end_let_go()
    self.set, self.is_warm_up = true, kind == "warm_up"
  end
  if kind == "let_go" and self.set and not self.let_go then
    self.let_go = { t = entry.t, is_counting = false }
  end
  if kind == "rep" and self.let_go and entry.t > self.let_go.t + 0.011 then
    self.let_go.is_counting = true
  end
  self:answer(entry, kind)
  self:count(entry, kind)
  if kind == "set_end" or kind == "set_broken" then self.set = false end
end

function Audit:take_report(entry)
  if entry["session.session_active"] == 0 then return end
  local name, alert = entry["session.report"], entry["session.form_alert"]
  -- What a camera sees between sets, or once more in the same set, asks for nothing.
  if alert and (not self.set or #self.open > 0) then return end
  self:received(entry.t, name or alert)
end

-- Everything since the last time, in order of time; the log first where times are the same.
function Audit:read(log)
  local stream = {}
  local function add(list, rank, take)
    for i, entry in ipairs(list) do
      table.insert(stream, { entry.t, rank, i, take, entry })
    end
  end
  add(log, 1, self.take_entry)
  add(self.reports:take(), 2, self.take_report)
  add(self.alerts:take(), 2, self.take_report)
  table.sort(stream, function(a, b)
    for k = 1, 2 do
      if a[k] ~= b[k] then return a[k] < b[k] end
    end
    return a[3] < b[3]
  end)
  for _, item in ipairs(stream) do item[4](self, item[5]) end
end

-- The life is over: what was judged, and a check for each rule that came to apply.
function Audit:finish(note)
  self:close()
  self:end_let_go()
  self:judge_session()
  for _, rule in ipairs(RULES) do
    local count = self.counts[rule[1]]
    note("rule", { rule = rule[1], text = rule[2], exercised = count.exercised,
      broken = count.broken })
    if count.exercised > 0 then
      self.s:check(count.broken == 0, { text = rule[2], expected = "never otherwise",
        got = count.broken == 0 and "always" or ("%d times otherwise, first %s"):format(
          count.broken, count.first) })
    end
  end
end

return new

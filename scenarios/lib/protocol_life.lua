-- The life of one person through the weeks of a protocol: comes or does not, answers the check-in,
-- asks to start, follows the session's cues, rests, goes home. Time that nothing happens in is
-- skipped.
--
-- What is decided here is the person's. What the machine does about it is the session software's.
local taut = require "taut"
local new_audit = require "protocol_audit"

local DAY, WEEK = 86400, 7

-- Days are counted from the first day of the protocol; what lies before it is negative.
local LIFE = {
  adherence = 1,            -- probability of coming on a planned day
  eagerness = 0,            -- 0: the fewest sessions a week that are meant, 1: the most
  drop_out = 0,             -- probability of giving up, per week
  birth_mode = "vaginal",   -- vaginal, c_section, none
  weeks_after_birth = 12,   -- on the first day
  has_complication = false,
  is_cleared = true,
  clearance_day = -7,
  sleep_h = 7.5,
  sleep_sd_h = 0.7,
  checkin_honesty = 1,      -- probability of telling pain and symptoms at the check-in
  marker_honesty = 1,       -- probability of saying no while the goal is not reached
  back_pain = 0,            -- 0 to 10, on an ordinary day
  resting_tone = 0.1,
  task_effort = 6,          -- of lifting the car seat, on the first day
  cycle_days = 0,           -- length of the menstrual cycle; 0: none yet
  leak_point_pa = 0,        -- as somebody measured it; 0: nobody did
  asks_for_more = 0,        -- probability of asking for a later phase, per session
  is_aligned = true,
  is_activated = true,
  is_assessed = true,
  has_diastasis = false,
  has_weak_core = false,
  has_prolapse = false,
  is_hypermobile = false,
  has_tight_piriformis = false,
  has_hip_rotation = false,
  is_pregnant = false,
}

-- ------------------------------------------------------------------------------------------ person

-- What the persona says of her life, over what holds of anybody.
local function read_life()
  local life, persona = {}, taut.persona()
  for name, value in pairs(LIFE) do life[name] = value end
  for name, value in pairs(persona.life) do
    if life[name] == nil then
      error("life of '" .. persona.name .. "': there is no field '" .. name .. "'", 0)
    end
    if type(LIFE[name]) == "boolean" then value = value == true or value == 1 end
    life[name] = value
  end
  -- A body that changes sleeps and aches by itself; the check-in tells of it.
  life.is_changing = persona.user.body_changes == 1
  life.cycle_day = persona.user.cycle_day or 1
  return life
end

local function has(list, word)
  for _, one in ipairs(list) do
    if one == word then return true end
  end
  return false
end

local function happens(probability)
  return math.random() < probability
end

-- Sum of twelve uniform numbers: a bell without a tail.
local function bell(mean, sd)
  local sum = -6
  for _ = 1, 12 do sum = sum + math.random() end
  return mean + sd * sum
end

-- ------------------------------------------------------------------------------------------- weeks

local function phase_of(protocol, number)
  return protocol.phases[math.max(1, math.min(number, #protocol.phases))]
end

local function sessions_a_week(phase, eagerness)
  local days = phase.days_per_week
  if type(days) == "number" then return days end
  return math.floor(days[1] + eagerness * (days[2] - days[1]) + 0.5)
end

-- Spread over the week: three sessions are on Monday, Wednesday and Friday.
local function is_planned(day, n)
  local of_week = day % WEEK
  for i = 0, n - 1 do
    if math.floor(i * WEEK / n) == of_week then return true end
  end
  return false
end

-- ---------------------------------------------------------------------------------------- the life

local Life = {}

local LOADED = "controller.armed and (controller.left_load_command_n > 10 N"
  .. " or controller.right_load_command_n > 10 N)"

local function new_life(s, protocol, options)
  local me = {}
  for name, method in pairs(Life) do me[name] = method end
  me.s, me.protocol, me.options = s, protocol, options
  me.life = read_life()
  me.day, me.n_sessions, me.symptom, me.refers = 0, 0, "none", 0
  me.total = { reps = 0, loaded_s = 0, sets = 0 }
  if not pcall(s.value, s, "session.log_seq") then
    error("this session software runs sets but no programmes: it has no port session.log_seq;"
      .. " session_program has all that a protocol needs (docs/session.md)", 0)
  end
  me.log = s:follow("session.log_seq", { "session.log", "session.log_value", "session.exercise",
    "session.side", "session.set_no", "session.left_load_n", "session.right_load_n",
    "session.reps_target" })
  me.loaded = s:measure("time", LOADED)
  me.leaked, me.unsaid = s:measure("time", "user.is_leaking"), "none"
  me.pressure = s:measure("greatest", "user.iap_pa")
  me.effort = s:measure("greatest", "user.effort")
  me.names = options.exercises  -- by their number in the session
  me.audit = new_audit(s, protocol, me.names)
  return me
end

function Life:week()
  return math.min(self.day // WEEK + 1, self.options.weeks)
end

function Life:phase()
  return math.max(1, math.floor(self.s:value "session.program_phase"))
end

function Life:note(kind, fields)
  fields.day = self.day
  self.s:note(kind, fields)
end

-- ------------------------------------------------------------------------------- asking, answering

-- What is said just before time is skipped is heard just after.
function Life:skip(time_s)
  local from_s = self.s:now()
  self.s:skip(time_s)
  self.audit:skipped(from_s, self.s:now())
end

function Life:ask(request)
  self.s:event("session.request", request)
  self.s:wait "100 ms"
end

-- What is so, whatever the day: said once.
function Life:introduce()
  local s, life = self.s, self.life
  s:set("session.birth_mode", life.birth_mode)
  s:set("session.birth_day", math.floor(-WEEK * life.weeks_after_birth + 0.5))
  for _, name in ipairs { "has_complication", "is_pregnant", "has_diastasis", "has_weak_core",
    "has_prolapse", "is_hypermobile", "has_tight_piriformis", "has_hip_rotation", "is_assessed" } do
    s:set("session." .. name, life[name])
  end
  s:set("session.assessed_leak_point_pa", life.leak_point_pa)
end

-- What is asked before every session. Pain may be kept back. Symptoms in a session reach the machine
-- when they come and are not told again; a leak that she said nothing about may be told now.
function Life:check_in()
  local s, life = self.s, self.life
  local honest = happens(life.checkin_honesty)
  local sleep_s = life.is_changing and s:value "user.sleep_s"
    or 3600 * math.max(0, bell(life.sleep_h, life.sleep_sd_h))
  local pain = life.is_changing and s:value "user.rest_pain" or life.back_pain
  s:set("session.is_cleared", life.is_cleared and self.day >= life.clearance_day)
  s:set("session.cleared_day", life.clearance_day)
  s:set("session.is_aligned", life.is_aligned)
  s:set("session.is_activated", life.is_activated)
  s:set("session.resting_tone", life.resting_tone)
  s:set("session.sleep_s", sleep_s)
  s:set("session.checkin_pain", honest and pain or 0)
  s:set("session.checkin_symptom", honest and self.unsaid or "none")
  self.unsaid = "none"
  s:set("session.task_effort", math.max(1, life.task_effort - self.total.reps / 1000))
  s:set("session.cycle_day", life.cycle_days > 0
    and (self.day + life.cycle_day - 1) % life.cycle_days + 1 or 0)
end

-- "Is the goal reached?" A person who hurries says yes.
function Life:answer_marker(had_symptom)
  local yes = not (had_symptom and happens(self.life.marker_honesty))
  self:note("marker", { phase = self:phase(), answer = yes and "yes" or "no" })
  self:ask(yes and "confirm_marker" or "decline_marker")
end

-- ------------------------------------------------------------------------------------- the session

-- A set while it is done: what the log said since it began.
local function begin_set(entry)
  return {
    t = entry.t, exercise = entry["session.exercise"], side = entry["session.side"],
    set = entry["session.set_no"], reps_asked = entry["session.reps_target"],
    load_n = math.max(entry["session.left_load_n"], entry["session.right_load_n"]),
    is_warm_up = false, symptom = "none",
  }
end

function Life:end_set(set, outcome, reps)
  local pressure_pa, effort = self.pressure:take(), self.effort:take()
  local loaded_s = self.loaded:take()
  local record = self.session
  record.sets = record.sets + 1
  record.loaded_s = record.loaded_s + loaded_s
  if set.load_n > 0 then record.reps = record.reps + reps end
  local pounds = math.floor(set.load_n / 4.4482216152605 + 0.5)
  self:note("exercise", {
    week = self:week(), phase = self:phase(), exercise = self.names[set.exercise] or "none",
    side = set.side, set = set.set, load_lb = pounds, reps = reps,
    reps_asked = set.reps_asked, volume_n = set.load_n * reps, symptom = set.symptom,
    outcome = outcome, loaded_s = loaded_s, is_warm_up = set.is_warm_up,
    iap_peak_cmh2o = (pressure_pa or 0) / 98.0665, effort_peak = effort or 0,
  })
end

local HANDLERS = {}
HANDLERS.set_begin = function(me, entry) me.set = begin_set(entry) end
HANDLERS.warm_up = function(me, entry)
  me.set = begin_set(entry)
  me.set.is_warm_up = true
end
-- The session says how many repetitions of the set counted.
HANDLERS.set_end = function(me, entry)
  if me.set and me.session then me:end_set(me.set, "done", entry["session.log_value"]) end
  me.set = nil
end
HANDLERS.set_broken = function(me, entry)
  if me.set and me.session then me:end_set(me.set, "broken", entry["session.log_value"]) end
  me.set = nil
end

-- The log gives reports by their number.
local function report_of(me, entry)
  return me.s:label("session.report", entry["session.log_value"])
end

HANDLERS.symptom = function(me, entry)
  local symptom = report_of(me, entry)
  if me.set then me.set.symptom = symptom end
  if me.session then table.insert(me.session.symptoms, symptom) end
  me.symptom = symptom
end
HANDLERS.red_flag = HANDLERS.symptom
HANDLERS.refer = function(me, entry)
  me.refers = me.refers + 1
  me:note("refer", { reason = report_of(me, entry) })
end
HANDLERS.refer_pain = function(me) me:note("refer", { reason = "back_pain" }) end
HANDLERS.refer_stall = function(me) me:note("refer", { reason = "no_progress" }) end
HANDLERS.lock = function(me, entry)
  me:note("lock", { reason = me.s:label("session.lock", entry["session.log_value"]) })
end

function Life:read_log()
  local entries = self.log:take()
  for _, entry in ipairs(entries) do
    local handle = HANDLERS[entry["session.log"]]
    if handle then handle(self, entry) end
  end
  self.audit:read(entries)
end

-- The moments at which a person does something in a session; between them nothing wakes the script.
local TURN = "not session.session_active or session.marker_open or session.lock != none"
  .. " or session.state == idle or session.state == stopped"
  .. " or (session.state == resting and session.rest_left_s < 0.001 s) or session.rest_left_s > 3 s"

local PATIENCE = 600

-- One answer to what the session is waiting for. False when there is nothing left to do.
function Life:take_turn()
  local s = self.s
  if s:value "session.session_active" == 0 or s:value "session.lock" ~= "none" then return false end
  if s:value "session.marker_open" == 1 then
    self:answer_marker(self.last_symptom ~= "none")
    return true
  end
  local rest_s = s:value "session.rest_left_s"
  if rest_s > 3 then
    self:skip(rest_s - 1)
    return true
  end
  if s:value "session.state" == "stopped" then
    self:ask "acknowledge"
    return true
  end
  return self:start()
end

function Life:is_of_today(name)
  for _, exercise in ipairs(phase_of(self.protocol, self:phase()).exercises) do
    if exercise[1] == name then return true end
  end
  return false
end

-- Starts the set that waits. An exercise that is refused is left for the next of the day; a machine
-- that is not ready yet is asked again, for a minute or so.
function Life:start()
  local s = self.s
  local refusals, exercise = s:value "session.refusal_seq", s:value "session.exercise"
  self:ask "start_set"
  if s:value "session.refusal_seq" == refusals then
    self.session.patience = PATIENCE
    return true
  end
  local refused, why = self.session.refused, s:value "session.refusal"
  if why == "not_ready" and s:value "controller.safety_state" == "latched" then
    self:ask "acknowledge"
  end
  if why == "not_ready" or why == "busy" then
    self.session.patience = self.session.patience - 1
    if self.session.patience > 0 then return true end
  end
  refused[exercise] = why
  self:note("exercise", { week = self:week(), phase = self:phase(), outcome = "refused",
    exercise = self.names[exercise] or "none", refusal = why })
  for number, name in ipairs(self.names) do
    if not refused[number] and self:is_of_today(name) then
      s:set("session.wanted_exercise", number)
      refusals = s:value "session.refusal_seq"
      self:ask "choose_exercise"
      if s:value "session.refusal_seq" == refusals then return true end
      refused[number] = s:value "session.refusal"
    end
  end
  return false
end

local SESSION_MAX_S = 3 * 3600

-- Goes on until the session is over, or the person has had enough of waiting.
function Life:train()
  local s = self.s
  local begin_s = s:now()
  while true do
    local came = s:wait_until(TURN, { within = "900 s", check = false })
    self:read_log()
    if not came then s:fail "the session waits for nothing and does not end" end
    if s:now() - begin_s > SESSION_MAX_S then
      self:ask "end_session"
      self:read_log()
      return "too_long"
    end
    if not self:take_turn() then break end
  end
  if s:value "session.session_active" == 1 then self:ask "end_session" end
  self:read_log()
  if s:value "session.lock" ~= "none" then return "locked" end
  return next(self.session.refused) and "shortened" or "done"
end

function Life:refusal()
  return self.s:value "session.refusal"
end

function Life:come()
  local s = self.s
  self:check_in()
  local refusals = s:value "session.refusal_seq"
  self.session = { reps = 0, sets = 0, loaded_s = 0, symptoms = {}, refused = {},
    patience = PATIENCE }
  local began_s = s:now()
  self.last_symptom, self.symptom = self.symptom, "none"
  if happens(self.life.asks_for_more) then
    s:set("session.wanted_phase", self:phase() + 1)
    self:ask "choose_phase"
  end
  self:ask "start_session"
  local phase = self:phase()
  if s:value "session.marker_open" == 1 then self:answer_marker(self.last_symptom ~= "none") end
  local outcome, refusal = "refused", "none"
  if s:value "session.session_active" == 1 then
    self.n_sessions = self.n_sessions + 1
    outcome = self:train()
  elseif s:value "session.refusal_seq" ~= refusals then
    refusal = self:refusal()
  end
  s:wait "1 s"  -- the log tells one entry at a time
  self:read_log()
  local record, total = self.session, self.total
  if self.leaked:take() > 0 and not has(record.symptoms, "leak") then self.unsaid = "leak" end
  total.reps, total.sets = total.reps + record.reps, total.sets + record.sets
  total.loaded_s = total.loaded_s + record.loaded_s
  self:note("session", {
    week = self:week(), phase = phase, no = self.n_sessions, duration_s = s:now() - began_s,
    loaded_s = record.loaded_s, reps = record.reps, sets = record.sets, outcome = outcome,
    symptoms = record.symptoms, refusal = refusal,
  })
  self.session = nil
  return outcome
end

-- -------------------------------------------------------------------------------------------- days

-- To nine in the morning of a day, however long the session of the day before was.
function Life:sleep_until(day)
  local s = self.s
  local at_s = self.morning_s + DAY * day
  if at_s > s:now() then self:skip(at_s - s:now()) end
  self.day = day
  s:set("session.calendar_day", day)
  s:wait "100 ms"
end

-- Why the protocol is over, nil while it is not.
function Life:is_over()
  local s = self.s
  if s:value "session.program_done" == 1 then return "done" end
  -- Other locks pass with the day or with the clearance.
  if s:value "session.lock" == "red_flag" then return "locked" end
  return nil
end

function Life:live()
  local s, n_days = self.s, WEEK * self.options.weeks
  local reason
  self.morning_s = s:now()
  s:set("session.calendar_day", 0)
  self:introduce()
  local day = 0
  while day < n_days and not reason do
    if day % WEEK == 0 and day > 0 and happens(self.life.drop_out) then
      reason = "dropped_out"
      break
    end
    local phase = phase_of(self.protocol, self:phase())
    if is_planned(day, sessions_a_week(phase, self.life.eagerness)) then
      if day > 0 then self:sleep_until(day) end
      local comes = happens(self.life.adherence)
      self:note("day", { came = comes, why = comes and "planned" or "did not come" })
      if comes then
        self:come()
        reason = self:is_over()
      end
    end
    day = day + 1
  end
  if not reason then self:sleep_until(n_days) end
  self:finish(reason or "weeks_over")
end

function Life:finish(reason)
  local total = self.total
  self:read_log()
  self.audit:finish(function(kind, fields) self:note(kind, fields) end)
  self:note("end", { week = self:week(), reason = reason, sessions = self.n_sessions,
    reps = total.reps, sets = total.sets, loaded_s = total.loaded_s, ticks = self.s:ticks() })
  self.s:check(true, { text = "the weeks are lived to their end: " .. reason })
end

-- ---------------------------------------------------------------------------------------- scenario

-- "six_week: complying, 2 weeks" when it is not the whole.
local function name_of(protocol, options)
  local weeks = ""
  if options.weeks < protocol.phases[#protocol.phases].weeks[2] then
    weeks = ", " .. options.weeks .. (options.weeks == 1 and " week" or " weeks")
  end
  return protocol.name .. ": " .. options.user .. weeks
end

return function(protocol, options)
  return taut.scenario {
    name = name_of(protocol, options),
    help = protocol.title,
    tags = { "protocol" },
    rig = protocol.rig or "protocol_trainer",
    user = options.user,
    timeout = DAY * (WEEK * options.weeks + 2),
    script = function(s) new_life(s, protocol, options):live() end,
  }
end

-- The session software alone on a bench: a machine that arms as it is told and a person who lifts,
-- breathes and speaks as the rule's scenario says. Days pass in milliseconds, since nothing but the
-- session is simulated.
local taut = require "taut"
local twins = require "twins"

local STEP_S, LBF_N = 0.05, 4.4482216152605

-- ------------------------------------------------------------------------------------- programmes

local KINDS = { loaded = 0, floor = 1, timed = 2, stretch = 3, breath = 4, check = 5 }
local WHEN = { always = 0, tight_piriformis = 1, high_tone = 2, hip_rotation = 3 }
local ADVICE = { hinge = 5 }
-- What an element of an array is where a programme does not say.
local DEFAULTS = {
  entry_sets = 1, entry_rep_s = 5, entry_rest_s = 60, entry_uses_left = 1, entry_uses_right = 1,
  entry_load_max_lb = 130, entry_range_min_m = 0.1, entry_range_max_m = 0.6,
  entry_target_speed_m_s = 0.3, phase_weeks = 2, phase_days_max = 7, cap_weeks = 1000,
  cap_share = 1,
}
local SIZES = { entry = 64, phase = 8, cap = 4 }

local function set_element(params, name, i, value)
  local list = params[name]
  if not list then
    list = {}
    for k = 1, SIZES[name:match "^%a+"] do list[k] = DEFAULTS[name] or 0 end
    params[name] = list
  end
  list[i] = value
end

-- { { "loaded", reps = 10, load_start_lb = 10 }, ... } and anything about the whole, as parameters
-- of the session software; docs/session.md.
local function params_of(programme)
  local params = { program_phases = 1, program_entries = #programme }
  set_element(params, "phase_days_max", 1, 3)
  for name, value in pairs(programme) do
    if type(name) == "string" and type(value) == "table" then
      for i, element in ipairs(value) do set_element(params, name, i, element) end
    elseif type(name) == "string" then
      params[name] = value
    end
  end
  for i, entry in ipairs(programme) do
    set_element(params, "entry_phase", i, entry.phase or 1)
    set_element(params, "entry_exercise", i, entry.exercise or i)
    set_element(params, "entry_kind", i, KINDS[entry[1]] or error("kind '" .. entry[1] .. "'"))
    if entry.load_start_lb then set_element(params, "entry_load_step_lb", i, 1) end
    for name, value in pairs(entry) do
      if name == "when" then value = WHEN[value] end
      if name == "advice" then value = ADVICE[value] end
      if name ~= 1 and name ~= "phase" and name ~= "exercise" then
        set_element(params, "entry_" .. name, i, value)
      end
    end
  end
  return params
end

-- -------------------------------------------------------------------------------- machine, person

local PERSON = {
  is_cleared = true, cleared_day = -20, birth_day = -70, birth_mode = "vaginal", is_aligned = true,
  is_activated = true, is_assessed = true, sleep_s = 8 * 3600,
}

local HABITS = {
  lift_s = { 1.5, 1.5 },  -- left, right
  hold_s = 0.3,
  pelvic = -1,            -- activation of the pelvic floor when lifting; -1: no sensor
  pelvic_rest = 0.1,
  drops_at = 0,           -- repetition from which the pelvic floor lets go
  breathes = true,        -- when asked to
  says_yes = true,        -- to "is the goal reached?"
  done_after_s = 5,       -- how long she stays in a hold that is hers to end
  cones_from_lb = 0,
  has_form_check = true,
}

-- What the controller unloads for by itself.
local MILD = { cramp = true, breath_done = true, too_heavy = true }

local Bench = {}

local function new_bench(s, rule)
  local t = { s = s, entries = {}, set = 0, rep = 0, phase = "rest", phase_s = 0, armed_s = 0,
    off_armed_s = 0, most_lb = 0, ready_s = 0, frame = 0, set_ports = {}, acts = rule.during or {},
    cues = {} }
  for name, method in pairs(Bench) do t[name] = method end
  for name, value in pairs(HABITS) do t[name] = value end
  for name, value in pairs(rule.habits or {}) do t[name] = value end
  for name, value in pairs(PERSON) do s:set("session." .. name, value) end
  for name, value in pairs(rule.person or {}) do s:set("session." .. name, value) end
  t.log = s:follow("session.log_seq", { "session.log", "session.log_value", "session.exercise" })
  t.said = s:follow("session.command_seq", { "session.command" })
  t.cued = s:follow("session.cue_seq", { "session.cue" })
  t:put("safety_state", "normal")
  t:put("arm_state", "disarmed")
  return t
end

-- Sets an input of the session once.
function Bench:put(port, value)
  if self.set_ports[port] == value then return end
  self.set_ports[port] = value
  self.s:set("session." .. port, value)
end

function Bench:value(port) return self.s:value("session." .. port) end

function Bench:obey()
  for _, entry in ipairs(self.said:take()) do
    local command = entry["session.command"]
    if command == "arm_request" and self.set_ports.safety_state == "normal" then
      self:put("arm_state", "requested")
      self.ready_s = 0
    elseif command == "arm_confirm" then
      self:put("arm_state", "armed")
    elseif command == "unload" or command == "disarm" then
      self:put("arm_state", "disarmed")
    elseif command == "acknowledge" then
      self:put("safety_state", "normal")
    end
  end
  self.ready_s = self.ready_s + STEP_S
  if self.set_ports.arm_state == "requested" and self.ready_s > 0.2 then
    self:put("arm_state", "ready")
  end
end

function Bench:report(report, severity)
  self.s:set("session.report_severity", severity or 0)
  self.s:event("session.report", report)
  if MILD[report] or self.set_ports.arm_state == "disarmed" then return end
  self:put("safety_state", "latched")
  self:put("arm_state", "disarmed")
end

function Bench:happen(act)
  if act.alert then self.s:event("session.form_alert", act.alert) end
  if act.request then self.s:event("session.request", act.request) end
  if act.report then self:report(act.report, act.severity) end
end

-- In the middle of a lift, once.
function Bench:happen_now()
  if self.has_acted then return end
  self.has_acted = true
  local load_n = math.max(self:value "left_load_n", self:value "right_load_n")
  if self.cones_from_lb > 0 and load_n > (self.cones_from_lb - 0.1) * LBF_N then
    self:report("cone", 3)
  end
  for _, act in ipairs(self.acts) do
    if (not act.exercise or act.exercise == self:value "exercise")
      and (not act.set or act.set == self.set) and (not act.rep or act.rep == self.rep + 1) then
      self:happen(act)
    end
  end
end

function Bench:enter(phase) self.phase, self.phase_s = phase, 0 end

-- A repetition: rest, lift, hold, lower.
function Bench:move()
  self.phase_s = self.phase_s + STEP_S
  local lift_s = math.max(self.lift_s[1], self.lift_s[2])
  if self.phase == "rest" then
    local is_breathing = self.breathes and self:value "breath_wanted" == 1
    if self.phase_s > 1 and not is_breathing then self:enter "concentric" end
  elseif self.phase == "concentric" then
    if self.phase_s > 0.5 * lift_s then self:happen_now() end
    if self.phase_s >= lift_s then self:enter "hold" end
  elseif self.phase == "hold" then
    if self.phase_s >= self.hold_s then self:enter "eccentric" end
  elseif self.phase_s >= 1.5 then
    self:enter "rest"
    self.rep, self.has_acted = self.rep + 1, false
    self:put("rep_count", self.rep)
  end
  self:show()
end

-- What the sensors of the machine say of it.
function Bench:show()
  local bottom, top = self:value "range_min_m", self:value "range_max_m"
  for k, side in ipairs { "left", "right" } do
    local at, phase = 0, self.phase
    if phase == "concentric" then
      at = math.min(1, self.phase_s / self.lift_s[k])
      if at >= 1 then phase = "hold" end
    elseif phase == "hold" then
      at = 1
    elseif phase == "eccentric" then
      at = 1 - self.phase_s / 1.5
    end
    local speed = phase == "concentric" and (top - bottom) / self.lift_s[k]
      or phase == "eccentric" and (bottom - top) / 1.5 or 0
    self:put(side .. "_position_m", bottom + at * (top - bottom))
    self:put(side .. "_speed_m_s", speed)
    self:put(side .. "_phase", phase)
  end
  if self.pelvic < 0 then return end
  local has_dropped = self.drops_at > 0 and self.set > 1 and self.rep + 1 >= self.drops_at
  local effort = has_dropped and 0.3 * self.pelvic or self.pelvic
  local is_effort = self.phase == "concentric" or self.phase == "hold"
  self:put("pelvic_sensor", is_effort and effort or self.pelvic_rest)
end

function Bench:breathe()
  if self:value "breath_wanted" == 0 or not self.breathes then
    self.breath_s = 0
    return
  end
  self.breath_s = (self.breath_s or 0) + STEP_S
  if self.breath_s < 2 then return end
  self.breath_s = 0
  self:report "breath_done"
end

function Bench:listen()
  for _, entry in ipairs(self.log:take()) do
    table.insert(self.entries, { entry["session.log"], entry["session.log_value"],
      entry["session.exercise"] })
  end
  for _, entry in ipairs(self.cued:take()) do
    local cue = entry["session.cue"]
    self.cues[cue] = (self.cues[cue] or 0) + 1
    if cue == "lift" then
      self.set, self.rep, self.has_acted = self.set + 1, 0, false
      self.range_m = self:value "range_max_m" - self:value "range_min_m"
      self.speed_m_s = self:value "target_speed_m_s"
      self:put("rep_count", 0)
      self:enter "rest"
    end
  end
end

function Bench:step()
  self.s:wait(STEP_S)
  self:listen()
  self:obey()
  local is_armed = self.set_ports.arm_state ~= "disarmed"
  if self.set_ports.arm_state == "armed" then self.armed_s = self.armed_s + STEP_S end
  if self:value "is_floor" == 1 and self:value "exercise" > 0 and is_armed then
    self.off_armed_s = self.off_armed_s + STEP_S
  end
  if self.has_form_check then
    self.frame = self.frame + 1
    self:put("form_frame_seq", self.frame)
  end
  if self:value "set_active" == 1 then
    self:move()
    if self:value "is_warm_up" == 0 then
      local pounds = math.max(self:value "left_load_n", self:value "right_load_n") / LBF_N
      self.most_lb = math.max(self.most_lb, pounds)
    end
  end
  self:breathe()
end

-- Lets `seconds` pass.
function Bench:run(seconds)
  for _ = 1, math.floor(seconds / STEP_S + 0.5) do self:step() end
end

function Bench:ask(request)
  self.s:event("session.request", request)
  self:run(0.1)
end

function Bench:turn()
  local state, rest_s = self:value "state", self:value "rest_left_s"
  if self:value "marker_open" == 1 then
    self:ask(self.says_yes and "confirm_marker" or "decline_marker")
  elseif state == "stopped" then
    self:ask "acknowledge"
  elseif rest_s > 2 then
    self.s:skip(rest_s - 1)
  elseif self:value "set_active" == 0 and rest_s <= 0 and state ~= "arming" then
    local is_free = self:value "is_floor" == 1 and self.is_at_it
    if is_free then
      self.hold_for_s = (self.hold_for_s or 0) + 0.5
      if self.hold_for_s >= self.done_after_s then
        self.hold_for_s = 0
        self:ask "done"
      end
    else
      self:ask "next_set"
    end
  end
end

-- One session on `day`, to its end or for `seconds`. Whether it ended by itself.
function Bench:day(day, seconds)
  self:put("calendar_day", day)
  self:ask "start_session"
  for _ = 1, 2 * (seconds or 3600) do
    if self:value "session_active" == 0 and self:value "marker_open" == 0 then return 1 end
    self:go_on()
  end
  return 0
end

function Bench:go_on()
  self.is_at_it = self:is_working_off_the_machine()
  self:turn()
  self:run(0.5)
end

-- A session until the log has an entry called `what`, and half a second more.
function Bench:train_until(what)
  self:ask "start_session"
  for _ = 1, 400 do
    if self:count(what) > 0 then break end
    self:go_on()
  end
  self:run(0.5)
end

-- Off the machine a set begins with an entry of the log and ends with one.
function Bench:is_working_off_the_machine()
  for i = #self.entries, 1, -1 do
    local what = self.entries[i][1]
    if what == "set_begin" then return true end
    if what == "set_end" or what == "set_broken" or what == "exercise_begin" then return false end
  end
  return false
end

-- ------------------------------------------------------------------------------------------ asking

-- Entries of the log called `what`, with that value if one is given.
function Bench:count(what, value)
  local n = 0
  for _, entry in ipairs(self.entries) do
    if entry[1] == what and (not value or entry[2] == value) then n = n + 1 end
  end
  return n
end

-- Value of the last such entry, -1 without.
function Bench:last(what)
  for i = #self.entries, 1, -1 do
    if self.entries[i][1] == what then return self.entries[i][2] end
  end
  return -1
end

-- Value of the i-th such entry.
function Bench:nth(what, i)
  for _, entry in ipairs(self.entries) do
    if entry[1] == what then
      i = i - 1
      if i == 0 then return entry[2] end
    end
  end
  return -1
end

-- Pounds of the i-th working set.
function Bench:load(i) return self:nth("set_begin", i) % 1000 end

-- ------------------------------------------------------------------------------------------- rules

local RIG = taut.rig {
  name = "session_bench", help = "the session software alone", base_period = "10 ms",
  row_period = "10 ms", sides = { "left", "right" }, roles = { session = "session_program" },
}

local bench = {}

-- A rule of the guides as a scenario: `rows`, what is required in words (the first element), the
-- `programme`, the `person`, her `habits`, what happens `during` repetitions, `measure` and what it
-- must give. `defect` is that of bad_session which breaks the rule.
function bench.rule(rule)
  return taut.scenario {
    name = rule[1],
    rows = rule.rows,
    tags = { "rule" },
    rig = RIG,
    params = { session = params_of(rule.programme) },
    timeout = 360000,
    twin = rule.defect and twins.session(rule.defect),
    script = function(s)
      local t = new_bench(s, rule)
      local got = rule.measure(t)
      if got == true then got = 1 elseif got == false then got = 0 end
      local is_right = type(got) == "number" and math.abs(got - rule.gives) < 1e-6
        or got == rule.gives
      s:check(is_right, { text = rule[1], expected = tostring(rule.gives), got = tostring(got) })
    end,
  }
end

-- Most rules are about one exercise of one set.
function bench.one(reps, more)
  local entry = { "loaded", reps = reps, load_start_lb = 10 }
  for name, value in pairs(more or {}) do entry[name] = value end
  return entry
end

return bench

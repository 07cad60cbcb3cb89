-- "The machine never overloads tissue beyond what it can handle", guide 002: judged on a population. A
-- person is drawn by the seed; what `tissue.json` says of 2,995 of them holds for these plugins only.
local taut = require "taut"
local twins = require "twins"

local RIG = taut.rig {
  name = "population", help = "a trainer for many persons", machine = "home_trainer",
  base_period = "1 ms", sides = { "left", "right" },
  roles = {
    motor = "motor_averaged", cable = "cable_averaged", user = "user", form_check = "form_check",
    controller = { model = "resistance", period = "1 ms" }, spotter = "spotter",
    session = "session_basic",
  },
}

local function pick(list) return list[math.random(#list)] end

return taut.scenario {
  name = "no tissue bears more than it can for longer than half a second after a symptom was received",
  rows = { "D-002-25" },
  tags = { "rule", "population" },
  covers = { "SR-001", "SR-030", "SR-031", "SR-097" },
  rig = RIG,
  user = "population",
  set = { exercise = "goblet_squat", load = lb(20), reps = 8 },
  twin = twins.of("controller", "bad_symptom_unheard"),

  -- A symptom that she says by herself, or one at a random instant of the set.
  script = function(s)
    s:event("session.request", "start_set")
    local begun = s:value "user.report_seq"
    s:wait_until("user.phase == concentric or session.state == stopped", { within = "60 s", check = false })
    local instant = 25 * math.random()
    s:wait_until("user.report_seq > " .. begun .. " or not session.set_active",
      { within = instant, check = false })
    if s:value "user.report_seq" == begun and s:value "session.set_active" == 1 then
      local report = pick { "leak", "heaviness", "pain", "dizziness" }
      for _, role in ipairs { "controller", "spotter", "session" } do
        s:event(role .. ".report", report)
      end
    end
    s:wait "5 s"
  end,
}

local taut = require "taut"

-- The answer to a received symptom (symptom_ramp): half the load by 0.5 s, unloaded by 2 s, latched.
local function expect_unloaded_and_latched(s)
  s:wait "500 ms"
  local half = s:always("load.command_n <= max(0.5 * session.load_n, 10 N)",
    { id = "SR-030", text = "half the load 0.5 s after the report" })
  s:wait "1.5 s"
  half:stop()
  local unloaded = s:always("load.command_n <= 10 N",
    { id = "SR-031", text = "unloaded 2 s after the report, until re-armed" })
  s:wait_until("controller.safety_state == latched", { within = "1 s", id = "SR-032",
    text = "latched as soon as it is unloaded" })
  s:expect("cable.tension_n <= 15 N", { id = "SR-031", text = "the cable itself is unloaded" })
  s:expect("controller.report_ack_seq == controller.report_seq",
    { id = "SR-033", text = "the report is acknowledged" })
  s:wait "20 s"
  unloaded:stop()
  s:expect("controller.safety_state == latched and not controller.armed",
    { id = "SR-032", text = "latched until acknowledged and re-armed" })
  s:expect("spotter.symptom_latched and spotter.unload",
    { id = "SR-034", text = "the spotter gives no load back after a symptom" })
  s:expect("session.referrals >= 1", { id = "SR-035", text = "the referral is logged" })
end

return {
  taut.scenario {
    name = "a reported leak during goblet squats halves the load, unloads and stays latched",
    tags = { "safety", "symptom" },
    covers = { "SR-030", "SR-031", "SR-032" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "goblet_squat", load = lb(25), reps = 10 },
    script = function(s)
      s:start_set()
      s:wait_until("user.rep >= 4", { within = "60 s" })
      s:event("controller.report", "leak")
      s:event("spotter.report", "leak")
      s:event("session.report", "leak")
      expect_unloaded_and_latched(s)
    end,
  },
  taut.scenario {
    name = "a woman who leaks at 70 cmH2O says so and the machine answers",
    tags = { "safety", "symptom", "person" },
    covers = { "SR-030", "SR-031", "SR-032" },
    rig = "two_cable_trainer",
    user = { "postpartum_week_8", leak_point = cmH2O(70) },
    set = { exercise = "goblet_squat", load = lb(25), reps = 10 },
    script = function(s)
      s:start_set()
      s:wait_until("user.is_leaking", { within = "60 s" })
      s:wait_until("controller.report == leak", { within = "5 s" })
      expect_unloaded_and_latched(s)
    end,
  },
}

local taut = require "taut"
local twins = require "twins"

return taut.scenario {
  name = "10 lb is fine, 15 lb cones: the load backs off to the last good pound",
  rows = { "D-002-2" },
  twin = twins.of("controller", "bad_symptom_unheard"),
  tags = { "safety", "symptom", "person" },
  covers = { "SR-007", "SR-030", "SR-031", "SR-032", "SR-036", "SR-037", "SR-039", "SR-111", "SR-113",
    "SR-114", "SR-118", "SR-108", "SR-109", "SR-110" },
  rig = "two_cable_trainer",
  user = { "postpartum_coning" },
  set = { exercise = "seated_row", load = lb(10), reps = 3, search = 1 },
  params = { form_check = { false_alarm = 0, cone_noise = mm(0) } },
  timeout = "600 s",

  -- The requirements judge the answer to each cone. What they cannot say is where the search for this
  -- person's load should end: that is judged here.
  script = function(s)
    -- One set as the machine offers it: the pounds it prescribed, and whether it stopped the set.
    local function train(pounds)
      s:start_set { load = lb(pounds) }
      local offered = s:value("session.left_load_n", "lb")
      s:wait_until("session.state == resting or session.state == stopped", { within = "120 s" })
      local has_coned = s:value "session.state" == "stopped"
      if has_coned then
        s:wait_until("controller.safety_state == latched", { within = "3 s" })
        s:event("session.request", "acknowledge")
      end
      s:wait "5 s"
      return math.floor(offered + 0.5), has_coned
    end

    local _, has_coned = train(10)
    s:check(not has_coned, { text = "10 lb is fine", expected = "a finished set",
      got = "a stopped set" })
    _, has_coned = train(15)
    s:check(has_coned, { text = "15 lb cones and stops the set", expected = "a stopped set",
      got = "a finished set" })
    s:expect("near(session.last_good_load_n, 10 lb, 0.01 lb)",
      { text = "the last good pound is remembered" })

    -- Whoever asks for 15 lb again gets a load between the two, until the pound above the offered one
    -- is known to cone.
    local failed = { [15] = true }
    local offered
    for _ = 1, 6 do
      offered, has_coned = train(15)
      failed[offered] = failed[offered] or has_coned
      if not has_coned and failed[offered + 1] then break end
    end
    s:check(not has_coned and offered >= 11 and offered <= 13, {
      text = "the search ends at the last good pound", expected = "11 to 13 lb, without a cone",
      got = ("%d lb%s"):format(offered, has_coned and ", with a cone" or "") })
  end,
}

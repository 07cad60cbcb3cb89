local taut = require "taut"

return taut.scenario {
  name = "10 lb is fine, 15 lb cones: the load backs off to the last good pound",
  tags = { "safety", "symptom", "person" },
  covers = { "SR-030", "SR-036", "SR-037" },
  rig = "two_cable_trainer",
  user = { "postpartum_coning" },
  set = { exercise = "seated_row", load = lb(10), reps = 3, search = 1 },
  params = { form_check = { false_alarm = 0, cone_noise = mm(0) } },
  timeout = "600 s",

  script = function(s)
    -- One set as the machine offers it: the pounds it prescribed, and whether it stopped the set.
    local function train(pounds)
      s:start_set { load = lb(pounds) }
      local offered = s:value("session.left_load_n", "lb")
      s:wait_until("session.state == resting or session.state == stopped", { within = "120 s" })
      local has_coned = s:value "session.state" == "stopped"
      if has_coned then
        s:wait_until("controller.safety_state == latched", { within = "3 s", id = "SR-030",
          text = "a seen cone unloads and latches" })
        s:expect("load.command_n <= 10 N", { id = "SR-030", text = "unloaded" })
        s:expect("controller.cause == form", { id = "SR-036", text = "because the form check saw it" })
        s:event("session.request", "acknowledge")
      end
      s:wait "5 s"
      return math.floor(offered + 0.5), has_coned
    end

    local _, has_coned = train(10)
    s:check(not has_coned, { id = "SR-036", text = "10 lb is fine",
      expected = "a finished set", got = "a stopped set" })
    _, has_coned = train(15)
    s:check(has_coned, { id = "SR-036", text = "15 lb cones and stops the set",
      expected = "a stopped set", got = "a finished set" })
    s:expect("near(session.last_good_load_n, 10 lb, 0.01 lb)",
      { id = "SR-037", text = "the last good pound is remembered" })

    -- Whoever asks for 15 lb again gets a load between the two, until the pound above the offered one
    -- is known to cone.
    local failed = { [15] = true }
    local offered
    for _ = 1, 6 do
      offered, has_coned = train(15)
      s:check(not failed[offered], { id = "SR-037", text = "a load that coned is not offered again",
        expected = "another load", got = ("%d lb"):format(offered) })
      failed[offered] = has_coned
      if not has_coned and failed[offered + 1] then break end
    end
    s:check(not has_coned and offered >= 11 and offered <= 13, { id = "SR-037",
      text = "the search ends at the last good pound", expected = "11 to 13 lb, without a cone",
      got = ("%d lb%s"):format(offered, has_coned and ", with a cone" or "") })
  end,
}

local taut = require "taut"

return taut.scenario {
  name = "training to failure: the spotter helps, then unloads, and never adds load",
  tags = { "safety", "fatigue" },
  covers = { "SR-001", "SR-041", "SR-042" },
  rig = "two_cable_trainer",
  user = { "strong_adult", give_up = s(30), fatigability = 3 },
  set = { exercise = "seated_row", load = lb(92), reps = 60 },
  params = { form_check = { false_alarm = 0 } },
  timeout = "600 s",

  script = function(s)
    s:start_set()
    s:always("load.command_n <= max(session.load_n + 0.5 lb, 10 N)",
      { id = "SR-001", text = "the load never exceeds the prescription" })
    s:always("spotter.load_scale <= 1", { id = "SR-001", text = "the spotter only takes load off" })

    s:wait_until("spotter.state == assisting", { within = "200 s", id = "SR-040",
      text = "the spotter notices that the person struggles" })
    s:expect("user.fatigue >= 0.1", { text = "the person is tired, not just slow" })
    local before = s:value "load.command_n"
    s:wait "500 ms"
    s:expect(("load.command_n <= %.3f N"):format(before - 1),
      { id = "SR-041", text = "the load falls within 0.5 s of the struggle" })

    s:wait_until("spotter.state == unloading", { within = "300 s", id = "SR-042",
      text = "failure ends in a full unload" })
    s:wait "2 s"
    s:expect("load.command_n <= 10 N", { id = "SR-042", text = "unloaded 2 s after the decision" })
  end,
}

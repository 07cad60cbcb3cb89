local taut = require "taut"

return taut.scenario {
  name = "losing the brake chopper in mid-set ramps the load before the bus trips",
  tags = { "safety", "fault" },
  covers = { "SR-071", "SR-072", "SR-073" },
  rig = "two_cable_trainer",
  user = { "strong_adult" },
  set = { exercise = "seated_row", reps = 10 },
  sweep = { load = { lb(50), lb(80), lb(110) } },

  script = function(s)
    s:start_set()
    s:wait_until("user.rep >= 2 and user.phase == eccentric", { within = "60 s" })
    s:set("left.motor.chopper_connected", 0)
    s:set("right.motor.chopper_connected", 0)
    s:always("peak(motor.bus_v) <= 60 V", { id = "SR-071",
      text = "the bus stays at the limit of safety extra-low voltage" })
    s:always("motor.drive_fault == none", { id = "SR-073",
      text = "no drive trips: a trip would drop the load at once" })

    -- The next lift feeds the bus.
    s:wait_until("controller.safety_state == ss1", { within = "20 s", id = "SR-070",
      text = "the rising bus is noticed" })
    s:expect("controller.cause == over_voltage", { id = "SR-070", text = "for the right reason" })
    s:wait "50 ms"
    s:expect("load.command_n >= 0.2 * session.load_n", { id = "SR-073",
      text = "the load ramps, it does not drop" })
    s:wait "250 ms"
    s:always("load.command_n <= 20 N", { id = "SR-070", text = "at most 20 N after 300 ms" })
    s:wait "5 s"
    s:expect("controller.safety_state == latched", { id = "SR-072", text = "latched afterwards" })
  end,
}

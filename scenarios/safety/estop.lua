local taut = require "taut"

-- Both contacts are closed while all is well; a pressed button opens both, a broken wire one.
local function stops(name, faults, open)
  return taut.scenario {
    name = name .. " ramps the load down and keeps it down",
    tags = { "safety", "estop" },
    covers = { "SR-080", "SR-081", "SR-082" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "seated_row", load = lb(60), reps = 10 },
    faults = faults,

    script = function(s)
      s:start_set()
      s:wait_until("user.rep >= 1 and user.phase == concentric", { within = "60 s" })
      open(s)
      s:wait_until("controller.safety_state == ss1", { within = "100 ms", id = "SR-080",
        text = "one open contact is enough, within 100 ms" })
      s:expect("controller.cause == estop", { id = "SR-080", text = "for the right reason" })
      s:wait "300 ms"
      s:always("load.command_n <= 20 N", { id = "SR-081", text = "at most 20 N after 300 ms" })
      s:wait "5 s"
      s:event("session.request", "acknowledge")
      s:wait "2 s"
      s:expect("not controller.armed and load.command_n <= 0 N", { id = "SR-082",
        text = "an acknowledgement alone gives no torque back" })
    end,
  }
end

local function broken_wire(port)
  return stops("a broken wire at " .. port, {
    wire = taut.fault { on = "controller." .. port, kind = "invert" },
  }, function(s) s:fault "wire" end)
end

return {
  stops("the emergency stop", nil, function(s)
    s:event("user.stimulus", "estop")
    s:wait_until("not user.estop_a_closed", { within = "2 s", text = "the person presses it" })
  end),
  broken_wire "estop_a_closed",
  broken_wire "estop_b_closed",
}

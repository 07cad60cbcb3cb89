local taut = require "taut"

-- Both contacts are closed while all is well; a pressed button opens both, a broken wire one.
local function stops(name, faults, open)
  return taut.scenario {
    name = name .. " ramps the load down and keeps it down",
    tags = { "safety", "estop" },
    covers = { "SR-005", "SR-006", "SR-014", "SR-015", "SR-016", "SR-080", "SR-081", "SR-082", "SR-111", "SR-113", "SR-118",
      "SR-083" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "seated_row", load = lb(60), reps = 10 },
    faults = faults,

    script = function(s)
      s:start_set()
      s:wait_until("user.rep >= 1 and user.phase == concentric", { within = "60 s" })
      open(s)
      s:wait "5 s"
      s:event("session.request", "acknowledge")
      s:wait "2 s"
    end,
  }
end

local function broken_wire(port)
  return stops("a broken wire at " .. port, {
    wire = taut.fault { on = "controller." .. port, kind = "invert" },
  }, function(s) s:fault "wire" end)
end

local function open_from_the_start(port)
  return taut.scenario {
    name = "a wire at " .. port .. " that is open from the start keeps the machine from being"
      .. " armed",
    tags = { "safety", "estop" },
    covers = { "SR-083" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "seated_row", load = lb(60), reps = 10 },
    faults = { wire = taut.fault { on = "controller." .. port, kind = "invert" } },

    script = function(s)
      s:fault "wire"
      s:event("session.request", "start_set")
      s:wait "10 s"
      s:expect("session.state == arming", { text = "somebody asked for torque" })
    end,
  }
end

return {
  stops("the emergency stop", nil, function(s)
    s:event("user.stimulus", "estop")
    s:wait_until("not user.estop_a_closed", { within = "2 s", text = "the person presses it" })
  end),
  broken_wire "estop_a_closed",
  broken_wire "estop_b_closed",
  open_from_the_start "estop_a_closed",
  open_from_the_start "estop_b_closed",
}

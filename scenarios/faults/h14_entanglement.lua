local taut = require "taut"
local strike = require "strike"

local function holds_still(s) s:event("user.stimulus", "freeze") end

-- The handles are held where they are by somebody who hears no cue: as if caught on something.
return taut.scenario(strike.case {
  hazard = "H14",
  name = "a handle that is caught loses its load at once and its torque soon",
  covers = { "SR-021", "SR-028" },
  faults = {
    left = taut.fault { on = "controller.left_hand_presence", kind = "invert" },
    right = taut.fault { on = "controller.right_hand_presence", kind = "invert" },
    unheard = taut.fault { on = "user.cue_seq", kind = "stuck" },
  },
  strikes = { { "caught", "unheard", "left", "right", holds_still } },
  within = "10 ms",
  watch = "5 s",
  ends = "controller.safety_state == latched and not controller.torque_permit",
})

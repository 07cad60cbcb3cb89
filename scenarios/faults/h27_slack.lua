local taut = require "taut"
local strike = require "strike"

local function lets_go(s) s:event("user.stimulus", "release") end

-- The hand is thrown towards the machine, or lets go while its sensor says that it holds.
return taut.scenario(strike.case {
  hazard = "H27",
  name = "a cable that hangs slack is wound up slowly",
  covers = { "SR-027" },
  faults = {
    push = taut.fault { on = "left.cable.hand_force_n", kind = "bias", magnitude = N(-600) },
    left = taut.fault { on = "controller.left_hand_presence", kind = "stuck" },
    right = taut.fault { on = "controller.right_hand_presence", kind = "stuck" },
  },
  strikes = { { "push" }, { "let_go", "left", "right", lets_go } },
  notices = "left.cable.is_slack",
  within = "1 s",
  watch = "3 s",
})

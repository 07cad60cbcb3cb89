local taut = require "taut"

return {
  taut.scenario {
    name = "a handle let go at full load is caught by the machine",
    tags = { "safety", "release" },
    covers = { "SR-005", "SR-006", "SR-020", "SR-022", "SR-023", "SR-024", "SR-113" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "romanian_deadlift", reps = 20 },
    sweep = { load = { lb(10), lb(20), lb(50), lb(110) } },

    script = function(s)
      s:start_set()
      s:wait_until("user.phase == eccentric", { within = "30 s" })
      s:event("user.stimulus", "release")
      s:wait "11 s"
    end,
  },
  taut.scenario {
    name = "a handle sensor that loses the hand unloads the handle at once",
    tags = { "safety", "release", "fault" },
    covers = { "SR-021", "SR-027", "SR-028" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "romanian_deadlift", load = lb(50), reps = 20 },
    faults = {
      left = taut.fault { on = "controller.left_hand_presence", kind = "invert" },
      right = taut.fault { on = "controller.right_hand_presence", kind = "invert" },
      unheard = taut.fault { on = "user.cue_seq", kind = "stuck" },
    },
    -- The handles are held where they are by somebody who hears no cue: as if caught on something.
    script = function(s)
      s:start_set()
      s:wait_until("user.phase == eccentric", { within = "30 s" })
      s:event("user.stimulus", "freeze")
      s:fault "unheard"
      s:fault "left"
      s:fault "right"
      s:wait "12 s"
    end,
  },
  taut.scenario {
    name = "a handle sensor that is stuck does not hide the release",
    tags = { "safety", "release", "fault" },
    covers = { "SR-020", "SR-022", "SR-024" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "romanian_deadlift", reps = 20 },
    sweep = { load = { lb(50), lb(110) } },
    faults = {
      left = taut.fault { on = "controller.left_hand_presence", kind = "stuck" },
      right = taut.fault { on = "controller.right_hand_presence", kind = "stuck" },
    },
    script = function(s)
      s:start_set()
      s:wait_until("user.phase == eccentric", { within = "30 s" })
      s:fault "left"
      s:fault "right"
      s:event("user.stimulus", "release")
      s:wait "11 s"
    end,
  },
}

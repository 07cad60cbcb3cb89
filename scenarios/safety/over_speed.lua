local taut = require "taut"

-- The encoder says that the cable runs away, in or out. Whether it does or the encoder lies: the
-- controller cannot know better, so the torque goes.
local function seems_to_run(direction, covers, port, speed)
  return taut.scenario {
    name = "a cable that seems to run " .. direction .. " too fast loses its torque",
    tags = { "safety", "fault" },
    covers = { covers, "SR-005", "SR-017", "SR-018", "SR-051", "SR-052" },
    rig = "two_cable_trainer",
    user = { "strong_adult" },
    set = { exercise = "seated_row", load = lb(30), reps = 10 },
    faults = { away = taut.fault { on = port, kind = "drift", magnitude = speed } },

    script = function(s)
      s:start_set()
      s:wait_until("user.rep >= 1 and user.phase == concentric", { within = "60 s" })
      s:fault "away"
      s:wait "3 s"
    end,
  }
end

return {
  seems_to_run("in", "SR-054", "controller.left_encoder_angle_rad", taut.quantity(-90, "rad/s")),
  seems_to_run("out", "SR-055", "controller.right_encoder_angle_rad", taut.quantity(110, "rad/s")),
}

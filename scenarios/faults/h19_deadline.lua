local taut = require "taut"
local strike = require "strike"

-- One call each time.
local function misses(s)
  for _ = 1, 4 do
    s:fault "skips"
    s:wait "2 ms"
    s:clear "skips"
    s:wait "2 ms"
  end
end

return {
  taut.scenario(strike.case {
    hazard = "H19",
    name = "a controller that misses calls again and again takes the load off itself",
    covers = { "SR-015", "SR-016", "SR-065" },
    faults = { skips = taut.fault { on = "controller", kind = "skip" } },
    strikes = { { "misses", misses } },
    within = "100 ms",
    watch = "1500 ms",
    always = strike.is_ramped,
    always_text = "a ramp, not a drop",
    ends = "controller.safety_state == latched and controller.cause == timeout",
  }),
  taut.scenario(strike.case {
    hazard = "H19",
    name = "a controller that hangs loses its torque: the drive watches the age of the command",
    covers = { "SR-063", "SR-064" },
    faults = { hangs = taut.fault { on = "controller", kind = "freeze" } },
    strikes = { { "hangs" } },
    notices = "left.motor.drive_state != run and right.motor.drive_state != run",
    within = "110 ms",
    watch = "1500 ms",
    ends = "abs(motor.torque_nm) <= 0.1 N m",
    ends_text = "no torque",
  }),
}

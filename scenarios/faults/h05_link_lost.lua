local taut = require "taut"
local strike = require "strike"

return {
  taut.scenario(strike.case {
    hazard = "H5",
    name = "a session that is gone ramps the load down",
    covers = { "SR-014", "SR-015", "SR-016", "SR-060", "SR-061", "SR-062" },
    faults = { gone = taut.fault { on = "session", kind = "freeze" } },
    strikes = { { "gone" } },
    within = "100 ms",
    watch = "2 s",
    always = strike.is_ramped,
    always_text = "a ramp, not a drop",
    ends = "controller.safety_state == latched and controller.cause == command_stale",
  }),
  taut.scenario(strike.case {
    hazard = "H5",
    name = "a drive that hears no more commands gives its torque up",
    covers = { "SR-063", "SR-064" },
    faults = {
      torque = taut.fault { on = "left.motor.torque_command_nm", kind = "stuck" },
      counter = taut.fault { on = "left.motor.command_seq", kind = "stuck" },
    },
    strikes = { { "drive_link", "torque", "counter" } },
    notices = "left.motor.drive_state != run",
    within = "110 ms",
    watch = "2 s",
    ends = "controller.safety_state == latched and not controller.torque_permit",
  }),
}

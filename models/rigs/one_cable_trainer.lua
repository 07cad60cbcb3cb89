-- One cable on the left; the person trains that side alone.
local taut = require "taut"

return taut.rig {
  name = "one_cable_trainer",
  help = "home trainer with one cable, on the left",
  machine = "home_trainer",
  sides = { "left" },
  roles = {
    motor = "motor_pmsm",
    cable = "cable_spool",
    user = "user",
    controller = "resistance",
    spotter = "spotter",
    form_check = "form_check",
    session = "session_basic",
  },
  -- For --fidelity fast: everything at 1 kHz, with motor and cable in the mean of a step, and rows
  -- for requirements whose windows are 20 ms or more.
  fast = {
    base_period = "1 ms",
    row_period = "10 ms",
    roles = {
      motor = "motor_averaged",
      cable = "cable_averaged",
      controller = { period = "1 ms" },
      spotter = { period = "4 ms" },
      form_check = { period = "4 ms" },
    },
  },
}

-- Not prescribed by any protocol here; asked for, it is refused to whom it would harm.
-- No cable: the drive stays disarmed and the person moves by the clock.
local taut = require "taut"

return taut.parameters {
  name = "plank",
  kind = "exercise",
  help = "plank on the forearms",
  user = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = { 1, status = "D", source = "design proposal: one hold is a set" },
    hold_s = { s(30), status = "D", source = "design proposal: an ordinary hold" },
    posture_pa = {
      cmH2O(44),
      status = "V",
      source = "published means of planks: 38 to 49 cmH2O (23 to 95)",
    },
    muscle_group = { "trunk", status = "D", source = "design proposal: the muscles it is done for" },
    floor_effort = { 0.35, status = "D", source = "design proposal: the body against gravity" },
    grip_share = { 0, status = "D", source = "no handle" },
  },
  session = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = { 1, status = "D", source = "same as the person" },
  },
}

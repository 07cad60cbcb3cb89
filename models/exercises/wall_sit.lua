-- The back against a wall, sitting on nothing, for as long as it is comfortable.
-- No cable: the drive stays disarmed and the person moves by the clock.
local taut = require "taut"

return taut.parameters {
  name = "wall_sit",
  kind = "exercise",
  help = "wall sit, ended by the person",
  user = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = { 1, status = "D", source = "design proposal: one hold is a set" },
    hold_s = {
      s(60),
      status = "D",
      source = "design proposal: cap; the guide says as long as comfortable",
    },
    posture_pa = {
      cmH2O(37),
      status = "V",
      source = "de Gennaro et al. 2019: standing 36.7 cmH2O (21.6 to 52.4), 25 nulliparous women",
    },
    muscle_group = { "thighs", status = "D", source = "design proposal: the muscles it is done for" },
    floor_effort = { 0.35, status = "D", source = "design proposal: the body against gravity" },
    grip_share = { 0, status = "D", source = "no handle" },
  },
  session = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = { 1, status = "D", source = "same as the person" },
  },
}

-- Roll the front of the thigh slowly over a roller.
-- No cable: the drive stays disarmed and the person moves by the clock.
local taut = require "taut"

return taut.parameters {
  name = "quad_release",
  kind = "exercise",
  help = "self-myofascial release of the thighs",
  user = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = { 1, status = "D", source = "design proposal: one hold is a set" },
    hold_s = { s(60), status = "D", source = "design proposal: a minute for each region" },
    posture_pa = {
      cmH2O(20),
      status = "D",
      source = "design proposal: on hands and knees, a little above lying",
    },
    grip_share = { 0, status = "D", source = "no handle" },
  },
  session = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = { 1, status = "D", source = "same as the person" },
  },
}

-- Roll the muscles around the hip slowly over a ball or roller.
-- No cable: the drive stays disarmed and the person moves by the clock.
local taut = require "taut"

return taut.parameters {
  name = "hip_release",
  kind = "exercise",
  help = "self-myofascial release of the hips",
  user = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = { 1, status = "D", source = "design proposal: one hold is a set" },
    hold_s = { s(60), status = "D", source = "design proposal: a minute for each region" },
    posture_pa = {
      cmH2O(17),
      status = "V",
      source = "de Gennaro et al. 2019: lying 16.7 cmH2O (4.6 to 27.2), 25 nulliparous women",
    },
    grip_share = { 0, status = "D", source = "no handle" },
  },
  session = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = { 1, status = "D", source = "same as the person" },
  },
}

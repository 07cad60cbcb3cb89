-- Kneel still and notice whether the buttocks grip; let them relax.
-- No cable: the drive stays disarmed and the person moves by the clock.
local taut = require "taut"

return taut.parameters {
  name = "kneeling_check",
  kind = "exercise",
  help = "gluteal gripping check, kneeling still",
  user = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = { 1, status = "D", source = "design proposal: one hold is a set" },
    hold_s = { s(20), status = "D", source = "design proposal: long enough to notice a grip" },
    posture_pa = {
      cmH2O(37),
      status = "V",
      source = "de Gennaro et al. 2019: standing 36.7 cmH2O (21.6 to 52.4), 25 nulliparous women",
    },
    grip_share = { 0, status = "D", source = "no handle" },
  },
  session = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = { 1, status = "D", source = "same as the person" },
  },
}

-- On the back, both knees to the chest, held with the hands.
-- No cable: the drive stays disarmed and the person moves by the clock.
local taut = require "taut"

return taut.parameters {
  name = "knee_to_chest_stretch",
  kind = "exercise",
  help = "knee-to-chest stretch, 15 to 30 s",
  user = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = { 1, status = "D", source = "design proposal: one hold is a set" },
    hold_s = {
      s(20),
      status = "V",
      source = "Good Mind + Body, ten postpartum back pain exercises: hold 15 to 30 s",
    },
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

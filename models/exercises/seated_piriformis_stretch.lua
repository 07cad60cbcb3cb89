-- Sitting, one foot on the other knee: lean forward until the buttock stretches.
-- No cable: the drive stays disarmed and the person moves by the clock.
local taut = require "taut"

return taut.parameters {
  name = "seated_piriformis_stretch",
  kind = "exercise",
  help = "seated piriformis stretch",
  user = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = { 1, status = "D", source = "design proposal: one hold is a set" },
    hold_s = {
      s(20),
      status = "D",
      source = "design proposal: within the 15 to 30 s the guide holds the knee-to-chest stretch",
    },
    posture_pa = {
      cmH2O(30),
      status = "D",
      source = "design proposal: sitting, between lying and standing",
    },
    grip_share = { 0, status = "D", source = "no handle" },
  },
  session = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = { 1, status = "D", source = "same as the person" },
  },
}

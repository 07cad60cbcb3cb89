-- Slow breaths into the belly; the pelvic floor gives way as the air comes in.
-- No cable: the drive stays disarmed and the person moves by the clock.
local taut = require "taut"

return taut.parameters {
  name = "diaphragmatic_breathing",
  kind = "exercise",
  help = "diaphragmatic breathing, lying",
  user = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = {
      10,
      status = "V",
      source = "Rodriguez, Babies and Back Pain: slow belly breaths, 3 x 10",
    },
    concentric_s = { s(2), status = "M", source = "tempo of strength training, lifting 1 to 2 s" },
    pause_s = { s(0), status = "D", source = "design proposal: time at the top" },
    eccentric_s = { s(3), status = "M", source = "tempo of strength training, lowering 2 to 4 s" },
    rest_s = {
      s(1.2),
      status = "D",
      source = "design proposal: time for one breath between repetitions",
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
    reps = { 10, status = "D", source = "same as the person" },
  },
}

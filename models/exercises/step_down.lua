-- Down from a low step on one leg, the knee over the foot, and up again.
-- No cable: the drive stays disarmed and the person moves by the clock.
local taut = require "taut"

return taut.parameters {
  name = "step_down",
  kind = "exercise",
  help = "step-down from a low step, per side",
  user = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = { 8, status = "D", source = "design proposal: few repetitions while technique is new" },
    concentric_s = { s(2), status = "M", source = "tempo of strength training, lifting 1 to 2 s" },
    pause_s = { s(0.3), status = "D", source = "design proposal: time at the top" },
    eccentric_s = { s(2), status = "M", source = "tempo of strength training, lowering 2 to 4 s" },
    rest_s = {
      s(1.2),
      status = "D",
      source = "design proposal: time for one breath between repetitions",
    },
    posture_pa = {
      cmH2O(60),
      status = "V",
      source = "de Gennaro et al. 2019: stepping up 20 cm 59.7 cmH2O (43 to 98)",
    },
    muscle_group = { "thighs", status = "D", source = "design proposal: the muscles it is done for" },
    floor_effort = { 0.35, status = "D", source = "design proposal: the body against gravity" },
    grip_share = { 0, status = "D", source = "no handle" },
  },
  session = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = { 8, status = "D", source = "same as the person" },
  },
}

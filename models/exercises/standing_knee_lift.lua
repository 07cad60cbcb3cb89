-- Standing upright, one knee to the chest, then the other.
-- No cable: the drive stays disarmed and the person moves by the clock.
local taut = require "taut"

return taut.parameters {
  name = "standing_knee_lift",
  kind = "exercise",
  help = "standing knee lift, sides in turn",
  user = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = { 10, status = "D", source = "design proposal: guide 004 names no number" },
    concentric_s = { s(1), status = "M", source = "tempo of strength training, lifting 1 to 2 s" },
    pause_s = { s(0.3), status = "D", source = "design proposal: time at the top" },
    eccentric_s = { s(1), status = "D", source = "design proposal: back as fast as there" },
    rest_s = {
      s(1.2),
      status = "D",
      source = "design proposal: time for one breath between repetitions",
    },
    posture_pa = {
      cmH2O(37),
      status = "V",
      source = "de Gennaro et al. 2019: standing 36.7 cmH2O (21.6 to 52.4), 25 nulliparous women",
    },
    muscle_group = { "hips", status = "D", source = "design proposal: the muscles it is done for" },
    floor_effort = { 0.15, status = "D", source = "design proposal: the body against gravity" },
    grip_share = { 0, status = "D", source = "no handle" },
  },
  session = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = { 10, status = "D", source = "same as the person" },
  },
}

-- Not prescribed by any protocol here; asked for, it is refused to whom it would harm.
-- No cable: the drive stays disarmed and the person moves by the clock.
local taut = require "taut"

return taut.parameters {
  name = "sit_up",
  kind = "exercise",
  help = "sit-up",
  user = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = { 10, status = "D", source = "design proposal: an ordinary set" },
    concentric_s = {
      s(1.5),
      status = "M",
      source = "tempo of strength training, lifting 1 to 2 s",
    },
    pause_s = { s(0.3), status = "D", source = "design proposal: time at the top" },
    eccentric_s = { s(1.5), status = "D", source = "design proposal: back as fast as there" },
    rest_s = {
      s(1.2),
      status = "D",
      source = "design proposal: time for one breath between repetitions",
    },
    posture_pa = {
      cmH2O(62),
      status = "V",
      source = "published means of sit-ups: 60 to 64 cmH2O (14 to 133)",
    },
    muscle_group = { "trunk", status = "D", source = "design proposal: the muscles it is done for" },
    floor_effort = { 0.5, status = "D", source = "design proposal: the body against gravity" },
    grip_share = { 0, status = "D", source = "no handle" },
  },
  session = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = { 10, status = "D", source = "same as the person" },
  },
}

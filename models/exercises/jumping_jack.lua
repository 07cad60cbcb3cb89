-- High impact, not prescribed; asked for, it is refused until the pelvic floor is strong.
-- No cable: the drive stays disarmed and the person moves by the clock.
local taut = require "taut"

return taut.parameters {
  name = "jumping_jack",
  kind = "exercise",
  help = "jumping jack",
  user = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = { 10, status = "D", source = "design proposal: an ordinary set" },
    concentric_s = { s(0.4), status = "D", source = "design proposal: a quick movement" },
    pause_s = { s(0), status = "D", source = "design proposal: time at the top" },
    eccentric_s = { s(0.4), status = "D", source = "design proposal: back as fast as there" },
    rest_s = {
      s(1.2),
      status = "D",
      source = "design proposal: time for one breath between repetitions",
    },
    posture_pa = {
      cmH2O(200),
      status = "D",
      source = "design proposal: below the 232 cmH2O of jumping, which lasts for moments only",
    },
    muscle_group = { "thighs", status = "D", source = "design proposal: the muscles it is done for" },
    floor_effort = { 0.4, status = "D", source = "design proposal: the body against gravity" },
    grip_share = { 0, status = "D", source = "no handle" },
  },
  session = {
    uses_left = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    uses_right = { 0, status = "D", source = "rule of the protocol: done without the machine" },
    reps = { 10, status = "D", source = "same as the person" },
  },
}

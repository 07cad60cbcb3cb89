-- For counting, tempo and cue tests: slow to react and not steady.
local taut = require "taut"

return taut.parameters {
  name = "beginner",
  kind = "user",
  help = "an untrained person without symptoms, irregular tempo, uncoordinated breath",
  user = {
    body_mass_kg = { kg(70), status = "D", source = "design proposal" },
    strength_scale = { 0.85, status = "D", source = "design proposal: below the untrained mean" },
    grip_n = {
      N(270),
      status = "M",
      source = "women about 290 N (SD 70), from memory of grip norms",
    },
    reaction_s = { s(0.6), status = "M", source = "choice reaction 0.3 to 0.6 s" },
    reaction_jitter = { 0.25, status = "D", source = "design proposal" },
    tempo_jitter = { 0.12, status = "D", source = "design proposal" },
    give_up_s = { s(3), status = "D", source = "design proposal" },
    breath_strategy = {
      2,
      status = "D",
      source = "design proposal: breath is not coordinated with effort",
    },
    knack_s = { s(-0.05), status = "D", source = "design proposal: no pre-contraction learned" },
    honesty = { 0.9, status = "D", source = "design proposal" },
    leak_point_pa = {
      cmH2O(130),
      status = "D",
      source = "design proposal: continent group mean 130 (20)",
    },
    linea_width_m = {
      mm(18),
      status = "M",
      source = "Beer 2009: at most 22 mm above the navel is normal",
    },
  },
}

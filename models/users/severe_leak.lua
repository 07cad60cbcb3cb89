-- Late pelvic floor, full bladder. A cough standing still is enough.
local taut = require "taut"

return taut.parameters {
  name = "severe_leak",
  kind = "user",
  help = "intrinsic sphincter deficiency: leaks at light loads",
  user = {
    body_mass_kg = { kg(76), status = "D", source = "design proposal" },
    strength_scale = {
      0.7,
      status = "D",
      source = "design proposal: 0.7 to 0.85 of an untrained person 6 to 12 weeks after birth",
    },
    grip_n = {
      N(240),
      status = "M",
      source = "women about 290 N (SD 70), from memory of grip norms",
    },
    iap_scale = {
      1.2,
      status = "C",
      source = "within one standard deviation of a lognormal gain with a coefficient of"
        .. " variation of 0.38",
    },
    leak_point_pa = {
      cmH2O(50),
      status = "V",
      source = "McGuire: below 60 cmH2O; Bump 1997: leak point at most 50 to 52",
    },
    squeeze_pa = { cmH2O(15), status = "D", source = "design proposal within 15 to 25" },
    leak_fatigue_pa = { cmH2O(15), status = "D", source = "design proposal within 0 to 15" },
    pelvic_effort = { 0.4, status = "D", source = "design proposal" },
    pelvic_fatigue_per_s = {
      0.015,
      status = "D",
      source = "design proposal within 0.008 to 0.015",
    },
    knack_s = { s(-0.1), status = "D", source = "design proposal: contracts after the pressure" },
    bladder_fill = { 0.7, status = "D", source = "design proposal" },
    linea_width_m = {
      mm(24),
      status = "M",
      source = "Mota: 21 to 28 mm is the 80th to 90th percentile at six months",
    },
    heaviness_s = { s(200), status = "D", source = "design proposal" },
    honesty = { 0.9, status = "D", source = "design proposal: embarrassed at times" },
    verbal_s = { s(1.8), status = "M", source = "verbal report 0.8 to 2 s" },
    reaction_s = {
      s(0.6),
      status = "D",
      source = "design proposal: short of sleep, times 1.2 to 1.5",
    },
  },
}

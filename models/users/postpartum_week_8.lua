-- Light loads are dry. About 25 lb per cable in the goblet squat is above her leak point.
local taut = require "taut"

return taut.parameters {
  name = "postpartum_week_8",
  kind = "user",
  help = "eight weeks after birth: mixed stress incontinence, honest",
  user = {
    body_mass_kg = { kg(72), status = "D", source = "design proposal" },
    strength_scale = {
      0.8,
      status = "D",
      source = "design proposal: 0.7 to 0.85 of an untrained person 6 to 12 weeks after birth",
    },
    grip_n = {
      N(270),
      status = "M",
      source = "women about 290 N (SD 70), from memory of grip norms",
    },
    iap_scale = {
      1.0,
      status = "C",
      source = "mean of a lognormal individual gain; coefficient of variation 0.35 to 0.40",
    },
    leak_point_pa = {
      cmH2O(75),
      status = "V",
      source = "McGuire: 60 to 90 cmH2O is the mixed type; 75 (8) is the middle group",
    },
    squeeze_pa = {
      cmH2O(18),
      status = "V",
      source = "pelvic-floor squeeze about 22 cmH2O; 15 to 25 here",
    },
    leak_fatigue_pa = { cmH2O(12), status = "D", source = "design proposal within 0 to 15" },
    pelvic_effort = { 0.6, status = "D", source = "design proposal" },
    knack_s = { s(0.1), status = "D", source = "design proposal: pre-contraction just learned" },
    pelvic_fatigue_per_s = { 0.01, status = "D", source = "design proposal within 0.008 to 0.015" },
    bladder_fill = { 0.6, status = "D", source = "design proposal" },
    linea_width_m = {
      mm(24),
      status = "M",
      source = "Mota: 21 to 28 mm is the 80th to 90th percentile at six months",
    },
    linea_tension_n_m = { 220, status = "D", source = "design proposal: 150 to 300 N/m" },
    laxity = { 0.37, status = "C", source = "exp(-8/8): proposal with a decay of eight weeks" },
    transversus_effort = { 0.4, status = "D", source = "design proposal" },
    heaviness_s = { s(400), status = "D", source = "design proposal" },
    heaviness_share = {
      1,
      status = "D",
      source = "design proposal: leaking is her symptom before heaviness",
    },
    verbal_s = { s(1.2), status = "M", source = "verbal report 0.8 to 2 s" },
    honesty = { 1, status = "D", source = "design proposal" },
  },
}

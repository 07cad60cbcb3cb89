-- The height of the dome reaches 3 mm near 12.5 lb per cable in the seated row. Nothing says so
-- here: it follows from the posture, the pressure per lifted kilogram of the exercise and the
-- membrane.
local taut = require "taut"

return taut.parameters {
  name = "postpartum_coning",
  kind = "user",
  help = "a wide linea alba: 10 lb per cable is fine, 15 lb cones in the seated row",
  user = {
    body_mass_kg = { kg(68), status = "D", source = "design proposal" },
    strength_scale = {
      0.85,
      status = "D",
      source = "design proposal: 0.7 to 0.85 of an untrained person 6 to 12 weeks after birth",
    },
    grip_n = {
      N(280),
      status = "M",
      source = "women about 290 N (SD 70), from memory of grip norms",
    },
    fatigability = {
      0.15,
      status = "D",
      source = "design proposal: enduring, so that one set of a pound search is like the next",
    },
    iap_scale = {
      1.5,
      status = "C",
      source = "about the 87th percentile of a lognormal gain with a coefficient of variation"
        .. " of 0.38",
    },
    effort_pa = {
      cmH2O(45),
      status = "D",
      source = "design proposal: her pressure follows the effort more than in most",
    },
    breath_pa = { cmH2O(3), status = "D", source = "design proposal: quiet breathing 3 to 6" },
    tempo_jitter = { 0.03, status = "D", source = "design proposal: steady" },
    linea_width_m = {
      mm(30),
      status = "D",
      source = "design proposal: a diastasis is 22 mm or more (Hills 2018)",
    },
    linea_tension_n_m = {
      278,
      status = "C",
      source = "so that 3 mm is reached near 12.5 lb per cable in the seated row",
    },
    laxity = { 0.5, status = "D", source = "design proposal" },
    transversus_effort = { 0.12, status = "D", source = "design proposal: weak" },
    transversus_n_m = { 300, status = "D", source = "design proposal" },
    cone_threshold_m = { mm(3), status = "D", source = "design proposal: visible height" },
    cone_felt = {
      0.5,
      status = "D",
      source = "design proposal: she sees it herself every other time",
    },
    cone_report_s = { s(2), status = "M", source = "1 to 3 s until she has said it" },
    leak_point_pa = {
      cmH2O(125),
      status = "D",
      source = "design proposal: continent, near the group mean 130 (20)",
    },
    heaviness_s = { s(5000), status = "D", source = "design proposal: not her symptom" },
    heaviness_share = { 1.5, status = "D", source = "design proposal: not her symptom" },
    pelvic_fatigue_per_s = { 0.005, status = "D", source = "design proposal: not her symptom" },
    honesty = { 1, status = "D", source = "design proposal" },
  },
}

-- Feels heaviness when pressure lasts; small movements only.
local taut = require "taut"

return taut.parameters {
  name = "prolapse",
  kind = "user",
  help = "a pelvic organ prolapse with symptoms under load",
  user = {
    body_changes = { 1, status = "D", source = "design proposal: weeks count" },
    body_mass_kg = { kg(68), status = "D", source = "design proposal" },
    strength_scale = {
      0.8,
      status = "D",
      source = "design proposal: 0.7 to 0.85 of an untrained person 6 to 12 weeks after birth",
    },
    grip_n = {
      N(290),
      status = "M",
      source = "women about 290 N (SD 70), from memory of grip norms",
    },
    slip_probability = { 0, status = "D", source = "design proposal: nothing by accident" },
    iap_scale = {
      0.8,
      status = "C",
      source = "below the mean of a lognormal gain with a coefficient of variation of 0.38",
    },
    leak_point_pa = {
      cmH2O(90),
      status = "V",
      source = "about 90 cmH2O separates the mixed from the hypermobility type (McGuire)",
    },
    pelvic_effort = { 0.5, status = "D", source = "design proposal" },
    pelvic_fatigue_per_s = {
      0.012,
      status = "D",
      source = "design proposal within 0.008 to 0.015",
    },
    heaviness_s = { s(250), status = "D", source = "design proposal" },
    heaviness_share = { 0.7, status = "D", source = "design proposal" },
    linea_width_m = {
      mm(18),
      status = "M",
      source = "Beer 2009: at most 22 mm above the navel is normal",
    },
    linea_tension_n_m = { 280, status = "D", source = "design proposal: 150 to 300 N/m" },
    laxity = {
      0.3,
      status = "C",
      source = "0.8 at birth, ten weeks with a time constant of eight",
    },
    transversus_effort = { 0.5, status = "D", source = "design proposal" },
    sleep_s = { s(27000), status = "D", source = "design proposal: 7.5 h" },
    sleep_sd_s = { s(1800), status = "D", source = "design proposal" },
    honesty = { 1, status = "D", source = "design proposal" },
  },
  life = {
    weeks_after_birth = { 16, status = "D", source = "design proposal" },
    clearance_day = { -30, status = "D", source = "design proposal" },
    has_prolapse = { true, status = "D", source = "design proposal" },
    checkin_honesty = { 1, status = "D", source = "design proposal" },
  },
}

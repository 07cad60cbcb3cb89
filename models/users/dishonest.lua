-- Leaks and does not say so.
local taut = require "taut"

return taut.parameters {
  name = "dishonest",
  kind = "user",
  help = "leaks at moderate loads, hides symptoms and pain",
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
      1.1,
      status = "C",
      source = "near the mean of a lognormal gain with a coefficient of variation of 0.38",
    },
    leak_point_pa = {
      cmH2O(70),
      status = "V",
      source = "60 to 90 cmH2O is the mixed type (McGuire)",
    },
    pelvic_effort = { 0.7, status = "D", source = "design proposal" },
    pelvic_fatigue_per_s = {
      0.002,
      status = "D",
      source = "design proposal after Skaug et al. 2024: no fatigue in trained women",
    },
    heaviness_s = { s(10000), status = "D", source = "design proposal: not her symptom" },
    heaviness_share = { 1.5, status = "D", source = "design proposal: not her symptom" },
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
    honesty = { 0.1, status = "D", source = "design proposal: says one symptom in ten" },
    back_pain = { 3.5, status = "D", source = "design proposal" },
  },
  life = {
    weeks_after_birth = { 10, status = "D", source = "design proposal" },
    clearance_day = { -21, status = "D", source = "design proposal: the check was seven weeks after birth" },
    back_pain = { 3.5, status = "D", source = "design proposal" },
    checkin_honesty = { 0.1, status = "D", source = "design proposal" },
    marker_honesty = { 0.1, status = "D", source = "design proposal" },
    asks_for_more = { 0.3, status = "D", source = "design proposal" },
  },
}

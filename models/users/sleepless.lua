-- A baby that does not sleep.
local taut = require "taut"

return taut.parameters {
  name = "sleepless",
  kind = "user",
  help = "four to five hours of broken sleep",
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
      cmH2O(140),
      status = "D",
      source = "design proposal: continent, half a standard deviation above 130 (20)",
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
    sleep_s = { s(16200), status = "D", source = "design proposal: 4.5 h" },
    sleep_sd_s = { s(3600), status = "D", source = "design proposal" },
    honesty = { 1, status = "D", source = "design proposal" },
    back_pain = { 2.5, status = "D", source = "design proposal: mild" },
    reaction_s = { s(0.5), status = "D", source = "design proposal" },
  },
  life = {
    weeks_after_birth = { 10, status = "D", source = "design proposal" },
    clearance_day = { -21, status = "D", source = "design proposal: the check was seven weeks after birth" },
    adherence = { 0.8, status = "D", source = "design proposal" },
    sleep_h = { 4.5, status = "D", source = "design proposal" },
    sleep_sd_h = { 1, status = "D", source = "design proposal" },
    back_pain = { 2.5, status = "D", source = "design proposal: mild" },
    checkin_honesty = { 1, status = "D", source = "design proposal" },
  },
}

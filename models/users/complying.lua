-- Does what the protocol says, without symptoms, twelve weeks after a birth: the run that shows whether a
-- protocol can be done at all.
local taut = require "taut"

return taut.parameters {
  name = "complying",
  kind = "user",
  help = "comes to every session, says what is asked, has no symptoms",
  user = {
    body_changes = { 1, status = "D", source = "design proposal: weeks count" },
    body_mass_kg = { kg(65), status = "D", source = "design proposal" },
    strength_scale = {
      1.6,
      status = "D",
      source = "design proposal: fit, well above an untrained person 6 to 12 weeks after birth",
    },
    grip_n = { N(330), status = "M", source = "women about 290 N (SD 70), from memory of grip norms" },
    strap_share = { 0.6, status = "D", source = "design proposal: lifting straps" },
    slip_probability = { 0, status = "D", source = "design proposal: straps do not slip" },
    reaction_s = { s(0.35), status = "M", source = "choice reaction 0.3 to 0.6 s" },
    tempo_jitter = { 0.03, status = "D", source = "design proposal: practised" },
    give_up_s = { s(5), status = "D", source = "design proposal: goes on longer" },
    leak_point_pa = {
      cmH2O(150),
      status = "D",
      source = "design proposal: continent, one standard deviation above 130 (20)",
    },
    iap_scale = {
      0.45,
      status = "C",
      source = "within the lowest percentiles of a lognormal gain with a coefficient of"
        .. " variation of 0.38",
    },
    pelvic_effort = { 0.8, status = "D", source = "design proposal: practised" },
    heaviness_share = { 5, status = "D", source = "design proposal: not felt in training" },
    linea_width_m = {
      mm(15),
      status = "M",
      source = "Beer 2009: at most 15 mm at the xiphoid is normal",
    },
    linea_tension_n_m = {
      300,
      status = "D",
      source = "design proposal: 150 to 300 N/m, upper end",
    },
    heaviness_s = { s(10000), status = "D", source = "design proposal: not felt in training" },
    sleep_s = { s(27000), status = "D", source = "design proposal: 7.5 h" },
    sleep_sd_s = { s(1800), status = "D", source = "design proposal" },
    pelvic_fatigue_per_s = {
      0.002,
      status = "D",
      source = "design proposal after Skaug et al. 2024: no fatigue in trained nulliparous"
        .. " women",
    },
  },
  life = {
    adherence = { 1, status = "D", source = "comes to every session" },
    checkin_honesty = { 1, status = "D", source = "design proposal" },
    marker_honesty = { 1, status = "D", source = "design proposal" },
    weeks_after_birth = { 12, status = "D", source = "design proposal" },
    clearance_day = { -14, status = "D", source = "design proposal: the check was two weeks ago" },
    sleep_h = { 7.5, status = "D", source = "design proposal" },
    sleep_sd_h = { 0.5, status = "D", source = "design proposal" },
  },
}

-- Phase 3. The cable pulls down: no pull spike above the prescription may come.
local taut = require "taut"

return taut.parameters {
  name = "overhead_press",
  kind = "exercise",
  help = "overhead press, 3 x 10",
  user = {
    uses_left = { 1, status = "D", source = "design proposal: both cables at once" },
    uses_right = { 1, status = "D", source = "design proposal: both cables at once" },
    range_min_m = {
      m(0.2),
      status = "D",
      source = "design proposal: handle out of its stop when the arms are ready",
    },
    range_max_m = { m(0.7), status = "M", source = "usual range of motion 0.45 to 0.6 m" },
    reps = {
      10,
      status = "V",
      source = "Speediance postpartum guide, six-week protocol: overhead press 3 x 10",
    },
    concentric_s = {
      s(1.5),
      status = "M",
      source = "tempo of strength training, lifting 1 to 2 s",
    },
    pause_s = { s(0.3), status = "M", source = "tempo of strength training, pause 0 to 1 s" },
    eccentric_s = {
      s(2.5),
      status = "M",
      source = "tempo of strength training, lowering 2 to 4 s",
    },
    rest_s = {
      s(1.2),
      status = "D",
      source = "design proposal: time for one breath between repetitions",
    },
    one_rm_n = {
      N(103),
      status = "M",
      source = "untrained 70 kg adult: overhead press 0.25 to 0.35 of body weight; 0.3 of body"
        .. " weight here, over two cables",
    },
    mvt_m_s = { m_s(0.19), status = "M", source = "presses 0.17 to 0.20 m/s at the maximum" },
    vmax_m_s = {
      m_s(2),
      status = "C",
      source = "zero-load speed of the published bench (1.98 m/s) and squat (1.89 m/s)"
        .. " load-velocity curves",
    },
    curvature = {
      3,
      status = "C",
      source = "fits the bench load-velocity curve: 47 % of the maximum at 1.0 m/s",
    },
    sticking_position = {
      0.45,
      status = "D",
      source = "design proposal: hardest at the height of the forehead",
    },
    sticking_ratio = {
      0.35,
      status = "D",
      source = "design proposal: least over mean speed of a maximal lift",
    },
    fatigue_per_s = {
      0.0097,
      status = "V",
      source = "MyoSuite fatigue.py, default after Looft et al. 2018: general joint",
    },
    recovery_per_s = {
      0.00091,
      status = "V",
      source = "MyoSuite fatigue.py, default after Looft et al. 2018: general joint",
    },
    rest_gain = {
      15,
      status = "V",
      source = "Looft and Frey Law 2020: recovery gain 15 for ankle, knee, elbow, shoulder",
    },
    bottom_share = {
      0.3,
      status = "D",
      source = "design proposal: the skeleton bears the rest at the start position",
    },
    posture_pa = {
      cmH2O(37),
      status = "V",
      source = "de Gennaro et al. 2019: standing 36.7 cmH2O (21.6 to 52.4), 25 nulliparous"
        .. " women",
    },
    iap_per_kg_pa = {
      cmH2O(2),
      status = "D",
      source = "design proposal within 1 to 3 cmH2O per kg: nothing supports the trunk under a"
        .. " load overhead",
    },
    muscle_group = { "shoulders", status = "D", source = "design proposal: the muscles it is done for" },
    grip_share = {
      0.3,
      status = "D",
      source = "design proposal: the palms bear most of a pressed load",
    },
  },
  session = {
    uses_left = { 1, status = "D", source = "design proposal: both cables at once" },
    uses_right = { 1, status = "D", source = "design proposal: both cables at once" },
    range_min_m = { m(0.2), status = "D", source = "same as the person" },
    range_max_m = { m(0.7), status = "M", source = "same as the person" },
    target_speed_m_s = { m_s(0.333), status = "C", source = "range over intended time of lifting" },
    reps = {
      10,
      status = "V",
      source = "Speediance postpartum guide, six-week protocol: overhead press 3 x 10",
    },
  },
  spotter = {
    mvt_m_s = { m_s(0.19), status = "M", source = "presses 0.17 to 0.20 m/s at the maximum" },
  },
}

-- Phase 2. Timed, on one cable: stand up with the handle and hold it.
local taut = require "taut"

return taut.parameters {
  name = "suitcase_carry",
  kind = "exercise",
  help = "suitcase carry in place, 3 x 30 s per side, no lean",
  user = {
    uses_left = {
      1,
      status = "D",
      source = "design proposal: one cable, the other side is a set of its own",
    },
    uses_right = {
      0,
      status = "D",
      source = "design proposal: one cable, the other side is a set of its own",
    },
    range_min_m = {
      m(0.15),
      status = "D",
      source = "design proposal: handle out of its stop when the arms are ready",
    },
    range_max_m = {
      m(0.35),
      status = "D",
      source = "design proposal: the way from mid shin to standing, short on a cable",
    },
    reps = {
      1,
      status = "V",
      source = "Speediance postpartum guide, six-week protocol: suitcase carry 3 x 30 s per"
        .. " side",
    },
    concentric_s = {
      s(1.5),
      status = "M",
      source = "tempo of strength training, lifting 1 to 2 s",
    },
    pause_s = { s(0), status = "M", source = "tempo of strength training, pause 0 to 1 s" },
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
    hold_s = {
      s(30),
      status = "V",
      source = "Speediance postpartum guide, six-week protocol: suitcase carry, 3 x 30 s per"
        .. " side",
    },
    one_rm_n = {
      N(275),
      status = "D",
      source = "design proposal: one-handed hold of 0.4 of body weight",
    },
    mvt_m_s = { m_s(0.2), status = "D", source = "design proposal: like a deadlift" },
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
    sticking_position = { 0.3, status = "D", source = "design proposal: like a deadlift" },
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
      source = "design proposal within 1 to 3 cmH2O per kg: the wall resists leaning to the"
        .. " side",
    },
    muscle_group = { "trunk", status = "D", source = "design proposal: the muscles it is done for" },
    grip_share = { 1, status = "D", source = "design proposal: the fingers hold the whole load" },
  },
  session = {
    uses_left = {
      1,
      status = "D",
      source = "design proposal: one cable, the other side is a set of its own",
    },
    uses_right = {
      0,
      status = "D",
      source = "design proposal: one cable, the other side is a set of its own",
    },
    range_min_m = { m(0.15), status = "D", source = "same as the person" },
    range_max_m = { m(0.35), status = "D", source = "same as the person" },
    target_speed_m_s = { m_s(0.133), status = "C", source = "range over intended time of lifting" },
    reps = {
      1,
      status = "V",
      source = "Speediance postpartum guide, six-week protocol: suitcase carry 3 x 30 s per"
        .. " side",
    },
  },
  spotter = {
    mvt_m_s = { m_s(0.2), status = "D", source = "design proposal: like a deadlift" },
  },
}

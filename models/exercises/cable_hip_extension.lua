-- The hip extension against a cable at the ankle, standing: the step after the one on the floor.
local taut = require "taut"

return taut.parameters {
  name = "cable_hip_extension",
  kind = "exercise",
  help = "standing hip extension against a cable at the ankle",
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
    range_max_m = { m(0.4), status = "D", source = "design proposal: small, from the hip alone" },
    reps = {
      20,
      status = "V",
      source = "The Postpartum Method, hip extension: 20 repetitions before progress",
    },
    concentric_s = {
      s(1.8),
      status = "M",
      source = "tempo of strength training, lifting 1 to 2 s",
    },
    pause_s = { s(1), status = "M", source = "tempo of strength training, pause 0 to 1 s" },
    eccentric_s = {
      s(2.8),
      status = "M",
      source = "tempo of strength training, lowering 2 to 4 s",
    },
    rest_s = {
      s(1.5),
      status = "D",
      source = "design proposal: time for one breath between repetitions",
    },
    one_rm_n = {
      N(90),
      status = "D",
      source = "design proposal: about 0.13 of body weight at the ankle of one leg",
    },
    mvt_m_s = { m_s(0.2), status = "M", source = "deadlifts 0.15 to 0.25 m/s, taken for the hip" },
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
      0.3,
      status = "D",
      source = "design proposal: hardest early, the leg in front of the trunk",
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
      cmH2O(1.5),
      status = "D",
      source = "design proposal within 1 to 3 cmH2O per kg",
    },
    muscle_group = { "hips", status = "D", source = "design proposal: the muscles it is done for" },
    grip_share = { 0, status = "D", source = "a cuff at the ankle" },
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
    range_max_m = { m(0.4), status = "M", source = "same as the person" },
    target_speed_m_s = { m_s(0.139), status = "C", source = "range over intended time of lifting" },
    reps = {
      20,
      status = "V",
      source = "The Postpartum Method, hip extension: 20 repetitions before progress",
    },
  },
  spotter = {
    mvt_m_s = { m_s(0.2), status = "M", source = "deadlifts 0.15 to 0.25 m/s, taken for the hip" },
  },
}

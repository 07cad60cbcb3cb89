-- Phase 2. Hinge from the hips, handles close to the legs.
local taut = require "taut"

return taut.parameters {
  name = "romanian_deadlift",
  kind = "exercise",
  help = "Romanian deadlift, 3 x 12 hinge",
  user = {
    uses_left = { 1, status = "D", source = "design proposal: both cables at once" },
    uses_right = { 1, status = "D", source = "design proposal: both cables at once" },
    range_min_m = {
      m(0.15),
      status = "D",
      source = "design proposal: handle out of its stop when the arms are ready",
    },
    range_max_m = { m(0.7), status = "M", source = "usual range of motion 0.5 to 0.6 m" },
    reps = {
      12,
      status = "V",
      source = "Speediance postpartum guide, six-week protocol: Romanian deadlift 3 x 12",
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
      N(206),
      status = "M",
      source = "untrained 70 kg adult: Romanian deadlift 0.5 to 0.7 of body weight; 0.6 of"
        .. " body weight here, over two cables",
    },
    mvt_m_s = { m_s(0.2), status = "M", source = "deadlifts 0.15 to 0.25 m/s at the maximum" },
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
      source = "design proposal: hardest when the trunk is level",
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
      status = "C",
      source = "fits lifts of 12.5 kg (54 cmH2O) and 20.4 kg (71 cmH2O) of PMC7018791, table 2",
    },
    muscle_group = { "hips", status = "D", source = "design proposal: the muscles it is done for" },
    grip_share = { 1, status = "D", source = "design proposal: the fingers hold the whole load" },
  },
  session = {
    uses_left = { 1, status = "D", source = "design proposal: both cables at once" },
    uses_right = { 1, status = "D", source = "design proposal: both cables at once" },
    range_min_m = { m(0.15), status = "D", source = "same as the person" },
    range_max_m = { m(0.7), status = "M", source = "same as the person" },
    target_speed_m_s = { m_s(0.367), status = "C", source = "range over intended time of lifting" },
    reps = {
      12,
      status = "V",
      source = "Speediance postpartum guide, six-week protocol: Romanian deadlift 3 x 12",
    },
  },
  spotter = {
    mvt_m_s = { m_s(0.2), status = "M", source = "deadlifts 0.15 to 0.25 m/s at the maximum" },
  },
}

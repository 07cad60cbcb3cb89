-- Phase 3. Shoulders on a bench, bar at the hip; the load rises over the weeks.
local taut = require "taut"

return taut.parameters {
  name = "glute_thrust",
  kind = "exercise",
  help = "heavy glute thrust, 4 x 8",
  user = {
    uses_left = { 1, status = "D", source = "design proposal: both cables at once" },
    uses_right = { 1, status = "D", source = "design proposal: both cables at once" },
    range_min_m = {
      m(0.15),
      status = "D",
      source = "design proposal: handle out of its stop when the arms are ready",
    },
    range_max_m = { m(0.45), status = "M", source = "usual range of motion 0.25 to 0.35 m" },
    reps = {
      8,
      status = "V",
      source = "Speediance postpartum guide, six-week protocol: glute thrust 4 x 8",
    },
    concentric_s = {
      s(1.5),
      status = "M",
      source = "tempo of strength training, lifting 1 to 2 s",
    },
    pause_s = { s(0.8), status = "M", source = "tempo of strength training, pause 0 to 1 s" },
    eccentric_s = {
      s(2.5),
      status = "M",
      source = "tempo of strength training, lowering 2 to 4 s",
    },
    rest_s = {
      s(1.5),
      status = "D",
      source = "design proposal: time for one breath between repetitions",
    },
    one_rm_n = {
      N(292),
      status = "M",
      source = "untrained 70 kg adult: hip thrust 0.7 to 1.0 of body weight; 0.85 of body"
        .. " weight here, over two cables",
    },
    mvt_m_s = { m_s(0.25), status = "M", source = "hip thrust about 0.25 m/s" },
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
      0.8,
      status = "D",
      source = "design proposal: hardest near the top, hips almost straight",
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
      cmH2O(20),
      status = "D",
      source = "design proposal: on hands and knees, a little above lying",
    },
    iap_per_kg_pa = {
      cmH2O(1.5),
      status = "C",
      source = "fits lifts of 12.5 kg (54 cmH2O) and 20.4 kg (71 cmH2O) of PMC7018791, table 2",
    },
    muscle_group = { "hips", status = "D", source = "design proposal: the muscles it is done for" },
    grip_share = { 0, status = "D", source = "design proposal: the hips bear the bar" },
  },
  session = {
    uses_left = { 1, status = "D", source = "design proposal: both cables at once" },
    uses_right = { 1, status = "D", source = "design proposal: both cables at once" },
    range_min_m = { m(0.15), status = "D", source = "same as the person" },
    range_max_m = { m(0.45), status = "M", source = "same as the person" },
    target_speed_m_s = { m_s(0.2), status = "C", source = "range over intended time of lifting" },
    reps = {
      8,
      status = "V",
      source = "Speediance postpartum guide, six-week protocol: glute thrust 4 x 8",
    },
  },
  spotter = {
    mvt_m_s = { m_s(0.25), status = "M", source = "hip thrust about 0.25 m/s" },
  },
}

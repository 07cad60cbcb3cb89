-- Phase 1. No cable: the drive stays disarmed and the person moves by the clock.
local taut = require "taut"

return taut.parameters {
  name = "bird_dog",
  kind = "exercise",
  help = "bird dog on the floor, 3 x 10 per side",
  user = {
    uses_left = { 0, status = "D", source = "rule of the protocol: floor exercise, no load" },
    uses_right = { 0, status = "D", source = "rule of the protocol: floor exercise, no load" },
    range_min_m = {
      m(0.1),
      status = "D",
      source = "design proposal: handle out of its stop when the arms are ready",
    },
    range_max_m = { m(0.4), status = "D", source = "not used: no cable" },
    reps = {
      10,
      status = "V",
      source = "Speediance postpartum guide, six-week protocol: bird dog 3 x 10 per side",
    },
    concentric_s = { s(2), status = "M", source = "tempo of strength training, lifting 1 to 2 s" },
    pause_s = { s(1), status = "M", source = "tempo of strength training, pause 0 to 1 s" },
    eccentric_s = { s(2), status = "M", source = "tempo of strength training, lowering 2 to 4 s" },
    rest_s = {
      s(1.2),
      status = "D",
      source = "design proposal: time for one breath between repetitions",
    },
    one_rm_n = { N(100), status = "D", source = "not used: no cable" },
    mvt_m_s = { m_s(0.25), status = "D", source = "not used: no cable" },
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
    sticking_position = { 0.5, status = "D", source = "not used: no cable" },
    sticking_ratio = {
      0.35,
      status = "D",
      source = "design proposal: least over mean speed of a maximal lift",
    },
    fatigue_per_s = { 0.00755, status = "M", source = "trunk set of the 3CC model, from memory" },
    recovery_per_s = { 0.00075, status = "M", source = "trunk set of the 3CC model, from memory" },
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
    iap_per_kg_pa = { cmH2O(1), status = "D", source = "not used: no cable" },
    muscle_group = { "trunk", status = "D", source = "design proposal: the muscles it is done for" },
    floor_effort = { 0.25, status = "D", source = "design proposal: arm and leg against gravity" },
    grip_share = { 0, status = "D", source = "no handle" },
  },
  session = {
    uses_left = { 0, status = "D", source = "rule of the protocol: floor exercise, no load" },
    uses_right = { 0, status = "D", source = "rule of the protocol: floor exercise, no load" },
    range_min_m = { m(0.1), status = "D", source = "same as the person" },
    range_max_m = { m(0.4), status = "D", source = "same as the person" },
    target_speed_m_s = { m_s(0.15), status = "C", source = "range over intended time of lifting" },
    reps = {
      10,
      status = "V",
      source = "Speediance postpartum guide, six-week protocol: bird dog 3 x 10 per side",
    },
  },
  spotter = {
    mvt_m_s = { m_s(0.25), status = "D", source = "not used: no cable" },
  },
}

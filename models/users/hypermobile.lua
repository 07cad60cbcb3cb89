-- For range limits and for release: 10 % beyond the range, soft arms, weak grip, seven panics in
-- ten open the hands.
local taut = require "taut"

return taut.parameters {
  name = "hypermobile",
  kind = "user",
  help = "lax ligaments and a nervous temper: overshoots the range, lets go early",
  user = {
    body_mass_kg = { kg(60), status = "D", source = "design proposal" },
    strength_scale = { 0.9, status = "D", source = "design proposal" },
    grip_n = {
      N(220),
      status = "M",
      source = "one standard deviation below the women's mean of about 290 N",
    },
    range_scale = { 1.1, status = "D", source = "design proposal: ten per cent beyond the range" },
    laxity = { 0.8, status = "D", source = "design proposal" },
    arm_stiffness_n_m = { 400, status = "M", source = "arm stiffness 200 to 800 N/m" },
    arm_damping_ns_m = { 50, status = "M", source = "arm damping 20 to 60 N s/m" },
    tempo_jitter = { 0.1, status = "D", source = "design proposal" },
    reaction_s = { s(0.65), status = "D", source = "design proposal: distracted" },
    reaction_jitter = { 0.3, status = "D", source = "design proposal: distracted" },
    slip_probability = {
      0.002,
      status = "D",
      source = "design proposal: twenty times the default",
    },
    panic_release = { 0.7, status = "D", source = "design proposal: 70 % release" },
    panic_freeze = { 0.2, status = "D", source = "design proposal: 20 % freeze, the rest yanks" },
    give_up_s = { s(2.5), status = "D", source = "design proposal" },
    leak_point_pa = {
      cmH2O(95),
      status = "V",
      source = "above 90 cmH2O is the hypermobility type (McGuire); mild group 95 (10)",
    },
    linea_width_m = {
      mm(20),
      status = "M",
      source = "Beer 2009: at most 22 mm above the navel is normal",
    },
    linea_tension_n_m = { 250, status = "D", source = "design proposal: 150 to 300 N/m" },
  },
}

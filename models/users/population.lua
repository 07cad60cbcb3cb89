-- A person drawn from published and proposed distributions: another one for every seed. Each draw has a
-- name of its own, so a new one changes none of the others. Numbers are SI: seconds, metres, pascals.
local taut = require "taut"

local CMH2O, HOUR, WEEK = 98.0665, 3600, 604800

return taut.parameters {
  name = "population",
  kind = "user",
  help = "a woman some weeks after birth, sampled by the seed of the case",

  priors = {
    body_mass = { 70, status = "M", source = "mean of adult women, kg" },
    body_mass_sd = { 12, status = "M", source = "standard deviation, kg" },
    postpartum_low = { 0.7, status = "D", source = "design proposal: 0.7 to 0.85 of an untrained person" },
    postpartum_high = { 0.85, status = "D", source = "design proposal: 0.7 to 0.85 of an untrained person" },
    strength_cv = {
      0.2,
      status = "C",
      source = "bench norms of women 20 to 29 run from 0.51 to 0.79 of body weight (Cooper 2002)",
    },
    side_sd = { 0.05, status = "D", source = "design proposal: left over right" },
    grip = { 290, status = "M", source = "women about 290 N (SD 70), from memory of grip norms" },
    grip_sd = { 70, status = "M", source = "women about 290 N (SD 70), from memory of grip norms" },
    fatigability_cv = {
      0.35,
      status = "C",
      source = "19 women, bench: 8.2 (3.4) repetitions at 80 %, 18.3 (4.2) at 60 % of the maximum",
    },
    iap_scale_cv = { 0.38, status = "D", source = "proposal 0.35 to 0.40; checked at 12.5 kg, n = 206" },
    posture_sd = {
      0.21,
      status = "C",
      source = "standing 36.7 (21.6 to 52.4) cmH2O, 25 women (de Gennaro 2019), range over four SD",
    },
    cough = {
      50,
      status = "C",
      source = "so that 11.4 to 16 % leak when they cough; with the posture 87 cmH2O, of 80 to 150",
    },
    cough_cv = { 0.25, status = "D", source = "design proposal" },
    continent_share = {
      0.86,
      status = "C",
      source = "incontinence 11.4 % (Burgio 2003) to 16 % (Shenzhen) six weeks after birth",
    },
    mild_share = { 0.07, status = "D", source = "design proposal: half of the incontinent" },
    mixed_share = { 0.05, status = "D", source = "design proposal" },
    severe_share = { 0.02, status = "D", source = "design proposal" },
    leak_continent = { 130, status = "D", source = "design proposal: 130 (20) cmH2O" },
    leak_continent_sd = { 20, status = "D", source = "design proposal: 130 (20) cmH2O" },
    leak_mild = { 95, status = "V", source = "above 90 is the hypermobility type (McGuire); 95 (10)" },
    leak_mild_sd = { 10, status = "D", source = "design proposal" },
    leak_mixed = { 75, status = "V", source = "60 to 90 is the mixed type (McGuire); 75 (8)" },
    leak_mixed_sd = { 8, status = "D", source = "design proposal" },
    leak_severe = { 50, status = "V", source = "at most 50 to 52 (Bump 1997); 50 (8)" },
    leak_severe_sd = { 8, status = "D", source = "design proposal" },
    leak_healing = { 12, status = "D", source = "design proposal: cmH2O still to be gained at six weeks" },
    leak_heal_weeks = { 12, status = "D", source = "design proposal" },
    squeeze = { 20, status = "V", source = "pelvic-floor squeeze about 22 cmH2O; 15 to 25 here" },
    squeeze_sd = { 4, status = "D", source = "design proposal" },
    pelvic_effort = { 0.6, status = "D", source = "design proposal" },
    pelvic_effort_sd = { 0.12, status = "D", source = "design proposal" },
    pelvic_fatigue_low = { 0.002, status = "D", source = "Skaug 2024: none in the strength-trained" },
    pelvic_fatigue_high = { 0.015, status = "D", source = "Ree 2007: a fifth lost; proposal up to 0.015" },
    knack_share = { 0.75, status = "D", source = "design proposal: contract before the pressure rises" },
    linea_width = {
      23.4,
      status = "C",
      source = "diastasis of 60.0 % at six weeks with a limit of 22 mm (Sperstad 2016), mm",
    },
    linea_sigma = { 0.25, status = "D", source = "design proposal: of the logarithm of the width" },
    linea_healed = {
      0.728,
      status = "C",
      source = "diastasis of 45.4 % at six and 32.6 % at twelve months (Sperstad 2016)",
    },
    linea_heal_weeks = {
      51,
      status = "C",
      source = "diastasis of 45.4 % at six and 32.6 % at twelve months (Sperstad 2016)",
    },
    diastasis = { 22, status = "V", source = "2.2 cm (Hills 2018); two fingers (Sperstad 2016), mm" },
    laxity_low = { 0.6, status = "D", source = "design proposal: at birth" },
    laxity_high = { 1, status = "D", source = "design proposal: at birth" },
    laxity_weeks = { 8, status = "D", source = "proposal exp(-t/8 weeks); relaxin itself is gone by day 3" },
    feeding_share = { 0.6, status = "M", source = "breastfeeding at two to four months" },
    feeding_laxity = { 0.1, status = "D", source = "design proposal" },
    cycle_laxity = { 0.08, status = "D", source = "relaxin peaks on luteal day 9 to 10 (Casey 2018)" },
    back_pain_share = { 0.6, status = "V", source = "62.2 % one month after birth (Uemura 2017); guide: 50 to 70 %" },
    back_pain_low = { 0.5, status = "D", source = "design proposal: mostly mild" },
    back_pain_high = { 4.5, status = "D", source = "design proposal: mostly mild" },
    c_section_share = { 0.32, status = "M", source = "share of caesarean births, United States" },
    complication_share = { 0.08, status = "D", source = "design proposal" },
    early_share = { 0.05, status = "D", source = "design proposal: come before the check at six weeks" },
    sleep = { 7.2, status = "V", source = "7.2 (0.95) h in weeks 2 to 16 (Montgomery-Downs 2010)" },
    sleep_sd = { 0.95, status = "V", source = "7.2 (0.95) h in weeks 2 to 16 (Montgomery-Downs 2010)" },
    night_sd = { 1, status = "D", source = "design proposal: from night to night" },
    adherence_low = { 0.55, status = "D", source = "design proposal: share of the planned sessions" },
    adherence_high = { 1, status = "D", source = "design proposal: share of the planned sessions" },
    drop_out_high = { 0.03, status = "D", source = "design proposal: per week" },
    weak_core_share = { 0.15, status = "D", source = "design proposal" },
    honest_share = { 0.8, status = "D", source = "design proposal" },
    hurried_share = { 0.15, status = "D", source = "design proposal" },
    hypermobile_share = { 0.1, status = "D", source = "design proposal" },
    prolapse_share = { 0.05, status = "D", source = "design proposal: with symptoms" },
    piriformis_share = { 0.15, status = "D", source = "design proposal" },
    rotation_share = { 0.15, status = "D", source = "design proposal" },
    gripping_share = { 0.1, status = "D", source = "design proposal: resting tone above 0.2" },
    sensor_share = { 0.2, status = "D", source = "design proposal" },
  },

  sample = function(p, draw)
    local is_early = draw.chance("early", p.early_share)
    local weeks = is_early and draw.uniform("weeks_early", 3, 6) or draw.uniform("weeks", 6, 20)
    weeks = math.floor(weeks * 7) / 7 -- whole days
    local since_six = math.exp(-(weeks - 6) / p.linea_heal_weeks)
    local is_c_section = draw.chance("c_section", p.c_section_share)
    local has_complication = draw.chance("complication", p.complication_share)
    local is_late = is_c_section or has_complication
    local cleared_week = draw.uniform("cleared", is_late and 8 or 6, is_late and 12 or 8)

    -- Leak type C0 to C3.
    local kinds = { "continent", "mild", "mixed", "severe" }
    local kind = kinds[draw.pick("leak_kind",
      { p.continent_share, p.mild_share, p.mixed_share, p.severe_share })]
    local leak = draw.normal("leak_point", p["leak_" .. kind], p["leak_" .. kind .. "_sd"], 25, 220)
    local healing = kind == "continent" and 0 or p.leak_healing
    local leak_now = leak + healing * (1 - math.exp(-math.max(0, weeks - 6) / p.leak_heal_weeks))

    local width_six = p.linea_width * 1e-3 * math.exp(p.linea_sigma * draw.normal("linea", 0, 1, -3, 3))
    local width = width_six * (p.linea_healed + (1 - p.linea_healed) * since_six)
    local laxity = draw.uniform("laxity", p.laxity_low, p.laxity_high) * math.exp(-weeks / p.laxity_weeks)
    local is_feeding = draw.chance("feeding", p.feeding_share)
    local has_cycle = not is_feeding and weeks > 8
    local cycle_day = math.floor(draw.uniform("cycle_day", 1, 29))
    local is_hypermobile = draw.chance("hypermobile", p.hypermobile_share)
    local tone = draw.chance("gripping", p.gripping_share) and draw.uniform("tone_high", 0.21, 0.4)
      or draw.uniform("tone", 0.05, 0.18)
    local has_pain = draw.chance("back_pain", p.back_pain_share)
    local pain = has_pain and draw.uniform("pain_level", p.back_pain_low, p.back_pain_high) or 0
    local sleep_h = draw.normal("sleep", p.sleep, p.sleep_sd, 4, 9.5)
    local is_honest = draw.chance("honest", p.honest_share)
    local honesty = is_honest and draw.uniform("honesty", 0.95, 1) or draw.uniform("dishonesty", 0.2, 0.8)
    local breath = ({ "exhale_on_effort", "hold", "free" })[draw.pick("breath", { 70, 15, 15 })]

    return {
      user = {
        body_changes = 1,
        body_mass_kg = draw.normal("body_mass", p.body_mass, p.body_mass_sd, 45, 110),
        strength_scale = draw.uniform("postpartum", p.postpartum_low, p.postpartum_high)
          * draw.lognormal("strength", 1, p.strength_cv),
        left_strength = draw.normal("left", 1, p.side_sd, 0.7, 1.3),
        range_scale = is_hypermobile and 1.1 or 1,
        tempo_jitter = draw.uniform("tempo_jitter", 0.03, 0.12),
        fatigability = math.min(4, draw.lognormal("fatigability", 1, p.fatigability_cv)),
        give_up_s = draw.uniform("give_up", 2, 5),
        reaction_s = draw.lognormal("reaction", 0.45, 0.2),
        verbal_s = draw.uniform("verbal", 0.8, 2),
        honesty = honesty,
        grip_n = draw.normal("grip", p.grip, p.grip_sd, 120, 550),
        breath_strategy = breath,
        breath_pa = draw.uniform("breath_pa", 3, 6) * CMH2O,
        posture_scale = draw.normal("posture", 1, p.posture_sd, 0.4, 1.8),
        iap_scale = draw.lognormal("iap_scale", 1, p.iap_scale_cv),
        cough_pa = draw.lognormal("cough", p.cough, p.cough_cv) * CMH2O,
        leak_point_pa = leak_now * CMH2O,
        leak_healed_pa = (leak + healing) * CMH2O,
        leak_heal_s = p.leak_heal_weeks * WEEK,
        squeeze_pa = draw.normal("squeeze", p.squeeze, p.squeeze_sd, 8, 35) * CMH2O,
        leak_fatigue_pa = draw.uniform("leak_fatigue", 0, 15) * CMH2O,
        bladder_fill = draw.uniform("bladder", 0.2, 0.8),
        pelvic_effort = draw.normal("pelvic_effort", p.pelvic_effort, p.pelvic_effort_sd, 0.25, 0.95),
        pelvic_tone = tone,
        knack_s = draw.chance("has_knack", p.knack_share) and draw.uniform("knack", 0.05, 0.2)
          or draw.uniform("lag", -0.1, 0),
        pelvic_fatigue_per_s = draw.uniform("pelvic_fatigue", p.pelvic_fatigue_low, p.pelvic_fatigue_high),
        heaviness_s = 1000 * draw.lognormal("heaviness", 1, 0.5),
        linea_width_m = width,
        linea_healed_m = width_six * p.linea_healed,
        linea_heal_s = p.linea_heal_weeks * WEEK,
        linea_tension_n_m = draw.uniform("linea_tension", 150, 300),
        laxity = laxity,
        laxity_decay_s = p.laxity_weeks * WEEK,
        laxity_feeding = is_feeding and p.feeding_laxity or 0,
        laxity_cycle = has_cycle and p.cycle_laxity or 0,
        cycle_day = cycle_day,
        transversus_effort = draw.uniform("transversus", 0.2, 0.6),
        cone_felt = draw.uniform("cone_felt", 0.3, 0.7),
        cone_report_s = draw.uniform("cone_report", 1, 3),
        sleep_s = sleep_h * HOUR,
        sleep_sd_s = p.night_sd * HOUR,
        back_pain = pain,
        sensor_worn = draw.chance("sensor", p.sensor_share) and 1 or 0,
      },
      life = {
        adherence = draw.uniform("adherence", p.adherence_low, p.adherence_high),
        eagerness = draw.uniform("eagerness", 0, 1),
        drop_out = draw.uniform("drop_out", 0, p.drop_out_high),
        birth_mode = is_c_section and "c_section" or "vaginal",
        weeks_after_birth = weeks,
        has_complication = has_complication,
        clearance_day = math.ceil((cleared_week - weeks) * 7),
        sleep_h = sleep_h,
        sleep_sd_h = p.night_sd,
        checkin_honesty = honesty,
        marker_honesty = honesty,
        back_pain = pain,
        resting_tone = tone,
        task_effort = draw.uniform("task_effort", 4, 8),
        cycle_days = has_cycle and 28 or 0,
        asks_for_more = draw.chance("hurried", p.hurried_share) and draw.uniform("hurry", 0.1, 0.5) or 0,
        has_diastasis = width >= p.diastasis * 1e-3,
        has_weak_core = draw.chance("weak_core", p.weak_core_share),
        has_prolapse = draw.chance("prolapse", p.prolapse_share),
        is_hypermobile = is_hypermobile,
        has_tight_piriformis = draw.chance("piriformis", p.piriformis_share),
        has_hip_rotation = draw.chance("rotation", p.rotation_share),
      },
      facts = {
        leak_kind = kind,
        had_diastasis_at_six_weeks = width_six >= p.diastasis * 1e-3,
      },
    }
  end,
}

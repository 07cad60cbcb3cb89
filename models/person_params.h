/// Parameters of a person in an exercise. One table serves the struct, the plugin and the README.
///
/// Row: X(id, field, UNIT, min, max, default, labels, flags, help); values are SI. Rows 1-49
/// describe the exercise, rows 50-199 the person; ids from 200 are the exercise table. Sources of
/// the defaults: plugins/user/README.md.
#ifndef TAUT_MODELS_PERSON_PARAMS_H
#define TAUT_MODELS_PERSON_PARAMS_H

#include "models/breathing.h"
#include "taut/math.h"

#define TAUT_DAY_S 86400.0
#define TAUT_WEEK_S (7.0 * TAUT_DAY_S)

#define TAUT_PERSON_EXERCISE_PARAMS(X)                                                             \
  X(1, uses_left, TAUT_UNIT_NONE, 0, 1, 1, NULL, TAUT_BOOL, "the left handle is used")             \
  X(2, uses_right, TAUT_UNIT_NONE, 0, 1, 1, NULL, TAUT_BOOL, "the right handle is used")           \
  X(3, range_min_m, TAUT_UNIT_M, 0.05, 3, 0.1, NULL, 0,                                            \
    "handle at the start of the concentric phase")                                                 \
  X(4, range_max_m, TAUT_UNIT_M, 0.06, 4, 0.6, NULL, 0, "handle at its end")                       \
  X(5, reps, TAUT_UNIT_NONE, 0, 10000, 10, NULL, TAUT_INTEGER,                                     \
    "repetitions intended; 0 is until told")                                                       \
  X(6, concentric_s, TAUT_UNIT_S, 0.2, 30, 1.5, NULL, 0, "intended time of lifting")               \
  X(7, pause_s, TAUT_UNIT_S, 0, 30, 0.3, NULL, 0, "time held at the top")                          \
  X(8, eccentric_s, TAUT_UNIT_S, 0.2, 30, 2.5, NULL, 0, "intended time of lowering")               \
  X(9, rest_s, TAUT_UNIT_S, 0, 60, 1.2, NULL, 0, "time between repetitions, for a breath")         \
  X(10, hold_s, TAUT_UNIT_S, 0, 600, 0, NULL, 0,                                                   \
    "timed hold at the top instead of the pause; 0 is none")                                       \
  X(11, one_rm_n, TAUT_UNIT_N, 1, 5000, 180, NULL, 0,                                              \
    "one-repetition maximum per cable of an untrained 70 kg person")                               \
  X(12, mvt_m_s, TAUT_UNIT_M_S, 0.02, 1, 0.25, NULL, 0,                                            \
    "mean concentric speed at the one-repetition maximum")                                         \
  X(13, vmax_m_s, TAUT_UNIT_M_S, 0.5, 5, 2, NULL, 0, "speed without load")                         \
  X(14, curvature, TAUT_UNIT_NONE, 0.1, 100, 3, NULL, 0, "of the concentric force-velocity curve") \
  X(15, eccentric_gain, TAUT_UNIT_NONE, 1.01, 2, 1.3, NULL, 0,                                     \
    "greatest lowering over holding force")                                                        \
  X(16, sticking_position, TAUT_UNIT_NONE, 0, 1, 0.4, NULL, 0,                                     \
    "weakest point, 0 start to 1 end of the range")                                                \
  X(17, sticking_width, TAUT_UNIT_NONE, 0.05, 2, 0.4, NULL, 0,                                     \
    "half-width of the weak region, share of the range")                                           \
  X(18, sticking_ratio, TAUT_UNIT_NONE, 0.05, 0.95, 0.35, NULL, 0,                                 \
    "least over mean speed at the one-repetition maximum")                                         \
  X(19, fatigue_per_s, TAUT_UNIT_PER_S, 0.0001, 0.1, 0.0097, NULL, 0, "F of the lift's muscles")   \
  X(20, recovery_per_s, TAUT_UNIT_PER_S, 0.00001, 0.1, 0.00091, NULL, 0,                           \
    "R of the lift's muscles")                                                                     \
  X(21, rest_gain, TAUT_UNIT_NONE, 1, 100, 15, NULL, 0,                                            \
    "r: recovery at rest over recovery under load")                                                \
  X(22, bottom_share, TAUT_UNIT_NONE, 0, 1, 0.3, NULL, 0,                                          \
    "share of the load the muscles bear at the start position")                                    \
  X(23, posture_pa, TAUT_UNIT_CMH2O, 0, 20000, 37 * TAUT_CMH2O_PA, NULL, 0,                        \
    "abdominal pressure of the posture")                                                           \
  X(24, iap_per_kg_pa, TAUT_UNIT_CMH2O, 0, 2000, 1.5 * TAUT_CMH2O_PA, NULL, 0,                     \
    "pressure that each lifted kilogram adds")                                                     \
  X(25, grip_share, TAUT_UNIT_NONE, 0, 1, 1, NULL, 0,                                              \
    "share of the hand force that the fingers hold")                                               \
  X(26, bring_speed_m_s, TAUT_UNIT_M_S, 0.02, 1, 0.25, NULL, 0,                                    \
    "speed of taking the handle to the start and of putting it down")                              \
  X(27, muscle_group, TAUT_UNIT_NONE, 0, TAUT_PERSON_GROUP_COUNT - 1, 0,                           \
    TAUT_LABELS(TAUT_PERSON_GROUP_MAP), TAUT_ENUM,                                                 \
    "muscles that tire and grow; exercises of one group share them")                               \
  X(28, floor_effort, TAUT_UNIT_NONE, 0, 1, 0, NULL, 0,                                            \
    "share of the muscles that an exercise without a handle takes")

/// Muscles of the lift, coarse: what tires in one exercise of a group is tired in the next.
#define TAUT_PERSON_GROUP_MAP(X) \
  X(HIPS, "hips") X(THIGHS, "thighs") X(BACK, "back") X(SHOULDERS, "shoulders") X(TRUNK, "trunk")
enum {
#define TAUT_PERSON_GROUP_ENUM(name, label) TAUT_PERSON_GROUP_##name,
  TAUT_PERSON_GROUP_MAP(TAUT_PERSON_GROUP_ENUM)
#undef TAUT_PERSON_GROUP_ENUM
      TAUT_PERSON_GROUP_COUNT
};

#define TAUT_PERSON_BODY_PARAMS(X)                                                                 \
  X(50, body_mass_kg, TAUT_UNIT_KG, 30, 250, 70, NULL, 0,                                          \
    "body mass; strength is proportional to it")                                                   \
  X(51, strength_scale, TAUT_UNIT_NONE, 0.05, 10, 1, NULL, 0,                                      \
    "strength over an untrained person of that mass")                                              \
  X(52, left_strength, TAUT_UNIT_NONE, 0.05, 2, 1, NULL, 0, "of the left side over both")          \
  X(53, right_strength, TAUT_UNIT_NONE, 0.05, 2, 1, NULL, 0, "of the right side over both")        \
  X(54, range_scale, TAUT_UNIT_NONE, 0.1, 2, 1, NULL, 0, "range of motion over the exercise's")    \
  X(55, tempo_jitter, TAUT_UNIT_NONE, 0, 0.5, 0.05, NULL, 0,                                       \
    "coefficient of variation of every intended time")                                             \
  X(56, fatigability, TAUT_UNIT_NONE, 0.1, 10, 1, NULL, 0,                                         \
    "F of the lift's muscles over the exercise's")                                                 \
  X(57, initial_fatigue, TAUT_UNIT_NONE, 0, 0.95, 0, NULL, 0,                                      \
    "MF of the lift's muscles at the start")                                                       \
  X(58, give_up_s, TAUT_UNIT_S, 0.1, 60, 4, NULL, 0, "stall after which the person gives up")      \
  X(59, arm_stiffness_n_m, TAUT_UNIT_N_M, 10, 5000, 600, NULL, 0,                                  \
    "stiffness of the arm about the intended position")                                            \
  X(60, arm_damping_ns_m, TAUT_UNIT_NS_M, 1, 300, 60, NULL, 0, "damping of the arm")               \
  X(61, correction_n_m, TAUT_UNIT_N_M, 0, 1000, 100, NULL, 0,                                      \
    "force per position error, one human delay later")                                             \
  X(62, felt_delay_s, TAUT_UNIT_S, 0.01, 0.31, 0.18, NULL, 0,                                      \
    "delay until a felt force is answered")                                                        \
  X(63, felt_filter_s, TAUT_UNIT_S, 0.01, 1, 0.08, NULL, 0,                                        \
    "time constant of learning the felt force")                                                    \
  X(64, reaction_s, TAUT_UNIT_S, 0.05, 10, 0.45, NULL, 0, "from a cue to the start of the answer") \
  X(65, reaction_jitter, TAUT_UNIT_NONE, 0, 0.5, 0.15, NULL, 0,                                    \
    "coefficient of variation of every reaction time")                                             \
  X(66, reach_s, TAUT_UNIT_S, 0.01, 10, 0.6, NULL, 0,                                              \
    "time to close the hands around the handles")                                                  \
  X(67, verbal_s, TAUT_UNIT_S, 0.05, 30, 1.2, NULL, 0,                                             \
    "from noticing a symptom to having said it")                                                   \
  X(68, refractory_s, TAUT_UNIT_S, 0, 3600, 10, NULL, 0,                                           \
    "a symptom that comes again sooner is not said again")                                         \
  X(69, honesty, TAUT_UNIT_NONE, 0, 1, 1, NULL, 0,                                                 \
    "probability of saying a symptom that was noticed")                                            \
  X(70, stops_after_report, TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL,                              \
    "puts the handle down unasked after saying a symptom")                                         \
  X(71, says_too_heavy, TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL, "says so when giving up")        \
  X(72, pain_threshold, TAUT_UNIT_NONE, 0, 10, 3, NULL, 0, "pain that is said")                    \
  X(73, pain_stimulus, TAUT_UNIT_NONE, 0, 10, 6, NULL, 0,                                          \
    "pain of the scenario's pain stimulus, for 5 s")                                               \
  X(74, panic_release, TAUT_UNIT_NONE, 0, 1, 0.7, NULL, 0,                                         \
    "probability that panic opens the hands")                                                      \
  X(75, panic_freeze, TAUT_UNIT_NONE, 0, 1, 0.2, NULL, 0,                                          \
    "probability that panic freezes; else it yanks")                                               \
  X(76, yank_gain, TAUT_UNIT_NONE, 0, 5, 1.5, NULL, 0,                                             \
    "extra force of a yank over the felt load, for 0.3 s")                                         \
  X(80, grip_n, TAUT_UNIT_N, 1, 2000, 290, NULL, 0, "grip strength of a hand")                     \
  X(81, strap_share, TAUT_UNIT_NONE, 0, 1, 0, NULL, 0,                                             \
    "share of the fingers' load borne by straps")                                                  \
  X(82, grip_fatigue_per_s, TAUT_UNIT_PER_S, 0.0001, 0.1, 0.0098, NULL, 0, "F of the grip")        \
  X(83, grip_recovery_per_s, TAUT_UNIT_PER_S, 0.00001, 0.1, 0.00064, NULL, 0, "R of the grip")     \
  X(84, grip_rest_gain, TAUT_UNIT_NONE, 1, 100, 30, NULL, 0, "r of the grip")                      \
  X(85, slip_probability, TAUT_UNIT_NONE, 0, 1, 1e-4, NULL, 0, "of a random slip per repetition")  \
  X(86, release_s, TAUT_UNIT_S, 0, 0.5, 0.02, NULL, 0,                                             \
    "time in which an opening hand loses its force")                                               \
  X(87, presence_s, TAUT_UNIT_S, 0, 1, 0.01, NULL, 0, "delay of the hand-presence sensor")         \
  X(90, breath_strategy, TAUT_UNIT_NONE, 0, TAUT_BREATHING_STRATEGY_COUNT - 1, 0,                  \
    TAUT_LABELS(TAUT_BREATHING_STRATEGY_MAP), TAUT_ENUM, "how breath and effort go together")      \
  X(91, breath_period_s, TAUT_UNIT_S, 1, 20, 4.5, NULL, 0, "cycle of free breathing")              \
  X(92, breath_pa, TAUT_UNIT_CMH2O, 0, 5000, 4 * TAUT_CMH2O_PA, NULL, 0,                           \
    "amplitude of pressure with breathing")                                                        \
  X(93, valsalva_pa, TAUT_UNIT_CMH2O, 0, 30000, 80 * TAUT_CMH2O_PA, NULL, 0,                       \
    "rise with the breath held and pressed")                                                       \
  X(94, valsalva_share, TAUT_UNIT_NONE, 0, 1, 0.5, NULL, 0, "how hard a held breath is pressed")   \
  X(95, iap_scale, TAUT_UNIT_NONE, 0.1, 10, 1, NULL, 0, "individual gain of abdominal pressure")   \
  X(96, effort_pa, TAUT_UNIT_CMH2O, 0, 30000, 30 * TAUT_CMH2O_PA, NULL, 0,                         \
    "rise of pressure at full effort")                                                             \
  X(101, posture_scale, TAUT_UNIT_NONE, 0.1, 3, 1, NULL, 0,                                        \
    "abdominal pressure of a posture over the exercise's")                                         \
  X(102, diaphragm, TAUT_UNIT_NONE, 0, 1, 1, NULL, 0,                                              \
    "part of the diaphragm in breathing; without it the pelvic floor tenses and the wall "         \
    "slackens")                                                                                    \
  X(97, iap_tau_s, TAUT_UNIT_S, 0.005, 1, 0.075, NULL, 0, "time constant of abdominal pressure")   \
  X(98, iap_lead_s, TAUT_UNIT_S, 0, 0.5, 0.15, NULL, 0,                                            \
    "pressure rises this long before the lift")                                                    \
  X(99, cough_pa, TAUT_UNIT_CMH2O, 0, 40000, 110 * TAUT_CMH2O_PA, NULL, 0,                         \
    "peak that a cough adds")                                                                      \
  X(100, cough_s, TAUT_UNIT_S, 0.05, 2, 0.4, NULL, 0, "duration of a cough")                       \
  X(110, leak_point_pa, TAUT_UNIT_CMH2O, 0, 40000, 130 * TAUT_CMH2O_PA, NULL, 0,                   \
    "leak point of the relaxed, rested pelvic floor")                                              \
  X(111, squeeze_pa, TAUT_UNIT_CMH2O, 0, 10000, 20 * TAUT_CMH2O_PA, NULL, 0,                       \
    "rise of the leak point at full activation")                                                   \
  X(112, leak_fatigue_pa, TAUT_UNIT_CMH2O, 0, 10000, 10 * TAUT_CMH2O_PA, NULL, 0,                  \
    "fall of the leak point at full fatigue")                                                      \
  X(113, leak_fill_pa, TAUT_UNIT_CMH2O, 0, 10000, 20 * TAUT_CMH2O_PA, NULL, 0,                     \
    "fall of the leak point from an empty to a full bladder")                                      \
  X(114, leak_breath_hold_pa, TAUT_UNIT_CMH2O, 0, 10000, 10 * TAUT_CMH2O_PA, NULL, 0,              \
    "fall of the leak point while the breath is held")                                             \
  X(115, leak_hysteresis_pa, TAUT_UNIT_CMH2O, 0, 5000, 3 * TAUT_CMH2O_PA, NULL, 0,                 \
    "a leak ends this far below the leak point")                                                   \
  X(116, leak_second_m3, TAUT_UNIT_ML, 0, 1e-3, 2e-6, NULL, 0,                                     \
    "lost in one second 10 cmH2O above the leak point")                                            \
  X(117, leak_felt_m3, TAUT_UNIT_ML, 0, 1e-3, 0.5e-6, NULL, 0, "lost volume that may be felt")     \
  X(118, leak_felt_probability, TAUT_UNIT_NONE, 0, 1, 0.9, NULL, 0, "probability of feeling it")   \
  X(119, bladder_fill, TAUT_UNIT_NONE, 0, 1, 0.5, NULL, 0, "fill of the bladder")                  \
  X(133, bladder_m3, TAUT_UNIT_ML, 1e-5, 2e-3, 0.4e-3, NULL, 0, "volume of a full bladder")        \
  X(120, pelvic_effort, TAUT_UNIT_NONE, 0, 1, 0.6, NULL, 0,                                        \
    "activation of the pelvic floor in a lift")                                                    \
  X(121, pelvic_tone, TAUT_UNIT_NONE, 0, 1, 0.1, NULL, 0,                                          \
    "activation at rest; above 0.2 it never recovers")                                             \
  X(122, knack_s, TAUT_UNIT_S, -0.5, 0.5, 0.15, NULL, 0,                                           \
    "pelvic floor contracts this long before the pressure rises; negative lags")                   \
  X(123, pelvic_rise_s, TAUT_UNIT_S, 0.005, 1, 0.06, NULL, 0,                                      \
    "time constant of pelvic-floor activation")                                                    \
  X(124, pelvic_fatigue_per_s, TAUT_UNIT_PER_S, 0, 0.1, 0.008, NULL, 0, "F of the pelvic floor")   \
  X(125, pelvic_recovery_per_s, TAUT_UNIT_PER_S, 0.00001, 0.1, 0.001, NULL, 0,                     \
    "R of the pelvic floor")                                                                       \
  X(126, pelvic_rest_gain, TAUT_UNIT_NONE, 1, 100, 12, NULL, 0, "r of the pelvic floor")           \
  X(127, let_go_share, TAUT_UNIT_NONE, 0, 1, 0.5, NULL, 0,                                         \
    "share of the first repetition's activation at which it lets go")                              \
  X(128, let_go_fatigue, TAUT_UNIT_NONE, 0, 1, 0.35, NULL, 0,                                      \
    "pelvic-floor fatigue at which it lets go")                                                    \
  X(129, let_go_felt, TAUT_UNIT_NONE, 0, 1, 0.8, NULL, 0,                                          \
    "probability of noticing that it lets go")                                                     \
  X(130, heaviness_pa, TAUT_UNIT_CMH2O, 0, 40000, 45 * TAUT_CMH2O_PA, NULL, 0,                     \
    "pressure above which heaviness builds up")                                                    \
  X(131, heaviness_s, TAUT_UNIT_S, 0, 1e9, 1000, NULL, 0,                                          \
    "time 10 cmH2O above it until heaviness is felt")                                              \
  X(132, heaviness_share, TAUT_UNIT_NONE, 0, 10, 0.8, NULL, 0,                                     \
    "pressure over leak point that is felt as heaviness after 10 s")                               \
  X(140, linea_width_m, TAUT_UNIT_MM, 0.001, 0.1, 0.018, NULL, 0, "inter-recti distance")          \
  X(141, linea_tension_n_m, TAUT_UNIT_N_M, 10, 5000, 250, NULL, 0,                                 \
    "tension of the relaxed linea alba")                                                           \
  X(142, laxity, TAUT_UNIT_NONE, 0, 1, 0, NULL, 0, "of the connective tissue")                     \
  X(143, transversus_n_m, TAUT_UNIT_N_M, 0, 5000, 300, NULL, 0,                                    \
    "tension that full transversus activation adds")                                               \
  X(144, transversus_effort, TAUT_UNIT_NONE, 0, 1, 0.4, NULL, 0,                                   \
    "activation of the transversus in a lift")                                                     \
  X(145, cone_threshold_m, TAUT_UNIT_MM, 0.0001, 0.1, 0.003, NULL, 0, "visible dome height")       \
  X(146, cone_hysteresis_m, TAUT_UNIT_MM, 0, 0.05, 0.0005, NULL, 0, "coning ends this far below")  \
  X(147, cone_hold_s, TAUT_UNIT_S, 0, 10, 0.1, NULL, 0, "height must last this long")              \
  X(148, cone_felt, TAUT_UNIT_NONE, 0, 1, 0.5, NULL, 0, "probability of noticing coning herself")  \
  X(149, cone_report_s, TAUT_UNIT_S, 0.05, 30, 2, NULL, 0, "from coning to having said it")        \
  X(150, trunk_fatigue_per_s, TAUT_UNIT_PER_S, 0, 0.1, 0.00755, NULL, 0, "F of the transversus")   \
  X(151, trunk_recovery_per_s, TAUT_UNIT_PER_S, 0.00001, 0.1, 0.00075, NULL, 0,                    \
    "R of the transversus")                                                                        \
  X(152, trunk_rest_gain, TAUT_UNIT_NONE, 1, 100, 15, NULL, 0, "r of the transversus")             \
  X(160, sensor_worn, TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL, "she wears a pelvic-floor sensor") \
  X(161, sensor_period_s, TAUT_UNIT_S, 0.01, 2, 0.1, NULL, 0, "time between two of its samples")   \
  X(162, sensor_latency_s, TAUT_UNIT_S, 0, 1.5, 0.3, NULL, 0, "age of a sample when it arrives")   \
  X(163, sensor_noise, TAUT_UNIT_NONE, 0, 1, 0.05, NULL, 0, "standard deviation of a sample")      \
  X(164, sensor_gain, TAUT_UNIT_NONE, 0.1, 3, 1, NULL, 0, "what it shows over what there is")      \
  X(165, sensor_miss, TAUT_UNIT_NONE, 0, 1, 0.02, NULL, 0,                                         \
    "probability that a sample is lost; the last one stays")                                       \
  X(170, body_changes, TAUT_UNIT_NONE, 0, 1, 0, NULL, TAUT_BOOL,                                   \
    "days leave traces: strength, sleep, healing, pain; 0 keeps the body as it is described here") \
  X(171, laxity_decay_s, TAUT_UNIT_S, 1, 1e9, 8 * TAUT_WEEK_S, NULL, 0,                            \
    "time constant with which laxity falls")                                                       \
  X(172, laxity_feeding, TAUT_UNIT_NONE, 0, 1, 0, NULL, 0, "laxity that breastfeeding adds")       \
  X(173, laxity_cycle, TAUT_UNIT_NONE, 0, 1, 0, NULL, 0,                                           \
    "laxity that the peak of relaxin in a cycle adds; 0 is no cycle")                              \
  X(174, cycle_day, TAUT_UNIT_NONE, 1, 60, 1, NULL, 0, "day of the cycle at the start")            \
  X(175, cycle_days, TAUT_UNIT_NONE, 15, 60, 28, NULL, 0, "length of the cycle in days")           \
  X(176, linea_healed_m, TAUT_UNIT_MM, 0, 0.1, 0, NULL, 0,                                         \
    "inter-recti distance it heals towards; 0 is the present one")                                 \
  X(177, linea_heal_s, TAUT_UNIT_S, 1, 1e9, 15 * TAUT_WEEK_S, NULL, 0,                             \
    "time constant with which the linea alba heals")                                               \
  X(178, leak_healed_pa, TAUT_UNIT_CMH2O, 0, 40000, 0, NULL, 0,                                    \
    "leak point it heals towards; 0 is the present one")                                           \
  X(179, leak_heal_s, TAUT_UNIT_S, 1, 1e9, 12 * TAUT_WEEK_S, NULL, 0,                              \
    "time constant with which the pelvic floor heals")                                             \
  X(180, gain_per_dose, TAUT_UNIT_NONE, 0, 1, 0.0136, NULL, 0,                                     \
    "strength that three sets of ten at three quarters of the maximum add")                        \
  X(181, gain_decay_s, TAUT_UNIT_S, 1, 1e9, 45 * TAUT_DAY_S, NULL, 0,                              \
    "time constant with which that is lost again")                                                 \
  X(182, wear_per_dose, TAUT_UNIT_NONE, 0, 1, 0.0204, NULL, 0,                                     \
    "strength that the same dose takes at first")                                                  \
  X(183, wear_decay_s, TAUT_UNIT_S, 1, 1e9, 4 * TAUT_DAY_S, NULL, 0,                               \
    "time constant of recovery between sessions")                                                  \
  X(184, sleep_s, TAUT_UNIT_S, 0, 86400, 7.2 * 3600, NULL, 0, "mean sleep of a night")             \
  X(185, sleep_sd_s, TAUT_UNIT_S, 0, 86400, 0.95 * 3600, NULL, 0, "its standard deviation")        \
  X(186, sleep_strength, TAUT_UNIT_NONE, 0, 0.2, 0.008, NULL, 0,                                   \
    "strength lost per hour of sleep below 7.5 h")                                                 \
  X(187, sleep_endurance, TAUT_UNIT_NONE, 0, 0.5, 0.028, NULL, 0,                                  \
    "fatigability gained per hour of sleep below 7.5 h")                                           \
  X(188, sleep_repair, TAUT_UNIT_NONE, 0, 0.5, 0.1, NULL, 0,                                       \
    "share of a dose's gain lost per hour of sleep below 7.5 h")                                   \
  X(189, sleep_reaction, TAUT_UNIT_NONE, 0, 1, 0.1, NULL, 0,                                       \
    "reaction time gained per hour of sleep below 7.5 h")                                          \
  X(190, sleep_pain, TAUT_UNIT_NONE, 0, 5, 0.3, NULL, 0,                                           \
    "pain gained per hour of sleep below 7.5 h by who has pain")                                   \
  X(191, back_pain, TAUT_UNIT_NONE, 0, 10, 0, NULL, 0, "pain of the low back at the start")        \
  X(192, back_pain_decay_s, TAUT_UNIT_S, 1, 1e9, 20 * TAUT_WEEK_S, NULL, 0,                        \
    "time constant with which it goes")                                                            \
  X(193, back_pain_sd, TAUT_UNIT_NONE, 0, 5, 0.7, NULL, 0, "its scatter from day to day")          \
  X(194, back_pain_effort, TAUT_UNIT_NONE, 0, 10, 1.5, NULL, 0,                                    \
    "pain that full effort adds to who has pain")

#define TAUT_PERSON_PARAMS(X) TAUT_PERSON_EXERCISE_PARAMS(X) TAUT_PERSON_BODY_PARAMS(X)

/// Rows of the exercise table: parameters table_<field>, id 200 + that of the field.
enum { TAUT_PERSON_TABLE_ROWS = 24 };

/// All values in table order, so that a table of parameter slots is this struct.
typedef struct taut_person_params {
#define TAUT_PERSON_FIELD(id, field, ...) double field;
  TAUT_PERSON_PARAMS(TAUT_PERSON_FIELD)
#undef TAUT_PERSON_FIELD
#define TAUT_PERSON_ROWS(id, field, ...) double table_##field[TAUT_PERSON_TABLE_ROWS];
  TAUT_PERSON_EXERCISE_PARAMS(TAUT_PERSON_ROWS)
#undef TAUT_PERSON_ROWS
} taut_person_params;

/// One exercise: the values of a row of the table, or of the exercise outside it.
typedef struct taut_person_exercise {
#define TAUT_PERSON_FIELD(id, field, ...) double field;
  TAUT_PERSON_EXERCISE_PARAMS(TAUT_PERSON_FIELD)
#undef TAUT_PERSON_FIELD
} taut_person_exercise;

enum {
#define TAUT_PERSON_INDEX(id, field, ...) TAUT_PERSON_PARAM_##field,
  TAUT_PERSON_PARAMS(TAUT_PERSON_INDEX)
#undef TAUT_PERSON_INDEX
      TAUT_PERSON_N_PARAMS
};
enum { TAUT_PERSON_N_FIELDS = sizeof(taut_person_exercise) / sizeof(double) };
_Static_assert(sizeof(taut_person_params) ==
                   (TAUT_PERSON_N_PARAMS + TAUT_PERSON_N_FIELDS * TAUT_PERSON_TABLE_ROWS) *
                       sizeof(double),
               "no padding");

#endif

// The person against published figures. Each check is a property of a set of parameters, and is
// shown to reject a spoilt one; rows of the guides that speak of the person's body are named.
#include "support/person.h"

static const char *const lifts[] = {"seated_row",     "lat_pulldown",      "goblet_squat",
                                    "overhead_press", "romanian_deadlift", "glute_thrust"};
enum { N_LIFTS = 6 };

static int reps_to_failure(const taut_person_params *exercise, double share) {
  taut_person_params params = *exercise;
  params.slip_probability = 0.0;
  params.tempo_jitter = 0.0;
  params.grip_n = 2000.0;
  params.reps = 0.0;
  gym g;
  gym_start(&g, &params, SEED);
  gym_begin_set(&g, share * params.one_rm_n);
  while (g.person.has_given_up == 0.0 && g.person.rep < 60.0 && gym_now(&g) < 600.0) gym_step(&g);
  return (int)g.person.rep;
}

/// 19 women, bench press: 8.2 (3.4) repetitions at 80 % and 18.3 (4.2) at 60 % of the maximum;
/// "about 10" and "about 20" over eight machines (Med Sci Sports Exerc 2019, 51, abstract). Within
/// one standard deviation, and the maximum itself once or twice, 3 % more (the spread of a maximum
/// test) not three times.
static int tires_as_published(const taut_person_params *exercise) {
  int heavy = reps_to_failure(exercise, 0.80), light = reps_to_failure(exercise, 0.60);
  int most = reps_to_failure(exercise, 1.0), above = reps_to_failure(exercise, 1.1);
  return heavy >= 5 && heavy <= 11 && light >= 14 && light <= 22 && most >= 1 && most <= 2 &&
         above <= 1;
}

static void repetitions_at_a_share_of_the_maximum_are_as_published(void **unused) {
  (void)unused;
  for (int i = 0; i < N_LIFTS; i++) {
    taut_person_params exercise = person_of(NULL, lifts[i]);
    if (!tires_as_published(&exercise)) fail_msg("%s does not", lifts[i]);
  }
  taut_person_params enduring = person_of(NULL, "seated_row"), weak = enduring;
  enduring.fatigability = 0.5;
  weak.fatigability = 2.5;
  assert_false(tires_as_published(&enduring));
  assert_false(tires_as_published(&weak));
}

/// Mean speed with all she has at each share of the maximum; least squares line of share over
/// speed.
typedef struct load_velocity {
  double at_maximum_m_s, slope, r2;
} load_velocity;

static load_velocity measure(const taut_person_params *exercise) {
  taut_lift_params p = {.one_rm_n = exercise->one_rm_n,
                        .mvt_m_s = exercise->mvt_m_s,
                        .vmax_m_s = exercise->vmax_m_s,
                        .curvature = exercise->curvature,
                        .eccentric_gain = exercise->eccentric_gain,
                        .sticking_position = exercise->sticking_position,
                        .sticking_width = exercise->sticking_width,
                        .sticking_ratio = exercise->sticking_ratio};
  taut_lift lift;
  taut_lift_calibrate(&p, &lift);
  double n = 0, sv = 0, ss = 0, svv = 0, svs = 0, sss = 0;
  for (double share = 0.45; share < 0.98; share += 0.05, n++) {
    double v = taut_lift_mean_speed(&lift, share * p.one_rm_n, 1.0);
    sv += v, ss += share, svv += v * v, svs += v * share, sss += share * share;
  }
  double cov = svs - sv * ss / n, var_v = svv - sv * sv / n, var_s = sss - ss * ss / n;
  return (load_velocity){taut_lift_mean_speed(&lift, p.one_rm_n, 1.0), cov / var_v,
                         cov * cov / (var_v * var_s)};
}

/// Load over velocity: R2 at least 0.91 in general equations (bench 0.98, squat 0.96, deadlift 0.91
/// to 0.93), the speed at the maximum is the exercise's minimum velocity threshold, and the slope
/// is that of the published curves: bench -61, squat -58 % per m/s from 45 to 97 %
/// (Gonzalez-Badillo and Sanchez-Medina 2010, Sanchez-Medina 2017; coefficients from memory),
/// within a quarter.
static int slows_as_published(const taut_person_params *exercise, double mvt_m_s, double slope) {
  load_velocity got = measure(exercise);
  return fabs(got.at_maximum_m_s - mvt_m_s) < 0.01 && got.r2 > 0.91 &&
         fabs(got.slope - slope) < 0.25 * fabs(slope);
}

static double curve_slope(double a, double b, double c) {
  // Speeds at 97 and 45 % of the published parabola share = a v^2 + b v + c, in percent.
  double v97 = (-b - sqrt(b * b - 4.0 * a * (c - 97.0))) / (2.0 * a);
  double v45 = (-b - sqrt(b * b - 4.0 * a * (c - 45.0))) / (2.0 * a);
  return 0.52 / (v97 - v45);
}

static void load_and_velocity_go_together_as_published(void **unused) {
  (void)unused;
  double press = curve_slope(8.4326, -73.501, 112.33), squat = curve_slope(-5.961, -50.71, 117.0);
  taut_person_params overhead = person_of(NULL, "overhead_press");
  taut_person_params goblet = person_of(NULL, "goblet_squat");
  assert_between(overhead.mvt_m_s, 0.16, 0.20);  // bench 0.16 (0.04)
  assert_between(goblet.mvt_m_s, 0.30, 0.33);
  assert_true(slows_as_published(&overhead, overhead.mvt_m_s, press));
  assert_true(slows_as_published(&goblet, goblet.mvt_m_s, squat));
  for (int i = 0; i < N_LIFTS; i++) {
    taut_person_params exercise = person_of(NULL, lifts[i]);
    load_velocity got = measure(&exercise);
    assert_near(got.at_maximum_m_s, exercise.mvt_m_s, 1e-5);
    assert_true(got.r2 > 0.91);
  }
  taut_person_params slow = goblet, bent = goblet;
  slow.vmax_m_s = 1.0;
  bent.curvature = 0.3;
  assert_false(slows_as_published(&slow, goblet.mvt_m_s, squat));
  assert_false(slows_as_published(&bent, goblet.mvt_m_s, squat));
}

/// Greatest pressure in three repetitions of goblet squats, and the least margin to the leak point.
typedef struct strain {
  double peak_cmh2o, margin_cmh2o;
} strain;

static strain squat(int breath_strategy, double knack_s, double gain) {
  taut_person_params params = person_of("postpartum_week_8", "goblet_squat");
  params.breath_strategy = breath_strategy;
  params.knack_s = knack_s;
  params.valsalva_share *= gain;
  params.leak_breath_hold_pa *= gain;
  params.slip_probability = 0.0;
  params.tempo_jitter = 0.0;
  gym g;
  gym_start(&g, &params, SEED);
  gym_begin_set(&g, 60);
  strain out = {0.0, 1e9};
  while (g.person.rep < 3.0) {
    gym_step(&g);
    if (g.person.activity != TAUT_PERSON_LIFTING || g.person.rep < 1.0) continue;
    out.peak_cmh2o = fmax(out.peak_cmh2o, g.person.iap_pa / TAUT_CMH2O_PA);
    out.margin_cmh2o =
        fmin(out.margin_cmh2o, (g.person.leak_point_pa - g.person.iap_pa) / TAUT_CMH2O_PA);
  }
  return out;
}

/// D-000-11: diaphragm, wall and pelvic floor work together. Out of step, the pressure is not lower
/// and the margin to the leak point falls.
static int coordination_pays(double late_s, double gain) {
  strain together = squat(TAUT_BREATHING_EXHALE_ON_EFFORT, 0.15, gain);
  strain apart = squat(TAUT_BREATHING_HOLD, late_s, gain);
  return apart.peak_cmh2o >= together.peak_cmh2o &&
         apart.margin_cmh2o < together.margin_cmh2o - 3.0;
}

static void breath_and_floor_out_of_step_cost_margin(void **unused) {
  (void)unused;
  assert_true(coordination_pays(-0.15, 1.0));
  // A model in which a held breath presses nothing and the floor is never late shows nothing.
  assert_false(coordination_pays(0.15, 0.0));
}

/// D-001-8: a glute max that is already tired has fewer repetitions in it. Monotone in what it
/// begins with.
static int fewer_when_tired(double fatigability) {
  int last = 1000;
  for (double tired = 0.0; tired < 0.35; tired += 0.1) {
    taut_person_params params = person_of(NULL, "glute_thrust");
    params.initial_fatigue = tired;
    params.fatigability = fatigability;
    int n = reps_to_failure(&params, 0.65);
    if (n >= last) return 0;
    last = n;
  }
  return 1;
}

static void tired_muscles_have_fewer_repetitions_in_them(void **unused) {
  (void)unused;
  assert_true(fewer_when_tired(1.0));
  assert_false(fewer_when_tired(0.1));  // who never tires does not tell the difference
}

/// D-003-4: diaphragm, pelvic floor, hip flexors, transversus, spine are a chain. Without the
/// diaphragm the pelvic floor's tone at rest is up, the transversus is down, coning is nearer.
typedef struct chain {
  double tone, transversus, cone_m;
} chain;

static chain breathe(double diaphragm) {
  taut_person_params params = person_of("postpartum_coning", "seated_row");
  params.diaphragm = diaphragm;
  params.transversus_effort = 0.4;
  params.slip_probability = 0.0;
  gym g;
  gym_start(&g, &params, SEED);
  gym_run(&g, 5.0);
  chain out = {.tone = g.person.pelvic.activation};
  gym_begin_set(&g, 60);
  while (g.person.rep < 2.0) {
    gym_step(&g);
    out.transversus = fmax(out.transversus, g.person.transversus);
    out.cone_m = fmax(out.cone_m, g.person.linea.height_m);
  }
  return out;
}

static int chain_breaks(double with, double without) {
  chain whole = breathe(with), broken = breathe(without);
  return broken.tone > whole.tone + 0.05 && broken.transversus < 0.8 * whole.transversus &&
         broken.cone_m > 1.05 * whole.cone_m;
}

static void without_the_diaphragm_the_chain_breaks(void **unused) {
  (void)unused;
  assert_true(chain_breaks(1.0, 0.0));
  assert_false(chain_breaks(1.0, 1.0));
  assert_false(chain_breaks(0.0, 1.0));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(repetitions_at_a_share_of_the_maximum_are_as_published),
      cmocka_unit_test(load_and_velocity_go_together_as_published),
      cmocka_unit_test(breath_and_floor_out_of_step_cost_margin),
      cmocka_unit_test(tired_muscles_have_fewer_repetitions_in_them),
      cmocka_unit_test(without_the_diaphragm_the_chain_breaks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

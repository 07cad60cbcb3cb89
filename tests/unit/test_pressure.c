// Abdominal pressure against the published figures, and its dynamics.
#include "support/person.h"

#include "models/pressure.h"

#define CMH2O TAUT_CMH2O_PA

static taut_pressure_params standing(void) {
  return (taut_pressure_params){.posture_pa = 37 * CMH2O,
                                .per_kg_pa = 1.5 * CMH2O,
                                .individual = 1.0,
                                .effort_pa = 30 * CMH2O,
                                .breath_pa = 4 * CMH2O,
                                .valsalva_pa = 40 * CMH2O,
                                .tau_s = 0.075,
                                .cough_pa = 110 * CMH2O,
                                .cough_s = 0.4};
}

static double lift_cmh2o(double kg, double individual) {
  taut_pressure_params params = standing();
  params.individual = individual;
  taut_pressure_input input = {.lifted_kg = kg, .effort = 0.0, .lungs = 0.5};
  return taut_pressure_steady(&params, &input) / CMH2O;
}

static void lifted_mass_gives_the_published_means(void **unused) {
  (void)unused;
  // PMC7018791 table 2: 12.5 kg 54, 20.4 kg 71 cmH2O; both studies of lifts from standing.
  assert_near(lift_cmh2o(12.5, 1.0), 54.0, 3.0);
  assert_near(lift_cmh2o(20.4, 1.0), 71.0, 5.0);
}

static void women_differ_as_much_as_measured(void **unused) {
  (void)unused;
  // 206 women lifting 12.5 kg: 26 to 80 cmH2O. Individual gain lognormal, mean 1, CV 0.38; posture
  // normal with the spread of the standing figure (52.4 - 21.6 over 4 sigma).
  const double sigma = taut_sqrt(taut_log(1.0 + 0.38 * 0.38));
  double p[2060], sum = 0.0;
  for (uint32_t i = 0; i < 2060; i++) {
    double gain = taut_exp(sigma * taut_random_normal(SEED, 1, 0, i) - 0.5 * sigma * sigma);
    double posture = 7.7 * taut_random_normal(SEED, 2, 0, i);
    p[i] = lift_cmh2o(12.5, gain) + posture;
    sum += p[i];
  }
  assert_near(sum / 2060, 55.8, 1.0);  // four standard errors of the mean
  int n_inside = 0;
  for (int i = 0; i < 2060; i++) n_inside += p[i] >= 26.0 && p[i] <= 80.0;
  // A range of 206 values holds nearly all: at least 95 %, but the spread must not be narrow
  // either.
  assert_between(n_inside / 2060.0, 0.95, 1.0);
  int n_narrow = 0;
  for (int i = 0; i < 2060; i++) n_narrow += p[i] >= 47.0 && p[i] <= 64.0;
  assert_true(n_narrow / 2060.0 < 0.75);
}

static void pressure_follows_with_its_time_constant(void **unused) {
  (void)unused;
  taut_pressure_params params = standing();
  taut_pressure state = {.base_pa = params.posture_pa};
  taut_pressure_input input = {.lifted_kg = 10, .lungs = 0.5};
  for (int i = 0; i < 75; i++) taut_pressure_step(&params, &state, &input, 1e-3);
  double share = (state.base_pa - params.posture_pa) / (15 * CMH2O);
  assert_near(share, 1.0 - taut_exp(-1.0), 0.005);
}

static void a_cough_is_a_pulse_of_its_own(void **unused) {
  (void)unused;
  taut_pressure_params params = standing();
  taut_pressure state = {.base_pa = params.posture_pa, .cough_left_s = params.cough_s};
  taut_pressure_input input = {.lungs = 0.5};
  double peak = 0.0;
  int n_over = 0;
  for (int i = 0; i < 600; i++) {
    taut_pressure_step(&params, &state, &input, 1e-3);
    double p = taut_pressure_now(&params, &state) / CMH2O;
    if (p > peak) peak = p;
    n_over += p > 38.0;
  }
  assert_near(peak, 147.0, 1.0);
  assert_between(n_over, 390, 400);
}

static void breath_effort_and_bracing_add_up(void **unused) {
  (void)unused;
  taut_pressure_params params = standing();
  taut_pressure_input input = {.lifted_kg = 0, .effort = 1.0, .lungs = 1.0, .is_braced = 1.0};
  assert_near(taut_pressure_steady(&params, &input) / CMH2O, 37 + 30 + 4 + 40, 1e-9);
  input = (taut_pressure_input){.lungs = 0.0};
  assert_near(taut_pressure_steady(&params, &input) / CMH2O, 33, 1e-9);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lifted_mass_gives_the_published_means),
      cmocka_unit_test(women_differ_as_much_as_measured),
      cmocka_unit_test(pressure_follows_with_its_time_constant),
      cmocka_unit_test(a_cough_is_a_pulse_of_its_own),
      cmocka_unit_test(breath_effort_and_bracing_add_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

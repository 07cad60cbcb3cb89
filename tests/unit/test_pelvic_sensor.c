// What a worn sensor makes of the truth: late, noisy, at times nothing.
#include "support/person.h"

#include "models/pelvic_sensor.h"

static const taut_pelvic_sensor_params good = {
    .period_s = 0.1, .latency_s = 0.3, .noise = 0.0, .gain = 1.0, .miss = 0.0};

static void a_change_is_shown_after_the_latency(void **unused) {
  (void)unused;
  taut_pelvic_sensor state = {0};
  double shown_s = -1.0;
  for (int64_t ms = 0; ms < 3000 && shown_s < 0.0; ms++) {
    taut_pelvic_sensor_step(&good, &state, ms >= 1000 ? 0.6 : 0.1, ms * 1000000, SEED, 1);
    if (state.shown > 0.5) shown_s = (double)ms * 1e-3;
  }
  assert_between(shown_s, 1.3, 1.4);  // latency and at most one period
  assert_near(state.shown, 0.6, 1e-12);
}

static void samples_scatter_as_told(void **unused) {
  (void)unused;
  taut_pelvic_sensor_params params = good;
  params.noise = 0.05;
  params.gain = 0.8;
  taut_pelvic_sensor state = {0};
  double sum = 0.0, squares = 0.0;
  int n = 0;
  for (int64_t k = 0; k < 4000; k++) {
    taut_pelvic_sensor_step(&params, &state, 0.5, k * 100000000, SEED, 1);
    if (k < 10) continue;
    sum += state.shown;
    squares += state.shown * state.shown;
    n++;
  }
  double mean = sum / n;
  assert_near(mean, 0.4, 4.0 * 0.05 / sqrt(n));
  assert_near(sqrt(squares / n - mean * mean), 0.05, 0.003);
}

static void a_lost_sample_repeats_the_last(void **unused) {
  (void)unused;
  taut_pelvic_sensor_params params = good;
  params.latency_s = 0.0;
  params.noise = 0.05;
  params.miss = 0.2;
  taut_pelvic_sensor state = {0};
  double last = -1.0;
  int n_same = 0;
  for (int64_t k = 0; k < 5000; k++) {
    taut_pelvic_sensor_step(&params, &state, 0.5, k * 100000000, SEED, 1);
    n_same += state.shown == last;
    last = state.shown;
  }
  assert_near(n_same / 5000.0, 0.2, 4.0 * sqrt(0.2 * 0.8 / 5000.0));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_change_is_shown_after_the_latency),
      cmocka_unit_test(samples_scatter_as_told),
      cmocka_unit_test(a_lost_sample_repeats_the_last),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

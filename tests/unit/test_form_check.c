// The sensor that watches: statistics, latency, debounce, once per onset.
#include "support/person.h"

#include "models/form_check.h"

#define MS INT64_C(1000000)

static taut_form_check_params defaults(void) {
  taut_form_check_params params = {
#define FORM_DEFAULT(id, field, unit, lo, hi, value, ...) .field = (value),
      TAUT_FORM_CHECK_PARAMS(FORM_DEFAULT)
#undef FORM_DEFAULT
  };
  return params;
}

typedef struct run {
  taut_form_check state;
  int64_t t_ms;
  int n_alerts;
  int64_t first_ms;  // of the last show(), from its start
} run;

/// Shows a height and a fault for a time.
static void show(run *r, const taut_form_check_params *params, double height_m, int fault,
                 int64_t time_ms, uint64_t seed) {
  taut_form_check_input input = {height_m, fault};
  r->first_ms = -1;
  for (int64_t i = 0; i < time_ms; i++, r->t_ms++) {
    double seq = r->state.alert_seq;
    taut_form_check_step(params, &r->state, &input, r->t_ms * MS, seed);
    if (r->state.alert_seq == seq) continue;
    r->n_alerts++;
    if (r->first_ms < 0) r->first_ms = i;
  }
}

static void frames_come_at_the_frame_rate_without_drift(void **unused) {
  (void)unused;
  taut_form_check_params params = defaults();
  run r = {0};
  show(&r, &params, 0, 0, 600000, 1);
  assert_near(r.state.frame_seq, 600 * 30, 1);
  params.enabled = 0.0;
  run off = {0};
  show(&off, &params, 0.01, 0, 10000, 1);
  assert_true(off.state.frame_seq == 0.0 && off.n_alerts == 0);
}

static void nine_onsets_in_ten_are_alerted_once_within_the_latency(void **unused) {
  (void)unused;
  enum { N = 2000 };
  taut_form_check_params params = defaults();
  params.false_alarm = 0.0;
  run r = {0};
  int n_detected = 0;
  double latency_sum_s = 0.0;
  for (int i = 0; i < N; i++) {
    int before = r.n_alerts;
    show(&r, &params, 0.004, 0, 2500, SEED);
    if (r.first_ms >= 0) {
      n_detected++;
      latency_sum_s += (double)r.first_ms * 1e-3;
      // Up to two frames until the debounce is filled (more when a frame misses), then the latency.
      assert_between((double)r.first_ms * 1e-3, 0.3 + 0.033, 1.0 + 0.034 * 8);
    }
    assert_true(r.n_alerts - before <= 1);
    show(&r, &params, 0.001, 0, 1500, SEED);
    assert_true(r.first_ms < 0);
  }
  // Four standard deviations of a binomial count with p = 0.9.
  assert_near(n_detected, 0.9 * N, 4 * taut_sqrt(N * 0.9 * 0.1));
  assert_near(latency_sum_s / n_detected, 0.65 + 0.07, 0.03);
  assert_true(r.state.alert == TAUT_FORM_ALERT_CONE);
  assert_between(r.state.confidence, 0.6, 1.0);
}

static void false_alarms_come_at_their_rate(void **unused) {
  (void)unused;
  // One frame is enough and nothing is debounced: the rate is that of a single draw, per class.
  taut_form_check_params params = defaults();
  params.debounce = 1;
  params.clear_s = 0.0;
  params.false_alarm = 0.01;
  run r = {0};
  show(&r, &params, 0, 0, 1000000, SEED);
  double n = 3 * 30000 * 0.01 * 0.99;  // an alert needs a clear frame before it
  assert_near(r.n_alerts, n, 4 * taut_sqrt(n));
  // With the default debounce nearly none are left.
  params = defaults();
  run calm = {0};
  show(&calm, &params, 0, 0, 1000000, SEED);
  assert_true(calm.n_alerts <= 3);
}

static void an_onset_alerts_once_and_again_after_a_clear_interval(void **unused) {
  (void)unused;
  taut_form_check_params params = defaults();
  params.detection = 1.0;
  params.sensitivity = 1.0;
  params.false_alarm = 0.0;
  run r = {0};
  show(&r, &params, 0.004, 0, 20000, 1);
  assert_int_equal(r.n_alerts, 1);
  show(&r, &params, 0.001, 0, 500, 1);  // shorter than clear_s
  show(&r, &params, 0.004, 0, 3000, 1);
  assert_int_equal(r.n_alerts, 1);
  show(&r, &params, 0.001, 0, 1500, 1);
  show(&r, &params, 0.004, 0, 3000, 1);
  assert_int_equal(r.n_alerts, 2);
}

static void a_flash_shorter_than_the_debounce_is_not_alerted(void **unused) {
  (void)unused;
  taut_form_check_params params = defaults();
  params.detection = 1.0;
  params.sensitivity = 1.0;
  params.debounce = 4;
  params.false_alarm = 0.0;
  run r = {0};
  for (int i = 0; i < 20; i++) {
    show(&r, &params, 0.004, 0, 90, 1);
    show(&r, &params, 0.0, 0, 1910, 1);
  }
  assert_int_equal(r.n_alerts, 0);
}

static void each_fault_has_its_alert_and_breath_is_not_seen(void **unused) {
  (void)unused;
  static const int pairs[][2] = {{TAUT_FORM_FAULT_POSTURE, TAUT_FORM_ALERT_POSTURE},
                                 {TAUT_FORM_FAULT_LUMBAR, TAUT_FORM_ALERT_LUMBAR},
                                 {TAUT_FORM_FAULT_QUAD_DOMINANT, TAUT_FORM_ALERT_QUAD_DOMINANT},
                                 {TAUT_FORM_FAULT_BREATH_HOLD, TAUT_FORM_ALERT_NONE}};
  for (int i = 0; i < 4; i++) {
    taut_form_check_params params = defaults();
    params.detection = 1.0;
    params.false_alarm = 0.0;
    run r = {0};
    show(&r, &params, 0.0, pairs[i][0], 3000, 1);
    assert_true(r.state.alert == pairs[i][1]);
    assert_int_equal(r.n_alerts, pairs[i][1] != TAUT_FORM_ALERT_NONE);
  }
}

static void noise_does_not_make_one_event_into_many(void **unused) {
  (void)unused;
  taut_form_check_params params = defaults();
  params.detection = 1.0;
  params.false_alarm = 0.0;
  params.cone_noise_m = 0.0002;
  params.clear_s = 0.2;
  run r = {0};
  show(&r, &params, 0.0031, 0, 30000, 5);
  assert_between(r.n_alerts, 1, 2);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(frames_come_at_the_frame_rate_without_drift),
      cmocka_unit_test(nine_onsets_in_ten_are_alerted_once_within_the_latency),
      cmocka_unit_test(false_alarms_come_at_their_rate),
      cmocka_unit_test(an_onset_alerts_once_and_again_after_a_clear_interval),
      cmocka_unit_test(a_flash_shorter_than_the_debounce_is_not_alerted),
      cmocka_unit_test(each_fault_has_its_alert_and_breath_is_not_seen),
      cmocka_unit_test(noise_does_not_make_one_event_into_many),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// Strength over position and speed: what the calibration promises.
#include "support/person.h"

#include "models/lift.h"

static taut_lift_params bench(void) {
  return (taut_lift_params){.one_rm_n = 200,
                            .mvt_m_s = 0.17,
                            .vmax_m_s = 2,
                            .curvature = 3,
                            .eccentric_gain = 1.3,
                            .sticking_position = 0.4,
                            .sticking_width = 0.4,
                            .sticking_ratio = 0.35};
}

static void the_maximum_moves_at_the_minimum_velocity_threshold(void **unused) {
  (void)unused;
  static const double mvts[] = {0.15, 0.17, 0.25, 0.30, 0.45, 0.50};
  for (size_t i = 0; i < 6; i++) {
    taut_lift_params params = bench();
    params.mvt_m_s = mvts[i];
    taut_lift lift;
    taut_lift_calibrate(&params, &lift);
    assert_between(lift.depth, 0.01, 0.69);
    assert_near(taut_lift_mean_speed(&lift, 200, 1.0), mvts[i], 1e-6);
  }
}

static void a_little_more_than_the_maximum_sticks(void **unused) {
  (void)unused;
  taut_lift lift;
  taut_lift_params params = bench();
  taut_lift_calibrate(&params, &lift);
  assert_true(taut_lift_mean_speed(&lift, 1.03 * 200, 1.0) > 0.0);
  assert_true(taut_lift_mean_speed(&lift, 1.10 * 200, 1.0) == 0.0);
  assert_true(taut_lift_mean_speed(&lift, 0.90 * 200, 0.8) == 0.0);  // and so does less when tired
}

static void load_velocity_is_near_the_published_bench_curve(void **unused) {
  (void)unused;
  // %1RM = 8.4326 v^2 - 73.501 v + 112.33 (Gonzalez-Badillo and Sanchez-Medina 2010), v the mean
  // speed.
  taut_lift lift;
  taut_lift_params params = bench();
  taut_lift_calibrate(&params, &lift);
  for (double share = 0.4; share < 0.95; share += 0.1) {
    double v = taut_lift_mean_speed(&lift, share * 200, 1.0);
    double published = (8.4326 * v * v - 73.501 * v + 112.33) / 100.0;
    assert_near(share, published, 0.12);  // single persons scatter by 0.1 and more
  }
}

static void speed_is_the_inverse_of_force(void **unused) {
  (void)unused;
  taut_lift lift;
  taut_lift_params params = bench();
  taut_lift_calibrate(&params, &lift);
  for (double v = -1.9; v < 1.95; v += 0.05)
    assert_near(taut_lift_speed(&lift, taut_lift_speed_factor(&lift, v)), v, 1e-9);
}

static void force_falls_with_speed_and_lowering_is_stronger(void **unused) {
  (void)unused;
  taut_lift lift;
  taut_lift_params params = bench();
  taut_lift_calibrate(&params, &lift);
  for (double v = -2.0; v < 2.0; v += 0.01)
    assert_true(taut_lift_speed_factor(&lift, v + 0.01) < taut_lift_speed_factor(&lift, v));
  assert_near(taut_lift_speed_factor(&lift, 0.0), 1.0, 1e-12);
  assert_near(taut_lift_speed_factor(&lift, -2.0), 1.3, 1e-9);
  assert_between(taut_lift_speed_factor(&lift, -0.3), 1.2, 1.3);
}

static void the_sticking_point_is_the_weakest(void **unused) {
  (void)unused;
  taut_lift lift;
  taut_lift_params params = bench();
  taut_lift_calibrate(&params, &lift);
  for (double s = 0.0; s <= 1.0; s += 0.01) {
    assert_true(taut_lift_strength(&lift, s) >= taut_lift_strength(&lift, 0.4) - 1e-12);
    assert_true(taut_lift_strength(&lift, s) <= 1.0);
  }
  assert_near(taut_lift_strength(&lift, 0.4), 1.0 - lift.depth, 1e-12);
  assert_near(taut_lift_strength(&lift, 0.95), 1.0, 1e-12);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_maximum_moves_at_the_minimum_velocity_threshold),
      cmocka_unit_test(a_little_more_than_the_maximum_sticks),
      cmocka_unit_test(load_velocity_is_near_the_published_bench_curve),
      cmocka_unit_test(speed_is_the_inverse_of_force),
      cmocka_unit_test(force_falls_with_speed_and_lowering_is_stronger),
      cmocka_unit_test(the_sticking_point_is_the_weakest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

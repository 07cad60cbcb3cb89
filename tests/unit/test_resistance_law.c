// Each resistance law against its formula, and the observer against motion it must follow.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/resistance.h"
#include "taut/math.h"
#include "taut/roles.h"

static taut_resistance_state controller(void) {
  taut_resistance_state s;
  taut_resistance_params p = taut_resistance_params_default();
  assert_null(taut_resistance_init(&s, &p, 250e-6));
  return s;
}

static taut_law_input at(int mode, double load_n, double x, double v) {
  return (taut_law_input){.mode = mode,
                          .load_n = load_n,
                          .position_m = x,
                          .speed_m_s = v,
                          .range_min_m = 0.1,
                          .range_max_m = 0.6,
                          .set_speed_m_s = 0.5,
                          .period_s = 1e-3};
}

static double force(const taut_law_input *in) {
  taut_resistance_state s = controller();
  taut_law_state law;
  taut_law_reset(&law, 0.1);
  return taut_law_force(&s.law_params, in, &law);
}

static void near(double got, double want, double tolerance) {
  if (!(fabs(got - want) <= tolerance)) print_message("got %.9g, want %.9g\n", got, want);
  assert_true(fabs(got - want) <= tolerance);
}

static void standard_is_constant(void **state) {
  (void)state;
  for (double x = 0.0; x < 2.0; x += 0.3) {
    for (double v = -1.0; v < 2.0; v += 0.5) {
      taut_law_input in = at(TAUT_MODE_STANDARD, 100.0, x, v);
      assert_true(force(&in) == 100.0);
    }
  }
}

static void chain_grows_with_extension_up_to_twice_the_load(void **state) {
  (void)state;
  taut_law_input in = at(TAUT_MODE_CHAIN, 100.0, 0.1, 0.0);
  in.stiffness_n_m = 200.0;
  near(force(&in), 100.0, 1e-12);
  in.position_m = 0.35;
  near(force(&in), 150.0, 1e-9);
  in.position_m = 3.0;
  near(force(&in), 200.0, 1e-9);
  in.position_m = 0.0;  // below the range it stays at the load
  near(force(&in), 100.0, 1e-12);
}

static void inverse_chain_falls_to_its_floor(void **state) {
  (void)state;
  taut_law_input in = at(TAUT_MODE_INVERSE_CHAIN, 100.0, 0.2, 0.0);
  in.stiffness_n_m = 100.0;
  near(force(&in), 90.0, 1e-9);
  in.position_m = 3.0;
  near(force(&in), 50.0, 1e-9);
}

static void elastic_is_a_preloaded_spring_within_the_machine(void **state) {
  (void)state;
  taut_law_input in = at(TAUT_MODE_ELASTIC, 50.0, 0.6, 0.0);
  in.stiffness_n_m = 300.0;
  near(force(&in), 200.0, 1e-9);
  in.load_n = 400.0;
  near(force(&in), 110 * TAUT_LBF_N, 1e-9);
}

static void stiffness_keeps_the_force_within_the_ramps(void **state) {
  (void)state;
  // The force may not fall faster than the set-point may follow, at the greatest retraction speed.
  taut_resistance_state s = controller();
  taut_law_input in = at(TAUT_MODE_ELASTIC, 50.0, 0.2, 0.0);
  in.stiffness_n_m = 5000.0;
  double low = force(&in);
  in.position_m = 0.3;
  double slope = (force(&in) - low) / 0.1;
  assert_true(slope * s.p.speed_limit_general_m_s <= 500.0);
  in.mode = TAUT_MODE_INVERSE_CHAIN;
  in.load_n = 400.0;
  in.position_m = 0.2;
  low = force(&in);
  in.position_m = 0.3;
  assert_true((low - force(&in)) / 0.1 * s.p.extension_limit_m_s <= 500.0);
}

static void eccentric_adds_only_when_lowering(void **state) {
  (void)state;
  taut_law_input in = at(TAUT_MODE_ECCENTRIC, 100.0, 0.3, 0.3);
  in.eccentric_gain = 0.4;
  near(force(&in), 100.0, 1e-12);
  in.speed_m_s = -0.02;
  near(force(&in), 100.0, 1e-12);
  in.speed_m_s = -0.3;
  near(force(&in), 140.0, 1e-9);
}

static void eccentric_share_ignores_noise(void **state) {
  (void)state;
  taut_resistance_state s = controller();
  taut_law_state law;
  taut_law_reset(&law, 0.1);
  taut_law_input in = at(TAUT_MODE_ECCENTRIC, 100.0, 0.3, -0.07);
  in.eccentric_gain = 1.0;
  for (int i = 0; i < 2; i++) {
    in.speed_m_s = -0.07 + (i % 2 ? 0.004 : -0.004);
    taut_law_force(&s.law_params, &in, &law);
  }
  double first = taut_law_force(&s.law_params, &in, &law);
  for (int i = 0; i < 100; i++) {
    in.speed_m_s = -0.07 + (i % 2 ? 0.004 : -0.004);
    assert_true(taut_law_force(&s.law_params, &in, &law) == first);
  }
}

static void isokinetic_pushes_back_above_its_speed(void **state) {
  (void)state;
  taut_law_input in = at(TAUT_MODE_ISOKINETIC, 200.0, 0.3, 0.4);
  near(force(&in), 8.0, 1e-12);
  in.speed_m_s = 0.6;
  near(force(&in), 60.0, 1e-9);
  in.speed_m_s = 2.0;
  near(force(&in), 200.0, 1e-12);
}

static void damper_follows_speed_one_way(void **state) {
  (void)state;
  taut_law_input in = at(TAUT_MODE_DAMPER, 200.0, 0.3, 1.0);
  in.damping_ns_m = 120.0;
  near(force(&in), 120.0, 1e-9);
  in.speed_m_s = -1.0;
  near(force(&in), 8.0, 1e-12);
}

static void isometric_holds_its_place_for_fifteen_seconds(void **state) {
  (void)state;
  taut_resistance_state s = controller();
  taut_law_state law;
  taut_law_reset(&law, 0.3);
  taut_law_input in = at(TAUT_MODE_ISOMETRIC, 200.0, 0.31, 0.0);
  near(taut_law_force(&s.law_params, &in, &law), 40.0, 1e-9);
  in.position_m = 0.5;
  near(taut_law_force(&s.law_params, &in, &law), 200.0, 1e-12);
  for (int i = 0; i < 14990; i++) taut_law_force(&s.law_params, &in, &law);
  assert_false(taut_law_is_over(&s.law_params, TAUT_MODE_ISOMETRIC, &law));
  for (int i = 0; i < 20; i++) taut_law_force(&s.law_params, &in, &law);
  assert_true(taut_law_is_over(&s.law_params, TAUT_MODE_ISOMETRIC, &law));
}

static void burnout_drops_at_each_failure_and_never_rises(void **state) {
  (void)state;
  taut_resistance_state s = controller();
  taut_law_state law;
  taut_law_reset(&law, 0.1);
  taut_law_input in = at(TAUT_MODE_BURNOUT, 100.0, 0.35, 0.0);
  double last = 100.0;
  for (int i = 0; i < 12000; i++) {
    double now = taut_law_force(&s.law_params, &in, &law);
    assert_true(now <= last);
    if (i == 900) near(now, 100.0, 1e-12);
    if (i == 1100) near(now, 85.0, 1e-9);
    if (i == 2100) near(now, 72.25, 1e-9);
    last = now;
  }
  near(last, 30.0, 1e-9);
  in.speed_m_s = 0.5;
  near(taut_law_force(&s.law_params, &in, &law), last, 1e-12);
}

static void no_law_leaves_its_bounds(void **state) {
  (void)state;
  taut_resistance_state s = controller();
  for (int mode = 0; mode < TAUT_MODE_COUNT; mode++) {
    taut_law_state law;
    taut_law_reset(&law, 0.1);
    for (int i = 0; i < 20000; i++) {
      taut_law_input in = at(mode, 489.0 * taut_random_uniform(1, 0, i, 0),
                             -1.0 + 4.0 * taut_random_uniform(1, 1, i, 0),
                             -5.0 + 10.0 * taut_random_uniform(1, 2, i, 0));
      in.stiffness_n_m = 5000.0 * taut_random_uniform(1, 3, i, 0);
      in.eccentric_gain = taut_random_uniform(1, 4, i, 0);
      in.damping_ns_m = 2000.0 * taut_random_uniform(1, 5, i, 0);
      double f = taut_law_force(&s.law_params, &in, &law);
      assert_true(f >= 0.0 && f <= s.p.load_max_n);
    }
  }
}

// 14 bit on 35 mm.
static double quantised(double x) {
  double quantum = 2.0 * TAUT_PI * 0.035 / 16384.0;
  return quantum * floor(x / quantum);
}

static void observer_sees_a_collapse_of_force_within_milliseconds(void **state) {
  (void)state;
  // At rest under 222 N; the cable lets go and the motor accelerates its own inertia.
  taut_resistance_state s = controller();
  taut_observer o;
  taut_observer_reset(&o, 0.3, 222.0);
  double x = 0.3, v = 0.0, a = -222.0 / s.gains.mass_kg;
  for (int i = 0; i < 12; i++) {  // 3 ms
    v += a * 250e-6;
    x += v * 250e-6;
    taut_observer_step(&o, &s.gains, quantised(x), 222.0);
  }
  assert_true(o.cable_force_n < 0.35 * 222.0);
  near(o.speed_m_s, v, 0.05);
}

static void observer_is_quiet_and_exact_at_constant_speed(void **state) {
  (void)state;
  taut_resistance_state s = controller();
  for (double v = -0.9; v <= 2.0; v += 0.29) {
    taut_observer o;
    taut_observer_reset(&o, 0.5, 100.0);
    double fast = 0.0, smooth = 0.0, slow = 0.0;
    for (int i = 1; i <= 4000; i++) {
      taut_observer_step(&o, &s.gains, quantised(0.5 + v * i * 250e-6), 100.0);
      if (i < 1000) continue;
      fast = fmax(fast, fabs(o.speed_m_s - v));
      smooth = fmax(smooth, fabs(o.speed_smooth_m_s - v));
      slow = fmax(slow, fabs(o.force_slow_n - 100.0));
    }
    assert_true(fast < 0.03);
    assert_true(smooth < 0.01);
    assert_true(slow < 5.0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(standard_is_constant),
      cmocka_unit_test(chain_grows_with_extension_up_to_twice_the_load),
      cmocka_unit_test(inverse_chain_falls_to_its_floor),
      cmocka_unit_test(elastic_is_a_preloaded_spring_within_the_machine),
      cmocka_unit_test(stiffness_keeps_the_force_within_the_ramps),
      cmocka_unit_test(eccentric_adds_only_when_lowering),
      cmocka_unit_test(eccentric_share_ignores_noise),
      cmocka_unit_test(isokinetic_pushes_back_above_its_speed),
      cmocka_unit_test(damper_follows_speed_one_way),
      cmocka_unit_test(isometric_holds_its_place_for_fifteen_seconds),
      cmocka_unit_test(burnout_drops_at_each_failure_and_never_rises),
      cmocka_unit_test(no_law_leaves_its_bounds),
      cmocka_unit_test(observer_sees_a_collapse_of_force_within_milliseconds),
      cmocka_unit_test(observer_is_quiet_and_exact_at_constant_speed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

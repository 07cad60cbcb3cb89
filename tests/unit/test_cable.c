// Cable, handle and load cell against closed forms; equations in plugins/cable_spool/README.md.
#include <string.h>

#include "support/plant.h"

typedef struct bench {
  taut_cable_params p;
  taut_cable_state s;
  taut_cable_input u;
  taut_cable_forces f;
  double dt_s;
  int64_t tick_ns;
} bench;

static bench bench_make(double dt_s) {
  return (bench){.p = taut_cable_params_default(), .dt_s = dt_s};
}

static void start(bench *b) {
  const char *why = taut_cable_init(&b->s, &b->p, b->dt_s);
  if (why) fail_msg("cable refuses: %s", why);
}

static void step(bench *b) {
  b->f = taut_cable_forces_at(&b->s, b->u.spool_angle_rad, b->u.spool_speed_rad_s);
  assert_true(taut_cable_update(&b->s, &b->u, 7, b->tick_ns));
  b->tick_ns += (int64_t)(b->dt_s * 1e9 + 0.5);
}

static taut_cable_forces forces(const bench *b) {
  return taut_cable_forces_at(&b->s, b->u.spool_angle_rad, b->u.spool_speed_rad_s);
}

// F = max(0, k dl + c dl').
static void test_tension_is_elastic_and_never_pushes(void **state) {
  (void)state;
  bench b = bench_make(50e-6);
  b.p.pulley_efficiency = 1.0;
  start(&b);
  b.u.spool_angle_rad = 1.0;
  b.u.spool_speed_rad_s = 2.0;
  b.s.position_m = 0.035 + 1e-3;
  b.s.speed_m_s = 0.5;
  assert_near(forces(&b).tension_n, 166e3 * 1e-3 + 16.0 * (0.5 - 0.07), 1e-6);
  b.s.speed_m_s = -20.0;  // the damper alone would push
  assert_near(forces(&b).tension_n, 0.0, 0.0);
  b.s.speed_m_s = 20.0;
  b.s.position_m = 0.035 - 1e-6;  // slack: the damper does not act
  assert_near(forces(&b).tension_n, 0.0, 0.0);
}

// Moving out, handle tension over spool tension is 1/eta^n; moving in, eta^n; at rest 1.
static void test_pulleys_take_their_share_in_both_directions_and_none_at_rest(void **state) {
  (void)state;
  bench b = bench_make(50e-6);
  b.p.damping_ns_m = 0.0;
  start(&b);
  b.s.position_m = 2e-3;
  const double speeds[] = {0.3, -0.3, 0.0};
  const double ratios[] = {1.0 / (0.96 * 0.96), 0.96 * 0.96, 1.0};
  for (int i = 0; i < 3; i++) {
    b.s.speed_m_s = speeds[i];
    b.u.spool_speed_rad_s = speeds[i] / 0.035;
    const taut_cable_forces f = forces(&b);
    assert_share(f.tension_n / f.spool_tension_n, ratios[i], 1e-12);
    assert_share(0.5 * (f.tension_n + f.spool_tension_n), 332.0, 1e-12);
  }
  // smooth through rest: no jump larger than the speed step explains
  double last = 0.0;
  for (int i = -400; i <= 400; i++) {
    b.s.speed_m_s = i * 1e-4;
    b.u.spool_speed_rad_s = b.s.speed_m_s / 0.035;
    const taut_cable_forces f = forces(&b);
    const double n = 0.5 * (f.tension_n - f.spool_tension_n);
    if (i > -400) assert_true(n >= last - 1e-12 && n - last < 0.11);
    last = n;
  }
}

// Length of a spiral: r0 th - s th^2 / 2.
static void test_spool_with_layers_pays_out_the_integral_of_its_radius(void **state) {
  (void)state;
  double length = 0.0;
  const double slope = 1e-3 / (2.0 * TAUT_PI), step_rad = 1e-4;
  for (double th = 0.5 * step_rad; th < 40.0; th += step_rad) {
    length += step_rad * taut_spool_radius(0.035, slope, th);
  }
  assert_near(taut_spool_length(0.035, slope, 40.0), length, 1e-6);
}

// A ball that hits a stop leaves slower than it came, at any speed, step and phase.
static void test_end_stops_never_give_back_more_energy_than_they_took(void **state) {
  (void)state;
  const double rates[] = {10e-6, 50e-6, 200e-6};
  for (int i = 0; i < 3 * 40; i++) {
    bench b = bench_make(rates[i % 3]);
    b.p.stop_damping_ratio = 0.1;  // the least allowed
    start(&b);
    const double speed = 0.05 * (1 + i);
    const int is_outer = i % 2;
    b.u.spool_angle_rad = 200.0;  // slack
    b.s.position_m = is_outer ? 2.3 + 1e-5 * i : 0.1 + 1e-5 * i;
    b.s.speed_m_s = is_outer ? speed : -speed;
    int n_contact = 0;
    for (int j = 0; j < 400000; j++) {
      step(&b);
      const int is_in = b.s.position_m < 0.0 || b.s.position_m > 2.4;
      n_contact += is_in;
      assert_true(fabs(b.s.speed_m_s) <= speed * (1.0 + 1e-12));
      if (n_contact && !is_in) break;
    }
    assert_true(n_contact > 0);
    const double left_j = 0.25 * b.s.speed_m_s * b.s.speed_m_s;
    const double came_j = 0.25 * speed * speed;
    assert_true(left_j < came_j * 0.75);
    assert_near(b.s.loss_energy_j, came_j - left_j, 0.02 * came_j);
  }
}

static void test_handle_rests_against_its_stop_under_tension(void **state) {
  (void)state;
  bench b = bench_make(50e-6);
  start(&b);
  b.u.spool_angle_rad = -0.1;  // 3.5 mm wound up
  for (int i = 0; i < 20000; i++) step(&b);
  const double expected = 3.5e-3 / (1.0 / 166e3 + 1.0 / 5e5);  // two springs in series
  assert_share(b.f.tension_n, expected, 1e-6);
  assert_near(b.s.speed_m_s, 0.0, 1e-9);
}

static void test_cable_parts_above_its_strength_and_stays_parted(void **state) {
  (void)state;
  bench b = bench_make(50e-6);
  start(&b);
  b.s.position_m = 2999.0 / 166e3;
  step(&b);
  assert_int_equal(b.s.is_broken, 0);
  b.s.position_m = 3001.0 / 166e3;
  b.s.speed_m_s = 0.0;
  step(&b);
  assert_int_equal(b.s.is_broken, 1);
  assert_near(b.s.break_n, 3001.0, 1.0);
  for (int i = 0; i < 100; i++) {
    step(&b);
    assert_near(b.f.tension_n, 0.0, 0.0);
    assert_near(b.f.spool_tension_n, 0.0, 0.0);
  }
}

// v = v0 exp(-d t / m) on a slack cable; what the handle loses is booked.
static void test_drag_slows_a_free_handle(void **state) {
  (void)state;
  bench b = bench_make(50e-6);
  b.p.handle_drag_ns_m = 2.0;
  start(&b);
  b.u.spool_angle_rad = 50.0;  // 1.75 m of slack
  b.s.position_m = 0.1;
  b.s.speed_m_s = 0.5;
  for (int i = 0; i < 5000; i++) step(&b);
  const double left_m_s = 0.5 * taut_exp(-2.0 * 0.25 / 0.5);
  assert_share(b.s.speed_m_s, left_m_s, 1e-3);
  assert_share(b.s.loss_energy_j, 0.25 * (0.25 - left_m_s * left_m_s), 1e-3);
}

static void test_cut_parts_the_cable_at_the_next_tick(void **state) {
  (void)state;
  bench b = bench_make(50e-6);
  start(&b);
  b.s.position_m = 1e-3;
  b.u.hand_force_n = 166.0;
  step(&b);
  assert_true(b.f.tension_n > 150.0);
  b.u.cut = 1.0;
  step(&b);
  b.u.cut = 0.0;
  step(&b);
  assert_near(b.f.tension_n, 0.0, 0.0);
  assert_int_equal(b.s.is_broken, 1);
  assert_true(b.s.loss_energy_j > 0.9 * 0.5 * 166e3 * 1e-6);  // what the cable held is gone
}

// Step of the tension: 1 - exp(-2 pi f t), seen at the samples.
static void test_load_cell_filters_samples_and_scales(void **state) {
  (void)state;
  bench b = bench_make(50e-6);
  b.p.load_cell_noise_n = 0.0;
  b.p.load_cell_quantum_n = 0.0;
  b.p.load_cell_hz = 30.0;
  b.p.load_cell_bias_n = 3.0;
  b.p.load_cell_scale = 1.02;
  b.p.handle_mass_kg = 50.0;
  b.p.damping_ns_m = 0.0;
  start(&b);
  b.s.position_m = 1e-3;
  b.u.hand_force_n = 166.0;  // in balance
  int n_changes = 0;
  double last = 0.0;
  for (int i = 1; i <= 1000; i++) {
    step(&b);
    if (b.s.cell_n == last) continue;
    n_changes++;
    last = b.s.cell_n;
    const double expected = 3.0 + 1.02 * 166.0 * (1.0 - exp(-2.0 * TAUT_PI * 30.0 * i * 50e-6));
    assert_near(b.s.cell_n, expected, 0.05);
  }
  assert_int_equal(n_changes, 50);  // 1 kHz
}

static void test_load_cell_noise_has_its_deviation_and_its_steps(void **state) {
  (void)state;
  bench b = bench_make(50e-6);
  b.p.load_cell_noise_n = 2.0;
  b.p.load_cell_quantum_n = 0.25;
  start(&b);
  double sum = 0.0, square = 0.0;
  const int n = 20000;
  for (int i = 0; i < n * 20; i++) {
    step(&b);
    if (i % 20 != 19) continue;
    assert_near(b.s.cell_n * 4.0, rint(b.s.cell_n * 4.0), 0.0);
    sum += b.s.cell_n;
    square += b.s.cell_n * b.s.cell_n;
  }
  assert_near(sum / n, 0.0, 5.0 * 2.0 / sqrt(n));
  assert_share(sqrt(square / n), sqrt(4.0 + 0.25 * 0.25 / 12.0), 0.03);
}

static void test_a_cable_too_stiff_for_its_step_is_refused(void **state) {
  (void)state;
  taut_cable_state s;
  taut_cable_params p = taut_cable_params_default();
  p.stiffness_n_m = 1e8;
  assert_non_null(strstr(taut_cable_init(&s, &p, 200e-6), "stiffness_n_m"));
  p = taut_cable_params_default();
  p.stop_stiffness_n_m = 1e7;
  assert_non_null(strstr(taut_cable_init(&s, &p, 200e-6), "stop_stiffness_n_m"));
  p = taut_cable_params_default();
  assert_null(taut_cable_init(&s, &p, 200e-6));
  assert_non_null(taut_cable_init(&s, &p, 1e-3));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_tension_is_elastic_and_never_pushes),
      cmocka_unit_test(test_pulleys_take_their_share_in_both_directions_and_none_at_rest),
      cmocka_unit_test(test_spool_with_layers_pays_out_the_integral_of_its_radius),
      cmocka_unit_test(test_end_stops_never_give_back_more_energy_than_they_took),
      cmocka_unit_test(test_handle_rests_against_its_stop_under_tension),
      cmocka_unit_test(test_cable_parts_above_its_strength_and_stays_parted),
      cmocka_unit_test(test_drag_slows_a_free_handle),
      cmocka_unit_test(test_cut_parts_the_cable_at_the_next_tick),
      cmocka_unit_test(test_load_cell_filters_samples_and_scales),
      cmocka_unit_test(test_load_cell_noise_has_its_deviation_and_its_steps),
      cmocka_unit_test(test_a_cable_too_stiff_for_its_step_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

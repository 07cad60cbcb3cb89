// The motor against closed forms. Each test names its formula; all are textbook equations of the
// permanent-magnet synchronous machine in rotor coordinates, amplitude-invariant, worked out in
// plugins/motor_pmsm/README.md.
#include <string.h>

#include "support/plant.h"

typedef struct bench {
  taut_pmsm_params p;
  taut_pmsm_state s;
  taut_pmsm_input u;
  double dt_s;
} bench;

static bench bench_make(double dt_s) {
  return (bench){.p = taut_pmsm_params_default(),
                 .u = {.current_ceiling_a = 100.0,
                       .torque_permit = 1.0,
                       .supply_scale = 1.0,
                       .chopper_connected = 1.0},
                 .dt_s = dt_s};
}

static void start(bench *b) {
  const char *why = taut_pmsm_init(&b->s, &b->p, b->dt_s);
  if (why) fail_msg("motor refuses: %s", why);
}

static void step(bench *b) {
  b->u.command_seq += 1.0;
  assert_true(taut_pmsm_update(&b->s, &b->u));
}

// A rotor that is held at `speed`, whatever the torque.
static void step_held(bench *b, double speed_rad_s) {
  b->s.speed_rad_s = speed_rad_s;
  step(b);
  b->s.speed_rad_s = speed_rad_s;
}

static void no_friction(bench *b) {
  b->p.viscous_friction_nm_s = b->p.coulomb_friction_nm = b->p.cogging_torque_nm = 0.0;
}

// The machine that runs out of voltage, on a stiff supply and without warming.
static void make_trap(bench *b) {
  no_friction(b);
  b->p.flux_linkage_wb = 0.06;
  b->p.resistance_ohm = 0.25;
  b->p.inductance_d_h = b->p.inductance_q_h = 0.6e-3;
  b->p.supply_v = 48.0;
  b->p.supply_resistance_ohm = 0.02;
  b->p.chopper_off_v = 54.0;
  b->p.chopper_on_v = 56.0;
  b->p.under_voltage_v = 38.0;
  b->p.under_voltage_reset_v = 42.0;
  b->p.winding_heat_capacity_j_k = 1e5;
  b->p.housing_heat_capacity_j_k = 1e6;
}

// F r = 1.5 p lam iq; P = 1.5 R iq^2.
static void test_full_load_takes_the_current_and_copper_loss_of_the_torque_constant(void **state) {
  (void)state;
  bench b = bench_make(50e-6);
  start(&b);
  b.u.torque_command_nm = FULL_LOAD_N * b.p.spool_radius_m;
  for (int i = 0; i < 400; i++) step_held(&b, 0.0);
  assert_share(b.s.iq_a, 28.5428, 1e-4);  // 489.304 N * 0.035 m / 0.6 N m/A
  assert_near(b.s.id_a, 0.0, 1e-6);
  assert_share(b.s.torque_nm, FULL_LOAD_N * 0.035, 1e-4);
  const double before_j = taut_pmsm_loss_j(&b.s) - b.s.k.standby_j * 400;
  for (int i = 0; i < 400; i++) step_held(&b, 0.0);
  const double watt = (taut_pmsm_loss_j(&b.s) - b.s.k.standby_j * 800 - before_j) / (400 * 50e-6);
  assert_share(watt, 1.5 * 0.111 * 28.5428 * 28.5428, 1e-3);  // 135.6 W
}

// |v|^2 = (R iq + we lam)^2 + (we Lq iq)^2 = (m V / sqrt 3)^2 at the greatest retracting speed.
static void test_retraction_ends_where_the_voltage_does(void **state) {
  (void)state;
  bench b = bench_make(50e-6);
  make_trap(&b);
  start(&b);
  b.u.torque_command_nm = 22.0;
  b.u.spool_tension_n = FULL_LOAD_N;
  for (int i = 0; i < 40000; i++) step(&b);
  const double iq = FULL_LOAD_N * b.p.spool_radius_m / 0.9;
  const double vmax = 0.95 * b.s.bus_v / sqrt(3.0);
  double low = 0.0, high = 2000.0;
  for (int i = 0; i < 100; i++) {
    const double we = 0.5 * (low + high);
    const double vq = b.s.resistance_ohm * iq + we * b.s.flux_wb, vd = we * 0.6e-3 * iq;
    *(vq * vq + vd * vd < vmax * vmax ? &low : &high) = we;
  }
  assert_true(b.s.is_voltage_limited);
  assert_share(b.s.speed_rad_s, -low / 10.0, 5e-3);
  assert_near(b.s.speed_rad_s * 0.035, -1.24, 0.01);  // as the machine's file says
}

// iq(t) = I (1 - exp(-wc t)) at every step, at any step: the winding's pole is cancelled exactly.
static void test_current_follows_the_loop_bandwidth_at_every_rate(void **state) {
  (void)state;
  const double rates[] = {10e-6, 50e-6, 200e-6};
  for (int i_rate = 0; i_rate < 3; i_rate++) {
    bench b = bench_make(rates[i_rate]);
    start(&b);
    b.u.torque_command_nm = 3.0;  // 5 A
    step_held(&b, 0.0);           // the permission
    for (int i = 2; i * b.dt_s < 3e-3; i++) {
      step_held(&b, 0.0);
      const double expected = 5.0 * (1.0 - exp(-2.0 * TAUT_PI * 800.0 * i * b.dt_s));
      assert_near(b.s.iq_a, expected, 5e-3);
    }
  }
}

// After a second at the voltage limit the current must come back without a trace of the time there.
static void test_current_loop_does_not_wind_up(void **state) {
  (void)state;
  bench b = bench_make(50e-6);
  make_trap(&b);
  start(&b);
  b.u.torque_command_nm = 20.0;
  for (int i = 0; i < 20000; i++) step_held(&b, -45.0);
  assert_true(b.s.is_voltage_limited);
  b.u.torque_command_nm = 0.0;
  double least = 0.0;
  for (int i = 0; i < 200; i++) {
    step_held(&b, -20.0);
    if (b.s.iq_a < least) least = b.s.iq_a;
  }
  assert_true(least > -0.3);
  assert_near(b.s.iq_a, 0.0, 0.05);
}

// Two nodes with R(T) = R20 (1 + a (T - 20 degC)): linear, so the exact answer is the matrix
// exponential of 2 x 2, here by its eigenvalues.
static void test_winding_and_housing_warm_like_the_exact_two_node_solution(void **state) {
  (void)state;
  bench b = bench_make(200e-6);
  b.p.sensor_lag_s = 0.0;
  start(&b);
  b.u.torque_command_nm = 12.0;  // 20 A
  const double power = 1.5 * b.p.resistance_ohm * 20.0 * 20.0;
  const double g1 = 1.0 / b.p.winding_to_housing_k_w, g2 = 1.0 / b.p.housing_to_air_k_w;
  const double c1 = b.p.winding_heat_capacity_j_k, c2 = b.p.housing_heat_capacity_j_k;
  const double a11 = (power * 0.00393 - g1) / c1, a12 = g1 / c1, a21 = g1 / c2;
  const double a22 = -(g1 + g2) / c2;
  const double mean = 0.5 * (a11 + a22), det = a11 * a22 - a12 * a21;
  const double split = sqrt(mean * mean - det), l1 = mean + split, l2 = mean - split;
  const double end1 = -power / c1 * a22 / det;  // steady winding rise
  const double end2 = power / c1 * a21 / det;
  // rise = end + v1 k1 e^(l1 t) + v2 k2 e^(l2 t) with eigenvectors (a12, l - a11)
  const double m1 = (l1 - a11) / a12, m2 = (l2 - a11) / a12;
  const double k2 = (end2 - m1 * end1) / (m1 - m2), k1 = -end1 - k2;
  for (int i = 1; i <= 1500000; i++) {
    step_held(&b, 0.0);
    if (i % 150000 != 0) continue;
    const double t = i * b.dt_s;
    const double e1 = k1 * exp(l1 * t), e2 = k2 * exp(l2 * t);
    assert_near(b.s.winding_k, 293.15 + end1 + e1 + e2, 0.05);
    assert_near(b.s.housing_k, 293.15 + end2 + m1 * e1 + m2 * e2, 0.05);
  }
  assert_true(b.s.winding_k > 293.15 + 15.0);
}

static void test_warm_motor_has_less_flux_and_more_resistance(void **state) {
  (void)state;
  bench b = bench_make(50e-6);
  b.p.initial_k = 353.15;
  start(&b);
  assert_share(b.s.resistance_ohm, 0.111 * (1.0 + 0.00393 * 60.0), 1e-12);  // annealed copper
  assert_share(b.s.flux_wb, 0.04 * (1.0 - 0.0011 * 60.0), 1e-12);
}

// Linear from 85 degC to 0 at 100 degC, where the drive trips.
static void test_current_limit_falls_with_the_sensor_and_the_drive_trips_at_its_end(void **state) {
  (void)state;
  bench b = bench_make(50e-6);
  b.p.initial_k = 365.65;  // 92.5 degC, half way
  start(&b);
  b.u.torque_command_nm = 20.0;
  for (int i = 0; i < 300; i++) step_held(&b, 0.0);
  assert_share(b.s.limit_a, 18.0, 0.01);
  assert_share(b.s.iq_a, 18.0, 0.01);
  b.p.initial_k = 373.15;
  start(&b);
  step(&b);
  assert_int_equal(b.s.drive_fault, TAUT_DRIVE_FAULT_OVER_TEMPERATURE);
  assert_near(b.s.torque_nm, 0.0, 0.0);
}

// Mean square current with time constant T: from 0 at I it meets Ic^2 at t = -T ln(1 - Ic^2/I^2).
static void test_window_limit_brings_a_long_overload_to_the_continuous_current(void **state) {
  (void)state;
  bench b = bench_make(200e-6);
  b.p.current_window_s = 2.0;
  b.p.winding_heat_capacity_j_k = 1e5;
  start(&b);
  b.u.torque_command_nm = 0.6 * 30.0;
  const double begins_s = -2.0 * log(1.0 - 0.9 * 18.0 * 18.0 / (30.0 * 30.0));
  for (int i = 0; i < 60000; i++) {
    step_held(&b, 0.0);
    const double t = i * b.dt_s;
    if (t > 0.01 && t < begins_s * 0.98) assert_share(b.s.iq_a, 30.0, 0.01);
  }
  assert_near(b.s.iq_a, 18.2, 0.4);
}

static void test_ceiling_of_the_controller_limits_the_current(void **state) {
  (void)state;
  bench b = bench_make(50e-6);
  start(&b);
  b.u.torque_command_nm = -20.0;
  b.u.current_ceiling_a = 7.0;
  for (int i = 0; i < 400; i++) step_held(&b, 0.0);
  assert_near(b.s.iq_a, -7.0, 1e-3);
  assert_near(b.s.limit_a, 7.0, 0.0);
}

// Phases shorted, steady: iq = -we lam R / (R^2 + we^2 Ld Lq), id = -we^2 Lq lam / (the same).
static void test_short_circuit_brakes_with_the_closed_form_torque(void **state) {
  (void)state;
  const double speeds[] = {57.0, 20.0, -57.0, 3.0};
  for (int i_speed = 0; i_speed < 4; i_speed++) {
    bench b = bench_make(50e-6);
    b.p.inductance_q_h = 0.4e-3;  // salient
    b.p.over_current_a = 400.0;
    b.p.winding_heat_capacity_j_k = 1e5;
    start(&b);
    b.u.torque_permit = 0.0;
    b.u.brake = 1.0;
    for (int i = 0; i < 1500; i++) step_held(&b, speeds[i_speed]);
    const double r = b.s.resistance_ohm, lam = b.s.flux_wb, we = -10.0 * speeds[i_speed];
    const double low = r * r + we * we * 0.267e-3 * 0.4e-3;
    const double iq = -we * lam * r / low, id = -we * we * 0.4e-3 * lam / low;
    assert_int_equal(b.s.drive_state, TAUT_DRIVE_BRAKE);
    assert_share(b.s.iq_a, iq, 1e-3);
    assert_share(b.s.id_a, id, 1e-3);
    assert_share(b.s.torque_nm, 15.0 * iq * (lam + (0.267e-3 - 0.4e-3) * id), 1e-3);
    assert_true(b.s.torque_nm * speeds[i_speed] > 0.0);  // opposes the motion
  }
}

// Te = Te_command cos(p delta): none at 9 degrees with ten pole pairs, reversed beyond.
static void test_encoder_slip_takes_and_then_reverses_the_torque(void **state) {
  (void)state;
  const double degrees[] = {0.0, 3.0, 6.0, 9.0, 12.0, -12.0, 18.0};
  for (int i = 0; i < 7; i++) {
    bench b = bench_make(50e-6);
    start(&b);
    b.u.torque_command_nm = 10.0;
    b.u.encoder_slip_rad = degrees[i] * TAUT_PI / 180.0;
    for (int j = 0; j < 400; j++) step_held(&b, 0.0);
    const double expected = 10.0 * cos(10.0 * b.u.encoder_slip_rad);
    assert_near(b.s.torque_nm, expected, 0.02);
    if (fabs(degrees[i]) > 9.5) assert_true(b.s.torque_nm < -4.0);
    // the drive itself sees nothing wrong
    assert_near(taut_pmsm_iq_measured(&b.s), 10.0 / 0.6, 0.02);
    assert_near(b.s.encoder_rad - b.s.angle_rad, b.u.encoder_slip_rad, 2e-4);
  }
}

static void test_stuck_encoder_turns_the_commutation_with_the_rotor(void **state) {
  (void)state;
  bench b = bench_make(50e-6);
  start(&b);
  b.u.torque_command_nm = 10.0;
  for (int j = 0; j < 400; j++) step_held(&b, 0.0);
  const double stuck_at = b.s.encoder_rad, from = b.s.angle_rad;
  b.u.encoder_stuck = 1.0;
  double least = 10.0;
  for (int j = 0; j < 24000; j++) {
    step_held(&b, 0.5);
    assert_near(b.s.encoder_rad, stuck_at, 0.0);
    assert_near(b.s.torque_nm, 10.0 * cos(10.0 * (b.s.angle_rad - from)), 0.1);
    if (b.s.torque_nm < least) least = b.s.torque_nm;
  }
  assert_true(least < -9.5);
  b.u.encoder_stuck = 0.0;
  step_held(&b, 0.0);
  assert_near(b.s.encoder_rad, b.s.angle_rad, 2e-4);
}

static void test_encoder_moves_in_counts_and_is_at_most_half_a_count_off(void **state) {
  (void)state;
  bench b = bench_make(50e-6);
  start(&b);
  const double count = 2.0 * TAUT_PI / 16384.0;
  assert_near(count * 0.035, 13.4e-6, 0.1e-6);  // of cable
  for (int i = 0; i < 20000; i++) {
    step_held(&b, 0.37);
    const double counts = b.s.encoder_rad / count;
    assert_near(counts, rint(counts), 1e-6);
    assert_true(fabs(b.s.encoder_rad - b.s.angle_rad) <= 0.5000001 * count);
  }
}

// Dry friction of 0.15 N m: nothing below moves the rotor, and it stands perfectly still.
static void test_dry_friction_holds_the_rotor_without_chatter(void **state) {
  (void)state;
  bench b = bench_make(50e-6);
  b.p.cogging_torque_nm = 0.0;
  b.u.torque_permit = 0.0;
  start(&b);
  b.u.spool_tension_n = 0.14 / 0.035;
  for (int i = 0; i < 20000; i++) {
    step(&b);
    assert_near(b.s.speed_rad_s, 0.0, 0.0);
  }
  b.u.spool_tension_n = 0.16 / 0.035;
  for (int i = 0; i < 20000; i++) step(&b);
  // J dw/dt = 0.01 - B w
  const double expected = 0.01 / 2e-3 * (1.0 - exp(-2e-3 / 3e-3 * 1.0));
  assert_share(b.s.speed_rad_s, expected, 1e-3);
}

static void test_ideal_torque_follows_the_command_in_the_same_step(void **state) {
  (void)state;
  bench b = bench_make(50e-6);
  b.p.ideal_torque = 1.0;
  start(&b);
  for (int i = 0; i < 50; i++) {
    b.u.torque_command_nm = i % 2 ? 17.0 : -9.0;
    step_held(&b, i % 3 ? 90.0 : -90.0);
    assert_near(b.s.torque_nm, b.u.torque_command_nm, 1e-3);
  }
}

static void test_bad_parameters_are_refused_by_name(void **state) {
  (void)state;
  taut_pmsm_state s;
  taut_pmsm_params p = taut_pmsm_params_default();
  p.chopper_off_v = p.supply_v;
  assert_non_null(strstr(taut_pmsm_init(&s, &p, 50e-6), "chopper_off_v"));
  p = taut_pmsm_params_default();
  p.over_voltage_v = p.chopper_on_v;
  assert_non_null(strstr(taut_pmsm_init(&s, &p, 50e-6), "over_voltage_v"));
  p = taut_pmsm_params_default();
  assert_non_null(taut_pmsm_init(&s, &p, 1e-3));
  assert_null(taut_pmsm_init(&s, &p, 200e-6));
}

// At rest everything decays; subnormal numbers would make such a step a hundred times slower.
static void test_a_resting_motor_never_computes_with_subnormal_numbers(void **state) {
  (void)state;
  bench b = bench_make(50e-6);
  start(&b);
  b.u.torque_command_nm = 5.0;
  b.u.spool_tension_n = 5.0 / 0.035;
  for (int i = 0; i < 200; i++) step(&b);
  b.u.torque_command_nm = b.u.spool_tension_n = 0.0;
  for (int i = 0; i < 200000; i++) {
    step(&b);
    const double decaying[] = {b.s.id_a,      b.s.iq_a,        b.s.sum_d_v,  b.s.sum_q_v,
                               b.s.torque_nm, b.s.speed_rad_s, b.s.copper_j, b.s.friction_j};
    for (size_t j = 0; j < sizeof(decaying) / sizeof(decaying[0]); j++) {
      assert_true(fpclassify(decaying[j]) != FP_SUBNORMAL);
    }
  }
  assert_near(b.s.speed_rad_s, 0.0, 0.0);
  assert_near(b.s.iq_a, 0.0, 1e-30);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_full_load_takes_the_current_and_copper_loss_of_the_torque_constant),
      cmocka_unit_test(test_retraction_ends_where_the_voltage_does),
      cmocka_unit_test(test_current_follows_the_loop_bandwidth_at_every_rate),
      cmocka_unit_test(test_current_loop_does_not_wind_up),
      cmocka_unit_test(test_winding_and_housing_warm_like_the_exact_two_node_solution),
      cmocka_unit_test(test_warm_motor_has_less_flux_and_more_resistance),
      cmocka_unit_test(test_current_limit_falls_with_the_sensor_and_the_drive_trips_at_its_end),
      cmocka_unit_test(test_window_limit_brings_a_long_overload_to_the_continuous_current),
      cmocka_unit_test(test_ceiling_of_the_controller_limits_the_current),
      cmocka_unit_test(test_short_circuit_brakes_with_the_closed_form_torque),
      cmocka_unit_test(test_encoder_slip_takes_and_then_reverses_the_torque),
      cmocka_unit_test(test_stuck_encoder_turns_the_commutation_with_the_rotor),
      cmocka_unit_test(test_encoder_moves_in_counts_and_is_at_most_half_a_count_off),
      cmocka_unit_test(test_dry_friction_holds_the_rotor_without_chatter),
      cmocka_unit_test(test_ideal_torque_follows_the_command_in_the_same_step),
      cmocka_unit_test(test_bad_parameters_are_refused_by_name),
      cmocka_unit_test(test_a_resting_motor_never_computes_with_subnormal_numbers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

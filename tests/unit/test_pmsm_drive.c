// Drive and bus of the motor: trips, watchdog, safe torque off, brake chopper, against energy
// balances.
#include "support/plant.h"

enum { NONE = TAUT_DRIVE_FAULT_NONE };

typedef struct bench {
  taut_pmsm_params p;
  taut_pmsm_state s;
  taut_pmsm_input u;
} bench;

static const double dt_s = 50e-6;

static bench bench_make(void) {
  bench b = {.p = taut_pmsm_params_default(),
             .u = {.current_ceiling_a = 100.0,
                   .torque_permit = 1.0,
                   .supply_scale = 1.0,
                   .chopper_connected = 1.0}};
  b.p.winding_heat_capacity_j_k = 1e5;  // stays at 20 degC
  return b;
}

static void start(bench *b) {
  const char *why = taut_pmsm_init(&b->s, &b->p, dt_s);
  if (why) fail_msg("motor refuses: %s", why);
}

static void step(bench *b) {
  b->u.command_seq += 1.0;
  assert_true(taut_pmsm_update(&b->s, &b->u));
}

// Rotor held at a paying-out speed: a generator of constant power.
static void step_held(bench *b, double speed_rad_s) {
  b->s.speed_rad_s = speed_rad_s;
  step(b);
  b->s.speed_rad_s = speed_rad_s;
}

static void steps_held(bench *b, int n, double speed_rad_s) {
  for (int i = 0; i < n; i++) step_held(b, speed_rad_s);
}

static void release_and_permit(bench *b) {
  b->u.torque_permit = 0.0;
  step_held(b, 0.0);
  b->u.torque_permit = 1.0;
  step_held(b, 0.0);
}

// T w - 1.5 R iq^2 reaches the bus.
static double generator_w(const bench *b, double torque_nm, double speed_rad_s) {
  const double iq = torque_nm / 0.6;
  return torque_nm * speed_rad_s - 1.5 * b->p.resistance_ohm * iq * iq - b->p.standby_power_w;
}

// C/2 (Vtrip^2 - V^2) / P until the trip when the chopper is lost.
static void test_without_chopper_the_capacitor_fills_until_the_over_voltage_trip(void **state) {
  (void)state;
  bench b = bench_make();
  start(&b);
  b.u.torque_command_nm = FULL_LOAD_N * 0.035;
  steps_held(&b, 2000, 57.0);
  b.u.chopper_connected = 0.0;
  const double v0 = b.s.bus_v;
  const double power_w = generator_w(&b, b.u.torque_command_nm, 57.0);
  const double expected_s = 0.5 * 4.7e-3 * (60.0 * 60.0 - v0 * v0) / power_w;
  int n = 0;
  while (b.s.drive_fault == NONE && n < 10000) {
    step_held(&b, 57.0);
    n++;
  }
  assert_int_equal(b.s.drive_fault, TAUT_DRIVE_FAULT_OVER_VOLTAGE);
  assert_int_equal(b.s.drive_state, TAUT_DRIVE_FAULT);
  assert_near(n * dt_s, expected_s, 2.5 * dt_s);  // sees the voltage one step later
  assert_true(expected_s < 5e-3);                 // milliseconds, not seconds
  step_held(&b, 57.0);
  assert_near(b.s.torque_nm, 0.0, 0.0);  // sudden loss of force
}

// 1.5 R id^2 takes what comes in: lowering 200 N at 0.4 m/s gives less than the winding can burn.
static void test_without_chopper_the_winding_burns_what_comes_in(void **state) {
  (void)state;
  const double speed_rad_s = 0.4 / 0.035, torque_nm = 200.0 * 0.035;
  for (int is_used = 1; is_used >= 0; is_used--) {
    bench b = bench_make();
    if (is_used) {
      b.p.loss_braking_on_v = 57.6;
      b.p.loss_braking_full_v = 58.8;
    }
    start(&b);
    b.u.chopper_connected = 0.0;
    b.u.torque_command_nm = torque_nm;
    steps_held(&b, 40000, speed_rad_s);
    if (!is_used) {  // the twin: the same with the feature off
      assert_int_equal(b.s.drive_fault, TAUT_DRIVE_FAULT_OVER_VOLTAGE);
      break;
    }
    assert_int_equal(b.s.drive_fault, NONE);
    assert_true(b.s.bus_v > 57.6 && b.s.bus_v < 58.8);
    // the torque is what was asked for, and the d-axis burns the rest of the power
    assert_share(b.s.torque_nm, torque_nm, 0.01);
    const double power_w = generator_w(&b, torque_nm, speed_rad_s);
    assert_share(1.5 * b.s.resistance_ohm * b.s.id_a * b.s.id_a, power_w, 0.03);
  }
}

static void test_chopper_holds_the_bus_at_a_kilowatt_and_burns_what_comes_in(void **state) {
  (void)state;
  bench b = bench_make();
  start(&b);
  b.u.torque_command_nm = 20.0;
  const double speed = (1000.0 + 1.5 * 0.111 * (20.0 / 0.6) * (20.0 / 0.6) + 3.0) / 20.0;
  assert_near(generator_w(&b, 20.0, speed), 1000.0, 1e-6);
  steps_held(&b, 4000, speed);
  const double before_j = b.s.brake_energy_j + b.s.brake_heat_j;
  double low = 1e9, high = 0.0;
  for (int i = 0; i < 20000; i++) {
    step_held(&b, speed);
    low = b.s.bus_v < low ? b.s.bus_v : low;
    high = b.s.bus_v > high ? b.s.bus_v : high;
  }
  assert_share(b.s.brake_energy_j + b.s.brake_heat_j - before_j, 1000.0, 5e-3);
  assert_true(low > 55.5 && high < 57.5);
  assert_int_equal(b.s.drive_fault, NONE);
  assert_true(b.s.brake_k > 293.15 + 8.0);  // 1 kJ into 60 J/K
}

static void test_supply_cannot_sink_and_sags_by_its_resistance(void **state) {
  (void)state;
  bench b = bench_make();
  start(&b);
  b.u.torque_command_nm = 10.0;
  steps_held(&b, 4000, -50.0);  // motoring: 500 W and the copper heat
  const double power_w = 500.0 + 1.5 * 0.111 * (10.0 / 0.6) * (10.0 / 0.6) + 3.0;
  const double v = 27.0 + sqrt(27.0 * 27.0 - 0.05 * power_w);  // V (Vs - V) / Rs = P
  assert_near(b.s.bus_v, v, 0.01);
  steps_held(&b, 4000, 50.0);
  const double taken_j = b.s.supply_energy_j;
  steps_held(&b, 4000, 50.0);
  assert_near(b.s.supply_energy_j, taken_j, 0.0);
}

static void test_under_voltage_trips_and_holds_until_reset_level_and_new_permit(void **state) {
  (void)state;
  bench b = bench_make();
  start(&b);
  b.u.torque_command_nm = 5.0;
  steps_held(&b, 200, 0.0);
  b.u.supply_scale = 0.7;  // 37.8 V
  steps_held(&b, 8000, 0.0);
  assert_int_equal(b.s.drive_fault, TAUT_DRIVE_FAULT_UNDER_VOLTAGE);
  assert_near(b.s.torque_nm, 0.0, 0.0);
  b.u.supply_scale = 45.0 / 54.0;  // above the trip level, below the reset level
  steps_held(&b, 8000, 0.0);
  release_and_permit(&b);
  assert_int_equal(b.s.drive_fault, TAUT_DRIVE_FAULT_UNDER_VOLTAGE);
  b.u.supply_scale = 1.0;
  steps_held(&b, 8000, 0.0);
  assert_int_equal(b.s.drive_state, TAUT_DRIVE_FAULT);  // not by itself
  release_and_permit(&b);
  assert_int_equal(b.s.drive_state, TAUT_DRIVE_RUN);
  assert_int_equal(b.s.drive_fault, NONE);
}

static void test_drive_without_supply_is_off_and_refuses_to_run(void **state) {
  (void)state;
  bench b = bench_make();
  start(&b);
  b.u.torque_permit = 0.0;
  b.u.supply_scale = 0.0;
  for (int i = 0; i < 60000; i++) step(&b);  // 3 W empty the capacitor
  assert_int_equal(b.s.drive_state, TAUT_DRIVE_OFF);
  b.u.torque_permit = 1.0;
  step(&b);
  assert_int_equal(b.s.drive_fault, TAUT_DRIVE_FAULT_UNDER_VOLTAGE);
  b.u.supply_scale = 1.0;
  b.u.torque_permit = 0.0;
  for (int i = 0; i < 2000; i++) step(&b);
  b.u.torque_permit = 1.0;
  step(&b);
  assert_int_equal(b.s.drive_state, TAUT_DRIVE_RUN);
}

static void test_silent_commands_trip_the_watchdog_and_the_torque_ramps_away(void **state) {
  (void)state;
  bench b = bench_make();
  start(&b);
  b.u.torque_command_nm = 12.0;
  steps_held(&b, 400, 0.0);
  int n = 0;
  while (b.s.drive_fault == NONE && n < 100000) {
    b.s.speed_rad_s = 0.0;
    assert_true(taut_pmsm_update(&b.s, &b.u));  // the same command_seq again and again
    n++;
  }
  assert_int_equal(b.s.drive_fault, TAUT_DRIVE_FAULT_WATCHDOG);
  assert_near(n * dt_s, 0.1, 1.5 * dt_s);
  double last = b.s.torque_nm;
  for (int i = 1; i <= 4000; i++) {
    b.s.speed_rad_s = 0.0;
    assert_true(taut_pmsm_update(&b.s, &b.u));
    assert_true(b.s.torque_nm <= last + 1e-9);
    if (i < 3900) assert_near(b.s.torque_nm, 12.0 * (1.0 - i * dt_s / 0.2), 0.05);
    last = b.s.torque_nm;
  }
  assert_near(b.s.torque_nm, 0.0, 0.0);
  // fresh commands alone do not bring it back, a new permission with fresh commands does
  steps_held(&b, 100, 0.0);
  assert_int_equal(b.s.drive_state, TAUT_DRIVE_FAULT);
  release_and_permit(&b);
  assert_int_equal(b.s.drive_state, TAUT_DRIVE_RUN);
}

static void test_new_permission_without_fresh_commands_does_not_clear_the_watchdog(void **state) {
  (void)state;
  bench b = bench_make();
  start(&b);
  steps_held(&b, 10, 0.0);
  for (int i = 0; i < 9000; i++) assert_true(taut_pmsm_update(&b.s, &b.u));
  b.u.torque_permit = 0.0;
  assert_true(taut_pmsm_update(&b.s, &b.u));
  b.u.torque_permit = 1.0;
  assert_true(taut_pmsm_update(&b.s, &b.u));
  assert_int_equal(b.s.drive_fault, TAUT_DRIVE_FAULT_WATCHDOG);
  assert_near(b.s.torque_nm, 0.0, 0.0);
}

static void test_safe_torque_off_takes_the_torque_in_one_step_and_keeps_the_energy(void **state) {
  (void)state;
  bench b = bench_make();
  b.p.standby_power_w = 0.0;
  start(&b);
  b.u.torque_command_nm = 17.0;
  steps_held(&b, 400, 0.0);
  const double before_j = taut_pmsm_stored_j(&b.s);
  const double other_j = b.s.supply_energy_j - taut_pmsm_loss_j(&b.s);
  b.u.torque_permit = 0.0;
  step_held(&b, 0.0);
  assert_near(b.s.torque_nm, 0.0, 0.0);
  assert_int_equal(b.s.drive_state, TAUT_DRIVE_READY);
  const double change_j = taut_pmsm_stored_j(&b.s) - before_j;
  assert_near(change_j, b.s.supply_energy_j - taut_pmsm_loss_j(&b.s) - other_j, 1e-9);
  // not a brake: the cable turns the rotor freely
  b.u.spool_tension_n = 100.0;
  for (int i = 0; i < 200; i++) step(&b);
  assert_near(b.s.speed_rad_s, (100.0 * 0.035 - 0.15) / 3e-3 * 0.01, 0.3);
}

static void test_a_number_that_is_none_stops_the_drive(void **state) {
  (void)state;
  const double none[] = {(double)NAN, (double)INFINITY, -(double)INFINITY};
  for (int i = 0; i < 6; i++) {
    bench b = bench_make();
    start(&b);
    b.u.torque_command_nm = 5.0;
    steps_held(&b, 100, 0.0);
    *(i % 2 ? &b.u.current_ceiling_a : &b.u.torque_command_nm) = none[i / 2];
    step_held(&b, 0.0);
    assert_int_equal(b.s.drive_fault, TAUT_DRIVE_FAULT_NUMBER);
    assert_near(b.s.torque_nm, 0.0, 0.0);
    release_and_permit(&b);
    assert_int_equal(b.s.drive_fault, TAUT_DRIVE_FAULT_NUMBER);
    b.u.torque_command_nm = 5.0;
    b.u.current_ceiling_a = 100.0;
    steps_held(&b, 100, 0.0);
    assert_int_equal(b.s.drive_fault, TAUT_DRIVE_FAULT_NUMBER);
    release_and_permit(&b);
    steps_held(&b, 100, 0.0);
    assert_near(b.s.torque_nm, 5.0, 1e-3);
  }
}

// Beyond the voltage the magnets drive the current; the trip ends it.
static void test_over_speed_pulls_over_current_and_trips(void **state) {
  (void)state;
  bench b = bench_make();
  start(&b);
  b.u.torque_command_nm = 17.0;
  steps_held(&b, 4000, 100.0);  // 3.5 m/s
  assert_int_equal(b.s.drive_fault, TAUT_DRIVE_FAULT_OVER_CURRENT);
  assert_near(b.s.torque_nm, 0.0, 0.0);
}

static void test_brake_works_in_fault_and_needs_the_permission_gone(void **state) {
  (void)state;
  bench b = bench_make();
  start(&b);
  b.u.brake = 1.0;
  b.u.torque_command_nm = 3.0;
  steps_held(&b, 400, 20.0);
  assert_int_equal(b.s.drive_state, TAUT_DRIVE_RUN);
  assert_near(b.s.torque_nm, 3.0, 0.01);
  b.u.torque_command_nm = (double)NAN;
  steps_held(&b, 400, 20.0);
  assert_int_equal(b.s.drive_state, TAUT_DRIVE_FAULT);
  assert_near(b.s.torque_nm, 0.0, 0.0);
  b.u.torque_permit = 0.0;
  steps_held(&b, 400, 20.0);
  assert_int_equal(b.s.drive_state, TAUT_DRIVE_FAULT);  // still told
  assert_true(b.s.torque_nm > 5.0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_without_chopper_the_capacitor_fills_until_the_over_voltage_trip),
      cmocka_unit_test(test_without_chopper_the_winding_burns_what_comes_in),
      cmocka_unit_test(test_chopper_holds_the_bus_at_a_kilowatt_and_burns_what_comes_in),
      cmocka_unit_test(test_supply_cannot_sink_and_sags_by_its_resistance),
      cmocka_unit_test(test_under_voltage_trips_and_holds_until_reset_level_and_new_permit),
      cmocka_unit_test(test_drive_without_supply_is_off_and_refuses_to_run),
      cmocka_unit_test(test_silent_commands_trip_the_watchdog_and_the_torque_ramps_away),
      cmocka_unit_test(test_new_permission_without_fresh_commands_does_not_clear_the_watchdog),
      cmocka_unit_test(test_safe_torque_off_takes_the_torque_in_one_step_and_keeps_the_energy),
      cmocka_unit_test(test_a_number_that_is_none_stops_the_drive),
      cmocka_unit_test(test_over_speed_pulls_over_current_and_trips),
      cmocka_unit_test(test_brake_works_in_fault_and_needs_the_permission_gone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

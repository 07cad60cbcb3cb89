// The closed form of a resting motor's heat against many small steps, and the whole motor's.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "models/heat_nodes.h"
#include "models/pmsm.h"
#include "taut/math.h"

static const taut_heat_chain CHAIN = {.winding_k_j = 1.0 / 250,
                                      .housing_k_j = 1.0 / 2500,
                                      .winding_w_k = 1.0 / 0.25,
                                      .housing_w_k = 1.0 / 0.7,
                                      .sensor_per_s = 0.5,
                                      .ambient_k = 293.15};

/// Runge and Kutta's fourth order in steps of `h_s`.
static taut_heat_nodes slope(const taut_heat_chain *c, taut_heat_nodes t, double power_w) {
  double flow_w = c->winding_w_k * (t.winding_k - t.housing_k);
  return (taut_heat_nodes){
      (power_w - flow_w) * c->winding_k_j,
      (flow_w - c->housing_w_k * (t.housing_k - c->ambient_k)) * c->housing_k_j,
      c->sensor_per_s * (t.winding_k - t.sensor_k)};
}

static taut_heat_nodes plus(taut_heat_nodes a, taut_heat_nodes b, double h) {
  return (taut_heat_nodes){a.winding_k + h * b.winding_k, a.housing_k + h * b.housing_k,
                           a.sensor_k + h * b.sensor_k};
}

static taut_heat_nodes integrate(const taut_heat_chain *c, taut_heat_nodes t, double power_w,
                                 double time_s, double h_s) {
  for (double at = 0; at < time_s - 0.5 * h_s; at += h_s) {
    taut_heat_nodes k1 = slope(c, t, power_w), k2 = slope(c, plus(t, k1, h_s / 2), power_w);
    taut_heat_nodes k3 = slope(c, plus(t, k2, h_s / 2), power_w);
    taut_heat_nodes k4 = slope(c, plus(t, k3, h_s), power_w);
    t = plus(plus(plus(plus(t, k1, h_s / 6), k2, h_s / 3), k3, h_s / 3), k4, h_s / 6);
  }
  return t;
}

static double distance(taut_heat_nodes a, taut_heat_nodes b) {
  return fmax(fabs(a.winding_k - b.winding_k),
              fmax(fabs(a.housing_k - b.housing_k), fabs(a.sensor_k - b.sensor_k)));
}

static void the_closed_form_is_what_small_steps_lead_to(void **state) {
  (void)state;
  static const double powers_w[] = {0, 80}, times_s[] = {0.5, 30, 600, 7200};
  const taut_heat_nodes hot = {390, 340, 350};
  for (size_t i = 0; i < 2; i++)
    for (size_t k = 0; k < 4; k++) {
      taut_heat_nodes exact = taut_heat_nodes_after(&CHAIN, &hot, powers_w[i], times_s[k]);
      taut_heat_nodes stepped = integrate(&CHAIN, hot, powers_w[i], times_s[k], times_s[k] / 20000);
      if (distance(exact, stepped) > 1e-6)
        fail_msg("%g W, %g s: %g K apart", powers_w[i], times_s[k], distance(exact, stepped));
    }
}

static void a_wrong_coupling_would_show(void **state) {
  (void)state;
  taut_heat_chain wrong = CHAIN;
  wrong.winding_w_k *= 1.001;
  const taut_heat_nodes hot = {390, 340, 350};
  assert_true(distance(taut_heat_nodes_after(&wrong, &hot, 0, 30),
                       integrate(&CHAIN, hot, 0, 30, 0.01)) > 1e-4);
}

static void a_sensor_as_slow_as_the_motor_has_no_singularity(void **state) {
  (void)state;
  // k equal to an eigenvalue of the chain, found from its trace and determinant
  double a = CHAIN.winding_w_k * CHAIN.winding_k_j, b = CHAIN.winding_w_k * CHAIN.housing_k_j,
         c = CHAIN.housing_w_k * CHAIN.housing_k_j, sum = a + b + c;
  double fast = 0.5 * (sum + sqrt(sum * sum - 4 * a * c));
  const double rates[] = {fast, a * c / fast, 0};
  const taut_heat_nodes hot = {390, 340, 350};
  for (int i = 0; i < 3; i++) {
    taut_heat_chain chain = CHAIN;
    chain.sensor_per_s = rates[i];
    taut_heat_nodes exact = taut_heat_nodes_after(&chain, &hot, 0, 100);
    taut_heat_nodes stepped = integrate(&chain, hot, 0, 100, 0.01);
    if (rates[i] == 0) stepped.sensor_k = stepped.winding_k;  // no lag: it is the winding
    assert_true(distance(exact, stepped) < 1e-3);
  }
}

static void two_skips_are_one(void **state) {
  (void)state;
  const taut_heat_nodes hot = {390, 340, 350};
  taut_heat_nodes once = taut_heat_nodes_after(&CHAIN, &hot, 20, 300);
  taut_heat_nodes half = taut_heat_nodes_after(&CHAIN, &hot, 20, 120);
  assert_true(distance(once, taut_heat_nodes_after(&CHAIN, &half, 20, 180)) < 1e-9);
}

/// A motor that has worked for a while and then stands still, safe torque off.
static taut_pmsm_state rested(void) {
  taut_pmsm_state s;
  taut_pmsm_params p = taut_pmsm_params_default();
  p.initial_k = 330;
  p.current_window_s = 40;
  assert_null(taut_pmsm_init(&s, &p, 50e-6));
  taut_pmsm_input u = {.torque_command_nm = 8,
                       .current_ceiling_a = 30,
                       .torque_permit = 1,
                       .spool_tension_n = 8 / 0.035,
                       .supply_scale = 1,
                       .chopper_connected = 1};
  for (int i = 0; i < 60000; i++) {
    u.command_seq += 1;
    (void)taut_pmsm_update(&s, &u);
  }
  u.torque_permit = u.torque_command_nm = u.spool_tension_n = 0;
  for (int i = 0; i < 60000; i++) (void)taut_pmsm_update(&s, &u);
  return s;
}

static const taut_pmsm_input REST = {.supply_scale = 1, .chopper_connected = 1};

static void a_skipped_motor_is_a_stepped_one(void **state) {
  (void)state;
  taut_pmsm_state stepped = rested(), skipped = stepped;
  for (int i = 0; i < 60 * 20000; i++) (void)taut_pmsm_update(&stepped, &REST);
  assert_true(taut_pmsm_skip(&skipped, &REST, 60));
  assert_true(fabs(stepped.winding_k - skipped.winding_k) < 2e-3);
  assert_true(fabs(stepped.housing_k - skipped.housing_k) < 2e-3);
  assert_true(fabs(stepped.sensor_k - skipped.sensor_k) < 2e-3);
  assert_true(fabs(stepped.brake_k - skipped.brake_k) < 1e-3);
  assert_true(fabs(stepped.bus_v - skipped.bus_v) < 1e-3);
  assert_true(fabs(stepped.thermal_limit_a - skipped.thermal_limit_a) < 1e-3);
  assert_true(fabs(stepped.mean_square_a2 - skipped.mean_square_a2) < 1e-3);
  assert_true(fabs(stepped.supply_energy_j - skipped.supply_energy_j) < 0.05);
  assert_true(fabs(taut_pmsm_loss_j(&stepped) - taut_pmsm_loss_j(&skipped)) < 0.05);
  // It has cooled: what stands still would fail the comparisons above.
  taut_pmsm_state before = rested();
  assert_true(before.winding_k - skipped.winding_k > 0.5);
}

static void energy_is_kept_over_a_skip(void **state) {
  (void)state;
  taut_pmsm_state s = rested();
  double before =
      s.supply_energy_j + s.shaft_energy_j - taut_pmsm_loss_j(&s) - taut_pmsm_stored_j(&s);
  assert_true(taut_pmsm_skip(&s, &REST, 3600));
  double after =
      s.supply_energy_j + s.shaft_energy_j - taut_pmsm_loss_j(&s) - taut_pmsm_stored_j(&s);
  assert_true(fabs(after - before) < 1e-6);
}

static void a_motor_at_work_refuses(void **state) {
  (void)state;
  taut_pmsm_state s = rested();
  const taut_pmsm_state before = s;
  taut_pmsm_input u = REST;
  u.torque_permit = 1;
  assert_false(taut_pmsm_skip(&s, &u, 60));
  s.speed_rad_s = 1;
  assert_false(taut_pmsm_skip(&s, &REST, 60));
  s.speed_rad_s = before.speed_rad_s;
  assert_memory_equal(&s, &before, sizeof s);
  assert_true(taut_pmsm_skip(&s, &REST, 60));
}

static void without_a_supply_the_bus_runs_down(void **state) {
  (void)state;
  taut_pmsm_state s = rested();
  taut_pmsm_input u = REST;
  u.supply_scale = 0;
  assert_true(taut_pmsm_skip(&s, &u, 60));
  assert_true(s.bus_j == 0 && s.bus_v == 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_closed_form_is_what_small_steps_lead_to),
      cmocka_unit_test(a_wrong_coupling_would_show),
      cmocka_unit_test(a_sensor_as_slow_as_the_motor_has_no_singularity),
      cmocka_unit_test(two_skips_are_one),
      cmocka_unit_test(a_skipped_motor_is_a_stepped_one),
      cmocka_unit_test(energy_is_kept_over_a_skip),
      cmocka_unit_test(a_motor_at_work_refuses),
      cmocka_unit_test(without_a_supply_the_bus_runs_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// The person in closed loop with a cable machine: tracking, strength, failure, disturbances,
// stability.
#include "support/person.h"

#include "models/cable.h"
#include "models/pmsm.h"

#define ONE_RM_N 180.0

static taut_person_params tireless(void) {
  taut_person_params params = person_defaults();
  params.fatigability = 0.02;
  params.slip_probability = 0.0;
  params.grip_n = 2000.0;
  return params;
}

static void a_half_metre_range_is_tracked_within_two_centimetres(void **unused) {
  (void)unused;
  static const double shares[] = {0.1, 0.3, 0.6, 0.8};
  for (size_t i = 0; i < 4; i++) {
    taut_person_params params = tireless();
    gym g;
    gym_start(&g, &params, SEED);
    gym_begin_set(&g, shares[i] * ONE_RM_N);
    assert_true(gym_until_phase(&g, TAUT_PERSON_CONCENTRIC, 20));
    double worst_m = 0.0, lowest_m = 1.0, highest_m = 0.0;
    while (g.person.rep < 4.0) {
      gym_step(&g);
      double x_m = g.cable[0].handle_m;
      if (fabs(x_m - g.person.side[0].hand.reference_m) > worst_m)
        worst_m = fabs(x_m - g.person.side[0].hand.reference_m);
      if (x_m < lowest_m) lowest_m = x_m;
      if (x_m > highest_m) highest_m = x_m;
      assert_true(gym_now(&g) < 90.0);
    }
    assert_between(worst_m, 0.001, 0.02);
    assert_near(lowest_m, params.range_min_m, 0.02);
    assert_near(highest_m, params.range_max_m, 0.02);
  }
}

static void tempo_is_the_intended_one_within_its_jitter(void **unused) {
  (void)unused;
  taut_person_params params = tireless();
  params.tempo_jitter = 0.03;
  gym g;
  gym_start(&g, &params, SEED);
  gym_begin_set(&g, 60);
  for (int rep = 0; rep < 6; rep++) {
    assert_true(gym_until_phase(&g, TAUT_PERSON_CONCENTRIC, 20));
    double began_s = gym_now(&g);
    assert_true(gym_until_phase(&g, TAUT_PERSON_TOP, 20));
    assert_near(gym_now(&g) - began_s, params.concentric_s, 0.3);
    assert_true(gym_until_phase(&g, TAUT_PERSON_ECCENTRIC, 20));
    began_s = gym_now(&g);
    assert_true(gym_until_phase(&g, TAUT_PERSON_REST, 20));
    assert_near(gym_now(&g) - began_s, params.eccentric_s, 0.4);
  }
}

/// Mean concentric speed of the first repetition when she hurries; 0 when she does not get there.
static double concentric_speed(double share, double mvt_m_s) {
  taut_person_params params = tireless();
  params.mvt_m_s = mvt_m_s;
  params.concentric_s = 0.6;
  params.tempo_jitter = 0.0;
  gym g;
  gym_start(&g, &params, SEED);
  gym_begin_set(&g, share * ONE_RM_N);
  assert_true(gym_until_phase(&g, TAUT_PERSON_CONCENTRIC, 20));
  double began_s = 0.0, ended_s = 0.0, from_m = params.range_min_m + 0.02,
         to_m = params.range_max_m - 0.02;
  while (g.person.phase == TAUT_PERSON_CONCENTRIC) {
    if (began_s == 0.0 && g.cable[0].handle_m > from_m) began_s = gym_now(&g);
    if (ended_s == 0.0 && g.cable[0].handle_m > to_m) ended_s = gym_now(&g);
    gym_step(&g);
  }
  return ended_s > 0.0 ? (to_m - from_m) / (ended_s - began_s) : 0.0;
}

static void the_maximum_moves_at_the_minimum_velocity_threshold(void **unused) {
  (void)unused;
  static const double mvts[] = {0.17, 0.20, 0.30, 0.45};
  for (size_t i = 0; i < 4; i++)
    assert_near(concentric_speed(1.0, mvts[i]), mvts[i], 0.15 * mvts[i]);
}

static void lighter_loads_move_faster_and_heavier_ones_not_at_all(void **unused) {
  (void)unused;
  double last = 10.0;
  for (double share = 0.5; share < 1.01; share += 0.1) {
    double v = concentric_speed(share, 0.25);
    assert_true(v > 0.0 && v < last);
    last = v;
  }
  assert_true(concentric_speed(1.15, 0.25) == 0.0);
}

static int reps_to_failure(double share) {
  taut_person_params params = person_defaults();
  params.reps = 0;
  params.grip_n = 2000.0;
  params.slip_probability = 0.0;
  gym g;
  gym_start(&g, &params, SEED);
  gym_begin_set(&g, share * ONE_RM_N);
  assert_true(gym_until(&g, TAUT_PERSON_EVENT_GIVE_UP, 400));
  assert_true(g.person.has_given_up == 1.0);
  return (int)g.person.rep;
}

static void repetitions_to_failure_fall_with_load_within_the_published_band(void **unused) {
  (void)unused;
  // Epley w (1 + n/30) and Brzycki 36 w/(37 - n), with half of the smaller below and half of the
  // greater above, plus one: single persons differ that much, and only n <= 10 is trusted by the
  // authors.
  int last = 1000;
  for (double share = 0.60; share < 0.96; share += 0.05) {
    int n = reps_to_failure(share);
    double epley = 30.0 * (1.0 / share - 1.0), brzycki = 37.0 - 36.0 * share;
    assert_between(n, 0.5 * fmin(epley, brzycki) - 1.0, 1.5 * fmax(epley, brzycki) + 1.0);
    assert_true(n < last);
    last = n;
  }
  assert_true(reps_to_failure(1.0) <= 2);
  assert_int_equal(reps_to_failure(1.15), 0);
}

static void a_person_who_fails_lowers_the_load_and_lets_go_at_home(void **unused) {
  (void)unused;
  taut_person_params params = person_defaults();
  params.reps = 0;
  gym g;
  gym_start(&g, &params, SEED);
  gym_begin_set(&g, 0.9 * ONE_RM_N);
  assert_true(gym_until(&g, TAUT_PERSON_EVENT_GIVE_UP, 200));
  double fastest = 0.0;
  for (int n = 0; n < 10000 && g.person.activity != TAUT_PERSON_IDLE; n++) {
    gym_step(&g);
    if (g.cable[0].handle_m > 0.05) fastest = fmin(fastest, g.cable[0].handle_m_s);
  }
  assert_true(g.person.activity == TAUT_PERSON_IDLE);
  assert_true(g.cable[0].handle_m < 0.05);
  assert_true(fastest > -0.6);  // lowered, not dropped
}

static void help_of_a_spotter_lets_her_go_on(void **unused) {
  (void)unused;
  taut_person_params params = person_defaults();
  params.reps = 0;
  gym g;
  gym_start(&g, &params, SEED);
  gym_begin_set(&g, 0.9 * ONE_RM_N);
  while (g.person.stall_s < 1.0) {
    gym_step(&g);
    assert_true(gym_now(&g) < 200.0);
  }
  double stuck_at = g.person.rep;
  gym_load(&g, 0.6 * ONE_RM_N);
  assert_true(gym_until(&g, TAUT_PERSON_EVENT_REP_DONE, 10));
  assert_true(g.person.rep == stuck_at + 1.0 && g.person.has_given_up == 0.0);
}

static void an_overload_is_yielded_to_and_never_pushed(void **unused) {
  (void)unused;
  taut_person_params params = tireless();
  gym g;
  gym_start(&g, &params, SEED);
  gym_begin_set(&g, 60);
  assert_true(gym_until_phase(&g, TAUT_PERSON_CONCENTRIC, 20));
  gym_run(&g, 0.8);
  g.load_n[0] = g.load_n[1] = g.target_n[0] = g.target_n[1] = 2.0 * ONE_RM_N;
  double from_m = g.cable[0].handle_m;
  for (int n = 0; n < 1000; n++) {
    gym_step(&g);
    assert_between(g.person.side[0].force_n, 0.0, g.person.side[0].capacity_n + 1e-9);
  }
  assert_true(g.cable[0].handle_m < from_m - 0.05);
  // Pulled back to the stop: the repetition is lost, and the reference stays with the hand.
  assert_true(g.person.has_given_up == 1.0 || gym_until(&g, TAUT_PERSON_EVENT_GIVE_UP, 3.0));
  gym_run(&g, 0.3);
  assert_true(g.person.side[0].hand.reference_m > g.cable[0].handle_m - 0.05);
}

static void a_vanished_load_flies_out_while_the_expectation_lasts(void **unused) {
  (void)unused;
  taut_person_params params = tireless();
  gym g;
  gym_start(&g, &params, SEED);
  gym_begin_set(&g, 100);
  assert_true(gym_until_phase(&g, TAUT_PERSON_TOP, 30));
  double at_m = g.cable[0].handle_m, felt_n = g.person.side[0].hand.felt_n, highest_m = 0.0;
  gym_load(&g, 0);
  for (int ms = 0; ms < 1500; ms++) {
    gym_step(&g);
    if (ms < 1000 * params.felt_delay_s - 20)
      assert_near(g.person.side[0].hand.felt_n, felt_n, 4.0);
    if (g.cable[0].handle_m > highest_m) highest_m = g.cable[0].handle_m;
  }
  assert_between(highest_m - at_m, 0.03, 0.25);
  assert_true(g.person.side[0].hand.felt_n < 15.0);
}

static void the_weaker_side_lags_but_both_stay_together(void **unused) {
  (void)unused;
  taut_person_params params = person_defaults();
  params.left_strength = 0.85;
  params.concentric_s = 1.0;
  gym g;
  gym_start(&g, &params, SEED);
  gym_begin_set(&g, 0.8 * ONE_RM_N);
  double apart_m = 0.0;
  while (g.person.rep < 2.0) {
    gym_step(&g);
    apart_m = fmax(apart_m, g.cable[1].handle_m - g.cable[0].handle_m);
    assert_true(gym_now(&g) < 90.0);
  }
  assert_between(apart_m, 0.01, 0.08);
  assert_true(g.person.side[0].muscle.fatigued > g.person.side[1].muscle.fatigued);
}

static void no_strength_and_no_load_makes_the_hand_ring(void **unused) {
  (void)unused;
  // The handle on a stiff cable rings near 100 Hz. Held still, its speed must die out whatever the
  // load and the arm.
  static const double loads[] = {5, 50, 200, 489};
  static const double arms[][2] = {{200, 20}, {400, 50}, {600, 60}, {800, 40}, {800, 60}};
  for (size_t i = 0; i < 4; i++)
    for (size_t k = 0; k < 5; k++) {
      taut_person_params params = tireless();
      params.strength_scale = 5.0;
      params.arm_stiffness_n_m = arms[k][0];
      params.arm_damping_ns_m = arms[k][1];
      gym g;
      gym_start(&g, &params, SEED);
      gym_load(&g, fmin(loads[i], 10));
      gym_cue(&g, TAUT_CUE_TAKE_HANDLES);
      gym_run(&g, 6);
      gym_load(&g, loads[i]);
      gym_run(&g, 8 + loads[i] / 50);
      g.cable[0].handle_m_s += 0.5;  // a knock
      gym_run(&g, 6);
      double fastest = 0.0;
      for (int n = 0; n < 500; n++) {
        gym_step(&g);
        fastest = fmax(fastest, fabs(g.cable[0].handle_m_s));
      }
      if (!(fastest < 0.05))
        fail_msg("%g N, arm %g N/m %g N s/m: still %g m/s", loads[i], arms[k][0], arms[k][1],
                 fastest);
    }
}

static void the_real_plant_with_ideal_torque_is_lifted_too(void **unused) {
  (void)unused;
  // motor_pmsm and cable_spool at 20 kHz, the torque of a constant load, one side.
  taut_person_params params = tireless();
  params.uses_right = 0.0;
  params.strength_scale = 3.5;
  gym g;
  gym_start(&g, &params, SEED);
  taut_pmsm_params motor_params = taut_pmsm_params_default();
  taut_cable_params cable_params = taut_cable_params_default();
  static taut_pmsm_state motor;
  static taut_cable_state cable;
  assert_null(taut_pmsm_init(&motor, &motor_params, 50e-6));
  assert_null(taut_cable_init(&cable, &cable_params, 50e-6));
  taut_pmsm_input drive = {.current_ceiling_a = 100.0,
                           .torque_permit = 1.0,
                           .supply_scale = 1.0,
                           .chopper_connected = 1.0};
  double load_n = 10.0, target_n = 10.0, hand_n = 0.0, lag_m = 0.0, n_lag = 0.0, highest_m = 0.0;
  for (int64_t ms = 0; ms < 60000 && g.person.rep < 3.0; ms++) {
    if (ms == 100) gym_cue(&g, TAUT_CUE_TAKE_HANDLES);
    if (ms == 5000) target_n = 300.0;
    if (ms == 13000) gym_cue(&g, TAUT_CUE_LIFT);
    load_n = fmin(target_n, load_n + 0.05);
    taut_cable_forces forces = {0};
    for (int i = 0; i < PLANT_STEPS; i++) {
      drive.command_seq += 1.0;
      drive.torque_command_nm = load_n * motor_params.spool_radius_m;
      forces = taut_cable_forces_at(&cable, motor.angle_rad, motor.speed_rad_s);
      drive.spool_tension_n = forces.spool_tension_n;
      taut_cable_input input = {motor.angle_rad, motor.speed_rad_s, hand_n, 0.0};
      if (i == 0) {
        g.input.side[0].position_m = cable.position_m;
        g.input.side[0].speed_m_s = cable.speed_m_s;
        g.input.side[0].tension_n = forces.tension_n;
        hand_n = g.person.side[0].force_n;
        input.hand_force_n = hand_n;
        taut_person_step(&g.params, &g.person, &g.input, g.tick_ns, SEED);
        g.tick_ns += 1000000;
      }
      assert_true(taut_pmsm_update(&motor, &drive));
      assert_true(taut_cable_update(&cable, &input, 1, ms * 1000000 + i * 50000));
    }
    if (g.person.activity != TAUT_PERSON_LIFTING) continue;
    lag_m += fabs(cable.position_m - g.person.side[0].hand.reference_m);
    n_lag += 1.0;
    highest_m = fmax(highest_m, cable.position_m);
  }
  // Friction of motor and pulleys turns around with the motion, so that the hand lags more than on
  // the stand-in until the change is felt.
  assert_true(g.person.rep == 3.0);
  assert_between(lag_m / n_lag, 0.0005, 0.015);
  assert_near(highest_m, params.range_max_m, 0.04);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_half_metre_range_is_tracked_within_two_centimetres),
      cmocka_unit_test(tempo_is_the_intended_one_within_its_jitter),
      cmocka_unit_test(the_maximum_moves_at_the_minimum_velocity_threshold),
      cmocka_unit_test(lighter_loads_move_faster_and_heavier_ones_not_at_all),
      cmocka_unit_test(repetitions_to_failure_fall_with_load_within_the_published_band),
      cmocka_unit_test(a_person_who_fails_lowers_the_load_and_lets_go_at_home),
      cmocka_unit_test(help_of_a_spotter_lets_her_go_on),
      cmocka_unit_test(an_overload_is_yielded_to_and_never_pushed),
      cmocka_unit_test(a_vanished_load_flies_out_while_the_expectation_lasts),
      cmocka_unit_test(the_weaker_side_lags_but_both_stay_together),
      cmocka_unit_test(no_strength_and_no_load_makes_the_hand_ring),
      cmocka_unit_test(the_real_plant_with_ideal_torque_is_lifted_too),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

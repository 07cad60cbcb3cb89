// One hand: what it feels when, how its reference moves and waits, what force it gives.
#include "support/person.h"

#include "models/hand.h"

static taut_lift lift(void) {
  taut_lift_params params = {200, 0.25, 2.0, 3.0, 1.3, 0.4, 0.4, 0.35};
  taut_lift out;
  taut_lift_calibrate(&params, &out);
  return out;
}

static taut_hand_params arm(double delay_s, double dt_s) {
  taut_hand_params params;
  taut_hand_prepare(600, 60, 0, delay_s, 0.1, dt_s, &params);
  return params;
}

static const taut_hand_goal stay = {0.3, 0.4, 1.0, 1000};

static void a_felt_force_is_answered_after_the_human_delay(void **unused) {
  (void)unused;
  static const double delays_s[] = {0.15, 0.18, 0.25}, steps_s[] = {0.0005, 0.001};
  taut_lift strength = lift();
  for (int i = 0; i < 3; i++)
    for (int k = 0; k < 2; k++) {
      taut_hand_params params = arm(delays_s[i], steps_s[k]);
      taut_hand hand;
      taut_hand_grip(&hand, 0.3);
      double first_s = 0.0, most_s = 0.0;
      for (int n = 1; most_s == 0.0; n++) {
        taut_hand_step(&params, &strength, &stay, &hand, 0.3, 0, 100);
        if (first_s == 0.0 && hand.felt_n > 1.0) first_s = n * steps_s[k];
        if (hand.felt_n > 63.2) most_s = n * steps_s[k];
      }
      // The delay line has a grain of 10 ms.
      assert_between(first_s, delays_s[i] - 0.001, delays_s[i] + 0.012);
      assert_near(most_s, delays_s[i] + 0.1, 0.012);
    }
}

static void the_arm_itself_answers_at_once(void **unused) {
  (void)unused;
  taut_hand_params params = arm(0.2, 1e-3);
  taut_hand hand;
  taut_hand_grip(&hand, 0.3);
  assert_near(taut_hand_force(&params, &hand, 0.28, 0), 600 * 0.02, 1e-9);
  assert_near(taut_hand_force(&params, &hand, 0.28, -0.1), 600 * 0.02 + 6, 1e-9);
}

static void a_hand_does_not_push_but_brakes_a_handle_that_flies_out(void **unused) {
  (void)unused;
  taut_hand_params params = arm(0.2, 1e-3);
  taut_hand hand;
  taut_hand_grip(&hand, 0.3);
  assert_true(taut_hand_force(&params, &hand, 0.4, 0) == 0.0);
  assert_true(taut_hand_force(&params, &hand, 0.4, -0.1) == 0.0);
  assert_near(taut_hand_force(&params, &hand, 0.4, 0.1), -6, 1e-9);
  assert_near(taut_hand_force(&params, &hand, 0.4, 2.0), -30, 1e-9);
}

static void the_reference_waits_for_a_hand_that_cannot_follow(void **unused) {
  (void)unused;
  taut_lift strength = lift();
  taut_hand_params params = arm(0.2, 1e-3);
  taut_hand hand;
  taut_hand_grip(&hand, 0.3);
  taut_hand_goal goal = {0.8, 0.4, 1.0, 1000};
  for (int n = 0; n < 5000; n++) {
    taut_hand_step(&params, &strength, &goal, &hand, 0.3, 0, 10);  // the handle is nailed down
    assert_true(hand.reference_m <= 0.3 + params.lag_m + 1e-12);
  }
  assert_between(hand.reference_m, 0.32, 0.3 + params.lag_m);
}

static void the_reference_is_no_faster_than_the_muscles(void **unused) {
  (void)unused;
  taut_lift strength = lift();
  taut_hand_params params = arm(0.2, 1e-3);
  taut_hand hand;
  taut_hand_grip(&hand, 0.1);
  taut_hand_goal goal = {2.0, 1.0, 2.0, 100};
  double x_m = 0.1;
  for (int n = 0; n < 1500; n++) {
    taut_hand_step(&params, &strength, &goal, &hand, x_m, hand.reference_speed_m_s, 90);
    x_m = hand.reference_m;
  }
  assert_near(hand.reference_speed_m_s, taut_lift_speed(&strength, 0.9), 1e-3);
  // More than the muscles can hold: she yields.
  for (int n = 0; n < 500; n++) {
    taut_hand_step(&params, &strength, &goal, &hand, x_m, hand.reference_speed_m_s, 115);
    x_m = hand.reference_m;
  }
  assert_near(hand.reference_speed_m_s, taut_lift_speed(&strength, 1.15), 1e-3);
  assert_true(hand.reference_speed_m_s < 0.0);
}

static void the_reference_arrives_without_overshoot(void **unused) {
  (void)unused;
  taut_lift strength = lift();
  taut_hand_params params = arm(0.2, 1e-3);
  taut_hand hand;
  taut_hand_grip(&hand, 0.1);
  taut_hand_goal goal = {0.6, 0.44, 1.2, 1000};
  for (int n = 0; n < 3000; n++) {
    taut_hand_step(&params, &strength, &goal, &hand, hand.reference_m, hand.reference_speed_m_s,
                   10);
    assert_true(hand.reference_m < 0.6 + 1e-4);
    assert_true(fabs(hand.reference_speed_m_s) <= 0.44 + 1e-9);
  }
  assert_near(hand.reference_m, 0.6, 1e-4);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_felt_force_is_answered_after_the_human_delay),
      cmocka_unit_test(the_arm_itself_answers_at_once),
      cmocka_unit_test(a_hand_does_not_push_but_brakes_a_handle_that_flies_out),
      cmocka_unit_test(the_reference_waits_for_a_hand_that_cannot_follow),
      cmocka_unit_test(the_reference_is_no_faster_than_the_muscles),
      cmocka_unit_test(the_reference_arrives_without_overshoot),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

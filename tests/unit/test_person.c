// A person and a set: cues, stimuli, hands, reports.
#include "support/person.h"

static gym calm(double strength) {
  taut_person_params params = person_defaults();
  params.strength_scale = strength;
  params.slip_probability = 0.0;
  gym g;
  gym_start(&g, &params, SEED);
  return g;
}

static void without_a_cue_the_hands_stay_off(void **unused) {
  (void)unused;
  gym g = calm(1);
  gym_load(&g, 10);
  gym_run(&g, 5);
  assert_true(g.person.activity == TAUT_PERSON_IDLE);
  assert_true(g.hand_n[0] == 0.0 && g.person.side[0].presence == 0.0);
  assert_int_equal(taut_person_phase(&g.person), TAUT_PHASE_IDLE);
}

static void handles_are_taken_and_held_still_at_the_start_position(void **unused) {
  (void)unused;
  gym g = calm(1);
  gym_load(&g, 10);
  gym_cue(&g, TAUT_CUE_TAKE_HANDLES);
  gym_run(&g, 4);
  assert_true(g.person.activity == TAUT_PERSON_HOLDING);
  for (int n = 0; n < 1000; n++) {  // one second, as the two-step arming asks
    gym_step(&g);
    for (int i = 0; i < 2; i++) {
      assert_near(g.cable[i].handle_m, g.params.range_min_m, 0.01);
      assert_true(fabs(g.cable[i].handle_m_s) < 0.1);
      assert_true(g.person.side[i].presence == 1.0);
    }
  }
  gym_load(&g, 120);  // the load comes up at 50 N/s: still in place
  for (int n = 0; n < 4000; n++) {
    gym_step(&g);
    assert_near(g.cable[0].handle_m, g.params.range_min_m, 0.03);
    assert_true(fabs(g.cable[0].handle_m_s) < 0.1);
  }
}

static void a_set_has_exactly_the_intended_repetitions_and_ends_with_the_handles_home(
    void **unused) {
  (void)unused;
  gym g = calm(1);
  g.params.reps = 6;
  gym_start(&g, &g.params, SEED);
  gym_begin_set(&g, 80);
  int n_reps = 0;
  for (int n = 0; n < 60000; n++) {
    gym_step(&g);
    n_reps += gym_happened(&g, TAUT_PERSON_EVENT_REP_DONE);
  }
  assert_int_equal(n_reps, 6);
  assert_true(g.person.rep == 6.0);
  assert_near(g.cable[0].handle_m, g.params.range_min_m, 0.02);  // waits to be told
  gym_load(&g, 10);
  gym_cue(&g, TAUT_CUE_PUT_DOWN);
  gym_run(&g, 5);
  assert_true(g.person.activity == TAUT_PERSON_IDLE);
  assert_true(g.hand_n[0] == 0.0 && g.hand_n[1] == 0.0);
  assert_true(g.cable[0].handle_m < 0.05 && g.cable[1].handle_m < 0.05);
}

static void a_handle_of_a_side_that_is_not_used_is_never_touched(void **unused) {
  (void)unused;
  gym g = calm(1);
  g.params.uses_right = 0.0;
  gym_start(&g, &g.params, SEED);
  gym_begin_set(&g, 60);
  for (int n = 0; n < 20000; n++) {
    gym_step(&g);
    assert_true(g.hand_n[1] == 0.0 && g.person.side[1].is_holding == 0.0);
  }
  assert_true(g.person.rep >= 1.0);
}

static void a_timed_hold_is_timed_by_the_clock(void **unused) {
  (void)unused;
  gym g = calm(1);
  g.params.hold_s = 12.0;
  g.params.reps = 1;
  gym_start(&g, &g.params, SEED);
  gym_begin_set(&g, 60);
  assert_true(gym_until_phase(&g, TAUT_PERSON_TOP, 20));
  double began_s = gym_now(&g);
  for (int n = 0; n < 11900; n++) {
    gym_step(&g);
    assert_near(g.cable[0].handle_m, g.params.range_max_m, 0.02);
  }
  assert_true(gym_until_phase(&g, TAUT_PERSON_ECCENTRIC, 2));
  assert_near(gym_now(&g) - began_s, 12.0, 0.01);
}

static void a_floor_exercise_counts_without_a_handle(void **unused) {
  (void)unused;
  taut_person_params params = person_of(NULL, "bird_dog");
  params.reps = 3;
  gym g;
  gym_start(&g, &params, SEED);
  gym_cue(&g, TAUT_CUE_LIFT);
  for (int n = 0; n < 40000; n++) {
    gym_step(&g);
    assert_true(g.hand_n[0] == 0.0 && g.hand_n[1] == 0.0);
  }
  assert_true(g.person.rep == 3.0);
  gym_cue(&g, TAUT_CUE_PUT_DOWN);
  gym_run(&g, 2);
  assert_true(g.person.activity == TAUT_PERSON_IDLE);
}

static void a_hand_that_lets_go_gives_nothing_and_the_sensor_follows(void **unused) {
  (void)unused;
  gym g = calm(3);
  gym_begin_set(&g, 200);
  assert_true(gym_until_phase(&g, TAUT_PERSON_CONCENTRIC, 20));
  gym_run(&g, 0.7);
  double before_n = g.person.side[0].force_n;
  assert_true(before_n > 150);
  gym_stimulus(&g, TAUT_STIMULUS_RELEASE);
  int zero_ms = -1, absent_ms = -1;
  for (int ms = 1; ms <= 100; ms++) {
    gym_step(&g);
    if (zero_ms < 0 && g.person.side[0].force_n == 0.0) zero_ms = ms;
    if (absent_ms < 0 && g.person.side[0].presence == 0.0) absent_ms = ms;
  }
  assert_between(zero_ms, 1000 * g.params.release_s - 1, 1000 * g.params.release_s + 2);
  assert_near(absent_ms - zero_ms, 1000 * g.params.presence_s, 1.5);
  for (int n = 0; n < 2000; n++) {
    gym_step(&g);
    assert_true(g.person.side[0].force_n == 0.0 && g.person.side[1].force_n == 0.0);
  }
  assert_true(g.person.activity == TAUT_PERSON_IDLE);
}

static void one_hand_can_let_go_and_the_other_puts_down(void **unused) {
  (void)unused;
  gym g = calm(1);
  gym_begin_set(&g, 60);
  assert_true(gym_until_phase(&g, TAUT_PERSON_CONCENTRIC, 20));
  gym_run(&g, 0.7);
  gym_stimulus(&g, TAUT_STIMULUS_RELEASE_LEFT);
  gym_run(&g, 0.1);
  assert_true(g.person.side[0].is_holding == 0.0 && g.person.side[1].is_holding == 1.0);
  gym_run(&g, 8);
  assert_true(g.person.side[1].is_holding == 0.0);
  assert_true(g.cable[1].handle_m < 0.05);
}

static void a_hand_can_take_the_handle_again(void **unused) {
  (void)unused;
  gym g = calm(1);
  gym_begin_set(&g, 40);
  assert_true(gym_until_phase(&g, TAUT_PERSON_CONCENTRIC, 20));
  gym_load(&g, 0);
  gym_stimulus(&g, TAUT_STIMULUS_RELEASE);
  gym_run(&g, 1);
  gym_stimulus(&g, TAUT_STIMULUS_REGRIP);
  gym_load(&g, 10);
  gym_run(&g, 5);
  assert_true(g.person.activity == TAUT_PERSON_HOLDING);
  assert_near(g.cable[0].handle_m, g.params.range_min_m, 0.02);
}

static void the_emergency_stop_opens_at_once_and_stays(void **unused) {
  (void)unused;
  gym g = calm(1);
  gym_stimulus(&g, TAUT_STIMULUS_ESTOP);
  gym_step(&g);
  assert_true(g.person.estop_pressed == 1.0);
  gym_run(&g, 1);
  assert_true(g.person.estop_pressed == 1.0);
  gym_stimulus(&g, TAUT_STIMULUS_ESTOP_RESET);
  gym_step(&g);
  assert_true(g.person.estop_pressed == 0.0);
}

static void panic_opens_seven_hands_in_ten_within_its_reaction_time(void **unused) {
  (void)unused;
  enum { N = 400 };
  int n_open = 0, n_frozen = 0, n_yank = 0;
  gym start = calm(1);
  gym_load(&start, 10);
  gym_cue(&start, TAUT_CUE_TAKE_HANDLES);
  gym_run(&start, 4);
  for (int i = 0; i < N; i++) {
    gym g = start;
    g.seed = SEED + (uint64_t)i;
    gym_stimulus(&g, TAUT_STIMULUS_PANIC);
    int reaction_ms = -1;
    for (int ms = 0; ms < 500 && reaction_ms < 0; ms++) {
      gym_step(&g);
      if (g.person.side[0].opening_s > 0.0) n_open++, reaction_ms = ms;
      if (g.person.activity == TAUT_PERSON_FROZEN) n_frozen++, reaction_ms = ms;
      if (g.person.yank_s > 0.0) n_yank++, reaction_ms = ms;
    }
    assert_between(reaction_ms, 249, 402);
  }
  // Four standard deviations of a binomial count.
  assert_near(n_open, 0.7 * N, 4 * taut_sqrt(N * 0.7 * 0.3));
  assert_near(n_frozen, 0.2 * N, 4 * taut_sqrt(N * 0.2 * 0.8));
  assert_near(n_yank, 0.1 * N, 4 * taut_sqrt(N * 0.1 * 0.9));
}

static void a_weak_grip_drops_a_load_that_strong_arms_can_lift(void **unused) {
  (void)unused;
  gym g = calm(3);
  g.params.grip_n = 150;
  gym_start(&g, &g.params, SEED);
  gym_begin_set(&g, 200);
  assert_true(g.person.side[0].is_holding == 0.0 || gym_until(&g, TAUT_PERSON_EVENT_DROP, 20));
  gym_run(&g, 0.1);
  assert_true(g.hand_n[0] == 0.0 || g.hand_n[1] == 0.0);
}

static void pain_is_said_once_per_onset_after_the_verbal_time(void **unused) {
  (void)unused;
  gym g = calm(1);
  gym_run(&g, 1);
  g.input.pain_level = 5;
  int64_t began_ns = g.tick_ns;
  assert_true(gym_until(&g, TAUT_PERSON_EVENT_REPORT, 5));
  assert_true(g.person.speech.report == TAUT_REPORT_PAIN && g.person.speech.severity == 5.0);
  assert_between((double)(g.tick_ns - began_ns) * 1e-9, 0.6, 1.9);
  gym_run(&g, 20);  // the pain stays: no second report
  assert_true(g.person.speech.seq == 1.0);
  g.input.pain_level = 0;
  gym_run(&g, 1);
  g.input.pain_level = 2;  // below the threshold
  gym_run(&g, 5);
  assert_true(g.person.speech.seq == 1.0);
  g.input.pain_level = 8;
  gym_run(&g, 5);
  assert_true(g.person.speech.seq == 2.0);
}

static void a_cough_makes_a_weak_pelvic_floor_leak_and_it_is_reported_once(void **unused) {
  (void)unused;
  taut_person_params params = person_of("severe_leak", NULL);
  params.honesty = 1.0;
  params.leak_felt_probability = 1.0;
  params.posture_pa = 30 * TAUT_CMH2O_PA;
  gym g;
  gym_start(&g, &params, SEED);
  gym_run(&g, 2);
  assert_true(g.person.pelvic.volume_m3 == 0.0);
  gym_stimulus(&g, TAUT_STIMULUS_COUGH);
  gym_run(&g, 4);
  assert_between(g.person.pelvic.volume_m3 * 1e6, 0.5, 3.0);
  assert_true(g.person.speech.seq == 1.0 && g.person.speech.report == TAUT_REPORT_LEAK);
}

static void honesty_is_the_probability_of_saying_it(void **unused) {
  (void)unused;
  enum { N = 400 };
  int n_said = 0;
  for (int i = 0; i < N; i++) {
    taut_person_params params = person_defaults();
    params.honesty = 0.6;
    gym g;
    gym_start(&g, &params, SEED + (uint64_t)i);
    g.input.pain_level = 6;
    gym_run(&g, 2.5);
    n_said += g.person.speech.seq > 0.0;
  }
  assert_near(n_said, 0.6 * N, 4 * taut_sqrt(N * 0.6 * 0.4));
}

static void quitting_and_freezing_are_what_they_say(void **unused) {
  (void)unused;
  gym g = calm(1);
  gym_begin_set(&g, 60);
  assert_true(gym_until_phase(&g, TAUT_PERSON_CONCENTRIC, 20));
  gym_run(&g, 0.7);
  gym_stimulus(&g, TAUT_STIMULUS_FREEZE);
  gym_run(&g, 1);
  double where_m = g.cable[0].handle_m;
  gym_run(&g, 4);
  assert_near(g.cable[0].handle_m, where_m, 0.01);
  gym_stimulus(&g, TAUT_STIMULUS_QUIT);
  gym_run(&g, 8);
  assert_true(g.person.activity == TAUT_PERSON_IDLE);
  assert_true(g.cable[0].handle_m < 0.05);
}

static void a_cue_to_breathe_is_answered_with_a_breath(void **unused) {
  (void)unused;
  gym g = calm(1);
  gym_begin_set(&g, 40);
  gym_run(&g, 6);
  gym_cue(&g, TAUT_CUE_BREATHE);
  assert_true(gym_until(&g, TAUT_PERSON_EVENT_REPORT, 20));
  assert_true(g.person.speech.report == TAUT_REPORT_BREATH_DONE);
}

static void no_lift_begins_between_a_cue_to_breathe_and_its_answer(void **unused) {
  (void)unused;
  gym g = calm(1);
  gym_begin_set(&g, 40);
  for (int rep = 0; rep < 3; rep++) {  // sooner than a symptom would be said again
    assert_true(gym_until(&g, TAUT_PERSON_EVENT_REP_DONE, 20));
    gym_cue(&g, TAUT_CUE_BREATHE);
    gym_run(&g, 0.6);
    double seq = g.person.speech.seq;
    for (int i = 0; g.person.speech.seq == seq; i++) {
      assert_true(i < 2000 && g.person.phase != TAUT_PERSON_CONCENTRIC);
      gym_run(&g, 0.01);
    }
  }
}

static void the_same_seed_is_the_same_person_to_the_bit(void **unused) {
  (void)unused;
  gym a = calm(1), b = calm(1), c = calm(1);
  c.seed = SEED + 1;
  gym *all[3] = {&a, &b, &c};
  for (int i = 0; i < 3; i++) {
    gym_begin_set(all[i], 100);
    gym_run(all[i], 20);
  }
  assert_memory_equal(&a.person, &b.person, sizeof a.person);
  assert_true(memcmp(&a.person, &c.person, sizeof a.person) != 0);
}

static void parameters_that_contradict_each_other_are_refused(void **unused) {
  (void)unused;
  taut_person person;
  taut_person_params params = person_defaults();
  params.range_max_m = params.range_min_m;
  assert_non_null(taut_person_init(&params, &person, 1e-3, SEED));
  params = person_defaults();
  params.mvt_m_s = 1.0;
  params.vmax_m_s = 0.9;
  assert_non_null(taut_person_init(&params, &person, 1e-3, SEED));
  params = person_defaults();
  params.panic_release = 0.9;
  assert_non_null(taut_person_init(&params, &person, 1e-3, SEED));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(without_a_cue_the_hands_stay_off),
      cmocka_unit_test(handles_are_taken_and_held_still_at_the_start_position),
      cmocka_unit_test(a_set_has_exactly_the_intended_repetitions_and_ends_with_the_handles_home),
      cmocka_unit_test(a_handle_of_a_side_that_is_not_used_is_never_touched),
      cmocka_unit_test(a_timed_hold_is_timed_by_the_clock),
      cmocka_unit_test(a_floor_exercise_counts_without_a_handle),
      cmocka_unit_test(a_hand_that_lets_go_gives_nothing_and_the_sensor_follows),
      cmocka_unit_test(one_hand_can_let_go_and_the_other_puts_down),
      cmocka_unit_test(a_hand_can_take_the_handle_again),
      cmocka_unit_test(the_emergency_stop_opens_at_once_and_stays),
      cmocka_unit_test(panic_opens_seven_hands_in_ten_within_its_reaction_time),
      cmocka_unit_test(a_weak_grip_drops_a_load_that_strong_arms_can_lift),
      cmocka_unit_test(pain_is_said_once_per_onset_after_the_verbal_time),
      cmocka_unit_test(a_cough_makes_a_weak_pelvic_floor_leak_and_it_is_reported_once),
      cmocka_unit_test(honesty_is_the_probability_of_saying_it),
      cmocka_unit_test(quitting_and_freezing_are_what_they_say),
      cmocka_unit_test(a_cue_to_breathe_is_answered_with_a_breath),
      cmocka_unit_test(no_lift_begins_between_a_cue_to_breathe_and_its_answer),
      cmocka_unit_test(the_same_seed_is_the_same_person_to_the_bit),
      cmocka_unit_test(parameters_that_contradict_each_other_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

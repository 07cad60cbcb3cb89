// What is heard is answered: at once, in order of priority, and for as long as it takes.
#include "support/program.h"

static scene it;

static void one(int sets, int reps) {
  scene_begin(&it);
  int e = scene_entry(&it, 1, TAUT_PROGRAM_LOADED, 1, sets, reps, 10);
  it.p.entry_rest_s[e] = 30;
}

// Starts a session and goes on until the working set is at its third lift.
static void reach_a_lift(void) {
  scene_start(&it, 0);
  scene_do(&it, TAUT_REQUEST_START_SESSION);
  for (int i = 0; i < 400; i++) {
    scene_go_on(&it);
    for (int k = 0; k < 50; k++) {
      scene_run(&it, SCENE_DT_S);
      if (it.set == 2 && it.rep == 2 && it.phase == SCENE_LIFT) return;
    }
  }
  fail_msg("no lift");
}

static void a_symptom_asks_for_the_unload_within_a_call(void **state) {
  (void)state;
  static const int reports[] = {TAUT_REPORT_LEAK, TAUT_REPORT_HEAVINESS,  TAUT_REPORT_CONE,
                                TAUT_REPORT_PAIN, TAUT_REPORT_BACK_PAIN,  TAUT_REPORT_LET_GO,
                                TAUT_REPORT_STOP, TAUT_REPORT_CHEST_PAIN, TAUT_REPORT_WOUND};
  for (size_t i = 0; i < sizeof reports / sizeof reports[0]; i++) {
    one(1, 10);
    reach_a_lift();
    it.in.machine.report = reports[i];  // a controller that does not listen
    it.in.machine.report_seq += 1.0;
    it.in.report_severity = 4.0;
    scene_run(&it, SCENE_DT_S);
    assert_true(it.g.output.machine.command == TAUT_COMMAND_UNLOAD);
    assert_true(it.g.output.machine.set_active == 0.0);
    scene_run(&it, 20);
    assert_int_equal(scene_count(&it, TAUT_SESSION_LOG_REP), 2);
  }
}

static void remarks_end_nothing(void **state) {
  (void)state;
  static const int remarks[] = {TAUT_REPORT_NONE, TAUT_REPORT_TOO_HEAVY, TAUT_REPORT_CRAMP,
                                TAUT_REPORT_BREATH_DONE};
  for (size_t i = 0; i < sizeof remarks / sizeof remarks[0]; i++) {
    one(1, 10);
    reach_a_lift();
    scene_report(&it, remarks[i], 1.0);
    scene_run(&it, 5);
    assert_true(it.g.output.machine.set_active == 1.0);
  }
}

static void red_flags_lock_until_a_newer_clearance(void **state) {
  (void)state;
  static const int red[] = {
      TAUT_REPORT_DIZZINESS, TAUT_REPORT_NUMBNESS,       TAUT_REPORT_CHEST_PAIN,
      TAUT_REPORT_CALF_PAIN, TAUT_REPORT_BLEEDING,       TAUT_REPORT_FEVER,
      TAUT_REPORT_HEADACHE,  TAUT_REPORT_RADIATING_PAIN, TAUT_REPORT_BREATHLESS,
      TAUT_REPORT_VISION,    TAUT_REPORT_WOUND};
  for (size_t i = 0; i < sizeof red / sizeof red[0]; i++) {
    one(1, 5);
    scene_start(&it, 0);
    it.in.calendar_day = 10;
    scene_report(&it, red[i], 2.0);  // at home, on the screen
    scene_run(&it, 0.2);
    assert_true(it.g.output.lock == TAUT_SESSION_LOCK_RED_FLAG);
    assert_true(it.g.output.machine.state == TAUT_SESSION_LOCKED);
    assert_true(it.g.output.machine.referrals == 1.0);
    for (int day = 11; day < 40; day += 7) scene_day(&it, day);
    it.in.cleared_day = 10;  // of the same day: an examination before it
    scene_day(&it, 41);
    it.in.cleared_day = 50;  // not yet
    scene_day(&it, 42);
    assert_true(it.g.output.session_no == 0.0);
    assert_true(it.g.output.refusal == TAUT_SESSION_REFUSAL_RED_FLAG);
    it.in.cleared_day = 45;
    assert_true(scene_day(&it, 46));
    assert_true(it.g.output.session_no == 1.0 && it.g.output.lock == 0.0);
  }
}

static void a_red_flag_comes_before_a_request_of_the_same_moment(void **state) {
  (void)state;
  one(1, 5);
  scene_start(&it, 0);
  scene_do(&it, TAUT_REQUEST_START_SESSION);
  scene_request(&it, TAUT_REQUEST_NEXT_SET);
  scene_report(&it, TAUT_REPORT_CHEST_PAIN, 5.0);
  scene_run(&it, 5);
  assert_true(it.armed_s == 0.0 && it.g.output.session_active == 0.0);
  assert_true(scene_last(&it, TAUT_SESSION_LOG_SESSION_END) == 3.0);
}

static void the_check_in_locks_too(void **state) {
  (void)state;
  one(1, 5);
  it.in.checkin_symptom = TAUT_REPORT_FEVER;
  scene_start(&it, 0);
  scene_day(&it, 0);
  assert_true(it.g.output.lock == TAUT_SESSION_LOCK_RED_FLAG && it.g.output.session_no == 0.0);
  one(1, 5);
  it.in.checkin_pain = 8;
  scene_start(&it, 0);
  scene_day(&it, 0);
  assert_true(it.g.output.lock == TAUT_SESSION_LOCK_RED_FLAG && it.g.output.session_no == 0.0);
}

static void a_clearance_taken_back_ends_the_set(void **state) {
  (void)state;
  one(1, 10);
  reach_a_lift();
  it.in.is_cleared = 0.0;
  scene_run(&it, SCENE_DT_S);
  assert_true(it.g.output.machine.command == TAUT_COMMAND_UNLOAD);
  assert_true(it.g.output.lock == TAUT_SESSION_LOCK_CLEARANCE);
  scene_run(&it, 20);
  assert_true(it.in.machine.arm_state == TAUT_ARM_DISARMED);
  it.in.is_cleared = 1.0;
  scene_run(&it, 0.1);
  assert_true(it.g.output.lock == 0.0);
}

static void a_second_symptom_ends_the_session_for_the_day(void **state) {
  (void)state;
  one(4, 5);
  scene_act_at(&it, (scene_act){.rep = 2, .report = TAUT_REPORT_LEAK, .severity = 2.0, .set = 2});
  scene_act_at(&it, (scene_act){.rep = 2, .report = TAUT_REPORT_LEAK, .severity = 2.0, .set = 3});
  scene_start(&it, 0);
  assert_true(scene_day(&it, 0));
  assert_true(it.g.output.lock == TAUT_SESSION_LOCK_SYMPTOM);
  assert_true(scene_last(&it, TAUT_SESSION_LOG_SESSION_END) == 2.0);
  scene_do(&it, TAUT_REQUEST_ACKNOWLEDGE);
  scene_do(&it, TAUT_REQUEST_START_SESSION);
  assert_true(it.g.output.refusal == TAUT_SESSION_REFUSAL_SYMPTOM);
  it.n_acts = 0;
  it.n_loads = 0;
  assert_true(scene_day(&it, 2));
  assert_true(it.loads[0] == 2.0);  // half, and half again
}

// In steps of five pounds: a leak at ten brings five. Two clean sessions would do for any other
// load; ten is tried after a third.
static void a_load_that_failed_is_tried_again_after_one_more_clean_session(void **state) {
  (void)state;
  static const struct { double day, load_lb; } sessions[] = {{0, 5}, {2, 5}, {4, 5}, {7, 10}};
  one(1, 22);
  it.p.entry_load_step_lb[0] = 5;
  scene_act_at(&it, (scene_act){.set = 2, .rep = 3, .report = TAUT_REPORT_LEAK, .severity = 3});
  scene_start(&it, 0);
  for (size_t i = 0; i < sizeof sessions / sizeof sessions[0]; i++) {
    assert_true(scene_day(&it, sessions[i].day));
    it.n_acts = 0;
    assert_int_equal(it.n_loads, (int)i + 1);
    assert_true(it.g.exercise[0].load_lb[0] == sessions[i].load_lb);
  }
}

static void the_load_is_searched_between_good_and_bad(void **state) {
  (void)state;
  one(8, 5);
  it.p.entry_search[0] = 1;
  it.p.entry_load_start_lb[0] = 15;
  it.cone_lb = 13;
  scene_start(&it, 0);
  assert_true(scene_day(&it, 0));
  static const double loads[] = {15, 7, 11, 13, 12, 12, 12};
  assert_true(it.n_loads >= 7);
  for (int i = 0; i < 7; i++) assert_true(it.loads[i] == loads[i]);
  assert_true(it.g.output.machine.referrals == 0.0);
}

static void a_symptom_said_after_the_set_lowers_the_load_too(void **state) {
  (void)state;
  one(2, 5);
  scene_start(&it, 0);
  scene_do(&it, TAUT_REQUEST_START_SESSION);
  for (int i = 0; i < 400 && !scene_count(&it, TAUT_SESSION_LOG_SET_END); i++) {
    scene_go_on(&it);
    scene_run(&it, 0.5);
    if (scene_count(&it, TAUT_SESSION_LOG_SET_BEGIN) == 0) it.n_log = 0;
  }
  scene_report(&it, TAUT_REPORT_LEAK, 3.0);
  for (int i = 0; i < 200 && it.n_loads < 2; i++) {
    scene_go_on(&it);
    scene_run(&it, 0.5);
  }
  assert_true(it.loads[0] == 10.0 && it.loads[1] == 5.0);
}

static void a_stop_is_acknowledged_when_the_machine_is_at_rest(void **state) {
  (void)state;
  one(2, 5);
  reach_a_lift();
  scene_report(&it, TAUT_REPORT_LEAK, 3.0);
  it.in.machine.safety_state = TAUT_SAFETY_SYMPTOM_RAMP;
  scene_run(&it, 1.0);
  scene_do(&it, TAUT_REQUEST_ACKNOWLEDGE);  // too early
  assert_true(it.g.output.refusal == TAUT_SESSION_REFUSAL_NOT_READY);
  assert_true(it.g.output.machine.state == TAUT_SESSION_STOPPED);
  it.in.machine.safety_state = TAUT_SAFETY_LATCHED;
  scene_run(&it, 1.0);
  assert_true(it.g.output.machine.state == TAUT_SESSION_STOPPED);
  scene_do(&it, TAUT_REQUEST_ACKNOWLEDGE);
  assert_true(it.g.output.machine.state == TAUT_SESSION_RESTING);
  // A controller that does not take it stays stopped, for all to see.
  it.in.machine.safety_state = TAUT_SAFETY_LATCHED;
  scene_run(&it, 1.0);
  assert_true(it.g.output.machine.state == TAUT_SESSION_STOPPED);
}

static void seen_and_said_is_one_symptom(void **state) {
  (void)state;
  one(1, 10);
  reach_a_lift();
  scene_report(&it, TAUT_REPORT_LET_GO, 2.0);
  scene_run(&it, 12.0 - 4.0);
  scene_report(&it, TAUT_REPORT_LET_GO, 2.0);
  scene_run(&it, 0.5);
  assert_true(it.g.stops == 1.0 && it.g.output.lock == 0.0);
  scene_run(&it, 20.0);
  scene_report(&it, TAUT_REPORT_LEAK, 2.0);
  scene_run(&it, 0.5);
  assert_true(scene_count(&it, TAUT_SESSION_LOG_REFER) == 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_symptom_asks_for_the_unload_within_a_call),
      cmocka_unit_test(remarks_end_nothing),
      cmocka_unit_test(red_flags_lock_until_a_newer_clearance),
      cmocka_unit_test(a_red_flag_comes_before_a_request_of_the_same_moment),
      cmocka_unit_test(the_check_in_locks_too),
      cmocka_unit_test(a_clearance_taken_back_ends_the_set),
      cmocka_unit_test(a_second_symptom_ends_the_session_for_the_day),
      cmocka_unit_test(a_load_that_failed_is_tried_again_after_one_more_clean_session),
      cmocka_unit_test(the_load_is_searched_between_good_and_bad),
      cmocka_unit_test(a_symptom_said_after_the_set_lowers_the_load_too),
      cmocka_unit_test(seen_and_said_is_one_symptom),
      cmocka_unit_test(a_stop_is_acknowledged_when_the_machine_is_at_rest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

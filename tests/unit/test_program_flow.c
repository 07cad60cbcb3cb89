// From set to set: who asks, what is armed, what counts, what a message may not do.
#include "support/program.h"

static scene it;

static int one(int reps) {
  scene_begin(&it);
  return scene_entry(&it, 1, TAUT_PROGRAM_LOADED, 1, 1, reps, 10);
}

static void nothing_is_armed_unasked(void **state) {
  (void)state;
  int e = one(5);
  it.p.entry_sets[e] = 3;
  scene_start(&it, 0);
  scene_do(&it, TAUT_REQUEST_START_SESSION);
  scene_run(&it, 600);
  assert_true(it.command_seq == 0.0);
  for (int i = 0; i < 100 && it.g.flow != TAUT_PROGRAM_REST; i++) {
    scene_go_on(&it);
    scene_run(&it, 0.5);
  }
  double seq = it.command_seq;
  scene_run(&it, 600);  // rest is long over
  assert_true(it.g.output.rest_left_s == 0.0 && it.command_seq == seq);
}

static void rest_is_not_cut_short(void **state) {
  (void)state;
  int e = one(5);
  it.p.entry_sets[e] = 2;
  scene_start(&it, 0);
  scene_do(&it, TAUT_REQUEST_START_SESSION);
  scene_do(&it, TAUT_REQUEST_NEXT_SET);
  for (int i = 0; i < 200 && it.g.flow != TAUT_PROGRAM_REST; i++) scene_run(&it, 0.5);
  scene_do(&it, TAUT_REQUEST_NEXT_SET);
  assert_true(it.g.output.refusal == TAUT_SESSION_REFUSAL_NOT_READY);
  scene_run(&it, 31);
  scene_do(&it, TAUT_REQUEST_NEXT_SET);
  assert_true(it.g.flow == TAUT_PROGRAM_MACHINE);
}

static void a_paused_set_goes_on_from_its_repetitions(void **state) {
  (void)state;
  one(10);
  scene_act_at(&it, (scene_act){.set = 2, .rep = 4, .request = TAUT_REQUEST_PAUSE});
  scene_start(&it, 0);
  scene_do(&it, TAUT_REQUEST_START_SESSION);
  for (int i = 0; i < 400 && it.g.flow != TAUT_PROGRAM_PAUSED; i++) {
    scene_go_on(&it);
    scene_run(&it, 0.5);
  }
  scene_run(&it, 1.0);
  assert_true(it.in.machine.arm_state == TAUT_ARM_DISARMED);
  assert_true(it.g.output.reps_counted == 3.0);
  scene_run(&it, 300);  // the baby
  assert_true(it.in.machine.arm_state == TAUT_ARM_DISARMED);
  scene_do(&it, TAUT_REQUEST_RESUME);
  assert_true(it.g.output.machine.command == TAUT_COMMAND_ARM_REQUEST);
  for (int i = 0; i < 400 && it.g.flow != TAUT_PROGRAM_OFF; i++) {
    scene_go_on(&it);
    scene_run(&it, 0.5);
  }
  assert_int_equal(scene_count(&it, TAUT_SESSION_LOG_REP), 10);
  assert_int_equal(scene_count(&it, TAUT_SESSION_LOG_RESUME), 1);
}

static void messages_change_no_load_and_no_command(void **state) {
  (void)state;
  static double trace[2][4000];
  int n[2] = {0, 0};
  for (int is_on = 0; is_on < 2; is_on++) {
    int e = one(8);
    it.p.entry_sets[e] = 2;
    it.p.entry_advice[e] = TAUT_ADVICE_GLUTES;
    it.p.program_advises = is_on;
    scene_start(&it, 0);
    scene_do(&it, TAUT_REQUEST_START_SESSION);
    while (n[is_on] < 2000) {
      scene_go_on(&it);
      scene_run(&it, 0.1);
      trace[is_on][2 * n[is_on]] = it.g.output.machine.load_n[0];
      trace[is_on][2 * n[is_on]++ + 1] = it.g.output.machine.command_seq;
    }
    assert_true(scene_count(&it, TAUT_SESSION_LOG_ADVICE) == (is_on ? 4 : 0));
  }
  assert_memory_equal(trace[0], trace[1], sizeof trace[0]);
}

static void an_alert_a_moment_late_takes_the_repetition_back(void **state) {
  (void)state;
  for (int is_late = 0; is_late < 2; is_late++) {
    one(10);
    scene_start(&it, 0);
    scene_do(&it, TAUT_REQUEST_START_SESSION);
    for (int i = 0; i < 100000 && !(it.set == 2 && it.rep == 3); i++) {
      if (i % 50 == 0) scene_go_on(&it);
      scene_run(&it, SCENE_DT_S);
    }
    scene_run(&it, 0.5);
    assert_true(it.g.output.reps_counted == 3.0);
    if (is_late) scene_alert(&it, TAUT_FORM_ALERT_LUMBAR);
    scene_run(&it, 0.1);
    assert_true(it.g.output.reps_counted == (is_late ? 2.0 : 3.0));
  }
}

static void twenty_clean_repetitions_go_up_one_step(void **state) {
  (void)state;
  for (int reps = 18; reps <= 21; reps++) {
    one(reps);
    scene_start(&it, 0);
    assert_true(scene_day(&it, 0));
    assert_true(it.g.exercise[0].load_lb[0] == (reps >= 20 ? 11.0 : 10.0));
  }
  // In two sets of ten, but not when the second one was left.
  for (int is_left = 0; is_left < 2; is_left++) {
    int e = one(10);
    it.p.entry_sets[e] = 3;
    if (is_left)
      scene_act_at(&it, (scene_act){.set = 4, .rep = 2, .request = TAUT_REQUEST_END_SESSION});
    scene_start(&it, 0);
    assert_true(scene_day(&it, 0));
    assert_true(it.g.exercise[0].load_lb[0] == (is_left ? 10.0 : 11.0));
  }
}

static void six_weeks_and_eight_weeks_are_the_first_days(void **state) {
  (void)state;
  static const struct {
    int mode, has_complication, day, may;
  } rows[] = {{TAUT_BIRTH_VAGINAL, 0, 41, 0},   {TAUT_BIRTH_VAGINAL, 0, 42, 1},
              {TAUT_BIRTH_VAGINAL, 1, 55, 0},   {TAUT_BIRTH_VAGINAL, 1, 56, 1},
              {TAUT_BIRTH_C_SECTION, 0, 55, 0}, {TAUT_BIRTH_C_SECTION, 0, 56, 1},
              {TAUT_BIRTH_NONE, 0, 0, 1}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    one(5);
    it.in.birth_mode = rows[i].mode;
    it.in.has_complication = rows[i].has_complication;
    it.in.birth_day = 0;
    it.in.cleared_day = 0;
    scene_start(&it, 0);
    scene_day(&it, rows[i].day);
    assert_true(it.g.output.session_no == rows[i].may);
    if (!rows[i].may) assert_true(it.g.output.refusal == TAUT_SESSION_REFUSAL_TOO_EARLY);
  }
}

static void a_clearance_from_before_the_birth_is_none(void **state) {
  (void)state;
  one(5);
  it.in.cleared_day = it.in.birth_day - 1;
  scene_start(&it, 0);
  scene_day(&it, 0);
  assert_true(it.g.output.refusal == TAUT_SESSION_REFUSAL_NOT_CLEARED);
  assert_true(it.g.output.lock == TAUT_SESSION_LOCK_CLEARANCE);
}

static void a_set_that_nobody_lifts_in_ends(void **state) {
  (void)state;
  one(5);
  it.lift_s[0] = it.lift_s[1] = 1e6;
  scene_start(&it, 0);
  scene_do(&it, TAUT_REQUEST_START_SESSION);
  scene_do(&it, TAUT_REQUEST_NEXT_SET);
  scene_run(&it, 60);
  assert_int_equal(scene_count(&it, TAUT_SESSION_LOG_SET_BROKEN), 1);
  assert_true(it.in.machine.arm_state == TAUT_ARM_DISARMED);
}

static void the_slower_side_sets_the_load_of_both(void **state) {
  (void)state;
  for (int is_slow = 0; is_slow < 2; is_slow++) {
    int e = one(8);
    it.p.entry_is_per_side[e] = 1;
    it.p.entry_sets[e] = 3;
    if (is_slow) it.lift_s[1] = 2.0;
    scene_start(&it, 0);
    assert_true(scene_day(&it, 0));
    const taut_program_exercise *x = &it.g.exercise[0];
    assert_true((scene_count(&it, TAUT_SESSION_LOG_ASYMMETRY) > 0) == is_slow);
    assert_true(x->load_lb[0] == x->load_lb[1]);
    if (is_slow) assert_true(x->load_lb[0] < 10.0);
    if (!is_slow) assert_true(x->load_lb[0] == 11.0);  // 24 clean ones on each side
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_is_armed_unasked),
      cmocka_unit_test(rest_is_not_cut_short),
      cmocka_unit_test(a_paused_set_goes_on_from_its_repetitions),
      cmocka_unit_test(messages_change_no_load_and_no_command),
      cmocka_unit_test(an_alert_a_moment_late_takes_the_repetition_back),
      cmocka_unit_test(twenty_clean_repetitions_go_up_one_step),
      cmocka_unit_test(six_weeks_and_eight_weeks_are_the_first_days),
      cmocka_unit_test(a_clearance_from_before_the_birth_is_none),
      cmocka_unit_test(a_set_that_nobody_lifts_in_ends),
      cmocka_unit_test(the_slower_side_sets_the_load_of_both),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

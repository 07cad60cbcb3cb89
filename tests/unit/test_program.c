// A session of programmes over weeks: what is done, in which order, and what goes up.
#include "support/program.h"

// The six weeks of a programme with three phases: bridge, row, bird dog, Pallof press; deadlift and
// carry; thrust and one-legged deadlift.
static void make_six_weeks(scene *c) {
  scene_begin(c);
  taut_program_params *p = &c->p;
  p->program_phases = 3;
  p->program_weeks = 6;
  for (int k = 0; k < 3; k++) {
    p->phase_days_max[k] = k == 0 ? 3 : 4;
    p->phase_marker_confirm[k] = k == 1;
    p->phase_marker_clean_days[k] = k == 0 ? 7 : 0;
  }
  int e = scene_entry(c, 1, TAUT_PROGRAM_LOADED, 1, 3, 15, 20);
  p->entry_hold_s[e] = 1.0;
  scene_entry(c, 1, TAUT_PROGRAM_LOADED, 2, 3, 12, 15);
  e = scene_entry(c, 1, TAUT_PROGRAM_FLOOR, 3, 3, 10, 0);
  p->entry_is_per_side[e] = 1;
  e = scene_entry(c, 1, TAUT_PROGRAM_LOADED, 4, 3, 10, 8);
  p->entry_is_per_side[e] = 1;
  scene_entry(c, 2, TAUT_PROGRAM_LOADED, 5, 3, 12, 20);
  e = scene_entry(c, 2, TAUT_PROGRAM_LOADED, 6, 3, 0, 15);
  p->entry_is_per_side[e] = p->entry_is_carry[e] = 1;
  p->entry_time_s[e] = 30;
  scene_entry(c, 3, TAUT_PROGRAM_LOADED, 7, 4, 8, 30);
  e = scene_entry(c, 3, TAUT_PROGRAM_LOADED, 8, 3, 8, 12);
  p->entry_is_per_side[e] = 1;
  c->hold_s = 1.0;
}

static scene shared;

static void six_weeks_are_done_set_by_set(void **state) {
  (void)state;
  scene *c = &shared;
  make_six_weeks(c);
  scene_start(c, 0);
  static const int days[] = {0, 2, 4};
  for (int week = 0; week < 6; week++) {
    for (int k = 0; k < 3; k++) {
      assert_true(scene_day(c, 7 * week + days[k]));
      assert_true(c->g.output.program_week == week + 1);
      assert_true(c->g.output.program_phase == 1 + week / 2);
    }
  }
  assert_true(c->g.output.session_no == 18.0 && c->g.output.machine.referrals == 0.0);
  assert_int_equal(scene_count_value(c, TAUT_SESSION_LOG_SESSION_END, 0.0), 18);
  assert_int_equal(scene_count(c, TAUT_SESSION_LOG_REFUSAL), 0);
  assert_int_equal(scene_count(c, TAUT_SESSION_LOG_SET_BROKEN), 0);
  // Phase 1: 3 x 15 + 3 x 12 + 60 on the floor + 60; phase 2: 36; phase 3: 32 + 48; six times each.
  assert_int_equal(scene_count(c, TAUT_SESSION_LOG_REP), 6 * (45 + 36 + 60 + 60 + 36 + 32 + 48));
  // A warm-up for each loaded exercise and side of each session.
  assert_int_equal(scene_count(c, TAUT_SESSION_LOG_WARM_UP), 6 * (1 + 1 + 2 + 1 + 2 + 1 + 2));
  assert_int_equal(scene_count(c, TAUT_SESSION_LOG_PHASE_UP), 2);
  assert_int_equal(scene_count(c, TAUT_SESSION_LOG_MARKER_ASKED), 1);
  // Every exercise with twenty clean repetitions went up by one pound a session, no more.
  for (int k = 1; k <= 8; k++) {
    if (k == 3 || k == 6) continue;
    const taut_program_exercise *x = &c->g.exercise[k - 1];
    static const double start_lb[] = {0, 20, 15, 0, 8, 20, 0, 30, 12};
    assert_true(x->load_lb[0] == start_lb[k] + 6.0);
  }
  assert_true(c->off_armed == 0.0);
}

static void a_session_off_the_calendar_is_refused(void **state) {
  (void)state;
  scene *c = &shared;
  make_six_weeks(c);
  scene_start(c, 0);
  assert_true(scene_day(c, 0));
  scene_day(c, 0);
  assert_true(c->g.output.refusal == TAUT_SESSION_REFUSAL_SAME_DAY);
  assert_true(scene_day(c, 2) && scene_day(c, 4));
  scene_day(c, 6);
  assert_true(c->g.output.refusal == TAUT_SESSION_REFUSAL_DAYS);
  assert_int_equal(scene_count(c, TAUT_SESSION_LOG_RECOVERY_ONLY), 1);
  assert_true(scene_day(c, 7) && c->g.output.session_no == 4.0);
}

static void wrong_programmes_are_refused(void **state) {
  (void)state;
  scene *c = &shared;
  make_six_weeks(c);
  c->p.entry_phase[0] = 5;
  assert_non_null(taut_program_init(&c->g, &c->p, SCENE_DT_S, 0));
  c->p.entry_phase[0] = 1;
  c->p.entry_reps[0] = 0;
  assert_non_null(taut_program_init(&c->g, &c->p, SCENE_DT_S, 0));
  c->p.entry_reps[0] = 15;
  c->p.entry_load_start_lb[0] = 1;
  assert_non_null(taut_program_init(&c->g, &c->p, SCENE_DT_S, 0));
  c->p.entry_load_start_lb[0] = 2;
  assert_null(taut_program_init(&c->g, &c->p, SCENE_DT_S, 0));
}

static void time_is_skipped_at_rest_only(void **state) {
  (void)state;
  scene *c = &shared;
  make_six_weeks(c);
  scene_start(c, 0);
  scene_do(c, TAUT_REQUEST_START_SESSION);
  assert_true(taut_program_skip(&c->g, 10.0));
  scene_do(c, TAUT_REQUEST_NEXT_SET);
  assert_false(taut_program_skip(&c->g, 10.0));
  for (int i = 0; i < 400 && c->g.flow != TAUT_PROGRAM_REST; i++) scene_run(c, 0.5);
  assert_true(c->g.output.rest_left_s > 25.0);
  assert_true(taut_program_skip(&c->g, 20.0) && c->g.output.rest_left_s < 11.0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(six_weeks_are_done_set_by_set),
      cmocka_unit_test(a_session_off_the_calendar_is_refused),
      cmocka_unit_test(wrong_programmes_are_refused),
      cmocka_unit_test(time_is_skipped_at_rest_only),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// The exercise table of a person: rows, sides, the floor, and fatigue that is carried along.
#include "support/person.h"

/// Puts an exercise into row `no` of the table.
static void put_row(taut_person_params *params, int no, const taut_person_params *exercise) {
#define PUT_FIELD(id, field, ...) params->table_##field[no - 1] = exercise->field;
  TAUT_PERSON_EXERCISE_PARAMS(PUT_FIELD)
#undef PUT_FIELD
}

/// Defaults with a seated row in row 3 and a goblet squat in row 5; the rest is the default
/// exercise.
static taut_person_params with_table(void) {
  taut_person_params params = person_defaults();
  for (int no = 1; no <= TAUT_PERSON_TABLE_ROWS; no++) put_row(&params, no, &params);
  taut_person_params row = person_of(NULL, "seated_row"), squat = person_of(NULL, "goblet_squat");
  row.muscle_group = TAUT_PERSON_GROUP_BACK;
  squat.muscle_group = TAUT_PERSON_GROUP_THIGHS;
  put_row(&params, 3, &row);
  put_row(&params, 5, &squat);
  params.slip_probability = 0.0;
  return params;
}

static void a_row_is_the_same_exercise_bit_for_bit(void **unused) {
  (void)unused;
  taut_person_params table = with_table(), alone = person_of(NULL, "seated_row");
  alone.slip_probability = 0.0;
  alone.muscle_group = TAUT_PERSON_GROUP_BACK;
  gym a, b;
  gym_start(&a, &table, SEED);
  gym_start(&b, &alone, SEED);
  a.input.exercise = 3.0;
  // The chosen exercise is taken in the first step, before anything else.
  gym_begin_set(&a, 80.0);
  gym_begin_set(&b, 80.0);
  for (int i = 0; i < 30000; i++) {
    gym_step(&a);
    gym_step(&b);
    if (memcmp(a.person.side, b.person.side, sizeof a.person.side) != 0)
      fail_msg("they differ %d ms after the cue", i);
  }
  assert_true(a.person.rep >= 4.0);
}

static void an_exercise_never_changes_in_the_middle_of_a_set(void **unused) {
  (void)unused;
  taut_person_params params = with_table();
  gym g;
  gym_start(&g, &params, SEED);
  g.input.exercise = 3.0;
  gym_begin_set(&g, 60.0);
  assert_true(gym_until_phase(&g, TAUT_PERSON_CONCENTRIC, 20.0));
  double mvt_m_s = g.person.side[0].lift.params.mvt_m_s;
  g.input.exercise = 5.0;
  g.input.work_side = 1.0;
  while (g.person.activity != TAUT_PERSON_IDLE) {
    if (g.person.rep >= 2.0 && g.input.cue != TAUT_CUE_PUT_DOWN) gym_cue(&g, TAUT_CUE_PUT_DOWN);
    assert_true(g.person.side[0].lift.params.mvt_m_s == mvt_m_s && g.person.exercise_no == 3.0);
    gym_run(&g, 0.1);
    if (gym_now(&g) > 120.0) fail_msg("she never puts it down");
  }
  gym_run(&g, 0.01);
  assert_true(g.person.exercise_no == 5.0 && g.person.side[0].lift.params.mvt_m_s != mvt_m_s);
  assert_near(g.person.side[0].lift.params.mvt_m_s, 0.30, 1e-12);
}

static void the_session_says_which_side_works(void **unused) {
  (void)unused;
  taut_person_params params = with_table();
  static const double used[4][2] = {{1, 1}, {1, 0}, {0, 1}, {0, 0}};
  for (int k = 0; k < 4; k++) {
    gym g;
    gym_start(&g, &params, SEED);
    g.input.exercise = 3.0;
    g.input.work_side = k < 3 ? k : 0.0;
    g.input.is_floor = k == 3;
    gym_run(&g, 0.01);
    for (int i = 0; i < 2; i++) assert_true(g.person.side[i].is_used == used[k][i]);
  }
  // An exercise of the right hand alone, told to be done with the left.
  params.table_uses_left[2] = 0.0;
  gym g;
  gym_start(&g, &params, SEED);
  g.input.exercise = 3.0;
  g.input.work_side = 1.0;
  gym_run(&g, 0.01);
  assert_true(g.person.side[0].is_used == 1.0 && g.person.side[1].is_used == 0.0);
}

static void the_floor_goes_by_the_clock_and_tires(void **unused) {
  (void)unused;
  taut_person_params params = with_table();
  params.table_floor_effort[2] = 0.3;
  params.table_reps[2] = 5.0;
  params.tempo_jitter = 0.0;
  gym g;
  gym_start(&g, &params, SEED);
  g.input.exercise = 3.0;
  g.input.is_floor = 1.0;
  gym_cue(&g, TAUT_CUE_LIFT);
  double before_s = 0.0;
  for (int rep = 1; rep <= 5; rep++) {
    assert_true(gym_until(&g, TAUT_PERSON_EVENT_REP_DONE, 60.0));
    double period_s = gym_now(&g) - before_s;
    // Her breath may make her wait a little longer than the plan.
    double plan_s = g.person.goal_s[0] + g.person.goal_s[1] + g.person.goal_s[2] +
                    g.person.goal_s[3] + g.person.goal_s[4];
    if (rep > 1) assert_between(period_s, plan_s - 0.01, plan_s + 2.0);
    before_s = gym_now(&g);
    assert_true(g.person.side[0].force_n == 0.0 && g.person.side[0].is_holding == 0.0);
  }
  assert_true(g.person.side[0].muscle.fatigued > 0.005);
  assert_true(g.person.iap_pa > 0.0);
}

static void a_timed_hold_lasts_as_long_as_told(void **unused) {
  (void)unused;
  taut_person_params params = with_table();
  params.table_hold_s[2] = 12.0;
  params.table_reps[2] = 1.0;
  gym g;
  gym_start(&g, &params, SEED);
  g.input.exercise = 3.0;
  gym_begin_set(&g, 30.0);
  assert_true(gym_until_phase(&g, TAUT_PERSON_TOP, 30.0));
  double from_s = gym_now(&g);
  assert_true(gym_until_phase(&g, TAUT_PERSON_ECCENTRIC, 30.0));
  assert_near(gym_now(&g) - from_s, 12.0, 0.01);
}

static double do_reps(gym *g, double exercise, double n) {
  g->input.exercise = exercise;
  gym_run(g, 0.01);
  assert_true(g->person.exercise_no == exercise);
  double fresh = g->person.side[0].muscle.fatigued;
  gym_begin_set(g, 90.0);
  while (g->person.rep < n) gym_step(g);
  gym_cue(g, TAUT_CUE_PUT_DOWN);
  while (g->person.activity != TAUT_PERSON_IDLE) gym_step(g);
  return fresh;
}

static void tired_muscles_stay_tired_in_the_next_exercise_that_needs_them(void **unused) {
  (void)unused;
  taut_person_params params = with_table();
  taut_person_params other = person_of(NULL, "lat_pulldown");
  other.muscle_group = TAUT_PERSON_GROUP_BACK;
  put_row(&params, 4, &other);
  gym g;
  gym_start(&g, &params, SEED);
  do_reps(&g, 3.0, 6.0);
  double tired = g.person.side[0].muscle.fatigued;
  assert_true(tired > 0.02);
  // Another exercise of the same muscles begins where the last one ended.
  assert_near(do_reps(&g, 4.0, 2.0), tired, 0.001);
  tired = g.person.side[0].muscle.fatigued;
  double from_s = gym_now(&g);
  // Other muscles are fresh, and the first ones rest meanwhile.
  assert_true(do_reps(&g, 5.0, 3.0) == 0.0);
  g.input.exercise = 3.0;
  gym_run(&g, 0.001);
  double rate = g.person.muscle.rest_gain * g.person.muscle.recovery_per_s;
  double expected = tired * taut_exp(-rate * (gym_now(&g) - from_s));
  assert_near(g.person.side[0].muscle.fatigued, expected, 0.002);
  assert_true(expected < 0.8 * tired);
}

static void a_breath_is_said_after_every_repetition_that_asks_for_it(void **unused) {
  (void)unused;
  taut_person_params params = with_table();
  params.honesty = 0.0;  // an answer is no symptom
  gym g;
  gym_start(&g, &params, SEED);
  g.input.exercise = 3.0;
  gym_begin_set(&g, 50.0);
  for (int rep = 1; rep <= 4; rep++) {
    assert_true(gym_until(&g, TAUT_PERSON_EVENT_REP_DONE, 30.0));
    double n = g.person.speech.seq;
    gym_cue(&g, TAUT_CUE_BREATHE);
    assert_true(gym_until(&g, TAUT_PERSON_EVENT_REPORT, 12.0));
    assert_true(g.person.speech.report == TAUT_REPORT_BREATH_DONE && g.person.speech.seq == n + 1);
  }
}

static void a_wrong_row_is_refused_with_its_name(void **unused) {
  (void)unused;
  taut_person_params params = with_table();
  params.table_range_max_m[23] = params.table_range_min_m[23];
  taut_person person;
  const char *problem = taut_person_init(&params, &person, 1e-3, SEED);
  assert_non_null(problem);
  assert_non_null(strstr(problem, "range_max_m"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_row_is_the_same_exercise_bit_for_bit),
      cmocka_unit_test(an_exercise_never_changes_in_the_middle_of_a_set),
      cmocka_unit_test(the_session_says_which_side_works),
      cmocka_unit_test(the_floor_goes_by_the_clock_and_tires),
      cmocka_unit_test(a_timed_hold_lasts_as_long_as_told),
      cmocka_unit_test(tired_muscles_stay_tired_in_the_next_exercise_that_needs_them),
      cmocka_unit_test(a_breath_is_said_after_every_repetition_that_asks_for_it),
      cmocka_unit_test(a_wrong_row_is_refused_with_its_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

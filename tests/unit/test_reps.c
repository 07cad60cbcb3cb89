/// Repetitions found in made-up motions of a handle, against closed forms.
#include <math.h>
#include <stdlib.h>

#include "runner/reps.h"
#include "support/plant.h"

enum { REPS_MAX = 64 };

typedef struct motion {
  taut_rep_search search;
  taut_rep reps[REPS_MAX];
  size_t n;
  int64_t tick_ns;
  double range_m, position_m, load_n;
  double force_n;  ///< of the next rows
} motion;

/// One more row at this position.
static void put(motion *m, double position_m, bool is_active) {
  const taut_rep_sample at = {.tick_ns = m->tick_ns,
                              .is_active = is_active,
                              .position_m = position_m,
                              .speed_peak_m_s = (position_m - m->position_m) / 1e-3,
                              .force_n = m->force_n,
                              .force_peak_n = 1.1 * m->force_n,
                              .load_n = m->load_n,
                              .range_m = m->range_m,
                              .row_s = 1e-3};
  m->position_m = position_m;
  m->tick_ns += 1000000;
  taut_rep rep;
  if (taut_rep_search_row(&m->search, &at, &rep)) {
    assert_true(m->n < REPS_MAX);
    m->reps[m->n++] = rep;
  }
}

/// low + half the way times (1 - cos): `n_halves` half periods of `half_s` each, and `extra_m` more
/// with every row for noise.
static void swing(motion *m, double low_m, double way_m, double half_s, int n_halves,
                  double noise_m) {
  int n_rows = (int)(half_s * n_halves * 1000.0 + 0.5);
  for (int i = 0; i < n_rows; i++) {
    double noise = noise_m * (i * 7 % 5 - 2) / 2.0;
    put(m, low_m + 0.5 * way_m * (1.0 - cos(M_PI * i * 1e-3 / half_s)) + noise, true);
  }
}

static void hold(motion *m, double position_m, double time_s) {
  for (int i = 0; i < (int)(time_s * 1000.0 + 0.5); i++) put(m, position_m, true);
}

static void leave(motion *m) {
  put(m, m->position_m, false);
}

/// Time of the swing from share `a` to share `b` of the way up.
static double swing_s(double a, double b, double half_s) {
  return (acos(1.0 - 2.0 * b) - acos(1.0 - 2.0 * a)) / M_PI * half_s;
}

static void a_sine_has_the_figures_of_a_sine(void **state) {
  (void)state;
  // The way is the prescribed range: the edges are at 2 % and 98 %, the end at 5 %.
  const double way_m = 0.45, half_s = 1.5;
  motion m = {.range_m = way_m, .load_n = 100, .force_n = 100};
  hold(&m, 0.2, 0.5);
  swing(&m, 0.2, way_m, half_s, 6, 0.0);
  hold(&m, 0.2, 0.5);
  leave(&m);
  assert_int_equal(m.n, 3);
  for (size_t i = 0; i < 3; i++) {
    const taut_rep *rep = &m.reps[i];
    double begin_s = 0.5 + 2.0 * half_s * (double)i;
    assert_int_equal(rep->number, i + 1);
    assert_int_equal(rep->set, 1);
    assert_true(rep->is_complete);
    assert_near(rep->range_m, way_m, 1e-5);
    assert_near((double)rep->from_ns * 1e-9, begin_s + swing_s(0.0, 0.02, half_s), 2e-3);
    assert_near((double)rep->to_ns * 1e-9, begin_s + 2 * half_s - swing_s(0.0, 0.05, half_s), 2e-3);
    // The end of the concentric is known to a 128th of the range.
    assert_share(rep->mean_velocity_m_s, 0.96 * way_m / swing_s(0.02, 0.98, half_s), 0.01);
    assert_share(rep->peak_velocity_m_s, 0.5 * way_m * M_PI / half_s, 1e-3);
    assert_near(rep->peak_force_n, 110, 1e-9);
    assert_near(rep->time_under_tension_s, (double)(rep->to_ns - rep->from_ns) * 1e-9, 2e-3);
  }
}

static void tension_below_half_the_load_is_no_time_under_tension(void **state) {
  (void)state;
  motion m = {.range_m = 0.5, .load_n = 100, .force_n = 60};
  swing(&m, 0, 0.5, 1, 1, 0);
  m.force_n = 40;
  swing(&m, 0.5, -0.5, 1, 1, 0);
  leave(&m);
  assert_int_equal(m.n, 1);
  // Under tension from 2 % of the way up to the top.
  assert_near(m.reps[0].time_under_tension_s, swing_s(0.02, 1, 1), 3e-3);
  // Without a prescription 10 N count.
  motion bare = {.force_n = 40};
  swing(&bare, 0, 0.5, 1, 2, 0);
  leave(&bare);
  assert_int_equal(bare.n, 1);
  assert_near(bare.reps[0].time_under_tension_s, swing_s(0.02, 1, 1) + swing_s(0.05, 1, 1), 3e-3);
}

static void a_short_motion_is_no_repetition(void **state) {
  (void)state;
  motion m = {.range_m = 0.5};
  swing(&m, 0.1, 0.39 * 0.5, 1, 6, 0);
  assert_int_equal(m.n, 0);
  swing(&m, 0.1, 0.41 * 0.5, 1, 6, 0);
  assert_int_equal(m.n, 3);
  leave(&m);
  assert_int_equal(m.n, 3);
}

static void a_pause_a_dip_and_noise_belong_to_the_lift(void **state) {
  (void)state;
  motion m = {.range_m = 0.5};
  hold(&m, 0.2, 0.4);
  swing(&m, 0.2, 0.3, 1, 1, 1e-3);      // up to 0.5
  hold(&m, 0.5, 1.0);                   // a sticking point
  swing(&m, 0.5, -0.12, 0.5, 1, 1e-3);  // a dip, less than half
  swing(&m, 0.38, 0.32, 1, 1, 1e-3);    // up to 0.7
  hold(&m, 0.7, 1.0);
  swing(&m, 0.7, -0.5, 2, 1, 1e-3);
  hold(&m, 0.2, 1.0);
  leave(&m);
  assert_int_equal(m.n, 1);
  assert_near(m.reps[0].range_m, 0.5, 5e-3);
  // The concentric takes until the top is reached: 1 s, the pause, the dip, almost 1 s more.
  double up_s = (1 - swing_s(0, 0.05, 1)) + 1.0 + 0.5 + swing_s(0, 0.96, 1);
  assert_share(m.reps[0].mean_velocity_m_s, 0.48 / up_s, 0.03);
}

static void the_low_point_follows_the_person(void **state) {
  (void)state;
  // The handle is taken 4 cm further out between two repetitions: the second begins there.
  motion m = {.range_m = 0.5};
  hold(&m, 0.2, 0.5);
  swing(&m, 0.2, 0.5, 1, 2, 0);
  hold(&m, 0.24, 1.0);
  swing(&m, 0.24, 0.4, 1, 2, 0);
  leave(&m);
  assert_int_equal(m.n, 2);
  assert_near(m.reps[1].range_m, 0.4, 1e-3);
  assert_near((double)m.reps[1].from_ns * 1e-9, 3.5 + swing_s(0, 0.025, 1), 3e-3);
}

static void a_turn_above_the_low_point_begins_the_next(void **state) {
  (void)state;
  motion m = {.range_m = 0.5, .force_n = 50};
  swing(&m, 0, 0.5, 1, 1, 0);
  swing(&m, 0.5, -0.4, 1, 1, 0);  // turns at 0.1
  swing(&m, 0.1, 0.4, 1, 2, 0);
  leave(&m);
  assert_int_equal(m.n, 2);
  assert_near((double)m.reps[0].to_ns * 1e-9, 2.0, 3e-3);
  assert_near((double)m.reps[1].from_ns * 1e-9, 2.0 + swing_s(0, 0.025, 1), 3e-3);
  assert_near(m.reps[1].range_m, 0.4, 1e-3);
  assert_near(m.reps[1].peak_force_n, 55, 1e-9);
  assert_share(m.reps[1].peak_velocity_m_s, 0.2 * M_PI, 1e-2);
}

static void a_set_that_ends_in_mid_lift_leaves_an_incomplete_one(void **state) {
  (void)state;
  motion m = {.range_m = 0.5};
  swing(&m, 0, 0.5, 1, 2, 0);
  swing(&m, 0, 0.5, 1, 1, 0);
  leave(&m);
  assert_int_equal(m.n, 2);
  assert_true(m.reps[0].is_complete);
  assert_false(m.reps[1].is_complete);
  assert_near((double)m.reps[1].to_ns * 1e-9, 3.0, 2e-3);
  // The next set counts from 1 again.
  swing(&m, 0, 0.5, 1, 2, 0);
  leave(&m);
  assert_int_equal(m.n, 3);
  assert_int_equal(m.reps[2].set, 2);
  assert_int_equal(m.reps[2].number, 1);
}

static void nothing_is_found_outside_a_set(void **state) {
  (void)state;
  motion m = {.range_m = 0.5};
  for (int i = 0; i < 5000; i++) put(&m, 0.25 - 0.25 * cos(M_PI * i * 1e-3), false);
  assert_int_equal(m.n, 0);
  leave(&m);
  assert_int_equal(m.n, 0);
}

/// A sensor that breaks: wherever it happens, the search goes on and its figures are numbers.
static void positions_that_are_no_numbers_are_passed_over(void **state) {
  (void)state;
  static const double broken[] = {NAN, INFINITY, -INFINITY};
  for (size_t i = 0; i < 3; i++) {
    for (int i_start = 0; i_start < 12000; i_start += 250) {
      motion m = {.range_m = 0.5, .load_n = 100, .force_n = 100};
      for (int k = 0; k < 12000; k++) {
        bool is_broken = k >= i_start && k < i_start + 400;
        put(&m, is_broken ? broken[i] : 0.25 - 0.25 * cos(M_PI * k / 1500.0), true);
      }
      leave(&m);
      assert_true(m.n >= 2);
      for (size_t k = 0; k < m.n; k++) {
        assert_true(m.reps[k].range_m > 0 && m.reps[k].range_m < 0.51);
        assert_true(isfinite(m.reps[k].mean_velocity_m_s) && m.reps[k].mean_velocity_m_s >= 0);
        assert_true(isfinite(m.reps[k].peak_velocity_m_s));
        assert_true(m.reps[k].to_ns > m.reps[k].from_ns);
      }
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_sine_has_the_figures_of_a_sine),
      cmocka_unit_test(tension_below_half_the_load_is_no_time_under_tension),
      cmocka_unit_test(a_short_motion_is_no_repetition),
      cmocka_unit_test(a_pause_a_dip_and_noise_belong_to_the_lift),
      cmocka_unit_test(the_low_point_follows_the_person),
      cmocka_unit_test(a_turn_above_the_low_point_begins_the_next),
      cmocka_unit_test(a_set_that_ends_in_mid_lift_leaves_an_incomplete_one),
      cmocka_unit_test(nothing_is_found_outside_a_set),
      cmocka_unit_test(positions_that_are_no_numbers_are_passed_over)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// The spotter: phases and count, each predicate, staged help, restoring, latch, asymmetry.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/spotter.h"
#include "taut/math.h"
#include "taut/roles.h"

#define DT_S 1e-3

// A spotter, and a handle on each side that the test moves.
typedef struct scene {
  taut_spotter s;
  taut_spotter_input in;
  double t_s;
  double scale_min, scale_max;
  int n_rises, n_falls;  // changes of direction of the share
  int direction;
} scene;

static void step(scene *c) {
  double before = c->s.scale;
  taut_spotter_update(&c->s, &c->in);
  double now = c->s.scale;
  c->scale_min = fmin(c->scale_min, now);
  c->scale_max = fmax(c->scale_max, now);
  if (now > before && c->direction <= 0) c->n_rises++;
  if (now < before && c->direction >= 0) c->n_falls++;
  if (now != before) c->direction = now > before ? 1 : -1;
  for (int i = 0; i < 2; i++) {
    c->in.side[i].load_command_n = c->in.side[i].load_n * c->s.output.side[i].load_scale;
  }
  c->t_s += DT_S;
}

static scene begin(double load_n, uint64_t defects) {
  scene c;
  memset(&c, 0, sizeof c);
  taut_spotter_params p = taut_spotter_params_default();
  p.defects = defects;
  assert_null(taut_spotter_init(&c.s, &p, DT_S));
  c.scale_min = 1.0;
  c.in.range_min_m = 0.1;
  c.in.range_max_m = 0.6;
  c.in.target_speed_m_s = 0.3;
  c.in.profile = TAUT_PROFILE_REHAB;
  for (int i = 0; i < 2; i++) {
    c.in.side[i].load_n = load_n;
    c.in.side[i].load_command_n = load_n;
    c.in.side[i].position_m = 0.1;
    c.in.side[i].hand_presence = 1.0;
  }
  step(&c);
  c.in.armed = 1.0;
  step(&c);
  c.in.set_active = 1.0;
  for (int i = 0; i < 100; i++) step(&c);
  return c;
}

static void speed(scene *c, double v_m_s, double time_s) {
  for (int i = 0; i < (int)(time_s / DT_S + 0.5); i++) {
    for (int k = 0; k < 2; k++) {
      c->in.side[k].position_m += v_m_s * DT_S;
      c->in.side[k].speed_m_s = v_m_s;
    }
    step(c);
  }
}

// A smooth movement of both handles.
static void move(scene *c, double to_m, double time_s) {
  double from = c->in.side[0].position_m;
  int n = (int)(time_s / DT_S + 0.5);
  for (int i = 1; i <= n; i++) {
    double t = (double)i / n;
    double x = from + (to_m - from) * t * t * t * (10.0 - 15.0 * t + 6.0 * t * t);
    double v = (to_m - from) * 30.0 * t * t * (1.0 - 2.0 * t + t * t) / time_s;
    for (int k = 0; k < 2; k++) {
      c->in.side[k].position_m = x;
      c->in.side[k].speed_m_s = v;
    }
    step(c);
  }
}

static void good_rep(scene *c) {
  move(c, 0.6, 1.5);
  speed(c, 0.0, 0.3);
  move(c, 0.1, 2.0);
  speed(c, 0.0, 0.5);
}

static void repetitions_are_counted_at_the_bottom_only(void **state) {
  (void)state;
  scene c = begin(100, 0);
  for (int rep = 0; rep < 5; rep++) {
    move(&c, 0.6, 1.5);
    assert_true(c.s.output.rep_count == rep);
    speed(&c, 0.0, 0.3);
    assert_int_equal(c.s.side[0].phase, TAUT_PHASE_HOLD);
    move(&c, 0.3, 1.2);
    assert_int_equal(c.s.side[0].phase, TAUT_PHASE_ECCENTRIC);
    assert_true(c.s.output.rep_count == rep);
    move(&c, 0.1, 0.8);
    speed(&c, 0.0, 0.3);
    assert_true(c.s.output.rep_count == rep + 1);
  }
  assert_true(c.scale_min == 1.0);
  assert_true(c.s.output.struggle_seq == 0.0);
}

static void a_twitch_is_no_repetition(void **state) {
  (void)state;
  scene c = begin(100, 0);
  for (int i = 0; i < 20; i++) {
    move(&c, 0.14, 0.3);
    move(&c, 0.1, 0.3);
  }
  assert_true(c.s.output.rep_count == 0.0);
}

// Waiting at the start, an arm drifts up by two centimetres and stays there.
static void drifting_up_a_little_is_no_stalled_lift(void **state) {
  (void)state;
  scene c = begin(100.0, 0);
  move(&c, 0.125, 0.5);
  speed(&c, 0.0, 5.0);
  assert_true(c.s.output.struggle_seq == 0.0 && c.scale_min == 1.0);
  good_rep(&c);
  assert_true(c.s.output.rep_count == 1.0);
}

static void fast_touch_and_go_repetitions_are_counted(void **state) {
  (void)state;
  scene c = begin(100, 0);
  for (int i = 0; i < 10; i++) {
    move(&c, 0.6, 0.6);
    move(&c, 0.1, 0.7);
  }
  speed(&c, 0.0, 0.3);
  assert_true(c.s.output.rep_count == 10.0);
}

static void a_slow_tempo_is_no_struggle(void **state) {
  (void)state;
  scene c = begin(100, 0);
  c.in.target_speed_m_s = 0.14;  // 0.5 m in 3.5 s
  for (int i = 0; i < 6; i++) {
    move(&c, 0.6, 3.5);
    speed(&c, 0.0, 1.5);
    move(&c, 0.1, 4.0);
    speed(&c, 0.0, 2.0);
  }
  assert_true(c.s.output.struggle_seq == 0.0);
  assert_true(c.s.output.rep_count == 6.0);
}

static void to_the_middle(scene *c) {
  move(c, 0.6, 1.5);
  speed(c, 0.0, 0.2);
  move(c, 0.1, 1.5);
  speed(c, 0.0, 0.3);
  speed(c, 0.3, 0.8);  // 0.24 m above the bottom
}

static void a_stall_brings_help_and_then_takes_everything(void **state) {
  (void)state;
  for (double load = 20; load < 500; load += 155) {
    scene c = begin(load, 0);
    to_the_middle(&c);
    double stalled = c.t_s, first = -1.0, low = -1.0;
    for (int i = 0; i < 4000 && !(c.s.output.unload > 0.0); i++) {
      speed(&c, 0.0, DT_S);
      if (first < 0.0 && c.s.scale < 1.0) first = c.t_s - stalled;
      if (low < 0.0 && c.s.scale <= 0.3 + 1e-9) low = c.t_s - stalled;
    }
    // Slower than 0.1 m/s for 0.4 s is a struggle already; the stall of 1 s needs no later answer.
    assert_true(first > 0.0 && first <= 1.5);
    assert_true(low > 0.0 && low - first <= 2.0);
    assert_true(c.s.output.unload == 1.0);
    assert_int_equal(c.s.state, TAUT_SPOTTER_UNLOADING);
    assert_int_equal(c.n_rises, 0);
  }
}

// A load that is held in the middle trembles faster than a stall is slow; help comes within 0.9 s.
static void a_trembling_handle_that_gets_no_lower_is_helped(void **state) {
  (void)state;
  scene c = begin(100, 0);
  move(&c, 0.6, 0.5);
  speed(&c, 0.0, 0.3);
  speed(&c, -0.25, 1.0);
  assert_true(c.s.output.struggle_seq == 0.0);
  for (int i = 0; i < 9; i++) speed(&c, i % 2 ? -0.029 : 0.03, 0.1);
  assert_true(c.s.output.struggle_seq == 1.0);
}

static void lowering_slowly_is_no_struggle(void **state) {
  (void)state;
  scene c = begin(100, 0);
  move(&c, 0.6, 0.5);
  speed(&c, 0.0, 0.3);
  speed(&c, -0.04, 5.0);
  assert_true(c.s.output.struggle_seq == 0.0);
}

static void a_stall_at_the_bottom_is_seen_after_a_second(void **state) {
  (void)state;
  scene c = begin(100, 0);
  speed(&c, 0.1, 0.5);  // 10 % of the range: too low for the predicates on speed
  speed(&c, 0.0, 0.9);
  assert_true(c.s.output.struggle_seq == 0.0);
  speed(&c, 0.0, 0.2);
  assert_true(c.s.output.struggle_seq == 1.0);
}

static scene slower_and_slower(double mvt_m_s) {
  scene c = begin(100, 0);
  c.in.mvt_m_s = mvt_m_s;
  move(&c, 0.6, 0.8);  // best mean speed over 0.5 m/s
  move(&c, 0.1, 1.5);
  speed(&c, 0.0, 0.3);
  speed(&c, 0.18, 1.2);
  return c;
}

static void loss_of_speed_near_the_limit_is_a_struggle(void **state) {
  (void)state;
  scene c = slower_and_slower(0.0);
  assert_true(c.s.output.struggle_seq == 1.0);
}

static void the_exercise_says_where_the_limit_is(void **state) {
  (void)state;
  scene fast = slower_and_slower(0.1), slow = slower_and_slower(0.14);
  assert_true(fast.s.output.struggle_seq == 0.0);
  assert_true(slow.s.output.struggle_seq == 1.0);
}

static void sinking_before_the_top_is_a_struggle(void **state) {
  (void)state;
  scene c = begin(100, 0);
  to_the_middle(&c);
  speed(&c, -0.05, 0.1);
  assert_true(c.s.output.struggle_seq == 1.0);
}

static void a_stall_short_of_the_sets_own_top_is_no_hold(void **state) {
  (void)state;
  scene c = begin(100, 0);
  good_rep(&c);
  speed(&c, 0.3, 1.5);  // 90 % of the range
  speed(&c, 0.0, 1.2);
  assert_true(c.s.output.struggle_seq == 1.0);
}

static void stuck_on_the_way_down_is_a_struggle(void **state) {
  (void)state;
  scene c = begin(100, 0);
  good_rep(&c);
  move(&c, 0.6, 1.5);
  speed(&c, 0.0, 3.0);  // a long hold at the top is none
  assert_true(c.s.output.struggle_seq == 0.0);
  move(&c, 0.4, 1.0);
  speed(&c, 0.0, 3.5);
  assert_true(c.s.output.struggle_seq == 1.0);
  assert_true(c.s.output.unload == 1.0);
}

static void help_ends_when_the_lift_goes_on(void **state) {
  (void)state;
  scene c = begin(100, 0);
  to_the_middle(&c);
  speed(&c, 0.05, 0.5);
  assert_int_equal(c.s.state, TAUT_SPOTTER_ASSISTING);
  double helped = c.s.target;
  speed(&c, 0.25, 0.5);
  speed(&c, 0.25, 0.4);
  assert_true(c.s.scale == helped);
  assert_true(c.s.output.unload == 0.0);
}

static void the_load_comes_back_only_after_two_good_repetitions(void **state) {
  (void)state;
  scene c = begin(100, 0);
  to_the_middle(&c);
  speed(&c, 0.05, 0.6);
  move(&c, 0.6, 0.6);
  speed(&c, 0.0, 0.2);
  move(&c, 0.1, 1.5);
  speed(&c, 0.0, 0.5);
  double helped = c.s.target;
  assert_true(helped < 1.0);
  good_rep(&c);
  good_rep(&c);
  assert_true(c.s.target == helped);
  // From here at most 5 % at the start of each repetition, none in between.
  double before = helped;
  for (int i = 0; i < 8; i++) {
    move(&c, 0.6, 1.5);
    double now = c.s.target;
    assert_true(now > before || before == 1.0);
    assert_true(now <= before + 0.05 + 1e-12);
    speed(&c, 0.0, 0.3);
    move(&c, 0.1, 2.0);
    speed(&c, 0.0, 0.5);
    assert_true(c.s.target == now);
    before = now;
  }
  assert_true(c.s.scale <= 1.0);
}

static void a_struggle_after_restoring_ends_the_restoring(void **state) {
  (void)state;
  scene c = begin(100, 0);
  for (int i = 0; i < 2; i++) {
    to_the_middle(&c);
    speed(&c, 0.05, 0.6);
    move(&c, 0.6, 0.6);
    speed(&c, 0.0, 0.2);
    move(&c, 0.1, 1.5);
    speed(&c, 0.0, 0.5);
    for (int rep = 0; rep < 3; rep++) good_rep(&c);
  }
  double low = c.s.target;
  int rises = c.n_rises;
  for (int rep = 0; rep < 6; rep++) good_rep(&c);
  assert_true(c.s.target == low);
  assert_int_equal(c.n_rises, rises);
}

static void a_set_of_struggles_ends_at_the_bottom(void **state) {
  (void)state;
  scene c = begin(100, 0);
  for (int i = 0; i < 4; i++) {
    assert_true(c.s.output.unload == 0.0);
    speed(&c, 0.3, 0.8);
    speed(&c, 0.05, 0.45);
    move(&c, 0.6, 0.5);
    speed(&c, 0.0, 0.2);
    move(&c, 0.25, 1.0);
    assert_true(c.s.output.unload == 0.0);  // never inside a repetition
    move(&c, 0.1, 0.6);
    speed(&c, 0.0, 0.5);
  }
  assert_true(c.s.output.unload == 1.0);
  assert_true(c.s.output.rep_count == 4.0);
}

static void after_a_symptom_nothing_comes_back(void **state) {
  (void)state;
  for (int is_form = 0; is_form < 2; is_form++) {
    scene c = begin(100, 0);
    good_rep(&c);
    if (is_form) {
      c.in.form_alert = TAUT_FORM_ALERT_CONE;
      c.in.form_alert_seq = 1.0;
    } else {
      c.in.report = TAUT_REPORT_LEAK;
      c.in.report_seq = 1.0;
    }
    step(&c);
    assert_true(c.s.output.symptom_latched == 1.0 && c.s.output.unload == 1.0);
    int rises = c.n_rises;
    for (int i = 0; i < 6; i++) good_rep(&c);
    assert_int_equal(c.n_rises, rises);
    assert_true(c.s.output.symptom_latched == 1.0 && c.s.output.unload == 1.0);
    // A new arming begins anew.
    c.in.armed = 0.0;
    step(&c);
    assert_true(c.s.output.symptom_latched == 1.0);
    c.in.armed = 1.0;
    step(&c);
    assert_true(c.s.output.symptom_latched == 0.0 && c.s.output.unload == 0.0);
  }
}

static void remarks_are_no_symptoms(void **state) {
  (void)state;
  scene c = begin(100, 0);
  move(&c, 0.3, 0.8);
  c.in.report = TAUT_REPORT_BREATH_DONE;
  c.in.report_seq = 1.0;
  step(&c);
  assert_true(c.s.output.symptom_latched == 0.0 && c.s.target == 1.0);
  c.in.report = TAUT_REPORT_TOO_HEAVY;  // one stage, no latch
  c.in.report_seq = 2.0;
  step(&c);
  assert_true(c.s.output.symptom_latched == 0.0);
  assert_true(fabs(c.s.target - 0.9) < 1e-12);
}

static void a_lagging_side_lightens_both(void **state) {
  (void)state;
  scene c = begin(100, 0);
  for (int i = 0; i < 1200; i++) {
    c.in.side[0].position_m += 0.3 * DT_S;
    c.in.side[1].position_m += 0.2 * DT_S;
    c.in.side[0].speed_m_s = 0.3;
    c.in.side[1].speed_m_s = 0.2;
    step(&c);
  }
  assert_true(c.s.output.asymmetry == 1.0);
  assert_true(c.s.output.side[0].load_scale < 1.0);
  assert_true(c.s.output.side[0].load_scale == c.s.output.side[1].load_scale);
}

// Both handles half a metre apart or so, then closer by and by: the help goes on until they are
// well together, not at the first millimetre below the limit.
static void a_gap_that_closes_is_helped_until_it_is_half(void **state) {
  (void)state;
  static const struct {
    double share_of_limit;
    bool is_helped;
  } closings[] = {{0.8, true}, {0.6, true}, {0.45, false}};
  for (size_t k = 0; k < sizeof closings / sizeof closings[0]; k++) {
    scene c = begin(100, 0);
    double limit = c.s.p.asymmetry_m;
    c.in.side[0].position_m = c.in.side[1].position_m + 1.5 * limit;
    for (int i = 0; i < 1000 && c.s.output.asymmetry < 0.5; i++) step(&c);
    assert_true(c.s.output.asymmetry == 1.0);
    c.in.side[0].position_m = c.in.side[1].position_m + closings[k].share_of_limit * limit;
    double target = c.s.target;
    for (int i = 0; i < 700; i++) step(&c);
    assert_true(c.s.output.asymmetry == (closings[k].is_helped ? 1.0 : 0.0));
    assert_true(closings[k].is_helped ? c.s.target < target : c.s.target == target);
  }
}

static void a_difference_of_load_goes_to_the_lower_side(void **state) {
  (void)state;
  scene c = begin(100, 0);
  for (int i = 0; i < 1000; i++) {
    taut_spotter_update(&c.s, &c.in);
    c.in.side[0].load_command_n = 100.0 * c.s.output.side[0].load_scale;
    c.in.side[1].load_command_n = fmin(70.0, 100.0 * c.s.output.side[1].load_scale);
  }
  assert_true(fabs(c.s.output.side[0].load_scale - 0.7) < 1e-9);
}

static void one_side_alone_is_never_asymmetric(void **state) {
  (void)state;
  scene c = begin(100, 0);
  c.in.side[1].load_n = 0.0;
  for (int i = 0; i < 1500; i++) {
    c.in.side[0].position_m += 0.3 * DT_S;
    c.in.side[0].speed_m_s = 0.3;
    step(&c);
  }
  assert_true(c.s.output.asymmetry == 0.0 && c.scale_min == 1.0);
}

// Random movements: whatever the person does, the invariants hold.
static void random_speeds_never_break_the_invariants(void **state) {
  (void)state;
  for (uint32_t seed = 0; seed < 40; seed++) {
    scene c = begin(20.0 + 450.0 * taut_random_uniform(seed, 9, 0, 0), 0);
    double v = 0.0, last_reps = 0.0;
    int toggles_in_rep = 0, last_direction = 0;
    int64_t last_phase = TAUT_PHASE_REST;
    for (int i = 0; i < 60000; i++) {
      if (i % 150 == 0) v = -0.5 + 1.0 * taut_random_uniform(seed, 1, i, 0);
      if (i % 900 == 0) v = 0.0;
      if (c.in.side[0].position_m < 0.1 && v < 0.0) v = 0.0;
      if (c.in.side[0].position_m > 0.62 && v > 0.0) v = 0.0;
      double before = c.s.scale;
      int64_t phase = c.s.side[0].phase;
      speed(&c, v, DT_S);
      double change = (c.s.scale - before) * c.in.side[0].load_n / DT_S;
      assert_true(c.s.scale <= 1.0 && c.s.scale >= 0.0);
      assert_true(fabs(change) <= 200.0);
      // While the lift struggles the load only falls.
      if (c.s.is_helping) assert_true(c.s.target <= before + 1e-12);
      // A repetition is counted only as the eccentric ends.
      if (c.s.output.rep_count > last_reps) assert_int_equal(phase, TAUT_PHASE_ECCENTRIC);
      last_reps = c.s.output.rep_count;
      // At most one turn up and one down within a repetition.
      int direction = c.s.scale > before ? 1 : c.s.scale < before ? -1 : 0;
      bool is_new = c.s.side[0].phase == TAUT_PHASE_CONCENTRIC && last_phase == TAUT_PHASE_REST;
      if (is_new) toggles_in_rep = 0;
      if (direction && last_direction && direction != last_direction) toggles_in_rep++;
      if (direction) last_direction = direction;
      assert_true(toggles_in_rep <= 2);
      last_phase = c.s.side[0].phase;
    }
  }
}

static void each_defect_shows(void **state) {
  (void)state;
  scene c = begin(100, TAUT_SPOTTER_NEVER_HELPS);
  to_the_middle(&c);
  speed(&c, 0.0, 4.0);
  assert_true(c.s.output.struggle_seq >= 1.0 && c.scale_min == 1.0);

  c = begin(100, TAUT_SPOTTER_RESTORES_AFTER_SYMPTOM);
  c.in.report = TAUT_REPORT_LEAK;
  c.in.report_seq = 1.0;
  step(&c);
  assert_true(c.s.output.symptom_latched == 1.0);
  speed(&c, 0.0, 4.0);
  assert_true(c.s.output.symptom_latched == 0.0 && c.s.output.unload == 0.0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(repetitions_are_counted_at_the_bottom_only),
      cmocka_unit_test(a_twitch_is_no_repetition),
      cmocka_unit_test(drifting_up_a_little_is_no_stalled_lift),
      cmocka_unit_test(fast_touch_and_go_repetitions_are_counted),
      cmocka_unit_test(a_slow_tempo_is_no_struggle),
      cmocka_unit_test(a_stall_brings_help_and_then_takes_everything),
      cmocka_unit_test(a_trembling_handle_that_gets_no_lower_is_helped),
      cmocka_unit_test(lowering_slowly_is_no_struggle),
      cmocka_unit_test(a_stall_at_the_bottom_is_seen_after_a_second),
      cmocka_unit_test(loss_of_speed_near_the_limit_is_a_struggle),
      cmocka_unit_test(the_exercise_says_where_the_limit_is),
      cmocka_unit_test(sinking_before_the_top_is_a_struggle),
      cmocka_unit_test(a_stall_short_of_the_sets_own_top_is_no_hold),
      cmocka_unit_test(stuck_on_the_way_down_is_a_struggle),
      cmocka_unit_test(help_ends_when_the_lift_goes_on),
      cmocka_unit_test(the_load_comes_back_only_after_two_good_repetitions),
      cmocka_unit_test(a_struggle_after_restoring_ends_the_restoring),
      cmocka_unit_test(a_set_of_struggles_ends_at_the_bottom),
      cmocka_unit_test(after_a_symptom_nothing_comes_back),
      cmocka_unit_test(remarks_are_no_symptoms),
      cmocka_unit_test(a_lagging_side_lightens_both),
      cmocka_unit_test(a_gap_that_closes_is_helped_until_it_is_half),
      cmocka_unit_test(a_difference_of_load_goes_to_the_lower_side),
      cmocka_unit_test(one_side_alone_is_never_asymmetric),
      cmocka_unit_test(random_speeds_never_break_the_invariants),
      cmocka_unit_test(each_defect_shows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

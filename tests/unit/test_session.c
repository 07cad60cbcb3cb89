// The basic session against a small machine: flow of a set, symptoms, referral, load search.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/session.h"
#include "taut/math.h"
#include "taut/roles.h"

#define DT_S 0.01

// A machine that arms as it should, with a person who does a repetition in two seconds.
typedef struct scene {
  taut_session s;
  taut_session_input in;
  double command_seq, ready_s, rep_s;
  double cues[32];
  int n_cues, n_stale;
  double cue_seq;
  uint64_t events;
} scene;

static void machine(scene *c) {
  const taut_session_output *out = &c->s.output;
  if (out->command_seq != c->command_seq) {
    c->command_seq = out->command_seq;
    switch ((int)out->command) {
      case TAUT_COMMAND_ARM_REQUEST:
        if (c->in.safety_state == TAUT_SAFETY_NORMAL) c->in.arm_state = TAUT_ARM_REQUESTED;
        c->ready_s = 0.0;
        break;
      case TAUT_COMMAND_ARM_CONFIRM:
        assert_true(c->in.arm_state == TAUT_ARM_READY);
        c->in.arm_state = TAUT_ARM_ARMED;
        c->in.cause = TAUT_CAUSE_NONE;
        break;
      case TAUT_COMMAND_DISARM: c->in.arm_state = TAUT_ARM_DISARMED; break;
      case TAUT_COMMAND_ACKNOWLEDGE: c->in.safety_state = TAUT_SAFETY_NORMAL; break;
      default: break;
    }
  }
  c->ready_s += DT_S;
  if (c->in.arm_state == TAUT_ARM_REQUESTED && c->ready_s > 2.0) c->in.arm_state = TAUT_ARM_READY;
  if (out->set_active > 0.5) {
    c->rep_s += DT_S;
    if (c->rep_s > 2.0) {
      c->rep_s = 0.0;
      c->in.rep_count += 1.0;
    }
  }
  if (out->cue_seq != c->cue_seq) {
    c->cue_seq = out->cue_seq;
    if (c->n_cues < 32) c->cues[c->n_cues++] = out->cue;
    if (out->cue == TAUT_CUE_LIFT) c->n_stale = 3;
  }
  // The count of the last set stays until the spotter has seen the new one begin.
  if (c->n_stale > 0 && --c->n_stale == 0) c->in.rep_count = c->rep_s = 0.0;
}

static void run(scene *c, double time_s) {
  for (int i = 0; i < (int)(time_s / DT_S + 0.5); i++) {
    taut_session_update(&c->s, &c->in);
    c->events |= c->s.event_bits;
    // Always: whole pounds.
    for (int k = 0; k < 2; k++) {
      double pounds = c->s.output.load_n[k] / TAUT_LBF_N;
      assert_true(fabs(pounds - rint(pounds)) < 1e-9);
    }
    machine(c);
  }
}

static scene begin(double pounds, bool is_search) {
  scene c;
  memset(&c, 0, sizeof c);
  taut_session_params p = taut_session_params_default();
  p.search = is_search;
  p.reps = 5;
  assert_null(taut_session_init(&c.s, &p, DT_S));
  c.in.set_load_n[0] = c.in.set_load_n[1] = pounds * TAUT_LBF_N;
  run(&c, 0.1);
  return c;
}

static void ask(scene *c, int request) {
  c->in.request = request;
  c->in.request_seq += 1.0;
  run(c, 0.02);
}

static void until_working(scene *c) {
  for (int i = 0; i < 4000 && c->s.output.set_active < 0.5; i++) run(c, DT_S);
  assert_true(c->s.output.state == TAUT_SESSION_WORKING);
}

static void symptom(scene *c, int report) {
  c->in.report = report;
  c->in.report_seq += 1.0;
  c->in.safety_state = TAUT_SAFETY_LATCHED;
  c->in.arm_state = TAUT_ARM_DISARMED;
  run(c, 0.1);
}

static double pounds(const scene *c) {
  return c->s.output.load_n[0] / TAUT_LBF_N;
}

static void a_set_runs_from_request_to_rest(void **state) {
  (void)state;
  scene c = begin(25, false);
  assert_true(c.s.output.load_n[0] == 0.0);
  ask(&c, TAUT_REQUEST_START_SET);
  assert_true(c.s.output.state == TAUT_SESSION_ARMING);
  assert_true(fabs(pounds(&c) - 25.0) < 1e-9);
  double armed = 0.0;
  for (int i = 0; i < 4000 && c.s.output.set_active < 0.5; i++) {
    run(&c, DT_S);
    if (c.in.arm_state == TAUT_ARM_ARMED) armed += DT_S;
  }
  // The load is there before the cue: 25 lb at 50 N/s.
  assert_true(armed >= 25 * TAUT_LBF_N / 50.0);
  run(&c, 11.0);
  assert_true(c.s.output.set_active == 0.0);
  run(&c, 10.0);
  assert_true(c.s.output.state == TAUT_SESSION_RESTING);
  assert_true(c.s.output.sets_done == 1.0);
  assert_true(fabs(c.s.output.last_good_load_n - 25 * TAUT_LBF_N) < 1e-9);
  assert_true(c.s.output.load_n[0] == 0.0);
  static const int cues[] = {TAUT_CUE_TAKE_HANDLES, TAUT_CUE_LIFT, TAUT_CUE_PUT_DOWN,
                             TAUT_CUE_REST};
  assert_int_equal(c.n_cues, 4);
  for (int i = 0; i < 4; i++) assert_true(c.cues[i] == cues[i]);
}

// A count that is ahead ends no lift, whichever way the lift shows; it ends the set right after it.
static void nothing_is_unloaded_in_a_lift(void **state) {
  (void)state;
  static const double none[2] = {0.0, 0.0}, rising[2] = {0.0, 0.3};
  static const double concentric[2] = {TAUT_PHASE_CONCENTRIC, TAUT_PHASE_REST};
  for (int is_phase = 0; is_phase < 2; is_phase++) {
    scene c = begin(25, false);
    ask(&c, TAUT_REQUEST_START_SET);
    until_working(&c);
    run(&c, 0.1);
    taut_session_observe(&c.s, is_phase ? concentric : none, is_phase ? none : rising);
    c.in.rep_count = 30.0;
    run(&c, 1.0);
    assert_true(c.s.output.set_active == 1.0);
    taut_session_observe(&c.s, none, none);
    run(&c, 0.02);
    assert_true(c.s.output.set_active == 0.0 && c.s.output.command == TAUT_COMMAND_UNLOAD);
  }
}

static void the_heartbeat_never_stops(void **state) {
  (void)state;
  scene c = begin(25, false);
  double last = c.s.output.heartbeat_seq;
  ask(&c, TAUT_REQUEST_START_SET);
  for (int i = 0; i < 3000; i++) {
    run(&c, DT_S);
    assert_true(c.s.output.heartbeat_seq > last);
    last = c.s.output.heartbeat_seq;
  }
}

static void only_used_sides_get_a_load(void **state) {
  (void)state;
  scene c = begin(25, false);
  c.s.p.uses_right = 0.0;
  ask(&c, TAUT_REQUEST_START_SET);
  assert_true(c.s.output.load_n[0] > 0.0 && c.s.output.load_n[1] == 0.0);
}

static void a_symptom_stops_refers_and_waits_for_acknowledgement(void **state) {
  (void)state;
  scene c = begin(20, false);
  ask(&c, TAUT_REQUEST_START_SET);
  until_working(&c);
  symptom(&c, TAUT_REPORT_LEAK);
  assert_true(c.s.output.state == TAUT_SESSION_STOPPED);
  assert_true(c.s.output.set_active == 0.0 && c.s.output.cue == TAUT_CUE_STOP);
  assert_true(c.s.output.referrals == 1.0);
  assert_true(c.events & 1u << TAUT_SESSION_EVENT_REFER);
  ask(&c, TAUT_REQUEST_START_SET);
  run(&c, 5.0);
  assert_true(c.s.output.state == TAUT_SESSION_STOPPED);
  ask(&c, TAUT_REQUEST_ACKNOWLEDGE);
  ask(&c, TAUT_REQUEST_START_SET);
  run(&c, 0.1);
  assert_true(c.s.output.state == TAUT_SESSION_ARMING);
  assert_true(pounds(&c) <= 10.0 + 1e-9);
}

static void after_a_leak_nothing_goes_up_again(void **state) {
  (void)state;
  scene c = begin(10, true);
  ask(&c, TAUT_REQUEST_START_SET);
  run(&c, 40.0);
  assert_true(c.s.output.sets_done == 1.0);
  c.in.set_load_n[0] = c.in.set_load_n[1] = 20 * TAUT_LBF_N;
  ask(&c, TAUT_REQUEST_START_SET);
  until_working(&c);
  symptom(&c, TAUT_REPORT_LEAK);
  for (int set = 0; set < 4; set++) {
    ask(&c, TAUT_REQUEST_ACKNOWLEDGE);
    ask(&c, TAUT_REQUEST_START_SET);
    run(&c, 0.1);
    assert_true(pounds(&c) <= 10.0 + 1e-9);
    run(&c, 40.0);
  }
}

static void which_reports_refer_and_which_lock(void **state) {
  (void)state;
  for (int report = 1; report < TAUT_REPORT_COUNT; report++) {
    scene c = begin(20, false);
    ask(&c, TAUT_REQUEST_START_SET);
    until_working(&c);
    bool is_remark = report == TAUT_REPORT_TOO_HEAVY || report == TAUT_REPORT_CRAMP ||
                     report == TAUT_REPORT_BREATH_DONE;
    bool is_unreferred = is_remark || report == TAUT_REPORT_STOP || report == TAUT_REPORT_CONE ||
                         report == TAUT_REPORT_LET_GO;
    bool is_red = report == TAUT_REPORT_CHEST_PAIN || report == TAUT_REPORT_CALF_PAIN ||
                  report == TAUT_REPORT_BLEEDING || report == TAUT_REPORT_FEVER ||
                  report == TAUT_REPORT_HEADACHE || report == TAUT_REPORT_NUMBNESS;
    c.in.report = report;
    c.in.report_seq += 1.0;
    run(&c, 0.05);
    assert_true(c.s.output.referrals == (is_unreferred ? 0.0 : 1.0));
    int want = is_red      ? TAUT_SESSION_LOCKED
               : is_remark ? TAUT_SESSION_WORKING
                           : TAUT_SESSION_STOPPED;
    assert_true(c.s.output.state == want);
    if (!is_red) continue;
    ask(&c, TAUT_REQUEST_ACKNOWLEDGE);
    ask(&c, TAUT_REQUEST_START_SET);
    run(&c, 5.0);
    assert_true(c.s.output.state == TAUT_SESSION_LOCKED);
  }
}

// The person cones above a limit; the search must end at the last pound below it.
static void the_load_search_ends_at_the_last_good_pound(void **state) {
  (void)state;
  for (double limit = 10.5; limit < 40; limit += 1.0) {
    scene c = begin(10, true);
    ask(&c, TAUT_REQUEST_START_SET);
    run(&c, 60.0);
    c.in.set_load_n[0] = c.in.set_load_n[1] = 40 * TAUT_LBF_N;
    int failed_at[64] = {0};
    double last = 0.0;
    for (int set = 0; set < 14; set++) {
      ask(&c, TAUT_REQUEST_ACKNOWLEDGE);
      ask(&c, TAUT_REQUEST_START_SET);
      until_working(&c);
      last = pounds(&c);
      if (last > limit) {
        failed_at[(int)rint(last)]++;
        symptom(&c, TAUT_REPORT_CONE);
      } else {
        run(&c, 40.0);
      }
    }
    assert_true(fabs(last - floor(limit)) < 1e-9);
    for (int lb = 0; lb < 64; lb++) assert_true(failed_at[lb] <= 1);
  }
}

static void without_search_a_cone_backs_off_to_the_last_good_load(void **state) {
  (void)state;
  scene c = begin(10, false);
  ask(&c, TAUT_REQUEST_START_SET);
  run(&c, 60.0);
  c.in.set_load_n[0] = c.in.set_load_n[1] = 15 * TAUT_LBF_N;
  ask(&c, TAUT_REQUEST_START_SET);
  until_working(&c);
  c.in.form_alert = TAUT_FORM_ALERT_CONE;  // seen by the camera
  c.in.form_alert_seq = 1.0;
  run(&c, 0.05);
  assert_true(c.s.output.state == TAUT_SESSION_STOPPED);
  assert_true(c.s.output.referrals == 0.0);
  ask(&c, TAUT_REQUEST_ACKNOWLEDGE);
  ask(&c, TAUT_REQUEST_START_SET);
  run(&c, 0.1);
  assert_true(fabs(pounds(&c) - 10.0) < 1e-9);
}

static void a_stop_of_the_machine_ends_the_set(void **state) {
  (void)state;
  scene c = begin(20, false);
  ask(&c, TAUT_REQUEST_START_SET);
  until_working(&c);
  c.in.safety_state = TAUT_SAFETY_SS1;
  run(&c, 0.05);
  assert_true(c.s.output.state == TAUT_SESSION_STOPPED);
  assert_true(c.s.output.sets_done == 0.0 && c.s.output.last_good_load_n == 0.0);
}

static void the_spotters_unload_ends_the_set_without_praise(void **state) {
  (void)state;
  scene c = begin(20, false);
  ask(&c, TAUT_REQUEST_START_SET);
  until_working(&c);
  c.in.safety_state = TAUT_SAFETY_ASSIST;
  run(&c, 1.0);
  assert_true(c.s.output.set_active == 1.0);  // help alone does not end it
  c.in.cause = TAUT_CAUSE_SPOTTER;
  run(&c, 20.0);
  assert_true(c.s.output.state == TAUT_SESSION_RESTING);
  assert_true(c.s.output.sets_done == 0.0 && c.s.output.last_good_load_n == 0.0);
}

static void arming_that_does_not_come_about_is_given_up(void **state) {
  (void)state;
  scene c = begin(20, false);
  ask(&c, TAUT_REQUEST_START_SET);
  for (int i = 0; i < 7000; i++) {
    c.ready_s = 0.0;  // nobody takes the handles
    run(&c, DT_S);
  }
  assert_true(c.s.output.state == TAUT_SESSION_RESTING);
  assert_true(c.in.arm_state == TAUT_ARM_DISARMED);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_set_runs_from_request_to_rest),
      cmocka_unit_test(nothing_is_unloaded_in_a_lift),
      cmocka_unit_test(the_heartbeat_never_stops),
      cmocka_unit_test(only_used_sides_get_a_load),
      cmocka_unit_test(a_symptom_stops_refers_and_waits_for_acknowledgement),
      cmocka_unit_test(after_a_leak_nothing_goes_up_again),
      cmocka_unit_test(which_reports_refer_and_which_lock),
      cmocka_unit_test(the_load_search_ends_at_the_last_good_pound),
      cmocka_unit_test(without_search_a_cone_backs_off_to_the_last_good_load),
      cmocka_unit_test(a_stop_of_the_machine_ends_the_set),
      cmocka_unit_test(the_spotters_unload_ends_the_set_without_praise),
      cmocka_unit_test(arming_that_does_not_come_about_is_given_up),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// Reports: once per onset, after the delay, one at a time. Grip and breathing beside them.
#include "support/person.h"

#include "models/breathing.h"
#include "models/grip.h"
#include "models/speech.h"

#define MS INT64_C(1000000)

static void an_onset_is_said_once_after_the_delay(void **unused) {
  (void)unused;
  taut_speech speech = {0};
  int64_t said_ms = 0;
  for (int64_t t = 0; t < 9000; t++) {
    // The symptom is there all the time.
    taut_speech_notice(&speech, TAUT_REPORT_LEAK, 2.0, 1.2, 10.0, 1, t * MS);
    if (taut_speech_step(&speech, t * MS)) said_ms = t;
  }
  assert_true(speech.seq == 1.0);
  assert_true(speech.report == TAUT_REPORT_LEAK && speech.severity == 2.0);
  assert_between(said_ms, 1200, 1202);
}

static void the_same_symptom_is_said_again_after_the_refractory_time(void **unused) {
  (void)unused;
  taut_speech speech = {0};
  for (int64_t t = 0; t < 35000; t++) {
    taut_speech_notice(&speech, TAUT_REPORT_CONE, 1.0, 0.5, 10.0, 1, t * MS);
    taut_speech_step(&speech, t * MS);
  }
  assert_true(speech.seq == 4.0);  // noticed at 0, 10, 20 and 30 s
}

static void two_symptoms_are_said_one_after_the_other(void **unused) {
  (void)unused;
  taut_speech speech = {0};
  taut_speech_notice(&speech, TAUT_REPORT_PAIN, 5.0, 1.0, 10.0, 1, 0);
  taut_speech_notice(&speech, TAUT_REPORT_LEAK, 1.0, 0.999, 10.0, 1, 0);
  int64_t first = -1, second = -1;
  for (int64_t t = 0; t < 5000; t++) {
    int said = taut_speech_step(&speech, t * MS);
    if (said == TAUT_REPORT_LEAK) first = t;
    if (said == TAUT_REPORT_PAIN) second = t;
  }
  assert_true(first >= 999 && second >= first + 600);
  assert_true(speech.seq == 2.0);
}

static void what_she_keeps_to_herself_is_not_said(void **unused) {
  (void)unused;
  taut_speech speech = {0};
  assert_int_equal(taut_speech_notice(&speech, TAUT_REPORT_LEAK, 1, 1, 10, 0, 0), 1);
  for (int64_t t = 0; t < 9000; t++) taut_speech_step(&speech, t * MS);
  assert_true(speech.seq == 0.0);
}

static void grip_holds_for_a_while_and_then_slips(void **unused) {
  (void)unused;
  taut_grip_params params = {290, 1.0, {0.0098, 0.00064, 30}};
  taut_grip state = {0};
  for (int i = 0; i < 1000; i++) assert_int_equal(taut_grip_step(&params, &state, 289, 1e-3), 0);
  int ms = 0;
  while (!taut_grip_step(&params, &state, 300, 1e-3)) ms++;
  assert_between(ms, 199, 201);
  // 70 % of the strength: the closed form says 44.4 s.
  state = (taut_grip){.fatigue = {.active = 0.7}};
  double t_s = 0.0;
  while (!taut_grip_step(&params, &state, 203, 0.01)) {
    taut_grip_tire(&params, &state, 203, 0.01);
    t_s += 0.01;
  }
  assert_near(t_s, 44.4 + 0.2, 0.5);
}

static void free_breathing_keeps_its_period(void **unused) {
  (void)unused;
  taut_breathing state = {.is_inhaling = 1.0};
  for (int i = 0; i < 60000; i++)
    taut_breathing_step(&state, TAUT_BREATHING_EXHALE_ON_EFFORT, TAUT_BREATHING_NO_REP, 4.0, 1e-3);
  assert_near(state.n_breaths, 15, 1);
}

static void breath_goes_out_with_the_effort_unless_held(void **unused) {
  (void)unused;
  taut_breathing out = {.lungs = 1.0}, held = {.lungs = 1.0};
  for (int i = 0; i < 1500; i++) {
    taut_breathing_step(&out, TAUT_BREATHING_EXHALE_ON_EFFORT, TAUT_BREATHING_EFFORT, 4.5, 1e-3);
    taut_breathing_step(&held, TAUT_BREATHING_HOLD, TAUT_BREATHING_EFFORT, 4.5, 1e-3);
  }
  assert_between(out.lungs, 0.3, 0.6);
  assert_true(held.lungs == 1.0 && held.is_held == 1.0 && out.is_held == 0.0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_onset_is_said_once_after_the_delay),
      cmocka_unit_test(the_same_symptom_is_said_again_after_the_refractory_time),
      cmocka_unit_test(two_symptoms_are_said_one_after_the_other),
      cmocka_unit_test(what_she_keeps_to_herself_is_not_said),
      cmocka_unit_test(grip_holds_for_a_while_and_then_slips),
      cmocka_unit_test(free_breathing_keeps_its_period),
      cmocka_unit_test(breath_goes_out_with_the_effort_unless_held),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

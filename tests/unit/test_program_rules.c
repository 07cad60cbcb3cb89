// Every rule of a session of programmes: what the product does, and that the known-bad one with
// that rule broken does something else.
#include "support/program.h"

static scene it;

static int count(int code) {
  return scene_count(&it, code);
}

static double advised(int advice) {
  return scene_count_value(&it, TAUT_SESSION_LOG_ADVICE, advice);
}

// A programme of one loaded exercise: one set, ten pounds.
static int one(int reps) {
  scene_begin(&it);
  return scene_entry(&it, 1, TAUT_PROGRAM_LOADED, 1, 1, reps, 10);
}

// A programme of one exercise off the machine.
static int off(int kind, int reps, double time_s) {
  scene_begin(&it);
  int e = scene_entry(&it, 1, kind, 1, 1, reps, 0);
  it.p.entry_time_s[e] = time_s;
  return e;
}

static void train(int defect) {
  scene_start(&it, defect);
  scene_day(&it, 0);
}

static void train_for(int defect, double time_s) {
  scene_start(&it, defect);
  scene_session(&it, time_s);
}

// The first set warms up: what happens in the second happens in the first working set.
static void happens(int rep, double report, double severity, double alert) {
  scene_act_at(
      &it,
      (scene_act){.set = 2, .rep = rep, .report = report, .severity = severity, .alert = alert});
}

static double after_report(int defect, int reps, double report, double severity, int code) {
  one(reps);
  happens(3, report, severity, 0);
  train(defect);
  return count(code);
}

// ------------------------------------------------------------------------- symptoms and referrals

static double leak_refers(int d) {
  return after_report(d, 10, TAUT_REPORT_LEAK, 3, TAUT_SESSION_LOG_REFER);
}

static double heaviness_is_a_symptom(int d) {
  return after_report(d, 10, TAUT_REPORT_HEAVINESS, 3, TAUT_SESSION_LOG_SYMPTOM);
}

static double leak_is_answered(int d) {
  return after_report(d, 10, TAUT_REPORT_LEAK, 3, TAUT_SESSION_LOG_SYMPTOM);
}

static double pain_is_a_symptom(int d) {
  return after_report(d, 10, TAUT_REPORT_PAIN, 4, TAUT_SESSION_LOG_SYMPTOM);
}

static double back_pain_is_a_symptom(int d) {
  return after_report(d, 10, TAUT_REPORT_BACK_PAIN, 4, TAUT_SESSION_LOG_SYMPTOM);
}

static double cramp_is_logged(int d) {
  return after_report(d, 10, TAUT_REPORT_CRAMP, 1, TAUT_SESSION_LOG_SIGN_CRAMP);
}

static double severe_pain_locks(int d) {
  after_report(d, 10, TAUT_REPORT_PAIN, 8, TAUT_SESSION_LOG_LOCK);
  return it.g.output.lock;
}

static double pain_in_three_sessions_refers(int d) {
  one(10);
  it.in.checkin_pain = 4;
  scene_start(&it, d);
  for (int day = 0; day < 6; day += 2) scene_day(&it, day);
  return count(TAUT_SESSION_LOG_REFER_PAIN);
}

static double sessions_after_a_red_flag(int d) {
  one(10);
  happens(3, TAUT_REPORT_CALF_PAIN, 4, 0);
  train(d);
  it.n_acts = 0;
  scene_do(&it, TAUT_REQUEST_ACKNOWLEDGE);
  scene_day(&it, 2);
  return it.g.output.session_no;
}

static double load_after_a_leak(int d) {
  int e = one(10);
  it.p.entry_sets[e] = 3;
  happens(3, TAUT_REPORT_LEAK, 3, 0);
  train(d);
  return it.loads[1];
}

// ---------------------------------------------------------------------------------- clearance

static double sessions_without_clearance(int d) {
  one(10);
  it.in.is_cleared = 0;
  train(d);
  return it.g.output.session_no;
}

static double sessions_seven_weeks_after_a_section(int d) {
  one(10);
  it.in.birth_mode = TAUT_BIRTH_C_SECTION;
  it.in.birth_day = -49;
  train(d);
  return it.g.output.session_no;
}

static double sessions_after_a_revoked_clearance(int d) {
  one(10);
  train(d);
  it.in.is_cleared = 0;
  scene_day(&it, 2);
  return it.g.output.session_no;
}

static double sessions_ten_years_after(int d) {
  one(10);
  it.in.birth_day = -3640;
  train(d);
  return it.g.output.session_no;
}

// ----------------------------------------------------------------------------- contraindications

static double skipped(int d) {
  train_for(d, 120);
  return count(TAUT_SESSION_LOG_EXERCISE_SKIPPED);
}

static double sit_ups_with_diastasis(int d) {
  int e = off(TAUT_PROGRAM_FLOOR, 10, 0);
  it.p.entry_is_sit_up[e] = it.in.has_diastasis = 1;
  return skipped(d);
}

static double planks_with_diastasis(int d) {
  int e = off(TAUT_PROGRAM_TIMED, 0, 20);
  it.p.entry_is_plank[e] = it.in.has_diastasis = 1;
  return skipped(d);
}

static double correction_without_assessment(int d) {
  int e = off(TAUT_PROGRAM_FLOOR, 10, 0);
  it.p.entry_needs_assessment[e] = 1;
  it.in.is_assessed = 0;
  return skipped(d);
}

static double pressure_near_the_leak_point(int d) {
  int e = one(10);
  it.p.entry_posture_pa[e] = 60 * TAUT_CMH2O_PA;
  it.in.assessed_leak_point_pa = 70 * TAUT_CMH2O_PA;
  return skipped(d);
}

static double load_with_a_dead_form_check(int d) {
  one(10);
  it.in.has_diastasis = it.is_blind = 1;
  train_for(d, 60);
  return it.armed_s > 0.0;
}

static double range_with(int d) {
  train(d);
  return it.range_m;
}

static double range_with_prolapse(int d) {
  one(5);
  it.in.has_prolapse = 1;
  return range_with(d);
}

static double range_of_a_lax_person(int d) {
  one(5);
  it.in.is_hypermobile = 1;
  return range_with(d);
}

static double range_on_a_lax_day(int d) {
  one(5);
  it.in.cycle_day = 14;
  return range_with(d);
}

static double range_after_felt_elsewhere(int d) {
  int e = one(5);
  it.p.entry_sets[e] = 2;
  scene_act_at(&it, (scene_act){.set = 2, .rep = 3, .request = TAUT_REQUEST_FELT_ELSEWHERE});
  return range_with(d);
}

static double stretches_first(int d) {
  scene_begin(&it);
  int e = scene_entry(&it, 1, TAUT_PROGRAM_STRETCH, 2, 1, 0, 0);
  it.p.entry_when[e] = TAUT_PROGRAM_WHEN_TIGHT_PIRIFORMIS;
  it.p.entry_time_s[e] = 20;
  scene_entry(&it, 1, TAUT_PROGRAM_LOADED, 1, 1, 5, 10);
  it.in.has_tight_piriformis = 1;
  train(d);
  return scene_count_value(&it, TAUT_SESSION_LOG_EXERCISE_END, 2);
}

static double relaxes_first(int d) {
  scene_begin(&it);
  int e = scene_entry(&it, 1, TAUT_PROGRAM_BREATH, 2, 1, 3, 0);
  it.p.entry_when[e] = TAUT_PROGRAM_WHEN_HIGH_TONE;
  scene_entry(&it, 1, TAUT_PROGRAM_LOADED, 1, 1, 5, 10);
  it.in.resting_tone = 0.4;
  train(d);
  return scene_count_value(&it, TAUT_SESSION_LOG_EXERCISE_END, 2);
}

// ----------------------------------------------------------------------------------------- order

static double load_without_alignment(int d) {
  one(10);
  it.p.program_needs_alignment = 1;
  it.in.is_aligned = 0;
  train_for(d, 60);
  return it.armed_s > 0.0;
}

static double choice_out_of_order(int d) {
  scene_begin(&it);
  int e = scene_entry(&it, 1, TAUT_PROGRAM_STRETCH, 1, 1, 0, 0);
  it.p.entry_time_s[e] = 20;
  e = scene_entry(&it, 1, TAUT_PROGRAM_LOADED, 2, 1, 5, 10);
  it.p.entry_step[e] = 1;
  it.p.program_is_ordered = 1;
  scene_start(&it, d);
  scene_do(&it, TAUT_REQUEST_START_SESSION);
  it.in.wanted_exercise = 2;
  scene_do(&it, TAUT_REQUEST_CHOOSE_EXERCISE);
  return it.g.output.exercise;
}

static void two_phases(void) {
  one(5);
  it.p.program_phases = 2;
  scene_entry(&it, 2, TAUT_PROGRAM_LOADED, 2, 1, 5, 10);
}

static double phase_that_was_chosen(int d) {
  two_phases();
  scene_start(&it, d);
  it.in.wanted_phase = 2;
  scene_do(&it, TAUT_REQUEST_CHOOSE_PHASE);
  return it.g.output.program_phase;
}

static double phase_on_day(int d, double day) {
  train(d);
  scene_day(&it, day);
  return it.g.output.program_phase;
}

static double phase_after_two_days(int d) {
  two_phases();
  return phase_on_day(d, 2);
}

static double phase_without_confirmation(int d) {
  two_phases();
  it.p.phase_marker_confirm[0] = 1;
  it.says_yes = 0;
  return phase_on_day(d, 14);
}

static double phase_after_doming(int d) {
  two_phases();
  it.p.phase_marker_clean_days[0] = 7;
  train(d);
  it.in.checkin_symptom = TAUT_REPORT_CONE;
  scene_day(&it, 12);
  it.in.checkin_symptom = TAUT_REPORT_NONE;
  scene_day(&it, 14);
  return it.g.output.program_phase;
}

static double sessions_on_four_days(int d) {
  one(5);
  scene_start(&it, d);
  for (int day = 0; day < 4; day++) scene_day(&it, day);
  return it.g.output.session_no;
}

// ------------------------------------------------------------------------------------------ sets

static double repetitions(int d) {
  one(10);
  train(d);
  return count(TAUT_SESSION_LOG_REP);
}

static double repetitions_of_both_sides(int d) {
  int e = off(TAUT_PROGRAM_FLOOR, 10, 0);
  it.p.entry_is_per_side[e] = 1;
  train(d);
  return count(TAUT_SESSION_LOG_REP);
}

static double warm_ups(int d) {
  one(10);
  train(d);
  return count(TAUT_SESSION_LOG_WARM_UP);
}

static double armed_off_the_machine(int d) {
  off(TAUT_PROGRAM_FLOOR, 10, 0);
  train_for(d, 120);
  return it.off_armed > 0.0;
}

static double armed_in_quick_relief(int d) {
  scene_begin(&it);
  int e = scene_entry(&it, 0, TAUT_PROGRAM_STRETCH, 1, 1, 0, 0);
  it.p.entry_time_s[e] = 20;
  scene_start(&it, d);
  scene_do(&it, TAUT_REQUEST_QUICK_RELIEF);
  scene_run(&it, 40);
  return it.off_armed > 0.0;
}

static double timed_set_has_its_length(int d) {
  int e = one(0);
  it.p.entry_time_s[e] = 30;
  train(d);
  return it.armed_s > 55.0;  // the warm-up is as long
}

static double hold_of_a_stretch(int d) {
  off(TAUT_PROGRAM_STRETCH, 0, 30);
  scene_start(&it, d);
  scene_do(&it, TAUT_REQUEST_START_SESSION);
  scene_do(&it, TAUT_REQUEST_NEXT_SET);
  return rint(it.g.output.time_left_s);
}

static double wall_sit_ends(int d) {
  int e = off(TAUT_PROGRAM_TIMED, 0, 0);
  it.p.entry_user_ends[e] = 1;
  it.done_after_s = 1e9;
  scene_start(&it, d);
  return scene_session(&it, 200);
}

static double armed_after_a_pause(int d) {
  one(10);
  scene_act_at(&it, (scene_act){.set = 2, .rep = 3, .request = TAUT_REQUEST_PAUSE});
  scene_start(&it, d);
  scene_do(&it, TAUT_REQUEST_START_SESSION);
  for (int i = 0; i < 400 && !count(TAUT_SESSION_LOG_PAUSE); i++) {
    scene_go_on(&it);
    scene_run(&it, 0.5);
  }
  scene_run(&it, 0.5);
  return it.in.machine.arm_state == TAUT_ARM_ARMED;
}

static double uneven_loads(int d) {
  one(10);
  it.in.machine.set_load_n[0] = 50;
  it.in.machine.set_load_n[1] = 80;
  train_for(d, 60);
  return it.armed_s > 0.0;
}

static double speed_that_was_chosen(int d) {
  one(5);
  scene_start(&it, d);
  scene_do(&it, TAUT_REQUEST_START_SESSION);
  it.in.wanted_speed_m_s = 1.2;
  scene_do(&it, TAUT_REQUEST_CHOOSE_MODE);
  for (int i = 0; i < 40; i++) {
    scene_go_on(&it);
    scene_run(&it, 0.5);
  }
  return it.speed_m_s;
}

// ------------------------------------------------------------------------------------ repetitions

static double lumbar_lifts_that_do_not_count(int d) {
  one(10);
  happens(3, 0, 0, TAUT_FORM_ALERT_LUMBAR);
  train(d);
  return count(TAUT_SESSION_LOG_REP_FAULT);
}

static double three_faults_end_the_set(int d) {
  one(10);
  happens(0, 0, 0, TAUT_FORM_ALERT_POSTURE);
  train(d);
  return count(TAUT_SESSION_LOG_FORM_END);
}

static double prompts(int d) {
  one(10);
  happens(3, 0, 0, TAUT_FORM_ALERT_POSTURE);
  train(d);
  return it.n_cues[TAUT_CUE_FORM];
}

static double repetitions_without_breath(int d) {
  int e = one(10);
  it.p.entry_needs_breath[e] = 1;
  it.is_deaf_to_breath = 1;
  train(d);
  return count(TAUT_SESSION_LOG_REP);
}

static double repetitions_without_hold(int d) {
  int e = one(10);
  it.p.entry_hold_s[e] = 1;
  train(d);
  return count(TAUT_SESSION_LOG_REP);
}

static double repetitions_until_it_lets_go(int d) {
  one(10);
  it.pelvic = 0.8;
  it.drops_at = 5;
  train(d);
  return count(TAUT_SESSION_LOG_REP);
}

static double no_release_is_logged(int d) {
  one(5);
  it.pelvic = 0.8;
  it.pelvic_rest = 0.5;
  train(d);
  return count(TAUT_SESSION_LOG_NO_RELEASE) > 0;
}

static double asymmetry_is_seen(int d) {
  one(10);
  it.lift_s[1] = 2.0;
  train(d);
  return count(TAUT_SESSION_LOG_ASYMMETRY) > 0;
}

static double breaths_take_their_time(int d) {
  off(TAUT_PROGRAM_BREATH, 10, 0);
  train(d);
  return count(TAUT_SESSION_LOG_BREATH) == 10 && scene_last(&it, TAUT_SESSION_LOG_BREATH) >= 3.0;
}

// ------------------------------------------------------------------------------------------ loads

static double ups(int d) {
  train(d);
  return count(TAUT_SESSION_LOG_LOAD_UP);
}

static double steps_at_19(int d) {
  one(19);
  return ups(d);
}

static double steps_at_20(int d) {
  one(20);
  return ups(d);
}

static double steps_with_one_bad(int d) {
  one(20);
  happens(10, 0, 0, TAUT_FORM_ALERT_POSTURE);
  return ups(d);
}

static double steps_with_quad_dominance(int d) {
  one(25);
  happens(2, 0, 0, TAUT_FORM_ALERT_QUAD_DOMINANT);
  return ups(d);
}

static double steps_with_a_turned_hip(int d) {
  one(20);
  it.in.has_hip_rotation = 1;
  return ups(d);
}

static double steps_in_a_session_with_a_leak(int d) {
  one(20);
  scene_entry(&it, 1, TAUT_PROGRAM_LOADED, 2, 1, 10, 10);
  scene_act_at(&it, (scene_act){.exercise = 2, .rep = 3, .report = TAUT_REPORT_LEAK});
  return ups(d);
}

static double load_after_a_clean_session(int d) {
  one(20);
  train(d);
  return it.g.exercise[0].load_lb[0];
}

static double stall_refers(int d) {
  one(10);
  scene_start(&it, d);
  for (int i = 0; i < 6; i++) scene_day(&it, 3.0 * i);
  return count(TAUT_SESSION_LOG_REFER_STALL);
}

static double load_of_the_search(int d) {
  int e = one(5);
  it.p.entry_sets[e] = 8;
  it.p.entry_search[e] = 1;
  it.p.entry_load_start_lb[e] = 15;
  it.cone_lb = 13;
  train(d);
  return fmod(scene_last(&it, TAUT_SESSION_LOG_SEARCH_DONE), 1000.0);
}

static double load_of(int d) {
  train(d);
  return it.loads[0];
}

static double part_of_a_pound(int d) {
  one(5);
  train(d);
  return it.most_lb - floor(it.most_lb + 1e-9);
}

static double load_on_a_tired_day(int d) {
  one(10);
  it.in.sleep_s = 4 * 3600;
  return load_of(d);
}

static double load_with_messages(int d) {
  one(5);
  return load_of(d);
}

static double load_under_the_cap(int d) {
  int e = one(5);
  it.p.entry_load_start_lb[e] = 20;
  it.p.entry_load_max_lb[e] = 40;
  it.p.cap_weeks[0] = 12;
  it.p.cap_share[0] = 0.3;
  return load_of(d);
}

static double load_of_the_weaker_side(int d) {
  int e = one(5);
  it.p.entry_is_per_side[e] = 1;
  scene_start(&it, d);
  scene_do(&it, TAUT_REQUEST_START_SESSION);
  scene_do(&it, TAUT_REQUEST_NEXT_SET);
  scene_do(&it, TAUT_REQUEST_STOP_SET);
  it.g.exercise[0].load_lb[1] = 14;
  scene_do(&it, TAUT_REQUEST_END_SESSION);
  scene_run(&it, 20);
  it.in.calendar_day = 1;
  scene_session(&it, 7200);
  return it.loads[0];
}

// --------------------------------------------------------------------------------------- messages

static double hinge_is_shown(int d) {
  int e = one(5);
  it.p.entry_advice[e] = TAUT_ADVICE_HINGE;
  train(d);
  return advised(TAUT_ADVICE_HINGE);
}

static double hydration_is_shown(int d) {
  one(5);
  train(d);
  return advised(TAUT_ADVICE_HYDRATION);
}

static double posture_is_shown(int d) {
  one(5);
  train(d);
  return advised(TAUT_ADVICE_POSTURE);
}

static double long_stretch_is_warned_of(int d) {
  off(TAUT_PROGRAM_STRETCH, 0, 60);
  it.in.is_hypermobile = 1;
  train(d);
  return advised(TAUT_ADVICE_LONG_STRETCH);
}

static double task_is_logged(int d) {
  one(5);
  it.in.task_effort = 4;
  train(d);
  return count(TAUT_SESSION_LOG_TASK_EFFORT);
}

// One row for every defect: what is measured, what the product gives.
#define RULES(X)                                                     \
  X(NO_REFER, leak_refers, 1)                                        \
  X(PAIN_RUN_IGNORED, pain_in_three_sessions_refers, 1)              \
  X(HEAVINESS_IGNORED, heaviness_is_a_symptom, 1)                    \
  X(ASYMMETRY_IGNORED, asymmetry_is_seen, 1)                         \
  X(STALL_IGNORED, stall_refers, 1)                                  \
  X(NO_ALIGNMENT, load_without_alignment, 0)                         \
  X(PROGRESS_AFTER_SYMPTOM, steps_in_a_session_with_a_leak, 0)       \
  X(STRATEGY_RAISES, steps_with_quad_dominance, 0)                   \
  X(SIGNS_UNLOGGED, cramp_is_logged, 1)                              \
  X(LUMBAR_COUNTS, lumbar_lifts_that_do_not_count, 1)                \
  X(FAULTS_NEVER_END, three_faults_end_the_set, 1)                   \
  X(PHASE_JUMP, phase_that_was_chosen, 1)                            \
  X(SYMPTOM_UNANSWERED, leak_is_answered, 1)                         \
  X(LET_GO_IGNORED, repetitions_until_it_lets_go, 4)                 \
  X(PROGRESS_AT_19, steps_at_19, 0)                                  \
  X(BREATH_SKIPPED, repetitions_without_breath, 1)                   \
  X(PROLAPSE_FULL_RANGE, range_with_prolapse, 0.3)                   \
  X(NO_STRETCH_FIRST, stretches_first, 1)                            \
  X(TONE_IGNORED, relaxes_first, 1)                                  \
  X(FLOOR_ARMS, armed_off_the_machine, 0)                            \
  X(BAD_REPS_COUNT, steps_with_one_bad, 0)                           \
  X(RELEASE_UNLOGGED, no_release_is_logged, 1)                       \
  X(HALF_POUNDS, part_of_a_pound, 0)                                 \
  X(SEARCH_REPEATS, load_of_the_search, 12)                          \
  X(FORM_SILENT, prompts, 1)                                         \
  X(PHASE_EARLY, phase_after_two_days, 1)                            \
  X(EXTRA_DAY, sessions_on_four_days, 3)                             \
  X(HOLD_IGNORED, repetitions_without_hold, 0)                       \
  X(ONE_REP_LESS, repetitions, 10)                                   \
  X(ONE_SIDE_ONLY, repetitions_of_both_sides, 20)                    \
  X(MARKER_DIRTY, phase_after_doming, 1)                             \
  X(NO_HINGE, hinge_is_shown, 1)                                     \
  X(TIMER_IGNORED, timed_set_has_its_length, 1)                      \
  X(UNEVEN_ALLOWED, uneven_loads, 0)                                 \
  X(MARKER_UNASKED, phase_without_confirmation, 1)                   \
  X(TWO_STEPS, load_after_a_clean_session, 11)                       \
  X(SIDES_COUPLED, load_of_the_weaker_side, 10)                      \
  X(SIT_UP_ALLOWED, sit_ups_with_diastasis, 1)                       \
  X(NO_CLEARANCE, sessions_without_clearance, 0)                     \
  X(SECTION_AS_VAGINAL, sessions_seven_weeks_after_a_section, 0)     \
  X(REVOKED_IGNORED, sessions_after_a_revoked_clearance, 1)          \
  X(NO_CONE_MONITOR, load_with_a_dead_form_check, 0)                 \
  X(RAISE_AFTER_LEAK, load_after_a_leak, 5)                          \
  X(TIRED_IGNORED, load_on_a_tired_day, 8)                           \
  X(ADVICE_LOADS, load_with_messages, 10)                            \
  X(ADVICE_SILENT, hydration_is_shown, 1)                            \
  X(RELIEF_ARMS, armed_in_quick_relief, 0)                           \
  X(PAUSE_KEEPS_LOAD, armed_after_a_pause, 0)                        \
  X(LAX_FULL_RANGE, range_of_a_lax_person, 0.45)                     \
  X(TASK_UNLOGGED, task_is_logged, 1)                                \
  X(STRETCH_SILENT, long_stretch_is_warned_of, 1)                    \
  X(ASSESSMENT_SKIPPED, correction_without_assessment, 1)            \
  X(ORDER_IGNORED, choice_out_of_order, 1)                           \
  X(BREATH_UNCOUNTED, breaths_take_their_time, 1)                    \
  X(FELT_IGNORED, range_after_felt_elsewhere, 0.4)                   \
  X(BACK_IGNORED, back_pain_is_a_symptom, 1)                         \
  X(EXPIRES, sessions_ten_years_after, 1)                            \
  X(CYCLE_IGNORED, range_on_a_lax_day, 0.45)                         \
  X(ROTATION_IGNORED, steps_with_a_turned_hip, 0)                    \
  X(HOLD_SHORT, hold_of_a_stretch, 30)                               \
  X(WALL_SIT_UNCAPPED, wall_sit_ends, 1)                             \
  X(SEVERE_CONTINUES, severe_pain_locks, TAUT_SESSION_LOCK_RED_FLAG) \
  X(PAIN_IGNORED, pain_is_a_symptom, 1)                              \
  X(TOO_FAST_ALLOWED, speed_that_was_chosen, 0.3)                    \
  X(NO_WARM_UP, warm_ups, 1)                                         \
  X(PLANK_ALLOWED, planks_with_diastasis, 1)                         \
  X(CAP_IGNORED, load_under_the_cap, 12)                             \
  X(PRESSURE_ALLOWED, pressure_near_the_leak_point, 1)               \
  X(RED_FLAG_FORGOTTEN, sessions_after_a_red_flag, 1)                \
  X(POSTURE_SILENT, posture_is_shown, 1)                             \
  X(PROGRESS_AT_21, steps_at_20, 1)

typedef struct rule {
  int defect;
  const char *name;
  double (*measure)(int defect);
  double good;
} rule;
#define RULE_ROW(defect, measure, good) {TAUT_PROGRAM_DEFECT_##defect, #measure, measure, good},
static const rule rules[] = {RULES(RULE_ROW)};
enum { N_RULES = sizeof rules / sizeof rules[0] };

static void every_defect_has_a_rule(void **state) {
  (void)state;
  assert_int_equal(N_RULES, TAUT_PROGRAM_DEFECT_COUNT - 1);
  for (int i = 0; i < N_RULES; i++) assert_int_equal(rules[i].defect, i + 1);
}

static void the_product_keeps_every_rule(void **state) {
  (void)state;
  int n_wrong = 0;
  for (int i = 0; i < N_RULES; i++) {
    double got = rules[i].measure(TAUT_PROGRAM_DEFECT_NONE);
    if (fabs(got - rules[i].good) <= 1e-9) continue;
    print_error("%s: %g, not %g\n", rules[i].name, got, rules[i].good);
    n_wrong++;
  }
  assert_int_equal(n_wrong, 0);
}

static void every_defect_breaks_its_rule(void **state) {
  (void)state;
  int n_wrong = 0;
  for (int i = 0; i < N_RULES; i++) {
    double got = rules[i].measure(rules[i].defect);
    if (fabs(got - rules[i].good) > 1e-9) continue;
    print_error("%s: still %g\n", rules[i].name, got);
    n_wrong++;
  }
  assert_int_equal(n_wrong, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_defect_has_a_rule),
      cmocka_unit_test(the_product_keeps_every_rule),
      cmocka_unit_test(every_defect_breaks_its_rule),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

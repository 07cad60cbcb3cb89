/// What a known-bad session may do wrong, one broken rule each: X(NAME, "label", "rows", "what").
///
/// The rows are the rules of the guides, docs/session.md. The product passes 0 to
/// taut_program_init; plugins/bad_session has them as a parameter.
#ifndef TAUT_MODELS_PROGRAM_DEFECTS_H
#define TAUT_MODELS_PROGRAM_DEFECTS_H

// clang-format off
#define TAUT_PROGRAM_DEFECT_MAP(X) \
  X(NONE, "none", "", "nothing") \
  X(NO_REFER, "no_refer", "0-1, 2-30", "a leak is not referred") \
  X(PAIN_RUN_IGNORED, "pain_run_ignored", "0-2", "low-back pain in three sessions is not referred") \
  X(HEAVINESS_IGNORED, "heaviness_ignored", "0-3", "heaviness ends no set") \
  X(ASYMMETRY_IGNORED, "asymmetry_ignored", "0-4", "a weaker side is not noticed") \
  X(STALL_IGNORED, "stall_ignored", "0-5", "six sessions without a step up are not referred") \
  X(NO_ALIGNMENT, "no_alignment", "0-6", "load without alignment and activation") \
  X(PROGRESS_AFTER_SYMPTOM, "progress_after_symptom", "0-7", "a step up in the session after a symptom") \
  X(STRATEGY_RAISES, "strategy_raises", "0-8", "lifts out of the knees do not bar a step up") \
  X(SIGNS_UNLOGGED, "signs_unlogged", "0-9", "signs of compensation are not logged") \
  X(LUMBAR_COUNTS, "lumbar_counts", "0-10, 1-4", "a lift out of the spine counts") \
  X(FAULTS_NEVER_END, "faults_never_end", "0-12", "three faults do not end a set") \
  X(PHASE_JUMP, "phase_jump", "0-13, 2-6", "a later phase may be chosen") \
  X(SYMPTOM_UNANSWERED, "symptom_unanswered", "0-14, 2-16", "a symptom ends no set and is not logged") \
  X(LET_GO_IGNORED, "let_go_ignored", "1-1", "repetitions go on after the pelvic floor lets go") \
  X(PROGRESS_AT_19, "progress_at_19", "1-2", "19 clean repetitions are enough") \
  X(BREATH_SKIPPED, "breath_skipped", "1-3, 3-3", "a repetition without a breath counts") \
  X(PROLAPSE_FULL_RANGE, "prolapse_full_range", "1-5", "the full range of motion with a prolapse") \
  X(NO_STRETCH_FIRST, "no_stretch_first", "1-6", "no stretch for a tight piriformis before the load") \
  X(TONE_IGNORED, "tone_ignored", "1-7", "no relaxing first when the resting tone is high") \
  X(FLOOR_ARMS, "floor_arms", "1-9, 2-10, 4-1", "the machine is armed for an exercise on the floor") \
  X(BAD_REPS_COUNT, "bad_reps_count", "1-10", "bad repetitions count for steps and goals") \
  X(RELEASE_UNLOGGED, "release_unlogged", "1-11", "a pelvic floor that never releases is not logged") \
  X(HALF_POUNDS, "half_pounds", "2-1", "prescribes half pounds") \
  X(SEARCH_REPEATS, "search_repeats", "2-2", "a load that failed is tried again") \
  X(FORM_SILENT, "form_silent", "2-5", "no prompt on bad form") \
  X(PHASE_EARLY, "phase_early", "2-6", "a phase ends before its weeks") \
  X(EXTRA_DAY, "extra_day", "2-7, 2-13, 2-19", "one session a week too many") \
  X(HOLD_IGNORED, "hold_ignored", "2-8", "a repetition without its hold counts") \
  X(ONE_REP_LESS, "one_rep_less", "2-9", "a set is one repetition short") \
  X(ONE_SIDE_ONLY, "one_side_only", "2-10, 2-11", "the right side is forgotten") \
  X(MARKER_DIRTY, "marker_dirty", "2-12", "doming in the last week does not matter for the goal") \
  X(NO_HINGE, "no_hinge", "2-14", "the message of an exercise is not shown") \
  X(TIMER_IGNORED, "timer_ignored", "2-17", "a timed set ends after its half") \
  X(UNEVEN_ALLOWED, "uneven_allowed", "2-17", "different loads on both sides of any exercise") \
  X(MARKER_UNASKED, "marker_unasked", "2-18", "the goal of a phase counts without being confirmed") \
  X(TWO_STEPS, "two_steps", "2-20", "two steps up at once") \
  X(SIDES_COUPLED, "sides_coupled", "2-22", "both sides get the load of the stronger") \
  X(SIT_UP_ALLOWED, "sit_up_allowed", "2-24", "sit-ups with a diastasis") \
  X(NO_CLEARANCE, "no_clearance", "2-26", "load without a clearance") \
  X(SECTION_AS_VAGINAL, "section_as_vaginal", "2-27, 4-21", "six weeks after a C-section are enough") \
  X(REVOKED_IGNORED, "revoked_ignored", "2-28", "a clearance that was taken back still counts") \
  X(NO_CONE_MONITOR, "no_cone_monitor", "2-29", "load with a diastasis and a dead form check") \
  X(RAISE_AFTER_LEAK, "raise_after_leak", "2-30", "the load after a leak is the same") \
  X(TIRED_IGNORED, "tired_ignored", "2-31", "the full load after four hours of sleep") \
  X(ADVICE_LOADS, "advice_loads", "2-32, 4-22", "a message changes the load") \
  X(ADVICE_SILENT, "advice_silent", "2-32, 4-22", "messages are not shown") \
  X(RELIEF_ARMS, "relief_arms", "2-34", "the machine is armed during quick relief") \
  X(PAUSE_KEEPS_LOAD, "pause_keeps_load", "2-35", "a pause keeps the load on") \
  X(LAX_FULL_RANGE, "lax_full_range", "2-36", "the full range of motion with lax joints") \
  X(TASK_UNLOGGED, "task_unlogged", "2-37", "the everyday task is not logged") \
  X(STRETCH_SILENT, "stretch_silent", "2-38", "no warning of long stretches with lax joints") \
  X(ASSESSMENT_SKIPPED, "assessment_skipped", "3-1", "one-sided correction without an assessment") \
  X(ORDER_IGNORED, "order_ignored", "3-2", "steps of a session in any order") \
  X(BREATH_UNCOUNTED, "breath_uncounted", "3-3", "breaths that took no time count") \
  X(FELT_IGNORED, "felt_ignored", "3-5", "felt in the wrong place changes nothing") \
  X(BACK_IGNORED, "back_ignored", "3-6", "a movement felt in the back goes on") \
  X(EXPIRES, "expires", "3-7", "five years after a birth the programme is refused") \
  X(CYCLE_IGNORED, "cycle_ignored", "3-8", "lax days of the cycle change nothing") \
  X(ROTATION_IGNORED, "rotation_ignored", "3-9", "a turned hip changes nothing") \
  X(HOLD_SHORT, "hold_short", "4-4, 4-6, 4-8", "timed holds are half as long") \
  X(WALL_SIT_UNCAPPED, "wall_sit_uncapped", "4-10", "a hold that the person ends never ends by itself") \
  X(SEVERE_CONTINUES, "severe_continues", "4-11", "severe pain does not lock") \
  X(PAIN_IGNORED, "pain_ignored", "4-12", "pain ends no set") \
  X(TOO_FAST_ALLOWED, "too_fast_allowed", "4-13", "fast modes and speeds may be chosen") \
  X(NO_WARM_UP, "no_warm_up", "4-14", "working sets start cold") \
  X(PLANK_ALLOWED, "plank_allowed", "4-16", "planks with a diastasis") \
  X(CAP_IGNORED, "cap_ignored", "4-17", "no cap on the load in the first weeks") \
  X(PRESSURE_ALLOWED, "pressure_allowed", "4-18", "predicted pressure does not matter") \
  X(RED_FLAG_FORGOTTEN, "red_flag_forgotten", "4-19", "a red flag is forgotten over night") \
  X(POSTURE_SILENT, "posture_silent", "4-20", "no word on posture") \
  X(PROGRESS_AT_21, "progress_at_21", "1-2", "20 clean repetitions are not enough")
// clang-format on

enum {
#define TAUT_PROGRAM_DEFECT_ENUM(name, label, rows, what) TAUT_PROGRAM_DEFECT_##name,
  TAUT_PROGRAM_DEFECT_MAP(TAUT_PROGRAM_DEFECT_ENUM)
#undef TAUT_PROGRAM_DEFECT_ENUM
      TAUT_PROGRAM_DEFECT_COUNT
};

#endif

// Arming, ramps and every safety class of the reference controller against its time limits.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "support/control_bench.h"

static const double loads_lb[] = {1, 10, 25, 50, 110};
enum { N_LOADS = sizeof loads_lb / sizeof loads_lb[0] };

static bench loaded(double pounds) {
  bench b = bench_make(0);
  assert_true(bench_load(&b, pounds));
  assert_true(fabs(bench_command(&b) - pounds * TAUT_LBF_N) < 0.01);
  return b;
}

static void expect_state(const bench *b, int safety, int cause) {
  if (b->s.safety != safety || b->s.cause != cause) {
    print_message("state %d cause %d, want %d %d\n", (int)b->s.safety, (int)b->s.cause, safety,
                  cause);
  }
  assert_int_equal(b->s.safety, safety);
  assert_int_equal(b->s.cause, cause);
}

// ---------------------------------------------------------------------------------------- arming

static void arming_takes_both_steps(void **state) {
  (void)state;
  bench b = bench_make(0);
  b.in.side[0].load_n = 20 * TAUT_LBF_N;
  bench_run(&b, 0.1);
  assert_true(b.s.output.side[0].torque_permit == 0.0);
  bench_order(&b, TAUT_COMMAND_ARM_CONFIRM);
  assert_int_equal(b.s.arm, TAUT_ARM_DISARMED);
  bench_order(&b, TAUT_COMMAND_ARM_REQUEST);
  assert_int_equal(b.s.arm, TAUT_ARM_REQUESTED);
  // Neither in the stop, nor without a hand, nor in motion does it get ready.
  b.in.side[0].hand_presence = 1.0;
  bench_run(&b, 3.0);
  assert_int_equal(b.s.arm, TAUT_ARM_REQUESTED);
  b.in.side[0].hand_presence = 0.0;
  bench_move(&b, 0.4);
  bench_run(&b, 3.0);
  assert_int_equal(b.s.arm, TAUT_ARM_REQUESTED);
  b.in.side[0].hand_presence = 1.0;
  bench_run(&b, 0.9);
  bench_order(&b, TAUT_COMMAND_ARM_CONFIRM);
  assert_int_equal(b.s.arm, TAUT_ARM_REQUESTED);
  bench_run(&b, 0.2);
  assert_int_equal(b.s.arm, TAUT_ARM_READY);
  assert_true(bench_command(&b) <= 10.0);
  b.in.side[0].hand_presence = 0.0;
  bench_run(&b, 0.01);
  assert_int_equal(b.s.arm, TAUT_ARM_REQUESTED);
  b.in.side[0].hand_presence = 1.0;
  bench_run(&b, 1.1);
  bench_order(&b, TAUT_COMMAND_ARM_CONFIRM);
  assert_int_equal(b.s.arm, TAUT_ARM_ARMED);
}

static void first_ramp_is_slow_and_whole(void **state) {
  (void)state;
  for (int i = 0; i < N_LOADS; i++) {
    bench b = bench_make(0);
    assert_true(bench_arm(&b, loads_lb[i]));
    assert_true(bench_command(&b) <= 10.0);
    b.up_max_n_s = 0.0;
    bench_run(&b, 11.0);
    assert_true(b.up_max_n_s <= 50.0);
    assert_true(fabs(bench_command(&b) - loads_lb[i] * TAUT_LBF_N) < 1e-6);
  }
}

// A set that ended with help leaves its share standing until the spotter has heard of the next one.
static void a_share_left_from_the_last_set_does_not_end_the_first_ramp(void **state) {
  (void)state;
  bench b = bench_make(0);
  b.in.side[0].load_scale = 0.3;
  assert_true(bench_arm(&b, 5));
  b.up_max_n_s = 0.0;
  bench_run(&b, 0.01);
  b.in.side[0].load_scale = 1.0;
  bench_run(&b, 2.0);
  assert_int_equal(b.s.safety, TAUT_SAFETY_NORMAL);
  assert_true(b.up_max_n_s <= 50.0);
  assert_true(fabs(bench_command(&b) - 5 * TAUT_LBF_N) < 1e-6);
}

static void arming_is_refused_while_something_is_wrong(void **state) {
  (void)state;
  for (int i = 0; i < 8; i++) {
    bench b = bench_make(0);
    b.in.side[0].load_n = 20 * TAUT_LBF_N;
    if (i == 0) b.in.estop_a_closed = 0.0;
    if (i == 1) b.in.estop_b_closed = 0.0;
    if (i == 2) b.is_beating = false;
    if (i == 3) b.in.side[0].encoder_valid = 0.0;
    if (i == 4) b.in.side[0].bus_v = 40.0;
    if (i == 5) b.in.side[0].motor_temp_k = 380.0;
    if (i == 6) b.cell_bias_n = 40.0;
    if (i == 7) b.in.side[0].load_n = 0.0;
    bench_run(&b, 1.0);
    bench_order(&b, TAUT_COMMAND_ARM_REQUEST);
    assert_int_equal(b.s.arm, TAUT_ARM_DISARMED);
    assert_true(b.events & 1u << TAUT_RESISTANCE_EVENT_REFUSED);
    assert_true(b.s.output.side[0].torque_permit == 0.0);
  }
}

static void a_load_is_whole_pounds_within_the_profile(void **state) {
  (void)state;
  bench b = bench_make(0);
  b.in.side[0].hand_presence = 1.0;
  assert_true(bench_load(&b, 17.4));
  assert_true(fabs(bench_command(&b) - 17 * TAUT_LBF_N) < 1e-6);
  b = bench_make(0);
  b.in.profile = TAUT_PROFILE_UNKNOWN;
  assert_true(bench_load(&b, 50));
  assert_true(fabs(bench_command(&b) - 20 * TAUT_LBF_N) < 1e-6);
  assert_true(b.events & 1u << TAUT_RESISTANCE_EVENT_LIMITED);
  b = bench_make(0);
  assert_true(bench_load(&b, 130));
  assert_true(fabs(bench_command(&b) - 110 * TAUT_LBF_N) < 1e-6);
}

static void a_jump_of_load_waits_for_a_new_confirmation(void **state) {
  (void)state;
  bench b = loaded(20);
  b.in.side[0].load_n = 22 * TAUT_LBF_N;  // a tenth is no jump
  bench_run(&b, 1.0);
  assert_true(fabs(bench_command(&b) - 22 * TAUT_LBF_N) < 1e-6);
  b.in.side[0].load_n = 44.1 * TAUT_LBF_N;  // pounds taken for kilograms
  bench_run(&b, 2.0);
  assert_true(bench_command(&b) <= 22 * TAUT_LBF_N + 1e-6);
  assert_true(b.events & 1u << TAUT_RESISTANCE_EVENT_JUMP);
  bench_order(&b, TAUT_COMMAND_ARM_CONFIRM);
  bench_run(&b, 2.0);
  assert_true(fabs(bench_command(&b) - 44 * TAUT_LBF_N) < 1e-6);
  b.in.side[0].load_n = 5 * TAUT_LBF_N;  // less is always taken
  bench_run(&b, 1.0);
  assert_true(fabs(bench_command(&b) - 5 * TAUT_LBF_N) < 1e-6);
  assert_true(b.up_max_n_s <= 200.0 && b.down_max_n_s <= 500.0);
}

static void small_steps_do_not_add_up_past_a_tenth(void **state) {
  (void)state;
  bench b = loaded(50);
  for (int lb = 51; lb < 70; lb++) {
    b.in.side[0].load_n = lb * TAUT_LBF_N;
    bench_run(&b, 0.2);
  }
  assert_true(bench_command(&b) <= 55 * TAUT_LBF_N + 1e-6);
}

static void disarming_ramps_and_ends_without_current(void **state) {
  (void)state;
  bench b = loaded(110);
  bench_order(&b, TAUT_COMMAND_DISARM);
  bench_run(&b, 1.2);
  assert_true(b.down_max_n_s <= 500.0);
  assert_int_equal(b.s.arm, TAUT_ARM_DISARMED);
  assert_true(b.s.output.side[0].torque_permit == 0.0);
  assert_true(b.s.output.side[0].current_ceiling_a == 0.0);
  expect_state(&b, TAUT_SAFETY_NORMAL, TAUT_CAUSE_NONE);
}

static void unloaded_and_left_alone_it_disarms_itself(void **state) {
  (void)state;
  bench b = loaded(20);
  bench_order(&b, TAUT_COMMAND_UNLOAD);
  bench_run(&b, 1.0);
  assert_true(bench_command(&b) <= 10.0);
  assert_int_equal(b.s.arm, TAUT_ARM_ARMED);
  bench_move(&b, 0.0);
  b.in.side[0].hand_presence = 0.0;
  bench_run(&b, 1.0);
  assert_int_equal(b.s.arm, TAUT_ARM_DISARMED);
  expect_state(&b, TAUT_SAFETY_NORMAL, TAUT_CAUSE_NONE);
}

static void a_forgotten_request_times_out(void **state) {
  (void)state;
  bench b = bench_make(0);
  b.in.side[0].load_n = 20 * TAUT_LBF_N;
  bench_run(&b, 0.1);
  bench_order(&b, TAUT_COMMAND_ARM_REQUEST);
  bench_run(&b, 29.0);
  assert_int_equal(b.s.arm, TAUT_ARM_REQUESTED);
  bench_run(&b, 2.0);
  assert_int_equal(b.s.arm, TAUT_ARM_DISARMED);
  assert_int_equal(b.s.cause, TAUT_CAUSE_TIMEOUT);
}

static void tension_that_friction_holds_is_no_offset_of_the_load_cell(void **state) {
  (void)state;
  bench b = bench_make(0);
  b.cell_bias_n = 3.0;
  bench_run(&b, 1.0);
  assert_true(fabs(b.s.side[0].load_cell_zero_n - 3.0) < 0.1);  // nothing has pulled yet
  assert_true(bench_load(&b, 20));
  bench_order(&b, TAUT_COMMAND_DISARM);
  b.in.side[0].hand_presence = 0.0;
  bench_move(&b, 0.0);
  assert_int_equal(b.s.arm, TAUT_ARM_DISARMED);
  b.cell_bias_n = 5.0;
  bench_run(&b, 2.0);
  assert_true(fabs(b.s.side[0].load_cell_zero_n - 3.0) < 0.1);
  b.cell_bias_n = 1.0;
  bench_run(&b, 2.0);
  assert_true(fabs(b.s.side[0].load_cell_zero_n - 1.0) < 0.1);
  b.cell_bias_n = 20.0;  // no friction holds that
  bench_run(&b, 2.0);
  bench_order(&b, TAUT_COMMAND_ARM_REQUEST);
  assert_int_equal(b.s.arm, TAUT_ARM_DISARMED);
}

// Time in which an unloading brings the set-point to 10 N while the handle runs out at this speed.
static double time_to_unload(double pounds, double speed_m_s) {
  bench b = loaded(pounds);
  b.in.command = TAUT_COMMAND_UNLOAD;
  b.in.command_seq += 1.0;
  double time_s = 0.0;
  for (; bench_command(&b) > 10.0 && time_s < 5.0; time_s += BENCH_DT_S) {
    b.at_m += speed_m_s * BENCH_DT_S;
    bench_step(&b);
  }
  assert_true(b.down_max_n_s <= 500.0);
  return time_s;
}

static void an_unloading_waits_for_the_hand_but_not_for_ever(void **state) {
  (void)state;
  for (int i = 0; i < N_LOADS; i++) {
    double load_n = loads_lb[i] * TAUT_LBF_N, whole_s = load_n / 490.0;
    double still_s = time_to_unload(loads_lb[i], 0.0);
    double lowered_s = time_to_unload(loads_lb[i], -0.1);
    double pulled_s = time_to_unload(loads_lb[i], 0.3);
    assert_true(still_s <= whole_s + 0.01 && fabs(lowered_s - still_s) < 0.01);
    assert_true(pulled_s > 1.2 * still_s || load_n <= 10.0);
    assert_true(pulled_s <= 1.5 + 0.05);
  }
}

// ------------------------------------------------------------------------------- normal and assist

static void help_keeps_within_the_ramps_and_below_the_prescription(void **state) {
  (void)state;
  bench b = loaded(50);
  double share[] = {0.5, 0.8, 0.31, 1.0, 0.0, 1.0};
  for (int i = 0; i < 6; i++) {
    b.in.side[0].load_scale = share[i];
    for (int k = 0; k < 8000; k++) {
      bench_step(&b);
      assert_true(bench_command(&b) <= 50.5 * TAUT_LBF_N);
    }
    assert_int_equal(b.s.safety, share[i] < 1.0 ? TAUT_SAFETY_ASSIST : TAUT_SAFETY_NORMAL);
    assert_true(fabs(bench_command(&b) - fmax(8.0, share[i] * 50 * TAUT_LBF_N)) < 0.01);
  }
  assert_true(b.up_max_n_s <= 200.0 && b.down_max_n_s <= 500.0);
}

static void the_spotters_unload_stands_until_rearmed(void **state) {
  (void)state;
  bench b = loaded(50);
  b.in.spotter_unload = 1.0;
  bench_run(&b, 1.0);
  assert_true(bench_command(&b) <= 10.0);
  assert_true(b.down_max_n_s <= 500.0);
  expect_state(&b, TAUT_SAFETY_ASSIST, TAUT_CAUSE_SPOTTER);
  b.in.spotter_unload = 0.0;
  bench_run(&b, 5.0);
  assert_true(bench_command(&b) <= 10.0);
}

static void the_ceiling_follows_the_prescription(void **state) {
  (void)state;
  for (int i = 0; i < N_LOADS; i++) {
    bench b = loaded(loads_lb[i]);
    double want = 1.25 * fmax(8.0, loads_lb[i] * TAUT_LBF_N) * 0.035 / 0.6 + 1.0;
    assert_true(fabs(b.s.output.side[0].current_ceiling_a - want) < 1e-6);
    double iq = b.s.output.side[0].torque_command_nm / 0.6;
    assert_true(fabs(iq) <= b.s.output.side[0].current_ceiling_a);
  }
}

static void a_hot_motor_is_relieved_before_it_stops(void **state) {
  (void)state;
  bench b = loaded(110);
  b.in.side[0].motor_temp_k = 273.15 + 82;
  bench_run(&b, 0.1);
  assert_true(b.events & 1u << TAUT_RESISTANCE_EVENT_WARM);
  for (double celsius = 82; celsius < 97; celsius += 0.05) {
    b.in.side[0].motor_temp_k = 273.15 + celsius;
    bench_run(&b, 0.05);
  }
  assert_int_equal(b.s.safety, TAUT_SAFETY_NORMAL);
  assert_true(bench_command(&b) < 0.2 * 110 * TAUT_LBF_N);
  assert_true(b.down_max_n_s <= 500.0);
  b.in.side[0].motor_temp_k = 273.15 + 99;
  bench_run(&b, 0.01);
  expect_state(&b, TAUT_SAFETY_SS1, TAUT_CAUSE_OVER_TEMPERATURE);
}

// ------------------------------------------------------------------------------------ symptom ramp

static void symptom_ramp(bench *b) {
  double start = bench_command(b), last = start;
  for (int i = 1; i <= 12 * 1000; i++) {
    bench_step(b);
    double t = i * BENCH_DT_S, now = bench_command(b);
    assert_true(now <= last + 1e-9);
    last = now;
    if (t >= 0.5) assert_true(now <= 0.5 * start);
    if (t >= 2.0) assert_true(now <= 10.0);
  }
  assert_true(b->down_max_n_s <= 1000.0);
}

static void every_symptom_unloads_and_latches(void **state) {
  (void)state;
  for (int report = 1; report < TAUT_REPORT_COUNT; report++) {
    bool is_remark = report == TAUT_REPORT_TOO_HEAVY || report == TAUT_REPORT_CRAMP ||
                     report == TAUT_REPORT_BREATH_DONE;
    bench b = loaded(25);
    b.in.report = report;
    b.in.report_seq += 1.0;
    bench_run(&b, 0.002);
    assert_true(b.s.output.report_ack_seq == b.in.report_seq);
    if (is_remark) {
      expect_state(&b, TAUT_SAFETY_NORMAL, TAUT_CAUSE_NONE);
      continue;
    }
    expect_state(&b, TAUT_SAFETY_SYMPTOM_RAMP, TAUT_CAUSE_SYMPTOM);
    symptom_ramp(&b);
    bench_run(&b, 20.0);
    expect_state(&b, TAUT_SAFETY_LATCHED, TAUT_CAUSE_SYMPTOM);
    assert_true(b.s.output.side[0].torque_permit == 0.0);
  }
}

static void the_symptom_ramp_holds_its_times_at_every_load(void **state) {
  (void)state;
  for (int i = 1; i < N_LOADS; i++) {
    for (int is_low = 0; is_low < 2; is_low++) {
      bench b = loaded(loads_lb[i]);
      if (is_low) bench_move(&b, 0.21);
      b.in.report = TAUT_REPORT_LEAK;
      b.in.report_seq += 1.0;
      symptom_ramp(&b);
    }
  }
}

static void a_cone_in_the_form_check_unloads(void **state) {
  (void)state;
  bench b = loaded(15);
  b.in.form_alert = TAUT_FORM_ALERT_POSTURE;
  b.in.form_alert_seq += 1.0;
  bench_run(&b, 0.1);
  expect_state(&b, TAUT_SAFETY_NORMAL, TAUT_CAUSE_NONE);
  b.in.form_alert = TAUT_FORM_ALERT_CONE;
  b.in.form_alert_seq += 1.0;
  bench_run(&b, 0.01);
  expect_state(&b, TAUT_SAFETY_SYMPTOM_RAMP, TAUT_CAUSE_FORM);
  symptom_ramp(&b);
  assert_true(b.s.output.form_ack_seq == b.in.form_alert_seq);
}

static void latched_needs_acknowledgement_and_both_steps(void **state) {
  (void)state;
  bench b = loaded(25);
  b.in.report = TAUT_REPORT_LEAK;
  b.in.report_seq += 1.0;
  bench_run(&b, 3.0);
  bench_order(&b, TAUT_COMMAND_ARM_REQUEST);
  assert_int_equal(b.s.arm, TAUT_ARM_DISARMED);
  b.in.estop_a_closed = 0.0;
  bench_order(&b, TAUT_COMMAND_ACKNOWLEDGE);
  assert_int_equal(b.s.safety, TAUT_SAFETY_LATCHED);
  b.in.estop_a_closed = 1.0;
  bench_order(&b, TAUT_COMMAND_ACKNOWLEDGE);
  assert_int_equal(b.s.safety, TAUT_SAFETY_NORMAL);
  bench_run(&b, 5.0);
  assert_int_equal(b.s.arm, TAUT_ARM_DISARMED);
  assert_true(b.s.output.side[0].torque_permit == 0.0);
  b.up_max_n_s = 0.0;
  assert_true(bench_arm(&b, 25));
  assert_int_equal(b.s.cause, TAUT_CAUSE_NONE);
}

// ----------------------------------------------------------------------------------------------
// ss1

typedef void (*fault_fn)(bench *b);
static void open_a(bench *b) {
  b->in.estop_a_closed = 0.0;
}
static void open_b(bench *b) {
  b->in.estop_b_closed = 0.0;
}
static void silence(bench *b) {
  b->is_beating = false;
}
static void brown_out(bench *b) {
  b->in.side[0].bus_v = 45.0;
}
static void bus_high(bench *b) {
  b->in.side[0].bus_v = 58.0;
}
static void too_hot(bench *b) {
  b->in.side[0].motor_temp_k = 375.0;
}
static void not_a_number(bench *b) {
  b->s.n_bad = 1;
}
static void no_such_mode(bench *b) {
  b->in.mode = 77.0;
}
static void negative_load(bench *b) {
  b->in.side[0].load_n = -5.0;
}
static void cell_bias(bench *b) {
  b->cell_bias_n = fmax(25.0, 0.15 * bench_command(b));
}

static void every_doubt_ramps_in_time_and_latches(void **state) {
  (void)state;
  static const struct {
    fault_fn fault;
    int cause;
  } faults[] = {
      {open_a, TAUT_CAUSE_ESTOP},
      {open_b, TAUT_CAUSE_ESTOP},
      {silence, TAUT_CAUSE_COMMAND_STALE},
      {brown_out, TAUT_CAUSE_UNDER_VOLTAGE},
      {bus_high, TAUT_CAUSE_OVER_VOLTAGE},
      {too_hot, TAUT_CAUSE_OVER_TEMPERATURE},
      {not_a_number, TAUT_CAUSE_NUMBER},
      {no_such_mode, TAUT_CAUSE_COMMAND_INVALID},
      {negative_load, TAUT_CAUSE_COMMAND_INVALID},
      {cell_bias, TAUT_CAUSE_LOAD_CELL},
  };
  for (size_t k = 0; k < sizeof faults / sizeof faults[0]; k++) {
    for (int i = 1; i < N_LOADS; i++) {
      bench b = loaded(loads_lb[i]);
      double start = bench_command(&b);
      faults[k].fault(&b);
      double begin = -1.0, end = -1.0;
      for (int n = 1; n <= 2000 && end < 0.0; n++) {
        bench_step(&b);
        if (begin < 0.0 && bench_command(&b) < start - 1e-9) begin = n * BENCH_DT_S;
        if (bench_command(&b) <= 20.0) end = n * BENCH_DT_S;
      }
      expect_state(&b, TAUT_SAFETY_SS1, faults[k].cause);
      assert_true(begin > 0.0 && begin <= 0.1);
      // At 10 lb the last 20 N are nearly half of the whole: the ramp to zero takes 100 ms and
      // more.
      assert_true(end - begin <= 0.3 && end - begin >= (i == 1 ? 0.05 : 0.085));
      assert_true(b.down_max_n_s <= 2000.0);
      bench_run(&b, 0.3);
      expect_state(&b, TAUT_SAFETY_LATCHED, faults[k].cause);
      assert_true(b.s.output.side[0].torque_permit == 0.0);
      assert_true(b.s.output.side[0].torque_command_nm == 0.0);
    }
  }
}

static void a_command_is_stale_after_fifty_milliseconds(void **state) {
  (void)state;
  bench b = loaded(20);
  while (b.tick % 40 != 0) bench_step(&b);
  bench_step(&b);
  b.is_beating = false;
  bench_run(&b, 0.045);
  expect_state(&b, TAUT_SAFETY_NORMAL, TAUT_CAUSE_NONE);
  bench_run(&b, 0.01);
  expect_state(&b, TAUT_SAFETY_SS1, TAUT_CAUSE_COMMAND_STALE);
}

// ---------------------------------------------------------------------------------- sto and others

static void runaway_current_is_cut_within_six_milliseconds(void **state) {
  (void)state;
  bench b = loaded(50);
  b.iq_gain = 1.25;
  b.iq_bias_a = 1.6;
  int n = 0;
  while (b.s.output.side[0].torque_permit != 0.0 && n < 100) {
    bench_step(&b);
    n++;
  }
  assert_true(n * BENCH_DT_S <= 0.006);
  expect_state(&b, TAUT_SAFETY_STO, TAUT_CAUSE_RUNAWAY);
  assert_true(b.s.output.side[0].brake == 1.0);
  assert_true(bench_command(&b) == 0.0);
  bench_run(&b, 2.0);
  expect_state(&b, TAUT_SAFETY_LATCHED, TAUT_CAUSE_RUNAWAY);
  assert_true(b.s.output.side[0].brake == 0.0);
}

static void a_current_within_its_tolerance_does_not_trip(void **state) {
  (void)state;
  bench b = bench_make(0);
  b.iq_gain = 1.05;
  assert_true(bench_load(&b, 50));
  bench_run(&b, 5.0);
  expect_state(&b, TAUT_SAFETY_NORMAL, TAUT_CAUSE_NONE);
}

static void a_load_cell_far_above_the_set_point_is_a_runaway(void **state) {
  (void)state;
  bench b = loaded(50);
  b.cell_bias_n = 150.0;
  bench_run(&b, 0.04);
  expect_state(&b, TAUT_SAFETY_STO, TAUT_CAUSE_RUNAWAY);
}

static void an_encoder_that_calls_itself_ill_is_believed(void **state) {
  (void)state;
  bench b = loaded(50);
  b.in.side[0].encoder_valid = 0.0;
  bench_run(&b, 0.002);
  expect_state(&b, TAUT_SAFETY_STO, TAUT_CAUSE_ENCODER);
}

static void what_one_side_finds_takes_the_torque_of_both_in_the_same_call(void **state) {
  (void)state;
  bench b = loaded(50);
  b.s.side[1].is_used = b.s.side[1].has_torque = 1;
  b.in.side[1].hand_presence = 1.0;
  // The left side is calculated before the right one is looked at.
  for (int i = 0; i < 400 && b.s.output.side[0].torque_permit != 0.0; i++) {
    assert_true(b.s.output.side[0].torque_command_nm > 1.0);
    b.in.side[1].encoder_angle_rad += 120.0 * BENCH_DT_S;
    bench_step(&b);
  }
  expect_state(&b, TAUT_SAFETY_STO, TAUT_CAUSE_OVER_SPEED);
  assert_true(b.s.output.side[0].torque_command_nm == 0.0);
  assert_true(b.s.output.side[0].current_ceiling_a == 0.0);
}

static void a_frozen_encoder_is_found_in_motion(void **state) {
  (void)state;
  bench b = loaded(20);
  double from = b.at_m;
  for (int i = 0; i < 2000; i++) {  // 0.3 m/s after a soft start
    from += 0.3 * taut_smoothstep(i, 0, 1000) * BENCH_DT_S;
    b.at_m = from;
    bench_step(&b);
  }
  expect_state(&b, TAUT_SAFETY_NORMAL, TAUT_CAUSE_NONE);
  bench_run(&b, 0.004);  // the reading stays, the hand goes on
  expect_state(&b, TAUT_SAFETY_STO, TAUT_CAUSE_ENCODER);
}

// 12 degrees on the shaft are 7.3 mm of cable within a call; at 2 m/s they are half a millimetre.
static void an_encoder_that_steps_further_than_a_spool_turns_has_slipped(void **state) {
  (void)state;
  static const double steps_m[] = {0.0005, -0.0005, 0.0073, -0.0073};
  for (size_t i = 0; i < sizeof steps_m / sizeof steps_m[0]; i++) {
    bench b = loaded(20);
    b.at_m += steps_m[i];
    bench_step(&b);
    bool is_slip = fabs(steps_m[i]) > 0.0025;
    expect_state(&b, is_slip ? TAUT_SAFETY_STO : TAUT_SAFETY_NORMAL,
                 is_slip ? TAUT_CAUSE_ENCODER : TAUT_CAUSE_NONE);
  }
}

static void a_drive_fault_latches(void **state) {
  (void)state;
  static const int faults[][2] = {{TAUT_DRIVE_FAULT_OVER_CURRENT, TAUT_CAUSE_DRIVE},
                                  {TAUT_DRIVE_FAULT_OVER_VOLTAGE, TAUT_CAUSE_OVER_VOLTAGE},
                                  {TAUT_DRIVE_FAULT_WATCHDOG, TAUT_CAUSE_DRIVE}};
  for (int i = 0; i < 3; i++) {
    bench b = loaded(20);
    b.in.side[0].drive_state = TAUT_DRIVE_FAULT;
    b.in.side[0].drive_fault = faults[i][0];
    bench_run(&b, 0.005);
    expect_state(&b, TAUT_SAFETY_LATCHED, faults[i][1]);
    assert_true(b.s.output.side[0].torque_permit == 0.0);
  }
}

static void an_empty_handle_carries_nothing_at_once(void **state) {
  (void)state;
  for (int i = 1; i < N_LOADS; i++) {
    bench b = loaded(loads_lb[i]);
    b.in.side[0].hand_presence = 0.0;
    bench_run(&b, 0.002);
    expect_state(&b, TAUT_SAFETY_RELEASED, TAUT_CAUSE_RELEASE);
    assert_true(bench_command(&b) <= 20.0);
    assert_true(b.s.output.side[0].hand_held == 0.0);
    bench_run(&b, 5.0);  // the handle never comes home: something holds it
    expect_state(&b, TAUT_SAFETY_LATCHED, TAUT_CAUSE_ENTANGLEMENT);
    assert_true(b.s.output.side[0].torque_permit == 0.0);
  }
}

static void worse_classes_win_and_the_first_cause_stands(void **state) {
  (void)state;
  bench b = loaded(50);
  b.in.report = TAUT_REPORT_PAIN;
  b.in.report_seq += 1.0;
  bench_run(&b, 0.1);
  b.in.estop_a_closed = 0.0;
  bench_run(&b, 0.01);
  expect_state(&b, TAUT_SAFETY_SS1, TAUT_CAUSE_SYMPTOM);
  b.in.side[0].encoder_valid = 0.0;
  bench_run(&b, 0.01);
  expect_state(&b, TAUT_SAFETY_STO, TAUT_CAUSE_SYMPTOM);
  b.in.report_seq += 1.0;
  bench_run(&b, 3.0);
  expect_state(&b, TAUT_SAFETY_LATCHED, TAUT_CAUSE_SYMPTOM);
}

// ---------------------------------------------------------------------------------------- defects

static void each_defect_shows(void **state) {
  (void)state;
  bench b = bench_make(TAUT_RESISTANCE_STALE_TORQUE);
  assert_true(bench_load(&b, 20));
  b.is_beating = false;
  bench_run(&b, 1.0);
  assert_true(bench_command(&b) > 80.0);

  b = bench_make(TAUT_RESISTANCE_KG_LB_SWAP);
  assert_true(bench_load(&b, 20));
  bench_run(&b, 5.0);
  assert_true(bench_command(&b) > 2.0 * 20 * TAUT_LBF_N);

  b = bench_make(TAUT_RESISTANCE_SYMPTOM_NOT_LATCHED);
  assert_true(bench_load(&b, 20));
  b.in.report = TAUT_REPORT_LEAK;
  b.in.report_seq += 1.0;
  bench_run(&b, 2.5);
  assert_true(bench_command(&b) <= 10.0);
  bench_run(&b, 5.0);
  assert_true(bench_command(&b) > 80.0);

  b = bench_make(TAUT_RESISTANCE_STO_ON_EVERYTHING);
  assert_true(bench_load(&b, 20));
  b.in.report = TAUT_REPORT_LEAK;
  b.in.report_seq += 1.0;
  bench_run(&b, 0.002);
  assert_int_equal(b.s.safety, TAUT_SAFETY_STO);

  b = bench_make(TAUT_RESISTANCE_RELEASE_DEBOUNCE);
  assert_true(bench_load(&b, 20));
  b.in.side[0].hand_presence = 0.0;
  bench_run(&b, 0.1);
  assert_true(bench_command(&b) > 80.0);
}

static void unused_sides_stay_without_torque(void **state) {
  (void)state;
  bench b = loaded(50);
  assert_true(b.s.output.side[1].torque_permit == 0.0);
  assert_true(b.s.output.side[1].load_command_n == 0.0);
  b.in.side[1].load_n = 50 * TAUT_LBF_N;  // not without arming
  b.in.side[1].hand_presence = 1.0;
  bench_run(&b, 3.0);
  assert_true(b.s.output.side[1].torque_permit == 0.0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(arming_takes_both_steps),
      cmocka_unit_test(first_ramp_is_slow_and_whole),
      cmocka_unit_test(a_share_left_from_the_last_set_does_not_end_the_first_ramp),
      cmocka_unit_test(arming_is_refused_while_something_is_wrong),
      cmocka_unit_test(a_load_is_whole_pounds_within_the_profile),
      cmocka_unit_test(a_jump_of_load_waits_for_a_new_confirmation),
      cmocka_unit_test(small_steps_do_not_add_up_past_a_tenth),
      cmocka_unit_test(disarming_ramps_and_ends_without_current),
      cmocka_unit_test(unloaded_and_left_alone_it_disarms_itself),
      cmocka_unit_test(an_unloading_waits_for_the_hand_but_not_for_ever),
      cmocka_unit_test(tension_that_friction_holds_is_no_offset_of_the_load_cell),
      cmocka_unit_test(a_forgotten_request_times_out),
      cmocka_unit_test(help_keeps_within_the_ramps_and_below_the_prescription),
      cmocka_unit_test(the_spotters_unload_stands_until_rearmed),
      cmocka_unit_test(the_ceiling_follows_the_prescription),
      cmocka_unit_test(a_hot_motor_is_relieved_before_it_stops),
      cmocka_unit_test(every_symptom_unloads_and_latches),
      cmocka_unit_test(the_symptom_ramp_holds_its_times_at_every_load),
      cmocka_unit_test(a_cone_in_the_form_check_unloads),
      cmocka_unit_test(latched_needs_acknowledgement_and_both_steps),
      cmocka_unit_test(every_doubt_ramps_in_time_and_latches),
      cmocka_unit_test(a_command_is_stale_after_fifty_milliseconds),
      cmocka_unit_test(runaway_current_is_cut_within_six_milliseconds),
      cmocka_unit_test(a_current_within_its_tolerance_does_not_trip),
      cmocka_unit_test(what_one_side_finds_takes_the_torque_of_both_in_the_same_call),
      cmocka_unit_test(a_load_cell_far_above_the_set_point_is_a_runaway),
      cmocka_unit_test(an_encoder_that_calls_itself_ill_is_believed),
      cmocka_unit_test(a_frozen_encoder_is_found_in_motion),
      cmocka_unit_test(an_encoder_that_steps_further_than_a_spool_turns_has_slipped),
      cmocka_unit_test(a_drive_fault_latches),
      cmocka_unit_test(an_empty_handle_carries_nothing_at_once),
      cmocka_unit_test(worse_classes_win_and_the_first_cause_stands),
      cmocka_unit_test(each_defect_shows),
      cmocka_unit_test(unused_sides_stay_without_torque),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// What the bridge believes and passes on: commands, telemetry, clamps, ramps, watchdog.
#include "hil/bridge/bridge_inner.h"
#include "rig.h"

// -------------------------------------------------------------------------------------- watchdog

// Milliseconds until the order first falls, and until no torque is ordered, after the host falls
// silent; -1 when it does not happen within a second. With `is_fed` the bench does what a bridge
// must not: it makes the last command new again with each telemetry.
static void silence(rig *r, bool is_fed, int *falls_ms, int *ends_ms) {
  const double before_nm = r->order.torque_nm;
  r->is_commanding = false;
  *falls_ms = *ends_ms = -1;
  for (int ms = 5; ms <= 1000; ms += 5) {
    if (is_fed) command(r, 0);
    turn(r);
    const double now_nm = r->order.kind == TAUT_BRIDGE_TORQUE ? r->order.torque_nm : 0.0;
    if (*falls_ms < 0 && now_nm < before_nm) *falls_ms = ms;
    if (*ends_ms < 0 && now_nm == 0.0) *ends_ms = ms;
  }
}

static void test_telemetry_does_not_keep_a_stale_torque_alive(void **state) {
  (void)state;
  rig r;
  rig_new(&r);
  to_loaded(&r, 10.0);
  const uint64_t heard = r.b.counters.telemetry;
  int falls_ms;
  int ends_ms;
  silence(&r, false, &falls_ms, &ends_ms);
  assert_true(r.b.counters.telemetry >= heard + 5 * 200);
  assert_in_range(falls_ms, 1, 60);
  assert_in_range(ends_ms, 100, 310);
  assert_int_equal(r.b.state, TAUT_BRIDGE_LATCHED);
}

static void test_a_watchdog_fed_by_telemetry_is_found_out(void **state) {
  (void)state;
  rig r;
  rig_new(&r);
  to_loaded(&r, 10.0);
  int falls_ms;
  int ends_ms;
  silence(&r, true, &falls_ms, &ends_ms);
  assert_int_equal(ends_ms, -1);
}

static void test_without_a_ramp_the_torque_is_gone_within_100_ms(void **state) {
  (void)state;
  rig r;
  taut_bridge_config c = bench_config();
  c.ramp_ns = 0;
  rig_make(&r, &c);
  to_loaded(&r, 10.0);
  int falls_ms;
  int ends_ms;
  silence(&r, false, &falls_ms, &ends_ms);
  assert_in_range(ends_ms, 1, 60);
}

// At most 2000 N/s of cable force for 489 N on a spool of 35 mm, and always downwards.
static void test_the_ramp_is_monotone_and_not_steeper_than_the_limit(void **state) {
  (void)state;
  rig r;
  rig_new(&r);
  to_loaded(&r, 489.3 * 0.035);
  r.is_commanding = false;
  double last_nm = r.order.torque_nm;
  for (int i = 0; i < 100; i++) {
    turn(&r);
    const double now_nm = r.order.kind == TAUT_BRIDGE_TORQUE ? r.order.torque_nm : 0.0;
    assert_true(now_nm <= last_nm);
    assert_true((last_nm - now_nm) / 0.035 <= 2000.0 * 0.005 + 1e-9);
    last_nm = now_nm;
  }
  assert_near(last_nm, 0.0, 0.0);
}

static taut_status repeat(rig *r, double seq, double torque_nm) {
  const taut_bridge_command c = {.torque_command_nm = torque_nm,
                                 .current_ceiling_a = 100.0,
                                 .torque_permit = 1.0,
                                 .command_seq = seq};
  return taut_bridge_take_command(&r->b, r->now_ns, &c);
}

// A link that repeats the last message for ever looks alive and is not.
static void test_repeated_and_reordered_commands_are_as_good_as_none(void **state) {
  (void)state;
  for (int back = 0; back < 2; back++) {
    rig r;
    rig_new(&r);
    to_loaded(&r, 10.0);
    r.is_commanding = false;
    for (int i = 0; i < 100; i++) {
      assert_int_equal(repeat(&r, r.seq - back, 12.0), TAUT_EREJECT);
      turn(&r);
      assert_true(r.order.torque_nm <= 10.0);
    }
    assert_int_equal(r.b.state, TAUT_BRIDGE_LATCHED);
    const int wrong = back ? TAUT_BRIDGE_WRONG_REORDERED : TAUT_BRIDGE_WRONG_REPEATED;
    assert_int_equal(r.b.counters.commands_rejected[wrong], 100);
    assert_int_equal(count_events(&r.b, TAUT_BRIDGE_EVENT_COMMAND_REJECTED, NULL), 1);
  }
}

// A controller slower than its link: each command twice, nothing to tell, torque goes on.
static void test_plain_repetitions_are_counted_without_an_event(void **state) {
  (void)state;
  rig r;
  rig_new(&r);
  to_loaded(&r, 10.0);
  count_events(&r.b, TAUT_BRIDGE_EVENT_STATE, NULL);
  for (int i = 0; i < 50; i++) {
    turn(&r);
    assert_int_equal(repeat(&r, r.seq, 10.0), TAUT_EREJECT);
  }
  assert_int_equal(r.b.counters.commands_rejected[TAUT_BRIDGE_WRONG_REPEATED], 50);
  assert_int_equal(r.b.n_events, 0);
  assert_int_equal(r.b.state, TAUT_BRIDGE_ARMED);
}

static void test_commands_that_are_old_on_arrival_are_stale(void **state) {
  (void)state;
  rig r;
  rig_new(&r);
  to_loaded(&r, 10.0);
  assert_int_equal(command(&r, 51 * MS), TAUT_EREJECT);
  assert_int_equal(command(&r, -1), TAUT_EREJECT);
  assert_int_equal(command(&r, 45 * MS), TAUT_OK);
  // fresh on arrival, and 10 ms later too old
  r.is_commanding = false;
  turn_for(&r, 10);
  assert_int_equal(r.b.state, TAUT_BRIDGE_RAMP);
}

// The process was stopped and goes on: the drive's time-out has acted meanwhile, and nothing of the
// torque may come back, not even a ramp.
static void test_a_bridge_that_stood_still_releases_at_once(void **state) {
  (void)state;
  rig r;
  rig_new(&r);
  to_loaded(&r, 10.0);
  r.now_ns += 300 * (int64_t)MS;
  turn(&r);
  assert_int_equal(r.order.kind, TAUT_BRIDGE_RELEASE);
  assert_int_equal(r.b.state, TAUT_BRIDGE_LATCHED);
  assert_int_equal(count_events(&r.b, TAUT_BRIDGE_EVENT_STEP_LATE, NULL), 1);
}

static void test_time_that_goes_back_is_no_time(void **state) {
  (void)state;
  rig r;
  rig_new(&r);
  to_loaded(&r, 10.0);
  taut_bridge_step(&r.b, 0, &r.order);
  assert_int_equal(r.b.now_ns, r.now_ns);
  assert_int_equal(r.order.kind, TAUT_BRIDGE_TORQUE);
}

// -------------------------------------------------------------------------------------- commands

static void test_each_impossible_command_is_refused_and_changes_nothing(void **state) {
  (void)state;
  const double nan = (double)NAN;
  const double inf = (double)INFINITY;
  const struct {
    double torque_nm, ceiling_a, permit, brake, seq_step;
    int wrong;
  } rows[] = {
      {nan, 100, 1, 0, 1, TAUT_BRIDGE_WRONG_NUMBER},  {inf, 100, 1, 0, 1, TAUT_BRIDGE_WRONG_NUMBER},
      {5, nan, 1, 0, 1, TAUT_BRIDGE_WRONG_NUMBER},    {5, 100, nan, 0, 1, TAUT_BRIDGE_WRONG_NUMBER},
      {5, 100, 1, -inf, 1, TAUT_BRIDGE_WRONG_NUMBER}, {5, 100, 1, 0, nan, TAUT_BRIDGE_WRONG_NUMBER},
      {60.1, 100, 1, 0, 1, TAUT_BRIDGE_WRONG_RANGE},  {-61, 100, 1, 0, 1, TAUT_BRIDGE_WRONG_RANGE},
      {5, -1, 1, 0, 1, TAUT_BRIDGE_WRONG_RANGE},      {5, 101, 1, 0, 1, TAUT_BRIDGE_WRONG_RANGE},
      {5, 100, 0.5, 0, 1, TAUT_BRIDGE_WRONG_RANGE},   {5, 100, 2, 0, 1, TAUT_BRIDGE_WRONG_RANGE},
      {5, 100, 1, 0.1, 1, TAUT_BRIDGE_WRONG_RANGE},   {5, 100, 1, 0, 0.5, TAUT_BRIDGE_WRONG_RANGE},
      {5, 100, 1, 0, 1e17, TAUT_BRIDGE_WRONG_RANGE},
  };
  for (size_t i = 0; i < COUNT(rows); i++) {
    rig r;
    rig_new(&r);
    to_loaded(&r, 10.0);
    const taut_bridge_command c = {.torque_command_nm = rows[i].torque_nm,
                                   .current_ceiling_a = rows[i].ceiling_a,
                                   .torque_permit = rows[i].permit,
                                   .brake = rows[i].brake,
                                   .command_seq = r.seq + rows[i].seq_step};
    assert_int_equal(taut_bridge_take_command(&r.b, r.now_ns, &c), TAUT_EREJECT);
    assert_int_equal(r.b.counters.commands_rejected[rows[i].wrong], 1);
    taut_bridge_step(&r.b, r.now_ns, &r.order);
    assert_near(r.order.torque_nm, 10.0, 1e-12);
  }
}

static double order_for(rig *r, double torque_nm, double ceiling_a) {
  r->is_commanding = false;
  const taut_bridge_command c = {.torque_command_nm = torque_nm,
                                 .current_ceiling_a = ceiling_a,
                                 .torque_permit = 1.0,
                                 .command_seq = ++r->seq};
  r->now_ns += 5 * MS;
  taut_bridge_take_telemetry(&r->b, r->now_ns, &r->t);
  assert_int_equal(taut_bridge_take_command(&r->b, r->now_ns, &c), TAUT_OK);
  taut_bridge_step(&r->b, r->now_ns, &r->order);
  r->t.iq_a = r->order.current_a;
  return r->order.torque_nm;
}

static void test_torque_is_clamped_by_machine_and_prescription(void **state) {
  (void)state;
  rig r;
  rig_new(&r);
  to_armed(&r);
  assert_near(order_for(&r, 17.9, 100.0), 17.9, 1e-12);
  assert_int_equal(count_events(&r.b, TAUT_BRIDGE_EVENT_COMMAND_CLAMPED, NULL), 0);
  assert_near(order_for(&r, 59.0, 100.0), 18.0, 1e-12);  // 30 A
  assert_near(order_for(&r, -59.0, 100.0), -18.0, 1e-12);
  assert_near(order_for(&r, 59.0, 5.0), 3.0, 1e-12);
  assert_near(order_for(&r, 59.0, 0.0), 0.0, 1e-12);
  assert_int_equal(count_events(&r.b, TAUT_BRIDGE_EVENT_COMMAND_CLAMPED, NULL), 1);
  assert_int_equal(r.b.counters.commands_clamped, 4);
}

// Positive torque retracts, so it accelerates negative speed: that is what fades out.
static void test_torque_that_would_overspeed_fades_out_and_braking_does_not(void **state) {
  (void)state;
  rig r;
  rig_new(&r);
  to_armed(&r);
  r.t.angle_rad = 1.0;
  static const double speeds[] = {-53.9, -57.0, -60.0, -63.0};
  static const double shares[] = {1.0, 0.5, 0.0, 0.0};
  for (size_t i = 0; i < COUNT(speeds); i++) {
    r.t.speed_rad_s = speeds[i];
    r.t.angle_rad -= 0.2;
    assert_near(order_for(&r, 10.0, 100.0), 10.0 * shares[i], 1e-9);
    r.t.speed_rad_s = -speeds[i];
    r.t.angle_rad += 0.3;
    assert_near(order_for(&r, 10.0, 100.0), 10.0, 1e-9);
  }
}

static void test_heat_and_the_bus_reduce_torque_before_they_trip(void **state) {
  (void)state;
  rig r;
  rig_new(&r);
  to_armed(&r);
  r.t.motor_temp_k = 365.65;  // half way
  order_for(&r, 17.0, 100.0);
  assert_near(order_for(&r, 17.0, 100.0), 9.0, 1e-9);
  double out[TAUT_MOTOR_OUT_COUNT];
  bool is_measured[TAUT_MOTOR_OUT_COUNT];
  taut_bridge_outputs(&r.b, out, is_measured);
  assert_near(out[TAUT_MOTOR_OUT_CURRENT_LIMIT_A], 15.0, 1e-9);
  r.t.motor_temp_k = 300.0;
  r.t.bus_v = 40.6;  // half way between 40 and 41.2
  r.t.speed_rad_s = -10.0;
  r.t.angle_rad -= 0.05;
  order_for(&r, 10.0, 100.0);
  r.t.angle_rad -= 0.05;
  assert_near(order_for(&r, 10.0, 100.0), 5.0, 1e-9);
  r.t.bus_v = 61.38;  // half way between 60.76 and 62
  r.t.speed_rad_s = 10.0;
  order_for(&r, 10.0, 100.0);
  assert_near(order_for(&r, 10.0, 100.0), 5.0, 1e-9);
}

// ------------------------------------------------------------------------------------- telemetry

static void test_each_impossible_value_refuses_its_part_and_ages_it(void **state) {
  (void)state;
  for (int i = 0; i < 9; i++) {
    rig r;
    rig_new(&r);
    to_loaded(&r, 10.0);
    r.is_following = false;
    switch (i) {
      case 0: r.t.angle_rad = (double)NAN; break;
      case 1: r.t.speed_rad_s = (double)INFINITY; break;
      case 2: r.t.speed_rad_s = -2001.0; break;
      case 3: r.t.iq_a = (double)NAN; break;
      case 4: r.t.id_a = 1e30; break;
      case 5: r.t.bus_v = (double)NAN; break;
      case 6: r.t.bus_v = -0.1; break;
      case 7: r.t.fault = 99; break;
      default: r.t.fault = -1;
    }
    turn(&r);
    assert_int_equal(r.b.counters.telemetry_rejected, 1);
    assert_near(r.order.torque_nm, 10.0, 1e-12);  // one bad value is not believed, nothing more
    turn_for(&r, 150);
    assert_int_not_equal(r.b.state, TAUT_BRIDGE_ARMED);
    turn_for(&r, 300);
    assert_int_equal(r.b.state, TAUT_BRIDGE_LATCHED);
    double out[TAUT_MOTOR_OUT_COUNT];
    bool is_measured[TAUT_MOTOR_OUT_COUNT];
    taut_bridge_outputs(&r.b, out, is_measured);
    for (int port = 0; port < TAUT_MOTOR_OUT_COUNT; port++) assert_true(isfinite(out[port]));
    assert_near(out[TAUT_MOTOR_OUT_ENCODER_VALID], 0.0, 0.0);
  }
}

// state, and the time from the first telemetry of it to no torque [ms]
static void run_into(rig *r, taut_bridge_event_id id, bool is_at_once, int fault) {
  const int64_t start_ns = r->now_ns;
  count_events(&r->b, id, NULL);
  int ms = -1;
  for (int i = 0; i < 200 && ms < 0; i++) {
    turn(r);
    if (r->order.kind != TAUT_BRIDGE_TORQUE) ms = (int)((r->now_ns - start_ns) / MS);
  }
  assert_int_equal(count_events(&r->b, id, NULL), 1);
  assert_int_equal(r->b.state, TAUT_BRIDGE_LATCHED);
  assert_int_equal(r->b.fault, fault);
  if (is_at_once) {
    assert_in_range(ms, 1, 25);
  } else {
    assert_in_range(ms, 100, 410);
  }
}

static void test_each_danger_takes_the_torque_off_in_its_own_way(void **state) {
  (void)state;
  for (int i = 0; i < 11; i++) {
    rig r;
    rig_new(&r);
    to_loaded(&r, 10.0);
    switch (i) {
      case 0:
        r.t.bus_v = 39.9;
        run_into(&r, TAUT_BRIDGE_EVENT_BUS_LOW, false, TAUT_DRIVE_FAULT_UNDER_VOLTAGE);
        break;
      case 1:
        r.t.bus_v = 62.1;
        run_into(&r, TAUT_BRIDGE_EVENT_BUS_HIGH, false, TAUT_DRIVE_FAULT_OVER_VOLTAGE);
        break;
      case 2:
        r.t.inverter_temp_k = 373.2;
        run_into(&r, TAUT_BRIDGE_EVENT_OVER_TEMPERATURE, false, TAUT_DRIVE_FAULT_OVER_TEMPERATURE);
        break;
      case 3:
        r.t.speed_rad_s = 66.1;
        run_into(&r, TAUT_BRIDGE_EVENT_OVER_SPEED, true, TAUT_DRIVE_FAULT_NUMBER);
        break;
      case 4:
        r.is_following = false;
        r.t.iq_a = 22.0;  // 16.7 A ordered
        run_into(&r, TAUT_BRIDGE_EVENT_RUNAWAY, true, TAUT_DRIVE_FAULT_OVER_CURRENT);
        break;
      case 5:
        r.t.is_encoder_valid = false;
        run_into(&r, TAUT_BRIDGE_EVENT_ENCODER_LOST, true, TAUT_DRIVE_FAULT_NUMBER);
        break;
      case 6:
        r.t.has_timed_out = true;
        run_into(&r, TAUT_BRIDGE_EVENT_DRIVE_TIMED_OUT, true, TAUT_DRIVE_FAULT_WATCHDOG);
        break;
      case 7:
        r.t.fault = TAUT_DRIVE_FAULT_OVER_VOLTAGE;
        run_into(&r, TAUT_BRIDGE_EVENT_DRIVE_FAULT, true, TAUT_DRIVE_FAULT_OVER_VOLTAGE);
        break;
      case 8:
        r.is_telling = false;
        run_into(&r, TAUT_BRIDGE_EVENT_TELEMETRY_STALE, false, TAUT_DRIVE_FAULT_WATCHDOG);
        break;
      case 9:
        r.is_commanding = false;
        run_into(&r, TAUT_BRIDGE_EVENT_COMMAND_STALE, false, TAUT_DRIVE_FAULT_WATCHDOG);
        break;
      default:
        r.t.is_running = false;
        turn_for(&r, 450);
        assert_int_equal(r.b.state, TAUT_BRIDGE_ARMED);
        turn_for(&r, 100);
        assert_int_equal(count_events(&r.b, TAUT_BRIDGE_EVENT_DRIVE_NOT_RUNNING, NULL), 1);
        assert_int_equal(r.b.state, TAUT_BRIDGE_LATCHED);
    }
  }
}

// A drive that repeats itself: speed without motion of the angle.
static void test_a_frozen_angle_is_found_by_its_own_speed(void **state) {
  (void)state;
  rig r;
  rig_new(&r);
  to_loaded(&r, 10.0);
  r.t.speed_rad_s = 8.0;
  turn_for(&r, 300);  // the angle follows
  assert_int_equal(r.b.state, TAUT_BRIDGE_ARMED);
  const double frozen_rad = r.t.angle_rad;
  for (int i = 0; i < 100; i++) {
    turn(&r);
    r.t.angle_rad = frozen_rad;
  }
  assert_int_equal(count_events(&r.b, TAUT_BRIDGE_EVENT_TELEMETRY_FROZEN, NULL), 1);
  assert_int_equal(r.b.state, TAUT_BRIDGE_LATCHED);
}

// An encoder that counts the wrong way round against the speed.
static void test_an_angle_that_goes_against_its_speed_is_not_believed(void **state) {
  (void)state;
  rig r;
  rig_new(&r);
  to_loaded(&r, 10.0);
  r.t.speed_rad_s = 8.0;
  for (int i = 0; i < 100; i++) {
    turn(&r);
    r.t.angle_rad -= 2.0 * 8.0 * 0.005;
  }
  assert_int_equal(r.b.state, TAUT_BRIDGE_LATCHED);
}

static void test_current_that_nobody_ordered_latches_a_disarmed_bridge_too(void **state) {
  (void)state;
  rig r;
  rig_new(&r);
  to_idle(&r);
  r.is_following = false;
  r.t.iq_a = 3.0;
  turn_for(&r, 50);
  assert_int_equal(r.b.state, TAUT_BRIDGE_LATCHED);
}

static void test_outputs_tell_only_what_is_measured(void **state) {
  (void)state;
  rig r;
  rig_new(&r);
  double out[TAUT_MOTOR_OUT_COUNT];
  bool is_measured[TAUT_MOTOR_OUT_COUNT];
  taut_bridge_outputs(&r.b, out, is_measured);
  assert_false(is_measured[TAUT_MOTOR_OUT_ENCODER_ANGLE_RAD]);
  assert_near(out[TAUT_MOTOR_OUT_ENCODER_VALID], 0.0, 0.0);
  to_loaded(&r, 10.0);
  taut_bridge_outputs(&r.b, out, is_measured);
  assert_true(is_measured[TAUT_MOTOR_OUT_ENCODER_ANGLE_RAD]);
  assert_near(out[TAUT_MOTOR_OUT_ENCODER_VALID], 1.0, 0.0);
  assert_near(out[TAUT_MOTOR_OUT_IQ_A], 10.0 / 0.6, 1e-9);
  assert_near(out[TAUT_MOTOR_OUT_BUS_V], 54.0, 0.0);
  assert_int_equal((int)out[TAUT_MOTOR_OUT_DRIVE_STATE], TAUT_DRIVE_RUN);
  assert_int_equal((int)out[TAUT_MOTOR_OUT_DRIVE_FAULT], TAUT_DRIVE_FAULT_NONE);
  // the truth of the simulation is nothing a drive can tell
  assert_false(is_measured[TAUT_MOTOR_OUT_TORQUE_NM] ||
               is_measured[TAUT_MOTOR_OUT_SPOOL_ANGLE_RAD] ||
               is_measured[TAUT_MOTOR_OUT_WINDING_TEMP_K]);
}

static void test_events_that_nobody_fetches_are_counted_not_kept(void **state) {
  (void)state;
  rig r;
  rig_new(&r);
  for (int i = 0; i < 100; i++) taut_bridge_arm_confirm(&r.b, r.now_ns, 1);
  assert_int_equal(r.b.n_events, TAUT_BRIDGE_EVENTS);
  assert_true(r.b.counters.events_dropped > 0);
}

// Any sequence of calls with any values at any times: torque only in two states, never beyond the
// limits, never NaN.
static void test_nothing_that_is_called_gets_a_wrong_order_out(void **state) {
  (void)state;
  static const double odd[] = {0, 1, -1, 5, 1e9, -1e300, 59.9, -60, 0.5};
  int n_torque = 0;
  for (uint32_t round = 0; round < 40; round++) {
    rig r;
    rig_new(&r);
    if (round % 2) to_loaded(&r, 10.0);
    for (uint32_t i = 0; i < 600; i++) {
      const uint64_t d = draw(round, i);
      const double value = d >> 32 & 1 ? (double)NAN : odd[(d >> 33) % COUNT(odd)];
      r.now_ns += (int64_t)(d >> 40) % (6 * MS);
      switch (d % 16) {
        case 0: taut_bridge_arm_request(&r.b, r.now_ns, 1); break;
        case 1: taut_bridge_arm_confirm(&r.b, r.now_ns, 1); break;
        case 2: taut_bridge_acknowledge(&r.b, r.now_ns); break;
        case 3: taut_bridge_disarm(&r.b, r.now_ns - 100 * MS); break;
        case 4: repeat(&r, value, value); break;
        case 5:
          r.t.iq_a = value;
          taut_bridge_take_telemetry(&r.b, r.now_ns, &r.t);
          r.t.iq_a = 0;
          break;
        case 6: repeat(&r, ++r.seq, odd[(d >> 50) % COUNT(odd)]); break;
        default: turn(&r);
      }
      taut_bridge_step(&r.b, r.now_ns, &r.order);
      assert_true(isfinite(r.order.torque_nm) && fabs(r.order.torque_nm) <= 18.0 + 1e-9);
      if (r.order.kind != TAUT_BRIDGE_TORQUE) continue;
      n_torque++;
      assert_true(taut_bridge_is_active(&r.b));
    }
  }
  assert_true(n_torque > 100);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_telemetry_does_not_keep_a_stale_torque_alive),
      cmocka_unit_test(test_a_watchdog_fed_by_telemetry_is_found_out),
      cmocka_unit_test(test_without_a_ramp_the_torque_is_gone_within_100_ms),
      cmocka_unit_test(test_the_ramp_is_monotone_and_not_steeper_than_the_limit),
      cmocka_unit_test(test_repeated_and_reordered_commands_are_as_good_as_none),
      cmocka_unit_test(test_plain_repetitions_are_counted_without_an_event),
      cmocka_unit_test(test_commands_that_are_old_on_arrival_are_stale),
      cmocka_unit_test(test_a_bridge_that_stood_still_releases_at_once),
      cmocka_unit_test(test_time_that_goes_back_is_no_time),
      cmocka_unit_test(test_each_impossible_command_is_refused_and_changes_nothing),
      cmocka_unit_test(test_torque_is_clamped_by_machine_and_prescription),
      cmocka_unit_test(test_torque_that_would_overspeed_fades_out_and_braking_does_not),
      cmocka_unit_test(test_heat_and_the_bus_reduce_torque_before_they_trip),
      cmocka_unit_test(test_each_impossible_value_refuses_its_part_and_ages_it),
      cmocka_unit_test(test_each_danger_takes_the_torque_off_in_its_own_way),
      cmocka_unit_test(test_a_frozen_angle_is_found_by_its_own_speed),
      cmocka_unit_test(test_an_angle_that_goes_against_its_speed_is_not_believed),
      cmocka_unit_test(test_current_that_nobody_ordered_latches_a_disarmed_bridge_too),
      cmocka_unit_test(test_outputs_tell_only_what_is_measured),
      cmocka_unit_test(test_events_that_nobody_fetches_are_counted_not_kept),
      cmocka_unit_test(test_nothing_that_is_called_gets_a_wrong_order_out),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// The state machine of the bridge: every transition, also those that must not be.
#include "hil/bridge/bridge_inner.h"
#include "rig.h"

static void to_latched(rig *r) {
  to_loaded(r, 5.0);
  r->is_commanding = false;
  turn_for(r, 400);
  r->is_commanding = true;
  r->torque_nm = 0.0;
  assert_int_equal(r->b.state, TAUT_BRIDGE_LATCHED);
}

static void test_the_way_to_torque_has_two_steps_and_a_verified_timeout(void **state) {
  (void)state;
  rig r;
  rig_new(&r);
  assert_int_equal(r.b.state, TAUT_BRIDGE_SETUP);
  to_loaded(&r, 5.0);
  assert_near(r.order.current_a, 5.0 / 0.6, 1e-12);
  assert_int_equal(count_events(&r.b, TAUT_BRIDGE_EVENT_SETUP_DONE, NULL), 2);  // once more to arm
}

static void test_without_arm_nothing_is_ever_sent(void **state) {
  (void)state;
  rig r;
  taut_bridge_config c = bench_config();
  c.may_arm = false;
  rig_make(&r, &c);
  turn_for(&r, 100);
  assert_int_equal(r.b.state, TAUT_BRIDGE_REFUSED);
  assert_int_equal(r.order.kind, TAUT_BRIDGE_SILENT);
  assert_int_equal(r.order.setup_id, 0);
  assert_int_equal(taut_bridge_arm_request(&r.b, r.now_ns, 1), TAUT_EREJECT);
  double why = -1;
  assert_int_equal(count_events(&r.b, TAUT_BRIDGE_EVENT_ARM_REFUSED, &why), 1);
  assert_int_equal((int)why, TAUT_BRIDGE_NOT_ALLOWED);
  assert_int_equal(taut_bridge_acknowledge(&r.b, r.now_ns), TAUT_EREJECT);
  turn(&r);
  assert_int_equal(r.order.kind, TAUT_BRIDGE_SILENT);
}

static void test_a_drive_that_does_not_confirm_cannot_be_armed(void **state) {
  (void)state;
  static const taut_bridge_setup answers[] = {
      {0, false, 1.0, "no"}, {0, true, 1.0, NULL}, {0, true, 0.0, NULL}, {0, true, 0.0815, NULL}};
  for (size_t i = 0; i <= COUNT(answers); i++) {
    rig r;
    rig_new(&r);
    r.is_confirming = false;
    turn_for(&r, 20);
    taut_bridge_setup answer =
        i < COUNT(answers) ? answers[i] : (taut_bridge_setup){0, true, (double)NAN, NULL};
    answer.id = r.order.setup_id;
    taut_bridge_take_setup(&r.b, r.now_ns, &answer);
    assert_int_equal(r.b.state, TAUT_BRIDGE_REFUSED);
    assert_non_null(r.b.reason);
    assert_int_equal(taut_bridge_arm_request(&r.b, r.now_ns, 1), TAUT_EREJECT);
    turn_for(&r, 100);
    assert_int_equal(r.b.state, TAUT_BRIDGE_REFUSED);
    // another try is possible
    assert_int_equal(taut_bridge_acknowledge(&r.b, r.now_ns), TAUT_OK);
    r.is_confirming = true;
    turn_for(&r, 20);
    assert_int_equal(r.b.state, TAUT_BRIDGE_IDLE);
  }
}

static void test_an_answer_to_an_older_question_is_ignored(void **state) {
  (void)state;
  rig r;
  rig_new(&r);
  r.is_confirming = false;
  turn_for(&r, 20);
  const taut_bridge_setup old = {r.order.setup_id - 1, true, r.b.config.timeout_s, NULL};
  taut_bridge_take_setup(&r.b, r.now_ns, &old);
  assert_int_equal(r.b.state, TAUT_BRIDGE_SETUP);
}

static int arm_refusal(rig *r) {
  double why = -1;
  assert_int_equal(count_events(&r->b, TAUT_BRIDGE_EVENT_ARM_REFUSED, &why), 1);
  return (int)why;
}

static void test_a_request_is_refused_for_each_reason(void **state) {
  (void)state;
  for (int i = 0; i < 8; i++) {
    rig r;
    rig_new(&r);
    to_idle(&r);
    count_events(&r.b, TAUT_BRIDGE_EVENT_STATE, NULL);
    int expected = TAUT_BRIDGE_NOT_COUNT;
    switch (i) {
      case 0:
        r.t.fault = TAUT_DRIVE_FAULT_OVER_CURRENT;
        expected = TAUT_BRIDGE_NOT_HEALTHY;
        break;
      case 1:
        r.t.is_encoder_valid = false;
        expected = TAUT_BRIDGE_NOT_HEALTHY;
        break;
      case 2:
        r.t.speed_rad_s = -1.5;
        expected = TAUT_BRIDGE_NOT_STILL;
        break;
      case 3:
        r.t.bus_v = 39.0;
        expected = TAUT_BRIDGE_NOT_POWERED;
        break;
      case 4:
        r.t.bus_v = 63.0;
        expected = TAUT_BRIDGE_NOT_POWERED;
        break;
      case 5:
        r.t.inverter_temp_k = 374.0;
        expected = TAUT_BRIDGE_NOT_POWERED;
        break;
      case 6:
        r.is_telling = false;
        r.now_ns += 200 * MS;
        expected = TAUT_BRIDGE_NOT_HEARD;
        break;
      default: break;
    }
    if (i != 6) turn(&r);
    if (i == 0) count_events(&r.b, TAUT_BRIDGE_EVENT_STATE, NULL);
    const taut_status status = taut_bridge_arm_request(&r.b, r.now_ns, 1);
    assert_int_equal(status, i == 7 ? TAUT_OK : TAUT_EREJECT);
    if (i < 7) assert_int_equal(arm_refusal(&r), expected);
  }
}

static void test_a_confirmation_is_refused_for_each_reason(void **state) {
  (void)state;
  for (int i = 0; i < 8; i++) {
    rig r;
    rig_new(&r);
    to_idle(&r);
    if (i == 4) r.is_confirming = false;
    assert_int_equal(taut_bridge_arm_request(&r.b, r.now_ns, 4711), TAUT_OK);
    turn_for(&r, i == 1 ? 400 : 600);
    if (i == 2) {
      r.permit = 1.0;
      r.torque_nm = 1.0;
      turn(&r);
    }
    if (i == 3) {
      r.is_commanding = false;
      turn_for(&r, 100);
    }
    if (i == 5) {
      r.t.speed_rad_s = 2.0;
      turn(&r);
    }
    if (i == 6) turn_for(&r, 15000);
    count_events(&r.b, TAUT_BRIDGE_EVENT_STATE, NULL);
    const taut_status status = taut_bridge_arm_confirm(&r.b, r.now_ns, i == 0 ? 4712 : 4711);
    assert_int_equal(status, i == 7 ? TAUT_OK : TAUT_EREJECT);
    if (i == 7) break;
    static const int expected[] = {TAUT_BRIDGE_NOT_CONFIRMED, TAUT_BRIDGE_NOT_CONFIRMED,
                                   TAUT_BRIDGE_NOT_UNLOADED,  TAUT_BRIDGE_NOT_COMMANDED,
                                   TAUT_BRIDGE_NOT_VERIFIED,  TAUT_BRIDGE_NOT_STILL,
                                   TAUT_BRIDGE_NOT_READY};
    assert_int_equal(arm_refusal(&r), expected[i]);
    // a second try with the right code needs a new request
    assert_int_equal(taut_bridge_arm_confirm(&r.b, r.now_ns, 4711), TAUT_EREJECT);
    assert_true(r.b.state == TAUT_BRIDGE_IDLE);
  }
}

// Each state against each call: what follows. Hostile ones leave the state as it is.
enum {
  CALL_REQUEST,
  CALL_CONFIRM,
  CALL_DISARM,
  CALL_ACKNOWLEDGE,
  CALL_RESET,
  CALL_STOP,
  CALL_SETUP,
  CALL_REFUSAL,
  CALL_FAULT,
  CALLS
};

static void reach(rig *r, taut_bridge_state to) {
  rig_new(r);
  switch (to) {
    case TAUT_BRIDGE_SETUP:
      r->is_confirming = false;
      turn_for(r, 20);
      break;
    case TAUT_BRIDGE_REFUSED:
      r->is_confirming = false;
      turn_for(r, 20);
      taut_bridge_take_setup(&r->b, r->now_ns,
                             &(taut_bridge_setup){r->order.setup_id, false, 1.0, "no"});
      break;
    case TAUT_BRIDGE_IDLE: to_idle(r); break;
    case TAUT_BRIDGE_REQUESTED: to_requested(r); break;
    case TAUT_BRIDGE_ARMED: to_loaded(r, 5.0); break;
    case TAUT_BRIDGE_RAMP:
      to_loaded(r, 5.0);
      r->is_commanding = false;
      turn_for(r, 80);
      break;
    case TAUT_BRIDGE_LATCHED: to_latched(r); break;
    default: taut_bridge_stop(&r->b, r->now_ns);
  }
  assert_int_equal(r->b.state, to);
}

static void call(rig *r, int which) {
  switch (which) {
    case CALL_REQUEST: taut_bridge_arm_request(&r->b, r->now_ns, 4711); break;
    case CALL_CONFIRM: taut_bridge_arm_confirm(&r->b, r->now_ns, 4711); break;
    case CALL_DISARM: taut_bridge_disarm(&r->b, r->now_ns); break;
    case CALL_ACKNOWLEDGE: taut_bridge_acknowledge(&r->b, r->now_ns); break;
    case CALL_RESET: taut_bridge_reset_link(&r->b, r->now_ns); break;
    case CALL_STOP: taut_bridge_stop(&r->b, r->now_ns); break;
    case CALL_SETUP:
      taut_bridge_take_setup(
          &r->b, r->now_ns, &(taut_bridge_setup){r->b.setup_id, true, r->b.config.timeout_s, NULL});
      break;
    case CALL_REFUSAL:
      taut_bridge_take_setup(&r->b, r->now_ns,
                             &(taut_bridge_setup){r->b.setup_id, false, 1.0, "no"});
      break;
    default:
      r->t.fault = TAUT_DRIVE_FAULT_OVER_CURRENT;
      taut_bridge_take_telemetry(&r->b, r->now_ns, &r->t);
  }
}

static void test_every_state_answers_every_call_as_the_table_says(void **state) {
  (void)state;
#define S(name) TAUT_BRIDGE_##name
  static const taut_bridge_state table[TAUT_BRIDGE_STATE_COUNT][CALLS] = {
      // request, confirm, disarm, acknowledge, reset, stop, setup, refusal, fault
      [S(SETUP)] = {S(SETUP), S(SETUP), S(SETUP), S(SETUP), S(SETUP), S(STOPPED), S(IDLE),
                    S(REFUSED), S(LATCHED)},
      [S(REFUSED)] = {S(REFUSED), S(REFUSED), S(REFUSED), S(SETUP), S(REFUSED), S(STOPPED),
                      S(REFUSED), S(REFUSED), S(REFUSED)},
      [S(IDLE)] = {S(REQUESTED), S(IDLE), S(IDLE), S(IDLE), S(IDLE), S(STOPPED), S(IDLE),
                   S(REFUSED), S(LATCHED)},
      [S(REQUESTED)] = {S(IDLE), S(ARMED), S(IDLE), S(REQUESTED), S(IDLE), S(STOPPED), S(REQUESTED),
                        S(REFUSED), S(LATCHED)},
      [S(ARMED)] = {S(ARMED), S(ARMED), S(RAMP), S(ARMED), S(RAMP), S(RAMP), S(ARMED), S(RAMP),
                    S(LATCHED)},
      [S(RAMP)] = {S(RAMP), S(RAMP), S(RAMP), S(RAMP), S(RAMP), S(RAMP), S(RAMP), S(RAMP),
                   S(LATCHED)},
      [S(LATCHED)] = {S(LATCHED), S(LATCHED), S(LATCHED), S(SETUP), S(LATCHED), S(STOPPED),
                      S(LATCHED), S(LATCHED), S(LATCHED)},
      [S(STOPPED)] = {S(STOPPED), S(STOPPED), S(STOPPED), S(STOPPED), S(STOPPED), S(STOPPED),
                      S(STOPPED), S(STOPPED), S(STOPPED)},
  };
#undef S
  for (int from = 0; from < TAUT_BRIDGE_STATE_COUNT; from++) {
    for (int which = 0; which < CALLS; which++) {
      rig r;
      reach(&r, (taut_bridge_state)from);
      call(&r, which);
      if (r.b.state != table[from][which]) {
        fail_msg("%s, call %d: %s instead of %s", taut_bridge_state_text(from), which,
                 taut_bridge_state_text(r.b.state), taut_bridge_state_text(table[from][which]));
      }
      // Whatever was called: torque only in two states, and one step later as well.
      taut_bridge_step(&r.b, r.now_ns, &r.order);
      if (r.order.kind == TAUT_BRIDGE_TORQUE) assert_true(taut_bridge_is_active(&r.b));
    }
  }
}

static void test_where_the_ramp_ends_is_the_strictest_of_its_reasons(void **state) {
  (void)state;
  static const struct {
    int first, second;
    taut_bridge_state end;
  } rows[] = {{CALL_DISARM, -1, TAUT_BRIDGE_IDLE},
              {CALL_DISARM, CALL_RESET, TAUT_BRIDGE_IDLE},
              {CALL_RESET, CALL_DISARM, TAUT_BRIDGE_LATCHED},
              {CALL_STOP, CALL_RESET, TAUT_BRIDGE_STOPPED},
              {CALL_RESET, CALL_STOP, TAUT_BRIDGE_STOPPED},
              {CALL_STOP, CALL_FAULT, TAUT_BRIDGE_STOPPED}};
  for (size_t i = 0; i < COUNT(rows); i++) {
    rig r;
    rig_new(&r);
    to_loaded(&r, 5.0);
    call(&r, rows[i].first);
    turn(&r);
    if (rows[i].second >= 0) call(&r, rows[i].second);
    turn_for(&r, 400);
    if (r.b.state != rows[i].end) {
      fail_msg("row %zu ends in %s", i, taut_bridge_state_text(r.b.state));
    }
    assert_int_equal(r.order.kind, TAUT_BRIDGE_RELEASE);
  }
}

// A host that goes on sending torque gets none before both steps are done again.
static void test_latched_stays_without_torque_until_acknowledged_and_armed_again(void **state) {
  (void)state;
  rig r;
  rig_new(&r);
  to_latched(&r);
  r.torque_nm = 5.0;
  for (int i = 0; i < 1000; i++) {
    turn(&r);
    assert_int_equal(r.order.kind, TAUT_BRIDGE_RELEASE);
  }
  assert_int_equal(taut_bridge_acknowledge(&r.b, r.now_ns), TAUT_OK);
  for (int i = 0; i < 1000; i++) {
    turn(&r);
    assert_int_equal(r.order.kind, TAUT_BRIDGE_RELEASE);
  }
  assert_int_equal(r.b.state, TAUT_BRIDGE_IDLE);
}

static void test_a_fault_of_the_drive_must_be_gone_before_it_can_be_acknowledged(void **state) {
  (void)state;
  rig r;
  rig_new(&r);
  to_loaded(&r, 5.0);
  r.t.fault = TAUT_DRIVE_FAULT_OVER_TEMPERATURE;
  r.t.fault_code = 6;
  turn(&r);
  assert_int_equal(r.order.kind, TAUT_BRIDGE_RELEASE);
  assert_int_equal(r.b.state, TAUT_BRIDGE_LATCHED);
  double code = 0;
  assert_int_equal(count_events(&r.b, TAUT_BRIDGE_EVENT_DRIVE_FAULT, &code), 1);
  assert_near(code, 6.0, 0.0);
  assert_int_equal(taut_bridge_acknowledge(&r.b, r.now_ns), TAUT_EREJECT);
  turn(&r);
  assert_int_equal(r.order.clear_id, 1);  // the drive is asked to clear it
  // The drive forgets by itself; the bridge does not, and tells which fault it was.
  r.t.fault = TAUT_DRIVE_FAULT_NONE;
  turn_for(&r, 1000);
  assert_int_equal(r.b.state, TAUT_BRIDGE_LATCHED);
  double out[TAUT_MOTOR_OUT_COUNT];
  bool is_measured[TAUT_MOTOR_OUT_COUNT];
  taut_bridge_outputs(&r.b, out, is_measured);
  assert_int_equal((int)out[TAUT_MOTOR_OUT_DRIVE_FAULT], TAUT_DRIVE_FAULT_OVER_TEMPERATURE);
  assert_int_equal((int)out[TAUT_MOTOR_OUT_DRIVE_STATE], TAUT_DRIVE_FAULT);
  assert_int_equal(taut_bridge_acknowledge(&r.b, r.now_ns), TAUT_OK);
}

// A drive that was away may have restarted and forgotten its time-out.
static void test_lost_telemetry_asks_for_the_setup_again(void **state) {
  (void)state;
  rig r;
  rig_new(&r);
  to_idle(&r);
  const uint32_t id = r.order.setup_id;
  r.is_telling = false;
  r.is_confirming = false;
  turn_for(&r, 100);
  assert_int_equal(r.b.state, TAUT_BRIDGE_SETUP);
  assert_true(r.order.setup_id > id);
  assert_int_equal(taut_bridge_arm_request(&r.b, r.now_ns, 1), TAUT_EREJECT);
}

static void test_the_roles_brake_works_while_torque_is_off(void **state) {
  (void)state;
  rig r;
  taut_bridge_config c = bench_config();
  c.brake_current_a = 4.0;
  rig_make(&r, &c);
  r.brake = 1.0;
  to_idle(&r);
  assert_int_equal(r.order.kind, TAUT_BRIDGE_BRAKE);
  assert_near(r.order.current_a, 4.0, 0.0);
  double out[TAUT_MOTOR_OUT_COUNT];
  bool is_measured[TAUT_MOTOR_OUT_COUNT];
  taut_bridge_outputs(&r.b, out, is_measured);
  assert_int_equal((int)out[TAUT_MOTOR_OUT_DRIVE_STATE], TAUT_DRIVE_BRAKE);
  r.is_commanding = false;  // an old command does not brake
  turn_for(&r, 100);
  assert_int_equal(r.order.kind, TAUT_BRIDGE_RELEASE);
}

static void test_a_withdrawn_permit_is_no_torque_at_once(void **state) {
  (void)state;
  rig r;
  rig_new(&r);
  to_loaded(&r, 5.0);
  r.permit = 0.0;
  turn(&r);
  assert_int_equal(r.order.kind, TAUT_BRIDGE_RELEASE);
  assert_int_equal(r.b.state, TAUT_BRIDGE_ARMED);
  r.permit = 1.0;
  turn(&r);
  assert_int_equal(r.order.kind, TAUT_BRIDGE_TORQUE);
}

static void test_every_enum_has_words(void **state) {
  (void)state;
  for (int i = 0; i < TAUT_BRIDGE_STATE_COUNT; i++) {
    assert_string_not_equal(taut_bridge_state_text(i), "unknown");
  }
  for (int i = 0; i < TAUT_BRIDGE_EVENT_COUNT; i++) {
    assert_string_not_equal(taut_bridge_event_text(i), "unknown");
  }
  for (int i = 0; i < TAUT_BRIDGE_WRONG_COUNT; i++) {
    assert_string_not_equal(taut_bridge_wrong_text(i), "unknown");
  }
  for (int i = 0; i < TAUT_BRIDGE_NOT_COUNT; i++) {
    assert_string_not_equal(taut_bridge_not_text(i), "unknown");
  }
  assert_string_equal(taut_bridge_state_text(-1), "unknown");
  assert_string_equal(taut_bridge_event_text(99), "unknown");
}

static void test_configurations_that_are_not_safe_are_refused_by_name(void **state) {
  (void)state;
  taut_bridge b;
  taut_bridge_config c = taut_bridge_config_default();
  assert_non_null(taut_bridge_init(&b, &c, 0));  // nothing of the machine is set
  static const char *const names[] = {"torque_per_amp_nm",  "current_max_a", "speed_max_rad_s",
                                      "bus_min_v",          "temp_start_k",  "brake_current_a",
                                      "timeout_brake_a",    "timeout_s",     "still_rad_s",
                                      "command_age_ns_max", "ramp_ns",       "confirm_ns_min",
                                      "part_age_ns_max"};
  c = bench_config();
  c.timeout_brake_a = taut_bridge_config_default().timeout_brake_a;
  assert_non_null(taut_bridge_init(&b, &c, 0));  // brake or coast has to be decided
  for (size_t i = 0; i < COUNT(names); i++) {
    c = bench_config();
    assert_null(taut_bridge_init(&b, &c, 0));
    switch (i) {
      case 0: c.torque_per_amp_nm = (double)NAN; break;
      case 1: c.current_max_a = 1e6; break;
      case 2: c.speed_max_rad_s = 0; break;
      case 3: c.bus_min_v = 70; break;
      case 4: c.temp_start_k = 400; break;
      case 5: c.brake_current_a = -1; break;
      case 6: c.timeout_brake_a = (double)NAN; break;
      case 7: c.timeout_s = 0.101; break;
      case 8: c.still_rad_s = 100; break;
      case 9: c.command_age_ns_max = 101 * MS; break;
      case 10: c.ramp_ns = 301 * MS; break;
      case 11: c.confirm_ns_min = 20000 * (int64_t)MS; break;
      default: c.part_age_ns_max[TAUT_BRIDGE_PART_STATE] = 0;
    }
    const char *why = taut_bridge_init(&b, &c, 0);
    assert_non_null(why);
    assert_int_equal(strncmp(why, names[i], strlen(names[i])), 0);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_way_to_torque_has_two_steps_and_a_verified_timeout),
      cmocka_unit_test(test_without_arm_nothing_is_ever_sent),
      cmocka_unit_test(test_a_drive_that_does_not_confirm_cannot_be_armed),
      cmocka_unit_test(test_an_answer_to_an_older_question_is_ignored),
      cmocka_unit_test(test_a_request_is_refused_for_each_reason),
      cmocka_unit_test(test_a_confirmation_is_refused_for_each_reason),
      cmocka_unit_test(test_every_state_answers_every_call_as_the_table_says),
      cmocka_unit_test(test_where_the_ramp_ends_is_the_strictest_of_its_reasons),
      cmocka_unit_test(test_latched_stays_without_torque_until_acknowledged_and_armed_again),
      cmocka_unit_test(test_a_fault_of_the_drive_must_be_gone_before_it_can_be_acknowledged),
      cmocka_unit_test(test_lost_telemetry_asks_for_the_setup_again),
      cmocka_unit_test(test_the_roles_brake_works_while_torque_is_off),
      cmocka_unit_test(test_a_withdrawn_permit_is_no_torque_at_once),
      cmocka_unit_test(test_every_enum_has_words),
      cmocka_unit_test(test_configurations_that_are_not_safe_are_refused_by_name),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// Bridge and emulated ODrive on a bus in user space, in simulated time: both dialects, faults of
// the bus and of the drive, and what its watchdog does and does not guard against.
#include "bench.h"
#include "hil/bridge/can_wire.h"
#include "hil/bridge/device.h"
#include "hil/bridge/emulator/odrive_emulator.h"

typedef struct loop {
  taut_can_wire wire;
  taut_bridge_device device;
  taut_odrive_emulator emulator;
  taut_can_bus *bus;    // the bridge's node
  taut_can_bus *other;  // somebody else's
  int64_t now_ns;
  double seq, torque_nm, permit;
  bool is_commanding, is_bridge_alive;
} loop;

static const taut_odrive_drive_config config_0_6 = {.dialect = TAUT_ODRIVE_0_6,
                                                    .node = 3,
                                                    .direction = 1,
                                                    .fw_minor = 6,
                                                    .fw_revision = 10,
                                                    .endpoint_watchdog_timeout = 200,
                                                    .endpoint_enable_watchdog = 201};
static const taut_odrive_drive_config config_0_5 = {
    .dialect = TAUT_ODRIVE_0_5, .node = 3, .direction = 1};

static void loop_make(loop *l, const taut_odrive_drive_config *drive) {
  memset(l, 0, sizeof *l);
  l->now_ns = 1000 * (int64_t)MS;
  l->is_commanding = l->is_bridge_alive = true;
  taut_can_wire_init(&l->wire, 500000);
  l->wire.now_ns = l->now_ns;
  l->bus = taut_can_wire_join(&l->wire);
  l->other = taut_can_wire_join(&l->wire);
  taut_can_bus *drive_bus = taut_can_wire_join(&l->wire);
  taut_odrive_emulator_init(&l->emulator, drive->dialect, drive->node, drive_bus, l->now_ns);
  l->emulator.direction = drive->direction;
  l->emulator.motor.is_held = true;
  const taut_bridge_config c = bench_config();
  const char *why = NULL;
  assert_int_equal(taut_bridge_device_open_odrive(&l->device, l->bus, drive, &c, l->now_ns, &why),
                   TAUT_OK);
  assert_null(why);
}

static void loop_new(loop *l) {
  loop_make(l, &config_0_6);
}

static void turn_for(loop *l, int ms) {
  for (int i = 0; i < ms; i++) {
    l->now_ns += MS;
    taut_odrive_emulator_advance(&l->emulator, l->now_ns);
    taut_can_wire_advance(&l->wire, l->now_ns);
    if (l->now_ns / MS % 5 != 0 || !l->is_bridge_alive) continue;
    if (l->is_commanding) {
      const taut_bridge_command c = {.torque_command_nm = l->torque_nm,
                                     .current_ceiling_a = 100.0,
                                     .torque_permit = l->permit,
                                     .command_seq = ++l->seq,
                                     .age_ns = MS};
      taut_bridge_take_command(&l->device.bridge, l->now_ns, &c);
    }
    taut_bridge_device_cycle(&l->device, l->now_ns);
  }
}

static double shaft_nm(const loop *l) {
  return l->emulator.motor.pmsm.torque_nm;
}
static taut_bridge_state state_of(const loop *l) {
  return l->device.bridge.state;
}

static void to_armed(loop *l) {
  turn_for(l, 1000);
  assert_int_equal(state_of(l), TAUT_BRIDGE_IDLE);
  assert_int_equal(taut_bridge_arm_request(&l->device.bridge, l->now_ns, 4711), TAUT_OK);
  turn_for(l, 800);
  assert_int_equal(taut_bridge_arm_confirm(&l->device.bridge, l->now_ns, 4711), TAUT_OK);
  l->permit = 1.0;
  turn_for(l, 300);
  assert_int_equal(l->emulator.axis_state, TAUT_ODRIVE_CLOSED_LOOP);
}

static void to_loaded(loop *l, double torque_nm) {
  to_armed(l);
  l->torque_nm = torque_nm;
  turn_for(l, 50);
  assert_near(shaft_nm(l), torque_nm, 0.05);
}

static void test_a_torque_step_appears_on_the_shaft(void **state) {
  (void)state;
  loop l;
  loop_new(&l);
  to_loaded(&l, 6.0);
  assert_near(l.device.bridge.telemetry.iq_a, 10.0, 0.1);
  assert_near(l.device.bridge.telemetry.bus_v, 54.0, 0.5);
  assert_near(l.device.bridge.telemetry.motor_temp_k, 293.15, 1.0);
  assert_near(l.emulator.watchdog_s, 0.08, 1e-6);
  assert_true(l.emulator.is_watched);
  assert_false(l.emulator.took_nan);
}

static void test_both_directions_have_the_signs_of_the_role(void **state) {
  (void)state;
  for (int direction = -1; direction <= 1; direction += 2) {
    loop l;
    taut_odrive_drive_config d = config_0_6;
    d.direction = direction;
    loop_make(&l, &d);
    to_loaded(&l, 6.0);
    l.emulator.motor.held_rad_s = 20.0;
    turn_for(&l, 500);
    assert_near(l.device.bridge.telemetry.speed_rad_s, 20.0, 0.1);
    assert_near(l.device.bridge.telemetry.angle_rad, l.emulator.motor.pmsm.angle_rad, 0.3);
    assert_near(l.device.bridge.telemetry.iq_a, 10.0, 0.2);
  }
}

// No message of 0.5 reads the watchdog, so the bridge listens and does not arm.
static void test_firmware_0_5_is_heard_and_not_armed(void **state) {
  (void)state;
  loop l;
  loop_make(&l, &config_0_5);
  turn_for(&l, 1000);
  assert_int_equal(state_of(&l), TAUT_BRIDGE_REFUSED);
  assert_non_null(strstr(l.device.bridge.reason, "0.5"));
  assert_int_equal(taut_bridge_arm_request(&l.device.bridge, l.now_ns, 1), TAUT_EREJECT);
  assert_near(l.device.bridge.telemetry.bus_v, 54.0, 0.5);
  assert_true(l.device.bridge.counters.telemetry > 200);
}

static void test_a_drive_that_cannot_be_made_safe_is_not_armed(void **state) {
  (void)state;
  static const char *const reasons[] = {"another watchdog time-out", "switched off",
                                        "firmware is not the one"};
  for (int i = 0; i < 3; i++) {
    loop l;
    loop_new(&l);
    l.emulator.faults.keeps_timeout = i == 0;
    l.emulator.faults.keeps_disabled = i == 1;
    l.emulator.faults.has_other_firmware = i == 2;
    turn_for(&l, 1500);
    assert_int_equal(state_of(&l), TAUT_BRIDGE_REFUSED);
    assert_non_null(strstr(l.device.bridge.reason, reasons[i]));
    // endpoints of another firmware are not written
    if (i == 2) assert_false(l.emulator.is_watched);
  }
  // it coasts: whoever wants a brake has to accept that first
  loop l;
  loop_new(&l);
  l.device.bridge.config.timeout_brake_a = 3.0;
  turn_for(&l, 1500);
  assert_int_equal(state_of(&l), TAUT_BRIDGE_REFUSED);
  assert_non_null(strstr(l.device.bridge.reason, "coasts"));
}

static void test_silence_of_the_host_takes_the_torque_off(void **state) {
  (void)state;
  loop l;
  loop_new(&l);
  to_loaded(&l, 6.0);
  const uint64_t heard = l.device.bridge.counters.telemetry;
  l.is_commanding = false;
  turn_for(&l, 100);
  assert_true(shaft_nm(&l) < 5.9 && shaft_nm(&l) > 3.0);
  turn_for(&l, 250);
  assert_near(shaft_nm(&l), 0.0, 0.01);
  assert_true(l.device.bridge.counters.telemetry > heard + 50);
  assert_int_equal(l.emulator.axis_state, TAUT_ODRIVE_IDLE);
  assert_int_equal(state_of(&l), TAUT_BRIDGE_LATCHED);
}

static void test_without_a_bridge_the_watchdog_lets_the_spool_go(void **state) {
  (void)state;
  loop l;
  loop_new(&l);
  to_loaded(&l, 6.0);
  l.is_bridge_alive = false;
  turn_for(&l, 70);
  assert_near(shaft_nm(&l), 6.0, 0.05);
  turn_for(&l, 20);
  assert_near(shaft_nm(&l), 0.0, 0.01);
  assert_int_equal(l.emulator.axis_error, TAUT_ODRIVE_0_6_WATCHDOG);
  l.emulator.motor.held_rad_s = 10.0;  // pulled out: nothing resists
  turn_for(&l, 50);
  assert_near(shaft_nm(&l), 0.0, 0.01);
}

// The stated limit of 0.5: another node that only asks keeps the torque of a dead bridge alive.
static void test_in_0_5_a_question_of_anybody_feeds_the_watchdog(void **state) {
  (void)state;
  for (int dialect = 0; dialect < 2; dialect++) {
    loop l;
    loop_make(&l, dialect == TAUT_ODRIVE_0_5 ? &config_0_5 : &config_0_6);
    l.is_bridge_alive = false;
    l.emulator.watchdog_s = 0.08;
    l.emulator.is_watched = true;
    l.emulator.axis_state = TAUT_ODRIVE_CLOSED_LOOP;
    l.emulator.torque_nm = 6.0;
    for (int i = 0; i < 20; i++) {
      const taut_can_frame question = taut_odrive_empty(3, TAUT_ODRIVE_GET_IQ, true);
      taut_can_send(l.other, &question);
      turn_for(&l, 20);
    }
    assert_near(shaft_nm(&l), dialect == TAUT_ODRIVE_0_5 ? 6.0 : 0.0, 0.05);
  }
}

// The axis left closed loop by itself: it is not sent back.
static void test_an_axis_that_falls_idle_is_not_revived(void **state) {
  (void)state;
  loop l;
  loop_new(&l);
  to_loaded(&l, 6.0);
  l.emulator.faults.falls_idle = true;
  turn_for(&l, 20);
  l.emulator.faults.falls_idle = false;
  turn_for(&l, 1000);
  assert_int_equal(l.emulator.axis_state, TAUT_ODRIVE_IDLE);
  assert_int_equal(state_of(&l), TAUT_BRIDGE_LATCHED);
  assert_near(shaft_nm(&l), 0.0, 0.01);
}

static void test_trips_are_held_and_cleared_on_acknowledgement(void **state) {
  (void)state;
  for (int i = 0; i < 3; i++) {
    loop l;
    loop_new(&l);
    to_loaded(&l, 6.0);
    int fault = TAUT_DRIVE_FAULT_NUMBER;
    if (i == 0) {
      l.emulator.motor.temp_offset_k = 90.0;
      fault = TAUT_DRIVE_FAULT_OVER_TEMPERATURE;
    } else if (i == 1) {
      l.emulator.motor.supply_scale = 0.2;
      l.emulator.motor.pmsm.bus_j *= 0.05;
      fault = TAUT_DRIVE_FAULT_UNDER_VOLTAGE;
    } else {
      const taut_can_frame estop = taut_odrive_empty(3, TAUT_ODRIVE_ESTOP, false);
      taut_can_send(l.other, &estop);
    }
    turn_for(&l, 400);
    assert_near(shaft_nm(&l), 0.0, 0.01);
    assert_int_equal(state_of(&l), TAUT_BRIDGE_LATCHED);
    assert_int_equal(l.device.bridge.fault, fault);
    l.emulator.motor.temp_offset_k = 0.0;
    l.emulator.motor.supply_scale = 1.0;
    turn_for(&l, 500);
    assert_int_not_equal(l.emulator.axis_error, 0);  // this drive keeps its error
    assert_int_equal(taut_bridge_acknowledge(&l.device.bridge, l.now_ns), TAUT_EREJECT);
    turn_for(&l, 300);
    assert_int_equal(l.emulator.axis_error, 0);
    assert_int_equal(taut_bridge_acknowledge(&l.device.bridge, l.now_ns), TAUT_OK);
    turn_for(&l, 1000);
    assert_int_equal(state_of(&l), TAUT_BRIDGE_IDLE);
    assert_near(shaft_nm(&l), 0.0, 0.01);
  }
}

static void test_floats_that_are_no_numbers_are_refused_and_the_part_goes_stale(void **state) {
  (void)state;
  static const int commands[] = {TAUT_ODRIVE_ENCODER_ESTIMATES, TAUT_ODRIVE_GET_BUS,
                                 TAUT_ODRIVE_GET_TEMPERATURE};
  for (size_t i = 0; i < COUNT(commands); i++) {
    loop l;
    loop_new(&l);
    to_loaded(&l, 6.0);
    l.emulator.faults.nan_command = commands[i];
    turn_for(&l, 1200);
    assert_true(l.device.bridge.counters.telemetry_rejected > 2);
    assert_int_equal(state_of(&l), TAUT_BRIDGE_LATCHED);
    assert_near(shaft_nm(&l), 0.0, 0.01);
  }
}

static void test_hung_firmware_takes_the_torque_off_by_both_timeouts(void **state) {
  (void)state;
  loop l;
  loop_new(&l);
  to_loaded(&l, 6.0);
  l.emulator.faults.is_hung = true;
  turn_for(&l, 100);
  assert_near(shaft_nm(&l), 0.0, 0.01);
  turn_for(&l, 300);
  assert_int_equal(state_of(&l), TAUT_BRIDGE_LATCHED);
}

static void test_frozen_values_in_motion_take_the_torque_off(void **state) {
  (void)state;
  loop l;
  loop_new(&l);
  to_loaded(&l, 6.0);
  l.emulator.motor.held_rad_s = 10.0;
  turn_for(&l, 200);
  assert_int_equal(state_of(&l), TAUT_BRIDGE_ARMED);
  l.emulator.faults.is_frozen = true;
  turn_for(&l, 600);
  assert_int_equal(state_of(&l), TAUT_BRIDGE_LATCHED);
}

static void test_single_destroyed_frames_are_repeated_by_the_bus(void **state) {
  (void)state;
  loop l;
  loop_new(&l);
  to_loaded(&l, 6.0);
  for (int i = 0; i < 50; i++) {
    taut_can_wire_node(i % 2 ? l.bus : l.emulator.bus)->n_corrupt = 1;
    turn_for(&l, 20);
    assert_near(shaft_nm(&l), 6.0, 0.05);
  }
  assert_int_equal(state_of(&l), TAUT_BRIDGE_ARMED);
  assert_true(l.bus->status.error_frames >= 50);
}

// Bus-off in the middle of a pull: the drive's watchdog cuts, the bridge latches; it goes back to
// the bus only when it is safe, and gives no torque before it is armed again.
static void test_bus_off_is_survived_without_torque_coming_back(void **state) {
  (void)state;
  loop l;
  loop_new(&l);
  to_loaded(&l, 6.0);
  taut_can_wire_node(l.bus)->n_corrupt = 40;
  turn_for(&l, 20);
  assert_int_equal(l.bus->status.state, TAUT_CAN_BUS_OFF);
  taut_can_wire_node(l.bus)->n_corrupt = 0;
  turn_for(&l, 100);
  assert_near(shaft_nm(&l), 0.0, 0.01);
  turn_for(&l, 1500);
  assert_int_equal(state_of(&l), TAUT_BRIDGE_LATCHED);
  assert_true(l.device.bridge.counters.sends_failed > 0);
  assert_int_equal(l.bus->status.state, TAUT_CAN_ACTIVE);
  assert_near(shaft_nm(&l), 0.0, 0.01);
}

static void test_a_pulled_cable_takes_the_torque_off(void **state) {
  (void)state;
  loop l;
  loop_new(&l);
  to_loaded(&l, 6.0);
  l.wire.is_cut = true;
  turn_for(&l, 100);
  assert_near(shaft_nm(&l), 0.0, 0.01);
  turn_for(&l, 400);
  assert_int_equal(state_of(&l), TAUT_BRIDGE_LATCHED);
  l.wire.is_cut = false;  // what had been queued arrives late and must not act
  turn_for(&l, 1000);
  assert_near(shaft_nm(&l), 0.0, 0.01);
  assert_int_equal(l.emulator.axis_state, TAUT_ODRIVE_IDLE);
}

static void test_a_foreign_node_on_the_bus_is_not_mistaken_for_the_drive(void **state) {
  (void)state;
  loop l;
  loop_new(&l);
  to_loaded(&l, 6.0);
  for (int node = 0; node < 64; node++) {
    if (node == 3) continue;
    const taut_can_frame f =
        taut_odrive_encode_pair(node, TAUT_ODRIVE_GET_BUS, (taut_odrive_pair){5.0, 0.0});
    taut_can_send(l.other, &f);
    turn_for(&l, 2);
  }
  const taut_can_frame wide = {
      .id = 3 << 5 | TAUT_ODRIVE_GET_BUS, .is_extended = true, .length = 8};
  taut_can_send(l.other, &wide);
  turn_for(&l, 20);
  assert_int_equal(state_of(&l), TAUT_BRIDGE_ARMED);
}

static void test_an_orderly_stop_and_a_close_leave_the_axis_idle(void **state) {
  (void)state;
  for (int closes = 0; closes < 2; closes++) {
    loop l;
    loop_new(&l);
    to_loaded(&l, 6.0);
    if (closes) {
      taut_bridge_device_close(&l.device, l.now_ns);
      l.is_bridge_alive = false;
    } else {
      taut_bridge_stop(&l.device.bridge, l.now_ns);
      turn_for(&l, 100);
      assert_true(shaft_nm(&l) > 2.0 && shaft_nm(&l) < 5.0);
    }
    turn_for(&l, closes ? 10 : 300);
    assert_near(shaft_nm(&l), 0.0, 0.01);
    assert_int_equal(l.emulator.axis_state, TAUT_ODRIVE_IDLE);
    assert_int_equal(l.emulator.axis_error, 0);  // it was told, not timed out
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_torque_step_appears_on_the_shaft),
      cmocka_unit_test(test_both_directions_have_the_signs_of_the_role),
      cmocka_unit_test(test_firmware_0_5_is_heard_and_not_armed),
      cmocka_unit_test(test_a_drive_that_cannot_be_made_safe_is_not_armed),
      cmocka_unit_test(test_silence_of_the_host_takes_the_torque_off),
      cmocka_unit_test(test_without_a_bridge_the_watchdog_lets_the_spool_go),
      cmocka_unit_test(test_in_0_5_a_question_of_anybody_feeds_the_watchdog),
      cmocka_unit_test(test_an_axis_that_falls_idle_is_not_revived),
      cmocka_unit_test(test_trips_are_held_and_cleared_on_acknowledgement),
      cmocka_unit_test(test_floats_that_are_no_numbers_are_refused_and_the_part_goes_stale),
      cmocka_unit_test(test_hung_firmware_takes_the_torque_off_by_both_timeouts),
      cmocka_unit_test(test_frozen_values_in_motion_take_the_torque_off),
      cmocka_unit_test(test_single_destroyed_frames_are_repeated_by_the_bus),
      cmocka_unit_test(test_bus_off_is_survived_without_torque_coming_back),
      cmocka_unit_test(test_a_pulled_cable_takes_the_torque_off),
      cmocka_unit_test(test_a_foreign_node_on_the_bus_is_not_mistaken_for_the_drive),
      cmocka_unit_test(test_an_orderly_stop_and_a_close_leave_the_axis_idle),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

// Bridge and emulated VESC in one process and simulated time: the whole way of a torque, and each
// fault that a line and a drive can have.
#include "bench.h"
#include "hil/bridge/device.h"
#include "hil/bridge/emulator/vesc_emulator.h"

typedef struct line {
  taut_byte_stream stream;
  taut_vesc_emulator *emulator;
  bool is_gone;
  uint32_t damage;  // of a million bytes
  bool is_two_way;  // commands are damaged as well
  uint32_t i_draw;
} line;

static void damage(line *l, uint8_t *bytes, size_t n) {
  for (size_t i = 0; l->damage > 0 && i < n; i++) {
    const uint64_t d = draw(9, l->i_draw++);
    if (d % 1000000 < l->damage) bytes[i] ^= (uint8_t)(1 << (d >> 32) % 8);
  }
}

static taut_status line_read(taut_byte_stream *stream, uint8_t *bytes, size_t n, size_t *n_read) {
  line *l = (line *)stream;
  *n_read = l->is_gone ? 0 : taut_vesc_emulator_give(l->emulator, bytes, n);
  damage(l, bytes, *n_read);
  return l->is_gone ? TAUT_EIO : TAUT_OK;
}

static taut_status line_write(taut_byte_stream *stream, const uint8_t *bytes, size_t n) {
  line *l = (line *)stream;
  if (l->is_gone) return TAUT_EIO;
  uint8_t copy[TAUT_VESC_FRAME_MAX];
  memcpy(copy, bytes, n);
  if (l->is_two_way) damage(l, copy, n);
  taut_vesc_emulator_take(l->emulator, copy, n);
  return TAUT_OK;
}

static void line_close(taut_byte_stream *stream) {
  (void)stream;
}

typedef struct loop {
  taut_bridge_device device;
  taut_vesc_emulator emulator;
  line line;
  int64_t now_ns;
  double seq, torque_nm, permit;
  bool is_commanding, is_bridge_alive;
} loop;

static const taut_vesc_drive_config drive_config = {
    .pole_pairs = 10, .direction = 1, .poll_ns = 10 * MS};

static void loop_make(loop *l, const taut_bridge_config *config,
                      const taut_vesc_drive_config *drive) {
  memset(l, 0, sizeof *l);
  l->now_ns = 1000 * (int64_t)MS;
  l->is_commanding = l->is_bridge_alive = true;
  taut_vesc_emulator_init(&l->emulator, l->now_ns);
  l->emulator.direction = drive->direction;
  l->emulator.motor.is_held = true;
  l->line = (line){.stream = {line_read, line_write, line_close, -1}, .emulator = &l->emulator};
  assert_null(taut_bridge_init(&l->device.bridge, config, l->now_ns));
  assert_null(taut_vesc_drive_init(&l->device.as.vesc, drive, &l->line.stream, l->now_ns));
  l->device.drive = &l->device.as.vesc.drive;
}

static void loop_new(loop *l) {
  const taut_bridge_config c = bench_config();
  loop_make(l, &c, &drive_config);
}

// Periods of 5 ms: a command, a cycle, the drive's answer a little later.
static void turn_for(loop *l, int ms) {
  for (int i = 0; i < ms / 5; i++) {
    l->now_ns += 4 * MS;
    taut_vesc_emulator_advance(&l->emulator, l->now_ns);
    l->now_ns += MS;
    if (l->is_commanding && l->is_bridge_alive) {
      const taut_bridge_command c = {.torque_command_nm = l->torque_nm,
                                     .current_ceiling_a = 100.0,
                                     .torque_permit = l->permit,
                                     .command_seq = ++l->seq,
                                     .age_ns = MS};
      taut_bridge_take_command(&l->device.bridge, l->now_ns, &c);
    }
    if (l->is_bridge_alive) taut_bridge_device_cycle(&l->device, l->now_ns);
    taut_vesc_emulator_advance(&l->emulator, l->now_ns);
  }
}

static void to_armed(loop *l) {
  turn_for(l, 700);
  assert_int_equal(l->device.bridge.state, TAUT_BRIDGE_IDLE);
  assert_int_equal(taut_bridge_arm_request(&l->device.bridge, l->now_ns, 4711), TAUT_OK);
  turn_for(l, 600);
  assert_int_equal(taut_bridge_arm_confirm(&l->device.bridge, l->now_ns, 4711), TAUT_OK);
  l->permit = 1.0;
  turn_for(l, 20);
}

static double shaft_nm(const loop *l) {
  return l->emulator.motor.pmsm.torque_nm;
}

static void to_loaded(loop *l, double torque_nm) {
  to_armed(l);
  l->torque_nm = torque_nm;
  turn_for(l, 50);
  assert_near(shaft_nm(l), torque_nm, 0.05);
}

static taut_bridge_state state_of(const loop *l) {
  return l->device.bridge.state;
}

static void test_a_torque_step_appears_on_the_shaft(void **state) {
  (void)state;
  loop l;
  loop_new(&l);
  to_loaded(&l, 6.0);
  assert_near(l.device.bridge.telemetry.iq_a, 10.0, 0.1);
  assert_near(l.device.bridge.telemetry.bus_v, 54.0, 0.5);
  const taut_vesc_timeout held = taut_vesc_emulator_timeout(&l.emulator);
  assert_int_equal(held.timeout_ms, 80);
  assert_int_equal(l.device.as.vesc.parser.skipped, 0);
  assert_int_equal(l.device.bridge.counters.telemetry_rejected, 0);
}

// Whichever way the motor is mounted: positive retracts, angle and speed pay out.
static void test_both_directions_have_the_signs_of_the_role(void **state) {
  (void)state;
  for (int direction = -1; direction <= 1; direction += 2) {
    loop l;
    const taut_bridge_config c = bench_config();
    const taut_vesc_drive_config d = {10, direction, 10 * MS};
    loop_make(&l, &c, &d);
    to_loaded(&l, 6.0);
    assert_near(l.device.bridge.telemetry.iq_a, 10.0, 0.1);
    l.emulator.motor.held_rad_s = 20.0;  // pays out
    const double before_rad = l.device.bridge.telemetry.angle_rad;
    const double shaft_before_rad = l.emulator.motor.pmsm.angle_rad;
    turn_for(&l, 1000);
    assert_near(l.device.bridge.telemetry.speed_rad_s, 20.0, 0.1);
    // three turns and more: the count of turns is kept
    assert_near(l.device.bridge.telemetry.angle_rad - before_rad,
                l.emulator.motor.pmsm.angle_rad - shaft_before_rad, 0.3);
    assert_near(shaft_nm(&l), 6.0, 0.1);
  }
}

// From the last command: begins within 100 ms, gone 100 to 300 ms later, telemetry all the while.
static void test_silence_of_the_host_takes_the_torque_off(void **state) {
  (void)state;
  loop l;
  loop_new(&l);
  to_loaded(&l, 6.0);
  const uint64_t heard = l.device.bridge.counters.telemetry;
  l.is_commanding = false;
  turn_for(&l, 100);
  assert_true(shaft_nm(&l) < 5.9);
  assert_true(shaft_nm(&l) > 3.0);
  turn_for(&l, 250);
  assert_near(shaft_nm(&l), 0.0, 0.01);
  assert_true(l.device.bridge.counters.telemetry > heard + 100);
  assert_int_equal(state_of(&l), TAUT_BRIDGE_LATCHED);
}

// The stated limit: when the bridge itself is gone the firmware knows no ramp. It cuts the torque
// 80 to 100 ms after the last frame, and brakes or coasts as it was set.
static void test_without_a_bridge_the_drive_cuts_by_itself(void **state) {
  (void)state;
  for (int brakes = 0; brakes <= 1; brakes++) {
    loop l;
    taut_bridge_config c = bench_config();
    c.timeout_brake_a = brakes ? 5.0 : 0.0;
    loop_make(&l, &c, &drive_config);
    to_loaded(&l, 6.0);
    l.is_bridge_alive = false;
    turn_for(&l, 75);
    assert_near(shaft_nm(&l), 6.0, 0.05);
    turn_for(&l, 25);
    l.emulator.motor.held_rad_s = 0.0;
    turn_for(&l, 10);
    assert_near(shaft_nm(&l), 0.0, 0.01);
    // pulled out, the spool resists only when it was told to
    l.emulator.motor.held_rad_s = 10.0;
    turn_for(&l, 50);
    assert_near(shaft_nm(&l), brakes ? 3.0 : 0.0, 0.1);
  }
}

// Only because the bridge sets it: as it comes, the drive holds the last torque for a second.
static void test_the_factory_timeout_would_hold_the_torque_for_a_second(void **state) {
  (void)state;
  loop l;
  loop_new(&l);
  to_loaded(&l, 6.0);
  taut_vesc_emulator_restart(&l.emulator);
  uint8_t frame[TAUT_VESC_FRAME_MAX];
  uint8_t payload[8];
  const size_t n = taut_vesc_frame(payload, taut_vesc_encode_current(10.0, payload), frame);
  taut_vesc_emulator_take(&l.emulator, frame, n);
  l.is_bridge_alive = false;
  turn_for(&l, 900);
  assert_near(shaft_nm(&l), 6.0, 0.05);
  turn_for(&l, 150);
  assert_near(shaft_nm(&l), 0.0, 0.01);
}

static void test_a_drive_that_cannot_be_made_safe_is_not_armed(void **state) {
  (void)state;
  static const char *const reasons[] = {"another command time-out", "another command time-out",
                                        "another brake current", "beyond its time-out", "layout"};
  for (int i = 0; i < 5; i++) {
    loop l;
    loop_new(&l);
    l.emulator.faults.refuses_setup = i == 0;
    l.emulator.faults.forgets_setup = i == 1;
    l.emulator.faults.keeps_brake = i == 2;
    l.emulator.faults.spoils_setup = i == 3;
    l.emulator.faults.has_other_layout = i == 4;
    turn_for(&l, 1500);
    assert_int_equal(state_of(&l), TAUT_BRIDGE_REFUSED);
    assert_non_null(strstr(l.device.bridge.reason, reasons[i]));
    assert_int_equal(taut_bridge_arm_request(&l.device.bridge, l.now_ns, 1), TAUT_EREJECT);
    if (i == 4) assert_int_equal(taut_vesc_emulator_timeout(&l.emulator).timeout_ms, 1000);
  }
}

static void test_the_setup_waits_for_a_drive_that_is_not_there_yet(void **state) {
  (void)state;
  loop l;
  loop_new(&l);
  l.emulator.faults.is_hung = true;
  turn_for(&l, 2000);
  assert_int_equal(state_of(&l), TAUT_BRIDGE_SETUP);
  l.emulator.faults.is_hung = false;
  turn_for(&l, 700);
  assert_int_equal(state_of(&l), TAUT_BRIDGE_IDLE);
}

// A drive that restarts forgets the time-out that was not stored. The bridge notices the gap, or
// the time-out that acts, and asks for the setup again before it can be armed.
static void test_a_restarted_drive_is_set_up_again(void **state) {
  (void)state;
  loop l;
  loop_new(&l);
  turn_for(&l, 700);
  l.emulator.faults.is_hung = true;
  turn_for(&l, 100);
  taut_vesc_emulator_restart(&l.emulator);
  l.emulator.faults.is_hung = false;
  assert_int_equal(taut_vesc_emulator_timeout(&l.emulator).timeout_ms, 1000);
  turn_for(&l, 1000);
  assert_int_equal(state_of(&l), TAUT_BRIDGE_IDLE);
  assert_int_equal(taut_vesc_emulator_timeout(&l.emulator).timeout_ms, 80);
}

// Even a restart that is too quick to be seen: arming reads the time-out again.
static void test_arming_verifies_the_timeout_once_more(void **state) {
  (void)state;
  loop l;
  loop_new(&l);
  turn_for(&l, 700);
  taut_vesc_emulator_restart(&l.emulator);
  l.emulator.faults.forgets_setup = true;
  taut_bridge_arm_request(&l.device.bridge, l.now_ns, 4711);
  turn_for(&l, 600);
  assert_int_equal(taut_bridge_arm_confirm(&l.device.bridge, l.now_ns, 4711), TAUT_EREJECT);
  assert_int_equal(state_of(&l), TAUT_BRIDGE_REFUSED);
}

static void test_line_errors_cost_single_replies_and_no_torque(void **state) {
  (void)state;
  for (int i = 0; i < 5; i++) {
    loop l;
    loop_new(&l);
    to_loaded(&l, 6.0);
    const uint64_t before = l.device.bridge.counters.telemetry;
    for (int round = 0; round < 40; round++) {
      l.emulator.faults.n_bad_crc = i == 0;
      l.emulator.faults.n_dropped_byte = i == 1;
      l.emulator.faults.n_doubled_byte = i == 2;
      l.emulator.faults.n_bad_length = i == 3;
      l.emulator.faults.n_garbage = i == 4;
      turn_for(&l, 30);
      assert_near(shaft_nm(&l), 6.0, 0.05);
    }
    assert_int_equal(state_of(&l), TAUT_BRIDGE_ARMED);
    const taut_vesc_parser *p = &l.device.as.vesc.parser;
    assert_true(p->skipped > 0);
    // of 120 replies with 5 parts at most one in three is lost
    assert_true(l.device.bridge.counters.telemetry - before >= 5 * 75);
  }
}

// One bit in a thousand bytes wrong for half a minute of pulling: neither the drive nor the bridge
// ever takes a value that was not sent. Lost replies do not take the torque off. A lost command
// may: a damaged length makes the firmware wait for bytes for longer than its time-out.
static void test_random_damage_never_becomes_a_value(void **state) {
  (void)state;
  for (int is_two_way = 0; is_two_way < 2; is_two_way++) {
    loop l;
    loop_new(&l);
    to_loaded(&l, 6.0);
    l.line.damage = 1000;
    l.line.is_two_way = is_two_way;
    int n_armed = 0;
    for (int i = 0; i < 6000; i++) {
      turn_for(&l, 5);
      const taut_bridge_telemetry *t = &l.device.bridge.telemetry;
      assert_true(shaft_nm(&l) > -0.05 && shaft_nm(&l) < 6.05);
      assert_near(t->bus_v, 54.0, 0.5);
      assert_near(t->motor_temp_k, 295.0, 30.0);
      assert_near(t->speed_rad_s, 0.0, 0.01);
      assert_true(t->iq_a > -0.1 && t->iq_a < 10.1);
      assert_int_equal(t->fault, TAUT_DRIVE_FAULT_NONE);
      n_armed += state_of(&l) == TAUT_BRIDGE_ARMED;
    }
    assert_true(l.device.as.vesc.parser.bad_crc > 50);
    if (!is_two_way) assert_int_equal(n_armed, 6000);
    if (is_two_way) assert_int_equal(state_of(&l), TAUT_BRIDGE_LATCHED);
  }
}

// Every reply damaged: as good as no telemetry.
static void test_a_line_that_damages_every_reply_takes_the_torque_off(void **state) {
  (void)state;
  loop l;
  loop_new(&l);
  to_loaded(&l, 6.0);
  l.emulator.faults.n_bad_crc = 1000;
  turn_for(&l, 500);
  assert_int_equal(state_of(&l), TAUT_BRIDGE_LATCHED);
  assert_near(shaft_nm(&l), 0.0, 0.01);
}

static void test_hung_firmware_takes_the_torque_off_by_both_timeouts(void **state) {
  (void)state;
  loop l;
  loop_new(&l);
  to_loaded(&l, 6.0);
  l.emulator.faults.is_hung = true;
  turn_for(&l, 105);
  assert_near(shaft_nm(&l), 0.0, 0.01);
  turn_for(&l, 300);
  assert_int_equal(state_of(&l), TAUT_BRIDGE_LATCHED);
  l.emulator.faults.is_hung = false;
  turn_for(&l, 500);
  assert_near(shaft_nm(&l), 0.0, 0.01);
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
  assert_int_equal(count_events(&l.device.bridge, TAUT_BRIDGE_EVENT_TELEMETRY_FROZEN, NULL), 1);
}

// Replies that are lost for half a turn of the spool: nobody knows any more which turn it is in.
static void test_a_gap_in_fast_motion_puts_the_count_of_turns_in_doubt(void **state) {
  (void)state;
  for (int is_fast = 0; is_fast < 2; is_fast++) {
    loop l;
    loop_new(&l);
    to_armed(&l);
    l.emulator.motor.held_rad_s = is_fast ? 55.0 : 20.0;
    turn_for(&l, 200);
    assert_int_equal(state_of(&l), TAUT_BRIDGE_ARMED);
    l.emulator.faults.n_bad_crc = 3;
    turn_for(&l, 60);
    assert_int_equal(state_of(&l), is_fast ? TAUT_BRIDGE_LATCHED : TAUT_BRIDGE_ARMED);
    assert_int_equal(count_events(&l.device.bridge, TAUT_BRIDGE_EVENT_ENCODER_LOST, NULL), is_fast);
  }
}

// The drive forgets its fault after half a second and would obey again.
static void test_a_trip_of_the_drive_is_held_by_the_bridge(void **state) {
  (void)state;
  for (int i = 0; i < 3; i++) {
    loop l;
    loop_new(&l);
    to_loaded(&l, 6.0);
    int fault = TAUT_DRIVE_FAULT_NUMBER;
    if (i == 0) {
      l.emulator.motor.supply_scale = 0.05;
      l.emulator.motor.pmsm.bus_j *= 0.01;
      fault = TAUT_DRIVE_FAULT_UNDER_VOLTAGE;
    } else if (i == 1) {
      l.emulator.motor.temp_offset_k = 90.0;
      fault = TAUT_DRIVE_FAULT_OVER_TEMPERATURE;
    } else {
      taut_vesc_emulator_trip(&l.emulator, 30);
    }
    turn_for(&l, 100);
    assert_near(shaft_nm(&l), 0.0, 0.01);
    l.emulator.motor.supply_scale = 1.0;
    l.emulator.motor.temp_offset_k = 0.0;
    turn_for(&l, 2000);
    assert_int_equal(l.emulator.fault, TAUT_VESC_FAULT_NONE);
    assert_int_equal(state_of(&l), TAUT_BRIDGE_LATCHED);
    assert_int_equal(l.device.bridge.fault, fault);
    assert_near(shaft_nm(&l), 0.0, 0.01);
    assert_int_equal(taut_bridge_acknowledge(&l.device.bridge, l.now_ns), TAUT_OK);
    turn_for(&l, 1000);
    assert_int_equal(state_of(&l), TAUT_BRIDGE_IDLE);
    assert_near(shaft_nm(&l), 0.0, 0.01);
  }
}

// A second reader empties the means of the drive: the reply of the first is a mean over nothing.
static void test_a_second_reader_of_the_means_is_noticed_as_refused_telemetry(void **state) {
  (void)state;
  loop l;
  loop_new(&l);
  to_armed(&l);
  uint8_t frame[TAUT_VESC_FRAME_MAX];
  uint8_t payload[8];
  const size_t n = taut_vesc_frame(
      payload, taut_vesc_encode_get_values(TAUT_VESC_HAS_IQ | TAUT_VESC_HAS_ID, payload), frame);
  // both questions in one step of the drive
  taut_vesc_emulator_take(&l.emulator, frame, n);
  taut_vesc_emulator_take(&l.emulator, frame, n);
  taut_bridge_device_cycle(&l.device, l.now_ns);
  assert_true(l.device.bridge.counters.telemetry_rejected > 0);
}

static void test_an_orderly_stop_ramps_and_a_close_releases(void **state) {
  (void)state;
  loop l;
  loop_new(&l);
  to_loaded(&l, 6.0);
  taut_bridge_stop(&l.device.bridge, l.now_ns);
  turn_for(&l, 100);
  assert_false(taut_bridge_is_safe(&l.device.bridge));
  assert_true(shaft_nm(&l) > 2.0 && shaft_nm(&l) < 5.0);
  turn_for(&l, 200);
  assert_true(taut_bridge_is_safe(&l.device.bridge));
  assert_int_equal(state_of(&l), TAUT_BRIDGE_STOPPED);

  loop_new(&l);
  to_loaded(&l, 6.0);
  taut_bridge_device_close(&l.device, l.now_ns);
  l.is_bridge_alive = false;
  turn_for(&l, 10);
  assert_near(shaft_nm(&l), 0.0, 0.01);
}

static void test_a_line_that_is_gone_ends_the_cycle_and_the_drive_cuts(void **state) {
  (void)state;
  loop l;
  loop_new(&l);
  to_loaded(&l, 6.0);
  l.line.is_gone = true;
  assert_int_equal(taut_bridge_device_cycle(&l.device, l.now_ns), TAUT_EIO);
  assert_int_equal(state_of(&l), TAUT_BRIDGE_LATCHED);
  turn_for(&l, 105);
  assert_near(shaft_nm(&l), 0.0, 0.01);
}

static void test_without_arm_the_drive_keeps_its_configuration_and_its_peace(void **state) {
  (void)state;
  loop l;
  taut_bridge_config c = bench_config();
  c.may_arm = false;
  loop_make(&l, &c, &drive_config);
  turn_for(&l, 1000);
  assert_int_equal(taut_vesc_emulator_timeout(&l.emulator).timeout_ms, 1000);
  assert_int_equal(l.emulator.commands, 0);
  assert_true(l.device.bridge.counters.telemetry > 100);  // it listens all the same
  taut_bridge_device_close(&l.device, l.now_ns);
  assert_int_equal(l.emulator.commands, 0);
  // and notices when the line is gone
  l.line.is_gone = true;
  l.now_ns += 10 * MS;
  assert_int_equal(taut_bridge_device_cycle(&l.device, l.now_ns), TAUT_EIO);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_a_torque_step_appears_on_the_shaft),
      cmocka_unit_test(test_both_directions_have_the_signs_of_the_role),
      cmocka_unit_test(test_silence_of_the_host_takes_the_torque_off),
      cmocka_unit_test(test_without_a_bridge_the_drive_cuts_by_itself),
      cmocka_unit_test(test_the_factory_timeout_would_hold_the_torque_for_a_second),
      cmocka_unit_test(test_a_drive_that_cannot_be_made_safe_is_not_armed),
      cmocka_unit_test(test_the_setup_waits_for_a_drive_that_is_not_there_yet),
      cmocka_unit_test(test_a_restarted_drive_is_set_up_again),
      cmocka_unit_test(test_arming_verifies_the_timeout_once_more),
      cmocka_unit_test(test_line_errors_cost_single_replies_and_no_torque),
      cmocka_unit_test(test_random_damage_never_becomes_a_value),
      cmocka_unit_test(test_a_line_that_damages_every_reply_takes_the_torque_off),
      cmocka_unit_test(test_hung_firmware_takes_the_torque_off_by_both_timeouts),
      cmocka_unit_test(test_frozen_values_in_motion_take_the_torque_off),
      cmocka_unit_test(test_a_gap_in_fast_motion_puts_the_count_of_turns_in_doubt),
      cmocka_unit_test(test_a_trip_of_the_drive_is_held_by_the_bridge),
      cmocka_unit_test(test_a_second_reader_of_the_means_is_noticed_as_refused_telemetry),
      cmocka_unit_test(test_an_orderly_stop_ramps_and_a_close_releases),
      cmocka_unit_test(test_a_line_that_is_gone_ends_the_cycle_and_the_drive_cuts),
      cmocka_unit_test(test_without_arm_the_drive_keeps_its_configuration_and_its_peace),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

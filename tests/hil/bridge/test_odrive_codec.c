// Messages of CAN Simple: published bytes in both dialects, refused frames.
#include "bench.h"
#include "hil/bridge/bytes.h"
#include "hil/bridge/odrive_codec.h"
#include "taut/roles.h"

static void assert_frame(const taut_can_frame *frame, uint32_t id, uint8_t length,
                         const uint8_t *data) {
  assert_int_equal(frame->id, id);
  assert_int_equal(frame->length, length);
  assert_memory_equal(frame->data, data, length);
  assert_false(frame->is_extended || frame->is_remote || frame->is_error);
}

static void test_commands_are_the_known_bytes(void **state) {
  (void)state;
  taut_can_frame f = taut_odrive_encode_axis_state(0, TAUT_ODRIVE_CLOSED_LOOP);
  assert_frame(&f, 0x007, 4, (uint8_t[]){8, 0, 0, 0});
  f = taut_odrive_encode_mode(0, TAUT_ODRIVE_TORQUE_CONTROL, TAUT_ODRIVE_PASSTHROUGH);
  assert_frame(&f, 0x00b, 8, (uint8_t[]){1, 0, 0, 0, 1, 0, 0, 0});
  assert_true(taut_odrive_encode_torque(0, 1.5, &f));
  assert_frame(&f, 0x00e, 4, (uint8_t[]){0, 0, 0xc0, 0x3f});
  assert_true(taut_odrive_encode_torque(1, -1.5, &f));
  assert_frame(&f, 0x02e, 4, (uint8_t[]){0, 0, 0xc0, 0xbf});
  assert_true(taut_odrive_encode_limits(0, 10.0, 20.0, &f));
  assert_frame(&f, 0x00f, 8, (uint8_t[]){0, 0, 0x20, 0x41, 0, 0, 0xa0, 0x41});
  f = taut_odrive_empty(63, TAUT_ODRIVE_ESTOP, false);
  assert_frame(&f, 0x7e2, 0, (uint8_t[]){0});
  f = taut_odrive_empty(0, TAUT_ODRIVE_CLEAR_ERRORS, false);
  assert_frame(&f, 0x018, 0, (uint8_t[]){0});
}

static void test_replies_are_the_known_bytes(void **state) {
  (void)state;
  taut_can_frame f =
      taut_odrive_encode_pair(0, TAUT_ODRIVE_ENCODER_ESTIMATES, (taut_odrive_pair){1.25, -0.5});
  assert_frame(&f, 0x009, 8, (uint8_t[]){0, 0, 0xa0, 0x3f, 0, 0, 0, 0xbf});
  taut_odrive_pair pair;
  assert_true(taut_odrive_decode_pair(&f, &pair));
  assert_near(pair.first, 1.25, 0.0);
  assert_near(pair.second, -0.5, 0.0);
  f = taut_odrive_encode_pair(0, TAUT_ODRIVE_GET_BUS, (taut_odrive_pair){48.0, -2.0});
  assert_frame(&f, 0x017, 8, (uint8_t[]){0, 0, 0x40, 0x42, 0, 0, 0, 0xc0});

  taut_odrive_heartbeat h = {.axis_state = 8};
  f = taut_odrive_encode_heartbeat(0, &h);
  assert_frame(&f, 0x001, 8, (uint8_t[]){0, 0, 0, 0, 8, 0, 0, 0});
  h = (taut_odrive_heartbeat){.axis_error = TAUT_ODRIVE_0_5_ESTOP, .axis_state = 1};
  f = taut_odrive_encode_heartbeat(0, &h);
  assert_frame(&f, 0x001, 8, (uint8_t[]){0, 0x40, 0, 0, 1, 0, 0, 0});
  taut_odrive_heartbeat back;
  assert_true(taut_odrive_decode_heartbeat(&f, &back));
  assert_int_equal(back.axis_error, 0x4000);
  assert_int_equal(back.axis_state, 1);
}

static void test_parameters_are_read_and_written_by_endpoint(void **state) {
  (void)state;
  const taut_odrive_sdo write = {true, 200, taut_float_bits(0.08f)};
  taut_can_frame f = taut_odrive_encode_sdo(2, &write);
  assert_frame(&f, 0x044, 8, (uint8_t[]){1, 200, 0, 0, 0x0a, 0xd7, 0xa3, 0x3d});
  const taut_odrive_sdo ask = {false, 0x1234, 0};
  f = taut_odrive_encode_sdo(2, &ask);
  assert_frame(&f, 0x044, 8, (uint8_t[]){0, 0x34, 0x12, 0, 0, 0, 0, 0});
  const taut_odrive_sdo reply = {false, 201, 1};
  f = taut_odrive_encode_sdo_reply(2, &reply);
  assert_frame(&f, 0x045, 8, (uint8_t[]){0, 201, 0, 0, 1, 0, 0, 0});
  taut_odrive_sdo back;
  assert_true(taut_odrive_decode_sdo(&f, &back));
  assert_int_equal(back.endpoint, 201);
  assert_int_equal(back.value, 1);
  f.length = 5;  // a bool may come in one byte
  f.data[5] = 0xee;
  assert_true(taut_odrive_decode_sdo(&f, &back));
  assert_int_equal(back.value, 1);
  f.length = 4;
  assert_false(taut_odrive_decode_sdo(&f, &back));
}

static void test_identifiers_hold_node_and_command(void **state) {
  (void)state;
  for (int node = 0; node <= 63; node++) {
    for (int command = 0; command < 32; command++) {
      const taut_can_frame f = taut_odrive_empty(node, command, true);
      int n;
      int c;
      assert_true(taut_odrive_split_id(&f, &n, &c));
      assert_int_equal(n, node);
      assert_int_equal(c, command);
    }
  }
  int n;
  int c;
  assert_false(taut_odrive_split_id(&(taut_can_frame){.id = 7, .is_extended = true}, &n, &c));
  assert_false(taut_odrive_split_id(&(taut_can_frame){.id = 7, .is_error = true}, &n, &c));
}

// The drive would take NaN as a torque, and an infinite one too.
static void test_a_torque_that_is_no_number_makes_no_frame(void **state) {
  (void)state;
  taut_can_frame f;
  assert_false(taut_odrive_encode_torque(0, (double)NAN, &f));
  assert_false(taut_odrive_encode_torque(0, (double)INFINITY, &f));
  assert_false(taut_odrive_encode_torque(0, 1e300, &f));
  assert_false(taut_odrive_encode_limits(0, (double)NAN, 1.0, &f));
  assert_false(taut_odrive_encode_limits(0, 1.0, -1e300, &f));
}

static void test_frames_of_another_length_or_kind_are_refused(void **state) {
  (void)state;
  taut_odrive_pair pair;
  taut_odrive_heartbeat h;
  taut_odrive_version v;
  double torque_nm;
  for (uint8_t length = 0; length <= 8; length++) {
    taut_can_frame f = {.id = 1, .length = length};
    assert_int_equal(taut_odrive_decode_pair(&f, &pair), length == 8);
    assert_int_equal(taut_odrive_decode_heartbeat(&f, &h), length == 8);
    assert_int_equal(taut_odrive_decode_version(&f, &v), length == 8);
    assert_int_equal(taut_odrive_decode_torque(&f, &torque_nm), length == 4);
    f.is_remote = true;
    assert_false(taut_odrive_decode_pair(&f, &pair));
    assert_false(taut_odrive_decode_heartbeat(&f, &h));
  }
}

static void test_floats_that_are_no_numbers_are_refused(void **state) {
  (void)state;
  static const uint32_t bad[] = {0x7fc00000, 0xffc00001, 0x7f800000, 0xff800000, 0x7f800001};
  for (size_t i = 0; i < COUNT(bad); i++) {
    taut_can_frame f = {.id = 9, .length = 8};
    taut_odrive_pair pair;
    taut_put_le32(f.data, bad[i]);
    assert_false(taut_odrive_decode_pair(&f, &pair));
    taut_put_le32(f.data, 0);
    taut_put_le32(f.data + 4, bad[i]);
    assert_false(taut_odrive_decode_pair(&f, &pair));
  }
}

static void test_random_frames_never_give_what_is_no_number(void **state) {
  (void)state;
  for (uint32_t i = 0; i < 50000; i++) {
    taut_can_frame f = {.id = draw(1, i) & 0x7ff, .length = (uint8_t)(draw(2, i) % 9)};
    const uint64_t d = draw(3, i);
    memcpy(f.data, &d, 8);
    taut_odrive_pair pair = {0};
    taut_odrive_sdo sdo;
    double torque_nm = 0.0;
    if (taut_odrive_decode_pair(&f, &pair)) {
      assert_true(isfinite(pair.first) && isfinite(pair.second));
    }
    if (taut_odrive_decode_torque(&f, &torque_nm)) assert_true(isfinite(torque_nm));
    taut_odrive_decode_sdo(&f, &sdo);
  }
}

static void test_errors_have_a_word_of_the_role(void **state) {
  (void)state;
  assert_int_equal(taut_odrive_role_fault(TAUT_ODRIVE_0_5, 0), TAUT_DRIVE_FAULT_NONE);
  assert_int_equal(taut_odrive_role_fault(TAUT_ODRIVE_0_5, 0x800), TAUT_DRIVE_FAULT_WATCHDOG);
  assert_int_equal(taut_odrive_role_fault(TAUT_ODRIVE_0_5, 0x40000),
                   TAUT_DRIVE_FAULT_OVER_TEMPERATURE);
  assert_int_equal(taut_odrive_role_fault(TAUT_ODRIVE_0_5, 0x4000), TAUT_DRIVE_FAULT_NUMBER);
  assert_int_equal(taut_odrive_role_fault(TAUT_ODRIVE_0_6, 0x100), TAUT_DRIVE_FAULT_OVER_VOLTAGE);
  assert_int_equal(taut_odrive_role_fault(TAUT_ODRIVE_0_6, 0x200), TAUT_DRIVE_FAULT_UNDER_VOLTAGE);
  assert_int_equal(taut_odrive_role_fault(TAUT_ODRIVE_0_6, 0x1000000), TAUT_DRIVE_FAULT_WATCHDOG);
  // the same bit is another error in the other dialect
  assert_int_equal(taut_odrive_role_fault(TAUT_ODRIVE_0_6, 0x800), TAUT_DRIVE_FAULT_OVER_VOLTAGE);
  for (int bit = 0; bit < 32; bit++) {
    assert_int_not_equal(taut_odrive_role_fault(TAUT_ODRIVE_0_5, 1u << bit), TAUT_DRIVE_FAULT_NONE);
    assert_int_not_equal(taut_odrive_role_fault(TAUT_ODRIVE_0_6, 1u << bit), TAUT_DRIVE_FAULT_NONE);
  }
  assert_true(taut_odrive_is_encoder_fault(TAUT_ODRIVE_0_5, 0x100));
  assert_false(taut_odrive_is_encoder_fault(TAUT_ODRIVE_0_6, 0x100));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_commands_are_the_known_bytes),
      cmocka_unit_test(test_replies_are_the_known_bytes),
      cmocka_unit_test(test_parameters_are_read_and_written_by_endpoint),
      cmocka_unit_test(test_identifiers_hold_node_and_command),
      cmocka_unit_test(test_a_torque_that_is_no_number_makes_no_frame),
      cmocka_unit_test(test_frames_of_another_length_or_kind_are_refused),
      cmocka_unit_test(test_floats_that_are_no_numbers_are_refused),
      cmocka_unit_test(test_random_frames_never_give_what_is_no_number),
      cmocka_unit_test(test_errors_have_a_word_of_the_role),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

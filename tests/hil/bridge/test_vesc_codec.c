// Messages of the VESC: scales, exact lengths, impossible values, the configuration.
#include "bench.h"
#include "hil/bridge/bytes.h"
#include "hil/bridge/vesc_codec.h"
#include "taut/roles.h"

static void test_currents_are_milliamperes(void **state) {
  (void)state;
  uint8_t p[8];
  assert_int_equal(taut_vesc_encode_current(10.0, p), 5);
  assert_memory_equal(p, ((uint8_t[]){6, 0, 0, 0x27, 0x10}), 5);
  assert_int_equal(taut_vesc_encode_current(-2.5, p), 5);
  assert_memory_equal(p, ((uint8_t[]){6, 0xff, 0xff, 0xf6, 0x3c}), 5);
  assert_int_equal(taut_vesc_encode_brake(5.0, p), 5);
  assert_memory_equal(p, ((uint8_t[]){7, 0, 0, 0x13, 0x88}), 5);
}

static void test_a_current_that_is_no_number_sends_nothing(void **state) {
  (void)state;
  uint8_t p[8];
  assert_int_equal(taut_vesc_encode_current((double)NAN, p), 0);
  assert_int_equal(taut_vesc_encode_current((double)INFINITY, p), 0);
  assert_int_equal(taut_vesc_encode_current(-1e9, p), 0);
  assert_int_equal(taut_vesc_encode_brake((double)NAN, p), 0);
}

static void test_currents_come_back_to_half_a_milliampere(void **state) {
  (void)state;
  for (uint32_t i = 0; i < 2000; i++) {
    const double current_a = 60.0 * (2.0 * taut_random_uniform(3, 0, 0, i) - 1.0);
    uint8_t p[8];
    double back_a = 0.0;
    assert_true(taut_vesc_decode_current(p, taut_vesc_encode_current(current_a, p), &back_a));
    assert_near(back_a, current_a, 0.00050001);
  }
  double current_a;
  assert_false(taut_vesc_decode_current((const uint8_t[]){6, 0, 0, 0}, 4, &current_a));
  assert_false(taut_vesc_decode_current((const uint8_t[]){9, 0, 0, 0, 0}, 5, &current_a));
}

// The full reply by hand: 74 bytes, each field where the firmware puts it.
static void test_the_full_reply_is_read_field_by_field(void **state) {
  (void)state;
  uint8_t p[74] = {TAUT_VESC_GET_VALUES};
  taut_put_be16(p + 1, 253);              // transistor 25.3 degC
  taut_put_be16(p + 3, 412);              // motor 41.2 degC
  taut_put_be32(p + 5, 1234);             // 12.34 A
  taut_put_be32(p + 9, (uint32_t)-250);   // -2.50 A
  taut_put_be32(p + 13, (uint32_t)-7);    // id -0.07 A
  taut_put_be32(p + 17, 1200);            // iq 12.00 A
  taut_put_be16(p + 21, (uint16_t)-125);  // duty -0.125
  taut_put_be32(p + 23, 6000);            // 6000 rpm, electrical
  taut_put_be16(p + 27, 541);             // 54.1 V
  taut_put_be32(p + 45, (uint32_t)-77);   // tachometer
  p[53] = 5;                              // fault
  taut_put_be32(p + 54, 90000000);        // 90 degrees
  p[73] = 3;                              // timed out, killed
  taut_vesc_values v;
  assert_true(taut_vesc_decode_values(p, sizeof p, &v));
  assert_near(v.fet_temp_k, 298.45, 1e-9);
  assert_near(v.motor_temp_k, 314.35, 1e-9);
  assert_near(v.motor_current_a, 12.34, 1e-9);
  assert_near(v.input_current_a, -2.5, 1e-9);
  assert_near(v.id_a, -0.07, 1e-9);
  assert_near(v.iq_a, 12.0, 1e-9);
  assert_near(v.duty, -0.125, 1e-9);
  assert_near(v.electrical_rad_s, 628.3185307179587, 1e-6);
  assert_near(v.bus_v, 54.1, 1e-9);
  assert_int_equal(v.tachometer, -77);
  assert_int_equal(v.fault, 5);
  assert_near(v.position_rad, 1.5707963267948966, 1e-9);
  assert_true(v.has_timed_out && v.is_killed);
  for (size_t n = 0; n < 74; n++) assert_false(taut_vesc_decode_values(p, n, &v));
}

static const uint32_t parts = TAUT_VESC_HAS_TEMP_FET | TAUT_VESC_HAS_TEMP_MOTOR | TAUT_VESC_HAS_ID |
                              TAUT_VESC_HAS_IQ | TAUT_VESC_HAS_ERPM | TAUT_VESC_HAS_BUS |
                              TAUT_VESC_HAS_FAULT | TAUT_VESC_HAS_POSITION | TAUT_VESC_HAS_STATUS;

static void test_values_come_back_within_one_step_of_their_field(void **state) {
  (void)state;
  for (uint32_t i = 0; i < 2000; i++) {
    const double u = 2.0 * taut_random_uniform(5, 0, 0, i) - 1.0;
    const taut_vesc_values v = {.parts = parts,
                                .fet_temp_k = 320.0 + 50.0 * u,
                                .motor_temp_k = 330.0 - 40.0 * u,
                                .id_a = 3.0 * u,
                                .iq_a = -40.0 * u,
                                .electrical_rad_s = 5000.0 * u,
                                .bus_v = 50.0 + 9.0 * u,
                                .position_rad = 3.1 + 3.1 * u,
                                .fault = (int)(i % TAUT_VESC_FAULT_COUNT),
                                .has_timed_out = i % 3 == 0,
                                .is_killed = i % 5 == 0};
    uint8_t p[80];
    taut_vesc_values back;
    const size_t n = taut_vesc_encode_values(&v, p);
    assert_int_equal(n, 5 + 2 + 2 + 4 + 4 + 4 + 2 + 1 + 4 + 1);
    assert_true(taut_vesc_decode_values(p, n, &back));
    assert_near(back.fet_temp_k, v.fet_temp_k, 0.1001);
    assert_near(back.motor_temp_k, v.motor_temp_k, 0.1001);
    assert_near(back.id_a, v.id_a, 0.01001);
    assert_near(back.iq_a, v.iq_a, 0.01001);
    assert_near(back.electrical_rad_s, v.electrical_rad_s, 0.10473);
    assert_near(back.bus_v, v.bus_v, 0.1001);
    assert_near(back.position_rad, v.position_rad, 2e-8);
    assert_int_equal(back.fault, v.fault);
    assert_int_equal(back.has_timed_out, v.has_timed_out);
    assert_int_equal(back.is_killed, v.is_killed);
  }
}

// A mean over no samples is NaN in the drive and the least number on the wire.
static void test_impossible_values_refuse_the_reply(void **state) {
  (void)state;
  taut_vesc_values v = {.parts = parts, .fet_temp_k = 300, .motor_temp_k = 300, .bus_v = 50};
  uint8_t p[80];
  taut_vesc_values back;
  assert_true(taut_vesc_decode_values(p, taut_vesc_encode_values(&v, p), &back));
  v.iq_a = (double)NAN;
  assert_false(taut_vesc_decode_values(p, taut_vesc_encode_values(&v, p), &back));
  v.iq_a = 0.0;
  v.bus_v = -1.0;
  assert_false(taut_vesc_decode_values(p, taut_vesc_encode_values(&v, p), &back));
  v.bus_v = 50.0;
  v.motor_temp_k = 100.0;
  assert_false(taut_vesc_decode_values(p, taut_vesc_encode_values(&v, p), &back));
}

static void test_a_reply_with_unknown_parts_or_another_length_is_refused(void **state) {
  (void)state;
  const taut_vesc_values v = {.parts = parts, .fet_temp_k = 300, .motor_temp_k = 300, .bus_v = 50};
  uint8_t p[81] = {0};
  taut_vesc_values back;
  const size_t n = taut_vesc_encode_values(&v, p);
  assert_false(taut_vesc_decode_values(p, n - 1, &back));
  assert_false(taut_vesc_decode_values(p, n + 1, &back));
  p[1] |= 0x40;  // bit 30
  assert_false(taut_vesc_decode_values(p, n, &back));
}

static void test_the_question_for_values_carries_its_mask(void **state) {
  (void)state;
  uint8_t p[8];
  assert_int_equal(taut_vesc_encode_get_values(parts, p), 5);
  assert_memory_equal(p, ((uint8_t[]){50, 0x00, 0x21, 0x81, 0xb3}), 5);
}

static void make_conf(uint8_t *p, size_t n) {
  for (size_t i = 0; i < n; i++) p[i] = (uint8_t)(i * 7);
  p[0] = TAUT_VESC_GET_APPCONF;
  taut_put_be32(p + 1, TAUT_VESC_APPCONF_7_01);
  taut_put_be32(p + 6, 1000);
  taut_put_be32(p + 10, 0);
}

static void test_a_changed_timeout_leaves_every_other_byte(void **state) {
  (void)state;
  uint8_t before[400];
  uint8_t after[400];
  make_conf(before, sizeof before);
  memcpy(after, before, sizeof after);
  assert_true(taut_vesc_change_timeout(after, sizeof after, 80, 2.5));
  assert_int_equal(after[0], TAUT_VESC_SET_APPCONF_NO_STORE);
  assert_memory_equal(after + 6, ((uint8_t[]){0, 0, 0, 80, 0x40, 0x20, 0, 0}), 8);
  assert_memory_equal(after + 1, before + 1, 5);
  assert_memory_equal(after + 14, before + 14, sizeof after - 14);
  after[0] = TAUT_VESC_GET_APPCONF;
  taut_vesc_timeout held;
  assert_true(taut_vesc_decode_timeout(after, sizeof after, &held));
  assert_int_equal(held.timeout_ms, 80);
  assert_near(held.brake_current_a, 2.5, 0.0);
}

static void test_each_firmware_with_a_known_layout_can_be_set(void **state) {
  (void)state;
  static const uint32_t known[] = {486554156u, 2099347128u, 2384027283u, 982638166u};
  for (size_t i = 0; i < COUNT(known); i++) {
    uint8_t p[400];
    make_conf(p, sizeof p);
    taut_put_be32(p + 1, known[i]);
    assert_true(taut_vesc_change_timeout(p, sizeof p, 80, 0.0));
    make_conf(p, sizeof p);
    taut_put_be32(p + 1, known[i] + 1);
    assert_false(taut_vesc_change_timeout(p, sizeof p, 80, 0.0));
  }
}

static void test_a_configuration_of_unknown_layout_is_not_touched(void **state) {
  (void)state;
  uint8_t p[400];
  make_conf(p, sizeof p);
  p[2] ^= 1;
  assert_false(taut_vesc_change_timeout(p, sizeof p, 80, 0.0));
  make_conf(p, sizeof p);
  assert_false(taut_vesc_change_timeout(p, 13, 80, 0.0));
  assert_false(taut_vesc_change_timeout(p, sizeof p, 80, (double)NAN));
  taut_put_be32(p + 10, 0x7fc00000);
  taut_vesc_timeout held;
  assert_false(taut_vesc_decode_timeout(p, sizeof p, &held));
}

static void test_every_fault_has_a_word_of_the_role(void **state) {
  (void)state;
  static const int roles[TAUT_VESC_FAULT_COUNT] = {
      [1] = TAUT_DRIVE_FAULT_OVER_VOLTAGE,     [2] = TAUT_DRIVE_FAULT_UNDER_VOLTAGE,
      [4] = TAUT_DRIVE_FAULT_OVER_CURRENT,     [5] = TAUT_DRIVE_FAULT_OVER_TEMPERATURE,
      [6] = TAUT_DRIVE_FAULT_OVER_TEMPERATURE, [10] = TAUT_DRIVE_FAULT_WATCHDOG,
      [30] = TAUT_DRIVE_FAULT_NUMBER,
  };
  for (int i = 0; i < TAUT_VESC_FAULT_COUNT; i++) {
    if (roles[i] != 0) assert_int_equal(taut_vesc_role_fault(i), roles[i]);
    assert_int_equal(taut_vesc_role_fault(i) == TAUT_DRIVE_FAULT_NONE, i == 0);
    assert_true(strlen(taut_vesc_fault_text(i)) > 2);
  }
  assert_int_equal(taut_vesc_role_fault(34), TAUT_DRIVE_FAULT_NUMBER);
  assert_int_equal(taut_vesc_role_fault(-1), TAUT_DRIVE_FAULT_NUMBER);
  assert_true(taut_vesc_is_encoder_fault(30) && !taut_vesc_is_encoder_fault(4));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_currents_are_milliamperes),
      cmocka_unit_test(test_a_current_that_is_no_number_sends_nothing),
      cmocka_unit_test(test_currents_come_back_to_half_a_milliampere),
      cmocka_unit_test(test_the_full_reply_is_read_field_by_field),
      cmocka_unit_test(test_values_come_back_within_one_step_of_their_field),
      cmocka_unit_test(test_impossible_values_refuse_the_reply),
      cmocka_unit_test(test_a_reply_with_unknown_parts_or_another_length_is_refused),
      cmocka_unit_test(test_the_question_for_values_carries_its_mask),
      cmocka_unit_test(test_a_changed_timeout_leaves_every_other_byte),
      cmocka_unit_test(test_each_firmware_with_a_known_layout_can_be_set),
      cmocka_unit_test(test_a_configuration_of_unknown_layout_is_not_touched),
      cmocka_unit_test(test_every_fault_has_a_word_of_the_role),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/// A bridge behind a session: the age of commands is that of their making, whatever ends a session
/// disarms, and only the code at the desk arms. No clock and no socket: a stream in memory with an
/// emulated VESC.
#include <math.h>

#include <unistd.h>
#include "hil/bridge/emulator/vesc_emulator.h"
#include "hil/bridge_peer.h"

#include "support/command.h"
#include "support/peer.h"
#include "taut/math.h"
#include "taut/roles.h"

static const int64_t ms = 1000000;

typedef struct setting {
  taut_byte_stream stream;
  taut_vesc_emulator vesc;
  taut_bridge_device device;
  taut_bridge_desk desk;
  taut_bridge_peer peer;
  taut_hardware hardware;
  fake_peer fake;
  fake_harness harness;
  double values[TAUT_MOTOR_IN_COUNT];
  int64_t late_ns;  ///< how much later than made commands arrive
  bool is_sending;
  char shown[8192], logged[8192];
} setting;
static setting s;

static taut_status stream_read(taut_byte_stream *stream, uint8_t *bytes, size_t n, size_t *n_read) {
  (void)stream;
  *n_read = taut_vesc_emulator_give(&s.vesc, bytes, n);
  return TAUT_OK;
}

static taut_status stream_write(taut_byte_stream *stream, const uint8_t *bytes, size_t n) {
  (void)stream;
  taut_vesc_emulator_take(&s.vesc, bytes, n);
  return TAUT_OK;
}

static void stream_close(taut_byte_stream *stream) {
  (void)stream;
}

static void show(void *user, const char *line) {
  (void)user;
  strncat(s.shown, line, sizeof s.shown - strlen(s.shown) - 1);
  strncat(s.shown, "\n", sizeof s.shown - strlen(s.shown) - 1);
}

static void note(void *user, taut_log_level level, const char *text) {
  (void)user;
  (void)level;
  strncat(s.logged, text, sizeof s.logged - strlen(s.logged) - 1);
  strncat(s.logged, "\n", sizeof s.logged - strlen(s.logged) - 1);
}

static int open_setting(void **state) {
  (void)state;
  memset(&s, 0, sizeof s);
  s.fake.now_ns = 1000 * ms;
  s.stream = (taut_byte_stream){stream_read, stream_write, stream_close, -1};
  taut_vesc_emulator_init(&s.vesc, s.fake.now_ns);
  s.vesc.motor.is_held = true;
  taut_bridge_config c = taut_bridge_config_default();
  c.may_arm = true;
  c.torque_per_amp_nm = 0.6;
  c.current_max_a = 30.0;
  c.speed_max_rad_s = 60.0;
  c.bus_min_v = 40.0;
  c.bus_max_v = 62.0;
  c.temp_start_k = 358.15;
  c.temp_end_k = 373.15;
  c.timeout_brake_a = 5.0;
  const taut_vesc_drive_config drive = {.pole_pairs = 10, .direction = 1, .poll_ns = 10 * ms};
  if (taut_bridge_init(&s.device.bridge, &c, s.fake.now_ns) != NULL) return -1;
  if (taut_vesc_drive_init(&s.device.as.vesc, &drive, &s.stream, s.fake.now_ns) != NULL) return -1;
  s.device.drive = &s.device.as.vesc.drive;
  s.desk =
      (taut_bridge_desk){.device = &s.device, .spool_radius_m = 0.035, .fd = -1, .print = show};
  s.desk.doubts.current = true;
  taut_bridge_peer_init(&s.peer, &s.device, &s.desk, s.fake.now_ns);
  s.peer.log = note;
  s.hardware = taut_bridge_peer_hardware(&s.peer);
  const taut_serve_port port = {fake_send, fake_log, &s.fake};
  if (taut_serve_create(s.hardware.model, &port, &s.fake.serve) != TAUT_OK) return -1;
  if (taut_serve_go_live(s.fake.serve, NULL) != TAUT_OK) return -1;
  taut_serve_use_hardware(s.fake.serve, &s.hardware);
  s.values[TAUT_MOTOR_IN_CURRENT_CEILING_A] = 20.0;
  s.values[TAUT_MOTOR_IN_SUPPLY_SCALE] = s.values[TAUT_MOTOR_IN_CHOPPER_CONNECTED] = 1.0;
  return taut_wire_init(&s.fake.wire, 1 << 20) == TAUT_OK &&
                 taut_wire_init(&s.fake.answers, 1 << 20) == TAUT_OK
             ? 0
             : -1;
}

static int close_setting(void **state) {
  (void)state;
  taut_serve_destroy(s.fake.serve, "end of the test");
  taut_wire_fini(&s.fake.wire);
  taut_wire_fini(&s.fake.answers);
  free(s.fake.sent);
  return 0;
}

// ------------------------------------------------------------------------------------ the harness

static taut_message *greet(const char *mode) {
  taut_message request = request_of(&s.harness, 0);
  Taut__Link__Hello hello = TAUT__LINK__HELLO__INIT;
  Taut__Link__Table table = TAUT__LINK__TABLE__INIT;
  hello.protocol = TAUT_LINK_PROTOCOL;
  hello.role = (char *)(uintptr_t) "motor";
  hello.software = (char *)(uintptr_t) "a test";
  hello.mode = strcmp(mode, "live") == 0 ? TAUT__LINK__MODE__LIVE : TAUT__LINK__MODE__LOCKSTEP;
  hello.ticks_per_exchange = 1;
  hello.table = &table;
  request.body_case = TAUT__LINK__MESSAGE__BODY_HELLO;
  request.hello = &hello;
  return ask(&s.fake, s.harness.who, &request);
}

static taut_message *make(uint32_t instance) {
  taut_message request = request_of(&s.harness, 0);
  Taut__Link__Instantiate body = TAUT__LINK__INSTANTIATE__INIT;
  body.path = (char *)(uintptr_t) "left.motor";
  body.period_ns = ms;
  request.instance = instance;
  request.body_case = TAUT__LINK__MESSAGE__BODY_INSTANTIATE;
  request.instantiate = &body;
  return ask(&s.fake, s.harness.who, &request);
}

static taut_message *command(void) {
  taut_message request = request_of(&s.harness, s.fake.now_ns - s.late_ns);
  Taut__Link__Step body = TAUT__LINK__STEP__INIT;
  body.n_inputs = TAUT_MOTOR_IN_COUNT;
  body.inputs = s.values;
  request.body_case = TAUT__LINK__MESSAGE__BODY_STEP;
  request.step = &body;
  s.values[TAUT_MOTOR_IN_COMMAND_SEQ] += 1.0;
  return ask(&s.fake, s.harness.who, &request);
}

static void turn(int n) {
  for (int i = 0; i < n; i++) {
    s.fake.now_ns += ms;
    taut_vesc_emulator_advance(&s.vesc, s.fake.now_ns);
    taut_serve_advance(s.fake.serve, s.fake.now_ns);
    if (s.is_sending) {
      expect_answer(command(), TAUT__LINK__STATUS__OK, "");
    }
  }
}

static void begin(uint8_t who) {
  s.harness = (fake_harness){.who = who, .session = 77u + who};
  assert_int_equal(greet("live")->body_case, TAUT__LINK__MESSAGE__BODY_WELCOME);
  expect_answer(make(0), TAUT__LINK__STATUS__OK, "");
  expect_answer(reset(&s.fake, &s.harness), TAUT__LINK__STATUS__OK, "");
  s.is_sending = true;
  turn(50);
}

static int bridge_state(void) {
  return (int)s.device.bridge.state;
}

static void arm(void) {
  char code[16];
  taut_bridge_desk_take(&s.desk, "arm", s.fake.now_ns);
  turn(700);
  snprintf(code, sizeof code, "%u", (unsigned)s.desk.code);
  taut_bridge_desk_take(&s.desk, code, s.fake.now_ns);
  assert_int_equal(bridge_state(), TAUT_BRIDGE_ARMED);
}

static void pull(double torque_nm) {
  arm();
  s.values[TAUT_MOTOR_IN_TORQUE_PERMIT] = 1.0;
  s.values[TAUT_MOTOR_IN_TORQUE_COMMAND_NM] = torque_nm;
  turn(100);
  assert_float_equal(s.vesc.motor.pmsm.torque_nm, torque_nm, 0.1);
}

// ------------------------------------------------------------------------------------------- tests

static void the_table_that_is_shown_is_of_the_drive(void **state) {
  (void)state;
  begin(1);
  arm();
  static const char *const parts[] = {
      "time-out      80 ms without commands, then it brakes with 5 A",
      "current       30 A: 18 N m, 514 N at the cable  (unverified)",
      "bus           40 to 62 V, now 5", "ARMED"};
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
    if (strstr(s.shown, parts[i]) == NULL) fail_msg("no '%s' in\n%s", parts[i], s.shown);
}

static void a_drive_that_keeps_its_own_timeout_is_not_armed(void **state) {
  (void)state;
  begin(1);
  s.vesc.faults.forgets_setup = true;
  taut_vesc_emulator_restart(&s.vesc);
  taut_bridge_desk_take(&s.desk, "arm", s.fake.now_ns);
  turn(700);
  assert_null(strstr(s.shown, "Type "));
  assert_non_null(strstr(s.shown, "not armed"));
  assert_int_equal(bridge_state(), TAUT_BRIDGE_REFUSED);
}

static void codes_are_not_guessed_or_kept(void **state) {
  (void)state;
  begin(1);
  taut_bridge_desk_take(&s.desk, "arm", s.fake.now_ns);
  turn(700);
  const uint32_t code = s.desk.code;
  char text[16], longer[24];
  snprintf(text, sizeof text, "%u", (unsigned)code);
  snprintf(longer, sizeof longer, "%s0x", text);
  taut_bridge_desk_take(&s.desk, longer, s.fake.now_ns);
  assert_int_equal(bridge_state(), TAUT_BRIDGE_IDLE);
  // The right one is too late once a wrong one has come.
  taut_bridge_desk_take(&s.desk, text, s.fake.now_ns);
  assert_int_equal(bridge_state(), TAUT_BRIDGE_IDLE);
  // And before its table was shown there is none.
  taut_bridge_desk_take(&s.desk, "arm", s.fake.now_ns);
  snprintf(text, sizeof text, "%u", (unsigned)s.desk.code);
  taut_bridge_desk_take(&s.desk, text, s.fake.now_ns);
  assert_int_equal(bridge_state(), TAUT_BRIDGE_IDLE);
}

static void a_goodbye_takes_the_torque_off_and_disarms(void **state) {
  (void)state;
  begin(1);
  pull(3.0);
  s.is_sending = false;
  expect_answer(terminate(&s.fake, &s.harness), TAUT__LINK__STATUS__OK, "");
  turn(100);
  assert_true(s.vesc.motor.pmsm.torque_nm > 0.5 && s.vesc.motor.pmsm.torque_nm < 2.5);
  turn(300);
  assert_float_equal(s.vesc.motor.pmsm.torque_nm, 0.0, 0.02);
  assert_int_equal(bridge_state(), TAUT_BRIDGE_IDLE);
  // The next harness commands torque, and gets none.
  turn(1000);
  begin(2);
  turn(300);
  assert_float_equal(s.vesc.motor.pmsm.torque_nm, 0.0, 0.02);
}

static void a_reset_in_a_session_disarms(void **state) {
  (void)state;
  begin(1);
  pull(3.0);
  expect_answer(reset(&s.fake, &s.harness), TAUT__LINK__STATUS__OK, "");
  turn(500);
  assert_float_equal(s.vesc.motor.pmsm.torque_nm, 0.0, 0.02);
  assert_int_equal(bridge_state(), TAUT_BRIDGE_LATCHED);
}

static void a_lost_harness_latches(void **state) {
  (void)state;
  begin(1);
  pull(3.0);
  s.is_sending = false;
  turn(500);
  assert_float_equal(s.vesc.motor.pmsm.torque_nm, 0.0, 0.02);
  assert_int_equal(bridge_state(), TAUT_BRIDGE_LATCHED);
  assert_non_null(strstr(s.logged, "command_stale"));
}

static void commands_that_come_late_are_old(void **state) {
  (void)state;
  begin(1);
  pull(3.0);
  s.late_ns = 60 * ms;
  turn(500);
  assert_float_equal(s.vesc.motor.pmsm.torque_nm, 0.0, 0.02);
  assert_int_equal(bridge_state(), TAUT_BRIDGE_LATCHED);
  assert_non_null(strstr(s.logged, "older than the limit"));
}

/// The twin: a delay that commands can bear, and a clock that drifts.
static void commands_that_come_a_little_late_are_not(void **state) {
  (void)state;
  begin(1);
  pull(3.0);
  s.late_ns = 30 * ms;
  turn(500);
  for (int i = 0; i < 100; i++) {
    s.late_ns += ms / 10;  // 200 ppm
    turn(500);
  }
  assert_float_equal(s.vesc.motor.pmsm.torque_nm, 3.0, 0.1);
  assert_int_equal(bridge_state(), TAUT_BRIDGE_ARMED);
}

static void what_is_no_number_is_refused_and_ages(void **state) {
  (void)state;
  begin(1);
  pull(3.0);
  s.values[TAUT_MOTOR_IN_TORQUE_COMMAND_NM] = (double)NAN;
  turn(500);
  assert_float_equal(s.vesc.motor.pmsm.torque_nm, 0.0, 0.02);
  assert_non_null(strstr(s.logged, "not a finite number"));
}

static void hardware_is_live_and_one(void **state) {
  (void)state;
  s.harness = (fake_harness){.who = 1, .session = 5};
  expect_answer(greet("lockstep"), TAUT__LINK__STATUS__REJECT, "use taut run --live");
  begin(2);
  s.is_sending = false;
  expect_answer(make(1), TAUT__LINK__STATUS__REJECT, "this is one device: name the side");
}

static void simulated_faults_do_nothing_and_are_told(void **state) {
  (void)state;
  begin(1);
  s.is_sending = false;
  s.values[TAUT_MOTOR_IN_ENCODER_STUCK] = 1.0;
  const taut_message *message = command();
  assert_int_equal(message->answer->n_logs, 1);
  assert_non_null(strstr(message->answer->logs[0]->text, "encoder_stuck is for simulated motors"));
  assert_int_equal(command()->answer->n_logs, 0);
}

static void outputs_are_measured_or_initial(void **state) {
  (void)state;
  begin(1);
  pull(3.0);
  const double *out = s.hardware.outputs(s.hardware.user);
  assert_float_equal(out[TAUT_MOTOR_OUT_IQ_A], 5.0, 0.3);
  assert_float_equal(out[TAUT_MOTOR_OUT_TORQUE_NM], 3.0, 0.2);
  assert_float_equal(out[TAUT_MOTOR_OUT_CURRENT_LIMIT_A], 20.0, 1e-9);
  assert_float_equal(out[TAUT_MOTOR_OUT_HOUSING_TEMP_K], 293.15, 1e-9);
  assert_float_equal(out[TAUT_MOTOR_OUT_DRIVE_STATE], TAUT_DRIVE_RUN, 0.0);
}

static void a_stop_ends_on_the_ramp_and_stays(void **state) {
  (void)state;
  begin(1);
  pull(3.0);
  assert_false(s.hardware.stop(s.hardware.user, s.fake.now_ns));
  turn(100);
  assert_false(s.hardware.stop(s.hardware.user, s.fake.now_ns));
  turn(300);
  assert_true(s.hardware.stop(s.hardware.user, s.fake.now_ns));
  assert_int_equal(bridge_state(), TAUT_BRIDGE_STOPPED);
}

static void the_end_of_the_input_disarms(void **state) {
  (void)state;
  int pipes[2];
  begin(1);
  assert_int_equal(pipe(pipes), 0);
  s.desk.fd = pipes[0];
  pull(3.0);
  assert_int_equal(write(pipes[1], "sta", 3), 3);
  turn(10);
  assert_int_equal(write(pipes[1], "tus\n", 4), 4);
  turn(10);
  assert_non_null(strstr(s.shown, "armed\n  angle"));
  close(pipes[1]);
  turn(400);
  close(pipes[0]);
  assert_float_equal(s.vesc.motor.pmsm.torque_nm, 0.0, 0.02);
  assert_int_equal(bridge_state(), TAUT_BRIDGE_IDLE);
  assert_int_equal(s.desk.fd, -1);
}

static double draw_value(uint32_t i) {
  static const double odd[] = {
      (double)NAN, (double)INFINITY, -(double)INFINITY, 1e300, -60.0, 60.0, 0.0, 1.0};
  const uint64_t number = taut_random_u64(11, 1, 0, i);
  return number % 3 == 0 ? odd[number / 3 % (sizeof odd / sizeof odd[0])]
                         : (double)(number >> 32) / 4294967296.0 * 100.0 - 50.0;
}

/// Whatever a harness says and a person types, bar the code.
static void nothing_but_the_code_moves_the_drive(void **state) {
  (void)state;
  static const char *const lines[] = {"arm", "ack", "disarm", "", "4711", "status", "0", "armed"};
  uint32_t i = 0;
  begin(1);
  s.is_sending = false;
  for (int k = 0; k < 4000; k++) {
    for (int port = 0; port < TAUT_MOTOR_IN_COMMAND_SEQ; port++) s.values[port] = draw_value(++i);
    s.values[TAUT_MOTOR_IN_TORQUE_PERMIT] = 1.0;
    s.late_ns = (int64_t)(taut_random_u64(11, 2, 0, ++i) % 100) * ms;
    command();
    if (k % 97 == 0) taut_bridge_desk_take(&s.desk, lines[k / 97 % 8], s.fake.now_ns);
    if (k % 501 == 0) reset(&s.fake, &s.harness);
    turn(1 + k % 7);
    assert_float_equal(s.vesc.motor.pmsm.torque_nm, 0.0, 1e-9);
    assert_float_equal(s.device.order.torque_nm, 0.0, 0.0);
  }
  // The same harness has an effect once it is armed.
  taut_bridge_desk_take(&s.desk, "ack", s.fake.now_ns);
  memset(s.values, 0, TAUT_MOTOR_IN_COMMAND_SEQ * sizeof s.values[0]);
  s.values[TAUT_MOTOR_IN_CURRENT_CEILING_A] = 20.0;
  s.late_ns = 0;
  s.is_sending = true;
  turn(500);
  pull(3.0);
}

static void the_page_has_every_event(void **state) {
  (void)state;
  char *page = text_of(TAUT_SOURCE_DIR "/docs/bridges.md"), word[64];
  for (int i = 0; i < TAUT_BRIDGE_EVENT_COUNT; i++) {
    snprintf(word, sizeof word, "`%s`", taut_bridge_event_text(i));
    if (strstr(page, word) == NULL) fail_msg("docs/bridges.md lacks %s", word);
  }
  free(page);
}

int main(void) {
#define WITH_SETTING(test) cmocka_unit_test_setup_teardown(test, open_setting, close_setting)
  const struct CMUnitTest tests[] = {
      WITH_SETTING(the_table_that_is_shown_is_of_the_drive),
      WITH_SETTING(a_drive_that_keeps_its_own_timeout_is_not_armed),
      WITH_SETTING(codes_are_not_guessed_or_kept),
      WITH_SETTING(a_goodbye_takes_the_torque_off_and_disarms),
      WITH_SETTING(a_reset_in_a_session_disarms),
      WITH_SETTING(a_lost_harness_latches),
      WITH_SETTING(commands_that_come_late_are_old),
      WITH_SETTING(commands_that_come_a_little_late_are_not),
      WITH_SETTING(what_is_no_number_is_refused_and_ages),
      WITH_SETTING(hardware_is_live_and_one),
      WITH_SETTING(simulated_faults_do_nothing_and_are_told),
      WITH_SETTING(outputs_are_measured_or_initial),
      WITH_SETTING(a_stop_ends_on_the_ramp_and_stays),
      WITH_SETTING(the_end_of_the_input_disarms),
      WITH_SETTING(nothing_but_the_code_moves_the_drive),
      cmocka_unit_test(the_page_has_every_event),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/// The machine file of a bridge: what is wrong in it is named with file, line and what is expected;
/// nothing that could move a cable has a default.
#include "cli/bridge_config.h"
#include "support/command.h"

static taut_bridge_machine machine;
static char error[1024];

static taut_status read_text(taut_bridge_kind kind, const char *text) {
  assert_int_equal(taut_file_write_atomic("m.conf", text, strlen(text), NULL), TAUT_OK);
  return taut_bridge_machine_read("m.conf", kind, &machine, error, sizeof error);
}

/// The printed file, which is complete, with one more line.
static taut_status read_with(taut_bridge_kind kind, const char *without, const char *line) {
  FILE *out = fopen("whole.conf", "w");
  taut_bridge_machine_print(kind, out);
  fclose(out);
  char *text = text_of("whole.conf"), *rest = text, *next;
  taut_buffer buffer = {0};
  taut_buffer_printf(&buffer, "%s\n", line);
  while ((next = strsep(&rest, "\n")) != NULL) {
    if (without[0] == '\0' || strncmp(next, without, strlen(without)) != 0)
      taut_buffer_printf(&buffer, "%s\n", next);
  }
  const taut_status status = read_text(kind, buffer.data);
  taut_buffer_fini(&buffer);
  free(text);
  return status;
}

static void what_is_printed_can_be_read_and_used(void **state) {
  (void)state;
  taut_bridge bridge;
  for (taut_bridge_kind kind = TAUT_BRIDGE_VESC; kind <= TAUT_BRIDGE_ODRIVE; kind++) {
    if (read_with(kind, "", "# nothing") != TAUT_OK) fail_msg("%s", error);
    assert_null(taut_bridge_init(&bridge, &machine.bridge, 0));
    assert_false(machine.bridge.may_arm);
    assert_true(machine.n_unverified > 5);
    assert_true(machine.doubts.current && machine.doubts.torque_per_amp);
  }
  assert_int_equal(machine.odrive.fw_minor, 6);
  assert_int_equal(machine.odrive.fw_revision, 10);
  assert_int_equal(machine.odrive.endpoint_watchdog_timeout, 200);
}

static void units_are_turned_into_si(void **state) {
  (void)state;
  assert_int_equal(read_with(TAUT_BRIDGE_VESC, "temp_end", "temp_end_degc = 90"), TAUT_OK);
  assert_float_equal(machine.bridge.temp_end_k, 363.15, 1e-9);
  assert_float_equal(machine.bridge.timeout_s, 0.08, 1e-12);
  assert_int_equal(machine.bridge.command_age_ns_max, 50000000);
  assert_int_equal(machine.vesc.poll_ns, 10000000);
}

static void a_number_that_was_verified_is_not_doubted(void **state) {
  (void)state;
  assert_int_equal(read_with(TAUT_BRIDGE_VESC, "current_max", "current_max_a = 12 # by the label"),
                   TAUT_OK);
  assert_false(machine.doubts.current);
  assert_float_equal(machine.bridge.current_max_a, 12.0, 0.0);
}

static void each_wrong_line_is_named(void **state) {
  (void)state;
  static const struct {
    const char *without, *line, *part;
  } cases[] = {
      {"", "curent_max_a = 3", "m.conf:1: there is no 'curent_max_a'; did you mean current_max_a?"},
      {"", "firmware = 0.6.10", "m.conf:1: there is no 'firmware'"},
      {"", "current_max_a 3", "m.conf:1: a line is 'name = value'"},
      {"", "= 3", "m.conf:1: a line is 'name = value'"},
      {"", "current_max_a = 3", "current_max_a was given in line 1"},
      {"current_max", "current_max_a = 3 A", "after the value stands nothing or 'unverified'"},
      {"current_max", "current_max_a = 3 unverified yes", "nothing or 'unverified'"},
      {"current_max", "current_max_a = nan", "current_max_a wants a number, got 'nan'"},
      {"current_max", "current_max_a = inf", "current_max_a wants a number"},
      {"current_max", "current_max_a =", "current_max_a wants a number"},
      {"current_max", "current_max_a = 0", "current_max_a must be 0.1 to 200, got 0"},
      {"timeout_ms", "timeout_ms = 101", "timeout_ms must be 20 to 100, got 101"},
      {"timeout_ms", "timeout_ms = 80.5", "timeout_ms must be a whole number"},
      {"direction", "direction = 0", "direction is 1 or -1"},
      {"bus_max", "bus_max_v = 30", "bus_max_v must be more than bus_min_v"},
      {"temp_end", "temp_end_degc = 85", "temp_end_degc must be more than temp_start_degc"},
      {"timeout_brake", "timeout_brake_a = 31",
       "timeout_brake_a must not be more than current_max_a"},
      {"timeout_brake", "# none", "m.conf: timeout_brake_a is missing: what it brakes with then"},
      {"direction", "# none", "m.conf: direction is missing"},
      {"torque_per", "# none", "m.conf: torque_per_amp_nm is missing"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    error[0] = '\0';
    const taut_status status = read_with(TAUT_BRIDGE_VESC, cases[i].without, cases[i].line);
    if (status != TAUT_EINVAL || strstr(error, cases[i].part) == NULL)
      fail_msg("'%s' gave %d '%s'", cases[i].line, (int)status, error);
  }
}

static void an_odrive_has_its_own_lines(void **state) {
  (void)state;
  static const char *const cases[][3] = {
      {"", "pole_pairs = 7", "there is no 'pole_pairs'"},
      {"firmware", "firmware = 0.6", "firmware is such as 0.6.10, got '0.6'"},
      {"firmware", "firmware = 0.6.10b", "firmware is such as 0.6.10"},
      {"firmware", "# none", "firmware is missing"},
      {"timeout_brake", "timeout_brake_a = 2", "an ODrive does not brake"},
      {"endpoint_watchdog", "endpoint_watchdog_timeout = 70000", "must be 0 to 65535"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_int_equal(read_with(TAUT_BRIDGE_ODRIVE, cases[i][0], cases[i][1]), TAUT_EINVAL);
    if (strstr(error, cases[i][2]) == NULL) fail_msg("'%s' gave '%s'", cases[i][1], error);
  }
  assert_int_equal(read_with(TAUT_BRIDGE_ODRIVE, "firmware", "firmware = 0.5.6"), TAUT_OK);
  assert_int_equal(machine.odrive.dialect, TAUT_ODRIVE_0_5);
}

static void a_file_that_is_not_there_is_named(void **state) {
  (void)state;
  assert_int_equal(
      taut_bridge_machine_read("no.conf", TAUT_BRIDGE_VESC, &machine, error, sizeof error),
      TAUT_EIO);
  assert_non_null(strstr(error, "no.conf cannot be read: No such file"));
}

static void what_is_missing_on_the_command_line_is_named(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"bridge", "say which drive: vesc or odrive"},
      {"bridge vsec", "say which drive"},
      {"bridge vesc now", "'now' is one word too many"},
      {"bridge vesc", "--serial is missing"},
      {"bridge odrive --node 3", "--can is missing"},
      {"bridge odrive --can can0", "--node is missing"},
      {"bridge odrive --can can0 --node 64", "--node"},
      {"bridge vesc --serial x", "taut bridge config vesc > machine.conf"},
      {"bridge vesc --serial x --config whole.conf", "--listen is missing"},
      {"bridge vesc --serial x --config whole.conf --listen tcp://0.0.0.0:5555", "--keys"},
      {"bridge vesc --serial x --config gone.conf --listen ipc:///tmp/x", "gone.conf"},
      {"bridge emulate vesc", "--serial /tmp/vesc"},
      {"bridge emulate odrive --can can0", "--can unix:/tmp/bus"},
      {"bridge emulate vesc --serial x --tension 5", "goes with --free"},
      {"bridge emulate vesc --serial x --free --tension -1", "0 to 5000 newtons"},
  };
  read_with(TAUT_BRIDGE_VESC, "", "# makes whole.conf");
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const int status = run_taut("%s", cases[i][0]);
    if (status != 4) fail_msg("'%s' ended with %d", cases[i][0], status);
    expect_text("err", cases[i][1]);
  }
  // Something is there, and it is no drive.
  assert_int_equal(
      run_taut("bridge vesc --serial whole.conf --config whole.conf --listen ipc:///tmp/x"), 3);
  expect_text("err", "no terminal device");
  assert_int_equal(run_taut("bridge vesc --serial gone --config whole.conf --listen ipc:///tmp/x"),
                   3);
  expect_text("err", "gone: serial: cannot be opened: No such file");
}

/// The page's table has every name that is printed.
static void the_page_has_every_name(void **state) {
  (void)state;
  char *page = text_of(TAUT_SOURCE_DIR "/docs/bridges.md");
  for (taut_bridge_kind kind = TAUT_BRIDGE_VESC; kind <= TAUT_BRIDGE_ODRIVE; kind++) {
    read_with(kind, "", "# makes whole.conf");
    char *text = text_of("whole.conf"), *rest = text, *line, word[64];
    while ((line = strsep(&rest, "\n")) != NULL) {
      if (strchr(line, '=') == NULL) continue;
      snprintf(word, sizeof word, "`%.*s`", (int)strcspn(line, " "), line);
      if (strstr(page, word) == NULL) fail_msg("docs/bridges.md lacks %s", word);
    }
    free(text);
  }
  free(page);
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)
  const struct CMUnitTest tests[] = {
      IN_FOLDER(what_is_printed_can_be_read_and_used),
      IN_FOLDER(units_are_turned_into_si),
      IN_FOLDER(a_number_that_was_verified_is_not_doubted),
      IN_FOLDER(each_wrong_line_is_named),
      IN_FOLDER(an_odrive_has_its_own_lines),
      IN_FOLDER(a_file_that_is_not_there_is_named),
      IN_FOLDER(the_page_has_every_name),
      IN_FOLDER(what_is_missing_on_the_command_line_is_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

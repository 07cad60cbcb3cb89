/// What harnesses without an engine do at a live device: one drives a motor, one loads a
/// controller. And the device's post-mortem log, which shows what it did when they were lost.
#ifndef TAUT_TESTS_SUPPORT_LIVE_BENCH_H
#define TAUT_TESTS_SUPPORT_LIVE_BENCH_H

#include <math.h>

#include "support/live_harness.h"
#include "taut/roles.h"

/// Drives a served motor with a steady torque against a steady pull, a fresh command every
/// millisecond, until it is killed.
_Noreturn static inline void drive_motor(const char *address, double watchdog_s) {
  char path[] = "left.motor";
  open_bench(address, "motor");
  *param("watchdog_s") = watchdog_s;
  begin_bench(path);
  *input("torque_command_nm") = 1.0;
  *input("current_ceiling_a") = 20.0;
  *input("torque_permit") = 1.0;
  *input("spool_tension_n") = 1.0 / *param("spool_radius_m");
  for (;;) {
    *input("command_seq") += 1.0;
    step_bench();
  }
}

/// What drive, load cell and session tell a controller, for `n` milliseconds: the drive gives what
/// it is asked for, the handle is held at `at_m`.
static inline void hold(double at_m, int n) {
  static int64_t i;
  for (int k = 0; k < n; k++, i++) {
    if (i % 10 == 0) *input("heartbeat_seq") += 1.0;
    *input("left_encoder_angle_rad") = at_m / 0.035;
    *input("left_iq_a") = output("left_torque_command_nm") / 0.6;
    *input("left_load_cell_n") =
        output("left_torque_command_nm") / 0.035 + (i % 2 == 0 ? 0.05 : -0.05);
    step_bench();
  }
}

static inline void order(double at_m, double command) {
  *input("command") = command;
  *input("command_seq") += 1.0;
  hold(at_m, 3);
}

/// Arms a served controller in two steps and keeps 10 lb on the cable until it is killed. The
/// handle moves so slowly that an encoder that is told late does not look broken.
_Noreturn static inline void load_controller(const char *address) {
  char path[] = "controller";
  open_bench(address, "controller");
  begin_bench(path);
  *input("profile") = TAUT_PROFILE_REHAB;
  *input("range_min_m") = 0.02;
  *input("range_max_m") = 0.7;
  *input("left_drive_state") = TAUT_DRIVE_RUN;
  *input("left_bus_v") = 54.0;
  hold(0.0, 50);
  *input("left_load_n") = 44.5;
  hold(0.0, 20);
  order(0.0, TAUT_COMMAND_ARM_REQUEST);
  *input("left_hand_presence") = 1.0;
  for (int k = 1; k <= 2000; k++) hold(k * 0.00004, 1);
  hold(0.08, 1300);
  order(0.08, TAUT_COMMAND_ARM_CONFIRM);
  for (;;) hold(0.08, 1);
}

// ---------------------------------------------------------------------------- the post-mortem log

typedef struct moment {
  double wall_s, tick_s, age_ms;
  double value;    ///< torque of a motor, load of a controller
  char label[32];  ///< fault of a drive, cause of a controller
} moment;

enum { MOMENTS_MAX = 20000 };
static moment moments[MOMENTS_MAX];

/// Reads the lines of values of a post-mortem log into `moments`. The last line is whole.
static inline size_t read_box(const char *path) {
  char *text = text_of(path), *line, *rest = text;
  int i_value = -1, i_label = -1;
  size_t n = 0, size = strlen(text);
  assert_true(size > 0 && text[size - 1] == '\n');
  while ((line = strsep(&rest, "\n")) != NULL) {
    if (line[0] == '#' || line[0] == '\0') continue;
    bool is_head = strncmp(line, "wall_s,", 7) == 0;
    moment *m = &moments[n];
    char *cell;
    for (int i = 0; (cell = strsep(&line, ",")) != NULL; i++) {
      bool is_value = strcmp(cell, "torque_nm") == 0 || strcmp(cell, "left_load_command_n") == 0;
      bool is_label = strcmp(cell, "drive_fault") == 0 || strcmp(cell, "cause") == 0;
      if (is_head && is_value) i_value = i;
      if (is_head && is_label) i_label = i;
      if (is_head) continue;
      if (i == 0) m->wall_s = strtod(cell, NULL);
      if (i == 2) m->tick_s = strtod(cell, NULL);
      if (i == 3) m->age_ms = strtod(cell, NULL);
      if (i == i_value) m->value = strtod(cell, NULL);
      if (i == i_label) snprintf(m->label, sizeof m->label, "%s", cell);
    }
    if (!is_head && n + 1 < MOMENTS_MAX) n++;
  }
  free(text);
  return n;
}

/// When the last fresh command was there.
static inline size_t last_fresh(size_t n) {
  size_t last = 0;
  for (size_t i = 0; i < n; i++)
    if (moments[i].age_ms < 20.0) last = i;
  return last;
}

static inline double last_fresh_s(size_t n) {
  return moments[last_fresh(n)].tick_s;
}

/// When the drive's watchdog spoke, -1 for never.
static inline double watchdog_spoke_s(size_t n) {
  for (size_t i = 0; i < n; i++)
    if (strcmp(moments[i].label, "watchdog") == 0) return moments[i].tick_s;
  return -1.0;
}

static inline void expect_rest(size_t n) {
  double fresh_s = last_fresh_s(n), spoke_s = watchdog_spoke_s(n);
  // 100 ms less the 20 ms of the search above and the 5 ms of the log; more on a busy machine,
  // which may take in the last command late.
  assert_true(spoke_s - fresh_s > 0.07 && spoke_s - fresh_s < 0.25);
  for (size_t i = 0; i < n; i++)
    if (moments[i].tick_s > spoke_s + 0.31) assert_true(fabs(moments[i].value) < 0.1);
  assert_true(moments[n - 1].tick_s > fresh_s + 0.5);
}

static inline void expect_unloaded(size_t n) {
  double fresh_s = last_fresh_s(n), stale_s = -1.0;
  for (size_t i = n; i-- > 0;)
    if (strcmp(moments[i].label, "command_stale") == 0) stale_s = moments[i].tick_s;
  // 50 ms, from the last beat of the session, which beats every 10 ms.
  assert_true(stale_s - fresh_s > 0.01 && stale_s - fresh_s < 0.2);
  for (size_t i = 0; i < n; i++)
    if (moments[i].tick_s > stale_s + 0.31) assert_true(moments[i].value <= 20.0);
  assert_true(moments[n - 1].tick_s > stale_s + 0.5);
}

#endif

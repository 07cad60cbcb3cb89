/// Shared by the tests of the bridge: cmocka, time, bytes, a configuration that fits the emulated
/// motor.
#ifndef TAUT_TESTS_HIL_BRIDGE_BENCH_H
#define TAUT_TESTS_HIL_BRIDGE_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
// cmocka wants the four above first.
#include <cmocka.h>
#include <math.h>

#include "hil/bridge/bridge.h"
#include "taut/math.h"

enum { MS = 1000000 };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define assert_near(a, b, tolerance)                                                   \
  do {                                                                                 \
    const double a_ = (a), b_ = (b);                                                   \
    if (!(fabs(a_ - b_) <= (tolerance))) fail_msg("%s is %.9g, not %.9g", #a, a_, b_); \
  } while (0)

static inline uint64_t draw(uint32_t stream, uint32_t i) {
  return taut_random_u64(7, stream, 0, i);
}

/// Limits of the home trainer; torque constant of the emulated motor.
static inline taut_bridge_config bench_config(void) {
  taut_bridge_config c = taut_bridge_config_default();
  c.may_arm = true;
  c.torque_per_amp_nm = 0.6;
  c.current_max_a = 30.0;
  c.speed_max_rad_s = 60.0;
  c.bus_min_v = 40.0;
  c.bus_max_v = 62.0;
  c.temp_start_k = 358.15;
  c.temp_end_k = 373.15;
  c.timeout_brake_a = 0.0;
  return c;
}

/// Fetches all events; returns how many of `id` there were, the value of the last in `value`.
static inline int count_events(taut_bridge *bridge, taut_bridge_event_id id, double *value) {
  int n = 0;
  taut_bridge_event event;
  while (taut_bridge_next_event(bridge, &event)) {
    if (event.id != id) continue;
    n++;
    if (value) *value = event.value;
  }
  return n;
}

#endif

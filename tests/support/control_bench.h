/// The reference controller without a plant: a handle that is held still at one place, a drive that
/// gives at once what it is asked for, and a load cell that reads what the drive gives. For tests
/// of arming, ramps and safety classes, whose times must not depend on a motor.
#ifndef TAUT_TESTS_SUPPORT_CONTROL_BENCH_H
#define TAUT_TESTS_SUPPORT_CONTROL_BENCH_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "models/resistance.h"
#include "taut/math.h"
#include "taut/roles.h"

#define BENCH_DT_S 250e-6
#define BENCH_RATE_CALLS 80  // 20 ms

typedef struct bench {
  taut_resistance_state s;
  taut_resistance_input in;   ///< what the test sets
  double at_m;                ///< where the handle is held
  double iq_gain, iq_bias_a;  ///< measured over asked current
  double cell_bias_n;
  bool is_beating, is_cell_frozen;
  double recent_n[BENCH_RATE_CALLS];  ///< set-points of the last 20 ms
  double up_max_n_s, down_max_n_s;    ///< steepest change over 20 ms
  uint64_t events;                    ///< every event since the start
  int64_t tick;
} bench;

static inline double bench_command(const bench *b) {
  return b->s.output.side[0].load_command_n;
}

static inline void bench_step(bench *b) {
  if (b->tick % 40 == 0 && b->is_beating) b->in.heartbeat_seq += 1.0;
  double iq = b->s.side[0].iq_command_a, force = b->s.side[0].force_n;
  double cell = b->s.input.side[0].load_cell_n;
  b->s.input = b->in;
  taut_resistance_side_input *side = &b->s.input.side[0];
  side->encoder_angle_rad = b->at_m / b->s.p.spool_radius_m;
  side->iq_a = iq * b->iq_gain + b->iq_bias_a;
  side->load_cell_n = force + b->cell_bias_n + (b->tick / 4 % 2 ? 0.05 : -0.05);
  if (b->is_cell_frozen) side->load_cell_n = cell;
  taut_resistance_update(&b->s);
  b->events |= b->s.event_bits;
  double now = bench_command(b), before = b->recent_n[b->tick % BENCH_RATE_CALLS];
  double rate = (now - before) / (BENCH_RATE_CALLS * BENCH_DT_S);
  b->recent_n[b->tick % BENCH_RATE_CALLS] = now;
  b->up_max_n_s = fmax(b->up_max_n_s, rate);
  b->down_max_n_s = fmax(b->down_max_n_s, -rate);
  b->tick += 1;
}

static inline void bench_run(bench *b, double time_s) {
  int64_t n = taut_to_i64(time_s / BENCH_DT_S + 0.5);
  for (int64_t i = 0; i < n; i++) bench_step(b);
}

static inline void bench_order(bench *b, int command) {
  b->in.command = command;
  b->in.command_seq += 1.0;
  bench_run(b, 0.002);
}

static inline bench bench_make(uint64_t defects) {
  bench b = {.iq_gain = 1.0, .is_beating = true};
  taut_resistance_params p = taut_resistance_params_default();
  p.defects = defects;
  if (taut_resistance_init(&b.s, &p, BENCH_DT_S)) b.tick = -1;
  b.in = b.s.input;
  b.in.profile = TAUT_PROFILE_REHAB;
  b.in.range_min_m = 0.2;
  b.in.range_max_m = 0.7;
  b.in.side[0].drive_state = TAUT_DRIVE_RUN;
  b.in.side[0].bus_v = 54.0;
  bench_run(&b, 0.1);
  return b;
}

/// Brings the handle out at a speed a person would use.
static inline void bench_move(bench *b, double to_m) {
  double from = b->at_m;
  for (int i = 0; i <= 4000; i++) {
    b->at_m = from + (to_m - from) * taut_smoothstep(i, 0, 4000);
    bench_step(b);
  }
}

/// Both steps of arming with the load asked for; true when armed. Does not wait for the ramp.
static inline bool bench_arm(bench *b, double pounds) {
  b->in.side[0].load_n = pounds * TAUT_LBF_N;
  bench_run(b, 0.02);
  bench_order(b, TAUT_COMMAND_ARM_REQUEST);
  b->in.side[0].hand_presence = 1.0;
  bench_move(b, 0.45);
  bench_run(b, 1.2);
  bench_order(b, TAUT_COMMAND_ARM_CONFIRM);
  return b->s.arm == TAUT_ARM_ARMED;
}

/// Armed and loaded, with the rates measured from here.
static inline bool bench_load(bench *b, double pounds) {
  bool is_armed = bench_arm(b, pounds);
  bench_run(b, pounds * TAUT_LBF_N / 48.0 + 0.3);
  b->up_max_n_s = b->down_max_n_s = 0.0;
  return is_armed;
}

#endif

/// A bridge without transport, a host that commands each period, and a drive that does as it is
/// told.
#ifndef TAUT_TESTS_HIL_BRIDGE_RIG_H
#define TAUT_TESTS_HIL_BRIDGE_RIG_H

#include "bench.h"

typedef struct rig {
  taut_bridge b;
  int64_t now_ns;
  double seq;
  double torque_nm, permit, brake;
  bool is_commanding, is_telling, is_confirming, is_following;
  taut_bridge_telemetry t;
  taut_bridge_order order;
  uint32_t setup_done;
} rig;

static inline void rig_make(rig *r, const taut_bridge_config *config) {
  memset(r, 0, sizeof *r);
  r->now_ns = 1000 * (int64_t)MS;
  r->is_commanding = r->is_telling = r->is_confirming = r->is_following = true;
  r->t = (taut_bridge_telemetry){.parts = (1u << TAUT_BRIDGE_PART_COUNT) - 1,
                                 .bus_v = 54.0,
                                 .motor_temp_k = 300.0,
                                 .inverter_temp_k = 300.0,
                                 .is_encoder_valid = true,
                                 .is_running = true};
  const char *why = taut_bridge_init(&r->b, config, r->now_ns);
  if (why) fail_msg("%s", why);
}

static inline taut_status command(rig *r, int64_t age_ns) {
  const taut_bridge_command c = {.torque_command_nm = r->torque_nm,
                                 .current_ceiling_a = 100.0,
                                 .torque_permit = r->permit,
                                 .brake = r->brake,
                                 .command_seq = ++r->seq,
                                 .age_ns = age_ns};
  return taut_bridge_take_command(&r->b, r->now_ns, &c);
}

// One period of 5 ms.
static inline void turn(rig *r) {
  r->now_ns += 5 * MS;
  if (r->is_telling) taut_bridge_take_telemetry(&r->b, r->now_ns, &r->t);
  if (r->is_commanding) command(r, MS);
  taut_bridge_step(&r->b, r->now_ns, &r->order);
  if (r->is_confirming && r->order.setup_id != r->setup_done) {
    r->setup_done = r->order.setup_id;
    taut_bridge_take_setup(&r->b, r->now_ns,
                           &(taut_bridge_setup){r->setup_done, true, r->b.config.timeout_s, NULL});
  }
  r->t.angle_rad += r->t.speed_rad_s * 0.005;
  if (r->is_following) {
    r->t.iq_a = r->order.kind == TAUT_BRIDGE_TORQUE ? r->order.current_a : 0.0;
  }
}

static inline void turn_for(rig *r, int ms) {
  for (int i = 0; i < ms / 5; i++) turn(r);
}

static inline void to_idle(rig *r) {
  turn_for(r, 20);
  assert_int_equal(r->b.state, TAUT_BRIDGE_IDLE);
}

static inline void to_requested(rig *r) {
  to_idle(r);
  assert_int_equal(taut_bridge_arm_request(&r->b, r->now_ns, 4711), TAUT_OK);
  turn_for(r, 600);
  assert_int_equal(r->b.state, TAUT_BRIDGE_REQUESTED);
}

static inline void to_armed(rig *r) {
  to_requested(r);
  assert_int_equal(taut_bridge_arm_confirm(&r->b, r->now_ns, 4711), TAUT_OK);
  assert_int_equal(r->b.state, TAUT_BRIDGE_ARMED);
  r->permit = 1.0;
  turn(r);
}

static inline void to_loaded(rig *r, double torque_nm) {
  to_armed(r);
  r->torque_nm = torque_nm;
  turn_for(r, 50);
  assert_int_equal(r->order.kind, TAUT_BRIDGE_TORQUE);
  assert_near(r->order.torque_nm, torque_nm, 1e-12);
}

static inline void rig_new(rig *r) {
  const taut_bridge_config c = bench_config();
  rig_make(r, &c);
}

#endif

// Fuzz target: any frames on the bus of an ODrive, eleven bytes each: identifier, length and kind,
// data. Built and replayed as fuzz_vesc.c is.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "hil/bridge/odrive_drive.h"

enum { PIECE = 11 };

typedef struct feed {
  taut_can_bus bus;
  const uint8_t *bytes;
  size_t n;
  int left;  // frames until the bus is silent for a cycle
} feed;

static taut_status feed_send(taut_can_bus *bus, const taut_can_frame *frame) {
  (void)bus;
  (void)frame;
  return TAUT_OK;
}

static taut_status feed_receive(taut_can_bus *bus, taut_can_frame *frame) {
  feed *f = (feed *)bus;
  if (f->n < PIECE || f->left-- <= 0) return TAUT_ENOTFOUND;
  const uint8_t *b = f->bytes;
  *frame = (taut_can_frame){.id = (uint32_t)(b[0] | b[1] << 8) & 0x7ff,
                            .length = (uint8_t)(b[2] % 9),
                            .is_remote = (b[2] & 0x40) != 0,
                            .is_extended = (b[2] & 0x80) != 0};
  memcpy(frame->data, b + 3, 8);
  f->bytes += PIECE;
  f->n -= PIECE;
  return TAUT_OK;
}

static taut_status feed_restart(taut_can_bus *bus) {
  (void)bus;
  return TAUT_OK;
}

static void feed_close(taut_can_bus *bus) {
  (void)bus;
}

static const taut_can_ops feed_ops = {feed_send, feed_receive, feed_restart, feed_close};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1) return 0;
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
  const taut_odrive_drive_config config = {
      .dialect = data[0] & 1 ? TAUT_ODRIVE_0_6 : TAUT_ODRIVE_0_5,
      .node = 0,
      .direction = -1,
      .endpoint_watchdog_timeout = 200,
      .endpoint_enable_watchdog = 201};
  feed f = {{&feed_ops, {0}, -1}, data + 1, size - 1, 0};
  static taut_bridge bridge;
  static taut_odrive_drive drive;
  if (taut_bridge_init(&bridge, &c, 0)) abort();
  if (taut_odrive_drive_init(&drive, &config, &f.bus, 0)) abort();
  for (int64_t now_ns = 0; f.n >= PIECE; now_ns += 5000000) {
    taut_bridge_order order;
    f.left = 3;
    drive.drive.ops->receive(&drive.drive, &bridge, now_ns);
    taut_bridge_step(&bridge, now_ns, &order);
    drive.drive.ops->send(&drive.drive, &bridge, &order, now_ns);
    if (order.kind == TAUT_BRIDGE_TORQUE) abort();
    double out[TAUT_MOTOR_OUT_COUNT];
    bool is_measured[TAUT_MOTOR_OUT_COUNT];
    taut_bridge_outputs(&bridge, out, is_measured);
    for (int i = 0; i < TAUT_MOTOR_OUT_COUNT; i++) {
      if (!isfinite(out[i])) abort();
    }
  }
  return 0;
}

// Fuzz target: any bytes on the line of a VESC. The parser must survive them, the bridge must
// neither give torque nor tell a number that is none. Built with -fsanitize=fuzzer it searches;
// linked with fuzz_replay.c it replays the corpus.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "hil/bridge/emulator/vesc_emulator.h"
#include "hil/bridge/vesc_drive.h"

typedef struct line {
  taut_byte_stream stream;
  const uint8_t *bytes;
  size_t n;
} line;

// The first byte of a piece says how many bytes the line gives at once.
static taut_status line_read(taut_byte_stream *stream, uint8_t *bytes, size_t n, size_t *n_read) {
  line *l = (line *)stream;
  *n_read = 0;
  if (l->n < 2) return TAUT_OK;
  size_t take = l->bytes[0] % 64 + 1u;
  if (take > l->n - 1) take = l->n - 1;
  if (take > n) take = n;
  memcpy(bytes, l->bytes + 1, take);
  l->bytes += take + 1;
  l->n -= take + 1;
  *n_read = take;
  return TAUT_OK;
}

static taut_status line_write(taut_byte_stream *stream, const uint8_t *bytes, size_t n) {
  (void)stream;
  (void)bytes;
  (void)n;
  return TAUT_OK;
}

static void line_close(taut_byte_stream *stream) {
  (void)stream;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
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
  const taut_vesc_drive_config config = {.pole_pairs = 10, .direction = 1, .poll_ns = 10000000};
  line l = {{line_read, line_write, line_close, -1}, data, size};
  static taut_bridge bridge;
  static taut_vesc_drive drive;
  if (taut_bridge_init(&bridge, &c, 0)) abort();
  if (taut_vesc_drive_init(&drive, &config, &l.stream, 0)) abort();
  for (int64_t now_ns = 0; l.n >= 2; now_ns += 5000000) {
    taut_bridge_order order;
    drive.drive.ops->receive(&drive.drive, &bridge, now_ns);
    taut_bridge_step(&bridge, now_ns, &order);
    drive.drive.ops->send(&drive.drive, &bridge, &order, now_ns);
    if (order.kind == TAUT_BRIDGE_TORQUE || !isfinite(order.current_a)) abort();
    double out[TAUT_MOTOR_OUT_COUNT];
    bool is_measured[TAUT_MOTOR_OUT_COUNT];
    taut_bridge_outputs(&bridge, out, is_measured);
    for (int i = 0; i < TAUT_MOTOR_OUT_COUNT; i++) {
      if (!isfinite(out[i])) abort();
    }
  }
  // The same bytes as a drive would get them.
  static taut_vesc_emulator emulator;
  taut_vesc_emulator_init(&emulator, 0);
  taut_vesc_emulator_take(&emulator, data, size);
  return 0;
}

// The firmware of a VESC as far as the bridge meets it.
#include "hil/bridge/emulator/vesc_emulator.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "hil/bridge/bytes.h"
#include "taut/math.h"

static const int64_t ms = 1000000;
static const int64_t thread_ns = 10 * 1000000;       // period of the time-out thread
static const int64_t fault_hold_ns = 500 * 1000000;  // commands are ignored this long after a fault
static const double bus_min_v = 8.0;
static const double temp_max_k = 373.15;
static const double current_least_a = 0.05;  // less does not switch the bridge on

static void store_default_configuration(taut_vesc_emulator *e) {
  for (size_t i = 0; i < sizeof e->conf; i++) e->conf[i] = (uint8_t)(i * 37 + 11);
  e->conf[0] = TAUT_VESC_GET_APPCONF;
  taut_put_be32(e->conf + 1, TAUT_VESC_APPCONF_7_01);
  e->conf[5] = 0;
  taut_put_be32(e->conf + 6, 1000);
  taut_put_be32(e->conf + 10, taut_float_bits(0.0f));
}

void taut_vesc_emulator_init(taut_vesc_emulator *e, int64_t now_ns) {
  memset(e, 0, sizeof *e);
  taut_drive_motor_init(&e->motor, now_ns);
  e->now_ns = e->check_ns = now_ns;
  e->fed_ns = now_ns - 1000 * ms;
  e->direction = 1;
  e->pole_pairs = (int)e->motor.pmsm.k.pole_pairs;
  store_default_configuration(e);
}

void taut_vesc_emulator_restart(taut_vesc_emulator *e) {
  store_default_configuration(e);
  e->motor.mode = TAUT_DRIVE_MOTOR_OFF;
  e->fault = TAUT_VESC_FAULT_NONE;
  e->fed_ns = e->now_ns - 1000 * ms;
  e->n_outbox = 0;
  memset(&e->parser, 0, sizeof e->parser);
}

taut_vesc_timeout taut_vesc_emulator_timeout(const taut_vesc_emulator *e) {
  taut_vesc_timeout held = {0};
  taut_vesc_decode_timeout(e->conf, sizeof e->conf, &held);
  return held;
}

void taut_vesc_emulator_trip(taut_vesc_emulator *e, int fault) {
  e->fault = fault;
  e->fault_ns = e->now_ns;
  e->motor.mode = TAUT_DRIVE_MOTOR_OFF;
}

static void brake(taut_vesc_emulator *e, double current_a) {
  const bool is_off = fabs(current_a) < current_least_a;
  e->motor.mode = is_off ? TAUT_DRIVE_MOTOR_OFF : TAUT_DRIVE_MOTOR_BRAKE;
  e->motor.brake_a = fabs(current_a);
}

static void drive(taut_vesc_emulator *e, double current_a) {
  const bool is_off = fabs(current_a) < current_least_a;
  e->motor.mode = is_off ? TAUT_DRIVE_MOTOR_OFF : TAUT_DRIVE_MOTOR_TORQUE;
  e->motor.torque_nm = e->direction * current_a * e->motor.torque_per_amp_nm;
}

// The thread looks every 10 ms, so the time-out acts up to 10 ms late. A time-out of 0 never acts.
static void check_timeout(taut_vesc_emulator *e) {
  const taut_vesc_timeout held = taut_vesc_emulator_timeout(e);
  e->has_timed_out = held.timeout_ms != 0 && e->now_ns - e->fed_ns > held.timeout_ms * ms;
  if (e->has_timed_out && e->fault == TAUT_VESC_FAULT_NONE) brake(e, held.brake_current_a);
}

// A fault goes by itself when its cause is gone and its time is over: a host that still sends
// currents is obeyed again.
static void check_faults(taut_vesc_emulator *e) {
  const double temp_k = e->motor.pmsm.sensor_k + e->motor.temp_offset_k;
  if (e->motor.pmsm.bus_v < bus_min_v) {
    taut_vesc_emulator_trip(e, TAUT_VESC_FAULT_UNDER_VOLTAGE);
  } else if (temp_k > temp_max_k) {
    taut_vesc_emulator_trip(e, TAUT_VESC_FAULT_OVER_TEMP_MOTOR);
  } else if (e->fault != TAUT_VESC_FAULT_NONE && e->now_ns - e->fault_ns > fault_hold_ns) {
    e->fault = TAUT_VESC_FAULT_NONE;
  }
}

void taut_vesc_emulator_advance(taut_vesc_emulator *e, int64_t now_ns) {
  while (e->now_ns < now_ns) {
    const int64_t next_ns = e->check_ns < now_ns ? e->check_ns : now_ns;
    if (next_ns > e->now_ns) e->now_ns = next_ns;
    taut_drive_motor_advance(&e->motor, e->now_ns);
    check_faults(e);
    if (e->now_ns < e->check_ns) continue;
    check_timeout(e);
    e->check_ns += thread_ns;
  }
}

static taut_vesc_values measure(taut_vesc_emulator *e, uint32_t parts) {
  const taut_pmsm_state *m = &e->motor.pmsm;
  taut_vesc_values v = e->values;
  if (!e->faults.is_frozen) {
    double iq_a;
    double id_a;
    taut_drive_motor_read_means(&e->motor, &iq_a, &id_a);
    const double turn_rad = 2.0 * TAUT_PI;
    const double angle_rad = -e->direction * m->encoder_rad;
    v = (taut_vesc_values){
        .fet_temp_k = m->housing_k + e->motor.temp_offset_k,
        .motor_temp_k = m->sensor_k + e->motor.temp_offset_k,
        .motor_current_a = e->direction * iq_a,
        .id_a = id_a,
        .iq_a = e->direction * iq_a,
        .electrical_rad_s = -e->direction * m->speed_rad_s * e->pole_pairs,
        .bus_v = m->bus_v,
        .position_rad = angle_rad - turn_rad * floor(angle_rad / turn_rad),
        .fault = e->fault,
        .has_timed_out = e->has_timed_out,
    };
    e->values = v;
  }
  v.parts = parts;
  return v;
}

static void push(taut_vesc_emulator *e, const uint8_t *bytes, size_t n) {
  if (n > sizeof e->outbox - e->n_outbox) return;
  memcpy(e->outbox + e->n_outbox, bytes, n);
  e->n_outbox += n;
}

static bool use_up(int *count) {
  if (*count <= 0) return false;
  (*count)--;
  return true;
}

static void reply(taut_vesc_emulator *e, const uint8_t *payload, size_t n) {
  uint8_t frame[TAUT_VESC_FRAME_MAX + 1];
  size_t n_frame = taut_vesc_frame(payload, n, frame);
  static const uint8_t garbage[] = {0x55, 0x02, 0x80, 0x03, 0x01, 0xff, 0x02};
  if (use_up(&e->faults.n_garbage)) push(e, garbage, sizeof garbage);
  if (use_up(&e->faults.n_bad_crc)) frame[n_frame - 2] ^= 0x40;
  if (n_frame > 6 && use_up(&e->faults.n_dropped_byte)) {
    memmove(frame + 5, frame + 6, n_frame - 6);
    n_frame--;
  }
  if (n_frame > 6 && use_up(&e->faults.n_doubled_byte)) {
    memmove(frame + 6, frame + 5, n_frame - 5);
    n_frame++;
  }
  if (frame[0] == 2 && use_up(&e->faults.n_bad_length)) frame[1] = 0xf0;
  push(e, frame, n_frame);
}

static void set_configuration(taut_vesc_emulator *e, const uint8_t *payload, size_t n) {
  if (e->faults.refuses_setup) return;
  const bool is_whole = n == sizeof e->conf;
  if (!is_whole || taut_get_be32(payload + 1) != TAUT_VESC_APPCONF_7_01) return;
  if (!e->faults.forgets_setup) {
    memcpy(e->conf + 1, payload + 1, n - 1);
    if (e->faults.keeps_brake) taut_put_be32(e->conf + 10, taut_float_bits(7.0f));
    if (e->faults.spoils_setup) e->conf[200] ^= 1;
  }
  reply(e, payload, 1);
}

static void send_configuration(taut_vesc_emulator *e) {
  uint8_t payload[TAUT_VESC_EMULATOR_CONF];
  memcpy(payload, e->conf, sizeof payload);
  if (e->faults.has_other_layout) payload[1] ^= 0x10;
  reply(e, payload, sizeof payload);
}

static void obey(taut_vesc_emulator *e, const uint8_t *payload, size_t n) {
  double current_a = 0.0;
  e->fed_ns = e->now_ns;
  if (!taut_vesc_decode_current(payload, n, &current_a)) return;
  if (e->fault != TAUT_VESC_FAULT_NONE) return;
  e->commands++;
  if (payload[0] == TAUT_VESC_SET_CURRENT) {
    drive(e, current_a);
  } else {
    brake(e, current_a);
  }
}

static void take_payload(const uint8_t *payload, size_t n, void *user) {
  taut_vesc_emulator *e = user;
  uint8_t out[128];
  switch (payload[0]) {
    case TAUT_VESC_FW_VERSION: reply(e, (const uint8_t[]){TAUT_VESC_FW_VERSION, 7, 0, 0}, 4); break;
    case TAUT_VESC_GET_VALUES_SELECTIVE:
      if (n == 5) {
        const taut_vesc_values v = measure(e, taut_get_be32(payload + 1) & TAUT_VESC_HAS_ALL);
        reply(e, out, taut_vesc_encode_values(&v, out));
      }
      break;
    case TAUT_VESC_SET_CURRENT:
    case TAUT_VESC_SET_CURRENT_BRAKE: obey(e, payload, n); break;
    case TAUT_VESC_ALIVE: e->fed_ns = e->now_ns; break;
    case TAUT_VESC_GET_APPCONF: send_configuration(e); break;
    case TAUT_VESC_SET_APPCONF_NO_STORE: set_configuration(e, payload, n); break;
    case TAUT_VESC_REBOOT: taut_vesc_emulator_restart(e); break;
    default: break;
  }
}

void taut_vesc_emulator_take(taut_vesc_emulator *e, const uint8_t *bytes, size_t n) {
  if (e->faults.is_hung) return;
  taut_vesc_parser_take(&e->parser, bytes, n, take_payload, e);
}

size_t taut_vesc_emulator_give(taut_vesc_emulator *e, uint8_t *bytes, size_t n) {
  if (e->faults.is_hung) return 0;
  const size_t give = n < e->n_outbox ? n : e->n_outbox;
  memcpy(bytes, e->outbox, give);
  e->n_outbox -= give;
  memmove(e->outbox, e->outbox + give, e->n_outbox);
  return give;
}

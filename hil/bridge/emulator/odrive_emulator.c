// The firmware of an ODrive as far as the bridge meets it.
#include "hil/bridge/emulator/odrive_emulator.h"

#include <math.h>
#include <string.h>

#include "hil/bridge/bytes.h"
#include "taut/math.h"

static const int64_t ms = 1000000;
static const double turn_rad = 2.0 * TAUT_PI;
static const double bus_min_v = 20.0;
static const double temp_max_k = 373.15;

enum { LAST_ENCODER, LAST_IQ, LAST_BUS, LAST_TEMPERATURE };

void taut_odrive_emulator_init(taut_odrive_emulator *e, taut_odrive_dialect dialect, int node,
                               taut_can_bus *bus, int64_t now_ns) {
  memset(e, 0, sizeof *e);
  taut_drive_motor_init(&e->motor, now_ns);
  e->bus = bus;
  e->dialect = dialect;
  e->node = node;
  e->direction = 1;
  e->now_ns = e->fed_ns = now_ns;
  e->heartbeat_ns = now_ns + 100 * ms;
  e->encoder_ns = now_ns + 10 * ms;
  e->axis_state = TAUT_ODRIVE_IDLE;
  e->endpoint_watchdog_timeout = 200;
  e->endpoint_enable_watchdog = 201;
}

void taut_odrive_emulator_trip(taut_odrive_emulator *e, uint32_t axis_error) {
  e->axis_error |= axis_error;
  e->axis_state = TAUT_ODRIVE_IDLE;
}

static uint32_t error_bit(const taut_odrive_emulator *e, uint32_t bit_0_5, uint32_t bit_0_6) {
  return e->dialect == TAUT_ODRIVE_0_5 ? bit_0_5 : bit_0_6;
}

// -------------------------------------------------------------------------------------- messages

static void send_frame(taut_odrive_emulator *e, const taut_can_frame *frame) {
  if (!e->faults.is_hung) taut_can_send(e->bus, frame);
}

static void send_pair(taut_odrive_emulator *e, int command, int slot, taut_odrive_pair pair) {
  if (e->faults.is_frozen) pair = e->last[slot];
  e->last[slot] = pair;
  if (e->faults.nan_command == command) pair.first = NAN;
  const taut_can_frame frame = taut_odrive_encode_pair(e->node, command, pair);
  send_frame(e, &frame);
}

static void send_encoder(taut_odrive_emulator *e) {
  const taut_pmsm_state *m = &e->motor.pmsm;
  send_pair(e, TAUT_ODRIVE_ENCODER_ESTIMATES, LAST_ENCODER,
            (taut_odrive_pair){-e->direction * m->encoder_rad / turn_rad,
                               -e->direction * m->speed_rad_s / turn_rad});
}

static void send_heartbeat(taut_odrive_emulator *e) {
  const bool is_0_5 = e->dialect == TAUT_ODRIVE_0_5;
  const taut_odrive_heartbeat heartbeat = {
      .axis_error = e->axis_error,
      .axis_state = e->axis_state,
      .byte5 = is_0_5 && (e->axis_error & TAUT_ODRIVE_0_5_MOTOR) ? 1 : 0,
      .byte6 = is_0_5 && (e->axis_error & TAUT_ODRIVE_0_5_ENCODER) ? 1 : 0,
  };
  const taut_can_frame frame = taut_odrive_encode_heartbeat(e->node, &heartbeat);
  send_frame(e, &frame);
}

static void send_version(taut_odrive_emulator *e) {
  const taut_odrive_version version = {.protocol = 2,
                                       .hw_major = 5,
                                       .fw_major = 0,
                                       .fw_minor = 6,
                                       .fw_revision = e->faults.has_other_firmware ? 9 : 10};
  const taut_can_frame frame = taut_odrive_encode_version(e->node, &version);
  send_frame(e, &frame);
}

static void access_parameter(taut_odrive_emulator *e, const taut_can_frame *frame) {
  taut_odrive_sdo sdo;
  if (!taut_odrive_decode_sdo(frame, &sdo)) return;
  const bool is_timeout = sdo.endpoint == e->endpoint_watchdog_timeout;
  const bool is_enable = sdo.endpoint == e->endpoint_enable_watchdog;
  if (sdo.is_write) {
    if (is_timeout && !e->faults.keeps_timeout)
      e->watchdog_s = (double)taut_float_of_bits(sdo.value);
    if (is_enable && !e->faults.keeps_disabled) e->is_watched = (sdo.value & 0xff) != 0;
  } else if (is_timeout || is_enable) {
    sdo.value = is_enable ? (uint32_t)e->is_watched : taut_float_bits((float)e->watchdog_s);
    const taut_can_frame reply = taut_odrive_encode_sdo_reply(e->node, &sdo);
    send_frame(e, &reply);
  }
}

static void set_axis_state(taut_odrive_emulator *e, const taut_can_frame *frame) {
  const uint32_t state = taut_get_le32(frame->data);
  if (state == TAUT_ODRIVE_CLOSED_LOOP && e->axis_error == 0) {
    e->axis_state = TAUT_ODRIVE_CLOSED_LOOP;
    e->fed_ns = e->now_ns;
  } else if (state == TAUT_ODRIVE_IDLE) {
    e->axis_state = TAUT_ODRIVE_IDLE;
  }
}

// NaN passes the firmware; the length of the frame is not looked at.
static void set_torque(taut_odrive_emulator *e, const taut_can_frame *frame) {
  const double torque_nm = (double)taut_get_le_float(frame->data);
  if (!isfinite(torque_nm)) {
    e->took_nan = true;
    return;
  }
  e->torque_nm = torque_nm;
}

static void answer(taut_odrive_emulator *e, int command) {
  const taut_pmsm_state *m = &e->motor.pmsm;
  switch (command) {
    case TAUT_ODRIVE_GET_VERSION:
      if (e->dialect == TAUT_ODRIVE_0_6) send_version(e);
      break;
    case TAUT_ODRIVE_ENCODER_ESTIMATES: send_encoder(e); break;
    case TAUT_ODRIVE_GET_IQ:
      send_pair(e, command, LAST_IQ,
                (taut_odrive_pair){e->torque_nm / e->motor.torque_per_amp_nm,
                                   e->direction * taut_pmsm_iq_measured(m)});
      break;
    case TAUT_ODRIVE_GET_BUS:
      send_pair(e, command, LAST_BUS, (taut_odrive_pair){m->bus_v, 0.0});
      break;
    case TAUT_ODRIVE_GET_TEMPERATURE:
      if (e->dialect == TAUT_ODRIVE_0_5) break;
      send_pair(e, command, LAST_TEMPERATURE,
                (taut_odrive_pair){m->housing_k + e->motor.temp_offset_k - 273.15,
                                   m->sensor_k + e->motor.temp_offset_k - 273.15});
      break;
    default: break;
  }
}

// In 0.5 every frame to the axis feeds the watchdog, before it is looked at. In 0.6 the emulator
// takes only commands as food.
static void take_frame(taut_odrive_emulator *e, const taut_can_frame *frame) {
  int node = -1;
  int command = -1;
  if (!taut_odrive_split_id(frame, &node, &command) || node != e->node) return;
  if (e->dialect == TAUT_ODRIVE_0_5 || !frame->is_remote) e->fed_ns = e->now_ns;
  if (frame->is_remote) {
    answer(e, command);
    return;
  }
  switch (command) {
    case TAUT_ODRIVE_ESTOP:
      taut_odrive_emulator_trip(e, error_bit(e, TAUT_ODRIVE_0_5_ESTOP, TAUT_ODRIVE_0_6_ESTOP));
      break;
    case TAUT_ODRIVE_RX_SDO:
      if (e->dialect == TAUT_ODRIVE_0_6) access_parameter(e, frame);
      break;
    case TAUT_ODRIVE_SET_AXIS_STATE: set_axis_state(e, frame); break;
    case TAUT_ODRIVE_SET_INPUT_TORQUE: set_torque(e, frame); break;
    case TAUT_ODRIVE_CLEAR_ERRORS: e->axis_error = 0; break;
    default: break;
  }
}

// --------------------------------------------------------------------------------------- control

static void check(taut_odrive_emulator *e) {
  const bool is_running = e->axis_state == TAUT_ODRIVE_CLOSED_LOOP;
  const double temp_k = e->motor.pmsm.sensor_k + e->motor.temp_offset_k;
  if (is_running && e->motor.pmsm.bus_v < bus_min_v) {
    taut_odrive_emulator_trip(e,
                              error_bit(e, TAUT_ODRIVE_0_5_MOTOR, TAUT_ODRIVE_0_6_UNDER_VOLTAGE));
  }
  if (is_running && temp_k > temp_max_k) {
    taut_odrive_emulator_trip(
        e, error_bit(e, TAUT_ODRIVE_0_5_OVER_TEMP, TAUT_ODRIVE_0_6_MOTOR_OVER_TEMP));
  }
  if (is_running && e->is_watched && (double)(e->now_ns - e->fed_ns) * 1e-9 > e->watchdog_s) {
    taut_odrive_emulator_trip(e, error_bit(e, TAUT_ODRIVE_0_5_WATCHDOG, TAUT_ODRIVE_0_6_WATCHDOG));
  }
  if (e->faults.falls_idle) e->axis_state = TAUT_ODRIVE_IDLE;
}

static void control(taut_odrive_emulator *e) {
  check(e);
  const bool is_running = e->axis_state == TAUT_ODRIVE_CLOSED_LOOP;
  e->motor.mode = is_running ? TAUT_DRIVE_MOTOR_TORQUE : TAUT_DRIVE_MOTOR_OFF;
  e->motor.torque_nm = e->direction * e->torque_nm;
}

void taut_odrive_emulator_advance(taut_odrive_emulator *e, int64_t now_ns) {
  taut_can_frame frame;
  while (taut_can_receive(e->bus, &frame) == TAUT_OK) {
    if (!frame.is_error && !e->faults.is_hung) take_frame(e, &frame);
  }
  while (e->now_ns < now_ns) {
    const int64_t next_ns = e->now_ns + ms;
    e->now_ns = next_ns < now_ns ? next_ns : now_ns;
    control(e);
    taut_drive_motor_advance(&e->motor, e->now_ns);
    if (e->now_ns >= e->encoder_ns) {
      e->encoder_ns += 10 * ms;
      send_encoder(e);
    }
    if (e->now_ns >= e->heartbeat_ns) {
      e->heartbeat_ns += 100 * ms;
      send_heartbeat(e);
    }
  }
  control(e);
}

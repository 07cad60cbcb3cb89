// Conversation with a VESC: setup of its time-out, polling, orders.
#include "hil/bridge/vesc_drive.h"

#include <math.h>
#include <string.h>

#include "taut/math.h"

static const int64_t ms = 1000000;

// A line that is silent this long inside a frame has lost the rest of it.
static const int64_t silence_ns = 4 * 1000000;
static const int64_t answer_ns = 300 * 1000000;  // SET_APPCONF may restart the drive's inputs
static const int64_t doubt_ns = 1000 * 1000000;

static const uint32_t asked_parts = TAUT_VESC_HAS_TEMP_FET | TAUT_VESC_HAS_TEMP_MOTOR |
                                    TAUT_VESC_HAS_ID | TAUT_VESC_HAS_IQ | TAUT_VESC_HAS_ERPM |
                                    TAUT_VESC_HAS_BUS | TAUT_VESC_HAS_FAULT |
                                    TAUT_VESC_HAS_POSITION | TAUT_VESC_HAS_STATUS;

static taut_status send_payload(taut_vesc_drive *d, const uint8_t *payload, size_t n) {
  uint8_t frame[TAUT_VESC_FRAME_MAX];
  const size_t n_frame = taut_vesc_frame(payload, n, frame);
  return n_frame == 0 ? TAUT_EINVAL : d->stream->write(d->stream, frame, n_frame);
}

static taut_status send_request(taut_vesc_drive *d, uint8_t command) {
  uint8_t payload[1];
  return send_payload(d, payload, taut_vesc_encode_request(command, payload));
}

// ------------------------------------------------------------------------------------------ setup

static void report(taut_vesc_drive *d, double timeout_s, const char *reason) {
  d->setup_step = TAUT_VESC_SETUP_NONE;
  taut_bridge_take_setup(d->bridge, d->now_ns,
                         &(taut_bridge_setup){.id = d->setup_id,
                                              .is_confirmed = reason == NULL,
                                              .timeout_s = timeout_s,
                                              .reason = reason});
}

// The first answer: the same configuration with another time-out goes back. NO_STORE keeps the
// drive's flash as it is, so the drive forgets it with its power, as it should.
static void change_configuration(taut_vesc_drive *d, const uint8_t *payload, size_t n) {
  const taut_bridge_config *c = &d->bridge->config;
  memcpy(d->conf, payload, n);
  d->n_conf = n;
  const uint32_t timeout_ms = (uint32_t)rint(c->timeout_s * 1000.0);
  if (!taut_vesc_change_timeout(d->conf, n, timeout_ms, c->timeout_brake_a)) {
    report(d, NAN, "the layout of the drive's configuration is not known: use a known firmware");
    return;
  }
  if (send_payload(d, d->conf, n) != TAUT_OK) return;
  d->setup_step = TAUT_VESC_SETUP_SET;
  d->setup_ns = d->now_ns;
}

static void read_back(taut_vesc_drive *d) {
  if (send_request(d, TAUT_VESC_GET_APPCONF) != TAUT_OK) return;
  d->setup_step = TAUT_VESC_SETUP_READ_BACK;
  d->setup_ns = d->now_ns;
}

static void compare_configuration(taut_vesc_drive *d, const uint8_t *payload, size_t n) {
  const taut_bridge_config *c = &d->bridge->config;
  taut_vesc_timeout held;
  if (!taut_vesc_decode_timeout(payload, n, &held)) {
    report(d, NAN, "the drive's configuration cannot be read back");
    return;
  }
  const double timeout_s = held.timeout_ms / 1000.0;
  if (fabs(timeout_s - c->timeout_s) > 0.5e-3) {
    report(d, timeout_s, "the drive keeps another command time-out");
  } else if (held.brake_current_a != (double)(float)c->timeout_brake_a) {
    report(d, timeout_s, "the drive keeps another brake current for its time-out");
  } else if (n != d->n_conf || memcmp(payload + 1, d->conf + 1, n - 1) != 0) {
    report(d, timeout_s, "the drive's configuration changed beyond its time-out");
  } else {
    report(d, timeout_s, NULL);
  }
}

static void take_configuration(taut_vesc_drive *d, const uint8_t *payload, size_t n) {
  if (d->setup_step == TAUT_VESC_SETUP_ASKED) {
    change_configuration(d, payload, n);
  } else if (d->setup_step == TAUT_VESC_SETUP_READ_BACK) {
    compare_configuration(d, payload, n);
  } else {
    d->unexpected++;
  }
}

// Starts a setup that is asked for, and repeats a question that was not answered. A change without
// an answer is read back all the same: some drives refuse it silently.
static void go_on_with_setup(taut_vesc_drive *d, uint32_t id) {
  if (id != 0 && id != d->setup_id) {
    d->setup_id = id;
    d->setup_step = TAUT_VESC_SETUP_ASKED;
    d->setup_ns = d->now_ns - answer_ns;
  }
  if (d->setup_step == TAUT_VESC_SETUP_NONE || d->now_ns - d->setup_ns < answer_ns) return;
  d->setup_ns = d->now_ns;
  if (d->setup_step == TAUT_VESC_SETUP_ASKED) {
    send_request(d, TAUT_VESC_GET_APPCONF);
  } else {
    read_back(d);
  }
}

// -------------------------------------------------------------------------------------- telemetry

// Counts turns. Between two angles the spool must have moved less than a quarter turn, or the count
// is in doubt.
static void unwrap(taut_vesc_drive *d, double wrapped_rad, double speed_rad_s) {
  if (d->has_angle) {
    double step_rad = wrapped_rad - d->wrapped_rad;
    if (step_rad > TAUT_PI) step_rad -= 2.0 * TAUT_PI;
    if (step_rad < -TAUT_PI) step_rad += 2.0 * TAUT_PI;
    const double gap_s = (double)(d->now_ns - d->angle_ns) * 1e-9;
    const double fastest_rad_s = taut_max(fabs(speed_rad_s), fabs(d->speed_rad_s));
    if (gap_s * fastest_rad_s > 0.5 * TAUT_PI) d->lost_ns = d->now_ns;
    d->angle_rad += step_rad;
  }
  d->has_angle = true;
  d->wrapped_rad = wrapped_rad;
  d->speed_rad_s = speed_rad_s;
  d->angle_ns = d->now_ns;
}

static void take_values(taut_vesc_drive *d, const uint8_t *payload, size_t n) {
  taut_vesc_values v;
  if (!taut_vesc_decode_values(payload, n, &v) || v.parts != asked_parts) {
    taut_bridge_reject_telemetry(d->bridge, d->now_ns, TAUT_BRIDGE_PART_STATE);
    return;
  }
  const double speed_rad_s = v.electrical_rad_s / d->config.pole_pairs;
  unwrap(d, v.position_rad, speed_rad_s);
  const double sign = d->config.direction;
  const taut_bridge_telemetry t = {
      .parts = (1u << TAUT_BRIDGE_PART_COUNT) - 1,
      .angle_rad = -sign * d->angle_rad,
      .speed_rad_s = -sign * speed_rad_s,
      .iq_a = sign * v.iq_a,
      .id_a = v.id_a,
      .bus_v = v.bus_v,
      .motor_temp_k = v.motor_temp_k,
      .inverter_temp_k = v.fet_temp_k,
      .fault = taut_vesc_role_fault(v.fault),
      .fault_code = (uint32_t)v.fault,
      .is_encoder_valid = !taut_vesc_is_encoder_fault(v.fault) &&
                          (d->lost_ns < 0 || d->now_ns - d->lost_ns > doubt_ns),
      .has_timed_out = v.has_timed_out || v.is_killed,
      .is_running = true,
  };
  taut_bridge_take_telemetry(d->bridge, d->now_ns, &t);
}

static void take_payload(const uint8_t *payload, size_t n, void *user) {
  taut_vesc_drive *d = user;
  switch (payload[0]) {
    case TAUT_VESC_GET_VALUES_SELECTIVE: take_values(d, payload, n); break;
    case TAUT_VESC_GET_APPCONF: take_configuration(d, payload, n); break;
    case TAUT_VESC_SET_APPCONF_NO_STORE:
      if (d->setup_step == TAUT_VESC_SETUP_SET && n == 1) {
        read_back(d);
        break;
      }
      d->unexpected++;
      break;
    default: d->unexpected++;
  }
}

static taut_status vesc_receive(taut_drive *drive, taut_bridge *bridge, int64_t now_ns) {
  taut_vesc_drive *d = (taut_vesc_drive *)drive;
  d->bridge = bridge;
  d->now_ns = now_ns;
  // Bounded, so that a babbling line cannot keep the bridge from its step.
  for (int i = 0; i < 16; i++) {
    uint8_t bytes[512];
    size_t n = 0;
    const taut_status status = d->stream->read(d->stream, bytes, sizeof bytes, &n);
    if (status != TAUT_OK) return status;
    if (n == 0) break;
    d->received_ns = now_ns;
    taut_vesc_parser_take(&d->parser, bytes, n, take_payload, d);
  }
  if (d->parser.n > 0 && now_ns - d->received_ns > silence_ns) {
    taut_vesc_parser_flush(&d->parser, take_payload, d);
  }
  return TAUT_OK;
}

// ----------------------------------------------------------------------------------------- orders

static taut_status send_order(taut_vesc_drive *d, const taut_bridge_order *order) {
  uint8_t payload[5];
  size_t n = 0;
  switch (order->kind) {
    case TAUT_BRIDGE_SILENT: return TAUT_OK;
    case TAUT_BRIDGE_RELEASE: n = taut_vesc_encode_current(0.0, payload); break;
    case TAUT_BRIDGE_TORQUE:
      n = taut_vesc_encode_current(d->config.direction * order->current_a, payload);
      break;
    case TAUT_BRIDGE_BRAKE: n = taut_vesc_encode_brake(order->current_a, payload); break;
  }
  return n == 0 ? TAUT_EINVAL : send_payload(d, payload, n);
}

static taut_status vesc_send(taut_drive *drive, taut_bridge *bridge, const taut_bridge_order *order,
                             int64_t now_ns) {
  taut_vesc_drive *d = (taut_vesc_drive *)drive;
  d->bridge = bridge;
  d->now_ns = now_ns;
  const taut_status ordered = send_order(d, order);
  if (ordered != TAUT_OK) taut_bridge_count_failed_send(bridge, now_ns);
  taut_status asked = TAUT_OK;
  if (now_ns - d->poll_ns >= d->config.poll_ns) {
    uint8_t payload[5];
    d->poll_ns = now_ns;
    asked = send_payload(d, payload, taut_vesc_encode_get_values(asked_parts, payload));
  }
  go_on_with_setup(d, order->setup_id);
  return ordered == TAUT_EIO || asked == TAUT_EIO ? TAUT_EIO : TAUT_OK;
}

static void vesc_close(taut_drive *drive) {
  taut_vesc_drive *d = (taut_vesc_drive *)drive;
  d->stream->close(d->stream);
}

static const char *fault_text(uint32_t code) {
  return taut_vesc_fault_text((int)code);
}

static const taut_drive_ops vesc_ops = {vesc_receive, vesc_send, vesc_close, fault_text};

const char *taut_vesc_drive_init(taut_vesc_drive *drive, const taut_vesc_drive_config *config,
                                 taut_byte_stream *stream, int64_t now_ns) {
  if (config->pole_pairs < 1 || config->pole_pairs > 50) return "pole_pairs: must be 1 to 50";
  if (config->direction != 1 && config->direction != -1) return "direction: must be 1 or -1";
  if (config->poll_ns < 5 * ms || config->poll_ns > 40 * ms) return "poll_ns: must be 5 to 40 ms";
  *drive = (taut_vesc_drive){.drive = {&vesc_ops, stream->descriptor},
                             .config = *config,
                             .stream = stream,
                             .received_ns = now_ns,
                             .poll_ns = now_ns - config->poll_ns,
                             .lost_ns = -1};
  return NULL;
}

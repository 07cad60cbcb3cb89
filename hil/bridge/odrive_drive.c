// Conversation with an ODrive: setup of its watchdog, axis states, orders.
//
// In firmware 0.5 every frame that is addressed to the axis feeds its watchdog, questions too. So
// questions are sent beside orders only: a bridge that stops ordering stops asking.
#include "hil/bridge/odrive_drive.h"

#include <math.h>

#include "hil/bridge/bytes.h"
#include "taut/math.h"

static const int64_t ms = 1000000;

static const double turn_rad = 2.0 * TAUT_PI;

static taut_status send_frame(taut_odrive_drive *d, const taut_can_frame *frame) {
  return taut_can_send(d->bus, frame);
}

static void ask(taut_odrive_drive *d, int command) {
  const taut_can_frame frame = taut_odrive_empty(d->config.node, command, true);
  send_frame(d, &frame);
}

// ------------------------------------------------------------------------------------------ setup

static void report(taut_odrive_drive *d, double timeout_s, const char *reason) {
  d->setup_step = TAUT_ODRIVE_SETUP_NONE;
  taut_bridge_take_setup(d->bridge, d->now_ns,
                         &(taut_bridge_setup){.id = d->setup_id,
                                              .is_confirmed = reason == NULL,
                                              .timeout_s = timeout_s,
                                              .reason = reason});
}

static void access(taut_odrive_drive *d, bool is_write, uint16_t endpoint, uint32_t value) {
  const taut_odrive_sdo request = {is_write, endpoint, value};
  const taut_can_frame frame = taut_odrive_encode_sdo(d->config.node, &request);
  send_frame(d, &frame);
}

static void send_limits(taut_odrive_drive *d) {
  taut_can_frame frame;
  const taut_bridge_config *c = &d->bridge->config;
  if (taut_odrive_encode_limits(d->config.node, c->speed_max_rad_s / turn_rad, c->current_max_a,
                                &frame)) {
    send_frame(d, &frame);
  }
}

// Endpoint numbers mean something else in another firmware, so nothing is written before the
// firmware is the one they were given for.
static void take_version(taut_odrive_drive *d, const taut_can_frame *frame) {
  taut_odrive_version v;
  if (d->setup_step != TAUT_ODRIVE_SETUP_VERSION || !taut_odrive_decode_version(frame, &v)) {
    d->unexpected++;
    return;
  }
  const taut_odrive_drive_config *c = &d->config;
  if (v.fw_major != c->fw_major || v.fw_minor != c->fw_minor || v.fw_revision != c->fw_revision ||
      v.fw_unreleased != 0) {
    report(d, NAN, "the firmware is not the one that the endpoint numbers were given for");
    return;
  }
  send_limits(d);
  const uint32_t timeout = taut_float_bits((float)d->bridge->config.timeout_s);
  access(d, true, c->endpoint_watchdog_timeout, timeout);
  access(d, true, c->endpoint_enable_watchdog, 1);
  access(d, false, c->endpoint_watchdog_timeout, 0);
  d->setup_step = TAUT_ODRIVE_SETUP_TIMEOUT;
  d->setup_ns = d->now_ns;
}

static void judge_watchdog(taut_odrive_drive *d, bool is_enabled) {
  const double asked_s = (double)(float)d->bridge->config.timeout_s;
  if (d->timeout_s != asked_s) {
    report(d, d->timeout_s, "the drive keeps another watchdog time-out");
  } else {
    report(d, d->timeout_s, is_enabled ? NULL : "the drive keeps its watchdog switched off");
  }
}

static void take_parameter(taut_odrive_drive *d, const taut_can_frame *frame) {
  taut_odrive_sdo reply;
  if (taut_odrive_decode_sdo(frame, &reply)) {
    const taut_odrive_drive_config *c = &d->config;
    if (d->setup_step == TAUT_ODRIVE_SETUP_TIMEOUT &&
        reply.endpoint == c->endpoint_watchdog_timeout) {
      d->timeout_s = (double)taut_float_of_bits(reply.value);
      access(d, false, c->endpoint_enable_watchdog, 0);
      d->setup_step = TAUT_ODRIVE_SETUP_ENABLE;
      d->setup_ns = d->now_ns;
      return;
    }
    if (d->setup_step == TAUT_ODRIVE_SETUP_ENABLE &&
        reply.endpoint == c->endpoint_enable_watchdog) {
      judge_watchdog(d, (reply.value & 0xff) == 1);
      return;
    }
  }
  d->unexpected++;
}

// What no message can change is refused before anything is sent.
static const char *why_never(const taut_odrive_drive *d) {
  if (d->config.dialect == TAUT_ODRIVE_0_5) {
    return "firmware 0.5 has no message that sets or reads its watchdog";
  }
  if (d->bridge->config.timeout_brake_a != 0.0) {
    return "this drive coasts when its watchdog acts: timeout_brake_a must be 0 to accept that";
  }
  return NULL;
}

static void go_on_with_setup(taut_odrive_drive *d, uint32_t id) {
  if (id != 0 && id != d->setup_id) {
    d->setup_id = id;
    const char *why = why_never(d);
    if (why) {
      report(d, NAN, why);
      return;
    }
    d->setup_step = TAUT_ODRIVE_SETUP_VERSION;
    d->setup_ns = d->now_ns - 300 * ms;
  }
  if (d->setup_step == TAUT_ODRIVE_SETUP_NONE || d->now_ns - d->setup_ns < 300 * ms) return;
  // An answer got lost: all of it again.
  d->setup_step = TAUT_ODRIVE_SETUP_VERSION;
  d->setup_ns = d->now_ns;
  ask(d, TAUT_ODRIVE_GET_VERSION);
}

// -------------------------------------------------------------------------------------- telemetry

static void take_heartbeat(taut_odrive_drive *d, const taut_can_frame *frame) {
  taut_odrive_heartbeat h;
  if (!taut_odrive_decode_heartbeat(frame, &h)) {
    taut_bridge_reject_telemetry(d->bridge, d->now_ns, TAUT_BRIDGE_PART_STATE);
    return;
  }
  d->heartbeat = h;
  d->has_heartbeat = true;
  const bool is_running = h.axis_state == TAUT_ODRIVE_CLOSED_LOOP;
  const bool was_entered = d->is_entered;
  if (is_running && d->last_kind == TAUT_BRIDGE_TORQUE) d->is_entered = true;
  const taut_bridge_telemetry t = {
      .parts = 1u << TAUT_BRIDGE_PART_STATE,
      .fault = taut_odrive_role_fault(d->config.dialect, h.axis_error),
      .fault_code = h.axis_error,
      .is_encoder_valid = !taut_odrive_is_encoder_fault(d->config.dialect, h.axis_error),
      // It followed a torque and has left that state without being told: whatever did that must not
      // be undone behind the operator.
      .has_timed_out = was_entered && !is_running,
      .is_running = is_running,
  };
  taut_bridge_take_telemetry(d->bridge, d->now_ns, &t);
}

static int part_of(int command) {
  switch (command) {
    case TAUT_ODRIVE_ENCODER_ESTIMATES: return TAUT_BRIDGE_PART_MOTION;
    case TAUT_ODRIVE_GET_IQ: return TAUT_BRIDGE_PART_CURRENT;
    case TAUT_ODRIVE_GET_BUS: return TAUT_BRIDGE_PART_BUS;
    default: return TAUT_BRIDGE_PART_TEMPERATURE;
  }
}

static void take_pair(taut_odrive_drive *d, const taut_can_frame *frame, int command) {
  const int part = part_of(command);
  taut_odrive_pair pair;
  if (!taut_odrive_decode_pair(frame, &pair)) {
    taut_bridge_reject_telemetry(d->bridge, d->now_ns, part);
    return;
  }
  const double sign = d->config.direction;
  taut_bridge_telemetry t = {.parts = 1u << part};
  switch (part) {
    case TAUT_BRIDGE_PART_MOTION:
      t.angle_rad = -sign * turn_rad * pair.first;
      t.speed_rad_s = -sign * turn_rad * pair.second;
      break;
    case TAUT_BRIDGE_PART_CURRENT: t.iq_a = sign * pair.second; break;
    case TAUT_BRIDGE_PART_BUS: t.bus_v = pair.first; break;
    default: t.inverter_temp_k = pair.first + 273.15; t.motor_temp_k = pair.second + 273.15;
  }
  taut_bridge_take_telemetry(d->bridge, d->now_ns, &t);
}

static void take_frame(taut_odrive_drive *d, const taut_can_frame *frame) {
  int node = -1;
  int command = -1;
  if (!taut_odrive_split_id(frame, &node, &command) || node != d->config.node) return;
  const bool is_0_6 = d->config.dialect == TAUT_ODRIVE_0_6;
  switch (command) {
    case TAUT_ODRIVE_HEARTBEAT: take_heartbeat(d, frame); break;
    case TAUT_ODRIVE_ENCODER_ESTIMATES:
    case TAUT_ODRIVE_GET_IQ:
    case TAUT_ODRIVE_GET_BUS: take_pair(d, frame, command); break;
    case TAUT_ODRIVE_GET_TEMPERATURE:
      if (is_0_6) take_pair(d, frame, command);
      break;
    case TAUT_ODRIVE_GET_VERSION:
      if (is_0_6) take_version(d, frame);
      break;
    case TAUT_ODRIVE_TX_SDO:
      if (is_0_6) take_parameter(d, frame);
      break;
    default: d->unexpected++;
  }
}

static taut_status odrive_receive(taut_drive *drive, taut_bridge *bridge, int64_t now_ns) {
  taut_odrive_drive *d = (taut_odrive_drive *)drive;
  d->bridge = bridge;
  d->now_ns = now_ns;
  // Bounded, so that a babbling bus cannot keep the bridge from its step.
  for (int i = 0; i < 512; i++) {
    taut_can_frame frame;
    const taut_status status = taut_can_receive(d->bus, &frame);
    if (status == TAUT_ENOTFOUND) return TAUT_OK;
    if (status != TAUT_OK) return status;
    if (!frame.is_error) take_frame(d, &frame);
  }
  return TAUT_OK;
}

// ----------------------------------------------------------------------------------------- orders

static taut_status request_state(taut_odrive_drive *d, uint32_t state) {
  taut_can_frame frame;
  if (!taut_odrive_encode_torque(d->config.node, 0.0, &frame)) return TAUT_EINVAL;
  const taut_status status = send_frame(d, &frame);
  if (status != TAUT_OK) return status;
  if (state == TAUT_ODRIVE_CLOSED_LOOP) {
    frame = taut_odrive_encode_mode(d->config.node, TAUT_ODRIVE_TORQUE_CONTROL,
                                    TAUT_ODRIVE_PASSTHROUGH);
    send_frame(d, &frame);
  }
  frame = taut_odrive_encode_axis_state(d->config.node, state);
  return send_frame(d, &frame);
}

// Enters closed loop first. An axis that falls out of it is not sent back, because its heartbeat
// has made the bridge release by then (take_heartbeat).
static taut_status send_torque(taut_odrive_drive *d, double torque_nm) {
  const bool is_running = d->has_heartbeat && d->heartbeat.axis_state == TAUT_ODRIVE_CLOSED_LOOP;
  if (is_running) {
    taut_can_frame frame;
    if (!taut_odrive_encode_torque(d->config.node, d->config.direction * torque_nm, &frame)) {
      return TAUT_EINVAL;
    }
    return send_frame(d, &frame);
  }
  if (d->now_ns - d->state_ns < 50 * ms) return TAUT_OK;
  d->state_ns = d->now_ns;
  return request_state(d, TAUT_ODRIVE_CLOSED_LOOP);
}

static taut_status send_release(taut_odrive_drive *d) {
  d->is_entered = false;
  const bool was_torque = d->last_kind == TAUT_BRIDGE_TORQUE;
  const bool may_run = d->has_heartbeat && d->heartbeat.axis_state == TAUT_ODRIVE_CLOSED_LOOP;
  if (!was_torque && !(may_run && d->now_ns - d->state_ns >= 20 * ms)) return TAUT_OK;
  d->state_ns = d->now_ns;
  return request_state(d, TAUT_ODRIVE_IDLE);
}

static taut_status send_order(taut_odrive_drive *d, const taut_bridge_order *order) {
  taut_status status = TAUT_OK;
  if (order->kind == TAUT_BRIDGE_TORQUE) {
    status = send_torque(d, order->torque_nm);
  } else if (order->kind != TAUT_BRIDGE_SILENT) {
    status = send_release(d);
  }
  // A release that did not get out is sent again.
  if (status == TAUT_OK || order->kind == TAUT_BRIDGE_TORQUE) d->last_kind = order->kind;
  return status;
}

static void poll_values(taut_odrive_drive *d) {
  if (d->now_ns - d->poll_ns >= 10 * ms) {
    d->poll_ns = d->now_ns;
    ask(d, TAUT_ODRIVE_GET_IQ);
    ask(d, TAUT_ODRIVE_GET_BUS);
  }
  if (d->config.dialect == TAUT_ODRIVE_0_6 && d->now_ns - d->slow_poll_ns >= 200 * ms) {
    d->slow_poll_ns = d->now_ns;
    ask(d, TAUT_ODRIVE_GET_TEMPERATURE);
  }
}

static taut_status odrive_send(taut_drive *drive, taut_bridge *bridge,
                               const taut_bridge_order *order, int64_t now_ns) {
  taut_odrive_drive *d = (taut_odrive_drive *)drive;
  d->bridge = bridge;
  d->now_ns = now_ns;
  const taut_status status = send_order(d, order);
  if (status != TAUT_OK) taut_bridge_count_failed_send(bridge, now_ns);
  if (d->bus->status.state == TAUT_CAN_BUS_OFF && !taut_bridge_is_safe(bridge)) {
    return status == TAUT_EIO ? TAUT_EIO : TAUT_OK;
  }
  // Back on the bus only when nothing is armed any more.
  if (d->bus->status.state == TAUT_CAN_BUS_OFF && now_ns - d->restart_ns >= 200 * ms) {
    d->restart_ns = now_ns;
    taut_can_restart(d->bus);
  }
  poll_values(d);
  if (order->clear_id != d->clear_id) {
    d->clear_id = order->clear_id;
    const taut_can_frame frame = taut_odrive_empty(d->config.node, TAUT_ODRIVE_CLEAR_ERRORS, false);
    send_frame(d, &frame);
  }
  go_on_with_setup(d, order->setup_id);
  return status == TAUT_EIO ? TAUT_EIO : TAUT_OK;
}

static void odrive_close(taut_drive *drive) {
  taut_odrive_drive *d = (taut_odrive_drive *)drive;
  taut_can_close(d->bus);
}

static const char *fault_text(uint32_t code) {
  (void)code;
  return "bits of the axis error, as the maker lists them";
}

static const taut_drive_ops odrive_ops = {odrive_receive, odrive_send, odrive_close, fault_text};

void taut_odrive_drive_ages(taut_odrive_dialect dialect, taut_bridge_config *config) {
  config->part_age_ns_max[TAUT_BRIDGE_PART_MOTION] = 50 * ms;
  config->part_age_ns_max[TAUT_BRIDGE_PART_CURRENT] = 50 * ms;
  config->part_age_ns_max[TAUT_BRIDGE_PART_BUS] = 100 * ms;
  config->part_age_ns_max[TAUT_BRIDGE_PART_STATE] = 250 * ms;
  config->part_age_ns_max[TAUT_BRIDGE_PART_TEMPERATURE] = dialect == TAUT_ODRIVE_0_6 ? 500 * ms : 0;
}

const char *taut_odrive_drive_init(taut_odrive_drive *drive, const taut_odrive_drive_config *config,
                                   taut_can_bus *bus, int64_t now_ns) {
  if (config->node < 0 || config->node > TAUT_ODRIVE_NODE_MAX) return "node: must be 0 to 63";
  if (config->direction != 1 && config->direction != -1) return "direction: must be 1 or -1";
  if (config->dialect == TAUT_ODRIVE_0_6 &&
      (config->endpoint_watchdog_timeout == 0 || config->endpoint_enable_watchdog == 0 ||
       config->endpoint_watchdog_timeout == config->endpoint_enable_watchdog)) {
    return "endpoints: watchdog_timeout and enable_watchdog must be given, from the list of the "
           "drive's firmware";
  }
  *drive = (taut_odrive_drive){.drive = {&odrive_ops, bus->descriptor},
                               .config = *config,
                               .bus = bus,
                               .state_ns = now_ns - 1000 * ms,
                               .poll_ns = now_ns - 1000 * ms,
                               .slow_poll_ns = now_ns - 1000 * ms,
                               .restart_ns = now_ns - 1000 * ms};
  return NULL;
}

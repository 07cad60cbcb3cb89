// Telemetry of the drive: what is believed, what it means.
#include <float.h>
#include <math.h>

#include "hil/bridge/bridge_inner.h"

static const int64_t ms = 1000000;

// A drive whose angle stands or goes back while it reports speed is not measuring, or an encoder
// turns the wrong way round; slower than this the sign of the speed is noise.
static const double frozen_rad_s = 1.0;
static const int64_t frozen_ns = 100 * 1000000;

// Current beyond what was ordered has to last, because telemetry is older than the order.
static const int64_t excess_ns_min = 15 * 1000000;

static bool is_within(double x, double lo, double hi) {
  return x >= lo && x <= hi;
}

// Values that no machine of this kind has are damage, not measurements.
static bool is_possible(const taut_bridge_telemetry *t, int part) {
  switch (part) {
    case TAUT_BRIDGE_PART_MOTION:
      return fabs(t->angle_rad) <= 10000.0 && fabs(t->speed_rad_s) <= 2000.0;
    case TAUT_BRIDGE_PART_CURRENT: return fabs(t->iq_a) <= 200.0 && fabs(t->id_a) <= 200.0;
    case TAUT_BRIDGE_PART_BUS: return is_within(t->bus_v, 0.0, 200.0);
    case TAUT_BRIDGE_PART_TEMPERATURE:
      return is_within(t->motor_temp_k, 200.0, 600.0) &&
             is_within(t->inverter_temp_k, 200.0, 600.0);
    case TAUT_BRIDGE_PART_STATE: return is_within(t->fault, 0, TAUT_DRIVE_FAULT_COUNT - 1);
    default: return false;
  }
}

static void copy_part(taut_bridge_telemetry *to, const taut_bridge_telemetry *from, int part) {
  switch (part) {
    case TAUT_BRIDGE_PART_MOTION:
      to->angle_rad = from->angle_rad;
      to->speed_rad_s = from->speed_rad_s;
      break;
    case TAUT_BRIDGE_PART_CURRENT:
      to->iq_a = from->iq_a;
      to->id_a = from->id_a;
      break;
    case TAUT_BRIDGE_PART_BUS: to->bus_v = from->bus_v; break;
    case TAUT_BRIDGE_PART_TEMPERATURE:
      to->motor_temp_k = from->motor_temp_k;
      to->inverter_temp_k = from->inverter_temp_k;
      break;
    default:
      to->fault = from->fault;
      to->fault_code = from->fault_code;
      to->is_encoder_valid = from->is_encoder_valid;
      to->has_timed_out = from->has_timed_out;
      to->is_running = from->is_running;
  }
}

double taut_bridge_temperature(const taut_bridge *bridge) {
  const taut_bridge_telemetry *t = &bridge->telemetry;
  return t->motor_temp_k > t->inverter_temp_k ? t->motor_temp_k : t->inverter_temp_k;
}

int taut_bridge_stale_part(const taut_bridge *bridge) {
  for (int i = 0; i < TAUT_BRIDGE_PART_COUNT; i++) {
    const int64_t age_ns_max = bridge->config.part_age_ns_max[i];
    if (age_ns_max == 0) continue;
    if ((bridge->parts_seen >> i & 1) == 0) return i;
    if (bridge->now_ns - bridge->part_ns[i] > age_ns_max) return i;
  }
  return -1;
}

static void judge_motion(taut_bridge *b, double step_rad) {
  const double speed_rad_s = b->telemetry.speed_rad_s;
  if (step_rad * speed_rad_s > 0.0 || fabs(speed_rad_s) <= frozen_rad_s) b->moved_ns = b->now_ns;
  if (!taut_bridge_is_active(b)) return;
  if (b->now_ns - b->moved_ns > frozen_ns) {
    if (b->state == TAUT_BRIDGE_ARMED) {
      taut_bridge_emit(b, TAUT_BRIDGE_EVENT_TELEMETRY_FROZEN, speed_rad_s);
    }
    taut_bridge_ramp(b, TAUT_BRIDGE_LATCHED, TAUT_DRIVE_FAULT_NUMBER);
  }
  if (fabs(speed_rad_s) > 1.1 * b->config.speed_max_rad_s) {
    taut_bridge_emit(b, TAUT_BRIDGE_EVENT_OVER_SPEED, speed_rad_s);
    taut_bridge_release(b, TAUT_DRIVE_FAULT_NUMBER);
  }
}

static void judge_current(taut_bridge *b) {
  const double ordered_a = b->allowed_a[0] > b->allowed_a[1] ? b->allowed_a[0] : b->allowed_a[1];
  const double allowed_a = 1.2 * ordered_a + 1.0 + b->config.timeout_brake_a;
  if (fabs(b->telemetry.iq_a) <= allowed_a) {
    b->excess_ns = -1;
    return;
  }
  if (b->excess_ns < 0) b->excess_ns = b->now_ns;
  const bool is_watched =
      taut_bridge_is_active(b) || b->state == TAUT_BRIDGE_IDLE || b->state == TAUT_BRIDGE_REQUESTED;
  if (is_watched && b->now_ns - b->excess_ns >= excess_ns_min) {
    taut_bridge_emit(b, TAUT_BRIDGE_EVENT_RUNAWAY, b->telemetry.iq_a);
    taut_bridge_release(b, TAUT_DRIVE_FAULT_OVER_CURRENT);
  }
}

static void judge_bus(taut_bridge *b) {
  const double bus_v = b->telemetry.bus_v;
  if (b->state != TAUT_BRIDGE_ARMED) return;
  if (bus_v < b->config.bus_min_v) {
    taut_bridge_emit(b, TAUT_BRIDGE_EVENT_BUS_LOW, bus_v);
    taut_bridge_ramp(b, TAUT_BRIDGE_LATCHED, TAUT_DRIVE_FAULT_UNDER_VOLTAGE);
  } else if (bus_v > b->config.bus_max_v) {
    taut_bridge_emit(b, TAUT_BRIDGE_EVENT_BUS_HIGH, bus_v);
    taut_bridge_ramp(b, TAUT_BRIDGE_LATCHED, TAUT_DRIVE_FAULT_OVER_VOLTAGE);
  }
}

static void judge_temperature(taut_bridge *b) {
  const double temp_k = taut_bridge_temperature(b);
  if (b->state != TAUT_BRIDGE_ARMED || temp_k < b->config.temp_end_k) return;
  taut_bridge_emit(b, TAUT_BRIDGE_EVENT_OVER_TEMPERATURE, temp_k);
  taut_bridge_ramp(b, TAUT_BRIDGE_LATCHED, TAUT_DRIVE_FAULT_OVER_TEMPERATURE);
}

// A drive that ought to follow a torque and does not run is given time to start, no more.
static void judge_running(taut_bridge *b) {
  const bool is_asked = b->state == TAUT_BRIDGE_ARMED && b->command.torque_permit != 0.0;
  if (!is_asked || b->telemetry.is_running) {
    b->not_running_ns = -1;
  } else if (b->not_running_ns < 0) {
    b->not_running_ns = b->now_ns;
  } else if (b->now_ns - b->not_running_ns > 500 * ms) {
    taut_bridge_emit(b, TAUT_BRIDGE_EVENT_DRIVE_NOT_RUNNING, 0.0);
    taut_bridge_release(b, TAUT_DRIVE_FAULT_WATCHDOG);
  }
}

// The drive's own word. A fault has already taken its torque off, so nothing is left to ramp; some
// drives forget a fault by themselves, so the bridge must not.
static void judge_state(taut_bridge *b, int fault_before) {
  const taut_bridge_telemetry *t = &b->telemetry;
  if (t->fault != TAUT_DRIVE_FAULT_NONE) {
    if (fault_before == TAUT_DRIVE_FAULT_NONE) {
      taut_bridge_emit(b, TAUT_BRIDGE_EVENT_DRIVE_FAULT, t->fault_code);
    }
    if (b->state != TAUT_BRIDGE_REFUSED) taut_bridge_release(b, t->fault);
  }
  if (!taut_bridge_is_active(b)) return;
  if (!t->is_encoder_valid) {
    taut_bridge_emit(b, TAUT_BRIDGE_EVENT_ENCODER_LOST, 0.0);
    taut_bridge_release(b, TAUT_DRIVE_FAULT_NUMBER);
  } else if (t->has_timed_out) {
    taut_bridge_emit(b, TAUT_BRIDGE_EVENT_DRIVE_TIMED_OUT, 0.0);
    taut_bridge_release(b, TAUT_DRIVE_FAULT_WATCHDOG);
  } else {
    judge_running(b);
  }
}

void taut_bridge_reject_telemetry(taut_bridge *bridge, int64_t now_ns, int part) {
  taut_bridge_set_time(bridge, now_ns);
  bridge->counters.telemetry_rejected++;
  const unsigned bit = 1u << part;
  if ((bridge->parts_rejecting & bit) == 0) {
    taut_bridge_emit(bridge, TAUT_BRIDGE_EVENT_TELEMETRY_REJECTED, part);
  }
  bridge->parts_rejecting |= bit;
}

void taut_bridge_take_telemetry(taut_bridge *bridge, int64_t now_ns,
                                const taut_bridge_telemetry *telemetry) {
  taut_bridge_set_time(bridge, now_ns);
  for (int part = 0; part < TAUT_BRIDGE_PART_COUNT; part++) {
    const unsigned bit = 1u << part;
    if ((telemetry->parts & bit) == 0) continue;
    if (!is_possible(telemetry, part)) {
      taut_bridge_reject_telemetry(bridge, now_ns, part);
      continue;
    }
    const taut_bridge_telemetry before = bridge->telemetry;
    copy_part(&bridge->telemetry, telemetry, part);
    bridge->counters.telemetry++;
    bridge->parts_rejecting &= ~bit;
    bridge->parts_seen |= bit;
    bridge->part_ns[part] = bridge->now_ns;
    switch (part) {
      case TAUT_BRIDGE_PART_MOTION:
        judge_motion(bridge, telemetry->angle_rad - before.angle_rad);
        break;
      case TAUT_BRIDGE_PART_CURRENT: judge_current(bridge); break;
      case TAUT_BRIDGE_PART_BUS: judge_bus(bridge); break;
      case TAUT_BRIDGE_PART_TEMPERATURE: judge_temperature(bridge); break;
      default: judge_state(bridge, before.fault);
    }
  }
}

// Orders to the drive: ages, limits, the ramp; and the outputs of the role.
#include <math.h>
#include <string.h>

#include "hil/bridge/bridge_inner.h"
#include "taut/math.h"

static const int64_t ms = 1000000;

// Longer without a step than this, and the drive's own time-out may have acted: what was ordered
// before must not come back.
static int64_t late_ns(const taut_bridge *b) {
  return (int64_t)(b->config.timeout_s * 0.5e9);
}

// A share that falls from 1 to 0 while x goes from `from` to `to`, either way round.
static double share(double x, double from, double to) {
  return taut_clamp((x - to) / (from - to), 0.0, 1.0);
}

// Greatest |iq| now: machine, prescription, heat.
static double current_limit(const taut_bridge *b) {
  double limit_a = b->config.current_max_a;
  if (b->has_command) limit_a = taut_min(limit_a, b->command.current_ceiling_a);
  const double temp_k = taut_bridge_temperature(b);
  if (temp_k > 0.0) limit_a *= share(temp_k, b->config.temp_start_k, b->config.temp_end_k);
  return limit_a;
}

// Torque within the limits. Positive torque works against positive speed: their product is what the
// motor generates. What would drive beyond the greatest speed, drain a weak bus or fill a full one
// is reduced before the trips act.
static double limit_torque(const taut_bridge *b, double torque_nm) {
  const taut_bridge_config *c = &b->config;
  const double most_nm = b->limit_a * c->torque_per_amp_nm;
  torque_nm = taut_clamp(torque_nm, -most_nm, most_nm);
  const double speed_rad_s = b->telemetry.speed_rad_s;
  const bool is_motoring = torque_nm * speed_rad_s < 0.0;
  if (is_motoring) {
    torque_nm *= share(fabs(speed_rad_s), 0.9 * c->speed_max_rad_s, c->speed_max_rad_s);
  }
  if (b->parts_seen >> TAUT_BRIDGE_PART_BUS & 1) {
    const double bus_v = b->telemetry.bus_v;
    torque_nm *= is_motoring ? share(bus_v, 1.03 * c->bus_min_v, c->bus_min_v)
                             : share(bus_v, 0.98 * c->bus_max_v, c->bus_max_v);
  }
  return torque_nm;
}

static void tell_clamping(taut_bridge *b, double asked_nm, double given_nm) {
  const bool is_clamping = given_nm != asked_nm;
  if (is_clamping) b->counters.commands_clamped++;
  if (is_clamping && !b->is_clamping) {
    taut_bridge_emit(b, TAUT_BRIDGE_EVENT_COMMAND_CLAMPED, given_nm);
  }
  b->is_clamping = is_clamping;
}

// Remembers the greatest current of the last 50 to 100 ms, against which measured current is
// judged.
static void allow_current(taut_bridge *b, double current_a) {
  if (b->now_ns - b->allowed_ns >= 50 * ms) {
    b->allowed_a[1] = b->allowed_a[0];
    b->allowed_a[0] = 0.0;
    b->allowed_ns = b->now_ns;
  }
  if (current_a > b->allowed_a[0]) b->allowed_a[0] = current_a;
}

static void check_ages(taut_bridge *b) {
  const int part = taut_bridge_stale_part(b);
  if (b->state == TAUT_BRIDGE_ARMED) {
    const int64_t age_ns = taut_bridge_command_age(b);
    if (age_ns > b->config.command_age_ns_max) {
      taut_bridge_emit(b, TAUT_BRIDGE_EVENT_COMMAND_STALE, (double)age_ns * 1e-9);
      taut_bridge_ramp(b, TAUT_BRIDGE_LATCHED, TAUT_DRIVE_FAULT_WATCHDOG);
    } else if (part >= 0) {
      taut_bridge_emit(b, TAUT_BRIDGE_EVENT_TELEMETRY_STALE, part);
      taut_bridge_ramp(b, TAUT_BRIDGE_LATCHED, TAUT_DRIVE_FAULT_WATCHDOG);
    }
  } else if (part >= 0 && (b->state == TAUT_BRIDGE_IDLE || b->state == TAUT_BRIDGE_REQUESTED)) {
    taut_bridge_emit(b, TAUT_BRIDGE_EVENT_TELEMETRY_STALE, part);
    taut_bridge_begin_setup(b);
  }
  if (b->state == TAUT_BRIDGE_REQUESTED && b->now_ns - b->request_ns > b->config.confirm_ns_max) {
    taut_bridge_emit(b, TAUT_BRIDGE_EVENT_ARM_REFUSED, TAUT_BRIDGE_NOT_CONFIRMED);
    taut_bridge_enter(b, TAUT_BRIDGE_IDLE);
  }
}

// The drive had no orders while this process did not run.
static void check_own_pace(taut_bridge *b) {
  const int64_t gap_ns = b->now_ns - b->step_ns;
  b->step_ns = b->now_ns;
  if (gap_ns <= late_ns(b) || !taut_bridge_is_active(b)) return;
  taut_bridge_emit(b, TAUT_BRIDGE_EVENT_STEP_LATE, (double)gap_ns * 1e-9);
  taut_bridge_release(b, TAUT_DRIVE_FAULT_WATCHDOG);
}

static bool is_command_fresh(const taut_bridge *b) {
  return taut_bridge_command_age(b) <= b->config.command_age_ns_max;
}

// Without torque the phases are free, or braked when a fresh command asks for it.
static void order_no_torque(taut_bridge *b, taut_bridge_order *order) {
  const bool may_brake = b->state == TAUT_BRIDGE_IDLE || b->state == TAUT_BRIDGE_REQUESTED ||
                         b->state == TAUT_BRIDGE_ARMED;
  const bool is_braking = may_brake && is_command_fresh(b) && b->command.brake != 0.0 &&
                          b->config.brake_current_a > 0.0;
  b->ordered_nm = 0.0;
  order->kind = is_braking ? TAUT_BRIDGE_BRAKE : TAUT_BRIDGE_RELEASE;
  order->current_a = is_braking ? b->config.brake_current_a : 0.0;
}

static void order_torque(taut_bridge *b, taut_bridge_order *order, double torque_nm) {
  b->ordered_nm = torque_nm;
  order->kind = TAUT_BRIDGE_TORQUE;
  order->torque_nm = torque_nm;
  order->current_a = torque_nm / b->config.torque_per_amp_nm;
}

static void order_armed(taut_bridge *b, taut_bridge_order *order) {
  if (b->command.torque_permit == 0.0) {
    b->is_clamping = false;
    order_no_torque(b, order);
    return;
  }
  const double asked_nm = b->command.torque_command_nm;
  const double given_nm = limit_torque(b, asked_nm);
  tell_clamping(b, asked_nm, given_nm);
  order_torque(b, order, given_nm);
}

static void order_ramp(taut_bridge *b, taut_bridge_order *order) {
  const double done = (double)(b->now_ns - b->ramp_start_ns) / (double)b->config.ramp_ns;
  // A permit that is withdrawn means no torque at once, on a ramp as well.
  const bool is_withdrawn = is_command_fresh(b) && b->command.torque_permit == 0.0;
  if (done >= 1.0 || is_withdrawn) {
    taut_bridge_enter(b, b->after_ramp);
    order_no_torque(b, order);
  } else {
    order_torque(b, order, limit_torque(b, b->ramp_from_nm * (1.0 - done)));
  }
}

void taut_bridge_step(taut_bridge *bridge, int64_t now_ns, taut_bridge_order *order) {
  taut_bridge_set_time(bridge, now_ns);
  check_own_pace(bridge);
  check_ages(bridge);
  bridge->limit_a = current_limit(bridge);
  *order = (taut_bridge_order){.kind = TAUT_BRIDGE_SILENT};
  switch (bridge->state) {
    case TAUT_BRIDGE_ARMED: order_armed(bridge, order); break;
    case TAUT_BRIDGE_RAMP: order_ramp(bridge, order); break;
    default:
      if (bridge->config.may_arm) order_no_torque(bridge, order);
  }
  if (bridge->config.may_arm) {
    order->setup_id = bridge->setup_id;
    order->clear_id = bridge->clear_id;
  }
  allow_current(bridge, fabs(order->current_a));
}

// State of the drive in the words of the role.
static int role_state(const taut_bridge *b) {
  if (b->fault != TAUT_DRIVE_FAULT_NONE || b->telemetry.fault != TAUT_DRIVE_FAULT_NONE) {
    return TAUT_DRIVE_FAULT;
  }
  if (b->state == TAUT_BRIDGE_SETUP || b->state == TAUT_BRIDGE_REFUSED ||
      taut_bridge_stale_part(b) >= 0) {
    return TAUT_DRIVE_OFF;
  }
  const bool is_permitted = b->has_command && b->command.torque_permit != 0.0;
  if (b->state == TAUT_BRIDGE_RAMP || (b->state == TAUT_BRIDGE_ARMED && is_permitted)) {
    return TAUT_DRIVE_RUN;
  }
  const bool is_braking = is_command_fresh(b) && b->command.brake != 0.0 &&
                          b->config.brake_current_a > 0.0 && b->state != TAUT_BRIDGE_LATCHED &&
                          b->state != TAUT_BRIDGE_STOPPED;
  return is_braking ? TAUT_DRIVE_BRAKE : TAUT_DRIVE_READY;
}

void taut_bridge_outputs(const taut_bridge *bridge, double *out, bool *is_measured) {
  memset(out, 0, TAUT_MOTOR_OUT_COUNT * sizeof *out);
  memset(is_measured, 0, TAUT_MOTOR_OUT_COUNT * sizeof *is_measured);
  const taut_bridge_telemetry *t = &bridge->telemetry;
  const int fault = bridge->fault != TAUT_DRIVE_FAULT_NONE ? bridge->fault : t->fault;
  const bool is_valid = t->is_encoder_valid && taut_bridge_stale_part(bridge) < 0;
  const struct {
    int port;
    int part;  // -1: the bridge knows it by itself
    double value;
  } rows[] = {
      {TAUT_MOTOR_OUT_ENCODER_ANGLE_RAD, TAUT_BRIDGE_PART_MOTION, t->angle_rad},
      {TAUT_MOTOR_OUT_ENCODER_VALID, -1, is_valid},
      {TAUT_MOTOR_OUT_IQ_A, TAUT_BRIDGE_PART_CURRENT, t->iq_a},
      {TAUT_MOTOR_OUT_ID_A, TAUT_BRIDGE_PART_CURRENT, t->id_a},
      {TAUT_MOTOR_OUT_BUS_V, TAUT_BRIDGE_PART_BUS, t->bus_v},
      {TAUT_MOTOR_OUT_MOTOR_TEMP_K, TAUT_BRIDGE_PART_TEMPERATURE, t->motor_temp_k},
      // Before it is armed there is no current to be had: the harness sees by it when it is.
      {TAUT_MOTOR_OUT_CURRENT_LIMIT_A, -1,
       bridge->state == TAUT_BRIDGE_ARMED ? bridge->limit_a : 0.0},
      {TAUT_MOTOR_OUT_DRIVE_STATE, -1, role_state(bridge)},
      {TAUT_MOTOR_OUT_DRIVE_FAULT, -1, fault},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    if (rows[i].part >= 0 && (bridge->parts_seen >> rows[i].part & 1) == 0) continue;
    out[rows[i].port] = rows[i].value;
    is_measured[rows[i].port] = true;
  }
}

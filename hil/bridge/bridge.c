// States, arming and commands of the bridge. Telemetry: bridge_telemetry.c; orders: bridge_order.c.
#include "hil/bridge/bridge.h"

#include <math.h>
#include <string.h>

#include "hil/bridge/bridge_inner.h"

static const int64_t ms = 1000000;

taut_bridge_config taut_bridge_config_default(void) {
  return (taut_bridge_config){
      .timeout_s = 0.08,
      .timeout_brake_a = (double)NAN,
      .still_rad_s = 1.0,
      .command_age_ns_max = 50 * ms,
      .ramp_ns = 250 * ms,
      .confirm_ns_min = 500 * ms,
      .confirm_ns_max = 15000 * ms,
      .part_age_ns_max = {[TAUT_BRIDGE_PART_MOTION] = 50 * ms,
                          [TAUT_BRIDGE_PART_CURRENT] = 50 * ms,
                          [TAUT_BRIDGE_PART_BUS] = 100 * ms,
                          [TAUT_BRIDGE_PART_STATE] = 50 * ms},
  };
}

static bool is_within(double x, double lo, double hi) {
  return x >= lo && x <= hi;
}

static const char *check_machine(const taut_bridge_config *c) {
  if (!is_within(c->torque_per_amp_nm, 1e-3, 100)) {
    return "torque_per_amp_nm: must be 0.001 to 100 N m/A, the motor's torque constant";
  }
  if (!is_within(c->current_max_a, 0.1, 200)) return "current_max_a: must be 0.1 to 200 A";
  if (!is_within(c->speed_max_rad_s, 1, 2000)) return "speed_max_rad_s: must be 1 to 2000 rad/s";
  if (!is_within(c->bus_min_v, 5, 200) || !is_within(c->bus_max_v, 5, 200) ||
      c->bus_min_v >= c->bus_max_v) {
    return "bus_min_v, bus_max_v: must be 5 to 200 V, the least below the greatest";
  }
  if (!is_within(c->temp_start_k, 273.15, 473.15) || !is_within(c->temp_end_k, 273.15, 473.15) ||
      c->temp_start_k >= c->temp_end_k) {
    return "temp_start_k, temp_end_k: must be 0 to 200 degC, the start below the end";
  }
  if (!is_within(c->brake_current_a, 0, c->current_max_a)) {
    return "brake_current_a: must be 0 to current_max_a";
  }
  if (!is_within(c->timeout_brake_a, 0, c->current_max_a)) {
    return "timeout_brake_a: must be 0 (coast) to current_max_a";
  }
  return NULL;
}

static const char *check_times(const taut_bridge_config *c) {
  if (!is_within(c->timeout_s, 0.02, 0.1)) {
    return "timeout_s: the drive's own time-out must be 0.02 to 0.1 s";
  }
  if (!is_within(c->still_rad_s, 0.01, 10)) return "still_rad_s: must be 0.01 to 10 rad/s";
  if (c->command_age_ns_max < 2 * ms || c->command_age_ns_max > 100 * ms) {
    return "command_age_ns_max: must be 2 to 100 ms";
  }
  if (c->ramp_ns < 0 || c->ramp_ns > 300 * ms) return "ramp_ns: must be 0 to 300 ms";
  if (c->confirm_ns_min < 0 || c->confirm_ns_max <= c->confirm_ns_min ||
      c->confirm_ns_max > 60000 * ms) {
    return "confirm_ns_min, confirm_ns_max: must be 0 to 60 s, the least below the greatest";
  }
  for (int i = 0; i < TAUT_BRIDGE_PART_COUNT; i++) {
    if (c->part_age_ns_max[i] < 0 || c->part_age_ns_max[i] > 500 * ms) {
      return "part_age_ns_max: must be 0 (not needed) to 500 ms";
    }
  }
  if (c->part_age_ns_max[TAUT_BRIDGE_PART_MOTION] == 0 ||
      c->part_age_ns_max[TAUT_BRIDGE_PART_STATE] == 0) {
    return "part_age_ns_max: motion and state of the drive are always needed";
  }
  return NULL;
}

const char *taut_bridge_init(taut_bridge *bridge, const taut_bridge_config *config,
                             int64_t now_ns) {
  const char *why = check_machine(config);
  if (!why) why = check_times(config);
  if (why) return why;
  memset(bridge, 0, sizeof *bridge);
  bridge->config = *config;
  bridge->now_ns = bridge->step_ns = bridge->moved_ns = bridge->allowed_ns = now_ns;
  bridge->excess_ns = bridge->not_running_ns = bridge->setup_ns = -1;
  if (config->may_arm) {
    taut_bridge_begin_setup(bridge);
  } else {
    bridge->reason = "the bridge was not started with --arm: it listens only";
    taut_bridge_enter(bridge, TAUT_BRIDGE_REFUSED);
  }
  return NULL;
}

void taut_bridge_set_time(taut_bridge *bridge, int64_t now_ns) {
  if (now_ns > bridge->now_ns) bridge->now_ns = now_ns;
}

void taut_bridge_emit(taut_bridge *b, taut_bridge_event_id id, double value) {
  if (b->n_events == TAUT_BRIDGE_EVENTS) {
    b->counters.events_dropped++;
    return;
  }
  b->events[(b->i_event + b->n_events) % TAUT_BRIDGE_EVENTS] =
      (taut_bridge_event){b->now_ns, id, value};
  b->n_events++;
}

bool taut_bridge_next_event(taut_bridge *bridge, taut_bridge_event *out) {
  if (bridge->n_events == 0) return false;
  *out = bridge->events[bridge->i_event];
  bridge->i_event = (bridge->i_event + 1) % TAUT_BRIDGE_EVENTS;
  bridge->n_events--;
  return true;
}

void taut_bridge_enter(taut_bridge *bridge, taut_bridge_state state) {
  bridge->state = state;
  if (!taut_bridge_is_active(bridge)) {
    bridge->ordered_nm = 0.0;
    bridge->is_clamping = false;
  }
  bridge->not_running_ns = -1;
  taut_bridge_emit(bridge, TAUT_BRIDGE_EVENT_STATE, state);
}

static void hold_fault(taut_bridge *bridge, int fault) {
  if (bridge->fault == TAUT_DRIVE_FAULT_NONE) bridge->fault = fault;
}

static bool is_final(const taut_bridge *bridge) {
  return bridge->state == TAUT_BRIDGE_STOPPED || bridge->state == TAUT_BRIDGE_REFUSED;
}

void taut_bridge_release(taut_bridge *bridge, int fault) {
  hold_fault(bridge, fault);
  if (is_final(bridge) || bridge->state == TAUT_BRIDGE_LATCHED) return;
  const bool was_stopping =
      bridge->state == TAUT_BRIDGE_RAMP && bridge->after_ramp == TAUT_BRIDGE_STOPPED;
  taut_bridge_enter(bridge, was_stopping ? TAUT_BRIDGE_STOPPED : TAUT_BRIDGE_LATCHED);
}

void taut_bridge_ramp(taut_bridge *bridge, taut_bridge_state after, int fault) {
  hold_fault(bridge, fault);
  if (bridge->state == TAUT_BRIDGE_STOPPED) return;
  if (bridge->state == TAUT_BRIDGE_RAMP) {
    // The order of the states is the order of strictness: idle, latched, stopped.
    if (after > bridge->after_ramp) bridge->after_ramp = after;
  } else if (bridge->state == TAUT_BRIDGE_ARMED && bridge->ordered_nm != 0.0 &&
             bridge->config.ramp_ns > 0) {
    bridge->after_ramp = after;
    bridge->ramp_from_nm = bridge->ordered_nm;
    bridge->ramp_start_ns = bridge->now_ns;
    taut_bridge_enter(bridge, TAUT_BRIDGE_RAMP);
  } else if (bridge->state != after &&
             !(bridge->state == TAUT_BRIDGE_REFUSED && after != TAUT_BRIDGE_STOPPED)) {
    taut_bridge_enter(bridge, after);
  }
}

void taut_bridge_begin_setup(taut_bridge *bridge) {
  bridge->setup_id++;
  bridge->setup_ns = -1;
  taut_bridge_enter(bridge, TAUT_BRIDGE_SETUP);
}

void taut_bridge_take_setup(taut_bridge *bridge, int64_t now_ns, const taut_bridge_setup *setup) {
  taut_bridge_set_time(bridge, now_ns);
  if (setup->id != bridge->setup_id || is_final(bridge)) return;
  const double asked_s = bridge->config.timeout_s;
  // The drive counts in whole milliseconds or in floats, so it may differ by a rounding.
  const bool is_right =
      setup->is_confirmed && setup->timeout_s > 0.0 && fabs(setup->timeout_s - asked_s) <= 0.5e-3;
  if (is_right) {
    bridge->setup_ns = bridge->now_ns;
    bridge->setup_timeout_s = setup->timeout_s;
    taut_bridge_emit(bridge, TAUT_BRIDGE_EVENT_SETUP_DONE, setup->timeout_s);
    if (bridge->state == TAUT_BRIDGE_SETUP) taut_bridge_enter(bridge, TAUT_BRIDGE_IDLE);
    return;
  }
  bridge->setup_ns = -1;
  bridge->reason = !setup->is_confirmed && setup->reason
                       ? setup->reason
                       : "the drive reports another time-out than was set";
  taut_bridge_emit(bridge, TAUT_BRIDGE_EVENT_SETUP_REFUSED, setup->timeout_s);
  if (taut_bridge_is_active(bridge)) {
    taut_bridge_ramp(bridge, TAUT_BRIDGE_LATCHED, TAUT_DRIVE_FAULT_WATCHDOG);
  } else if (bridge->state != TAUT_BRIDGE_LATCHED) {
    taut_bridge_enter(bridge, TAUT_BRIDGE_REFUSED);
  }
}

int64_t taut_bridge_command_age(const taut_bridge *bridge) {
  return bridge->has_command ? bridge->now_ns - bridge->command_ns : INT64_MAX;
}

// --------------------------------------------------------------------------------------- commands

static const taut_signal inputs[] = {TAUT_MOTOR_INPUTS};

static bool is_in_role_range(double value, int port) {
  return is_within(value, inputs[port].min, inputs[port].max);
}

static bool is_bool(double value) {
  return value == 0.0 || value == 1.0;
}

// TAUT_BRIDGE_WRONG_ reason, or COUNT for a good command.
static taut_bridge_wrong judge_command(const taut_bridge *b, const taut_bridge_command *c) {
  const double sum =
      c->torque_command_nm + c->current_ceiling_a + c->torque_permit + c->brake + c->command_seq;
  if (!isfinite(sum)) return TAUT_BRIDGE_WRONG_NUMBER;
  if (!is_in_role_range(c->torque_command_nm, TAUT_MOTOR_IN_TORQUE_COMMAND_NM) ||
      !is_in_role_range(c->current_ceiling_a, TAUT_MOTOR_IN_CURRENT_CEILING_A) ||
      !is_in_role_range(c->command_seq, TAUT_MOTOR_IN_COMMAND_SEQ) || !is_bool(c->torque_permit) ||
      !is_bool(c->brake) || c->command_seq != floor(c->command_seq)) {
    return TAUT_BRIDGE_WRONG_RANGE;
  }
  if (c->age_ns < 0 || c->age_ns > b->config.command_age_ns_max) return TAUT_BRIDGE_WRONG_OLD;
  if (b->has_command && c->command_seq == b->command.command_seq) {
    return TAUT_BRIDGE_WRONG_REPEATED;
  }
  if (b->has_command && c->command_seq < b->command.command_seq) {
    return TAUT_BRIDGE_WRONG_REORDERED;
  }
  return TAUT_BRIDGE_WRONG_COUNT;
}

// A host that is slower than its link repeats commands as they are: counted, and not worth an
// event.
static bool is_plain_repetition(const taut_bridge_command *a, const taut_bridge_command *b) {
  return a->torque_command_nm == b->torque_command_nm && a->torque_permit == b->torque_permit &&
         a->current_ceiling_a == b->current_ceiling_a && a->brake == b->brake;
}

static void reject_command(taut_bridge *b, const taut_bridge_command *command,
                           taut_bridge_wrong wrong) {
  b->counters.commands_rejected[wrong]++;
  if (wrong == TAUT_BRIDGE_WRONG_REPEATED && is_plain_repetition(command, &b->command)) return;
  if (!b->is_rejecting) taut_bridge_emit(b, TAUT_BRIDGE_EVENT_COMMAND_REJECTED, wrong);
  b->is_rejecting = true;
}

taut_status taut_bridge_take_command(taut_bridge *bridge, int64_t now_ns,
                                     const taut_bridge_command *command) {
  taut_bridge_set_time(bridge, now_ns);
  const taut_bridge_wrong wrong = judge_command(bridge, command);
  if (wrong != TAUT_BRIDGE_WRONG_COUNT) {
    reject_command(bridge, command, wrong);
    return TAUT_EREJECT;
  }
  bridge->is_rejecting = false;
  bridge->counters.commands++;
  bridge->command = *command;
  bridge->command_ns = bridge->now_ns - command->age_ns;
  bridge->has_command = true;
  return TAUT_OK;
}

void taut_bridge_reset_link(taut_bridge *bridge, int64_t now_ns) {
  taut_bridge_set_time(bridge, now_ns);
  const bool was_armed = bridge->state == TAUT_BRIDGE_ARMED;
  taut_bridge_emit(bridge, TAUT_BRIDGE_EVENT_LINK_RESET, was_armed);
  if (was_armed) taut_bridge_ramp(bridge, TAUT_BRIDGE_LATCHED, TAUT_DRIVE_FAULT_WATCHDOG);
  if (bridge->state == TAUT_BRIDGE_REQUESTED) taut_bridge_enter(bridge, TAUT_BRIDGE_IDLE);
  bridge->has_command = false;
}

void taut_bridge_count_failed_send(taut_bridge *bridge, int64_t now_ns) {
  taut_bridge_set_time(bridge, now_ns);
  // Powers of two only: a bus that is off fails every time.
  const uint64_t n = ++bridge->counters.sends_failed;
  if ((n & (n - 1)) == 0) {
    taut_bridge_emit(bridge, TAUT_BRIDGE_EVENT_SEND_FAILED, (double)n);
  }
}

// ----------------------------------------------------------------------------------------- arming

static bool is_powered(const taut_bridge *b) {
  const bool has_bus = (b->parts_seen >> TAUT_BRIDGE_PART_BUS & 1) != 0;
  if (has_bus && !is_within(b->telemetry.bus_v, b->config.bus_min_v, b->config.bus_max_v)) {
    return false;
  }
  return taut_bridge_temperature(b) < b->config.temp_end_k;
}

// What both steps need; COUNT when nothing is in the way.
static taut_bridge_not judge_arming(const taut_bridge *b) {
  if (!b->config.may_arm) return TAUT_BRIDGE_NOT_ALLOWED;
  if (taut_bridge_stale_part(b) >= 0) return TAUT_BRIDGE_NOT_HEARD;
  if (b->telemetry.fault != TAUT_DRIVE_FAULT_NONE || !b->telemetry.is_encoder_valid) {
    return TAUT_BRIDGE_NOT_HEALTHY;
  }
  if (fabs(b->telemetry.speed_rad_s) > b->config.still_rad_s) return TAUT_BRIDGE_NOT_STILL;
  if (!is_powered(b)) return TAUT_BRIDGE_NOT_POWERED;
  return TAUT_BRIDGE_NOT_COUNT;
}

static taut_bridge_not judge_confirmation(const taut_bridge *b, uint32_t code) {
  const int64_t waited_ns = b->now_ns - b->request_ns;
  if (b->state != TAUT_BRIDGE_REQUESTED) return TAUT_BRIDGE_NOT_READY;
  if (code != b->code || waited_ns < b->config.confirm_ns_min ||
      waited_ns > b->config.confirm_ns_max) {
    return TAUT_BRIDGE_NOT_CONFIRMED;
  }
  const taut_bridge_not common = judge_arming(b);
  if (common != TAUT_BRIDGE_NOT_COUNT) return common;
  if (b->setup_ns < b->request_ns) return TAUT_BRIDGE_NOT_VERIFIED;
  if (taut_bridge_command_age(b) > b->config.command_age_ns_max) return TAUT_BRIDGE_NOT_COMMANDED;
  const double small_nm = 0.01 * b->config.current_max_a * b->config.torque_per_amp_nm;
  if (b->command.torque_permit != 0.0 && fabs(b->command.torque_command_nm) > small_nm) {
    return TAUT_BRIDGE_NOT_UNLOADED;
  }
  return TAUT_BRIDGE_NOT_COUNT;
}

static taut_status refuse_arming(taut_bridge *bridge, taut_bridge_not why) {
  taut_bridge_emit(bridge, TAUT_BRIDGE_EVENT_ARM_REFUSED, why);
  if (bridge->state == TAUT_BRIDGE_REQUESTED) taut_bridge_enter(bridge, TAUT_BRIDGE_IDLE);
  return TAUT_EREJECT;
}

taut_status taut_bridge_arm_request(taut_bridge *bridge, int64_t now_ns, uint32_t code) {
  taut_bridge_set_time(bridge, now_ns);
  taut_bridge_not why = judge_arming(bridge);
  if (why == TAUT_BRIDGE_NOT_COUNT && bridge->state != TAUT_BRIDGE_IDLE) {
    why = TAUT_BRIDGE_NOT_READY;
  }
  if (why != TAUT_BRIDGE_NOT_COUNT) return refuse_arming(bridge, why);
  bridge->code = code;
  bridge->request_ns = bridge->now_ns;
  bridge->setup_id++;
  taut_bridge_enter(bridge, TAUT_BRIDGE_REQUESTED);
  return TAUT_OK;
}

taut_status taut_bridge_arm_confirm(taut_bridge *bridge, int64_t now_ns, uint32_t code) {
  taut_bridge_set_time(bridge, now_ns);
  const taut_bridge_not why = judge_confirmation(bridge, code);
  if (why != TAUT_BRIDGE_NOT_COUNT) return refuse_arming(bridge, why);
  bridge->fault = TAUT_DRIVE_FAULT_NONE;
  taut_bridge_enter(bridge, TAUT_BRIDGE_ARMED);
  return TAUT_OK;
}

void taut_bridge_disarm(taut_bridge *bridge, int64_t now_ns) {
  taut_bridge_set_time(bridge, now_ns);
  if (bridge->state == TAUT_BRIDGE_REQUESTED || taut_bridge_is_active(bridge)) {
    taut_bridge_ramp(bridge, TAUT_BRIDGE_IDLE, TAUT_DRIVE_FAULT_NONE);
  }
}

taut_status taut_bridge_acknowledge(taut_bridge *bridge, int64_t now_ns) {
  taut_bridge_set_time(bridge, now_ns);
  const bool is_open = bridge->state == TAUT_BRIDGE_LATCHED ||
                       (bridge->state == TAUT_BRIDGE_REFUSED && bridge->config.may_arm);
  if (!is_open) return TAUT_EREJECT;
  if (bridge->telemetry.fault != TAUT_DRIVE_FAULT_NONE) {
    bridge->clear_id++;
    return TAUT_EREJECT;
  }
  bridge->fault = TAUT_DRIVE_FAULT_NONE;
  bridge->reason = NULL;
  taut_bridge_begin_setup(bridge);
  return TAUT_OK;
}

void taut_bridge_stop(taut_bridge *bridge, int64_t now_ns) {
  taut_bridge_set_time(bridge, now_ns);
  taut_bridge_ramp(bridge, TAUT_BRIDGE_STOPPED, TAUT_DRIVE_FAULT_NONE);
}

bool taut_bridge_is_safe(const taut_bridge *bridge) {
  return !taut_bridge_is_active(bridge);
}

// ------------------------------------------------------------------------------------------ words

#define TEXT_2(name, text) text,
#define TEXT_3(name, text, value) text,
static const char *const state_texts[] = {TAUT_BRIDGE_STATE_MAP(TEXT_2)};
static const char *const event_texts[] = {TAUT_BRIDGE_EVENT_MAP(TEXT_3)};
static const char *const wrong_texts[] = {TAUT_BRIDGE_WRONG_MAP(TEXT_2)};
static const char *const not_texts[] = {TAUT_BRIDGE_NOT_MAP(TEXT_2)};

static const char *text_at(const char *const *texts, int count, int i) {
  return i >= 0 && i < count ? texts[i] : "unknown";
}

const char *taut_bridge_state_text(int state) {
  return text_at(state_texts, TAUT_BRIDGE_STATE_COUNT, state);
}
const char *taut_bridge_event_text(int id) {
  return text_at(event_texts, TAUT_BRIDGE_EVENT_COUNT, id);
}
const char *taut_bridge_wrong_text(int reason) {
  return text_at(wrong_texts, TAUT_BRIDGE_WRONG_COUNT, reason);
}
const char *taut_bridge_not_text(int reason) {
  return text_at(not_texts, TAUT_BRIDGE_NOT_COUNT, reason);
}

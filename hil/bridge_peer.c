#include "hil/bridge_peer.h"

#include <assert.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

/// Time between two lines of the post-mortem log [ns].
#define ROW_NS (TAUT_SECOND / 200)
/// By so much the quickest message of old may be wrong after a while: two clocks drift [1].
#define DRIFT 5e-4

// ------------------------------------------------------------------------------------------ ports

static const taut_signal inputs[] = {TAUT_MOTOR_INPUTS};
static const taut_signal outputs[] = {TAUT_MOTOR_OUTPUTS};

#define EVENT_ROW(name, text, value) \
  {TAUT_BRIDGE_EVENT_##name + 1, 0, text, TAUT_UNIT_NONE, -1e18, 1e18, 0, NULL, 1, 0, 0, 0, value},
static const taut_signal events[] = {TAUT_BRIDGE_EVENT_MAP(EVENT_ROW)};

/// Called once per millisecond, so this is its period.
static const taut_model model = {
    .struct_size = sizeof(taut_model),
    .signal_size = sizeof(taut_signal),
    .abi_minor = TAUT_ABI_MINOR,
    .flags = TAUT_MODEL_EFFECT,
    .name = "bridge",
    .role = "motor",
    .version = "1.0.0",
    .help = "a real drive",
    .state_layout = 1,
    .events_per_tick = TAUT_BRIDGE_PEER_DEEDS,
    .n_inputs = TAUT_MOTOR_IN_COUNT,
    .n_outputs = TAUT_MOTOR_OUT_COUNT,
    .n_events = TAUT_BRIDGE_EVENT_COUNT,
    .inputs = inputs,
    .outputs = outputs,
    .events = events,
    .period_ns = 1000000,
    .period_ns_min = 1000000,
    .period_ns_max = 10000000,
};

// ----------------------------------------------------------------------------------------- telling

static const char *part_text(double part) {
  static const char *const parts[] = {"motion", "current", "bus", "temperature", "state"};
  static_assert(sizeof parts / sizeof parts[0] == TAUT_BRIDGE_PART_COUNT, "one word per part");
  return part >= 0 && part < TAUT_BRIDGE_PART_COUNT ? parts[(int)part] : "?";
}

void taut_bridge_peer_text(const taut_bridge_event *event, char *text, size_t size) {
  const char *name = taut_bridge_event_text((int)event->id);
  switch (event->id) {
    case TAUT_BRIDGE_EVENT_STATE:
      snprintf(text, size, "%s %s", name, taut_bridge_state_text((int)event->value));
      break;
    case TAUT_BRIDGE_EVENT_COMMAND_REJECTED:
      snprintf(text, size, "%s: %s", name, taut_bridge_wrong_text((int)event->value));
      break;
    case TAUT_BRIDGE_EVENT_ARM_REFUSED:
      snprintf(text, size, "%s: %s", name, taut_bridge_not_text((int)event->value));
      break;
    case TAUT_BRIDGE_EVENT_TELEMETRY_REJECTED:
    case TAUT_BRIDGE_EVENT_TELEMETRY_STALE:
      snprintf(text, size, "%s: %s", name, part_text(event->value));
      break;
    case TAUT_BRIDGE_EVENT_LINK_RESET: snprintf(text, size, "%s", name); break;
    default: snprintf(text, size, "%s %g (%s)", name, event->value, events[event->id].help);
  }
}

static taut_log_level level_of(const taut_bridge_event *event) {
  switch (event->id) {
    case TAUT_BRIDGE_EVENT_STATE:
    case TAUT_BRIDGE_EVENT_SETUP_DONE:
    case TAUT_BRIDGE_EVENT_LINK_RESET: return TAUT_LOG_INFO;
    default: return TAUT_LOG_WARN;
  }
}

static void add_deed(taut_bridge_peer *peer, const taut_deed *deed, const char *text) {
  if (peer->n_deeds == TAUT_BRIDGE_PEER_DEEDS) return;
  const size_t i = (peer->i_deed + peer->n_deeds++) % TAUT_BRIDGE_PEER_DEEDS;
  peer->deeds[i] = *deed;
  if (text == NULL) return;
  snprintf(peer->texts[i], TAUT_BRIDGE_PEER_TEXT, "%s", text);
  peer->deeds[i].text = peer->texts[i];
}

static bool next_deed(void *user, taut_deed *out) {
  taut_bridge_peer *peer = user;
  if (peer->n_deeds == 0) return false;
  *out = peer->deeds[peer->i_deed];
  peer->i_deed = (peer->i_deed + 1) % TAUT_BRIDGE_PEER_DEEDS;
  peer->n_deeds--;
  return true;
}

/// A line for the harness's log of the case.
static void tell_harness(taut_bridge_peer *peer, taut_log_level level, const char *text) {
  const taut_deed deed = {.is_log = true, .level = level};
  add_deed(peer, &deed, text);
}

/// What the maker calls that number.
static void add_words(const taut_bridge_peer *peer, const taut_bridge_event *event, char *text,
                      size_t size) {
  const size_t n = strlen(text);
  const uint32_t code = (uint32_t)event->value;
  snprintf(text + n, size - n, ": %s", peer->device->drive->ops->fault_text(code));
}

/// Every event goes to the log, to the post-mortem log and to the harness.
static void tell_events(taut_bridge_peer *peer, int64_t now_ns, taut_black_box *box) {
  taut_bridge_event event;
  char text[TAUT_BRIDGE_PEER_TEXT];
  while (taut_bridge_next_event(&peer->device->bridge, &event)) {
    taut_bridge_peer_text(&event, text, sizeof text);
    if (event.id == TAUT_BRIDGE_EVENT_DRIVE_FAULT) add_words(peer, &event, text, sizeof text);
    peer->log(peer->user, level_of(&event), text);
    taut_black_box_note(box, now_ns, text);
    // A value that is no number would end the run; -1 is none of theirs.
    const taut_deed deed = {.event = event.id, .value = isfinite(event.value) ? event.value : -1.0};
    add_deed(peer, &deed, NULL);
  }
}

// --------------------------------------------------------------------------------------- sessions

static void begin(void *user, const char *path, int64_t now_ns) {
  taut_bridge_peer *peer = user;
  snprintf(peer->path, sizeof peer->path, "%s", path);
  peer->tick_ns = 0;
  peer->has_lead = peer->is_misplaced = false;
  taut_bridge_reset_link(&peer->device->bridge, now_ns);
  tell_harness(peer, TAUT_LOG_INFO,
               "hardware: spool_angle_rad, spool_speed_rad_s, torque_nm and winding_temp_k are "
               "what the drive measures; it does not measure housing_temp_k, energies, chopper_on");
  if (!peer->device->bridge.config.may_arm) {
    tell_harness(peer, TAUT_LOG_WARN, "this bridge was started without --arm: no torque comes");
  }
}

/// Also an orderly end takes the torque off, and only a person gives it again.
static void end(void *user, bool is_orderly, int64_t now_ns) {
  taut_bridge_peer *peer = user;
  if (is_orderly) taut_bridge_disarm(&peer->device->bridge, now_ns);
  taut_bridge_reset_link(&peer->device->bridge, now_ns);
  snprintf(peer->path, sizeof peer->path, "-");
  peer->n_deeds = 0;
}

/// How much longer than the quickest message so far this one took from the harness's clock to here:
/// in the harness, on the way, or waiting for this process.
static int64_t age_of(taut_bridge_peer *peer, int64_t tick_ns, int64_t now_ns) {
  const int64_t lead_ns = now_ns - tick_ns;
  if (peer->has_lead) {
    peer->lead_ns += (int64_t)((double)(now_ns - peer->lead_at_ns) * DRIFT);
  }
  if (!peer->has_lead || lead_ns < peer->lead_ns) peer->lead_ns = lead_ns;
  peer->has_lead = true;
  peer->lead_at_ns = now_ns;
  return lead_ns - peer->lead_ns;
}

/// What a scenario does to a simulated motor does nothing to a real one; that is said once.
static void look_for_faults(taut_bridge_peer *peer, const double *values) {
  static const int ports[] = {TAUT_MOTOR_IN_SUPPLY_SCALE, TAUT_MOTOR_IN_CHOPPER_CONNECTED,
                              TAUT_MOTOR_IN_ENCODER_SLIP_RAD, TAUT_MOTOR_IN_ENCODER_STUCK};
  char text[TAUT_BRIDGE_PEER_TEXT];
  for (size_t i = 0; !peer->is_misplaced && i < sizeof ports / sizeof ports[0]; i++) {
    if (values[ports[i]] == inputs[ports[i]].init) continue;
    peer->is_misplaced = true;
    snprintf(text, sizeof text, "%s is for simulated motors: it does nothing to this one",
             inputs[ports[i]].name);
    tell_harness(peer, TAUT_LOG_WARN, text);
  }
}

static void take(void *user, const double *values, int64_t tick_ns, int64_t now_ns) {
  taut_bridge_peer *peer = user;
  const taut_bridge_command command = {.torque_command_nm = values[TAUT_MOTOR_IN_TORQUE_COMMAND_NM],
                                       .current_ceiling_a = values[TAUT_MOTOR_IN_CURRENT_CEILING_A],
                                       .torque_permit = values[TAUT_MOTOR_IN_TORQUE_PERMIT],
                                       .brake = values[TAUT_MOTOR_IN_BRAKE],
                                       .command_seq = values[TAUT_MOTOR_IN_COMMAND_SEQ],
                                       .age_ns = age_of(peer, tick_ns, now_ns)};
  peer->tick_ns = tick_ns;
  look_for_faults(peer, values);
  // Refused ones are counted and told by the bridge, and age.
  taut_bridge_take_command(&peer->device->bridge, now_ns, &command);
}

// ------------------------------------------------------------------------------------------- time

/// Ports that nothing measures keep their initial value, and what is truth in a simulation is here
/// the best that is known.
static void find_outputs(taut_bridge_peer *peer) {
  const taut_bridge *bridge = &peer->device->bridge;
  bool is_measured[TAUT_MOTOR_OUT_COUNT];
  double *out = peer->outputs;
  taut_bridge_outputs(bridge, out, is_measured);
  for (int i = 0; i < TAUT_MOTOR_OUT_COUNT; i++) {
    if (!is_measured[i]) out[i] = outputs[i].init;
  }
  out[TAUT_MOTOR_OUT_SPOOL_ANGLE_RAD] = out[TAUT_MOTOR_OUT_ENCODER_ANGLE_RAD];
  out[TAUT_MOTOR_OUT_SPOOL_SPEED_RAD_S] = bridge->telemetry.speed_rad_s;
  out[TAUT_MOTOR_OUT_TORQUE_NM] = out[TAUT_MOTOR_OUT_IQ_A] * bridge->config.torque_per_amp_nm;
  out[TAUT_MOTOR_OUT_WINDING_TEMP_K] = out[TAUT_MOTOR_OUT_MOTOR_TEMP_K];
}

static const double *find_latest(void *user) {
  taut_bridge_peer *peer = user;
  return peer->outputs;
}

/// The age of the last good command; -1 before the first.
static void write_row(taut_bridge_peer *peer, int64_t now_ns, taut_black_box *box) {
  const taut_bridge *bridge = &peer->device->bridge;
  const int64_t age_ns = bridge->has_command ? now_ns - bridge->command_ns : -1000000;
  taut_black_box_row(box, now_ns, peer->path, peer->tick_ns, age_ns, peer->outputs);
}

static bool has_arrived(const taut_bridge_peer *peer) {
  struct pollfd item = {peer->device->drive->descriptor, POLLIN, 0};
  return item.fd >= 0 && poll(&item, 1, 0) > 0;
}

static taut_status advance(void *user, int64_t now_ns, taut_black_box *box) {
  taut_bridge_peer *peer = user;
  if (peer->desk != NULL) taut_bridge_desk_turn(peer->desk, now_ns);
  if (now_ns < peer->cycle_ns && !has_arrived(peer)) return TAUT_OK;
  // Deadlines, not waits; after a pause from now on.
  if (now_ns >= peer->cycle_ns) peer->cycle_ns += TAUT_BRIDGE_PERIOD_NS;
  if (now_ns >= peer->cycle_ns) peer->cycle_ns = now_ns + TAUT_BRIDGE_PERIOD_NS;
  const taut_status status = taut_bridge_device_cycle(peer->device, now_ns);
  find_outputs(peer);
  tell_events(peer, now_ns, box);
  if (now_ns >= peer->row_ns) {
    peer->row_ns = now_ns + ROW_NS - TAUT_SECOND / 2000;
    write_row(peer, now_ns, box);
  }
  if (status != TAUT_OK) {
    static const char text[] = "the drive's line is gone: only its own time-out can act now";
    peer->log(peer->user, TAUT_LOG_ERROR, text);
    taut_black_box_note(box, now_ns, text);
  }
  return status;
}

static bool stop(void *user, int64_t now_ns) {
  taut_bridge_peer *peer = user;
  taut_bridge_stop(&peer->device->bridge, now_ns);
  return taut_bridge_is_safe(&peer->device->bridge);
}

// ----------------------------------------------------------------------------------------- making

void taut_bridge_peer_init(taut_bridge_peer *peer, taut_bridge_device *device,
                           taut_bridge_desk *desk, int64_t now_ns) {
  memset(peer, 0, sizeof *peer);
  peer->device = device;
  peer->desk = desk;
  peer->cycle_ns = peer->row_ns = now_ns;
  snprintf(peer->path, sizeof peer->path, "-");
  find_outputs(peer);
}

taut_hardware taut_bridge_peer_hardware(taut_bridge_peer *peer) {
  return (taut_hardware){.model = &model,
                         .begin = begin,
                         .take = take,
                         .outputs = find_latest,
                         .next_deed = next_deed,
                         .end = end,
                         .advance = advance,
                         .stop = stop,
                         .user = peer};
}

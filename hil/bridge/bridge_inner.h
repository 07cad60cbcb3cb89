/// What the parts of the bridge share: time, events, transitions.
#ifndef TAUT_HIL_BRIDGE_BRIDGE_INNER_H
#define TAUT_HIL_BRIDGE_BRIDGE_INNER_H

#include "hil/bridge/bridge.h"

/// Moves the bridge's time to `now_ns`; a time that goes back is taken as no time.
void taut_bridge_set_time(taut_bridge *bridge, int64_t now_ns);

/// Keeps an event; when nobody fetches them the newest is dropped and counted.
void taut_bridge_emit(taut_bridge *bridge, taut_bridge_event_id id, double value);

/// Enters a state and tells it.
void taut_bridge_enter(taut_bridge *bridge, taut_bridge_state state);

/// Current off at once, then latched. `fault` is held unless one is held already.
void taut_bridge_release(taut_bridge *bridge, int fault);

/// Torque off on a ramp, then `after`: IDLE, LATCHED or STOPPED, the strictest wins. Where no
/// torque is ordered there is nothing to ramp.
void taut_bridge_ramp(taut_bridge *bridge, taut_bridge_state after, int fault);

/// Starts the setup anew: the drive may have restarted and lost it.
void taut_bridge_begin_setup(taut_bridge *bridge);

/// The first part of the telemetry that is needed and missing or old; -1 when all is fresh.
int taut_bridge_stale_part(const taut_bridge *bridge);

/// Time since the last good command was made, INT64_MAX before the first.
int64_t taut_bridge_command_age(const taut_bridge *bridge);

/// True while torque may be ordered.
static inline bool taut_bridge_is_active(const taut_bridge *bridge) {
  return bridge->state == TAUT_BRIDGE_ARMED || bridge->state == TAUT_BRIDGE_RAMP;
}

/// The hottest sensor [K], 0 when none has been heard.
double taut_bridge_temperature(const taut_bridge *bridge);

#endif

/// A bridge and its drive as the hardware of a live peer: the motor role on one side,
/// taut_bridge_device on the other. It keeps the age of commands, tells events, and writes the
/// post-mortem log. Who may arm it: bridge_desk.h.
#ifndef TAUT_HIL_BRIDGE_PEER_H
#define TAUT_HIL_BRIDGE_PEER_H

#include "hil/bridge/device.h"
#include "hil/bridge_desk.h"
#include "hil/hardware.h"

enum { TAUT_BRIDGE_PEER_DEEDS = 64, TAUT_BRIDGE_PEER_TEXT = 256 };

typedef struct taut_bridge_peer {
  taut_bridge_device *device;  ///< open, borrowed
  taut_bridge_desk *desk;      ///< borrowed; NULL: nobody can arm it
  /// One line for the log.
  void (*log)(void *user, taut_log_level level, const char *text);
  void *user;
  char path[128];  ///< instance of the session, or "-"
  double outputs[TAUT_MOTOR_OUT_COUNT];
  int64_t tick_ns;              ///< of the newest inputs
  bool has_lead, is_misplaced;  ///< an age can be told; faults of a simulation were tried
  int64_t lead_ns, lead_at_ns;  ///< wall time less tick of the quickest message, and when that was
  int64_t cycle_ns, row_ns;     ///< when the next ones are due
  taut_deed deeds[TAUT_BRIDGE_PEER_DEEDS];  ///< not fetched yet; later ones are dropped
  char texts[TAUT_BRIDGE_PEER_DEEDS][TAUT_BRIDGE_PEER_TEXT];
  size_t i_deed, n_deeds;
} taut_bridge_peer;

/// Takes a device that was opened at `now_ns`. [main]
void taut_bridge_peer_init(taut_bridge_peer *peer, taut_bridge_device *device,
                           taut_bridge_desk *desk, int64_t now_ns);

/// The peer as hardware; valid as long as it is. [main]
taut_hardware taut_bridge_peer_hardware(taut_bridge_peer *peer);

/// An event in words, with its value in its unit: "state armed". [any]
void taut_bridge_peer_text(const taut_bridge_event *event, char *text, size_t size);

#endif

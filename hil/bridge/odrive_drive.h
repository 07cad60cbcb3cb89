/// An ODrive on a CAN bus as a drive of the bridge.
#ifndef TAUT_HIL_BRIDGE_ODRIVE_DRIVE_H
#define TAUT_HIL_BRIDGE_ODRIVE_DRIVE_H

#include "hil/bridge/can_bus.h"
#include "hil/bridge/drive.h"
#include "hil/bridge/odrive_codec.h"

typedef struct taut_odrive_drive_config {
  taut_odrive_dialect dialect;
  int node;       ///< 0 to 63
  int direction;  ///< +1: the drive's positive direction retracts the cable; -1: pays it out
  /// Firmware that the two endpoints belong to, and the endpoints, from the list that the maker
  /// publishes for each firmware. 0.6 only.
  int fw_major, fw_minor, fw_revision;
  uint16_t endpoint_watchdog_timeout;  ///< axis0.config.watchdog_timeout, a float in seconds
  uint16_t endpoint_enable_watchdog;   ///< axis0.config.enable_watchdog, a bool
} taut_odrive_drive_config;

typedef enum taut_odrive_setup_step {
  TAUT_ODRIVE_SETUP_NONE,
  TAUT_ODRIVE_SETUP_VERSION,  ///< firmware asked for
  TAUT_ODRIVE_SETUP_TIMEOUT,  ///< both parameters written, time-out asked for
  TAUT_ODRIVE_SETUP_ENABLE    ///< enable asked for
} taut_odrive_setup_step;

typedef struct taut_odrive_drive {
  taut_drive drive;
  taut_odrive_drive_config config;
  taut_can_bus *bus;
  taut_bridge *bridge;  // during receive
  int64_t now_ns;       // during receive
  uint64_t unexpected;
  // axis
  bool has_heartbeat, is_entered;
  taut_odrive_heartbeat heartbeat;
  int64_t state_ns;  // last request for a state
  taut_bridge_order_kind last_kind;
  // polls
  int64_t poll_ns, slow_poll_ns, restart_ns;
  uint32_t clear_id;
  // setup
  taut_odrive_setup_step setup_step;
  uint32_t setup_id;
  int64_t setup_ns;
  double timeout_s;
} taut_odrive_drive;

/// Puts a drive on a bus, which it closes with itself. Returns NULL or which field is wrong. [main]
const char *taut_odrive_drive_init(taut_odrive_drive *drive, const taut_odrive_drive_config *config,
                                   taut_can_bus *bus, int64_t now_ns);

/// Ages of telemetry that fit what this drive sends by itself: a heartbeat each 100 ms. [any]
void taut_odrive_drive_ages(taut_odrive_dialect dialect, taut_bridge_config *config);

#endif

/// One drive behind its protocol: reads what it says into the bridge, tells it what the bridge
/// orders. Two implementations: vesc_drive.h, odrive_drive.h.
#ifndef TAUT_HIL_BRIDGE_DRIVE_H
#define TAUT_HIL_BRIDGE_DRIVE_H

#include "hil/bridge/bridge.h"

typedef struct taut_drive taut_drive;

typedef struct taut_drive_ops {
  /// Takes everything that has arrived, without waiting. EIO: the transport is gone for good.
  taut_status (*receive)(taut_drive *drive, taut_bridge *bridge, int64_t now_ns);
  /// Sends an order, polls, goes on with a setup. Never waits. EIO as above.
  taut_status (*send)(taut_drive *drive, taut_bridge *bridge, const taut_bridge_order *order,
                      int64_t now_ns);
  void (*close)(taut_drive *drive);
  /// Words for the drive's own fault number; static text.
  const char *(*fault_text)(uint32_t code);
} taut_drive_ops;

/// Base of every drive: the implementation's structure begins with it.
struct taut_drive {
  const taut_drive_ops *ops;
  int descriptor;  ///< readable when something has arrived; -1: call receive now and then
};

#endif

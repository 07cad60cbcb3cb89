/// A bridge with its drive and transport: what `taut bridge` opens and turns. One device serves one
/// cable.
#ifndef TAUT_HIL_BRIDGE_DEVICE_H
#define TAUT_HIL_BRIDGE_DEVICE_H

#include "hil/bridge/bridge.h"
#include "hil/bridge/odrive_drive.h"
#include "hil/bridge/serial.h"
#include "hil/bridge/vesc_drive.h"

enum { TAUT_BRIDGE_PERIOD_NS = 5000000 };  ///< time between two cycles

typedef struct taut_bridge_device {
  taut_bridge bridge;
  taut_drive *drive;
  taut_bridge_order order;  ///< the last one
  taut_serial serial;
  union {
    taut_vesc_drive vesc;
    taut_odrive_drive odrive;
  } as;
} taut_bridge_device;

/// Opens a VESC on a serial line. `*why` gets static text that names what is wrong. EINVAL: the
/// configuration, the rate or the file is none that can be; EREJECT: another process holds the
/// line; EIO with errno. [main]
taut_status taut_bridge_device_open_vesc(taut_bridge_device *device, const char *path, int baud,
                                         const taut_vesc_drive_config *drive,
                                         const taut_bridge_config *config, int64_t now_ns,
                                         const char **why);

/// Opens an ODrive on a bus, which the device closes with itself, also when this fails. The ages of
/// the configuration are set to what the drive sends by itself. EINVAL as above. [main]
taut_status taut_bridge_device_open_odrive(taut_bridge_device *device, taut_can_bus *bus,
                                           const taut_odrive_drive_config *drive,
                                           const taut_bridge_config *config, int64_t now_ns,
                                           const char **why);

/// Takes what has arrived, decides, orders. Called each TAUT_BRIDGE_PERIOD_NS, and sooner when the
/// drive's descriptor is readable. EIO: the transport is gone; the bridge has released and only the
/// drive's own time-out can act. [main]
taut_status taut_bridge_device_cycle(taut_bridge_device *device, int64_t now_ns);

/// Orders no current three times and closes, whatever the state. To take the torque off on a ramp
/// call taut_bridge_stop and go on with cycles until taut_bridge_is_safe. [main]
void taut_bridge_device_close(taut_bridge_device *device, int64_t now_ns);

#endif

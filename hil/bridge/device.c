// Opening, turning and closing of a bridge with its drive.
#include "hil/bridge/device.h"

#include "hil/bridge/bridge_inner.h"

taut_status taut_bridge_device_open_vesc(taut_bridge_device *device, const char *path, int baud,
                                         const taut_vesc_drive_config *drive,
                                         const taut_bridge_config *config, int64_t now_ns,
                                         const char **why) {
  *why = taut_bridge_init(&device->bridge, config, now_ns);
  if (*why) return TAUT_EINVAL;
  const taut_status status = taut_serial_open(&device->serial, path, baud);
  if (status != TAUT_OK) {
    *why = status == TAUT_EINVAL    ? "serial: no terminal device, or a rate that it does not have"
           : status == TAUT_EREJECT ? "serial: another process holds the line"
                                    : "serial: cannot be opened";
    return status;
  }
  *why = taut_vesc_drive_init(&device->as.vesc, drive, &device->serial.stream, now_ns);
  if (*why) {
    device->serial.stream.close(&device->serial.stream);
    return TAUT_EINVAL;
  }
  device->drive = &device->as.vesc.drive;
  return TAUT_OK;
}

taut_status taut_bridge_device_open_odrive(taut_bridge_device *device, taut_can_bus *bus,
                                           const taut_odrive_drive_config *drive,
                                           const taut_bridge_config *config, int64_t now_ns,
                                           const char **why) {
  taut_bridge_config adapted = *config;
  taut_odrive_drive_ages(drive->dialect, &adapted);
  *why = taut_bridge_init(&device->bridge, &adapted, now_ns);
  if (!*why && config->brake_current_a != 0.0) {
    *why = "brake_current_a: must be 0, this drive has no brake for a torque that is off";
  }
  if (!*why) *why = taut_odrive_drive_init(&device->as.odrive, drive, bus, now_ns);
  if (*why) {
    taut_can_close(bus);
    return TAUT_EINVAL;
  }
  device->drive = &device->as.odrive.drive;
  return TAUT_OK;
}

taut_status taut_bridge_device_cycle(taut_bridge_device *device, int64_t now_ns) {
  taut_drive *drive = device->drive;
  const taut_status received = drive->ops->receive(drive, &device->bridge, now_ns);
  taut_bridge_step(&device->bridge, now_ns, &device->order);
  const taut_status sent = drive->ops->send(drive, &device->bridge, &device->order, now_ns);
  if (received != TAUT_EIO && sent != TAUT_EIO) return TAUT_OK;
  taut_bridge_release(&device->bridge, TAUT_DRIVE_FAULT_WATCHDOG);
  return TAUT_EIO;
}

void taut_bridge_device_close(taut_bridge_device *device, int64_t now_ns) {
  taut_drive *drive = device->drive;
  taut_bridge_release(&device->bridge, TAUT_DRIVE_FAULT_NONE);
  const bool may_order = device->bridge.config.may_arm;
  const taut_bridge_order order = {.kind = TAUT_BRIDGE_RELEASE};
  for (int i = 0; may_order && i < 3; i++) {
    drive->ops->send(drive, &device->bridge, &order, now_ns);
  }
  drive->ops->close(drive);
}

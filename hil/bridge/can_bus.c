// What every bus has in common: the frame it sends is one that can exist.
#include "hil/bridge/can_bus.h"

static bool is_possible(const taut_can_frame *frame) {
  const uint32_t id_max = frame->is_extended ? 0x1fffffff : 0x7ff;
  return !frame->is_error && frame->id <= id_max && frame->length <= 8;
}

taut_status taut_can_send(taut_can_bus *bus, const taut_can_frame *frame) {
  if (!is_possible(frame)) return TAUT_EINVAL;
  taut_status status = TAUT_EREJECT;
  if (bus->status.state != TAUT_CAN_BUS_OFF) status = bus->ops->send(bus, frame);
  if (status != TAUT_OK) bus->status.refused++;
  return status;
}

taut_status taut_can_receive(taut_can_bus *bus, taut_can_frame *frame) {
  return bus->ops->receive(bus, frame);
}

taut_status taut_can_restart(taut_can_bus *bus) {
  return bus->ops->restart(bus);
}

void taut_can_close(taut_can_bus *bus) {
  bus->ops->close(bus);
}

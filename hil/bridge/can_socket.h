/// A node on a CAN interface of Linux, by SocketCAN.
#ifndef TAUT_HIL_BRIDGE_CAN_SOCKET_H
#define TAUT_HIL_BRIDGE_CAN_SOCKET_H

#include <linux/can.h>

#include "hil/bridge/can_bus.h"

/// Opens the interface `name` ("can0") without waiting for frames. The state of the bus comes from
/// the error frames of the driver; a driver that sends none leaves it `active`.
/// ENOTFOUND: no such interface; EIO with errno: the kernel has no SocketCAN (EAFNOSUPPORT) or the
/// interface is down (ENETDOWN). The result is closed with taut_can_close. [main]
taut_status taut_can_socket_open(const char *name, taut_can_bus **out);

/// A node on a socket that is open already and carries one struct can_frame a message, without
/// waiting: a CAN socket that was handed over, or one end of a pair between two processes. The
/// descriptor is the node's from then on. ENOMEM. [main]
taut_status taut_can_socket_adopt(int descriptor, taut_can_bus **out);

/// A node at the bus of `taut bridge emulate odrive --can unix:PATH`: a socket of this machine that
/// carries struct can_frame. EIO with errno, ENOTFOUND: nobody listens there. [main]
taut_status taut_can_socket_connect(const char *path, taut_can_bus **out);

/// Frames as the kernel has them. `taut_can_socket_from` gives false for a frame that no classic
/// bus has. [any]
struct can_frame taut_can_socket_to(const taut_can_frame *frame);
bool taut_can_socket_from(const struct can_frame *raw, taut_can_frame *out);

/// What an error frame says about the state; `state` when it says nothing. [any]
taut_can_state taut_can_socket_state(const struct can_frame *raw, taut_can_state state);

#endif

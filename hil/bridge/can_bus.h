/// One CAN bus seen from one node: send and receive frames, know the state of the bus. Behind it is
/// SocketCAN (can_socket.h) or a bus in user space (can_wire.h); what is written against this
/// header cannot tell them apart.
#ifndef TAUT_HIL_BRIDGE_CAN_BUS_H
#define TAUT_HIL_BRIDGE_CAN_BUS_H

#include <stdbool.h>
#include <stdint.h>

#include "taut/status.h"

/// Error classes of an error frame, bits of its id; the numbers of Linux' can/error.h.
enum {
  TAUT_CAN_ERROR_CONTROLLER = 0x04,  ///< error warning or error passive
  TAUT_CAN_ERROR_ACK = 0x20,         ///< nobody acknowledged
  TAUT_CAN_ERROR_BUS_OFF = 0x40,     ///< the node left the bus
  TAUT_CAN_ERROR_BUS = 0x80,         ///< a frame was destroyed
  TAUT_CAN_ERROR_RESTARTED = 0x100   ///< the node is back on the bus
};

/// A classic CAN frame.
typedef struct taut_can_frame {
  uint32_t id;       ///< 11 or 29 bits; of an error frame: TAUT_CAN_ERROR_ bits
  bool is_extended;  ///< 29-bit identifier
  bool is_remote;    ///< asks for the frame of this id; carries no data
  bool is_error;     ///< made by the controller, not received from a node
  uint8_t length;    ///< bytes of data, 0 to 8
  uint8_t data[8];
} taut_can_frame;

/// Fault confinement of ISO 11898-1.
typedef enum taut_can_state {
  TAUT_CAN_ACTIVE,   ///< takes part in everything
  TAUT_CAN_WARNING,  ///< an error counter has reached 96
  TAUT_CAN_PASSIVE,  ///< an error counter is beyond 127
  TAUT_CAN_BUS_OFF   ///< the transmit counter went beyond 255: neither sends nor receives
} taut_can_state;

/// What is known about the bus. Counters run from the start.
typedef struct taut_can_status {
  taut_can_state state;
  uint32_t tx_errors, rx_errors;  ///< error counters of the controller; 0 where it does not tell
  uint64_t sent, received;        ///< frames
  uint64_t error_frames;
  uint64_t lost;     ///< received frames that nobody fetched in time
  uint64_t refused;  ///< frames that could not be queued for sending
  uint64_t bus_offs;
} taut_can_status;

typedef struct taut_can_bus taut_can_bus;

typedef struct taut_can_ops {
  taut_status (*send)(taut_can_bus *bus, const taut_can_frame *frame);
  taut_status (*receive)(taut_can_bus *bus, taut_can_frame *frame);
  taut_status (*restart)(taut_can_bus *bus);
  void (*close)(taut_can_bus *bus);
} taut_can_ops;

/// Base of every bus: the implementation's structure begins with it.
struct taut_can_bus {
  const taut_can_ops *ops;
  taut_can_status status;
  int descriptor;  ///< readable when a frame waits; -1: ask `receive`
};

/// Queues a frame. EINVAL for an id or length that no frame can have, EREJECT while bus-off, EFULL
/// when the queue is full, EIO when the interface is gone. Never waits. [main]
taut_status taut_can_send(taut_can_bus *bus, const taut_can_frame *frame);

/// Fetches the next frame, error frames among them. ENOTFOUND when none waits, EIO when the
/// interface is gone. Never waits. [main]
taut_status taut_can_receive(taut_can_bus *bus, taut_can_frame *frame);

/// Asks to return from bus-off, which takes 128 times 11 free bits. EREJECT when the system does it
/// by itself or needs an administrator. [main]
taut_status taut_can_restart(taut_can_bus *bus);

/// Closes the node. [main]
void taut_can_close(taut_can_bus *bus);

#endif

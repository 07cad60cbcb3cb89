/// A CAN bus in user space: several nodes on one wire, driven by a clock that the caller owns, so
/// that every run is the same. It arbitrates by identifier bit for bit, acknowledges, destroys
/// frames on request, counts errors and confines faults as ISO 11898-1 has it. Not modelled: stuff
/// bits, the pause of an error passive sender, the dominant level of a defective node.
#ifndef TAUT_HIL_BRIDGE_CAN_WIRE_H
#define TAUT_HIL_BRIDGE_CAN_WIRE_H

#include <stddef.h>

#include "hil/bridge/can_bus.h"

enum { TAUT_CAN_WIRE_NODES = 8, TAUT_CAN_WIRE_QUEUE = 32, TAUT_CAN_WIRE_INBOX = 256 };

typedef struct taut_can_wire taut_can_wire;

/// One node. Its `bus` is what the user of the bus sees.
typedef struct taut_can_node {
  taut_can_bus bus;
  taut_can_wire *wire;
  bool is_open;
  taut_can_frame queue[TAUT_CAN_WIRE_QUEUE];  ///< to send, first in first out, as a controller with
  size_t n_queue;                             ///< one mailbox does
  taut_can_frame inbox[TAUT_CAN_WIRE_INBOX];
  size_t i_inbox, n_inbox;
  int n_corrupt;       ///< next transmissions of this node that are destroyed
  bool is_recovering;  ///< counts free bits towards the end of bus-off
  int64_t recovered_ns;
} taut_can_node;

struct taut_can_wire {
  taut_can_node nodes[TAUT_CAN_WIRE_NODES];
  int64_t now_ns;
  int64_t bit_ns;
  bool is_cut;                          ///< the cable is pulled: nobody hears anybody
  bool is_started;                      ///< a frame is under way; who came later waits
  bool is_sender[TAUT_CAN_WIRE_NODES];  ///< nodes that send it
};

/// Makes a wire of a bit rate, 10 kbit/s to 1 Mbit/s. [any]
void taut_can_wire_init(taut_can_wire *wire, int bits_per_s);

/// Adds a node, or NULL when the wire is full. The node belongs to the wire; closing the bus takes
/// it off. [any]
taut_can_bus *taut_can_wire_join(taut_can_wire *wire);

/// The node behind a bus of taut_can_wire_join. [any]
taut_can_node *taut_can_wire_node(taut_can_bus *bus);

/// Moves frames until `now_ns`, which never goes back. A frame arrives at its last bit. [any]
void taut_can_wire_advance(taut_can_wire *wire, int64_t now_ns);

/// The order of arbitration: the smaller key wins. [any]
uint32_t taut_can_wire_key(const taut_can_frame *frame);

#endif

// The wire: arbitration, acknowledgement, destroyed frames, fault confinement.
#include "hil/bridge/can_wire.h"

#include <assert.h>
#include <string.h>

enum {
  WARNING_AT = 96,
  PASSIVE_ABOVE = 127,
  BUS_OFF_ABOVE = 255,
  ERROR_FRAME_BITS = 23,  // flags of two nodes, delimiter, intermission
  RECOVERY_BITS = 128 * 11,
};

uint32_t taut_can_wire_key(const taut_can_frame *frame) {
  // As on the wire, first bit highest: base id, RTR (or SRR, which is 1), IDE, extension, RTR. A
  // 0 is dominant, so of a base and an extended frame with the same first bits the base one wins.
  if (!frame->is_extended) return frame->id << 21 | (uint32_t)frame->is_remote << 20;
  return frame->id >> 18 << 21 | 1u << 20 | 1u << 19 | (frame->id & 0x3ffff) << 1 |
         (uint32_t)frame->is_remote;
}

static int64_t frame_ns(const taut_can_wire *wire, const taut_can_frame *frame) {
  const int data_bits = frame->is_remote ? 0 : 8 * frame->length;
  return wire->bit_ns * ((frame->is_extended ? 67 : 47) + data_bits);
}

static void deliver(taut_can_node *node, const taut_can_frame *frame) {
  if (node->n_inbox == TAUT_CAN_WIRE_INBOX) {
    node->bus.status.lost++;
    return;
  }
  node->inbox[(node->i_inbox + node->n_inbox) % TAUT_CAN_WIRE_INBOX] = *frame;
  node->n_inbox++;
}

static void tell(taut_can_node *node, uint32_t error) {
  deliver(node, &(taut_can_frame){.id = error, .is_error = true, .length = 8});
}

// State of the counters; tells the node when it changes. Only a restart leads out of bus-off.
static void confine(taut_can_node *node) {
  taut_can_status *s = &node->bus.status;
  const taut_can_state before = s->state;
  if (before == TAUT_CAN_BUS_OFF) return;
  const uint32_t most = s->tx_errors > s->rx_errors ? s->tx_errors : s->rx_errors;
  s->state = most > PASSIVE_ABOVE ? TAUT_CAN_PASSIVE
             : most >= WARNING_AT ? TAUT_CAN_WARNING
                                  : TAUT_CAN_ACTIVE;
  if (s->tx_errors > BUS_OFF_ABOVE) {
    s->state = TAUT_CAN_BUS_OFF;
    s->bus_offs++;
    s->tx_errors = s->rx_errors = 0;
    node->n_queue = 0;
    tell(node, TAUT_CAN_ERROR_BUS_OFF);
  } else if (s->state != before) {
    tell(node, TAUT_CAN_ERROR_CONTROLLER);
  }
}

// A node that was closed stays until its queue is sent, as frames in the queue of a kernel do.
static bool is_there(const taut_can_node *node) {
  return node->is_open || node->n_queue > 0;
}

static bool is_on(const taut_can_node *node) {
  return is_there(node) && node->bus.status.state != TAUT_CAN_BUS_OFF;
}

static void leave_queue(taut_can_node *node) {
  node->n_queue--;
  memmove(node->queue, node->queue + 1, node->n_queue * sizeof node->queue[0]);
}

static bool is_same(const taut_can_frame *a, const taut_can_frame *b) {
  return a->length == b->length && memcmp(a->data, b->data, a->length) == 0;
}

// Everybody sees the error flag: the senders count 8, each receiver 1.
static void destroy(taut_can_wire *wire) {
  for (int i = 0; i < TAUT_CAN_WIRE_NODES; i++) {
    taut_can_node *node = &wire->nodes[i];
    if (!is_on(node)) continue;
    node->bus.status.error_frames++;
    if (wire->is_sender[i]) {
      node->bus.status.tx_errors += 8;
      tell(node, TAUT_CAN_ERROR_BUS);
    } else if (node->bus.status.rx_errors < 255) {
      node->bus.status.rx_errors++;
    }
    confine(node);
  }
}

// Nobody acknowledges. A passive sender does not count this, so a lone node never goes bus-off.
static void unacknowledged(taut_can_node *node) {
  node->bus.status.error_frames++;
  if (node->bus.status.state == TAUT_CAN_PASSIVE) return;
  node->bus.status.tx_errors += 8;
  tell(node, TAUT_CAN_ERROR_ACK);
  confine(node);
}

static void succeed(taut_can_wire *wire, const taut_can_frame *frame) {
  for (int i = 0; i < TAUT_CAN_WIRE_NODES; i++) {
    taut_can_node *node = &wire->nodes[i];
    if (!is_on(node)) continue;
    taut_can_status *s = &node->bus.status;
    if (wire->is_sender[i]) {
      leave_queue(node);
      s->sent++;
      if (s->tx_errors > 0) s->tx_errors--;
    } else {
      s->received++;
      if (s->rx_errors > PASSIVE_ABOVE) s->rx_errors = 120;
      if (s->rx_errors > 0) s->rx_errors--;
      deliver(node, frame);
    }
    confine(node);
  }
}

static bool wants_to_send(const taut_can_node *node) {
  return is_on(node) && node->n_queue > 0;
}

// Finds the nodes whose frame goes on after arbitration: the one with the least key, or several
// when they send the same identifier, which the rules of CAN forbid and buses with two equal nodes
// do.
static bool arbitrate(taut_can_wire *wire) {
  uint32_t least = UINT32_MAX;
  for (int i = 0; i < TAUT_CAN_WIRE_NODES; i++) {
    const taut_can_node *node = &wire->nodes[i];
    if (!wants_to_send(node)) continue;
    const uint32_t key = taut_can_wire_key(&node->queue[0]);
    if (key < least) least = key;
  }
  for (int i = 0; i < TAUT_CAN_WIRE_NODES; i++) {
    const taut_can_node *node = &wire->nodes[i];
    wire->is_sender[i] = wants_to_send(node) && taut_can_wire_key(&node->queue[0]) == least;
  }
  return least != UINT32_MAX;
}

static int count_receivers(const taut_can_wire *wire) {
  int n = 0;
  for (int i = 0; i < TAUT_CAN_WIRE_NODES; i++) n += !wire->is_sender[i] && is_on(&wire->nodes[i]);
  return n;
}

// The first sender that is still there, -1 when it left the bus in the middle of its frame.
static int first_sender(const taut_can_wire *wire) {
  for (int i = 0; i < TAUT_CAN_WIRE_NODES; i++) {
    if (wire->is_sender[i] && wants_to_send(&wire->nodes[i])) return i;
  }
  return -1;
}

// Takes one from the corruptions that are asked of a sender. Two senders of one identifier with
// different data destroy each other's frame.
static bool is_destroyed(taut_can_wire *wire, const taut_can_frame *frame) {
  bool result = false;
  for (int i = 0; i < TAUT_CAN_WIRE_NODES; i++) {
    taut_can_node *node = &wire->nodes[i];
    if (!wire->is_sender[i] || !wants_to_send(node)) continue;
    if (!is_same(frame, &node->queue[0])) result = true;
    if (node->n_corrupt > 0) {
      node->n_corrupt--;
      result = true;
    }
  }
  return result;
}

// One transmission. Returns false when nothing ends until `until_ns`.
static bool transmit(taut_can_wire *wire, int64_t until_ns) {
  if (wire->is_started && first_sender(wire) < 0) wire->is_started = false;
  if (!wire->is_started && !arbitrate(wire)) return false;
  wire->is_started = true;
  const taut_can_frame frame = wire->nodes[first_sender(wire)].queue[0];
  const int64_t end_ns = wire->now_ns + frame_ns(wire, &frame);
  if (end_ns > until_ns) return false;
  wire->now_ns = end_ns;
  wire->is_started = false;
  if (wire->is_cut) {
    for (int i = 0; i < TAUT_CAN_WIRE_NODES; i++) {
      if (wants_to_send(&wire->nodes[i])) unacknowledged(&wire->nodes[i]);
    }
  } else if (is_destroyed(wire, &frame)) {
    wire->now_ns += ERROR_FRAME_BITS * wire->bit_ns;
    destroy(wire);
  } else if (count_receivers(wire) == 0) {
    unacknowledged(&wire->nodes[first_sender(wire)]);
  } else {
    succeed(wire, &frame);
  }
  return true;
}

static void recover(taut_can_wire *wire) {
  for (int i = 0; i < TAUT_CAN_WIRE_NODES; i++) {
    taut_can_node *node = &wire->nodes[i];
    if (!node->is_open || !node->is_recovering || wire->now_ns < node->recovered_ns) continue;
    node->is_recovering = false;
    node->bus.status.state = TAUT_CAN_ACTIVE;
    tell(node, TAUT_CAN_ERROR_RESTARTED);
  }
}

void taut_can_wire_advance(taut_can_wire *wire, int64_t now_ns) {
  recover(wire);
  while (transmit(wire, now_ns)) recover(wire);
  // A frame that is still under way began earlier: the clock of the wire waits at its start.
  if (!wire->is_started && wire->now_ns < now_ns) wire->now_ns = now_ns;
  recover(wire);
}

taut_can_node *taut_can_wire_node(taut_can_bus *bus) {
  return (taut_can_node *)bus;
}

static taut_status wire_send(taut_can_bus *bus, const taut_can_frame *frame) {
  taut_can_node *node = taut_can_wire_node(bus);
  if (!node->is_open) return TAUT_EIO;
  if (node->n_queue == TAUT_CAN_WIRE_QUEUE) return TAUT_EFULL;
  node->queue[node->n_queue++] = *frame;
  return TAUT_OK;
}

static taut_status wire_receive(taut_can_bus *bus, taut_can_frame *frame) {
  taut_can_node *node = taut_can_wire_node(bus);
  if (!node->is_open) return TAUT_EIO;
  if (node->n_inbox == 0) return TAUT_ENOTFOUND;
  *frame = node->inbox[node->i_inbox];
  node->i_inbox = (node->i_inbox + 1) % TAUT_CAN_WIRE_INBOX;
  node->n_inbox--;
  return TAUT_OK;
}

static taut_status wire_restart(taut_can_bus *bus) {
  taut_can_node *node = taut_can_wire_node(bus);
  if (bus->status.state != TAUT_CAN_BUS_OFF || node->is_recovering) return TAUT_EREJECT;
  node->is_recovering = true;
  node->recovered_ns = node->wire->now_ns + RECOVERY_BITS * node->wire->bit_ns;
  return TAUT_OK;
}

static void wire_close(taut_can_bus *bus) {
  taut_can_wire_node(bus)->is_open = false;
}

static const taut_can_ops wire_ops = {wire_send, wire_receive, wire_restart, wire_close};

void taut_can_wire_init(taut_can_wire *wire, int bits_per_s) {
  assert(bits_per_s >= 10000 && bits_per_s <= 1000000);
  memset(wire, 0, sizeof *wire);
  wire->bit_ns = 1000000000 / bits_per_s;
}

taut_can_bus *taut_can_wire_join(taut_can_wire *wire) {
  for (int i = 0; i < TAUT_CAN_WIRE_NODES; i++) {
    taut_can_node *node = &wire->nodes[i];
    if (is_there(node)) continue;
    memset(node, 0, sizeof *node);
    node->bus.ops = &wire_ops;
    node->bus.descriptor = -1;
    node->wire = wire;
    node->is_open = true;
    return &node->bus;
  }
  return NULL;
}

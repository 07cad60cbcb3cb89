// The bus in user space: arbitration, acknowledgement, fault confinement, recovery.
#include "bench.h"
#include "hil/bridge/can_wire.h"

typedef struct rig {
  taut_can_wire wire;
  taut_can_bus *a, *b, *c;
} rig;

static void rig_make(rig *r) {
  taut_can_wire_init(&r->wire, 500000);
  r->a = taut_can_wire_join(&r->wire);
  r->b = taut_can_wire_join(&r->wire);
  r->c = taut_can_wire_join(&r->wire);
}

static taut_can_frame frame_of(uint32_t id, uint8_t value) {
  return (taut_can_frame){.id = id, .length = 1, .data = {value}};
}

static void send_ok(taut_can_bus *bus, taut_can_frame frame) {
  assert_int_equal(taut_can_send(bus, &frame), TAUT_OK);
}

// Identifiers of the data frames that wait at a node, in order.
static int fetch(taut_can_bus *bus, uint32_t *ids, int n_max) {
  int n = 0;
  taut_can_frame frame;
  while (taut_can_receive(bus, &frame) == TAUT_OK) {
    if (frame.is_error) continue;
    assert_true(n < n_max);
    ids[n++] = frame.id;
  }
  return n;
}

static uint32_t fetch_error(taut_can_bus *bus) {
  uint32_t bits = 0;
  taut_can_frame frame;
  while (taut_can_receive(bus, &frame) == TAUT_OK) {
    if (frame.is_error) bits |= frame.id;
  }
  return bits;
}

static void test_the_least_identifier_goes_first(void **state) {
  (void)state;
  rig r;
  rig_make(&r);
  send_ok(r.a, frame_of(0x300, 1));
  send_ok(r.a, frame_of(0x001, 2));  // behind its neighbour, as in one mailbox
  send_ok(r.b, frame_of(0x2ff, 3));
  taut_can_wire_advance(&r.wire, 10 * MS);
  uint32_t ids[8];
  assert_int_equal(fetch(r.c, ids, 8), 3);
  assert_int_equal(ids[0], 0x2ff);
  assert_int_equal(ids[1], 0x300);
  assert_int_equal(ids[2], 0x001);
}

// Base before extended, data before remote, when the bits before are the same.
static void test_arbitration_follows_the_bits_on_the_wire(void **state) {
  (void)state;
  const taut_can_frame order[] = {
      {.id = 0x100},
      {.id = 0x100, .is_remote = true},
      {.id = 0x100 << 18, .is_extended = true},
      {.id = 0x100 << 18, .is_extended = true, .is_remote = true},
      {.id = (0x100 << 18) + 1, .is_extended = true},
      {.id = 0x101},
  };
  for (size_t i = 1; i < COUNT(order); i++) {
    assert_true(taut_can_wire_key(&order[i - 1]) < taut_can_wire_key(&order[i]));
  }
}

static void test_a_frame_takes_its_bits_and_is_not_overtaken(void **state) {
  (void)state;
  rig r;
  rig_make(&r);
  send_ok(r.a, frame_of(0x300, 1));        // 55 bits of 2 us
  taut_can_wire_advance(&r.wire, 100000);  // under way
  send_ok(r.b, frame_of(0x001, 2));
  uint32_t ids[8];
  assert_int_equal(fetch(r.c, ids, 8), 0);
  taut_can_wire_advance(&r.wire, 110000);
  assert_int_equal(fetch(r.c, ids, 8), 1);
  assert_int_equal(ids[0], 0x300);
  taut_can_wire_advance(&r.wire, 219999);
  assert_int_equal(fetch(r.c, ids, 8), 0);
  taut_can_wire_advance(&r.wire, 220000);
  assert_int_equal(fetch(r.c, ids, 8), 1);
}

static void test_frames_that_cannot_be_are_refused(void **state) {
  (void)state;
  rig r;
  rig_make(&r);
  taut_can_frame f = frame_of(0x800, 0);
  assert_int_equal(taut_can_send(r.a, &f), TAUT_EINVAL);
  f = frame_of(1, 0);
  f.length = 9;
  assert_int_equal(taut_can_send(r.a, &f), TAUT_EINVAL);
  f = frame_of(1, 0);
  f.is_error = true;
  assert_int_equal(taut_can_send(r.a, &f), TAUT_EINVAL);
  for (int i = 0; i < TAUT_CAN_WIRE_QUEUE; i++) send_ok(r.a, frame_of(2, 0));
  f = frame_of(2, 0);
  assert_int_equal(taut_can_send(r.a, &f), TAUT_EFULL);
  assert_int_equal(r.a->status.refused, 1);
}

static void test_a_destroyed_frame_is_repeated_and_counted(void **state) {
  (void)state;
  rig r;
  rig_make(&r);
  taut_can_wire_node(r.a)->n_corrupt = 1;
  send_ok(r.a, frame_of(5, 7));
  taut_can_wire_advance(&r.wire, 10 * MS);
  uint32_t ids[8];
  assert_int_equal(fetch(r.b, ids, 8), 1);
  assert_int_equal(r.a->status.sent, 1);
  assert_int_equal(r.a->status.tx_errors, 7);  // 8 for the damage, 1 less for the success
  assert_int_equal(r.b->status.rx_errors, 0);
  assert_int_equal(r.b->status.error_frames, 1);
  assert_int_equal(fetch_error(r.a), TAUT_CAN_ERROR_BUS);
}

// 8 a time: warning at 96, passive from 128, off beyond 255.
static void test_damage_leads_to_warning_passive_and_bus_off(void **state) {
  (void)state;
  rig r;
  rig_make(&r);
  send_ok(r.a, frame_of(5, 7));
  taut_can_state seen[64] = {0};
  for (int i = 1; i <= 40; i++) {
    taut_can_wire_node(r.a)->n_corrupt = 1;
    const int64_t before_ns = r.wire.now_ns;
    taut_can_wire_advance(&r.wire, before_ns + 110000);
    seen[i] = r.a->status.state;
  }
  assert_int_equal(seen[11], TAUT_CAN_ACTIVE);
  assert_int_equal(seen[12], TAUT_CAN_WARNING);
  assert_int_equal(seen[15], TAUT_CAN_WARNING);
  assert_int_equal(seen[16], TAUT_CAN_PASSIVE);
  assert_int_equal(seen[31], TAUT_CAN_PASSIVE);
  assert_int_equal(seen[32], TAUT_CAN_BUS_OFF);
  assert_int_equal(r.a->status.bus_offs, 1);
  assert_true(fetch_error(r.a) & TAUT_CAN_ERROR_BUS_OFF);
  const taut_can_frame f = frame_of(1, 1);
  assert_int_equal(taut_can_send(r.a, &f), TAUT_EREJECT);
  uint32_t ids[8];
  assert_int_equal(fetch(r.b, ids, 8), 0);
}

static void test_a_node_returns_after_128_times_11_free_bits(void **state) {
  (void)state;
  rig r;
  rig_make(&r);
  taut_can_wire_node(r.a)->n_corrupt = 32;
  send_ok(r.a, frame_of(5, 7));
  taut_can_wire_advance(&r.wire, 10 * MS);
  assert_int_equal(r.a->status.state, TAUT_CAN_BUS_OFF);
  assert_int_equal(taut_can_restart(r.a), TAUT_OK);
  assert_int_equal(taut_can_restart(r.a), TAUT_EREJECT);
  taut_can_wire_advance(&r.wire, 10 * MS + 2815999);
  assert_int_equal(r.a->status.state, TAUT_CAN_BUS_OFF);
  taut_can_wire_advance(&r.wire, 10 * MS + 2816000);
  assert_int_equal(r.a->status.state, TAUT_CAN_ACTIVE);
  assert_true(fetch_error(r.a) & TAUT_CAN_ERROR_RESTARTED);
  send_ok(r.a, frame_of(6, 1));
  taut_can_wire_advance(&r.wire, 20 * MS);
  uint32_t ids[8];
  assert_int_equal(fetch(r.b, ids, 8), 1);
}

// Nobody acknowledges: error passive, for ever, and never off.
static void test_a_lone_node_becomes_passive_and_not_bus_off(void **state) {
  (void)state;
  rig r;
  rig_make(&r);
  taut_can_close(r.b);
  taut_can_close(r.c);
  send_ok(r.a, frame_of(5, 7));
  taut_can_wire_advance(&r.wire, 1000 * MS);
  assert_int_equal(r.a->status.state, TAUT_CAN_PASSIVE);
  assert_int_equal(r.a->status.tx_errors, 128);
  assert_int_equal(r.a->status.sent, 0);
}

static void test_a_pulled_cable_isolates_everybody_and_heals(void **state) {
  (void)state;
  rig r;
  rig_make(&r);
  r.wire.is_cut = true;
  send_ok(r.a, frame_of(5, 7));
  send_ok(r.b, frame_of(6, 7));
  taut_can_wire_advance(&r.wire, 5 * MS);
  uint32_t ids[8];
  assert_int_equal(fetch(r.b, ids, 8), 0);
  r.wire.is_cut = false;
  taut_can_wire_advance(&r.wire, 10 * MS);
  assert_int_equal(fetch(r.c, ids, 8), 2);
}

// Two nodes with one identifier: equal frames pass as one, different ones destroy each other.
static void test_two_senders_of_one_identifier_collide_unless_equal(void **state) {
  (void)state;
  rig r;
  rig_make(&r);
  send_ok(r.a, frame_of(5, 7));
  send_ok(r.b, frame_of(5, 7));
  taut_can_wire_advance(&r.wire, MS);
  uint32_t ids[8];
  assert_int_equal(fetch(r.c, ids, 8), 1);
  send_ok(r.a, frame_of(5, 7));
  send_ok(r.b, frame_of(5, 8));
  taut_can_wire_advance(&r.wire, 100 * MS);
  assert_int_equal(fetch(r.c, ids, 8), 0);
  assert_int_equal(r.a->status.state, TAUT_CAN_BUS_OFF);
  assert_int_equal(r.b->status.state, TAUT_CAN_BUS_OFF);
}

static void test_an_inbox_that_nobody_reads_loses_the_newest_and_counts(void **state) {
  (void)state;
  rig r;
  rig_make(&r);
  for (int i = 0; i < TAUT_CAN_WIRE_INBOX + 10; i++) {
    send_ok(r.a, frame_of(5, 7));
    taut_can_wire_advance(&r.wire, (i + 1) * MS);
  }
  assert_int_equal(r.b->status.lost, 10);
}

static void test_the_same_traffic_gives_the_same_wire(void **state) {
  (void)state;
  static rig runs[2];
  uint32_t ids[2][512];
  int n[2];
  for (int k = 0; k < 2; k++) {
    rig_make(&runs[k]);
    for (uint32_t i = 0; i < 200; i++) {
      taut_can_bus *from = draw(1, i) % 2 ? runs[k].a : runs[k].b;
      const taut_can_frame f = frame_of(draw(2, i) & 0x7ff, (uint8_t)i);
      taut_can_send(from, &f);
      if (draw(3, i) % 9 == 0) taut_can_wire_node(from)->n_corrupt = 1;
      taut_can_wire_advance(&runs[k].wire, (int64_t)i * 90000);
    }
    n[k] = fetch(runs[k].c, ids[k], 512);
  }
  assert_int_equal(n[0], n[1]);
  assert_true(n[0] > 100);
  assert_memory_equal(ids[0], ids[1], (size_t)n[0] * sizeof ids[0][0]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_least_identifier_goes_first),
      cmocka_unit_test(test_arbitration_follows_the_bits_on_the_wire),
      cmocka_unit_test(test_a_frame_takes_its_bits_and_is_not_overtaken),
      cmocka_unit_test(test_frames_that_cannot_be_are_refused),
      cmocka_unit_test(test_a_destroyed_frame_is_repeated_and_counted),
      cmocka_unit_test(test_damage_leads_to_warning_passive_and_bus_off),
      cmocka_unit_test(test_a_node_returns_after_128_times_11_free_bits),
      cmocka_unit_test(test_a_lone_node_becomes_passive_and_not_bus_off),
      cmocka_unit_test(test_a_pulled_cable_isolates_everybody_and_heals),
      cmocka_unit_test(test_two_senders_of_one_identifier_collide_unless_equal),
      cmocka_unit_test(test_an_inbox_that_nobody_reads_loses_the_newest_and_counts),
      cmocka_unit_test(test_the_same_traffic_gives_the_same_wire),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

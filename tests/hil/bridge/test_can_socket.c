// SocketCAN: frames as the kernel has them; and, where the kernel has vcan, two sockets that talk.
// Exit code 77 says that the second part was skipped, and why.
#include <errno.h>
#include <linux/can/error.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"
#include "hil/bridge/can_socket.h"

static const char *skipped;

static void test_frames_are_the_same_on_both_sides(void **state) {
  (void)state;
  const taut_can_frame frames[] = {
      {.id = 0x7e1, .length = 8, .data = {1, 2, 3, 4, 5, 6, 7, 8}},
      {.id = 0x009, .is_remote = true},
      {.id = 0x1fffffff, .is_extended = true, .length = 3, .data = {9, 8, 7}},
  };
  for (size_t i = 0; i < COUNT(frames); i++) {
    const struct can_frame raw = taut_can_socket_to(&frames[i]);
    taut_can_frame back;
    assert_true(taut_can_socket_from(&raw, &back));
    assert_memory_equal(&back, &frames[i], sizeof back);
  }
  struct can_frame raw = taut_can_socket_to(&frames[0]);
  taut_can_frame back;
  raw.can_dlc = 9;
  assert_false(taut_can_socket_from(&raw, &back));
}

static void test_error_frames_tell_the_state(void **state) {
  (void)state;
  struct can_frame raw = {.can_id = CAN_ERR_FLAG | CAN_ERR_BUSOFF, .can_dlc = 8};
  assert_int_equal(taut_can_socket_state(&raw, TAUT_CAN_ACTIVE), TAUT_CAN_BUS_OFF);
  raw.can_id = CAN_ERR_FLAG | CAN_ERR_RESTARTED;
  assert_int_equal(taut_can_socket_state(&raw, TAUT_CAN_BUS_OFF), TAUT_CAN_ACTIVE);
  raw.can_id = CAN_ERR_FLAG | CAN_ERR_CRTL;
  raw.data[1] = CAN_ERR_CRTL_TX_PASSIVE;
  assert_int_equal(taut_can_socket_state(&raw, TAUT_CAN_ACTIVE), TAUT_CAN_PASSIVE);
  raw.data[1] = CAN_ERR_CRTL_RX_WARNING;
  assert_int_equal(taut_can_socket_state(&raw, TAUT_CAN_ACTIVE), TAUT_CAN_WARNING);
  raw.can_id = CAN_ERR_FLAG | CAN_ERR_ACK;
  assert_int_equal(taut_can_socket_state(&raw, TAUT_CAN_PASSIVE), TAUT_CAN_PASSIVE);
  raw.can_id = 0x040;  // a data frame whose id looks like an error bit
  assert_int_equal(taut_can_socket_state(&raw, TAUT_CAN_ACTIVE), TAUT_CAN_ACTIVE);
}

static void test_an_interface_that_is_not_there_is_an_error(void **state) {
  (void)state;
  taut_can_bus *bus = NULL;
  errno = 0;
  const taut_status status = taut_can_socket_open("tautcan77", &bus);
  assert_true(status == TAUT_ENOTFOUND || (status == TAUT_EIO && errno == EAFNOSUPPORT));
  assert_null(bus);
}

// The same node on a pair of sockets: everything but the kernel's CAN.
static void test_a_node_sends_receives_and_learns_the_state(void **state) {
  (void)state;
  int pair[2];
  assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), 0);
  taut_can_bus *bus = NULL;
  assert_int_equal(taut_can_socket_adopt(pair[0], &bus), TAUT_OK);
  taut_can_frame got;
  assert_int_equal(taut_can_receive(bus, &got), TAUT_ENOTFOUND);

  const taut_can_frame sent = {.id = 0x00e, .length = 4, .data = {0, 0, 0xc0, 0x3f}};
  assert_int_equal(taut_can_send(bus, &sent), TAUT_OK);
  struct can_frame raw;
  assert_int_equal(read(pair[1], &raw, sizeof raw), sizeof raw);
  assert_int_equal(raw.can_id, 0x00e);
  assert_int_equal(raw.can_dlc, 4);

  raw.can_id = 0x009 | CAN_RTR_FLAG;
  raw.can_dlc = 0;
  assert_int_equal(write(pair[1], &raw, sizeof raw), sizeof raw);
  assert_int_equal(write(pair[1], &raw, 5), 5);  // no frame: counted, skipped
  raw = (struct can_frame){.can_id = CAN_ERR_FLAG | CAN_ERR_BUSOFF, .can_dlc = 8};
  assert_int_equal(write(pair[1], &raw, sizeof raw), sizeof raw);
  assert_int_equal(taut_can_receive(bus, &got), TAUT_OK);
  assert_true(got.is_remote && got.id == 0x009);
  assert_int_equal(taut_can_receive(bus, &got), TAUT_OK);
  assert_true(got.is_error);
  assert_int_equal(bus->status.lost, 1);
  assert_int_equal(bus->status.state, TAUT_CAN_BUS_OFF);
  assert_int_equal(bus->status.bus_offs, 1);
  assert_int_equal(taut_can_send(bus, &sent), TAUT_EREJECT);
  assert_int_equal(taut_can_restart(bus), TAUT_EREJECT);  // the kernel's business
  raw.can_id = CAN_ERR_FLAG | CAN_ERR_RESTARTED;
  assert_int_equal(write(pair[1], &raw, sizeof raw), sizeof raw);
  assert_int_equal(taut_can_receive(bus, &got), TAUT_OK);
  assert_int_equal(bus->status.state, TAUT_CAN_ACTIVE);

  int n_sent = 0;
  while (taut_can_send(bus, &sent) == TAUT_OK) n_sent++;
  assert_true(n_sent > 1);
  assert_int_equal(taut_can_send(bus, &sent), TAUT_EFULL);
  close(pair[1]);
  assert_int_equal(taut_can_send(bus, &sent), TAUT_EIO);
  assert_int_equal(taut_can_receive(bus, &got), TAUT_EIO);
  taut_can_close(bus);
}

static bool receive_within(taut_can_bus *bus, taut_can_frame *frame) {
  for (int i = 0; i < 1000; i++) {
    if (taut_can_receive(bus, frame) == TAUT_OK) return true;
    usleep(1000);
  }
  return false;
}

static void test_two_sockets_on_vcan_exchange_frames(void **state) {
  (void)state;
  taut_can_bus *a = NULL;
  taut_can_bus *b = NULL;
  const char *name = getenv("TAUT_TEST_CAN") ? getenv("TAUT_TEST_CAN") : "vcan0";
  errno = 0;
  const taut_status status = taut_can_socket_open(name, &a);
  if (status != TAUT_OK) {
    skipped = status == TAUT_ENOTFOUND
                  ? "no CAN interface: ip link add dev vcan0 type vcan && ip link set vcan0 up, or "
                    "name one in TAUT_TEST_CAN"
                  : "this kernel has no SocketCAN, or the interface is down";
    skip();
  }
  assert_int_equal(taut_can_socket_open(name, &b), TAUT_OK);
  const taut_can_frame sent = {.id = 0x00e, .length = 4, .data = {0, 0, 0xc0, 0x3f}};
  assert_int_equal(taut_can_send(a, &sent), TAUT_OK);
  taut_can_frame got;
  assert_true(receive_within(b, &got));
  assert_memory_equal(&got, &sent, sizeof got);
  assert_int_equal(taut_can_receive(a, &got), TAUT_ENOTFOUND);  // not its own
  taut_can_close(a);
  taut_can_close(b);
}

int main(void) {
  signal(SIGPIPE, SIG_IGN);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_frames_are_the_same_on_both_sides),
      cmocka_unit_test(test_error_frames_tell_the_state),
      cmocka_unit_test(test_a_node_sends_receives_and_learns_the_state),
      cmocka_unit_test(test_an_interface_that_is_not_there_is_an_error),
      cmocka_unit_test(test_two_sockets_on_vcan_exchange_frames),
  };
  const int failed = cmocka_run_group_tests(tests, NULL, NULL);
  if (failed == 0 && skipped) {
    printf("SKIPPED: SocketCAN was not tested against a kernel: %s\n", skipped);
    return 77;
  }
  return failed;
}

/// Addresses of links: what is taken, what is refused with which advice, and whether one is free.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "hil/socket.h"
#include "support/folder.h"

static void own_addresses_are_taken(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"ipc:///tmp/controller", "ipc:///tmp/controller"},
      {"tcp://127.0.0.1:5555", "tcp://127.0.0.1:5555"},
      {"tcp://localhost:1", "tcp://127.0.0.1:1"},
      {"tcp://127.1.2.3:65535", "tcp://127.1.2.3:65535"},
  };
  char error[512];
  taut_endpoint endpoint;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    assert_int_equal(taut_endpoint_parse(cases[i][0], &endpoint, error, sizeof error), TAUT_OK);
    assert_string_equal(endpoint.text, cases[i][1]);
  }
}

static void other_addresses_are_refused_with_advice(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"tcp://192.168.1.7:5555",
       "ssh -N -L 5555:127.0.0.1:5555 192.168.1.7, then tcp://127.0.0.1:5555"},
      {"tcp://0.0.0.0:5555", "0.0.0.0 is for listening"},
      {"tcp://*:5555", "0.0.0.0 is for listening"},
      {"tcp://eth0:5555", "an IPv4 address in numbers"},
      {"tcp://128.0.0.1:5555", "only this machine's own addresses"},
      {"tcp://127.0.0.1", "wants an address and a port"},
      {"tcp://127.0.0.1:", "wants an address and a port"},
      {"tcp://127.0.0.1:0", "wants an address and a port"},
      {"tcp://127.0.0.1:65536", "wants an address and a port"},
      {"tcp://127.0.0.1:55x", "wants an address and a port"},
      {"tcp://127.0.0.1:+55", "wants an address and a port"},
      {"tcp://:55", "wants an address and a port"},
      {"ipc://controller", "wants an absolute path"},
      {"ipc://@abstract", "wants an absolute path"},
      {"ipc://", "wants an absolute path"},
      {"ipc:///tmp/a b", "no spaces"},
      {"udp://127.0.0.1:5555", "begins with ipc:// or tcp://"},
      {"inproc://x", "begins with ipc:// or tcp://"},
      {"ipc:///0123456789012345678901234567890123456789012345678901234567890123456789"
       "0123456789012345678901234567890123456789",
       "at most 107 bytes"},
  };
  taut_endpoint endpoint;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char error[512] = "";
    if (taut_endpoint_parse(cases[i][0], &endpoint, error, sizeof error) != TAUT_EINVAL ||
        strstr(error, cases[i][1]) == NULL)
      fail_msg("%s: %s", cases[i][0], error);
  }
}

static void only_keys_open_an_address_to_other_machines(void **state) {
  (void)state;
  static const struct {
    const char *text;
    bool has_keys;
    const char *error;  // NULL: accepted
  } cases[] = {
      {"tcp://127.0.0.1:5555", false, NULL},
      {"tcp://0.0.0.0:5555", false, "add --keys FILE --allow PUBKEY"},
      {"tcp://0.0.0.0:5555", true, NULL},
      {"tcp://192.168.1.7:5555", true, NULL},
      {"ipc:///tmp/x", true, "keys are for tcp://"},
      {"tcp://0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef@127.0.0.1:5555",
       true, "has no key"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char error[512] = "";
    taut_endpoint endpoint;
    taut_status status = taut_endpoint_parse_listen(cases[i].text, cases[i].has_keys, &endpoint,
                                                    error, sizeof error);
    bool is_as_told = cases[i].error == NULL
                          ? status == TAUT_OK
                          : status == TAUT_EINVAL && strstr(error, cases[i].error) != NULL;
    if (!is_as_told) fail_msg("%s: %s", cases[i].text, error);
  }
}

static taut_endpoint here(void **state) {
  char text[128], error[512];
  taut_endpoint endpoint;
  snprintf(text, sizeof text, "ipc://%s/x", (const char *)*state);
  assert_int_equal(taut_endpoint_parse(text, &endpoint, error, sizeof error), TAUT_OK);
  return endpoint;
}

static void nobody_there_is_said_after_the_wait(void **state) {
  char error[512];
  taut_endpoint endpoint = here(state);
  int64_t start_ns = taut_wall_ns();
  assert_int_equal(taut_endpoint_wait(&endpoint, 60000000, error, sizeof error), TAUT_EIO);
  assert_true(taut_wall_ns() - start_ns >= 60000000);
  assert_non_null(strstr(error, "nobody listens on ipc:///tmp/"));
}

static void an_address_in_use_is_not_taken_over(void **state) {
  char error[512];
  taut_endpoint endpoint = here(state);
  taut_socket *first, *second;
  assert_int_equal(taut_socket_listen(&endpoint, &first, error, sizeof error), TAUT_OK);
  struct stat info;
  assert_int_equal(stat("x", &info), 0);
  assert_int_equal(info.st_mode & 0077, 0);
  assert_int_equal(taut_socket_listen(&endpoint, &second, error, sizeof error), TAUT_EREJECT);
  assert_non_null(strstr(error, "another process listens on"));
  assert_null(second);
  taut_socket_close(first);
  assert_int_not_equal(access("x", F_OK), 0);
}

static void a_file_is_not_replaced_but_a_dead_socket_is(void **state) {
  char error[512];
  taut_endpoint endpoint = here(state);
  taut_socket *socket;
  FILE *file = fopen("x", "w");
  fputs("results of a week", file);
  fclose(file);
  assert_int_equal(taut_socket_listen(&endpoint, &socket, error, sizeof error), TAUT_EREJECT);
  assert_non_null(strstr(error, "exists and is no socket"));
  struct stat info;
  assert_int_equal(stat("x", &info), 0);
  assert_int_equal(info.st_size, 17);
  unlink("x");
  // A socket whose process ended without removing it.
  assert_int_equal(taut_socket_listen(&endpoint, &socket, error, sizeof error), TAUT_OK);
  assert_int_equal(rename("x", "y"), 0);
  taut_socket_close(socket);
  assert_int_equal(rename("y", "x"), 0);
  assert_int_equal(taut_socket_listen(&endpoint, &socket, error, sizeof error), TAUT_OK);
  taut_socket_close(socket);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(own_addresses_are_taken),
      cmocka_unit_test(other_addresses_are_refused_with_advice),
      cmocka_unit_test(only_keys_open_an_address_to_other_machines),
      cmocka_unit_test_setup_teardown(nobody_there_is_said_after_the_wait, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(an_address_in_use_is_not_taken_over, enter_folder,
                                      leave_folder),
      cmocka_unit_test_setup_teardown(a_file_is_not_replaced_but_a_dead_socket_is, enter_folder,
                                      leave_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

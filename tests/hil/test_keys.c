/// Links that leave the machine: only two who know each other's keys talk, everybody else is
/// refused with a sentence, and no secret is ever written down but in its file.
#include <ifaddrs.h>

#include "support/keyed.h"

static void write_scenario(void) {
  write_text("t.lua",
             "return require 'taut'.scenario { name = 't', rig = 'two_cable_trainer',\n"
             "  script = function(s) s:wait '100 ms' s:expect('load.command_n <= 1 N') end }\n");
}

/// Starts a served controller with the keys `peer`, to which the owner of `harness` may come.
static pid_t start_locked(int port) {
  char words[256], address[64];
  snprintf(words, sizeof words, "controller --keys peer --allow %s", public_key("harness"));
  snprintf(address, sizeof address, "tcp://127.0.0.1:%d", port);
  return start_served(words, address, "log");
}

/// A run over a link with these keys that must end as an error.
static void expect_refused(const char *keys, const char *server_key, int port, const char *why) {
  int64_t start_ns = taut_wall_ns();
  assert_int_equal(run_taut("run t.lua --keys %s --with controller=tcp://%s@127.0.0.1:%d", keys,
                            server_key, port),
                   1);
  outcome o = outcome_in("runs");
  expect_outcome(&o, "error", why);
  assert_true(taut_wall_ns() - start_ns < 10 * TAUT_SECOND);
}

static void expect_good_run(int port, const outcome *alone) {
  int status =
      run_taut("run t.lua --out linked --keys harness --with controller=tcp://%s@127.0.0.1:%d",
               public_key("peer"), port);
  outcome o = outcome_in("linked");
  if (status != 0) fail_msg("%s: %s", o.verdict, o.reason);
  assert_string_equal(o.trace_hash, alone->trace_hash);
}

static outcome run_alone(void) {
  write_scenario();
  assert_int_equal(run_taut("run t.lua --out alone"), 0);
  return outcome_in("alone");
}

/// Whether a text stands in any file below a folder.
static bool is_below(const char *folder, const char *text) {
  char line[512];
  snprintf(line, sizeof line, "grep -rqF -e %s %s", text, folder);
  return system(line) == 0;
}

// --------------------------------------------------------------------------------------- files

static void a_pair_is_its_owners_alone(void **state) {
  (void)state;
  struct stat info;
  mode_t mask = umask(0);
  make_keys("k");
  umask(mask);
  assert_int_equal(stat("k", &info), 0);
  assert_int_equal(info.st_mode & 07777, 0600);
  const char *public_key = key_in("k", "public "), *secret_key = key_in("k", "secret ");
  expect_text("out", public_key);
  expect_text("out", "id      ");
  assert_false(is_below("out", secret_key));
  assert_true(is_below("k", secret_key));
  // Two pairs are two; a file that is there stays.
  make_keys("other");
  assert_string_not_equal(key_in("other", "secret "), secret_key);
  assert_int_equal(run_taut("keys new --out k"), 4);
  expect_text("err", "k exists already");
  assert_string_equal(key_in("k", "secret "), secret_key);
  assert_int_equal(run_taut("keys show k"), 0);
  expect_text("out", public_key);
}

static void without_a_name_the_file_is_in_the_configuration_of_the_user(void **state) {
  setenv("XDG_CONFIG_HOME", *state, 1);
  assert_int_equal(run_taut("keys show"), 4);
  expect_text("err", "make your keys: taut keys new");
  assert_int_equal(run_taut("keys new"), 0);
  assert_int_equal(access("taut/keys", R_OK), 0);
  assert_int_equal(run_taut("keys show"), 0);
  expect_text("out", key_in("taut/keys", "public "));
  unsetenv("XDG_CONFIG_HOME");
}

static void a_file_that_others_can_read_is_refused(void **state) {
  (void)state;
  make_keys("k");
  assert_int_equal(run_taut("keys show k"), 0);
  for (int mode = 0; mode < 3; mode++) {
    static const mode_t modes[] = {0640, 0604, 0620};
    assert_int_equal(chmod("k", modes[mode]), 0);
    assert_int_equal(run_taut("keys show k"), 4);
    expect_text("err", "a secret key is for its owner alone: chmod 600 k");
    assert_int_equal(
        run_taut("serve controller --listen tcp://127.0.0.1:5555 --keys k --allow %064d", 1), 4);
    expect_text("err", "chmod 600 k");
  }
}

static void damaged_files_are_refused_and_not_shown(void **state) {
  (void)state;
  make_keys("good");
  char *good = text_of("good");
  size_t size = strlen(good);
  for (size_t at = 1; at < size; at += 17) {
    char *bad = strdup(good);
    bad[at] = (char)(bad[at] == '1' ? '2' : '1');
    write_text("k", bad);
    free(bad);
    assert_int_equal(chmod("k", 0600), 0);
    assert_int_equal(run_taut("keys show k"), 4);
    expect_text("err", "holds no pair of keys, or a damaged one");
    assert_false(is_below("err", key_in("good", "secret ") + 40));
  }
  free(good);
}

// ---------------------------------------------------------------------------------------- links

static void two_who_know_each_other_change_no_bit_and_tell_no_secret(void **state) {
  (void)state;
  outcome alone = run_alone();
  make_keys("harness");
  make_keys("peer");
  int port = free_port();
  pid_t pid = start_locked(port);
  expect_good_run(port, &alone);
  expect_good_run(port, &alone);
  assert_int_equal(end_served(pid, SIGTERM), 0);
  expect_text("log", "finished after");
  for (int i = 0; i < 2; i++) {
    const char *file = i == 0 ? "harness" : "peer", *secret = key_in(file, "secret ");
    assert_true(is_below(file, secret));
    assert_false(is_below("linked", secret));
    assert_false(is_below("log", secret));
    assert_false(is_below("out", secret));
    assert_false(is_below("err", secret));
  }
  // The search would find one: the address with the public key is in the results.
  assert_true(is_below("linked", public_key("peer")));
}

static void strangers_are_refused_counted_and_in_nobodys_way(void **state) {
  (void)state;
  outcome alone = run_alone();
  make_keys("harness");
  make_keys("peer");
  make_keys("stranger");
  int port = free_port();
  pid_t pid = start_locked(port);
  expect_refused("stranger", public_key("peer"), port, "does not let the key");
  char line[128];
  snprintf(line, sizeof line, "refused 1 connection: key %.16s from 127.0.0.1 is not in --allow",
           key_in("stranger", "public "));
  wait_for_text("log", line);
  expect_refused("harness", key_in("stranger", "public "), port,
                 "could not prove that it has the key");
  // Without keys at all.
  assert_int_equal(run_taut("run t.lua --with controller=tcp://127.0.0.1:%d", port), 1);
  outcome o = outcome_in("runs");
  expect_outcome(&o, "error", "it wants keys");
  expect_good_run(port, &alone);
  assert_int_equal(end_served(pid, SIGTERM), 0);
  // One who hangs up at the sight of a lock, before it said anything, is not counted.
  char *log = text_of("log");
  assert_true(strstr(log, "refused 3 connections of strangers in all") != NULL ||
              strstr(log, "refused 2 connections of strangers in all") != NULL);
  free(log);
}

static void a_peer_without_keys_is_not_taken_for_one_with_keys(void **state) {
  char address[64];
  (void)state;
  write_scenario();
  make_keys("harness");
  int port = free_port();
  snprintf(address, sizeof address, "tcp://127.0.0.1:%d", port);
  pid_t pid = start_served("controller", address, "log");
  expect_refused("harness", public_key("harness"), port, "or serves without keys");
  assert_int_equal(end_served(pid, SIGTERM), 0);
}

static void floods_of_bytes_at_the_door_change_nothing(void **state) {
  (void)state;
  outcome alone = run_alone();
  make_keys("harness");
  make_keys("peer");
  int port = free_port();
  pid_t pid = start_locked(port);
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  for (int i = 0; i < 200; i++) {
    uint8_t bytes[200];
    for (size_t k = 0; k < sizeof bytes; k++) bytes[k] = (uint8_t)(k * 31 + (size_t)i * 7);
    // Some begin like ZMTP with CURVE.
    if (i % 2) memcpy(bytes, "\xff\0\0\0\0\0\0\0\1\x7f\3\0CURVE\0\0\0", 20);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    ssize_t n = send(fd, bytes, sizeof bytes, MSG_NOSIGNAL);
    (void)n;
    close(fd);
  }
  expect_good_run(port, &alone);
  assert_int_equal(end_served(pid, SIGTERM), 0);
}

/// The address of this machine that others see, "" for none.
static void own_address(char text[INET_ADDRSTRLEN]) {
  struct ifaddrs *list;
  text[0] = '\0';
  if (getifaddrs(&list) != 0) return;
  for (struct ifaddrs *i = list; i != NULL; i = i->ifa_next) {
    if (i->ifa_addr == NULL || i->ifa_addr->sa_family != AF_INET) continue;
    struct sockaddr_in address;
    memcpy(&address, i->ifa_addr, sizeof address);
    if (ntohl(address.sin_addr.s_addr) >> 24 == 127) continue;
    inet_ntop(AF_INET, &address.sin_addr, text, INET_ADDRSTRLEN);
  }
  freeifaddrs(list);
}

static void with_keys_a_peer_can_be_reached_from_elsewhere(void **state) {
  (void)state;
  char host[INET_ADDRSTRLEN], words[256], address[64];
  own_address(host);
  if (host[0] == '\0') {
    print_message("this machine has no address but the loopback one\n");
    skip();
  }
  outcome alone = run_alone();
  make_keys("harness");
  make_keys("peer");
  snprintf(address, sizeof address, "tcp://0.0.0.0:%d", free_port());
  snprintf(words, sizeof words, "%s\n# nobody else\n", public_key("harness"));
  write_text("clients", words);
  pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    freopen("log", "w", stderr);
    setenv("TAUT_DATA", TAUT_SOURCE_DIR, 1);
    execl(TAUT_BUILD_DIR "/taut", "taut", "serve", "controller", "--listen", address, "--keys",
          "peer", "--allow", "clients", NULL);
    _exit(127);
  }
  wait_for_text("log", "listens on");
  int status = run_taut("run t.lua --keys harness --with controller=tcp://%s@%s:%s",
                        public_key("peer"), host, strrchr(address, ':') + 1);
  outcome o = outcome_in("runs");
  if (status != 0) fail_msg("%s: %s", o.verdict, o.reason);
  assert_string_equal(o.trace_hash, alone.trace_hash);
  assert_int_equal(end_served(pid, SIGTERM), 0);
}

// ----------------------------------------------------------------------------------- the command

static void what_is_not_safe_is_refused_with_what_to_do(void **state) {
  (void)state;
#define SOME_KEY "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
  static const char *const cases[][2] = {
      {"serve controller --listen tcp://0.0.0.0:5555", "add --keys FILE --allow PUBKEY"},
      {"serve controller --listen tcp://*:5555", "add --keys FILE --allow PUBKEY"},
      {"serve controller --listen tcp://10.0.0.1:5555", "'taut keys new' makes the file"},
      {"serve controller --listen tcp://0.0.0.0:5555 --keys k", "--keys wants --allow PUBKEY"},
      {"serve controller --listen tcp://127.0.0.1:5555 --allow " SOME_KEY, "--allow goes with"},
      {"serve controller --listen tcp://127.0.0.1:5555 --keys k --allow abc",
       "'abc' is neither a public key (64 hexadecimal digits) nor a file"},
      {"serve controller --listen tcp://127.0.0.1:5555 --keys k --allow empty", "has no key"},
      {"serve controller --listen tcp://127.0.0.1:5555 --keys k --allow bad",
       "bad:2: a line begins"},
      {"serve controller --listen tcp://127.0.0.1:5555 --keys k --allow open", "chmod 644 open"},
      {"serve controller --listen tcp://127.0.0.1:5555 --keys none --allow " SOME_KEY,
       "none: No such"},
      {"serve controller --listen ipc:///tmp/c --keys k --allow " SOME_KEY, "keys are for tcp://"},
      {"serve controller --listen tcp://" SOME_KEY "@127.0.0.1:5555 --keys k --allow " SOME_KEY,
       "an address to listen on has no key"},
      {"run t.lua --with controller=tcp://10.0.0.1:5555", "tcp://KEY@10.0.0.1:5555"},
      {"run t.lua --with controller=tcp://10.0.0.1:5555", "ssh -N -L 5555:127.0.0.1:5555 10.0.0.1"},
      {"run t.lua --with controller=tcp://abc@10.0.0.1:5555", "before the @ stands the public key"},
      {"run t.lua --with controller=tcp://" SOME_KEY "@0.0.0.0:5555", "0.0.0.0 is for listening"},
      {"run t.lua --with controller=tcp://" SOME_KEY "@lab:5555", "an IPv4 address in numbers"},
      {"run t.lua --with controller=tcp://" SOME_KEY "@10.0.0.1:5555 --keys none", "taut keys new"},
      {"run t.lua --with controller=tcp://" SOME_KEY "@10.0.0.1:5555 --keys open",
       "chmod 600 open"},
      {"run t.lua --keys k", "there is none: --with ROLE=tcp://KEY@"},
      {"keys", "say new or show"},
      {"keys new k", "name the file with --out FILE"},
      {"keys show k k", "one word too many"},
  };
  write_scenario();
  make_keys("k");
  write_text("empty", "# nobody\n\n");
  write_text("bad", SOME_KEY " a friend\nsecret 12\n");
  write_text("open", SOME_KEY "\n");
  assert_int_equal(chmod("empty", 0644) | chmod("bad", 0644) | chmod("open", 0666), 0);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    int status = run_taut("%s", cases[i][0]);
    if (status != 4) fail_msg("%s: %d", cases[i][0], status);
    expect_text("err", cases[i][1]);
  }
}

int main(void) {
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)
  const struct CMUnitTest tests[] = {
      IN_FOLDER(a_pair_is_its_owners_alone),
      IN_FOLDER(without_a_name_the_file_is_in_the_configuration_of_the_user),
      IN_FOLDER(a_file_that_others_can_read_is_refused),
      IN_FOLDER(damaged_files_are_refused_and_not_shown),
      IN_FOLDER(two_who_know_each_other_change_no_bit_and_tell_no_secret),
      IN_FOLDER(strangers_are_refused_counted_and_in_nobodys_way),
      IN_FOLDER(a_peer_without_keys_is_not_taken_for_one_with_keys),
      IN_FOLDER(floods_of_bytes_at_the_door_change_nothing),
      IN_FOLDER(with_keys_a_peer_can_be_reached_from_elsewhere),
      IN_FOLDER(what_is_not_safe_is_refused_with_what_to_do),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/// A certification that is killed at any moment loses nothing that was finished, and the one that
/// goes on ends in the same bytes as one that nobody disturbed.
#include "support/bundle.h"

/// TEST_KILLS: how often; the long campaign runs with ./dev test --full.
static int kills_wanted(void) {
  const char *text = getenv("TEST_KILLS");
  return text != NULL ? atoi(text) : 6;
}

static void make_long_suite(void) {
  make_small_suite();
  put_text(
      "suite/rest.lua",
      "local taut = require \"taut\"\n"
      "return taut.scenario {\n"
      "  name = \"at rest nothing pulls\", tags = { \"small\" }, rig = \"two_cable_trainer\",\n"
      "  sweep = { ms = { 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1100, 1200 } },\n"
      "  script = function(s)\n"
      "    s:wait(s.sweep.ms * 1e-3)\n"
      "    s:expect(\"load.command_n <= 1 N\")\n"
      "    s:note(\"seen\", { third_s = s.sweep.ms / 3000 })\n"
      "  end,\n"
      "}\n");
}

/// Results in the ledger: its lines but the first.
static size_t n_finished(void) {
  char *text = NULL;
  size_t n = 0;
  if (taut_file_read("b.work/ledger", 1 << 28, &text, NULL) != TAUT_OK) return 0;
  for (const char *c = text; *c != '\0'; c++) n += *c == '\n';
  free(text);
  return n > 0 ? n - 1 : 0;
}

static void expect_same_bundle(void) {
  assert_int_equal(system("diff -r --exclude=manifest.json.minisig a b > differences"), 0);
  assert_int_equal(run_taut("verify b"), 0);
}

static void a_killed_campaign_goes_on_and_ends_in_the_same_bytes(void **state) {
  (void)state;
  uint64_t random = 88172645463325252u;
  size_t n_before = 0;
  int n_kills = 0, n_whole = 0;
  make_long_suite();
  assert_int_equal(run_taut("certify suite --alone --out a -j 2"), 0);
  while (n_kills < kills_wanted()) {
    // xorshift: other moments for every kill, the same ones in every run of the test.
    random ^= random << 13;
    random ^= random >> 7;
    random ^= random << 17;
    pid_t pid = start_taut("certify suite --alone --out b -j 2");
    usleep((useconds_t)(random % 600000));
    kill(pid, SIGKILL);
    if (end_taut(pid) == 0) {
      n_whole++;
      expect_same_bundle();
      assert_int_equal(system("rm -r b"), 0);
      n_before = 0;
      continue;
    }
    n_kills++;
    if (access("b", F_OK) == 0) {
      // Killed behind its last step: the bundle is whole.
      expect_same_bundle();
      assert_int_equal(system("rm -rf b b.work"), 0);
      n_before = 0;
      continue;
    }
    size_t n_now = n_finished();
    if (n_now < n_before) fail_msg("%zu results were finished, %zu are left", n_before, n_now);
    n_before = n_now;
  }
  size_t n_left = n_finished();
  assert_int_equal(run_taut("certify suite --alone --out b -j 2"), 0);
  if (n_left > 0) expect_text("out", "were finished before");
  expect_same_bundle();
  assert_int_not_equal(access("b.work", F_OK), 0);
  printf("%d kills, %d ran to their end\n", n_kills, n_whole);
}

static void a_campaign_that_was_changed_does_not_go_on(void **state) {
  (void)state;
  make_long_suite();
  pid_t pid = start_taut("certify suite --alone --out b -j 1");
  for (int i = 0; i < 2000 && n_finished() < 2; i++) usleep(5000);
  kill(pid, SIGKILL);
  assert_int_not_equal(end_taut(pid), 0);
  assert_true(n_finished() >= 2);
  assert_int_equal(run_taut("certify suite --alone --out b --seed 2"), 4);
  expect_text("err", "b.work/ledger is of another campaign");
  make_small_suite();
  assert_int_equal(run_taut("certify suite --alone --out b"), 4);
  expect_text("err", "b.work/ledger is of another campaign");
  make_long_suite();
  assert_int_equal(run_taut("certify suite --alone --out b"), 0);
  expect_text("out", "were finished before");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_killed_campaign_goes_on_and_ends_in_the_same_bytes,
                                      enter_folder, leave_folder),
      cmocka_unit_test_setup_teardown(a_campaign_that_was_changed_does_not_go_on, enter_folder,
                                      leave_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

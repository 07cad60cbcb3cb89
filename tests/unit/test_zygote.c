// The service that forks workers: its life beside others of its kind.

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "runner/zygote.h"

enum { HANGS_S = 20 };  // the alarm ends a test that would wait for ever

// The younger one was forked with the older one's socket open.
static void zygotes_end_in_any_order(void **state) {
  (void)state;
  const taut_runner_config config = {.n_slots = 1, .timeout_s = 1.0};
  taut_zygote older = {.socket = -1}, younger = {.socket = -1};
  alarm(HANGS_S);
  assert_int_equal(taut_zygote_start(&config, &older), TAUT_OK);
  assert_int_equal(taut_zygote_start(&config, &younger), TAUT_OK);
  taut_zygote_stop(&older);
  taut_zygote_stop(&younger);
  alarm(0);
  assert_int_equal(older.pid, 0);
  assert_int_equal(younger.pid, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(zygotes_end_in_any_order)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/// Waiting for rows: absolute deadlines, so that nothing adds up, and every late row is counted.
#include "runner/pacing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

#include "hil/socket.h"

#define MS INT64_C(1000000)

static void sleep_for(int64_t ns) {
  const struct timespec time = {ns / 1000000000, ns % 1000000000};
  nanosleep(&time, NULL);
}

/// Whatever the machine is busy with, a wait ends no later than its own lateness. A wait that began
/// where the one before it ended would be late by the sum of 300.
static void lateness_does_not_add_up(void **state) {
  (void)state;
  taut_pacing pacing;
  taut_pacing_init(&pacing, 1.0);
  for (int64_t i = 0; i <= 300; i++) taut_pacing_row(&pacing, i * MS);
  int64_t late_ns = taut_wall_ns() - pacing.start_ns - 300 * MS;
  int64_t single_ns =
      pacing.wakes.ns_max > pacing.late_ns_max ? pacing.wakes.ns_max : pacing.late_ns_max;
  assert_true(late_ns >= 0);
  // Between the last look at the clock and this one the process may have been left out.
  assert_true(late_ns <= single_ns + 50 * MS);
  assert_int_equal(pacing.n_rows, 300);
  assert_int_equal(pacing.wakes.n + pacing.n_misses, 300);
}

static void rows_after_a_stall_are_late_until_the_time_is_made_up(void **state) {
  (void)state;
  taut_pacing pacing;
  taut_pacing_init(&pacing, 10.0);
  for (int64_t i = 0; i <= 1000; i++) {
    if (i == 100) sleep_for(40 * MS);
    taut_pacing_row(&pacing, i * MS);
  }
  // 40 ms of wall time are 400 rows.
  assert_true(pacing.n_misses >= 380);
  assert_true(pacing.missed_tick >= 0 && pacing.missed_tick <= 100 * MS);
  assert_true(pacing.late_ns_max >= 39 * MS);
  assert_true(taut_wall_ns() - pacing.start_ns >= 100 * MS);
}

/// The first row may be that of any time, as after a snapshot.
static void time_counts_from_the_first_row(void **state) {
  (void)state;
  taut_pacing pacing;
  taut_pacing_init(&pacing, 1.0);
  taut_pacing_row(&pacing, 5000 * MS);
  int64_t start_ns = taut_wall_ns();
  taut_pacing_row(&pacing, 5020 * MS);
  int64_t waited_ns = taut_wall_ns() - start_ns;
  assert_true(waited_ns >= 18 * MS && waited_ns < 4000 * MS);
  assert_int_equal(pacing.n_rows, 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lateness_does_not_add_up),
      cmocka_unit_test(rows_after_a_stall_are_late_until_the_time_is_made_up),
      cmocka_unit_test(time_counts_from_the_first_row),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

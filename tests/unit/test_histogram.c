/// Shares of a histogram are known to a quarter of an octave, over the whole range of times.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "hil/histogram.h"

static void every_time_is_at_most_a_quarter_below_its_bound(void **state) {
  (void)state;
  for (int64_t ns = 1; ns < INT64_MAX / 3; ns += 1 + ns / 7) {
    taut_histogram one = {0};
    size_t i = 0;
    taut_histogram_add(&one, ns);
    while (one.counts[i] == 0) i++;
    int64_t bound = taut_histogram_bound(i);
    assert_true(ns <= bound);
    assert_true(i == 0 || ns > taut_histogram_bound(i - 1));
    assert_true(bound - ns <= ns / 4);
  }
}

static void shares_are_those_of_the_sorted_times(void **state) {
  (void)state;
  taut_histogram h = {0};
  assert_int_equal(taut_histogram_quantile(&h, 0.5), 0);
  for (int64_t i = 1; i <= 1000; i++) taut_histogram_add(&h, i * 1000);
  taut_histogram_add(&h, -5);
  assert_int_equal(h.n, 1001);
  assert_int_equal(taut_histogram_quantile(&h, 1.0), 1000000);
  assert_int_equal(taut_histogram_quantile(&h, 0.0), 0);
  assert_in_range(taut_histogram_quantile(&h, 0.5), 500000, 625000);
  assert_in_range(taut_histogram_quantile(&h, 0.99), 990000, 1000000);
}

static void the_longest_time_has_a_step_too(void **state) {
  (void)state;
  taut_histogram h = {0};
  taut_histogram_add(&h, INT64_MAX);
  assert_true(taut_histogram_quantile(&h, 0.5) == INT64_MAX);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_time_is_at_most_a_quarter_below_its_bound),
      cmocka_unit_test(shares_are_those_of_the_sorted_times),
      cmocka_unit_test(the_longest_time_has_a_step_too),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
